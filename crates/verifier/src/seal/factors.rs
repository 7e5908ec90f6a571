//! Sealed factors: whoever reads the store learns no secret and no address, whoever writes to it cannot move one to another account
//! or make another kind of it. An older one put back shows in the account's head, which covers the digest of all.

use login_guard_protocol::{FactorId, Transcript};
use zeroize::Zeroizing;

use super::{KeyUse, Keys, OpenError, SealError, aead};
use crate::entropy::Entropy;
use crate::store::models::{AccountKey, FactorKind, FactorRow};

/// Seals a factor's contents.
///
/// # Errors
/// [`SealError`].
pub fn seal_factor(
    keys: &Keys,
    entropy: &dyn Entropy,
    key: &AccountKey,
    (factor, kind): (FactorId, FactorKind),
    plaintext: &[u8],
) -> Result<FactorRow, SealError> {
    let sealed = aead::seal(keys, KeyUse::Factor, entropy, &bound(key, factor, kind), plaintext)?;
    Ok(FactorRow { factor, kind, sealed })
}

/// Opens a factor of this account.
///
/// # Errors
/// [`OpenError`] for everything that [`seal_factor`] did not make for this account, id and kind.
pub fn open_factor(keys: &Keys, key: &AccountKey, row: &FactorRow) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    aead::open(keys, KeyUse::Factor, &bound(key, row.factor, row.kind), &row.sealed)
}

fn bound(key: &AccountKey, factor: FactorId, kind: FactorKind) -> Transcript {
    Transcript::new("login-guard/factor/v1")
        .part(key.platform.as_str().as_bytes())
        .part(key.account.as_str().as_bytes())
        .part(factor.as_bytes())
        .part(kind.as_str().as_bytes())
}
