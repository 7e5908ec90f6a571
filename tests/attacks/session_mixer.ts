// Has an account at the exchange, logs in there like anybody, and mixes what belongs to two log-ins: at the exchange's
// own door, where half-sessions live.

import { equal } from "../e2e/harness/spec.ts";
import { Customer } from "./client/customer.ts";
import type { Attack } from "./client/scene.ts";
import { type Answer, send } from "./client/http.ts";

export const sessionMixer: readonly Attack[] = [
  {
    name: "the token of one account opens nothing with the half-session of another",
    async run(scene) {
      const bob = await Customer.come(scene);
      const verdict = await bob.verdict("bob");
      const target = await Customer.come(scene);
      await target.isChallenged("alice");
      // bob's browser with alice's half-session, and alice's half-session with bob's device
      for (const [name, value] of target.device.cookies) if (name.includes("half")) bob.device.cookies.set(name, value);
      equal((await bob.finishes(verdict)).body["next"], undefined, "where the exchange sends the thief");
      equal(await bob.isIn(), false, "whether the thief is in");
      equal((await target.finishes(verdict)).body["next"], undefined, "where the exchange sends the other thief");
      equal(await target.isIn(), false, "whether the other thief is in");
    },
  },
  {
    name: "a half-session alone shows no account",
    async run(scene) {
      const carol = await Customer.come(scene);
      await carol.isChallenged("carol");
      const cookie = [...carol.device.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await send("GET", `${carol.device.origin}/account`, { cookie });
      equal(answer.status === 200, false, "the account page is shown to a half-session");
      equal((await carol.finishes("")).body["next"], undefined, "where an empty verdict leads");
      equal((await carol.finishes("a.b.c~d.e.f")).body["next"], undefined, "where an invented verdict leads");
    },
  },
  {
    name: "a token is good for one session only",
    async run(scene) {
      const carol = await Customer.come(scene);
      const verdict = await carol.verdict("carol");
      const before = new Map(carol.device.cookies);
      equal((await carol.finishes(verdict)).body["next"], "/account", "where the first redemption leads");
      equal(await carol.isIn(), true, "whether the owner is in");
      carol.device.cookies.clear();
      for (const [name, value] of before) carol.device.cookies.set(name, value);
      equal((await carol.finishes(verdict)).body["next"], undefined, "where the second redemption leads");
    },
  },
  {
    name: "a wrong password and an unknown name get the same answer from the exchange",
    async run(scene) {
      const [wrong, unknown] = await Promise.all(["alice", "nobody-of-that-name"].map(async (name) => (await Customer.come(scene)).logsIn(name, "not the password")));
      const plain = (answer: Answer | undefined): unknown => [answer?.status, Object.keys(answer?.headers ?? {}).sort(), answer?.text.replace(/LG-[0-9A-Z]{4}-[0-9A-Z]{4}/, "LG")];
      equal(plain(unknown), plain(wrong), "the answer to nobody's name");
    },
  },
];
