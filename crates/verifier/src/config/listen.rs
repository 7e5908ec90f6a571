//! `[listen]`: the two listeners, and `[trusted_hop]`: the proxies in front of the browser listener.

use std::net::{IpAddr, SocketAddr};

use super::Surroundings;
use super::table::Table;

/// Where to listen; port 0 takes a free one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen {
    /// For browsers, behind the login origin's reverse proxy.
    pub browser: SocketAddr,
    /// For the exchange's back end. Private.
    pub backend: SocketAddr,
}

/// Proxies whose word on the client's address is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedHop {
    /// Their own addresses.
    pub addresses: Vec<IpAddr>,
    /// The header they write, lower case.
    pub header: String,
}

pub(super) fn read(table: &mut Table<'_>, around: &Surroundings<'_>) -> Option<Listen> {
    let expected = "an address and a port, such as 127.0.0.1:8101";
    let browser = table.required_text("browser", expected, |text| text.parse::<SocketAddr>().ok());
    let backend = table.required_text("backend", expected, |text| text.parse::<SocketAddr>().ok());
    let allowed = table.flag("allow_public_backend");
    if allowed && around.production() {
        table.report("allow_public_backend", "unfit for production: the backend listener is private");
    }
    if backend.is_some_and(|address| !address.ip().is_loopback()) && (!allowed || around.production()) {
        table.report("backend", "expected a loopback address: the backend listener is private");
    }
    if let (Some(browser), Some(backend)) = (browser, backend)
        && browser == backend
        && browser.port() != 0
    {
        table.report("backend", "expected another port than the browser listener's");
    }
    Some(Listen { browser: browser?, backend: backend? })
}

pub(super) fn read_trusted_hop(table: &mut Table<'_>) -> Option<TrustedHop> {
    let addresses =
        table.required_texts("addresses", 1..=64, "1 to 64 addresses of proxies, without ports", |_, text| {
            text.parse::<IpAddr>()
                .ok()
                .map(|address| address.to_canonical())
                .filter(|address| !address.is_unspecified())
        });
    let header = table
        .optional_text("header", "the header that the proxies write, such as x-forwarded-for", |text| {
            check_header(&text)
        })
        .unwrap_or_else(|| "x-forwarded-for".to_owned());
    (!addresses.is_empty()).then_some(TrustedHop { addresses, header })
}

fn check_header(text: &str) -> Option<String> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    ((1..=64).contains(&text.len()) && text.bytes().all(allowed)).then(|| text.to_ascii_lowercase())
}
