// The passkeys of the account page: shows them, adds one, removes one. The back end passes each request on with what its session knows.

/** What this page uses of login-guard. The script is in the page's head, with its digest; this is the same module. */
interface Owner {
  prove(options: { loginName: string }): Promise<string>;
  hasPasskeys(): boolean;
  makePasskey(options: unknown): Promise<string>;
  usePasskey(options: unknown): Promise<string>;
  forgetPasskey(passkey: { rpId: string; credential: string }): Promise<void>;
}

interface Factor {
  readonly factor: string;
  readonly kind: string;
  readonly label: string;
  readonly state: string;
  readonly active_from: string;
  readonly credential?: string;
  readonly rp_id?: string;
  readonly copied?: boolean;
}

interface Answer {
  readonly code?: string;
  readonly attempt?: string;
  readonly options?: unknown;
  readonly active_from?: string;
  readonly factors?: readonly Factor[];
}

const section = element("#passkeys", HTMLElement);
const list = element("#passkeys ul", HTMLUListElement);
const form = element("#passkeys form", HTMLFormElement);
const label = element("#passkeys input", HTMLInputElement);
const notice = element("#passkeys [role=status]", HTMLParagraphElement);
const loginName = section.dataset["name"] ?? "";
const isChinese = document.documentElement.lang.startsWith("zh");

const SENTENCES: Readonly<Record<string, readonly [english: string, chinese: string]>> = {
  added: ["The passkey is added and counts from now on.", "通行密钥已添加，即时生效。"],
  cancelled: ["Nothing was changed.", "未作任何更改。"],
  "changes-exhausted": ["You changed a lot within this hour. Please go on in the next one.", "您在这一小时内更改次数过多，请稍后继续。"],
  copied: ["A copy of this passkey may be in use. Remove it and add another.", "此通行密钥可能被复制使用，请移除并添加新的。"],
  "device-on-probation": ["This device is on probation. Change this on a device that is trusted.", "此设备处于观察期，请在受信任的设备上更改。"],
  "device-unknown": ["This browser is not known. Please log out and in again.", "无法识别此浏览器，请重新登录。"],
  none: ["There is no passkey yet.", "尚未添加通行密钥。"],
  "passkey-exists": ["This passkey is in your account already.", "此通行密钥已在您的账户中。"],
  "passkey-refused": ["The passkey was not accepted.", "通行密钥未被接受。"],
  "passkey-unsupported": ["Passkeys do not work in this browser.", "此浏览器不支持通行密钥。"],
  remove: ["Remove", "移除"],
  removed: ["The passkey is removed.", "通行密钥已移除。"],
  waits: ["The passkey is added and counts from then on: ", "通行密钥已添加，生效时间："],
  waiting: ["counts from", "生效时间"],
  leaving: ["goes", "即将移除"],
};
const OTHERWISE = ["This is not possible right now. Please try again in a moment.", "暂时无法操作，请稍后再试。"] as const;

const say = (word: string): string => (SENTENCES[word] ?? OTHERWISE)[isChinese ? 1 : 0];

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
  const { attempt, options } = await ask("/account/step-ups/begin", { action });
  const { owner } = await ownerScript;
  const credential = await owner.usePasskey(options);
  return ask(path, { ...body, step_up: { attempt, credential } });
}

async function add(): Promise<void> {
  const { owner } = await ownerScript;
  const name = label.value.trim();
  const { attempt, options } = await askGuarded("/account/factors/passkeys/begin", { label: name }, { act: "add-passkey", label: name });
  const credential = await owner.makePasskey(options);
  const { active_from } = await post("/account/factors/passkeys/finish", { attempt, credential });
  form.reset();
  await show();
  const waits = active_from !== undefined && Date.parse(active_from) > Date.now() + 60_000;
  notice.textContent = waits ? say("waits") + dateOf(active_from) : say("added");
  section.dataset["done"] = "added";
}

async function remove({ factor, credential, rp_id: rpId }: Factor): Promise<void> {
  const { owner } = await ownerScript;
  await askGuarded("/account/factors/remove", { factor }, { act: "remove-factor", factor });
  await show();
  const isGone = list.querySelector(`[data-factor="${factor}"]`) === null;
  if (isGone && credential !== undefined && rpId !== undefined) await owner.forgetPasskey({ rpId, credential });
  notice.textContent = say("removed");
  section.dataset["done"] = "removed";
}

/** Asks for the list and shows it. */
async function show(): Promise<void> {
  const { factors = [] } = await ask("/account/factors/list");
  const passkeys = factors.filter(({ kind }) => kind === "passkey");
  list.replaceChildren(...passkeys.map(rowOf));
  if (passkeys.length === 0) list.append(Object.assign(document.createElement("li"), { className: "empty", textContent: say("none") }));
}

function rowOf(passkey: Factor): HTMLLIElement {
  const row = document.createElement("li");
  row.dataset["factor"] = passkey.factor;
  row.dataset["state"] = passkey.state;
  const name = Object.assign(document.createElement("strong"), { textContent: passkey.label || passkey.factor.slice(0, 6) });
  const states: Readonly<Record<string, string>> = { waiting: `${say("waiting")} ${dateOf(passkey.active_from)}`, leaving: say("leaving") };
  const state = document.createElement("span");
  state.className = "hint";
  state.textContent = passkey.copied === true ? say("copied") : (states[passkey.state] ?? "");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: say("remove") });
  button.setAttribute("aria-label", `${say("remove")}: ${name.textContent}`);
  button.addEventListener("click", () => run(() => remove(passkey)));
  row.append(name, " ", state, " ", button);
  return row;
}

const dateOf = (text: string): string => new Date(text).toLocaleString(document.documentElement.lang);

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

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run(add);
});
element("#passkeys-show", HTMLButtonElement).addEventListener("click", ({ currentTarget }) => {
  run(async () => {
    const { owner } = await ownerScript;
    await show();
    (currentTarget as HTMLButtonElement | null)?.remove();
    if (!owner.hasPasskeys()) notice.textContent = say("passkey-unsupported");
    form.hidden = !owner.hasPasskeys();
  });
});

export {};
