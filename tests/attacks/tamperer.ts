// Changes what the victim's browser signed.

import { b64u, utf8 } from "./client/encoding.ts";
import { type Attack, type AttackScene, refused } from "./client/scene.ts";

type Change = (parts: { attempt: string; header: string; claims: string; signature: string; evidence: string }) => string;

const decode = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
const encode = (value: object): string => b64u(utf8(JSON.stringify(value)));
/** Another character at the front: still canonical base64url. */
const flip = (part: string): string => (part.startsWith("A") ? "B" : "A") + part.slice(1);

interface Tampering {
  readonly what: string;
  readonly change: Change;
}

const REFUSED: readonly Tampering[] = [
  { what: "its signature", change: ({ attempt, header, claims, signature, evidence }) => `${attempt}~${header}.${claims}.${flip(signature)}~${evidence}` },
  { what: "a claim", change: ({ attempt, header, claims, signature, evidence }) => `${attempt}~${header}.${encode({ ...decode(claims), head: "AAAA" })}.${signature}~${evidence}` },
  {
    what: "its evidence",
    change: ({ attempt, header, claims, signature, evidence }) =>
      `${attempt}~${header}.${claims}.${signature}~${b64u(utf8(Buffer.from(evidence, "base64url").toString().replace('"chromium"', '"firefoxx"')))}`,
  },
];

const MALFORMED: readonly Tampering[] = [
  { what: "the algorithm none", change: ({ attempt, header, claims, evidence }) => `${attempt}~${encode({ ...decode(header), alg: "none" })}.${claims}.~${evidence}` },
  { what: "the algorithm HS256", change: ({ attempt, header, claims, signature, evidence }) => `${attempt}~${encode({ ...decode(header), alg: "HS256" })}.${claims}.${signature}~${evidence}` },
  { what: "a private key in the header", change: ({ attempt, header, claims, signature, evidence }) => `${attempt}~${encode({ ...decode(header), jwk: { ...(decode(header)["jwk"] as object), d: "AAAA" } })}.${claims}.${signature}~${evidence}` },
  { what: "a part too many", change: ({ attempt, header, claims, signature, evidence }) => `${attempt}~${header}.${claims}.${signature}~${evidence}~${evidence}` },
];

async function tries(scene: AttackScene, change: Change): Promise<ReturnType<typeof scene.backEnd.assess>> {
  const device = await scene.known(scene.victim);
  const field = await device.field(await device.attempt(device.keyId), scene.victim);
  const [attempt = "", proof = "", evidence = ""] = field.split("~");
  const [header = "", claims = "", signature = ""] = proof.split(".");
  const changed = change({ attempt, header, claims, signature, evidence });
  return scene.backEnd.assess({ account: scene.victim, login_name: scene.victim, password: "right", proof: changed, device_cookie: device.deviceCookie });
}

export const tamperer: readonly Attack[] = [
  ...REFUSED.map(({ what, change }): Attack => ({
    name: `a proof is refused after a change to ${what}`,
    async run(scene) {
      refused(await tries(scene, change), 403, "proof-refused");
    },
  })),
  ...MALFORMED.map(({ what, change }): Attack => ({
    name: `a proof with ${what} is no proof`,
    async run(scene) {
      refused(await tries(scene, change), 400, "proof-malformed");
    },
  })),
];
