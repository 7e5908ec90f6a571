//! Keys and what is made with them: row MACs, account heads, sealed nonces and attempts, cookies, code digests.
//!
//! May import: `secret`, `entropy`, `store::models` (rows only), the protocol crate, ring. Must not know HTTP, rules
//! or any back end. Everything is a pure function of its arguments; nothing here reads a clock.
//!
//! All keys come from one master secret that never touches the store, one key per use and label, so that nothing
//! made for one use verifies for another. Whatever is authenticated is a transcript that begins with its own label and
//! then names platform and account, so that nothing made for one account verifies for another.
//!
//! To add a use: a variant of [`KeyUse`] with its label, a file here with the functions, a test that it refuses what
//! was made for another platform and account.
//!
//! | Use | File | Binds |
//! |---|---|---|
//! | nonce | `nonce.rs` | platform |
//! | activity | `activity.rs` | platform, account, device |
//! | approval, approval code | `approvals.rs` | platform, account; lane and revision, or the request |
//! | attempt | `attempts.rs` | platform, account, attempt, revision |
//! | factor | `factors.rs` | platform, account, factor, kind |
//! | device row, account row | `rows.rs` | platform, account and every field |
//! | head | `head.rs` | platform, account, version, epoch |
//! | cookie generation, cookie tag | `cookie.rs` | platform, account |
//! | next cookie generation | `cookie.rs` | platform, account, device, current generation, number |
//! | network | `network.rs` | platform, account |
//! | mail code | `code.rs` | platform, attempt, ordinal |
//! | budget name | `budget.rs` | its parts |
//! | message | `outbox.rs` | platform, account, message |
//! | probe seed | `probe.rs` | platform, account, device, epoch, serial |
//! | sighting | `sighting.rs` | platform; account, or the release's parts |
//! | work choice | `work.rs` | platform, attempt, salt |

pub mod activity;
pub mod approvals;
pub mod attempts;
pub mod budget;
pub mod code;
pub mod cookie;
pub mod factors;
pub mod head;
pub mod network;
pub mod nonce;
pub mod outbox;
pub mod probe;
pub mod rows;
pub mod sighting;
pub mod work;

mod aead;

#[cfg(test)]
mod tests;

use std::fmt;

use login_guard_protocol::Transcript;
use ring::{hkdf, hmac};
use zeroize::Zeroizing;

use crate::entropy::EntropyError;
use crate::secret::Secret;

/// Shortest master secret, in bytes.
pub const MASTER_BYTES: usize = 32;

/// The keys of one deployment, one per use. Its debug form is redacted; the keys are erased when it is dropped.
pub struct Keys([Key; USES.len()]);

/// One derived key.
type Key = Zeroizing<[u8; 32]>;

impl Keys {
    /// Derives all keys from the master secret (HKDF-SHA-256, RFC 5869, one label per use).
    ///
    /// # Errors
    /// [`KeysError::MasterTooShort`]; [`KeysError::Derivation`] when the library refuses, which it has no cause to.
    pub fn derive(master: &Secret) -> Result<Self, KeysError> {
        // EXPOSE: the master secret goes into the key derivation and nowhere else
        let bytes = master.expose();
        if bytes.len() < MASTER_BYTES {
            return Err(KeysError::MasterTooShort);
        }
        let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, b"login-guard/master/v1").extract(bytes);
        let mut keys: [Key; USES.len()] = std::array::from_fn(|_| Zeroizing::new([0; 32]));
        for (key, (_, label)) in keys.iter_mut().zip(USES) {
            extracted
                .expand(&[label.as_bytes()], hmac::HMAC_SHA256)
                .and_then(|okm| okm.fill(key.as_mut_slice()))
                .map_err(|_| KeysError::Derivation)?;
        }
        Ok(Self(keys))
    }

    /// HMAC-SHA-256 of a transcript under the key of one use.
    fn mac(&self, of: KeyUse, transcript: &Transcript) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.bytes(of));
        let mut mac = [0; 32];
        // the tag of HMAC-SHA-256 has 32 bytes
        mac.copy_from_slice(hmac::sign(&key, transcript.as_bytes()).as_ref());
        mac
    }

    /// The bytes of one key.
    fn bytes(&self, of: KeyUse) -> &[u8; 32] {
        let [
            nonce,
            attempt,
            device,
            account,
            head,
            generation,
            tag,
            code,
            budget,
            sighting,
            next,
            network,
            work,
            probe,
            factor,
            approval,
            approval_code,
            activity,
            outbox,
        ] = &self.0;
        match of {
            KeyUse::Nonce => nonce,
            KeyUse::Attempt => attempt,
            KeyUse::DeviceRow => device,
            KeyUse::AccountRow => account,
            KeyUse::Head => head,
            KeyUse::CookieGeneration => generation,
            KeyUse::CookieTag => tag,
            KeyUse::MailCode => code,
            KeyUse::BudgetName => budget,
            KeyUse::Sighting => sighting,
            KeyUse::Probe => probe,
            KeyUse::CookieNext => next,
            KeyUse::Network => network,
            KeyUse::WorkChoice => work,
            KeyUse::Outbox => outbox,
            KeyUse::Factor => factor,
            KeyUse::Approval => approval,
            KeyUse::ApprovalCode => approval_code,
            KeyUse::Activity => activity,
        }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// Why there are no keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// The library refused to derive.
    #[error("the keys could not be derived")]
    Derivation,
    /// The master secret is shorter than [`MASTER_BYTES`].
    #[error("the master secret has fewer than 32 bytes")]
    MasterTooShort,
}

/// Why something was not sealed. Nothing may be issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The cipher refused.
    #[error("the cipher refused to seal")]
    Cipher,
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// It was not sealed by us, or not for this.
///
/// One variant on purpose: whoever sends forgeries learns nothing about where they fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not sealed by us for this use")]
pub struct OpenError;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyUse {
    /// Sealing what devices on probation did.
    Activity,
    /// Sealing requests for approval, and naming their lanes.
    Approval,
    /// Digesting codes of approvals.
    ApprovalCode,
    /// Sealing nonces.
    Nonce,
    /// Sealing attempts.
    Attempt,
    /// Sealing factors.
    Factor,
    /// Authenticating device rows.
    DeviceRow,
    /// Authenticating account rows.
    AccountRow,
    /// Authenticating the heads that devices keep.
    Head,
    /// Digesting cookie generations.
    CookieGeneration,
    /// Deriving next cookie generations.
    CookieNext,
    /// Naming accounts in cookies.
    CookieTag,
    /// Digesting mail codes.
    MailCode,
    /// Digesting the networks of a device.
    Network,
    /// Sealing messages that wait.
    Outbox,
    /// Naming budgets.
    BudgetName,
    /// Deriving probe seeds, and choosing among them.
    Probe,
    /// Naming releases, and accounts that were seen under them.
    Sighting,
    /// Choosing the puzzle that is checked.
    WorkChoice,
}

/// Every use with its label, in the order in which [`Keys`] holds them. A label is never given a second meaning.
const USES: [(KeyUse, &str); 19] = [
    (KeyUse::Nonce, "login-guard/key/nonce/v1"),
    (KeyUse::Attempt, "login-guard/key/attempt/v1"),
    (KeyUse::DeviceRow, "login-guard/key/device-row/v1"),
    (KeyUse::AccountRow, "login-guard/key/account-row/v1"),
    (KeyUse::Head, "login-guard/key/head/v1"),
    (KeyUse::CookieGeneration, "login-guard/key/cookie-generation/v1"),
    (KeyUse::CookieTag, "login-guard/key/cookie-tag/v1"),
    (KeyUse::MailCode, "login-guard/key/mail-code/v1"),
    (KeyUse::BudgetName, "login-guard/key/budget-name/v1"),
    (KeyUse::Sighting, "login-guard/key/sighting/v1"),
    (KeyUse::CookieNext, "login-guard/key/cookie-next/v1"),
    (KeyUse::Network, "login-guard/key/network/v1"),
    (KeyUse::WorkChoice, "login-guard/key/work-choice/v1"),
    (KeyUse::Probe, "login-guard/key/probe/v1"),
    (KeyUse::Factor, "login-guard/key/factor/v1"),
    (KeyUse::Approval, "login-guard/key/approval/v1"),
    (KeyUse::ApprovalCode, "login-guard/key/approval-code/v1"),
    (KeyUse::Activity, "login-guard/key/activity/v1"),
    (KeyUse::Outbox, "login-guard/key/outbox/v1"),
];
