// Copied the whole profile, key, cookies and evidence, and knows the password, but draws by other means than the owner's machine.

import { equal, holds } from "../e2e/harness/spec.ts";
import type { Attempt, Challenge, Device } from "./client/device.ts";
import { codes } from "./client/evidence.ts";
import type { Answer } from "./client/http.ts";
import { type Attack, type AttackScene, refused } from "./client/scene.ts";

/** Posts a login with these drawings; everything else is as on the owner's machine. */
async function posts(scene: AttackScene, device: Device, attempt: Attempt, drawn: readonly object[]): Promise<Answer> {
  const proof = await device.field(attempt, scene.victim, {}, device.evidence(attempt.probe.seeds, [...drawn]));
  const answer = await scene.backEnd.assess({ account: scene.victim, login_name: scene.victim, password: "right", proof, device_cookie: device.deviceCookie });
  device.keep(answer.body["set_cookies"]);
  return answer;
}

const own = (device: Device, { probe }: Attempt): object[] => probe.seeds.map((seed) => device.draws(seed));
const others = (device: Device, { probe }: Attempt): object[] => probe.seeds.map((seed) => device.draws(seed, "the thief's machine"));

async function confirms(scene: AttackScene, device: Device, answer: Answer): Promise<void> {
  const challenge = answer.body["challenge"] as Challenge;
  const checked = await device.answersCode(challenge, await scene.code(device, challenge, scene.victim));
  const field = await device.verdictField(challenge, String(checked.body["token"]));
  const redeemed = await scene.backEnd.redeem(field, challenge.attempt, scene.victim, device.deviceCookie);
  equal(redeemed.status, 200, `status of redeeming (${redeemed.text})`);
  device.keep(redeemed.body["set_cookies"]);
}

function failed(answer: Answer): void {
  refused(answer, 401, "confirmation-required");
  equal(codes(answer).filter((code) => code.startsWith("probe-")), ["probe-failed"], "findings about the picture");
  // whatever asks a person; never the silent way
  const methods = (answer.body["challenge"] as Challenge).methods.map(({ method }) => method);
  equal(methods.filter((method) => method !== "approval"), ["mail-code"], "methods");
}

export const painter: readonly Attack[] = [
  {
    name: "painter: a copied profile that draws otherwise is stopped, and the right picture does not help any more",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const attempt = await owner.attempt();
      failed(await posts(scene, owner, attempt, others(owner, attempt)));
      const again = await owner.attempt();
      failed(await posts(scene, owner, again, own(owner, again)));
      const last = await owner.attempt();
      await confirms(scene, owner, await posts(scene, owner, last, own(owner, last)));
      for (let login = 0; login < 3; login += 1) {
        const next = await owner.attempt();
        equal((await posts(scene, owner, next, own(owner, next))).status, 200, "status after the owner has confirmed");
      }
    },
  },
  {
    name: "painter: no seed comes up twice, so that a recorded answer is worth nothing",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const recorded = new Map<string, object>();
      for (let login = 0; login < 6; login += 1) {
        const attempt = await owner.attempt();
        const [verified = ""] = attempt.probe.seeds;
        holds(!recorded.has(verified), "a seed that was verified is not asked for again");
        recorded.set(verified, owner.draws(verified));
        equal((await posts(scene, owner, attempt, own(owner, attempt))).status, 200, "status of the owner's login");
      }
      const attempt = await owner.attempt();
      const replayed = [...recorded.values()].slice(-2);
      failed(await posts(scene, owner, attempt, replayed));
    },
  },
  {
    name: "painter: answers recorded at the enrolment let a thief in for a while, and stop both at the owner's next login",
    async run(scene) {
      const owner = await scene.device();
      const first = await owner.attempt();
      const recorded = own(owner, first);
      await confirms(scene, owner, await posts(scene, owner, first, recorded));
      const thief = owner.copiedTo(owner.machine);
      const answers = ({ probe: { seeds } }: Attempt): object[] =>
        seeds.map((seed) => recorded.find((one) => (one as { seed: string }).seed === seed) ?? thief.draws(seed, "the thief's machine"));
      // what pends was drawn before the thief's eyes; what the thief enrols by it is the thief's own
      const passes: number[] = [];
      // which one is verified is not the thief's choice: until every recorded one was
      const left = new Set(first.probe.seeds);
      while (left.size > 0 && passes.length < 40) {
        const attempt = await thief.attempt();
        left.delete(attempt.probe.seeds[0] ?? "");
        passes.push((await posts(scene, thief, attempt, answers(attempt))).status);
      }
      equal(left.size, 0, "recorded seeds that were never asked for");
      const attempt = await owner.attempt();
      const caught = await posts(scene, owner, attempt, own(owner, attempt));
      holds(passes.every((status) => status === 200), `logins with recorded answers (${passes.join()})`);
      refused(caught, 401, "confirmation-required");
    },
  },
  {
    name: "painter: asking again gives no other seed",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const asked = new Set<string>();
      for (let time = 0; time < 20; time += 1) asked.add((await owner.attempt()).probe.seeds.join());
      equal(asked.size, 1, "different pairs of seeds");
    },
  },
  {
    name: "painter: leaving the picture out, or asking as if the key were not known, is no way around it",
    async run(scene) {
      for (const lie of ["left out", "of other seeds", "noisy"] as const) {
        const owner = await scene.known(scene.victim);
        const attempt = lie === "of other seeds" ? ((await owner.post("attempts", { purpose: "login" })).body as unknown as Attempt) : await owner.attempt();
        const noisy = { state: "noisy" };
        const drawn = { "left out": [], "of other seeds": own(owner, attempt), noisy: attempt.probe.seeds.map((seed) => ({ seed, cpu: noisy, default: noisy })) }[lie];
        failed(await posts(scene, owner, attempt, drawn));
      }
    },
  },
  {
    name: "painter: tabs that began together log in, and with another picture they do not",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const tabs = [await owner.attempt(), await owner.attempt(), await owner.attempt()] as const;
      equal(new Set(tabs.map(({ probe }) => probe.seeds.join())).size, 1, "pairs of seeds");
      const cookie = owner.deviceCookie ?? "";
      for (const tab of tabs.slice(0, 2)) {
        // each tab posts the cookie that it began with
        owner.cookies.set("__Host-lg-device", cookie);
        equal((await posts(scene, owner, tab, own(owner, tab))).status, 200, "status of a tab");
      }
      owner.cookies.set("__Host-lg-device", cookie);
      failed(await posts(scene, owner, tabs[2], others(owner, tabs[2])));
    },
  },
  {
    name: "painter: another login name is no way around the picture",
    async run(scene) {
      const owner = await scene.known(scene.victim);
      const alias = await scene.device();
      for (const [name, value] of owner.cookies) alias.cookies.set(name, value);
      const challenge = (await scene.login(alias, scene.victim)).body["challenge"] as Challenge;
      const seeds = challenge.methods.find(({ probe }) => probe)?.probe?.seeds ?? [];
      equal(seeds.length, 2, "seeds that the silent way asks for");
      const drawn = seeds.map((seed) => owner.draws(seed, "the thief's machine"));
      refused(await owner.provesKey(challenge, owner.evidence(seeds, drawn)), 409, "method-unavailable");
      refused(await owner.provesKey(challenge, owner.evidence()), 409, "method-unavailable");
      // whoever may draw again finds the right renderer in the end: the mismatch stays until a person confirms
      refused(await owner.provesKey(challenge), 409, "method-unavailable");
    },
  },
];
