//! What a device on probation did: its log-ins, for the owner who is asked to acknowledge it. Sealed, because it holds addresses.

use std::net::IpAddr;

use login_guard_protocol::problem::ProblemCode;
use serde::{Deserialize, Serialize};

use super::Client;
use super::trust::Trust;
use crate::clock::Timestamp;
use crate::confirm::user_agent_label;
use crate::problem::Problem;
use crate::seal::activity::{open_activity, seal_activity};
use crate::services::Services;
use crate::store::{AccountKey, DeviceRow};

/// Most log-ins that are kept: the first, and the newest of the others.
const LOGINS: usize = 12;

/// One log-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoggedIn {
    /// When, milliseconds since the epoch.
    pub at: u64,
    /// From where.
    pub address: IpAddr,
    /// The browser, for people.
    pub browser: String,
}

/// Notes a log-in with a device that waits to be acknowledged; forgets all of one that does not.
///
/// # Errors
/// [`ProblemCode::Internal`] without randomness.
pub fn note(
    services: &Services,
    key: &AccountKey,
    row: &mut DeviceRow,
    (client, now): (&Client, Timestamp),
) -> Result<(), Problem> {
    if Trust::of(row).is_settled() {
        row.activity.clear();
        return Ok(());
    }
    let mut logins = read(services, key, row);
    logins.push(LoggedIn {
        at: now.as_millis(),
        address: client.address.to_canonical(),
        browser: user_agent_label(client.user_agent.as_deref()),
    });
    if logins.len() > LOGINS {
        // how it came in stays
        logins.remove(1);
    }
    let plaintext = serde_json::to_vec(&logins).map_err(|_| ProblemCode::Internal)?;
    row.activity = seal_activity(&services.keys, services.entropy.as_ref(), key, row.device, &plaintext)
        .map_err(|_| ProblemCode::Internal)?;
    Ok(())
}

/// What was noted, oldest first; nothing of what is not ours.
pub fn read(services: &Services, key: &AccountKey, row: &DeviceRow) -> Vec<LoggedIn> {
    let opened = open_activity(&services.keys, key, row.device, &row.activity).ok();
    opened.and_then(|plaintext| serde_json::from_slice(&plaintext).ok()).unwrap_or_default()
}
