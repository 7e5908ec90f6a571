// Makes the victim's browser send requests from a page of its own.

import { holds } from "../e2e/harness/spec.ts";
import { type Attack, refused } from "./client/scene.ts";

const REQUESTS: readonly { readonly what: string; readonly headers: Record<string, string> }[] = [
  { what: "a foreign origin", headers: { origin: "https://evil.example" } },
  { what: "no origin", headers: { origin: "" } },
  { what: "a cross-site fetch", headers: { "sec-fetch-site": "cross-site" } },
  { what: "a same-site fetch", headers: { "sec-fetch-site": "same-site" } },
  { what: "no fetch metadata", headers: { "sec-fetch-site": "" } },
];

export const crossSite: readonly Attack[] = REQUESTS.map(({ what, headers }) => ({
  name: `the browser listener refuses ${what} on every path`,
  async run(scene) {
    const device = await scene.device();
    const challenge = await scene.challenged(device, scene.victim);
    const paths = ["attempts", ...["mail-code/send", "mail-code/check", "device-key/check"].map((step) => `attempts/${challenge.attempt}/confirmations/${step}`)];
    for (const path of paths) {
      const answer = await device.post(path, { purpose: "login" }, headers);
      refused(answer, 403, "origin-refused");
      holds(answer.headers["access-control-allow-origin"] === undefined, `${path} shares its answers with nobody`);
    }
  },
}));
