// The bones that all ways share: a heading, what will happen, controls, and one place of fixed height for hint, progress and
// problems, so that nothing moves when one takes the other's turn.

import { make } from "../elements";
import type { Text } from "../locales/en";
import type { Values, Words } from "../words";

/** Tells something so that it can be told again in another language. */
export type Told = (words: Words) => string;

export class Panel {
  readonly heading: HTMLHeadingElement;
  readonly about: HTMLParagraphElement;
  readonly note: HTMLDivElement;
  readonly error: HTMLParagraphElement;
  readonly element: HTMLElement;
  readonly #hint: HTMLParagraphElement;
  readonly #status: HTMLParagraphElement;
  readonly #progress: HTMLProgressElement;
  readonly #texts = new Map<HTMLElement, Told>();

  constructor(readonly method: string, private words: Words) {
    const id = (name: string): string => `${method}-${name}`;
    this.heading = make("h3", { id: id("name"), part: "name", tabindex: "-1" });
    this.about = make("p", { id: id("about"), class: "about", part: "about" });
    this.#hint = make("p", { id: id("hint"), class: "hint", part: "hint" });
    this.#status = make("p", { id: id("status"), class: "status", part: "status", role: "status" });
    this.error = make("p", { id: id("error"), class: "error", part: "error", role: "alert" });
    this.#progress = make("progress", { part: "progress", max: "1", value: "0", "aria-labelledby": id("status"), hidden: "" });
    this.note = make("div", { class: "note" }, this.#hint, make("div", { class: "doing" }, this.#status, this.#progress), this.error);
    this.element = make("section", { class: "panel", part: `panel panel-${method}`, "aria-labelledby": id("name") }, this.heading, this.about);
  }

  /** What describes a control: problem, what will happen, hint. */
  get describedBy(): string {
    return [this.error, this.about, this.#hint].map(({ id }) => id).join(" ");
  }

  /** Sets a text, now and whenever the language changes. */
  say(element: HTMLElement, text: Text, values: Values | ((words: Words) => Values) = {}): void {
    this.tell(element, (words) => words.say(text, typeof values === "function" ? values(words) : values));
  }

  tell(element: HTMLElement, told: Told): void {
    this.#texts.set(element, told);
    set(element, told(this.words));
  }

  hint(text: Text, values: Values = {}): void {
    this.say(this.#hint, text, values);
  }

  /** Tells what goes on; undefined when nothing does. */
  status(text: Text | undefined, values: Values | ((words: Words) => Values) = {}): void {
    if (text === undefined) this.tell(this.#status, () => "");
    else this.say(this.#status, text, values);
    this.#turn();
  }

  /** Tells a problem; undefined when there is none (any more). */
  problem(told: Told | undefined): void {
    this.tell(this.error, told ?? (() => ""));
    this.#turn();
  }

  progress(share: number | undefined): void {
    this.#progress.hidden = share === undefined;
    this.#progress.value = share ?? 0;
  }

  /** Says everything again in another language. */
  relabel(words: Words): void {
    this.words = words;
    for (const [element, told] of this.#texts) set(element, told(words));
  }

  /** One of the three has the place: a problem before progress, progress before the hint. */
  #turn(): void {
    this.note.className = `note ${this.error.textContent !== "" ? "has-error" : this.#status.textContent !== "" ? "has-status" : "has-hint"}`;
  }
}

/** What is told already is left alone, so that it is not read aloud again. */
function set(element: HTMLElement, sentence: string): void {
  if (element.textContent !== sentence) element.textContent = sentence;
}

/** A button of a panel. */
export function button(part: string, kind: "primary" | "quiet", press?: () => void): HTMLButtonElement {
  const made = make("button", { type: "button", class: kind, part });
  if (press !== undefined) made.addEventListener("click", press);
  return made;
}
