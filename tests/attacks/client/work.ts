// Work by the protocol's page: whole, in part, or pretended.

import { createHash, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import { transcript } from "./encoding.ts";

export interface Work {
  readonly kind: string;
  readonly salt: string;
  readonly iterations?: number;
  readonly puzzles: number;
  readonly bits: number;
}

const derive = promisify(pbkdf2);

/** The answer: for each puzzle its counter, and the last four of sixteen bytes of its result. */
export async function solve(attempt: string, work: Work): Promise<string> {
  const block = Buffer.concat([transcript("login-guard/work/v1", Buffer.from(attempt, "base64url"), Buffer.from(work.salt, "base64url")), Buffer.alloc(1)]);
  const solutions: Promise<Buffer>[] = [];
  for (let puzzle = 0; puzzle < work.puzzles; puzzle += 1) solutions.push(solvePuzzle(block, work, puzzle));
  return Buffer.concat(await Promise.all(solutions)).toString("base64url");
}

async function solvePuzzle(block: Buffer, work: Work, puzzle: number): Promise<Buffer> {
  for (let counter = 0; ; counter += 1) {
    const point = Buffer.alloc(8);
    point.writeUInt32BE(puzzle);
    point.writeUInt32BE(counter, 4);
    const result = work.iterations === undefined
      ? createHash("sha256").update(block).update(point).digest()
      : await derive(block, point, work.iterations, 16, "sha256");
    if (result.readUInt32BE() >>> (32 - work.bits) === 0) return Buffer.concat([point.subarray(4), result.subarray(12, 16)]);
  }
}

/** An answer with the tags of these puzzles guessed. */
export function spoil(answer: string, spoils: (puzzle: number) => boolean): string {
  const bytes = Buffer.from(answer, "base64url");
  for (let puzzle = 0; puzzle * 8 < bytes.length; puzzle += 1) if (spoils(puzzle)) bytes.writeUInt8(bytes.readUInt8(puzzle * 8 + 7) ^ 1, puzzle * 8 + 7);
  return bytes.toString("base64url");
}
