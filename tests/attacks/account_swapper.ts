// Owns an account of its own, and hands in what was made for that one in the name of another.

import { equal } from "../e2e/harness/spec.ts";
import { type Attack, refused } from "./client/scene.ts";

export const accountSwapper: readonly Attack[] = [
  {
    name: "a proof for one login name is refused for another",
    async run(scene) {
      const device = await scene.known(scene.other);
      const proof = await device.field(await device.attempt(device.keyId), scene.other);
      const answer = await scene.backEnd.assess({ account: scene.victim, login_name: scene.victim, password: "right", proof, device_cookie: device.deviceCookie });
      refused(answer, 403, "proof-refused");
    },
  },
  {
    name: "a device known to one account is unknown to another",
    async run(scene) {
      const device = await scene.known(scene.other);
      refused(await scene.login(device, scene.victim, device.keyId), 401, "confirmation-required");
    },
  },
  {
    name: "a token of one account opens no half-session of another, and stays good for its own",
    async run(scene) {
      const thief = await scene.device();
      const own = await scene.token(thief, scene.other);
      const target = await scene.challenged(await scene.device(), scene.victim);
      refused(await scene.backEnd.redeem(own.field, target.attempt, scene.victim, thief.deviceCookie), 403, "verdict-mismatch");
      refused(await scene.backEnd.redeem(own.field, own.challenge.attempt, scene.victim, thief.deviceCookie), 403, "verdict-mismatch");
      refused(await scene.backEnd.redeem(own.field, target.attempt, scene.other, thief.deviceCookie), 403, "verdict-mismatch");
      const answer = await scene.backEnd.redeem(own.field, own.challenge.attempt, scene.other, thief.deviceCookie);
      equal(answer.status, 200, `status of the rightful redemption (${answer.text})`);
    },
  },
  {
    name: "a token is refused for another purpose, action, cookie or key",
    async run(scene) {
      const device = await scene.device();
      const { challenge, field } = await scene.token(device, scene.victim);
      const redeem = (changes: object, verdict = field): ReturnType<typeof scene.backEnd.redeem> => scene.backEnd.redeem(verdict, challenge.attempt, scene.victim, device.deviceCookie, changes);
      refused(await redeem({ purpose: "action" }), 403, "verdict-mismatch");
      refused(await redeem({ device_cookie: null }), 403, "verdict-mismatch");
      const [token = ""] = field.split("~");
      const stranger = await scene.device();
      refused(await redeem({}, await stranger.verdictField(challenge, token)), 403, "verdict-mismatch");
      refused(await redeem({}, `${token}~`), 403, "verdict-mismatch");
      equal((await redeem({})).status, 200, "status of the rightful redemption");
    },
  },
];
