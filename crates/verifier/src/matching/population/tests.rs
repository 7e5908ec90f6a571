use std::collections::BTreeMap;

use login_guard_protocol::evidence::{DigestText, Writer};
use proptest::prelude::*;

use super::super::{adopt_within, compare, compare_within};
use super::*;

/// What one roll-out of another drawing back end moves: all that it draws, and the names and limits of the graphics processor.
const REDRAWN: &[&str] = &[
    "canvas",
    "canvas-text",
    "emoji",
    "emoji-metrics",
    "text-metrics",
    "webgl",
    "webgl-extensions",
    "webgl-parameters",
    "webgpu",
];

fn word(name: &str) -> Word {
    Word::parse(name).unwrap()
}

fn components(kept: impl Fn(&Row) -> bool) -> Vec<&'static str> {
    let rows = WEIGHTS.as_ref().unwrap().rows.iter();
    rows.filter(|row| row.kind == Kind::Component && kept(row)).map(|row| row.name.as_str()).collect()
}

fn machine() -> Evidence {
    let mut writer = Writer::default();
    for name in components(|_| true) {
        writer.present(name, &[1; 16]);
    }
    for (name, value) in [
        ("brand", "Acme"),
        ("browser", "chromium"),
        ("browser-version", "150"),
        ("platform", "windows"),
        ("language", "en"),
    ] {
        writer.fact(name, value);
    }
    Evidence::parse(&writer.into_bytes()).unwrap()
}

fn with(evidence: &Evidence, names: &[&str], digest: u8) -> Evidence {
    let mut changed = evidence.clone();
    let digest = DigestText::from_bytes([digest; 16]);
    changed.components.extend(names.iter().map(|name| (word(name), Component::Present { digest })));
    changed
}

fn with_fact(evidence: &Evidence, name: &str, value: &str) -> Evidence {
    let mut changed = evidence.clone();
    changed.facts.insert(word(name), value.to_owned());
    changed
}

fn with_each(evidence: &Evidence, names: &[&str], component: &Component) -> Evidence {
    let mut changed = evidence.clone();
    changed.components.extend(names.iter().map(|name| (word(name), component.clone())));
    changed
}

fn release() -> Release {
    Release::of(&machine(), &machine()).unwrap()
}

/// A population of which so many show each of these shifts.
fn counts(seen: u32, shifted: u32, names: &[&str], shift: Shift) -> BTreeMap<String, u32> {
    let each = names.iter().map(|name| (shift_name(name, shift), shifted));
    each.chain([(String::new(), seen)]).collect()
}

fn discounts(seen: u32, shifted: u32, names: &[&str], shift: Shift) -> Discounts {
    Discounts::of(&release(), &counts(seen, shifted, names, shift))
}

/// A release that redraws for everybody, and one that takes all it draws away from everybody.
fn everything() -> Discounts {
    let names = components(|_| true);
    let mut counts = counts(1_000, 1_000, &names, Shift::Moved);
    for shift in [Shift::Lost, Shift::Gained] {
        counts.extend(names.iter().map(|name| (shift_name(name, shift), 1_000)));
    }
    Discounts::of(&release(), &counts)
}

#[test]
fn a_release_is_told_by_the_facts_of_today_if_they_name_the_enrolled_browser() {
    assert_eq!((release().version, release().is_upgrade), (150, false));
    let upgraded = Release::of(&machine(), &with_fact(&machine(), "browser-version", "151")).unwrap();
    assert_eq!((upgraded.version, upgraded.is_upgrade), (151, true));
    for (name, value) in [("brand", "Other"), ("browser", "firefox"), ("browser-version", "new"), ("platform", "linux")]
    {
        assert_eq!(Release::of(&machine(), &with_fact(&machine(), name, value)), None, "{name}");
        let mut without = machine();
        without.facts.remove(&word(name));
        assert_eq!(Release::of(&machine(), &without), None, "{name}");
        assert_eq!(Release::of(&without, &machine()).is_some(), name == "browser-version", "{name}");
    }
}

#[test]
fn a_shift_needs_enough_devices_a_share_of_them_and_more_than_chance() {
    for (seen, shifted, found) in [
        (19, 19, false),
        (20, 11, false),
        (20, 12, true),
        (100, 29, false),
        (100, 30, true),
        (1_000, 299, false),
        (1_000, 300, true),
        (20, 21, false),
        (0, 0, false),
    ] {
        assert_eq!(!discounts(seen, shifted, &["canvas"], Shift::Moved).is_empty(), found, "{shifted} of {seen}");
    }
}

#[test]
fn a_release_needs_a_tenth_of_its_browser() {
    for (seen, of_all, prevalent) in [(20, 20, true), (20, 200, true), (20, 201, false), (99, 1_000, false)] {
        assert_eq!(is_prevalent(seen, of_all), prevalent, "{seen} of {of_all}");
    }
}

#[test]
fn what_a_release_seldom_does_needs_as_many_again() {
    for (names, shift) in [(["webgl"], Shift::Moved), (["canvas"], Shift::Lost), (["canvas"], Shift::Gained)] {
        assert!(discounts(1_000, 499, &names, shift).is_empty());
        assert!(!discounts(1_000, 500, &names, shift).is_empty());
    }
}

#[test]
fn devices_that_have_just_been_upgraded_are_held_against_what_upgrades_change() {
    let upgraded = Release::of(&machine(), &with_fact(&machine(), "browser-version", "151")).unwrap();
    let found = |seen, shifted| !Discounts::of(&upgraded, &counts(seen, shifted, &["canvas"], Shift::Moved)).is_empty();
    assert!(!found(20, 12) && found(40, 24) && !found(100, 33) && found(100, 45));
}

#[test]
fn the_bound_is_never_below_the_binomial_tail() {
    for base_rate in [0.1_f64, 0.17] {
        for seen in [20_u32, 33, 50, 120] {
            // P(X = 0), then each next by the ratio of neighbours
            let mut chance = (1.0 - base_rate).powi(i32::try_from(seen).unwrap());
            let mut at_least = vec![chance];
            for hits in 1..=seen {
                chance *= f64::from(seen - hits + 1) / f64::from(hits) * base_rate / (1.0 - base_rate);
                at_least.push(chance);
            }
            for hits in (1..=seen).filter(|hits| f64::from(*hits) > base_rate * f64::from(seen)) {
                let exact: f64 = at_least.iter().skip(usize::try_from(hits).unwrap()).sum();
                let bound = tail(f64::from(seen), f64::from(hits) / f64::from(seen), base_rate);
                assert!(bound >= exact * (1.0 - 1e-9), "{hits} of {seen} at {base_rate}: {bound} < {exact}");
            }
        }
    }
}

/// The sums of docs/threat-model.md: own accounts that an attacker needs besides so many honest ones.
#[test]
fn attackers_need_accounts_in_proportion_to_honest_ones() {
    let needed = |honest: u32, name| {
        (0..20_000).find(|own| !discounts(honest + own, *own, &[name], Shift::Moved).is_empty()).unwrap()
    };
    // all of a version that nobody else claims
    let alone = |honest| {
        (0..20_000)
            .find(|own| is_prevalent(*own, honest + own) && !discounts(*own, *own, &["webgl"], Shift::Moved).is_empty())
            .unwrap()
    };
    let sums = [0, 10, 50, 100, 1_000, 10_000]
        .map(|honest| (honest, needed(honest, "canvas"), needed(honest, "webgl"), alone(honest)));
    assert_eq!(
        sums,
        [
            (0, 20, 20, 20),
            (10, 13, 13, 20),
            (50, 24, 50, 20),
            (100, 43, 100, 20),
            (1_000, 429, 1_000, 112),
            (10_000, 4_286, 10_000, 1_112)
        ]
    );
}

#[test]
fn neither_facts_nor_the_machines_own_parts_are_ever_discounted() {
    let names: Vec<_> = everything().iter().map(|(name, _)| name).collect();
    assert!(["canvas", "webgl", "fonts"].iter().all(|name| names.contains(name)));
    for row in &WEIGHTS.as_ref().unwrap().rows {
        let is_group = row.group == GROUP;
        assert_eq!(names.contains(&row.name.as_str()), is_group && row.kind == Kind::Component, "{}", row.name);
    }
    assert!(components(|row| row.group == GROUP).len() > 10);
}

#[test]
fn a_roll_out_is_another_machine_without_the_guard_and_the_same_with_it() {
    let today = with(&machine(), REDRAWN, 2);
    assert!(compare(&machine(), &today).differs_mostly());
    let within = compare_within(&machine(), &today, &discounts(100, 60, REDRAWN, Shift::Moved));
    assert!(!within.differs_mostly() && within.bits < 0.0 && within.reasons().is_empty());
    assert_eq!(within.discounted().len(), REDRAWN.len());
    // part of it is no excuse for the rest
    let partly = discounts(100, 40, REDRAWN, Shift::Moved);
    assert!(!partly.is_empty() && compare_within(&machine(), &today, &partly).differs_mostly());
}

#[test]
fn what_the_population_lost_excuses_losing_it_and_nothing_that_came_too_late() {
    let noisy = ["canvas", "canvas-text", "emoji", "webgl", "webgl-parameters", "webgl-extensions", "webgpu"];
    let lost = with_each(&machine(), &noisy, &Component::Noisy);
    assert!(compare(&machine(), &lost).differs_mostly());
    let within = |today: &Evidence, shift| compare_within(&machine(), today, &discounts(100, 60, &noisy, shift));
    assert!(!within(&lost, Shift::Lost).differs_mostly());
    assert!(within(&lost, Shift::Moved).differs_mostly(), "others changed, and lost nothing");
    assert!(!within(&with(&machine(), &noisy, 2), Shift::Lost).differs_mostly(), "it could be left out as well");
    let late = Component::Absent { reason: word("timed-out") };
    assert!(within(&with_each(&machine(), &noisy, &late), Shift::Lost).differs_mostly());
    let mut missing = machine();
    missing.components.retain(|name, _| !noisy.contains(&name.as_str()));
    assert!(within(&missing, Shift::Lost).differs_mostly());
}

#[test]
fn whoever_shows_more_than_the_population_is_not_excused() {
    let population = discounts(100, 60, REDRAWN, Shift::Moved);
    let redrawn = with(&machine(), REDRAWN, 2);
    let mut late = redrawn.clone();
    late.components.insert(word("audio"), Component::Noisy);
    for today in [
        with(&redrawn, &["hardware"], 2),
        with(&redrawn, &["device-memory"], 2),
        with(&redrawn, &["audio"], 2),
        with_fact(&redrawn, "browser-version", "149"),
        late,
    ] {
        let within = compare_within(&machine(), &today, &population);
        assert_eq!(within, compare(&machine(), &today));
        assert!(within.differs_mostly() && within.discounted().is_empty());
    }
    // a trip is no other machine
    assert!(
        !compare_within(&machine(), &with(&redrawn, &["timezone", "languages", "screen"], 2), &population)
            .differs_mostly()
    );
}

#[test]
fn everything_absent_or_another_machine_is_stopped_whatever_the_population_shows() {
    for today in [
        with_each(&machine(), &components(|_| true), &Component::Noisy),
        Evidence::default(),
        with(&machine(), &components(|_| true), 2),
        with(&machine(), &["platform"], 2),
        with_fact(&machine(), "platform", "linux"),
        with_fact(&machine(), "browser", "firefox"),
    ] {
        assert!(compare_within(&machine(), &today, &everything()).differs_mostly(), "{today:?}");
    }
}

#[test]
fn a_discounted_change_is_adopted_and_tomorrow_needs_no_population() {
    let today = with(&machine(), REDRAWN, 2);
    let population = discounts(100, 60, REDRAWN, Shift::Moved);
    let adopted = adopt_within(&machine(), &today, &population).unwrap();
    assert_eq!(adopted.components, today.components);
    assert!(adopted.facts.contains_key(&word("drift-bits")));
    assert!(compare(&adopted, &today).bits < 0.0);
    assert_eq!(adopt_within(&machine(), &with(&today, &["hardware"], 2), &population), None);
}

#[test]
fn shifts_that_follow_each_other_stop_being_adopted_at_the_limit_of_the_drift() {
    let population = discounts(100, 100, REDRAWN, Shift::Moved);
    let mut enrolled = machine();
    let adoptions = (2..60_u8).filter(|digest| {
        let adopted = adopt_within(&enrolled, &with(&enrolled, REDRAWN, *digest), &population);
        adopted.map(|adopted| enrolled = adopted).is_some()
    });
    let adoptions = adoptions.count();
    assert!((1..10).contains(&adoptions), "{adoptions}");
}

#[test]
fn what_may_be_a_releases_doing_is_counted_and_nothing_else() {
    let mut today = with(&machine(), &["canvas", "hardware", "timezone"], 2);
    today.components.insert(word("audio"), Component::Noisy);
    today.components.insert(word("fonts"), Component::Absent { reason: word("timed-out") });
    let mut found = shifts(&compare(&machine(), &today), &today);
    found.sort_unstable();
    assert_eq!(found, [("audio", Shift::Lost), ("canvas", Shift::Moved)]);
    let upgraded = with_fact(&with(&machine(), &["canvas"], 2), "browser-version", "151");
    assert_eq!(shifts(&compare(&machine(), &upgraded), &upgraded), [("canvas", Shift::Moved)]);
}

/// A document: each component as enrolled, changed, noisy or late.
fn documents() -> impl Strategy<Value = Evidence> {
    let states = prop::collection::vec(
        prop_oneof![12 => Just(1), 3 => 2..4_u8, 1 => Just(0), 1 => Just(9)],
        components(|_| true).len(),
    );
    (states, prop::option::of(149..152_u32)).prop_map(|(states, version)| {
        let mut evidence = machine();
        for (name, state) in components(|_| true).into_iter().zip(states) {
            evidence = match state {
                0 => with_each(&evidence, &[name], &Component::Noisy),
                9 => with_each(&evidence, &[name], &Component::Absent { reason: word("timed-out") }),
                digest => with(&evidence, &[name], digest),
            };
        }
        evidence.facts.remove(&word("browser-version"));
        let facts = version.map(|version| (word("browser-version"), version.to_string()));
        evidence.facts.extend(facts);
        evidence
    })
}

/// Discounts of all kinds, whatever the counts would have to be.
fn populations() -> impl Strategy<Value = Discounts> {
    let all: Vec<_> = everything().iter().collect();
    prop_oneof![
        1 => Just(Discounts::default()),
        2 => Just(everything()),
        4 => prop::sample::subsequence(all.clone(), 0..all.len()).prop_map(|some| Discounts(some.into_iter().collect())),
    ]
}

proptest! {
    /// A discount takes weight off, and never makes a component better than equal.
    #[test]
    fn a_discount_lies_between_the_change_and_no_change(today in documents(), population in populations()) {
        let (plain, within) = (compare(&machine(), &today), compare_within(&machine(), &today, &population));
        prop_assert!(within.bits <= plain.bits + 1e-9);
        let equal = with(&today, &within.discounted(), 1);
        prop_assert!(within.bits >= compare_within(&machine(), &equal, &population).bits - 1e-9);
    }

    /// Removing or noising what was enrolled never lowers the risk, whatever the population shows.
    #[test]
    fn removing_enrolled_evidence_never_lowers_risk_within_a_population(
        today in documents(), population in populations(), removed in prop::collection::vec(0..components(|_| true).len() + 5, 1..14), noisy: bool,
    ) {
        let mut less = today.clone();
        for index in removed {
            if let Some(name) = components(|_| true).get(index) {
                let gone = if noisy { Component::Noisy } else { Component::Absent { reason: word("unsupported") } };
                less.components.insert(word(name), gone);
            } else {
                let facts = ["brand", "browser", "browser-version", "language", "platform"];
                less.facts.remove(&word(facts[index - components(|_| true).len()]));
            }
        }
        let (before, after) = (compare_within(&machine(), &today, &population), compare_within(&machine(), &less, &population));
        prop_assert!(after.bits >= before.bits - 1e-9, "{before:?}\n{after:?}");
    }

    /// However many shifts somebody walks along, what tells machines apart stays what was confirmed.
    #[test]
    fn no_walk_along_shifts_leads_to_another_machine(walk in prop::collection::vec((documents(), populations()), 1..16)) {
        let mut enrolled = machine();
        for (today, population) in walk {
            enrolled = adopt_within(&enrolled, &today, &population).unwrap_or(enrolled);
        }
        for name in ["architecture", "client-hints", "hardware", "platform", "touch"] {
            prop_assert!(enrolled.components.get(&word(name)) == machine().components.get(&word(name)), "{name}");
        }
        let another = with(&enrolled, &["architecture", "hardware"], 7);
        prop_assert!(compare_within(&enrolled, &another, &everything()).differs_mostly());
    }

    /// What was adopted is what the next login is compared with, and is no further away than before.
    #[test]
    fn adopting_within_a_population_never_makes_the_same_document_less_alike(today in documents(), population in populations()) {
        if let Some(adopted) = adopt_within(&machine(), &today, &population) {
            prop_assert!(compare(&adopted, &today).bits <= compare(&machine(), &today).bits + 1e-9);
        }
    }
}
