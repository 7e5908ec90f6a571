// The file that reads evidence, on the page and in its workers: the generated glue and www/evidence-reader.ts together.
// build.mjs checks the generated declarations against it.

import type { Bytes } from "./encoding";

/** What is used of the generated glue. */
export interface Glue {
  initSync(options: { module: WebAssembly.Module }): unknown;
  component(name: string, key?: CryptoKey): Promise<string>;
  document(components: string): Bytes;
  probe(seed: string, key: CryptoKey): Promise<string>;
}

export interface EvidenceModule extends Pick<Glue, "document" | "initSync"> {
  readAhead(names: readonly string[]): Promise<void>;
  read(names: readonly string[], digestKey: CryptoKey, tell: Tell): Promise<void>;
}

/** Takes one member of the document's `components`. Answers whether no more are wanted. */
export type Tell = (name: string, member: string) => boolean | void;

/** What a worker is told: once what it works with, then each key that wants its readings or its drawings. */
export type Work = Beginning | Reading;

export interface Beginning {
  readonly module: WebAssembly.Module;
  readonly names: readonly string[];
}

export interface Reading {
  readonly digestKey: CryptoKey;
  /** Stands in the answers. */
  readonly turn: number;
  /** What the page reads of its navigator, for the signal that compares. */
  readonly pageNavigator: Readonly<Record<string, unknown>>;
  /** Of the canvas probe: these are drawn, and nothing is read. */
  readonly seeds?: readonly string[] | undefined;
}

/** One member, of a signal or under its seed, or the end of a turn. */
export interface WorkerAnswer {
  readonly turn: number;
  readonly name?: string;
  readonly member?: string;
}
