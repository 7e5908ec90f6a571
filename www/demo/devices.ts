// The devices of the account page, and other browsers' requests to be let in: shown while the page is, answered with a signature over all
// that was shown. The back end passes each request on with what its session knows.

/** What this page uses of login-guard. The script is in the page's head, with its digest; this is the same module. */
interface Owner {
  prove(options: { loginName: string; act?: string }): Promise<string>;
  approvalDigest(answer: { request: string; answer: string; code?: string }): Promise<string>;
  hasPasskeys(): boolean;
  usePasskey(options: unknown): Promise<string>;
}

interface Approval {
  readonly approval: string;
  /** JSON text: what is shown, and exactly what is signed. */
  readonly request: string;
  readonly same_network: boolean;
  readonly may_approve: boolean;
  readonly passkey_lifts: boolean;
}

interface Asked {
  readonly browser: string;
  readonly address: string;
  readonly network: string;
  readonly place: string | null;
  readonly asked_at: string;
}

interface Device {
  readonly device: string;
  readonly this: boolean;
  readonly standing: string;
  readonly browser: string | null;
  readonly platform: string | null;
  readonly enrolled_at: string;
  readonly seen_at: string;
  readonly acknowledge: { readonly in_s: number } | null;
  readonly may_remove: boolean;
  readonly activity: readonly { readonly at: string; readonly network: string; readonly browser: string }[];
}

interface Answer {
  readonly code?: string;
  readonly open?: number;
  readonly approvals?: readonly Approval[];
  readonly devices?: readonly Device[];
  readonly outcome?: string;
  readonly tries_left?: number;
  readonly lifts?: boolean;
  readonly value?: string;
  readonly attempt?: string;
  readonly options?: unknown;
}

/** Milliseconds between two looks at whether anybody waits. */
const PAUSE_MS = 3_000;

const section = element("#devices", HTMLElement);
const waiting = element("#approvals", HTMLDivElement);
const list = element("#devices-list", HTMLUListElement);
const notice = element("#devices [role=status]", HTMLParagraphElement);
const showButton = element("#devices-show", HTMLButtonElement);
const loginName = section.dataset["name"] ?? "";
const isChinese = document.documentElement.lang.startsWith("zh");

const SENTENCES: Readonly<Record<string, readonly [english: string, chinese: string]>> = {
  acknowledge: ["It is mine", "是我的设备"],
  acknowledged: ["The device is trusted now.", "该设备现已受信任。"],
  "acknowledgement-early": ["A new device can be trusted after a day.", "新设备需满一天后才能受信任。"],
  activity: ["What it did", "活动记录"],
  approve: ["Let it in", "允许登录"],
  approved: ["The other browser is let in, with small amounts until it is trusted.", "另一浏览器已获准登录，在受信任之前仅限小额操作。"],
  "approved-lifted": ["The other browser is let in and trusted.", "另一浏览器已获准登录并受信任。"],
  asks: ["A browser asks to be let in", "有浏览器请求登录"],
  "changes-exhausted": ["You did a lot within this hour. Please go on in the next one.", "您在这一小时内操作次数过多，请稍后继续。"],
  code: ["Code on the other screen", "另一屏幕上的代码"],
  "code-wrong": ["This is not the code on the other screen.", "与另一屏幕上的代码不符。"],
  "device-unfit": ["This device cannot do this. Use one that is trusted.", "此设备无法执行该操作，请使用受信任的设备。"],
  "device-unknown": ["This browser is not known. Please log out and in again.", "无法识别此浏览器，请重新登录。"],
  ended: ["That request is over.", "该请求已结束。"],
  freeze: ["Refuse, and freeze my account", "拒绝并冻结账户"],
  frozen: ["Refused. Nothing of value leaves your account until our staff release it.", "已拒绝。在工作人员解除之前，账户资产不能转出。"],
  here: ["this browser", "当前浏览器"],
  near: ["It is in the network that you are in.", "与您处于同一网络。"],
  far: ["It is not in the network that you are in.", "与您不在同一网络。"],
  probation: ["on probation", "观察期"],
  refuse: ["Refuse", "拒绝"],
  refused: ["Refused. If it was not you, change your password now.", "已拒绝。如非本人操作，请立即修改密码。"],
  remove: ["Remove", "移除"],
  removed: ["The device is removed.", "设备已移除。"],
  seen: ["last seen", "最近使用"],
  trusted: ["trusted", "受信任"],
  unfit: ["Another device has to answer this. You can refuse it here.", "需由其他设备批准，您可在此拒绝。"],
  unknown: ["Unknown browser", "未知浏览器"],
  warning: ["Type the code only if you see it on a screen before you, on the page of this site that you opened yourself.", "仅当您在自己打开的本站页面上亲眼看到该代码时，才可输入。"],
};
const OTHERWISE = ["This is not possible right now. Please try again in a moment.", "暂时无法操作，请稍后再试。"] as const;

const say = (word: string): string => (SENTENCES[word] ?? OTHERWISE)[isChinese ? 1 : 0];
const dateOf = (text: string): string => new Date(text).toLocaleString(document.documentElement.lang);

// a name that only exists at run time, so that the bundler leaves the script where it is served
const OWNER_URL: string = "/login-guard/owner.js";
const ownerScript: Promise<{ owner: Owner }> = import(OWNER_URL);
// told where it is awaited; here it only must not count as unhandled
ownerScript.catch(() => undefined);

function element<T extends Element>(selector: string, kind: new () => T): T {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`);
  return found;
}

function made<K extends keyof HTMLElementTagNameMap>(name: K, text = "", className = ""): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), { textContent: text, className });
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
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), redirect: "error" });
  const answer = (await response.json()) as Answer;
  if (!response.ok) throw new Refusal(answer.code ?? "unavailable");
  return answer;
}

/** Posts with a proof made now: each is good once. */
async function ask(path: string, body: object = {}, act?: string): Promise<Answer> {
  const { owner } = await ownerScript;
  return post(path, { ...body, proof: await owner.prove({ loginName, ...(act === undefined ? {} : { act }) }) });
}

/** Answers a request: the signature is over the text that was shown, the answer and the code. */
async function answerTo(approval: Approval, answer: string, code?: string): Promise<void> {
  const { owner } = await ownerScript;
  const typed = code === undefined ? {} : { code };
  const act = await owner.approvalDigest({ request: approval.request, answer, ...typed });
  const stepUp = answer === "approve" && approval.passkey_lifts && owner.hasPasskeys() ? await steppedUp(act) : {};
  const said = await ask("/account/approvals/answer", { approval: approval.approval, answer, ...typed, ...stepUp }, act);
  const outcome = said.outcome === "approved" && said.lifts === true ? "approved-lifted" : said.value === "frozen" && said.outcome === "refused" ? "frozen" : (said.outcome ?? "unavailable");
  if (outcome !== "code-wrong") await look(true);
  tell(outcome);
}

/** A passkey's word for this answer; without one the other browser is let in on probation. */
async function steppedUp(act: string): Promise<object> {
  try {
    const { attempt, options } = await ask("/account/step-ups/begin", { action: { act: "approve", answer: act } });
    const { owner } = await ownerScript;
    return { step_up: { attempt, credential: await owner.usePasskey(options) } };
  } catch {
    return {};
  }
}

function cardOf(approval: Approval): HTMLElement {
  const asked = JSON.parse(approval.request) as Asked;
  const card = made("form", "", "approval");
  card.dataset["approval"] = approval.approval;
  const facts = made("p", `${asked.browser} · ${asked.place ?? asked.network} · ${asked.address} · ${dateOf(asked.asked_at)}`);
  facts.dataset["part"] = "facts";
  const near = made("p", say(approval.same_network ? "near" : "far"), "hint");
  card.append(made("h3", say("asks")), facts, near);
  const refuse = Object.assign(made("button", say("refuse"), "quiet"), { type: "button", name: "refuse" });
  refuse.addEventListener("click", () => run(() => answerTo(approval, "refuse")));
  const freeze = Object.assign(made("button", say("freeze"), "quiet"), { type: "button", name: "freeze" });
  freeze.addEventListener("click", () => run(() => answerTo(approval, "refuse-and-freeze")));
  if (approval.may_approve) {
    const input = Object.assign(made("input"), { name: "code", required: true, autocomplete: "off", spellcheck: false, placeholder: "XXXX-XXXX", maxLength: 16 });
    const label = made("label", say("code"));
    label.append(input);
    const approve = Object.assign(made("button", say("approve")), { type: "submit", name: "approve" });
    card.append(made("p", say("warning")), label, approve);
    card.addEventListener("submit", (event) => {
      event.preventDefault();
      run(() => answerTo(approval, "approve", input.value));
    });
  } else {
    card.append(made("p", say("unfit"), "hint"));
  }
  card.append(" ", refuse, " ", freeze);
  return card;
}

let known = 0;

/** Asks whether anybody waits, and for what, once the number has changed: looking costs no proof, listing does. */
async function look(again = false): Promise<void> {
  const { open = 0 } = await post("/account/approvals/pending", {});
  if (open === known && !again) return;
  known = open;
  const { approvals = [] } = open === 0 ? {} : await ask("/account/approvals/list");
  const shown = new Set(approvals.map(({ approval }) => approval));
  // what the person is typing into stays
  for (const card of waiting.querySelectorAll<HTMLElement>("[data-approval]")) if (!shown.has(card.dataset["approval"] ?? "")) card.remove();
  for (const approval of approvals) if (waiting.querySelector(`[data-approval="${approval.approval}"]`) === null) waiting.append(cardOf(approval));
}

async function watch(): Promise<void> {
  for (;;) {
    if (!document.hidden && section.getAttribute("aria-busy") !== "true") await look().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function show(): Promise<void> {
  const { devices = [] } = await ask("/account/devices/list");
  list.replaceChildren(...devices.map(rowOf));
  showButton.remove();
}

function rowOf(device: Device): HTMLLIElement {
  const row = made("li");
  row.dataset["device"] = device.device;
  row.dataset["standing"] = device.standing;
  const words = [device.browser, device.platform].filter((word) => word !== null);
  const name = made("strong", words.length === 0 ? say("unknown") : words.join(", "));
  const state = `${say(device.standing)}${device.this ? ` · ${say("here")}` : ""} · ${say("seen")} ${dateOf(device.seen_at)}`;
  row.append(name, " ", made("span", state, "hint"), " ");
  if (device.acknowledge !== null) {
    row.append(activityOf(device));
    const button = Object.assign(made("button", say("acknowledge")), { type: "button", name: "acknowledge", disabled: device.acknowledge.in_s > 0 });
    button.addEventListener("click", () => run(() => change("/account/devices/acknowledge", device, "acknowledged")));
    row.append(button, " ");
    if (device.acknowledge.in_s > 0) row.append(made("span", say("acknowledgement-early"), "hint"), " ");
  }
  if (device.may_remove) {
    const button = Object.assign(made("button", say("remove"), "quiet"), { type: "button", name: "remove" });
    button.setAttribute("aria-label", `${say("remove")}: ${name.textContent}`);
    button.addEventListener("click", () => run(() => change("/account/devices/remove", device, "removed")));
    row.append(button);
  }
  return row;
}

function activityOf({ activity }: Device): HTMLDetailsElement {
  const details = made("details");
  details.append(made("summary", say("activity")));
  for (const { at, network, browser } of activity) details.append(made("p", `${dateOf(at)} · ${browser} · ${network}`, "hint"));
  return details;
}

async function change(path: string, { device, this: here }: Device, outcome: string): Promise<void> {
  await ask(path, { device });
  // a device that removed itself proves nothing any more
  if (!(here && outcome === "removed")) await show();
  tell(outcome);
}

function tell(outcome: string): void {
  notice.textContent = say(outcome);
  section.dataset["done"] = outcome;
}

/** One thing at a time; whatever goes wrong is told. */
function run(act: () => Promise<void>): void {
  if (section.getAttribute("aria-busy") === "true") return;
  section.setAttribute("aria-busy", "true");
  notice.textContent = "";
  delete section.dataset["done"];
  act()
    .catch((thrown: unknown) => tell(codeOf(thrown)))
    .finally(() => section.removeAttribute("aria-busy"));
}

showButton.addEventListener("click", () => run(show));
void watch();

export {};
