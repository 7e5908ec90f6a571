import { equal, holds, type Spec } from "../harness/spec.ts";
import type { OpenOptions } from "../harness/engines.ts";
import { PARTS } from "../harness/visitor.ts";

/** A host without TLS that is not this machine's own, which browsers would trust. */
const PLAIN = "plain.test";

export const everyday: readonly Spec[] = [
  {
    name: "a device stays known after a reload and in another tab",
    async run({ demo, visitor }) {
      const alice = await visitor();
      await alice.confirms("alice");
      await alice.logsOut();
      const mails = (await demo.inbox()).length;
      await alice.open("/login");
      await alice.driver.navigate().refresh();
      await alice.logsIn("alice");
      await alice.arrivesAt("/account");
      await alice.logsOut();
      await alice.driver.switchTo().newWindow("tab");
      await alice.logsIn("alice");
      await alice.arrivesAt("/account");
      equal((await demo.inbox()).length, mails, "mails after the reload and the tab");
    },
  },
  {
    name: "a page that was opened by plain http says so and sends nothing",
    engines: ["chromium", "firefox"],
    hosts: [PLAIN],
    async run({ demo, engine, visitor }) {
      const here: Readonly<Record<string, OpenOptions>> = {
        chromium: { switches: [`--host-resolver-rules=MAP ${PLAIN} 127.0.0.1`] },
        firefox: { preferences: { "network.dns.localDomains": PLAIN } },
      };
      const alice = await visitor(here[engine.name]);
      await alice.driver.get(`${demo.origin.replace("localhost", PLAIN)}/login`);
      await alice.type(PARTS.account, "alice");
      await alice.type(PARTS.password, demo.password);
      await alice.press(PARTS.submit);
      holds(/https/.test(await alice.text("[data-login-guard-alert]")), "the address is told to be the reason");
      equal(demo.proxy.asked("/login").filter((request) => request === "POST /login"), [], "logins that were sent");
    },
  },
];
