// Knows the password and tries codes.

import { equal } from "../e2e/harness/spec.ts";
import { type Attack, refused } from "./client/scene.ts";

const TRIES = 5;

/** Wrong codes, all different. */
const guesses = (code: string): string[] => Array.from({ length: TRIES }, (_, index) => String((Number(code) + index + 1) % 100_000_000).padStart(8, "0"));

export const guesser: readonly Attack[] = [
  {
    name: "five wrong codes end the attempt, also for the right one",
    async run(scene) {
      const device = await scene.device();
      const challenge = await scene.challenged(device, scene.victim);
      const code = await scene.code(device, challenge, scene.victim);
      for (const [index, guess] of guesses(code).entries()) {
        const answer = await device.answersCode(challenge, guess);
        const left = TRIES - 1 - index;
        if (left > 0) equal([answer.status, answer.body["code"], answer.body["tries_left"]], [422, "code-wrong", left], `guess ${index + 1}`);
        else equal(answer.status >= 400 && answer.status !== 200, true, "the last guess");
      }
      const late = await device.answersCode(challenge, code);
      equal([late.status === 200, late.body["token"]], [false, undefined], `the right code after five wrong ones (${late.text})`);
      equal(["tries-exhausted", "attempt-ended"].includes(String(late.body["code"])), true, `code of the refusal (${late.text})`);
    },
  },
  {
    name: "guesses at the same moment are counted one by one",
    async run(scene) {
      const device = await scene.device();
      const challenge = await scene.challenged(device, scene.victim);
      const code = await scene.code(device, challenge, scene.victim);
      const many = Array.from({ length: 24 }, (_, index) => String((Number(code) + index + 1) % 100_000_000).padStart(8, "0"));
      const answers = await Promise.all(many.map((guess) => device.answersCode(challenge, guess)));
      const counted = answers.filter(({ body }) => body["code"] === "code-wrong").length;
      equal(counted <= TRIES, true, `${counted} guesses were answered`);
      equal((await device.answersCode(challenge, code)).status === 200, false, "the right code is taken after too many guesses");
    },
  },
  {
    name: "a code of another attempt is a wrong code",
    async run(scene) {
      const [mine, theirs] = [await scene.device(), await scene.device()];
      const own = await scene.challenged(mine, scene.other);
      const code = await scene.code(mine, own, scene.other);
      const target = await scene.challenged(theirs, scene.victim);
      await scene.code(theirs, target, scene.victim);
      refused(await theirs.answersCode(target, code), 422, "code-wrong");
    },
  },
  {
    name: "a code cannot be answered, or asked for, from another browser",
    async run(scene) {
      const owner = await scene.device();
      const challenge = await scene.challenged(owner, scene.victim);
      const code = await scene.code(owner, challenge, scene.victim);
      const thief = await scene.device();
      const bare = await thief.answersCode(challenge, code);
      equal([bare.status === 200, bare.body["token"]], [false, undefined], "code, own key, no cookie");
      for (const [name, value] of owner.cookies) thief.cookies.set(name, value);
      const withCookie = await thief.answersCode(challenge, code);
      equal([withCookie.status === 200, withCookie.body["token"]], [false, undefined], "code, own key, copied cookie");
      equal((await thief.asksForCode(challenge)).status === 202, false, "a code sent for somebody else's attempt");
    },
  },
];
