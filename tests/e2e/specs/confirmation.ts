import { equal, holds, type Spec } from "../harness/spec.ts";
import { PARTS } from "../harness/visitor.ts";

/** Another eight digits. */
const wrong = (code: string): string => code.replace(/^./, (digit) => String((Number(digit) + 1) % 10));

export const confirmation: readonly Spec[] = [
  {
    name: "an unknown device is stopped after the right password",
    async run({ demo, visitor }) {
      const alice = await visitor();
      await alice.logsIn("alice");
      await alice.isChallenged();
      await alice.sees(PARTS.code);
      equal((await demo.inbox()).length, 1, "mails for one press of the log-in button");
      await alice.driver.navigate().refresh();
      await alice.sees(PARTS.code);
      await alice.driver.executeScript("sessionStorage.clear()");
      await alice.driver.navigate().refresh();
      await alice.sees(PARTS.send);
      equal((await demo.inbox()).length, 1, "mails after reloads that nobody pressed a button on");
      await alice.isLoggedOut();
    },
  },
  {
    name: "a wrong code is refused and the right one opens the account",
    async run({ visitor }) {
      const alice = await visitor();
      await alice.logsIn("alice");
      await alice.isChallenged();
      const code = await alice.readsCode("alice@");
      await alice.type(PARTS.code, wrong(code));
      holds((await alice.text(PARTS.error)) !== "", "the wrong code is told");
      await alice.isLoggedOut();
      await alice.type(PARTS.code, code);
      await alice.arrivesAt("/account");
    },
  },
  {
    name: "another profile with the right password is stopped",
    async run({ visitor }) {
      const owner = await visitor();
      await owner.confirms("alice");
      const stranger = await visitor();
      await stranger.logsIn("alice");
      await stranger.isChallenged();
    },
  },
];
