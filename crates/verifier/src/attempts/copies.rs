//! What a challenge changes of a device that may have been copied, and who is told.

use login_guard_protocol::ReferenceCode;

use super::enrol;
use super::generations::write;
use super::judge::Judged;
use super::notice::{self, Notice};
use super::ratchet::{self, Found, Place, Ratchet};
use super::record::MailRecord;
use crate::outbox;
use crate::problem::Problem;
use crate::rules::{Head, Rows};
use crate::seal::rows::VerifiedAccount;
use crate::services::Services;
use crate::store::models::Standing;
use crate::store::{AccountKey, Change, DeviceRow};

/// What doubt about a device's cookie leads to.
#[derive(Debug, Default)]
pub struct Doubt {
    /// Changes, and the head cookie that goes with them.
    pub rows: Option<(Vec<Change>, String)>,
    /// What the owner is told.
    pub notice: Option<Found>,
}

/// What a challenge changes of a device that drew something, or whose cookie was overtaken or forked. Nothing is written to rows
/// that are not in good order.
pub fn doubt(services: &Services, key: &AccountKey, account: &VerifiedAccount, judged: &Judged<'_>) -> Doubt {
    let found = judged.copies();
    let in_order = judged.circumstances.rows == Rows::Intact && judged.circumstances.head == Head::Current;
    let (Some(device), Some(state)) = (judged.by_key, &judged.ratchet) else { return Doubt::default() };
    if !in_order {
        return Doubt::default();
    }
    let mut row = DeviceRow::clone(device);
    let probes = judged.challenged_probes();
    if let Some(probes) = &probes {
        row.probes = probes.to_column();
    }
    if found == Found::Sound {
        return Doubt { rows: probes.map(|_| enrol::put_device(services, key, account, row)), notice: None };
    }
    suspect(services, key, account, (row, state), (found, &judged.place))
}

/// What becomes of a device whose cookie was overtaken or forked; a fork suspends the device and freezes the account's value.
pub fn suspect(
    services: &Services,
    key: &AccountKey,
    account: &VerifiedAccount,
    (row, state): (DeviceRow, &Ratchet),
    (found, place): (Found, &Place),
) -> Doubt {
    let is_new = found == Found::Forked && row.standing != Standing::Suspended;
    let (state, notice) = state.doubted(found, place);
    let is_due = is_new || notice == ratchet::Notice::Due;
    if found == Found::Forked && !is_due {
        // suspended already, and the owner knows
        return Doubt::default();
    }
    let mut device = row;
    write(&mut device, &state);
    let rows = if found == Found::Forked {
        device.standing = Standing::Suspended;
        enrol::put_device_and_freeze(services, key, account, device)
    } else {
        enrol::put_device(services, key, account, device)
    };
    Doubt { rows: Some(rows), notice: is_due.then_some(found) }
}

/// The notice to the owner, to be committed with what it tells of; none if there is no address.
///
/// # Errors
/// As [`outbox::post`].
pub fn notice(
    services: &Services,
    key: &AccountKey,
    found: Found,
    (mail, reference): (Option<&MailRecord>, &ReferenceCode),
) -> Result<Option<Change>, Problem> {
    let (Some(settings), Some(mail)) = (services.platforms.get(&key.platform), mail) else { return Ok(None) };
    let (platform, at) = (settings.display_name.as_str(), services.clock.now());
    let message = notice::compose(&Notice { found, mail, platform, at, reference });
    outbox::post(services, key, &message, at).map(Some)
}

/// After the commit: alarms operators, and has the notice handed over.
pub fn tell(services: &Services, key: &AccountKey, found: Found, reference: &ReferenceCode) {
    let alarm = if found == Found::Forked { "device-forked" } else { "cookie-superseded" };
    tracing::warn!(
        alarm,
        attempt.platform = %key.platform,
        attempt.reference = %reference,
        "a device may have been copied"
    );
    services.bell.ring();
}

#[cfg(test)]
mod tests;
