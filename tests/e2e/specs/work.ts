import { plant } from "../harness/engines.ts";
import { equal, holds, type Spec } from "../harness/spec.ts";
import { PARTS } from "../harness/visitor.ts";

/** Keeps what pages are told of work, across the pages of one tab. */
const LISTENS = `
  document.addEventListener("login-guard-work", ({ detail }) => {
    const told = JSON.parse(sessionStorage.getItem("told") ?? "[]");
    sessionStorage.setItem("told", JSON.stringify([...told, detail]));
  });`;

interface Told {
  readonly share: number;
  readonly place: string;
  readonly workers: number;
}

const told = async (driver: { executeScript<T>(script: string): Promise<T> }): Promise<Told[]> =>
  driver.executeScript<Told[]>("return JSON.parse(sessionStorage.getItem('told') ?? '[]');");

/** The fourth part of the field in the last login post. */
function workIn(sent: readonly { method: string; path: string; body: string }[]): string | undefined {
  const login = sent.filter(({ method, path }) => method === "POST" && path === "/login").at(-1);
  return (new URLSearchParams(login?.body).get("login-guard-proof") ?? "").split("~")[3];
}

const everywhere: readonly Spec[] = [
  {
    name: "an unknown device does its work and a known one does none",
    async run({ demo, visitor }) {
      const alice = await visitor();
      await alice.confirms("alice");
      holds((workIn(demo.proxy.sent) ?? "") !== "", "the first login carries work");
      await alice.logsOut();
      demo.proxy.forget();
      await alice.logsIn("alice");
      await alice.arrivesAt("/account");
      equal(workIn(demo.proxy.sent), undefined, "work of the second login");
    },
  },
];

/** Scripts that run before a page's own can be planted in Chromium only. */
const planted: readonly Spec[] = [
  {
    name: "work is told as it is done, in a worker and share by share",
    engines: ["chromium"],
    async run({ visitor }) {
      const alice = await visitor();
      await plant(alice.driver, LISTENS);
      await alice.logsIn("alice");
      await alice.sees(PARTS.code, 30_000);
      const all = await told(alice.driver);
      holds(all.length >= 16, "each puzzle is told");
      equal(all.map(({ share }) => share), all.map(({ share }) => share).sort((a, b) => a - b), "shares in order");
      equal([all.at(-1)?.share, new Set(all.map(({ place }) => place)).size, all[0]?.place], [1, 1, "worker"], "the end, and the place");
    },
  },
  ...[
    ["throws", "globalThis.Worker = class { constructor() { throw new DOMException('refused', 'SecurityError'); } };"],
    ["fails without a message", "globalThis.Worker = class extends EventTarget { postMessage() {} terminate() {} constructor() { super(); setTimeout(() => this.onerror?.(new Event('error'))); } };"],
    ["never answers", "globalThis.Worker = class extends EventTarget { postMessage() {} terminate() {} };"],
  ].map(([what, script]): Spec => ({
    name: `where a worker ${what} the page does the work and says so`,
    engines: ["chromium"],
    async run({ visitor }) {
      const alice = await visitor();
      await plant(alice.driver, `${LISTENS}${script}`);
      await alice.logsIn("alice");
      await alice.sees(PARTS.code, 30_000);
      const all = await told(alice.driver);
      equal([new Set(all.map(({ place }) => place)).size, all[0]?.place, all.at(-1)?.share, all.at(-1)?.workers], [1, "page", 1, 0], "place, end and workers");
    },
  })),
];

export const work: readonly Spec[] = [...everywhere, ...planted];
