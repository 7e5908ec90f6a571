// Approval on a device that is known: the code stands here and is typed there. Told by an event stream; asked now and then
// anyway, because proxies hold streams back and tabs sleep.

import { make } from "../elements";
import { codeOf, LoginGuardError } from "../error";
import { clock } from "./code";
import { button } from "./panel";
import type { MakeWay, Stage } from "./stage";

/** Milliseconds between questions: where a stream tells, and where none does. */
const PAUSE_MS = { told: 15_000, alone: 3_000 };
const EMPTY = "––––-––––";
/** After these the next question may go better. */
const PASSING = new Set(["approval-pending", "internal", "overloaded", "store-unavailable", "unreachable"]);

interface Requested {
  readonly code: string;
  readonly expires_in_s: number;
}

export const way: MakeWay = (stage) => {
  const panel = stage.panel();
  const press = button("approval", "primary", () => void (open() ? now() : request()));
  const caption = make("span", { part: "label" });
  const timer = make("p", { class: "timer under", part: "timer", role: "timer" });
  const code = make("p", { class: "big", part: "approval-code", dir: "ltr", role: "status" }, EMPTY);
  panel.element.append(make("p", { class: "row" }, caption), code, timer, press, panel.note);
  panel.say(panel.heading, "approvalName");
  panel.say(panel.about, "approvalAbout");
  panel.say(caption, "approvalCode");
  panel.say(press, "approvalPress");
  let expiresAt = 0;
  let ticks: ReturnType<typeof setInterval> | undefined;
  let wake = (): void => undefined;

  const open = (): boolean => expiresAt > Date.now();

  async function request(): Promise<void> {
    await stage.run(panel, press, async () => {
      panel.status("checking");
      const requested = await stage.confirmation.step<Requested>("approval/request", "", {}, stage.signal);
      const shown = { code: requested.code, expiresAt: Date.now() + requested.expires_in_s * 1_000 };
      stage.remember({ shown });
      show(shown);
    });
  }

  function show(shown: { readonly code: string; readonly expiresAt: number }): void {
    expiresAt = shown.expiresAt;
    code.textContent = shown.code;
    code.classList.add("shown");
    panel.say(press, "approvalNow");
    panel.status("approvalWaiting");
    tick();
    ticks ??= setInterval(tick, 1_000);
    void wait();
  }

  /** Nothing is open (any more): the button asks again. */
  function close(): void {
    expiresAt = 0;
    clearInterval(ticks);
    ticks = undefined;
    code.textContent = EMPTY;
    code.classList.remove("shown");
    timer.textContent = "";
    panel.say(press, "approvalPress");
    panel.status(undefined);
    stage.remember({ shown: { code: "", expiresAt: 0 } });
  }

  function tick(): void {
    const left = Math.ceil((expiresAt - Date.now()) / 1_000);
    if (left > 0) return panel.say(timer, "validFor", { time: clock(left) });
    close();
    stage.trouble(panel, new LoginGuardError("approval-expired"));
  }

  /** Asks, and keeps asking while the request is open. */
  async function wait(): Promise<void> {
    const ended = new AbortController();
    const stop = (): void => ended.abort();
    stage.signal.addEventListener("abort", stop);
    let pause = PAUSE_MS.told;
    const look = (): void => wake();
    const lost = (): void => {
      pause = PAUSE_MS.alone;
      wake();
    };
    stage.confirmation.approvalEvents(look, lost, ended.signal);
    document.addEventListener("visibilitychange", look);
    try {
      while (open() && !ended.signal.aborted) {
        await new Promise<void>((resolve) => {
          const timeout = setTimeout(resolve, pause);
          wake = () => {
            clearTimeout(timeout);
            resolve();
          };
        });
        if (!open() || ended.signal.aborted) return;
        const answer = await asked(stage);
        if (answer !== undefined) {
          close();
          stage.trouble(panel, answer);
        }
      }
    } finally {
      wake = () => undefined;
      stop();
      stage.signal.removeEventListener("abort", stop);
      document.removeEventListener("visibilitychange", look);
    }
  }

  /** A press while it is open: asked at once, and told that there is no answer yet. */
  async function now(): Promise<void> {
    await stage.run(panel, press, async () => {
      stage.finish(await stage.confirmation.confirm("approval/check", "", {}, stage.signal));
    });
    if (open()) panel.status("approvalWaiting");
  }

  const { shown } = stage.kept;
  if (shown !== undefined && shown.expiresAt > Date.now()) show(shown);
  return {
    panel,
    enter: () => stage.confirmation.readAhead(),
    focus: press,
  };
};

/** Undefined while there is no answer; what was thrown when the request has ended. */
async function asked(stage: Stage): Promise<unknown> {
  try {
    stage.finish(await stage.confirmation.confirm("approval/check", "", {}, stage.signal));
    return undefined;
  } catch (thrown) {
    const code = codeOf(thrown);
    return PASSING.has(code) || code === "cancelled" ? undefined : thrown;
  }
}
