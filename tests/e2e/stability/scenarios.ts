// The rows of the table. Each changes one thing about a device that is known. To add one: a line here; it runs in every
// engine that it names ways for.

import { readdir, readFile } from "node:fs/promises";
import { askChromium, askFirefox, type EngineName } from "../harness/engines.ts";
import type { Device } from "./device.ts";
import { noiseScript } from "./noise.ts";

type Change = (device: Device) => Promise<void>;

export interface Scenario {
  readonly name: string;
  /** Why a challenge is right here, if it is. */
  readonly mayAsk?: string;
  /** What the device is like from the beginning. */
  readonly before?: Change;
  /** An expression, awaited on the login page, whose value the change must change: or the row would show nothing. */
  readonly shows?: string;
  /** The one thing, by engine. */
  readonly change: Partial<Record<EngineName, Change>>;
}

const everywhere = (change: Change): Scenario["change"] => ({ chromium: change, firefox: change });

/** The step of Chromium's zoom that is 125 %: steps are powers of 1.2. */
const ZOOM_STEP = Math.log(1.25) / Math.log(1.2);

const media = (...features: readonly [string, string][]): Change => async ({ driver }) => {
  await askChromium(driver, "Emulation.setEmulatedMedia", { features: features.map(([name, value]) => ({ name, value })) });
};

interface Brand {
  readonly brand: string;
  readonly version: string;
}

const raised = (text: string): string => text.replace(/\d+/, (major) => String(Number(major) + 1));

const newerChromium: Change = async ({ driver }) => {
  const now = await driver.executeAsyncScript<{ userAgent: string; brands: Brand[]; fullVersionList: Brand[]; platform: string; platformVersion: string; architecture: string; bitness: string; model: string; mobile: boolean }>(`
    const done = arguments[arguments.length - 1];
    navigator.userAgentData.getHighEntropyValues(["architecture", "bitness", "fullVersionList", "model", "platformVersion"])
      .then((values) => done({ ...values, userAgent: navigator.userAgent }));`);
  const { userAgent, brands, fullVersionList, ...rest } = now;
  const newer = (list: Brand[]): Brand[] => list.map(({ brand, version }) => ({ brand, version: /Not/.test(brand) ? version : raised(version) }));
  await askChromium(driver, "Emulation.setUserAgentOverride", {
    userAgent: userAgent.replace(/Chrome\/\d+/, raised),
    userAgentMetadata: { ...rest, brands: newer(brands), fullVersionList: newer(fullVersionList), wow64: false },
  });
};

const newerFirefox: Change = async (device) => {
  const userAgent = await device.driver.executeScript<string>("return navigator.userAgent;");
  await device.restart({ preferences: { "general.useragent.override": userAgent.replace(/rv:\d+|Firefox\/\d+/g, raised) } });
};

/** Noise of a session, from the browser's start on. */
function noise({ demo }: Device, seed: number): void {
  demo.proxy.extras.set("/stability/noise.js", { type: "text/javascript", body: noiseScript(seed) });
  demo.proxy.additions = { head: '<script src="/stability/noise.js"></script>', worker: noiseScript(seed) };
}

/** A font file called like a family that fingerprinting scripts look for. */
async function webFont({ demo }: Device): Promise<void> {
  const folder = "/usr/share/fonts/truetype/dejavu";
  const [file] = (await readdir(folder)).filter((name) => name.endsWith(".ttf")).sort();
  if (file === undefined) throw new Error(`there is no font in ${folder}`);
  demo.proxy.extras.set("/stability/font.ttf", { type: "font/ttf", body: await readFile(`${folder}/${file}`) });
  const faces = ["Calibri", "Roboto", "Segoe UI"].map((family) => `@font-face{font-family:"${family}";src:url(/stability/font.ttf)}`);
  const used = 'body{font-family:Calibri,Roboto,"Segoe UI"}h1{font-family:Roboto}p,label{font-family:"Segoe UI"}';
  demo.proxy.extras.set("/stability/fonts.css", { type: "text/css", body: `${faces.join("")}${used}` });
  demo.proxy.additions = { head: '<link rel="stylesheet" href="/stability/fonts.css">', policy: "; font-src 'self'" };
}

const preference = (device: Device, name: string, value: boolean | number | string): Promise<void> => device.restart({ preferences: { [name]: value } });

/** What a small picture reads back as. */
const READ_BACK = `(() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
  const context = canvas.getContext("2d");
  const shade = context.createLinearGradient(0, 0, 64, 64);
  shade.addColorStop(0, "#123456");
  shade.addColorStop(1, "#fedcba");
  context.fillStyle = shade;
  context.fillRect(0, 0, 64, 64);
  return [...context.getImageData(0, 0, 64, 64).data].join();
})()`;

/** What draws, as WebGL names it, and what it can do. */
const GRAPHICS = `(() => {
  const context = document.createElement("canvas").getContext("webgl");
  context?.getExtension("WEBGL_debug_renderer_info");
  return [context?.getParameter(37446), context?.getSupportedExtensions()];
})()`;

const SWIFTSHADER = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

export const SCENARIOS: readonly Scenario[] = [
  { name: "page reloaded", change: everywhere(async ({ visitor, driver }) => (await visitor.open("/login"), driver.navigate().refresh())) },
  {
    name: "new window",
    change: everywhere(({ driver }) => driver.switchTo().newWindow("window")),
  },
  { name: "second tab", change: everywhere(({ driver }) => driver.switchTo().newWindow("tab")) },
  { name: "browser restarted", change: everywhere((device) => device.restart()) },
  {
    name: "first load against later load",
    change: everywhere(async ({ visitor }) => {
      for (const page of ["/", "/login", "/inbox", "/login/json"]) await visitor.open(page);
    }),
  },
  {
    name: "window resized",
    shows: "innerWidth",
    change: everywhere(async ({ driver }) => void (await driver.manage().window().setRect({ x: 0, y: 0, width: 700, height: 560 }))),
  },
  {
    name: "other monitor (1440×900, pixel ratio 2)",
    shows: "[screen.width, devicePixelRatio]",
    change: {
      chromium: async ({ driver }) => {
        const size = { width: 1440, height: 900, screenWidth: 1440, screenHeight: 900 };
        await askChromium(driver, "Emulation.setDeviceMetricsOverride", { ...size, deviceScaleFactor: 2, mobile: false });
      },
      // without a screen the browser makes one of this many device pixels
      firefox: (device) =>
        device.restart({ environment: { MOZ_HEADLESS_WIDTH: "2880", MOZ_HEADLESS_HEIGHT: "1800" }, preferences: { "layout.css.devPixelsPerPx": "2" } }),
    },
  },
  {
    name: "zoom 125 %",
    shows: "devicePixelRatio",
    change: {
      chromium: (device) => preference(device, "partition.default_zoom_level.x", ZOOM_STEP),
      firefox: async ({ visitor, driver }) => {
        await visitor.open("/login");
        await askFirefox(driver, "FullZoom.setZoom(1.25, gBrowser.selectedBrowser);");
      },
    },
  },
  {
    name: "desktop scaled to 150 %",
    shows: "devicePixelRatio",
    change: {
      chromium: (device) => device.restart({ switches: ["--force-device-scale-factor=1.5"] }),
      firefox: (device) => preference(device, "layout.css.devPixelsPerPx", "1.5"),
    },
  },
  {
    name: "time zone changed",
    shows: "Intl.DateTimeFormat().resolvedOptions().timeZone",
    change: {
      chromium: async ({ driver }) => void (await askChromium(driver, "Emulation.setTimezoneOverride", { timezoneId: "Asia/Tokyo" })),
      firefox: (device) => device.restart({ environment: { TZ: "Asia/Tokyo" } }),
    },
  },
  {
    name: "language changed",
    shows: "navigator.languages",
    change: {
      chromium: async (device) => {
        await device.restart({ languages: "de-DE,de" });
        await askChromium(device.driver, "Emulation.setLocaleOverride", { locale: "de-DE" });
      },
      firefox: (device) => device.restart({ languages: "de-DE, de" }),
    },
  },
  {
    name: "dark mode",
    shows: 'matchMedia("(prefers-color-scheme: dark)").matches',
    change: { chromium: media(["prefers-color-scheme", "dark"]), firefox: (device) => preference(device, "ui.systemUsesDarkTheme", 1) },
  },
  {
    name: "reduced motion and more contrast",
    shows: '["(prefers-reduced-motion)", "(prefers-contrast: more)"].every((query) => matchMedia(query).matches)',
    change: {
      chromium: media(["prefers-reduced-motion", "reduce"], ["prefers-contrast", "more"]),
      firefox: (device) => device.restart({ preferences: { "ui.prefersReducedMotion": 1, "ui.useAccessibilityTheme": 1 } }),
    },
  },
  {
    name: "permission granted",
    shows: '(await navigator.permissions.query({ name: "geolocation" })).state',
    change: {
      chromium: async ({ driver, demo }) => {
        await askChromium(driver, "Browser.grantPermissions", { origin: demo.origin, permissions: ["geolocation", "notifications"] });
      },
      firefox: (device) => device.restart({ preferences: { "permissions.default.desktop-notification": 1, "permissions.default.geo": 1 } }),
    },
  },
  { name: "browser version + 1", shows: "navigator.userAgent", change: { chromium: newerChromium, firefox: newerFirefox } },
  {
    name: "CPU slowed 6×",
    change: { chromium: async ({ driver }) => void (await askChromium(driver, "Emulation.setCPUThrottlingRate", { rate: 6 })) },
  },
  { name: "web fonts loaded by the page", shows: "(await document.fonts.ready).size", change: everywhere(webFont) },
  {
    name: "read-back noise, a new seed each session",
    shows: READ_BACK,
    before: (device) => Promise.resolve(noise(device, 1)),
    change: everywhere(async (device) => {
      noise(device, 2);
      await device.restart();
    }),
  },
  {
    name: "graphics stack changed",
    shows: GRAPHICS,
    mayAsk: "what draws is another, as on another machine",
    change: {
      chromium: (device) => device.restart({ graphics: SWIFTSHADER }),
      // headless there is no WebGL; on a display there is, and windows are drawn through it
      firefox: async (device) => device.restartOnDisplay((await device.driver.executeScript<number[]>("return [screen.width, screen.height];")).join("x")),
    },
  },
];
