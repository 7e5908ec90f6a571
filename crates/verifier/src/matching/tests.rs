use login_guard_protocol::evidence::{Evidence, Writer};
use proptest::prelude::*;

use super::{STEADY, adopt, compare};

/// A document whose component `i` is present with digest `states[i]`, or absent.
fn document(states: &[Option<u8>]) -> Evidence {
    let mut writer = Writer::default();
    for (name, state) in STEADY.iter().zip(states) {
        match state {
            Some(digest) => writer.present(name, &[*digest; 16]),
            None => writer.absent(name, "unsupported"),
        }
    }
    Evidence::parse(&writer.into_bytes()).unwrap()
}

#[test]
fn one_engine_update_is_the_same_machine() {
    let enrolled = document(&[Some(1); 6]);
    let updated = document(&[Some(2), Some(2), Some(2), Some(1), Some(1), Some(1)]);
    assert!(!compare(&enrolled, &updated).differs_mostly());
}

#[test]
fn losing_all_evidence_is_a_difference() {
    assert!(compare(&document(&[Some(1); 6]), &Evidence::default()).differs_mostly());
}

#[test]
fn a_browser_enrolled_without_evidence_stays_itself() {
    assert!(!compare(&Evidence::default(), &Evidence::default()).differs_mostly());
}

#[test]
fn everyday_components_weigh_nothing() {
    let mut writer = Writer::default();
    for name in STEADY {
        writer.present(name, &[1; 16]);
    }
    for name in ["screen", "timezone", "languages", "media", "a-signal-of-tomorrow"] {
        writer.present(name, &[9; 16]);
    }
    let today = Evidence::parse(&writer.into_bytes()).unwrap();
    assert_eq!(compare(&document(&[Some(1); 6]), &today).same, 6);
}

#[test]
fn what_was_not_reached_in_time_may_come_later_and_may_not_go_missing() {
    let (mut slow, mut whole) = (Writer::default(), Writer::default());
    for name in STEADY {
        slow.absent(name, "timed-out");
        whole.present(name, &[1; 16]);
    }
    let slow = Evidence::parse(&slow.into_bytes()).unwrap();
    let whole = Evidence::parse(&whole.into_bytes()).unwrap();
    assert!(!compare(&slow, &whole).differs_mostly());
    assert!(compare(&whole, &slow).differs_mostly());
    assert_eq!(adopt(&slow, &whole).unwrap().components, whole.components);
    assert_eq!(adopt(&whole, &slow), None);
}

proptest! {
    /// Invariant 3: removing evidence never lowers risk.
    #[test]
    fn removing_enrolled_evidence_never_makes_the_machine_more_alike(
        enrolled in prop::array::uniform6(prop::option::of(0_u8..2)),
        today in prop::array::uniform6(prop::option::of(0_u8..2)),
        removed in 0_usize..6,
    ) {
        let before = compare(&document(&enrolled), &document(&today));
        let mut less = today;
        less[removed] = None;
        let after = compare(&document(&enrolled), &document(&less));
        if enrolled[removed].is_some() {
            prop_assert!(!before.differs_mostly() || after.differs_mostly());
        }
    }
}
