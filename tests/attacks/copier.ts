// Copied the victim's whole profile, key and cookies, to another machine, runs our client there, and knows the password.

import { equal } from "../e2e/harness/spec.ts";
import { type Attack, refused } from "./client/scene.ts";
import { solve } from "./client/work.ts";
import type { Challenge } from "./client/device.ts";

const codes = (body: Record<string, unknown>): string[] => (body["findings"] as { code: string }[]).map(({ code }) => code);
const methods = (challenge: Challenge): string[] => challenge.methods.map(({ method }) => method);

export const copier: readonly Attack[] = [
  {
    name: "a copied profile is stopped on another machine",
    async run(scene) {
      const copy = (await scene.known(scene.victim)).copiedTo("the thief's machine");
      const answer = await scene.login(copy, scene.victim, copy.keyId);
      refused(answer, 401, "confirmation-required");
      equal(codes(answer.body).includes("machine-differs"), true, `finding about the machine (${answer.text})`);
      equal(methods(answer.body["challenge"] as Challenge), ["mail-code"], "methods");
    },
  },
  {
    name: "a copied profile gains nothing by another login name",
    async run(scene) {
      const copy = (await scene.known(scene.victim)).copiedTo("the thief's machine");
      const alias = await scene.device();
      for (const [name, value] of copy.cookies) alias.cookies.set(name, value);
      const challenge = (await scene.login(alias, scene.victim)).body["challenge"] as Challenge;
      equal(methods(challenge), ["device-key", "mail-code"], "methods");
      refused(await copy.provesKey(challenge), 409, "method-unavailable");
      refused(await copy.provesKey(challenge, Buffer.alloc(0)), 409, "method-unavailable");
    },
  },
  {
    name: "a copied profile gains nothing by hiding its key",
    async run(scene) {
      const copy = (await scene.known(scene.victim)).copiedTo("the thief's machine");
      const { attempt, nonce, work } = await copy.attempt();
      const proof = `${attempt}~keyless:no-indexeddb:${nonce}~${work === null ? "" : `~${await solve(attempt, work)}`}`;
      const answer = await scene.backEnd.assess({ account: scene.victim, login_name: scene.victim, password: "right", proof, device_cookie: copy.deviceCookie });
      refused(answer, 401, "confirmation-required");
      equal(methods(answer.body["challenge"] as Challenge), ["mail-code"], "methods");
    },
  },
  {
    name: "the owner's own machine is confirmed unseen under another login name",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const alias = await scene.device();
      for (const [name, value] of owner.cookies) alias.cookies.set(name, value);
      const challenge = (await scene.login(alias, scene.victim)).body["challenge"] as Challenge;
      equal((await owner.provesKey(challenge)).status, 200, "status");
    },
  },
];
