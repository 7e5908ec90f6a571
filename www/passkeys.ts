// Passkeys as browsers have them (WebAuthn level 3). JSON goes in and out as the verifier writes and reads it; written out, because
// neither `parse…FromJSON` nor `toJSON` is in every engine that has passkeys, and password managers put objects of their own here.

import { type Bytes, fromBase64url, toBase64url } from "./encoding";

export const isSupported = (): boolean => typeof PublicKeyCredential === "function" && typeof navigator.credentials?.get === "function";

export interface Asked {
  /** The credential's identifier. */
  readonly id: string;
  /** `AuthenticationResponseJSON`, as text. */
  readonly json: string;
}

/** Asks for a passkey. Throws what the browser throws: `NotAllowedError` when the person closed it, or let it pass. */
export async function askPasskey(options: PublicKeyCredentialRequestOptionsJSON, signal?: AbortSignal): Promise<Asked> {
  const { challenge, allowCredentials, hints: _, extensions: __, userVerification, ...rest } = options;
  const publicKey: PublicKeyCredentialRequestOptions = {
    ...rest,
    challenge: fromBase64url(challenge),
    ...(userVerification === undefined ? {} : { userVerification: userVerification as UserVerificationRequirement }),
    ...(allowCredentials === undefined ? {} : { allowCredentials: allowCredentials.map(descriptorOf) }),
  };
  const credential = (await navigator.credentials.get({ publicKey, ...optional(signal) })) as PublicKeyCredential | null;
  if (credential === null) throw new DOMException("", "NotAllowedError");
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response as AuthenticatorAssertionResponse;
  const response = { clientDataJSON: b64(clientDataJSON), authenticatorData: b64(authenticatorData), signature: b64(signature), ...(userHandle === null ? {} : { userHandle: b64(userHandle) }) };
  return { id: credential.id, json: textOf(credential, response) };
}

/** Makes a passkey: `RegistrationResponseJSON`, as text. Throws what the browser throws: `InvalidStateError` when there is one already. */
export async function makePasskey(options: PublicKeyCredentialCreationOptionsJSON, signal?: AbortSignal): Promise<string> {
  const { rp, user, challenge, pubKeyCredParams, timeout, excludeCredentials, authenticatorSelection, attestation } = options;
  const publicKey: PublicKeyCredentialCreationOptions = {
    rp,
    user: { ...user, id: fromBase64url(user.id) },
    challenge: fromBase64url(challenge),
    pubKeyCredParams: pubKeyCredParams.map(({ alg }) => ({ type: "public-key", alg })),
    ...(timeout === undefined ? {} : { timeout }),
    excludeCredentials: (excludeCredentials ?? []).map(descriptorOf),
    ...(authenticatorSelection === undefined ? {} : { authenticatorSelection }),
    attestation: (attestation ?? "none") as AttestationConveyancePreference,
  };
  const credential = (await navigator.credentials.create({ publicKey, ...optional(signal) })) as PublicKeyCredential | null;
  if (credential === null) throw new DOMException("", "NotAllowedError");
  const made = credential.response as AuthenticatorAttestationResponse;
  const getTransports = made.getTransports as (() => string[]) | undefined;
  const response = { clientDataJSON: b64(made.clientDataJSON), attestationObject: b64(made.attestationObject), transports: getTransports?.call(made) ?? [] };
  return textOf(credential, response);
}

/** Tells the passkey's keeper that nobody knows it here, so that it is not offered again. Where browsers can. */
export async function disownPasskey(rpId = location.hostname, credentialId = ""): Promise<void> {
  const signal = PublicKeyCredential.signalUnknownCredential as typeof PublicKeyCredential.signalUnknownCredential | undefined;
  await signal?.call(PublicKeyCredential, { rpId, credentialId }).catch(() => undefined);
}

const optional = (signal?: AbortSignal): { readonly signal?: AbortSignal } => (signal === undefined ? {} : { signal });

const descriptorOf = ({ id, transports }: PublicKeyCredentialDescriptorJSON): PublicKeyCredentialDescriptor => ({
  id: fromBase64url(id),
  type: "public-key",
  ...(transports === undefined ? {} : { transports: transports as AuthenticatorTransport[] }),
});

const textOf = ({ id, rawId, type, authenticatorAttachment }: PublicKeyCredential, response: object): string =>
  JSON.stringify({ id, rawId: b64(rawId), type, authenticatorAttachment: authenticatorAttachment ?? undefined, clientExtensionResults: {}, response });

const b64 = (buffer: ArrayBuffer): string => toBase64url(new Uint8Array(buffer) satisfies Bytes);
