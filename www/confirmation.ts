// The steps that confirm a challenged attempt. Knows the wire, not the page.

import { type Bytes, fromBase64url, toBase64url } from "./encoding";
import type { Probe } from "./evidence";
import { codeOf, LoginGuardError } from "./error";
import { type Answered, takeCookie } from "./handover";
import { alias, type DeviceKey, find } from "./keys";
import type { Lent } from "./lent";
import { makeProof, stepDigest } from "./proof";
import { post } from "./transport";
import type { Work, WorkProgress } from "./work";

/** What the back end handed over, as it came (docs/protocol.md "Challenge"). */
export interface Challenge {
  readonly v: number;
  readonly attempt: string;
  readonly platform: string;
  readonly purpose: string;
  readonly nonce: string;
  readonly name: string;
  /** The key that the login proof named, which signs every step; null in a browser that kept none. */
  readonly key: string | null;
  readonly methods: readonly Method[];
  /** What the login had not drawn, to be drawn while the person confirms. */
  readonly probe?: Probe | null;
  readonly work: Work | null;
  readonly expires_in_s: number;
  readonly reference: string;
}

/** Ways to confirm; one that is not known here is passed over. */
export interface Method {
  readonly method: string;
  readonly keys?: readonly string[];
  /** What the canvas probe asks of the browser that holds one of the keys. */
  readonly probe?: Probe | null;
  readonly destination?: string;
}

/** A code was handed over to the mail. */
export interface Sent {
  readonly destination: string;
  readonly expires_in_s: number;
  readonly resend_after_s: number;
  readonly tries_left: number;
}

interface Verdict {
  readonly token: string;
}

/** Checks the shape of a challenge; throws `challenge-invalid`. */
export function checkChallenge(value: unknown): Challenge {
  const challenge = value as Partial<Challenge> | null | undefined;
  const texts = [challenge?.attempt, challenge?.platform, challenge?.nonce, challenge?.name];
  if (challenge?.v !== 1 || texts.some((text) => typeof text !== "string") || !Array.isArray(challenge.methods)) {
    throw new LoginGuardError("challenge-invalid");
  }
  return challenge as Challenge;
}

/** Milliseconds that gathering evidence anew may take. */
const EVIDENCE_BUDGET_MS = 1_000;

export class Confirmation {
  #answer: string | undefined;
  #evidence: Promise<Bytes> | undefined;
  #confirmed: () => void = () => undefined;
  /** The key that the token is for, once there is one; the login's until then. */
  #provedKey: string | undefined;
  #tookCookie = false;
  readonly #late = new Promise<void>((resolve) => (this.#confirmed = resolve)).then(() => after(EVIDENCE_BUDGET_MS));

  constructor(
    readonly challenge: Challenge,
    readonly lent: Lent,
  ) {}

  /** The masked destination, when a code by mail is possible. */
  get destination(): string | undefined {
    return this.challenge.methods.find(({ method }) => method === "mail-code")?.destination;
  }

  /**
   * Confirms by a key that this browser holds for the account, if it holds one: a new name for an old key. Evidence goes
   * along, gathered under that key, so that the verifier sees whether the machine behind it is as it was. The name
   * then leads to that key, and the key made for it is dropped. Undefined when the person must be asked.
   */
  async byDeviceKey(signal: AbortSignal): Promise<string | undefined> {
    const { keys: ids = [], probe } = this.challenge.methods.find(({ method }) => method === "device-key") ?? {};
    const key = ids.length > 0 ? await held((one) => one.platform === this.challenge.platform && ids.includes(one.id)) : undefined;
    if (key === undefined) return undefined;
    try {
      const evidence = await this.lent.gather(key.digestKey, after(EVIDENCE_BUDGET_MS), probe);
      const proof = await this.#prove(key, "device-key/check", "", evidence);
      const { token } = await this.#post<Verdict>("device-key/check", { proof, evidence: toBase64url(evidence) }, signal);
      // confirmed is confirmed: a name that could not be kept costs this step again at the next log-in
      await alias(this.challenge.name, key.id).catch(() => undefined);
      this.#provedKey = key.id;
      return `${token}~${await this.#prove(key, "redeem", token)}`;
    } catch (thrown) {
      // another method may still do, unless the person ended it
      if (codeOf(thrown) === "cancelled" || this.destination === undefined) throw thrown;
      return undefined;
    }
  }

  /** Does the work once and asks for a code. */
  async send(signal: AbortSignal, progress: (progress: WorkProgress) => void): Promise<Sent> {
    const { attempt, work } = this.challenge;
    // the person waits from the beginning
    const options = { signal, progress, hurry: Promise.resolve() };
    if (work !== null) this.#answer ??= await this.lent.solve(attempt, work, options);
    const answer = this.#answer ?? "";
    const key = await this.#loginKey();
    const proof = await this.#proveIfHeld(key, "mail-code/send", answer);
    const sent = await this.#post<Sent>("mail-code/send", { proof, work: { answer } }, signal);
    if (key !== undefined) void this.#gather(key);
    return sent;
  }

  /** Answers with eight digits. The value of `login-guard-verdict`. */
  async check(code: string, signal: AbortSignal): Promise<string> {
    const key = await this.#loginKey();
    // after a reload nothing was gathered yet
    if (key !== undefined) void this.#gather(key);
    const proof = await this.#proveIfHeld(key, "mail-code/check", code);
    const { token } = await this.#post<Verdict>("mail-code/check", { proof, code }, signal);
    this.#confirmed();
    return this.#field(token);
  }

  /** The key that the login proof named; none where it named none, even if this page finds one. */
  #loginKey(): Promise<DeviceKey | undefined> {
    return held(({ id }) => id === this.challenge.key);
  }

  async #field(token: string): Promise<string> {
    // the token says which key it is for
    const key = await held(({ id }) => id === confirmedKey(token));
    if (key === undefined) return `${token}~`;
    const evidence = await this.#gather(key);
    return `${token}~${await this.#prove(key, "redeem", token, evidence)}~${toBase64url(evidence)}`;
  }

  /** Reads the machine once more while the person looks for the code: whoever pressed at once gave the login no time for it. */
  #gather(key: DeviceKey): Promise<Bytes> {
    return (this.#evidence ??= this.lent.gather(key.digestKey, this.#late, this.challenge.probe));
  }

  async #proveIfHeld(key: DeviceKey | undefined, step: string, payload: string): Promise<string | null> {
    return key === undefined ? null : this.#prove(key, step, payload);
  }

  async #prove(key: DeviceKey, step: string, payload: string, evidence?: Bytes): Promise<string> {
    const { platform, nonce, name } = this.challenge;
    const act = await stepDigest(step, payload);
    const statement = { platform, nonce, name, purpose: "confirmation" as const, act };
    return makeProof(key, evidence === undefined ? statement : { ...statement, evidence }, true);
  }

  /** What the cookies of this attempt are asked for with. */
  get answered(): Answered {
    const own = this.#provedKey ?? this.challenge.key;
    return { ...this.challenge, fits: ({ id }) => id === own };
  }

  async #post<T>(step: string, body: object, signal: AbortSignal): Promise<T> {
    const once = (): Promise<T> =>
      post<T>(`attempts/${encodeURIComponent(this.challenge.attempt)}/confirmations/${step}`, body, { kind: "confirmation", signal });
    try {
      return await once();
    } catch (thrown) {
      if (codeOf(thrown) !== "attempt-unknown" || this.#tookCookie) throw thrown;
      // the cookie that came with the challenge is not here: the back end could not pass it on, or another page's took its place
      this.#tookCookie = true;
      await takeCookie(this.answered);
      return once();
    }
  }
}

/** A key that fits; none where no keys can be kept, or none can sign. */
function held(fits: (key: DeviceKey) => boolean): Promise<DeviceKey | undefined> {
  if (globalThis.crypto?.subtle === undefined) return Promise.resolve(undefined);
  return find(fits).catch(() => undefined);
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The thumbprint in `cnf` of a token; the verifier checks it again, so nothing is verified here. */
function confirmedKey(token: string): string | undefined {
  const payload = token.split(".")[1] ?? "";
  try {
    const claims = JSON.parse(new TextDecoder().decode(fromBase64url(payload))) as { cnf?: { jkt?: string } };
    return claims.cnf?.jkt;
  } catch {
    throw new LoginGuardError("answer-invalid");
  }
}
