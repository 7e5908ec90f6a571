// What the inspector puts on the page. Everything that was read or came over the wire is set as text.

import type { Comparison } from "./inspector-comparison";
import { tables } from "./inspector-tables";
import { element, fill } from "./inspector-dom";
import type { Inspected } from "./inspector-reading";
import { style } from "./inspector-style";
import { nextTask } from "./inspector-task";
import type { Language } from "./locale";
import type * as en from "./locales/inspector-en";

export type Words = Omit<typeof en, "components"> & { readonly components: Readonly<Record<string, readonly [string, string]>> };

const FILE = "login-guard-report.json";

export class View {
  readonly #look: HTMLElement;
  readonly #report = element("button", { type: "button", part: "report", hidden: "" });
  readonly #progress = element("progress", { part: "progress", max: "1", hidden: "", "aria-labelledby": "status" });
  readonly #status = element("p", { id: "status", class: "status", part: "status", role: "status" });
  readonly #error = element("p", { class: "error", part: "error", role: "alert" });
  readonly #result = element("div", { part: "result", hidden: "" });
  readonly #reportPlace = element("section", { class: "report", part: "report-text", "aria-labelledby": "report-title", hidden: "" });
  #comparing = false;
  #url: string | undefined;

  constructor(
    readonly root: ShadowRoot,
    readonly words: Words,
    readonly language: Language,
  ) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    this.#look = element("button", { type: "button", class: "primary", part: "look" });
  }

  /** What stands there before anything is read. */
  begin(comparing: boolean, look: () => void, report: () => void): void {
    const { texts } = this.words;
    this.#comparing = comparing;
    this.#look.textContent = comparing ? texts.look : texts.lookOnly;
    this.#report.textContent = texts.report;
    this.#look.addEventListener("click", look);
    this.#report.addEventListener("click", report);
    const points = ([["M12 3 5 5.8v5.4c0 4.4 2.9 7.9 7 9.8 4.1-1.9 7-5.4 7-9.8V5.8z", "stays"], ["M4 12h15m-6-6 6 6-6 6", "sent"], ["M12 5v.1m0 4.9v9m-2-9h2", "clear"]] as const).map(
      ([path, text]) => element("li", {}, icon(path), element("span", {}, texts[text])),
    );
    const privacy = element("section", { class: "privacy", "aria-labelledby": "privacy" }, element("h3", { id: "privacy" }, texts.privacyTitle), element("ul", { role: "list" }, ...points));
    this.root.append(
      element(
        "div",
        // pronunciation, and the right forms of shared characters
        { part: "inspector", lang: this.language === "zh" ? "zh-Hans" : "en" },
        element("p", { class: "lead" }, texts.intro),
        privacy,
        element("div", { class: "actions" }, this.#look, this.#report),
        this.#progress,
        this.#status,
        this.#error,
        this.#result,
        this.#reportPlace,
      ),
    );
  }

  /** Marks the button without taking the focus from it, as `disabled` would. */
  busy(busy: boolean): void {
    this.#look.setAttribute("aria-disabled", String(busy));
    this.#progress.hidden = !busy;
    if (busy) {
      this.progress(0);
      this.#error.textContent = "";
      this.#status.textContent = this.words.texts.reading;
    } else if (!this.#result.hidden) {
      this.#look.textContent = this.words.texts.again;
    }
  }

  progress(share: number): void {
    (this.#progress as HTMLProgressElement).value = share;
  }

  comparing(): void {
    this.#status.textContent = this.words.texts.comparing;
  }

  /** Section by section, since a table is much for one task on a phone. */
  async show(inspected: Inspected, comparison: Comparison | undefined): Promise<void> {
    const { texts } = this.words;
    this.#reportPlace.hidden = true;
    this.#result.replaceChildren(...(comparison === undefined ? [] : [this.#summary(comparison)]));
    this.#result.hidden = false;
    for (const section of tables(this.words, inspected, comparison, this.#comparing)) {
      await nextTask();
      this.#result.append(section);
    }
    this.#status.textContent = fill(texts.read, { count: inspected.inspections.length });
    this.#report.hidden = false;
  }

  /** Tells what went wrong, beside whatever could be shown. */
  trouble(code: string): void {
    const { problems } = this.words;
    if (this.#result.hidden) this.#status.textContent = "";
    this.#error.textContent = problems[code] ?? problems["internal"] ?? code;
  }

  /** The report, to be read before it is saved or copied. */
  showReport(text: string): void {
    const { texts } = this.words;
    const area = element("textarea", { part: "report-area", readonly: "", spellcheck: "false", "aria-labelledby": "report-title" });
    (area as HTMLTextAreaElement).value = text;
    if (this.#url !== undefined) URL.revokeObjectURL(this.#url);
    this.#url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    const title = element("h3", { id: "report-title", tabindex: "-1" }, texts.reportTitle);
    const told = element("p", { class: "muted", role: "status" });
    const copy = element("button", { type: "button", part: "copy" }, texts.copy);
    copy.addEventListener("click", () => {
      (area as HTMLTextAreaElement).select();
      navigator.clipboard.writeText(text).then(
        () => (told.textContent = texts.copied),
        () => (told.textContent = texts.copyByHand),
      );
    });
    const save = element("a", { class: "button", part: "save", href: this.#url, download: FILE }, texts.save);
    this.#reportPlace.replaceChildren(title, element("p", { class: "muted" }, texts.reportLead), area, element("div", { class: "actions" }, save, copy), told);
    this.#reportPlace.hidden = false;
    title.focus();
  }

  #summary({ device, same_machine, components }: Comparison): HTMLElement {
    const { texts } = this.words;
    const date = new Intl.DateTimeFormat(this.language, { dateStyle: "long" }).format(new Date(device.enrolled_at));
    const names = components.filter(({ outcome }) => outcome !== "same").map(({ component, kind }) => (kind === "fact" ? this.words.facts[component] : this.words.components[component]?.[0]) ?? component);
    const sentences = [names.length === 0 ? fill(texts.allSame, { date }) : fill(texts.someChanged, { date, names: [...new Set(names)].join(this.language === "zh" ? "、" : ", ") })];
    if (!same_machine) sentences.push(texts.otherMachine);
    else if (names.length > 0) sentences.push(texts.sameMachine);
    if (device.probation) sentences.push(texts.probation);
    return element("div", { class: same_machine ? "summary" : "summary warn", part: "summary" }, ...sentences.map((sentence) => element("p", {}, sentence)));
  }
}

function icon(path: string): SVGElement {
  const make = (name: string, attributes: Readonly<Record<string, string>>): SVGElement => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const drawing = make("svg", { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "1.75", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" });
  drawing.append(make("path", { d: path }));
  return drawing;
}
