// Runs a page that looks like the exchange's, on another origin, and passes on what browsers sign there.

import { equal } from "../e2e/harness/spec.ts";
import { type Attack, refused } from "./client/scene.ts";

const EVIL = "https://tarnwick.example.net";

export const phisher: readonly Attack[] = [
  {
    name: "a proof made on another origin is refused",
    async run(scene) {
      const device = await scene.known(scene.victim);
      const proof = await device.field(await device.attempt(device.keyId), scene.victim, { origin: EVIL });
      const answer = await scene.backEnd.assess({ account: scene.victim, login_name: scene.victim, password: "right", proof, device_cookie: device.deviceCookie });
      refused(answer, 403, "proof-refused");
    },
  },
  {
    name: "a page of another origin gets no attempt",
    async run(scene) {
      const device = await scene.device();
      refused(await device.post("attempts", { purpose: "login" }, { origin: EVIL }), 403, "origin-refused");
      refused(await device.post("attempts", { purpose: "login" }, { origin: "null" }), 403, "origin-refused");
    },
  },
  {
    name: "a proof for another platform or purpose is refused",
    async run(scene) {
      for (const lie of [{ aud: "other" }, { purpose: "action" }, { purpose: "confirmation" }]) {
        const device = await scene.device();
        const proof = await device.field(await device.attempt(), scene.victim, lie);
        const answer = await scene.backEnd.assess({ account: scene.victim, login_name: scene.victim, password: "right", proof, device_cookie: null });
        equal([answer.status >= 400, answer.status === 401], [true, false], `status for ${JSON.stringify(lie)} (${answer.status})`);
      }
    },
  },
];
