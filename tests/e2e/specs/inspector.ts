import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askChromium } from "../harness/engines.ts";
import { eventually } from "../harness/process.ts";
import { equal, holds, type Spec } from "../harness/spec.ts";
import type { Visitor } from "../harness/visitor.ts";
import { noiseScript } from "../stability/noise.ts";

const LOOK = "[part=look]";
const REPORT = "button[part=report]";
const AREA = "[part=report-area]";
const FILES = "/login-guard/";

interface Row {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly sent: string;
  readonly outcome: string | null;
}

const inside = <T>(visitor: Visitor, script: string): Promise<T> =>
  visitor.driver.executeScript<T>(`const root = document.querySelector("login-guard-inspector").shadowRoot; ${script}`);

/** Presses the button and waits until everything is told. */
async function looks(visitor: Visitor): Promise<void> {
  await visitor.sees(LOOK);
  await visitor.driver.executeAsyncScript(`
    const done = arguments[arguments.length - 1];
    document.addEventListener("login-guard-inspected", () => done(), { once: true });
    document.querySelector("login-guard-inspector").shadowRoot.querySelector("${LOOK}").click();`);
}

const rows = (visitor: Visitor): Promise<Row[]> =>
  inside(visitor, `return [...root.querySelectorAll("[data-component]")].map((title) => {
    const [read, sent] = title.closest("tr").querySelectorAll("td");
    const outcome = title.closest("tr").querySelector("[data-outcome]");
    return { name: title.dataset.component, title: title.textContent, text: read.textContent, sent: sent.textContent, outcome: outcome && outcome.dataset.outcome };
  });`);

const summary = (visitor: Visitor): Promise<string> => inside(visitor, `return root.querySelector("[part=summary]")?.textContent ?? "";`);

/** The parts of the last field that was posted to a path. */
function lastProof(visitor: Visitor, path: string): { claims: Record<string, string>; evidence: { components: Record<string, { digest?: string; tags?: string }>; facts: Record<string, string> } } {
  const body = visitor.demo.proxy.sent.findLast((sent) => sent.method === "POST" && sent.path === path)?.body ?? "";
  const field = body.startsWith("{") ? (JSON.parse(body) as { proof: string }).proof : (new URLSearchParams(body).get("login-guard-proof") ?? "");
  const [, proof = "", evidence = ""] = field.split("~");
  const parsed = (text = ""): never => JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as never;
  return { claims: parsed(proof.split(".")[1]), evidence: parsed(evidence) };
}

const isTrace = (name: string): boolean => /^(automation|tampering)-/.test(name);

export const inspector: readonly Spec[] = [
  {
    name: "the inspector shows every component as before, and no login loads any of it",
    async run({ demo, visitor }) {
      const alice = await visitor();
      await alice.logsIn("alice");
      await alice.isChallenged();
      equal(demo.proxy.asked(FILES).filter((request) => /inspect/.test(request)), [], "files of the inspector before the session");
      await alice.type("input[autocomplete=one-time-code]", await alice.readsCode("alice@"));
      await alice.arrivesAt("/account");
      await alice.sees(LOOK);
      equal(demo.proxy.asked(FILES).filter((request) => /login_guard_inspect/.test(request)), [], "files for reading before the press");
      const login = lastProof(alice, "/login");
      await looks(alice);
      const shown = await rows(alice);
      equal(shown.map(({ name }) => name).sort(), Object.keys(login.evidence.components).sort(), "components that are shown");
      equal(shown.filter(({ name, title }) => name === title), [], "components without words of their own");
      equal(shown.filter(({ name, outcome }) => !isTrace(name) && outcome !== "same").map(({ name, outcome }) => `${name} ${outcome}`), [], "components that are not as before");
      holds((await summary(alice)).startsWith("Everything is as it was"), `the summary says: ${await summary(alice)}`);
      const { claims, evidence } = lastProof(alice, "/account/device");
      equal(claims["purpose"], "session", "the proof's purpose");
      for (const { name, sent } of shown) {
        const { digest } = evidence.components[name] ?? {};
        if (digest !== undefined) equal(sent, digest, `what the server sees of ${name}`);
      }
    },
  },
  {
    name: "the inspector tells by name what noise has changed",
    async run({ demo, visitor }) {
      const alice = await visitor();
      await alice.confirms("alice");
      const noise = noiseScript(7);
      demo.proxy.extras.set("/inspector/noise.js", { type: "text/javascript", body: noise });
      demo.proxy.additions = { head: '<script src="/inspector/noise.js"></script>', worker: noise };
      await alice.open("/account");
      await looks(alice);
      const changed = (await rows(alice)).filter(({ name, outcome }) => !isTrace(name) && outcome !== "same").map(({ name }) => name);
      const [shapes, zone] = [changed.includes("canvas"), changed.includes("timezone")];
      holds(shapes && !zone, `changed: ${changed.join(", ")}`);
      holds((await summary(alice)).includes("Drawn shapes"), `the summary says: ${await summary(alice)}`);
      // what changed is open to be seen
      await alice.sees("[data-component=canvas]");
    },
  },
  {
    name: "the inspector tells by name that the time zone changed",
    engines: ["chromium"],
    async run({ visitor }) {
      const alice = await visitor();
      await alice.confirms("alice");
      await askChromium(alice.driver, "Emulation.setTimezoneOverride", { timezoneId: "Pacific/Chatham" });
      await alice.open("/account");
      await looks(alice);
      const changed = (await rows(alice)).filter(({ name, outcome }) => !isTrace(name) && outcome !== "same").map(({ name }) => name);
      equal(changed, ["timezone"], "changed components");
      holds((await rows(alice)).some(({ text }) => text.includes("Pacific/Chatham")), "the new zone is shown to the person");
      holds((await summary(alice)).includes("still taken as the same machine"), `the summary says: ${await summary(alice)}`);
    },
  },
  {
    name: "the bug report is without identity",
    async run({ demo, visitor }) {
      const alice = await visitor();
      await alice.confirms("alice");
      await looks(alice);
      await alice.press(REPORT);
      await alice.sees(AREA);
      const text = await inside<string>(alice, `return root.querySelector("${AREA}").value;`);
      const report = JSON.parse(text) as { components: Record<string, unknown>[]; facts: Record<string, unknown>[]; browser: Record<string, string> };
      const members = ["report", "version", "browser", "same-machine", "probation", "facts", "components", "missing"];
      equal(Object.keys(report).filter((key) => !members.includes(key)), [], "members of the report");
      const allowed = ["name", "scope", "state", "reason", "agrees", "outcome", "change", "milliseconds"];
      const found = [...report.components, ...report.facts].flatMap((one) => Object.keys(one));
      equal(found.filter((key) => !allowed.includes(key)), [], "members of a component");
      equal("language" in report.browser, false, "the language among the browser's facts");
      const { claims, evidence } = lastProof(alice, "/account/device");
      const sent = Object.values(evidence.components).flatMap(({ digest, tags }) => [digest, tags].filter((one) => one !== undefined && one !== ""));
      const cookies = (await alice.driver.manage().getCookies()).map(({ value }) => value);
      const machine = await alice.driver.executeScript<string[]>(
        "return [Intl.DateTimeFormat().resolvedOptions().timeZone, navigator.userAgent, navigator.language, ...navigator.languages, String(new Date().getFullYear())];",
      );
      const readings = await inside<string[]>(alice, `return [...root.querySelectorAll(".values :is(li, dd)")].map((one) => one.textContent).filter((text) => text.length > 6);`);
      const own = new Set(Object.values(report.browser));
      const identity = ["alice", "u-1001", demo.origin, ...Object.values(claims), ...sent, ...cookies, ...machine, ...readings].filter(
        (one) => one !== undefined && one.length > 1 && !own.has(one) && !["session", "chromium"].includes(one),
      );
      // a language is a syllable of words
      const holdsIt = (one: string): boolean => text.includes(one.length < 5 ? JSON.stringify(one) : one);
      equal(identity.filter((one) => one !== undefined && holdsIt(one)), [], "identity in the report");
      holds(identity.length > 60, `only ${identity.length} values were looked for`);
    },
  },
  {
    name: "the bug report is saved as a file under the strict policy",
    engines: ["chromium", "firefox"],
    async run({ engine, visitor }) {
      const folder = await mkdtemp(join(tmpdir(), "login-guard-report-"));
      try {
        const preferences = { "browser.download.folderList": 2, "browser.download.dir": folder, "browser.download.useDownloadDir": true };
        const alice = await visitor(engine.name === "firefox" ? { preferences } : {});
        if (engine.name === "chromium") await askChromium(alice.driver, "Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder });
        await alice.confirms("alice");
        await looks(alice);
        await alice.press(REPORT);
        await alice.press("[part=save]");
        const text = await inside<string>(alice, `return root.querySelector("${AREA}").value;`);
        const saved = await eventually("the report is in the folder", async () => {
          const [name] = (await readdir(folder)).filter((one) => one.endsWith(".json"));
          const read = name === undefined ? "" : await readFile(join(folder, name), "utf8");
          return read.length < text.length ? undefined : read;
        });
        equal(saved, text, "the file");
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
      }
    },
  },
  {
    name: "the inspector says what is missing: the session, or the key",
    async run({ visitor }) {
      const alice = await visitor();
      await alice.confirms("alice");
      await alice.sees(LOOK);
      await alice.driver.manage().deleteAllCookies();
      await looks(alice);
      const said = (visitor: Visitor): Promise<string> => inside(visitor, `return root.querySelector("[part=error]").textContent;`);
      equal(await said(alice), "You are no longer logged in, so nothing was compared. Please log in again.", "what is said without a session");
      holds((await rows(alice)).length > 30, "what is read is shown all the same");
      const bob = await visitor();
      await bob.confirms("bob");
      await bob.losesKey();
      await bob.open("/account");
      await looks(bob);
      const told = await said(bob);
      holds(told.startsWith("This browser holds no confirmed key"), told);
    },
  },
];
