// Requests for approval by the protocol's page: asked for by one browser, listed and answered at another.

import { equal } from "../../e2e/harness/spec.ts";
import type { Challenge, Device } from "./device.ts";
import { digest, transcript } from "./encoding.ts";
import type { Answer } from "./http.ts";
import type { AttackScene } from "./scene.ts";

/** What the known device is shown. */
export interface Listed {
  readonly approval: string;
  /** JSON text, signed as it stands. */
  readonly request: string;
  readonly same_network: boolean;
}

const CLIENT = { address: "203.0.113.7" };

/** A login with the right password from an address; the challenge. */
export async function stopped(scene: AttackScene, device: Device, account: string, address: string): Promise<Challenge> {
  const answer = await scene.login(device, account, undefined, address);
  equal(answer.status, 401, `status of a login from ${address} (${answer.text.slice(0, 200)})`);
  return answer.body["challenge"] as Challenge;
}

export async function asksApproval(device: Device, challenge: Challenge): Promise<Answer> {
  const proof = await device.stepProof(challenge, "approval/request", "");
  return device.post(`attempts/${challenge.attempt}/confirmations/approval/request`, { proof });
}

export async function checksApproval(device: Device, challenge: Challenge): Promise<Answer> {
  const proof = await device.stepProof(challenge, "approval/check", "");
  return device.post(`attempts/${challenge.attempt}/confirmations/approval/check`, { proof });
}

/** Redeems what an approval confirmed. */
export async function collects(scene: AttackScene, device: Device, challenge: Challenge, account: string): Promise<Answer> {
  const checked = await checksApproval(device, challenge);
  equal(checked.status, 200, `status of the approval (${checked.text})`);
  const field = await device.verdictField(challenge, String(checked.body["token"]));
  const answer = await scene.backEnd.redeem(field, challenge.attempt, account, device.deviceCookie);
  device.keep(answer.body["set_cookies"]);
  return answer;
}

async function owner(device: Device, account: string, purpose: "approval" | "session", act?: string): Promise<object> {
  const attempt = await device.attempt(device.keyId, purpose);
  const proof = await device.field(attempt, account, { purpose, ...(act === undefined ? {} : { act }) });
  return { account, login_name: account, proof, device_cookie: device.deviceCookie, client: CLIENT, contacts: { mail: `${account}@example.com` } };
}

/** A request of the owner at a known device. */
export async function asOwner(scene: AttackScene, device: Device, account: string, path: string, further: object = {}): Promise<Answer> {
  return scene.backEnd.post(path, { owner: await owner(device, account, "session"), ...further });
}

export async function lists(scene: AttackScene, device: Device, account: string): Promise<Listed[]> {
  const answer = await asOwner(scene, device, account, "approvals/list");
  equal(answer.status, 200, `status of the list (${answer.text})`);
  return answer.body["approvals"] as Listed[];
}

/** The body of an answer; `signed` is what the proof says instead of the truth. */
export async function answerBody(device: Device, account: string, listed: Listed, answer: string, code?: string, signed: { request?: string; answer?: string; code?: string } = {}): Promise<object> {
  const { request = listed.request, answer: word = answer, code: typed = code ?? "" } = signed;
  const act = digest(transcript("login-guard/approval/v1", request, word, typed.replace("-", "")));
  return { owner: await owner(device, account, "approval", act), approval: listed.approval, answer, ...(code === undefined ? {} : { code }) };
}

export async function answers(scene: AttackScene, device: Device, account: string, listed: Listed, answer: string, code?: string): Promise<Answer> {
  return scene.backEnd.post("approvals/answer", await answerBody(device, account, listed, answer, code));
}
