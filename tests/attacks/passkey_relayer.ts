// Has the password, and the owner at a page that looks like the exchange's: passes on what her passkey signs there, keeps what it
// signed before, and edits what the exchange asks for.

import { equal, holds } from "../e2e/harness/spec.ts";
import { Authenticator, type Options } from "./client/authenticator.ts";
import type { Challenge, Device } from "./client/device.ts";
import type { Answer } from "./client/http.ts";
import { type Attack, type AttackScene, refused } from "./client/scene.ts";

const EVIL = "https://tarnwick.example.net";

/** The owner's passkey, registered at a device of hers; it counts at once here. */
async function owns(scene: AttackScene): Promise<{ device: Device; passkey: Authenticator }> {
  const device = await scene.known(scene.victim);
  const begun = await scene.backEnd.post("factors/passkeys/begin", { owner: await ownerOf(scene, device), label: "phone" });
  equal(begun.status, 200, `status of beginning (${begun.text.slice(0, 200)})`);
  const passkey = new Authenticator();
  const options = begun.body["options"] as { challenge: string; rp: { id: string } };
  const credential = passkey.makes(options, { origin: device.origin });
  const finished = await scene.backEnd.post("factors/passkeys/finish", { account: scene.victim, attempt: begun.body["attempt"], credential });
  equal(finished.status, 200, `status of finishing (${finished.text.slice(0, 200)})`);
  return { device, passkey };
}

async function ownerOf(scene: AttackScene, device: Device): Promise<object> {
  const attempt = await device.attempt(device.keyId, "session");
  const proof = await device.field({ ...attempt, work: null }, scene.victim, { purpose: "session" });
  return {
    account: scene.victim,
    login_name: scene.victim,
    proof,
    device_cookie: device.deviceCookie,
    client: { address: "203.0.113.7" },
    contacts: { mail: `${scene.victim}@example.com` },
  };
}

const optionsOf = (challenge: Challenge): Options => (challenge.methods.find(({ method }) => method === "passkey") as unknown as { options: Options }).options;

async function answers(device: Device, challenge: Challenge, credential: string): Promise<Answer> {
  const proof = await device.stepProof(challenge, "passkey/check", credential);
  return device.post(`attempts/${challenge.attempt}/confirmations/passkey/check`, { proof, credential });
}

export const passkeyRelayer: readonly Attack[] = [
  {
    name: "what a passkey signs at a page of another origin confirms nothing at the exchange's",
    async run(scene) {
      const { passkey } = await owns(scene);
      const thief = await scene.device();
      const challenge = await scene.challenged(thief, scene.victim);
      // browsers sign for their own page's host alone; even one that did not would tell its origin
      for (const page of [{ origin: EVIL }, { origin: EVIL, rpId: "tarnwick.example.net" }, { origin: thief.origin, rpId: "tarnwick.example.net" }]) {
        refused(await answers(thief, challenge, passkey.signs(optionsOf(challenge), page)), 403, "passkey-refused");
      }
      equal((await answers(thief, challenge, passkey.signs(optionsOf(challenge), { origin: thief.origin }))).status, 200, "the owner's own answer");
    },
  },
  {
    name: "what a passkey signed for one login confirms no other, and no action",
    async run(scene) {
      const { passkey } = await owns(scene);
      const owner = await scene.device();
      const asked = await scene.challenged(owner, scene.victim);
      const credential = passkey.signs(optionsOf(asked), { origin: owner.origin });
      const thief = await scene.device();
      const challenge = await scene.challenged(thief, scene.victim);
      refused(await answers(thief, challenge, credential), 403, "passkey-refused");
      const used = await answers(owner, asked, credential);
      equal(used.status, 200, "the owner's own login");
      refused(await answers(owner, asked, credential), 409, "attempt-ended");
      const redeemed = await scene.backEnd.redeem(await owner.verdictField(asked, String(used.body["token"])), asked.attempt, scene.victim, owner.deviceCookie);
      equal([redeemed.status, redeemed.body["probation"]], [200, false], "the owner's device");
      owner.keep(redeemed.body["set_cookies"]);
      // the trusted device asks for a step-up; what was signed for the login is offered for it
      const action = { act: "add-passkey", label: "thief's" };
      const begun = await scene.backEnd.post("step-ups/begin", { owner: await ownerOf(scene, owner), action });
      equal(begun.status, 200, `status of the step-up (${begun.text.slice(0, 200)})`);
      const step_up = { attempt: begun.body["attempt"], credential };
      refused(await scene.backEnd.post("factors/passkeys/begin", { owner: await ownerOf(scene, owner), label: "thief's", step_up }), 403, "passkey-refused");
    },
  },
  {
    name: "a passkey's word for one action moves no other",
    async run(scene) {
      const { passkey } = await owns(scene);
      const owner = await scene.device();
      const asked = await scene.challenged(owner, scene.victim);
      const used = await answers(owner, asked, passkey.signs(optionsOf(asked), { origin: owner.origin }));
      const redeemed = await scene.backEnd.redeem(await owner.verdictField(asked, String(used.body["token"])), asked.attempt, scene.victim, owner.deviceCookie);
      owner.keep(redeemed.body["set_cookies"]);
      // a script in the page shows one action and asks for another
      const begun = await scene.backEnd.post("step-ups/begin", { owner: await ownerOf(scene, owner), action: { act: "add-passkey", label: "my tablet" } });
      const credential = passkey.signs(begun.body["options"] as Options, { origin: owner.origin });
      const step_up = { attempt: begun.body["attempt"], credential };
      const listed = await scene.backEnd.post("factors/list", { owner: await ownerOf(scene, owner) });
      const factors = listed.body["factors"] as { factor: string; kind: string }[];
      const factor = factors.find(({ kind }) => kind === "passkey")?.factor ?? "";
      refused(await scene.backEnd.post("factors/remove", { owner: await ownerOf(scene, owner), factor, step_up }), 403, "passkey-refused");
      const added = await scene.backEnd.post("factors/passkeys/begin", { owner: await ownerOf(scene, owner), label: "my tablet", step_up });
      equal(added.status, 200, `the action that was shown (${added.text.slice(0, 200)})`);
      refused(await scene.backEnd.post("factors/passkeys/begin", { owner: await ownerOf(scene, owner), label: "my tablet", step_up }), 403, "step-up-required");
    },
  },
  {
    name: "a page that edits what passkeys are asked for, or leaves them out, gains no trust",
    async run(scene) {
      await owns(scene);
      const thief = await scene.device();
      const challenge = await scene.challenged(thief, scene.victim);
      const own = new Authenticator();
      // his own passkey in the list, under the challenge that was asked and under one of his own
      for (const asked of [optionsOf(challenge).challenge, "AAAAAAAAAAAAAAAAAAAAAA"]) {
        const edited = { ...optionsOf(challenge), challenge: asked, allowCredentials: [{ id: own.id }] };
        refused(await answers(thief, challenge, own.signs(edited, { origin: thief.origin })), 403, "passkey-refused");
      }
      // methods that he writes into the page's challenge are none of the server's
      const code = "123456";
      const proof = await thief.stepProof(challenge, "totp/check", code);
      refused(await thief.post(`attempts/${challenge.attempt}/confirmations/totp/check`, { proof, code }), 409, "method-unavailable");
      // leaving the passkey out leads to the mail code, which the owner has to read out, and to probation
      const { challenge: mailed, field } = await scene.token(thief, scene.victim);
      holds(mailed.methods[0]?.method === "passkey", "the server's list begins with the passkey");
      const redeemed = await scene.backEnd.redeem(field, mailed.attempt, scene.victim, thief.deviceCookie);
      equal([redeemed.status, redeemed.body["probation"]], [200, true], "what a mailed code gives");
      thief.keep(redeemed.body["set_cookies"]);
      // and from probation no way to confirm is changed
      const adding = await scene.backEnd.post("factors/passkeys/begin", { owner: await ownerOf(scene, thief), label: "thief's" });
      refused(adding, 403, "device-on-probation");
    },
  },
];
