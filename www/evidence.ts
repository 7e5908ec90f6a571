// Gathers the evidence document within a time budget: page signals here, rendering ones in two workers.

import { type Bytes, utf8 } from "./encoding";
import type { EvidenceModule, Work, WorkerAnswer } from "./evidence-module";
import { nextTask } from "./evidence-task";
import { files, importChecked, urlOf } from "./files";
import { fetchFile } from "./transport";

/** The names of the signals by scope, read out of the built module by build.mjs; one list for each worker. */
declare const PAGE_SIGNALS: readonly string[];
declare const WORKER_SIGNALS: readonly (readonly string[])[];

/**
 * The evidence document. What is missing when `deadline` resolves is absent as `timed-out`; without the module
 * everything is absent as `module-unavailable`. Never throws.
 */
export async function gather(digestKey: CryptoKey, deadline: Promise<void>): Promise<Bytes> {
  const members = new Map<string, string>();
  let ended = false;
  const late = deadline.then(() => void (ended = true));
  const loading = load();
  const workers = waiting;
  waiting = [];
  const end = (reason: string): void => workers.forEach((worker) => worker.end(reason));
  void late.then(() => end("timed-out"));
  let glue: EvidenceModule | undefined;
  let reason = "timed-out";
  try {
    glue = (await Promise.race([loading, late]))?.glue;
  } catch {
    reason = "module-unavailable";
  }
  if (glue === undefined) {
    end(reason);
    return absent(reason);
  }
  // after the module, which was handed over before the page heard of it
  for (const worker of workers) worker.read(digestKey, members);
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
  const document = PAGE_SIGNALS.map((name) => members.get(name) ?? absentMember(name, "timed-out"));
  for (const { names, done } of workers) {
    const workerReason = await done;
    document.push(...names.map((name) => members.get(name) ?? absentMember(name, workerReason)));
  }
  try {
    return glue.document(document.join(","));
  } catch {
    return absent("module-unavailable");
  }
}

/** A document in which every component is absent for one reason. */
export function absent(reason: string): Bytes {
  const members = [...PAGE_SIGNALS, ...WORKER_SIGNALS.flat()].map((name) => absentMember(name, reason));
  return utf8(`{"v":1,"components":{${members.join(",")}},"facts":{}}`);
}

const absentMember = (name: string, reason: string): string => `"${name}":{"state":"absent","reason":"${reason}"}`;

interface Loaded {
  readonly glue: EvidenceModule;
  readonly module: WebAssembly.Module;
}

let loading: Promise<Loaded> | undefined;

/** Loads the module, once for a page, and starts the workers; called early, all are ready when the key is. */
export function load(): Promise<Loaded> {
  // first, because it takes longest
  const started = waiting.length === 0 ? startWorkers() : [];
  loading ??= Promise.all([importChecked<EvidenceModule>(files.glue), compile()]).then(async ([glue, module]) => {
    await glue.default({ module_or_path: module });
    return { glue, module };
  });
  loading.then(
    // the glue that the workers import was checked on the page by then
    ({ module }) => started.forEach((worker) => worker.load(module)),
    () => {
      // a failed load may have been a lost connection: the next attempt tries again
      loading = undefined;
      waiting = [];
      started.forEach((worker) => worker.end("module-unavailable"));
    },
  );
  if (started.length > 0) waiting = started;
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
  readonly names: readonly string[];
}

/** Started, and not used yet. */
let waiting: readonly Reader[] = [];

/**
 * Starts the workers. Starting takes them as long as loading the module takes the page. A file with other bytes than the
 * built ones starts none (files.ts says how far that goes).
 */
function startWorkers(): Reader[] {
  const checked = fetchFile(files.worker);
  return WORKER_SIGNALS.map((names) => startWorker(names, checked));
}

function startWorker(names: readonly string[], checked: Promise<unknown>): Reader {
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
  const started = checked.then(() => {
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
    post({ digestKey, names, pageNavigator });
  };
  return { load: post, read, end, done, names };
}

/** As in the signal `tampering-worker`. */
const COMPARED = ["deviceMemory", "hardwareConcurrency", "language", "languages", "platform", "userAgent"];
