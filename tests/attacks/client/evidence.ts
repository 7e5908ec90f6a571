// What attackers of evidence need: a login with the evidence of their choice, and what the verifier found.

import type { Answer } from "./http.ts";
import type { Challenge, Device } from "./device.ts";
import type { AttackScene } from "./scene.ts";

/** The device's own document with every component in this state. */
export function withEvery(device: Device, state: object): Buffer {
  const document = JSON.parse(device.evidence().toString("utf8")) as { components: object };
  const components = Object.fromEntries(Object.keys(document.components).map((name) => [name, state]));
  return Buffer.from(JSON.stringify({ ...document, components }));
}

/** A login with the right password and this evidence, up to the verdict. */
export async function loginWith(scene: AttackScene, device: Device, account: string, evidence: Buffer, keyId?: string): Promise<Answer> {
  const proof = await device.field(await device.attempt(keyId), account, {}, evidence);
  const answer = await scene.backEnd.assess({ account, login_name: account, password: "right", proof, device_cookie: device.deviceCookie });
  device.keep(answer.body["set_cookies"]);
  return answer;
}

/** Codes of the findings, in alphabetical order. */
export const codes = ({ body }: Answer): string[] => (body["findings"] as { code: string }[]).map(({ code }) => code).sort();

export const methods = ({ body }: Answer): string[] => (body["challenge"] as Challenge).methods.map(({ method }) => method);

/** Confirms a challenged device by mail, as its owner would. */
export async function confirm(scene: AttackScene, device: Device, account: string, challenged: Answer): Promise<Answer> {
  const challenge = challenged.body["challenge"] as Challenge;
  const answer = await device.answersCode(challenge, await scene.code(device, challenge, account));
  const field = await device.verdictField(challenge, String(answer.body["token"]));
  const redeemed = await scene.backEnd.redeem(field, challenge.attempt, account, device.deviceCookie);
  device.keep(redeemed.body["set_cookies"]);
  return redeemed;
}
