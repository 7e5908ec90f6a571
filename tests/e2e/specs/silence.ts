import { equal, type Spec } from "../harness/spec.ts";

export const silence: readonly Spec[] = [
  {
    name: "the second login is silent and asks the verifier once",
    async run({ demo, visitor }) {
      const alice = await visitor();
      await alice.confirms("alice");
      await alice.logsOut();
      const mails = (await demo.inbox()).length;
      demo.proxy.forget();
      await alice.logsIn("alice");
      await alice.arrivesAt("/account");
      equal((await demo.inbox()).length, mails, "mails after the second login");
      // the account page asks its own back end whether anybody waits
      const posts = demo.proxy.asked().filter((request) => request.startsWith("POST ") && request !== "POST /account/approvals/pending");
      equal(posts, ["POST /login-guard/attempts", "POST /login"], "requests that carry something");
    },
  },
];
