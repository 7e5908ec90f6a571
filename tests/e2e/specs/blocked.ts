import { eventually } from "../harness/process.ts";
import { equal, holds, type Spec } from "../harness/spec.ts";
import { PARTS, type Visitor } from "../harness/visitor.ts";

const ALERT = "[role=alert]";

/** What the page says, also behind shadow roots. */
const says = async (visitor: Visitor, words: RegExp): Promise<void> =>
  void (await eventually(`the page says ${String(words)}`, async () => (words.test(await visitor.page()) ? true : undefined)));

export const blocked: readonly Spec[] = [
  {
    name: "a blocked guard opens nothing and the page says what to do",
    async run({ demo, visitor }) {
      demo.proxy.obstacles = { refuses: (path) => path.endsWith("/guard.js") };
      const alice = await visitor();
      await alice.logsIn("alice");
      await alice.sees(ALERT);
      await says(alice, /allow scripts/);
      await alice.isLoggedOut();
      await alice.logsIn("alice", demo.password, "/login/json");
      await alice.sees(ALERT);
      await says(alice, /try again/);
      await alice.isLoggedOut();
    },
  },
  {
    name: "a blocked verifier is told, sends nothing, and leaves what was typed",
    async run({ demo, visitor }) {
      demo.proxy.obstacles = { refuses: (path) => path === "/login-guard/attempts" };
      const alice = await visitor();
      await alice.logsIn("alice");
      holds((await alice.text("[data-login-guard-alert]")).includes("could not be reached"), "the reason is told");
      equal(await alice.driver.executeScript("return [...document.querySelectorAll('[name=account], [name=password]')].map((field) => field.value !== '')"), [true, true], "what was typed is there");
      equal(demo.proxy.asked("/login").filter((request) => request === "POST /login"), [], "logins that were sent");
      await alice.isLoggedOut();
      demo.proxy.obstacles = {};
      await alice.press(PARTS.submit);
      await alice.isChallenged();
    },
  },
  {
    name: "a blocked challenge is told in its place and opens nothing",
    async run({ demo, visitor }) {
      demo.proxy.obstacles = { refuses: (path) => /\/challenge\.[0-9a-f]+\.js$/.test(path) };
      const alice = await visitor();
      await alice.logsIn("alice");
      await alice.arrivesAt("/login/confirm");
      await says(alice, /reload/);
      await alice.isLoggedOut();
      equal((await demo.inbox()).length, 0, "mails that nobody could have answered");
      demo.proxy.obstacles = {};
      await alice.driver.navigate().refresh();
      await alice.isChallenged();
    },
  },
];
