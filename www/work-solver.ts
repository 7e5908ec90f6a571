// The file of the work: on the page it hands out puzzles, in a worker it searches them. One file for both, so that the page
// has checked the bytes that a worker is started from (files.ts).

import { type Bytes, fromBase64url, toBase64url, transcript } from "./encoding";
import { LoginGuardError } from "./error";
import type { Work, WorkProgress, WorkTools } from "./work";
import { instantiate, nativeDerive, PBKDF2_IN_FLIGHT, type Search, searchPbkdf2, searchSha256, type Solution } from "./work-search";

const BLOCK_BYTES = 64;
/** Beyond these a page would be held for minutes: no verifier of ours asks for so much. */
const MOST = { puzzles: 64, bits: 24, iterations: 10_000 };
/** Workers once somebody waits. Beyond two, WebCrypto gets no faster in any engine. */
const MOST_WORKERS = { "pbkdf2-sha256": 2, sha256: 4 };
/** Milliseconds until a worker says that it is there; one that does not was refused in silence. The page then works itself. */
const START_MS = 1_000;
/** Milliseconds without a word after which a worker has died. */
const SILENCE_MS = 4_000;

/** What a worker is given first; then the numbers of puzzles. */
interface Begin {
  readonly block: Bytes;
  readonly bits: number;
  readonly iterations?: number;
  readonly module?: WebAssembly.Module;
}

type Told = Solution | "failed" | "ready";

/** As WorkModule says. */
export async function solve(attempt: string, work: Work, tools: WorkTools): Promise<string> {
  const begin = await prepare(attempt, work, tools);
  const solver = new Solver(work, begin, tools);
  try {
    return toBase64url(await solver.answer());
  } finally {
    solver.stop();
  }
}

async function prepare(attempt: string, work: Work, tools: WorkTools): Promise<Begin> {
  const { kind, puzzles, bits, iterations } = work;
  const within = puzzles >= 1 && puzzles <= MOST.puzzles && bits >= 1 && bits <= MOST.bits;
  const fits = kind === "sha256" ? iterations === undefined : kind === "pbkdf2-sha256" && (iterations ?? 0) >= 1;
  if (!within || !fits || (iterations ?? 0) > MOST.iterations) throw new LoginGuardError("work-unsolvable");
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(transcript("login-guard/work/v1", fromBase64url(attempt), fromBase64url(work.salt)));
  return iterations === undefined ? { block, bits, module: await compile(tools) } : { block, bits, iterations };
}

/** An engine may lack vectors, refuse wasm by its policy or have none at all, and a file may be blocked: only trying tells. */
async function compile(tools: WorkTools): Promise<WebAssembly.Module> {
  for (const lanes of [true, false]) {
    try {
      return await WebAssembly.compile(await tools.kernel(lanes));
    } catch {
      // the other one may do
    }
  }
  throw new LoginGuardError("work-kind-unavailable");
}

class Solver {
  readonly #waiting: number[];
  readonly #solutions = new Map<number, Solution>();
  readonly #workers = new Set<Worker>();
  readonly #inFlight: number;
  #place: WorkProgress["place"] = "worker";
  #stopped = false;
  #done: (bytes: Bytes) => void = () => undefined;
  #fail: (thrown: unknown) => void = () => undefined;
  readonly #result = new Promise<Bytes>((resolve, reject) => ([this.#done, this.#fail] = [resolve, reject]));

  constructor(
    readonly work: Work,
    readonly begin: Begin,
    readonly tools: WorkTools,
  ) {
    this.#waiting = Array.from({ length: work.puzzles }, (_, puzzle) => puzzle);
    this.#inFlight = work.kind === "sha256" ? 1 : PBKDF2_IN_FLIGHT;
  }

  answer(): Promise<Bytes> {
    const { signal, hurry } = this.tools;
    const cancel = (): void => this.#fail(new LoginGuardError("cancelled"));
    signal?.addEventListener("abort", cancel, { once: true });
    if (signal?.aborted === true) cancel();
    this.#startWorker();
    void hurry?.then(() => {
      const most = Math.min(navigator.hardwareConcurrency || 1, MOST_WORKERS[this.work.kind === "sha256" ? "sha256" : "pbkdf2-sha256"]);
      // where the first was refused, so would these be
      while (this.#place === "worker" && !this.#stopped && this.#workers.size < most) this.#startWorker();
    });
    return this.#result;
  }

  stop(): void {
    this.#stopped = true;
    for (const worker of this.#workers) worker.terminate();
    this.#workers.clear();
  }

  #startWorker(): void {
    const mine = new Set<number>();
    let worker: Worker | undefined;
    let watchdog: ReturnType<typeof setTimeout>;
    const refuse = (): void => {
      clearTimeout(watchdog);
      worker?.terminate();
      if (worker !== undefined && !this.#workers.delete(worker)) return;
      this.#waiting.unshift(...mine);
      mine.clear();
      if (this.#workers.size === 0 && this.#place === "worker" && !this.#stopped) void this.#searchHere();
    };
    const watch = (patience_ms: number): void => {
      clearTimeout(watchdog);
      watchdog = setTimeout(refuse, patience_ms);
    };
    const feed = (): void => {
      while (mine.size < this.#inFlight) {
        const puzzle = this.#waiting.shift();
        if (puzzle === undefined) break;
        mine.add(puzzle);
        worker?.postMessage(puzzle);
      }
      if (mine.size === 0) clearTimeout(watchdog);
    };
    try {
      worker = new Worker(this.tools.worker, { type: "module" });
    } catch {
      // WebKit says at once what the others say by an event
      return refuse();
    }
    this.#workers.add(worker);
    worker.onerror = worker.onmessageerror = refuse;
    worker.onmessage = ({ data }: MessageEvent<Told>) => {
      watch(SILENCE_MS);
      if (data === "failed") return refuse();
      if (data !== "ready") {
        mine.delete(data.puzzle);
        this.#solved(data);
      }
      feed();
    };
    watch(START_MS);
    worker.postMessage(this.begin);
  }

  /** On the page: slower to react, and told. */
  async #searchHere(): Promise<void> {
    this.#place = "page";
    try {
      const search = await this.#searchOfPage();
      this.#tell();
      const lane = async (): Promise<void> => {
        for (let puzzle = this.#waiting.shift(); puzzle !== undefined && !this.#stopped; puzzle = this.#waiting.shift()) this.#solved(await search(puzzle));
      };
      await Promise.all(Array.from({ length: this.#inFlight }, lane));
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  async #searchOfPage(): Promise<Search> {
    const { block, bits, iterations } = this.begin;
    // a search that was stopped ends where it pauses
    const pause = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve));
      if (this.#stopped) throw new LoginGuardError("cancelled");
    };
    if (iterations === undefined) return await searchIn(this.begin, pause);
    try {
      return searchPbkdf2(block, iterations, bits, await nativeDerive(block));
    } catch {
      this.#place = "software";
      const { derive } = await this.tools.software();
      return searchPbkdf2(block, iterations, bits, async (...input) => {
        await pause();
        return derive(...input);
      });
    }
  }

  #solved(solution: Solution): void {
    this.#solutions.set(solution.puzzle, solution);
    this.#tell();
    if (this.#solutions.size < this.work.puzzles) return;
    const bytes = new Uint8Array(this.work.puzzles * 8);
    const view = new DataView(bytes.buffer);
    for (const { puzzle, counter, tag } of this.#solutions.values()) {
      view.setUint32(puzzle * 8, counter);
      view.setUint32(puzzle * 8 + 4, tag);
    }
    this.#done(bytes);
  }

  #tell(): void {
    this.tools.progress?.({ share: this.#solutions.size / this.work.puzzles, place: this.#place, workers: this.#workers.size });
  }
}

async function searchIn({ block, bits, iterations, module }: Begin, pause?: () => Promise<void>): Promise<Search> {
  if (iterations !== undefined) return searchPbkdf2(block, iterations, bits, await nativeDerive(block));
  if (module === undefined) throw new TypeError("no module");
  return searchSha256(block, bits, instantiate(module), pause);
}

/** In a worker: searches what it is told to. */
function serve(): void {
  const tell = (told: Told): void => (self as unknown as Worker).postMessage(told);
  let search: Promise<Search> | undefined;
  self.onmessage = async ({ data }: MessageEvent<Begin | number>): Promise<void> => {
    try {
      if (typeof data === "number") {
        if (search !== undefined) tell(await (await search)(data));
        return;
      }
      search = searchIn(data);
      await search;
      tell("ready");
    } catch {
      tell("failed");
    }
  };
}

if (typeof document === "undefined") serve();
