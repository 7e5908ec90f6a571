//! Changing an account's devices: the one place that writes device rows, their head, and what the browser keeps of them.

use login_guard_protocol::DeviceId;

use crate::clock::Timestamp;
use crate::seal::cookie::head_set_cookie;
use crate::seal::head::issue_head;
use crate::seal::rows::{VerifiedAccount, seal_account, seal_device};
use crate::services::Services;
use crate::store::{AccountKey, Change, DeviceRow};

/// Most devices that one account keeps; the one seen longest ago gives way. People have about five; exchanges' own
/// limits lie between 10 and 20.
const DEVICES: usize = 20;

/// No account changes so often.
const HIGHEST_VERSION: u64 = 1 << 52;

/// Changes that put `device` among the account's rows, and the head cookie for it.
///
/// Rows that do not verify are removed on the way: nothing unverified stays under a new head.
pub fn put_device(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
    device: DeviceRow,
) -> (Vec<Change>, String) {
    put(services, key, account, device, account.value_frozen_at(services.clock.now()))
}

/// The same, and the account's value is frozen: from now on, if it was not before.
pub fn put_device_and_freeze(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
    device: DeviceRow,
) -> (Vec<Change>, String) {
    let now = services.clock.now();
    put(services, key, account, device, Some(account.value_frozen_at(now).unwrap_or(now)))
}

/// Changes that lift the freeze of the account's value.
pub fn release_value(services: &Services, key: &AccountKey, account: &VerifiedAccount) -> Vec<Change> {
    let rows: Vec<DeviceRow> = account.devices.iter().map(|row| DeviceRow::clone(row)).collect();
    let (changes, _) = write(services, key, account, &rows, None);
    changes
}

fn put(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
    device: DeviceRow,
    value_frozen_at: Option<Timestamp>,
) -> (Vec<Change>, String) {
    let device = seal_device(&services.keys, key, device);
    let mut rows: Vec<DeviceRow> = account.devices.iter().map(|row| DeviceRow::clone(row)).collect();
    rows.retain(|row| row.device != device.device);
    while rows.len() >= DEVICES {
        let Some(oldest) = rows.iter().enumerate().min_by_key(|(_, row)| row.seen_at).map(|(at, _)| at) else { break };
        rows.remove(oldest);
    }
    rows.push(device.clone());
    rows.sort_by_key(|row| row.device);
    let (mut changes, version) = write(services, key, account, &rows, value_frozen_at);
    let head_cookie =
        head_set_cookie(&device.public_key.key_id(), &issue_head(&services.keys, key, version, services.epoch));
    changes.push(Change::PutDevice(device));
    (changes, head_cookie)
}

/// Changes that leave these rows, sealed ones in order of device id, and no others. Gives the account's new version.
fn write(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
    rows: &[DeviceRow],
    value_frozen_at: Option<Timestamp>,
) -> (Vec<Change>, u64) {
    // a version that nobody could have reached was written by somebody else
    let version = account.version.filter(|version| *version < HIGHEST_VERSION).unwrap_or(0) + 1;
    let head = seal_account(&services.keys, key, (version, services.epoch), value_frozen_at, rows);
    let mut changes = vec![Change::PutAccount { row: head, expected: account.version }];
    let gone = |id: &&DeviceId| rows.iter().all(|row| row.device != **id);
    changes.extend(account.stored.iter().filter(gone).copied().map(Change::DeleteDevice));
    (changes, version)
}
