//! Changing an account: the one place that writes devices and factors, their head, and what the browser keeps of them.
//!
//! An [`Edit`] begins with what was verified, takes what is to be put, removed, frozen or released, and gives the changes of one
//! commit against the version that was read.

use login_guard_protocol::{DeviceId, FactorId};

use crate::clock::Timestamp;
use crate::seal::cookie::head_set_cookie;
use crate::seal::factors::open_factor;
use crate::seal::head::issue_head;
use crate::seal::rows::{VerifiedAccount, seal_account, seal_device};
use crate::services::Services;
use crate::store::models::{FactorKind, Standing};
use crate::store::{AccountKey, Change, DeviceRow, FactorRow};

/// Most devices that one account keeps. People have about five; exchanges' own limits lie between 10 and 20.
const DEVICES: usize = 20;

/// No account changes so often.
const HIGHEST_VERSION: u64 = 1 << 52;

/// Changes that put `device` among the account's rows, and the head cookie for it.
///
/// Rows that do not verify are removed on the way, but for contacts that open: nothing else unverified stays under a new head.
pub fn put_device(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
    device: DeviceRow,
) -> (Vec<Change>, String) {
    let mut edit = Edit::of(services, key, account);
    let cookie = edit.put_device(device);
    (edit.into_changes(), cookie)
}

/// The same, and the account's value is frozen: from now on, if it was not before.
pub fn put_device_and_freeze(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
    device: DeviceRow,
) -> (Vec<Change>, String) {
    let mut edit = Edit::of(services, key, account);
    edit.freeze_value();
    let cookie = edit.put_device(device);
    (edit.into_changes(), cookie)
}

/// Changes that lift the freeze of the account's value.
pub fn release_value(services: &Services, key: &AccountKey, account: &VerifiedAccount) -> Vec<Change> {
    let mut edit = Edit::of(services, key, account);
    edit.value_frozen_at = None;
    edit.into_changes()
}

/// A change of an account's devices and factors, under its next version.
pub struct Edit<'a> {
    services: &'a Services,
    key: &'a AccountKey,
    account: &'a VerifiedAccount,
    devices: Vec<DeviceRow>,
    factors: Vec<FactorRow>,
    written: Vec<Change>,
    value_frozen_at: Option<Timestamp>,
    version: u64,
}

impl<'a> Edit<'a> {
    /// Begins with what was verified.
    pub fn of(services: &'a Services, key: &'a AccountKey, account: &'a VerifiedAccount) -> Self {
        // a damaged row must not take the pinned address along, or the next one that is told would be pinned
        let is_ours = |row: &&FactorRow| open_factor(&services.keys, key, row).is_ok();
        let contacts = account.unanswered.iter().filter(|row| row.kind == FactorKind::Contact).filter(is_ours).cloned();
        Self {
            services,
            key,
            account,
            devices: account.devices.iter().map(|row| DeviceRow::clone(row)).collect(),
            factors: account.factors.iter().map(|row| FactorRow::clone(row)).chain(contacts).collect(),
            written: Vec::new(),
            value_frozen_at: account.value_frozen_at(services.clock.now()),
            // a version that nobody could have reached was written by somebody else
            version: account.version.filter(|version| *version < HIGHEST_VERSION).unwrap_or(0) + 1,
        }
    }

    /// Puts a device, new or changed; when there are too many, one gives way. Gives its head cookie.
    pub fn put_device(&mut self, device: DeviceRow) -> String {
        let device = seal_device(&self.services.keys, self.key, device);
        self.devices.retain(|row| row.device != device.device);
        while self.devices.len() >= DEVICES {
            let Some(yielding) = self.yielding() else { break };
            self.devices.remove(yielding);
        }
        let head = issue_head(&self.services.keys, self.key, self.version, self.services.epoch);
        let cookie = head_set_cookie(&device.public_key.key_id(), &head);
        self.devices.push(device.clone());
        self.written.push(Change::PutDevice(device));
        cookie
    }

    /// Which device gives way to one more: whoever confirms twenty browsers by mail puts out the twentieth, and neither a trusted
    /// device nor one that was there before.
    fn yielding(&self) -> Option<usize> {
        let devices = || self.devices.iter().enumerate();
        let newest =
            devices().filter(|(_, row)| row.standing != Standing::Trusted).max_by_key(|(_, row)| row.enrolled_at);
        newest.or_else(|| devices().min_by_key(|(_, row)| row.seen_at)).map(|(at, _)| at)
    }

    /// Removes a device; nothing if there is none.
    pub fn delete_device(&mut self, device: DeviceId) {
        self.devices.retain(|row| row.device != device);
        self.written.retain(|change| !matches!(change, Change::PutDevice(row) if row.device == device));
    }

    /// Puts a factor, new or changed.
    pub fn put_factor(&mut self, factor: FactorRow) {
        self.factors.retain(|row| row.factor != factor.factor);
        self.factors.push(factor.clone());
        self.written.push(Change::PutFactor(factor));
    }

    /// Removes a factor; nothing if there is none.
    pub fn delete_factor(&mut self, factor: FactorId) {
        self.factors.retain(|row| row.factor != factor);
        // also one that was put a moment ago
        self.written.retain(|change| !matches!(change, Change::PutFactor(row) if row.factor == factor));
    }

    /// Freezes the account's value: from now on, if it was not before.
    pub fn freeze_value(&mut self) {
        self.value_frozen_at = self.value_frozen_at.or(Some(self.services.clock.now()));
    }

    /// The changes of one commit: these rows stay, and no others.
    pub fn into_changes(self) -> Vec<Change> {
        let state = (self.version, self.services.epoch);
        let rows = (&*self.devices, &*self.factors);
        let row = seal_account(&self.services.keys, self.key, state, self.value_frozen_at, rows);
        let mut changes = vec![Change::PutAccount { row, expected: self.account.version }];
        let gone = |id: &&DeviceId| self.devices.iter().all(|row| row.device != **id);
        changes.extend(self.account.stored.iter().filter(gone).copied().map(Change::DeleteDevice));
        let gone = |id: &&FactorId| self.factors.iter().all(|row| row.factor != **id);
        changes.extend(self.account.stored_factors.iter().filter(gone).copied().map(Change::DeleteFactor));
        changes.extend(self.written);
        changes
    }
}
