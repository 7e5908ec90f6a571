// The reverse proxy between browser and demo: keeps what browsers send and how it is answered, puts into pages what a spec
// asks for, speaks TLS where an engine needs it.

import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Certificate } from "./certificate.ts";
import { freePort } from "./process.ts";

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
}

/** What a browser sent, as it came. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  /** Names and values by turns. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** What pages and workers hold besides their own: what an extension, the site or another browser would have put there. */
export interface Additions {
  /** At the beginning of the head of every page. */
  readonly head?: string;
  /** At the end of every page's policy. */
  readonly policy?: string;
  /** Before the script of every worker. Whoever fetches the script to check it gets its own bytes. */
  readonly worker?: string;
  /** On every script and link of every page. */
  readonly nonce?: string;
}

/** What is in the way of a browser: a blocker's list, or another policy than the one that is served. */
export interface Obstacles {
  /** Requests that are cut off, as blockers do it. */
  readonly refuses?: (path: string) => boolean;
  /** The policy that a response goes out with; violations are reported against the one that it came with. */
  readonly policy?: (policy: string, path: string) => string;
  /** Cookies that a response is not let through with, as by a gateway that cannot write them. */
  readonly cookie?: (line: string, path: string) => boolean;
}

/** A file that the proxy serves itself; the demo never sees the request. */
export interface Extra {
  readonly type: string;
  readonly body: string | Buffer;
}

/** An answer of a spec's own, instead of the demo's; `body` is what was sent. */
export type Script = (body: string, answer: ServerResponse) => void;

const REPORTS = "/policy-reports";

/** A response's own policy once more, for reports only: all engines send these, whenever a violation happens. */
function reporting(headers: IncomingMessage["headers"]): string[] {
  const policy = headers["content-security-policy"];
  return policy === undefined ? [] : ["content-security-policy-report-only", `${String(policy)}; report-uri ${REPORTS}`];
}

async function whole(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

/** Passes a response on with what is added to it; nothing of it is kept by the browser, since the next session may add other things. */
async function add(
  additions: Additions, forWorker: boolean, response: IncomingMessage, answer: ServerResponse, policed: (raw: readonly string[]) => string[],
): Promise<void> {
  const type = response.headers["content-type"] ?? "";
  const lines = pairs(response.rawHeaders).filter(([name]) => !["cache-control", "content-length", "transfer-encoding"].includes(name.toLowerCase()));
  const headers = lines.map(([name, value]): [string, string] => (name.toLowerCase() === "content-security-policy" ? [name, `${value}${additions.policy ?? ""}`] : [name, value]));
  const body = async (): Promise<string | Buffer> => {
    if (type.startsWith("text/html")) return withHead(await whole(response), additions);
    if (forWorker && type.startsWith("text/javascript")) return `${additions.worker ?? ""}\n${await whole(response)}`;
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    return Buffer.concat(parts);
  };
  const ready = await body().catch(() => "");
  const policy = headers.find(([name]) => name.toLowerCase() === "content-security-policy")?.[1];
  const reports = reporting(policy === undefined ? {} : { "content-security-policy": policy });
  answer.writeHead(response.statusCode ?? 502, [...policed(headers.flat()), "cache-control", "no-store", ...reports]);
  answer.end(ready);
}

function withHead(page: string, { head = "", nonce }: Additions): string {
  const marked = nonce === undefined ? page : page.replace(/<(?:script|link)\b/g, (tag) => `${tag} nonce="${nonce}"`);
  return marked.replace("<head>", `<head>${head}`);
}

const pairs = (raw: readonly string[]): [string, string][] =>
  raw.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, raw[index + 1] ?? ""]] : []));

export class Proxy {
  readonly origin: string;
  /** Every request that was passed on, oldest first. */
  readonly seen: Seen[] = [];
  /** Everything that browsers sent, oldest first, also for what the proxy serves itself. */
  readonly sent: Sent[] = [];
  readonly extras = new Map<string, Extra>();
  /** By path. */
  readonly scripts = new Map<string, Script>();
  additions: Additions = {};
  obstacles: Obstacles = {};
  /** What browsers reported against the pages' own policy: directive and what was blocked. */
  readonly violations: string[] = [];
  readonly #server: Server;

  private constructor(origin: string, server: Server) {
    this.origin = origin;
    this.#server = server;
  }

  /** An address for a proxy that is not there yet: the demo must know its origin first. */
  static async reserve(tls: boolean, host: string): Promise<string> {
    return `${tls ? "https" : "http"}://${host}:${await freePort()}`;
  }

  static async start(origin: string, target: number, certificate?: Certificate): Promise<Proxy> {
    const handler = (incoming: IncomingMessage, answer: ServerResponse): void => proxy.#pass(incoming, answer, target);
    const server = certificate === undefined ? createServer(handler) : createTlsServer(certificate, handler);
    const proxy = new Proxy(origin, server);
    server.listen(Number(new URL(origin).port), "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  #pass(incoming: IncomingMessage, answer: ServerResponse, target: number): void {
    const path = incoming.url ?? "/";
    const method = incoming.method ?? "GET";
    this.#keep(incoming, method, path);
    if (this.obstacles.refuses?.(path) === true) {
      incoming.destroy();
      return;
    }
    const extra = this.extras.get(path);
    if (extra !== undefined) {
      answer.writeHead(200, { "content-type": extra.type, "cache-control": "no-store" });
      answer.end(extra.type === "text/html" ? withHead(String(extra.body), this.additions) : extra.body);
      return;
    }
    const script = this.scripts.get(path);
    if (script !== undefined) {
      void whole(incoming).then((body) => script(body, answer));
      return;
    }
    if (path === REPORTS) {
      void this.#takeReport(incoming, answer);
      return;
    }
    const { additions } = this;
    const changing = Object.keys(additions).length > 0;
    // what is added to is asked for as plain text
    const headers = changing ? { ...incoming.headers, "accept-encoding": "identity" } : incoming.headers;
    const outgoing = request({ host: "127.0.0.1", port: target, method, path, headers }, (response) => {
      this.seen.push({ method, path, status: response.statusCode ?? 0, headers: response.headers });
      if (changing) {
        void add(additions, incoming.headers["sec-fetch-dest"] === "worker", response, answer, (raw) => this.#policed(raw, path));
        return;
      }
      answer.writeHead(response.statusCode ?? 502, [...this.#policed(response.rawHeaders, path), ...reporting(response.headers)]);
      response.pipe(answer);
    });
    outgoing.on("error", () => {
      if (!answer.headersSent) answer.writeHead(502);
      answer.end();
    });
    incoming.pipe(outgoing);
  }

  /** Headers of a response with the policy that is in the way. What an obstacle touches must not come out of a cache. */
  #policed(raw: readonly string[], path: string): string[] {
    if (Object.keys(this.obstacles).length === 0) return [...raw];
    const { policy = (own: string): string => own, cookie = (): boolean => false } = this.obstacles;
    const isKept = ([name, value]: [string, string]): boolean => !(name.toLowerCase() === "cache-control" || (name.toLowerCase() === "set-cookie" && cookie(value, path)));
    const headers = pairs(raw).filter(isKept);
    headers.push(["cache-control", "no-store"]);
    return headers.flatMap(([name, value]) => [name, name.toLowerCase() === "content-security-policy" ? policy(value, path) : value]);
  }

  #keep(incoming: IncomingMessage, method: string, path: string): void {
    const parts: Buffer[] = [];
    incoming.on("data", (part: Buffer) => parts.push(part));
    incoming.on("end", () => {
      this.sent.push({ method, path, headers: incoming.rawHeaders, body: Buffer.concat(parts).toString("utf8") });
    });
  }

  async #takeReport(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await whole(incoming);
    answer.writeHead(204).end();
    const parsed = JSON.parse(body) as Record<string, Record<string, string> | undefined>;
    const report = parsed["csp-report"] ?? parsed["body"] ?? {};
    this.violations.push(`${report["effective-directive"] ?? report["violated-directive"] ?? body} ${report["blocked-uri"] ?? ""} on ${report["document-uri"] ?? ""}`);
  }

  /** Requests to paths that begin so, as `METHOD path`. */
  asked(prefix = "/"): string[] {
    return this.seen.filter(({ path }) => path.startsWith(prefix)).map(({ method, path }) => `${method} ${path}`);
  }

  forget(): void {
    this.seen.length = 0;
    this.sent.length = 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
