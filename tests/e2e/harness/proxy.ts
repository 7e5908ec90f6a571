// The reverse proxy between browser and demo: counts requests, keeps response headers, speaks TLS where an engine needs it.

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

/** A file that the proxy serves itself; the demo never sees the request. */
export interface Extra {
  readonly type: string;
  readonly body: string | Buffer;
}

const REPORTS = "/policy-reports";

/** The response's own policy once more, for reports only: all engines send these, whenever a violation happens. */
function reporting(headers: IncomingMessage["headers"]): string[] {
  const policy = headers["content-security-policy"];
  return policy === undefined ? [] : ["content-security-policy-report-only", `${String(policy)}; report-uri ${REPORTS}`];
}

export class Proxy {
  readonly origin: string;
  /** Every request that was passed on, oldest first. */
  readonly seen: Seen[] = [];
  readonly extras = new Map<string, Extra>();
  /** What browsers reported against the pages' own policy: directive and what was blocked. */
  readonly violations: string[] = [];
  readonly #server: Server;

  private constructor(origin: string, server: Server) {
    this.origin = origin;
    this.#server = server;
  }

  /** An address for a proxy that is not there yet: the demo must know its origin first. */
  static async reserve(tls: boolean): Promise<string> {
    return `${tls ? "https" : "http"}://localhost:${await freePort()}`;
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
    const extra = this.extras.get(path);
    if (extra !== undefined) {
      answer.writeHead(200, { "content-type": extra.type, "cache-control": "no-store" });
      answer.end(extra.body);
      return;
    }
    if (path === REPORTS) {
      void this.#takeReport(incoming, answer);
      return;
    }
    const method = incoming.method ?? "GET";
    const outgoing = request({ host: "127.0.0.1", port: target, method, path, headers: incoming.headers }, (response) => {
      this.seen.push({ method, path, status: response.statusCode ?? 0, headers: response.headers });
      answer.writeHead(response.statusCode ?? 502, [...response.rawHeaders, ...reporting(response.headers)]);
      response.pipe(answer);
    });
    outgoing.on("error", () => {
      if (!answer.headersSent) answer.writeHead(502);
      answer.end();
    });
    incoming.pipe(outgoing);
  }

  async #takeReport(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    let body = "";
    for await (const part of incoming.setEncoding("utf8")) body += String(part);
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
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
