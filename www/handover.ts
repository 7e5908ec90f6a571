// The hand-over of cookies: where the exchange's back end cannot pass `Set-Cookie` on, the page asks the verifier for them
// itself, and signs with the key of the login.

import { fromBase64url } from "./encoding";
import { LoginGuardError } from "./error";
import { type DeviceKey, find } from "./keys";
import { makeProof, stepDigest } from "./proof";
import { post } from "./transport";

/** What the hand-over of an attempt's cookies is signed for, and with which key. */
export interface Answered {
  readonly attempt: string;
  readonly platform: string;
  /** The attempt's, or the challenge's once there was one. */
  readonly nonce: string;
  /** Digest of the login name. */
  readonly name: string;
  fits(key: DeviceKey): boolean;
}

/** Has the browser keep the cookies of an attempt's newest answer; throws `attempt-unknown` without a key to ask with. */
export async function takeCookie({ attempt, platform, nonce, name, fits }: Answered): Promise<void> {
  const key = await find((one) => one.platform === platform && fits(one)).catch(() => undefined);
  if (key === undefined) throw new LoginGuardError("attempt-unknown");
  const act = await stepDigest("cookie", "");
  const proof = await makeProof(key, { platform, nonce, name, purpose: "confirmation", act }, true);
  await post(`attempts/${encodeURIComponent(attempt)}/cookie`, { proof }, { kind: "confirmation", repeatable: true });
}

/** What a value of `login-guard-proof` was made for; throws `attempt-unknown` for one that no key signed. */
export function answeredBy(field: string): Answered {
  const [attempt = "", proof = ""] = field.split("~");
  try {
    const claims = JSON.parse(new TextDecoder().decode(fromBase64url(proof.split(".")[1] ?? ""))) as { aud: string; nonce: string; name: string };
    const { aud: platform, nonce, name } = claims;
    return { attempt, platform, nonce, name, fits: ({ names }) => names.includes(name) };
  } catch {
    throw new LoginGuardError("attempt-unknown");
  }
}
