//! argon2id (RFC 9106), as much of it at once as memory is meant for it.
//!
//! A code has 75 random bits, so that no hash is needed to withstand guessing; OWASP ASVS 5.0 6.5.2 asks for one below 112 bits, and a
//! reader of the master secret and the database gets nothing by it. The cost is OWASP's second recommendation, 19 MiB and two passes: a hash
//! took 11 ms (median of 15, at most 22) on a core of a small server (2026-11-23), a set of ten 0.1 s; 64 MiB and three passes took 117 ms.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use login_guard_protocol::problem::ProblemCode;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::code::RecoveryCode;
use crate::problem::Problem;

/// Bytes of a hash.
pub const HASH_BYTES: usize = 32;
/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;
/// Hashes that are computed at once: 38 MiB.
const AT_ONCE: usize = 2;
/// Requests that hash or wait for it; one more is refused. A dozen single hashes are through in less than half a second.
const WAITING: usize = 24;

/// What a hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// KiB of memory.
    memory_kib: u32,
    /// Passes over it.
    passes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2 }
    }
}

/// Whoever hashes stands in this line.
#[derive(Debug)]
pub struct Hashing {
    line: Arc<Semaphore>,
    at_once: Arc<Semaphore>,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { line: Arc::new(Semaphore::new(WAITING)), at_once: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Hashing {
    /// A line in which nobody may stand.
    #[cfg(test)]
    pub fn closed() -> Self {
        Self { line: Arc::new(Semaphore::new(0)), ..Self::default() }
    }

    /// Hashes one code.
    ///
    /// # Errors
    /// [`ProblemCode::Overloaded`] where the line is full.
    pub async fn hash(
        &self,
        cost: Cost,
        code: RecoveryCode,
        salt: [u8; SALT_BYTES],
    ) -> Result<[u8; HASH_BYTES], Problem> {
        let hashes = self.hash_all(cost, vec![(code, salt)]).await?;
        hashes.first().map(|(_, hash)| *hash).ok_or_else(|| ProblemCode::Internal.into())
    }

    /// Hashes codes one after the other, beside the requests of others; each with its salt.
    ///
    /// # Errors
    /// As [`Self::hash`].
    pub async fn hash_all(
        &self,
        cost: Cost,
        tasks: Vec<(RecoveryCode, [u8; SALT_BYTES])>,
    ) -> Result<Vec<([u8; SALT_BYTES], [u8; HASH_BYTES])>, Problem> {
        let place = Arc::clone(&self.line).try_acquire_owned().map_err(|_| ProblemCode::Overloaded)?;
        let mut hashes = Vec::with_capacity(tasks.len());
        for (code, salt) in tasks {
            let turn = Arc::clone(&self.at_once).acquire_owned().await.map_err(|_| ProblemCode::Internal)?;
            let derived = tokio::task::spawn_blocking(move || {
                let hash = derive_hash(cost, &code, &salt);
                // until now: a caller that went away does not make room before its memory is free
                drop(turn);
                hash
            });
            hashes.push((salt, derived.await.map_err(|_| ProblemCode::Internal)??));
        }
        drop(place);
        Ok(hashes)
    }
}

fn derive_hash(cost: Cost, code: &RecoveryCode, salt: &[u8; SALT_BYTES]) -> Result<[u8; HASH_BYTES], Problem> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(HASH_BYTES)).map_err(|_| ProblemCode::Internal)?;
    let mut hash = [0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        // EXPOSE: into its hash
        .hash_password_into(code.as_bytes(), salt, &mut hash)
        .map_err(|_| ProblemCode::Internal)?;
    Ok(hash)
}
