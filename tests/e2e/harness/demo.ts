// One demo with its own data folder: verifier, demo exchange, inbox, and the proxy that browsers go through.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeCertificate } from "./certificate.ts";
import { eventually, freePort, Process } from "./process.ts";
import { Proxy } from "./proxy.ts";

/** The built commands: `cargo xtask test` says where they are; by hand it is Cargo's usual place. */
const XTASK = process.env["LOGIN_GUARD_XTASK"] ?? fileURLToPath(new URL("../../../target/debug/xtask", import.meta.url));

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly at: string;
}

/** What a demo writes about itself, in `stack.json`. */
export interface StackAddresses {
  readonly origin: string;
  readonly browser_listener: string;
  readonly backend_listener: string;
  readonly api_key_file: string;
}

export class Demo {
  private constructor(
    readonly port: number,
    readonly password: string,
    readonly proxy: Proxy,
    readonly addresses: StackAddresses,
    readonly apiKey: string,
    readonly folder: string,
    readonly process: Process,
  ) {}

  /** The origin that browsers use. */
  get origin(): string {
    return this.proxy.origin;
  }

  /** Starts one under a host that leads to this machine; `also` are further ones that its pages are opened under. */
  static async start(options: { tls?: boolean; host?: string; also?: readonly string[]; cookieHold?: number; factorWait?: number; workKind?: string } = {}): Promise<Demo> {
    const folder = await mkdtemp(join(tmpdir(), "login-guard-e2e-"));
    let process: Process | undefined;
    try {
      const data = join(folder, "data");
      const port = await freePort();
      const { tls = false, host = "localhost", also = [], cookieHold, factorWait, workKind } = options;
      const hold = cookieHold === undefined ? [] : ["--cookie-hold", String(cookieHold)];
      const wait = factorWait === undefined ? [] : ["--factor-wait", String(factorWait)];
      const kind = workKind === undefined ? [] : ["--work-kind", workKind];
      const origin = await Proxy.reserve(tls, host);
      const origins = [origin, ...also.map((other) => origin.replace(host, other))];
      const args = ["demo", "--built", "--port", String(port), "--data", data, ...hold, ...wait, ...kind, ...origins.flatMap((one) => ["--origin", one])];
      const started = await Process.start(XTASK, args, /^ready http[^]*^password: (.+)$/m);
      process = started.process;
      const addresses = JSON.parse(await readFile(join(data, "stack.json"), "utf8")) as StackAddresses;
      const apiKey = (await readFile(addresses.api_key_file, "utf8")).trim();
      const certificate = tls ? await makeCertificate(folder) : undefined;
      const proxy = await Proxy.start(origin, port, certificate);
      return new Demo(port, (started.match[1] ?? "").trim(), proxy, addresses, apiKey, folder, process);
    } catch (thrown) {
      await process?.stop();
      await rm(folder, { recursive: true, force: true });
      throw thrown;
    }
  }

  /** The inbox, newest first. */
  async inbox(): Promise<Mail[]> {
    return JSON.parse(await text(`http://localhost:${this.port}/inbox.json`)) as Mail[];
  }

  /** The code in the newest mail to an address, once there are `count` mails to it. */
  async code(to: string, count = 1): Promise<string> {
    return eventually(`${count} mail(s) to ${to}`, async () => {
      const mails = (await this.inbox()).filter((mail) => mail.to.includes(to));
      return mails.length < count ? undefined : codeIn(mails[0]?.text ?? "");
    });
  }

  async stop(): Promise<void> {
    await this.proxy.stop();
    await this.process.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The eight digits, with or without a gap in the middle. */
export function codeIn(mail: string): string | undefined {
  return /(?<!\d)(\d{4})[ \u00a0-]?(\d{4})(?!\d)/.exec(mail)?.slice(1, 3).join("");
}

function text(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => (body += part)).on("end", () => resolve(body));
    }).on("error", reject);
  });
}
