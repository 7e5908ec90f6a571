// Had a script in the login page for a moment: it signed the hand-over of the cookie and sent the proof away. Now asks for the
// cookie with a jar of their own.

import { equal } from "../e2e/harness/spec.ts";
import type { Answer } from "./client/http.ts";
import { Device } from "./client/device.ts";
import { type Attack, type AttackScene, refused } from "./client/scene.ts";

/** What the script sends away: which attempt, and the signed step. */
interface Loot {
  readonly attempt: string;
  readonly proof: string;
}

/** Asks as the page with these cookies; no key is needed any more. */
const takes = (jar: Device, { attempt, proof }: Loot): Promise<Answer> => jar.post(`attempts/${attempt}/cookie`, { proof });

/** A known owner logs in with the script in her page. */
async function robbed(scene: AttackScene): Promise<{ owner: Device; jarBefore: Device; loot: Loot }> {
  const owner = await scene.known(scene.victim);
  const jarBefore = owner.copiedTo(owner.machine);
  const attempt = await owner.attempt();
  const field = await owner.field(attempt, scene.victim);
  const claims = JSON.parse(Buffer.from(field.split("~")[1]?.split(".")[1] ?? "", "base64url").toString()) as { name: string };
  const proof = await owner.stepProof({ ...attempt, name: claims.name, methods: [] }, "cookie", "");
  const answer = await scene.backEnd.assess({ account: scene.victim, login_name: scene.victim, password: "right", proof: field, device_cookie: owner.deviceCookie });
  equal(answer.status, 200, "the owner is let in");
  owner.keep(answer.body["set_cookies"]);
  return { owner, jarBefore, loot: { attempt: attempt.attempt, proof } };
}

export const cookieTaker: readonly Attack[] = [
  {
    name: "a stolen proof for the cookie's hand-over gives nothing to another jar",
    async run(scene) {
      const { owner, jarBefore, loot } = await robbed(scene);
      refused(await takes(await scene.device(), loot), 404, "attempt-unknown");
      // nor to a jar in which the thief's own account is known
      refused(await takes(await scene.known(scene.other), loot), 404, "attempt-unknown");
      // the owner's, with the reply or without it, is given it
      for (const jar of [owner, jarBefore]) equal((await takes(jar, loot)).status, 204, "status for the owner");
    },
  },
  {
    name: "a stolen proof for the cookie's hand-over gives nothing to another jar after a confirmation",
    async run(scene) {
      const owner = await scene.device();
      const { challenge, field } = await scene.token(owner, scene.victim);
      const loot = { attempt: challenge.attempt, proof: await owner.stepProof(challenge, "cookie", "") };
      const redeemed = await scene.backEnd.redeem(field, challenge.attempt, scene.victim, owner.deviceCookie);
      equal(redeemed.status, 200, "the owner is let in");
      refused(await takes(await scene.device(), loot), 404, "attempt-unknown");
      refused(await takes(await scene.known(scene.other), loot), 404, "attempt-unknown");
      equal((await takes(owner, loot)).status, 204, "status for the owner");
    },
  },
];
