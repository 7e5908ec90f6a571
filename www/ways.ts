// The ways on the card: which one is shown, which are behind "use another way", and one step at a time.

import type { Confirmation, Method } from "./confirmation";
import type { View } from "./challenge-view";
import { codeOf, LoginGuardError } from "./error";
import { Panel } from "./methods/panel";
import type { Stage, Way } from "./methods/stage";
import { briefOf, isKnown, load, nameOf } from "./methods/table";
import { remember, remembered } from "./remembered";
import type { Words } from "./words";

/** After these only a new log-in helps. */
const ENDING = new Set([
  "answer-invalid", "answers-exhausted", "attempt-ended", "attempt-expired", "attempt-unknown", "challenge-invalid", "nonce-expired", "nonce-spent",
  "origin-refused", "proof-refused", "tries-exhausted", "verdict-expired", "verdict-spent", "work-refused", "work-unsolvable",
]);
/** A code is asked for by the press of the log-in button, where that costs nobody anything. */
const ASKED_BY_PRESS = "mail-code";

/** What the ways ask of the element. */
export interface Host {
  readonly signal: AbortSignal;
  words(): Words;
  finish(field: string): void;
  end(thrown: unknown): void;
  shown(method: string): void;
}

export class Ways {
  readonly #methods: readonly Method[];
  readonly #made = new Map<Method, Way>();
  #current: Method | undefined;
  #busy = false;

  constructor(
    private readonly view: View,
    private readonly confirmation: Confirmation,
    private readonly host: Host,
  ) {
    this.#methods = confirmation.asked.filter(isKnown);
  }

  /** Shows the strongest way, or the one that a reload or another tab's end interrupted. */
  async begin(pressed: boolean): Promise<void> {
    const { method } = this.#kept;
    const before = this.#methods.find((one) => one.method === method);
    const first = before ?? this.#methods[0];
    if (first === undefined) return this.host.end(new LoginGuardError("method-unavailable"));
    await this.#show(first, pressed && first.method === ASKED_BY_PRESS);
  }

  /** Says everything again in the language of now. */
  relabel(): void {
    for (const { panel } of this.#made.values()) panel.relabel(this.host.words());
    this.#list();
  }

  rest(): void {
    this.#way?.leave?.();
  }

  resume(): void {
    this.#way?.enter?.(false);
  }

  get #kept(): ReturnType<typeof remembered> {
    return remembered(this.confirmation.challenge.attempt);
  }

  get #way(): Way | undefined {
    return this.#current === undefined ? undefined : this.#made.get(this.#current);
  }

  async #show(method: Method, asked = false): Promise<void> {
    let way: Way;
    try {
      way = this.#made.get(method) ?? (await this.#make(method));
    } catch (thrown) {
      return this.#skip(method, thrown);
    }
    const isFirst = this.#current === undefined;
    this.#way?.leave?.();
    this.#current = method;
    for (const { panel } of this.#made.values()) panel.element.hidden = panel !== way.panel;
    this.view.openWays(false);
    this.#list();
    if (this.#methods.length > 1) remember(this.confirmation.challenge.attempt, { method: method.method });
    this.host.shown(method.method);
    // the heading says what is new; a phone's keyboard comes when the field is touched
    (isFirst ? this.view.part("title") : way.panel.heading).focus({ preventScroll: isFirst });
    way.enter?.(asked);
  }

  async #make(method: Method): Promise<Way> {
    const make = await load(method);
    const way = make(this.#stage(method, () => way));
    this.#made.set(method, way);
    way.panel.element.hidden = true;
    this.view.part("panels").append(way.panel.element);
    return way;
  }

  /** A way whose file did not come: the next one, and told where there is none. */
  #skip(method: Method, thrown: unknown): void {
    const next = this.#methods[this.#methods.indexOf(method) + 1];
    if (next !== undefined) void this.#show(next);
    else if (this.#way === undefined) this.host.end(thrown);
    else this.#trouble(this.#way, thrown);
  }

  #list(): void {
    const words = this.host.words();
    const others = this.#methods.filter((one) => one !== this.#current);
    const choices = others.map((one) => ({ method: one.method, name: nameOf(one, words), brief: briefOf(one, words) }));
    this.view.ways(words.say("others"), choices, (name) => {
      const chosen = others.find(({ method }) => method === name);
      if (chosen !== undefined) void this.#show(chosen);
    });
  }

  #trouble(way: Way, thrown: unknown): void {
    const code = codeOf(thrown);
    if (code === "cancelled") return;
    if (ENDING.has(code)) return this.host.end(thrown);
    way.panel.problem((words) => words.problem(thrown, way.values));
  }

  #stage(method: Method, way: () => Way): Stage {
    const { confirmation, host } = this;
    const kept = (): ReturnType<typeof remembered> => this.#kept;
    return {
      confirmation,
      method,
      signal: host.signal,
      get words() {
        return host.words();
      },
      get kept() {
        return kept();
      },
      remember: (news) => remember(confirmation.challenge.attempt, news),
      panel: () => new Panel(method.method, host.words()),
      run: (panel, control, work) => this.#run(way, panel, control, work),
      isBusy: () => this.#busy,
      finish: (field) => host.finish(field),
      trouble: (_, thrown) => this.#trouble(way(), thrown),
      pass: () => {
        const next = this.#methods[this.#methods.indexOf(method) + 1];
        if (next === undefined) return false;
        this.view.show("slower", true);
        void this.#show(next);
        return true;
      },
    };
  }

  async #run(way: () => Way, panel: Panel, control: HTMLElement, work: () => Promise<void>): Promise<unknown> {
    if (this.#busy) return undefined;
    this.#busy = true;
    panel.problem(undefined);
    // marked without taking the focus from it, as `disabled` would
    control.setAttribute("aria-disabled", "true");
    try {
      await work();
      return undefined;
    } catch (thrown) {
      panel.status(undefined);
      this.#trouble(way(), thrown);
      return thrown;
    } finally {
      this.#busy = false;
      control.setAttribute("aria-disabled", "false");
      panel.progress(undefined);
    }
  }
}
