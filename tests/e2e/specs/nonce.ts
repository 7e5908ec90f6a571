import type { Spec } from "../harness/spec.ts";

const NONCE = "c29tZSByYW5kb20gYnl0ZXM";

export const nonce: readonly Spec[] = [
  {
    name: "under a policy by nonces alone the guard and the challenge work",
    async run({ demo, visitor }) {
      demo.proxy.additions = { nonce: NONCE };
      demo.proxy.obstacles = {
        policy: (policy, path) => (path.endsWith(".js") ? policy : policy.replace("script-src 'self'", `script-src 'nonce-${NONCE}'`)),
      };
      const alice = await visitor();
      await alice.confirms("alice");
      await alice.logsOut();
      await alice.logsIn("alice");
      await alice.arrivesAt("/account");
      await alice.logsOut();
      await alice.logsIn("bob", demo.password, "/login/json");
      await alice.isChallenged();
    },
  },
];
