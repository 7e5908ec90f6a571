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

#[cfg(test)]
mod tests {
    use login_guard_protocol::{AccountId, Platform};

    use super::*;
    use crate::clock::Timestamp;
    use crate::entropy::SeededEntropy;
    use crate::secret::Secret;

    fn key(platform: &str, account: &str) -> AccountKey {
        AccountKey { platform: Platform::parse(platform).unwrap(), account: AccountId::parse(account).unwrap() }
    }

    fn keys() -> Keys {
        Keys::derive(&Secret::new((0..32).collect())).unwrap()
    }

    #[test]
    fn request_opens_for_its_own_account_lane_and_revision_alone() {
        let (keys, own) = (keys(), key("acex", "u-1"));
        let sealed = seal_approval(&keys, &SeededEntropy::new(1), &own, (&[7; 16], 2), b"contents").unwrap();
        let row = ApprovalRow { lane: [7; 16], revision: 2, sealed, expires_at: Timestamp::from_millis(0) };
        assert_eq!(open_approval(&keys, &own, &row).unwrap().as_slice(), b"contents");
        for other in [key("acex", "u-2"), key("bcex", "u-1")] {
            assert_eq!(open_approval(&keys, &other, &row), Err(OpenError));
        }
        let moved = ApprovalRow { lane: [8; 16], ..row.clone() };
        let rewound = ApprovalRow { revision: 1, ..row.clone() };
        let mut garbled = row.clone();
        garbled.sealed[30] ^= 1;
        for row in [moved, rewound, garbled] {
            assert_eq!(open_approval(&keys, &own, &row), Err(OpenError));
        }
    }

    #[test]
    fn lanes_and_codes_are_their_accounts_own() {
        let (keys, own) = (keys(), key("acex", "u-1"));
        let code = ApprovalCode::parse("BCDF-2345").unwrap();
        let approval = ApprovalId::from_bytes([1; 16]);
        assert_eq!(lane_digest(&keys, &own, "known"), lane_digest(&keys, &own, "known"));
        assert_ne!(lane_digest(&keys, &own, "known"), lane_digest(&keys, &own, "stranger 192.0.2.1"));
        for other in [key("acex", "u-2"), key("bcex", "u-1")] {
            assert_ne!(lane_digest(&keys, &own, "known"), lane_digest(&keys, &other, "known"));
            assert_ne!(
                approval_code_mac(&keys, &own, approval, &code),
                approval_code_mac(&keys, &other, approval, &code)
            );
        }
        assert_ne!(
            approval_code_mac(&keys, &own, approval, &code),
            approval_code_mac(&keys, &own, ApprovalId::from_bytes([2; 16]), &code)
        );
    }
}
