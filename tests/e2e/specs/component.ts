// The component in every state that it can be in. Steps of ways whose verdict takes another person or device are answered by a
// script (harness/scripted.ts): these specs test the component, not the methods, which have specs of their own.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { eventually } from "../harness/process.ts";
import { equal, holds, type Spec } from "../harness/spec.ts";
import { ALLOW, problem, REFERENCE, Scripted, sent } from "../harness/scripted.ts";
import { ALL, METHODS, STATES } from "../harness/states.ts";
import { PARTS, type Visitor } from "../harness/visitor.ts";

const LANGUAGES = ["en", "zh", "ja", "ko", "ru", "es", "de", "fr", "pt", "tr", "vi", "ar"];
/** All languages are looked at in these states; in the others these, fewer where it is the same rules in another engine. */
const EVERY_LANGUAGE = ["ways", "mail-wrong"];
const LOOKED_AT = { chromium: ["en", "zh", "ar"], firefox: ["en", "ar"], webkit: ["en", "ar"] };

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** In both themes: what axe-core finds, and what is too small to be met with a finger or wider than its place. */
const LOOK = `
  const done = arguments[arguments.length - 1];
  const [rules] = arguments;
  (async () => {
    const found = [];
    const root = document.querySelector("login-guard-challenge").shadowRoot;
    for (const scheme of ["light", "dark"]) {
      document.documentElement.style.colorScheme = scheme;
      const { violations } = await axe.run({ include: [["login-guard-challenge"]] }, { runOnly: rules, resultTypes: ["violations"], iframes: false });
      for (const { id, nodes } of violations) found.push(scheme + " " + id + ": " + nodes.map(({ html, failureSummary }) => html.slice(0, 120) + " " + failureSummary.slice(0, 200)).join("; "));
    }
    for (const control of root.querySelectorAll("button, input, a")) {
      const { width, height } = control.getBoundingClientRect();
      if (control.getClientRects().length > 0 && (width < 24 || height < 24)) found.push("small: " + control.part + " " + width + "x" + height);
    }
    done(found);
  })().catch((error) => done([String(error)]));`;

/** The same page in a frame as wide as a page at four times its size: 320 CSS pixels (WCAG 2.2, 1.4.10). */
const NARROW = `
  const done = arguments[arguments.length - 1];
  const [languages] = arguments;
  const frame = document.createElement("iframe");
  frame.style.cssText = "width:320px;height:256px;border:0";
  frame.src = location.href;
  const card = () => frame.contentDocument?.querySelector("login-guard-challenge")?.shadowRoot?.querySelector("[part=card]");
  const until = async (holds) => { for (let tries = 0; tries < 400; tries += 1) { if (holds()) return; await new Promise((resolve) => setTimeout(resolve, 10)); } throw new Error("the frame does not come that far"); };
  (async () => {
    document.body.append(frame);
    const wide = [];
    await until(() => card()?.querySelector("[part=another] span")?.textContent);
    const inside = frame.contentDocument;
    card().querySelector("[part=another]").click();
    for (const language of languages) {
      inside.documentElement.lang = language;
      await until(() => card().lang.startsWith(language));
      const { scrollWidth, clientWidth } = inside.documentElement;
      if (scrollWidth > clientWidth) wide.push(language + ": the page is " + scrollWidth + " wide");
      const edge = card().getBoundingClientRect();
      for (const element of card().querySelectorAll("*")) {
        const box = element.getBoundingClientRect();
        if (element.getClientRects().length > 0 && box.width > 1 && (box.left < edge.left - 1 || box.right > edge.right + 1)) wide.push(language + ": " + element.localName + " " + element.part + " stands out");
      }
    }
    frame.remove();
    return wide;
  })().then(done, (error) => done([String(error)]));`;

const FOCUSED = `const active = document.activeElement?.shadowRoot?.activeElement; return active == null ? "" : [...active.part].join(" ");`;
const focused = (visitor: Visitor): Promise<string> => visitor.driver.executeScript<string>(FOCUSED);
const keys = (visitor: Visitor, ...typed: string[]): Promise<void> => visitor.driver.actions().sendKeys(...typed).perform();
const TAB = "\uE004";
const ENTER = "\uE007";

/** The text of a part in a visible panel. */
const says = async (visitor: Visitor, part: string, words: RegExp): Promise<void> =>
  void (await eventually(`${part} says ${String(words)}`, async () => (words.test(await visitor.text(`[part=${part}]`)) ? true : undefined)));
const posted = async (visitor: Visitor): Promise<URLSearchParams> => {
  await visitor.arrivesAt("/test/finish");
  return new URLSearchParams(await visitor.text("#posted"));
};
const speaks = async (visitor: Visitor, language: string): Promise<void> => {
  await visitor.driver.executeScript("document.documentElement.lang = arguments[0];", language);
  await visitor.sees(`[part=card][lang^=${language}]`);
};

export const component: readonly Spec[] = [
  {
    name: "the component has nothing that axe-core finds, in any state, theme and language",
    async run({ demo, engine, visitor }) {
      const alice = await visitor();
      const scripted = new Scripted(demo.proxy);
      const axe = await readFile(AXE, "utf8");
      const found: string[] = [];
      for (const state of STATES) {
        await scripted.open(alice, state);
        await state.reach?.(alice);
        await alice.sees(state.sees);
        await alice.driver.executeScript(axe);
        for (const language of EVERY_LANGUAGE.includes(state.name) ? LANGUAGES : LOOKED_AT[engine.name]) {
          await speaks(alice, language);
          const here = await alice.driver.executeAsyncScript<string[]>(LOOK, RULES);
          found.push(...here.map((one) => `${state.name} ${language}: ${one}`));
        }
      }
      scripted.release();
      equal(found, [], "what is wrong");
    },
  },
  {
    name: "the component fits 320 CSS pixels in every language without scrolling sideways",
    async run({ demo, visitor }) {
      const alice = await visitor();
      const scripted = new Scripted(demo.proxy);
      for (const methods of [ALL, [METHODS.APPROVAL, METHODS.MAIL], [METHODS.MAIL, METHODS.RECOVERY], [METHODS.RECOVERY, METHODS.TOTP]]) {
        await scripted.open(alice, { methods, passkey: "gives" });
        await alice.sees(PARTS.card);
        equal(await alice.driver.executeAsyncScript<string[]>(NARROW, LANGUAGES), [], "what is too wide");
      }
    },
  },
  {
    name: "the component lists the ways strongest first, passes over one that it does not know, and keeps what was typed",
    async run({ demo, visitor }) {
      const alice = await visitor();
      const scripted = new Scripted(demo.proxy);
      await scripted.open(alice, { methods: ALL, passkey: "gives", answers: { "recovery-code/check": ["cut", ALLOW] } });
      await alice.sees("[part=passkey]");
      await alice.press("[part=another]");
      await alice.sees("[part=ways]");
      const order = await alice.driver.executeScript<string[]>("return [...document.querySelector('login-guard-challenge').shadowRoot.querySelectorAll('.way')].map((way) => [...way.part][1]);");
      equal(order, ["way-approval", "way-external", "way-totp", "way-sms-code", "way-mail-code", "way-recovery-code"], "the other ways");
      await alice.press("[part~=way-totp]");
      await alice.type(PARTS.code, "123");
      await alice.press("[part=another]");
      await alice.press("[part~=way-recovery-code]");
      const typed = await alice.sees("input.long");
      await typed.sendKeys("k7m2-9qxt 4rwd");
      await speaks(alice, "zh");
      await alice.press("[part=submit]");
      await says(alice, "error", /无法连接/);
      equal(await typed.getAttribute("value"), "k7m2-9qxt 4rwd", "what was typed, after another language and a lost connection");
      await alice.press("[part=another]");
      await alice.press("[part~=way-totp]");
      equal(await (await alice.sees(PARTS.code)).getAttribute("value"), "123", "what was typed for another way");
      await alice.driver.navigate().refresh();
      await alice.sees(PARTS.code);
      await alice.press("[part=another]");
      await alice.press("[part~=way-recovery-code]");
      await alice.type("input.long", "K7M2 9QXT 4RWD");
      await alice.press("[part=submit]");
      const fields = await posted(alice);
      holds((fields.get("login-guard-verdict") ?? "").endsWith(".s~"), "the form carries the verdict");
      equal(scripted.taken.map(({ step, body }) => [step, body["code"]]), [["recovery-code/check", "K7M29QXT4RWD"], ["recovery-code/check", "K7M29QXT4RWD"]], "codes as they were sent");
      equal(await alice.driver.executeScript("return Object.keys(sessionStorage).filter((key) => key.startsWith('login-guard'));"), [], "what the tab remembers at the end");
    },
  },
  {
    name: "the component takes codes with spaces, dashes and other digits, resends, and names the right message",
    async run({ demo, visitor }) {
      const alice = await visitor();
      const scripted = new Scripted(demo.proxy);
      const at = (time: string): object => ({ sent_at: new Date(`2026-11-22T${time}:00`).toISOString(), resend_after_s: 0 });
      await scripted.open(alice, {
        methods: [METHODS.MAIL],
        answers: {
          "mail-code/send": [sent("a•••e@e•••.com", at("14:03")), sent("a•••e@e•••.com", at("14:06"))],
          "mail-code/check": [problem(409, "code-replaced"), problem(422, "code-wrong", { tries_left: 4 }), ALLOW],
        },
      });
      const field = await alice.sees("input");
      // WebDriver answers with the property, which knows no value that the engine does not
      equal(await alice.driver.executeScript("return ['autocomplete', 'inputmode'].map((name) => arguments[0].getAttribute(name));", field), ["one-time-code", "numeric"], "the field for phones");
      const offered = await places(alice);
      await alice.press(PARTS.send);
      await says(alice, "about", /2:03|14:03/);
      equal(await places(alice), offered, "where everything stands after a code was sent");
      equal(await focused(alice), "input", "the focus after a code was sent");
      await alice.press("[part=resend]");
      await says(alice, "about", /2:06|14:06/);
      await keys(alice, "1234 5678");
      await says(alice, "error", /use the one of (2:06|14:06)/i);
      equal(await places(alice), offered, "where everything stands while a problem is told");
      await field.clear();
      await field.sendKeys("١٢٣٤-٥٦٧٨");
      await says(alice, "error", /Tries left: 4/);
      await alice.driver.navigate().refresh();
      await says(alice, "about", /2:06|14:06/);
      await alice.driver.executeScript(`
        const field = document.querySelector("login-guard-challenge").shadowRoot.querySelector("input");
        field.value = " 1234–5678 ";
        field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));`);
      await posted(alice);
      equal(scripted.taken.filter(({ step }) => step === "mail-code/check").map(({ body }) => body["code"]), ["12345678", "12345678", "12345678"], "codes as they were sent");
      equal(scripted.steps().filter((step) => step === "mail-code/send").length, 2, "codes that were sent");
    },
  },
  {
    name: "the component is worked by keyboard alone, and the focus follows what is new",
    async run({ demo, visitor }) {
      const alice = await visitor();
      const scripted = new Scripted(demo.proxy);
      await scripted.open(alice, { methods: [METHODS.EXTERNAL, METHODS.TOTP], answers: { "external/check": [problem(409, "confirmation-pending")], "totp/check": [ALLOW] } });
      await alice.sees("[part=external]");
      equal(await focused(alice), "title", "the focus at the beginning");
      await keys(alice, TAB);
      equal(await focused(alice), "external", "the first control");
      await keys(alice, ENTER);
      await says(alice, "error", /not received/);
      equal(await focused(alice), "external", "the focus after a problem");
      await keys(alice, TAB);
      equal(await focused(alice), "another", "the next control");
      await keys(alice, ENTER);
      await alice.sees("[part=ways]");
      await keys(alice, TAB);
      equal(await focused(alice), "way way-totp", "the first of the other ways");
      await keys(alice, ENTER);
      await alice.sees(PARTS.code);
      equal(await focused(alice), "name", "the focus after another way was chosen");
      await keys(alice, TAB, "123456");
      await posted(alice);
    },
  },
  {
    name: "the component leads from a passkey that cannot be used here to the next way, and says that it is slower",
    async run({ demo, visitor }) {
      const alice = await visitor();
      const scripted = new Scripted(demo.proxy);
      const methods = [METHODS.PASSKEY, METHODS.MAIL];
      await scripted.open(alice, { methods, passkey: "stops" });
      await alice.press("[part=passkey]");
      await says(alice, "status", /Nothing was confirmed/);
      equal(await alice.driver.executeScript("return sessionStorage.getItem('asked');"), JSON.stringify({ challenge: [1, 2, 3], rpId: "localhost" }), "what the browser was asked");
      await alice.press("[part=cannot]");
      await says(alice, "slower", /slower/);
      await alice.sees(PARTS.send);
      await scripted.open(alice, { methods });
      await alice.sees(PARTS.send);
      await says(alice, "slower", /slower/);
      await scripted.open(alice, { methods, passkey: "gives", answers: { "passkey/check": [problem(403, "passkey-unknown"), ALLOW] } });
      await alice.press("[part=passkey]");
      await says(alice, "error", /does not belong/);
      equal(await alice.driver.executeScript("return sessionStorage.getItem('signalled');"), JSON.stringify({ rpId: "localhost", credentialId: "AQID" }), "what the passkey's keeper was told");
      await alice.press("[part=passkey]");
      await posted(alice);
      const sentCredential = JSON.parse(String(scripted.taken[0]?.body["credential"])) as { id: string; response: object };
      equal([sentCredential.id, Object.keys(sentCredential.response)], ["AQID", ["clientDataJSON", "authenticatorData", "signature"]], "what was sent");
    },
  },
  {
    name: "the component waits for an approval, goes on by itself, and finds it again after a reload",
    async run({ demo, visitor }) {
      const alice = await visitor();
      const scripted = new Scripted(demo.proxy);
      const scenario = {
        methods: [METHODS.APPROVAL, METHODS.MAIL],
        answers: { "approval/request": [{ status: 200, body: { v: 1, code: "K7M2-9QXT", expires_in_s: 300 } }], "approval/check": [problem(409, "approval-pending"), problem(403, "approval-refused"), ALLOW] },
      };
      await scripted.open(alice, scenario);
      await alice.press("[part=approval]");
      await says(alice, "approval-code", /K7M2-9QXT/);
      await alice.driver.navigate().refresh();
      await says(alice, "approval-code", /K7M2-9QXT/);
      equal(scripted.steps(), ["approval/request"], "requests after a reload");
      const streams = (): number => demo.proxy.sent.filter(({ path }) => path.endsWith("/approval/events")).length;
      await eventually("the page listens again", async () => (streams() === 2 ? true : undefined));
      scripted.change();
      await eventually("the page asks", async () => (scripted.steps().length === 2 ? true : undefined));
      scripted.change();
      await says(alice, "error", /refused/);
      await alice.press("[part=approval]");
      await says(alice, "approval-code", /K7M2-9QXT/);
      await eventually("the page listens once more", async () => (streams() === 3 ? true : undefined));
      scripted.change();
      await posted(alice);
    },
  },
  {
    name: "a code that was sent opens the account from another tab, when the one that asked for it was closed",
    async run({ visitor }) {
      const alice = await visitor();
      await alice.logsIn("alice");
      const code = await alice.readsCode("alice@");
      const closed = await alice.driver.getWindowHandle();
      await alice.driver.switchTo().newWindow("tab");
      const open = await alice.driver.getWindowHandle();
      await alice.driver.switchTo().window(closed);
      await alice.driver.close();
      await alice.driver.switchTo().window(open);
      await alice.open("/login/confirm");
      await alice.sees(PARTS.send);
      await (await alice.sees("form input[autocomplete=one-time-code]")).sendKeys(code);
      await alice.arrivesAt("/account");
    },
  },
  {
    name: "the component goes on without the files that are blocked, or says what to do",
    async run({ demo, visitor }) {
      const alice = await visitor();
      const scripted = new Scripted(demo.proxy);
      demo.proxy.obstacles = { refuses: (path) => /\/(approval|words-fr)\./.test(path) };
      await scripted.open(alice, { methods: [METHODS.APPROVAL, METHODS.MAIL] }, { language: "fr" });
      equal(await alice.text(PARTS.send), "Send the code", "the next way, in English");
      demo.proxy.obstacles = { refuses: (path) => /\/words-/.test(path) };
      await scripted.open(alice, { methods: [METHODS.MAIL] });
      holds((await alice.text("login-guard-challenge[role=alert]")).includes("allow them"), "what to do is said");
      equal(scripted.steps(), [], "steps that nobody asked for");
    },
  },
  {
    name: "the component asks nobody where the login passed the exchange's own factor, and nothing is loaded for it",
    async run({ demo, visitor }) {
      const alice = await visitor();
      const scripted = new Scripted(demo.proxy);
      await scripted.open(alice, { methods: [{ ...METHODS.EXTERNAL, done: true }, METHODS.MAIL], answers: { "external/check": [ALLOW] } });
      await posted(alice);
      equal(demo.proxy.asked("/login-guard/words-"), [], "languages that were loaded");
      await scripted.open(alice, { methods: [METHODS.MAIL], answers: { "mail-code/send": [problem(410, "attempt-expired")] } }, { language: "fr" });
      await alice.press(PARTS.send);
      await says(alice, "problem", /trop de temps/);
      holds((await alice.text("[part=reference]")).includes(REFERENCE), "the reference for support");
      equal(demo.proxy.asked("/login-guard/words-").map((path) => path.replace(/\..*/, "")), ["GET /login-guard/words-fr"], "languages that were loaded");
      equal(demo.proxy.asked("/login-guard/").filter((path) => /passkey|approval/.test(path)), [], "ways that were loaded");
    },
  },
];

/** Where field and main button stand, and where the card ends. */
function places({ driver }: Visitor): Promise<number[]> {
  return driver.executeScript<number[]>(`
    const root = document.querySelector("login-guard-challenge").shadowRoot;
    const [field, button] = ["input", ".primary:not([hidden])"].map((selector) => root.querySelector("form").querySelector(selector).getBoundingClientRect().top);
    return [field, button, root.querySelector("[part=card]").getBoundingClientRect().bottom].map((at) => Math.round(at + scrollY));`);
}
