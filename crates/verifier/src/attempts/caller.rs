//! Who asks: a page of a platform, or its back end.

use std::net::IpAddr;

use login_guard_protocol::Platform;

use crate::seal::cookie::DeviceCookie;

/// A page that asked through the browser listener; its origin was checked.
#[derive(Clone)]
pub struct Page {
    /// The platform that lists the origin.
    pub platform: Platform,
    /// The exact origin.
    pub origin: String,
    /// The value of `__Host-lg-device`, if it came.
    pub device_cookie: Option<String>,
    /// The client's address, if a configured trusted hop tells it.
    pub address: Option<IpAddr>,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Page({})", self.platform)
    }
}

impl Page {
    /// The parsed device cookie; an empty one when none came.
    pub fn cookie(&self) -> DeviceCookie {
        DeviceCookie::parse(self.device_cookie.as_deref().unwrap_or_default())
    }
}

/// A back end that asked with an API key; its scope was checked.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The API key's id.
    pub api_key: String,
    /// The platform that the key belongs to.
    pub platform: Platform,
}

/// The network of an address, as budgets count it: an IPv4 address, an IPv6 /64.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}
