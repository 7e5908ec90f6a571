// Attackers, one file each, against the running processes. The client is written from docs/protocol.md alone.
// `node --import tsx main.ts [part of a name]`, from tests/e2e. To add one: a file and a line in ATTACKS.

import { Demo } from "../e2e/harness/demo.ts";
import { report } from "../e2e/harness/spec.ts";
import { accountSwapper } from "./account_swapper.ts";
import { type Attack, AttackScene } from "./client/scene.ts";
import { approvalPhisher } from "./approval_phisher.ts";
import { allAbsent } from "./all_absent.ts";
import { allNoisy } from "./all_noisy.ts";
import { cookieTaker } from "./cookie_taker.ts";
import { copier } from "./copier.ts";
import { copyUser, HOLD_S } from "./copy_user.ts";
import { crossSite } from "./cross_site.ts";
import { doubleSpender } from "./double_spender.ts";
import { enumerator } from "./enumerator.ts";
import { evidenceReplayed } from "./evidence_replayed.ts";
import { factorThief } from "./factor_thief.ts";
import { guesser } from "./guesser.ts";
import { idler } from "./idler.ts";
import { intruder } from "./intruder.ts";
import { onlooker } from "./onlooker.ts";
import { passkeyRelayer } from "./passkey_relayer.ts";
import { phisher } from "./phisher.ts";
import { painter } from "./painter.ts";
import { populationPoisoner } from "./population_poisoner.ts";
import { pushBomber } from "./push_bomber.ts";
import { puppeteer } from "./puppeteer.ts";
import { replayer } from "./replayer.ts";
import { sessionMixer } from "./session_mixer.ts";
import { tamperer } from "./tamperer.ts";
import { thief } from "./thief.ts";

const ATTACKS: readonly Attack[] = [
  ...replayer,
  ...tamperer,
  ...phisher,
  ...approvalPhisher,
  ...pushBomber,
  ...passkeyRelayer,
  ...accountSwapper,
  ...doubleSpender,
  ...guesser,
  ...factorThief,
  ...idler,
  ...thief,
  ...copier,
  ...copyUser,
  ...cookieTaker,
  ...painter,
  ...puppeteer,
  ...allAbsent,
  ...allNoisy,
  ...evidenceReplayed,
  ...populationPoisoner,
  ...enumerator,
  ...crossSite,
  ...intruder,
  ...sessionMixer,
  ...onlooker,
];

const [part = ""] = process.argv.slice(2);
const demo = await Demo.start({ cookieHold: HOLD_S, factorWait: 0 });
try {
  const chosen = ATTACKS.filter(({ name }) => name.includes(part)).map((attack, index) => ({ name: attack.name, attack, index }));
  const passed = await report(chosen, ({ attack, index }) => attack.run(new AttackScene(demo, `u-victim-${index}`, `u-other-${index}`)));
  process.exitCode = passed ? 0 : 1;
} finally {
  await demo.stop();
}
