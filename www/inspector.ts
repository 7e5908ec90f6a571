// <login-guard-inspector>: shows a person what is read of their machine, what of it is sent, and what changed.
//
// Attributes: `name`, the login name whose device key this browser holds; `compare`, the back end's route that passes the proof
// on. Without `compare` it shows what is read, under a key made for the moment. Nothing is loaded or read before the press.

import { type Comparison, compare, findKey, makeDigestKey } from "./inspector-comparison";
import { type Inspected, readAll, signalCount } from "./inspector-reading";
import { reportOf } from "./inspector-report";
import { View } from "./inspector-view";
import { codeOf } from "./error";
import { languageOf } from "./locale";
import * as en from "./locales/inspector-en";
import * as zh from "./locales/inspector-zh";

const TAG = "login-guard-inspector";

export class LoginGuardInspector extends HTMLElement {
  #view: View | undefined;
  #busy = false;
  #report = "";

  connectedCallback(): void {
    if (this.#view !== undefined) return;
    const language = languageOf(this);
    const view = new View(this.attachShadow({ mode: "open" }), language === "zh" ? zh : en, language);
    this.#view = view;
    view.begin(this.#address !== null, () => void this.#look(view), () => view.showReport(this.#report));
  }

  get #address(): string | null {
    return this.getAttribute("compare");
  }

  async #look(view: View): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    view.busy(true);
    try {
      await this.#readAndCompare(view);
    } catch (thrown) {
      view.trouble(codeOf(thrown));
    } finally {
      this.#busy = false;
      view.busy(false);
      this.dispatchEvent(new CustomEvent("login-guard-inspected", { bubbles: true, composed: true }));
    }
  }

  async #readAndCompare(view: View): Promise<void> {
    const loginName = this.getAttribute("name") ?? "";
    const address = this.#address;
    let problem: string | undefined;
    const failed = (thrown: unknown): undefined => {
      problem = codeOf(thrown);
      return undefined;
    };
    const key = address === null ? undefined : await findKey(loginName).catch(failed);
    const inspected: Inspected = await readAll(key?.digestKey ?? (await makeDigestKey()), (count) => view.progress(count / signalCount));
    let comparison: Comparison | undefined;
    if (key !== undefined && address !== null) {
      view.comparing();
      comparison = await compare(address, key, loginName, inspected.evidence).catch(failed);
    }
    this.#report = reportOf(inspected, comparison, problem);
    await view.show(inspected, comparison);
    if (problem !== undefined) view.trouble(problem);
  }
}

if (customElements.get(TAG) === undefined) customElements.define(TAG, LoginGuardInspector);
