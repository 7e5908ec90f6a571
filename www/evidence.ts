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
  let loaded: Loaded | undefined;
  try {
    loaded = await Promise.race([load(), late]);
  } catch {
    return absent("module-unavailable");
  }
  if (loaded === undefined) return absent("timed-out");
  const { glue } = loaded;
  const worker = readInWorker(loaded.module, digestKey, members, late);
  for (const name of PAGE_SIGNALS) {
    const member = await Promise.race([glue.component(name, digestKey).catch(() => absentMember(name, "module-unavailable")), late]);
    if (member === undefined) break;
    members.set(name, member);
  }
  const reason = await worker;
  for (const name of PAGE_SIGNALS) if (!members.has(name)) members.set(name, absentMember(name, "timed-out"));
  for (const name of WORKER_SIGNALS) if (!members.has(name)) members.set(name, absentMember(name, reason));
  try {
    return glue.document([...members.values()].join(","));
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

/** Loads the module once for a page. */
function load(): Promise<Loaded> {
  loading ??= Promise.all([importChecked<EvidenceModule>(files.glue), compile()]).then(async ([glue, module]) => {
    await glue.default({ module_or_path: module });
    return { glue, module };
  });
  // a failed load may have been a lost connection: the next attempt tries again
  loading.catch(() => (loading = undefined));
  return loading;
}

async function compile(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await (await fetchFile(files.wasm)).arrayBuffer());
}

/** Fills in what the worker reads; answers why the rest is missing. */
function readInWorker(module: WebAssembly.Module, digestKey: CryptoKey, members: Map<string, string>, late: Promise<undefined>): Promise<string> {
  return new Promise((resolve) => {
    try {
      const worker = new Worker(urlOf(files.worker), { type: "module" });
      const end = (reason: string): void => {
        worker.terminate();
        resolve(reason);
      };
      worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
        if (data.member !== undefined) members.set(data.name, data.member);
        else end(data.reason);
      };
      // a refused or missing file is an event without a message in two engines, an exception in the third
      worker.onerror = () => end("no-worker");
      worker.onmessageerror = () => end("no-worker");
      void late.then(() => end("timed-out"));
      worker.postMessage({ module, digestKey, names: WORKER_SIGNALS } satisfies Work);
    } catch {
      resolve("no-worker");
    }
  });
}
