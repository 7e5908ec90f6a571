import type { Spec } from "../harness/spec.ts";

export const halves: readonly Spec[] = [
  {
    name: "a key without its cookie is stopped",
    async run({ visitor }) {
      const alice = await visitor();
      await alice.confirms("alice");
      await alice.logsOut();
      await alice.losesCookie();
      await alice.logsIn("alice");
      await alice.isChallenged();
    },
  },
  {
    name: "a cookie without its key is stopped",
    async run({ visitor }) {
      const alice = await visitor();
      await alice.confirms("alice");
      await alice.logsOut();
      await alice.losesKey();
      await alice.logsIn("alice");
      await alice.isChallenged();
    },
  },
];
