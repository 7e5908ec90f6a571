import { codeOf } from "../harness/app.ts";
import { eventually } from "../harness/process.ts";
import { equal, holds, type Scene, type Spec } from "../harness/spec.ts";
import { PARTS, type Visitor } from "../harness/visitor.ts";

const WAYS = "#factors > ul > li[data-factor]";

/** Waits until the section has done what it was asked for, and answers what. */
async function done(owner: Visitor): Promise<string> {
  return eventually("the section has answered", async () =>
    (await owner.driver.executeScript<string | null>(`
      const section = document.querySelector("#factors");
      return section.getAttribute("aria-busy") === "true" ? null : section.dataset.done ?? null;`)) ?? undefined, 20_000);
}

/** The kinds and states in the list. */
const listed = (owner: Visitor): Promise<string[]> =>
  owner.driver.executeScript<string[]>(`return [...document.querySelectorAll("${WAYS}")].map((it) => it.dataset.kind + " " + it.dataset.state).sort();`);

/** An owner at a device confirmed by mail, with the section open. */
async function opened({ visitor }: Scene): Promise<Visitor> {
  const owner = await visitor();
  await owner.confirms("alice");
  await owner.press("#factors-show:enabled");
  equal(await done(owner), "shown", "what showing the ways came to");
  return owner;
}

/** Sets up an app; answers its secret. */
async function setsUpApp(owner: Visitor): Promise<string> {
  await owner.press("#totp-begin");
  equal(await done(owner), "begun", "what beginning came to");
  await owner.sees("#totp-form .qr svg");
  const secret = await owner.text("#totp-secret");
  await owner.type("#totp-form input", codeOf(secret));
  await owner.press("#totp-form button[type=submit]");
  equal(await done(owner), "added", "what setting up an app came to");
  return secret;
}

/** Logs in on a new machine, as far as this way's field. */
async function chooses(someone: Visitor, way: string): Promise<string> {
  await someone.logsIn("alice");
  await someone.isChallenged();
  const field = `#${way}-code`;
  const seen = await someone.sees(`${field}, ${PARTS.another}`, 30_000);
  if ((await seen.getAttribute("part"))?.includes("another") === true) {
    await someone.press(PARTS.another);
    await someone.press(`[part~=way-${way}]`);
  }
  await someone.sees(field);
  return field;
}

export const factors: readonly Spec[] = [
  {
    name: "an authenticator app is set up with a picture drawn here, and confirms a new device",
    factorWait: 0,
    async run(scene) {
      const owner = await opened(scene);
      const secret = await setsUpApp(owner);
      equal(await listed(owner), ["contact active", "totp active"], "ways to confirm");
      equal(await owner.count("#totp-form .qr svg"), 0, "pictures that are left");
      const other = await scene.visitor();
      const field = await chooses(other, "totp");
      // the code of the set-up is used up: the app has moved on
      await other.type(field, codeOf(secret, 1));
      await other.arrivesAt("/account");
      equal(await other.count("#probation"), 1, "words about probation");
      const foreign = scene.demo.proxy.seen.filter(({ path }) => /qr|chart/.test(path)).map(({ path }) => path);
      equal(foreign, ["/demo/qr.js"], "requests for the picture");
    },
  },
  {
    name: "a recovery code is shown once, confirms once, and is refused the second time",
    factorWait: 0,
    async run(scene) {
      const owner = await opened(scene);
      await owner.press("#codes-issue");
      equal(await done(owner), "issued", "what issuing came to");
      const codes = await owner.driver.executeScript<string[]>(`return [...document.querySelectorAll("#codes code")].map((it) => it.textContent);`);
      equal(codes.length, 10, "codes");
      await owner.press("#codes-done");
      equal(await owner.count("#codes code"), 0, "codes that are left on the page");
      const code = codes[4] ?? "";
      const other = await scene.visitor();
      await other.type(await chooses(other, "recovery-code"), code.toLowerCase().replaceAll("-", " "));
      await other.press("[part~=submit]");
      await other.arrivesAt("/account");
      const third = await scene.visitor();
      await third.type(await chooses(third, "recovery-code"), code);
      await third.press("[part~=submit]");
      await third.sees(PARTS.error);
      await third.isLoggedOut();
      const checks = scene.demo.proxy.seen.filter(({ path }) => path.endsWith("/recovery-code/check")).map(({ status }) => status);
      equal(checks, [200, 409], "answers to the code");
      const mails = (await scene.demo.inbox()).map(({ subject }) => subject);
      holds(mails.some((subject) => subject.startsWith("A recovery code of your account was used")), `mails: ${mails.join(", ")}`);
    },
  },
  {
    name: "what waits is not offered, the owner is told by mail, and an older known browser cancels it",
    factorWait: 3_600,
    async run(scene) {
      const other = await scene.visitor();
      await other.getsIn("alice");
      const owner = await opened(scene);
      await setsUpApp(owner);
      equal(await listed(owner), ["contact active", "totp waiting"], "ways to confirm");
      const mails = await eventually("the owner is told", async () => {
        const subjects = (await scene.demo.inbox()).map(({ subject }) => subject);
        return subjects.some((subject) => subject.startsWith("An authenticator app was added")) ? subjects : undefined;
      });
      holds(mails.length >= 2, `mails: ${mails.join(", ")}`);
      await other.press("#factors-show:enabled");
      await done(other);
      await other.press(`${WAYS}[data-state=waiting] button`);
      equal(await done(other), "cancelled", "what cancelling came to");
      equal(await listed(other), ["contact active"], "ways to confirm");
    },
  },
];
