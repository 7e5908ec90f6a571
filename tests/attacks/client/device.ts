// A browser by the protocol's page: key, digest key, cookies, attempts, proofs. Whoever attacks may hold any part of one.

import { createHmac, randomBytes, webcrypto } from "node:crypto";
import { b64u, digest, transcript, utf8 } from "./encoding.ts";
import { type Answer, send } from "./http.ts";
import { solve, type Work } from "./work.ts";

export interface Attempt {
  readonly attempt: string;
  readonly nonce: string;
  readonly platform: string;
  readonly work: Work | null;
  readonly probe: { readonly drawing: number; readonly seeds: readonly string[] };
}

export interface Challenge {
  readonly attempt: string;
  readonly platform: string;
  readonly nonce: string;
  readonly name: string;
  readonly methods: readonly { readonly method: string; readonly probe?: { readonly seeds: readonly string[] } | null }[];
  readonly work: Work | null;
}

/** Claims that are not what an honest browser would write. */
export type Lies = Readonly<Record<string, unknown>>;

/** What the canvas probe asks of whoever confirms unseen. */
export const seedsOf = (challenge: Challenge): readonly string[] | undefined => challenge.methods.find(({ probe }) => probe)?.probe?.seeds;

const COMPONENTS = ["audio", "canvas", "fonts", "hardware", "platform", "screen-size", "timezone", "webgl"];

export class Device {
  /** Cookies by name, as the responses of a back end set them. */
  readonly cookies = new Map<string, string>();
  /** Components that are no part of the machine: what traces of programs and tools the browser shows. */
  traces: Readonly<Record<string, object>> = {};

  private constructor(
    readonly listener: string,
    readonly origin: string,
    readonly keys: webcrypto.CryptoKeyPair,
    readonly x: string,
    readonly y: string,
    readonly digestKey: Buffer = randomBytes(32),
    readonly machine: string = "the machine it was made on",
  ) {}

  static async make(listener: string, origin: string): Promise<Device> {
    const keys = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    const { x = "", y = "" } = await webcrypto.subtle.exportKey("jwk", keys.publicKey);
    return new Device(listener, origin, keys, x, y);
  }

  /** The same profile, key and all, on another machine. */
  copiedTo(machine: string): Device {
    const copy = new Device(this.listener, this.origin, this.keys, this.x, this.y, this.digestKey, machine);
    for (const [name, value] of this.cookies) copy.cookies.set(name, value);
    copy.traces = this.traces;
    return copy;
  }

  /** The JWK thumbprint (RFC 7638). */
  get keyId(): string {
    return digest(utf8(`{"crv":"P-256","kty":"EC","x":"${this.x}","y":"${this.y}"}`));
  }

  get deviceCookie(): string | null {
    return this.cookies.get("__Host-lg-device") ?? null;
  }

  /** Keeps what the strings of `set_cookies` set. */
  keep(setCookies: unknown): void {
    for (const line of Array.isArray(setCookies) ? (setCookies as string[]) : []) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }

  /** A POST to the browser listener as this page would send it; `headers` replace its own. */
  post(path: string, body: object | string, headers: Record<string, string> = {}): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const own = { "content-type": "application/json", origin: this.origin, "sec-fetch-site": "same-origin", ...(cookie === "" ? {} : { cookie }) };
    const text = typeof body === "string" ? body : JSON.stringify({ v: 1, ...body });
    const merged = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== "");
    return send("POST", `${this.listener}/login-guard/${path}`, Object.fromEntries(merged), text);
  }

  async attempt(keyId = this.deviceCookie === null ? undefined : this.keyId, purpose: "approval" | "login" | "session" = "login"): Promise<Attempt> {
    const answer = await this.post("attempts", { purpose, ...(keyId === undefined ? {} : { device_key_id: keyId }) });
    if (answer.status !== 201) throw new Error(`no attempt: ${answer.status} ${answer.text}`);
    return answer.body as unknown as Attempt;
  }

  /** Stands in for a renderer: what this machine draws of a seed, under this device's digest key. */
  draws(seed: string, machine = this.machine): object {
    const one = (raster: string): object => {
      const message = transcript("login-guard/probe/v1", seed, raster, `picture of ${seed} by ${machine}`);
      return { state: "present", digest: b64u(createHmac("sha256", this.digestKey).update(message).digest().subarray(0, 16)) };
    };
    return { seed, cpu: one("cpu"), default: one("default") };
  }

  /** Evidence of this machine: the same digests each time, and what it draws of these seeds. */
  evidence(seeds?: readonly string[], probes = seeds?.map((seed) => this.draws(seed))): Buffer {
    const one = (name: string): [string, object] => {
      const reading = transcript("login-guard/component/v1", name, `reading of ${name} on ${this.machine}`);
      return [name, { state: "present", digest: b64u(createHmac("sha256", this.digestKey).update(reading).digest().subarray(0, 16)) }];
    };
    const facts = { browser: "chromium", "browser-version": "156", platform: "linux", language: "en-US" };
    return utf8(JSON.stringify({ v: 1, components: { ...Object.fromEntries(COMPONENTS.map(one)), ...this.traces }, facts, ...(probes === undefined ? {} : { probes }) }));
  }

  /** A compact JWS of these claims. */
  async sign(claims: object, header: object = { jwk: { kty: "EC", crv: "P-256", x: this.x, y: this.y } }): Promise<string> {
    const encode = (value: object): string => b64u(utf8(JSON.stringify(value)));
    const signed = `${encode({ typ: "lg-proof+jwt", alg: "ES256", ...header })}.${encode(claims)}`;
    const signature = await webcrypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, this.keys.privateKey, utf8(signed));
    return `${signed}.${b64u(new Uint8Array(signature))}`;
  }

  /** The field `login-guard-proof`. */
  async field(attempt: Attempt, loginName: string, lies: Lies = {}, evidence = this.evidence(attempt.probe.seeds)): Promise<string> {
    const head = this.#head();
    const claims = {
      aud: attempt.platform,
      nonce: attempt.nonce,
      origin: this.origin,
      name: digest(transcript("login-guard/name/v1", attempt.platform, loginName)),
      purpose: "login",
      evidence: digest(evidence),
      ...(head === undefined ? {} : { head }),
      ...lies,
    };
    const work = attempt.work === null ? "" : `~${await solve(attempt.attempt, attempt.work)}`;
    return `${attempt.attempt}~${await this.sign(claims)}~${b64u(evidence)}${work}`;
  }

  #head(): string | undefined {
    return this.cookies.get(`__Host-lg-head-${this.keyId.slice(0, 8)}`);
  }

  /** The proof of a confirmation step. */
  stepProof(challenge: Challenge, step: string, payload: string, lies: Lies = {}): Promise<string> {
    return this.sign({
      aud: challenge.platform,
      nonce: challenge.nonce,
      origin: this.origin,
      name: challenge.name,
      purpose: "confirmation",
      evidence: digest(new Uint8Array()),
      act: digest(transcript("login-guard/confirmation/v1", step, payload)),
      ...lies,
    });
  }

  /** Asks for a code, work included. */
  async asksForCode(challenge: Challenge): Promise<Answer> {
    return this.asksForCodeWith(challenge, challenge.work === null ? "" : await solve(challenge.attempt, challenge.work));
  }

  /** Asks for a code with any answer to the work. */
  async asksForCodeWith(challenge: Challenge, answer: string): Promise<Answer> {
    const proof = await this.stepProof(challenge, "mail-code/send", answer);
    return this.post(`attempts/${challenge.attempt}/confirmations/mail-code/send`, { proof, work: { answer } });
  }

  async answersCode(challenge: Challenge, code: string): Promise<Answer> {
    const proof = await this.stepProof(challenge, "mail-code/check", code);
    return this.post(`attempts/${challenge.attempt}/confirmations/mail-code/check`, { proof, code });
  }

  /** Confirms unseen, by this key, with evidence of this machine. */
  async provesKey(challenge: Challenge, evidence = this.evidence(seedsOf(challenge))): Promise<Answer> {
    const head = this.#head();
    const lies = { evidence: digest(evidence), ...(head === undefined ? {} : { head }) };
    const proof = await this.stepProof(challenge, "device-key/check", "", lies);
    return this.post(`attempts/${challenge.attempt}/confirmations/device-key/check`, { proof, evidence: b64u(evidence) });
  }

  /** The field `login-guard-verdict`. */
  async verdictField(challenge: Challenge, token: string): Promise<string> {
    return `${token}~${await this.stepProof(challenge, "redeem", token)}`;
  }
}
