// Has the owner's password, and wants the owner's known device to let a browser of his own in.

import { eventually } from "../e2e/harness/process.ts";
import { equal, holds } from "../e2e/harness/spec.ts";
import { answerBody, answers, asksApproval, asOwner, checksApproval, collects, type Listed, lists, stopped } from "./client/approvals.ts";
import type { Challenge, Device } from "./client/device.ts";
import { type Attack, type AttackScene, refused } from "./client/scene.ts";

const FAR = "198.51.100.9";

interface Asked {
  readonly phone: Device;
  readonly thief: Device;
  readonly challenge: Challenge;
  readonly code: string;
  readonly listed: Listed;
}

/** An owner's phone, and a phisher's browser that shows a code. */
async function asked(scene: AttackScene): Promise<Asked> {
  const [phone, thief] = [await scene.known(scene.victim), await scene.device()];
  const challenge = await stopped(scene, thief, scene.victim, FAR);
  const answer = await asksApproval(thief, challenge);
  equal(answer.status, 200, `status of asking (${answer.text})`);
  const [listed] = await lists(scene, phone, scene.victim);
  if (listed === undefined) throw new Error("the owner is shown nothing");
  return { phone, thief, challenge, code: String(answer.body["code"]), listed };
}

export const approvalPhisher: readonly Attack[] = [
  {
    name: "an owner who is talked into typing a phisher's code was shown the phisher's network, and lets in a browser on probation",
    async run(scene) {
      const { phone, thief, challenge, code, listed } = await asked(scene);
      const shown = JSON.parse(listed.request) as Record<string, unknown>;
      equal([shown["address"], shown["network"], listed.same_network], [FAR, "198.51.100.0/24", false], "what the owner is shown");
      holds(!listed.request.includes(code.replace("-", "")) && !listed.request.includes(code), "the code is not shown where it is typed");
      const answer = await answers(scene, phone, scene.victim, listed, "approve", code);
      equal([answer.body["outcome"], answer.body["lifts"]], ["approved", false], "the answer");
      const redeemed = await collects(scene, thief, challenge, scene.victim);
      equal([redeemed.status, redeemed.body["probation"]], [200, true], `where the thief is (${redeemed.text.slice(0, 200)})`);
      await eventually("the owner is told by mail", async () =>
        (await scene.demo.inbox()).find(({ to, subject }) => to.includes(`${scene.victim}@`) && subject.includes("approved")));
    },
  },
  {
    name: "a code guessed at the known device ends the request with the third guess",
    async run(scene) {
      const { phone, thief, challenge, code, listed } = await asked(scene);
      const wrong = ["2222-2222", "3333-3333", "4444-4444", "5555-5555"].filter((guess) => guess !== code).slice(0, 3);
      const outcomes: unknown[] = [];
      for (const guess of wrong) outcomes.push((await answers(scene, phone, scene.victim, listed, "approve", guess)).body["outcome"]);
      equal(outcomes, ["code-wrong", "code-wrong", "ended"], "what the guesses came to");
      equal((await answers(scene, phone, scene.victim, listed, "approve", code)).body["outcome"], "ended", "the right code, too late");
      refused(await checksApproval(thief, challenge), 410, "approval-expired");
    },
  },
  {
    name: "an answer is good for exactly what was shown, answered and typed",
    async run(scene) {
      const { phone, thief, challenge, code, listed } = await asked(scene);
      const nearer = listed.request.replaceAll("198.51.100", "203.0.113");
      for (const lie of [{ request: nearer }, { answer: "refuse" }, { code: "22222222" }]) {
        const body = await answerBody(phone, scene.victim, listed, "approve", code, lie);
        refused(await scene.backEnd.post("approvals/answer", body), 403, "proof-refused");
      }
      refused(await asOwner(scene, phone, scene.victim, "approvals/answer", { approval: listed.approval, answer: "approve", code }), 403, "proof-refused");
      refused(await checksApproval(thief, challenge), 409, "approval-pending");
    },
  },
  {
    name: "an answer that was recorded is good for no other request",
    async run(scene) {
      const { phone, thief, challenge, code, listed } = await asked(scene);
      const body = await answerBody(phone, scene.victim, listed, "approve", code);
      equal((await asksApproval(thief, challenge)).status, 200, "asking again");
      refused(await scene.backEnd.post("approvals/answer", body), 410, "approval-expired");
      const [next] = await lists(scene, phone, scene.victim);
      if (next === undefined) throw new Error("nothing waits");
      refused(await scene.backEnd.post("approvals/answer", { ...body, approval: next.approval }), 403, "proof-refused");
    },
  },
  {
    name: "nobody approves his own browser, nor one of another account",
    async run(scene) {
      const { thief, challenge, code, listed } = await asked(scene);
      const own = await answers(scene, thief, scene.victim, listed, "approve", code);
      equal([own.status, own.body["code"]], [404, "device-unknown"], "the browser that asks");
      const stranger = await scene.known(scene.other);
      const other = await answers(scene, stranger, scene.other, listed, "approve", code);
      equal([other.status, other.body["code"]], [410, "approval-expired"], "another account's device");
      refused(await checksApproval(thief, challenge), 409, "approval-pending");
    },
  },
  {
    name: "a browser that an approval let in approves no other: there are no chains",
    async run(scene) {
      const { phone, thief, challenge, code, listed } = await asked(scene);
      await answers(scene, phone, scene.victim, listed, "approve", code);
      await collects(scene, thief, challenge, scene.victim);
      const second = await scene.device();
      const next = await stopped(scene, second, scene.victim, FAR);
      const answer = await asksApproval(second, next);
      const [waiting] = await lists(scene, thief, scene.victim);
      if (waiting === undefined) throw new Error("nothing waits");
      refused(await answers(scene, thief, scene.victim, waiting, "approve", String(answer.body["code"])), 403, "device-unfit");
      const devices = (await asOwner(scene, phone, scene.victim, "devices/list")).body["devices"] as { this: boolean; device: string; acknowledge: unknown }[];
      for (const { device } of devices) refused(await asOwner(scene, thief, scene.victim, "devices/acknowledge", { device }), 403, "device-unfit");
      refused(await checksApproval(second, next), 409, "approval-pending");
    },
  },
];
