use super::*;

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

/// Two attributes that always change together: in 1 of 10 pairs of one machine, in 9 of 10 pairs of two.
fn pairs() -> Vec<(Truth, [u8; 2])> {
    let one = |truth, changed: u8| (0..10).map(move |n| (truth, [u8::from(n < changed); 2]));
    one(Truth::Same, 1).chain(one(Truth::Another, 9)).collect()
}

fn fit(groups: &[&[usize]]) -> Model {
    let pairs = pairs();
    Model::fit(&[2, 2], groups, pairs.iter().map(|(truth, pair)| (*truth, pair.as_slice())))
}

#[test]
fn a_weight_is_the_logarithm_of_the_ratio_of_likelihoods() {
    assert!(near(Likelihoods { another: 0.8, same: 0.1 }.bits(), 3.0));
    assert!(near(Likelihoods { another: 0.75, same: 0.5 }.otherwise().bits(), -1.0));
}

#[test]
fn what_changes_on_another_machine_speaks_for_one() {
    let model = fit(&[&[0], &[1]]);
    assert!(model.score(&[1, 1]) > 0.0);
    assert!(model.score(&[0, 0]) < 0.0);
    assert!(near(model.score(&[1, 0]), 0.0));
}

#[test]
fn weights_of_groups_add_up_to_the_score() {
    let model = fit(&[&[0], &[1]]);
    assert!(near(model.weigh(&[1, 1]).iter().sum(), model.score(&[1, 1])));
}

#[test]
fn one_cause_is_not_counted_twice_within_a_group() {
    let (apart, together) = (fit(&[&[0], &[1]]), fit(&[&[0, 1]]));
    assert!(together.score(&[1, 1]) < apart.score(&[1, 1]));
    assert!(together.score(&[1, 1]) > apart.score(&[1, 1]) / 2.0 - 1.0);
}

#[test]
fn what_was_never_seen_has_a_finite_weight() {
    let model = fit(&[&[0, 1], &[1]]);
    assert!([[0, 1], [1, 0], [7, 7]].iter().all(|pair| model.score(pair).is_finite()));
    assert!(Model::fit(&[2], &[&[0]], std::iter::empty()).score(&[1]).is_finite());
}

#[test]
fn shares_lean_on_the_prior_until_there_are_observations() {
    let expected = Likelihoods { another: 0.5, same: 0.25 };
    let (mut seen, mut whole) = (Tally::default(), Tally::default());
    assert_eq!(seen.share(&whole, 1.0, expected), expected);
    seen.count(Truth::Same);
    whole.count(Truth::Same);
    assert!(near(seen.share(&whole, 1.0, expected).same, 1.25 / 2.0));
    assert!(near(whole.of(Truth::Same), 1.0) && near(whole.of(Truth::Another), 0.0));
}
