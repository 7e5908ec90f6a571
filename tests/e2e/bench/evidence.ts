// What a login page costs in Chromium, beside FingerprintJS on the same page: `evidence.ts FILE` writes the figures.
//
// Each measurement has a browser profile of its own, so nothing is cached and no key is there. The two alternate in
// order. The page is the demo's login page; a script planted before its own plays the person whose password manager has
// filled in the name already: it asks for a proof as soon as the page is there.

import { readFile, writeFile } from "node:fs/promises";
import { Demo } from "../harness/demo.ts";
import { ENGINES, openSession, plant } from "../harness/engines.ts";

const ROUNDS = 15;

/** Records long tasks and the signature; offers `__proof`, a promise of the moments of one proof. */
const OURS = `
  const moments = { longest: 0 };
  new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (moments.longest = Math.max(moments.longest, duration))))
    .observe({ type: "longtask", buffered: true });
  const { sign } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.sign = async function (algorithm, ...rest) {
    if (algorithm.name !== "ECDSA") return sign.call(this, algorithm, ...rest);
    const startedAt = performance.now();
    const signature = await sign.call(this, algorithm, ...rest);
    moments.sign = performance.now() - startedAt;
    return signature;
  };
  // the key is looked for before evidence is gathered, and kept as soon as it is there: the second opening is its end
  const { open } = IDBFactory.prototype;
  let openings = 0;
  IDBFactory.prototype.open = function (...rest) {
    openings += 1;
    if (openings === 2) moments.gathered = performance.now();
    return open.apply(this, rest);
  };
  globalThis.__proof = new Promise((resolve, reject) => {
    addEventListener("DOMContentLoaded", async () => {
      try {
        const { prove } = await import("/login-guard/guard.js");
        moments.asked = performance.now();
        await prove({ loginName: "alice" });
        moments.ready = performance.now();
        // long tasks are reported after they have ended
        requestAnimationFrame(() => setTimeout(() => resolve(moments), 0));
      } catch (thrown) { reject(thrown); }
    });
  });`;

const THEIRS = `
  globalThis.__proof = new Promise((resolve, reject) => {
    addEventListener("DOMContentLoaded", async () => {
      try {
        const { load } = await import("/bench/fingerprintjs.js");
        const startedAt = performance.now();
        await (await load({ delayFallback: 0 })).get();
        resolve({ duration: performance.now() - startedAt });
      } catch (thrown) { reject(thrown); }
    });
  });`;

interface Ours {
  readonly asked: number;
  readonly gathered?: number;
  readonly ready: number;
  readonly sign?: number;
  readonly longest: number;
}

async function measure<T>(demo: Demo, script: string): Promise<T> {
  const session = await openSession(ENGINES.chromium, {});
  try {
    await plant(session.driver, script);
    await session.driver.get(`${demo.origin}/login`);
    const answer = await session.driver.executeAsyncScript<{ value?: T; error?: string }>(`
      const done = arguments[arguments.length - 1];
      __proof.then((value) => done({ value }), (error) => done({ error: String(error) }));`);
    if (answer.value === undefined) throw new Error(answer.error ?? "no measurement");
    return answer.value;
  } finally {
    await session.stop();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function there(value: number | undefined, what: string): number {
  if (value === undefined) throw new Error(`the page did not show ${what}`);
  return value;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("a file for the figures is needed");
const demo = await Demo.start();
try {
  const library = new URL("../node_modules/@fingerprintjs/fingerprintjs/dist/fp.esm.js", import.meta.url);
  demo.proxy.extras.set("/bench/fingerprintjs.js", { type: "text/javascript", body: await readFile(library) });
  const [ours, theirs]: [Ours[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const us = async (): Promise<void> => void ours.push(await measure<Ours>(demo, OURS));
    const them = async (): Promise<void> => void theirs.push((await measure<{ duration: number }>(demo, THEIRS)).duration);
    for (const run of round % 2 === 0 ? [us, them] : [them, us]) await run();
  }
  const evidence = median(ours.map(({ asked, gathered }) => there(gathered, "when evidence was gathered") - asked));
  const fingerprintjs = median(theirs);
  const figures = {
    ready_ms: median(ours.map(({ ready }) => ready)),
    evidence_ms: evidence,
    sign_ms: median(ours.map(({ sign }) => there(sign, "a signature"))),
    longest_task_ms: median(ours.map(({ longest }) => longest)),
    fingerprintjs_ms: fingerprintjs,
    ratio: evidence / fingerprintjs,
  };
  const text = JSON.stringify(Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, rounded(value)])), null, 2);
  console.log(text);
  await writeFile(file, `${text}\n`);
} finally {
  await demo.stop();
}
