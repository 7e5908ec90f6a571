use login_guard_protocol::evidence::{Evidence, Writer};
use login_guard_protocol::verdict::Verdict;

use super::*;
use crate::matching::population::{Discounts, Release};
use crate::matching::{Comparison, compare, compare_within};
use crate::policy::decide;
use crate::testing::STEADY;

fn device(standing: Standing, since_restore: SinceRestore) -> Recognised {
    Recognised::Device(Known { standing, since_restore })
}

/// A machine of which these components changed.
fn comparison(changed: &[&str]) -> Comparison {
    let (mut enrolled, mut today) = (Writer::default(), Writer::default());
    for name in STEADY {
        enrolled.present(name, &[1; 16]);
        today.present(name, &[u8::from(changed.contains(name)) + 1; 16]);
    }
    let read = |writer: Writer| Evidence::parse(&writer.into_bytes()).unwrap();
    compare(&read(enrolled), &read(today))
}

/// A machine of which a component changed that the population shows changed as well.
fn discounted() -> Comparison {
    let document = |digest| {
        let mut writer = Writer::default();
        writer.present("canvas", &[digest; 16]);
        for (name, value) in [("browser", "firefox"), ("browser-version", "150"), ("platform", "linux")] {
            writer.fact(name, value);
        }
        Evidence::parse(&writer.into_bytes()).unwrap()
    };
    let release = Release::of(&document(1), &document(1)).unwrap();
    let discounts = Discounts::of(&release, &[(String::new(), 50), ("canvas:moved".to_owned(), 30)].into());
    compare_within(&document(1), &document(2), &discounts)
}

/// A known device in good order.
fn known() -> Circumstances {
    Circumstances {
        device: device(Standing::Trusted, SinceRestore::Seen),
        keyless: None,
        password_right: true,
        signature: Signature::Sound,
        rows: Rows::Intact,
        head: Head::Current,
        copies: Copies::None,
        cookie_kept: true,
        comparison: Some(comparison(&[])),
        probe: Probe::None,
        traces: Traces::default(),
    }
}

fn codes(circumstances: &Circumstances) -> Vec<String> {
    find(circumstances).into_iter().map(|finding| finding.code.to_string()).collect()
}

#[test]
fn a_known_device_in_good_order_is_allowed_without_findings() {
    assert!(codes(&known()).is_empty());
    assert_eq!(decide(&find(&known())), Verdict::Allow);
}

#[test]
fn probation_explains_and_does_not_challenge() {
    let circumstances = Circumstances { device: device(Standing::Probation, SinceRestore::Seen), ..known() };
    assert_eq!(codes(&circumstances), ["device-on-probation"]);
    assert_eq!(decide(&find(&circumstances)), Verdict::Allow);
}

#[test]
fn every_missing_half_is_challenged() {
    for (device, code) in [
        (Recognised::Nothing, "device-unknown"),
        (Recognised::Cookie, "key-missing"),
        (Recognised::Key, "cookie-missing"),
    ] {
        let circumstances = Circumstances { device, comparison: None, ..known() };
        assert_eq!(codes(&circumstances), [code]);
        assert_eq!(decide(&find(&circumstances)), Verdict::Challenge);
    }
}

#[test]
fn rows_that_fail_and_heads_that_are_newer_are_challenged() {
    for circumstances in
        [Circumstances { rows: Rows::Tampered, ..known() }, Circumstances { head: Head::Newer, ..known() }]
    {
        assert_eq!(decide(&find(&circumstances)), Verdict::Challenge);
    }
}

#[test]
fn a_machine_that_differs_is_challenged_and_told_why() {
    let comparison = Some(comparison(&["hardware", "webgl"]));
    let circumstances = Circumstances { comparison, ..known() };
    assert_eq!(codes(&circumstances), ["machine-differs"]);
    let sentence = find(&circumstances).remove(0).sentence;
    assert!(sentence.contains("webgl") && sentence.contains("hardware") && !sentence.contains("canvas"), "{sentence}");
    assert_eq!(decide(&find(&circumstances)), Verdict::Challenge);
}

#[test]
fn what_the_population_changed_explains_and_counts_for_nobody_unknown() {
    let circumstances = Circumstances { comparison: Some(discounted()), ..known() };
    assert_eq!(codes(&circumstances), ["population-shift"]);
    let found = find(&circumstances).remove(0);
    assert!(found.weight == 0 && found.sentence.contains("canvas"), "{found:?}");
    assert_eq!(decide(&find(&circumstances)), Verdict::Allow);
    let unknown = Circumstances { device: Recognised::Cookie, ..circumstances };
    assert_eq!(decide(&find(&unknown)), Verdict::Challenge);
}

#[test]
fn a_wrong_password_is_denied_whatever_the_device() {
    for device in [Recognised::Nothing, known().device] {
        let circumstances = Circumstances { device, password_right: false, ..known() };
        assert_eq!(decide(&find(&circumstances)), Verdict::Deny);
    }
}

#[test]
fn every_rule_gives_a_finding_when_its_fact_is_there() {
    let everything = Circumstances {
        device: Recognised::Nothing,
        keyless: Some("no-indexeddb".into()),
        password_right: false,
        signature: Signature::Forged,
        rows: Rows::Tampered,
        head: Head::Newer,
        copies: Copies::Forked,
        cookie_kept: false,
        comparison: Some(comparison(STEADY)),
        probe: Probe::Failed,
        traces: Traces { automation: Trace::New, tampering: Trace::New },
    };
    let mut found = codes(&everything);
    for device in [Recognised::Cookie, Recognised::Key, device(Standing::Probation, SinceRestore::Not)] {
        found.extend(codes(&Circumstances { device, ..known() }));
    }
    found.extend(codes(&Circumstances { comparison: Some(discounted()), ..known() }));
    found.extend(codes(&Circumstances { copies: Copies::Superseded, ..known() }));
    found.extend(codes(&Circumstances { probe: Probe::Renewed, ..known() }));
    found.sort();
    found.dedup();
    assert_eq!(found.len(), RULES.len());
}

#[test]
fn a_forged_proof_is_denied() {
    let circumstances = Circumstances { signature: Signature::Forged, ..known() };
    assert_eq!(codes(&circumstances), ["proof-forged"]);
    assert_eq!(decide(&find(&circumstances)), Verdict::Deny);
}

#[test]
fn a_device_from_before_a_restore_is_challenged() {
    let circumstances = Circumstances { device: device(Standing::Trusted, SinceRestore::Not), ..known() };
    assert_eq!(codes(&circumstances), ["device-from-before-restore"]);
    assert_eq!(decide(&find(&circumstances)), Verdict::Challenge);
}

#[test]
fn copies_are_challenged_and_never_denied() {
    for (copies, code) in [(Copies::Superseded, "cookie-superseded"), (Copies::Forked, "device-forked")] {
        let circumstances = Circumstances { copies, ..known() };
        assert_eq!(codes(&circumstances), [code]);
        assert_eq!(decide(&find(&circumstances)), Verdict::Challenge);
    }
}

const TRACES: [Trace; 5] = [Trace::AsEnrolled, Trace::Lost, Trace::New, Trace::None, Trace::Unenrolled];

#[test]
fn automation_challenges_a_known_device_where_it_was_not_enrolled_and_only_there() {
    for (automation, verdict) in [
        (Trace::AsEnrolled, Verdict::Allow),
        (Trace::Lost, Verdict::Challenge),
        (Trace::New, Verdict::Challenge),
        (Trace::None, Verdict::Allow),
        (Trace::Unenrolled, Verdict::Challenge),
    ] {
        let circumstances = Circumstances { traces: Traces { automation, tampering: Trace::None }, ..known() };
        let expected: &[&str] = match automation {
            Trace::None => &[],
            Trace::Lost => &["automation-unknown"],
            _ => &["automation"],
        };
        assert_eq!(codes(&circumstances), expected);
        assert_eq!(decide(&find(&circumstances)), verdict, "{automation:?}");
    }
}

#[test]
fn tampering_explains_and_neither_challenges_nor_is_lost() {
    for tampering in TRACES {
        let circumstances = Circumstances { traces: Traces { automation: Trace::None, tampering }, ..known() };
        let expected: &[&str] = if matches!(tampering, Trace::Lost | Trace::None) { &[] } else { &["tampering"] };
        assert_eq!(codes(&circumstances), expected);
        assert_eq!(decide(&find(&circumstances)), Verdict::Allow, "{tampering:?}");
    }
}

#[test]
fn no_trace_denies_whatever_else_is_found() {
    for automation in TRACES {
        for device in [Recognised::Nothing, Recognised::Cookie, Recognised::Key, known().device] {
            let traces = Traces { automation, tampering: Trace::New };
            let circumstances = Circumstances { device, traces, comparison: None, ..known() };
            assert_ne!(decide(&find(&circumstances)), Verdict::Deny, "{circumstances:?}");
        }
    }
}
