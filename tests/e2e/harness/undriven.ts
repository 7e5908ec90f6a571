// A browser that nobody drives: started as a person starts it. A script that the proxy puts into every page stands in for the
// person's hands; it asks nothing of the browser that a page may not.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Demo } from "./demo.ts";
import type { Engine } from "./engines.ts";
import { eventually, Process } from "./process.ts";
import { PARTS } from "./visitor.ts";

const SCRIPT = "/hands/hands.js";
const CODE = "/hands/code";
const ARRIVED = "/hands/arrived";

/** Logs in so often, and tells each arrival at the account's page. */
const hands = (account: string, password: string, logins: number): string => `(async () => {
  const deep = (root, selector) => {
    for (const found of root.querySelectorAll(selector)) if (found.getClientRects().length > 0) return found;
    for (const element of root.querySelectorAll("*")) {
      const found = element.shadowRoot && deep(element.shadowRoot, selector);
      if (found) return found;
    }
    return null;
  };
  const until = async (look) => {
    for (;;) {
      const found = await look();
      if (found) return found;
      await new Promise((go) => setTimeout(go, 50));
    }
  };
  const sees = (selector) => until(() => deep(document, selector));
  // as quick as a quick person, while the page reads ahead
  const type = async (field, text) => {
    field.focus();
    for (let length = 1; length <= text.length; length += 1) {
      field.value = text.slice(0, length);
      field.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
      await new Promise((go) => setTimeout(go, 150));
    }
    field.dispatchEvent(new Event("change", { bubbles: true, composed: true }));
  };
  if (location.pathname === "/account") {
    const arrivals = Number(sessionStorage.getItem("arrivals") ?? 0) + 1;
    sessionStorage.setItem("arrivals", String(arrivals));
    await fetch(${JSON.stringify(ARRIVED)}, { method: "POST", body: String(arrivals) });
    if (arrivals < ${logins}) (await sees(${JSON.stringify(PARTS.logout)})).click();
    return;
  }
  if (Number(sessionStorage.getItem("arrivals") ?? 0) >= ${logins}) return;
  if (!location.pathname.startsWith("/login")) return location.assign("/login");
  const code = sees(${JSON.stringify(PARTS.code)});
  if (document.querySelector(${JSON.stringify(PARTS.account)}) !== null) {
    // hands are never quicker than the guard
    await import("/login-guard/guard.js");
    await type(await sees(${JSON.stringify(PARTS.account)}), ${JSON.stringify(account)});
    await type(await sees(${JSON.stringify(PARTS.password)}), ${JSON.stringify(password)});
    (await sees(${JSON.stringify(PARTS.submit)})).click();
  }
  const field = await code;
  await type(field, await until(async () => (await fetch(${JSON.stringify(CODE)}, { cache: "no-store" })).text()));
})();`;

/** A folder that keeps a profile from one start to the next. */
export async function makeProfile(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "login-guard-profile-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Has a browser that nobody drives log in so often; it is handed the newest code that was mailed. `display` shows its window there. */
export async function logsInUndriven(
  demo: Demo, engine: Engine, account: string, { profile, logins, display }: { profile: string; logins: number; display: string | undefined },
): Promise<void> {
  const { proxy } = demo;
  proxy.extras.set(SCRIPT, { type: "text/javascript", body: hands(account, demo.password, logins) });
  for (const path of [CODE, ARRIVED]) proxy.extras.set(path, { type: "text/plain", body: "" });
  proxy.additions = { head: `<script src="${SCRIPT}" type="module"></script>` };
  const folders = { HOME: profile, XDG_CACHE_HOME: profile, XDG_CONFIG_HOME: profile, XDG_DATA_HOME: profile };
  const { DISPLAY: _, ...own } = process.env;
  const env = { ...own, ...folders, ...(display === undefined ? {} : { DISPLAY: display }) };
  const told = (): number => proxy.sent.filter(({ path }) => path === ARRIVED).length;
  const before = told();
  const [program, ...args] = await engine.command(`${demo.origin}/login`, profile, display !== undefined);
  const browser = Process.launch(program, args, { env });
  try {
    const mailed = await demo.code(`${account}@`).catch((thrown: unknown) => Promise.reject(new Error(`${String(thrown)}\n${browser.output.slice(-600)}`)));
    proxy.extras.set(CODE, { type: "text/plain", body: mailed });
    await eventually(`${logins} logins of a browser that nobody drives`, () => (told() - before >= logins ? true : undefined), 60_000);
  } finally {
    // at SIGTERM Chromium ends without writing its cookies
    await browser.stop("SIGINT");
    proxy.additions = {};
    for (const path of [SCRIPT, CODE, ARRIVED]) proxy.extras.delete(path);
  }
}
