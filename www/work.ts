// Work as pages ask for it: the file that does it is fetched only where a browser has some to do.

import { files, importChecked, urlOf } from "./files";
import { fetchFile } from "./transport";
import type { Derive } from "./work-search";

/** A piece of work as it came (docs/protocol.md "Work"). */
export interface Work {
  readonly kind: string;
  readonly salt: string;
  readonly iterations?: number;
  readonly puzzles: number;
  readonly bits: number;
}

/** How far it is. */
export interface WorkProgress {
  /** Share of the puzzles that are solved, 0 to 1. Each takes as long as any other in the mean. */
  readonly share: number;
  /** Where it is done: out of the page's way; on the page, because no worker starts here; or on the page and slowly, without WebCrypto. */
  readonly place: "page" | "software" | "worker";
  /** Workers that run. */
  readonly workers: number;
}

export interface WorkOptions {
  readonly signal?: AbortSignal;
  readonly progress?: (progress: WorkProgress) => void;
  /** Resolves when somebody waits: from then on more than one worker runs. */
  readonly hurry?: Promise<void>;
}

/** What the file of the work is given besides. */
export interface WorkTools extends WorkOptions {
  /** The address of the file itself, to start workers from. */
  readonly worker: URL | string;
  /** Fetches the search for the kind `sha256`. */
  kernel(lanes: boolean): Promise<ArrayBuffer>;
  /** Loads PBKDF2 for browsers without WebCrypto. */
  software(): Promise<{ readonly derive: Derive }>;
}

export interface WorkModule {
  solve(attempt: string, work: Work, tools: WorkTools): Promise<string>;
}

let loading: Promise<WorkModule> | undefined;

/** Fetches the file that does work, once for a page. */
export function loadWork(): Promise<WorkModule> {
  loading ??= importChecked<WorkModule>(files.work);
  // it may have been a lost connection: the next work tries again
  loading.catch(() => (loading = undefined));
  return loading;
}

/**
 * The answer to an attempt's work.
 *
 * Throws `work-unsolvable` for work that no verifier of ours asks for, `work-kind-unavailable` where only the other kind can be
 * done, `file-refused`, and `cancelled` when `signal` aborts.
 */
export async function solve(attempt: string, work: Work, options: WorkOptions): Promise<string> {
  const file = await loadWork();
  return file.solve(attempt, work, {
    ...options,
    worker: urlOf(files.work),
    kernel: (lanes) => fetchFile(lanes ? files.lanes : files.scalar),
    software: () => importChecked(files.software),
  });
}
