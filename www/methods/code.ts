// Ways in which a person types a code: from an app, from a list of recovery codes, or one that is sent.

import { make } from "../elements";
import { codeOf, LoginGuardError } from "../error";
import type { Text } from "../locales/en";
import type { SentBefore } from "../remembered";
import type { Values } from "../words";
import { button, type Panel } from "./panel";
import type { MakeWay, Stage, Way } from "./stage";

interface Kind {
  readonly name: Text;
  readonly label: Text;
  readonly hint: Text;
  /** Undefined for codes that are sent, which say where to. */
  readonly about?: Text;
  /** How many digits the code has; recovery codes have letters too. */
  readonly digits?: number;
}

const KINDS = {
  totp: { name: "totpName", label: "totpLabel", hint: "totpHint", about: "totpAbout", digits: 6 },
  "sms-code": { name: "smsName", label: "smsLabel", hint: "smsHint", digits: 6 },
  "mail-code": { name: "mailName", label: "mailLabel", hint: "mailHint", digits: 8 },
  "recovery-code": { name: "recoveryName", label: "recoveryLabel", hint: "recoveryHint", about: "recoveryAbout" },
} as const satisfies Readonly<Record<string, Kind>>;

export const totp: MakeWay = (stage) => new CodeWay(stage, KINDS.totp);
export const recoveryCode: MakeWay = (stage) => new CodeWay(stage, KINDS["recovery-code"]);
export const smsCode: MakeWay = (stage) => new SentCodeWay(stage, KINDS["sms-code"]);
export const mailCode: MakeWay = (stage) => new SentCodeWay(stage, KINDS["mail-code"]);

class CodeWay implements Way {
  readonly panel: Panel;
  readonly input: HTMLInputElement;
  protected readonly submit = button("submit", "primary");
  protected readonly label: HTMLLabelElement;
  protected readonly row: HTMLDivElement;
  protected readonly form: HTMLFormElement;

  constructor(protected readonly stage: Stage, protected readonly kind: Kind) {
    const panel = (this.panel = stage.panel());
    const id = `${stage.method.method}-code`;
    this.label = make("label", { for: id, part: "label" });
    this.row = make("div", { class: "row" }, this.label);
    const digits = kind.digits !== undefined;
    this.input = make("input", {
      id, part: "input", name: "code", type: "text", dir: "ltr", enterkeyhint: "done", spellcheck: "false", required: "", "aria-describedby": panel.describedBy,
      ...(digits ? { inputmode: "numeric", autocomplete: "one-time-code", autocapitalize: "off" } : { autocomplete: "off", autocapitalize: "characters", class: "long" }),
    });
    this.submit.type = "submit";
    this.form = make("form", { part: "form", novalidate: "" }, this.row, this.input, panel.note, this.submit);
    this.form.dataset["ready"] = "";
    panel.element.append(this.form);
    panel.say(panel.heading, kind.name);
    panel.say(this.label, kind.label);
    panel.say(this.submit, "submit");
    panel.hint(kind.hint, { count: stage.method.left ?? "" });
    if (kind.about !== undefined) panel.say(panel.about, kind.about);
    this.input.addEventListener("input", () => this.typed());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#press();
    });
  }

  get focus(): HTMLElement {
    return this.input;
  }

  enter(): void {
    this.stage.confirmation.readAhead();
  }

  /** A code that is complete is checked without a press. */
  protected typed(): void {
    this.#flag(false);
    this.panel.problem(undefined);
    const { digits } = this.kind;
    const code = canonical(this.input.value);
    if (digits !== undefined && isComplete(code, digits)) void this.check(code);
  }

  protected async check(code: string): Promise<void> {
    const { stage, panel } = this;
    const { method } = stage.method;
    const thrown = await stage.run(panel, this.submit, async () => {
      panel.status("checking");
      stage.finish(await stage.confirmation.confirm(`${method}/check`, code, { code }, stage.signal));
    });
    if (thrown !== undefined) this.refused(thrown);
  }

  protected refused(thrown: unknown): void {
    this.#flag(codeOf(thrown).startsWith("code-"));
    this.input.focus();
    this.input.select();
  }

  #flag(invalid: boolean): void {
    if (invalid) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }

  #press(): void {
    const { digits } = this.kind;
    const code = canonical(this.input.value);
    if (code !== "" && (digits === undefined || isComplete(code, digits))) return void this.check(code);
    this.stage.trouble(this.panel, new LoginGuardError(digits === undefined ? "code-missing" : "code-incomplete"));
    this.refused(new LoginGuardError("code-incomplete"));
  }

  /** What sentences about problems name. */
  get values(): Values {
    return { digits: this.kind.digits ?? "" };
  }
}

/** A code that is sent on a press. Where one was sent already, a reload shows that instead of sending another. */
class SentCodeWay extends CodeWay {
  readonly #send = button("send", "primary", () => void this.#ask(this.#send));
  readonly #resend = button("resend", "quiet", () => void this.#ask(this.#resend));
  readonly #timer = make("span", { class: "timer", part: "timer", role: "timer" });
  #sent: SentBefore | undefined;
  #ticks: ReturnType<typeof setInterval> | undefined;

  constructor(stage: Stage, kind: Kind) {
    super(stage, kind);
    this.panel.say(this.#send, "send");
    this.panel.say(this.#resend, "resend");
    this.row.append(this.#timer);
    this.submit.before(this.#send);
    this.form.append(this.#resend);
    const before = stage.kept.sent?.[stage.method.method];
    if (before !== undefined && before.expiresAt > Date.now()) this.#expect(before);
    else this.#offer();
  }

  override get focus(): HTMLElement {
    return this.#sent === undefined ? this.#send : this.input;
  }

  override enter(asked = false): void {
    if (asked && this.#sent === undefined) void this.#ask(this.#send);
    this.#ticks ??= setInterval(() => this.#tick(), 1_000);
    this.#tick();
  }

  leave(): void {
    clearInterval(this.#ticks);
    this.#ticks = undefined;
  }

  override get values(): Values {
    return { ...super.values, time: this.#sent === undefined ? "" : this.stage.words.time(this.#sent.sentAt) };
  }

  get #destination(): string {
    return this.stage.method.destination ?? "";
  }

  /** Nothing was sent: what a press will do. */
  #offer(): void {
    delete this.form.dataset["ready"];
    this.#send.hidden = false;
    this.submit.hidden = true;
    // its place is kept, so that nothing moves when it comes
    this.#resend.classList.add("reserved");
    this.panel.say(this.panel.about, "willSend", { destination: this.#destination });
  }

  #expect(sent: SentBefore): void {
    this.#sent = sent;
    this.form.dataset["ready"] = "";
    this.#send.hidden = true;
    this.submit.hidden = false;
    this.#resend.classList.remove("reserved");
    this.panel.say(this.panel.about, "sent", (words) => ({ destination: sent.destination, time: words.time(sent.sentAt) }));
    this.#tick();
  }

  async #ask(control: HTMLButtonElement): Promise<void> {
    const { stage, panel } = this;
    const { method } = stage.method;
    const typed = this.input.value;
    const again = this.#sent !== undefined;
    const thrown = await stage.run(panel, control, async () => {
      if (!again) panel.say(panel.about, "sending", { destination: this.#destination });
      panel.status("preparing");
      const sent = await stage.confirmation.send(method, stage.signal, ({ share, place }) => {
        panel.progress(share);
        // without workers, or without WebCrypto: said, because the page may stutter or take longer
        if (place !== "worker") panel.status(place === "page" ? "preparingHere" : "preparingSlowly");
      });
      const now = Date.now();
      const at = Date.parse(sent.sent_at);
      this.#expect({
        destination: sent.destination,
        // the hour that the message itself says, whatever the clock here
        sentAt: Number.isNaN(at) ? now : at,
        expiresAt: now + sent.expires_in_s * 1_000,
        resendAt: now + sent.resend_after_s * 1_000,
      });
      if (this.#sent !== undefined) stage.remember({ sent: { ...stage.kept.sent, [method]: this.#sent } });
      panel.status(undefined);
      if (again) panel.status("sentAgain", (words) => ({ time: words.time(this.#sent?.sentAt ?? now) }));
    });
    if (thrown !== undefined) {
      if (!again) this.#offer();
      return;
    }
    if (this.panel.element.hidden) return;
    this.input.focus();
    // typed while it was sent
    if (this.input.value !== typed) this.typed();
    else this.input.select();
  }

  protected override refused(thrown: unknown): void {
    super.refused(thrown);
    const code = codeOf(thrown);
    if ((code === "code-expired" || code === "code-unsent") && this.#sent !== undefined) this.#sent = { ...this.#sent, resendAt: 0, ...(code === "code-expired" ? { expiresAt: 0 } : {}) };
    if (code === "code-unsent" && this.#sent === undefined) this.#offer();
    this.#tick();
  }

  /** Counts down the code's life, and the wait until another may be sent. */
  #tick(): void {
    const { panel } = this;
    const sent = this.#sent;
    if (sent === undefined) return;
    const now = Date.now();
    const left = Math.ceil((sent.expiresAt - now) / 1_000);
    const wait = Math.ceil((sent.resendAt - now) / 1_000);
    if (left === 0) panel.status(undefined);
    if (left > 0) panel.say(this.#timer, "validFor", { time: clock(left) });
    else panel.say(this.#timer, "expired");
    // once, and told: the figures themselves are not read aloud
    if (left === LAST_MINUTE_S && !this.stage.isBusy()) panel.status("minuteLeft");
    this.#resend.disabled = wait > 0;
    if (wait > 0) panel.say(this.#resend, "resendIn", { seconds: wait });
    else panel.say(this.#resend, "resend");
  }
}

const LAST_MINUTE_S = 60;

/** Minutes and seconds. */
export const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** What was meant by what was typed or pasted; other writing systems' digits, separators and small letters are people's habits. */
function canonical(text: string): string {
  return text.normalize("NFKC").replace(/[\s\x85\p{Pd}\p{Cf}._]/gu, "").replace(/\p{Nd}/gu, digit).toUpperCase();
}

/** The value of a decimal digit of any script: they stand in runs of ten (Unicode, property Nd). */
function digit(character: string): string {
  if (character >= "0" && character <= "9") return character;
  let zero = character.codePointAt(0) ?? 0;
  const start = zero;
  while (start - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(start - zero);
}

const isComplete = (code: string, digits: number): boolean => code.length === digits && /^[0-9]+$/.test(code);
