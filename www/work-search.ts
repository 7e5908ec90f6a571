// Searching one puzzle. Runs in workers, and on the page where there are none.

import type { Bytes } from "./encoding";

/** The first 16 bytes of PBKDF2-HMAC-SHA-256 of the block under a salt. */
export type Derive = (block: Bytes, salt: Bytes, iterations: number) => Promise<Uint8Array>;

/** A counter that solves a puzzle, and the tag of its result. */
export interface Solution {
  readonly puzzle: number;
  readonly counter: number;
  readonly tag: number;
}

export type Search = (puzzle: number) => Promise<Solution>;

/** The export of the wasm files (crates/work). */
export type Kernel = (...numbers: (bigint | number)[]) => bigint;

/** Counters in one call of the kernel: about 2 ms, so that whoever pauses between calls is not held up. */
const SLICE = 16_384;

/** Puzzle and counter, four big-endian bytes each. */
function point(puzzle: number, counter: number): Bytes {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, puzzle);
  view.setUint32(4, counter);
  return bytes;
}

/** More in flight gained nothing in any engine, fewer left a third of the speed. */
export const PBKDF2_IN_FLIGHT = 4;

/** A puzzle that is being searched. */
interface Open {
  readonly puzzle: number;
  readonly found: (solution: Solution) => void;
  readonly failed: (thrown: unknown) => void;
  next: number;
  running: number;
}

/**
 * Keeps so many derivations in flight, whatever puzzles are open: each at its own, and all at the last one. With one in
 * flight the smallest counter is found, with more any.
 */
export function searchPbkdf2(block: Bytes, iterations: number, bits: number, derive: Derive, inFlight = PBKDF2_IN_FLIGHT): Search {
  const open = new Set<Open>();
  let running = 0;
  const pump = (): void => {
    while (running < inFlight && open.size > 0) void attempt([...open].reduce((least, one) => (one.running < least.running ? one : least)));
  };
  const attempt = async (one: Open): Promise<void> => {
    const counter = one.next;
    one.next += 1;
    one.running += 1;
    running += 1;
    try {
      const result = await derive(block, point(one.puzzle, counter), iterations);
      const view = new DataView(result.buffer, result.byteOffset);
      if (view.getUint32(0) >>> (32 - bits) === 0 && open.delete(one)) one.found({ puzzle: one.puzzle, counter, tag: view.getUint32(12) });
    } catch (thrown) {
      open.delete(one);
      one.failed(thrown);
    }
    one.running -= 1;
    running -= 1;
    pump();
  };
  return (puzzle) =>
    new Promise((found, failed) => {
      open.add({ puzzle, found, failed, next: 0, running: 0 });
      pump();
    });
}

/** `pause` is awaited between slices; a worker needs none. */
export function searchSha256(block: Bytes, bits: number, kernel: Kernel, pause?: () => Promise<void>): Search {
  const view = new DataView(block.buffer, block.byteOffset);
  const numbers = Array.from({ length: 8 }, (_, at) => view.getBigUint64(at * 8));
  return async (puzzle) => {
    for (let from = 0; ; from += SLICE) {
      const found = BigInt.asUintN(64, kernel(...numbers, puzzle, from, SLICE, bits));
      const counter = Number(found >> 32n);
      if (counter !== 0xffff_ffff) return { puzzle, counter, tag: Number(found & 0xffff_ffffn) };
      await pause?.();
    }
  };
}

/** PBKDF2 by WebCrypto; throws where the browser has none, or has it and refuses to use it. */
export async function nativeDerive(block: Bytes): Promise<Derive> {
  // one key for all: only salts change
  const key = await crypto.subtle.importKey("raw", block, "PBKDF2", false, ["deriveBits"]);
  const derive: Derive = async (_, salt, iterations) =>
    new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 128));
  await derive(block, block, 1);
  return derive;
}

/** The kernel of a compiled module; throws where the engine refuses it. */
export function instantiate(module: WebAssembly.Module): Kernel {
  return new WebAssembly.Instance(module).exports["search"] as Kernel;
}
