// Bytes of the protocol: base64url, transcripts and their digests. Everything here needs WebCrypto and nothing else.

export type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

/** Unpadded base64url (RFC 4648 section 5). */
export function toBase64url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Throws on text that is not base64url. */
export function fromBase64url(text: string): Bytes {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

/** `T(label, part…)` of docs/protocol.md: each part as its length in four big-endian bytes and its bytes. */
export function transcript(label: string, ...parts: (string | Uint8Array)[]): Bytes {
  const chunks = [label, ...parts].map((part) => (typeof part === "string" ? utf8(part) : part));
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + 4 + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    new DataView(bytes.buffer).setUint32(at, chunk.length);
    bytes.set(chunk, at + 4);
    at += 4 + chunk.length;
  }
  return bytes;
}

/** SHA-256, base64url. */
export async function digest(bytes: Bytes): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
