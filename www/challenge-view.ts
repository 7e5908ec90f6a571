// The markup of the component and its parts by name. Static text only; everything that came over the wire is set as text.

import { style } from "./challenge-style";

const MARKUP = `
<section class="card" part="card" aria-labelledby="title" aria-describedby="lead">
  <div class="mark" part="mark" aria-hidden="true"><svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"><path d="M12 3 5 5.8v5.4c0 4.4 2.9 7.9 7 9.8 4.1-1.9 7-5.4 7-9.8V5.8z"/><path class="mark-asking" d="m9 11.8 2.2 2.2L15.2 10"/><path class="mark-ended" d="M12 8v4.5m0 3v.1"/></svg></div>
  <h2 id="title" part="title" tabindex="-1"></h2>
  <p id="lead" class="lead" part="lead"></p>
  <div class="send-step" hidden>
    <button type="button" class="primary" part="send"></button>
  </div>
  <form part="form" novalidate hidden>
    <label for="code" part="label"></label>
    <input id="code" part="input" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" autocapitalize="off" spellcheck="false" required aria-describedby="error lead hint">
    <p id="hint" class="hint" part="hint"></p>
    <p id="error" class="error" part="error" role="alert"></p>
    <button type="submit" class="primary" part="submit"></button>
    <button type="button" class="quiet" part="resend"></button>
  </form>
  <progress part="progress" max="1" value="0" aria-labelledby="status" hidden></progress>
  <p id="problem" class="error" part="problem" role="alert"></p>
  <p id="status" class="status" part="status" role="status"></p>
  <a class="primary restart" part="restart" hidden></a>
  <button type="button" class="quiet" part="cancel" hidden></button>
  <div class="foot" part="foot">
    <p part="warning"></p>
    <p part="reference"><span></span> <code></code></p>
  </div>
</section>`;

const sheet = (): CSSStyleSheet => {
  const made = new CSSStyleSheet();
  made.replaceSync(style);
  return made;
};
let shared: CSSStyleSheet | undefined;

/** The parts of one component. */
export class View {
  readonly card: HTMLElement;

  constructor(readonly root: ShadowRoot) {
    root.adoptedStyleSheets = [(shared ??= sheet())];
    const template = document.createElement("template");
    template.innerHTML = MARKUP;
    root.append(template.content);
    this.card = this.part("card");
  }

  /** The element of a part; the markup above has them all. */
  part(name: string): HTMLElement {
    const element = this.root.querySelector<HTMLElement>(`[part=${name}]`);
    if (element === null) throw new TypeError(name);
    return element;
  }

  get input(): HTMLInputElement {
    return this.part("input") as HTMLInputElement;
  }

  text(part: string, sentence: string): void {
    this.part(part).textContent = sentence;
  }

  show(part: string, visible: boolean): void {
    const element = this.part(part);
    (part === "send" ? element.parentElement ?? element : element).hidden = !visible;
  }

  /** Marks a control as busy without taking the focus from it, as `disabled` would. */
  busy(part: string, busy: boolean): void {
    this.part(part).setAttribute("aria-disabled", String(busy));
  }

  progress(share: number | undefined): void {
    const bar = this.part("progress") as HTMLProgressElement;
    bar.hidden = share === undefined;
    bar.value = share ?? 0;
  }

  /** Puts the card into a modal dialog; `cancel` is called on Escape. */
  intoDialog(cancel: () => void): HTMLDialogElement {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("part", "dialog");
    dialog.setAttribute("aria-labelledby", "title");
    dialog.setAttribute("aria-describedby", "lead");
    dialog.append(this.card);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      cancel();
    });
    this.root.append(dialog);
    return dialog;
  }
}
