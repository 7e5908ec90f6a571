// The lazily loaded files. Names and digests are baked in by build.mjs, so that whoever pins guard.js pins them all.

import { LoginGuardError } from "./error";

export interface BuiltFile {
  readonly name: string;
  readonly integrity: string;
}

/** Replaced by build.mjs. */
declare const FILES: Readonly<Record<"challenge" | "glue" | "wasm" | "worker", BuiltFile>>;

/** Where this file was served from: the verifier's directory. */
export const base = new URL("./", import.meta.url);

export const files = FILES;

export const urlOf = (file: BuiltFile): string => new URL(file.name, base).href;

/**
 * Imports a module after its digest was checked. `import()` cannot check one itself, but a script element can, and the
 * import that follows is answered from the same module map.
 */
export async function importChecked<T>(file: BuiltFile): Promise<T> {
  const source = urlOf(file);
  await new Promise<void>((resolve, reject) => {
    const script = document.createElement("script");
    script.type = "module";
    script.integrity = file.integrity;
    script.crossOrigin = "anonymous";
    script.src = source;
    script.onload = () => resolve();
    script.onerror = () => reject(new LoginGuardError("file-refused"));
    document.head.append(script);
  });
  return import(source) as Promise<T>;
}
