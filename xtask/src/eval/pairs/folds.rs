//! Cross-validation: each pair is scored by a model that never saw an identical row.

use std::collections::BTreeMap;

use login_guard_linkage::Model;

use super::attributes::{ATTRIBUTES, GROUPS, index};
use super::read::Pair;
use crate::eval::chance::Chance;

/// A pair and its score.
#[derive(Clone, Debug)]
pub struct Scored<'a> {
    /// The pair.
    pub pair: &'a Pair,
    /// Bits that speak for the same machine.
    pub score: f64,
}

/// Scores of all pairs, each by weights that were fitted on the other folds. A distinct row counts once in fitting: a browser that
/// was visited often must not teach more than others.
pub fn score(pairs: &[Pair]) -> Vec<Scored<'_>> {
    let folds = assign(pairs);
    let levels: Vec<Vec<u8>> = pairs.iter().map(Pair::levels).collect();
    let counts: Vec<u8> = ATTRIBUTES.iter().map(super::attributes::Attribute::levels).collect();
    let groups: Vec<Vec<usize>> =
        GROUPS.iter().map(|group| group.iter().filter_map(|name| index(name)).collect()).collect();
    let groups: Vec<&[usize]> = groups.iter().map(Vec::as_slice).collect();
    let model = |held_out: usize| {
        let training = pairs.iter().zip(&levels).zip(&folds).filter(|(_, fold)| **fold != held_out);
        Model::fit(&counts, &groups, training.map(|((pair, levels), _)| (pair.truth, levels.as_slice())))
    };
    let models: Vec<Model> = (0..FOLDS).map(model).collect();
    let held_out = pairs.iter().zip(&levels).zip(&folds);
    held_out
        .filter_map(|((pair, levels), fold)| Some(Scored { pair, score: -models.get(*fold)?.score(levels) }))
        .collect()
}

/// The fold of each pair; pairs that are identical but for their kind share one.
pub fn assign(pairs: &[Pair]) -> Vec<usize> {
    let mut keys: Vec<Vec<u64>> = pairs.iter().map(Pair::key).collect();
    keys.sort_unstable();
    keys.dedup();
    Chance::seeded(SEED).shuffle(&mut keys);
    let folds: BTreeMap<Vec<u64>, usize> = keys.into_iter().zip((0..FOLDS).cycle()).collect();
    pairs.iter().map(|pair| folds.get(&pair.key()).copied().unwrap_or_default()).collect()
}

/// Folds.
pub const FOLDS: usize = 10;
const SEED: u64 = 1;
