// Elements by hand: no markup is parsed, so that nothing that was read can become any.

type Attributes = Readonly<Record<string, string>>;

/** An element with attributes and children; text becomes text. */
export function element<Name extends keyof HTMLElementTagNameMap>(name: Name, attributes: Attributes = {}, ...children: readonly (Node | string)[]): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A sentence with its values in place. */
export function fill(sentence: string, values: Readonly<Record<string, number | string>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
