import type { OpenOptions } from "../harness/engines.ts";
import type { Obstacles } from "../harness/proxy.ts";
import type { Demo } from "../harness/demo.ts";
import { eventually } from "../harness/process.ts";
import { holds, type Scene, type Spec } from "../harness/spec.ts";
import { PARTS, type Visitor } from "../harness/visitor.ts";

interface Degradation {
  readonly what: string;
  readonly obstacles: Obstacles;
}

const without = (source: string) => (policy: string): string => policy.replace(` ${source}`, "");
const isScript = (path: string): boolean => path.endsWith(".js");

/** What can keep evidence from being gathered although the guard runs. */
const DEGRADATIONS: readonly Degradation[] = [
  { what: "the module's file", obstacles: { refuses: (path) => path.endsWith(".wasm") } },
  { what: "the file that calls the module", obstacles: { refuses: (path) => /\/login_guard\.[0-9a-f]+\.js$/.test(path) } },
  { what: "wasm by the page's policy", obstacles: { policy: (policy, path) => (isScript(path) ? policy : without("'wasm-unsafe-eval'")(policy)) } },
  { what: "wasm by the workers' policy", obstacles: { policy: (policy, path) => (isScript(path) ? without("'wasm-unsafe-eval'")(policy) : policy) } },
  { what: "workers by the page's policy", obstacles: { policy: (policy) => policy.replace("worker-src 'self'", "worker-src 'none'") } },
];

/** An obstacle in nobody's way, so that no cache hides the next one. */
const NONE: Obstacles = { refuses: () => false };

/** Logs in and answers what is asked; whether something was. */
async function getsIn(visitor: Visitor, demo: Demo): Promise<boolean> {
  const mails = (await demo.inbox()).length;
  await visitor.logsIn("alice");
  const path = await eventually("the login is answered", async () => {
    const now = await visitor.path().catch(() => "");
    return ["/account", "/login/confirm"].includes(now) ? now : undefined;
  });
  if (path === "/account") return false;
  await visitor.sees(PARTS.code);
  await visitor.type(PARTS.code, await demo.code("alice@", mails + 1));
  await visitor.arrivesAt("/account");
  return true;
}

/** Is asked once at most when it begins, and never again as long as it lasts. */
async function staysKnown(visitor: Visitor, demo: Demo): Promise<void> {
  await getsIn(visitor, demo);
  await visitor.logsOut();
  holds(!(await getsIn(visitor, demo)), "the device is known afterwards");
  await visitor.logsOut();
}

const obstructed: readonly Spec[] = DEGRADATIONS.map(({ what, obstacles }) => ({
  name: `without ${what} a known device is asked once at most and stays known, a stranger is stopped`,
  async run({ demo, visitor }: Scene) {
    demo.proxy.obstacles = NONE;
    const alice = await visitor();
    await alice.confirms("alice");
    await alice.logsOut();
    demo.proxy.obstacles = obstacles;
    await staysKnown(alice, demo);
    const stranger = await visitor();
    await stranger.logsIn("alice");
    await stranger.isChallenged();
  },
}));

/** Browsers that were started without wasm, or without compiling scripts. */
const BARE: readonly { what: string; engine: "chromium" | "firefox" | "webkit"; options: OpenOptions }[] = [
  { what: "wasm and compiled scripts", engine: "chromium", options: { switches: ["--js-flags=--jitless"] } },
  { what: "wasm", engine: "firefox", options: { preferences: { "javascript.options.wasm": false } } },
  { what: "wasm", engine: "webkit", options: { environment: { JSC_useWasm: "0" } } },
  { what: "compiled scripts", engine: "webkit", options: { environment: { JSC_useJIT: "0" } } },
];

const bare: readonly Spec[] = BARE.map(({ what, engine, options }) => ({
  name: `a browser without ${what} is confirmed once and stays known`,
  engines: [engine],
  async run({ demo, visitor }: Scene) {
    const alice = await visitor(options);
    holds(await getsIn(alice, demo), "an unknown device is asked");
    await alice.logsOut();
    await staysKnown(alice, demo);
  },
}));

export const degraded: readonly Spec[] = [...obstructed, ...bare];
