// Wants to be told what is known of a device: whoever copied a profile would learn what still gives the copy away.

import { equal, holds } from "../e2e/harness/spec.ts";
import { Customer, SESSION } from "./client/customer.ts";
import type { Device } from "./client/device.ts";
import type { Answer } from "./client/http.ts";
import { type Attack, type AttackScene, refused } from "./client/scene.ts";

/** A comparison with an attempt of its own. */
async function compare(scene: AttackScene, device: Device, account: string, cookie = device.deviceCookie): Promise<Answer> {
  const proof = await device.field(await device.attempt(undefined, "session"), scene.victim, { purpose: "session" });
  return scene.backEnd.compare(account, scene.victim, proof, cookie);
}

/** The exchange sent this request to its log-in, or told its page nothing but a code. */
function toldNothing(answer: Answer, what: string): void {
  holds(answer.status !== 200 && answer.body["components"] === undefined, `${what} is told nothing (${answer.status} ${answer.text.slice(0, 300)})`);
}

export const onlooker: readonly Attack[] = [
  {
    name: "without a session the exchange compares nothing, whatever else is held",
    async run(scene) {
      const alice = await Customer.come(scene);
      await alice.comesIn("alice");
      equal((await alice.compares("alice")).status, 200, "status for the owner");
      toldNothing(await alice.compares("alice", { origin: "https://evil.example" }), "another site's page");
      const session = alice.device.cookies.get(SESSION) ?? "";
      for (const [what, value] of [["an invented session", "x".repeat(session.length)], ["an empty session", ""]] as const) {
        alice.device.cookies.set(SESSION, value);
        toldNothing(await alice.compares("alice"), what);
      }
      alice.device.cookies.delete(SESSION);
      toldNothing(await alice.compares("alice"), "key and cookie alone");
      await alice.isChallenged("bob");
      toldNothing(await alice.compares("alice"), "a half-session");
      alice.device.cookies.set(SESSION, session);
      equal((await alice.compares("alice")).status, 200, "status for the owner afterwards");
      await alice.post("/logout", {});
      alice.device.cookies.set(SESSION, session);
      toldNothing(await alice.compares("alice"), "a session that was ended");
    },
  },
  {
    name: "a session of one account is told nothing of the device of another",
    async run(scene) {
      const [owner, thief] = [await Customer.come(scene), await Customer.come(scene)];
      await owner.comesIn("alice");
      await thief.comesIn("bob");
      // the thief's session beside the owner's key and cookies
      owner.device.cookies.set(SESSION, thief.device.cookies.get(SESSION) ?? "");
      const [own, other] = [await owner.compares("alice"), await owner.compares("bob")];
      equal([own.status, own.body], [403, { code: "proof-refused" }], "answer to a proof under the owner's name");
      equal([other.status, other.body], [404, { code: "device-unknown" }], "answer to a proof under the thief's name");
    },
  },
  {
    name: "a comparison takes both halves of one device of the account, and tells nothing without",
    async run(scene) {
      const [device, second] = [await scene.known(scene.victim), await scene.known(scene.victim)];
      const stranger = await scene.device();
      const answers = [
        await compare(scene, device, scene.victim, null),
        await compare(scene, device, scene.victim, second.deviceCookie),
        await compare(scene, device, scene.other),
        await compare(scene, stranger, scene.victim, device.deviceCookie),
      ];
      for (const answer of answers) refused(answer, 404, "device-unknown");
      equal(new Set(answers.map(({ text }) => text)).size, 1, "number of different refusals");
      const answer = await compare(scene, device, scene.victim);
      equal([answer.status, answer.body["same_machine"]], [200, true], "answer to the owner");
      const components = answer.body["components"] as Record<string, unknown>[];
      const words = new Set(components.flatMap((component) => [...Object.keys(component), component["outcome"]]));
      equal([...words].sort(), ["change", "component", "kind", "outcome", "same"], "what is told of each component");
    },
  },
  {
    name: "a proof for a session logs nobody in",
    async run(scene) {
      const device = await scene.known(scene.victim);
      const [session, login] = [await device.attempt(device.keyId, "session"), await device.attempt(device.keyId)];
      for (const proof of [
        await device.field(session, scene.victim, { purpose: "session" }),
        await device.field(session, scene.victim),
        await device.field(login, scene.victim, { purpose: "session" }),
        `${session.attempt}~keyless:no-indexeddb:${session.nonce}~`,
      ]) {
        const assessment = { account: scene.victim, login_name: scene.victim, password: "right", proof, device_cookie: device.deviceCookie } as const;
        refused(await scene.backEnd.open(assessment), 403, "proof-refused");
        refused(await scene.backEnd.assess(assessment), 403, "proof-refused");
      }
    },
  },
  {
    name: "a proof for a log-in compares nothing, and is not spent by it",
    async run(scene) {
      const device = await scene.known(scene.victim);
      const [session, login] = [await device.attempt(device.keyId, "session"), await device.attempt(device.keyId)];
      const proof = await device.field(login, scene.victim);
      for (const field of [
        proof,
        await device.field(login, scene.victim, { purpose: "session" }),
        await device.field(session, scene.victim),
        `${login.attempt}~keyless:no-indexeddb:${login.nonce}~`,
      ]) {
        refused(await scene.backEnd.compare(scene.victim, scene.victim, field, device.deviceCookie), 403, "proof-refused");
      }
      const answer = await scene.backEnd.assess({ account: scene.victim, login_name: scene.victim, password: "right", proof, device_cookie: device.deviceCookie });
      equal(answer.status, 200, "status of the log-in");
    },
  },
  {
    name: "a proof compares once, and ten an hour are all that an account has",
    async run(scene) {
      const device = await scene.known(scene.victim);
      const proof = await device.field(await device.attempt(device.keyId, "session"), scene.victim, { purpose: "session" });
      equal((await scene.backEnd.compare(scene.victim, scene.victim, proof, device.deviceCookie)).status, 200, "status");
      refused(await scene.backEnd.compare(scene.victim, scene.victim, proof, null), 409, "nonce-spent");
      const answers: Answer[] = [];
      // two hours' worth: the clock may strike meanwhile
      for (let n = 0; n < 20; n += 1) answers.push(await compare(scene, device, scene.victim));
      const exhausted = answers.find(({ status }) => status !== 200);
      holds(exhausted !== undefined, "comparisons come to an end");
      if (exhausted !== undefined) refused(exhausted, 429, "comparisons-exhausted");
    },
  },
];
