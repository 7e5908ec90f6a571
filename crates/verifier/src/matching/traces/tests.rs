use login_guard_protocol::evidence::{DigestText, Word};
use proptest::prelude::*;

use super::*;

const NAMES: [&str; 4] = ["automation-traces", "automation-webdriver", "tampering-natives", "tampering-worker"];

fn present() -> Component {
    Component::Present { digest: DigestText::from_bytes([1; 16]) }
}

fn absent(reason: &str) -> Component {
    Component::Absent { reason: Word::parse(reason).unwrap() }
}

fn document(states: &[(&str, Component)]) -> Evidence {
    let components = states.iter().map(|(name, state)| (Word::parse(name).unwrap(), state.clone())).collect();
    Evidence { components, ..Evidence::default() }
}

/// What an honest browser says that nobody drives.
fn clean() -> Evidence {
    document(&NAMES.map(|name| (name, absent("none"))))
}

fn with(name: &str, state: Component) -> Evidence {
    let mut evidence = clean();
    evidence.components.insert(Word::parse(name).unwrap(), state);
    evidence
}

#[test]
fn each_kind_is_seen_apart_from_the_other() {
    for name in NAMES {
        let found = trace(Some(&clean()), &with(name, present()));
        let expected = if name.starts_with("automation-") {
            Traces { automation: Trace::New, tampering: Trace::None }
        } else {
            Traces { automation: Trace::None, tampering: Trace::New }
        };
        assert_eq!(found, expected, "{name}");
    }
    assert_eq!(trace(Some(&clean()), &clean()), Traces::default());
    assert_eq!(trace(None, &clean()), Traces::default());
}

#[test]
fn what_was_enrolled_is_no_news_whichever_component_of_its_kind_shows_it() {
    let driven = with("automation-webdriver", present());
    assert_eq!(trace(Some(&driven), &driven).automation, Trace::AsEnrolled);
    assert_eq!(trace(Some(&driven), &with("automation-traces", present())).automation, Trace::AsEnrolled);
    assert_eq!(trace(Some(&driven), &with("tampering-natives", present())).tampering, Trace::New);
}

#[test]
fn a_person_on_a_device_that_a_program_enrolled_is_fine() {
    assert_eq!(trace(Some(&with("automation-webdriver", present())), &clean()), Traces::default());
    assert_eq!(trace(Some(&with("automation-webdriver", present())), &Evidence::default()).automation, Trace::None);
}

#[test]
fn where_nothing_is_enrolled_a_trace_is_unknown_and_silence_says_nothing() {
    let driven = with("automation-webdriver", present());
    let unread = document(&NAMES.map(|name| (name, absent("timed-out"))));
    for enrolled in [None, Some(&Evidence::default()), Some(&unread)] {
        assert_eq!(trace(enrolled, &driven).automation, Trace::Unenrolled);
        assert_eq!(trace(enrolled, &Evidence::default()), Traces::default());
        assert_eq!(trace(enrolled, &unread), Traces::default());
    }
}

#[test]
fn silence_is_lost_where_no_trace_was_enrolled() {
    for state in [absent("timed-out"), absent("unsupported"), Component::Noisy] {
        assert_eq!(trace(Some(&clean()), &with("automation-webdriver", state)).automation, Trace::Lost);
    }
    let both = Traces { automation: Trace::Lost, tampering: Trace::Lost };
    assert_eq!(trace(Some(&clean()), &Evidence::default()), both);
}

fn states() -> impl Strategy<Value = Evidence> {
    let state = prop_oneof![
        Just(None),
        Just(Some(present())),
        Just(Some(absent("none"))),
        Just(Some(absent("timed-out"))),
        Just(Some(Component::Noisy)),
    ];
    prop::collection::vec(state, NAMES.len()).prop_map(|states| {
        let known = NAMES.into_iter().zip(states).filter_map(|(name, state)| Some((name, state?)));
        document(&known.collect::<Vec<_>>())
    })
}

proptest! {
    /// Whoever takes a component away, or makes it noisy, is no better off than before; only a lie is.
    #[test]
    fn removing_a_component_never_hides_what_is_new(enrolled in states(), today in states(), at in 0..NAMES.len(), noisy: bool) {
        let name = Word::parse(NAMES[at]).unwrap();
        let mut less = today.clone();
        less.components.remove(&name);
        if noisy {
            less.components.insert(name.clone(), Component::Noisy);
        }
        let was_clean = enrolled.components.get(&name).is_some_and(is_none);
        let is_new = |traces: Traces| [traces.automation, traces.tampering].map(|one| matches!(one, Trace::New | Trace::Lost));
        let (before, after) = (is_new(trace(Some(&enrolled), &today)), is_new(trace(Some(&enrolled), &less)));
        for (before, after) in before.into_iter().zip(after) {
            prop_assert!(!was_clean || !before || after);
        }
    }
}
