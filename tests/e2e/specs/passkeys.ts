import { Authenticator, type Passkey, withAuthenticator } from "../harness/passkeys.ts";
import { eventually } from "../harness/process.ts";
import { equal, holds, type Scene, type Spec } from "../harness/spec.ts";
import type { Visitor } from "../harness/visitor.ts";

/** Engines that have passkeys; the other one is the way for people who cannot use theirs here. */
const ENGINES = ["chromium", "firefox"] as const;
const LABEL = "#passkeys input[name=label]";
const USE = "[part=passkey]";
const STOPPED = "Nothing was confirmed. You can try again.";
const ANOTHER = "[part=another]";

/** A visitor whose machine has an authenticator. */
async function equipped({ engine, visitor }: Scene): Promise<readonly [Visitor, Authenticator]> {
  const someone = await visitor(withAuthenticator(engine));
  return [someone, await Authenticator.in(someone)];
}

/** Waits until the section has done what it was asked for, and answers what. */
async function done(owner: Visitor): Promise<string> {
  return eventually("the passkeys' section has answered", async () =>
    (await owner.driver.executeScript<string | null>(`
      const section = document.querySelector("#passkeys");
      return section.getAttribute("aria-busy") === "true" ? null : section.dataset.done ?? null;`)) ?? undefined, 20_000);
}

/** Adds a passkey on the account page. */
async function adds(owner: Visitor, label: string): Promise<string> {
  await owner.open("/account");
  await owner.press("#passkeys-show");
  await owner.type(LABEL, label);
  await owner.press("#passkeys form button");
  return done(owner);
}

/** The names in the list. */
const listed = (owner: Visitor): Promise<string[]> =>
  owner.driver.executeScript<string[]>(`return [...document.querySelectorAll("#passkeys li[data-factor] strong")].map((it) => it.textContent);`);

/** Removes the passkey of this name. */
async function removes(owner: Visitor, label: string): Promise<string> {
  await owner.open("/account");
  await owner.press("#passkeys-show");
  await owner.press(`#passkeys button[aria-label$=": ${label}"]`);
  return done(owner);
}

/** An owner with a trusted device and a passkey that counts. */
async function settled(scene: Scene): Promise<{ owner: Visitor; passkey: Passkey }> {
  const [owner, authenticator] = await equipped(scene);
  await owner.confirms("alice");
  equal(await adds(owner, "laptop"), "added", "what adding the first passkey came to");
  const [passkey] = await authenticator.passkeys();
  if (passkey === undefined) throw new Error("the authenticator has no passkey");
  return { owner, passkey };
}

/** What the answers to challenges came to. */
const checksOf = ({ demo }: Scene): number[] => demo.proxy.seen.filter(({ path }) => path.endsWith("/passkey/check")).map(({ status }) => status);

/** How often the page's requests made the authenticator ask its person. */
const uses = ({ demo }: Visitor): number => demo.proxy.sent.filter(({ path }) => path.endsWith("/passkey/check")).length;

/** Logs in on a new browser that has the passkey, up to the challenge. */
async function brings(scene: Scene, passkey: Passkey): Promise<readonly [Visitor, Authenticator]> {
  const [other, authenticator] = await equipped(scene);
  await authenticator.brings(passkey);
  await other.logsIn("alice");
  await other.isChallenged();
  return [other, authenticator];
}

/** The passkey's keeper was told that nobody knows it here; browsers without the call keep it. */
async function forgets({ engine }: Scene, authenticator: Authenticator): Promise<void> {
  if (engine.name !== "chromium") return;
  await eventually("the keeper forgets the passkey", async () => ((await authenticator.passkeys()).length === 0 ? true : undefined));
}

export const passkeys: readonly Spec[] = [
  {
    name: "a passkey made on the account page makes a new browser trusted, with one press and without a mail",
    engines: ENGINES,
    factorWait: 0,
    async run(scene) {
      const { owner, passkey } = await settled(scene);
      equal(await listed(owner), ["laptop"], "passkeys that are shown");
      equal(passkey.rpId, "localhost", "whom it is made for");
      const mails = (await scene.demo.inbox()).length;
      const [other] = await brings(scene, passkey);
      // what a person does from the challenge on: on the page, and at the authenticator, which counts how often it was used
      const used = uses(other);
      let interactions = 0;
      await other.press(USE);
      interactions += 1;
      await other.arrivesAt("/account");
      interactions += uses(other) - used;
      holds(interactions <= 2, `interactions to confirm by a passkey: ${interactions}`);
      console.log(`interactions to confirm by a passkey: ${interactions}`);
      equal(await other.count("#probation"), 0, "words about probation");
      equal((await scene.demo.inbox()).length, mails, "mails");
      await other.logsOut();
      await other.logsIn("alice");
      await other.arrivesAt("/account");
    },
  },
  {
    name: "a first passkey that waits is not offered at a login",
    engines: ENGINES,
    factorWait: 3_600,
    async run(scene) {
      const { owner, passkey } = await settled(scene);
      holds((await owner.text("#passkeys li")).includes("counts from"), `the list says: ${await owner.text("#passkeys li")}`);
      const [other] = await brings(scene, passkey);
      await other.sees(ANOTHER);
      equal(await other.driver.executeScript<boolean>(`return document.querySelector("login-guard-challenge").shadowRoot.querySelector("${USE}") === null;`), true, "no passkey is asked for");
    },
  },
  {
    name: "a device on probation adds nothing, a removal needs the passkey's word, and its keeper forgets it",
    engines: ENGINES,
    factorWait: 0,
    async run(scene) {
      const { owner, passkey } = await settled(scene);
      // the device was confirmed by mail: on probation, and the account has something stronger
      equal(await adds(owner, "second"), "device-on-probation", "what adding on probation came to");
      const [other, authenticator] = await brings(scene, passkey);
      await other.press(USE);
      await other.arrivesAt("/account");
      equal(await removes(other, "laptop"), "removed", "what removing came to");
      equal(await listed(other), [], "passkeys that are left");
      await forgets(scene, authenticator);
      const asked = scene.demo.proxy.seen.filter(({ path }) => path === "/account/step-ups/begin");
      equal(asked.map(({ status }) => status), [200], "step-ups that were asked for");
    },
  },
  {
    name: "a passkey that was removed meanwhile is told apart, and its keeper forgets it where it can",
    engines: ENGINES,
    factorWait: 0,
    async run(scene) {
      const { passkey } = await settled(scene);
      const [trusted] = await brings(scene, passkey);
      await trusted.press(USE);
      await trusted.arrivesAt("/account");
      const [late, authenticator] = await equipped(scene);
      await authenticator.brings({ ...passkey, signCount: passkey.signCount + 10 });
      await late.logsIn("alice");
      await late.isChallenged();
      await late.sees(USE);
      equal(await removes(trusted, "laptop"), "removed", "what removing came to");
      await late.press(USE);
      const checks = await eventually("the passkey was checked", async () => {
        const seen = checksOf(scene);
        return seen.length === 2 ? seen : undefined;
      }, 20_000);
      equal(checks, [200, 404], "what the checks came to, before and after the removal");
      await late.isLoggedOut();
      await forgets(scene, authenticator);
    },
  },
  {
    name: "a browser without passkeys says so on the account page and offers none",
    engines: ["webkit"],
    async run({ visitor }) {
      const alice = await visitor();
      await alice.confirms("alice");
      await alice.press("#passkeys-show");
      await eventually("the page says that there are none here", async () => ((await alice.text("#passkeys [role=status]").catch(() => "")).startsWith("Passkeys do not work") ? true : undefined));
      equal(await alice.driver.executeScript<boolean>(`return document.querySelector("#passkeys form").hidden;`), true, "no form to add one");
    },
  },
  {
    name: "a page of another host is given nothing that a passkey signs for this one",
    engines: ENGINES,
    factorWait: 0,
    async run(scene) {
      const { owner, passkey } = await settled(scene);
      // an address of the same machine: another site to the browser, and encrypted enough for passkeys
      await owner.driver.get(scene.demo.origin.replace("localhost", "127.0.0.1"));
      const answer = await owner.driver.executeAsyncScript<string>(`
        const [id, done] = arguments;
        const bytes = Uint8Array.from(atob(id.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
        const publicKey = { rpId: "localhost", challenge: new Uint8Array(32), userVerification: "required", allowCredentials: [{ type: "public-key", id: bytes }] };
        navigator.credentials.get({ publicKey }).then(() => done("signed"), (thrown) => done(thrown.name));`, passkey.credentialId);
      equal(answer, "SecurityError", "what the page of another host was told");
    },
  },
  {
    name: "whoever is not verified gets nowhere with a passkey and goes on by a slower way",
    engines: ENGINES,
    factorWait: 0,
    async run(scene) {
      const { passkey } = await settled(scene);
      const [other, authenticator] = await equipped(scene);
      await authenticator.brings(passkey);
      await authenticator.verifies(false);
      await other.logsIn("alice");
      await other.isChallenged();
      await other.press(USE);
      await eventually("the page says that it was stopped", async () => ((await other.text("[part=status]").catch(() => "")) === STOPPED ? true : undefined));
      equal(checksOf(scene), [], "answers that were sent");
      await other.isLoggedOut();
      await other.press("[part=cannot]");
      holds((await other.text("[part=slower]")) !== "", "the slower way is said to be slower");
    },
  },
];
