// Gathers the evidence document within a time budget: page signals here, rendering ones in a worker.

import { type Bytes, utf8 } from "./encoding";
import type { EvidenceModule, Work, WorkerAnswer } from "./evidence-module";
import { nextTask } from "./evidence-task";
import { files, importChecked, urlOf } from "./files";
import { fetchFile } from "./transport";

/** The names of the signals by scope, read out of the built module by build.mjs. */
declare const PAGE_SIGNALS: readonly string[];
declare const WORKER_SIGNALS: readonly string[];

/**
 * The evidence document. What is missing when `deadline` resolves is absent as `timed-out`; without the module
 * everything is absent as `module-unavailable`. Never throws.
 */
export async function gather(digestKey: CryptoKey, deadline: Promise<void>): Promise<Bytes> {
  const members = new Map<string, string>();
  let ended = false;
  const late = deadline.then(() => void (ended = true));
  const loading = load();
  const worker = waiting ?? startWorker();
  waiting = undefined;
  void late.then(() => worker.end("timed-out"));
  let glue: EvidenceModule | undefined;
  let reason = "timed-out";
  try {
    glue = (await Promise.race([loading, late]))?.glue;
  } catch {
    reason = "module-unavailable";
  }
  if (glue === undefined) {
    worker.end(reason);
    return absent(reason);
  }
  // after the module, which was handed over before the page heard of it
  worker.read(digestKey, members);
  const reading: Promise<unknown>[] = [];
  for (const name of PAGE_SIGNALS) {
    await nextTask();
    if (ended) break;
    // what the browser promised for one signal is waited for while the next are read
    reading.push(
      glue.component(name, digestKey).catch(() => absentMember(name, "module-unavailable")).then((member) => members.set(name, member)),
    );
  }
  await Promise.race([Promise.all(reading), late]);
  const workerReason = await worker.done;
  const document = [
    ...PAGE_SIGNALS.map((name) => members.get(name) ?? absentMember(name, "timed-out")),
    ...WORKER_SIGNALS.map((name) => members.get(name) ?? absentMember(name, workerReason)),
  ].join(",");
  try {
    return glue.document(document);
  } catch {
    return absent("module-unavailable");
  }
}

/** A document in which every component is absent for one reason. */
export function absent(reason: string): Bytes {
  const members = [...PAGE_SIGNALS, ...WORKER_SIGNALS].map((name) => absentMember(name, reason));
  return utf8(`{"v":1,"components":{${members.join(",")}},"facts":{}}`);
}

const absentMember = (name: string, reason: string): string => `"${name}":{"state":"absent","reason":"${reason}"}`;

interface Loaded {
  readonly glue: EvidenceModule;
  readonly module: WebAssembly.Module;
}

let loading: Promise<Loaded> | undefined;

/** Loads the module, once for a page, and starts the worker; called early, both are ready when the key is. */
export function load(): Promise<Loaded> {
  // first, because it takes longest
  const started = waiting === undefined ? startWorker() : undefined;
  loading ??= Promise.all([importChecked<EvidenceModule>(files.glue), compile()]).then(async ([glue, module]) => {
    await glue.default({ module_or_path: module });
    return { glue, module };
  });
  // a failed load may have been a lost connection: the next attempt tries again
  loading.catch(() => {
    loading = undefined;
    waiting?.end("module-unavailable");
    waiting = undefined;
  });
  if (started !== undefined) {
    // the glue that the worker imports was checked on the page by then
    loading.then(({ module }) => started.load(module)).catch(() => undefined);
    waiting = started;
  }
  return loading;
}

async function compile(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await fetchFile(files.wasm));
}

interface Reader {
  /** Hands it the module. */
  load(module: WebAssembly.Module): void;
  /** Begins reading; fills in its members. */
  read(digestKey: CryptoKey, members: Map<string, string>): void;
  /** Ends it; `done` then says why what is missing is missing. */
  end(reason: string): void;
  readonly done: Promise<string>;
}

/** Started, and not used yet. */
let waiting: Reader | undefined;

/**
 * Starts a worker. Starting takes it as long as loading the module takes the page. A file with other bytes than the built
 * ones starts none (files.ts says how far that goes).
 */
function startWorker(): Reader {
  let worker: Worker | undefined;
  let ended = false;
  let members: Map<string, string> | undefined;
  let tell: (reason: string) => void = () => undefined;
  const done = new Promise<string>((resolve) => (tell = resolve));
  const end = (reason: string): void => {
    ended = true;
    worker?.terminate();
    tell(reason);
  };
  const refuse = (): void => end("no-worker");
  const started = fetchFile(files.worker).then(() => {
    if (ended) return;
    worker = new Worker(urlOf(files.worker), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
      if (data.member !== undefined) members?.set(data.name, data.member);
      else end(data.reason);
    };
    // a missing file is an event without a message in two engines, an exception in the third
    worker.onerror = worker.onmessageerror = refuse;
  });
  started.catch(refuse);
  const post = (work: Work): void => void started.then(() => worker?.postMessage(work)).catch(refuse);
  const read = (digestKey: CryptoKey, filled: Map<string, string>): void => {
    members = filled;
    const pageNavigator = Object.fromEntries(COMPARED.map((name) => [name, (navigator as unknown as Record<string, unknown>)[name]]));
    post({ digestKey, names: WORKER_SIGNALS, pageNavigator });
  };
  return { load: post, read, end, done };
}

/** As in the signal `tampering-worker`. */
const COMPARED = ["deviceMemory", "hardwareConcurrency", "language", "languages", "platform", "userAgent"];
