// One typed login name: its key, its evidence, its current attempt, and the proof of them.

import { toBase64url, utf8 } from "./encoding";
import { codeOf, LoginGuardError } from "./error";
import { absent, draw, gather, load, type Probe, rest } from "./evidence";
import { type DeviceKey, findByLoginName, keep, KeylessError, makeKey } from "./keys";
import { accountHead, makeProof, nameDigest, trimName } from "./proof";
import { post } from "./transport";
import { solve, type Work, type WorkProgress } from "./work";

interface Attempt {
  readonly attempt: string;
  readonly nonce: string;
  readonly platform: string;
  readonly renew_after_s: number;
  readonly parameters: { readonly evidence_budget_ms: number; readonly probe_budget_ms: number };
  readonly probe: Probe;
  readonly work: Work | null;
  /** When it was asked for, by the local clock. */
  readonly askedAt: number;
  /** The last part of the field: the answer to the work, or nothing. */
  readonly worked: Promise<string>;
  /** Ends the drawing of its probe; none with a new key, under which it is drawn while the person confirms. */
  readonly drawn?: ReturnType<typeof draw> | undefined;
}

const DEFAULT_BUDGET_MS = 1_000;
const MAX_NAME_BYTES = 320;
/** Remembers, for this tab, the key that was last shown by its id alone. */
const SHOWN_BY_ID = "login-guard-shown";

/** The name without white space around it; throws `login-name-invalid`. */
export function checkName(typed: string): string {
  const loginName = trimName(typed);
  const fits = loginName !== "" && utf8(loginName).length <= MAX_NAME_BYTES && !/\p{Cc}/u.test(loginName);
  if (!fits) throw new LoginGuardError("login-name-invalid");
  return loginName;
}

export class Login {
  #key: Promise<DeviceKey | KeylessError>;
  #evidence: Promise<Uint8Array<ArrayBuffer>> | undefined;
  #attempt: Promise<Attempt> | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  /** Ends the work of an attempt that nobody needs any more. */
  #working = new AbortController();
  /** The one kind of work that can be done here, once another was found not to be. */
  #kind: { readonly work_kind?: string } = {};
  #press: () => void = () => undefined;
  readonly #pressed = new Promise<void>((resolve) => (this.#press = resolve));

  /** Begins at once: looks for the key, asks for an attempt, gathers evidence. Stores nothing. */
  constructor(readonly loginName: string) {
    // first, because it takes longest; a file that does not come is told in the evidence
    load().catch(() => undefined);
    this.#key = findByLoginName(this.loginName).then((held) => held ?? makeKey()).catch(keyless);
    this.#ask();
    this.#gather();
  }

  /** The value of `login-guard-proof`. Spends the attempt; the next proof asks for another. */
  async prove(): Promise<string> {
    this.#press();
    const fresh = await this.#fresh();
    // the work of this attempt is waited for, so it is not renewed meanwhile
    clearTimeout(this.#renewal);
    const key = await this.#key;
    try {
      return key instanceof KeylessError ? await this.#keyless(fresh, key.code) : await this.#prove(fresh, key);
    } catch (thrown) {
      if (codeOf(thrown) !== "work-kind-unavailable" || this.#kind.work_kind !== undefined) throw thrown;
      this.#kind = { work_kind: "pbkdf2-sha256" };
      this.drop();
      return this.prove();
    }
  }

  async #prove(fresh: Attempt, key: DeviceKey): Promise<string> {
    const { attempt, nonce, platform, parameters, drawn } = fresh;
    const name = await nameDigest(platform, this.loginName);
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, parameters.probe_budget_ms));
    const read = await (this.#evidence ?? this.#gather());
    const evidence = drawn === undefined ? read : await drawn(read, deadline);
    try {
      const kept = key.names.includes(name) ? key : await keep(key, platform, name);
      this.#key = Promise.resolve(kept);
      if (kept.id !== key.id) {
        // another tab was first: everything was made for the wrong key
        this.#attempt = this.#evidence = undefined;
        return await this.prove();
      }
      const proof = await makeProof(kept, { platform, nonce, name, purpose: "login", evidence }, mustShow(kept.id));
      const worked = await fresh.worked;
      this.drop();
      // hardly any page asks for another
      rest();
      return `${attempt}~${proof}~${toBase64url(evidence)}${worked}`;
    } catch (thrown) {
      if (!(thrown instanceof KeylessError)) throw thrown;
      this.#key = Promise.resolve(thrown);
      return this.#keyless(fresh, thrown.code);
    }
  }

  /** Forgets the attempt: it may be older than the page believes, or belong to a page before the back button. */
  drop(): void {
    clearTimeout(this.#renewal);
    this.#working.abort();
    this.#attempt = undefined;
  }

  async #keyless({ attempt, nonce, worked }: Attempt, reason: string): Promise<string> {
    const work = await worked;
    this.drop();
    return `${attempt}~keyless:${reason}:${nonce}~${toBase64url(absent(reason))}${work}`;
  }

  /** Begins the attempt's work in one worker as soon as evidence is read: before, each would take the other's processor. */
  #work({ attempt, work }: { readonly attempt: string; readonly work: Work | null }): Promise<string> {
    this.#working.abort();
    if (work === null) return Promise.resolve("");
    const { signal } = (this.#working = new AbortController());
    const worked = Promise.resolve(this.#evidence).then(async () => `~${await solve(attempt, work, { signal, progress, hurry: this.#pressed })}`);
    // told where it is awaited
    worked.catch(() => undefined);
    return worked;
  }

  #ask(): Promise<Attempt> {
    clearTimeout(this.#renewal);
    const askedAt = Date.now();
    const asked = this.#key.then(async (key): Promise<Attempt> => {
      // only a kept key is one that the server may know
      const known = key instanceof KeylessError || key.platform === "" ? {} : { device_key_id: key.id };
      const attempt = await post<Omit<Attempt, "askedAt" | "worked" | "drawn">>("attempts", { purpose: "login", ...known, ...this.#kind }, { kind: "login", repeatable: true });
      const drawn = key instanceof KeylessError || key.platform === "" ? undefined : draw(key.digestKey, attempt.probe);
      return { ...attempt, askedAt, worked: this.#work(attempt), drawn };
    });
    this.#attempt = asked;
    asked.then(
      ({ renew_after_s }) => {
        if (this.#attempt !== asked) return;
        // a hidden page asks again when it is needed
        this.#renewal = setTimeout(() => (document.hidden ? this.drop() : this.#ask()), renew_after_s * 1_000);
      },
      () => {
        // proving asks again and tells
        if (this.#attempt === asked) this.#attempt = undefined;
      },
    );
    return asked;
  }

  async #fresh(): Promise<Attempt> {
    const attempt = await (this.#attempt ?? this.#ask());
    // timers stand still while a machine sleeps, so age is looked at as well
    const age = Date.now() - attempt.askedAt;
    return age >= 0 && age < attempt.renew_after_s * 1_000 ? attempt : this.#ask();
  }

  /** Until somebody waits for it, evidence has all the time; then the budget. */
  #gather(): Promise<Uint8Array<ArrayBuffer>> {
    const deadline = this.#pressed.then(async () => {
      const startedAt = Date.now();
      const budget_ms = await this.#budget();
      await new Promise((resolve) => setTimeout(resolve, startedAt + budget_ms - Date.now()));
    });
    this.#evidence = this.#key.then((key) => (key instanceof KeylessError ? absent(key.code) : gather(key.digestKey, deadline)));
    return this.#evidence;
  }

  /** Milliseconds, as the attempt says. */
  async #budget(): Promise<number> {
    try {
      return (await this.#attempt)?.parameters.evidence_budget_ms ?? DEFAULT_BUDGET_MS;
    } catch {
      return DEFAULT_BUDGET_MS;
    }
  }
}

/** Pages may show how far the work is: forms of ours do. */
function progress(detail: WorkProgress): void {
  document.dispatchEvent(new CustomEvent("login-guard-work", { detail }));
}

function keyless(thrown: unknown): KeylessError {
  return thrown instanceof KeylessError ? thrown : new KeylessError("no-webcrypto");
}

/**
 * Whether the whole key must be shown. The server knows a key that an account head came for; but when the last
 * proof by id alone led back to a login page, it may have lost it, and showing the key costs a hundred bytes.
 */
function mustShow(keyId: string): boolean {
  if (accountHead(keyId) === undefined) return true;
  try {
    const repeated = sessionStorage.getItem(SHOWN_BY_ID) === keyId;
    if (repeated) sessionStorage.removeItem(SHOWN_BY_ID);
    else sessionStorage.setItem(SHOWN_BY_ID, keyId);
    return repeated;
  } catch {
    return true;
  }
}
