import { newestLogin } from "../harness/field.ts";
import type { Obstacles } from "../harness/proxy.ts";
import { equal, holds, type Scene, type Spec } from "../harness/spec.ts";

interface Degradation {
  readonly what: string;
  readonly obstacles: Obstacles;
  /** Whether nothing is read without it: a known device is asked then, for certain. */
  readonly all: boolean;
}

const without = (source: string) => (policy: string): string => policy.replace(` ${source}`, "");
const isScript = (path: string): boolean => path.endsWith(".js");

/** What can keep evidence from being gathered although the guard runs. */
const DEGRADATIONS: readonly Degradation[] = [
  { what: "the module's file", obstacles: { refuses: (path) => path.endsWith(".wasm") }, all: true },
  { what: "the file that calls the module", obstacles: { refuses: (path) => /\/login_guard\.[0-9a-f]+\.js$/.test(path) }, all: true },
  { what: "wasm by the page's policy", obstacles: { policy: (policy, path) => (isScript(path) ? policy : without("'wasm-unsafe-eval'")(policy)) }, all: true },
  { what: "wasm by the workers' policy", obstacles: { policy: (policy, path) => (isScript(path) ? without("'wasm-unsafe-eval'")(policy) : policy) }, all: false },
  { what: "workers by the page's policy", obstacles: { policy: (policy) => policy.replace("worker-src 'self'", "worker-src 'none'") }, all: false },
];

/** An obstacle in nobody's way, so that no cache hides the next one. */
const NONE: Obstacles = { refuses: () => false };

const reading: readonly Spec[] = DEGRADATIONS.map(({ what, obstacles, all }) => ({
  name: `without ${what} a known device is asked once${all ? "" : " at most"} and stays known, a stranger is stopped`,
  async run({ demo, visitor }: Scene) {
    demo.proxy.obstacles = NONE;
    const alice = await visitor();
    await alice.confirms("alice");
    await alice.logsOut();
    demo.proxy.obstacles = obstacles;
    const isAsked = await alice.getsIn("alice");
    if (all) {
      holds(isAsked, "a device whose evidence is gone suddenly is asked");
      equal([...new Set(newestLogin(demo.proxy).components.values())], ["absent: module-unavailable"], "states of all components");
    }
    await alice.logsOut();
    holds(!(await alice.getsIn("alice")), "the device is known afterwards");
    await alice.logsOut();
    const stranger = await visitor();
    await stranger.logsIn("alice");
    await stranger.isChallenged();
  },
}));

/** What can keep the work of the kind `sha256` from being searched for in wasm. */
const SEARCHES: readonly { readonly what: string; readonly obstacles: Obstacles; readonly kind: (engine: string) => string }[] = [
  // WebKit compiles on such a page and refuses to run it there; its workers have a policy of their own
  { what: "wasm by the page's policy", obstacles: { policy: (policy, path) => (isScript(path) ? policy : without("'wasm-unsafe-eval'")(policy)) }, kind: (engine) => (engine === "webkit" ? "" : "pbkdf2-sha256") },
  { what: "wasm by the workers' policy", obstacles: { policy: (policy, path) => (isScript(path) ? without("'wasm-unsafe-eval'")(policy) : policy) }, kind: () => "" },
  { what: "the kernel's files", obstacles: { refuses: (path) => path.includes("/work_") }, kind: () => "pbkdf2-sha256" },
  { what: "the kernel with lanes", obstacles: { refuses: (path) => path.includes("/work_lanes") }, kind: () => "" },
];

const searching: readonly Spec[] = SEARCHES.map(({ what, obstacles, kind }) => ({
  name: `without ${what} a search in wasm is done otherwise, and the code opens the account`,
  workKind: "sha256",
  async run({ demo, engine, visitor }: Scene) {
    demo.proxy.obstacles = obstacles;
    const alice = await visitor();
    holds(await alice.getsIn("alice"), "an unknown device is asked");
    const begun = demo.proxy.sent.filter(({ path }) => path === "/login-guard/attempts").map(({ body }) => (JSON.parse(body) as { work_kind?: string }).work_kind ?? "");
    equal(begun.at(-1), kind(engine.name), "the kind that the attempt was begun with");
  },
}));

export const degraded: readonly Spec[] = [...reading, ...searching];
