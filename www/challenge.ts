// <login-guard-challenge>: confirms a challenged attempt, unseen where a held key suffices, else by a code from the mail.
//
// In a page: attribute or property `challenge` (the object as the back end got it), inside
// `<form data-login-guard-challenge method="post" action="…">`; by hand: `resolve(challenge)`.

import { type Challenge, checkChallenge, Confirmation } from "./confirmation";
import { View } from "./challenge-view";
import { codeOf, LoginGuardError, type Problem } from "./error";
import { type Answered, answeredBy, takeCookie as take } from "./handover";
import type { Lent } from "./lent";
import { type Language, languageOf } from "./locale";
import * as en from "./locales/en";
import * as zh from "./locales/zh";
import { rememberSent, type Remembered, sentBefore, takePress } from "./pressed";

const TAG = "login-guard-challenge";
const VERDICT_FIELD = "login-guard-verdict";
const CODE_DIGITS = 8;
/** After these only a new log-in helps. */
const ENDING = new Set([
  "answer-invalid", "answers-exhausted", "attempt-ended", "attempt-expired", "attempt-unknown", "challenge-invalid", "method-unavailable", "nonce-expired", "nonce-spent",
  "origin-refused", "proof-refused", "tries-exhausted", "verdict-expired", "verdict-spent", "work-unsolvable",
]);

/** Waits are told in minutes up to here, in hours above. */
const MINUTES_TOLD = 90;

type Texts = keyof typeof en.texts;

let lent: Lent | undefined;
/** The challenge that was resolved by hand last. */
let resolved: Confirmation | undefined;

/** Defines the element with what guard.js lends it; elements that are in the page already begin at once. */
export function define(borrowed: Lent): void {
  lent ??= borrowed;
  if (customElements.get(TAG) === undefined) customElements.define(TAG, LoginGuardChallenge);
}

export class LoginGuardChallenge extends HTMLElement {
  static readonly observedAttributes = ["challenge"];

  readonly #abort = new AbortController();
  #view: View | undefined;
  #dialog: HTMLDialogElement | undefined;
  #confirmation: Confirmation | undefined;
  #language: Language = "en";
  #begun = false;
  #busy = false;
  #resendTimer: ReturnType<typeof setInterval> | undefined;

  /** Show the card in a modal dialog instead of in the page. */
  modal = false;

  get confirmation(): Confirmation | undefined {
    return this.#confirmation;
  }

  get challenge(): Challenge | null {
    return this.#confirmation?.challenge ?? null;
  }

  set challenge(value: Challenge | null) {
    if (value !== null) this.setAttribute("challenge", JSON.stringify(value));
  }

  connectedCallback(): void {
    if (this.hasAttribute("challenge")) void this.#begin();
  }

  disconnectedCallback(): void {
    clearInterval(this.#resendTimer);
  }

  attributeChangedCallback(): void {
    if (this.isConnected) void this.#begin();
  }

  /** Ends it; a running step is given up. */
  cancel(): void {
    this.#abort.abort();
    this.#fail(new LoginGuardError("cancelled"));
  }

  async #begin(): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    this.#language = languageOf(this);
    try {
      const challenge = checkChallenge(parse(this.getAttribute("challenge")));
      // nobody else defines the element
      if (lent === undefined) throw new TypeError("define() comes first");
      this.#confirmation = new Confirmation(challenge, lent);
      const field = await this.#confirmation.byDeviceKey(this.#abort.signal);
      if (field !== undefined) return this.#finish(field);
      this.#ask(this.#confirmation);
    } catch (thrown) {
      if (codeOf(thrown) !== "cancelled") this.#end(thrown);
    }
  }

  /**
   * First step: says what will happen. Nothing is sent without a press, and the press of the log-in button counts: the
   * code is asked for at once, and once, when the page belongs to that log-in. A reload shows what was sent, or a button.
   */
  #ask(confirmation: Confirmation): void {
    const view = this.#open();
    const { destination } = confirmation;
    const browser = this.#browser();
    if (destination === undefined) {
      view.text("lead", this.#say("leadWithoutMail", { browser }));
      return this.#end(new LoginGuardError("method-unavailable"));
    }
    const sent = sentBefore(confirmation.challenge.attempt);
    if (sent !== undefined) return this.#expectCode(view, sent);
    // by hand, the page's own log-in button was pressed a moment ago
    const pressed = takePress(confirmation.challenge.attempt) || this.modal;
    view.text("lead", this.#say(pressed ? "leadSending" : "lead", { browser, destination }));
    view.show("send", !pressed);
    view.part("title").focus({ preventScroll: true });
    if (pressed) void this.#send(confirmation, "send");
  }

  /** Nothing was sent after all: what will happen, and a button for it. */
  #offerSending(view: View): void {
    const destination = this.#confirmation?.destination ?? "";
    view.text("lead", this.#say("lead", { browser: this.#browser(), destination }));
    view.show("send", true);
  }

  async #send(confirmation: Confirmation, part: "resend" | "send"): Promise<void> {
    await this.#step(part, "preparing", async (view) => {
      const sent = await confirmation.send(this.#abort.signal, ({ share, place }) => {
        view.progress(share);
        // without workers, or without WebCrypto: said, because the page may stutter or take longer
        if (place !== "worker") view.text("status", this.#say(place === "page" ? "preparingHere" : "preparingSlowly"));
      });
      const { attempt } = confirmation.challenge;
      const [expiresAt, resendAt] = [sent.expires_in_s, sent.resend_after_s].map((seconds) => Date.now() + seconds * 1_000);
      const remembered = { attempt, destination: sent.destination, expiresAt: expiresAt ?? 0, resendAt: resendAt ?? 0 };
      rememberSent(remembered);
      this.#expectCode(view, remembered);
    });
  }

  /** Second step: the code. */
  #expectCode(view: View, sent: Remembered): void {
    const time = new Intl.DateTimeFormat(this.#language, { hour: "numeric", minute: "2-digit" }).format(sent.expiresAt);
    const sentence = this.#say("sent", { destination: sent.destination, time });
    view.text("lead", sentence);
    view.text("status", "");
    view.show("send", false);
    view.show("form", true);
    view.show("warning", true);
    view.input.value = "";
    view.input.focus();
    this.#countDown(view, sent.resendAt);
  }

  #countDown(view: View, endsAt: number): void {
    const button = view.part("resend") as HTMLButtonElement;
    const tick = (): void => {
      const left = Math.ceil((endsAt - Date.now()) / 1_000);
      button.disabled = left > 0;
      button.textContent = left > 0 ? this.#say("resendIn", { seconds: left }) : this.#say("resend");
      if (left <= 0) clearInterval(this.#resendTimer);
    };
    clearInterval(this.#resendTimer);
    this.#resendTimer = setInterval(tick, 1_000);
    tick();
  }

  async #check(confirmation: Confirmation, code: string): Promise<void> {
    await this.#step("submit", "checking", async () => {
      this.#finish(await confirmation.check(code, this.#abort.signal));
    });
  }

  /** One step with the verifier: at most one at a time, its state and its problems told. */
  async #step(part: string, status: Texts, work: (view: View) => Promise<void>): Promise<void> {
    const view = this.#view;
    if (view === undefined || this.#busy) return;
    this.#busy = true;
    this.#tell(view, "");
    view.busy(part, true);
    view.text("status", this.#say(status));
    try {
      await work(view);
    } catch (thrown) {
      view.text("status", "");
      this.#trouble(view, thrown);
    } finally {
      this.#busy = false;
      view.busy(part, false);
      view.progress(undefined);
    }
  }

  #trouble(view: View, thrown: unknown): void {
    const code = codeOf(thrown);
    if (code === "cancelled") return;
    if (ENDING.has(code)) return this.#end(thrown);
    this.#tell(view, this.#sentence(thrown));
    if (code === "code-expired" || code === "code-unsent") this.#countDown(view, Date.now());
    if (view.part("form").hidden) {
      this.#offerSending(view);
    } else {
      view.input.setAttribute("aria-invalid", String(code.startsWith("code-")));
      view.input.focus();
      view.input.select();
    }
  }

  /** Tells a problem where the person is: below the code, or below the button. */
  #tell(view: View, sentence: string): void {
    const inForm = !view.part("form").hidden;
    view.text("error", inForm ? sentence : "");
    view.text("problem", inForm ? "" : sentence);
    if (sentence === "") view.input.removeAttribute("aria-invalid");
  }

  #sentence(thrown: unknown): string {
    const code = codeOf(thrown);
    const { problems } = this.#locale();
    const sentences = [problems[code] ?? problems["internal"] ?? code];
    const problem: Partial<Problem> = thrown instanceof LoginGuardError ? (thrown.problem ?? {}) : {};
    if (problem.tries_left === 1) sentences.push(this.#say("tryLeft"));
    else if (problem.tries_left !== undefined) sentences.push(this.#say("triesLeft", { count: problem.tries_left }));
    if (problem.retryAfter !== undefined) sentences.push(this.#wait(problem.retryAfter));
    else if (code === "answers-exhausted" || code === "sends-exhausted") sentences.push(this.#say("waitLater"));
    return sentences.join(this.#language === "zh" ? "" : " ");
  }

  /** When to try again, in words that people use. */
  #wait(seconds: number): string {
    const minutes = Math.ceil(seconds / 60);
    if (minutes <= 1) return this.#say("waitMinute");
    if (minutes <= MINUTES_TOLD) return this.#say("waitMinutes", { count: minutes });
    return this.#say("waitHours", { count: Math.ceil(minutes / 60) });
  }

  #finish(field: string): void {
    clearInterval(this.#resendTimer);
    const view = this.#view;
    if (view !== undefined) {
      view.card.classList.add("done");
      for (const part of ["lead", "send", "form", "cancel", "warning"]) view.show(part, false);
      view.text("status", this.#say("done"));
    }
    this.#dialog?.close();
    const event = new CustomEvent(VERDICT_FIELD, { bubbles: true, composed: true, cancelable: true, detail: { field } });
    if (this.dispatchEvent(event)) submit(this.closest<HTMLFormElement>("form[data-login-guard-challenge]"), field);
  }

  /** Nothing more can be done here. */
  #end(thrown: unknown): void {
    const view = this.#open();
    view.card.classList.add("ended");
    view.show("send", false);
    view.show("form", false);
    view.show("warning", false);
    view.show("lead", false);
    view.text("title", this.#say("ended"));
    view.text("status", "");
    view.text("cancel", this.#say("close"));
    this.#tell(view, this.#sentence(thrown));
    const restart = this.getAttribute("restart");
    if (restart !== null) {
      const link = view.part("restart") as HTMLAnchorElement;
      link.href = restart;
      link.hidden = false;
    }
    view.part("title").focus({ preventScroll: true });
    // a dialog tells its caller when the person has read it
    if (!this.modal) this.#fail(thrown);
    this.#ended = thrown;
  }

  #ended: unknown;

  #fail(thrown: unknown): void {
    this.#dialog?.close();
    const code = codeOf(this.#ended ?? thrown);
    this.dispatchEvent(new CustomEvent("login-guard-error", { bubbles: true, composed: true, detail: { code } }));
  }

  /** Makes the card when there is something to show, so that a silent confirmation shows nothing. */
  #open(): View {
    if (this.#view !== undefined) return this.#view;
    const view = new View(this.shadowRoot ?? this.attachShadow({ mode: "open" }));
    this.#view = view;
    for (const part of ["title", "send", "label", "hint", "submit", "resend", "cancel", "restart", "warning"] as const) {
      view.text(part, this.#say(part));
    }
    // the card's own language: pronunciation, and the right forms of shared characters
    view.card.lang = this.#language === "zh" ? "zh-Hans" : "en";
    view.show("warning", false);
    const [caption, code] = view.part("reference").children;
    const reference = this.challenge?.reference ?? "";
    if (caption !== undefined && code !== undefined) [caption.textContent, code.textContent] = [this.#say("reference"), reference];
    view.show("reference", reference !== "");
    this.#listen(view);
    if (this.modal) {
      view.show("cancel", true);
      this.#dialog = view.intoDialog(() => this.cancel());
      this.#dialog.showModal();
    }
    return view;
  }

  #listen(view: View): void {
    const confirmation = this.#confirmation;
    view.part("cancel").addEventListener("click", () => this.cancel());
    if (confirmation === undefined) return;
    for (const part of ["send", "resend"] as const) {
      view.part(part).addEventListener("click", () => void this.#send(confirmation, part));
    }
    view.input.addEventListener("input", () => {
      this.#tell(view, "");
      const code = digits(view.input.value);
      if (code !== undefined) void this.#check(confirmation, code);
    });
    view.part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const code = digits(view.input.value);
      if (code === undefined) this.#trouble(view, new LoginGuardError("code-incomplete"));
      else void this.#check(confirmation, code);
    });
  }

  #locale(): typeof en {
    return this.#language === "zh" ? zh : en;
  }

  #say(text: Texts, values: Readonly<Record<string, number | string>> = {}): string {
    return this.#locale().texts[text].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
  }

  #browser(): string {
    const agent = navigator.userAgent;
    const first = (names: readonly (readonly [string, string])[]): string | undefined => names.find(([token]) => agent.includes(token))?.[1];
    const browser = first([["Edg", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["FxiOS/", "Firefox"], ["CriOS/", "Chrome"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]]);
    const platform = first([["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["CrOS", "ChromeOS"], ["Mac OS X", "macOS"], ["Linux", "Linux"]]);
    if (browser === undefined) return this.#say("thisBrowser");
    return platform === undefined ? browser : this.#say("browserOn", { browser, platform });
  }
}

/** Resolves a challenge by hand: unseen if possible, else in a dialog that is gone afterwards. */
export async function resolve(challenge: Challenge, options: { signal?: AbortSignal } = {}): Promise<string> {
  checkChallenge(challenge);
  const element = document.createElement(TAG) as LoginGuardChallenge;
  element.modal = true;
  element.challenge = challenge;
  const cancel = (): void => element.cancel();
  try {
    return await new Promise<string>((fulfil, reject) => {
      element.addEventListener(VERDICT_FIELD, (event) => fulfil((event as CustomEvent<{ field: string }>).detail.field));
      element.addEventListener("login-guard-error", (event) => reject(new LoginGuardError((event as CustomEvent<{ code: string }>).detail.code)));
      options.signal?.addEventListener("abort", cancel);
      document.body.append(element);
      if (options.signal?.aborted === true) cancel();
    });
  } finally {
    resolved = element.confirmation;
    options.signal?.removeEventListener("abort", cancel);
    element.remove();
  }
}

/** Takes the cookies of the newest answer to the login that this proof was made for: to its challenge, if there was one. */
export function takeCookie(field: string): Promise<void> {
  const answered: Answered | undefined = resolved?.answered;
  return take(answered !== undefined && field.startsWith(`${answered.attempt}~`) ? answered : answeredBy(field));
}

/** The eight digits of what was typed or pasted; other writing systems' digits and separators are people's habits. */
function digits(text: string): string | undefined {
  const code = text.normalize("NFKC").replace(/[\s-]/g, "");
  return code.length === CODE_DIGITS && /^[0-9]+$/.test(code) ? code : undefined;
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

function submit(form: HTMLFormElement | null, field: string): void {
  if (form === null) return;
  let input = form.querySelector<HTMLInputElement>(`input[name=${VERDICT_FIELD}]`);
  if (input === null) {
    input = Object.assign(document.createElement("input"), { type: "hidden", name: VERDICT_FIELD });
    form.append(input);
  }
  input.value = field;
  form.requestSubmit();
}
