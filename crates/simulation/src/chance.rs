//! Reproducible chance (`ChaCha8`, the same on every machine), and numbers that names determine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream that seed and index determine.
#[derive(Debug)]
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of one owner, victim or sample: independent of how many threads there are.
    pub fn of(seed: u64, what: &str, index: usize) -> Self {
        let index = u64::try_from(index).unwrap_or(u64::MAX);
        Self(ChaCha8Rng::seed_from_u64(mix(&[seed, name(what), index])))
    }

    /// A number from 0 to below 1.
    pub fn share(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / RANGE
    }

    /// Whether something of this probability happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// Whether something of this yearly rate happens within `days`.
    pub fn happens_within(&mut self, per_year: f64, days: f64) -> bool {
        self.happens(1.0 - (-per_year * days / 365.0).exp())
    }

    /// How often something of this yearly rate happens within `days` (Poisson).
    pub fn count_within(&mut self, per_year: f64, days: f64) -> u32 {
        let (mut count, mut left) = (0, per_year * days / 365.0);
        loop {
            left -= self.exponential(1.0);
            if left < 0.0 {
                return count;
            }
            count += 1;
        }
    }

    /// A waiting time with this mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -(1.0 - self.share()).ln() * mean
    }

    /// A whole number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.number() % end).unwrap_or_default()
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// The place of one of several, by their weights.
    pub fn pick(&mut self, weights: impl IntoIterator<Item = f64> + Clone) -> usize {
        let mut left = self.share() * weights.clone().into_iter().sum::<f64>();
        let mut last = 0;
        for (at, weight) in weights.into_iter().enumerate() {
            left -= weight;
            last = if weight > 0.0 { at } else { last };
            if left < 0.0 {
                return at;
            }
        }
        last
    }

    /// One of several, all alike.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}

/// A number for a text (FNV-1a, then mixed).
pub fn name(text: &str) -> u64 {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    mix(&[text.bytes().fold(0xcbf2_9ce4_8422_2325, fold)])
}

/// One number for several (the finaliser of `SplitMix64`, chained).
pub fn mix(parts: &[u64]) -> u64 {
    parts.iter().fold(0x9E37_79B9_7F4A_7C15, |hash, part| {
        let mut mixed = (hash ^ part).wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    })
}

/// Whether what `parts` name is among a share of all names: chance that is the same for everybody.
pub fn is_drawn(parts: &[u64], probability: f64) -> bool {
    let high = u32::try_from(mix(parts) >> 32).unwrap_or_default();
    f64::from(high) / RANGE < probability
}

/// 2^32.
const RANGE: f64 = 4_294_967_296.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_an_index_determine_the_stream() {
        let draw = |seed, index| Chance::of(seed, "owner", index).number();
        assert_eq!(draw(1, 2), draw(1, 2));
        assert!(draw(1, 2) != draw(1, 3) && draw(1, 2) != draw(2, 2));
    }

    #[test]
    fn rates_and_weights_are_met() {
        let mut chance = Chance::of(1, "test", 0);
        let counted: u32 = (0..10_000).map(|_| chance.count_within(2.0, 365.0)).sum();
        assert!((19_000..21_000).contains(&counted), "{counted}");
        let second = (0..10_000).filter(|_| chance.pick([1.0, 3.0, 0.0]) == 1).count();
        assert!((7_200..7_800).contains(&second), "{second}");
    }
}
