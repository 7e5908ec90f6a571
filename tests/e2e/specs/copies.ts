// One browser in two tabs, and one browser's profile in two places.

import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passes } from "node:timers/promises";
import { equal, holds, type Spec } from "../harness/spec.ts";
import { PARTS, type Visitor } from "../harness/visitor.ts";

/** Seconds that the demo of the copies holds a cookie. */
const HOLD_S = 1;

/** Where the press of the log-in button has led: to the account, or to the challenge. */
async function outcome(visitor: Visitor): Promise<"account" | "challenge"> {
  await visitor.sees(`#balances, ${PARTS.card}`, 30_000);
  return (await visitor.path()) === "/account" ? "account" : "challenge";
}

export const copies: readonly Spec[] = [
  {
    name: "two tabs that log in at once stay one browser",
    async run({ visitor }) {
      const alice = await visitor();
      await alice.confirms("alice");
      await alice.logsOut();
      const first = await alice.driver.getWindowHandle();
      for (let round = 0; round < 3; round += 1) {
        await alice.driver.switchTo().window(first);
        await alice.open("/login");
        await alice.type(PARTS.account, "alice");
        await alice.type(PARTS.password, alice.demo.password);
        await alice.driver.switchTo().newWindow("tab");
        const second = await alice.driver.getWindowHandle();
        await alice.logsIn("alice");
        await alice.driver.switchTo().window(first);
        await alice.press(PARTS.submit);
        for (const tab of [first, second]) {
          await alice.driver.switchTo().window(tab);
          await alice.arrivesAt("/account");
        }
        await alice.logsOut();
        await alice.driver.close();
      }
    },
  },
  {
    name: "a profile folder that was copied and is used beside the original is found, and value freezes",
    engines: ["chromium", "firefox"],
    cookieHold: HOLD_S,
    async run({ demo, visitor }) {
      const folder = await mkdtemp(join(tmpdir(), "login-guard-copies-"));
      const profiles = [join(folder, "owner"), join(folder, "copy")] as const;
      try {
        await mkdir(profiles[0]);
        const owner = await visitor({ profile: profiles[0] });
        await owner.confirms("alice");
        await owner.logsOut();
        await owner.stop();
        // locks name the process that holds them, and are no part of a copy
        await cp(profiles[0], profiles[1], { recursive: true, filter: (path) => !/lock$/i.test(path) });
        const seen: string[] = [];
        for (let round = 0; round < 3; round += 1) {
          for (const profile of profiles) {
            await passes(HOLD_S * 1000);
            const person = await visitor({ profile });
            await person.logsIn("alice");
            const where = await outcome(person);
            seen.push(where);
            if (where === "account") await person.logsOut();
            await person.stop();
          }
        }
        equal(seen, ["account", "account", "account", "challenge", "challenge", "challenge"], "owner and copy in turn");
        const mails = (await demo.inbox()).filter(({ subject }) => /cop(y|ies)/i.test(subject));
        equal(mails.map(({ subject }) => subject.split(" · ")[0]), ["Two copies of your browser are in use", "An old copy of your browser was used"], "notices, newest first");

        const again = await visitor({ profile: profiles[0] });
        await again.logsIn("alice");
        await again.isChallenged();
        await again.type(PARTS.code, await again.readsCode("alice@"));
        await again.arrivesAt("/account");
        holds((await again.text("#frozen")).includes("frozen"), "the account page tells that value is frozen");
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
      }
    },
  },
];
