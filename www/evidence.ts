// Gathers the evidence document within a time budget: page signals here, rendering ones in two workers.

import { type Bytes, utf8 } from "./encoding";
import type { EvidenceModule, Work, WorkerAnswer } from "./evidence-module";
import { files, importChecked, urlOf } from "./files";
import { fetchFile } from "./transport";

/** The names of the signals by scope, read out of the built module by build.mjs; one list for each worker. */
declare const PAGE_SIGNALS: readonly string[];
declare const WORKER_SIGNALS: readonly (readonly string[])[];
/** How the built module draws a probe's seed. */
declare const DRAWING: number;

/** Milliseconds after which workers and what they have read ahead are no longer used: the machine may be another one by then. */
const WORKER_LIFE_MS = 600_000;

/**
 * The evidence document. What is missing when `deadline` resolves is absent as `timed-out`; without the module
 * everything is absent as `module-unavailable`. Never throws.
 */
export async function gather(digestKey: CryptoKey, deadline: Promise<void>, probe?: Probe | null): Promise<Bytes> {
  if (probe) {
    const drawn = draw(digestKey, probe);
    return drawn(await gather(digestKey, deadline), deadline);
  }
  const members = new Map<string, string>();
  let ended = false;
  const late = deadline.then(() => {
    ended = true;
    return "timed-out";
  });
  try {
    const loading = load();
    // asked before the module is here: each gets the key right behind it
    const asked = readers.map(({ names, read }) => ({ names, done: read(digestKey, members) }));
    const module = await Promise.race([loading, late]);
    if (typeof module === "string") return absent(module);
    const tell = (name: string, member: string): boolean => {
      members.set(name, member);
      return ended;
    };
    const page = module.read(PAGE_SIGNALS, digestKey, tell).then(unavailable, unavailable);
    const written = [{ names: PAGE_SIGNALS, done: page }, ...asked].map(async ({ names, done }) => {
      const reason = await Promise.race([done, late]);
      return names.map((name) => members.get(name) ?? absentMember(name, reason));
    });
    return module.document((await Promise.all(written)).flat().join(","));
  } catch {
    return absent(unavailable());
  }
}

/** What the attempt asks to be drawn. */
export interface Probe {
  readonly drawing: number;
  readonly seeds: readonly string[];
}

/**
 * Begins to draw the canvas probe in a worker. What it answers gives a document its `probes`; what is missing when `deadline`
 * resolves is absent as `timed-out`. Neither throws.
 */
export function draw(digestKey: CryptoKey, { drawing, seeds }: Probe): (document: Bytes, deadline: Promise<void>) => Promise<Bytes> {
  const members = new Map<string, string>();
  const drawn = load().then(() => (drawing === DRAWING ? readers.at(-1)?.read(digestKey, members, seeds) : "drawing-unknown")).catch(unavailable);
  return async (document, deadline) => {
    const reason = (await Promise.race([drawn, deadline.then(() => "timed-out")])) ?? "no-worker";
    const entries = seeds.map((seed) => `{"seed":"${seed}",${members.get(seed) ?? ["cpu", "default"].map((name) => absentMember(name, reason)).join(",")}}`);
    return utf8(`${new TextDecoder().decode(document).slice(0, -1)},"probes":[${entries.join(",")}]}`);
  };
}

const unavailable = (): string => "module-unavailable";

/** A document in which every component is absent for one reason. */
export function absent(reason: string): Bytes {
  const members = [...PAGE_SIGNALS, ...WORKER_SIGNALS.flat()].map((name) => absentMember(name, reason));
  return utf8(`{"v":1,"components":{${members.join(",")}},"facts":{}}`);
}

const absentMember = (name: string, reason: string): string => `"${name}":{"state":"absent","reason":"${reason}"}`;

interface Files {
  /** The reader's file was checked, so that workers may start. */
  readonly checked: Promise<EvidenceModule>;
  readonly compiled: Promise<WebAssembly.Module>;
  readonly module: Promise<EvidenceModule>;
}

let loaded: Files | undefined;
let readers: readonly Reader[] = [];
let startedAt = 0;

/**
 * Loads the module, once for a page, and starts the workers. All of them begin to read ahead, in memory and without digesting
 * anything, until the first key comes.
 */
export function load(): Promise<EvidenceModule> {
  const { checked, compiled, module } = (loaded ??= loadFiles());
  if (Date.now() - startedAt > WORKER_LIFE_MS) rest();
  if (readers.length === 0) {
    startedAt = Date.now();
    readers = WORKER_SIGNALS.map((names) => startWorker(names, checked, compiled));
  }
  return module;
}

/** Ends the workers, and forgets what they read. */
export function rest(): void {
  for (const { end } of readers) end();
  readers = [];
}

function loadFiles(): Files {
  const checked = importChecked<EvidenceModule>(files.glue);
  const compiled = fetchFile(files.wasm).then((bytes) => WebAssembly.compile(bytes));
  const module = Promise.all([checked, compiled]).then(([reader, module]) => {
    reader.initSync({ module });
    void reader.readAhead(PAGE_SIGNALS);
    return reader;
  });
  module.catch(() => {
    // it may have been a lost connection: the next attempt tries again
    loaded = undefined;
    rest();
  });
  return { checked, compiled, module };
}

interface Reader {
  readonly names: readonly string[];
  /** Reads, or draws seeds, for this key and fills in its members; tells why what is missing then is missing. */
  read(digestKey: CryptoKey, members: Map<string, string>, seeds?: readonly string[]): Promise<string>;
  end(): void;
}

/** A file with other bytes than the built ones starts no worker (files.ts says how far that goes). */
function startWorker(names: readonly string[], checked: Promise<unknown>, compiled: Promise<WebAssembly.Module>): Reader {
  let worker: Worker | undefined;
  let end: () => void = () => undefined;
  let isOver = false;
  const over = new Promise<string>((resolve) => {
    end = () => {
      isOver = true;
      worker?.terminate();
      resolve("no-worker");
    };
  });
  const fail = (): void => {
    end();
    // the next login starts others
    startedAt = 0;
  };
  const turns: { members: Map<string, string>; done: () => void }[] = [];
  const started = checked.then(() => {
    if (isOver) return;
    worker = new Worker(urlOf(files.glue), { type: "module" });
    worker.onmessage = ({ data: { turn, name, member } }: MessageEvent<WorkerAnswer>) => {
      if (name !== undefined && member !== undefined) turns[turn]?.members.set(name, member);
      else turns[turn]?.done();
    };
    // a missing file is an event without a message in two engines, an exception in the third
    worker.onerror = worker.onmessageerror = fail;
  });
  const begun = Promise.all([compiled, started]).then(([module]) => post({ module, names }));
  begun.catch(fail);
  const post = (work: Work): void => worker?.postMessage(work);
  const read = (digestKey: CryptoKey, members: Map<string, string>, seeds?: readonly string[]): Promise<string> =>
    new Promise((resolve) => {
      void over.then(resolve);
      const turn = turns.push({ members, done: () => resolve(unavailable()) }) - 1;
      const pageNavigator = Object.fromEntries(COMPARED.map((name) => [name, (navigator as unknown as Record<string, unknown>)[name]]));
      begun.then(() => post({ digestKey, turn, pageNavigator, seeds })).catch(fail);
    });
  return { names, read, end };
}

/** As in the signal `tampering-worker`. */
const COMPARED = ["deviceMemory", "hardwareConcurrency", "language", "languages", "platform", "userAgent"];
