//! How a challenge was answered, and what that is worth.

use login_guard_protocol::{DeviceId, FactorId, KeyId};
use serde::{Deserialize, Serialize};

use crate::store::models::Standing;

/// How a challenge was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConfirmedBy {
    /// By the owner at a device that the account knows.
    Approval {
        /// That device.
        device: DeviceId,
        /// Whether it lifts probation at once: both sides share a network, and the approver verified with a passkey.
        lifts: bool,
    },
    /// By a key that the account knows.
    DeviceKey {
        /// The key.
        key: KeyId,
    },
    /// By a factor of the exchange's own.
    External {
        /// Its `amr` value.
        amr: String,
        /// Whether it withstands phishing, as the exchange says and the platform's settings allow.
        phishing_resistant: bool,
    },
    /// By a code that was mailed.
    MailCode,
    /// By a passkey, with user verification.
    Passkey {
        /// The passkey.
        factor: FactorId,
    },
    /// By a recovery code.
    RecoveryCode,
    /// By a code in a text message.
    SmsCode,
    /// By a time-based code.
    Totp,
}

impl ConfirmedBy {
    /// The `amr` value.
    pub fn amr(&self) -> &str {
        match self {
            Self::Approval { .. } => "lg-approval",
            Self::DeviceKey { .. } => "lg-device-key",
            Self::External { amr, .. } => amr,
            Self::MailCode => "lg-mail",
            Self::Passkey { .. } => "lg-passkey",
            Self::RecoveryCode => "lg-recovery-code",
            Self::SmsCode => "lg-sms",
            Self::Totp => "lg-totp",
        }
    }

    /// The key that the token is for: the one that confirmed, else the one that the login proof named.
    pub fn key(&self, login: Option<KeyId>) -> Option<KeyId> {
        match self {
            Self::DeviceKey { key } => Some(*key),
            _ => login,
        }
    }

    /// What a device comes to stand at. A code that a person is talked into reading out never gives trust.
    pub const fn standing(&self) -> Standing {
        match self {
            Self::Approval { lifts: true, .. }
            | Self::External { phishing_resistant: true, .. }
            | Self::Passkey { .. } => Standing::Trusted,
            _ => Standing::Probation,
        }
    }

    /// Whether a device stands on nothing but this from now on, whatever it stood on before: what is used when everything else is
    /// lost is what a thief looks for.
    pub const fn restarts(&self) -> bool {
        matches!(self, Self::RecoveryCode)
    }
}
