//! Figures with their intervals, on all rows, on distinct rows, and against hard pairs of two browsers only.

use login_guard_linkage::Truth;
use serde_json::{Value, json};

use super::curve::{self, Point, Read};
use super::folds::Scored;
use crate::eval::{Figures, chance::Chance};

/// A selection of pairs, and the beginning of its figures' names.
struct Selection {
    prefix: &'static str,
    /// Distinct rows instead of all.
    dedup: bool,
    /// Without pairs of two browsers that differ in operating system or family.
    hard: bool,
}

const SELECTIONS: [Selection; 4] = [
    Selection { prefix: "", dedup: false, hard: false },
    Selection { prefix: "dedup_", dedup: true, hard: false },
    Selection { prefix: "hard_", dedup: false, hard: true },
    Selection { prefix: "dedup_hard_", dedup: true, hard: true },
];

/// All figures; `_low` and `_high` are the bounds of a 95 % bootstrap interval, of which distinct rows are the unit: identical rows
/// are no independent observations.
pub fn of(scored: &[Scored]) -> Figures {
    let mut figures = Figures::new();
    let rows = |truth| scored.iter().filter(|s| s.pair.truth == truth).map(|s| s.pair.rows).sum::<u32>();
    let distinct = |truth| scored.iter().filter(|s| s.pair.truth == truth).count();
    for (name, truth) in [("another", Truth::Another), ("same", Truth::Same)] {
        figures.insert(format!("pairs_{name}"), json!(rows(truth)));
        figures.insert(format!("dedup_pairs_{name}"), json!(distinct(truth)));
    }
    for selection in SELECTIONS {
        add(&mut figures, &selection, scored);
    }
    figures
}

fn add(figures: &mut Figures, selection: &Selection, scored: &[Scored]) {
    let selected = scored.iter().filter(|scored| !(selection.hard && scored.pair.is_easy()));
    let mut points: Vec<Point> = selected
        .map(|scored| Point {
            score: scored.score,
            truth: scored.pair.truth,
            weight: if selection.dedup { 1 } else { scored.pair.rows },
        })
        .collect();
    points.sort_by(|a, b| b.score.total_cmp(&a.score));
    let Some(read) = curve::read(&points) else { return };
    let samples = resample(&points);
    for (name, value) in FIGURES {
        let mut values: Vec<f64> = samples.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        let cut = values.len() / 40;
        let bounds = (values.get(cut), values.iter().rev().nth(cut));
        figures.insert(format!("{}{name}", selection.prefix), rounded(value(&read)));
        if let (Some(low), Some(high)) = bounds {
            figures.insert(format!("{}{name}_low", selection.prefix), rounded(*low));
            figures.insert(format!("{}{name}_high", selection.prefix), rounded(*high));
        }
    }
}

type Figure = (&'static str, fn(&Read) -> f64);
const FIGURES: [Figure; 3] =
    [("auc", |read| read.auc), ("eer", |read| read.eer), ("tpr_at_fpr_1pct", |read| read.tpr_at_fpr_1pct)];

/// Curves of samples drawn with replacement, as many of each kind as there are.
fn resample(points: &[Point]) -> Vec<Read> {
    let of = |truth| -> Vec<usize> {
        points.iter().enumerate().filter(|(_, point)| point.truth == truth).map(|(index, _)| index).collect()
    };
    let kinds = [of(Truth::Another), of(Truth::Same)];
    let mut chance = Chance::seeded(SEED);
    let sample = |_| {
        let mut drawn: Vec<Point> = points.iter().map(|point| Point { weight: 0, ..*point }).collect();
        for kind in &kinds {
            for _ in kind {
                let index = kind.get(chance.below(kind.len())).copied().unwrap_or_default();
                if let (Some(drawn), Some(point)) = (drawn.get_mut(index), points.get(index)) {
                    drawn.weight += point.weight;
                }
            }
        }
        curve::read(&drawn)
    };
    (0..SAMPLES).filter_map(sample).collect()
}

fn rounded(value: f64) -> Value {
    json!((value * 1e6).round() / 1e6)
}

const SAMPLES: usize = 1000;
const SEED: u64 = 2;
