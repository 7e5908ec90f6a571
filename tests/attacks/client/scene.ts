// What an attack plays in: a running demo, whose verifier is spoken with directly.

import type { Demo } from "../../e2e/harness/demo.ts";
import { equal } from "../../e2e/harness/spec.ts";
import { BackEnd } from "./back_end.ts";
import { type Challenge, Device } from "./device.ts";
import type { Answer } from "./http.ts";

export interface Attack {
  /** A sentence that is true when the attack fails. */
  readonly name: string;
  run(scene: AttackScene): Promise<void>;
}

export class AttackScene {
  readonly backEnd: BackEnd;

  /** Accounts are the attack's own, so that attacks do not know each other. */
  constructor(
    readonly demo: Demo,
    readonly victim: string,
    readonly other: string,
  ) {
    this.backEnd = new BackEnd(demo.addresses.backend_listener, demo.apiKey);
  }

  /** A browser nobody has seen before. */
  device(): Promise<Device> {
    return Device.make(this.demo.addresses.browser_listener, this.demo.addresses.origin);
  }

  /** A login with the right password, up to the verdict. */
  async login(device: Device, account: string, keyId?: string, address = "203.0.113.7"): Promise<Answer> {
    const proof = await device.field(await device.attempt(keyId), account);
    const answer = await this.backEnd.assess({ account, login_name: account, password: "right", proof, device_cookie: device.deviceCookie, address });
    device.keep(answer.body["set_cookies"]);
    return answer;
  }

  /** The same, and it must be challenged. */
  async challenged(device: Device, account: string): Promise<Challenge> {
    const answer = await this.login(device, account);
    refused(answer, 401, "confirmation-required");
    return answer.body["challenge"] as Challenge;
  }

  /** Has a code sent for a challenge and reads the account's mail. */
  async code(device: Device, challenge: Challenge, account: string): Promise<string> {
    const mails = (await this.demo.inbox()).filter(({ to }) => to.includes(`${account}@`)).length;
    equal((await device.asksForCode(challenge)).status, 202, "status of asking for a code");
    return this.demo.code(`${account}@`, mails + 1);
  }

  /** A verdict token for a challenged attempt, not redeemed yet. */
  async token(device: Device, account: string): Promise<{ challenge: Challenge; field: string }> {
    const challenge = await this.challenged(device, account);
    const answer = await device.answersCode(challenge, await this.code(device, challenge, account));
    equal(answer.status, 200, `status of the right code (${answer.text})`);
    return { challenge, field: await device.verdictField(challenge, String(answer.body["token"])) };
  }

  /** A browser that is known for the account. */
  async known(account: string): Promise<Device> {
    const device = await this.device();
    const { challenge, field } = await this.token(device, account);
    const answer = await this.backEnd.redeem(field, challenge.attempt, account, device.deviceCookie);
    equal(answer.status, 200, `status of redeeming (${answer.text})`);
    device.keep(answer.body["set_cookies"]);
    return device;
  }
}

/** The answer is a problem with this status and code, and nothing else that would help an attacker. */
export function refused(answer: Answer, status: number, code: string): void {
  equal([answer.status, answer.body["code"]], [status, code], `refusal (${answer.text.slice(0, 300)})`);
  equal(answer.headers["content-type"], "application/problem+json", "content type of a refusal");
}
