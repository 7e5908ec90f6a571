//! Who asks for a confirmation, as the owner is shown it at a device that is known.

use std::net::IpAddr;

use login_guard_protocol::ApprovalId;
use serde::{Deserialize, Serialize};

use super::Client;
use crate::confirm::user_agent_label;
use crate::seal::network::network_digest;
use crate::services::Services;
use crate::store::{AccountKey, ApprovalLane};

/// The browser that logs in, as the back end sees it; and its request for approval, once it made one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asker {
    /// The address.
    pub address: IpAddr,
    /// The browser, for people.
    pub browser: String,
    /// The network, as a device's row keeps networks.
    pub network: [u8; 8],
    /// The newest request.
    pub requested: Option<Requested>,
}

/// Which request for approval an attempt made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requested {
    /// The request.
    pub approval: ApprovalId,
    /// Where it is kept.
    pub lane: ApprovalLane,
}

impl Asker {
    /// What the back end said of the client.
    pub fn of(services: &Services, key: &AccountKey, client: &Client) -> Self {
        Self {
            address: client.address.to_canonical(),
            browser: user_agent_label(client.user_agent.as_deref()),
            network: network_digest(&services.keys, key, client.address),
            requested: None,
        }
    }
}

/// The network of an address as people and rules see neighbours: an IPv4 /24, an IPv6 /64.
pub fn shown_network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}
