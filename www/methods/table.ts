// The ways that a person can be asked for, and how a list names them. A new way is a file in this folder and a line here.

import type { Method } from "../confirmation";
import { LoginGuardError } from "../error";
import { importChecked } from "../files";
import { lazy } from "../lazy";
import type { Text } from "../locales/en";
import type { Words } from "../words";
import { mailCode, recoveryCode, smsCode, totp } from "./code";
import { external, nameOfFactor } from "./external";
import type { MakeWay } from "./stage";

interface Entry {
  readonly name: Text | ((method: Method, words: Words) => string);
  /** Left out where the masked destination says it. */
  readonly brief?: Text;
  load(): Promise<MakeWay>;
}

const TABLE: Readonly<Record<string, Entry>> = {
  passkey: { name: "passkeyName", brief: "passkeyBrief", load: () => fetched("passkey") },
  approval: { name: "approvalName", brief: "approvalBrief", load: () => fetched("approval") },
  external: { name: nameOfFactor, brief: "externalBrief", load: () => Promise.resolve(external) },
  totp: { name: "totpName", brief: "totpBrief", load: () => Promise.resolve(totp) },
  "sms-code": { name: "smsName", load: () => Promise.resolve(smsCode) },
  "mail-code": { name: "mailName", load: () => Promise.resolve(mailCode) },
  "recovery-code": { name: "recoveryName", brief: "recoveryBrief", load: () => Promise.resolve(recoveryCode) },
};

/** Whether this page knows the way; one that it does not know is passed over. */
export const isKnown = ({ method }: Method): boolean => Object.hasOwn(TABLE, method);

export async function load({ method }: Method): Promise<MakeWay> {
  const entry = TABLE[method];
  if (entry === undefined) throw new LoginGuardError("method-unavailable");
  return entry.load();
}

export function nameOf(method: Method, words: Words): string {
  const name = TABLE[method.method]?.name ?? nameOfFactor;
  return typeof name === "function" ? name(method, words) : words.say(name);
}

export function briefOf({ method, destination = "" }: Method, words: Words): string {
  const brief = TABLE[method]?.brief;
  return brief === undefined ? words.isolated(destination) : words.say(brief);
}

/** Ways that are more than a few lines are files of their own. */
async function fetched(name: string): Promise<MakeWay> {
  const file = lazy[name];
  if (file === undefined) throw new LoginGuardError("file-refused");
  return (await importChecked<{ way: MakeWay }>(file)).way;
}
