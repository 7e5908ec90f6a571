import { eventually } from "../harness/process.ts";
import { equal, holds, type Spec } from "../harness/spec.ts";

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

export const policy: readonly Spec[] = [
  {
    name: "every page keeps the strict policy and nothing violates it",
    async run({ demo, engine, visitor }) {
      const carol = await visitor();
      await carol.confirms("carol");
      for (const page of ["/", "/inbox", "/login/json", "/account"]) {
        await carol.open(page);
        await carol.sees("body");
      }
      const bare = demo.proxy.seen.filter(({ headers }) => /^text\/(html|javascript)/.test(headers["content-type"] ?? ""));
      holds(bare.length >= 8, "pages and scripts were seen");
      for (const { path, headers } of bare) equal(headers["content-security-policy"], POLICY, `policy of ${path}`);
      if (engine.name === "chromium") {
        const log = await carol.driver.manage().logs().get("browser");
        equal(log.map(({ message }) => message).filter((message) => /security policy|integrity/i.test(message)), [], "complaints in the browser's log");
      }
      // a planted violation arrives last: reports work, and there was none before it
      await carol.driver.executeScript("document.body.append(Object.assign(new Image(), { src: 'https://planted.invalid/picture.png' }));");
      await eventually("the planted violation is reported", () => (demo.proxy.violations.length > 0 ? true : undefined));
      const [first = "", ...more] = demo.proxy.violations.splice(0);
      holds(first.startsWith("img-src") && more.length === 0, `reports: ${[first, ...more].join("; ")}`);
    },
  },
];
