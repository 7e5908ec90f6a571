// The files that the challenge component loads when a person needs them: one language, and the ways that are more than a
// few lines. Baked in by build.mjs into the component, which guard.js pins, so that guard.js stays as small as it is.

import type { BuiltFile } from "./files";

/** Replaced by build.mjs. */
declare const LAZY: Readonly<Record<string, BuiltFile>>;

export const lazy = LAZY;
