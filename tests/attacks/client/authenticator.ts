// An authenticator with one passkey, by the standard's page (Web Authentication level 3, section 6.1). What it signs is what it is
// asked by whichever page asks: a browser would look at the origin first.

import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { b64u, utf8 } from "./encoding.ts";

export interface Options {
  readonly challenge: string;
  readonly rpId?: string;
  readonly allowCredentials?: readonly { readonly id: string }[];
}

/** What a page says that is not what an honest browser would say of it. */
export interface Page {
  readonly origin: string;
  readonly rpId?: string;
}

export class Authenticator {
  readonly #key: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #id = randomBytes(32);
  #counter = 0;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#key = privateKey;
    this.#publicKey = publicKey;
  }

  get id(): string {
    return b64u(this.#id);
  }

  /** `RegistrationResponseJSON`, as text. */
  makes({ challenge, rp }: { readonly challenge: string; readonly rp: { readonly id: string } }, page: Page): string {
    const { x = "", y = "" } = this.#publicKey.export({ format: "jwk" });
    // {1: 2, 3: -7, -1: 1, -2: x, -3: y}
    const cose = Buffer.concat([Buffer.from("a5010203262001215820", "hex"), Buffer.from(x, "base64url"), Buffer.from("225820", "hex"), Buffer.from(y, "base64url")]);
    const length = Buffer.from([0, this.#id.length]);
    const data = this.#data(page.rpId ?? rp.id, 0x40, Buffer.concat([Buffer.alloc(16), length, this.#id, cose]));
    // {"fmt": "none", "attStmt": {}, "authData": …}
    const head = Buffer.concat([Buffer.from([0xa3, 0x63]), utf8("fmt"), Buffer.from([0x64]), utf8("none"), Buffer.from([0x67]), utf8("attStmt"), Buffer.from([0xa0, 0x68]), utf8("authData"), Buffer.from([0x58, data.length])]);
    const response = { clientDataJSON: b64u(said("webauthn.create", challenge, page)), attestationObject: b64u(Buffer.concat([head, data])) };
    return this.#json(response);
  }

  /** `AuthenticationResponseJSON`, as text. */
  signs({ challenge, rpId = "localhost" }: Options, page: Page): string {
    const clientData = said("webauthn.get", challenge, page);
    const data = this.#data(page.rpId ?? rpId, 0, Buffer.alloc(0));
    const signature = createSign("sha256").update(data).update(sha256(clientData)).sign(this.#key);
    return this.#json({ clientDataJSON: b64u(clientData), authenticatorData: b64u(data), signature: b64u(signature) });
  }

  #json(response: object): string {
    return JSON.stringify({ id: this.id, rawId: this.id, type: "public-key", clientExtensionResults: {}, response });
  }

  /** User present and verified. */
  #data(rpId: string, flags: number, credential: Buffer): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE((this.#counter += 1));
    return Buffer.concat([sha256(utf8(rpId)), Buffer.from([0x05 | flags]), counter, credential]);
  }
}

const said = (type: string, challenge: string, { origin }: Page): Buffer => utf8(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
