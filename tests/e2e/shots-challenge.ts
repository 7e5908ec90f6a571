// Pictures of every state of the challenge: `shots-challenge.ts FOLDER [part of a name]`. Desktop and phone, light and dark,
// three languages, in Chromium. The steps are answered by a script (harness/scripted.ts).

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Demo } from "./harness/demo.ts";
import { askChromium, ENGINES, openSession } from "./harness/engines.ts";
import { Scripted } from "./harness/scripted.ts";
import { STATES } from "./harness/states.ts";
import { Visitor } from "./harness/visitor.ts";

const LANGUAGES = (process.env["SHOT_LANGUAGES"] ?? "en,zh,ar").split(",");

const [folder, part = ""] = process.argv.slice(2);
if (folder === undefined) throw new Error("a folder for the pictures is needed");
await mkdir(folder, { recursive: true });
const demo = await Demo.start();
const visitor = new Visitor(demo, await openSession(ENGINES.chromium, {}));
const scripted = new Scripted(demo.proxy);
try {
  for (const state of STATES.filter(({ name }) => name.includes(part))) {
    for (const phone of [false, true]) {
      const size = phone ? { width: 390, height: 844 } : { width: 1024, height: 860 };
      await askChromium(visitor.driver, "Emulation.setDeviceMetricsOverride", { ...size, deviceScaleFactor: 1.5, mobile: phone });
      await scripted.open(visitor, state);
      await state.reach?.(visitor);
      await visitor.sees(state.sees);
      for (const language of LANGUAGES) {
        await visitor.driver.executeScript("document.documentElement.lang = arguments[0];", language);
        await visitor.sees(`[part=card][lang^=${language}]`);
        for (const scheme of ["light", "dark"]) {
          await askChromium(visitor.driver, "Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
          const { data = "" } = await askChromium<{ data?: string }>(visitor.driver, "Page.captureScreenshot", { captureBeyondViewport: true });
          await writeFile(join(folder, `${state.name}-${phone ? "phone" : "desktop"}-${scheme}-${language}.png`), Buffer.from(data, "base64"));
        }
      }
    }
    console.log(state.name);
  }
} finally {
  await visitor.stop();
  scripted.release();
  await demo.stop();
}
