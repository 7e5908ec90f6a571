// Watches what the guard reads before it digests it: a script before every page's and worker's own tells the proxy each
// message that is digested under a device's key, and each key that is exported.

import type { Proxy, Sent } from "./proxy.ts";

const READINGS = "/watch/readings";
const EXPORTS = "/watch/exports";
const SCRIPT = "/watch/watch.js";

const WATCH = `(() => {
  const { sign, exportKey, wrapKey } = SubtleCrypto.prototype;
  const tell = (path, body) => fetch(path, { method: "POST", body, keepalive: true });
  const hex = (data) => {
    const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
    let text = "";
    for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
    return text;
  };
  SubtleCrypto.prototype.sign = function (algorithm, key, data) {
    // large readings are told by their beginning: what is looked for is whether any of it is sent
    if (key.algorithm.name === "HMAC") tell("${READINGS}", hex(data).slice(0, 32768));
    return sign.call(this, algorithm, key, data);
  };
  SubtleCrypto.prototype.exportKey = function (format, key) {
    tell("${EXPORTS}", key.type + " " + key.algorithm.name);
    return exportKey.call(this, format, key);
  };
  SubtleCrypto.prototype.wrapKey = function (format, key, ...rest) {
    tell("${EXPORTS}", key.type + " " + key.algorithm.name);
    return wrapKey.call(this, format, key, ...rest);
  };
})();`;

/** A message that was digested: the component's name and what was read. */
export interface Read {
  readonly name: string;
  readonly reading: Buffer;
}

export class Watch {
  private constructor(readonly proxy: Proxy) {}

  /** Watches every page and worker from now on. */
  static begin(proxy: Proxy): Watch {
    proxy.extras.set(SCRIPT, { type: "text/javascript", body: WATCH });
    for (const path of [READINGS, EXPORTS]) proxy.extras.set(path, { type: "text/plain", body: "" });
    proxy.additions = { head: `<script src="${SCRIPT}"></script>`, worker: WATCH };
    return new Watch(proxy);
  }

  /** What was read so far. */
  get read(): Read[] {
    return this.#told(READINGS).map(({ body }) => {
      const [, name = Buffer.alloc(0), reading = Buffer.alloc(0)] = parts(Buffer.from(body, "hex"));
      return { name: name.toString(), reading };
    });
  }

  /** The keys that were exported, as type and algorithm. */
  get exported(): string[] {
    return this.#told(EXPORTS).map(({ body }) => body);
  }

  /** What the guard and the pages sent, without what the watch told. */
  get sent(): Sent[] {
    return this.proxy.sent.filter(({ path }) => !path.startsWith("/watch/"));
  }

  #told(path: string): Sent[] {
    return this.proxy.sent.filter((sent) => sent.path === path);
  }
}

/** The parts of a transcript (docs/protocol.md): each after its length in four bytes. Of other bytes: themselves. */
export function parts(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    found.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  // a message of which only the beginning was told ends within a part; a picture can look like many empty ones
  const labelled = /^[a-z][a-z0-9/-]*$/.test(found[0]?.toString("latin1") ?? "");
  return labelled ? found : [bytes];
}
