// What is not as it was enrolled: asked of the page's own back end, with a proof of purpose `session`.

import { type Bytes, toBase64url } from "./encoding";
import { LoginGuardError } from "./error";
import { type DeviceKey, findByLoginName } from "./keys";
import { makeProof, nameDigest } from "./proof";
import { ask, post } from "./transport";

export type Outcome = "changed" | "expected" | "gained" | "lost" | "plausible" | "same" | "similar" | "unknown";

/** As docs/protocol.md says of `POST /v1/devices/compare`. */
export interface Comparison {
  readonly device: { readonly probation: boolean; readonly enrolled_at: string };
  readonly same_machine: boolean;
  readonly components: readonly Compared[];
}

export interface Compared {
  readonly component: string;
  readonly kind: "component" | "fact";
  readonly outcome: Outcome;
  readonly change: "expected" | "implausible" | "plausible";
}

/** The account's key in this browser. Throws `device-unknown` when there is none, or why no key can be kept here. */
export async function findKey(loginName: string): Promise<DeviceKey> {
  const key = await findByLoginName(loginName);
  if (key === undefined) throw new LoginGuardError("device-unknown");
  return key;
}

/** A key for readings that nothing is compared with: made now, kept nowhere. */
export async function makeDigestKey(): Promise<CryptoKey> {
  if (globalThis.crypto?.subtle === undefined) throw new LoginGuardError("no-webcrypto");
  return crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/** Compares; throws the code of what went wrong. */
export async function compare(address: string, key: DeviceKey, loginName: string, evidence: Bytes): Promise<Comparison> {
  const begun = await post<{ attempt: string; nonce: string; platform: string }>(
    "attempts",
    { purpose: "session", device_key_id: key.id },
    { kind: "login", repeatable: true },
  );
  const { attempt, nonce, platform } = begun;
  const statement = { platform, nonce, name: await nameDigest(platform, loginName), purpose: "session", evidence } as const;
  const proof = `${attempt}~${await makeProof(key, statement, false)}~${toBase64url(evidence)}`;
  const comparison = await ask<Partial<Comparison>>(address, { proof });
  const { device, same_machine, components } = comparison;
  if (device === undefined || same_machine === undefined || !Array.isArray(components)) throw new LoginGuardError("answer-invalid");
  return { device, same_machine, components };
}
