// Holds a token that is good, and wants two sessions for it.

import { equal } from "../e2e/harness/spec.ts";
import { type Attack, refused } from "./client/scene.ts";

export const doubleSpender: readonly Attack[] = [
  {
    name: "a token is redeemed once",
    async run(scene) {
      const device = await scene.device();
      const { challenge, field } = await scene.token(device, scene.victim);
      equal((await scene.backEnd.redeem(field, challenge.attempt, scene.victim, device.deviceCookie)).status, 200, "status of the first redemption");
      refused(await scene.backEnd.redeem(field, challenge.attempt, scene.victim, device.deviceCookie), 409, "verdict-spent");
    },
  },
  {
    name: "of 32 redemptions at once one succeeds",
    async run(scene) {
      const device = await scene.device();
      const { challenge, field } = await scene.token(device, scene.victim);
      const all = Array.from({ length: 32 }, () => scene.backEnd.redeem(field, challenge.attempt, scene.victim, device.deviceCookie));
      const statuses = (await Promise.all(all)).map(({ status }) => status);
      equal(statuses.filter((status) => status === 200).length, 1, `successes among ${statuses.join(" ")}`);
      equal(statuses.filter((status) => status === 409).length, 31, `refusals among ${statuses.join(" ")}`);
    },
  },
  {
    name: "of 32 assessments of one proof with different addresses one counts",
    async run(scene) {
      const device = await scene.known(scene.victim);
      const proof = await device.field(await device.attempt(device.keyId), scene.victim);
      const login = { account: scene.victim, login_name: scene.victim, password: "right", proof, device_cookie: device.deviceCookie } as const;
      const all = Array.from({ length: 32 }, (_, index) => scene.backEnd.assess({ ...login, address: `198.51.100.${index + 1}` }));
      const answers = await Promise.all(all);
      const codes = answers.map(({ status, body }) => (status === 200 ? "allow" : String(body["code"])));
      equal(codes.filter((code) => code === "nonce-spent").length, 31, `refusals among ${codes.join(" ")}`);
    },
  },
];
