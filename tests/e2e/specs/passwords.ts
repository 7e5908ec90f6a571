import { equal, holds, type Spec } from "../harness/spec.ts";
import type { Visitor } from "../harness/visitor.ts";

const ALERT = "[role=alert]";

async function refusal(visitor: Visitor, account: string): Promise<string> {
  await visitor.logsIn(account, "not the password");
  const text = await visitor.text(ALERT);
  await visitor.isLoggedOut();
  // every refusal has a reference code of its own; its form is part of the text
  return text.replace(/LG-[0-9A-Z]{4}-[0-9A-Z]{4}/, "LG-####-####");
}

export const passwords: readonly Spec[] = [
  {
    name: "a wrong password and an unknown account read the same",
    async run({ visitor }) {
      const stranger = await visitor();
      const wrong = await refusal(stranger, "alice");
      const unknown = await refusal(stranger, "nobody-of-that-name");
      holds(wrong !== "", "the refusal says something");
      equal(unknown, wrong, "what is said about an unknown account");
    },
  },
  {
    name: "a wrong password on a known device opens nothing",
    async run({ visitor }) {
      const alice = await visitor();
      await alice.confirms("alice");
      await alice.logsOut();
      await refusal(alice, "alice");
      await alice.logsIn("alice");
      await alice.arrivesAt("/account");
    },
  },
];
