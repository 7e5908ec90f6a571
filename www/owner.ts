// What the pages of a session use, where an owner looks after the ways to confirm: a proof of the owner's device for each request to
// the back end, and the browser's passkeys. No part of a login.

import { digest, toBase64url, transcript } from "./encoding";
import { LoginGuardError } from "./error";
import { gather, load } from "./evidence";
import { findByLoginName } from "./keys";
import { askPasskey, disownPasskey, isSupported, makePasskey } from "./passkeys";
import { accountHead, makeProof, nameDigest } from "./proof";
import { post } from "./transport";

export { LoginGuardError } from "./error";

interface Begun {
  readonly attempt: string;
  readonly nonce: string;
  readonly platform: string;
  readonly parameters: { readonly evidence_budget_ms: number };
}

/**
 * The member `proof` of an owner's request: the device that this browser is for the account, proved just now. Good once.
 *
 * With an `act` from `approvalDigest` it is the proof of an answer to a request for approval, and of nothing else.
 *
 * Throws `LoginGuardError`: `device-unknown` when this browser holds no key of that name, `unreachable`, or a problem's code.
 */
async function prove({ loginName, act }: { readonly loginName: string; readonly act?: string }): Promise<string> {
  const key = await findByLoginName(loginName);
  if (key === undefined) throw new LoginGuardError("device-unknown");
  const purpose = act === undefined ? "session" : "approval";
  const asked = { purpose, device_key_id: key.id };
  // a file that does not come is told in the evidence
  const [{ attempt, nonce, platform, parameters }] = await Promise.all([post<Begun>("attempts", asked, { kind: "login", repeatable: true }), load().catch(() => undefined)]);
  const deadline = new Promise<void>((resolve) => setTimeout(resolve, parameters.evidence_budget_ms));
  const [name, evidence] = await Promise.all([nameDigest(platform, loginName), gather(key.digestKey, deadline)]);
  const proof = await makeProof(key, { platform, nonce, name, purpose, evidence, ...(act === undefined ? {} : { act }) }, accountHead(key.id) === undefined);
  return `${attempt}~${proof}~${toBase64url(evidence)}`;
}

/**
 * What is signed with an answer: the `request` exactly as the list had it, `approve`, `refuse` or `refuse-and-freeze`, and the code
 * as the person typed it (nothing with a refusal). Show all that the request says: the signature is over nothing else.
 */
function approvalDigest({ request, answer, code = "" }: { readonly request: string; readonly answer: string; readonly code?: string }): Promise<string> {
  return digest(transcript("login-guard/approval/v1", request, answer, code.replace(/[\s-]/g, "").toUpperCase()));
}

/** Whether this browser has passkeys at all. */
const hasPasskeys = isSupported;

/**
 * Makes a passkey from the `options` of `/v1/factors/passkeys/begin`: the member `credential` of `finish`. On a press only.
 *
 * Throws `LoginGuardError`: `cancelled` when the person closed it, `passkey-exists`, `passkey-unsupported`.
 */
async function makePasskeyFor(options: PublicKeyCredentialCreationOptionsJSON): Promise<string> {
  return makePasskey(options).catch(told);
}

/** Uses a passkey for the `options` of `/v1/step-ups/begin`: the member `credential` of `step_up`. On a press only; throws as above. */
async function usePasskey(options: PublicKeyCredentialRequestOptionsJSON): Promise<string> {
  return (await askPasskey(options).catch(told)).json;
}

/** After a passkey was removed from the account: tells its keeper, where browsers can. Never throws. */
async function forgetPasskey({ rpId, credential }: { readonly rpId: string; readonly credential: string }): Promise<void> {
  if (isSupported()) await disownPasskey(rpId, credential);
}

const CODES: Readonly<Record<string, string>> = { AbortError: "cancelled", InvalidStateError: "passkey-exists", NotAllowedError: "cancelled" };

function told(thrown: unknown): never {
  throw new LoginGuardError((thrown instanceof DOMException ? CODES[thrown.name] : undefined) ?? "passkey-unsupported");
}

export const owner = Object.freeze({ prove, approvalDigest, hasPasskeys, makePasskey: makePasskeyFor, usePasskey, forgetPasskey });
