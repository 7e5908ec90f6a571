// The tables: for each property what the browser says, what the server sees, and what changed.

import type { Compared, Comparison } from "./inspector-comparison";
import { element, fill } from "./inspector-dom";
import type { Inspection, Labelled } from "./inspector-module";
import type { Inspected } from "./inspector-reading";
import type { Words } from "./inspector-view";

/** Characters that stand in a cell, and values that are worth a line; more are folded. */
const SHORT = 64;
const FEW = 6;

type Group = Exclude<keyof Words["groups"], "facts">;
const GROUPS: readonly Group[] = ["setting", "system", "machine", "traces"];

/** One section for each group, and one for the facts, made when they are asked for; those in which something changed are open. */
export function* tables(words: Words, { inspections, missing, facts }: Inspected, comparison: Comparison | undefined, comparing: boolean): Generator<HTMLElement> {
  const { texts } = words;
  const compared = new Map(comparison?.components.map((one) => [`${one.kind} ${one.component}`, one]));
  const outcome = (kind: "component" | "fact", name: string): HTMLElement[] =>
    comparing ? [cell(texts.columnOutcome, outcomeOf(words, compared.get(`${kind} ${name}`)))] : [];
  const columns = comparing ? [texts.columnOutcome] : [];
  for (const group of GROUPS) {
    const rows = inspections
      .filter((inspection) => groupOf(inspection) === group)
      .map((inspection) => row(rowHead(words, inspection.name), cell(texts.columnRead, ...reading(words, inspection)), cell(texts.columnSent, ...sent(words, inspection)), ...outcome("component", inspection.name)));
    yield section(words, group, [texts.columnWhat, texts.columnRead, texts.columnSent, ...columns], rows, comparison !== undefined);
  }
  const clear = Object.entries(facts).map(([name, value]) => row(element("b", {}, words.facts[name] ?? name), cell(texts.columnValue, value), ...outcome("fact", name)));
  yield section(words, "facts", [texts.columnFact, texts.columnValue, ...columns], clear, comparison !== undefined);
  if (missing.length > 0) {
    const names = missing.map((name) => element("li", {}, words.components[name]?.[0] ?? name));
    yield element("section", { class: "missing" }, element("h3", {}, texts.notLooked), element("ul", {}, ...names));
  }
}

function groupOf({ name, stability }: Inspection): Group {
  return /^(automation|tampering)-/.test(name) ? "traces" : stability;
}

/** Roles are said, because small screens lay the table out as blocks, and a block is no table to a screen reader. */
function section(words: Words, group: keyof Words["groups"], columns: readonly string[], rows: readonly HTMLElement[], compared: boolean): HTMLElement {
  const { title, lead } = words.groups[group];
  const id = `group-${group}`;
  const heads = columns.map((column, at) => {
    const kind = at === 0 ? "what" : column === words.texts.columnOutcome ? "outcome" : "";
    return element("th", { scope: "col", role: "columnheader", class: kind }, column);
  });
  const table = element(
    "table",
    { role: "table", "aria-labelledby": id },
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...heads)),
    element("tbody", { role: "rowgroup" }, ...rows),
  );
  const changed = rows.filter((one) => one.querySelector("[data-outcome]:not([data-outcome=same])") !== null).length;
  const { count, countSame, countChanged } = words.texts;
  const sentence = !compared || group === "traces" ? count : changed === 0 ? countSame : countChanged;
  const told = element("span", { class: changed === 0 ? "muted" : "badge" }, fill(sentence, { count: rows.length, changed }));
  const head = element("summary", {}, element("h3", { id }, title), " ", told);
  return element("details", { class: "group", part: `group-${group}`, ...(changed > 0 ? { open: "" } : {}) }, head, element("p", { class: "muted" }, lead), table);
}

function row(head: Node, ...cells: readonly HTMLElement[]): HTMLElement {
  return element("tr", { role: "row" }, element("th", { scope: "row", role: "rowheader" }, head), ...cells);
}

function cell(label: string, ...content: readonly (Node | string)[]): HTMLElement {
  return element("td", { role: "cell", "data-label": label }, ...content);
}

function rowHead(words: Words, name: string): DocumentFragment {
  const head = document.createDocumentFragment();
  const [title, sentence] = words.components[name] ?? [name, ""];
  head.append(element("b", { "data-component": name }, title), element("span", { class: "muted" }, sentence));
  return head;
}

/** What was read, how long it took, and whether a second look agreed. */
function reading(words: Words, inspection: Inspection): (Node | string)[] {
  const { texts } = words;
  const { shown, milliseconds, agrees } = inspection;
  const time = Math.round(milliseconds);
  const took = fill(time < 1 ? texts.tookLess : texts.took, { time });
  const note = element("div", { class: "muted" }, `${took} · ${agrees ? texts.agreed : texts.differed}`);
  switch (shown.kind) {
    case "nothing":
      return [element("span", {}, reasonOf(words, inspection) ?? texts.nothing), note];
    case "bytes":
      return [element("span", {}, fill(texts.picture, { bytes: shown.bytes, digest: shown.digest })), note];
    case "members":
      return [...folded(words, shown.members.map((member) => ({ value: { text: member } }))), note];
    case "values":
      return [...folded(words, shown.values), note];
  }
}

/** A few short values as they are; many behind one line. Of flags the line says which are set. */
function folded(words: Words, values: readonly Labelled[]): (Node | string)[] {
  const { texts } = words;
  const texted = values.map((one) => valueOf(words, one));
  const told = values.flatMap(({ label, value }, at) => {
    const text = texted[at] ?? "";
    if (values.length === 1 || !("flag" in value)) return text === "" ? [] : [text];
    return value.flag === "no" ? [] : [label ?? text];
  });
  const line = told.join(", ");
  const short = line === "" ? texts.nothing : values.length > FEW && line.length > SHORT ? fill(texts.values, { count: values.length }) : shortened(line);
  if (values.length <= 1 && line.length <= SHORT) return [element("span", {}, short)];
  const labelled = values.some(({ label }) => label !== undefined);
  const entries = values.map(({ label }, at) => {
    const text = texted[at] === "" ? texts.nothing : (texted[at] ?? "");
    return labelled ? element("div", {}, element("dt", {}, label ?? "…"), element("dd", {}, text)) : element("li", {}, text);
  });
  return [element("details", { class: "values" }, element("summary", {}, short), element(labelled ? "dl" : "ul", {}, ...entries))];
}

const shortened = (text: string): string => (text.length > SHORT ? `${text.slice(0, SHORT - 1)}…` : text);

function valueOf({ texts }: Words, { value }: Labelled): string {
  if ("flag" in value) return texts[value.flag];
  if ("number" in value) return String(value.number);
  // the browser's own objects are read as JSON; people read text without its quotes
  if (!/^["[]/.test(value.text)) return value.text;
  try {
    const parsed: unknown = JSON.parse(value.text);
    return Array.isArray(parsed) ? parsed.join(", ") : String(parsed);
  } catch {
    return value.text;
  }
}

function reasonOf({ states, reasons }: Words, { state, reason }: Inspection): string | undefined {
  if (state === "present" || state === "set") return undefined;
  if (state === "absent" && reason !== undefined && reasons[reason] !== undefined) return reasons[reason];
  return reason === undefined ? states[state] : `${states[state]}: ${reason}`;
}

/** The member of the evidence document, as the server gets it. */
function sent(words: Words, inspection: Inspection): (Node | string)[] {
  const { texts, states } = words;
  const member = JSON.parse(`{${inspection.sent}}`) as Record<string, { digest?: string; tags?: string; reason?: string }>;
  const { digest, tags, reason } = member[inspection.name] ?? {};
  if (digest !== undefined) return [element("code", {}, digest)];
  if (tags !== undefined) {
    const each = tags.match(/.{4}/g) ?? [];
    return [element("span", {}, fill(texts.tags, { count: each.length })), " ", element("code", {}, shortened(each.join(" ")))];
  }
  return [element("span", {}, states[inspection.state]), ...(reason === undefined ? [] : [" ", element("code", {}, reason)])];
}

function outcomeOf({ outcomes, texts }: Words, compared: Compared | undefined): Node | string {
  if (compared === undefined) return element("span", { class: "muted" }, "–");
  const alarming = compared.change === "implausible" && ["changed", "gained", "lost"].includes(compared.outcome);
  const tone = compared.outcome === "same" ? "badge same" : alarming ? "badge alarm" : "badge";
  return element("span", { class: tone, "data-outcome": compared.outcome }, outcomes[compared.outcome] ?? texts.nothing);
}
