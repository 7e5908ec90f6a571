// What a spec is, and how specs are run: each with a demo of its own, one after the other.

import { Demo } from "./demo.ts";
import { type Engine, openDisplay, openSession, type OpenOptions } from "./engines.ts";
import { Visitor } from "./visitor.ts";

/** What a spec gets. Everything it opens is closed after it. */
export interface Scene {
  readonly demo: Demo;
  readonly engine: Engine;
  /** Opens a browser with a fresh profile. */
  visitor(options?: OpenOptions): Promise<Visitor>;
}

export interface Spec {
  /** A sentence that is true when the spec passes. */
  readonly name: string;
  /** Engines in which this can be tried; all when left out. A spec that an engine cannot run is not in its list. */
  readonly engines?: readonly Engine["name"][];
  /** Hosts besides localhost that the demo's pages are opened under. */
  readonly hosts?: readonly string[];
  /** Seconds that the verifier holds a device cookie, for specs about copies; the usual ones when left out. */
  readonly cookieHold?: number;
  /** Seconds that a change of factors waits where nothing vouches for it; the demo's own when left out. */
  readonly factorWait?: number;
  /** The kind of work that the verifier asks for; the usual one when left out. */
  readonly workKind?: "sha256";
  run(scene: Scene): Promise<void>;
}

/** Runs the specs of an engine; ends with a closing line in libtest's form. Answers whether all passed. */
export async function runSpecs(engine: Engine, specs: readonly Spec[]): Promise<boolean> {
  const chosen = specs.filter(({ engines }) => engines === undefined || engines.includes(engine.name));
  const display = engine.name === "webkit" ? await openDisplay() : undefined;
  try {
    return await report(chosen, (spec) => runSpec(engine, spec, display?.display));
  } finally {
    await display?.stop();
  }
}

/** Runs cases one after the other and writes libtest's lines. */
export async function report<T extends { readonly name: string }>(cases: readonly T[], run: (one: T) => Promise<void>): Promise<boolean> {
  const failures: string[] = [];
  console.log(`running ${cases.length} tests`);
  for (const one of cases) {
    const startedAt = performance.now();
    try {
      await run(one);
      console.log(`test ${one.name} ... ok (${Math.round(performance.now() - startedAt)} ms)`);
    } catch (thrown) {
      failures.push(`---- ${one.name} ----\n${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
      console.log(`test ${one.name} ... FAILED`);
    }
  }
  if (failures.length > 0) console.log(`\nfailures:\n\n${failures.join("\n\n")}\n`);
  const state = failures.length === 0 ? "ok" : "FAILED";
  console.log(`test result: ${state}. ${cases.length - failures.length} passed; ${failures.length} failed; 0 ignored`);
  return failures.length === 0 && cases.length > 0;
}

/** Milliseconds; the longest specs take 40 s, on a loaded machine a hundred. */
const SPEC_LIMIT_MS = 300_000;

async function runSpec(engine: Engine, spec: Spec, display: string | undefined): Promise<void> {
  const { hosts, cookieHold, factorWait, workKind } = spec;
  const demo = await Demo.start({ tls: engine.needsTls, ...(hosts === undefined ? {} : { also: hosts }), ...(cookieHold === undefined ? {} : { cookieHold }), ...(factorWait === undefined ? {} : { factorWait }), ...(workKind === undefined ? {} : { workKind }) });
  const visitors: Visitor[] = [];
  try {
    const running = spec.run({
      demo,
      engine,
      visitor: async (options = {}) => {
        const visitor = new Visitor(demo, await openSession(engine, options, display));
        visitors.push(visitor);
        return visitor;
      },
    });
    // told where it is awaited
    running.catch(() => undefined);
    await Promise.race([running, timesOut()]);
    equal(demo.proxy.violations, [], "violations of the pages' policy");
  } catch (thrown) {
    const pages = await Promise.all(visitors.map((visitor) => Promise.race([visitor.page(), silence()])));
    const requests = demo.proxy.seen.slice(-12).map(({ method, path, status }) => `${method} ${path} ${status}`);
    throw new Error([thrown instanceof Error ? thrown.stack : String(thrown), ...pages, "last requests:", ...requests].join("\n"));
  } finally {
    for (const visitor of visitors) await visitor.stop();
    await demo.stop();
  }
}

/** Instead of the page of a browser that does not answer. */
function silence(): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve("a browser that does not answer"), 10_000).unref());
}

/** A driver that never answers is a failure that is told, not a run without an end. */
function timesOut(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(`no end after ${SPEC_LIMIT_MS / 1_000} s`)), SPEC_LIMIT_MS).unref());
}

/** Two values must be equal. */
export function equal<T>(actual: T, expected: T, what: string): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what}: expected ${other}, got ${one}`);
}

/** Something must hold. */
export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}
