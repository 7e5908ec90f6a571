// Has an account at the exchange, logs in there like anybody, and mixes what belongs to two log-ins: at the exchange's
// own door, where half-sessions live.

import { equal } from "../e2e/harness/spec.ts";
import { type Challenge, Device } from "./client/device.ts";

import type { Attack, AttackScene } from "./client/scene.ts";
import { type Answer, send } from "./client/http.ts";

const SESSION = "__Host-tarnwick-session";

class Customer {
  constructor(
    readonly scene: AttackScene,
    readonly device: Device,
  ) {}

  static async come(scene: AttackScene): Promise<Customer> {
    return new Customer(scene, await Device.make(scene.demo.addresses.origin, scene.demo.addresses.origin));
  }

  async #post(path: string, body: object): Promise<Answer> {
    const cookie = [...this.device.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { "content-type": "application/json", origin: this.device.origin, "sec-fetch-site": "same-origin", ...(cookie === "" ? {} : { cookie }) };
    const answer = await send("POST", `${this.device.origin}${path}`, headers, JSON.stringify(body));
    this.device.keep(answer.headers["set-cookie"]);
    return answer;
  }

  async logsIn(account: string, password = this.scene.demo.password): Promise<Answer> {
    const proof = await this.device.field(await this.device.attempt(), account);
    return this.#post("/api/login", { account, password, proof });
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
    return this.#post("/api/login/finish", { verdict });
  }

  /** Whose account page this browser is shown, if any. */
  async isIn(): Promise<boolean> {
    const session = this.device.cookies.get(SESSION);
    if (session === undefined) return false;
    return (await send("GET", `${this.device.origin}/account`, { cookie: `${SESSION}=${session}` })).status === 200;
  }
}

export const sessionMixer: readonly Attack[] = [
  {
    name: "the token of one account opens nothing with the half-session of another",
    async run(scene) {
      const bob = await Customer.come(scene);
      const verdict = await bob.verdict("bob");
      const target = await Customer.come(scene);
      await target.isChallenged("alice");
      // bob's browser with alice's half-session, and alice's half-session with bob's device
      for (const [name, value] of target.device.cookies) if (name.includes("half")) bob.device.cookies.set(name, value);
      equal((await bob.finishes(verdict)).body["next"], undefined, "where the exchange sends the thief");
      equal(await bob.isIn(), false, "whether the thief is in");
      equal((await target.finishes(verdict)).body["next"], undefined, "where the exchange sends the other thief");
      equal(await target.isIn(), false, "whether the other thief is in");
    },
  },
  {
    name: "a half-session alone shows no account",
    async run(scene) {
      const carol = await Customer.come(scene);
      await carol.isChallenged("carol");
      const cookie = [...carol.device.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await send("GET", `${carol.device.origin}/account`, { cookie });
      equal(answer.status === 200, false, "the account page is shown to a half-session");
      equal((await carol.finishes("")).body["next"], undefined, "where an empty verdict leads");
      equal((await carol.finishes("a.b.c~d.e.f")).body["next"], undefined, "where an invented verdict leads");
    },
  },
  {
    name: "a token is good for one session only",
    async run(scene) {
      const carol = await Customer.come(scene);
      const verdict = await carol.verdict("carol");
      const before = new Map(carol.device.cookies);
      equal((await carol.finishes(verdict)).body["next"], "/account", "where the first redemption leads");
      equal(await carol.isIn(), true, "whether the owner is in");
      carol.device.cookies.clear();
      for (const [name, value] of before) carol.device.cookies.set(name, value);
      equal((await carol.finishes(verdict)).body["next"], undefined, "where the second redemption leads");
    },
  },
  {
    name: "a wrong password and an unknown name get the same answer from the exchange",
    async run(scene) {
      const [wrong, unknown] = await Promise.all(["alice", "nobody-of-that-name"].map(async (name) => (await Customer.come(scene)).logsIn(name, "not the password")));
      const plain = (answer: Answer | undefined): unknown => [answer?.status, Object.keys(answer?.headers ?? {}).sort(), answer?.text.replace(/LG-[0-9A-Z]{4}-[0-9A-Z]{4}/, "LG")];
      equal(plain(unknown), plain(wrong), "the answer to nobody's name");
    },
  },
];
