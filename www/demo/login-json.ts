// The log-in of a page that speaks JSON: it asks the guard for a proof and, when challenged, for a verdict.

/** What this page uses of the guard. The script is fetched at run time, as an integrator's page would. */
interface Guard {
  prepare(loginName: string): void;
  prove(options: { loginName: string }): Promise<string>;
  resolve(challenge: unknown): Promise<string>;
}

interface Answer {
  next?: string;
  code?: string;
  reference?: string | null;
  challenge?: unknown;
}

const UNAVAILABLE = ["Logging in is not possible right now. Please try again in a moment.", "暂时无法登录，请稍后再试。"] as const;
const SENTENCES: Record<string, readonly [english: string, chinese: string]> = {
  again: ["This page was open for a while. Please log in once more.", "页面停留时间过长，请重新登录。"],
  cancelled: ["The confirmation was cancelled.", "验证已取消。"],
  incomplete: ["Please enter your name and your password.", "请输入账号和密码。"],
  "login-refused": ["We could not log you in. Please check the name and the password.", "登录失败，请检查账号和密码。"],
  "not-confirmed": [
    "The confirmation is no longer valid for this log-in. Please log in again.",
    "此次登录的验证已失效，请重新登录。",
  ],
  "origin-insecure": ["This page was opened without encryption. Please open it by its address that begins with https.", "此页面未加密，请使用以 https 开头的网址打开。"],
  "store-unavailable": UNAVAILABLE,
  unavailable: UNAVAILABLE,
  unreachable: UNAVAILABLE,
};
const OTHERWISE = ["Your browser could not be checked. Please reload this page and try again.", "无法验证您的浏览器，请刷新页面后重试。"] as const;

// a name that only exists at run time, so that the bundler leaves the guard where it is served
const GUARD_URL: string = "/login-guard/guard.js";
const guardScript: Promise<{ guard: Guard }> = import(GUARD_URL);
// told where it is awaited; here it only must not count as unhandled
guardScript.catch(() => undefined);

function element<T extends Element>(selector: string, kind: new () => T): T {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`);
  return found;
}

const form = element("#login", HTMLFormElement);
const account = element("#login input[name=account]", HTMLInputElement);
const password = element("#login input[name=password]", HTMLInputElement);
const button = element("#login button", HTMLButtonElement);
const notice = element("#notice", HTMLDivElement);

function tell(code: string, reference?: string | null): void {
  const [english, chinese] = SENTENCES[code] ?? OTHERWISE;
  const sentence = document.documentElement.lang.startsWith("zh") ? chinese : english;
  element("#notice p", HTMLParagraphElement).textContent = sentence;
  element("#notice .reference", HTMLParagraphElement).hidden = !reference;
  element("#notice code", HTMLElement).textContent = reference ?? "";
  notice.hidden = false;
}

async function post(path: string, body: Record<string, string>): Promise<Answer> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answer;
}

async function logIn(): Promise<void> {
  const { guard } = await guardScript;
  const proof = await guard.prove({ loginName: account.value });
  let answer = await post("/api/login", { account: account.value, password: password.value, proof });
  if (answer.code === "confirmation-required") {
    const verdict = await guard.resolve(answer.challenge);
    answer = await post("/api/login/finish", { verdict });
  }
  if (answer.next === undefined) tell(answer.code ?? "unavailable", answer.reference);
  else location.assign(answer.next);
}

/** The code of whatever was thrown; a failed fetch has none. */
function codeOf(thrown: unknown): string {
  const code: unknown = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" ? code : "unavailable";
}

account.addEventListener("change", () => {
  guardScript.then(({ guard }) => guard.prepare(account.value)).catch(() => undefined);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (button.disabled) return;
  button.disabled = true;
  form.setAttribute("aria-busy", "true");
  notice.hidden = true;
  logIn()
    .catch((thrown: unknown) => tell(codeOf(thrown)))
    .finally(() => {
      button.disabled = false;
      form.removeAttribute("aria-busy");
    });
});
