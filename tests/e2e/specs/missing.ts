import { plant } from "../harness/engines.ts";
import { equal, type Spec } from "../harness/spec.ts";
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

/** Keeps every sentence that a page shows, however short. */
const LISTENS = `
  const told = [];
  Object.assign(globalThis, { told });
  const { get, set } = Object.getOwnPropertyDescriptor(Node.prototype, "textContent");
  Object.defineProperty(Node.prototype, "textContent", { get, set(text) { told.push(String(text)); set.call(this, text); }, configurable: true });`;

const slow: Spec = {
  name: "a slow way to do the work is told while it lasts",
  engines: ["chromium"],
  async run({ visitor }) {
    // scripts are planted in pages only: a worker would still have what the page lacks
    const script = LACKS.filter(({ what }) => what === "WebCrypto" || what === "workers").map((lack) => lack.script).join("");
    const alice = await visitor();
    await plant(alice.driver, script + LISTENS);
    await alice.logsIn("alice");
    await alice.sees(PARTS.code, 30_000);
    equal(await alice.driver.executeScript("return told.some((text) => text.includes('lacks the fast way'));"), true, "the slow way is told");
  },
};

/** Scripts that run before a page's own can be planted in Chromium only. */
const lacking: readonly Spec[] = LACKS.map(({ what, script }) => ({
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

export const missing: readonly Spec[] = [...lacking, slow];
