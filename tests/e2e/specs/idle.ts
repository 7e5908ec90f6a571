import type { Engine } from "../harness/engines.ts";
import { eventually } from "../harness/process.ts";
import type { Proxy, Sent } from "../harness/proxy.ts";
import { equal, holds, type Spec } from "../harness/spec.ts";
import { PARTS, type Visitor } from "../harness/visitor.ts";

const DRAWN = "/idle/drawn";

/** In a worker: tells each canvas that is drawn on, before it goes on, since a worker that is no more needed ends at once. */
const TELLS = `(() => {
  const { getContext } = OffscreenCanvas.prototype;
  OffscreenCanvas.prototype.getContext = function (kind, ...rest) {
    if (kind === "2d") {
      const told = new XMLHttpRequest();
      told.open("POST", "${DRAWN}", false);
      told.send(this.width + "x" + this.height);
    }
    return getContext.call(this, kind, ...rest);
  };
})();`;
/** In a worker: starts, and never answers. */
const HANGS = `addEventListener("message", (event) => event.stopImmediatePropagation());`;
/** Milliseconds, of `parameters` in docs/protocol.md. */
const BUDGET_MS = 1_000;
/** Milliseconds that the login's own request and a busy machine may take besides. */
const ELSE_MS = 2_500;

/** Canvases of the probe (src/challenges/probe.rs), whose seeds come with the login's own request. */
const PROBES = ["440x220", "48x48"];

/** How many canvases signals have drawn on for the login; its confirmation reads once more. */
function drawn({ sent }: Proxy): number {
  const login = sent.findIndex(({ method, path }) => method === "POST" && path === "/login");
  const before = login < 0 ? sent : sent.slice(0, login);
  return before.filter(({ path, body }) => path === DRAWN && !PROBES.includes(body)).length;
}

function watchDrawing(proxy: Proxy): void {
  proxy.extras.set(DRAWN, { type: "text/plain", body: "" });
  proxy.additions = { worker: TELLS };
}

/** What the browser kept of the visit. */
async function kept({ driver }: Visitor): Promise<unknown[]> {
  const databases = await driver.executeAsyncScript<string[]>(`
    const done = arguments[arguments.length - 1];
    indexedDB.databases().then((found) => done(found.map(({ name }) => name)), () => done(["refused"]));`);
  return [databases, await driver.manage().getCookies()];
}

/** Fills in the form and presses, in one task as soon as the guard runs; the milliseconds until the form goes out. */
async function pressesAtOnce({ driver, demo }: Visitor, engine: Engine): Promise<number> {
  return driver.executeAsyncScript<number>(
    `const [password, isEarly, done] = arguments;
    const guard = isEarly ? import("/login-guard/guard.js") : Promise.resolve();
    guard.then(() => {
      const form = document.querySelector("form[data-login-guard]");
      form.elements.account.value = "alice";
      form.elements.password.value = password;
      const pressedAt = performance.now();
      form.addEventListener("formdata", () => done(performance.now() - pressedAt));
      form.querySelector("button[type=submit]").click();
    });`,
    demo.password,
    // WebKit may tell that the page is there before its modules have run; scripts of Firefox's driver cannot import
    engine.name === "webkit",
  );
}

/** The reasons for which components are absent in the evidence of a login, by name. */
function missing(sent: readonly Sent[]): Record<string, string> {
  const login = sent.find(({ method, path }) => method === "POST" && path === "/login");
  const [, , evidence = ""] = (new URLSearchParams(login?.body).get("login-guard-proof") ?? "").split("~");
  const { components } = JSON.parse(Buffer.from(evidence, "base64url").toString("utf8")) as { components: Record<string, { reason?: string }> };
  return Object.fromEntries(Object.entries(components).flatMap(([name, { reason }]) => (reason === undefined ? [] : [[name, reason]])));
}

export const idle: readonly Spec[] = [
  {
    name: "an idle page loads and reads ahead, and asks, digests and keeps nothing",
    async run({ demo, visitor }) {
      watchDrawing(demo.proxy);
      const passer = await visitor();
      await passer.open("/login");
      await eventually("the workers draw", () => (drawn(demo.proxy) > 0 ? true : undefined));
      holds(demo.proxy.asked("/login-guard/").some((request) => request.endsWith(".wasm")), "the module was asked for");
      equal(demo.proxy.asked("/login-guard/").filter((request) => !request.startsWith("GET ")), [], "requests to the verifier that say something");
      equal(await kept(passer), [[], []], "databases and cookies");
    },
  },
  {
    name: "who presses after that waits for the login's own request, and nothing is read twice",
    async run({ demo, engine, visitor }) {
      watchDrawing(demo.proxy);
      const alice = await visitor();
      await alice.logsIn("alice");
      await alice.isChallenged();
      const all = drawn(demo.proxy);
      // her page is reading once more for the confirmation
      await alice.driver.get("about:blank");
      const bob = await visitor();
      demo.proxy.forget();
      await bob.open("/login");
      // what an engine does not answer while the page is idle is read again with the key, so that less than all may be drawn by now
      let [last, since] = [0, Date.now()];
      await eventually("drawing has come to an end", () => {
        const now = drawn(demo.proxy);
        if (now !== last) [last, since] = [now, Date.now()];
        return now > 0 && Date.now() - since > BUDGET_MS ? true : undefined;
      });
      const before = demo.proxy.seen.length;
      await pressesAtOnce(bob, engine);
      await bob.isChallenged();
      // WebKit asks again, and late, for the files that a worker is started from
      const files = ({ method, path }: { method: string; path: string }): boolean => path.startsWith("/login-guard/work.") || (engine.name === "webkit" && method === "GET");
      const said = demo.proxy.seen.slice(before).filter((request) => !files(request));
      const requests = said.map(({ method, path }) => `${method} ${path}`);
      equal(requests.slice(0, 2), ["POST /login-guard/attempts", "POST /login"], "requests after the press");
      // WebKitGTK leaves most pictures unanswered while the page is idle, and each of them is drawn once more with the key
      const drawings = drawn(demo.proxy);
      holds(drawings === all || (engine.name === "webkit" && drawings < 2 * all), `pictures drawn: ${drawings}, with nothing read ahead ${all}`);
    },
  },
  {
    name: "who presses as soon as the page is there is challenged with what was read in time",
    async run({ engine, visitor }) {
      const alice = await visitor();
      await alice.open("/login");
      const waited = await pressesAtOnce(alice, engine);
      holds(waited < BUDGET_MS + ELSE_MS, `the form went out after ${Math.round(waited)} ms`);
      await alice.isChallenged();
      await alice.type(PARTS.code, await alice.readsCode("alice@"));
      await alice.arrivesAt("/account");
    },
  },
  {
    name: "readings that do not come are waited for as long as the budget says",
    async run({ demo, engine, visitor }) {
      demo.proxy.additions = { worker: HANGS };
      const alice = await visitor();
      await alice.open("/login");
      const waited = await pressesAtOnce(alice, engine);
      holds(waited >= BUDGET_MS - 50 && waited < BUDGET_MS + ELSE_MS, `the form went out after ${Math.round(waited)} ms`);
      await alice.isChallenged();
      const reasons = missing(demo.proxy.sent);
      equal(["canvas", "fonts", "timezone"].map((name) => reasons[name]), ["timed-out", "timed-out", "timed-out"], "reasons of what workers read");
      equal(reasons["hardware"], undefined, "the reason of what the page reads");
    },
  },
];
