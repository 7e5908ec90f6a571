//! The client's address at the browser listener, where a trusted hop is configured; without one nobody knows it.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

use crate::config::TrustedHop;

/// The other end of the connection; the listener puts it into every request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Where the client's address comes from. Without a trusted hop no header is read, and the socket's other end is most
/// likely a reverse proxy: its address would stand for everybody's.
#[derive(Clone, Debug, Default)]
pub struct AddressSource(pub Option<TrustedHop>);

impl AddressSource {
    /// The client's address. None without a trusted hop, and when the hop did not say.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer.to_canonical();
        let hop = self.0.as_ref()?;
        if !hop.addresses.contains(&peer) {
            return Some(peer);
        }
        // every proxy appends the address that it saw, so the list is true only from its end and up to the first
        // address that is not a proxy of ours; whatever stands before was written by the client
        let mut values = Vec::new();
        for header in headers.get_all(&hop.header) {
            values.extend(header.to_str().ok()?.split(','));
        }
        for value in values.iter().rev() {
            let address = value.trim().parse::<IpAddr>().ok()?.to_canonical();
            if !hop.addresses.contains(&address) {
                return Some(address);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn client(hops: &[&str], peer: &str, lines: &[&'static str]) -> Option<String> {
        let addresses: Vec<IpAddr> = hops.iter().map(|hop| hop.parse().unwrap()).collect();
        let hop = (!hops.is_empty()).then(|| TrustedHop { addresses, header: "x-forwarded-for".into() });
        let name = HeaderName::from_static("x-forwarded-for");
        let headers = lines.iter().map(|line| (name.clone(), HeaderValue::from_static(line))).collect();
        AddressSource(hop).client(peer.parse().unwrap(), &headers).map(|address| address.to_string())
    }

    #[test]
    fn nothing_is_believed_without_a_trusted_hop() {
        assert_eq!(client(&[], "192.0.2.1", &["203.0.113.7"]), None);
    }

    #[test]
    fn header_of_a_stranger_is_not_read() {
        assert_eq!(client(&["10.0.0.1"], "192.0.2.1", &["203.0.113.7"]).as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn last_address_that_is_no_proxy_is_the_clients() {
        let hops = ["10.0.0.1", "10.0.0.2"];
        let lines = ["1.1.1.1, 203.0.113.7", "10.0.0.2"];
        assert_eq!(client(&hops, "10.0.0.1", &lines).as_deref(), Some("203.0.113.7"));
        assert_eq!(client(&["::1"], "::1", &["2001:db8::1"]).as_deref(), Some("2001:db8::1"));
    }

    #[test]
    fn silent_or_garbled_proxy_gives_no_address() {
        assert_eq!(client(&["10.0.0.1"], "::ffff:10.0.0.1", &[]), None);
        assert_eq!(client(&["10.0.0.1"], "10.0.0.1", &["203.0.113.7, unknown"]), None);
        assert_eq!(client(&["10.0.0.1"], "10.0.0.1", &["10.0.0.1"]), None);
    }
}
