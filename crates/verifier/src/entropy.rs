//! Randomness is an argument: the one place that asks the operating system for it.

use std::fmt;

/// The operating system gave no randomness. Nothing may be issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct EntropyError;

/// Gives random bytes fit for keys, nonces and codes.
pub trait Entropy: Send + Sync + fmt::Debug {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`EntropyError`] when there is none; the caller refuses and never falls back.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// Makes `N` random bytes.
///
/// # Errors
/// As [`Entropy::fill`].
pub fn make_bytes<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], EntropyError> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}

/// Makes a uniform number below `bound` (rejection sampling, no modulo bias); 0 for a bound of 0.
///
/// # Errors
/// As [`Entropy::fill`].
pub fn make_below(entropy: &dyn Entropy, bound: u32) -> Result<u32, EntropyError> {
    let zone = u32::MAX - u32::MAX.checked_rem(bound).unwrap_or(0);
    loop {
        let draw = u32::from_be_bytes(make_bytes(entropy)?);
        if draw < zone || bound.is_power_of_two() || bound == 0 {
            return Ok(draw.checked_rem(bound).unwrap_or(0));
        }
    }
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system")]
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(bytes).map_err(|_| EntropyError)
    }
}

/// A reproducible stream for tests: SHA-256 of seed and counter.
#[cfg(any(test, feature = "danger-test-doubles"))]
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    counter: std::sync::atomic::AtomicU64,
}

#[cfg(any(test, feature = "danger-test-doubles"))]
impl SeededEntropy {
    /// Starts the stream of `seed`.
    pub const fn new(seed: u64) -> Self {
        Self { seed, counter: std::sync::atomic::AtomicU64::new(0) }
    }
}

#[cfg(any(test, feature = "danger-test-doubles"))]
impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(32) {
            let counter = self.counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let block =
                login_guard_protocol::Transcript::new("test/entropy").number(self.seed).number(counter).digest();
            chunk.copy_from_slice(&block.as_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_below_their_bound_and_reach_both_ends() {
        let entropy = SeededEntropy::new(1);
        let draws: Vec<u32> = (0..1000).map(|_| make_below(&entropy, 7).unwrap()).collect();
        assert!(draws.iter().all(|draw| *draw < 7));
        assert!(draws.contains(&0) && draws.contains(&6));
    }
}
