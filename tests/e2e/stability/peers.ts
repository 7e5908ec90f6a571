// FingerprintJS and ThumbmarkJS on a page of their own under the demo's origin: one identifier each.

import { readFile } from "node:fs/promises";
import type { WebDriver } from "selenium-webdriver";
import type { Demo } from "../harness/demo.ts";

export interface PeerIds {
  readonly fingerprintjs: string;
  readonly thumbmark: string;
}

const PAGE = "/stability/";
const LIBRARIES = {
  "/stability/fingerprintjs.js": "../node_modules/@fingerprintjs/fingerprintjs/dist/fp.esm.js",
  "/stability/thumbmark.js": "../node_modules/@thumbmarkjs/thumbmarkjs/dist/thumbmark.esm.js",
} as const;

/** Lets the demo's proxy serve the page. */
export async function offerPeers({ proxy }: Demo): Promise<void> {
  proxy.extras.set(PAGE, { type: "text/html", body: "<!doctype html><html><head><title>peers</title></head><body><p>peers</p></body></html>" });
  for (const [path, file] of Object.entries(LIBRARIES)) {
    proxy.extras.set(path, { type: "text/javascript", body: await readFile(new URL(file, import.meta.url)) });
  }
}

/** The version of a peer, as its package says. */
export async function versionOf(name: string): Promise<string> {
  const text = await readFile(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Asks both, without waiting for idle time and without their telemetry. */
export async function peerIds(driver: WebDriver, origin: string): Promise<PeerIds> {
  await driver.get(`${origin}${PAGE}`);
  const ids = await driver.executeAsyncScript<PeerIds | string>(`
    const done = arguments[arguments.length - 1];
    (async () => {
      const [{ load }, { Thumbmark }] = await Promise.all([import("/stability/fingerprintjs.js"), import("/stability/thumbmark.js")]);
      const { visitorId } = await (await load({ delayFallback: 0, monitoring: false })).get();
      const { thumbmark } = await new Thumbmark({ logging: false }).get();
      return { fingerprintjs: visitorId, thumbmark };
    })().then(done, (error) => done(String(error)));`);
  if (typeof ids === "string") throw new Error(`the peers gave no identifiers: ${ids}`);
  return ids;
}
