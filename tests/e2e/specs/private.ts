// Private windows: the key is kept as long as the window, and the next window is a new device.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineName, OpenOptions } from "../harness/engines.ts";
import { holds, type Scene, type Spec } from "../harness/spec.ts";

/** How engines are told to open a private window. A session of WebKitGTK is one by itself, and knows no folder. */
const PRIVATE: Readonly<Record<EngineName, OpenOptions>> = {
  chromium: { switches: ["--incognito"] },
  firefox: { preferences: { "browser.privatebrowsing.autostart": true } },
  webkit: {},
};

export const privateWindows: readonly Spec[] = [
  {
    name: "in a private window the key lives as long as the window",
    async run({ engine, visitor }: Scene) {
      const profile = await mkdtemp(join(tmpdir(), "login-guard-private-"));
      const options = { ...PRIVATE[engine.name], profile };
      try {
        for (let round = 0; round < 2; round += 1) {
          const alice = await visitor(options);
          holds(await alice.getsIn("alice"), "a new window is a new device");
          await alice.logsOut();
          holds(!(await alice.getsIn("alice")), "the device is known while the window is open");
          await alice.logsOut();
          await alice.stop();
        }
      } finally {
        await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
      }
    },
  },
];
