import { equal, holds, type Spec } from "../harness/spec.ts";
import { PARTS, type Visitor } from "../harness/visitor.ts";

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** Reports kept by the page, asked for before it is left. Buffered: also those from before this script ran. */
const VIOLATIONS = `
  const done = arguments[arguments.length - 1];
  if (!window.__violations) {
    window.__violations = [];
    document.addEventListener("securitypolicyviolation", (event) => window.__violations.push(event.violatedDirective + " " + event.blockedURI));
    if (typeof ReportingObserver === "function") {
      new ReportingObserver((reports) => reports.forEach((report) => window.__violations.push(report.body.effectiveDirective + " " + report.body.blockedURL)),
        { buffered: true, types: ["csp-violation"] }).observe();
    }
  }
  setTimeout(() => done(window.__violations), 0);`;

async function isClean(visitor: Visitor, page: string): Promise<void> {
  equal(await visitor.driver.executeAsyncScript<string[]>(VIOLATIONS), [], `policy violations on ${page}`);
}

export const policy: readonly Spec[] = [
  {
    name: "every page keeps the strict policy and nothing violates it",
    async run({ demo, engine, visitor }) {
      const carol = await visitor();
      await carol.open("/login");
      await isClean(carol, "the login page");
      await carol.type(PARTS.account, "carol");
      await carol.type(PARTS.password, demo.password);
      await isClean(carol, "the login page, filled in");
      await carol.press(PARTS.submit);
      await carol.sees(PARTS.send);
      await isClean(carol, "the challenge");
      const code = await carol.asksForCode("carol@");
      await isClean(carol, "the challenge, code sent");
      await carol.type(PARTS.code, code);
      await carol.arrivesAt("/account");
      await isClean(carol, "the account page");
      for (const page of ["/inbox", "/login/json"]) {
        await carol.open(page);
        await isClean(carol, page);
      }
      const bare = demo.proxy.seen.filter(({ headers }) => /^text\/(html|javascript)/.test(headers["content-type"] ?? ""));
      holds(bare.length >= 5, "pages and scripts were seen");
      for (const { path, headers } of bare) equal(headers["content-security-policy"], POLICY, `policy of ${path}`);
      if (engine.name !== "chromium") return;
      const log = await carol.driver.manage().logs().get("browser");
      const complaints = log.map(({ message }) => message).filter((message) => /content security policy|integrity/i.test(message));
      equal(complaints, [], "complaints in the browser's log");
    },
  },
];
