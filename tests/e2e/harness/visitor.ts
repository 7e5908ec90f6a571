// A person with a browser profile of their own: what specs say they do.

import { By, type WebDriver, type WebElement } from "selenium-webdriver";
import type { Demo } from "./demo.ts";
import type { Session } from "./engines.ts";
import { eventually } from "./process.ts";

/** Looks through open shadow roots, as people do. */
const DEEP = `
  const deep = (root, selector) => {
    for (const found of root.querySelectorAll(selector)) if (found.getClientRects().length > 0) return found;
    for (const element of root.querySelectorAll("*")) {
      const found = element.shadowRoot && deep(element.shadowRoot, selector);
      if (found) return found;
    }
    return null;
  };`;

/** Where the three parts of the form and the error are, in the demo's pages and in the challenge. */
export const PARTS = {
  account: "input[name=account]",
  password: "input[name=password]",
  submit: "form[data-login-guard] button[type=submit], #login button[type=submit]",
  card: "[part=card]",
  send: "[part=send]",
  code: "[data-ready] input[autocomplete=one-time-code]",
  approvalCode: "[part=approval-code]",
  another: "[part=another]",
  mailWay: "[part~=way-mail-code]",
  error: "[part=error]",
  logout: "form[action='/logout'] button",
} as const;

export class Visitor {
  constructor(
    readonly demo: Demo,
    readonly session: Session,
  ) {}

  get driver(): WebDriver {
    return this.session.driver;
  }

  async open(path: string): Promise<void> {
    await this.driver.get(`${this.demo.origin}${path}`);
  }

  async path(): Promise<string> {
    return new URL(await this.driver.getCurrentUrl()).pathname;
  }

  /** A visible element, also in an open shadow root, once it is there. */
  async sees(selector: string, patience_ms?: number): Promise<WebElement> {
    const look = async (): Promise<WebElement | undefined> =>
      // a page that is just being left answers with an error; the next one is asked again
      (await this.driver.executeScript<WebElement | null>(`${DEEP} return deep(document, arguments[0]);`, selector).catch(() => null)) ?? undefined;
    try {
      return await eventually(`${selector} is visible`, look, patience_ms);
    } catch (thrown) {
      throw new Error(`${String(thrown)}\n${await this.page()}`);
    }
  }

  /** What the page shows now, for messages of failures. */
  async page(): Promise<string> {
    const text = await this.driver.executeScript<string>(`
      const inside = (root) => [...root.querySelectorAll("*")].filter((e) => e.shadowRoot)
        .map((e) => [...e.shadowRoot.children].map((child) => child.innerText).join(" ") + inside(e.shadowRoot)).join(" ");
      return (document.body.innerText + " | " + inside(document)).replace(/\\s+/g, " ").slice(0, 1500);`).catch((thrown: unknown) => String(thrown));
    return `at ${await this.driver.getCurrentUrl().catch(() => "?")}: ${text}`;
  }

  async text(selector: string): Promise<string> {
    return (await (await this.sees(selector)).getText()).trim();
  }

  async press(selector: string): Promise<void> {
    const element = await this.sees(selector);
    // Firefox's driver presses beside what only peeps into the window
    await this.driver.executeScript("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' });", element).catch(() => undefined);
    await element.click();
  }

  async type(selector: string, text: string): Promise<void> {
    const field = await this.sees(selector);
    await field.clear();
    await field.sendKeys(text);
  }

  /** Fills in the login form and sends it. */
  async logsIn(account: string, password: string = this.demo.password, path = "/login"): Promise<void> {
    await this.open(path);
    await this.type(PARTS.account, account);
    await this.type(PARTS.password, password);
    await this.press(PARTS.submit);
  }

  /** Waits until the path becomes this one. */
  async arrivesAt(path: string): Promise<void> {
    try {
      await eventually(`the path becomes ${path}`, async () => ((await this.path().catch(() => "")) === path ? true : undefined));
    } catch (thrown) {
      throw new Error(`${String(thrown)}\n${await this.page()}`);
    }
  }

  /** The challenge is on the screen, and nobody is logged in. */
  async isChallenged(): Promise<void> {
    await this.sees(PARTS.card);
    await this.isLoggedOut();
  }

  /** The account page is refused to this browser. */
  async isLoggedOut(): Promise<void> {
    const status = await this.driver.executeAsyncScript<string>(`
      const done = arguments[arguments.length - 1];
      fetch("/account", { redirect: "follow", credentials: "same-origin" })
        .then((answer) => done(answer.status + " " + new URL(answer.url).pathname), (error) => done(String(error)));`);
    if (status === "200 /account") throw new Error(`the account page was shown\n${await this.page()}`);
  }

  /** The code that the press of the log-in button asked for, or that is asked for where another way came first. */
  async readsCode(mail: string): Promise<string> {
    const mails = (await this.demo.inbox()).length;
    const chosen = await this.choosesMail();
    await this.sees(PARTS.code, 30_000);
    return this.demo.code(mail, chosen ? mails + 1 : 1);
  }

  /** Takes the mail where a stronger way is shown first; whether one was. */
  async choosesMail(): Promise<boolean> {
    const seen = await this.sees(`${PARTS.code}, ${PARTS.send}, ${PARTS.approvalCode}`, 30_000);
    if ((await seen.getAttribute("part")) !== "approval-code") return false;
    await this.press(PARTS.another);
    await this.press(PARTS.mailWay);
    await this.press(PARTS.send);
    return true;
  }

  /** Confirms this browser for an account, from the login page on. */
  async confirms(account: string): Promise<void> {
    await this.logsIn(account);
    await this.isChallenged();
    await this.type(PARTS.code, await this.readsCode(`${account}@`));
    await this.arrivesAt("/account");
  }

  /** Logs in and answers what is asked; whether something was. Each question is a mail. */
  async getsIn(account: string): Promise<boolean> {
    const mails = (await this.demo.inbox()).length;
    await this.logsIn(account);
    const path = await eventually("the login is answered", async () => {
      const now = await this.path().catch(() => "");
      return ["/account", "/login/confirm"].includes(now) ? now : undefined;
    }, 30_000);
    if (path === "/login/confirm") {
      await this.choosesMail();
      await this.sees(PARTS.code, 30_000);
      await this.type(PARTS.code, await this.demo.code(`${account}@`, mails + 1));
      await this.arrivesAt("/account");
    }
    return (await this.demo.inbox()).length > mails;
  }

  async logsOut(): Promise<void> {
    await this.open("/account");
    await this.press(PARTS.logout);
    await eventually("the path is no longer /account", async () => ((await this.path()) === "/account" ? undefined : true));
    await this.isLoggedOut();
  }

  /** Deletes the key: the database of the guard. */
  async losesKey(): Promise<void> {
    await this.open("/inbox");
    const outcome = await this.driver.executeAsyncScript<string>(`
      const done = arguments[arguments.length - 1];
      const request = indexedDB.deleteDatabase("login-guard");
      request.onsuccess = () => done("deleted");
      request.onerror = () => done("refused");
      request.onblocked = () => done("blocked");`);
    if (outcome !== "deleted") throw new Error(`the key's database was not deleted: ${outcome}`);
  }

  async losesCookie(): Promise<void> {
    await this.open("/inbox");
    const before = await this.driver.manage().getCookies();
    if (!before.some(({ name }) => name === "__Host-lg-device")) throw new Error("there is no device cookie to lose");
    await this.driver.manage().deleteCookie("__Host-lg-device");
  }

  async count(selector: string): Promise<number> {
    return (await this.driver.findElements(By.css(selector))).length;
  }

  async stop(): Promise<void> {
    await this.session.stop();
  }
}
