// Holds this implementation against the shared vectors of crates/protocol/vectors. For tests; not shipped.

import { digest, fromBase64url, toBase64url, transcript, utf8 } from "./encoding";
import { keyId } from "./keys";
import { nameDigest, stepDigest } from "./proof";
import { solve, type Work } from "./work";
import { derive } from "./work-software";

/** The files of crates/protocol/vectors by name, without `.json`. */
export interface Vectors {
  readonly transcript: readonly { label: string; parts: string[]; bytes: string; digest: string }[];
  readonly name: readonly { platform: string; name: string; digest: string }[];
  readonly key: readonly { x: string; y: string; key_id: string }[];
  readonly step: readonly { step: string; payload: string; digest: string }[];
  readonly work: readonly { work: Work; counter: number }[];
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
  for (const { work, counter } of vectors.work) {
    compare("work", counter, await solve(work));
    compare("work without WebCrypto", work.target, toBase64url(await derive(utf8(String(counter)), fromBase64url(work.salt), work.iterations)));
  }
  compare("empty digest", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", await digest(utf8("")));
  return failures;
}
