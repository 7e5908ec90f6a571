import { plant } from "../harness/engines.ts";
import type { Spec } from "../harness/spec.ts";
import { PARTS } from "../harness/visitor.ts";

interface Lack {
  readonly what: string;
  readonly script: string;
}

/** What a browser can lack, taken away before any script of a page runs. */
const LACKS: readonly Lack[] = [
  { what: "IndexedDB", script: "Object.defineProperty(globalThis, 'indexedDB', { value: undefined, configurable: true });" },
  { what: "an IndexedDB that opens", script: "IDBFactory.prototype.open = function () { throw new DOMException('denied', 'SecurityError'); };" },
  { what: "an IndexedDB that answers", script: "IDBFactory.prototype.open = function () { return new EventTarget(); };" },
  { what: "WebCrypto", script: "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined, configurable: true });" },
  { what: "workers", script: "Object.defineProperty(globalThis, 'Worker', { value: undefined, configurable: true });" },
  { what: "WebAssembly", script: "delete globalThis.WebAssembly;" },
];

/** Scripts that run before a page's own can be planted in Chromium only. */
export const missing: readonly Spec[] = LACKS.map(({ what, script }) => ({
  name: `without ${what} a code still opens the account`,
  engines: ["chromium"],
  async run({ visitor }) {
    const alice = await visitor();
    await plant(alice.driver, script);
    await alice.logsIn("alice");
    await alice.sees(PARTS.code, 30_000);
    await alice.isChallenged();
    await alice.type(PARTS.code, await alice.readsCode("alice@"));
    await alice.arrivesAt("/account");
  },
}));
