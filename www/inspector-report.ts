// The bug report: how the signals fared, without what they read. Only what is named here goes in.

import type { Comparison } from "./inspector-comparison";
import type { Inspected } from "./inspector-reading";

/** Replaced by build.mjs. */
declare const VERSION: string;

/** Facts that say nothing about the person; the language is left out. */
const FACTS = ["browser", "browser-version", "brand", "mobile", "platform"];

/** JSON text. No reading, digest, key, account, name, cookie, time zone, language or time is in it. */
export function reportOf({ inspections, missing, facts }: Inspected, comparison: Comparison | undefined, problem: string | undefined): string {
  const compared = new Map(comparison?.components.map((one) => [`${one.kind} ${one.component}`, one]));
  const outcome = (kind: "component" | "fact", name: string): object => {
    const found = compared.get(`${kind} ${name}`);
    return found === undefined ? {} : { outcome: found.outcome, change: found.change };
  };
  const report = {
    report: "login-guard/inspector/v1",
    version: VERSION,
    browser: Object.fromEntries(FACTS.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]]))),
    ...(problem === undefined ? {} : { problem }),
    ...(comparison === undefined ? {} : { "same-machine": comparison.same_machine, probation: comparison.device.probation }),
    facts: Object.keys(facts).map((name) => ({ name, ...outcome("fact", name) })),
    components: inspections.map(({ name, scope, state, reason, agrees, milliseconds }) => ({
      name,
      scope,
      state,
      ...(reason === undefined ? {} : { reason }),
      agrees,
      ...outcome("component", name),
      milliseconds: Math.round(milliseconds),
    })),
    missing,
  };
  return JSON.stringify(report, null, 2);
}
