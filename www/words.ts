// The component's texts in one of twelve languages. Only the one that is used is loaded.

import { codeOf, LoginGuardError, type Problem } from "./error";
import { importChecked } from "./files";
import { lazy } from "./lazy";
import type { Locale, Text } from "./locales/en";

const LANGUAGES = ["en", "zh", "ja", "ko", "ru", "es", "de", "fr", "pt", "tr", "vi", "ar"] as const;
type Language = (typeof LANGUAGES)[number];

/** Codes that are told with the words of another. */
const TOLD_AS: Readonly<Record<string, keyof Locale["problems"]>> = {
  "nonce-expired": "attempt-expired",
  "nonce-spent": "attempt-ended",
  overloaded: "store-unavailable",
  "verdict-expired": "attempt-expired",
  "verdict-spent": "attempt-ended",
  "work-refused": "work-unsolvable",
};
/** Waits are told in minutes up to here, in hours above. */
const MINUTES_TOLD = 90;
/** Around what is put into a sentence that runs from right to left (Unicode UAX #9): left to right, or as its first letter runs. */
const [LTR, FIRST, POP] = ["\u2066", "\u2068", "\u2069"];

export type Values = Readonly<Record<string, number | string>>;

/** The language that a part of a page is in; what the browser's owner reads where we have no words in it; English. */
export function languageOf(element: Element): Language {
  const wanted = [element.closest("[lang]")?.getAttribute("lang") ?? "", document.documentElement.lang, ...navigator.languages];
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => language === tag.toLowerCase().split("-")[0]);
    if (found !== undefined) return found;
  }
  return "en";
}

/** Loads a language; English where it does not come. */
export async function loadWords(language: Language): Promise<Words> {
  try {
    return await load(language);
  } catch (thrown) {
    if (language === "en") throw thrown;
    return load("en");
  }
}

async function load(language: Language): Promise<Words> {
  const file = lazy[language];
  if (file === undefined) throw new LoginGuardError("file-refused");
  return new Words((await importChecked<{ locale: Locale }>(file)).locale);
}

export class Words {
  constructor(readonly locale: Locale) {}

  say(text: Text, values: Values = {}): string {
    return this.#fill(this.locale.texts[text], values);
  }

  /** What happened and what to do next; `values` for sentences that name something. */
  problem(thrown: unknown, values: Values = {}): string {
    const code = codeOf(thrown);
    const { problems } = this.locale;
    const known = (name: string): name is keyof Locale["problems"] => Object.hasOwn(problems, name);
    const named = code === "code-replaced" && values["time"] !== undefined && values["time"] !== "" ? "code-replaced-at" : (TOLD_AS[code] ?? code);
    const sentences = [this.#fill(problems[known(named) ? named : "internal"], values)];
    const problem: Partial<Problem> = thrown instanceof LoginGuardError ? (thrown.problem ?? {}) : {};
    if (problem.tries_left !== undefined) sentences.push(this.say("triesLeft", { count: problem.tries_left }));
    if (problem.retryAfter !== undefined) sentences.push(this.say("waitUntil", { when: this.#when(problem.retryAfter) }));
    else if (code === "answers-exhausted" || code === "sends-exhausted") sentences.push(this.say("waitLater"));
    return sentences.join(this.locale.gap);
  }

  /** The hour of a moment, in milliseconds of the local clock. */
  time(moment: number): string {
    return new Intl.DateTimeFormat(this.#tag, { hour: "numeric", minute: "2-digit" }).format(moment);
  }

  /** When to try again, in words that people use. */
  #when(seconds: number): string {
    const minutes = Math.ceil(seconds / 60);
    const format = new Intl.RelativeTimeFormat(this.#tag);
    return minutes <= MINUTES_TOLD ? format.format(minutes, "minute") : format.format(Math.ceil(minutes / 60), "hour");
  }

  /** Digits as they stand in codes and in messages. */
  get #tag(): string {
    return `${this.locale.tag}-u-nu-latn`;
  }

  /** Keeps a name, a number or an address in one piece within a sentence of this language. */
  isolated(value: number | string): string {
    const text = String(value);
    if (this.locale.dir === "ltr" || text === "") return text;
    return `${/\p{Script=Arabic}/u.test(text) ? FIRST : LTR}${text}${POP}`;
  }

  #fill(sentence: string, values: Values): string {
    return sentence.replace(/\{(\w+)\}/g, (_, name: string) => this.isolated(values[name] ?? ""));
  }
}
