// One device over two logins: enrolled as it is, and after one thing about it has changed.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WebDriver } from "selenium-webdriver";
import type { Demo } from "../harness/demo.ts";
import { type Display, type Engine, openDisplay, type OpenOptions, openSession } from "../harness/engines.ts";
import { eventually } from "../harness/process.ts";
import type { Seen } from "../harness/proxy.ts";
import { PARTS, Visitor } from "../harness/visitor.ts";
import { type PeerIds, peerIds } from "./peers.ts";

const ACCOUNT = "alice";

/** Components and facts of an evidence document, each as its JSON text. */
export type Evidence = ReadonlyMap<string, string>;

export class Device {
  #visitor: Visitor | undefined;
  #display: Display | undefined;

  private constructor(
    readonly engine: Engine,
    readonly demo: Demo,
    readonly profile: string,
  ) {}

  /** A new profile in a folder of its own. */
  static async make(engine: Engine, demo: Demo): Promise<Device> {
    return new Device(engine, demo, await mkdtemp(join(tmpdir(), "login-guard-device-")));
  }

  get visitor(): Visitor {
    if (this.#visitor === undefined) throw new Error("the browser is not open");
    return this.#visitor;
  }

  get driver(): WebDriver {
    return this.visitor.driver;
  }

  async start(options: OpenOptions = {}): Promise<void> {
    this.#visitor = new Visitor(this.demo, await openSession(this.engine, { ...options, profile: this.profile }));
  }

  /** Ends the browser and starts it again with the same profile. */
  async restart(options: OpenOptions = {}): Promise<void> {
    await this.visitor.stop();
    await this.start(options);
  }

  /** The same on a display of this size, where an engine draws by other means than without one. */
  async restartOnDisplay(size: string): Promise<void> {
    this.#display = await openDisplay(size);
    await this.restart({ display: this.#display.display });
  }

  /** Confirms the device by a code and logs out; the evidence that is enrolled from now on. */
  async enrol(): Promise<Evidence> {
    this.demo.proxy.forget();
    const mails = (await this.demo.inbox()).length;
    await this.visitor.logsIn(ACCOUNT);
    // where the account has other devices, an approval at one of them comes first
    await this.visitor.choosesMail();
    const code = await this.demo.code(`${ACCOUNT}@`, mails + 1);
    await this.visitor.type(PARTS.code, code);
    await this.visitor.arrivesAt("/account");
    const evidence = this.#evidence();
    await this.visitor.logsOut();
    return evidence;
  }

  /** Logs in again; whether the device was let in without being asked, and the evidence it sent. */
  async logsIn(): Promise<{ recognised: boolean; evidence: Evidence }> {
    this.demo.proxy.forget();
    const mails = (await this.demo.inbox()).length;
    await this.visitor.logsIn(ACCOUNT);
    // a challenged login leads to the page that confirms
    const next = await eventually("the login post is answered", () => this.#posts()[0]?.headers.location);
    const recognised = next === "/account";
    if (recognised) {
      await this.visitor.arrivesAt("/account");
      if ((await this.demo.inbox()).length !== mails) throw new Error("a mail was sent for a recognised device");
    }
    return { recognised, evidence: this.#evidence() };
  }

  /** The value of an expression on the login page, as text. */
  async reads(expression: string): Promise<string> {
    await this.visitor.open("/login");
    return this.driver.executeAsyncScript<string>(`
      const done = arguments[arguments.length - 1];
      (async () => JSON.stringify(${expression}))().then(done, (error) => done(String(error)));`);
  }

  peerIds(): Promise<PeerIds> {
    return peerIds(this.driver, this.demo.origin);
  }

  #posts(): readonly Seen[] {
    return this.demo.proxy.seen.filter(({ method, path }) => method === "POST" && path === "/login");
  }

  #evidence(): Evidence {
    const post = this.demo.proxy.sent.find(({ method, path }) => method === "POST" && path === "/login");
    const [, , evidence = ""] = (new URLSearchParams(post?.body).get("login-guard-proof") ?? "").split("~");
    const document = JSON.parse(Buffer.from(evidence, "base64url").toString("utf8")) as { components: object; facts: object };
    const components = Object.entries(document.components).map(([name, value]): [string, string] => [name, JSON.stringify(value)]);
    const facts = Object.entries(document.facts).map(([name, value]): [string, string] => [`fact: ${name}`, JSON.stringify(value)]);
    return new Map([...components, ...facts]);
  }

  async stop(): Promise<void> {
    await this.#visitor?.stop();
    await this.#display?.stop();
    // the browser's own helpers may still be writing
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** Names of what is not as before, with the new state where it is not simply another value. */
export function changes(before: Evidence, after: Evidence): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.filter((name) => before.get(name) !== after.get(name)).map((name) => `${name}${state(before.get(name), after.get(name))}`);
}

function state(before: string | undefined, after: string | undefined): string {
  const plain = (value: string | undefined): string => {
    if (value === undefined) return "not sent";
    const parsed = JSON.parse(value) as { state?: string; reason?: string } | string;
    return typeof parsed === "string" ? "present" : [parsed.state, parsed.reason].filter((part) => part !== undefined).join(": ");
  };
  const [one, other] = [plain(before), plain(after)];
  return one === other ? "" : ` (${one} → ${other})`;
}
