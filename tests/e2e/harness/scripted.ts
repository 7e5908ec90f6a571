// A challenge on a page of its own, whose steps are answered by a script instead of the verifier: for states of the component
// that the verifier gives rarely, late or only to browsers with a passkey. It tests the component, not the methods.

import type { ServerResponse } from "node:http";
import type { Proxy } from "./proxy.ts";
import type { Visitor } from "./visitor.ts";

/** What a step is answered with; `held` keeps the browser waiting until the scene ends, `cut` is a gateway's own error page. */
export type Answer = { readonly status: number; readonly body: object } | "cut" | "held";

export interface Scenario {
  /** As the challenge lists them. */
  readonly methods: readonly object[];
  /** By step, such as `mail-code/check`; the last answer stays. */
  readonly answers?: Readonly<Record<string, readonly Answer[]>>;
  /** What the page's credential container does; a browser without it when left out. */
  readonly passkey?: "gives" | "stops";
}

const PAGE = "/test/challenge";
const ATTEMPT = "AAAAAAAAAAAAAAAAAAAAAA";
export const REFERENCE = "LG-7K2M-0Q9T";
/** Of the verifier's form, for no key. */
const TOKEN = `h.${Buffer.from(JSON.stringify({ cnf: {} })).toString("base64url")}.s`;
export const ALLOW: Answer = { status: 200, body: { v: 1, verdict: "allow", token: TOKEN } };
export const sent = (destination: string, more: object = {}): Answer => ({
  status: 202,
  body: { v: 1, destination, sent_at: new Date().toISOString(), expires_in_s: 300, resend_after_s: 30, tries_left: 5, ...more },
});
export const problem = (status: number, code: string, more: object = {}): Answer => ({ status, body: { type: `urn:login-guard:problem:${code}`, code, ...more } });

/** A credential container that does as it is told: none of the engines has a passkey here by itself. */
const CONTAINER = (does: string): string => `
  const bytes = () => new Uint8Array([1, 2, 3]).buffer;
  globalThis.PublicKeyCredential = class { static signalUnknownCredential(signal) { sessionStorage.setItem("signalled", JSON.stringify(signal)); return Promise.resolve(); } };
  const get = ({ publicKey }) => {
    sessionStorage.setItem("asked", JSON.stringify({ challenge: [...new Uint8Array(publicKey.challenge)], rpId: publicKey.rpId }));
    if (${JSON.stringify(does)} === "stops") return Promise.reject(new DOMException("", "NotAllowedError"));
    return Promise.resolve({ id: "AQID", rawId: bytes(), type: "public-key", response: { clientDataJSON: bytes(), authenticatorData: bytes(), signature: bytes(), userHandle: null } });
  };
  Object.defineProperty(navigator, "credentials", { configurable: true, value: { get } });`;

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** The page: a form around the element, in a page that follows the browser's theme. */
function html({ methods, passkey }: Scenario, language: string): string {
  const challenge = { v: 1, attempt: ATTEMPT, platform: "acex", purpose: "login", nonce: "AA", name: "AA", key: null, methods, work: null, expires_in_s: 600, reference: REFERENCE };
  const container = passkey === undefined ? "delete globalThis.PublicKeyCredential;" : CONTAINER(passkey);
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>Confirm</title><meta name="viewport" content="width=device-width">
<style>:root { color-scheme: light dark } body { margin: 0; padding: 16px; background: Canvas }</style><script>${container}</script>
<script type="module" src="/login-guard/guard.js"></script></head><body><main><h1 style="position:absolute;clip-path:inset(50%)">Tarnwick</h1>
<form data-login-guard-challenge method="post" action="/test/finish"><login-guard-challenge challenge="${escaped(JSON.stringify(challenge))}" restart="/login"></login-guard-challenge></form></main></body></html>`;
}

const STEPS = ["passkey/check", "approval/request", "approval/check", "external/check", "totp/check", "sms-code/send", "sms-code/check", "mail-code/send", "mail-code/check", "recovery-code/check"];

/** What browsers were answered, and what they sent. */
export class Scripted {
  readonly #held = new Set<ServerResponse>();
  #streams = new Set<ServerResponse>();
  #scenario: Scenario = { methods: [] };
  readonly #used = new Map<string, number>();
  /** Steps that were taken, with what came. */
  readonly taken: { readonly step: string; readonly body: Readonly<Record<string, unknown>> }[] = [];

  constructor(private readonly proxy: Proxy) {
    const at = (step: string): string => `/login-guard/attempts/${ATTEMPT}/confirmations/${step}`;
    for (const step of STEPS) proxy.scripts.set(at(step), (body, answer) => this.#answer(step, body, answer));
    proxy.scripts.set(at("approval/events"), (_, answer) => {
      answer.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      answer.write(": open\n\n");
      this.#streams.add(answer);
    });
    proxy.scripts.set("/test/finish", (body, answer) => answer.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>Finish</title><p id="posted">${escaped(body)}</p>`));
  }

  /** Puts the page up and opens it; everything that the tab remembered is forgotten unless it is kept. */
  async open(visitor: Visitor, scenario: Scenario, { language = "en", keep = false } = {}): Promise<void> {
    this.release();
    this.#scenario = scenario;
    this.#used.clear();
    this.taken.length = 0;
    this.proxy.extras.set(PAGE, { type: "text/html", body: html(scenario, language) });
    if (!keep && (await visitor.driver.getCurrentUrl()).startsWith("http")) await visitor.driver.executeScript("sessionStorage.clear()");
    await visitor.open(PAGE);
  }

  /** Tells open streams that something changed. */
  change(): void {
    for (const stream of this.#streams) stream.write("event: changed\ndata:\n\n");
  }

  /** Lets go of everything that waits. */
  release(): void {
    for (const answer of [...this.#held, ...this.#streams]) answer.destroy();
    this.#held.clear();
    this.#streams = new Set();
  }

  steps(): string[] {
    return this.taken.map(({ step }) => step);
  }

  #answer(step: string, body: string, answer: ServerResponse): void {
    this.taken.push({ step, body: JSON.parse(body) as Record<string, unknown> });
    const answers = this.#scenario.answers?.[step] ?? [];
    const used = this.#used.get(step) ?? 0;
    this.#used.set(step, used + 1);
    const next = answers[Math.min(used, answers.length - 1)] ?? problem(409, "method-unavailable");
    if (next === "held") return void this.#held.add(answer);
    // not the connection itself: browsers ask again by themselves when a kept one breaks
    if (next === "cut") return void answer.writeHead(502).end("<!doctype html>");
    answer.writeHead(next.status, { "content-type": "application/json" });
    answer.end(JSON.stringify(next.body));
  }
}
