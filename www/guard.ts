// The script that a login page includes. Guards marked forms by itself, and offers the same by hand.

import type { Challenge } from "./confirmation";
import { codeOf, LoginGuardError } from "./error";
import { gather, load } from "./evidence";
import { files, importChecked } from "./files";
import { guardForms } from "./form";
import { checkName, Login } from "./login";
import type { Lent } from "./lent";
import { languageOf } from "./locale";
import { alerts as en } from "./locales/alerts-en";
import { alerts as zh } from "./locales/alerts-zh";
import { loadWork, solve } from "./work";

export type { Challenge } from "./confirmation";
export { LoginGuardError } from "./error";

interface ChallengeModule {
  define(lent: Lent): void;
  resolve(challenge: Challenge, options: { signal?: AbortSignal }): Promise<string>;
  takeCookie(field: string): Promise<void>;
}

/** The newest proof that a page was given. */
let proved = "";
let login: Login | undefined;

/**
 * Begins, so that the proof is ready when it is needed. Without a name it loads files and reads ahead, in memory: nothing is
 * digested, asked or sent. With a typed name it finds or makes the key and asks for an attempt. Stores nothing, and never throws.
 */
function prepare(loginName?: string): void {
  try {
    // a file that does not come is told in the evidence
    if (loginName === undefined) for (const file of [load(), loadWork()]) file.catch(() => undefined);
    else void loginFor(loginName);
  } catch {
    // a name that cannot be one is told when a proof is asked for
  }
}

/**
 * The value of the field `login-guard-proof` for a typed login name. A browser that cannot keep a key gives one too.
 *
 * Throws `LoginGuardError`: `unreachable` when the verifier does not answer, `origin-insecure` on a page without TLS,
 * `login-name-invalid`, or a problem's code.
 */
async function prove(options: { loginName: string }): Promise<string> {
  return (proved = await loginFor(options.loginName).prove());
}

/**
 * Resolves the challenge that a back end handed over: unseen when this browser holds a key of the account, else
 * by asking the person in a dialog. Answers the value of the field `login-guard-verdict`.
 *
 * Throws `LoginGuardError`: `cancelled` when the person or `signal` ended it, or the code of what ended the attempt.
 */
async function resolve(challenge: Challenge, options: { signal?: AbortSignal } = {}): Promise<string> {
  return (await challengeModule()).resolve(challenge, options);
}

/**
 * Only for back ends that cannot pass `set_cookies` on: fetches the cookies of the newest answer to this page's login. Call it
 * after an allow, before the page is left; `resolve` does it by itself for a challenge.
 *
 * Throws `LoginGuardError`: `attempt-unknown` when nothing was allowed or there is no key to ask with, or a problem's code.
 */
async function takeCookie(): Promise<void> {
  return (await challengeModule()).takeCookie(proved);
}

function loginFor(typed: string): Login {
  // such a page keeps neither a key nor a cookie of ours: a login would only fail later, and silently
  if (!isSecureContext) throw new LoginGuardError("origin-insecure");
  const loginName = checkName(typed);
  if (login?.loginName !== loginName) {
    login?.drop();
    login = new Login(loginName);
  }
  return login;
}

async function challengeModule(): Promise<ChallengeModule> {
  const module = await importChecked<ChallengeModule>(files.challenge);
  module.define({ gather, solve });
  return module;
}

export const guard = Object.freeze({ prepare, prove, resolve, takeCookie });
export { prepare, prove, resolve, takeCookie };

window.addEventListener("pageshow", (event) => {
  // a page from the back/forward cache holds an attempt of another time
  if (event.persisted) login?.drop();
});
guardForms(guard);
// the element upgrades itself once its definition is here; where that is refused, it says so in place of what the page put inside
const elements = document.querySelectorAll<HTMLElement>("login-guard-challenge");
if (elements.length > 0) {
  challengeModule().catch((thrown: unknown) => {
    for (const element of elements) {
      element.role = "alert";
      element.textContent = { en, zh }[languageOf(element)]["file-refused"];
      element.dispatchEvent(new CustomEvent("login-guard-error", { bubbles: true, detail: { code: codeOf(thrown) } }));
    }
  });
}
