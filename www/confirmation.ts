// The steps that confirm a challenged attempt. Knows the wire, not the page.

import { type Bytes, fromBase64url, toBase64url } from "./encoding";
import type { Probe } from "./evidence";
import { codeOf, LoginGuardError } from "./error";
import { type Answered, takeCookie } from "./handover";
import { alias, type DeviceKey, find } from "./keys";
import type { Lent } from "./lent";
import { makeProof, stepDigest } from "./proof";
import { events, post } from "./transport";
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
  /** Where a code is sent to, masked. */
  readonly destination?: string;
  /** What `navigator.credentials.get` is asked (WebAuthn level 3, `PublicKeyCredentialRequestOptionsJSON`). */
  readonly options?: PublicKeyCredentialRequestOptionsJSON;
  /** Which of the exchange's own factors would do (RFC 8176). */
  readonly amr?: readonly string[];
  /** The login passed one of them already. */
  readonly done?: boolean;
  /** Recovery codes that were not used yet. */
  readonly left?: number;
}

/** A code was handed over to the mail, or to what sends messages. */
export interface Sent {
  readonly destination: string;
  /** RFC 3339. */
  readonly sent_at: string;
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

const DEVICE_KEY = "device-key";
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

  /** The ways that ask a person, as the challenge lists them. */
  get asked(): readonly Method[] {
    return this.challenge.methods.filter(({ method }) => method !== DEVICE_KEY);
  }

  /** What needs no person: a key that is held here, or what the login passed already. Undefined when a person must be asked. */
  async unseen(signal: AbortSignal): Promise<string | undefined> {
    for (const { method, done } of this.challenge.methods) {
      const field = await (method === DEVICE_KEY ? this.#byDeviceKey(signal) : method === "external" && done === true ? this.#byExternal(signal) : undefined);
      if (field !== undefined) return field;
    }
    return undefined;
  }

  /**
   * Confirms by a key that this browser holds for the account, if it holds one: a new name for an old key. Evidence goes
   * along, gathered under that key, so that the verifier sees whether the machine behind it is as it was. The name
   * then leads to that key, and the key made for it is dropped. Undefined when the person must be asked.
   */
  async #byDeviceKey(signal: AbortSignal): Promise<string | undefined> {
    const { keys: ids = [], probe } = this.challenge.methods.find(({ method }) => method === DEVICE_KEY) ?? {};
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
      if (codeOf(thrown) === "cancelled" || this.asked.length === 0) throw thrown;
      return undefined;
    }
  }

  async #byExternal(signal: AbortSignal): Promise<string | undefined> {
    try {
      return await this.confirm("external/check", "", {}, signal);
    } catch (thrown) {
      if (codeOf(thrown) === "cancelled") throw thrown;
      return undefined;
    }
  }

  /** Does the work once and asks for a code by a method that sends codes. */
  async send(method: string, signal: AbortSignal, progress: (progress: WorkProgress) => void): Promise<Sent> {
    const { attempt, work } = this.challenge;
    // the person waits from the beginning
    const options = { signal, progress, hurry: Promise.resolve() };
    if (work !== null) this.#answer ??= await this.lent.solve(attempt, work, options);
    const answer = this.#answer ?? "";
    const sent = await this.step<Sent>(`${method}/send`, answer, { work: { answer } }, signal);
    this.readAhead();
    return sent;
  }

  /** Reads the machine while the person does something else. Work goes first: each would take the other's processor. */
  readAhead(): void {
    void this.#loginKey().then((key) => (key === undefined ? undefined : this.#gather(key)));
  }

  /** One step, signed by the login's key where there is one. */
  async step<T>(step: string, payload: string, body: object, signal: AbortSignal): Promise<T> {
    const key = await this.#loginKey();
    const proof = key === undefined ? null : await this.#prove(key, step, payload);
    return this.#post<T>(step, { proof, ...body }, signal);
  }

  /** The step that confirms. The value of `login-guard-verdict`. */
  async confirm(step: string, payload: string, body: object, signal: AbortSignal): Promise<string> {
    // after a reload nothing was gathered yet
    this.readAhead();
    const { token } = await this.step<Verdict>(step, payload, body, signal);
    this.#confirmed();
    return this.#field(token);
  }

  /** Tells when the approval may have changed, until `signal`; `lost` when nothing will be told. */
  approvalEvents(told: () => void, lost: () => void, signal: AbortSignal): void {
    events(`attempts/${encodeURIComponent(this.challenge.attempt)}/confirmations/approval/events`, told, lost, signal);
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
