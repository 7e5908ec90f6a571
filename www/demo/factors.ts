// The ways to confirm of the account page: lists them, sets up an app, issues recovery codes, removes and cancels. The back end passes
// each request on with what its session knows. Passkeys have a section and a script of their own.

/** What this page uses of login-guard. The script is in the page's head, with its digest; this is the same module. */
interface Owner {
  prove(options: { loginName: string }): Promise<string>;
  usePasskey(options: unknown): Promise<string>;
}

interface Factor {
  readonly factor: string;
  readonly kind: string;
  readonly state: string;
  readonly active_from: string;
  readonly leaves_at: string | null;
  readonly replaced_by: string | null;
  readonly left?: number;
  readonly destination?: string;
  readonly refused?: boolean;
}

interface Answer {
  readonly code?: string;
  readonly attempt?: string;
  readonly options?: unknown;
  readonly secret?: string;
  readonly uri?: string;
  readonly codes?: readonly string[];
  readonly active_from?: string;
  readonly leaves_at?: string;
  readonly changes?: string;
  readonly factors?: readonly Factor[];
}

const section = element("#factors", HTMLElement);
const list = element("#factors > ul", HTMLUListElement);
const choices = element("#factors > .choices", HTMLDivElement);
const form = element("#totp-form", HTMLFormElement);
const picture = element("#totp-form .qr", HTMLDivElement);
const secret = element("#totp-secret", HTMLElement);
const input = element("#totp-form input", HTMLInputElement);
const codes = element("#codes", HTMLDivElement);
const notice = element("#factors > [role=status]", HTMLParagraphElement);
const loginName = section.dataset["name"] ?? "";
const isChinese = document.documentElement.lang.startsWith("zh");
let attempt: string | undefined;

const SENTENCES: Readonly<Record<string, readonly [english: string, chinese: string]>> = {
  contact: ["Codes by mail to {name}", "发送到 {name} 的邮件验证码"],
  "recovery-codes": ["Recovery codes, {name} left", "恢复码，剩余 {name} 个"],
  totp: ["Authenticator app", "身份验证器应用"],
  active: ["counts", "已生效"],
  waiting: ["waits, and counts from {name} on", "等待中，{name} 起生效"],
  leaving: ["goes on {name}", "将于 {name} 移除"],
  refused: ["cancelled by you; change the address back in your profile", "已被您取消；请在个人资料中改回原地址"],
  remove: ["Remove", "移除"],
  cancel: ["Cancel the change", "取消更改"],
  keep: ["Keep it", "保留"],
  added: ["It counts from now on.", "即刻生效。"],
  waits: ["It counts from {name} on. You were told by mail.", "{name} 起生效，已邮件通知您。"],
  removed: ["Removed.", "已移除。"],
  goes: ["It goes on {name}. You were told by mail.", "将于 {name} 移除，已邮件通知您。"],
  cancelledChange: ["Cancelled: everything stays as it was.", "已取消，一切照旧。"],
  copied: ["Copied.", "已复制。"],
  none: ["There is nothing here yet.", "暂无内容。"],
  cancelled: ["Nothing was changed.", "未作任何更改。"],
  "attempt-expired": ["This took too long. Please begin anew.", "操作超时，请重新开始。"],
  "changes-exhausted": ["You changed a lot within this hour. Please go on in the next one.", "您在这一小时内更改次数过多，请稍后继续。"],
  "code-wrong": ["This is not the code that the app shows now. Please try the next one.", "验证码与应用当前显示的不符，请输入下一个。"],
  "body-invalid": ["A code has six digits.", "验证码为六位数字。"],
  "device-on-probation": ["This device is on probation. Change this on a device that is trusted.", "此设备处于观察期，请在受信任的设备上更改。"],
  "device-unknown": ["This browser is not known. Please log out and in again.", "无法识别此浏览器，请重新登录。"],
};
const OTHERWISE = ["This is not possible right now. Please try again in a moment.", "暂时无法操作，请稍后再试。"] as const;

const say = (word: string, name = ""): string => (SENTENCES[word] ?? OTHERWISE)[isChinese ? 1 : 0].replace("{name}", name);
const dateOf = (text: string): string => new Date(text).toLocaleString(document.documentElement.lang);

// names that only exist at run time, so that the bundler leaves the scripts where they are served
const OWNER_URL: string = "/login-guard/owner.js";
const QR_URL: string = "/demo/qr.js";
const ownerScript: Promise<{ owner: Owner }> = import(OWNER_URL);
// told where it is awaited; here it only must not count as unhandled
ownerScript.catch(() => undefined);

function element<T extends Element>(selector: string, kind: new () => T): T {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`);
  return found;
}

/** What went wrong, by its code. */
class Refusal extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

const codeOf = (thrown: unknown): string => {
  const code: unknown = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" ? code : "unavailable";
};

/** Posts to the back end. */
async function post(path: string, body: object): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`/account${path}`, { method: "POST", headers, body: JSON.stringify(body), redirect: "error" });
  const answer = (await response.json()) as Answer;
  if (!response.ok) throw new Refusal(answer.code ?? "unavailable");
  return answer;
}

/** Posts with a proof made now: each is good once. */
async function ask(path: string, body: object = {}): Promise<Answer> {
  const { owner } = await ownerScript;
  return post(path, { ...body, proof: await owner.prove({ loginName }) });
}

/** The same for what may need a passkey's word for exactly this action. */
async function askGuarded(path: string, body: object, action: object): Promise<Answer> {
  try {
    return await ask(path, body);
  } catch (thrown) {
    if (codeOf(thrown) !== "step-up-required") throw thrown;
  }
  const begun = await ask("/step-ups/begin", { action });
  const { owner } = await ownerScript;
  const credential = await owner.usePasskey(begun.options);
  return ask(path, { ...body, step_up: { attempt: begun.attempt, credential } });
}

async function show(): Promise<void> {
  const { factors = [] } = await ask("/factors/list");
  const shown = factors.filter(({ kind }) => kind !== "passkey");
  list.replaceChildren(...shown.map(rowOf));
  if (shown.length === 0) list.append(Object.assign(document.createElement("li"), { className: "empty", textContent: say("none") }));
  choices.hidden = false;
}

function rowOf(factor: Factor): HTMLLIElement {
  const row = document.createElement("li");
  row.dataset["factor"] = factor.factor;
  row.dataset["kind"] = factor.kind;
  row.dataset["state"] = factor.state;
  const name = document.createElement("strong");
  name.textContent = say(factor.kind, factor.destination ?? String(factor.left ?? ""));
  const state = document.createElement("span");
  state.className = "hint";
  const time = factor.state === "waiting" ? factor.active_from : (factor.leaves_at ?? "");
  state.textContent = factor.refused === true ? say("refused") : say(factor.state, time === "" ? "" : dateOf(time));
  row.append(name, " ", state);
  if (factor.state === "waiting" && factor.refused !== true) row.append(" ", buttonOf("cancel", factor, cancel));
  else if (factor.state === "leaving" && factor.replaced_by === null) row.append(" ", buttonOf("keep", factor, cancel));
  else if (factor.state === "active" && factor.kind !== "contact") row.append(" ", buttonOf("remove", factor, remove));
  return row;
}

function buttonOf(word: string, factor: Factor, act: (factor: Factor) => Promise<void>): HTMLButtonElement {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: say(word) });
  button.setAttribute("aria-label", `${say(word)}: ${say(factor.kind, factor.destination ?? String(factor.left ?? ""))}`);
  button.addEventListener("click", () => run(() => act(factor)));
  return button;
}

/** Tells what was done, and from when on it counts. */
function tell(word: string, time: string | undefined, [now, later]: readonly [string, string]): void {
  const isLater = time !== undefined && Date.parse(time) > Date.now() + 2_000;
  notice.textContent = isLater ? say(later, dateOf(time)) : say(now);
  section.dataset["done"] = word;
}

async function cancel({ factor }: Factor): Promise<void> {
  await ask("/factors/cancel", { factor });
  await show();
  tell("cancelled", undefined, ["cancelledChange", "cancelledChange"]);
}

async function remove({ factor }: Factor): Promise<void> {
  const { leaves_at: time } = await askGuarded("/factors/remove", { factor }, { act: "remove-factor", factor });
  await show();
  tell("removed", time, ["removed", "goes"]);
}

async function beginApp(): Promise<void> {
  const begun = await askGuarded("/factors/totp/begin", {}, { act: "add-totp" });
  attempt = begun.attempt;
  const { draw } = (await import(QR_URL)) as { draw(text: string): SVGSVGElement };
  picture.replaceChildren(draw(begun.uri ?? ""));
  secret.textContent = (begun.secret ?? "").replace(/(.{4})(?=.)/g, "$1 ");
  form.reset();
  form.hidden = false;
  input.focus();
  section.dataset["done"] = "begun";
}

async function finishApp(): Promise<void> {
  const { active_from: time } = await post("/factors/totp/finish", { attempt, code: input.value });
  forgetApp();
  await show();
  tell("added", time, ["added", "waits"]);
}

/** The secret stays on no page that a person has left. */
function forgetApp(): void {
  form.hidden = true;
  picture.replaceChildren();
  secret.textContent = "";
  input.value = "";
}

async function issue(): Promise<void> {
  const { codes: issued = [], active_from: time } = await askGuarded("/factors/recovery-codes/issue", {}, { act: "issue-recovery-codes" });
  const rows = issued.map((code) => {
    const row = document.createElement("li");
    row.append(Object.assign(document.createElement("code"), { textContent: code }));
    return row;
  });
  element("#codes ol", HTMLOListElement).replaceChildren(...rows);
  codes.hidden = false;
  codes.scrollIntoView({ block: "nearest" });
  await show();
  tell("issued", time, ["added", "waits"]);
}

const shownCodes = (): string => [...codes.querySelectorAll("code")].map(({ textContent }) => textContent).join("\n");

/** One thing at a time; whatever goes wrong is told. */
function run(act: () => Promise<void>): void {
  if (section.getAttribute("aria-busy") === "true") return;
  section.setAttribute("aria-busy", "true");
  notice.textContent = "";
  delete section.dataset["done"];
  act()
    .catch((thrown: unknown) => {
      notice.textContent = say(codeOf(thrown));
      section.dataset["done"] = codeOf(thrown);
    })
    .finally(() => section.removeAttribute("aria-busy"));
}

const pressed = (selector: string, act: () => Promise<void>): void =>
  element(selector, HTMLButtonElement).addEventListener("click", () => run(act));

pressed("#totp-begin", beginApp);
pressed("#codes-issue", issue);
pressed("#codes-copy", async () => {
  await navigator.clipboard.writeText(shownCodes());
  notice.textContent = say("copied");
});
pressed("#codes-print", async () => window.print());
pressed("#codes-done", async () => {
  codes.hidden = true;
  element("#codes ol", HTMLOListElement).replaceChildren();
});
pressed("#factors-show", async () => {
  await show();
  element("#factors-show", HTMLButtonElement).remove();
  section.dataset["done"] = "shown";
});
// a press before this would have been lost
element("#factors-show", HTMLButtonElement).disabled = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run(finishApp);
});
// neither codes nor a secret come back with the page from the browser's cache
window.addEventListener("pagehide", () => {
  forgetApp();
  codes.hidden = true;
  element("#codes ol", HTMLOListElement).replaceChildren();
});

export {};
