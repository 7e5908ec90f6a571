// The lazily loaded files. Names and digests are baked in by build.mjs, so that whoever pins guard.js pins them all.
//
// Scripts, the module and the imports of the page are refused by the browser itself when a byte differs. Workers cannot be
// pinned: no engine takes a digest for one. The file of both is therefore one that the page imports too, and they are started
// after the page's import was checked; when that fails, none starts. The file is served as immutable: Chromium and Firefox
// then give the workers the checked bytes out of their cache. WebKit was seen asking for them again. So this stops files that
// were changed, mixed up or cut short; it does not bind a server, or whoever speaks for it, that answers the same request
// differently the second time. Such a worker is a script of the origin like any other: it can use the keys that are kept here,
// but not take them away.

import { LoginGuardError } from "./error";

export interface BuiltFile {
  readonly name: string;
  readonly integrity: string;
}

/** Replaced by build.mjs. */
declare const FILES: Readonly<Record<"challenge" | "glue" | "lanes" | "scalar" | "software" | "wasm" | "work", BuiltFile>>;

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
    // a policy by nonces knows no addresses: what a script of the page adds needs the page's own
    script.nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";
    script.src = source;
    script.onload = () => resolve();
    script.onerror = () => reject(new LoginGuardError("file-refused"));
    document.head.append(script);
  });
  return import(source) as Promise<T>;
}
