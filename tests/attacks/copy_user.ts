// Copied the whole profile, key and cookies, to a machine that looks the same, knows the password, and uses the copy beside the owner.
// The cookie of one of the two is overtaken by the other's.

import { setTimeout as passes } from "node:timers/promises";
import { equal, holds } from "../e2e/harness/spec.ts";
import type { Challenge, Device } from "./client/device.ts";
import { codes } from "./client/evidence.ts";
import type { Answer } from "./client/http.ts";
import { type Attack, type AttackScene, refused } from "./client/scene.ts";

/** Seconds that the demo of these attacks holds a cookie. */
export const HOLD_S = 1;
const ELSEWHERE = "198.51.100.9";

/** Lets the hold pass: what is tested here is what happens after a time, and the demo runs by the real clock. */
const holdPasses = (): Promise<void> => passes(HOLD_S * 1000 + 100);

const copyOf = (owner: Device): Device => owner.copiedTo(owner.machine);
const login = (scene: AttackScene, device: Device, address?: string): Promise<Answer> => scene.login(device, scene.victim, device.keyId, address);

/** The owner's device after some logins of her own, and a copy from before them. */
async function overtaken(scene: AttackScene): Promise<{ owner: Device; copy: Device }> {
  const owner = await scene.known(scene.victim);
  const copy = copyOf(owner);
  for (let use = 0; use < 2; use += 1) {
    await holdPasses();
    equal((await login(scene, owner)).status, 200, "status of the owner's login");
  }
  await holdPasses();
  return { owner, copy };
}

/** Confirms by code what a device is challenged for. */
async function confirms(scene: AttackScene, device: Device, challenge: Challenge): Promise<Answer> {
  const answer = await device.answersCode(challenge, await scene.code(device, challenge, scene.victim));
  equal(answer.status, 200, `status of the right code (${answer.text})`);
  const field = await device.verdictField(challenge, String(answer.body["token"]));
  const redeemed = await scene.backEnd.redeem(field, challenge.attempt, scene.victim, device.deviceCookie);
  device.keep(redeemed.body["set_cookies"]);
  return redeemed;
}

/** The notices to the victim, once there are so many. */
async function notices(scene: AttackScene, count: number): Promise<string[]> {
  for (;;) {
    const mails = (await scene.demo.inbox()).filter(({ to, subject }) => to.includes(`${scene.victim}@`) && /cop(y|ies)/i.test(subject));
    if (mails.length >= count) return mails.map(({ text }) => text);
    await passes(50);
  }
}

export const copyUser: readonly Attack[] = [
  {
    name: "copy_user: two copies in lock step are found by the third use of each, both are stopped, and value freezes",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const copy = copyOf(owner);
      const found: (readonly string[])[] = [];
      for (let round = 0; round < 3; round += 1) {
        for (const device of [owner, copy]) {
          await holdPasses();
          const answer = await login(scene, device);
          if (answer.status !== 200) found.push(codes(answer));
        }
      }
      holds(found[0]?.includes("cookie-superseded") === true, `the overtaken side (${JSON.stringify(found)})`);
      holds(found.slice(1).every((those) => those.includes("device-forked")), `both sides after it (${JSON.stringify(found)})`);
      holds(found.length >= 3, "neither side is let in unasked any more");
      const mails = await notices(scene, 2);
      holds(mails.every((text) => text.includes("blue heron") && !text.includes("http")), "the owner's phrase and no links in the notices");

      const answer = await login(scene, owner);
      const redeemed = await confirms(scene, owner, answer.body["challenge"] as Challenge);
      equal([redeemed.status, redeemed.body["value"], redeemed.body["probation"]], [200, "frozen", true], "what a confirmation gives");
    },
  },
  {
    name: "copy_user: an old copy that comes from another network or machine stops both sides at once",
    async run(scene) {
      const { owner, copy } = await overtaken(scene);
      const answer = await login(scene, copy, ELSEWHERE);
      refused(answer, 401, "confirmation-required");
      holds(codes(answer).includes("device-forked"), `finding (${answer.text})`);
      const own = await login(scene, owner);
      refused(own, 401, "confirmation-required");
      holds(codes(own).includes("device-forked"), `finding of the owner's side (${own.text})`);
      const methods = (own.body["challenge"] as Challenge).methods.map(({ method }) => method);
      equal(methods, ["mail-code"], "no silent way out of a fork");
    },
  },
  {
    name: "copy_user: an old copy is worth nothing after the owner has confirmed anew",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const copy = copyOf(owner);
      owner.cookies.clear();
      const challenge = (await login(scene, owner)).body["challenge"] as Challenge;
      equal((await confirms(scene, owner, challenge)).status, 200, "status of the owner's confirmation");
      const answer = await login(scene, copy);
      refused(answer, 401, "confirmation-required");
      holds(codes(answer).includes("cookie-superseded"), `finding (${answer.text})`);
    },
  },
  {
    name: "copy_user: a live cookie replayed from another network gets a branch of its own and is overtaken",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const copy = copyOf(owner);
      await holdPasses();
      equal((await login(scene, owner)).status, 200, "status of the owner's login");
      equal((await login(scene, copy, ELSEWHERE)).status, 200, "nothing tells the first use of a copy from a lost reply");
      holds(copy.deviceCookie !== owner.deviceCookie, "two networks never get the same next cookie");
      await holdPasses();
      equal((await login(scene, owner)).status, 200, "status of the owner's next login");
      refused(await login(scene, copy, ELSEWHERE), 401, "confirmation-required");
      equal((await notices(scene, 1)).length, 1, "notices");
    },
  },
  {
    name: "copy_user: the key for logins releases no value",
    async run(scene) {
      refused(await scene.backEnd.post("accounts/release-value", { account: scene.victim }), 403, "api-key-scope");
    },
  },
];
