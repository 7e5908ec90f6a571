// What this tab remembers of one attempt between pages, so that a reload or a tab that is opened again goes on where the
// person was: the way, what was sent and when, the code that another device is to be given. No secret, no token; gone at the end.

const KEY = "login-guard-confirmation";

/** A code that went out, as it is shown. Times are of the local clock, in milliseconds. */
export interface SentBefore {
  readonly destination: string;
  readonly sentAt: number;
  readonly expiresAt: number;
  readonly resendAt: number;
}

/** A code that stands on the screen, to be typed on another device. */
export interface ShownBefore {
  readonly code: string;
  readonly expiresAt: number;
}

interface Kept {
  readonly attempt: string;
  /** The way that was on the screen. */
  readonly method?: string;
  /** By method. */
  readonly sent?: Readonly<Record<string, SentBefore>>;
  readonly shown?: ShownBefore;
}

/** What was kept of this attempt. A tab that keeps nothing begins anew. */
export function remembered(attempt: string): Kept {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Kept | null;
    return kept?.attempt === attempt ? kept : { attempt };
  } catch {
    return { attempt };
  }
}

export function remember(attempt: string, news: Omit<Kept, "attempt">): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...remembered(attempt), ...news }));
  } catch {
    // a reload begins anew
  }
}

export function forget(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // nothing was kept
  }
}
