//! Nothing made for one account, platform, attempt or use verifies for another.

use login_guard_protocol::challenge::mail_code::MailCode;
use login_guard_protocol::jwk::PublicKey;
use login_guard_protocol::{AccountId, AttemptId, DeviceId, FactorId, KeyId, Platform, base64url, limits};
use proptest::prelude::*;

use super::attempts::{AttemptHeader, open_attempt, seal_attempt};
use super::budget::budget_name;
use super::code::code_mac;
use super::cookie::{DeviceCookie, Generation, generation_digest, head_set_cookie, tag};
use super::factors::{open_factor, seal_factor};
use super::head::{Head, check_head, issue_head};
use super::nonce::{open_nonce, seal_nonce};
use super::rows::{IntegrityFailure, VerifiedAccount, device_mac, seal_account, seal_device, verify};
use super::sighting::{release_tag, sighting_tag};
use super::{Keys, KeysError, OpenError};
use crate::clock::Timestamp;
use crate::entropy::SeededEntropy;
use crate::secret::Secret;
use crate::store::models::{AccountKey, AccountSnapshot, DeviceRow, FactorKind, FactorRow, Standing};

#[test]
fn short_master_secret_is_refused() {
    assert_eq!(Keys::derive(&Secret::new(vec![7; 31])).unwrap_err(), KeysError::MasterTooShort);
    assert!(Keys::derive(&Secret::new(vec![7; 32])).is_ok());
}

#[test]
fn every_use_has_a_key_of_its_own() {
    let keys = keys();
    let mut distinct: Vec<_> = keys.0.iter().map(|key| **key).collect();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), super::USES.len());
    for (place, (of, _)) in super::USES.into_iter().enumerate() {
        assert_eq!(keys.bytes(of), &*keys.0[place], "{of:?}");
    }
}

#[test]
fn tags_of_releases_and_accounts_are_of_one_platform_and_mean_one_thing() {
    let (keys, platform) = (keys(), |name| Platform::parse(name).unwrap());
    let mut tags = vec![
        release_tag(&keys, &platform("acex"), &[b"chromium", b"150"]),
        release_tag(&keys, &platform("bcex"), &[b"chromium", b"150"]),
        release_tag(&keys, &platform("acex"), &[b"chromium1", b"50"]),
        release_tag(&keys, &platform("acex"), &[b"u-1"]),
        sighting_tag(&keys, &owner("acex", "u-1")),
        sighting_tag(&keys, &owner("acex", "u-2")),
        sighting_tag(&keys, &owner("bcex", "u-1")),
    ];
    assert_eq!(tags[4], sighting_tag(&keys, &owner("acex", "u-1")));
    tags.sort_unstable();
    tags.dedup();
    assert_eq!(tags.len(), 7);
}

#[test]
fn debug_forms_show_nothing() {
    let keys = keys();
    let generation = generation(3);
    let cookie = DeviceCookie::default().with(tag(&keys, &owner("acex", "u-1")), generation.clone());
    assert_eq!(format!("{keys:?} {generation:?} {cookie:?}"), "Keys(…) Generation(…) DeviceCookie(1 entries)");
}

#[test]
fn account_without_rows_is_fresh() {
    let account = verify(&keys(), &owner("acex", "u-1"), AccountSnapshot::default());
    assert_eq!(account, VerifiedAccount::default());
    assert!(!account.is_tampered());
}

#[test]
fn sealed_account_gives_all_its_devices_in_order() {
    let (owner, snapshot) = (owner("acex", "u-1"), snapshot(&[3, 1, 2]));
    let account = verify(&keys(), &owner, snapshot);
    assert!(!account.is_tampered());
    assert_eq!((account.version, account.epoch), (Some(4), Some(1)));
    assert_eq!(account.devices.iter().map(|device| device.device.as_bytes()[0]).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn enrolled_account_may_have_no_devices() {
    let account = verify(&keys(), &owner("acex", "u-1"), snapshot(&[]));
    assert!(!account.is_tampered() && account.devices.is_empty());
}

#[test]
fn deleted_added_or_swapped_device_leaves_none_verified() {
    let (keys, owner) = (keys(), owner("acex", "u-1"));
    let whole = snapshot(&[1, 2]);
    let mut deleted = whole.clone();
    deleted.devices.pop();
    let mut added = whole.clone();
    added.devices.push(seal_device(&keys, &owner, device(3)));
    let mut swapped = whole.clone();
    // an older row of the same device, with its own authentic MAC
    swapped.devices[0] = seal_device(&keys, &owner, DeviceRow { standing: Standing::Trusted, ..device(1) });
    let mut emptied = whole;
    emptied.devices.clear();
    for snapshot in [deleted, added, swapped, emptied] {
        let account = verify(&keys, &owner, snapshot);
        assert_eq!(account.failures, [IntegrityFailure::RowsDigest]);
        assert_eq!((account.version, account.devices.len()), (Some(4), 0));
    }
}

#[test]
fn deleted_added_older_or_misnamed_factor_leaves_none_verified() {
    let (keys, owner) = (keys(), owner("acex", "u-1"));
    let factor = |id: u8, kind, text: &[u8]| {
        seal_factor(&keys, &SeededEntropy::new(1), &owner, (FactorId::from_bytes([id; 16]), kind), text).unwrap()
    };
    let factors = vec![factor(1, FactorKind::Totp, b"new"), factor(2, FactorKind::Passkey, b"key")];
    let head = Some(seal_account(&keys, &owner, (4, 1), None, (&[], &factors)));
    let whole = AccountSnapshot { head, factors, ..AccountSnapshot::default() };
    let account = verify(&keys, &owner, whole.clone());
    assert_eq!((account.is_tampered(), account.factors.len()), (false, 2));
    assert_eq!(open_factor(&keys, &owner, &account.factors[1]).unwrap().as_slice(), b"key");
    let mut deleted = whole.clone();
    deleted.factors.pop();
    let mut added = whole.clone();
    added.factors.push(factor(3, FactorKind::Totp, b"mine"));
    let mut older = whole.clone();
    older.factors[0] = factor(1, FactorKind::Totp, b"old");
    let mut misnamed = whole.clone();
    misnamed.factors[1].kind = FactorKind::RecoveryCodes;
    let mut emptied = whole.clone();
    emptied.factors.clear();
    for snapshot in [deleted, added, older, misnamed, emptied] {
        let account = verify(&keys, &owner, snapshot);
        assert_eq!((account.failures, account.factors), (vec![IntegrityFailure::RowsDigest], Vec::new()));
    }
    let account = verify(&keys, &owner, AccountSnapshot { head: None, ..whole.clone() });
    assert_eq!((account.failures, account.factors), (vec![IntegrityFailure::AccountMissing], Vec::new()));
    let garbled = AccountSnapshot { garbled_factors: vec![FactorId::from_bytes([9; 16])], ..whole };
    assert!(verify(&keys, &owner, garbled).factors.is_empty());
}

#[test]
fn factor_opens_for_its_own_account_id_and_kind_only() {
    let (keys, alice, bob) = (keys(), owner("acex", "u-1"), owner("acex", "u-2"));
    let id = FactorId::from_bytes([1; 16]);
    let sealed = seal_factor(&keys, &SeededEntropy::new(1), &alice, (id, FactorKind::Totp), b"secret").unwrap();
    assert!(open_factor(&keys, &bob, &sealed).is_err());
    let moved = FactorRow { factor: FactorId::from_bytes([2; 16]), ..sealed.clone() };
    let other = FactorRow { kind: FactorKind::Contact, ..sealed };
    assert!(open_factor(&keys, &alice, &moved).is_err() && open_factor(&keys, &alice, &other).is_err());
}

#[test]
fn devices_without_an_account_row_are_not_verified() {
    let mut snapshot = snapshot(&[1]);
    snapshot.head = None;
    let account = verify(&keys(), &owner("acex", "u-1"), snapshot);
    assert_eq!(account.failures, [IntegrityFailure::AccountMissing]);
    assert_eq!((account.version, account.devices.len()), (None, 0));
}

#[test]
fn changed_account_row_leaves_no_device_verified() {
    let (keys, owner) = (keys(), owner("acex", "u-1"));
    for change in 0..3 {
        let mut snapshot = snapshot(&[1]);
        let head = snapshot.head.as_mut().unwrap();
        match change {
            0 => head.version += 1,
            1 => head.epoch += 1,
            _ => head.mac[0] ^= 1,
        }
        let account = verify(&keys, &owner, snapshot);
        assert_eq!(account.failures, [IntegrityFailure::AccountMac]);
        assert!(account.devices.is_empty());
    }
}

#[test]
fn changed_device_is_left_out_and_named_while_the_others_stand() {
    let (keys, owner) = (keys(), owner("acex", "u-1"));
    let mut snapshot = snapshot(&[1, 2]);
    snapshot.devices[0].standing = Standing::Trusted;
    let account = verify(&keys, &owner, snapshot);
    assert_eq!(account.failures, [IntegrityFailure::DeviceMac(DeviceId::from_bytes([1; 16]))]);
    assert_eq!(account.devices.len(), 1);
    assert_eq!(account.devices[0].device, DeviceId::from_bytes([2; 16]));
}

#[test]
fn rows_moved_to_another_account_or_platform_are_not_verified() {
    for (platform, account) in [("acex", "u-2"), ("bcex", "u-1")] {
        let moved = verify(&keys(), &owner(platform, account), snapshot(&[1]));
        assert_eq!(moved.failures, [IntegrityFailure::AccountMac]);
        assert!(moved.devices.is_empty());
    }
}

#[test]
fn attempt_opens_for_its_own_header_only() {
    let (keys, entropy) = (keys(), SeededEntropy::new(1));
    let (platform, other_platform) = (Platform::parse("acex").unwrap(), Platform::parse("bcex").unwrap());
    let (account, other_account) = (AccountId::parse("u-1").unwrap(), AccountId::parse("u-2").unwrap());
    let header = AttemptHeader { account: Some(&account), attempt: AttemptId::from_bytes([7; 16]), revision: 2 };
    let sealed = seal_attempt(&keys, &entropy, &platform, &header, b"contents").unwrap();
    assert_eq!(open_attempt(&keys, &platform, &header, &sealed).unwrap().as_slice(), b"contents");

    let others = [
        (&other_platform, header),
        (&platform, AttemptHeader { account: Some(&other_account), ..header }),
        (&platform, AttemptHeader { account: None, ..header }),
        (&platform, AttemptHeader { attempt: AttemptId::from_bytes([8; 16]), ..header }),
        (&platform, AttemptHeader { revision: 1, ..header }),
        (&platform, AttemptHeader { revision: 3, ..header }),
    ];
    for (platform, header) in others {
        assert_eq!(open_attempt(&keys, platform, &header, &sealed), Err(OpenError), "{header:?}");
    }
    let again = seal_attempt(&keys, &entropy, &platform, &header, b"contents").unwrap();
    assert_ne!(sealed, again, "the same contents are never sealed alike");
}

#[test]
fn nonce_opens_for_its_own_platform_only() {
    let (keys, entropy) = (keys(), SeededEntropy::new(1));
    let (platform, other) = (Platform::parse("acex").unwrap(), Platform::parse("bcex").unwrap());
    let nonce = seal_nonce(&keys, &entropy, &platform, b"began").unwrap();
    assert_eq!(open_nonce(&keys, &platform, &nonce).unwrap().as_slice(), b"began");
    assert_eq!(open_nonce(&keys, &other, &nonce), Err(OpenError));
    let other_keys = Keys::derive(&Secret::new(vec![8; 32])).unwrap();
    assert_eq!(open_nonce(&other_keys, &platform, &nonce), Err(OpenError));
    for text in ["", "AAAA", "not base64url", &"A".repeat(4_000), &nonce[..nonce.len() - 4]] {
        assert_eq!(open_nonce(&keys, &platform, text), Err(OpenError));
    }
}

#[test]
fn attempt_does_not_open_as_a_nonce() {
    let (keys, entropy) = (keys(), SeededEntropy::new(1));
    let platform = Platform::parse("acex").unwrap();
    let header = AttemptHeader { account: None, attempt: AttemptId::from_bytes([7; 16]), revision: 1 };
    let sealed = seal_attempt(&keys, &entropy, &platform, &header, b"contents").unwrap();
    assert_eq!(open_nonce(&keys, &platform, &base64url::encode(&sealed)), Err(OpenError));
}

#[test]
fn head_is_accepted_for_its_own_account_only() {
    let keys = keys();
    let head = issue_head(&keys, &owner("acex", "u-1"), 41, 2);
    assert_eq!(check_head(&keys, &owner("acex", "u-1"), &head), Ok(Head { version: 41, epoch: 2 }));
    for (platform, account) in [("acex", "u-2"), ("bcex", "u-1")] {
        assert_eq!(check_head(&keys, &owner(platform, account), &head), Err(OpenError));
    }
    for text in ["", "AAAA", &head[1..], &[head.as_str(), "AA"].concat()] {
        assert_eq!(check_head(&keys, &owner("acex", "u-1"), text), Err(OpenError), "{text}");
    }
    let bytes = base64url::decode(&head).unwrap();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        let changed = base64url::encode(&changed);
        assert_eq!(check_head(&keys, &owner("acex", "u-1"), &changed), Err(OpenError), "byte {place}");
    }
}

#[test]
fn device_cookie_looks_as_documented() {
    let keys = keys();
    let tag = tag(&keys, &owner("acex", "u-1"));
    let line = DeviceCookie::default().with(tag, Generation::parse("AAECAwQFBgcICQoLDA0ODw").unwrap()).to_set_cookie();
    let (name_and_label, rest) = line.split_once('.').unwrap();
    assert_eq!(name_and_label.len(), "__Host-lg-device=".len() + 8);
    assert!(name_and_label.starts_with("__Host-lg-device="));
    assert_eq!(rest, "AAECAwQFBgcICQoLDA0ODw; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=34560000");
}

#[test]
fn device_cookie_keeps_the_newest_sixteen_accounts() {
    let keys = keys();
    let tags: Vec<_> = (0..20).map(|number| tag(&keys, &owner("acex", &format!("u-{number}")))).collect();
    let mut cookie = DeviceCookie::default();
    for (number, tag) in (0..).zip(&tags) {
        cookie = cookie.with(*tag, generation(number));
    }
    cookie = cookie.with(tags[10], generation(99));
    let value = cookie.to_value();
    assert!(value.len() <= limits::COOKIE_BYTES);
    assert_eq!(value.split('~').count(), limits::COOKIE_ENTRIES);
    let parsed = DeviceCookie::parse(&value);
    assert!(parsed == cookie);
    assert_eq!(parsed.generation_for(tags[3]), None);
    assert_eq!(parsed.generation_for(tags[4]), Some(&generation(4)));
    assert_eq!(parsed.generation_for(tags[10]), Some(&generation(99)));
    assert!(value.contains(&base64url::encode(&[99; 16])) && !value.contains(&base64url::encode(&[10; 16])));
}

#[test]
fn malformed_device_cookie_is_an_empty_one() {
    let entry = "AAAAAAAA.AAECAwQFBgcICQoLDA0ODw";
    let other = "AAAAAAAB.AAECAwQFBgcICQoLDA0ODw";
    assert!(!DeviceCookie::parse(&[entry, other].join("~")).is_empty());
    let seventeen: Vec<_> = (10..27).map(|number| format!("AAAAAA{number}.AAECAwQFBgcICQoLDA0ODw")).collect();
    for value in [
        "",
        "~",
        "nonsense",
        "AAAAAAAA.",
        ".AAECAwQFBgcICQoLDA0ODw",
        "AAAAAAA.AAECAwQFBgcICQoLDA0ODw",
        "AAAAAAA+.AAECAwQFBgcICQoLDA0ODw",
        "AAAAAAAA.AAECAwQFBgcICQoLDA0ODw==",
        "AAAAAAAA.AAECAwQFBgcICQoLDA0ODx",
        "ÄÄÄÄ.AAECAwQFBgcICQoLDA0ODw",
        &[entry, ""].join("~"),
        &[entry, entry].join("~"),
        &seventeen.join("~"),
        &"A".repeat(limits::COOKIE_BYTES + 1),
    ] {
        assert!(DeviceCookie::parse(value).is_empty(), "{value}");
    }
}

#[test]
fn each_device_key_has_a_head_cookie_of_its_own() {
    let head = issue_head(&keys(), &owner("acex", "u-1"), 41, 2);
    let line = head_set_cookie(&KeyId::from_bytes([0; 32]), &head);
    assert_eq!(line, format!("__Host-lg-head-AAAAAAAA={head}; Path=/; Secure; SameSite=Lax; Max-Age=34560000"));
}

#[test]
fn generation_tag_code_and_work_are_bound_to_their_owner() {
    let keys = keys();
    let owners = [owner("acex", "u-1"), owner("acex", "u-2"), owner("bcex", "u-1")];
    let digests = owners.each_ref().map(|owner| generation_digest(&keys, owner, &generation(1)));
    assert!(digests[0] != digests[1] && digests[0] != digests[2] && digests[1] != digests[2]);
    assert_ne!(digests[0], generation_digest(&keys, &owners[0], &generation(2)));
    let tags = owners.each_ref().map(|owner| tag(&keys, owner));
    assert!(tags[0] != tags[1] && tags[0] != tags[2] && tags[1] != tags[2]);

    let (acex, bcex) = (&owners[0].platform, &owners[2].platform);
    let (one, two) = (AttemptId::from_bytes([1; 16]), AttemptId::from_bytes([2; 16]));
    let (code, other) = (MailCode::parse("12345678").unwrap(), MailCode::parse("12345679").unwrap());
    let mac = code_mac(&keys, acex, one, 1, &code);
    assert_eq!(mac, code_mac(&keys, acex, one, 1, &code));
    for changed in [
        code_mac(&keys, bcex, one, 1, &code),
        code_mac(&keys, acex, two, 1, &code),
        code_mac(&keys, acex, one, 2, &code),
        code_mac(&keys, acex, one, 1, &other),
    ] {
        assert_ne!(mac, changed);
    }
}

#[test]
fn budget_name_tells_parts_apart() {
    let keys = keys();
    let name = budget_name(&keys, &[b"mail-code", b"192.0.2.0/24"]);
    assert!(name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_ne!(name, budget_name(&keys, &[b"mail-code1", b"92.0.2.0/24"]));
    assert_ne!(name, budget_name(&Keys::derive(&Secret::new(vec![8; 32])).unwrap(), &[b"mail-code", b"192.0.2.0/24"]));
}

proptest! {
    #[test]
    fn any_change_of_any_field_breaks_a_device_mac(
        field in 0..11_usize,
        is_dated: bool,
        place in any::<prop::sample::Index>(),
        flip in 1..=u8::MAX,
        word in "[a-z-]{1,12}",
    ) {
        let (keys, owner) = (keys(), owner("acex", "u-1"));
        let since = Timestamp::from_millis(if is_dated { 1_795_356_180_000 } else { 0 });
        let row = DeviceRow { standing_since: since, activity: vec![3; usize::from(is_dated)], ..device(1) };
        let row = seal_device(&keys, &owner, row);
        let mut changed = row.clone();
        match field {
            0 => changed.device = DeviceId::from_bytes(flipped(*row.device.as_bytes(), place, flip)),
            1 => {
                let mut point = row.public_key.to_sec1();
                point[1 + place.index(64)] ^= flip;
                changed.public_key = PublicKey::from_sec1(&point).unwrap();
            }
            2 => changed.cookie_digest = flipped(row.cookie_digest, place, flip),
            3 => changed.standing = Standing::Trusted,
            4 => changed.confirmed_by.insert_str(place.index(row.confirmed_by.len() + 1), &word),
            5 => changed.evidence.insert_str(place.index(row.evidence.len() + 1), &word),
            6 => changed.enrolled_at = moved(row.enrolled_at, place, flip),
            7 => changed.epoch ^= u32::from(flip),
            8 => changed.standing_since = moved(row.standing_since, place, flip),
            9 => changed.activity.push(flip),
            _ => changed.seen_at = moved(row.seen_at, place, flip),
        }
        prop_assert_ne!(&changed, &row);
        prop_assert_ne!(device_mac(&keys, &owner, &changed), row.mac);
    }

    #[test]
    fn text_that_moves_between_fields_breaks_a_device_mac(text in "[a-z]{2,20}", cut in any::<prop::sample::Index>()) {
        let (keys, owner) = (keys(), owner("acex", "u-1"));
        let (left, right) = text.split_at(1 + cut.index(text.len() - 1));
        let one = DeviceRow { confirmed_by: text.clone(), evidence: String::new(), ..device(1) };
        let other = DeviceRow { confirmed_by: left.into(), evidence: right.into(), ..device(1) };
        prop_assert_eq!(
            device_mac(&keys, &owner, &one) == device_mac(&keys, &owner, &other),
            right.is_empty()
        );
    }

    #[test]
    fn different_owners_never_share_anything(
        one in ("[a-z]{1,6}", "[!-~]{1,8}"),
        other in ("[a-z]{1,6}", "[!-~]{1,8}"),
    ) {
        prop_assume!(one != other);
        let keys = keys();
        let (one, other) = (owner(&one.0, &one.1), owner(&other.0, &other.1));
        prop_assert_ne!(device_mac(&keys, &one, &device(1)), device_mac(&keys, &other, &device(1)));
        prop_assert_ne!(seal_account(&keys, &one, (1, 1), None, (&[], &[])).mac, seal_account(&keys, &other, (1, 1), None, (&[], &[])).mac);
        prop_assert_ne!(
            generation_digest(&keys, &one, &generation(1)),
            generation_digest(&keys, &other, &generation(1))
        );
        prop_assert!(check_head(&keys, &other, &issue_head(&keys, &one, 1, 1)).is_err());
    }

    #[test]
    fn any_change_of_a_sealed_attempt_refuses_to_open(place in any::<prop::sample::Index>(), flip in 1..=u8::MAX) {
        let platform = Platform::parse("acex").unwrap();
        let header = AttemptHeader { account: None, attempt: AttemptId::from_bytes([7; 16]), revision: 1 };
        let mut sealed = seal_attempt(&keys(), &SeededEntropy::new(1), &platform, &header, b"contents").unwrap();
        let place = place.index(sealed.len());
        sealed[place] ^= flip;
        prop_assert_eq!(open_attempt(&keys(), &platform, &header, &sealed), Err(OpenError));
    }

    #[test]
    fn any_text_parses_to_a_cookie_that_is_written_back_alike(value in ".{0,80}|([A-Za-z0-9_-]{8}[.][A-Za-z0-9_-]{21}[AQgw]~?){0,3}") {
        let cookie = DeviceCookie::parse(&value);
        prop_assert!(cookie.is_empty() || cookie.to_value() == value);
    }
}

fn flipped<const N: usize>(mut bytes: [u8; N], place: prop::sample::Index, flip: u8) -> [u8; N] {
    bytes[place.index(N)] ^= flip;
    bytes
}

fn moved(moment: Timestamp, place: prop::sample::Index, flip: u8) -> Timestamp {
    Timestamp::from_millis(u64::from_be_bytes(flipped(moment.as_millis().to_be_bytes(), place, flip)))
}

fn keys() -> Keys {
    Keys::derive(&Secret::new(vec![7; 32])).unwrap()
}

fn owner(platform: &str, account: &str) -> AccountKey {
    AccountKey { platform: Platform::parse(platform).unwrap(), account: AccountId::parse(account).unwrap() }
}

fn generation(byte: u8) -> Generation {
    Generation::parse(&base64url::encode(&[byte; 16])).unwrap()
}

fn device(first: u8) -> DeviceRow {
    let mut point = [first; 65];
    point[0] = 4;
    DeviceRow {
        device: DeviceId::from_bytes([first; 16]),
        public_key: PublicKey::from_sec1(&point).unwrap(),
        cookie_digest: [first; 32],
        standing: Standing::Probation,
        confirmed_by: "lg-mail".into(),
        evidence: r#"{"v":1}"#.into(),
        enrolled_at: Timestamp::from_millis(1_795_356_180_000),
        seen_at: Timestamp::from_millis(1_795_356_180_999),
        epoch: 1,
        ratchet: Vec::new(),
        probes: String::new(),
        standing_since: Timestamp::from_millis(0),
        activity: Vec::new(),
        mac: [0; 32],
    }
}

/// What the store holds of `u-1` on `acex`, version 4, epoch 1.
fn snapshot(devices: &[u8]) -> AccountSnapshot {
    let (keys, owner) = (keys(), owner("acex", "u-1"));
    let devices: Vec<_> = devices.iter().map(|first| seal_device(&keys, &owner, device(*first))).collect();
    AccountSnapshot {
        head: Some(seal_account(&keys, &owner, (4, 1), None, (&devices, &[]))),
        devices,
        ..AccountSnapshot::default()
    }
}

#[test]
fn garbled_device_leaves_none_verified_and_is_named() {
    let mut spoilt = snapshot(&[1, 2]);
    let garbled = spoilt.devices.remove(1).device;
    spoilt.garbled.push(garbled);
    let account = verify(&keys(), &owner("acex", "u-1"), spoilt);
    assert!(account.devices.is_empty() && account.stored.contains(&garbled));
    assert!(account.failures.contains(&IntegrityFailure::DeviceGarbled(garbled)));
}
