// What driven and undriven browsers show of programs that drive them, with a window and without, and what follows from it.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Demo } from "../harness/demo.ts";
import { type Display, type EngineName, openDisplay, type OpenOptions, plant } from "../harness/engines.ts";
import { newestLogin } from "../harness/field.ts";
import { eventually } from "../harness/process.ts";
import { equal, holds, type Scene, type Spec } from "../harness/spec.ts";
import { logsInUndriven, makeProfile } from "../harness/undriven.ts";

interface Mode {
  readonly what: string;
  readonly isShown: boolean;
  readonly engines: readonly EngineName[];
}

const SHOWN: Mode = { what: "with a window", isShown: true, engines: ["chromium", "firefox", "webkit"] };
/** WebKitGTK has no other way than a display. */
const HIDDEN: Mode = { what: "without a window", isShown: false, engines: ["chromium", "firefox"] };

/** Verdict and findings of one assessment. */
type Assessed = readonly [verdict: string, findings: readonly string[]];

/** What the verifier logged of its assessments, once there are `count`. */
async function assessed({ folder }: Demo, count: number): Promise<readonly Assessed[]> {
  const read = async (): Promise<Assessed[]> => {
    const log = await readFile(join(folder, "data", "verifier.log"), "utf8");
    const lines = log.split("\n").filter((line) => line.includes("assessed"));
    return lines.map((line) => [
      /attempt\.verdict=(\w+)/.exec(line)?.[1] ?? line,
      (/attempt\.findings="([^"]*)"/.exec(line)?.[1] ?? line).split(",").filter((code) => code !== ""),
    ]);
  };
  return eventually(`${count} assessments`, async () => {
    const found = await read();
    return found.length >= count ? found : undefined;
  });
}

/** States of the traces in the newest login, in the order of their names. */
function traces(demo: Demo): string[] {
  const found = [...newestLogin(demo.proxy).components].filter(([name]) => /^(automation|tampering)-/.test(name));
  return found.map(([name, state]) => `${name} ${state}`).sort();
}

/** What a browser tells that nobody drives and nobody has tampered with. */
const CLEAN = ["automation-traces absent: none", "automation-webdriver absent: none", "tampering-natives absent: none", "tampering-worker absent: none"];

/** With a display of its own where windows are shown. */
async function onDisplay(isShown: boolean, run: (display: Display | undefined) => Promise<void>): Promise<void> {
  const display = isShown ? await openDisplay() : undefined;
  try {
    await run(display);
  } finally {
    await display?.stop();
  }
}

async function withProfile(run: (folder: string) => Promise<void>): Promise<void> {
  const profile = await makeProfile();
  try {
    await run(profile.folder);
  } finally {
    await profile.remove();
  }
}

const shownOn = (display: Display | undefined): OpenOptions => (display === undefined ? {} : { display: display.display });

const driven: readonly Spec[] = [HIDDEN, SHOWN].map(({ what, isShown, engines }) => ({
  name: `a driven browser ${what} is found to be one, is asked like any other, and is known then`,
  engines,
  run: ({ demo, engine, visitor }: Scene) =>
    onDisplay(isShown, async (display) => {
      const alice = await visitor(shownOn(display));
      await alice.confirms("alice");
      holds(traces(demo).includes("automation-webdriver present"), `the browser says so itself (${traces(demo).join()})`);
      equal(traces(demo).includes("automation-traces set"), engine.name === "chromium", "chromedriver alone leaves objects behind");
      await alice.logsOut();
      await alice.logsIn("alice");
      await alice.arrivesAt("/account");
      equal(await assessed(demo, 2), [["Challenge", ["device-unknown", "automation"]], ["Allow", ["automation", "device-on-probation"]]], "assessments");
      equal((await demo.inbox()).length, 1, "mails");
    }),
}));

const undriven: readonly Spec[] = [
  { ...HIDDEN, engines: ["firefox"] as const },
  SHOWN,
].map(({ what, isShown, engines }) => ({
  name: `a browser ${what} that nobody drives shows no trace and is known after a code`,
  engines,
  run: ({ demo, engine }: Scene) =>
    onDisplay(isShown, (display) =>
      withProfile(async (profile) => {
        await logsInUndriven(demo, engine, "alice", { profile, logins: 2, display: display?.display });
        equal(traces(demo), CLEAN, "traces");
        equal(await assessed(demo, 2), [["Challenge", ["device-unknown"]], ["Allow", ["device-on-probation"]]], "assessments");
      }),
    ),
}));

const windowless: Spec = {
  name: "a Chromium without a window is taken for driven although no driver is there",
  engines: ["chromium"],
  run: ({ demo, engine }) =>
    withProfile(async (profile) => {
      await logsInUndriven(demo, engine, "alice", { profile, logins: 2, display: undefined });
      equal(traces(demo), ["automation-traces set", ...CLEAN.slice(1)], "traces");
      equal(await assessed(demo, 2), [["Challenge", ["device-unknown", "automation"]], ["Allow", ["automation", "device-on-probation"]]], "assessments");
    }),
};

const stolen: Spec = {
  name: "a program at a profile that a person enrolled is challenged, and the person is not afterwards",
  // WebKitGTK gives a driven session no profile
  engines: ["chromium", "firefox"],
  run: ({ demo, engine, visitor }) =>
    onDisplay(true, (display) =>
      withProfile(async (profile) => {
        await logsInUndriven(demo, engine, "alice", { profile, logins: 2, display: display?.display });
        const thief = await visitor({ ...shownOn(display), profile });
        await thief.logsIn("alice");
        await thief.isChallenged();
        equal((await assessed(demo, 3))[2], ["Challenge", ["automation", "device-on-probation"]], "assessment of the program");
        await thief.stop();
        await logsInUndriven(demo, engine, "alice", { profile, logins: 1, display: display?.display });
        equal((await assessed(demo, 4))[3], ["Allow", ["device-on-probation"]], "assessment of the person");
      }),
    ),
};

/** What tools do that hide: each replaced function is a trace of its own. */
const HIDES = `
  Object.defineProperty(Navigator.prototype, "webdriver", { get: () => false, configurable: true });
  for (const name of Object.getOwnPropertyNames(globalThis)) if (name.startsWith("cdc_")) delete globalThis[name];`;

const hidden: Spec = {
  name: "a driven browser that hides itself by replacing functions is shown to be tampered with",
  // scripts that run before a page's own can be planted in Chromium only
  engines: ["chromium"],
  run: ({ demo, visitor }) =>
    onDisplay(true, async (display) => {
      const alice = await visitor(shownOn(display));
      await plant(alice.driver, HIDES);
      await alice.logsIn("alice");
      await alice.isChallenged();
      equal(traces(demo), [...CLEAN.slice(0, 2), "tampering-natives set", CLEAN[3]], "traces");
      equal(await assessed(demo, 1), [["Challenge", ["device-unknown", "tampering"]]], "assessment");
    }),
};

export const automation: readonly Spec[] = [...driven, ...undriven, windowless, stolen, hidden];
