// The specs: one file for each subject, one line here for each file. To add one: a sentence as its name, a fresh demo
// and fresh profiles from the scene, and no waiting for time to pass.

import type { Spec } from "../harness/spec.ts";
import { alias } from "./alias.ts";
import { approval } from "./approval.ts";
import { automation } from "./automation.ts";
import { bare } from "./bare.ts";
import { blocked } from "./blocked.ts";
import { component } from "./component.ts";
import { confirmation } from "./confirmation.ts";
import { copies } from "./copies.ts";
import { degraded } from "./degraded.ts";
import { everyday } from "./everyday.ts";
import { factors } from "./factors.ts";
import { halves } from "./halves.ts";
import { handover } from "./handover.ts";
import { inspector } from "./inspector.ts";
import { idle } from "./idle.ts";
import { json } from "./json.ts";
import { late } from "./late.ts";
import { missing } from "./missing.ts";
import { nonce } from "./nonce.ts";
import { passkeys } from "./passkeys.ts";
import { passwords } from "./passwords.ts";
import { policy } from "./policy.ts";
import { privacy } from "./privacy.ts";
import { privateWindows } from "./private.ts";
import { probe } from "./probe.ts";
import { silence } from "./silence.ts";
import { vectors } from "./vectors.ts";
import { work } from "./work.ts";

export const SPECS: readonly Spec[] = [
  ...confirmation,
  ...component,
  ...silence,
  ...idle,
  ...halves,
  ...copies,
  ...alias,
  ...passwords,
  ...passkeys,
  ...factors,
  ...approval,
  ...json,
  ...handover,
  ...automation,
  ...everyday,
  ...policy,
  ...nonce,
  ...privacy,
  ...probe,
  ...inspector,
  ...missing,
  ...degraded,
  ...bare,
  ...privateWindows,
  ...blocked,
  ...late,
  ...work,
  ...vectors,
];
