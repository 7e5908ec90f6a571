// Has the owner's session, password or a code of the owner's app, and wants a way in that lasts.

import { Demo } from "../e2e/harness/demo.ts";
import { codeOf } from "../e2e/harness/app.ts";
import { eventually } from "../e2e/harness/process.ts";
import { equal, holds } from "../e2e/harness/spec.ts";
import { asOwner } from "./client/approvals.ts";
import type { Challenge, Device } from "./client/device.ts";
import type { Answer } from "./client/http.ts";
import { type Attack, AttackScene, refused } from "./client/scene.ts";

const PARALLEL = 8;
const TRIES = 5;

const methodsOf = ({ methods }: Challenge): string[] => methods.map(({ method }) => method).filter((method) => method !== "approval");

/** Sets up an app at a known device; its secret, and what the second step answered. */
async function setsUpApp(scene: AttackScene, device: Device): Promise<readonly [secret: string, finished: Answer]> {
  const begun = await asOwner(scene, device, scene.victim, "factors/totp/begin");
  equal(begun.status, 200, `status of beginning (${begun.text})`);
  const secret = String(begun.body["secret"]);
  const finished = await scene.backEnd.post("factors/totp/finish", { account: scene.victim, attempt: begun.body["attempt"], code: codeOf(secret) });
  equal(finished.status, 200, `status of finishing (${finished.text})`);
  return [secret, finished];
}

async function answers(device: Device, challenge: Challenge, method: "recovery-code" | "totp", code: string): Promise<Answer> {
  const proof = await device.stepProof(challenge, `${method}/check`, code.replaceAll("-", ""));
  return device.post(`attempts/${challenge.attempt}/confirmations/${method}/check`, { proof, code });
}

/** The same against a platform whose changes wait. */
async function waiting(run: (scene: AttackScene) => Promise<void>): Promise<void> {
  const demo = await Demo.start({ factorWait: 3_600 });
  try {
    await run(new AttackScene(demo, "u-victim-waits", "u-other-waits"));
  } finally {
    await demo.stop();
  }
}

export const factorThief: readonly Attack[] = [
  {
    name: "an app that a stolen session adds confirms nothing, and the owner who is told cancels it at another device",
    run: () => waiting(async (scene) => {
      const [owner, stolen] = [await scene.known(scene.victim), await scene.known(scene.victim)];
      const [secret, { body }] = await setsUpApp(scene, stolen);
      const thief = await scene.device();
      const challenge = await scene.challenged(thief, scene.victim);
      equal(methodsOf(challenge), ["mail-code"], "ways that the thief is offered");
      refused(await answers(thief, challenge, "totp", codeOf(secret, 1)), 409, "method-unavailable");
      await eventually("the owner is told by mail", async () =>
        (await scene.demo.inbox()).find(({ to, subject }) => to.includes(`${scene.victim}@`) && subject.startsWith("An authenticator app was added")));
      const cancelled = await asOwner(scene, owner, scene.victim, "factors/cancel", { factor: body["factor"] });
      equal(cancelled.status, 200, `status of cancelling (${cancelled.text})`);
      const list = await asOwner(scene, stolen, scene.victim, "factors/list");
      equal((list.body["factors"] as { kind: string }[]).map(({ kind }) => kind), ["contact"], "ways that are left");
    }),
  },
  {
    name: "a contact that was swapped at the exchange gets no code, and the pinned one is told",
    run: () => waiting(async (scene) => {
      await scene.known(scene.victim);
      const thief = await scene.device();
      const attempt = await thief.attempt();
      const proof = await thief.field(attempt, scene.victim);
      const answer = await scene.backEnd.post(`attempts/${attempt.attempt}/assess`, {
        request_id: "a-request-of-a-thief", account: scene.victim, login_name: scene.victim, password: "right", proof, device_cookie: null,
        client: { address: "203.0.113.7" }, contacts: { mail: "thief@evil.example" },
      });
      equal([answer.status, (answer.body["contact_pending"] as { channel?: string } | undefined)?.channel], [401, "mail"], `the answer (${answer.text.slice(0, 200)})`);
      thief.keep(answer.body["set_cookies"]);
      await thief.asksForCode(answer.body["challenge"] as Challenge);
      const mails = await eventually("the owner is told and has the code", async () => {
        const mails = (await scene.demo.inbox()).filter(({ to }) => to.includes(`${scene.victim}@`));
        return mails.some(({ subject }) => subject.startsWith("Your mail address")) && mails.length >= 3 ? mails : undefined;
      });
      holds(mails.length >= 3, "mails of the owner");
      equal((await scene.demo.inbox()).filter(({ to }) => to.includes("evil.example")).length, 0, "mails to the thief");
    }),
  },
  {
    name: "a code of an app that is shown to many attempts at once lets one in, and none later",
    async run(scene) {
      const [secret] = await setsUpApp(scene, await scene.known(scene.victim));
      const browsers = await Promise.all(Array.from({ length: PARALLEL }, async () => {
        const device = await scene.device();
        return { device, challenge: await scene.challenged(device, scene.victim) };
      }));
      const code = codeOf(secret, 1);
      const outcomes = await Promise.all(browsers.map(({ device, challenge }) => answers(device, challenge, "totp", code)));
      equal(outcomes.filter(({ status }) => status === 200).length, 1, `browsers that got in (${outcomes.map(({ text }) => text.slice(0, 80)).join("; ")})`);
      holds(outcomes.every(({ status, body }) => status === 200 || body["code"] === "code-spent"), "the others are told that it was used");
      const late = await scene.device();
      refused(await answers(late, await scene.challenged(late, scene.victim), "totp", code), 409, "code-spent");
    },
  },
  {
    name: "guessed recovery codes end the attempt with the fifth, and the real one is refused then",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const issued = await asOwner(scene, owner, scene.victim, "factors/recovery-codes/issue");
      const codes = issued.body["codes"] as string[];
      equal(codes.length, 10, "codes");
      const thief = await scene.device();
      const challenge = await scene.challenged(thief, scene.victim);
      const outcomes: unknown[] = [];
      for (let guess = 0; guess < TRIES; guess += 1) outcomes.push((await answers(thief, challenge, "recovery-code", `${guess}000-0000-0000-0000`)).body["code"]);
      equal(outcomes, ["code-wrong", "code-wrong", "code-wrong", "code-wrong", "tries-exhausted"], "what the guesses came to");
      const late = await answers(thief, challenge, "recovery-code", codes[0] ?? "");
      equal([late.status, late.body["token"]], [429, undefined], "the right one, too late");
    },
  },
];
