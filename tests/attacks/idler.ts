// Would rather not do the work.

import { equal } from "../e2e/harness/spec.ts";
import type { Attempt, Challenge, Device } from "./client/device.ts";
import { type Attack, type AttackScene, refused } from "./client/scene.ts";
import { solve, spoil, type Work } from "./client/work.ts";

/** A field of this device with any text as its fourth part; none leaves the part out. */
async function fieldWith(scene: AttackScene, device: Device, attempt: Attempt, work: string | undefined): Promise<string> {
  const field = await device.field({ ...attempt, work: null }, scene.victim);
  return work === undefined ? field : `${field}~${work}`;
}

function asked({ work }: Attempt | Challenge): Work {
  if (work === null) throw new Error("no work was asked for");
  return work;
}

/** Refused by both calls, and nothing was spent, decided or sent. */
async function refusedByBoth(scene: AttackScene, device: Device, proof: string, what: string): Promise<void> {
  const mails = (await scene.demo.inbox()).length;
  const post = { account: scene.victim, login_name: scene.victim, password: "right" as const, proof, device_cookie: device.deviceCookie };
  for (const call of ["open", "assess"] as const) {
    const answer = await scene.backEnd[call](post);
    equal([answer.status, answer.body["code"]], [403, "work-refused"], `${call}, work ${what}`);
  }
  equal((await scene.demo.inbox()).length, mails, `mails after work ${what}`);
}

export const idler: readonly Attack[] = [
  {
    name: "work that is left out, pretended or another attempt's opens nothing",
    async run(scene) {
      const device = await scene.device();
      const other = await device.attempt();
      const elsewhere = await solve(other.attempt, asked(other));
      const begin = async (): Promise<{ attempt: Attempt; answer: string }> => {
        const attempt = await device.attempt();
        return { attempt, answer: await solve(attempt.attempt, asked(attempt)) };
      };
      const cases: [string, (right: string, work: Work) => string | undefined][] = [
        ["left out", () => undefined],
        ["of another attempt", () => elsewhere],
        ["of zeros", (_, { puzzles }) => Buffer.alloc(puzzles * 8).toString("base64url")],
        ["with guessed tags", (right) => spoil(right, () => true)],
        ["of one puzzle less", (right) => Buffer.from(right, "base64url").subarray(8).toString("base64url")],
        ["of one puzzle more", (right) => Buffer.concat([Buffer.from(right, "base64url"), Buffer.alloc(8)]).toString("base64url")],
        ["moved by one puzzle", (right) => Buffer.concat([Buffer.from(right, "base64url").subarray(8), Buffer.from(right, "base64url").subarray(0, 8)]).toString("base64url")],
      ];
      for (const [what, make] of cases) {
        const { attempt, answer } = await begin();
        await refusedByBoth(scene, device, await fieldWith(scene, device, attempt, make(answer, asked(attempt))), what);
      }
    },
  },
  {
    name: "an answer spliced with other lengths is not of the documented form",
    async run(scene) {
      const device = await scene.device();
      const attempt = await device.attempt();
      const right = await solve(attempt.attempt, asked(attempt));
      const post = async (work: string): Promise<void> => {
        const proof = await fieldWith(scene, device, attempt, work);
        refused(await scene.backEnd.open({ account: null, login_name: scene.victim, password: "wrong", proof, device_cookie: null }), 400, "proof-malformed");
      };
      for (const work of ["", "=", right.slice(1), `${right}~`, `${right}~${right}`, `${right}A`, right.repeat(8)]) await post(work);
    },
  },
  {
    name: "after a wrong answer the right one comes too late",
    async run(scene) {
      const device = await scene.device();
      const attempt = await device.attempt();
      const right = await solve(attempt.attempt, asked(attempt));
      await refusedByBoth(scene, device, await fieldWith(scene, device, attempt, spoil(right, () => true)), "guessed");
      await refusedByBoth(scene, device, await fieldWith(scene, device, attempt, right), "done after a guess");
    },
  },
  {
    name: "half of the work is worth no more than half",
    async run(scene) {
      const device = await scene.device();
      const TRIES = 24;
      let opened = 0;
      for (let count = 0; count < TRIES; count += 1) {
        const attempt = await device.attempt();
        const half = spoil(await solve(attempt.attempt, asked(attempt)), (puzzle) => puzzle % 2 === 1);
        const proof = await fieldWith(scene, device, attempt, half);
        const answer = await scene.backEnd.open({ account: null, login_name: scene.victim, password: "wrong", proof, device_cookie: null });
        opened += answer.status === 200 ? 1 : 0;
      }
      // 12 in the mean; 2 and 22 are four standard deviations away
      equal(opened >= 2 && opened <= 22, true, `${opened} of ${TRIES} half-done pieces of work opened`);
    },
  },
  {
    name: "one piece of work opens the way to a few password hashes and to one verdict",
    async run(scene) {
      const device = await scene.device();
      const attempt = await device.attempt();
      const proof = await device.field(attempt, scene.victim);
      const post = { account: scene.victim, login_name: scene.victim, password: "right" as const, proof, device_cookie: null };
      const opened = [];
      for (let count = 0; count < 8; count += 1) opened.push((await scene.backEnd.open(post)).status);
      equal(opened, [200, 200, 200, 200, 403, 403, 403, 403], "statuses of opening again and again");
      refused(await scene.backEnd.assess(post), 401, "confirmation-required");
      refused(await scene.backEnd.assess(post), 409, "nonce-spent");
      // and none of another attempt
      const next = await device.attempt();
      await refusedByBoth(scene, device, await fieldWith(scene, device, next, proof.split("~")[3]), "of a spent attempt");
    },
  },
  {
    name: "a code by mail costs its own work, and a wrong answer ends the attempt",
    async run(scene) {
      const device = await scene.device();
      const mails = (await scene.demo.inbox()).length;
      const login = await device.attempt();
      const proof = await device.field(login, scene.victim);
      const challenged = await scene.backEnd.assess({ account: scene.victim, login_name: scene.victim, password: "right", proof, device_cookie: null });
      device.keep(challenged.body["set_cookies"]);
      const challenge = challenged.body["challenge"] as Challenge;
      refused(await device.asksForCodeWith(challenge, ""), 403, "work-refused");
      refused(await device.asksForCodeWith(challenge, proof.split("~")[3] ?? ""), 403, "work-refused");
      refused(await device.asksForCode(challenge), 429, "tries-exhausted");
      equal((await scene.demo.inbox()).length, mails, "mails");
    },
  },
  {
    name: "a known device of one account does not guess the passwords of others for nothing",
    async run(scene) {
      const device = await scene.known(scene.other);
      for (let count = 0; count < 5; count += 1) {
        const attempt = await device.attempt(device.keyId);
        equal(attempt.work, null, `work of a known device, attempt ${count + 1}`);
        const proof = await device.field(attempt, scene.victim);
        refused(await scene.backEnd.assess({ account: scene.victim, login_name: scene.victim, password: "wrong", proof, device_cookie: device.deviceCookie }), 403, "login-refused");
      }
      equal((await device.attempt(device.keyId)).work === null, false, "work after five wrong passwords");
    },
  },
];
