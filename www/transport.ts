// The only place that fetches: same-origin JSON to the verifier's browser listener, built files, and for the inspector the
// integrator's own route.

import { LoginGuardError, type Problem } from "./error";
import { base, type BuiltFile, urlOf } from "./files";

/** Milliseconds after which an answer is given up: a login must not hang, a mail takes its time. */
const TIME_OUT_MS = { login: 6_000, confirmation: 20_000 };
const RETRY_PAUSE_MS = 400;

export interface PostOptions {
  readonly kind: keyof typeof TIME_OUT_MS;
  /** Whether asking twice is harmless even when the first answer was lost. */
  readonly repeatable?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Posts JSON and returns the JSON that came.
 *
 * One retry, after a pause, and only where asking twice is harmless: when the verifier says that nothing was decided,
 * or when `repeatable` and no answer came at all.
 */
export async function post<T>(path: string, body: object, options: PostOptions): Promise<T> {
  try {
    return await postOnce<T>(path, body, options);
  } catch (thrown) {
    const code = thrown instanceof LoginGuardError ? thrown.code : "";
    if (code !== "store-unavailable" && !(options.repeatable === true && code === "unreachable")) throw thrown;
    await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
    return postOnce<T>(path, body, options);
  }
}

/**
 * Posts JSON to a route of the page's own back end and returns the JSON that came. The back end asks for a session: a
 * redirect, which leads to a login page, and 401 are `session-ended`.
 */
export async function ask<T>(address: string, body: object): Promise<T> {
  const url = new URL(address, document.baseURI);
  if (url.origin !== location.origin) throw new LoginGuardError("origin-refused");
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(TIME_OUT_MS.login),
    });
    if (response.type === "opaqueredirect" || response.status === 401) throw new LoginGuardError("session-ended");
    const answer: unknown = await response.json();
    if (typeof answer !== "object" || answer === null) throw new LoginGuardError("answer-invalid");
    if (response.ok) return answer as T;
    throw problemOf(response, answer);
  } catch (thrown) {
    throw thrown instanceof LoginGuardError ? thrown : new LoginGuardError("unreachable");
  }
}

/** Calls `told` at each event `changed` of a stream of the verifier's, until `signal`; `lost` when there is no stream (any more). */
export function events(path: string, told: () => void, lost: () => void, signal: AbortSignal): void {
  const source = new EventSource(new URL(path, base));
  source.addEventListener("changed", told);
  source.addEventListener("error", () => {
    // an interrupted one comes back by itself
    if (source.readyState === EventSource.CLOSED) lost();
  });
  signal.addEventListener("abort", () => source.close());
}

/** Fetches a built file, all of it; the browser refuses other bytes than the built ones. */
export async function fetchFile(file: BuiltFile): Promise<ArrayBuffer> {
  return (await fetch(urlOf(file), { integrity: file.integrity })).arrayBuffer();
}

async function postOnce<T>(path: string, body: object, { kind, signal }: PostOptions): Promise<T> {
  const timer = new AbortController();
  const cancel = (): void => timer.abort();
  const timeout = setTimeout(cancel, TIME_OUT_MS[kind]);
  signal?.addEventListener("abort", cancel);
  // an event that has passed is not told again
  if (signal?.aborted === true) cancel();
  try {
    const response = await fetch(new URL(path, base), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ v: 1, ...body }),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: timer.signal,
    });
    // the hand-over of cookies has no body
    const answer: unknown = response.status === 204 ? {} : await response.json();
    if (typeof answer !== "object" || answer === null) throw new LoginGuardError("answer-invalid");
    if (response.ok) return answer as T;
    throw problemOf(response, answer);
  } catch (thrown) {
    if (thrown instanceof LoginGuardError) throw thrown;
    if (signal?.aborted === true) throw new LoginGuardError("cancelled");
    // a proxy's own error page is no answer of the verifier's either
    throw new LoginGuardError("unreachable");
  } finally {
    clearTimeout(timeout);
    signal?.removeEventListener("abort", cancel);
  }
}

function problemOf(response: Response, answer: object): LoginGuardError {
  const problem = answer as Partial<Problem>;
  if (typeof problem.code !== "string") return new LoginGuardError("answer-invalid");
  const retryAfter = Number(response.headers.get("retry-after") ?? problem.retry_after_s);
  return new LoginGuardError(problem.code, { ...problem, code: problem.code, ...(retryAfter > 0 ? { retryAfter } : {}) });
}
