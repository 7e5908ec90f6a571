// What a way to confirm gets from the component, and what it gives.

import type { Confirmation, Method } from "../confirmation";
import type { remember, remembered } from "../remembered";
import type { Values, Words } from "../words";
import type { Panel } from "./panel";

export interface Stage {
  readonly confirmation: Confirmation;
  /** The way, as the challenge lists it. */
  readonly method: Method;
  /** Ends everything. */
  readonly signal: AbortSignal;
  /** In the language of now: it may change. */
  readonly words: Words;
  readonly kept: ReturnType<typeof remembered>;
  remember(news: Parameters<typeof remember>[1]): void;
  /** A fresh panel. */
  panel(): Panel;
  /**
   * One step with the verifier: at most one at a time on the card; the control is marked busy, problems are told in the
   * panel. Answers what was thrown, after it was told; undefined when all went well, or another step is under way.
   */
  run(panel: Panel, control: HTMLElement, work: () => Promise<void>): Promise<unknown>;
  /** Whether a step is under way. */
  isBusy(): boolean;
  /** Confirmed: the value of `login-guard-verdict`. */
  finish(field: string): void;
  /** Tells what was thrown: in the panel, or as the end where only a new log-in helps. */
  trouble(panel: Panel, thrown: unknown): void;
  /** "I cannot use it here": the next way; false when there is none. */
  pass(): boolean;
}

/** A way on the card. Its element stays while others are shown, with everything that was typed. */
export interface Way {
  readonly panel: Panel;
  /** It is on the screen (again). `asked`: by the press of the log-in button, a moment ago. */
  enter?(asked: boolean): void;
  /** Another way is on the screen now. */
  leave?(): void;
  /** Where the focus goes; the heading where left out. */
  readonly focus?: HTMLElement;
  /** What sentences about problems name. */
  readonly values?: Values;
}

/** One way: a line of the table in table.ts. */
export type MakeWay = (stage: Stage) => Way;
