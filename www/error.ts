// The one error of the public surface.

/** A problem as the verifier told it (RFC 9457), as far as pages need it. */
export interface Problem {
  readonly code: string;
  readonly detail?: string;
  readonly reference?: string;
  readonly tries_left?: number;
  readonly retry_after_s?: number;
  /** Seconds, from the header `Retry-After` or the body. */
  readonly retryAfter?: number;
}

/**
 * What the API throws. `code` is stable: a problem code of docs/protocol.md, or one of
 * `unreachable` (no answer), `answer-invalid` (an answer of another shape), `cancelled`, `challenge-invalid`,
 * `file-refused` (a lazy file is missing or not the one that was built), `login-name-invalid`, `origin-insecure` (a page
 * without TLS), `work-unsolvable`, `work-kind-unavailable` (never thrown to pages: the other kind is asked for).
 */
export class LoginGuardError extends Error {
  override readonly name = "LoginGuardError";

  constructor(
    readonly code: string,
    readonly problem?: Problem,
  ) {
    super(code);
  }
}

/** The stable code of anything thrown. Each built file has a class of its own, so that the name tells, not the class. */
export function codeOf(thrown: unknown): string {
  if (thrown instanceof Error && thrown.name === "LoginGuardError") return (thrown as LoginGuardError).code;
  return thrown instanceof DOMException && thrown.name === "AbortError" ? "cancelled" : "internal";
}
