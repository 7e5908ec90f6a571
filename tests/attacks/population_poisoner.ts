// Makes own known devices change together, so that the verifier takes it for a release and overlooks a copied profile's machine.
// What it costs to succeed (aged accounts, in proportion to honest ones) is held by the verifier's own tests, which can move the clock.

import { equal } from "../e2e/harness/spec.ts";
import type { Device } from "./client/device.ts";
import { b64u, digest, utf8 } from "./client/encoding.ts";
import { codes, confirm, loginWith } from "./client/evidence.ts";
import { type Attack, type AttackScene, refused } from "./client/scene.ts";

/** What another drawing back end of a browser changes. */
const REDRAWN = ["canvas", "canvas-text", "emoji", "text-metrics", "webgl", "webgl-extensions", "webgl-parameters", "webgpu"];

/** More accounts than make a population, all opened today. */
const OWN_ACCOUNTS = 24;

/** The device's own document, drawn in this way. */
function drawn(device: Device, way: string): Buffer {
  const document = JSON.parse(device.evidence().toString("utf8")) as { components: object };
  const one = (name: string): [string, object] => [name, { state: "present", digest: b64u(Buffer.from(digest(utf8(`${name} ${way}`)), "base64url").subarray(0, 16)) }];
  return utf8(JSON.stringify({ ...document, components: { ...document.components, ...Object.fromEntries(REDRAWN.map(one)) } }));
}

/** A browser that is known for the account, with all of this evidence. */
async function known(scene: AttackScene, account: string): Promise<Device> {
  const device = await scene.device();
  const challenged = await loginWith(scene, device, account, drawn(device, "as enrolled"));
  equal((await confirm(scene, device, account, challenged)).status, 200, "status of confirming");
  equal((await loginWith(scene, device, account, drawn(device, "as enrolled"), device.keyId)).status, 200, "status of a known device");
  return device;
}

/** The victim's profile on a machine that differs in what it draws: stopped as if no other device existed. */
async function copyIsStopped(scene: AttackScene, victim: Device): Promise<void> {
  const answer = await loginWith(scene, victim, scene.victim, drawn(victim, "as the thief's machine draws"), victim.keyId);
  refused(answer, 401, "confirmation-required");
  equal([codes(answer).includes("machine-differs"), codes(answer).includes("population-shift")], [true, false], `findings (${answer.text})`);
}

export const populationPoisoner: readonly Attack[] = [
  {
    name: "population_poisoner: forty changed logins of one account are no population",
    async run(scene) {
      const victim = await known(scene, scene.victim);
      const own = await known(scene, scene.other);
      for (let login = 0; login < 40; login += 1) {
        const answer = await loginWith(scene, own, scene.other, drawn(own, `in way ${login}`), own.keyId);
        refused(answer, 401, "confirmation-required");
      }
      await copyIsStopped(scene, victim);
    },
  },
  {
    name: `population_poisoner: ${OWN_ACCOUNTS} accounts opened today are no population`,
    async run(scene) {
      const victim = await known(scene, scene.victim);
      for (let number = 0; number < OWN_ACCOUNTS; number += 1) {
        const own = await known(scene, `${scene.other}-${number}`);
        refused(await loginWith(scene, own, `${scene.other}-${number}`, drawn(own, "shifted"), own.keyId), 401, "confirmation-required");
      }
      await copyIsStopped(scene, victim);
    },
  },
];
