// Somebody with an account at the exchange, and a browser: logs in by script, as the exchange's own page does.

import { equal } from "../../e2e/harness/spec.ts";
import { type Challenge, Device } from "./device.ts";
import { type Answer, send } from "./http.ts";
import type { AttackScene } from "./scene.ts";

export const SESSION = "__Host-tarnwick-session";

export class Customer {
  constructor(
    readonly scene: AttackScene,
    readonly device: Device,
  ) {}

  static async come(scene: AttackScene): Promise<Customer> {
    return new Customer(scene, await Device.make(scene.demo.addresses.origin, scene.demo.addresses.origin));
  }

  /** A POST of a page of the exchange; `headers` replace its own. */
  async post(path: string, body: object, changed: Record<string, string> = {}): Promise<Answer> {
    const cookie = [...this.device.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { "content-type": "application/json", origin: this.device.origin, "sec-fetch-site": "same-origin", ...(cookie === "" ? {} : { cookie }), ...changed };
    const answer = await send("POST", `${this.device.origin}${path}`, headers, JSON.stringify(body));
    this.device.keep(answer.headers["set-cookie"]);
    return answer;
  }

  async logsIn(account: string, password = this.scene.demo.password): Promise<Answer> {
    const proof = await this.device.field(await this.device.attempt(), account);
    return this.post("/api/login", { account, password, proof });
  }

  async isChallenged(account: string): Promise<Challenge> {
    const answer = await this.logsIn(account);
    equal([answer.status, answer.body["code"]], [401, "confirmation-required"], `answer of the exchange to ${account}`);
    return answer.body["challenge"] as Challenge;
  }

  async verdict(account: string): Promise<string> {
    const challenge = await this.isChallenged(account);
    const answer = await this.device.answersCode(challenge, await this.scene.code(this.device, challenge, account));
    equal(answer.status, 200, `status of the right code (${answer.text})`);
    return this.device.verdictField(challenge, String(answer.body["token"]));
  }

  finishes(verdict: string): Promise<Answer> {
    return this.post("/api/login/finish", { verdict });
  }

  /** Logs in as an unknown device, code and all. */
  async comesIn(account: string): Promise<void> {
    equal((await this.finishes(await this.verdict(account))).body["next"], "/account", `where the exchange sends ${account}`);
  }

  /** Asks the exchange what changed on this device, with a proof made under this name. */
  async compares(name: string, headers: Record<string, string> = {}): Promise<Answer> {
    const proof = await this.device.field(await this.device.attempt(undefined, "session"), name, { purpose: "session" });
    return this.post("/account/device", { proof }, headers);
  }

  /** Whose account page this browser is shown, if any. */
  async isIn(): Promise<boolean> {
    const session = this.device.cookies.get(SESSION);
    if (session === undefined) return false;
    return (await send("GET", `${this.device.origin}/account`, { cookie: `${SESSION}=${session}` })).status === 200;
  }
}
