// Knows the password, and asks for approval until somebody approves in error or in despair.

import { equal, holds } from "../e2e/harness/spec.ts";
import { answers, asksApproval, lists, stopped } from "./client/approvals.ts";
import { type Attack, refused } from "./client/scene.ts";

/** What strangers of all networks together may ask for in an hour. */
const AN_HOUR = 6;
const OPEN = 3;

export const pushBomber: readonly Attack[] = [
  {
    name: "a bomber from many networks has three requests open, and the owner's phone shows no more",
    async run(scene) {
      const phone = await scene.known(scene.victim);
      const outcomes: unknown[] = [];
      for (let network = 1; network <= 10; network += 1) {
        const device = await scene.device();
        const answer = await asksApproval(device, await stopped(scene, device, scene.victim, `198.51.${network}.9`));
        outcomes.push(answer.status === 200 ? "asked" : answer.body["code"]);
      }
      equal(outcomes.filter((outcome) => outcome === "asked").length, OPEN, "requests that were taken");
      equal([...new Set(outcomes.slice(OPEN))], ["approvals-exhausted"], "what the others came to");
      equal((await lists(scene, phone, scene.victim)).length, OPEN, "requests that the owner is shown");
    },
  },
  {
    name: "a bomber who asks again and again for one attempt is stopped within the hour",
    async run(scene) {
      await scene.known(scene.victim);
      const device = await scene.device();
      const challenge = await stopped(scene, device, scene.victim, "198.51.100.9");
      const statuses: number[] = [];
      for (let time = 0; time < AN_HOUR + 2; time += 1) statuses.push((await asksApproval(device, challenge)).status);
      // an hour of the clock may begin meanwhile
      holds(statuses.filter((status) => status === 200).length <= AN_HOUR, `requests that were taken: ${statuses.join(" ")}`);
      equal(statuses.at(-1), 429, "the last one");
    },
  },
  {
    name: "one refusal silences strangers, and the second one freezes the account's value",
    async run(scene) {
      const phone = await scene.known(scene.victim);
      const [first, second] = [await scene.device(), await scene.device()];
      equal((await asksApproval(first, await stopped(scene, first, scene.victim, "198.51.1.9"))).status, 200, "the first request");
      equal((await asksApproval(second, await stopped(scene, second, scene.victim, "198.51.2.9"))).status, 200, "the second request");
      const [one, other] = await lists(scene, phone, scene.victim);
      if (one === undefined || other === undefined) throw new Error("two requests wait");
      const refusal = await answers(scene, phone, scene.victim, one, "refuse");
      equal([refusal.body["outcome"], refusal.body["value"]], ["refused", "open"], "the first refusal");
      const third = await scene.device();
      refused(await asksApproval(third, await stopped(scene, third, scene.victim, "198.51.3.9")), 429, "approvals-exhausted");
      const again = await answers(scene, phone, scene.victim, other, "refuse");
      equal([again.body["outcome"], again.body["value"]], ["refused", "frozen"], "the second refusal");
      const login = await scene.login(phone, scene.victim);
      equal([login.status, login.body["value"]], [200, "frozen"], "the owner's next login");
    },
  },
];
