// The authenticator of a person's machine, as drivers make one: it says yes at once, and verifies whoever is there.

import { Command } from "selenium-webdriver/lib/command.js";
import type { Engine, OpenOptions } from "./engines.ts";
import type { Visitor } from "./visitor.ts";

/** A passkey taken out of one authenticator, to be put into another: what a platform synchronizes. */
export interface Passkey {
  readonly credentialId: string;
  readonly isResidentCredential: boolean;
  readonly rpId: string;
  readonly privateKey: string;
  readonly userHandle?: string;
  readonly signCount: number;
}

/** What a session needs so that its browser has one. */
export function withAuthenticator({ name }: Engine): OpenOptions {
  // with either of the two alone, Firefox never answers
  const preferences = { "security.webauth.webauthn_enable_softtoken": true, "security.webauth.webauthn_enable_usbtoken": false };
  return name === "firefox" ? { preferences } : {};
}

export class Authenticator {
  private constructor(
    readonly visitor: Visitor,
    readonly id: string,
  ) {}

  static async in(visitor: Visitor): Promise<Authenticator> {
    const parameters = {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      isUserConsenting: true,
    };
    return new Authenticator(visitor, await tell<string>(visitor, "addVirtualAuthenticator", parameters));
  }

  /** Its passkeys. */
  passkeys(): Promise<Passkey[]> {
    return tell(this.visitor, "getCredentials", { authenticatorId: this.id });
  }

  /** Brings a passkey of another machine. */
  async brings(passkey: Passkey): Promise<void> {
    await tell(this.visitor, "addCredential", { authenticatorId: this.id, ...passkey });
  }

  /** Whether the person is recognised from now on. */
  async verifies(isUserVerified: boolean): Promise<void> {
    await tell(this.visitor, "setUserVerified", { authenticatorId: this.id, isUserVerified });
  }
}

async function tell<T>({ driver }: Visitor, name: string, parameters: object): Promise<T> {
  const command = new Command(name);
  for (const [key, value] of Object.entries(parameters)) command.setParameter(key, value);
  // the published types know commands without an answer only
  return (await (driver.execute(command) as Promise<unknown>)) as T;
}
