// Gathers the evidence document within a time budget: page signals here, rendering ones in a worker.

import { type Bytes, utf8 } from "./encoding";
import type { EvidenceModule, Work, WorkerAnswer } from "./evidence-module";
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
  const late = deadline.then(() => undefined);
  const worker = startWorker(members);
  void late.then(() => worker.end("timed-out"));
  let loaded: Loaded | undefined;
  let reason = "timed-out";
  try {
    loaded = await Promise.race([load(), late]);
  } catch {
    reason = "module-unavailable";
  }
  if (loaded === undefined) {
    worker.end(reason);
    return absent(reason);
  }
  const { glue, module } = loaded;
  worker.read(module, digestKey);
  for (const name of PAGE_SIGNALS) {
    await nextTask();
    const member = await Promise.race([glue.component(name, digestKey).catch(() => absentMember(name, "module-unavailable")), late]);
    if (member === undefined) break;
    members.set(name, member);
  }
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

/**
 * Lets the page work between two signals. Digesting is no such pause: engines answer small ones within the same task.
 * A message, because timers wait 4 ms and `scheduler.yield` is missing in WebKit.
 */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

interface Loaded {
  readonly glue: EvidenceModule;
  readonly module: WebAssembly.Module;
}

let loading: Promise<Loaded> | undefined;

/** Loads the module, once for a page; called early, it is ready when the key is. */
export function load(): Promise<Loaded> {
  loading ??= Promise.all([importChecked<EvidenceModule>(files.glue), compile()]).then(async ([glue, module]) => {
    await glue.default({ module_or_path: module });
    return { glue, module };
  });
  // a failed load may have been a lost connection: the next attempt tries again
  loading.catch(() => (loading = undefined));
  return loading;
}

async function compile(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await fetchFile(files.wasm));
}

interface Reader {
  /** Begins reading. */
  read(module: WebAssembly.Module, digestKey: CryptoKey): void;
  /** Ends it; `done` then says why what is missing is missing. */
  end(reason: string): void;
  readonly done: Promise<string>;
}

/**
 * Starts a worker that fills in its members. Starting takes it as long as loading the module takes the page. A file with
 * other bytes than the built ones starts none (files.ts says how far that goes).
 */
function startWorker(members: Map<string, string>): Reader {
  let worker: Worker | undefined;
  let ended = false;
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
      if (data.member !== undefined) members.set(data.name, data.member);
      else end(data.reason);
    };
    // a missing file is an event without a message in two engines, an exception in the third
    worker.onerror = worker.onmessageerror = refuse;
  });
  started.catch(refuse);
  const read = (module: WebAssembly.Module, digestKey: CryptoKey): void => {
    started.then(() => worker?.postMessage({ module, digestKey, names: WORKER_SIGNALS } satisfies Work)).catch(refuse);
  };
  return { read, end, done };
}
