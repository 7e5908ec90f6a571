// Work: a brake. Iterated SHA-256 through PBKDF2, which browsers run natively, without wasm and without JIT.

import { fromBase64url, toBase64url, utf8 } from "./encoding";
import { LoginGuardError } from "./error";

export interface Work {
  readonly kind: string;
  readonly salt: string;
  readonly iterations: number;
  readonly limit: number;
  readonly target: string;
}

/** The first 16 bytes of PBKDF2-HMAC-SHA-256. */
export type Derive = (password: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>, iterations: number) => Promise<Uint8Array>;

export interface SolveOptions {
  readonly signal?: AbortSignal;
  /** Is told the share of the longest possible way, 0 to 1. */
  readonly progress?: (share: number) => void;
  /** Loads the way for browsers without WebCrypto. */
  readonly software?: () => Promise<Derive>;
}

/** More in flight gained nothing in any engine, fewer left a third of the speed. */
const IN_FLIGHT = 4;
/** Beyond these a page would be held for minutes: no verifier of ours asks for so much. */
const MAX_ITERATIONS = 1_000_000;
const MAX_LIMIT = 100_000;

/**
 * The counter whose result is `target`.
 *
 * Throws `work-unsolvable` for another kind, when no counter fits or nothing here can derive; `cancelled` when `signal` aborts.
 */
export async function solve(work: Work, options: SolveOptions = {}): Promise<number> {
  if (work.kind !== "pbkdf2-sha256" || work.iterations > MAX_ITERATIONS || work.limit > MAX_LIMIT) {
    throw new LoginGuardError("work-unsolvable");
  }
  const salt = fromBase64url(work.salt);
  const derive = await deriver(options.software);
  for (let start = 0; start < work.limit; start += IN_FLIGHT) {
    if (options.signal?.aborted === true) throw new LoginGuardError("cancelled");
    const counters = Array.from({ length: Math.min(IN_FLIGHT, work.limit - start) }, (_, at) => start + at);
    const results = await Promise.all(counters.map((counter) => derive(utf8(String(counter)), salt, work.iterations)));
    const found = results.map(toBase64url).indexOf(work.target);
    if (found >= 0) return start + found;
    options.progress?.((start + IN_FLIGHT) / work.limit);
  }
  throw new LoginGuardError("work-unsolvable");
}

/** WebCrypto, tried once: some browsers have the object and refuse to use it. */
async function deriver(software: SolveOptions["software"]): Promise<Derive> {
  try {
    await native(utf8("0"), utf8("0"), 1);
    return native;
  } catch {
    if (software === undefined) throw new LoginGuardError("work-unsolvable");
    return software();
  }
}

const native: Derive = async (password, salt, iterations) => {
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 128));
};
