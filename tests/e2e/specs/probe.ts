import { equal, holds, type Spec } from "../harness/spec.ts";
import type { Demo } from "../harness/demo.ts";

interface Answer {
  readonly seed: string;
  readonly cpu: { readonly state: string; readonly reason?: string };
  readonly default: { readonly state: string };
}

/** What each login post since the last look has drawn. */
function drawn(demo: Demo): Answer[][] {
  const posts = demo.proxy.sent.filter(({ method, path }) => method === "POST" && path === "/login");
  return posts.map(({ body }) => {
    const [, , evidence = ""] = (new URLSearchParams(body).get("login-guard-proof") ?? "").split("~");
    return (JSON.parse(Buffer.from(evidence, "base64url").toString("utf8")) as { probes?: Answer[] }).probes ?? [];
  });
}

export const probe: readonly Spec[] = [
  {
    name: "ten logins of one browser draw what they are asked for, and are not asked anything else",
    async run({ visitor, demo }) {
      const alice = await visitor();
      await alice.confirms("alice");
      for (let login = 0; login < 10; login += 1) {
        await alice.logsOut();
        await alice.logsIn("alice");
        await alice.arrivesAt("/account");
      }
      const answers = drawn(demo);
      equal(answers.length, 11, "login posts");
      // the login that is confirmed waits for its evidence only; what it missed is enrolled by the next
      for (const probes of answers.slice(1)) {
        equal(probes.map(({ cpu }) => `${cpu.state}${cpu.reason ?? ""}`), ["present", "present"], "what the processor drew");
        equal(probes.map((one) => one.default.state), ["present", "present"], "what the browser drew as it likes");
      }
      const verified = answers.slice(2).map(([first]) => first?.seed);
      equal(new Set(verified).size, 9, "seeds that were verified");
      const enrolled = answers.flat().map(({ seed }) => seed);
      holds(verified.every((seed) => enrolled.indexOf(seed ?? "") < enrolled.lastIndexOf(seed ?? "")), "each was drawn before");
    },
  },
];
