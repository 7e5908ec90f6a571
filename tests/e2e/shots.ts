// Pictures of every page, and of every state of the challenge: `shots.ts FOLDER`. Desktop and phone, light and dark, English and Chinese, in Chromium.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Demo } from "./harness/demo.ts";
import { askChromium, ENGINES, openSession } from "./harness/engines.ts";
import { PARTS, Visitor } from "./harness/visitor.ts";

interface Look {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly phone: boolean;
  readonly scheme: "dark" | "light";
  readonly language: "en" | "zh";
}

const LOOKS: readonly Look[] = [false, true].flatMap((phone) =>
  (["light", "dark"] as const).flatMap((scheme) =>
    (["en", "zh"] as const).map((language) => ({
      name: `${phone ? "phone" : "desktop"}-${scheme}-${language}`,
      width: phone ? 390 : 1280,
      height: phone ? 844 : 860,
      phone,
      scheme,
      language,
    })),
  ),
);

async function looksLike(visitor: Visitor, look: Look): Promise<void> {
  const { width, height, phone } = look;
  await askChromium(visitor.driver, "Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 2, mobile: phone });
  await askChromium(visitor.driver, "Emulation.setEmulatedMedia", {
    features: [
      { name: "prefers-color-scheme", value: look.scheme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ],
  });
}

async function pictures(demo: Demo, look: Look, folder: string): Promise<void> {
  const languages = look.language === "zh" ? "zh-CN,zh" : "en-US,en";
  const visitor = new Visitor(demo, await openSession(ENGINES.chromium, { languages }));
  /** The whole page, or the part of it in which an element stands. */
  const shoot = async (page: string, part = "html"): Promise<void> => {
    const box = await visitor.driver.executeScript<object>(
      "const box = document.querySelector(arguments[0]).getBoundingClientRect(); return { x: box.x, y: box.y + scrollY, width: box.width, height: box.height };",
      part,
    );
    const clip = part === "html" ? {} : { clip: { ...box, scale: 1 } };
    const { data = "" } = await askChromium<{ data?: string }>(visitor.driver, "Page.captureScreenshot", { captureBeyondViewport: true, ...clip });
    await writeFile(join(folder, `${page}-${look.name}.png`), Buffer.from(data, "base64"));
  };
  try {
    await looksLike(visitor, look);
    for (const [page, path] of [["landing", "/"], ["login", "/login"], ["login-json", "/login/json"]] as const) {
      await visitor.open(path);
      await visitor.sees("body");
      await shoot(page);
    }
    await visitor.logsIn("alice", "not the password");
    await visitor.sees("[role=alert]");
    await shoot("login-refused");
    await visitor.logsIn("alice");
    const code = await visitor.readsCode("alice@");
    await shoot("challenge-sent");
    await visitor.type(PARTS.code, code === "00000000" ? "00000001" : "00000000");
    await visitor.text(PARTS.error);
    await visitor.driver.wait(async () => (await visitor.text(PARTS.error)) !== "", 10_000);
    await shoot("challenge-wrong-code");
    await visitor.type(PARTS.code, code);
    await visitor.arrivesAt("/account");
    await visitor.sees("body");
    await shoot("account");
    await visitor.press("[part=look]");
    // the last thing to come
    await visitor.sees("button[part=report]");
    await shoot("inspector");
    await askChromium(visitor.driver, "Emulation.setTimezoneOverride", { timezoneId: "Asia/Tokyo" });
    await visitor.driver.navigate().refresh();
    await visitor.press("[part=look]");
    await visitor.sees("button[part=report]");
    await shoot("inspector-changed", "#device");
    await visitor.open("/inbox");
    await shoot("inbox");
    await visitor.logsOut();
    await visitor.logsIn("bob", demo.password, "/login/json");
    await visitor.sees(PARTS.code);
    await shoot("challenge-dialog");
    await visitor.logsIn("carol");
    await visitor.sees(PARTS.code);
    await visitor.driver.executeScript("sessionStorage.clear()");
    await visitor.driver.navigate().refresh();
    await visitor.sees(PARTS.send);
    await shoot("challenge");
  } finally {
    await visitor.stop();
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("a folder for the pictures is needed");
await mkdir(folder, { recursive: true });
const demo = await Demo.start();
try {
  for (const look of LOOKS) {
    await pictures(demo, look, folder);
    console.log(look.name);
  }
} finally {
  await demo.stop();
}
// every state of the challenge besides
await import("./shots-challenge.ts");
