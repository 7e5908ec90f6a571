import type { Additions } from "../harness/proxy.ts";
import { equal, holds, type Scene, type Spec } from "../harness/spec.ts";
import type { Demo } from "../harness/demo.ts";

interface Delay {
  readonly what: string;
  readonly additions: Additions;
  /** Components that cannot be there. */
  readonly late: RegExp;
}

const HANGING = "/test/hanging.js";
const HANGING_SCRIPT = "globalThis.OfflineAudioContext && (OfflineAudioContext.prototype.startRendering = () => new Promise(() => {}));";

/** Signals that never answer. */
const DELAYS: readonly Delay[] = [
  { what: "sound", additions: { head: `<script src="${HANGING}"></script>` }, late: /^audio$/ },
  { what: "workers", additions: { worker: "await new Promise(() => {});" }, late: /^(canvas|fonts)$/ },
];

/** The states of the components that were sent last, with a login or with its verdict. */
function states({ proxy }: Demo, where: "/login" | "/login/finish" = "/login"): Map<string, string> {
  const post = proxy.sent.findLast(({ method, path }) => method === "POST" && path === where);
  const field = where === "/login" ? "login-guard-proof" : "login-guard-verdict";
  const [, , evidence = ""] = (new URLSearchParams(post?.body).get(field) ?? "").split("~");
  const { components } = JSON.parse(Buffer.from(evidence, "base64url").toString("utf8")) as { components: Record<string, { state: string; reason?: string }> };
  return new Map(Object.entries(components).map(([name, { state, reason }]) => [name, [state, reason].filter((part) => part !== undefined).join(": ")]));
}

export const late: readonly Spec[] = DELAYS.map(({ what, additions, late: isLate }) => ({
  name: `${what} that never answer hold no login up, and are told as late`,
  async run({ demo, visitor }: Scene) {
    demo.proxy.extras.set(HANGING, { type: "text/javascript", body: HANGING_SCRIPT });
    demo.proxy.additions = additions;
    const alice = await visitor();
    await alice.confirms("alice");
    const found = states(demo);
    const names = [...found.keys()].filter((name) => isLate.test(name));
    holds(names.length > 0, "the late ones are named");
    for (const name of names) equal(found.get(name), "absent: timed-out", name);
    equal(found.get("timezone") !== undefined && found.get("platform") === "present", true, "the others are there");
    const again = states(demo, "/login/finish");
    equal([...again.keys()].join(), [...found.keys()].join(), "evidence comes with the verdict once more");
    equal(again.get("platform"), "present", "what can be read is read");
    await alice.logsOut();
    await alice.logsIn("alice");
    await alice.arrivesAt("/account");
  },
}));
