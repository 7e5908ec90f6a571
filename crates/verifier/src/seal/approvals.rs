//! Sealed requests for approval, and the digests of their codes: whoever reads the store learns neither who asks nor what to type,
//! whoever writes to it cannot move a request to another account or lane, nor rewind one.

use login_guard_protocol::challenge::approval::ApprovalCode;
use login_guard_protocol::{ApprovalId, Transcript};
use zeroize::Zeroizing;

use super::{KeyUse, Keys, OpenError, SealError, aead};
use crate::entropy::Entropy;
use crate::store::models::{AccountKey, ApprovalLane, ApprovalRow};

/// Seals a request's contents for the row of this lane and revision.
///
/// # Errors
/// [`SealError`].
pub fn seal_approval(
    keys: &Keys,
    entropy: &dyn Entropy,
    key: &AccountKey,
    row: (&ApprovalLane, u64),
    plaintext: &[u8],
) -> Result<Vec<u8>, SealError> {
    aead::seal(keys, KeyUse::Approval, entropy, &bound(key, row), plaintext)
}

/// Opens the sealed part of a row.
///
/// # Errors
/// [`OpenError`] for everything that [`seal_approval`] did not make for this account, lane and revision.
pub fn open_approval(keys: &Keys, key: &AccountKey, row: &ApprovalRow) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    aead::open(keys, KeyUse::Approval, &bound(key, (&row.lane, row.revision)), &row.sealed)
}

/// Names a lane of an account: `known`, or a network of strangers.
pub fn lane_digest(keys: &Keys, key: &AccountKey, lane: &str) -> ApprovalLane {
    let mac = keys.mac(KeyUse::Approval, &owned("login-guard/approval-lane/v1", key).part(lane.as_bytes()));
    let mut digest = [0; 16];
    digest.copy_from_slice(&mac[..16]);
    digest
}

/// What is kept of a code: bound to account and request. Compare in constant time.
pub fn approval_code_mac(keys: &Keys, key: &AccountKey, approval: ApprovalId, code: &ApprovalCode) -> [u8; 32] {
    let transcript = owned("login-guard/approval-code/v1", key)
        .part(approval.as_bytes())
        // EXPOSE: the characters go into their keyed digest
        .part(code.as_str().as_bytes());
    keys.mac(KeyUse::ApprovalCode, &transcript)
}

fn bound(key: &AccountKey, (lane, revision): (&ApprovalLane, u64)) -> Transcript {
    owned("login-guard/approval-row/v1", key).part(lane).number(revision)
}

fn owned(label: &str, key: &AccountKey) -> Transcript {
    Transcript::new(label).part(key.platform.as_str().as_bytes()).part(key.account.as_str().as_bytes())
}
