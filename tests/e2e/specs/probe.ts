import { equal, holds, type Spec } from "../harness/spec.ts";
import type { Demo } from "../harness/demo.ts";

interface Answer {
  readonly seed: string;
  readonly cpu: { readonly state: string; readonly reason?: string };
  readonly default: { readonly state: string };
}

/** What was drawn with each post of a field; undefined where it says nothing of pictures. */
function drawn(demo: Demo, field: "login-guard-proof" | "login-guard-verdict"): (Answer[] | undefined)[] {
  const posts = demo.proxy.sent.map(({ body }) => new URLSearchParams(body).get(field)).filter((value) => value !== null);
  return posts.map((value) => {
    const [, , evidence = ""] = value.split("~");
    return (JSON.parse(Buffer.from(evidence, "base64url").toString("utf8")) as { probes?: Answer[] }).probes;
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
      const [first, ...known] = drawn(demo, "login-guard-proof");
      equal(first, undefined, "a new key draws nothing before the press");
      equal(known.length, 10, "further login posts");
      const [confirmed = [], ...others] = drawn(demo, "login-guard-verdict");
      equal(others.length, 0, "one confirmation, in which it is drawn");
      const answers = [confirmed, ...known.map((probes) => probes ?? [])];
      for (const probes of answers) {
        equal(probes.map(({ cpu }) => `${cpu.state}${cpu.reason ?? ""}`), ["present", "present"], "what the processor drew");
        equal(probes.map((one) => one.default.state), ["present", "present"], "what the browser drew as it likes");
      }
      const verified = answers.slice(1).map(([first]) => first?.seed);
      equal(new Set(verified).size, 10, "seeds that were verified");
      const enrolled = answers.flat().map(({ seed }) => seed);
      holds(verified.every((seed) => enrolled.indexOf(seed ?? "") < enrolled.lastIndexOf(seed ?? "")), "each was drawn before");
    },
  },
];
