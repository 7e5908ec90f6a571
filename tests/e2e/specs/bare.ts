// Browsers without wasm, or without compiling scripts: started that way, so that pages, workers and frames lack it alike.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineName, OpenOptions } from "../harness/engines.ts";
import { newestLogin } from "../harness/field.ts";
import { equal, holds, type Scene, type Spec } from "../harness/spec.ts";
import type { Visitor } from "../harness/visitor.ts";

interface Bareness {
  readonly what: string;
  readonly engine: EngineName;
  readonly options: OpenOptions;
  /** What of wasm there is: an expression in the page. */
  readonly lacks: string;
  /** Whether the module runs all the same. */
  readonly runs: boolean;
}

const NO_WASM = "typeof WebAssembly === 'undefined'";
/** A function that returns a vector: the least module with SIMD. */
const NO_VECTORS = "WebAssembly.validate(new Uint8Array([0,97,115,109,1,0,0,0,1,5,1,96,0,1,123,3,2,1,0,10,10,1,8,0,65,0,253,15,253,98,11])) === false";

const BARENESSES: readonly Bareness[] = [
  { what: "wasm and compiled scripts", engine: "chromium", options: { switches: ["--js-flags=--jitless"] }, lacks: NO_WASM, runs: false },
  { what: "wasm", engine: "firefox", options: { preferences: { "javascript.options.wasm": false } }, lacks: NO_WASM, runs: false },
  { what: "wasm", engine: "webkit", options: { environment: { JSC_useWasm: "0" } }, lacks: NO_WASM, runs: false },
  { what: "compiled scripts and vectors in wasm", engine: "webkit", options: { environment: { JSC_useJIT: "0" } }, lacks: NO_VECTORS, runs: true },
];

/** The browser is what the spec says it is. */
async function isBare(visitor: Visitor, { lacks }: Bareness): Promise<void> {
  await visitor.open("/login");
  equal(await visitor.driver.executeScript(`return ${lacks};`), true, lacks);
}

/** What the newest login told of the machine: nothing where there is no wasm, and why. */
function tells({ demo }: Scene, { runs }: Bareness): void {
  const { credential, components } = newestLogin(demo.proxy);
  equal(credential.split(".").length, 3, "parts of the credential, a proof by a key");
  holds(components.size > 20, "every component is named");
  const reasons = [...new Set(components.values())];
  if (runs) holds(reasons.includes("present"), "the module reads");
  else equal(reasons, ["absent: module-unavailable"], "states of all components");
}

const once: readonly Spec[] = BARENESSES.map((bareness) => ({
  name: `a browser without ${bareness.what} proves its key, works through WebCrypto, and is asked once only`,
  engines: [bareness.engine],
  async run(scene: Scene) {
    const { demo } = scene;
    const alice = await scene.visitor(bareness.options);
    await isBare(alice, bareness);
    holds(await alice.getsIn("alice"), "an unknown device is asked");
    tells(scene, bareness);
    holds((newestLogin(demo.proxy).work ?? "") !== "", "the work is done");
    const odd = demo.proxy.seen.filter(({ path }) => /work-software|work_lanes|work_scalar/.test(path));
    equal(odd.map(({ path }) => path), [], "files of other ways to work");
    for (let round = 0; round < 3; round += 1) {
      await alice.logsOut();
      holds(!(await alice.getsIn("alice")), "a device that never had wasm is not asked for it");
      tells(scene, bareness);
      equal(newestLogin(demo.proxy).work, undefined, "work of a known device");
    }
  },
}));

const searching: readonly Spec[] = BARENESSES.map((bareness) => ({
  name: `a browser without ${bareness.what} does the kind of work that it can`,
  engines: [bareness.engine],
  workKind: "sha256",
  async run({ demo, visitor }: Scene) {
    const alice = await visitor(bareness.options);
    await isBare(alice, bareness);
    holds(await alice.getsIn("alice"), "an unknown device is asked");
    const begun = demo.proxy.sent.filter(({ path }) => path === "/login-guard/attempts").map(({ body }) => (JSON.parse(body) as { work_kind?: string }).work_kind ?? "");
    equal(begun.at(-1), bareness.runs ? "" : "pbkdf2-sha256", "the kind that the attempt was begun with");
    const kernels = demo.proxy.seen.map(({ path }) => /work_(lanes|scalar)/.exec(path)?.[1]).filter((name) => name !== undefined);
    equal(kernels.slice(0, 2), bareness.runs ? ["lanes", "scalar"] : [], "kernels that were tried, in order");
  },
}));

/** A profile that was used with wasm, and is used without from then on. WebKitGTK keeps none; `degraded` shows it with a policy. */
const losing: readonly Spec[] = BARENESSES.filter(({ engine }) => engine !== "webkit").map((bareness) => ({
  name: `a known browser that suddenly is without ${bareness.what} is asked, once`,
  engines: [bareness.engine],
  async run(scene: Scene) {
    const profile = await mkdtemp(join(tmpdir(), "login-guard-bare-"));
    try {
      const before = await scene.visitor({ profile });
      await before.confirms("alice");
      await before.logsOut();
      holds(!(await before.getsIn("alice")), "the device is known");
      await before.logsOut();
      await before.stop();
      const after = await scene.visitor({ ...bareness.options, profile });
      await isBare(after, bareness);
      holds(await after.getsIn("alice"), "a device that says so suddenly is asked");
      tells(scene, bareness);
      await after.logsOut();
      holds(!(await after.getsIn("alice")), "it was enrolled as it is");
    } finally {
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    }
  },
}));

export const bare: readonly Spec[] = [...once, ...searching, ...losing];
