// The file that reads for the inspector, on the page and in its worker: the glue of the module's second build and
// www/inspector-reader.ts together. build.mjs checks the generated declarations against it.

import type { Bytes } from "./encoding";

/** What is used of the generated glue. */
export interface InspectGlue {
  default(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;
  inspect(name: string, key: CryptoKey): Promise<Inspection>;
  document(components: string): Bytes;
}

export interface InspectorModule extends Pick<InspectGlue, "default" | "document"> {
  read(names: readonly string[], digestKey: CryptoKey, tell: (inspection: Inspection) => void): Promise<void>;
}

/** One signal, as src/inspect.rs says. */
export interface Inspection {
  readonly name: string;
  readonly stability: "machine" | "setting" | "system";
  readonly cost: "free" | "rendering";
  readonly scope: "letters" | "page" | "worker";
  readonly state: "absent" | "failed" | "noisy" | "present" | "set";
  /** Why it is absent or failed. */
  readonly reason?: string | undefined;
  readonly shown: Shown;
  readonly milliseconds: number;
  /** Whether a second reading gave the same. */
  readonly agrees: boolean;
  /** The member of the document's `components` that would be sent. */
  readonly sent: string;
}

export type Shown =
  | { readonly kind: "nothing" }
  | { readonly kind: "members"; readonly members: readonly string[] }
  | { readonly kind: "values"; readonly values: readonly Labelled[] }
  | { readonly kind: "bytes"; readonly bytes: number; readonly digest: string };

export interface Labelled {
  readonly label?: string | undefined;
  readonly value: { readonly flag: "forbidden" | "no" | "yes" } | { readonly number: number } | { readonly text: string };
}

/** What the worker is told: once. */
export interface Work {
  readonly module: WebAssembly.Module;
  readonly names: readonly string[];
  readonly digestKey: CryptoKey;
  /** What the page reads of its navigator, for the signal that compares. */
  readonly pageNavigator: Readonly<Record<string, unknown>>;
}

/** One signal, or null at the end. */
export type WorkerAnswer = Inspection | null;
