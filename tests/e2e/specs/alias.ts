import { equal, type Spec } from "../harness/spec.ts";

export const alias: readonly Spec[] = [
  {
    name: "the mail address of a known account is proved silently",
    async run({ demo, visitor }) {
      const alice = await visitor();
      await alice.confirms("alice");
      await alice.logsOut();
      const mails = (await demo.inbox()).length;
      await alice.logsIn("alice@example.com");
      await alice.arrivesAt("/account");
      equal((await demo.inbox()).length, mails, "mails after the login by address");
      await alice.logsOut();
      demo.proxy.forget();
      await alice.logsIn("alice@example.com");
      await alice.arrivesAt("/account");
      equal(demo.proxy.asked("/login-guard/attempts"), ["POST /login-guard/attempts"], "requests of the next login by address");
    },
  },
];
