//! Passwords: argon2id, and the same work for a name that nobody has.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::entropy::Entropy;

/// Checks at once; each holds 19 MiB. Others wait.
const CHECKS: usize = 4;

/// What a check found. A closed pair with a name, so that nobody mixes up a bare truth value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// The password is the account's.
    Right,
    /// It is not, or there is no such account.
    Wrong,
}

/// Why a password could not be hashed or checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

/// Hashes and checks passwords.
pub struct Passwords {
    decoy: String,
    places: Arc<Semaphore>,
}

impl Passwords {
    /// Makes the decoy that unknown names are checked against.
    ///
    /// # Errors
    /// [`HashError`].
    pub fn new(entropy: &dyn Entropy) -> Result<Self, HashError> {
        let mut unknown = [0; 32];
        entropy.fill(&mut unknown).map_err(|_| HashError)?;
        Ok(Self { decoy: make_hash(&unknown, entropy)?, places: Arc::new(Semaphore::new(CHECKS)) })
    }

    /// Checks a password. Without a hash (nobody has that name) the decoy is checked, which takes as long.
    ///
    /// # Errors
    /// [`HashError`] when the stored hash makes no sense or the work could not be done.
    pub async fn check(&self, password: Zeroizing<String>, hash: Option<String>) -> Result<Checked, HashError> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| HashError)?;
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let matched = tokio::task::spawn_blocking(move || {
            let parsed = PasswordHash::new(&hash).map_err(|_| HashError)?;
            let matched = context()?.verify_password(password.as_bytes(), &parsed).is_ok();
            drop(place);
            Ok(matched)
        });
        Ok(if matched.await.map_err(|_| HashError)?? && known { Checked::Right } else { Checked::Wrong })
    }
}

/// Hashes a password with a fresh salt, in PHC form.
///
/// # Errors
/// [`HashError`].
pub fn make_hash(password: &[u8], entropy: &dyn Entropy) -> Result<String, HashError> {
    let mut salt = [0; 16];
    entropy.fill(&mut salt).map_err(|_| HashError)?;
    let hash: argon2::password_hash::phc::PasswordHash =
        context()?.hash_password_with_salt(password, &salt).map_err(|_| HashError)?;
    Ok(hash.to_string())
}

/// argon2id with 19 MiB, 2 passes, 1 lane (OWASP Password Storage Cheat Sheet, first row of its table).
fn context() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|_| HashError)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}
