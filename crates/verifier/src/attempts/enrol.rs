//! Changing an account's devices: the one place that writes device rows, their head, and what the browser keeps of them.

use login_guard_protocol::DeviceId;

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
    let device = seal_device(&services.keys, key, DeviceRow { epoch: services.epoch, ..device });
    let believed = |id: &DeviceId| account.devices.iter().any(|row| row.device == *id);
    let mut gone: Vec<DeviceId> = account.stored.iter().copied().filter(|id| !believed(id)).collect();
    let mut rows: Vec<DeviceRow> = account.devices.iter().map(|row| DeviceRow::clone(row)).collect();
    rows.retain(|row| row.device != device.device && !gone.contains(&row.device));
    while rows.len() >= DEVICES {
        let Some(oldest) = rows.iter().enumerate().min_by_key(|(_, row)| row.seen_at).map(|(at, _)| at) else { break };
        gone.push(rows.remove(oldest).device);
    }
    rows.push(device.clone());
    rows.sort_by_key(|row| row.device);
    // a version that nobody could have reached was written by somebody else
    let version = account.version.filter(|version| *version < HIGHEST_VERSION).unwrap_or(0) + 1;
    let head = seal_account(&services.keys, key, version, services.epoch, &rows);
    let mut changes = vec![Change::PutAccount { row: head, expected: account.version }];
    changes.extend(gone.into_iter().map(Change::DeleteDevice));
    let head_cookie =
        head_set_cookie(&device.public_key.key_id(), &issue_head(&services.keys, key, version, services.epoch));
    changes.push(Change::PutDevice(device));
    (changes, head_cookie)
}
