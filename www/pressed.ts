// What this tab remembers of one attempt between pages: that a person pressed the log-in button, and that a code went out.
// A tab that keeps nothing shows a button instead.

const PRESSED = "login-guard-pressed";
const SENT = "login-guard-sent";

/** A code that went out, as it is shown. Times are of the local clock, in milliseconds. */
export interface Remembered {
  readonly attempt: string;
  readonly destination: string;
  readonly expiresAt: number;
  readonly resendAt: number;
}

/** Remembers that the log-in with this attempt was pressed. */
export function rememberPress(attempt: string): void {
  try {
    sessionStorage.setItem(PRESSED, attempt);
  } catch {
    // a button will ask
  }
}

/** Whether the log-in with this attempt was pressed in this tab; true once, so that a reload asks for nothing. */
export function takePress(attempt: string): boolean {
  try {
    if (sessionStorage.getItem(PRESSED) !== attempt) return false;
    sessionStorage.removeItem(PRESSED);
    return true;
  } catch {
    return false;
  }
}

/** Remembers a code that went out, for a reload of the page. */
export function rememberSent(sent: Remembered): void {
  try {
    sessionStorage.setItem(SENT, JSON.stringify(sent));
  } catch {
    // a reload will offer to send another
  }
}

/** The code that went out for this attempt and may still be good. */
export function sentBefore(attempt: string): Remembered | undefined {
  try {
    const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "null") as Remembered | null;
    return sent?.attempt === attempt && sent.expiresAt > Date.now() ? sent : undefined;
  } catch {
    return undefined;
  }
}
