//! Bootstrap intervals: 2.5 and 97.5 in a hundred of what resampled owners and victims give.

use serde_json::{Map, Value, json};

use crate::chance::Chance;

/// A ratio of sums over independent units (an owner, a victim): what was counted, and out of how many.
pub type Unit = (u32, u32);

/// Writes a ratio times `times` with its bounds as `name`, `name_low` and `name_high`; nothing when there is nothing to divide by.
pub fn add(figures: &mut Map<String, Value>, name: &str, times: f64, units: &[Unit], samples: usize) {
    let Some(value) = ratio(units.iter().copied()) else { return };
    figures.insert(name.to_owned(), rounded(value * times));
    let mut chance = Chance::of(0, name, units.len());
    let mut values: Vec<f64> =
        (0..samples).filter_map(|_| ratio((0..units.len()).filter_map(|_| chance.one(units).copied()))).collect();
    values.sort_by(f64::total_cmp);
    let cut = values.len() / 40;
    if let (Some(low), Some(high)) = (values.get(cut), values.iter().rev().nth(cut)) {
        figures.insert(format!("{name}_low"), rounded(low * times));
        figures.insert(format!("{name}_high"), rounded(high * times));
    }
}

/// Four digits after the point.
pub fn rounded(value: f64) -> Value {
    json!((value * 1e4).round() / 1e4)
}

fn ratio(units: impl Iterator<Item = Unit>) -> Option<f64> {
    let (mut counted, mut all) = (0.0, 0.0);
    for (part, whole) in units {
        counted += f64::from(part);
        all += f64::from(whole);
    }
    (all > 0.0).then(|| counted / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_ratio_and_nothing_to_divide_by_is_no_figure() {
        let mut figures = Map::new();
        add(&mut figures, "share", 1.0, &[(1, 2), (0, 2), (2, 2), (1, 2)], 200);
        add(&mut figures, "none", 1.0, &[(0, 0)], 200);
        let of = |name: &str| figures.get(name).and_then(Value::as_f64).unwrap();
        assert!(
            of("share_low") <= of("share") && of("share") <= of("share_high") && of("share_low") < of("share_high")
        );
        assert!(!figures.contains_key("none"));
    }
}
