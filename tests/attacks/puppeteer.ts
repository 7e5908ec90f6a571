// Has a program drive the victim's own profile, on the victim's own machine or on one that is equal to it, and knows the password.

import { equal } from "../e2e/harness/spec.ts";
import { codes, confirm, loginWith, methods } from "./client/evidence.ts";
import type { Device } from "./client/device.ts";
import type { Answer } from "./client/http.ts";
import { type Attack, type AttackScene, refused } from "./client/scene.ts";

const NONE = { state: "absent", reason: "none" };
const SEEN = { state: "present", digest: "AAAAAAAAAAAAAAAAAAAAAA" };
/** What a browser tells that a person uses. */
const PERSON = { "automation-traces": NONE, "automation-webdriver": NONE, "tampering-natives": NONE, "tampering-worker": NONE };

/** A known device whose browser told this when it was enrolled. */
async function enrolled(scene: AttackScene, traces: Readonly<Record<string, object>>): Promise<Device> {
  const owner = await scene.device();
  owner.traces = traces;
  equal((await confirm(scene, owner, scene.victim, await scene.login(owner, scene.victim))).status, 200, "status of enrolling");
  return owner;
}

/** A login with the victim's whole profile, from an equal machine, whose browser tells this. */
function drives(scene: AttackScene, owner: Device, traces: Readonly<Record<string, object>>): Promise<Answer> {
  const stolen = owner.copiedTo(owner.machine);
  stolen.traces = traces;
  return scene.login(stolen, scene.victim, stolen.keyId);
}

export const puppeteer: readonly Attack[] = [
  {
    name: "puppeteer: a program at a profile that a person enrolled is stopped, and has to ask by mail",
    async run(scene) {
      const owner = await enrolled(scene, PERSON);
      for (const name of ["automation-webdriver", "automation-traces"]) {
        const answer = await drives(scene, owner, { ...PERSON, [name]: SEEN });
        refused(answer, 401, "confirmation-required");
        equal([codes(answer).includes("automation"), methods(answer)], [true, ["mail-code"]], `finding and methods (${answer.text})`);
      }
    },
  },
  {
    name: "puppeteer: leaving the component out, or giving another reason, is no better than showing it",
    async run(scene) {
      const owner = await enrolled(scene, PERSON);
      const { "automation-webdriver": _, ...silent } = PERSON;
      const states = [{}, { state: "noisy" }, { state: "failed", reason: "type-error" }, { state: "absent", reason: "unsupported" }, { state: "absent", reason: "timed-out" }];
      for (const state of states) {
        const traces = Object.keys(state).length === 0 ? silent : { ...silent, "automation-webdriver": state };
        const answer = await drives(scene, owner, traces);
        refused(answer, 401, "confirmation-required");
        equal(codes(answer).includes("automation-unknown"), true, `finding (${answer.text})`);
      }
    },
  },
  {
    name: "puppeteer: a stranger's program is stopped like any stranger, and told apart from one",
    async run(scene) {
      const program = await scene.device();
      program.traces = { ...PERSON, "automation-webdriver": SEEN };
      const answer = await loginWith(scene, program, scene.victim, program.evidence());
      refused(answer, 401, "confirmation-required");
      equal(codes(answer), ["automation", "device-unknown"], `findings (${answer.text})`);
    },
  },
  {
    name: "puppeteer: the owner's own program, enrolled as one, is asked once and then let in",
    async run(scene) {
      const owner = await enrolled(scene, { ...PERSON, "automation-webdriver": SEEN });
      const answer = await scene.login(owner, scene.victim, owner.keyId);
      equal([answer.status, codes(answer)], [200, ["automation", "device-on-probation"]], `answer (${answer.text})`);
    },
  },
  {
    // docs/threat-model.md, "What automation findings are worth": whoever controls the browser can lie. When something stops this,
    // it is to be turned round.
    name: "puppeteer, OPEN: a program that hides by replacing functions is let in, and shown as tampering",
    async run(scene) {
      const owner = await enrolled(scene, PERSON);
      const answer = await drives(scene, owner, { ...PERSON, "tampering-natives": { state: "set", tags: "AAAA" } });
      equal([answer.status, codes(answer)], [200, ["device-on-probation", "tampering"]], `answer (${answer.text})`);
    },
  },
];
