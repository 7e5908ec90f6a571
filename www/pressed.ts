// That a person pressed the log-in button of one attempt, remembered by this tab from the login page to the next. A tab that
// keeps nothing shows a button instead.

const PRESSED = "login-guard-pressed";

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
