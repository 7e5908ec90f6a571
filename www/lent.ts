// What guard.js lends the challenge component, which is a file of its own: a page has the collector once, and only guard.js
// knows names and digests of the built files.

import type { Bytes } from "./encoding";
import type { Probe } from "./evidence";
import type { Derive } from "./work";

export interface Lent {
  /** Gathers evidence under a digest key, and draws, until `deadline` resolves. Never throws. */
  gather(digestKey: CryptoKey, deadline: Promise<void>, probe?: Probe | null): Promise<Bytes>;
  /** Loads PBKDF2 for browsers without WebCrypto. */
  software(): Promise<{ readonly derive: Derive }>;
}
