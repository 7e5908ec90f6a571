import { Authenticator, withAuthenticator } from "../harness/passkeys.ts";
import { eventually } from "../harness/process.ts";
import { equal, holds, type Scene, type Spec } from "../harness/spec.ts";
import type { Visitor } from "../harness/visitor.ts";

const CARD = "#approvals [data-approval]";
const ASK = "[part~=approval]";
const SHOWN = "[part=approval-code].shown";
const ERROR = "[part=status], [part=error]";

/** What the devices' section came to. */
async function done(owner: Visitor): Promise<string> {
  return eventually("the devices' section has answered", async () =>
    (await owner.driver.executeScript<string | null>(`
      const section = document.querySelector("#devices");
      return section.getAttribute("aria-busy") === "true" ? null : section.dataset.done ?? null;`)) ?? undefined, 20_000);
}

/** An owner at a known device, and another browser of his that shows a code. */
async function two(scene: Scene): Promise<{ owner: Visitor; other: Visitor; code: string }> {
  const [owner, other] = [await scene.visitor(), await scene.visitor()];
  await owner.confirms("alice");
  await other.logsIn("alice");
  await other.isChallenged();
  await other.press(ASK);
  const code = await other.text(SHOWN);
  holds(/^[2-9B-DF-HJKMNP-TV-Z]{4}-[2-9B-DF-HJKMNP-TV-Z]{4}$/.test(code), `the code is ${code}`);
  return { owner, other, code };
}

/** Every request of the other browser to its own page since it was challenged. */
const pagesOf = ({ demo }: Scene, path: string): number => demo.proxy.seen.filter((one) => one.method === "GET" && one.path === path).length;

export const approval: readonly Spec[] = [
  {
    name: "a code typed at the known device lets the other browser in without a reload, a mail code or a press there",
    engines: ["chromium"],
    async run(scene) {
      const { owner, other, code } = await two(scene);
      const reloads = pagesOf(scene, "/login/confirm");
      await owner.sees(CARD, 20_000);
      const facts = await owner.text("[data-part=facts]");
      holds(facts.includes("Chrome") && facts.includes("127.0.0"), `the owner is shown: ${facts}`);
      // the third interaction: press, type, press
      await owner.type("#approvals input[name=code]", code.toLowerCase());
      await owner.press("#approvals button[name=approve]");
      equal(await done(owner), "approved", "what the answer came to");
      await other.arrivesAt("/account");
      equal(pagesOf(scene, "/login/confirm"), reloads, "loads of the challenge's page");
      equal((await scene.demo.inbox()).filter(({ text }) => /\d{4}[  -]?\d{4}/.test(text)).length, 1, "mails with a code, the owner's own at first");
      const streams = scene.demo.proxy.seen.filter(({ path }) => path.endsWith("/approval/events"));
      equal(streams.map(({ status }) => status), [200], "streams of events");
      await other.logsOut();
      await other.logsIn("alice");
      await other.arrivesAt("/account");
    },
  },
  {
    name: "approved with a passkey in one network, the other browser is trusted at once",
    engines: ["chromium"],
    factorWait: 0,
    async run({ engine, visitor }) {
      const first = await visitor(withAuthenticator(engine));
      const keeper = await Authenticator.in(first);
      await first.confirms("alice");
      await first.press("#passkeys-show");
      await first.type("#passkeys input[name=label]", "laptop");
      await first.press("#passkeys form button");
      const [passkey] = await eventually("there is a passkey", async () => {
        const made = await keeper.passkeys();
        return made.length > 0 && (await first.count("#passkeys li[data-factor]")) > 0 ? made : undefined;
      }, 20_000);
      if (passkey === undefined) throw new Error("the authenticator has no passkey");

      const trusted = await visitor(withAuthenticator(engine));
      await (await Authenticator.in(trusted)).brings(passkey);
      await trusted.logsIn("alice");
      await trusted.press("[part=passkey]");
      await trusted.arrivesAt("/account");

      const other = await visitor();
      await other.logsIn("alice");
      await other.isChallenged();
      await other.press("[part=another]");
      await other.press("[part~=way-approval]");
      await other.press(ASK);
      const code = await other.text(SHOWN);
      await trusted.type("#approvals input[name=code]", code);
      await trusted.press("#approvals button[name=approve]");
      equal(await done(trusted), "approved-lifted", "what the answer came to");
      await other.arrivesAt("/account");
      equal(await other.count("#probation"), 0, "words about probation");
    },
  },
  {
    name: "a refusal at the known device is told to the other browser at once, which stays outside",
    engines: ["chromium"],
    async run(scene) {
      const { owner, other } = await two(scene);
      await owner.sees(CARD, 20_000);
      await owner.press("#approvals button[name=refuse]");
      equal(await done(owner), "refused", "what the answer came to");
      await eventually("the other browser says so", async () => ((await other.text(ERROR).catch(() => "")) !== "" ? true : undefined), 20_000);
      await other.isLoggedOut();
      equal(await owner.count(CARD), 0, "requests that are still shown");
    },
  },
  {
    name: "a wrong code lets nobody in, and the third ends the request",
    engines: ["chromium"],
    async run(scene) {
      const { owner, other, code } = await two(scene);
      const wrong = code.startsWith("2") ? "3333-3333" : "2222-2222";
      for (const outcome of ["code-wrong", "code-wrong", "ended"]) {
        await owner.type("#approvals input[name=code]", wrong);
        await owner.press("#approvals button[name=approve]");
        equal(await done(owner), outcome, "what the answer came to");
      }
      await other.isLoggedOut();
    },
  },
  {
    name: "the account page lists the devices, and one that removes itself is asked again at its next login",
    engines: ["chromium"],
    async run({ visitor }) {
      const owner = await visitor();
      await owner.confirms("alice");
      await owner.press("#devices-show");
      await owner.sees("#devices-list li[data-standing=probation]", 20_000);
      await owner.press("#devices-list button[name=remove]");
      equal(await done(owner), "removed", "what the removal came to");
      await owner.logsOut();
      await owner.logsIn("alice");
      await owner.isChallenged();
    },
  },
];
