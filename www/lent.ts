// What guard.js lends the challenge component, which is a file of its own: a page has the collector once, and only guard.js
// knows names and digests of the built files.

import type { Bytes } from "./encoding";
import type { Probe } from "./evidence";
import type { Work, WorkOptions } from "./work";

export interface Lent {
  /** Gathers evidence under a digest key, and draws, until `deadline` resolves. Never throws. */
  gather(digestKey: CryptoKey, deadline: Promise<void>, probe?: Probe | null): Promise<Bytes>;
  /** Does a piece of work. */
  solve(attempt: string, work: Work, options: WorkOptions): Promise<string>;
}
