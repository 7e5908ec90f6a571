// Saw a login post on its way and sends it again.

import { equal } from "../e2e/harness/spec.ts";
import { type Attack, refused } from "./client/scene.ts";

export const replayer: readonly Attack[] = [
  {
    name: "a used proof is worth nothing in another request",
    async run(scene) {
      const device = await scene.known(scene.victim);
      const proof = await device.field(await device.attempt(device.keyId), scene.victim);
      const request_id = "one-request-of-the-back-end";
      const login = { request_id, account: scene.victim, login_name: scene.victim, password: "right", proof, device_cookie: device.deviceCookie } as const;
      const first = await scene.backEnd.assess(login);
      equal(first.status, 200, "status of the owner's own login");
      refused(await scene.backEnd.assess({ ...login, address: "198.51.100.66" }), 409, "nonce-spent");
      refused(await scene.backEnd.assess({ ...login, device_cookie: null }), 409, "nonce-spent");
      refused(await scene.backEnd.assess({ ...login, request_id: "the-same-post-once-more" }), 409, "nonce-spent");
      const again = await scene.backEnd.assess(login);
      equal(again.text, first.text, "the stored answer to the same bytes from the same back end");
    },
  },
  {
    name: "a used proof is worth nothing even when the first password was wrong",
    async run(scene) {
      const device = await scene.known(scene.victim);
      const proof = await device.field(await device.attempt(device.keyId), scene.victim);
      const login = { account: scene.victim, login_name: scene.victim, proof, device_cookie: device.deviceCookie } as const;
      refused(await scene.backEnd.assess({ ...login, password: "wrong" }), 403, "login-refused");
      refused(await scene.backEnd.assess({ ...login, password: "right" }), 409, "nonce-spent");
    },
  },
];
