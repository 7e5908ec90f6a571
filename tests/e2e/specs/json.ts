import { equal, type Spec } from "../harness/spec.ts";
import { PARTS } from "../harness/visitor.ts";

/** The demo's second login page: fetch and JSON, by `guard.prove` and `guard.resolve` alone. */
const PAGE = "/login/json";

export const json: readonly Spec[] = [
  {
    name: "a login by fetch is stopped, confirmed in a dialog, and silent afterwards",
    async run({ demo, visitor }) {
      const bob = await visitor();
      await bob.logsIn("bob", demo.password, PAGE);
      await bob.isChallenged();
      await bob.type(PARTS.code, await bob.readsCode("bob@"));
      await bob.arrivesAt("/account");
      await bob.logsOut();
      const mails = (await demo.inbox()).length;
      await bob.logsIn("bob", demo.password, PAGE);
      await bob.arrivesAt("/account");
      equal((await demo.inbox()).length, mails, "mails after the second login");
    },
  },
];
