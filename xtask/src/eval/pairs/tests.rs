use std::collections::BTreeMap;

use login_guard_linkage::Truth;

use super::attributes::{ATTRIBUTES, GROUPS, LABEL, index};
use super::curve::{Point, read};
use super::figures;
use super::folds::{assign, score};
use super::read::{Pair, parse};
use super::weights::rewrite;
use crate::eval::chance::Chance;

fn file(rows: impl IntoIterator<Item = (u8, Vec<u8>)>) -> String {
    let names: Vec<&str> = ATTRIBUTES.iter().map(|attribute| attribute.name).collect();
    let line = |(label, values): (u8, Vec<u8>)| {
        let values: Vec<String> = values.iter().map(|equal| format!("{equal}.0")).collect();
        format!("{label},{}\n", values.join(","))
    };
    format!("{LABEL},{}\n{}", names.join(","), rows.into_iter().map(line).collect::<String>())
}

/// Pairs made by chance: attributes of one browser change in 2 of 10, of two in 5 of 10.
fn made() -> Vec<Pair> {
    let mut chance = Chance::seeded(7);
    let mut row = |label| {
        let equal = if label == 1 { 8 } else { 5 };
        (label, ATTRIBUTES.iter().map(|_| u8::from(chance.below(10) < equal)).collect())
    };
    parse(&file((0..600).map(|n| row(u8::from(n < 300))))).unwrap()
}

fn point(score: f64, truth: Truth) -> Point {
    Point { score, truth, weight: 1 }
}

#[test]
fn every_attribute_is_in_one_group_and_its_cuts_descend() {
    let mut grouped: Vec<usize> =
        GROUPS.iter().flat_map(|group| group.iter().map(|name| index(name).unwrap())).collect();
    grouped.sort_unstable();
    assert_eq!(grouped, (0..ATTRIBUTES.len()).collect::<Vec<_>>());
    assert!(ATTRIBUTES.iter().all(|attribute| attribute.cuts.is_sorted_by(|a, b| a > b)));
}

#[test]
fn agreement_falls_into_levels() {
    let agent = &ATTRIBUTES[index("userAgentHttp").unwrap()];
    assert_eq!([1.0, 0.99, 0.95, 0.9, 0.1].map(|ratio| agent.level(ratio)), [0, 1, 1, 2, 3]);
    assert_eq!(agent.levels(), 4);
    assert_eq!(ATTRIBUTES[index("os").unwrap()].level(0.99), 1);
}

#[test]
fn a_file_is_read_by_its_headings_and_identical_rows_are_counted() {
    let equal = vec![1; ATTRIBUTES.len()];
    let pairs = parse(&file([(1, equal.clone()), (0, vec![0; ATTRIBUTES.len()]), (1, equal)])).unwrap();
    assert_eq!(
        pairs.iter().map(|pair| (pair.truth, pair.rows)).collect::<Vec<_>>(),
        [(Truth::Another, 1), (Truth::Same, 2)]
    );
    let equal = vec![1; ATTRIBUTES.len()];
    for (wrong, says) in [
        (String::new(), "empty"),
        (file([(1, equal.clone())]), "of two"),
        (file([(1, vec![1])]), "line 2: error: expected 19 values"),
        (file([(1, equal.clone())]).replace("1.0\n", "x\n"), "no number"),
        (file([(1, equal)]).replace("canvasJSHashed", "canvas"), "no column canvasJSHashed"),
    ] {
        let failure = parse(&wrong).unwrap_err().to_string();
        assert!(failure.contains(says), "{failure}");
    }
}

#[test]
fn a_curve_is_read_as_defined() {
    use Truth::{Another, Same};
    let perfect = read(&[point(2.0, Same), point(1.0, Another)]).unwrap();
    assert_eq!((perfect.auc, perfect.eer, perfect.tpr_at_fpr_1pct), (1.0, 0.0, 1.0));
    let even = read(&[point(1.0, Same), point(1.0, Another)]).unwrap();
    assert_eq!((even.auc, even.eer, even.tpr_at_fpr_1pct), (0.5, 0.5, 0.0));
    let mixed = read(&[point(4.0, Same), point(3.0, Another), point(2.0, Same), point(1.0, Another)]).unwrap();
    assert_eq!((mixed.auc, mixed.eer, mixed.tpr_at_fpr_1pct), (0.75, 0.5, 0.5));
    assert_eq!(read(&[point(1.0, Same)]), None);
}

#[test]
fn identical_rows_share_a_fold_whatever_their_kind() {
    let mut pairs = made();
    let mut twin = pairs[0].clone();
    twin.truth = Truth::Same;
    pairs.push(twin);
    let folds = assign(&pairs);
    let mut by_key = BTreeMap::new();
    for (pair, fold) in pairs.iter().zip(&folds) {
        assert_eq!(by_key.entry(pair.key()).or_insert(fold), &fold);
    }
}

#[test]
fn a_pair_is_not_scored_by_what_it_taught() {
    let pairs = made();
    let scores = score(&pairs);
    let mut flipped = pairs.clone();
    flipped[0].truth = if pairs[0].truth == Truth::Same { Truth::Another } else { Truth::Same };
    assert_eq!(score(&flipped)[0].score.to_bits(), scores[0].score.to_bits());
}

#[test]
fn figures_stand_within_their_intervals_and_come_out_the_same_again() {
    let pairs = made();
    let figures = figures::of(&score(&pairs));
    for name in ["auc", "dedup_eer", "tpr_at_fpr_1pct", "dedup_hard_auc"] {
        let value = |name: &str| figures[name].as_f64().unwrap();
        let (low, high) = (value(&format!("{name}_low")), value(&format!("{name}_high")));
        assert!(low <= value(name) && value(name) <= high && low < high, "{name}");
    }
    assert!(figures["auc"].as_f64().unwrap() > 0.9);
    assert_eq!(figures, figures::of(&score(&pairs)));
}

#[test]
fn counted_rows_of_the_table_are_rewritten_and_the_others_stay() {
    let table = r#"{"limit": 2.0, "rows": [
        {"name": "a", "columns": ["os"], "source": "?"},
        {"name": "b", "columns": ["canvasJSHashed"], "upgraded": {}},
        {"name": "c", "changed": {"another": 0.5, "same": 0.1}, "source": "a paper"}]}"#;
    let written = rewrite(table, &made(), "Made").unwrap();
    let value: serde_json::Value = serde_json::from_str(&written).unwrap();
    let share = |row: usize, when: &str, truth: &str| value["rows"][row][when][truth].as_f64().unwrap();
    assert!((share(0, "changed", "same") - 0.2).abs() < 0.1 && (share(0, "changed", "another") - 0.5).abs() < 0.1);
    assert!(share(1, "upgraded", "same") < share(1, "upgraded", "another"));
    assert!(value["rows"][0]["source"].as_str().unwrap().starts_with("Counted. In all, changed in "));
    assert_eq!(value["rows"][2]["source"], "a paper");
    assert_eq!(value["counted_from"], "Made");
    assert_eq!(rewrite(&written, &made(), "Made").unwrap(), written);
}
