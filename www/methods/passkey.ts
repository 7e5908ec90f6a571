// Passkeys (WebAuthn level 3). The browser asks the person; what it signs goes to the verifier as it came.

import { fromBase64url, toBase64url } from "../encoding";
import { codeOf, LoginGuardError } from "../error";
import { button } from "./panel";
import type { MakeWay } from "./stage";

export const way: MakeWay = (stage) => {
  const panel = stage.panel();
  const press = button("passkey", "primary", () => void use());
  const cannot = button("cannot", "quiet", pass);
  panel.element.append(press, cannot, panel.note);
  panel.say(panel.heading, "passkeyName");
  panel.say(panel.about, "passkeyAbout");
  panel.say(press, "passkeyPress");
  panel.say(cannot, "passkeyCannot");
  let asking = new AbortController();
  stage.signal.addEventListener("abort", () => asking.abort());

  function pass(): void {
    asking.abort();
    if (stage.pass()) return;
    panel.say(panel.about, "alone");
    press.hidden = !isSupported();
  }

  async function use(): Promise<void> {
    const { options } = stage.method;
    asking = new AbortController();
    const { signal } = asking;
    await stage.run(panel, press, async () => {
      panel.status("passkeyWaiting");
      if (options === undefined) throw new LoginGuardError("challenge-invalid");
      let asked: Asked;
      try {
        asked = await ask(options, signal);
      } catch (thrown) {
        if (signal.aborted) throw new LoginGuardError("cancelled");
        // the person closed it, or let it pass: nothing went wrong
        if (nameOf(thrown) === "NotAllowedError") return panel.status("passkeyStopped");
        throw new LoginGuardError("passkey-unsupported");
      }
      panel.status("checking");
      try {
        stage.finish(await stage.confirmation.confirm("passkey/check", asked.json, { credential: asked.json }, stage.signal));
      } catch (thrown) {
        if (codeOf(thrown) === "passkey-unknown") await disown(options, asked.id);
        throw thrown;
      }
    });
  }

  return {
    panel,
    enter() {
      stage.confirmation.readAhead();
      // no such thing in this browser: the next way, at once
      if (!isSupported()) pass();
    },
    leave: () => asking.abort(),
    focus: press,
  };
};

const isSupported = (): boolean => typeof PublicKeyCredential === "function" && typeof navigator.credentials?.get === "function";

interface Asked {
  readonly id: string;
  /** `AuthenticationResponseJSON`, as text. */
  readonly json: string;
}

async function ask(options: PublicKeyCredentialRequestOptionsJSON, signal: AbortSignal): Promise<Asked> {
  const parse = PublicKeyCredential.parseRequestOptionsFromJSON as typeof PublicKeyCredential.parseRequestOptionsFromJSON | undefined;
  const publicKey = parse === undefined ? requestOf(options) : parse.call(PublicKeyCredential, options);
  const credential = (await navigator.credentials.get({ publicKey, signal })) as PublicKeyCredential | null;
  if (credential === null) throw new DOMException("", "NotAllowedError");
  const { id } = credential;
  const response = credential.response as AuthenticatorAssertionResponse;
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  // written out, because `toJSON` is not in every engine that has passkeys, and password managers put objects of their own here
  const json = JSON.stringify({
    id,
    rawId: b64(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: {},
    response: { clientDataJSON: b64(clientDataJSON), authenticatorData: b64(authenticatorData), signature: b64(signature), ...(userHandle === null ? {} : { userHandle: b64(userHandle) }) },
  });
  return { id, json };
}

/** What `parseRequestOptionsFromJSON` makes, in engines without it. */
function requestOf({ challenge, allowCredentials, hints: _, extensions: __, userVerification, ...rest }: PublicKeyCredentialRequestOptionsJSON): PublicKeyCredentialRequestOptions {
  const descriptor = ({ id, transports }: PublicKeyCredentialDescriptorJSON): PublicKeyCredentialDescriptor => ({
    id: fromBase64url(id),
    type: "public-key",
    ...(transports === undefined ? {} : { transports: transports as AuthenticatorTransport[] }),
  });
  return {
    ...rest,
    challenge: fromBase64url(challenge),
    ...(userVerification === undefined ? {} : { userVerification: userVerification as UserVerificationRequirement }),
    ...(allowCredentials === undefined ? {} : { allowCredentials: allowCredentials.map(descriptor) }),
  };
}

/** Tells the passkey's keeper that nobody knows it here, so that it is not offered again. */
async function disown({ rpId = location.hostname }: PublicKeyCredentialRequestOptionsJSON, credentialId: string): Promise<void> {
  const signal = PublicKeyCredential.signalUnknownCredential as typeof PublicKeyCredential.signalUnknownCredential | undefined;
  await signal?.call(PublicKeyCredential, { rpId, credentialId }).catch(() => undefined);
}

const b64 = (buffer: ArrayBuffer): string => toBase64url(new Uint8Array(buffer));
const nameOf = (thrown: unknown): string => (thrown instanceof DOMException ? thrown.name : "");
