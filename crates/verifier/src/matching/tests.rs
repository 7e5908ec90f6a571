use std::collections::BTreeMap;

use login_guard_protocol::evidence::{Component, DigestText, Evidence, Tags, Word, Writer};
use proptest::prelude::*;

use super::weights::{Change, Kind, WEIGHTS};
use super::{Comparison, Outcome, adopt, compare, complete};
use crate::testing::STEADY;

/// Every component of the table.
fn all() -> Vec<&'static str> {
    let rows = WEIGHTS.as_ref().unwrap().rows.iter();
    rows.filter(|row| row.kind == Kind::Component).map(|row| row.name.as_str()).collect()
}

/// Every component of one class of change.
fn of(change: Change) -> Vec<&'static str> {
    let rows = WEIGHTS.as_ref().unwrap().rows.iter();
    rows.filter(|row| row.kind == Kind::Component && row.change == change).map(|row| row.name.as_str()).collect()
}

fn word(name: &str) -> Word {
    Word::parse(name).unwrap()
}

/// A desktop browser, with every component.
fn machine() -> Evidence {
    let mut writer = Writer::default();
    for name in all() {
        writer.present(name, &[1; 16]);
    }
    for (name, value) in
        [("browser", "chromium"), ("browser-version", "150"), ("platform", "windows"), ("language", "en-US")]
    {
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

fn without(evidence: &Evidence, names: &[&str]) -> Evidence {
    let mut less = evidence.clone();
    less.components.extend(names.iter().map(|name| (word(name), Component::Noisy)));
    less
}

/// The machine after the browser's next version, which draws differently.
fn upgraded(version: u32, digest: u8) -> Evidence {
    with_fact(&with(&machine(), &of(Change::Expected), digest), "browser-version", &version.to_string())
}

fn outcome(comparison: &Comparison, component: &str) -> Outcome {
    comparison.weighed.iter().find(|weighed| weighed.component == component).unwrap().outcome
}

#[test]
fn the_table_parses_and_every_row_has_its_group_its_source_and_probabilities() {
    let weights = WEIGHTS.as_ref().unwrap();
    let raw: serde_json::Value = serde_json::from_str(include_str!("weights.json")).unwrap();
    for row in raw["rows"].as_array().unwrap().iter().chain(raw["groups"].as_array().unwrap()) {
        assert!(row["source"].as_str().is_some_and(|source| source.len() > 20), "{row}");
    }
    for row in &weights.rows {
        assert!(weights.groups.iter().any(|group| group.name == row.group), "{}", row.name);
        assert!(Word::parse(&row.name).is_ok());
        assert_eq!(row.upgraded.is_some(), row.change == Change::Expected, "{}", row.name);
        for chance in [Some(row.changed), row.upgraded].into_iter().flatten() {
            assert!(0.0 < chance.same && chance.same < chance.another && chance.another < 1.0, "{}", row.name);
        }
    }
    let names: BTreeMap<_, _> =
        weights.rows.iter().map(|row| ((&row.name, row.kind == Kind::Component), &row.group)).collect();
    assert_eq!(names.len(), weights.rows.len());
}

#[test]
fn everyday_changes_of_a_known_device_stay_below_the_threshold() {
    let enrolled = machine();
    let everyday = of(Change::Plausible);
    assert!(["timezone", "languages", "screen-size", "media"].iter().all(|name| everyday.contains(name)));
    let mut at_once = with_fact(&with(&upgraded(151, 2), &everyday, 2), "language", "de-DE");
    at_once.components.insert(word("a-signal-of-tomorrow"), Component::Noisy);
    let mut documents: Vec<_> = everyday.iter().map(|name| with(&enrolled, &[name], 2)).collect();
    documents.extend([with_fact(&enrolled, "language", "de-DE"), upgraded(151, 2), upgraded(160, 2), at_once]);
    // a browser that stops telling its system, or an iPhone its screen, is asked
    for name in all().into_iter().filter(|name| !["platform", "screen-built-in"].contains(name)) {
        documents.push(without(&enrolled, &[name]));
    }
    for today in documents {
        let comparison = compare(&enrolled, &today);
        assert!(!comparison.differs_mostly(), "{comparison:?}");
    }
}

#[test]
fn another_machine_is_above_the_threshold() {
    let enrolled = machine();
    for today in [
        with(&enrolled, &["webgl", "canvas", "fonts", "hardware", "audio"], 2),
        with_fact(&with(&enrolled, &["webgl", "canvas", "fonts", "hardware", "audio"], 2), "browser-version", "151"),
        with(&enrolled, &["platform"], 2),
        with_fact(&enrolled, "platform", "linux"),
        with_fact(&enrolled, "browser", "firefox"),
        with(&enrolled, &["webgl", "hardware"], 2),
        without(&enrolled, &all()),
        without(&enrolled, STEADY),
        without(&enrolled, &["webgl", "canvas", "fonts", "audio", "hardware"]),
        Evidence::default(),
    ] {
        let comparison = compare(&enrolled, &today);
        assert!(comparison.differs_mostly(), "{comparison:?}");
    }
}

#[test]
fn a_graphics_stack_that_changed_alone_is_the_same_machine() {
    for changed in [
        ["webgl", "canvas"].as_slice(),
        &["webgl-extensions", "canvas-accelerated"],
        &["webgl", "webgl-extensions", "canvas-accelerated"],
    ] {
        let comparison = compare(&machine(), &with(&machine(), changed, 2));
        assert!(!comparison.differs_mostly(), "{comparison:?}");
    }
}

#[test]
fn a_trip_with_another_monitor_and_language_is_the_same_machine() {
    let changed = ["timezone", "languages", "locale", "screen-size", "screen-frame", "display", "pointer"];
    let travelled = with_fact(&with(&machine(), &changed, 2), "language", "fr");
    assert!(!compare(&machine(), &travelled).differs_mostly());
    assert!(!compare(&machine(), &without(&travelled, &["canvas-accelerated"])).differs_mostly());
}

#[test]
fn traces_of_automation_and_tampering_weigh_nothing() {
    let is_trace = |name: &str| name.starts_with("automation-") || name.starts_with("tampering-");
    assert!(!WEIGHTS.as_ref().unwrap().rows.iter().any(|row| is_trace(&row.name)));
}

#[test]
fn noise_with_a_new_seed_in_each_session_is_the_same_machine() {
    let noise = ["canvas", "canvas-accelerated", "canvas-text", "emoji", "audio"];
    assert!(!compare(&machine(), &with(&machine(), &noise, 2)).differs_mostly());
    assert!(!compare(&machine(), &without(&machine(), &noise)).differs_mostly());
}

/// What Brave draws anew in each session.
const BRAVE: &[&str] = &[
    "canvas",
    "canvas-accelerated",
    "canvas-text",
    "emoji",
    "audio",
    "hardware",
    "device-memory",
    "screen-size",
    "screen-frame",
    "speech",
];

#[test]
fn a_browser_that_draws_numbers_and_pictures_anew_in_each_session_is_the_same_machine() {
    let brave = with_fact(&machine(), "brand", "Brave");
    assert!(!compare(&brave, &with(&brave, BRAVE, 2)).differs_mostly());
    // with anything else it is no noise
    let more = [BRAVE, &["webgl"]].concat();
    assert!(compare(&brave, &with(&brave, &more, 2)).differs_mostly());
}

#[test]
fn other_cores_and_memory_are_noise_in_no_browser_that_tells_them_truly() {
    for enrolled in [machine(), with_fact(&machine(), "brand", "Google Chrome")] {
        assert!(compare(&enrolled, &with(&enrolled, BRAVE, 2)).differs_mostly());
        // a newer version excuses what is drawn, and not the machine that draws it
        let copied = with_fact(&with(&enrolled, &of(Change::Expected), 2), "browser-version", "151");
        assert!(compare(&enrolled, &with(&copied, &["hardware"], 2)).differs_mostly());
        // whoever claims to be Brave was not enrolled as it
        let disguised = with_fact(&with(&enrolled, BRAVE, 2), "brand", "Brave");
        assert!(compare(&enrolled, &disguised).differs_mostly());
    }
}

#[test]
fn the_screen_of_an_iphone_is_built_in_whatever_sites_it_asks_for() {
    let screens = ["screen-built-in", "screen-size", "screen-frame"];
    for platform in ["ios", "macos"] {
        let phone = with_fact(&machine(), "platform", platform);
        assert!(compare(&phone, &with(&phone, &screens, 2)).differs_mostly());
        assert!(compare(&phone, &without(&phone, &["screen-built-in"])).differs_mostly());
        let kept = adopt(&phone, &with(&phone, &["screen-built-in"], 2));
        assert_eq!(kept, None);
    }
}

#[test]
fn the_screens_of_another_iphone_are_one_piece_of_evidence() {
    let bits = |names: &[&str]| compare(&machine(), &with(&machine(), names, 2)).bits;
    let (alone, together) = (bits(&["screen-built-in"]), bits(&["screen-built-in", "screen-size", "screen-frame"]));
    assert!(together < alone + 1.5, "{alone} {together}");
}

#[test]
fn a_monitor_of_a_machine_without_a_phones_screen_is_a_setting() {
    let none = Component::Absent { reason: word("none") };
    let mut desktop = machine();
    desktop.components.insert(word("screen-built-in"), none);
    assert!(!compare(&desktop, &with(&desktop, &["screen-size", "screen-frame", "display"], 2)).differs_mostly());
    // a phone on which a desktop's profile was copied has one
    assert!(compare(&desktop, &with(&desktop, &["screen-built-in"], 2)).differs_mostly());
}

#[test]
fn another_graphics_processor_is_another_machine() {
    let graphics = ["webgl", "webgl-parameters", "webgl-extensions", "webgpu", "canvas", "canvas-text", "emoji"];
    let comparison = compare(&machine(), &with(&machine(), &graphics, 2));
    assert!(comparison.differs_mostly());
    assert_eq!(comparison.reasons().first(), Some(&"webgl"));
}

#[test]
fn a_downgrade_adds_and_excuses_nothing() {
    let (enrolled, drawn) = (machine(), with(&machine(), &["canvas"], 2));
    let downgraded = compare(&enrolled, &with_fact(&drawn, "browser-version", "149"));
    assert_eq!(outcome(&downgraded, "canvas"), Outcome::Changed);
    assert!(downgraded.bits > compare(&enrolled, &drawn).bits);
    let upgraded = compare(&enrolled, &with_fact(&drawn, "browser-version", "151"));
    assert_eq!(outcome(&upgraded, "canvas"), Outcome::Expected);
    assert!(upgraded.bits < compare(&enrolled, &drawn).bits);
}

#[test]
fn a_browser_enrolled_without_evidence_stays_itself() {
    assert!(!compare(&Evidence::default(), &Evidence::default()).differs_mostly());
    let hardened = without(&machine(), &all());
    assert!(!compare(&hardened, &hardened).differs_mostly());
    assert!(compare(&hardened, &machine()).differs_mostly());
    assert!(compare(&Evidence::default(), &machine()).differs_mostly());
}

#[test]
fn names_without_a_row_and_signals_that_came_later_weigh_nothing() {
    let before = compare(&machine(), &machine());
    assert_eq!(
        compare(&machine(), &with(&machine(), &["a-signal-of-tomorrow"], 9)).bits.total_cmp(&before.bits),
        std::cmp::Ordering::Equal
    );
    let mut enrolled = machine();
    enrolled.components.remove(&word("webgl"));
    assert_eq!(outcome(&compare(&enrolled, &machine()), "webgl"), Outcome::Unknown);
    assert_eq!(adopt(&enrolled, &machine()), Some(machine()));
}

#[test]
fn a_set_of_which_most_stayed_weighs_little() {
    let fonts = |count: u8| {
        let mut tags = Tags::default();
        (0..count).for_each(|tag| tags.insert([tag, 0, 0]));
        let mut evidence = machine();
        evidence.components.insert(word("fonts"), Component::Set { tags });
        evidence
    };
    let bits = |count| compare(&fonts(40), &fonts(count)).bits;
    assert_eq!(outcome(&compare(&fonts(40), &fonts(41)), "fonts"), Outcome::Similar);
    assert!(bits(40) < bits(41) && bits(41) < bits(44) && bits(44) < bits(10));
    assert_eq!(adopt(&fonts(40), &fonts(41)).unwrap().components, fonts(41).components);
    assert_eq!(adopt(&fonts(40), &fonts(10)), None);
}

#[test]
fn what_was_not_reached_in_time_may_come_later_and_may_not_go_missing() {
    let mut slow = machine();
    for name in STEADY {
        slow.components.insert(word(name), Component::Absent { reason: word("timed-out") });
    }
    assert!(!compare(&slow, &machine()).differs_mostly());
    assert!(compare(&machine(), &slow).differs_mostly());
    assert_eq!(adopt(&slow, &machine()), Some(machine()));
    assert_eq!(adopt(&machine(), &slow), None);
}

/// What the two workers read; the rest is read on the page.
const DRAWN: &[&str] = &["canvas", "canvas-accelerated", "webgl", "webgl-extensions", "webgl-parameters", "webgpu"];
const LETTERS: &[&str] = &["canvas-text", "emoji", "emoji-metrics", "fonts", "text-metrics"];

fn timed_out(evidence: &Evidence, names: &[&str]) -> Evidence {
    let mut slow = evidence.clone();
    for name in names {
        slow.components.insert(word(name), Component::Absent { reason: word("timed-out") });
    }
    slow
}

#[test]
fn a_machine_of_which_too_little_was_reached_at_enrolment_is_taken_for_another_one() {
    let workers = [DRAWN, LETTERS].concat();
    let slow = timed_out(&machine(), &workers);
    let another = with(&machine(), &[&workers, ["hardware", "device-memory"].as_slice()].concat(), 2);
    for today in [&another, &machine(), &slow] {
        assert!(compare(&slow, today).differs_mostly());
        assert_eq!(adopt(&slow, today), None);
    }
    for one in [DRAWN, LETTERS] {
        let slow = timed_out(&machine(), one);
        assert!(!compare(&slow, &machine()).differs_mostly());
        assert!(compare(&slow, &another).differs_mostly());
    }
    // however much of a document says nothing, it is what was reached in time that counts
    let hardened = without(&machine(), &[LETTERS, &["audio", "math", "features", "codecs", "speech"]].concat());
    assert!(compare(&timed_out(&hardened, DRAWN), &hardened).differs_mostly());
}

#[test]
fn a_second_reading_fills_in_what_the_first_one_missed() {
    let slow = without(&timed_out(&machine(), &[DRAWN, LETTERS].concat()), &["audio"]);
    assert_eq!(complete(&slow, &machine()), machine());
    assert_eq!(complete(&Evidence::default(), &machine()), machine());
    // what the login read is what its verdict was about
    assert_eq!(complete(&machine(), &with(&upgraded(160, 2), &all(), 2)), machine());
    assert_eq!(complete(&machine(), &slow), machine());
    let mut large = machine();
    large.facts.extend((0..12).map(|n| (word(&format!("fact-{n}")), "x".to_owned())));
    assert_eq!(complete(&slow, &with_fact(&large, "one-more", "x")), slow);
}

#[test]
fn a_browser_that_never_answers_is_enrolled_as_one_that_cannot_be_read() {
    let mute = timed_out(&machine(), &[DRAWN, LETTERS].concat());
    let enrolled = complete(&mute, &mute);
    assert!(!compare(&enrolled, &mute).differs_mostly());
    assert!(compare(&enrolled, &machine()).differs_mostly(), "it answers after all");
    for asked_once in [Evidence::default(), timed_out(&Evidence::default(), &["canvas"])] {
        assert!(compare(&complete(&mute, &asked_once), &mute).differs_mostly());
    }
    // a little may come later, at no cost
    let late = timed_out(&machine(), LETTERS);
    assert_eq!(complete(&late, &late), late);
}

#[test]
fn everyday_changes_and_upgrades_are_adopted() {
    let travelled = with_fact(&with(&upgraded(151, 2), &of(Change::Plausible), 2), "language", "fr");
    let adopted = adopt(&machine(), &travelled).unwrap();
    assert_eq!(adopted.components, travelled.components);
    let mut facts = adopted.facts.clone();
    assert!(facts.remove(&word("drift-bits")).is_some());
    assert_eq!(facts, travelled.facts);
    assert_eq!(adopt(&adopted, &travelled), None);
}

#[test]
fn neither_losses_nor_implausible_changes_are_adopted() {
    for today in [
        without(&machine(), &["canvas"]),
        with(&machine(), &["webgl"], 2),
        with(&machine(), &["canvas"], 2),
        with(&machine(), &["hardware"], 2),
        with_fact(&machine(), "browser-version", "149"),
    ] {
        assert!(!compare(&machine(), &today).differs_mostly());
        assert_eq!(adopt(&machine(), &today), None);
    }
}

#[test]
fn drift_ends_at_its_limit_and_the_owner_is_still_left_alone() {
    let mut enrolled = machine();
    let mut adoptions = 0;
    for step in 1..=60_u8 {
        let today = upgraded(150 + u32::from(step), step + 1);
        assert!(!compare(&enrolled, &today).differs_mostly());
        if let Some(adopted) = adopt(&enrolled, &today) {
            enrolled = adopted;
            adoptions += 1;
        }
    }
    assert!((1..10).contains(&adoptions), "{adoptions}");
    // what does not move the drawn components goes on being adopted
    assert!(adopt(&enrolled, &with(&enrolled, &["timezone"], 3)).is_some());
}

#[test]
fn a_drift_that_the_browser_wrote_never_makes_room() {
    for (written, adopted) in
        [("-1e9", true), ("0", true), ("NaN", false), ("inf", false), ("x", false), ("1e9", false)]
    {
        let enrolled = with_fact(&machine(), "drift-bits", written);
        assert_eq!(adopt(&enrolled, &upgraded(151, 2)).is_some(), adopted, "{written}");
    }
    let claimed = with_fact(&upgraded(151, 2), "drift-bits", "0");
    let enrolled = with_fact(&machine(), "drift-bits", "30.0");
    assert_ne!(
        adopt(&enrolled, &claimed).and_then(|adopted| adopted.facts.get(&word("drift-bits")).cloned()),
        Some("0".to_owned())
    );
}

#[test]
fn what_would_be_too_large_to_read_again_is_not_adopted() {
    let mut enrolled = machine();
    for n in 0..12 {
        enrolled.facts.insert(word(&format!("fact-{n}")), "x".to_owned());
    }
    assert_eq!(adopt(&enrolled, &with_fact(&with(&enrolled, &["canvas"], 2), "browser-version", "151")), None);
}

/// A document of today: each component as enrolled, changed or not read; any version; any everyday facts.
fn todays() -> impl Strategy<Value = Evidence> {
    let states = prop::collection::vec(
        prop_oneof![8 => Just(Some(1)), 2 => (1..4_u8).prop_map(Some), 1 => Just(None)],
        all().len(),
    );
    let facts = (prop::option::of(140..170_u32), prop::option::of("(en|de)"), prop::option::of("(windows|linux)"));
    (states, facts, prop::bool::weighted(0.9)).prop_map(|(states, (version, language, platform), browser)| {
        let mut evidence = Evidence::default();
        for (name, state) in all().iter().zip(states) {
            evidence = match state {
                Some(digest) => with(&evidence, &[name], digest),
                None => without(&evidence, &[name]),
            };
        }
        let facts = [
            ("browser", browser.then(|| "chromium".to_owned())),
            ("browser-version", version.map(|version| version.to_string())),
            ("language", language),
            ("platform", platform),
        ];
        evidence.facts = facts.into_iter().filter_map(|(name, value)| Some((word(name), value?))).collect();
        evidence
    })
}

proptest! {
    /// Removing or noising what was enrolled never lowers the risk; nor does leaving out a fact.
    #[test]
    fn removing_enrolled_evidence_never_lowers_risk(
        enrolled in todays(), today in todays(), removed in prop::collection::vec(0..all().len() + 4, 1..14), noisy: bool,
    ) {
        let mut less = today.clone();
        for index in removed {
            match all().get(index) {
                Some(name) if matches!(enrolled.components.get(&word(name)), Some(Component::Present { .. })) => {
                    let gone = if noisy { Component::Noisy } else { Component::Absent { reason: word("timed-out") } };
                    less.components.insert(word(name), gone);
                }
                Some(_) => {}
                None => {
                    let name = ["browser", "browser-version", "language", "platform"][index - all().len()];
                    if enrolled.facts.contains_key(&word(name)) {
                        less.facts.remove(&word(name));
                    }
                }
            }
        }
        let (before, after) = (compare(&enrolled, &today), compare(&enrolled, &less));
        prop_assert!(after.bits >= before.bits - 1e-9, "{before:?}\n{after:?}");
    }

    /// The likeness of everything else never hides another operating system.
    #[test]
    fn a_changed_platform_is_always_noticed(today in todays()) {
        prop_assert!(compare(&machine(), &with(&today, &["platform"], 9)).differs_mostly());
    }

    /// However many logins are allowed in between, what tells machines apart stays what was confirmed.
    #[test]
    fn no_walk_leads_to_another_machine(walk in prop::collection::vec(todays(), 1..40)) {
        let mut enrolled = machine();
        for today in walk {
            enrolled = adopt(&enrolled, &today).unwrap_or(enrolled);
        }
        for name in ["webgl", "hardware", "platform"] {
            prop_assert!(enrolled.components.get(&word(name)) == machine().components.get(&word(name)), "{name}");
        }
        for name in STEADY {
            let is_present = matches!(enrolled.components.get(&word(name)), Some(Component::Present { .. }));
            prop_assert!(is_present, "{name}");
        }
        prop_assert!(compare(&enrolled, &with(&enrolled, &["webgl", "hardware"], 9)).differs_mostly());
    }

    /// What was adopted is what the next login is compared with, and is no further away than before.
    #[test]
    fn adopting_never_makes_the_same_document_less_alike(today in todays()) {
        if let Some(adopted) = adopt(&machine(), &today) {
            prop_assert!(compare(&adopted, &today).bits <= compare(&machine(), &today).bits + 1e-9);
        }
    }
}
