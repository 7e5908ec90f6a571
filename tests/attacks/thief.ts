// Copied a part of the victim's browser, and knows the password.

import { equal } from "../e2e/harness/spec.ts";
import { type Attack, refused } from "./client/scene.ts";

export const thief: readonly Attack[] = [
  {
    name: "a stolen cookie without the key is stopped",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const thief = await scene.device();
      for (const [name, value] of owner.cookies) thief.cookies.set(name, value);
      refused(await scene.login(thief, scene.victim), 401, "confirmation-required");
    },
  },
  {
    name: "a stolen key without the cookie is stopped",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      owner.cookies.clear();
      refused(await scene.login(owner, scene.victim, owner.keyId), 401, "confirmation-required");
    },
  },
  {
    name: "copied evidence without the key is stopped like none",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const thief = await scene.device();
      const proof = await thief.field(await thief.attempt(), scene.victim, {}, owner.evidence());
      const answer = await scene.backEnd.assess({ account: scene.victim, login_name: scene.victim, password: "right", proof, device_cookie: null });
      refused(answer, 401, "confirmation-required");
      const stranger = await scene.login(await scene.device(), scene.victim);
      const codes = (of: typeof answer): unknown => (of.body["findings"] as { code: string }[]).map(({ code }) => code).sort();
      equal(codes(answer), codes(stranger), "findings about a copy and about a stranger");
    },
  },
  {
    name: "the owner's key cannot be named without being held",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const thief = await scene.device();
      for (const [name, value] of owner.cookies) thief.cookies.set(name, value);
      const attempt = await thief.attempt(owner.keyId);
      const claims = await thief.field(attempt, scene.victim);
      const [, proof = "", evidence = ""] = claims.split("~");
      const payload = JSON.parse(Buffer.from(proof.split(".")[1] ?? "", "base64url").toString()) as object;
      const forged = `${attempt.attempt}~${await thief.sign(payload, { kid: owner.keyId })}~${evidence}`;
      refused(await scene.backEnd.assess({ account: scene.victim, login_name: scene.victim, password: "right", proof: forged, device_cookie: thief.deviceCookie }), 403, "login-refused");
    },
  },
];
