// Holds this implementation against the shared vectors of crates/protocol/vectors. For tests; not shipped.

import { digest, fromBase64url, toBase64url, transcript, utf8 } from "./encoding";
import { type BuiltFile, files } from "./files";
import { keyId } from "./keys";
import { nameDigest, stepDigest } from "./proof";
import { fetchFile } from "./transport";
import type { Work } from "./work";
import { instantiate, type Kernel, nativeDerive, type Search, searchPbkdf2, searchSha256 } from "./work-search";
import { derive } from "./work-software";

/** The files of crates/protocol/vectors by name, without `.json`. */
export interface Vectors {
  readonly transcript: readonly { label: string; parts: string[]; bytes: string; digest: string }[];
  readonly name: readonly { platform: string; name: string; digest: string }[];
  readonly key: readonly { x: string; y: string; key_id: string }[];
  readonly step: readonly { step: string; payload: string; digest: string }[];
  readonly work: readonly { attempt: string; work: Work; block: string; answer: string }[];
}

/** One sentence for each vector that this implementation does not reproduce; empty when all agree. */
export async function check(vectors: Vectors): Promise<string[]> {
  const failures: string[] = [];
  const compare = (what: string, expected: unknown, actual: unknown): void => {
    if (expected !== actual) failures.push(`${what}: expected ${String(expected)}, got ${String(actual)}`);
  };
  for (const { label, parts, bytes, digest: expected } of vectors.transcript) {
    const made = transcript(label, ...parts.map(fromBase64url));
    compare(`transcript ${label}`, bytes, toBase64url(made));
    compare(`transcript ${label}, as text`, bytes, toBase64url(transcript(label, ...parts.map((part) => new TextDecoder().decode(fromBase64url(part))))));
    compare(`digest of transcript ${label}`, expected, await digest(made));
  }
  for (const { platform, name, digest: expected } of vectors.name) compare(`name on ${platform}`, expected, await nameDigest(platform, name));
  for (const { x, y, key_id } of vectors.key) compare("key id", key_id, await keyId(x, y));
  for (const { step, payload, digest: expected } of vectors.step) compare(`step ${step}`, expected, await stepDigest(step, payload));
  for (const { attempt, work, block, answer } of vectors.work) {
    const bytes = fromBase64url(block);
    compare("block of work", block, toBase64url(new Uint8Array([...transcript("login-guard/work/v1", fromBase64url(attempt), fromBase64url(work.salt)), 0])));
    const searches: [string, Search][] = work.iterations === undefined
      ? (await kernels()).map(([name, kernel]) => [name, searchSha256(bytes, work.bits, kernel)])
      : [["WebCrypto", searchPbkdf2(bytes, work.iterations, work.bits, await nativeDerive(bytes), 1)], ["software", searchPbkdf2(bytes, work.iterations, work.bits, derive, 1)]];
    for (const [name, search] of searches) compare(`work by ${name}`, answer, await answered(work, search));
  }
  compare("empty digest", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", await digest(utf8("")));
  return failures;
}

async function answered(work: Work, search: Search): Promise<string> {
  const bytes = new Uint8Array(work.puzzles * 8);
  const view = new DataView(bytes.buffer);
  for (let puzzle = 0; puzzle < work.puzzles; puzzle += 1) {
    const { counter, tag } = await search(puzzle);
    view.setUint32(puzzle * 8, counter);
    view.setUint32(puzzle * 8 + 4, tag);
  }
  return toBase64url(bytes);
}

/** The built searches for the kind `sha256`, from beside this script. */
async function kernels(): Promise<[string, Kernel][]> {
  const load = async (file: BuiltFile): Promise<Kernel> => instantiate(await WebAssembly.compile(await fetchFile(file)));
  return [["wasm", await load(files.scalar)], ["wasm in lanes", await load(files.lanes)]];
}
