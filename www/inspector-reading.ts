// Everything that would be read at a login, read for the person: page signals here, the others in a worker of its own.

import type { Bytes } from "./encoding";
import { LoginGuardError } from "./error";
import { files, importChecked, urlOf } from "./files";
import type { Inspection, InspectorModule, Work, WorkerAnswer } from "./inspector-module";
import { fetchFile } from "./transport";

/** The names of the signals by scope, read out of the built module by build.mjs. */
declare const PAGE_SIGNALS: readonly string[];
declare const WORKER_SIGNALS: readonly (readonly string[])[];

/** Milliseconds after which a worker that says nothing more is given up. */
const WORKER_PATIENCE_MS = 15_000;

export interface Inspected {
  /** In the order of reading. */
  readonly inspections: readonly Inspection[];
  /** Signals that could not be looked at: there is no worker here, or the module trapped. */
  readonly missing: readonly string[];
  /** The facts that go in clear. */
  readonly facts: Readonly<Record<string, string>>;
  /** The evidence document as a login would send it. */
  readonly evidence: Bytes;
}

/** How many signals there are. */
export const signalCount = PAGE_SIGNALS.length + WORKER_SIGNALS.flat().length;

/** Reads all, one after the other. `progress` is told how many are read. Throws `file-refused` when the files do not come. */
export async function readAll(digestKey: CryptoKey, progress: (count: number) => void): Promise<Inspected> {
  const { module, compiled } = await (loading ??= load());
  const found = new Map<string, Inspection>();
  const tell = (inspection: Inspection): void => {
    found.set(inspection.name, inspection);
    progress(found.size);
  };
  const workerNames = WORKER_SIGNALS.flat();
  // what one of them cannot read is missing, and nothing else
  await Promise.all([module.read(PAGE_SIGNALS, digestKey, tell).catch(() => undefined), readInWorker(compiled, workerNames, digestKey, tell)]);
  const names = [...PAGE_SIGNALS, ...workerNames];
  const members = names.map((name) => found.get(name)?.sent ?? `"${name}":{"state":"absent","reason":"module-unavailable"}`);
  const evidence = module.document(members.join(","));
  const { facts } = JSON.parse(new TextDecoder().decode(evidence)) as { facts: Record<string, string> };
  return {
    inspections: names.flatMap((name) => found.get(name) ?? []),
    missing: names.filter((name) => !found.has(name)),
    facts,
    evidence,
  };
}

interface Loaded {
  readonly module: InspectorModule;
  readonly compiled: WebAssembly.Module;
}

let loading: Promise<Loaded> | undefined;

async function load(): Promise<Loaded> {
  try {
    const compiling = fetchFile(files.wasm).then((bytes) => WebAssembly.compile(bytes));
    const [module, compiled] = await Promise.all([importChecked<InspectorModule>(files.glue), compiling]);
    await module.default({ module_or_path: compiled });
    return { module, compiled };
  } catch {
    // it may have been a lost connection: the next press tries again
    loading = undefined;
    throw new LoginGuardError("file-refused");
  }
}

/** The page has checked the file that the worker runs (files.ts says how far that goes). */
function readInWorker(module: WebAssembly.Module, names: readonly string[], digestKey: CryptoKey, tell: (inspection: Inspection) => void): Promise<void> {
  return new Promise((resolve) => {
    let worker: Worker | undefined;
    let patience: ReturnType<typeof setTimeout> | undefined;
    const end = (): void => {
      clearTimeout(patience);
      worker?.terminate();
      resolve();
    };
    const wait = (): void => {
      clearTimeout(patience);
      patience = setTimeout(end, WORKER_PATIENCE_MS);
    };
    try {
      worker = new Worker(urlOf(files.glue), { type: "module" });
      worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
        if (data === null) return end();
        tell(data);
        wait();
      };
      worker.onerror = worker.onmessageerror = end;
      const pageNavigator = Object.fromEntries(COMPARED.map((name) => [name, (navigator as unknown as Record<string, unknown>)[name]]));
      worker.postMessage({ module, names, digestKey, pageNavigator } satisfies Work);
      wait();
    } catch {
      end();
    }
  });
}

/** As in the signal `tampering-worker`. */
const COMPARED = ["deviceMemory", "hardwareConcurrency", "language", "languages", "platform", "userAgent"];
