// Holds a copy of the victim's profile and says of every component that two readings differ.

import { equal } from "../e2e/harness/spec.ts";
import { type Attack, refused } from "./client/scene.ts";
import { codes, confirm, loginWith, methods, withEvery } from "./client/evidence.ts";

export const allNoisy: readonly Attack[] = [
  {
    name: "all_noisy: a copied profile whose evidence is all noise is stopped",
    async run(scene) {
      const copy = (await scene.known(scene.victim)).copiedTo("the thief's machine");
      const answer = await loginWith(scene, copy, scene.victim, withEvery(copy, { state: "noisy" }), copy.keyId);
      refused(answer, 401, "confirmation-required");
      equal(codes(answer).includes("machine-differs"), true, `finding about the machine (${answer.text})`);
      equal(methods(answer), ["mail-code"], "methods");
    },
  },
  {
    name: "all_noisy: noise does not let a copied profile in under another login name",
    async run(scene) {
      const copy = (await scene.known(scene.victim)).copiedTo("the thief's machine");
      const alias = await scene.device();
      for (const [name, value] of copy.cookies) alias.cookies.set(name, value);
      const challenged = await scene.challenged(alias, scene.victim);
      refused(await copy.provesKey(challenged, withEvery(copy, { state: "noisy" })), 409, "method-unavailable");
    },
  },
  {
    name: "all_noisy: an owner whose browser adds noise from now on is asked once",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const noise = withEvery(owner, { state: "noisy" });
      const first = await loginWith(scene, owner, scene.victim, noise, owner.keyId);
      refused(first, 401, "confirmation-required");
      equal((await confirm(scene, owner, scene.victim, first)).status, 200, "status of confirming");
      equal((await loginWith(scene, owner, scene.victim, noise, owner.keyId)).status, 200, "status of the next login");
    },
  },
];
