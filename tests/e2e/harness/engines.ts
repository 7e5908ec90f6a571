// The three engines: how each is started and what each can do.

import { access, constants, readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { Capabilities, WebDriver } from "selenium-webdriver";
import { Command } from "selenium-webdriver/lib/command.js";
import { Executor, HttpClient } from "selenium-webdriver/http/index.js";
import { freePort, Process } from "./process.ts";

export type EngineName = "chromium" | "firefox" | "webkit";

export interface Engine {
  readonly name: EngineName;
  /** WebKit keeps `__Host-` cookies over TLS only, also on localhost. */
  readonly needsTls: boolean;
  readonly program: string;
  readonly args: (port: number) => string[];
  readonly capabilities: (options: OpenOptions) => Promise<object>;
  /** The browser itself on an address with a folder of its own, as a person starts it: no driver, no port, no switch that says so. */
  readonly command: (address: string, folder: string, isShown: boolean) => Promise<readonly [string, ...string[]]>;
}

export interface OpenOptions {
  /** Browser languages, strongest first. */
  readonly languages?: string;
  /** A window without emulation, in CSS pixels. */
  readonly window?: readonly [number, number];
  readonly dark?: boolean;
  /** A folder that keeps the profile when the session ends; without it the profile is the session's own. */
  readonly profile?: string;
  /** Starts Chromium with this graphics stack instead of drawing on the processor. */
  readonly graphics?: readonly string[];
  /** Chromium's switches besides the usual ones. */
  readonly switches?: readonly string[];
  /** Chromium's or Firefox's preferences besides the usual ones. */
  readonly preferences?: Readonly<Record<string, boolean | number | string>>;
  /** Shows its window on this display instead of none; browsers may draw by other means then. */
  readonly display?: string;
  /** Variables of the browser's environment besides our own. */
  readonly environment?: Readonly<Record<string, string>>;
}

export const ENGINES: Readonly<Record<EngineName, Engine>> = {
  chromium: {
    name: "chromium",
    needsTls: false,
    program: "chromedriver",
    args: (port) => [`--port=${port}`],
    capabilities: async ({ languages, window, dark, profile, graphics, display, switches = [], preferences = {} }) => ({
      browserName: "chrome",
      "goog:chromeOptions": {
        binary: await chromium(),
        args: [
          ...(display === undefined ? ["--headless"] : []),
          ...(graphics ?? ["--disable-gpu"]),
          ...QUIET,
          ...(languages === undefined ? [] : [`--accept-lang=${languages}`]),
          ...(window === undefined ? [] : [`--window-size=${window.join(",")}`]),
          ...(profile === undefined ? [] : [`--user-data-dir=${profile}`]),
          ...(dark === true ? ["--blink-settings=preferredColorScheme=0"] : []),
          ...switches,
        ],
        prefs: preferences,
      },
      "goog:loggingPrefs": { browser: "ALL" },
    }),
    command: async (address, folder, isShown) => [await chromium(), ...(isShown ? [] : ["--headless"]), "--disable-gpu", ...QUIET, `--user-data-dir=${folder}`, address],
  },
  firefox: {
    name: "firefox",
    needsTls: false,
    program: "geckodriver",
    // privileged access: for the browser's own zoom and settings
    args: (port) => ["--port", String(port), "--websocket-port", "0", "--allow-system-access"],
    capabilities: async ({ languages, profile, preferences, display }) => ({
      browserName: "firefox",
      "moz:firefoxOptions": {
        binary: await firefox(),
        args: [...(display === undefined ? ["-headless"] : []), ...(profile === undefined ? [] : ["-profile", profile])],
        prefs: {
          "datareporting.policy.dataSubmissionEnabled": false,
          "app.update.disabledForTesting": true,
          ...(languages === undefined ? {} : { "intl.accept_languages": languages }),
          ...preferences,
        },
      },
    }),
    command: async (address, folder, isShown) => [await firefox(), ...(isShown ? [] : ["-headless"]), "-no-remote", "-profile", folder, address],
  },
  webkit: {
    name: "webkit",
    needsTls: true,
    program: "WebKitWebDriver",
    args: (port) => [`--port=${port}`],
    capabilities: async () => ({
      browserName: "MiniBrowser",
      acceptInsecureCerts: true,
      "webkitgtk:browserOptions": { binary: await miniBrowser(), args: ["--automation"] },
    }),
    // its folder is that of its home: see undriven.ts
    command: async (address) => [await miniBrowser(), "--ignore-tls-errors", address],
  },
};

/** Chromium's switches for a machine of tests, which say nothing of whether it is driven. */
const QUIET = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

const chromium = (): Promise<string> => inPath("chromium", "chromium-browser", "google-chrome");
const firefox = (): Promise<string> => inPath("firefox-esr", "firefox");

/** The first of these programs that is there: distributions call them differently. */
async function inPath(...names: readonly string[]): Promise<string> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await access(path, constants.X_OK).then(() => true, () => false)) return path;
    }
  }
  throw new Error(`none of ${names.join(", ")} is in PATH`);
}

async function miniBrowser(): Promise<string> {
  for (const folder of await readdir("/usr/lib")) {
    const inside = `/usr/lib/${folder}/webkit2gtk-4.1`;
    const files = await readdir(inside).catch((): string[] => []);
    if (files.includes("MiniBrowser")) return `${inside}/MiniBrowser`;
  }
  throw new Error("MiniBrowser (Debian package libwebkit2gtk-4.1-0) is not there");
}

/** A session with a profile of its own, and the driver process that belongs to it alone. */
export interface Session {
  readonly driver: WebDriver;
  readonly stop: () => Promise<void>;
}

/** Milliseconds that a browser may take to end; one that writes its profile takes a second. */
const QUIT_MS = 30_000;

export async function openSession(engine: Engine, options: OpenOptions, display = options.display): Promise<Session> {
  const port = await freePort();
  const environment = { ...process.env, ...options.environment, ...(display === undefined ? {} : { DISPLAY: display }) };
  const { process: service } = await startDriver(engine, port, environment);
  try {
    const executor = new Executor(new HttpClient(`http://127.0.0.1:${port}`));
    executor.defineCommand("cdp", "POST", "/session/:sessionId/goog/cdp/execute");
    executor.defineCommand("context", "POST", "/session/:sessionId/moz/context");
    const driver = WebDriver.createSession(executor, new Capabilities(await engine.capabilities(options)));
    await driver.manage().setTimeouts({ script: 30_000, pageLoad: 60_000 });
    return {
      driver,
      stop: async () => {
        const ended = driver.quit().catch(() => undefined);
        // a browser that does not end by itself ends with its driver
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, QUIT_MS).unref())]);
        await service.stop();
      },
    };
  } catch (thrown) {
    await service.stop();
    throw new Error(`${engine.name}: no session (${String(thrown)})\n${service.output}`);
  }
}

/** Drivers say it in different words, or not at all, when they listen; all of them answer `/status`. */
async function startDriver(engine: Engine, port: number, env: NodeJS.ProcessEnv): Promise<{ process: Process }> {
  const started = Process.launch(engine.program, engine.args(port), { env });
  await started.answers(`http://127.0.0.1:${port}/status`);
  return { process: started };
}

export interface Display {
  readonly display: string;
  readonly stop: () => Promise<void>;
}

/** A display for engines that need one. */
export async function openDisplay(size = "1280x1024"): Promise<Display> {
  const args = ["-displayfd", "1", "-screen", "0", `${size}x24`, "-nolisten", "tcp"];
  const { process, match } = await Process.start("Xvfb", args, /^(\d+)\n/m);
  return { display: `:${match[1] ?? "0"}`, stop: () => process.stop() };
}

/** Asks Chromium something that WebDriver has no word for. */
export async function askChromium<T = unknown>(driver: WebDriver, cmd: string, params: object): Promise<T> {
  const command = new Command("cdp").setParameter("cmd", cmd).setParameter("params", params);
  // the published types know commands without an answer only
  return (await (driver.execute(command) as Promise<unknown>)) as T;
}

/** Runs a script before any of a page's own, from the next page on. Chromium only. */
export async function plant(driver: WebDriver, source: string): Promise<void> {
  await askChromium(driver, "Page.addScriptToEvaluateOnNewDocument", { source });
}

/** Runs a script with the privileges of the browser itself. Firefox only. */
export async function askFirefox(driver: WebDriver, script: string, ...parameters: unknown[]): Promise<void> {
  const enter = (context: string): Promise<unknown> => driver.execute(new Command("context").setParameter("context", context)) as Promise<unknown>;
  await enter("chrome");
  try {
    await driver.executeScript(script, ...parameters);
  } finally {
    await enter("content");
  }
}
