// The encodings of docs/protocol.md, written from that page alone.

import { createHash } from "node:crypto";

export const utf8 = (text: string): Buffer => Buffer.from(text, "utf8");

export const b64u = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

/** `T(label, part…)`: label and parts, each as its length in four big-endian bytes followed by its bytes. */
export function transcript(label: string, ...parts: (Uint8Array | string)[]): Buffer {
  const pieces = [label, ...parts].flatMap((part) => {
    const bytes = typeof part === "string" ? utf8(part) : Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat(pieces);
}

/** b64u of `H`. */
export const digest = (bytes: Uint8Array): string => b64u(createHash("sha256").update(bytes).digest());
