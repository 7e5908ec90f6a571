// Wants to know who has an account, and who uses which browser.

import { randomBytes } from "node:crypto";
import { equal, holds } from "../e2e/harness/spec.ts";
import type { Answer } from "./client/http.ts";
import type { Attack } from "./client/scene.ts";

/** Everything about an answer but its values: members, types, lengths of texts, names of headers. */
function shape(answer: Answer): unknown {
  const of = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(of);
    if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, of(inner)]));
    return typeof value === "string" ? `text of ${value.length}` : typeof value;
  };
  return [answer.status, Object.keys(answer.headers).sort(), of(answer.body)];
}

export const enumerator: readonly Attack[] = [
  {
    name: "an attempt does not tell whether a key is known",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const stranger = await scene.device();
      const ask = (keyId: string): Promise<Answer> => stranger.post("attempts", { purpose: "login", device_key_id: keyId });
      const known = await ask(owner.keyId);
      const unknown = await ask(randomBytes(32).toString("base64url"));
      equal(shape(unknown), shape(known), "the answer for a key nobody has");
      const stay = async (keyId: string): Promise<boolean> => JSON.stringify((await ask(keyId)).body["probe"]) === JSON.stringify((await ask(keyId)).body["probe"]);
      equal(await stay(owner.keyId), await stay(stranger.keyId), "whether seeds stay for whoever has not the cookie");
    },
  },
  {
    name: "an unknown account looks like a wrong password",
    async run(scene) {
      await scene.known(scene.victim);
      const tries = async (account: string | null): Promise<Answer> => {
        const device = await scene.device();
        const proof = await device.field(await device.attempt(), scene.victim);
        return scene.backEnd.assess({ account, login_name: scene.victim, password: "wrong", proof, device_cookie: null });
      };
      const [wrong, unknown] = [await tries(scene.victim), await tries(null)];
      equal(shape(unknown), shape(wrong), "the answer for nobody's name");
      for (const member of ["type", "title", "code", "findings", "verdict"]) equal(unknown.body[member], wrong.body[member], member);
    },
  },
  {
    name: "an attempt that exists looks like none to another browser",
    async run(scene) {
      const owner = await scene.device();
      const challenge = await scene.challenged(owner, scene.victim);
      const stranger = await scene.device();
      const ask = async (attempt: string): Promise<Answer> => stranger.answersCode({ ...challenge, attempt }, "12345678");
      const [real, invented] = [await ask(challenge.attempt), await ask(randomBytes(16).toString("base64url"))];
      holds(real.status >= 400, "a stranger gets an error");
      equal([real.status, real.body["code"]], [invented.status, invented.body["code"]], "the two errors");
    },
  },
];
