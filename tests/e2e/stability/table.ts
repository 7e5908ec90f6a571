// The table as a page of the documents.

import { readFile, writeFile } from "node:fs/promises";
import { versionOf } from "./peers.ts";
import type { Scenario } from "./scenarios.ts";

export interface Row {
  readonly scenario: Scenario;
  readonly recognised: boolean;
  /** What was not as enrolled. */
  readonly changed: readonly string[];
  /** Whether the peers' identifiers stayed the same. */
  readonly fingerprintjs: boolean;
  readonly thumbmark: boolean;
  /** How many components were sent. */
  readonly components: number;
}

export interface EngineTable {
  readonly engine: string;
  readonly version: string;
  readonly rows: readonly Row[];
}

const NAMES: Readonly<Record<string, string>> = { chromium: "Chromium", firefox: "Firefox" };
const MEASURED = /^Measured on .*$/m;

/** Writes the page; one that would differ in its date alone is left as it is. */
export async function writeTable(file: string, tables: readonly EngineTable[]): Promise<void> {
  const page = await derivePage(tables);
  const old = await readFile(file, "utf8").catch(() => "");
  if (old.replace(MEASURED, "") !== page.replace(MEASURED, "")) await writeFile(file, page);
}

async function derivePage(tables: readonly EngineTable[]): Promise<string> {
  const [fingerprintjs, thumbmark] = await Promise.all([versionOf("@fingerprintjs/fingerprintjs"), versionOf("@thumbmarkjs/thumbmarkjs")]);
  return `# What a known device survives

Written by \`cargo xtask test --only stability\`; do not edit. Each row is a test: a device is confirmed once, one thing
changes, and the same profile logs in again. It must be let in without being asked; only a row that says so may ask.

Measured on ${new Date().toISOString().slice(0, 10)}.

- **login-guard**: *known* is a login without any question. Evidence is compared component by component under a key that
  only this device holds, so one change stays one change; *not as enrolled* lists what changed, read from what the browser sent.
- **FingerprintJS ${fingerprintjs}** and **ThumbmarkJS ${thumbmark}**: whether their one identifier is the same before and after, on
  a page of the same origin in the same run. Both recognise a machine without a key, in a private window too, which is another task; the
  comparison is about what an everyday change does to it.
- A private window and another profile hold no key: to login-guard they are another device, which is confirmed first. That is no row here.
- Noise is added by a script that runs before a page's and a worker's own: the same within a session, another seed in the next.
- Emulated: monitor, time zone, preferences and version in Chromium through DevTools, in Firefox through its own settings. Zoom is the browsers' own.
${tables.map(section).join("")}`;
}

function section({ engine, version, rows }: EngineTable): string {
  const lines = rows.map(({ scenario, recognised, changed, fingerprintjs, thumbmark }) => {
    const asked = scenario.mayAsk === undefined ? "**asked**" : `asked: ${scenario.mayAsk}`;
    const same = (value: boolean): string => (value ? "same" : "**changed**");
    return `| ${scenario.name} | ${recognised ? "known" : asked} | ${changed.join(", ") || "nothing"} | ${same(fingerprintjs)} | ${same(thumbmark)} |`;
  });
  const known = rows.filter(({ recognised }) => recognised).length;
  const kept = (name: "fingerprintjs" | "thumbmark"): number => rows.filter((row) => row[name]).length;
  return `
## ${NAMES[engine] ?? engine} ${version}

${rows[0]?.components ?? 0} components. Known in ${known} of ${rows.length} rows; the identifier stayed the same in ${kept("fingerprintjs")} (FingerprintJS) and ${kept("thumbmark")} (ThumbmarkJS).

| Change | login-guard | Not as enrolled | FingerprintJS | ThumbmarkJS |
|---|---|---|---|---|
${lines.join("\n")}
`;
}
