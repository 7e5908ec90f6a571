// Device proofs: compact JWS, ES256, exactly as docs/protocol.md says. The one implementation, with or without wasm.

import { type Bytes, digest, toBase64url, transcript, utf8 } from "./encoding";
import { type DeviceKey, sign } from "./keys";

export interface Statement {
  readonly platform: string;
  readonly nonce: string;
  /** Digest of the login name. */
  readonly name: string;
  readonly purpose: "approval" | "confirmation" | "login" | "session";
  /** The exact evidence bytes that go along. */
  readonly evidence?: Bytes;
  /** Digest of a confirmation step, or of an answer to a request for approval. */
  readonly act?: string;
}

/** The digest under which proofs carry the typed name. */
export function nameDigest(platform: string, loginName: string): Promise<string> {
  return digest(transcript("login-guard/name/v1", platform, trimName(loginName)));
}

/** Takes off ASCII white space only: both sides must digest the same bytes. */
export function trimName(loginName: string): string {
  return loginName.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, "");
}

/** The `act` of a confirmation proof: the step and exactly what it submits. */
export function stepDigest(step: string, payload: string): Promise<string> {
  return digest(transcript("login-guard/confirmation/v1", step, payload));
}

/** Makes a proof. `shown` puts the whole public key into the header instead of its id. */
export async function makeProof(key: DeviceKey, statement: Statement, shown: boolean): Promise<string> {
  const header = { typ: "lg-proof+jwt", alg: "ES256", ...(shown ? { jwk: { kty: "EC", crv: "P-256", x: key.x, y: key.y } } : { kid: key.id }) };
  const head = accountHead(key.id);
  const claims = {
    aud: statement.platform,
    nonce: statement.nonce,
    origin: location.origin,
    name: statement.name,
    purpose: statement.purpose,
    evidence: await digest(statement.evidence ?? new Uint8Array()),
    ...(statement.act === undefined ? {} : { act: statement.act }),
    ...(head === undefined ? {} : { head }),
  };
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${toBase64url(await sign(key, utf8(signed)))}`;
}

/** The last account head that this device was given for the key: the cookie `__Host-lg-head-` and the key id's first 8 characters. */
export function accountHead(keyId: string): string | undefined {
  const name = `__Host-lg-head-${keyId.slice(0, 8)}=`;
  return document.cookie.split("; ").find((one) => one.startsWith(name))?.slice(name.length);
}

const encode = (value: object): string => toBase64url(utf8(JSON.stringify(value)));
