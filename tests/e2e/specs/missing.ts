import { plant } from "../harness/engines.ts";
import { newestLogin } from "../harness/field.ts";
import { equal, holds, type Scene, type Spec } from "../harness/spec.ts";
import { PARTS, type Visitor } from "../harness/visitor.ts";

interface Lack {
  readonly what: string;
  readonly script: string;
  /** Why no key can be kept, where that is so. */
  readonly keyless?: string;
}

/** What a browser can lack, taken away before any other script of a page runs. */
const LACKS: readonly Lack[] = [
  { what: "IndexedDB", keyless: "no-indexeddb", script: "Object.defineProperty(globalThis, 'indexedDB', { value: undefined, configurable: true });" },
  { what: "an IndexedDB that opens", keyless: "no-indexeddb", script: "IDBFactory.prototype.open = function () { throw new DOMException('denied', 'SecurityError'); };" },
  { what: "an IndexedDB that answers", keyless: "no-indexeddb", script: "IDBFactory.prototype.open = function () { return new EventTarget(); };" },
  { what: "WebCrypto", keyless: "no-webcrypto", script: "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined, configurable: true });" },
  { what: "workers", script: "Object.defineProperty(globalThis, 'Worker', { value: undefined, configurable: true });" },
  { what: "WebAssembly", script: "delete globalThis.WebAssembly;" },
  { what: "a WebAssembly that compiles", script: "WebAssembly.compile = async () => { throw new WebAssembly.CompileError('an instruction that is not known here'); };" },
];

const LACKING = "/test/lacking.js";

/** Keeps what a page complains of, across the pages of one tab. */
const COMPLAINS = `
  const complain = (what) => sessionStorage.setItem("complaints", (sessionStorage.getItem("complaints") ?? "") + what + "\\n");
  addEventListener("error", ({ message }) => complain("error: " + message));
  addEventListener("unhandledrejection", ({ reason }) => complain("rejection: " + reason));
  for (const level of ["error", "warn"]) console[level] = (...what) => complain(level + ": " + what.join(" "));`;

/** Opens a browser whose pages lack it, in any engine: the proxy puts the script at the beginning of every page. */
async function lacking({ demo, visitor }: Scene, { script }: Lack): Promise<Visitor> {
  demo.proxy.extras.set(LACKING, { type: "text/javascript", body: `(() => {${COMPLAINS}${script}})();` });
  demo.proxy.additions = { head: `<script src="${LACKING}"></script>` };
  return visitor();
}

/** Neither on the page nor in the console. */
async function complainsOfNothing(visitor: Visitor, { engine }: Scene): Promise<void> {
  equal(await visitor.driver.executeScript("return sessionStorage.getItem('complaints');"), null, "complaints of the pages");
  equal(await visitor.driver.executeScript("return document.querySelectorAll('[role=alert]:not([hidden]):not(:empty)').length;"), 0, "alerts on the page");
  if (engine.name !== "chromium") return;
  // what the browser notes of its own graphics is no error
  const log = (await visitor.driver.manage().logs().get("browser")).filter(({ level }) => level.name === "SEVERE");
  equal(log.map(({ message }) => message), [], "errors in the browser's log");
}

const always: readonly Spec[] = LACKS.filter(({ keyless }) => keyless !== undefined).map((lack) => ({
  name: `without ${lack.what} every login is confirmed by cookie and code, and nothing complains`,
  async run(scene: Scene) {
    const { proxy } = scene.demo;
    const alice = await lacking(scene, lack);
    for (let round = 0; round < 3; round += 1) {
      holds(await alice.getsIn("alice"), "a device without a key is asked each time");
      await complainsOfNothing(alice, scene);
      equal(newestLogin(proxy).credential.split(":").slice(0, 2), ["keyless", lack.keyless ?? ""], "why there is no key");
      equal([...new Set(newestLogin(proxy).components.values())], [`absent: ${lack.keyless ?? ""}`], "states of all components");
      const cookies = await alice.driver.manage().getCookies();
      holds(cookies.some(({ name }) => name === "__Host-lg-device"), "the cookie is kept");
      await alice.logsOut();
    }
  },
}));

const once: readonly Spec[] = LACKS.filter(({ keyless }) => keyless === undefined).map((lack) => ({
  name: `without ${lack.what} a login is confirmed once, and nothing complains`,
  async run(scene: Scene) {
    const alice = await lacking(scene, lack);
    for (const isAsked of [true, false, false]) {
      equal(await alice.getsIn("alice"), isAsked, "whether somebody is asked");
      await complainsOfNothing(alice, scene);
      equal(newestLogin(scene.demo.proxy).credential.split(".").length, 3, "parts of the credential, a proof by a key");
      await alice.logsOut();
    }
  },
}));

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

export const missing: readonly Spec[] = [...always, ...once, slow];
