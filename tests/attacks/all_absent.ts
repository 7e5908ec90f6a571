// Holds a copy of the victim's profile and says nothing about the machine: every component is absent.

import { equal } from "../e2e/harness/spec.ts";
import { type Attack, refused } from "./client/scene.ts";
import { codes, confirm, loginWith, methods, withEvery } from "./client/evidence.ts";

const REASONS = ["unsupported", "blocked", "timed-out", "module-unavailable", "a-reason-of-the-attacker"];

export const allAbsent: readonly Attack[] = [
  ...REASONS.map((reason): Attack => ({
    name: `all_absent: a copied profile whose evidence is absent as ${reason} is stopped`,
    async run(scene) {
      const copy = (await scene.known(scene.victim)).copiedTo("the thief's machine");
      const answer = await loginWith(scene, copy, scene.victim, withEvery(copy, { state: "absent", reason }), copy.keyId);
      refused(answer, 401, "confirmation-required");
      equal(codes(answer).includes("machine-differs"), true, `finding about the machine (${answer.text})`);
      equal(methods(answer), ["mail-code"], "methods");
    },
  })),
  {
    name: "all_absent: a copied profile without any component, or without a document, is stopped",
    async run(scene) {
      const copy = (await scene.known(scene.victim)).copiedTo("the thief's machine");
      for (const evidence of [Buffer.from('{"v":1,"components":{},"facts":{}}'), Buffer.alloc(0)]) {
        const answer = await loginWith(scene, copy, scene.victim, evidence, copy.keyId);
        refused(answer, 401, "confirmation-required");
        equal(codes(answer).includes("machine-differs"), true, `finding about the machine (${answer.text})`);
      }
    },
  },
  {
    name: "all_absent: a stranger who says nothing is stopped like one who says something",
    async run(scene) {
      const silent = await scene.device();
      const one = await loginWith(scene, silent, scene.victim, withEvery(silent, { state: "absent", reason: "unsupported" }));
      const other = await scene.login(await scene.device(), scene.victim);
      refused(one, 401, "confirmation-required");
      equal([codes(one), methods(one)], [codes(other), methods(other)], "findings and methods");
    },
  },
  {
    name: "all_absent: an owner whose browser hides everything from now on is asked once",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const hidden = withEvery(owner, { state: "absent", reason: "blocked" });
      const first = await loginWith(scene, owner, scene.victim, hidden, owner.keyId);
      refused(first, 401, "confirmation-required");
      equal((await confirm(scene, owner, scene.victim, first)).status, 200, "status of confirming");
      equal((await loginWith(scene, owner, scene.victim, hidden, owner.keyId)).status, 200, "status of the next login");
    },
  },
];
