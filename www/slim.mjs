// Takes out of the module what it ships for nobody: texts of panics, and names that only module and glue say to each other.

import { Buffer } from "node:buffer";

const CUSTOM = 0, IMPORT = 2, EXPORT = 7, CODE = 10, DATA = 11;
/** Function names are the second part of the section `name`. */
const FUNCTION_NAMES = 1;
/** A body without locals whose only instruction traps. */
const TRAP = Buffer.from([3, 0, 0, 11]);

/**
 * What runs only when the module has panicked, and what writes numbers and texts for that. Nobody hears them: a panic traps
 * either way. A formatter that the module did use would trap too, and no test would pass.
 */
const PANIC = /\b(core|std|alloc)(\[[0-9a-f]+\])?::(panicking|panic|fmt)\b|\bfmt::(Debug|Display|Write|Formatter)\b|panic|(unwrap|expect)_failed|slice_index_fail|capacity_overflow|handle_(alloc_)?error|do_count_chars/;
/** Places of panics in the module's data, and their sentences. One that is not known here stays, and does no harm. */
const PANIC_TEXT = new RegExp([
  String.raw`(?:/rustc/|cargo/registry/|src/|crates/)[\w./-]+\.rs`,
  ...[
    "slice index starts at ", " but ends at ", "index out of bounds: the len is ", " but the index is ", "range start index ",
    "range end index ", " out of range for slice of length ", "assertion `left ", " right` failed", "copy_from_slice: source slice length (",
    ") does not match destination slice length (", "insertion index (is ", ") should be <= len (is ", "finish: callbacks should be Some",
    "finish: result should be None", "cannot access a Thread Local Storage value during or after destruction: ",
  ].map((sentence) => sentence.replace(/[()]/g, String.raw`\$&`)),
].join("|"), "g");
/** Functions of the surface that only the build calls. */
const BUILD_ONLY = ["drawing", "signals"];

/** Replaces panics by traps; `wasm` still has its names. Answers a module that `wasm-opt` makes small. */
export function withoutPanics(wasm) {
  const sections = split(wasm);
  const names = functionNames(sections);
  const imported = entries(sections, IMPORT).length;
  return join(sections.map(({ id, body }) => {
    if (id === DATA) return { id, body: blank(body) };
    if (id !== CODE) return { id, body };
    const reader = new Reader(body);
    const functions = Array.from({ length: reader.number() }, (_, at) => {
      const bytes = reader.take(reader.number());
      return PANIC.test(names.get(at + imported) ?? "") ? TRAP : Buffer.concat([number(bytes.length), bytes]);
    });
    return { id, body: Buffer.concat([number(functions.length), ...functions]) };
  }));
}

/**
 * Gives imports and exports short names, the same in module and glue. Throws when the glue says a name otherwise than
 * wasm-bindgen did when this was written.
 */
export function withShortNames(wasm, glue) {
  const sections = split(wasm);
  const [imports, exports] = [IMPORT, EXPORT].map((id) => entries(sections, id));
  const used = exports.filter(({ name }) => !BUILD_ONLY.includes(name) && glue.includes(`wasm.${name}`));
  let text = glue;
  const replace = (from, to) => {
    if (!text.includes(from)) throw new Error(`the glue does not say ${from}`);
    text = text.replaceAll(from, to);
  };
  imports.forEach(({ name }, at) => replace(`        ${name}: function(`, `        ${short(at)}: function(`));
  // longest first: one name may begin with another
  const renamed = new Map(used.map(({ name }, at) => [name, short(at)]));
  for (const name of [...renamed.keys()].sort((a, b) => b.length - a.length)) replace(`wasm.${name}`, `wasm.${renamed.get(name)}`);
  const [module] = new Set(imports.map(({ module }) => module));
  replace(`"${module}": import0`, `"${short(0)}": import0`);
  const written = {
    [IMPORT]: imports.map(({ rest }, at) => Buffer.concat([string(short(0)), string(short(at)), rest])),
    [EXPORT]: used.map(({ name, rest }) => Buffer.concat([string(renamed.get(name)), rest])),
  };
  const bytes = join(sections.map(({ id, body }) => ({ id, body: written[id] === undefined ? body : Buffer.concat([number(written[id].length), ...written[id]]) })));
  return { wasm: bytes, glue: text };
}

/** `a` to `z`, then `a0`, `a1` … */
const short = (at) => String.fromCharCode(97 + (at % 26)) + (at < 26 ? "" : Math.floor(at / 26) - 1);

function blank(data) {
  // one character is one byte
  const text = data.toString("latin1").replace(PANIC_TEXT, (found) => "\0".repeat(found.length));
  return Buffer.from(text, "latin1");
}

/** Imports (module, name, what it is) or exports (name, what it is). */
function entries(sections, id) {
  const reader = new Reader(sections.find((section) => section.id === id).body);
  return Array.from({ length: reader.number() }, () => {
    const module = id === IMPORT ? reader.string() : undefined;
    const name = reader.string();
    const kind = reader.take(1);
    if (id === IMPORT && kind[0] !== 0) throw new Error(`${name} is no function`);
    return { module, name, rest: Buffer.concat([kind, number(reader.number())]) };
  });
}

function functionNames(sections) {
  const names = new Map();
  for (const { body } of sections.filter(({ id }) => id === CUSTOM)) {
    const reader = new Reader(body);
    if (reader.string() !== "name") continue;
    while (reader.more()) {
      const kind = reader.take(1)[0];
      const inside = new Reader(reader.take(reader.number()));
      if (kind === FUNCTION_NAMES) for (let left = inside.number(); left > 0; left -= 1) names.set(inside.number(), inside.string());
    }
  }
  if (names.size === 0) throw new Error("the module has no names of functions");
  return names;
}

const HEADER_BYTES = 8;

function split(wasm) {
  const reader = new Reader(wasm.subarray(HEADER_BYTES));
  const sections = [];
  while (reader.more()) sections.push({ id: reader.take(1)[0], body: reader.take(reader.number()) });
  return sections;
}

/** The header is the same for all modules of version 1. */
const join = (sections) =>
  Buffer.concat([Buffer.from("\0asm\x01\0\0\0", "latin1"), ...sections.flatMap(({ id, body }) => [Buffer.from([id]), number(body.length), body])]);

const string = (text) => Buffer.concat([number(Buffer.byteLength(text)), Buffer.from(text)]);

/** Unsigned LEB128. */
function number(value) {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}

class Reader {
  #at = 0;
  #bytes;

  constructor(bytes) {
    this.#bytes = Buffer.from(bytes);
  }

  more() {
    return this.#at < this.#bytes.length;
  }

  take(length) {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new Error("the module ends too early");
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const [byte] = this.take(1);
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }

  string() {
    return this.take(this.number()).toString("utf8");
  }
}
