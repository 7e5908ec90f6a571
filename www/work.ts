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

/** More in flight gained nothing in any engine, fewer left a third of the speed. */
const IN_FLIGHT = 4;
/** Beyond these a page would be held for minutes: no verifier of ours asks for so much. */
const MAX_ITERATIONS = 1_000_000;
const MAX_LIMIT = 100_000;

/**
 * The counter whose result is `target`. `progress` is told the share of the longest possible way, 0 to 1.
 *
 * Throws `work-unsolvable` for another kind or when no counter fits, `cancelled` when `signal` aborts.
 */
export async function solve(work: Work, options: { signal?: AbortSignal; progress?: (share: number) => void } = {}): Promise<number> {
  const unknown = work.kind !== "pbkdf2-sha256" || globalThis.crypto?.subtle === undefined;
  if (unknown || work.iterations > MAX_ITERATIONS || work.limit > MAX_LIMIT) {
    throw new LoginGuardError("work-unsolvable");
  }
  const salt = fromBase64url(work.salt);
  for (let start = 0; start < work.limit; start += IN_FLIGHT) {
    if (options.signal?.aborted === true) throw new LoginGuardError("cancelled");
    const counters = Array.from({ length: Math.min(IN_FLIGHT, work.limit - start) }, (_, at) => start + at);
    const results = await Promise.all(counters.map((counter) => derive(counter, salt, work.iterations)));
    const found = results.indexOf(work.target);
    if (found >= 0) return start + found;
    options.progress?.((start + IN_FLIGHT) / work.limit);
  }
  throw new LoginGuardError("work-unsolvable");
}

async function derive(counter: number, salt: BufferSource, iterations: number): Promise<string> {
  const password = await crypto.subtle.importKey("raw", utf8(String(counter)), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, password, 128);
  return toBase64url(new Uint8Array(bits));
}
