//! Parsers take anything off the wire without a panic, and give back what was written.

use login_guard_protocol::challenge::mail_code::MailCode;
use login_guard_protocol::challenge::work::Answer;
use login_guard_protocol::evidence::{Component, DigestText, Evidence, Tags, Word, Writer};
use login_guard_protocol::field::{Credential, LoginField, VerdictField};
use login_guard_protocol::jwk::PublicKey;
use login_guard_protocol::proof::SignedProof;
use login_guard_protocol::{
    AccountId, AttemptId, FindingCode, LoginName, ParseError, Platform, ReferenceCode, Transcript, base64url, limits,
};
use proptest::prelude::*;

proptest! {
    #[test]
    fn nothing_off_the_wire_panics(text in "\\PC{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (LoginField::parse(&text), VerdictField::parse(&text), SignedProof::parse(&text), MailCode::parse(&text));
        let _ = (LoginName::parse(&text), AccountId::parse(&text), Platform::parse(&text), ReferenceCode::parse(&text));
        let _ = (FindingCode::parse(&text), AttemptId::parse(&text), PublicKey::parse(&text, &text));
        let _ = (Evidence::parse(&bytes), PublicKey::from_sec1(&bytes), base64url::decode(&text));
    }

    #[test]
    fn a_mangled_proof_is_an_error_and_never_a_panic(at in 0_usize..300, with in any::<u8>()) {
        let header = base64url::encode(br#"{"typ":"lg-proof+jwt","alg":"ES256","kid":"x"}"#);
        let mut jws = format!("{header}.{}.{}", base64url::encode(&[b'a'; 90]), base64url::encode(&[1; 64])).into_bytes();
        let at = at % jws.len();
        jws[at] = with;
        prop_assert!(SignedProof::parse(&String::from_utf8_lossy(&jws)).is_err());
    }

    #[test]
    fn no_two_lists_of_parts_share_a_transcript(
        one in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..6), 0..5),
        other in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..6), 0..5),
    ) {
        let write = |parts: &[Vec<u8>]| parts.iter().fold(Transcript::new("test"), |t, part| t.part(part)).into_bytes();
        prop_assert_eq!(one == other, write(&one) == write(&other));
    }

    #[test]
    fn a_login_field_reads_back_as_written(attempt in any::<[u8; 16]>(), evidence in prop::collection::vec(any::<u8>(), 0..300), keyless in any::<bool>(), work in prop::option::of(any::<[u8; 16]>())) {
        let credential = if keyless {
            Credential::Keyless { reason: "no-indexeddb".into(), nonce: "abc".into() }
        } else {
            Credential::Proof("aa.bb.cc".into())
        };
        let work = work.map(|bytes| Answer::parse(&base64url::encode(&bytes)).unwrap());
        let field = LoginField { attempt: AttemptId::from_bytes(attempt), credential, evidence, work };
        prop_assert_eq!(LoginField::parse(&field.to_string()), Ok(field));
    }

    #[test]
    fn a_mail_code_keeps_its_leading_zeros(number in 0_u32..100_000_000) {
        let code = MailCode::from_number(number).unwrap();
        let text = format!("{number:08}");
        prop_assert_eq!(MailCode::parse(&text), Ok(code.clone()));
        prop_assert_eq!(MailCode::parse(&format!(" {} - {}", &text[..4], &text[4..])), Ok(code));
    }

    #[test]
    fn facts_of_any_characters_make_one_valid_document(value in "\\PC{0,60}") {
        prop_assume!(value.len() <= limits::FACT_BYTES);
        let mut writer = Writer::default();
        writer.fact("language", &value);
        let evidence = Evidence::parse(&writer.into_bytes()).unwrap();
        let expected: String = value.chars().filter(|c| !c.is_control()).collect();
        prop_assert_eq!(evidence.facts.get(&Word::parse("language").unwrap()), Some(&expected));
    }
}

#[test]
fn every_state_of_a_component_reads_back_as_written() {
    let mut writer = Writer::default();
    writer.present("canvas", &[7; 16]);
    writer.absent("webgl", "unsupported");
    writer.failed("fonts", "type-error");
    writer.noisy("audio");
    writer.set("features", &tags([3, 1, 2, 1]));
    let evidence = Evidence::parse(&writer.into_bytes()).unwrap();
    let state = |name: &str| evidence.components.get(&Word::parse(name).unwrap()).cloned().unwrap();
    assert!(matches!(state("canvas"), Component::Present { digest } if digest.as_bytes() == &[7; 16]));
    assert!(matches!(state("webgl"), Component::Absent { reason } if reason.as_str() == "unsupported"));
    assert!(matches!(state("fonts"), Component::Failed { reason } if reason.as_str() == "type-error"));
    assert_eq!(state("audio"), Component::Noisy);
    assert!(matches!(state("features"), Component::Set { tags: read } if read == tags([1, 2, 3])));
    assert_eq!(Evidence::parse(evidence.to_json().as_bytes()), Ok(evidence));
}

fn tags(firsts: impl IntoIterator<Item = u8>) -> Tags {
    let mut tags = Tags::default();
    firsts.into_iter().for_each(|first| tags.insert([first, 0, 0]));
    tags
}

#[test]
fn one_member_more_is_a_small_change() {
    let set = |firsts| Component::Set { tags: tags(firsts) };
    let digest = |byte| Component::Present { digest: DigestText::from_bytes([byte; 16]) };
    assert_eq!(set(0..9).similarity(&set(0..10)), Some(0.9));
    assert_eq!(set(0..5).similarity(&set(5..9)), Some(0.0));
    assert_eq!(set(0..0).similarity(&set(0..0)), Some(1.0));
    assert_eq!(digest(1).similarity(&digest(1)), Some(1.0));
    assert_eq!(digest(1).similarity(&digest(2)), Some(0.0));
    assert_eq!(digest(1).similarity(&set(0..3)), Some(0.0));
    assert_eq!(digest(1).similarity(&Component::Noisy), None);
}

#[test]
fn a_set_that_was_cut_is_compared_as_far_as_both_reach() {
    // the largest of 65 gives way, which is no difference between the two
    let set = |firsts| Component::Set { tags: tags(firsts) };
    assert_eq!(set(0..64).similarity(&set(0..65)), Some(1.0));
    assert_eq!(set(1..65).similarity(&set(0..65)), Some(63.0 / 64.0));
}

#[test]
fn tags_ascend_and_are_whole_and_few() {
    assert_eq!(Tags::parse("AQAAAgAA"), Ok(tags([1, 2])));
    assert_eq!(Tags::parse("AgAAAQAA"), Err(ParseError::Shape));
    assert_eq!(Tags::parse("AQAAAQAA"), Err(ParseError::Shape));
    assert_eq!(Tags::parse("AQAAAg"), Err(ParseError::Length));
    assert_eq!(Tags::parse(&"AAAA".repeat(65)), Err(ParseError::Length));
    assert_eq!(Tags::parse("A+AA"), Err(ParseError::Base64));
    assert_eq!(tags(0..200).count(), Tags::MOST);
}

#[test]
fn a_verdict_may_bring_evidence_if_a_proof_signs_it() {
    let parse = |text: &str| VerdictField::parse(text).map(|field| (field.proof.is_some(), field.evidence));
    assert_eq!(parse("a.b.c~"), Ok((false, Vec::new())));
    assert_eq!(parse("a.b.c~~"), Ok((false, Vec::new())));
    assert_eq!(parse("a.b.c~d.e.f"), Ok((true, Vec::new())));
    assert_eq!(parse("a.b.c~d.e.f~e30"), Ok((true, b"{}".to_vec())));
    for (text, error) in [
        ("a.b.c", ParseError::Shape),
        ("a.b.c~~e30", ParseError::Shape),
        ("a.b.c~d.e.f~e30~", ParseError::Shape),
        ("a.b.c~d.e.f~e3!", ParseError::Base64),
    ] {
        assert_eq!(parse(text), Err(error), "{text}");
    }
    let long = "A".repeat((limits::EVIDENCE_BYTES + 3) / 3 * 4);
    assert_eq!(parse(&format!("a.b.c~d.e.f~{long}")), Err(ParseError::Length));
}

#[test]
fn limits_are_applied_while_parsing() {
    let long = "a".repeat(limits::FIELD_BYTES + 1);
    assert_eq!(LoginField::parse(&long), Err(ParseError::Length));
    assert_eq!(VerdictField::parse(&long), Err(ParseError::Length));
    assert_eq!(LoginName::parse(&"a".repeat(limits::LOGIN_NAME_BYTES + 1)), Err(ParseError::Length));
    assert_eq!(Evidence::parse(&vec![b' '; limits::EVIDENCE_BYTES + 1]), Err(ParseError::Length));
    let mut writer = Writer::default();
    for at in 0..=limits::COMPONENTS {
        writer.noisy(&format!("c{at}"));
    }
    assert_eq!(Evidence::parse(&writer.into_bytes()), Err(ParseError::Length));
}

#[test]
fn unknown_members_and_versions_of_evidence_are_refused_and_unknown_components_kept() {
    let parse = |text: &str| Evidence::parse(text.as_bytes());
    assert_eq!(parse(r#"{"v":2,"components":{},"facts":{}}"#), Err(ParseError::Version));
    assert_eq!(parse(r#"{"v":1,"components":{},"facts":{},"more":1}"#), Err(ParseError::Json));
    assert_eq!(parse(r#"{"v":1,"components":{"a":{"state":"gone"}},"facts":{}}"#), Err(ParseError::Json));
    assert_eq!(parse(r#"{"v":1,"components":{"tomorrow":{"state":"noisy"}},"facts":{}}"#).unwrap().components.len(), 1);
}

#[test]
fn names_are_trimmed_and_otherwise_left_alone() {
    let platform = Platform::parse("acex").unwrap();
    let digest = |text: &str| LoginName::parse(text).unwrap().digest(&platform);
    assert_eq!(digest(" alice\t\n"), digest("alice"));
    assert_ne!(digest("Alice"), digest("alice"));
    assert_ne!(digest("alice"), LoginName::parse("alice").unwrap().digest(&Platform::parse("other").unwrap()));
    assert_eq!(LoginName::parse("a\u{0}b"), Err(ParseError::Character));
    assert_eq!(LoginName::parse(" "), Err(ParseError::Empty));
}
