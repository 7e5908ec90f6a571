// Which of our languages a part of the page is in.

export type Language = "en" | "zh";

/** By the nearest `lang`; English where it is another language or none. */
export function languageOf(element: Element): Language {
  const lang = element.closest("[lang]")?.getAttribute("lang") ?? document.documentElement.lang;
  return /^zh\b/i.test(lang) ? "zh" : "en";
}
