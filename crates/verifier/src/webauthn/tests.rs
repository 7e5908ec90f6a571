use login_guard_protocol::base64url;
use serde_json::{Value, json};

use super::*;
use crate::testing::Authenticator;

const ORIGIN: &str = "https://login.acex.example";

fn origins() -> Vec<String> {
    vec![ORIGIN.into(), "https://www.acex.example".into(), "https://acex.example.evil".into(), "app:acex".into()]
}

fn asked<'a>(origins: &'a [String], challenge: &'a [u8]) -> Asked<'a> {
    Asked { relying_party: RelyingParty { id: "acex.example", origins }, challenge, origin: None }
}

fn register(authenticator: &mut Authenticator, asked: &Asked<'_>) -> Result<Registered, Refused> {
    let user = User { handle: &[7; 32], name: "alice" };
    let options = registration_options((&asked.relying_party, "Acex"), &user, asked.challenge, &[]);
    let response = authenticator.register(ORIGIN, &options).unwrap();
    check_registration(asked, &serde_json::from_str(&response).unwrap())
}

fn use_it(authenticator: &mut Authenticator, asked: &Asked<'_>, registered: &Registered) -> Result<Asserted, Refused> {
    let options = assertion_options(&asked.relying_party, asked.challenge, std::slice::from_ref(&registered.listed));
    let response = authenticator.assert(ORIGIN, &options).unwrap();
    check(asked, registered, &response)
}

fn check(asked: &Asked<'_>, registered: &Registered, response: &str) -> Result<Asserted, Refused> {
    let (key, _) = CoseKey::read(&registered.key).unwrap();
    let known = KnownCredential {
        id: &registered.listed.id,
        key: &key,
        user_handle: &base64url::encode(&[7; 32]),
        sign_count: registered.sign_count,
        backup_eligible: registered.backup_eligible,
    };
    check_assertion(asked, &serde_json::from_str(response).unwrap(), &known)
}

#[test]
fn a_passkey_is_made_and_used() {
    let (origins, mut authenticator) = (origins(), Authenticator::new("acex.example").unwrap());
    let asked = asked(&origins, b"0123456789abcdef");
    let registered = register(&mut authenticator, &asked).unwrap();
    assert_eq!((registered.sign_count, registered.backup_eligible, registered.backed_up), (1, false, false));
    assert_eq!(registered.listed.transports, ["internal"]);
    let asserted = use_it(&mut authenticator, &asked, &registered).unwrap();
    assert_eq!(asserted, Asserted { sign_count: 2, backed_up: false, regressed: false });
}

#[test]
fn a_passkey_that_exists_in_several_places_says_so() {
    let (origins, mut authenticator) = (origins(), Authenticator::new("acex.example").unwrap());
    let asked = asked(&origins, b"0123456789abcdef");
    (authenticator.flags, authenticator.sign_count) = (Authenticator::SYNCED, 0);
    authenticator.counts = false;
    let registered = register(&mut authenticator, &asked).unwrap();
    assert!(registered.backup_eligible && registered.backed_up && registered.sign_count == 0);
    let asserted = use_it(&mut authenticator, &asked, &registered).unwrap();
    assert_eq!(asserted, Asserted { sign_count: 0, backed_up: true, regressed: false });
}

/// What is amiss with an authenticator or its answer, and why it is refused.
type Amiss = (fn(&mut Authenticator), Refused);

const AMISS: &[Amiss] = &[
    (|it| it.relying_party = "acex.example.evil".into(), Refused::RelyingParty),
    (|it| it.relying_party = "login.acex.example".into(), Refused::RelyingParty),
    (|it| it.flags = Authenticator::UV, Refused::Presence),
    (|it| it.flags = Authenticator::UP, Refused::Verification),
    (|it| it.flags |= Authenticator::BACKED_UP, Refused::Backup),
    (|it| it.origin = Some("https://evil.example".into()), Refused::Origin),
    (|it| it.origin = Some("https://login.acex.example:444".into()), Refused::Origin),
    (|it| it.origin = Some("http://login.acex.example".into()), Refused::Origin),
    (|it| it.origin = Some("https://acex.example.evil".into()), Refused::Origin),
    (|it| it.origin = Some("app:acex".into()), Refused::Origin),
    (|it| it.client_data = json!({ "crossOrigin": true }), Refused::Framed),
    (|it| it.client_data = json!({ "topOrigin": "https://evil.example" }), Refused::Framed),
    (|it| it.client_data = json!({ "type": "webauthn.other" }), Refused::Type),
    (|it| it.client_data = json!({ "challenge": "AAAA" }), Refused::Challenge),
    (|it| it.client_data = json!({ "challenge": Value::Null }), Refused::Malformed),
];

#[test]
fn a_registration_in_which_anything_is_amiss_is_refused() {
    let origins = origins();
    let asked = asked(&origins, b"0123456789abcdef");
    for (at, (spoil, refused)) in AMISS.iter().enumerate() {
        let mut authenticator = Authenticator::new("acex.example").unwrap();
        spoil(&mut authenticator);
        assert_eq!(register(&mut authenticator, &asked), Err(*refused), "case {at}");
    }
}

#[test]
fn an_assertion_in_which_anything_is_amiss_is_refused() {
    let origins = origins();
    let asked = asked(&origins, b"0123456789abcdef");
    for (at, (spoil, refused)) in AMISS.iter().enumerate() {
        let mut authenticator = Authenticator::new("acex.example").unwrap();
        let registered = register(&mut authenticator, &asked).unwrap();
        spoil(&mut authenticator);
        assert_eq!(use_it(&mut authenticator, &asked, &registered), Err(*refused), "case {at}");
    }
}

#[test]
fn an_assertion_is_for_its_challenge_origin_credential_and_key_alone() {
    let origins = origins();
    let asked = asked(&origins, b"0123456789abcdef");
    let mut authenticator = Authenticator::new("acex.example").unwrap();
    let registered = register(&mut authenticator, &asked).unwrap();
    let options = assertion_options(&asked.relying_party, asked.challenge, &[]);
    let response = authenticator.assert(ORIGIN, &options).unwrap();
    assert!(check(&asked, &registered, &response).is_ok());
    let other = Asked { challenge: b"fedcba9876543210", ..asked };
    assert_eq!(check(&other, &registered, &response), Err(Refused::Challenge));
    let other = Asked { origin: Some("https://www.acex.example"), ..asked };
    assert_eq!(check(&other, &registered, &response), Err(Refused::Origin));
    let mut another = Authenticator::new("acex.example").unwrap();
    let theirs = register(&mut another, &asked).unwrap();
    assert_eq!(check(&asked, &theirs, &response), Err(Refused::Credential));
    let mixed = Registered { key: theirs.key, ..registered.clone() };
    assert_eq!(check(&asked, &mixed, &response), Err(Refused::Signature));
    let eligible = Registered { backup_eligible: true, ..registered };
    assert_eq!(check(&asked, &eligible, &response), Err(Refused::Backup));
}

#[test]
fn another_persons_handle_is_refused_and_none_is_not() {
    let origins = origins();
    let asked = asked(&origins, b"0123456789abcdef");
    let mut authenticator = Authenticator::new("acex.example").unwrap();
    let registered = register(&mut authenticator, &asked).unwrap();
    authenticator.user_handle = Some(base64url::encode(&[8; 32]));
    assert_eq!(use_it(&mut authenticator, &asked, &registered), Err(Refused::Credential));
    authenticator.user_handle = None;
    assert!(use_it(&mut authenticator, &asked, &registered).is_ok());
}

#[test]
fn a_counter_that_does_not_grow_is_told() {
    let origins = origins();
    let asked = asked(&origins, b"0123456789abcdef");
    let mut authenticator = Authenticator::new("acex.example").unwrap();
    authenticator.sign_count = 8;
    let registered = register(&mut authenticator, &asked).unwrap();
    for (before, regressed) in [(3, true), (8, true), (9, false)] {
        authenticator.sign_count = before;
        let asserted = use_it(&mut authenticator, &asked, &registered).unwrap();
        assert_eq!((asserted.sign_count, asserted.regressed), (before + 1, regressed));
    }
}

#[test]
fn every_changed_byte_of_what_is_signed_is_refused() {
    let origins = origins();
    let asked = asked(&origins, b"0123456789abcdef");
    let mut authenticator = Authenticator::new("acex.example").unwrap();
    let registered = register(&mut authenticator, &asked).unwrap();
    let options = assertion_options(&asked.relying_party, asked.challenge, &[]);
    let response: Value = serde_json::from_str(&authenticator.assert(ORIGIN, &options).unwrap()).unwrap();
    for member in ["clientDataJSON", "authenticatorData", "signature"] {
        let bytes = base64url::decode(response["response"][member].as_str().unwrap()).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let mut other = response.clone();
            other["response"][member] = json!(base64url::encode(&changed));
            assert!(check(&asked, &registered, &other.to_string()).is_err(), "{member} {at}");
        }
    }
}

#[test]
fn an_ed25519_passkey_is_taken_and_other_algorithms_are_not() {
    let seed = ring::signature::Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap();
    let point = ring::signature::KeyPair::public_key(&seed).as_ref();
    let cose = [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32], point].concat();
    let (key, rest) = CoseKey::read(&cose).unwrap();
    assert_eq!((&key, rest), (&CoseKey::EdDsa(point.to_vec()), &[][..]));
    assert_eq!(key.check(b"signed", seed.sign(b"signed").as_ref()), Ok(()));
    assert_eq!(key.check(b"other", seed.sign(b"signed").as_ref()), Err(Refused::Signature));
    // ES384 under the number of ES256, ES256 on a curve of another name, an RSA key of 1024 bits
    for other in [
        &[0xa3, 1, 2, 3, 0x26, 0x20, 2][..],
        &[0xa3, 1, 2, 3, 0x38, 0x22, 0x20, 1],
        &[&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x58, 128][..], &[1; 128], &[0x21, 0x43, 1, 0, 1]].concat(),
    ] {
        assert_eq!(CoseKey::read(other).map(|_| ()), Err(Refused::Algorithm), "{other:?}");
    }
}

#[test]
fn an_address_is_no_relying_party() {
    use super::relying_party::{host_of, is_within};
    assert_eq!(host_of("http://localhost:8080"), Some("localhost"));
    assert_eq!(host_of("https://login.acex.example"), Some("login.acex.example"));
    for origin in ["http://127.0.0.1:8080", "http://[::1]:8080", "app:acex", "https://"] {
        assert_eq!(host_of(origin), None, "{origin}");
    }
    assert!(is_within("https://login.acex.example", "acex.example"));
    assert!(!is_within("https://login.notacex.example", "acex.example"));
}
