// How fast browsers do work, beside two peers in the same Chromium: `work.ts FILE` writes the figures.
//
// Rates are in compressions of SHA-256, the one amount that all kinds have in common: one for each hash of a single block,
// two for each iteration of PBKDF2. Ours are taken through the shipped file, from the call to the answer, starting workers
// included; the peers' from the message to the answer in a worker that is warm already. Rounds alternate.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { WebDriver } from "selenium-webdriver";
import { type Engine, ENGINES, openDisplay, openSession, type OpenOptions } from "../harness/engines.ts";

const DIST = new URL("../../../www/dist/", import.meta.url);
const PEERS = new URL("../node_modules/", import.meta.url);
/** Rounds of each rate, and of each wait. */
const [RATES, WAITS] = [5, 41];
/** As unknown devices get them on a quiet day (crates/verifier/src/work/difficulty.rs). */
const DEFAULT = { pbkdf2: { kind: "pbkdf2-sha256", iterations: 2_000, puzzles: 16, bits: 2 }, sha256: { kind: "sha256", puzzles: 16, bits: 14 } } as const;
/** Enough for about a second. */
const LONG = { pbkdf2: { ...DEFAULT.pbkdf2, puzzles: 64, bits: 6 }, sha256: { ...DEFAULT.sha256, puzzles: 64, bits: 18 } } as const;
/** Beside peers: so long that starting a worker, which ours pay and theirs do not, hardly counts. */
const LONGER = { pbkdf2: { ...LONG.pbkdf2, bits: 7 }, sha256: { ...LONG.sha256, bits: 19 } } as const;
/** Milliseconds that a peer is measured in one round: as long. */
const PEER_MS = 2_000;
/** Rounds beside peers. The best of each counts: whatever else the machine does only makes slower. */
const BESIDE = 9;

type Kind = keyof typeof DEFAULT;

/** In the page: one piece of work, its time and its compressions. */
const OURS = `
  globalThis.ours = async (work, names, all) => {
    const { solve } = await import("/dist/" + names.work);
    const random = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const places = new Set();
    const tools = {
      worker: new URL("/dist/" + names.work, location.href),
      kernel: async (lanes) => (await fetch("/dist/" + (lanes ? names.lanes : names.scalar))).arrayBuffer(),
      software: () => import("/dist/" + names.software),
      progress: ({ place }) => places.add(place),
      ...(all ? { hurry: Promise.resolve() } : {}),
    };
    const attempt = random();
    const startedAt = performance.now();
    const answer = await solve(attempt, { ...work, salt: random() }, tools);
    const ms = performance.now() - startedAt;
    const bytes = Uint8Array.from(atob(answer.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    let tries = 0;
    for (let at = 0; at < bytes.length; at += 8) tries += view.getUint32(at) + 1;
    return { ms, compressions: tries * 2 * (work.iterations ?? 0.5), places: [...places] };
  };`;

const PEERS_IN_PAGE = `
  let capWorker, altchaWorker;
  const answered = (worker, message) => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = () => reject(new Error("the peer's worker failed"));
    worker.postMessage(message);
  });
  globalThis.cap = async (salt, target) => {
    capWorker ??= new Worker("/peers/cap-worker.js", { type: "module" });
    const { nonce, ms } = await answered(capWorker, { salt, target });
    return { ms, compressions: nonce + 1 };
  };
  globalThis.altcha = async (nonce, salt, keyPrefix, cost) => {
    altchaWorker ??= new Worker("/peers/altcha-worker.js");
    const challenge = { parameters: { algorithm: "PBKDF2/SHA-256", cost, keyLength: 32, nonce, salt, keyPrefix } };
    const startedAt = performance.now();
    const { counter } = await answered(altchaWorker, { type: "work", challenge, counterStart: 0, counterStep: 1 });
    return { ms: performance.now() - startedAt, compressions: (counter + 1) * cost * 2 };
  };`;

const CAP_WORKER = `
  import init, { solve_pow } from "/peers/cap_wasm.js";
  const ready = init();
  self.onmessage = async ({ data: { salt, target } }) => {
    await ready;
    const startedAt = performance.now();
    const nonce = Number(solve_pow(salt, target));
    self.postMessage({ nonce, ms: performance.now() - startedAt });
  };`;

interface Measured {
  readonly ms: number;
  readonly compressions: number;
  readonly places?: readonly string[];
}

async function serve(): Promise<Server> {
  const peers: Record<string, string> = {
    "/peers/cap_wasm.js": "@cap.js/wasm/browser/cap_wasm.js",
    "/peers/cap_wasm_bg.wasm": "@cap.js/wasm/browser/cap_wasm_bg.wasm",
    "/peers/altcha-worker.js": "altcha/dist/workers/pbkdf2.js",
  };
  const texts: Record<string, [type: string, body: string]> = {
    "/": ["text/html", `<!doctype html><title>work</title><script>${OURS}${PEERS_IN_PAGE}</script>`],
    "/peers/cap-worker.js": ["text/javascript", CAP_WORKER],
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const answer = async (): Promise<[type: string, body: Buffer | string]> => {
      const text = texts[pathname];
      if (text !== undefined) return text;
      const peer = peers[pathname];
      const file = peer === undefined ? new URL(`.${pathname.replace("/dist/", "/")}`, DIST) : new URL(peer, PEERS);
      return [pathname.endsWith(".wasm") ? "application/wasm" : "text/javascript", await readFile(fileURLToPath(file))];
    };
    answer().then(
      ([type, body]) => response.writeHead(200, { "content-type": type }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function call(driver: WebDriver, expression: string, ...parameters: unknown[]): Promise<Measured> {
  const answer = await driver.executeAsyncScript<{ value?: Measured; error?: string }>(
    `const [parameters, done] = arguments;
     Promise.resolve((${expression})(...parameters)).then((value) => done({ value }), (error) => done({ error: String(error) }));`,
    parameters,
  );
  if (answer.value === undefined) throw new Error(answer.error ?? "no measurement");
  return answer.value;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const rate = ({ ms, compressions }: Measured): number => (compressions / ms) * 1_000;

async function names(): Promise<Record<"lanes" | "scalar" | "software" | "work", string>> {
  const manifest = Object.keys(JSON.parse(await readFile(new URL("manifest.json", DIST), "utf8")) as object);
  const find = (stem: string): string => manifest.find((name) => name.startsWith(`${stem}.`)) ?? "";
  return { lanes: find("work_lanes"), scalar: find("work_scalar"), software: find("work-software"), work: find("work") };
}

const figures: Record<string, number> = {};
const server = await serve();
const origin = `http://localhost:${(server.address() as AddressInfo).port}/`;
const files = await names();

async function inPage(engine: Engine, options: OpenOptions, measure: (driver: WebDriver) => Promise<void>): Promise<void> {
  const session = await openSession(engine, options);
  try {
    await session.driver.manage().setTimeouts({ script: 120_000, pageLoad: 60_000 });
    await session.driver.get(origin);
    await measure(session.driver);
  } finally {
    await session.stop();
  }
}

const ours = (driver: WebDriver, work: object, all: boolean): Promise<Measured> => call(driver, "ours", work, files, all);

async function waits(driver: WebDriver, name: string, work: object, rounds = WAITS): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push((await ours(driver, work, true)).ms);
  figures[`${name}_solve_median_ms`] = quantile(times, 0.5);
  figures[`${name}_solve_p90_ms`] = quantile(times, 0.9);
}

async function rates(driver: WebDriver, name: string, kind: Kind): Promise<void> {
  const [one, all]: [number[], number[]] = [[], []];
  for (let round = 0; round < RATES; round += 1) {
    one.push(rate(await ours(driver, LONG[kind], false)));
    all.push(rate(await ours(driver, LONG[kind], true)));
  }
  figures[`${name}_compressions_per_s_1`] = quantile(one, 0.5);
  figures[`${name}_compressions_per_s_all`] = quantile(all, 0.5);
}

/** In the same Chromium, by turns, so that whatever else the machine does falls on all alike. */
async function beside(driver: WebDriver): Promise<void> {
  const hex = (bytes: number): string => randomBytes(bytes).toString("hex");
  const all: Record<"altcha" | "cap" | "pbkdf2" | "sha256", number[]> = { altcha: [], cap: [], pbkdf2: [], sha256: [] };
  // its own test vectors' form: 16-byte nonce and salt, 5,000 iterations as its README has it; and 24 bits of its own puzzle
  const altcha = (): Promise<Measured> => call(driver, "altcha", hex(16), hex(16), "00", 5_000);
  const cap = (): Promise<Measured> => call(driver, "cap", hex(16), "00000");
  await altcha();
  await cap();
  const sum = async (one: () => Promise<Measured>): Promise<Measured> => {
    // one puzzle of theirs may be solved by luck at once
    let [ms, compressions] = [0, 0];
    while (ms < PEER_MS) {
      const measured = await one();
      [ms, compressions] = [ms + measured.ms, compressions + measured.compressions];
    }
    return { ms, compressions };
  };
  for (let round = 0; round < BESIDE; round += 1) {
    all.pbkdf2.push(rate(await ours(driver, LONGER.pbkdf2, false)));
    all.altcha.push(rate(await sum(altcha)));
    all.sha256.push(rate(await ours(driver, LONGER.sha256, false)));
    all.cap.push(rate(await sum(cap)));
  }
  const [pbkdf2, peer, sha256, other] = [all.pbkdf2, all.altcha, all.sha256, all.cap].map((values) => Math.max(...values)) as [number, number, number, number];
  Object.assign(figures, { altcha_compressions_per_s: peer, cap_compressions_per_s: other, ratio_altcha: pbkdf2 / peer, ratio_cap: sha256 / other });
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("a file for the figures is needed");
try {
  for (const engine of Object.values(ENGINES)) {
    const display = engine.name === "webkit" ? await openDisplay() : undefined;
    try {
      await inPage(engine, display === undefined ? {} : { display: display.display }, async (driver) => {
        for (const kind of ["pbkdf2", "sha256"] as const) {
          await rates(driver, `${engine.name}_${kind}`, kind);
          await waits(driver, `${engine.name}_${kind}`, DEFAULT[kind]);
        }
        if (engine.name === "chromium") await beside(driver);
      });
    } finally {
      await display?.stop();
    }
  }
  // no JIT and no wasm, as in the lockdown modes of telephones
  await inPage(ENGINES.chromium, { switches: ["--js-flags=--jitless"] }, (driver) => waits(driver, "chromium_jitless_pbkdf2", DEFAULT.pbkdf2, 11));
  const rounded = Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, value > 1_000 ? Math.round(value) : Math.round(value * 100) / 100]));
  const text = JSON.stringify(rounded, null, 2);
  console.log(text);
  await writeFile(file, `${text}\n`);
} finally {
  server.close();
  server.closeAllConnections();
}
