// PBKDF2 without WebCrypto. A file of its own, fetched only where it is needed.

import { pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** The first 16 bytes of PBKDF2-HMAC-SHA-256. Lets the page work now and then, as it takes a hundred times as long. */
export function derive(block: Uint8Array, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  return pbkdf2Async(sha256, block, salt, { c: iterations, dkLen: 16 });
}
