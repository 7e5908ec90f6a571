// Forms with `data-login-guard`: work starts when the page is idle, the proof is ready when the button is pressed, and goes
// along in a hidden field.

import { codeOf } from "./error";
import { languageOf } from "./locale";
import { alerts as en } from "./locales/alerts-en";
import { alerts as zh } from "./locales/alerts-zh";
import { rememberPress } from "./pressed";
import type { WorkProgress } from "./work";

export interface FormGuard {
  prepare(loginName?: string): void;
  prove(options: { loginName: string }): Promise<string>;
}

const FORM = "form[data-login-guard]";
const NAME_FIELDS = ["[data-login-guard-name]", "input[autocomplete~=username]", "input[name=account]"];
const PROOF_FIELD = "login-guard-proof";
/** Milliseconds of rest after which a half-typed name is taken as typed. */
const REST_MS = 700;
/** Milliseconds after the press before a person is told how far the work is. */
const TOLD_AFTER_MS = 400;
/** Milliseconds after which a page that is never idle is disturbed; and until a browser that does not tell is taken for idle. */
const IDLE_MS = { latest: 2_000, untold: 200 };

/** Listens on the document, so that forms which come later are guarded too. */
export function guardForms(guard: FormGuard): void {
  const busy = new WeakSet<HTMLFormElement>();
  const passing = new WeakSet<HTMLFormElement>();
  let rest: ReturnType<typeof setTimeout> | undefined;

  const prepare = (target: EventTarget | null): void => {
    const field = target instanceof HTMLInputElement ? target : undefined;
    const form = field?.form;
    if (field === undefined || form?.matches(FORM) !== true || nameField(form) !== field || field.value.trim() === "") return;
    guard.prepare(field.value);
  };
  const prepareAll = (): void => {
    for (const form of document.querySelectorAll<HTMLFormElement>(FORM)) prepare(nameField(form));
  };

  const readAhead = (): void => guard.prepare();

  document.addEventListener("change", (event) => prepare(event.target));
  document.addEventListener("focusout", (event) => prepare(event.target));
  // the form came later, or what was read is old by now
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof Element && target.closest(FORM) !== null) readAhead();
  });
  document.addEventListener("input", (event) => {
    clearTimeout(rest);
    rest = setTimeout(() => prepare(event.target), REST_MS);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches(FORM) || passing.has(form) || event.defaultPrevented) return;
    const loginName = nameField(form)?.value ?? "";
    // without a name there is nothing to prove; the back end says what is missing
    if (loginName.trim() === "") return;
    event.preventDefault();
    if (!busy.has(form)) void submit(form, loginName, event.submitter);
  });
  // a name that the server or a password manager filled in is typed already
  prepareAll();
  if (document.querySelector(FORM) !== null) {
    // WebKit does not tell when it is idle
    if ("requestIdleCallback" in window) requestIdleCallback(readAhead, { timeout: IDLE_MS.latest });
    else setTimeout(readAhead, IDLE_MS.untold);
  }
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) prepareAll();
  });

  async function submit(form: HTMLFormElement, loginName: string, submitter: HTMLElement | null): Promise<void> {
    busy.add(form);
    form.setAttribute("aria-busy", "true");
    say(form, "");
    const pressedAt = performance.now();
    const showWork = ({ detail }: CustomEvent<WorkProgress>): void => {
      // a moment's work is not worth a sentence, unless it holds the page
      if (detail.place === "worker" && performance.now() - pressedAt < TOLD_AFTER_MS) return;
      const sentence = { en, zh }[languageOf(form)][detail.place === "worker" ? "work" : (`work-${detail.place}` as const)];
      tellWork(form, sentence.replace("{percent}", String(Math.floor(detail.share * 100))));
    };
    document.addEventListener("login-guard-work", showWork as EventListener);
    try {
      const field = await guard.prove({ loginName });
      proofField(form).value = field;
      rememberPress(field.slice(0, field.indexOf("~")));
      // a prepared proof can be ready within the very submit event, and a form ignores requests while that lasts
      await new Promise((resolve) => setTimeout(resolve));
      passing.add(form);
      form.requestSubmit(submitter);
    } catch (thrown) {
      const code = codeOf(thrown);
      say(form, { en, zh }[languageOf(form)][code === "unreachable" || code === "origin-insecure" ? code : "failed"]);
      form.dispatchEvent(new CustomEvent("login-guard-error", { bubbles: true, detail: { code } }));
    } finally {
      document.removeEventListener("login-guard-work", showWork as EventListener);
      tellWork(form, "");
      passing.delete(form);
      busy.delete(form);
      form.removeAttribute("aria-busy");
    }
  }
}

function nameField(form: HTMLFormElement): HTMLInputElement | null {
  for (const selector of NAME_FIELDS) {
    const field = form.querySelector(selector);
    if (field instanceof HTMLInputElement) return field;
  }
  return null;
}

function proofField(form: HTMLFormElement): HTMLInputElement {
  return form.querySelector<HTMLInputElement>(`input[name=${PROOF_FIELD}]`) ?? addField(form, PROOF_FIELD);
}

function addField(form: HTMLFormElement, name: string): HTMLInputElement {
  const field = Object.assign(document.createElement("input"), { type: "hidden", name });
  form.append(field);
  return field;
}

/** Tells how far the work is: the page's own place for it, or a new one. */
function tellWork(form: HTMLFormElement, sentence: string): void {
  let place = form.querySelector<HTMLElement>("[data-login-guard-status]");
  if (place === null) {
    if (sentence === "") return;
    place = document.createElement("p");
    place.dataset["loginGuardStatus"] = "";
    place.role = "status";
    form.append(place);
  }
  place.hidden = sentence === "";
  place.textContent = sentence;
}

/** Tells a sentence where a screen reader hears it: the page's own place for it, or a new one. */
function say(form: HTMLFormElement, sentence: string): void {
  let place = form.querySelector<HTMLElement>("[data-login-guard-alert]");
  if (place === null) {
    if (sentence === "") return;
    place = document.createElement("p");
    place.dataset["loginGuardAlert"] = "";
    place.role = "alert";
    form.append(place);
  }
  place.hidden = sentence === "";
  place.textContent = sentence;
}
