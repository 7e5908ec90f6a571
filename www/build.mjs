// Builds everything that a login page loads, into www/dist: the wasm module, its glue with what reads on the page and in
// workers, the challenge component and guard.js, which has the names and digests of the others baked in. Beside them, for the
// page that shows an owner what is read: the module's second build, its glue, and inspector.js; and owner.js for pages of a session.
//
// Needs `npm ci`, the target wasm32-unknown-unknown, and wasm-bindgen (or wasm-pack) of the locked version on PATH;
// CARGO, WASM_BINDGEN and WASM_PACK name other ones.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

import { build } from "esbuild";

import { withoutPanics, withShortNames } from "./slim.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = join(root, "target", "www");
const dist = join(root, "www", "dist");
const require = createRequire(import.meta.url);

// wasm-opt --all-features writes modules that engines refuse: each feature is named
const WASM_OPT = [
  "-Oz", "--converge", "--enable-bulk-memory", "--enable-bulk-memory-opt", "--enable-sign-ext", "--enable-mutable-globals",
  "--enable-nontrapping-float-to-int", "--enable-reference-types", "--enable-multivalue",
  "--strip-debug", "--strip-producers", "--strip-target-features",
];

const generated = bindings("pkg");
const { signals, drawing } = await said();
const slim = await slimmed();
// a second build of the module, for the inspector alone
const inspecting = bindings("pkg-inspect", "inspect");
checkDeclarations();

const out = new Map();
const add = (stem, extension, bytes) => {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  return record(`${stem}.${hash}.${extension}`, bytes);
};
const record = (name, bytes) => {
  const file = { name, integrity: `sha384-${createHash("sha384").update(bytes).digest("base64")}` };
  out.set(name, { bytes, integrity: file.integrity });
  return file;
};

const wasm = add("login_guard_bg", "wasm", slim.wasm);
const glue = add("login_guard", "js", await bundle({
  entryPoints: [join(root, "www/evidence-reader.ts")],
  alias: { "login-guard-glue": slim.glue },
}));
// what the component loads when a person needs it; it has the names and digests baked in itself, so that guard.js stays small
const lazy = {};
for (const method of ["approval", "passkey"]) lazy[method] = add(method, "js", await bundle({ entryPoints: [join(root, "www/methods", `${method}.ts`)] }));
for (const language of readdirSync(join(root, "www/locales")).filter((name) => /^[a-z]{2}\.ts$/.test(name)).map((name) => basename(name, ".ts"))) {
  lazy[language] = add(`words-${language}`, "js", await bundle({ entryPoints: [join(root, "www/locales", `${language}.ts`)] }));
}
const challenge = add("challenge", "js", await bundle({
  entryPoints: [join(root, "www/challenge.ts")],
  define: { FILES: "null", LAZY: JSON.stringify(lazy) },
}));
const software = add("work-software", "js", await bundle({
  entryPoints: [join(root, "www/work-software.ts")],
  // the licence of what is bundled asks to be in every copy
  banner: { js: `/*!\n@noble/hashes\n\n${readFileSync(join(root, "node_modules/@noble/hashes/LICENSE"), "utf8")}*/` },
}));
const work = add("work", "js", await bundle({ entryPoints: [join(root, "www/work-solver.ts")], define: { FILES: "null" } }));
const [scalar, lanes] = kernels().map((bytes, at) => add(at === 0 ? "work_scalar" : "work_lanes", "wasm", bytes));
const define = {
  FILES: JSON.stringify({ challenge, glue, lanes, scalar, software, wasm, work }),
  PAGE_SIGNALS: JSON.stringify(signals.page),
  // the one that takes longer is started first
  WORKER_SIGNALS: JSON.stringify([signals.letters, signals.worker]),
  DRAWING: JSON.stringify(drawing),
};
const guard = record("guard.js", await bundle({ entryPoints: [join(root, "www/guard.ts")], define }));
// for the pages of a session, where an owner looks after the ways to confirm; no part of a login
const owner = record("owner.js", await bundle({ entryPoints: [join(root, "www/owner.ts")], define }));
const inspectWasm = add("login_guard_inspect_bg", "wasm", optimize(join(inspecting, "login_guard_bg.wasm")));
const inspectGlue = add("login_guard_inspect", "js", await bundle({
  entryPoints: [join(root, "www/inspector-reader.ts")],
  alias: { "login-guard-inspect-glue": join(inspecting, "login_guard.js") },
}));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const inspector = record("inspector.js", await bundle({
  entryPoints: [join(root, "www/inspector.ts")],
  define: { ...define, FILES: JSON.stringify({ glue: inspectGlue, wasm: inspectWasm }), VERSION: JSON.stringify(version) },
}));

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "test"), { recursive: true });
const manifest = {};
for (const [name, { bytes, integrity }] of out) {
  const compressed = brotli(bytes);
  writeFileSync(join(dist, name), bytes);
  writeFileSync(join(dist, `${name}.br`), compressed);
  manifest[name] = { integrity, bytes: bytes.length, brotli: compressed.length, immutable: ![guard.name, inspector.name, owner.name].includes(name) };
}
writeJson("manifest.json", manifest);
const size = (file) => manifest[file.name].brotli;
// a device that is known never fetches `work`; the wasm searches are fetched where the kind `sha256` is configured
const beforeSubmit = [guard, glue, wasm, work].reduce((sum, file) => sum + size(file), 0);
const sizes = {
  wasm_brotli: size(wasm),
  glue_brotli: size(glue),
  before_submit_brotli: beforeSubmit,
  work_brotli: size(work),
  kernel_brotli: Math.max(size(scalar), size(lanes)),
  // the software way of the work and its wasm searches are left out: hardly any browser fetches them
  total_brotli: beforeSubmit + size(challenge) + size(lazy.en),
  // what a person who is asked loads besides: the component, its longest language, and a way that is a file of its own
  challenge_brotli: size(challenge) + Math.max(...Object.entries(lazy).filter(([name]) => name.length === 2).map(([, file]) => size(file))),
  passkey_brotli: size(lazy.passkey),
  approval_brotli: size(lazy.approval),
  owner_brotli: size(owner),
  // the page that shows an owner what is read; never part of a login
  inspector_brotli: [inspector, inspectGlue, inspectWasm].reduce((sum, file) => sum + size(file), 0),
};
writeJson("sizes.json", sizes);
await buildDemo(join(root, "www", "demo"), join(dist, "demo"));
// for tests only, and not in the manifest
writeFileSync(join(dist, "test", "vectors.js"), await bundle({ entryPoints: [join(root, "www/vectors.ts")], define }));
tsc("--noEmit", "false", "--noEmitOnError", "--declaration", "--emitDeclarationOnly", "--outDir", join(dist, "types"), "--project", root);
writeFileSync(join(dist, "guard.d.ts"), `export * from "./types/guard";\n`);
console.log(Object.entries(sizes).map(([name, bytes]) => `${name} ${bytes}`).join("\n"));

/** The demo's pages: scripts bundled, everything else as it is. Served by the demo exchange, not by the verifier. */
async function buildDemo(from, to) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (extname(name) === ".ts") {
      writeFileSync(join(to, `${basename(name, ".ts")}.js`), await bundle({ entryPoints: [join(from, name)] }));
    } else {
      copyFileSync(join(from, name), join(to, name));
    }
  }
}

/**
 * The search of the work of the kind `sha256`, scalar and in lanes. Numbers go in and out, so that nothing but one function
 * is kept of what wasm-bindgen makes. Both are tried here: what they find must be the same, and right.
 */
function kernels() {
  const built = ["", "-Ctarget-feature=+simd128"].map((flag, at) => {
    const folder = join(scratch, `pkg-work-${at}`);
    mkdirSync(folder, { recursive: true });
    const flags = [...remapped(), ...(flag === "" ? [] : [JSON.stringify(flag)])];
    const config = `target.wasm32-unknown-unknown.rustflags=[${flags.join(",")}]`;
    run(process.env.CARGO ?? "cargo", ["build", "--package", "login-guard-work", "--lib", "--target", "wasm32-unknown-unknown", "--profile", "work", "--locked", "--config", config]);
    const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
    const compiled = join(target, "wasm32-unknown-unknown", "work", "login_guard_work.wasm");
    run(process.env.WASM_BINDGEN ?? "wasm-bindgen", ["--target", "web", "--no-typescript", "--out-dir", folder, compiled]);
    const graph = join(folder, "graph.json");
    writeFileSync(graph, JSON.stringify([{ name: "page", reaches: ["search"], root: true }, { name: "search", export: "search" }]));
    const features = [...WASM_OPT.filter((option) => option.startsWith("--enable")), ...(flag === "" ? [] : ["--enable-simd"])];
    const [whole, kept, optimized] = ["login_guard_work_bg.wasm", "kept.wasm", "optimized.wasm"].map((name) => join(folder, name));
    execFileSync(process.execPath, [require.resolve("binaryen/bin/wasm-metadce"), whole, "--graph-file", graph, "-o", kept, ...features]);
    run(process.execPath, [require.resolve("binaryen/bin/wasm-opt"), kept, "-o", optimized, "-O3", ...features, ...WASM_OPT.filter((option) => option.startsWith("--strip"))]);
    const bytes = readFileSync(optimized);
    if (bytes.includes(homedir()) || bytes.includes(root)) throw new Error("the search tells where it was built");
    return bytes;
  });
  for (const bytes of built) checkKernel(bytes);
  return built;
}

/** Throws unless the module takes nothing, gives `search` alone, and finds what SHA-256 says. */
function checkKernel(bytes) {
  const module = new WebAssembly.Module(bytes);
  const names = WebAssembly.Module.exports(module).map(({ name }) => name).join();
  if (WebAssembly.Module.imports(module).length > 0 || names !== "search") throw new Error("the search is not alone in its module");
  const message = Buffer.alloc(72, 0x5a);
  const numbers = Array.from({ length: 8 }, (_, at) => message.readBigUInt64BE(at * 8));
  const found = BigInt.asUintN(64, new WebAssembly.Instance(module).exports.search(...numbers, 7, 0, 1 << 20, 12));
  for (let counter = 0; ; counter += 1) {
    message.writeUInt32BE(7, 64);
    message.writeUInt32BE(counter, 68);
    const digest = createHash("sha256").update(message).digest();
    if (digest.readUInt32BE(0) >>> 20 !== 0) continue;
    if (found !== (BigInt(counter) << 32n) + BigInt(digest.readUInt32BE(12))) throw new Error("the search finds something else than SHA-256 says");
    return;
  }
}

/** Places in panics would otherwise tell where this was built. */
function remapped() {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  return [[cargoHome, "cargo"], [root, "."]].map(([from, to]) => `"--remap-path-prefix=${from}=${to}"`);
}

/** Compiles the module and generates its bindings; answers their folder. */
function bindings(name, ...features) {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  const config = `target.wasm32-unknown-unknown.rustflags=[${remapped().join(",")}]`;
  const cargoArguments = ["--locked", "--config", config, ...features.flatMap((feature) => ["--features", feature])];
  if (process.env.WASM_PACK !== undefined && process.env.WASM_BINDGEN === undefined) {
    run(process.env.WASM_PACK, ["build", root, "--target", "web", "--mode", "no-install", "--profile", "wasm", "--no-pack", "--out-dir", folder, "--", ...cargoArguments]);
    return folder;
  }
  run(process.env.CARGO ?? "cargo", ["build", "--package", "login-guard", "--lib", "--target", "wasm32-unknown-unknown", "--profile", "wasm", ...cargoArguments]);
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const compiled = join(target, "wasm32-unknown-unknown", "wasm", "login_guard.wasm");
  run(process.env.WASM_BINDGEN ?? "wasm-bindgen", ["--target", "web", "--out-dir", folder, compiled]);
  return folder;
}

function optimize(file) {
  const optimized = join(dirname(file), "optimized.wasm");
  run(process.execPath, [require.resolve("binaryen/bin/wasm-opt"), file, "-o", optimized, ...WASM_OPT]);
  const bytes = readFileSync(optimized);
  // throws when an engine would refuse it
  new WebAssembly.Module(bytes);
  if (bytes.includes(homedir()) || bytes.includes(root)) throw new Error("the module tells where it was built");
  return bytes;
}

/** The guard's module and the path of its glue, without what nobody needs. */
async function slimmed() {
  const folder = join(scratch, "slim");
  mkdirSync(folder, { recursive: true });
  const [file, glue] = ["login_guard_bg.wasm", "login_guard.js"].map((name) => join(folder, name));
  const short = withShortNames(readFileSync(join(generated, "login_guard_bg.wasm")), readFileSync(join(generated, "login_guard.js"), "utf8"));
  writeFileSync(file, withoutPanics(short.wasm));
  writeFileSync(glue, short.glue);
  const wasm = optimize(file);
  // throws when the two do not fit together
  await started(glue, wasm);
  return { wasm, glue };
}

/** Generated glue with its module, running. */
async function started(glue, bytes) {
  writeFileSync(join(dirname(glue), "package.json"), `{"type":"module"}`);
  const module = await import(pathToFileURL(glue).href);
  module.initSync({ module: bytes });
  return module;
}

/** The module itself says which signals there are and how it draws, so that each exists once. */
async function said() {
  const module = await started(join(generated, "login_guard.js"), readFileSync(join(generated, "login_guard_bg.wasm")));
  const names = { page: [], worker: [], letters: [] };
  for (const line of module.signals().trim().split("\n")) {
    const [name, scope] = line.split(" ");
    names[scope].push(name);
  }
  return { signals: names, drawing: module.drawing() };
}

/** The generated declarations must be what www/evidence-module.ts says. */
function checkDeclarations() {
  const check = join(scratch, "check.ts");
  const lines = [
    `import * as bindings from "./pkg/login_guard.js";`,
    `import type { Glue } from "../../www/evidence-module";`,
    `export const checked: Pick<Glue, "component" | "probe"> = bindings;`,
    `export const written: Uint8Array = bindings.document("");`,
    `import * as inspecting from "./pkg-inspect/login_guard.js";`,
    `import type { InspectGlue } from "../../www/inspector-module";`,
    `export const inspected: Pick<InspectGlue, "inspect"> = inspecting;`,
  ];
  writeFileSync(check, lines.join("\n"));
  writeFileSync(join(scratch, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", compilerOptions: { rootDir: "../.." }, include: ["check.ts"] }));
  tsc("--noEmit", "--project", scratch);
}

async function bundle(options) {
  const result = await build({
    bundle: true, write: false, minify: true, format: "esm", target: "es2022", charset: "utf8", legalComments: "none",
    absWorkingDir: root, logLevel: "warning", ...options,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

function tsc(...options) {
  run(process.execPath, [join(dirname(require.resolve("typescript/package.json")), "bin", "tsc"), ...options]);
}

function run(program, options) {
  execFileSync(program, options, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
}

function brotli(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
}

function writeJson(name, value) {
  writeFileSync(join(dist, name), `${JSON.stringify(value, null, 2)}\n`);
}
