// FingerprintJS and ThumbmarkJS on a page of their own under the demo's origin: one identifier each.

import { readFile } from "node:fs/promises";
import type { WebDriver } from "selenium-webdriver";
import type { Demo } from "../harness/demo.ts";
import { eventually } from "../harness/process.ts";

export interface PeerIds {
  readonly fingerprintjs: string;
  readonly thumbmark: string;
}

const PAGE = "/stability/";
const LIBRARIES = {
  "/stability/fingerprintjs.js": "../node_modules/@fingerprintjs/fingerprintjs/dist/fp.esm.js",
  "/stability/thumbmark.js": "../node_modules/@thumbmarkjs/thumbmarkjs/dist/thumbmark.esm.js",
} as const;

/**
 * Asks both, without waiting for idle time and without their telemetry. A script of the page's own, because what WebDriver runs lives
 * in a realm of its own in Firefox, where ThumbmarkJS fails.
 */
const ASKING = `
  import { load } from "/stability/fingerprintjs.js";
  import { Thumbmark } from "/stability/thumbmark.js";
  const ask = async () => {
    const { visitorId } = await (await load({ delayFallback: 0, monitoring: false })).get();
    const { thumbmark, error } = await new Thumbmark({ logging: false }).get();
    return thumbmark === "" ? { error: JSON.stringify(error) } : { fingerprintjs: visitorId, thumbmark };
  };
  ask().catch((error) => ({ error: String(error) })).then((ids) => (document.documentElement.dataset.ids = JSON.stringify(ids)));`;

/** Lets the demo's proxy serve the page. */
export async function offerPeers({ proxy }: Demo): Promise<void> {
  proxy.extras.set(PAGE, { type: "text/html", body: "<!doctype html><html><head><title>peers</title><script type=\"module\" src=\"/stability/ids.js\"></script></head><body><p>peers</p></body></html>" });
  proxy.extras.set("/stability/ids.js", { type: "text/javascript", body: ASKING });
  for (const [path, file] of Object.entries(LIBRARIES)) {
    proxy.extras.set(path, { type: "text/javascript", body: await readFile(new URL(file, import.meta.url)) });
  }
}

/** The version of a peer, as its package says. */
export async function versionOf(name: string): Promise<string> {
  const text = await readFile(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** The identifiers that both give this browser now. */
export async function peerIds(driver: WebDriver, origin: string): Promise<PeerIds> {
  await driver.get(`${origin}${PAGE}`);
  const text = await eventually("the peers' identifiers", async () => (await driver.executeScript<string | null>("return document.documentElement.dataset.ids ?? null;")) ?? undefined);
  const ids = JSON.parse(text) as Partial<PeerIds> & { error?: string };
  if (!ids.fingerprintjs || !ids.thumbmark) throw new Error(`the peers gave no identifiers: ${ids.error ?? text}`);
  return { fingerprintjs: ids.fingerprintjs, thumbmark: ids.thumbmark };
}
