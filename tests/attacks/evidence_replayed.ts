// Recorded the exact evidence that the victim's browser sent, and sends it again from another machine.

import { equal } from "../e2e/harness/spec.ts";
import { type Attack, refused } from "./client/scene.ts";
import { codes, loginWith, methods } from "./client/evidence.ts";

export const evidenceReplayed: readonly Attack[] = [
  {
    name: "evidence_replayed: without key and cookie it is worth as much as none",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const recorded = owner.evidence();
      const replayed = await loginWith(scene, await scene.device(), scene.victim, recorded);
      const stranger = await scene.login(await scene.device(), scene.victim);
      refused(replayed, 401, "confirmation-required");
      equal([codes(replayed), methods(replayed)], [codes(stranger), methods(stranger)], "findings and methods");
    },
  },
  {
    name: "evidence_replayed: with the cookie alone it is worth as much as the cookie alone",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const answers = [];
      for (const evidence of [owner.evidence(), (await scene.device()).evidence()]) {
        const thief = await scene.device();
        for (const [name, value] of owner.cookies) thief.cookies.set(name, value);
        answers.push(await loginWith(scene, thief, scene.victim, evidence));
      }
      const [replayed, own] = answers;
      if (replayed === undefined || own === undefined) throw new Error("two logins were tried");
      refused(replayed, 401, "confirmation-required");
      equal([codes(replayed), methods(replayed)], [codes(own), methods(own)], "findings and methods");
    },
  },
  {
    name: "evidence_replayed: with the key alone it is stopped for the missing cookie",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const copy = owner.copiedTo("the thief's machine");
      copy.cookies.clear();
      const answer = await loginWith(scene, copy, scene.victim, owner.evidence(), copy.keyId);
      refused(answer, 401, "confirmation-required");
      equal(codes(answer).includes("cookie-missing"), true, `finding about the cookie (${answer.text})`);
    },
  },
  {
    name: "evidence_replayed: it opens no other account",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      refused(await loginWith(scene, owner, scene.other, owner.evidence(), owner.keyId), 401, "confirmation-required");
    },
  },
  {
    name: "evidence_replayed: with key and cookie copied as well it is stopped where the machine draws otherwise",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const copy = owner.copiedTo("the thief's machine");
      const recorded = JSON.parse(owner.evidence().toString("utf8")) as object;
      const attempt = await copy.attempt(copy.keyId);
      const drawn = attempt.probe.seeds.map((seed) => copy.draws(seed));
      const answer = await loginWith(scene, copy, scene.victim, Buffer.from(JSON.stringify({ ...recorded, probes: drawn })), copy.keyId);
      refused(answer, 401, "confirmation-required");
      equal([codes(answer).includes("machine-differs"), codes(answer).includes("probe-failed")], [false, true], `findings (${answer.text})`);
    },
  },
  {
    // docs/threat-model.md, "What the canvas probe raises": this is what nothing stops yet. When something does, this is to be
    // turned round.
    name: "evidence_replayed, OPEN: with an equal renderer besides it is let in, and the machine is not told apart",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const copy = owner.copiedTo(owner.machine);
      const answer = await scene.login(copy, scene.victim, copy.keyId);
      equal(answer.status, 200, `status (${answer.text})`);
      equal(codes(answer).includes("machine-differs"), false, "finding about the machine");
    },
  },
];
