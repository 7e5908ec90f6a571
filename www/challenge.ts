// <login-guard-challenge>: confirms a challenged attempt, unseen where it can be, else by the strongest way that the person has.
//
// In a page: attribute or property `challenge` (the object as the back end got it), inside
// `<form data-login-guard-challenge method="post" action="…">`; by hand: `resolve(challenge)`.

import { type Challenge, checkChallenge, Confirmation } from "./confirmation";
import { View } from "./challenge-view";
import { codeOf, LoginGuardError } from "./error";
import { type Answered, answeredBy, takeCookie as take } from "./handover";
import type { Lent } from "./lent";
import { languageOf as alertsLanguage } from "./locale";
import { alerts as en } from "./locales/alerts-en";
import { alerts as zh } from "./locales/alerts-zh";
import type { Text } from "./locales/en";
import { browserName } from "./platform";
import { takePress } from "./pressed";
import { forget } from "./remembered";
import { Ways } from "./ways";
import { languageOf, loadWords, type Words } from "./words";

const TAG = "login-guard-challenge";
const VERDICT_FIELD = "login-guard-verdict";
/** Texts of the card that stay as they are. */
const CAPTIONS: readonly Text[] = ["title", "another", "cancel", "restart", "slower", "warning", "reference"];

let lent: Lent | undefined;
/** The challenge that was resolved by hand last. */
let resolved: Confirmation | undefined;

/** Defines the element with what guard.js lends it; elements that are in the page already begin at once. */
export function define(borrowed: Lent): void {
  lent ??= borrowed;
  if (customElements.get(TAG) === undefined) customElements.define(TAG, LoginGuardChallenge);
}

export class LoginGuardChallenge extends HTMLElement {
  static readonly formAssociated = true;
  static readonly observedAttributes = ["challenge"];

  readonly #abort = new AbortController();
  // engines without it get a hidden field instead
  readonly #internals = (this.attachInternals as typeof this.attachInternals | undefined)?.call(this);
  readonly #languages = new MutationObserver(() => void this.#relabel());
  #view: View | undefined;
  #ways: Ways | undefined;
  #words: Words | undefined;
  #dialog: HTMLDialogElement | undefined;
  #confirmation: Confirmation | undefined;
  #begun = false;
  #finished = false;
  /** What ended it. */
  #ended: unknown;

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

  get form(): HTMLFormElement | null {
    return this.#internals?.form ?? this.closest("form");
  }

  connectedCallback(): void {
    // the form is not ready before there is a verdict; where it says so is the card itself
    if (!this.#finished) this.#internals?.setValidity({ valueMissing: true }, " ");
    this.#languages.observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ["lang"] });
    if (this.hasAttribute("challenge")) void this.#begin();
    this.#ways?.resume();
  }

  disconnectedCallback(): void {
    this.#languages.disconnect();
    this.#ways?.rest();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) void this.#begin();
  }

  /** Ends it; a running step is given up. */
  cancel(): void {
    this.#abort.abort();
    forget();
    this.#fail(new LoginGuardError("cancelled"));
  }

  async #begin(): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    try {
      const challenge = checkChallenge(parse(this.getAttribute("challenge")));
      // nobody else defines the element
      if (lent === undefined) throw new TypeError("define() comes first");
      this.#confirmation = new Confirmation(challenge, lent);
      const field = await this.#confirmation.unseen(this.#abort.signal);
      if (field !== undefined) return this.#finish(field);
      await this.#ask(this.#confirmation);
    } catch (thrown) {
      if (codeOf(thrown) !== "cancelled") await this.#end(thrown);
    }
  }

  /**
   * Says what will happen. Nothing is sent without a press, and the press of the log-in button counts: what the first way
   * needs is asked for at once, and once, when the page belongs to that log-in. A reload shows what was, or a button.
   */
  async #ask(confirmation: Confirmation): Promise<void> {
    const view = await this.#open();
    const { attempt } = confirmation.challenge;
    const ways = new Ways(view, confirmation, {
      signal: this.#abort.signal,
      words: () => this.#words as Words,
      finish: (field) => this.#finish(field),
      end: (thrown) => void this.#end(thrown),
      shown: (method) => this.#tell("login-guard-way", { method }),
    });
    this.#ways = ways;
    // by hand, the page's own log-in button was pressed a moment ago
    await ways.begin(takePress(attempt) || this.modal);
  }

  /** Makes the card when there is something to show, so that a silent confirmation shows and loads nothing. */
  async #open(): Promise<View> {
    if (this.#view !== undefined) return this.#view;
    this.#words ??= await loadWords(languageOf(this));
    const view = new View(this.shadowRoot ?? this.attachShadow({ mode: "open" }));
    this.#view = view;
    view.text("title", this.#words.say("title"));
    view.part("cancel").addEventListener("click", () => this.cancel());
    const code = view.part("reference").querySelector("code");
    const reference = this.challenge?.reference ?? "";
    if (code !== null) code.textContent = reference;
    view.show("reference", reference !== "");
    this.#say(view, this.#words);
    if (this.modal) {
      view.show("cancel", true);
      this.#dialog = view.intoDialog(() => this.cancel());
      this.#dialog.showModal();
    }
    return view;
  }

  /** All texts of the card, in the language of now. */
  #say(view: View, words: Words): void {
    const { tag, dir } = words.locale;
    view.card.lang = tag;
    view.card.dir = dir;
    for (const part of CAPTIONS) view.text(part, words.say(part));
    view.text("lead", words.say("lead", { browser: browserName(words) }));
    if (this.#finished) view.text("outcome", words.say("done"));
    if (this.#ended === undefined) return;
    view.text("title", words.say("ended"));
    view.text("cancel", words.say("close"));
    view.text("problem", words.problem(this.#ended));
  }

  /** The page, or a part around this, is in another language now: everything is said again, and stays as it was. */
  async #relabel(): Promise<void> {
    const language = languageOf(this);
    if (this.#words === undefined || this.#words.locale.tag.startsWith(language)) return;
    const words = await loadWords(language).catch(() => undefined);
    if (words === undefined || language !== languageOf(this) || this.#view === undefined) return;
    this.#words = words;
    this.#say(this.#view, words);
    this.#ways?.relabel();
  }

  #finish(field: string): void {
    if (this.#finished) return;
    this.#finished = true;
    forget();
    this.#ways?.rest();
    const view = this.#view;
    if (view !== undefined) {
      view.card.classList.add("done");
      for (const part of ["lead", "panels", "slower", "choice", "cancel", "warning"]) view.show(part, false);
      view.text("outcome", this.#words?.say("done") ?? "");
    }
    this.#dialog?.close();
    if (this.#tell(VERDICT_FIELD, { field })) this.#submit(field);
  }

  /** Nothing more can be done here. */
  async #end(thrown: unknown): Promise<void> {
    if (this.#finished || this.#ended !== undefined) return;
    this.#ended = thrown;
    forget();
    this.#ways?.rest();
    try {
      const view = await this.#open();
      view.card.classList.add("ended");
      for (const part of ["lead", "panels", "slower", "choice", "warning"]) view.show(part, false);
      this.#say(view, this.#words as Words);
      const restart = this.getAttribute("restart");
      if (restart !== null) {
        const link = view.part("restart") as HTMLAnchorElement;
        link.href = restart;
        link.hidden = false;
      }
      view.part("title").focus({ preventScroll: true });
    } catch {
      // no language came: what guard.js has too
      this.role = "alert";
      this.textContent = { en, zh }[alertsLanguage(this)]["file-refused"];
      return this.#fail(thrown);
    }
    // a dialog tells its caller when the person has read it
    if (!this.modal) this.#fail(thrown);
  }

  #fail(thrown: unknown): void {
    this.#dialog?.close();
    this.#tell("login-guard-error", { code: codeOf(this.#ended ?? thrown) });
  }

  /** Tells the page; false when it wants to go on by itself. */
  #tell(name: string, detail: object): boolean {
    return this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, cancelable: true, detail }));
  }

  #submit(field: string): void {
    const form = this.form;
    if (form?.matches("form[data-login-guard-challenge]") !== true) return;
    if (this.#internals === undefined) {
      const made = Object.assign(document.createElement("input"), { type: "hidden", name: VERDICT_FIELD });
      (form.querySelector<HTMLInputElement>(`input[name=${VERDICT_FIELD}]`) ?? form.appendChild(made)).value = field;
    } else {
      const value = new FormData();
      value.append(VERDICT_FIELD, field);
      this.#internals.setFormValue(value);
      this.#internals.setValidity({});
    }
    form.requestSubmit();
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

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
