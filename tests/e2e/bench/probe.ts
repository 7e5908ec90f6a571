// What the canvas probe costs and tells apart: `probe.ts FILE [EVERYTHING]` writes the figures, and to a second file every row.
//
// The same seeds are drawn under the same digest key by every stack that can be had on one machine: engines, sets of fonts,
// kinds of text rendering, scale factors, processor and software graphics. Answers can then be compared over all of them, which
// a server never can.

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EngineName, ENGINES, openDisplay, type OpenOptions, openSession } from "../harness/engines.ts";

/** Seeds drawn by each stack. */
const SEEDS = Array.from({ length: 20 }, (_, at) => Buffer.alloc(16, at + 1).toString("base64url"));
const DIST = new URL("../../../www/dist/", import.meta.url);

interface Stack {
  readonly name: string;
  readonly engine: EngineName;
  readonly options?: OpenOptions;
  /** Inside of a fontconfig file that goes before the system's. */
  readonly fonts?: string;
  /** Whether the answers must be those of the engine's first stack, in both pictures or in the processor's alone. */
  readonly same?: "both" | "cpu";
}

const prefer = (generic: string, family: string): string =>
  `<match target="pattern"><test name="family"><string>${generic}</string></test><edit name="family" mode="prepend" binding="strong"><string>${family}</string></edit></match>`;
const reject = (family: string): string => `<selectfont><rejectfont><pattern><patelt name="family"><string>${family}</string></patelt></pattern></rejectfont></selectfont>`;
const rendering = (name: string, value: string): string => `<match target="font"><edit name="${name}" mode="assign">${value}</edit></match>`;

/** One thing changed about the fonts. */
const FONTS: Readonly<Record<string, string>> = {
  "serif is Liberation": prefer("serif", "Liberation Serif"),
  "serif is Nimbus": prefer("serif", "Nimbus Roman"),
  "sans-serif is Liberation": prefer("sans-serif", "Liberation Sans"),
  "sans-serif is Nimbus": prefer("sans-serif", "Nimbus Sans"),
  "monospace is Liberation": prefer("monospace", "Liberation Mono"),
  "no DejaVu": reject("DejaVu Sans") + reject("DejaVu Serif") + reject("DejaVu Sans Mono"),
  "one unrelated family less": reject("Z003"),
  "no hinting": rendering("hinting", "<bool>false</bool>") + rendering("hintstyle", "<const>hintnone</const>"),
  "no smoothing": rendering("antialias", "<bool>false</bool>"),
  "subpixels": rendering("rgba", "<const>rgb</const>") + rendering("lcdfilter", "<const>lcddefault</const>"),
};

const SWIFTSHADER = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
const fonts = (engine: EngineName): Stack[] => Object.entries(FONTS).map(([name, inside]) => ({ name, engine, fonts: inside }));

const STACKS: readonly Stack[] = [
  { name: "plain", engine: "chromium" },
  { name: "another profile", engine: "chromium", same: "both" },
  { name: "software graphics", engine: "chromium", options: { graphics: SWIFTSHADER }, same: "cpu" },
  { name: "scale 1.25", engine: "chromium", options: { switches: ["--force-device-scale-factor=1.25"] }, same: "both" },
  { name: "scale 2", engine: "chromium", options: { switches: ["--force-device-scale-factor=2"] }, same: "both" },
  { name: "German", engine: "chromium", options: { languages: "de-DE,de", switches: ["--lang=de"] }, same: "both" },
  ...fonts("chromium"),
  { name: "plain", engine: "firefox" },
  { name: "another profile", engine: "firefox", same: "both" },
  { name: "on a display", engine: "firefox", options: { display: "" }, same: "cpu" },
  { name: "scale 2", engine: "firefox", options: { preferences: { "layout.css.devPixelsPerPx": "2" } }, same: "both" },
  { name: "German", engine: "firefox", options: { languages: "de-DE,de" }, same: "both" },
  { name: "resists fingerprinting", engine: "firefox", options: { preferences: { "privacy.resistFingerprinting": true } } },
  ...fonts("firefox"),
  { name: "plain", engine: "webkit" },
  { name: "another profile", engine: "webkit", same: "both" },
  { name: "scale 2", engine: "webkit", options: { environment: { GDK_SCALE: "2" } }, same: "both" },
  ...fonts("webkit"),
];

/** What one stack drew: an answer for each seed, or its state. */
interface Drawn {
  readonly stack: Stack;
  readonly cpu: readonly string[];
  readonly default: readonly string[];
  readonly first_ms: number;
  readonly draw_ms: number;
  readonly longest_task_ms: number;
}

/** Draws in a worker as the guard does, while the page watches its own tasks. */
const DRAW = `
  const [glue, wasm, seeds, done] = arguments;
  (async () => {
    const module = await WebAssembly.compile(await (await fetch(wasm)).arrayBuffer());
    const digestKey = await crypto.subtle.importKey("raw", new Uint8Array(32).fill(7), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const worker = new Worker(glue, { type: "module" });
    let turn = 0;
    const draw = (seed) => new Promise((resolve, reject) => {
      let member;
      const mine = turn++;
      worker.onerror = () => reject(new Error("the worker failed"));
      worker.onmessage = ({ data }) => {
        if (data.turn !== mine) return;
        if (data.member !== undefined) member = data.member;
        else if (member === undefined) reject(new Error("nothing was drawn"));
        else resolve(JSON.parse("{" + member + "}"));
      };
      worker.postMessage({ digestKey, turn: mine, pageNavigator: {}, seeds: [seed] });
    });
    worker.postMessage({ module, names: [] });
    let longest = 0, last = performance.now(), watching = true;
    const beat = new MessageChannel();
    beat.port1.onmessage = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (watching) beat.port2.postMessage(null);
    };
    let tasks;
    if (PerformanceObserver.supportedEntryTypes.includes("longtask")) {
      tasks = 0;
      new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (tasks = Math.max(tasks, duration)))).observe({ type: "longtask" });
    }
    const answers = [], times = [];
    for (const seed of seeds) {
      const startedAt = performance.now();
      answers.push(await draw(seed));
      times.push(performance.now() - startedAt);
    }
    // then the page's own tasks, while the worker draws once more
    last = performance.now();
    beat.port2.postMessage(null);
    await draw(seeds[0]);
    watching = false;
    await new Promise((resolve) => setTimeout(resolve, 50));
    worker.terminate();
    return { answers, times, longest: tasks ?? longest };
  })().then((value) => done({ value }), (error) => done({ error: String(error) }));`;

interface Answer {
  readonly state: string;
  readonly reason?: string;
  readonly digest?: string;
}

async function draw(stack: Stack, origin: string, names: { glue: string; wasm: string }): Promise<Drawn> {
  const folder = await mkdtemp(join(tmpdir(), "login-guard-fonts-"));
  const needsDisplay = stack.engine === "webkit" || stack.options?.display !== undefined;
  const display = needsDisplay ? await openDisplay() : undefined;
  try {
    const file = join(folder, "fonts.conf");
    await writeFile(file, `<?xml version="1.0"?><fontconfig><include>/etc/fonts/fonts.conf</include><cachedir>${folder}</cachedir>${stack.fonts ?? ""}</fontconfig>`);
    const environment = { ...stack.options?.environment, ...(stack.fonts === undefined ? {} : { FONTCONFIG_FILE: file }) };
    const options = { ...stack.options, environment, ...(display === undefined ? {} : { display: display.display }) };
    const session = await openSession(ENGINES[stack.engine], options);
    try {
      await session.driver.get(origin);
      const told = await session.driver.executeAsyncScript<{ value?: { answers: Record<"cpu" | "default", Answer>[]; times: number[]; longest: number }; error?: string }>(
        DRAW, `/${names.glue}`, `/${names.wasm}`, SEEDS);
      if (told.value === undefined) throw new Error(`${stack.engine}, ${stack.name}: ${told.error ?? "nothing"}`);
      const { answers, times, longest } = told.value;
      const plain = ({ state, reason, digest }: Answer): string => digest ?? [state, reason].filter((part) => part !== undefined).join(": ");
      return {
        stack,
        cpu: answers.map(({ cpu }) => plain(cpu)),
        default: answers.map((answer) => plain(answer.default)),
        first_ms: times[0] ?? Number.NaN,
        draw_ms: median(times.slice(1)),
        longest_task_ms: longest,
      };
    } finally {
      await session.stop();
    }
  } finally {
    await display?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

async function serve(): Promise<Server> {
  const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'";
  const types: Readonly<Record<string, string>> = { js: "text/javascript", wasm: "application/wasm" };
  const files = new Set(await readdir(DIST));
  const server = createServer((request, response) => {
    const name = (request.url ?? "/").slice(1);
    response.setHeader("content-security-policy", policy);
    if (!files.has(name)) return void response.setHeader("content-type", "text/html").end("<!doctype html><title>probe</title>");
    void readFile(new URL(name, DIST)).then((body) => response.setHeader("content-type", types[name.split(".").pop() ?? ""] ?? "text/plain").end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** How many different answers there are: over stacks, for all seeds together, and for the seed that tells fewest apart. */
function distinct(all: readonly Drawn[], picture: (drawn: Drawn) => readonly string[]): { together: number; fewest: number } {
  const together = new Set(all.map((drawn) => picture(drawn).join(" "))).size;
  const each = SEEDS.map((_, at) => new Set(all.map((drawn) => picture(drawn)[at])).size);
  return { together, fewest: Math.min(...each) };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

const [file, everything] = process.argv.slice(2);
if (file === undefined) throw new Error("a file for the figures is needed");
const server = await serve();
try {
  const manifest = Object.keys(JSON.parse(await readFile(new URL("manifest.json", DIST), "utf8")) as object);
  const named = (pattern: RegExp): string => manifest.find((name) => pattern.test(name)) ?? "";
  const names = { glue: named(/^login_guard\.\w+\.js$/), wasm: named(/^login_guard_bg\.\w+\.wasm$/) };
  const origin = `http://localhost:${(server.address() as AddressInfo).port}/`;
  const all: Drawn[] = [];
  const broken: string[] = [];
  for (const stack of STACKS) {
    const drawn = await draw(stack, origin, names);
    all.push(drawn);
    const plain = all.find((other) => other.stack.engine === stack.engine);
    const equal = (picture: "cpu" | "default"): boolean => plain?.[picture].join(" ") === drawn[picture].join(" ");
    const told = (["cpu", "default"] as const).map((picture) => `${picture} ${equal(picture) ? "same" : `differs in ${drawn[picture].filter((answer, at) => answer !== plain?.[picture][at]).length}`}`);
    const states = [...new Set([...drawn.cpu, ...drawn.default].filter((answer) => answer.length !== 22))];
    console.log([stack.engine, stack.name, ...told, ...states, `first ${Math.round(drawn.first_ms)} ms, then ${Math.round(drawn.draw_ms)} ms`, `page ${Math.round(drawn.longest_task_ms)} ms`].join(" | "));
    if ((stack.same !== undefined && !equal("cpu")) || (stack.same === "both" && !equal("default"))) broken.push(`${stack.engine}, ${stack.name}`);
  }
  // what shows noise gives no answer
  const answering = all.filter(({ cpu }) => cpu.every((answer) => answer.length === 22));
  const [cpu, whole] = [distinct(answering, (drawn) => drawn.cpu), distinct(answering, (drawn) => drawn.cpu.map((answer, at) => answer + (drawn.default[at] ?? "")))];
  const of = (engine: EngineName): Drawn[] => all.filter(({ stack }) => stack.engine === engine);
  const figures = {
    draw_ms: median(of("chromium").map(({ draw_ms }) => draw_ms)),
    firefox_draw_ms: median(of("firefox").map(({ draw_ms }) => draw_ms)),
    webkit_draw_ms: median(of("webkit").map(({ draw_ms }) => draw_ms)),
    first_draw_ms: Math.max(...all.map(({ first_ms }) => first_ms)),
    longest_task_ms: Math.max(...of("chromium").map(({ longest_task_ms }) => longest_task_ms)),
    stacks: answering.length,
    distinct_cpu: cpu.together,
    distinct_cpu_worst_seed: cpu.fewest,
    distinct_both: whole.together,
    distinct_both_worst_seed: whole.fewest,
    unsteady_stacks: broken.length,
  };
  const text = JSON.stringify(Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, rounded(value)])), null, 2);
  console.log(text);
  for (const one of broken) console.log(`not as the plain one: ${one}`);
  await writeFile(file, `${text}\n`);
  if (everything !== undefined) await writeFile(everything, JSON.stringify(all, null, 1));
} finally {
  server.close();
}
