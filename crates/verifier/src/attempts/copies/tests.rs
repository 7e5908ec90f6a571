//! What a cookie goes through, from the first log-in to a fork, over `assess` and `redeem`.

use serde_json::{Value, json};

use crate::attempts::messages::ValueState;
use crate::attempts::{self, AllowResponse, enrol};
use crate::freeze;
use crate::jobs::outbox::hand_over_due;
use crate::problem::Problem;
use crate::store::models::Standing;
use crate::store::{AccountKey, DeviceRow};
use crate::testing::{Bench, Browser, Renderer, account};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const DAY_MS: u64 = 24 * 3_600_000;
const ELSEWHERE: &str = "198.51.100.9";

fn findings(body: &Value) -> Vec<&str> {
    body["findings"].as_array().into_iter().flatten().filter_map(|found| found["code"].as_str()).collect()
}

fn code(error: &(dyn std::error::Error + Send + Sync + 'static)) -> String {
    error.downcast_ref::<Problem>().map_or_else(|| format!("not a problem: {error}"), ToString::to_string)
}

async fn log_in(bench: &Bench, browser: &mut Browser) -> Outcome<(u16, Value)> {
    browser.log_in(bench, "u-1001", "alice").await
}

/// A device that has logged in on each of three days.
async fn known() -> Outcome<(Bench, Browser)> {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    for _ in 0..3 {
        bench.clock.advance_millis(DAY_MS);
        assert_eq!(log_in(&bench, &mut owner).await?.0, 200);
    }
    bench.clock.advance_millis(DAY_MS);
    Ok((bench, owner))
}

async fn devices(bench: &Bench) -> Outcome<Vec<DeviceRow>> {
    let key = AccountKey { platform: bench.platform.clone(), account: account("u-1001")? };
    Ok(bench.services.store.account(&key).await?.devices)
}

/// Confirms by code what a browser is challenged for.
async fn confirm(bench: &Bench, browser: &mut Browser) -> Outcome<AllowResponse> {
    browser.enrol(bench, "u-1001", "alice").await
}

/// Notices wait in the outbox.
async fn notices(bench: &Bench) -> usize {
    hand_over_due(&bench.services).await.unwrap();
    bench.mail.subjects().iter().filter(|subject| subject.contains("cop")).count()
}

#[tokio::test]
async fn the_cookie_moves_on_at_each_login_and_every_reply_may_be_lost() -> Outcome {
    let (bench, mut owner) = known().await?;
    let first = owner.cookie.clone();
    for _ in 0..3 {
        log_in(&bench, &mut owner).await?;
        assert_ne!(owner.cookie, first);
        owner.cookie.clone_from(&first);
        bench.clock.advance_millis(DAY_MS);
    }
    assert_eq!(log_in(&bench, &mut owner).await?.0, 200);
    Ok(())
}

#[tokio::test]
async fn the_lost_reply_of_a_first_confirmation_costs_nothing() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    let (_, body) = log_in(&bench, &mut browser).await?;
    let challenged = browser.cookie.clone();
    browser.send_code(&bench, &body["challenge"]).await?;
    let code = bench.mail.newest_code().ok_or("no code")?;
    let confirmed = browser.check_code(&bench, &body["challenge"], &code).await?;
    let redemption = browser.redeem_body(&body["challenge"], &confirmed.token, "u-1001")?;
    browser.redeem(&bench, &redemption).await?;
    browser.cookie = challenged;
    bench.clock.advance_millis(30 * DAY_MS);
    assert_eq!(log_in(&bench, &mut browser).await?.0, 200);
    Ok(())
}

#[tokio::test]
async fn pages_that_post_at_once_get_one_and_the_same_cookie() -> Outcome {
    let (bench, owner) = known().await?;
    let (mut one, mut other) = (owner.copied_to(1)?, owner.copied_to(1)?);
    assert_eq!((log_in(&bench, &mut one).await?.0, log_in(&bench, &mut other).await?.0), (200, 200));
    assert_eq!(one.cookie, other.cookie);
    Ok(())
}

#[tokio::test]
async fn a_restored_back_up_is_challenged_once_and_told_to_the_owner() -> Outcome {
    let (bench, mut owner) = known().await?;
    let mut back_up = owner.copied_to(1)?;
    for _ in 0..2 {
        log_in(&bench, &mut owner).await?;
        bench.clock.advance_millis(DAY_MS);
    }
    let (status, body) = log_in(&bench, &mut back_up).await?;
    assert_eq!((status, findings(&body)), (401, vec!["cookie-superseded", "device-on-probation"]));
    assert_eq!(notices(&bench).await, 1);
    let newest = bench.mail.newest().ok_or("no notice")?;
    assert!(newest.text.contains("blue heron") && newest.text.contains("old copy"), "{}", newest.text);
    assert!(!newest.text.contains("http") && !newest.html.contains("href"), "no links yet");
    log_in(&bench, &mut back_up).await?;
    assert_eq!(notices(&bench).await, 1, "coalesced");

    let allowed = confirm(&bench, &mut back_up).await?;
    assert_eq!((allowed.value, allowed.probation), (ValueState::Open, true));
    bench.clock.advance_millis(DAY_MS);
    assert_eq!(log_in(&bench, &mut back_up).await?.0, 200);
    assert_eq!(devices(&bench).await?.len(), 1, "the same device");
    Ok(())
}

#[tokio::test]
async fn two_copies_that_both_live_suspend_each_other_and_freeze_value() -> Outcome {
    let (bench, mut owner) = known().await?;
    let mut copy = owner.copied_to(1)?;
    let mut seen = Vec::new();
    for _ in 0..3 {
        for browser in [&mut owner, &mut copy] {
            let (status, body) = log_in(&bench, browser).await?;
            seen.push((status, findings(&body).first().map(|code| (*code).to_owned())));
            bench.clock.advance_millis(61_000);
        }
    }
    let told = |code: &str| seen.iter().position(|(status, first)| *status == 401 && first.as_deref() == Some(code));
    assert_eq!((told("cookie-superseded"), told("device-forked")), (Some(3), Some(4)), "{seen:?}");
    assert_eq!(seen[5].0, 401, "neither side gets in unasked");
    assert_eq!(devices(&bench).await?[0].standing, Standing::Suspended);
    assert_eq!(notices(&bench).await, 2, "one for the old copy, one for the fork");

    let allowed = confirm(&bench, &mut owner).await?;
    assert_eq!(allowed.value, ValueState::Frozen, "a confirmation does not release value");
    assert!(allowed.probation);
    bench.clock.advance_millis(DAY_MS);
    let (status, body) = log_in(&bench, &mut owner).await?;
    assert_eq!((status, body["value"].as_str()), (200, Some("frozen")));
    Ok(())
}

#[tokio::test]
async fn a_fork_has_no_silent_way_out() -> Outcome {
    let (bench, mut owner) = known().await?;
    let mut copy = owner.copied_to(1)?;
    for _ in 0..3 {
        log_in(&bench, &mut owner).await?;
        bench.clock.advance_millis(DAY_MS);
    }
    copy.address = ELSEWHERE.into();
    let (_, body) = log_in(&bench, &mut copy).await?;
    assert_eq!(findings(&body), ["device-forked", "device-on-probation"]);
    // another login name, with a key of its own and the owner's cookie
    let mut alias = Browser::on_machine(1)?;
    alias.cookie.clone_from(&owner.cookie);
    let (_, body) = alias.log_in(&bench, "u-1001", "alice@mail.example").await?;
    let methods = body["challenge"]["methods"].as_array().ok_or("no methods")?;
    assert_eq!((methods.len(), &methods[0]["method"]), (1, &json!("mail-code")));
    Ok(())
}

#[tokio::test]
async fn a_silent_confirmation_does_not_outlive_a_fork() -> Outcome {
    let (bench, mut owner) = known().await?;
    let mut copy = owner.copied_to(1)?;
    for _ in 0..3 {
        log_in(&bench, &mut owner).await?;
        bench.clock.advance_millis(DAY_MS);
    }
    let mut alias = Browser::on_machine(1)?;
    alias.cookie.clone_from(&owner.cookie);
    let (_, body) = alias.log_in(&bench, "u-1001", "alice@mail.example").await?;
    let challenge = body["challenge"].clone();
    let confirmed = owner.check_device_key(&bench, &challenge).await?;
    copy.address = ELSEWHERE.into();
    log_in(&bench, &mut copy).await?;
    let refused = owner.redeem(&bench, &owner.redeem_body(&challenge, &confirmed.token, "u-1001")?).await.unwrap_err();
    assert_eq!(code(&*refused), "verdict-mismatch");
    let (_, body) = alias.log_in(&bench, "u-1001", "alice@mail.example").await?;
    assert_eq!(code(&*owner.check_device_key(&bench, &body["challenge"]).await.unwrap_err()), "method-unavailable");
    Ok(())
}

#[tokio::test]
async fn an_old_copy_after_the_owners_confirmation_is_found_and_suspends_both() -> Outcome {
    let (bench, mut owner) = known().await?;
    let mut copy = owner.copied_to(1)?;
    owner.cookie = None;
    confirm(&bench, &mut owner).await?;
    bench.clock.advance_millis(DAY_MS);
    let (status, body) = log_in(&bench, &mut copy).await?;
    assert_eq!((status, findings(&body)[0]), (401, "cookie-superseded"));
    let (status, body) = log_in(&bench, &mut owner).await?;
    assert_eq!((status, findings(&body)[0]), (401, "device-forked"));
    Ok(())
}

#[tokio::test]
async fn an_old_cookie_on_another_machine_or_network_is_a_fork_at_once() -> Outcome {
    for (machine, address) in [(1, ELSEWHERE), (2, "203.0.113.7")] {
        let (bench, mut owner) = known().await?;
        let mut copy = owner.copied_to(machine)?;
        copy.address = address.into();
        for _ in 0..2 {
            log_in(&bench, &mut owner).await?;
            bench.clock.advance_millis(DAY_MS);
        }
        let (_, body) = log_in(&bench, &mut copy).await?;
        assert_eq!(findings(&body)[0], "device-forked");
        let (status, body) = log_in(&bench, &mut owner).await?;
        assert_eq!((status, findings(&body)[0]), (401, "device-forked"), "the owner's side is suspended too");
    }
    Ok(())
}

#[tokio::test]
async fn a_network_of_the_same_24_or_64_is_the_same_network() -> Outcome {
    let (bench, mut owner) = known().await?;
    let mut back_up = owner.copied_to(1)?;
    for _ in 0..2 {
        log_in(&bench, &mut owner).await?;
        bench.clock.advance_millis(DAY_MS);
    }
    back_up.address = "203.0.113.250".into();
    let (_, body) = log_in(&bench, &mut back_up).await?;
    assert_eq!(findings(&body)[0], "cookie-superseded");
    Ok(())
}

#[tokio::test]
async fn lost_storage_keeps_the_standing_from_a_used_network_and_not_from_another() -> Outcome {
    let near = ("203.0.113.99", Standing::Trusted, "lg-rekeyed", 1);
    for (address, expected, by, count) in [near, (ELSEWHERE, Standing::Probation, "lg-mail", 2)] {
        let (bench, owner) = known().await?;
        trust(&bench).await?;
        let mut emptied = Browser::on_machine(1)?;
        emptied.cookie.clone_from(&owner.cookie);
        emptied.head.clone_from(&owner.head);
        emptied.address = address.into();
        let (status, body) = log_in(&bench, &mut emptied).await?;
        assert_eq!((status, findings(&body)), (401, vec!["key-missing"]));
        let allowed = confirm(&bench, &mut emptied).await?;
        assert_eq!(allowed.probation, expected == Standing::Probation, "{address}");
        let devices = devices(&bench).await?;
        assert_eq!(devices.len(), count, "{address}");
        let row = devices.iter().find(|row| row.public_key == emptied.key).ok_or("no row")?;
        assert_eq!((row.standing, row.confirmed_by.as_str()), (expected, by));
        bench.clock.advance_millis(DAY_MS);
        assert_eq!(log_in(&bench, &mut emptied).await?.0, 200);
    }
    Ok(())
}

/// Makes the account's devices trusted, as a confirmation beyond phishing will.
async fn trust(bench: &Bench) -> Outcome {
    let services = &bench.services;
    let key = AccountKey { platform: bench.platform.clone(), account: account("u-1001")? };
    let verified = crate::seal::rows::verify(&services.keys, &key, services.store.account(&key).await?);
    let row = DeviceRow { standing: Standing::Trusted, ..DeviceRow::clone(verified.devices.first().ok_or("no row")?) };
    let (changes, _) = enrol::put_device(services, &key, &verified, row);
    services.store.commit(crate::store::Commit { scope: key.into(), changes }).await?;
    Ok(())
}

#[tokio::test]
async fn lost_storage_of_a_suspended_device_begins_anew_on_probation() -> Outcome {
    let (bench, mut owner) = known().await?;
    trust(&bench).await?;
    let mut copy = owner.copied_to(1)?;
    copy.address = ELSEWHERE.into();
    for _ in 0..2 {
        log_in(&bench, &mut owner).await?;
        bench.clock.advance_millis(DAY_MS);
    }
    log_in(&bench, &mut copy).await?;
    let mut emptied = Browser::on_machine(1)?;
    emptied.cookie.clone_from(&owner.cookie);
    let allowed = confirm(&bench, &mut emptied).await?;
    assert_eq!((allowed.probation, allowed.value), (true, ValueState::Frozen));
    Ok(())
}

#[tokio::test]
async fn another_page_that_logs_in_meanwhile_does_not_end_a_challenge() -> Outcome {
    let (bench, mut owner) = known().await?;
    // under another name the browser has no key yet
    let mut alias = Browser::on_machine(1)?;
    alias.cookie.clone_from(&owner.cookie);
    let (_, body) = alias.log_in(&bench, "u-1001", "alice@mail.example").await?;
    assert_eq!(log_in(&bench, &mut owner).await?.0, 200);
    alias.cookie.clone_from(&owner.cookie);
    alias.send_code(&bench, &body["challenge"]).await?;
    let sent = bench.mail.newest_code().ok_or("no code")?;
    let confirmed = alias.check_code(&bench, &body["challenge"], &sent).await?;
    alias.redeem(&bench, &alias.redeem_body(&body["challenge"], &confirmed.token, "u-1001")?).await?;

    let mut stranger = Browser::on_machine(1)?;
    let (_, body) = log_in(&bench, &mut stranger).await?;
    stranger.cookie = None;
    assert_eq!(code(&*stranger.send_code(&bench, &body["challenge"]).await.unwrap_err()), "attempt-unknown");
    Ok(())
}

#[tokio::test]
async fn accounts_that_share_a_browser_keep_their_own_generations() -> Outcome {
    let bench = Bench::in_memory()?;
    let (mut alice, mut bob) = (Browser::on_machine(1)?, Browser::on_machine(1)?);
    alice.enrol(&bench, "u-1001", "alice").await?;
    bob.cookie.clone_from(&alice.cookie);
    bob.enrol(&bench, "u-1002", "bob").await?;
    for _ in 0..3 {
        bench.clock.advance_millis(DAY_MS);
        // both post at once from one jar; the reply that comes last wins, and takes the other's step back
        alice.cookie.clone_from(&bob.cookie);
        assert_eq!(alice.log_in(&bench, "u-1001", "alice").await?.0, 200);
        assert_eq!(bob.log_in(&bench, "u-1002", "bob").await?.0, 200);
    }
    Ok(())
}

#[tokio::test]
async fn the_first_confirmations_of_two_accounts_at_once_leave_both_known() -> Outcome {
    let bench = Bench::in_memory()?;
    let (mut alice, mut bob) = (Browser::on_machine(1)?, Browser::on_machine(1)?);
    let (_, first) = alice.log_in(&bench, "u-1001", "alice").await?;
    bob.cookie.clone_from(&alice.cookie);
    let (_, second) = bob.log_in(&bench, "u-1002", "bob").await?;
    alice.cookie.clone_from(&bob.cookie);
    for (browser, body, account) in [(&mut alice, first, "u-1001"), (&mut bob, second, "u-1002")] {
        browser.send_code(&bench, &body["challenge"]).await?;
        let code = bench.mail.newest_code().ok_or("no code")?;
        let confirmed = browser.check_code(&bench, &body["challenge"], &code).await?;
        browser.redeem(&bench, &browser.redeem_body(&body["challenge"], &confirmed.token, account)?).await?;
    }
    // both redeemed with the same jar: the later reply has overwritten what the earlier one gave
    alice.cookie.clone_from(&bob.cookie);
    bench.clock.advance_millis(30 * DAY_MS);
    assert_eq!(alice.log_in(&bench, "u-1001", "alice").await?.0, 200);
    assert_eq!(bob.log_in(&bench, "u-1002", "bob").await?.0, 200);
    Ok(())
}

#[tokio::test]
async fn a_restored_store_challenges_newer_cookies_and_never_calls_them_a_fork() -> Outcome {
    let (mut bench, mut owner) = known().await?;
    let key = AccountKey { platform: bench.platform.clone(), account: account("u-1001")? };
    let back_up = bench.services.store.account(&key).await?;
    for _ in 0..3 {
        log_in(&bench, &mut owner).await?;
        bench.clock.advance_millis(DAY_MS);
    }
    let now = bench.services.store.account(&key).await?.head.ok_or("no head")?;
    let mut changes =
        vec![crate::store::Change::PutAccount { row: back_up.head.ok_or("no head")?, expected: Some(now.version) }];
    changes.extend(back_up.devices.into_iter().map(crate::store::Change::PutDevice));
    bench.services.store.commit(crate::store::Commit { scope: key.into(), changes }).await?;
    bench.services.epoch += 1;
    let (status, body) = log_in(&bench, &mut owner).await?;
    assert_eq!(status, 401);
    let found = findings(&body);
    assert!(found.contains(&"cookie-missing") && !found.contains(&"device-forked"), "{found:?}");
    let allowed = confirm(&bench, &mut owner).await?;
    assert_eq!(allowed.value, ValueState::Open);
    bench.clock.advance_millis(DAY_MS);
    assert_eq!(log_in(&bench, &mut owner).await?.0, 200);
    Ok(())
}

#[tokio::test]
async fn a_challenge_does_not_make_a_device_from_before_a_restore_seen() -> Outcome {
    let (mut bench, mut owner) = known().await?;
    let mut old = owner.copied_to(1)?;
    for _ in 0..2 {
        log_in(&bench, &mut owner).await?;
        bench.clock.advance_millis(DAY_MS);
    }
    bench.services.epoch += 1;
    log_in(&bench, &mut old).await?;
    let (_, body) = log_in(&bench, &mut owner).await?;
    assert!(findings(&body).contains(&"device-from-before-restore"), "{body}");
    Ok(())
}

#[tokio::test]
async fn a_notice_that_cannot_be_sent_changes_nothing() -> Outcome {
    let (bench, mut owner) = known().await?;
    let mut back_up = owner.copied_to(1)?;
    for _ in 0..2 {
        log_in(&bench, &mut owner).await?;
        bench.clock.advance_millis(DAY_MS);
    }
    bench.mail.fail_with(Some(crate::delivery::DeliveryError::Unavailable));
    let (status, body) = log_in(&bench, &mut back_up).await?;
    assert_eq!((status, findings(&body)[0]), (401, "cookie-superseded"));
    assert_eq!(notices(&bench).await, 0);
    Ok(())
}

#[tokio::test]
async fn only_a_release_opens_value_again() -> Outcome {
    let (bench, mut owner) = known().await?;
    let release = || {
        let request: freeze::ReleaseRequest = serde_json::from_value(json!({ "account": "u-1001" })).unwrap();
        let caller = bench.caller();
        let services = &bench.services;
        async move { freeze::release_value(services, &caller, request).await }
    };
    assert!(!release().await?.released, "nothing was frozen");
    let mut copy = owner.copied_to(2)?;
    for _ in 0..2 {
        log_in(&bench, &mut owner).await?;
        bench.clock.advance_millis(DAY_MS);
    }
    log_in(&bench, &mut copy).await?;
    let released = release().await?;
    assert_eq!((released.released, released.value), (true, ValueState::Open));
    assert_eq!(log_in(&bench, &mut owner).await?.0, 401, "releasing value does not trust a device");
    let allowed = confirm(&bench, &mut owner).await?;
    assert_eq!(allowed.value, ValueState::Open);
    let unknown: freeze::ReleaseRequest = serde_json::from_value(json!({ "account": "u-9999" }))?;
    assert!(!freeze::release_value(&bench.services, &bench.caller(), unknown).await?.released);
    Ok(())
}

#[tokio::test]
async fn a_freeze_that_somebody_takes_out_of_the_rows_is_noticed_and_stays() -> Outcome {
    let (bench, mut owner) = known().await?;
    let mut copy = owner.copied_to(2)?;
    for _ in 0..2 {
        log_in(&bench, &mut owner).await?;
        bench.clock.advance_millis(DAY_MS);
    }
    log_in(&bench, &mut copy).await?;
    let key = AccountKey { platform: bench.platform.clone(), account: account("u-1001")? };
    let mut row = bench.services.store.account(&key).await?.head.ok_or("no head")?;
    let version = row.version;
    row.value_frozen_at = None;
    let changes = vec![crate::store::Change::PutAccount { row, expected: Some(version) }];
    bench.services.store.commit(crate::store::Commit { scope: key.into(), changes }).await?;
    let (_, body) = log_in(&bench, &mut owner).await?;
    assert!(findings(&body).contains(&"account-tampered"));
    assert_eq!(confirm(&bench, &mut owner).await?.value, ValueState::Frozen);
    Ok(())
}

#[tokio::test]
async fn a_fork_that_the_silent_way_shows_suspends_at_once() -> Outcome {
    let (bench, mut owner) = known().await?;
    let mut copy = owner.copied_to(1)?;
    for _ in 0..3 {
        log_in(&bench, &mut owner).await?;
        bench.clock.advance_millis(DAY_MS);
    }
    let mut alias = Browser::on_machine(1)?;
    alias.cookie.clone_from(&owner.cookie);
    let (_, body) = alias.log_in(&bench, "u-1001", "alice@mail.example").await?;
    let challenge = body["challenge"].clone();
    // an old copy is used meanwhile: one of the two is not the owner's
    let (_, body) = log_in(&bench, &mut copy).await?;
    assert_eq!(findings(&body)[0], "cookie-superseded");
    assert_ne!(devices(&bench).await?[0].standing, Standing::Suspended);
    for _ in 0..2 {
        assert_eq!(code(&*owner.check_device_key(&bench, &challenge).await.unwrap_err()), "method-unavailable");
        assert_eq!(devices(&bench).await?[0].standing, Standing::Suspended);
        assert_eq!(notices(&bench).await, 2, "an old copy, and two copies");
    }
    assert_eq!(confirm(&bench, &mut owner).await?.value, ValueState::Frozen);
    Ok(())
}

#[tokio::test]
async fn a_right_picture_is_spent_by_a_challenge_for_another_reason() -> Outcome {
    let (bench, mut owner) = known().await?;
    let mut copy = owner.copied_to(2)?;
    copy.renderer = owner.renderer;
    let asked = copy.begin(&bench).await?.probe.seeds;
    let (_, body) = log_in(&bench, &mut copy).await?;
    assert_eq!(findings(&body)[0], "machine-differs");
    let again = copy.begin(&bench).await?.probe.seeds;
    assert_ne!(again[0], asked[0], "nobody is asked for it again");
    // the owner has nothing of it, however often that happens
    for _ in 0..3 {
        log_in(&bench, &mut copy).await?;
    }
    let last = [copy.begin(&bench).await?.probe.seeds[0], owner.begin(&bench).await?.probe.seeds[0]];
    assert_eq!(last[0], last[1], "one pends still");
    assert_eq!(log_in(&bench, &mut owner).await?.0, 200);
    Ok(())
}

#[tokio::test]
async fn a_lost_reply_and_another_network_at_the_beginning_are_no_wrong_picture() -> Outcome {
    let (bench, mut owner) = known().await?;
    let before = owner.cookie.clone();
    owner.renderer = Some(Renderer { processor: 2, graphics: 1 });
    confirm(&bench, &mut owner).await?;
    owner.cookie = before;
    // the page was opened elsewhere, and the trusted hop says so
    let mut page = owner.page(&bench);
    page.address = Some(ELSEWHERE.parse()?);
    let request = json!({ "v": 1, "purpose": "login", "device_key_id": owner.key.key_id() });
    let begun = attempts::begin(&bench.services, &page, serde_json::from_value(request)?).await?;
    let field = owner.login_field(&begun, "alice")?;
    let reply = bench.assess(begun.attempt, &bench.assess_body(&owner, Some("u-1001"), "alice", &field)).await?;
    let body: Value = serde_json::from_str(&reply.body)?;
    assert_eq!((reply.status, findings(&body)), (200, vec!["device-on-probation"]));
    Ok(())
}
