//! Which kinds of storage the page may use. Opens none. Blocked cookies change it: a setting.
//!
//! Forbidden is a value of its own: looking at storage throws where cookies are blocked.

use super::{Cost, Reading, Scope, Signal, Stability, flags};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "storage", stability: Stability::Setting, cost: Cost::Free, scope: Scope::Page, read };

#[expect(clippy::unnecessary_wraps, reason = "every signal may fail; this one does not")]
fn read(browser: &Browser) -> Result<Reading, Fault> {
    let kinds = [
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "openDatabase",
        "caches",
        "cookieStore",
        "navigator.cookieEnabled",
    ];
    Ok(Reading::Present(flags(browser, &kinds)))
}
