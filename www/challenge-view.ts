// The card of the component and its parts by name. Static markup only; everything that came over the wire is set as text.

import { style } from "./challenge-style";
import { make } from "./elements";

const MARKUP = `
<section class="card" part="card" aria-labelledby="title" aria-describedby="lead">
  <div class="mark" part="mark" aria-hidden="true"><svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"><path d="M12 3 5 5.8v5.4c0 4.4 2.9 7.9 7 9.8 4.1-1.9 7-5.4 7-9.8V5.8z"/><path class="mark-asking" d="m9 11.8 2.2 2.2L15.2 10"/><path class="mark-ended" d="M12 8v4.5m0 3v.1"/></svg></div>
  <h2 id="title" part="title" tabindex="-1"></h2>
  <p id="lead" class="lead" part="lead"></p>
  <p class="slower" part="slower" role="note" hidden></p>
  <div class="panels" part="panels"></div>
  <p id="problem" class="error" part="problem" role="alert"></p>
  <p id="status" class="outcome" part="outcome" role="status"></p>
  <div class="choice" part="choice" hidden>
    <button type="button" class="quiet" part="another" aria-expanded="false" aria-controls="ways"><span></span><svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="m6 9 6 6 6-6"/></svg></button>
    <ul id="ways" part="ways" role="list" hidden></ul>
  </div>
  <a class="primary restart" part="restart" hidden></a>
  <button type="button" class="quiet" part="cancel" hidden></button>
  <div class="foot" part="foot">
    <p part="warning"></p>
    <p part="reference"><span></span> <code dir="ltr"></code></p>
  </div>
</section>`;

/** What stands before the name of a way, drawn in a square of 24. */
const ICONS: Readonly<Record<string, string>> = {
  passkey: "M10 13a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9zm-7 8c.5-3 3-5 7-5 1 0 2 .1 2.8.4M17.5 15a2.5 2.5 0 1 1 1 4.8V22m-1-7v4.8M18.5 22h2",
  approval: "M4 5h11a1 1 0 0 1 1 1v2M4 5a1 1 0 0 0-1 1v8a1 1 0 0 0 1 1h8M2 18.5h10M16 11h4a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-4a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1z",
  external: "M12 3 5 5.8v5.4c0 4.4 2.9 7.9 7 9.8 4.1-1.9 7-5.4 7-9.8V5.8zM9 11.8l2.2 2.2 4-4",
  totp: "M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18zm0-14v5l3.2 2",
  "sms-code": "M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-9l-4 3.5V17H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM8 11h.1M12 11h.1M16 11h.1",
  "mail-code": "M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zm-.7 1.5L12 13l8.700-6.500",
  "recovery-code": "M7 3h10a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zm2.500 5h5m-5 4h5m-5 4h3",
};

const sheet = (): CSSStyleSheet => {
  const made = new CSSStyleSheet();
  made.replaceSync(style);
  return made;
};
let shared: CSSStyleSheet | undefined;

/** What a list of ways says of one. */
export interface Choice {
  readonly method: string;
  readonly name: string;
  readonly brief: string;
}

/** The parts of one component. */
export class View {
  readonly card: HTMLElement;

  constructor(readonly root: ShadowRoot) {
    root.adoptedStyleSheets = [(shared ??= sheet())];
    const template = document.createElement("template");
    template.innerHTML = MARKUP;
    root.append(template.content);
    this.card = this.part("card");
    const another = this.part("another");
    another.addEventListener("click", () => this.openWays(another.getAttribute("aria-expanded") !== "true"));
  }

  /** The element of a part of the card; the markup above has them all. */
  part(name: string): HTMLElement {
    const element = this.root.querySelector<HTMLElement>(`[part=${name}]`);
    if (element === null) throw new TypeError(name);
    return element;
  }

  text(part: string, sentence: string): void {
    const element = this.part(part);
    // a caption beside something else has an element of its own
    (element.querySelector("span") ?? element).textContent = sentence;
  }

  show(part: string, visible: boolean): void {
    this.part(part).hidden = !visible;
  }

  openWays(open: boolean): void {
    this.part("another").setAttribute("aria-expanded", String(open));
    this.show("ways", open);
  }

  /** Lists the other ways. */
  ways(label: string, choices: readonly Choice[], choose: (method: string) => void): void {
    const list = this.part("ways");
    list.setAttribute("aria-label", label);
    list.replaceChildren(
      ...choices.map(({ method, name, brief }) => {
        const words = make("span", { class: "words" }, make("b", {}, name), make("small", {}, brief));
        const button = make("button", { type: "button", class: "way", part: `way way-${method}` }, icon(method), words);
        button.addEventListener("click", () => choose(method));
        return make("li", {}, button);
      }),
    );
    this.show("choice", choices.length > 0);
  }

  /** Puts the card into a modal dialog; `cancel` is called on Escape. */
  intoDialog(cancel: () => void): HTMLDialogElement {
    const dialog = make("dialog", { part: "dialog", "aria-labelledby": "title", "aria-describedby": "lead" }, this.card);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      cancel();
    });
    this.root.append(dialog);
    return dialog;
  }
}

function icon(method: string): SVGElement {
  const [svg, path] = (["svg", "path"] as const).map((name) => document.createElementNS("http://www.w3.org/2000/svg", name)) as [SVGSVGElement, SVGPathElement];
  const looks = { viewBox: "0 0 24 24", width: "22", height: "22", fill: "none", stroke: "currentColor", "stroke-width": "1.7", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
  for (const [name, value] of Object.entries(looks)) svg.setAttribute(name, value);
  path.setAttribute("d", ICONS[method] ?? "");
  svg.append(path);
  return svg;
}
