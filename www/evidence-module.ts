// What the guard uses of the generated package; build.mjs checks the generated declarations against it.

import type { Bytes } from "./encoding";

export interface EvidenceModule {
  default(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;
  component(name: string, key: CryptoKey): Promise<string>;
  document(components: string): Bytes;
}

/** What the worker is told: first the module, then what to read. */
export type Work = WebAssembly.Module | Reading;

export interface Reading {
  readonly digestKey: CryptoKey;
  readonly names: readonly string[];
  /** What the page reads of its navigator, for the signal that compares. */
  readonly pageNavigator: Readonly<Record<string, unknown>>;
}

/** One member of the document's `components`, or the end and why what is missing is missing. */
export type WorkerAnswer =
  | { readonly name: string; readonly member: string }
  | { readonly member?: undefined; readonly reason: string };
