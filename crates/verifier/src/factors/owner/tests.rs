//! Thieves at the endpoints of an owner: with a session, with a browser of their own, with a copied passkey.

use serde_json::{Value, json};

use crate::attempts::enrol::Edit;
use crate::factors::staff;
use crate::problem::Problem;
use crate::seal::rows::verify;
use crate::store::models::FactorKind;
use crate::store::{AccountKey, Commit};
use crate::testing::{Authenticator, Bench, Browser, Renderer, account};

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Outcome = Result<(), Failure>;

const MINUTE_MS: u64 = 60_000;
/// As long as the bench's platform lets a change wait.
const WAIT_MS: u64 = 3 * 24 * 60 * MINUTE_MS;

/// The code of a problem, whether it came as one or as a stored reply.
fn code<T>(result: Result<T, Failure>) -> String {
    match result {
        Ok(_) => "accepted".into(),
        Err(error) => {
            let told = error.downcast_ref::<Problem>().map_or_else(|| error.to_string(), ToString::to_string);
            told.trim_matches('"').to_owned()
        }
    }
}

/// An owner at a device on probation.
async fn owner() -> Result<(Bench, Browser), Failure> {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    Ok((bench, browser))
}

/// One more browser that a mailed code confirmed, a minute later.
async fn another(bench: &Bench, machine: u8) -> Result<Browser, Failure> {
    bench.clock.advance_millis(MINUTE_MS);
    let mut browser = Browser::on_machine(machine)?;
    browser.enrol(bench, "u-1001", "alice").await?;
    Ok(browser)
}

/// An owner with a passkey: at the device on probation that it was added from, and at one that it made trusted.
async fn trusted_owner() -> Result<(Bench, Browser, Browser, Authenticator), Failure> {
    let (bench, first) = owner().await?;
    let mut authenticator = Authenticator::new("acex.example")?;
    first.register_passkey(&bench, &mut authenticator, None).await?;
    bench.clock.advance_millis(WAIT_MS);
    let mut trusted = Browser::on_machine(8)?;
    trusted.enrol_by_passkey(&bench, &mut authenticator).await?;
    Ok((bench, first, trusted, authenticator))
}

/// Removes the account's passkey, as another request does.
async fn remove_passkey(bench: &Bench) -> Outcome {
    let key = AccountKey { platform: bench.platform.clone(), account: account("u-1001")? };
    let account = verify(&bench.services.keys, &key, bench.services.store.account(&key).await?);
    let mut edit = Edit::of(&bench.services, &key, &account);
    let passkey = account.factors.iter().find(|row| row.kind == FactorKind::Passkey);
    edit.delete_factor(passkey.ok_or("no passkey")?.factor);
    Ok(bench.services.store.commit(Commit { scope: key.clone().into(), changes: edit.into_changes() }).await?)
}

#[tokio::test]
async fn a_step_up_with_a_fallen_counter_is_the_last_word_of_its_passkey() -> Outcome {
    let (bench, _, trusted, mut authenticator) = trusted_owner().await?;
    let action = json!({ "act": "add-totp" });
    let begun = trusted.begin_step_up(&bench, &action).await?;
    let first = authenticator.sign_count;
    authenticator.sign_count = 0;
    let credential = authenticator.assert(&trusted.origin, &begun["options"])?;
    let copied = json!({ "attempt": begun["attempt"], "credential": credential });
    assert_eq!(code(trusted.begin_totp(&bench, Some(&copied)).await), "passkey-refused");
    // whoever holds the copy tries higher counters, in the same ceremony
    authenticator.sign_count = first + 10;
    let credential = authenticator.assert(&trusted.origin, &begun["options"])?;
    let copied = json!({ "attempt": begun["attempt"], "credential": credential });
    assert_eq!(code(trusted.begin_totp(&bench, Some(&copied)).await), "step-up-required");
    assert_eq!(code(trusted.begin_step_up(&bench, &action).await), "method-unavailable", "it is marked");
    Ok(())
}

#[tokio::test]
async fn the_third_refused_answer_ends_a_step_up() -> Outcome {
    let (bench, _, trusted, mut authenticator) = trusted_owner().await?;
    let begun = trusted.begin_step_up(&bench, &json!({ "act": "add-totp" })).await?;
    let mut stranger = Authenticator::new("acex.example")?;
    for _ in 0..2 {
        let credential = stranger.assert(&trusted.origin, &begun["options"])?;
        let post = json!({ "attempt": begun["attempt"], "credential": credential });
        assert_eq!(code(trusted.begin_totp(&bench, Some(&post)).await), "passkey-unknown");
    }
    let other =
        json!({ "attempt": begun["attempt"], "credential": authenticator.assert(&trusted.origin, &begun["options"])? });
    assert_eq!(code(trusted.issue_codes(&bench, Some(&other)).await), "passkey-refused", "another action");
    let right =
        json!({ "attempt": begun["attempt"], "credential": authenticator.assert(&trusted.origin, &begun["options"])? });
    assert_eq!(code(trusted.begin_totp(&bench, Some(&right)).await), "step-up-required");
    // the passkey did nothing wrong
    let step_up = trusted.step_up(&bench, &mut authenticator, &json!({ "act": "add-totp" })).await?;
    assert_eq!(code(trusted.begin_totp(&bench, Some(&step_up)).await), "accepted");
    Ok(())
}

#[tokio::test]
async fn a_session_without_a_known_device_does_not_exhaust_the_owners_acts() -> Outcome {
    let (bench, owner) = owner().await?;
    let thief = Browser::on_machine(9)?;
    for _ in 0..30 {
        assert_eq!(code(thief.list_factors(&bench).await), "device-unknown");
    }
    assert_eq!(code(thief.list_factors(&bench).await), "changes-exhausted");
    for _ in 0..30 {
        assert_ne!(code(thief.list_approvals(&bench).await), "accepted");
    }
    assert_eq!(code(owner.list_factors(&bench).await), "accepted");
    assert_eq!(code(owner.begin_totp(&bench, None).await), "accepted");
    assert_eq!(code(owner.list_approvals(&bench).await), "accepted");
    let mut elsewhere = Browser::on_machine(10)?;
    elsewhere.address = "198.51.100.7".into();
    assert_eq!(code(elsewhere.list_factors(&bench).await), "device-unknown", "another network has its own");
    Ok(())
}

#[tokio::test]
async fn one_known_device_does_not_exhaust_the_acts_of_another() -> Outcome {
    let (bench, owner) = owner().await?;
    let thief = another(&bench, 9).await?;
    for _ in 0..30 {
        assert_eq!(code(thief.list_factors(&bench).await), "accepted");
    }
    assert_eq!(code(thief.list_factors(&bench).await), "changes-exhausted");
    assert_eq!(code(owner.list_factors(&bench).await), "accepted");
    Ok(())
}

#[tokio::test]
async fn what_takes_something_back_is_not_counted_with_what_gives() -> Outcome {
    let (bench, owner) = owner().await?;
    let (_, added) = owner.set_up_totp(&bench, None).await?;
    let own = owner.own_entry(&bench).await?;
    while code(owner.list_factors(&bench).await) == "accepted" {}
    assert_eq!(code(owner.begin_totp(&bench, None).await), "changes-exhausted");
    assert_eq!(code(owner.cancel_factor(&bench, &added["factor"]).await), "accepted");
    assert_eq!(code(owner.remove(&bench, &own["device"]).await), "accepted");
    Ok(())
}

#[tokio::test]
async fn looking_at_approvals_all_the_time_leaves_refusals() -> Outcome {
    let (bench, owner) = owner().await?;
    let mut thief = Browser::on_machine(9)?;
    thief.address = "198.51.100.9".into();
    let (_, body) = thief.log_in(&bench, "u-1001", "alice").await?;
    thief.request_approval(&bench, &body["challenge"]).await?;
    for _ in 0..59 {
        assert_eq!(code(owner.list_approvals(&bench).await), "accepted");
    }
    assert_eq!(owner.answer(&bench, "refuse", "").await?["outcome"], "refused");
    assert_eq!(code(owner.list_approvals(&bench).await), "changes-exhausted");
    Ok(())
}

#[tokio::test]
async fn a_device_on_probation_cancels_nothing_where_the_owner_has_better() -> Outcome {
    let (bench, first, trusted, mut authenticator) = trusted_owner().await?;
    let step_up = trusted.step_up(&bench, &mut authenticator, &json!({ "act": "add-totp" })).await?;
    trusted.set_up_totp(&bench, Some(&step_up)).await?;
    // a contact waits, whatever vouches for it
    let list = trusted.list_told(&bench, "alice@new.example").await?;
    let factors = list["factors"].as_array().ok_or("no factors")?;
    let waiting = factors.iter().find(|factor| factor["state"] == "waiting").ok_or("nothing waits")?;
    let cancel = first.cancel_told(&bench, &waiting["factor"], "alice@new.example").await;
    assert_eq!(code(cancel), "device-on-probation");
    let cancel = trusted.cancel_told(&bench, &waiting["factor"], "alice@new.example").await;
    assert_eq!(code(cancel), "accepted");
    Ok(())
}

#[tokio::test]
async fn a_younger_device_does_not_cancel_what_an_older_one_began() -> Outcome {
    let (bench, owner) = owner().await?;
    let thief = another(&bench, 9).await?;
    let added = owner.register_passkey(&bench, &mut Authenticator::new("acex.example")?, None).await?;
    assert_eq!(code(thief.cancel_factor(&bench, &added["factor"]).await), "device-unfit");
    assert_eq!(code(owner.cancel_factor(&bench, &added["factor"]).await), "accepted");
    // a removal likewise, whenever the factor was added
    let (_, added) = thief.set_up_totp(&bench, None).await?;
    bench.clock.advance_millis(WAIT_MS);
    owner.remove_factor(&bench, &added["factor"], None).await?;
    assert_eq!(code(thief.cancel_factor(&bench, &added["factor"]).await), "device-unfit");
    Ok(())
}

#[tokio::test]
async fn an_older_device_cancels_what_a_younger_one_began_and_the_owner_is_told() -> Outcome {
    let (bench, owner) = owner().await?;
    let thief = another(&bench, 9).await?;
    let (_, added) = thief.set_up_totp(&bench, None).await?;
    let own = thief.own_entry(&bench).await?;
    // also when the younger one is gone
    thief.remove(&bench, &own["device"]).await?;
    owner.cancel_factor(&bench, &added["factor"]).await?;
    crate::jobs::outbox::hand_over_due(&bench.services).await?;
    let subjects = bench.mail.subjects();
    assert!(
        subjects.iter().any(|subject| subject.starts_with("A change of your account was cancelled")),
        "{subjects:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_device_that_drew_another_picture_is_unknown_to_the_owners_endpoints() -> Outcome {
    let (bench, mut browser) = owner().await?;
    browser.log_in(&bench, "u-1001", "alice").await?;
    let right = browser.renderer.replace(Renderer { processor: 99, graphics: 99 });
    let (status, _) = browser.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!(status, 401);
    browser.renderer = right;
    assert_eq!(code(browser.list_factors(&bench).await), "device-unknown");
    assert_eq!(code(browser.list_approvals(&bench).await), "device-unknown");
    assert_eq!(code(browser.begin_totp(&bench, None).await), "device-unknown");
    Ok(())
}

#[tokio::test]
async fn what_was_begun_before_a_passkey_counts_is_not_finished_by_a_device_on_probation() -> Outcome {
    let (bench, thief) = owner().await?;
    thief.register_passkey(&bench, &mut Authenticator::new("acex.example")?, None).await?;
    bench.clock.advance_millis(WAIT_MS - MINUTE_MS);
    let begun = thief.begin_totp(&bench, None).await?;
    let passkey = thief.begin_passkey(&bench, "another", None).await?;
    let app = crate::testing::App::read(begun["secret"].as_str().ok_or("no secret")?)?;
    bench.clock.advance_millis(2 * MINUTE_MS);
    let finished = thief.finish_totp(&bench, &begun, &app.shows(&bench, 0)).await;
    assert_eq!(code(finished), "device-on-probation");
    let credential = Authenticator::new("acex.example")?.register(&thief.origin, &passkey["options"])?;
    assert_eq!(code(thief.finish_passkey(&bench, &passkey, &credential).await), "device-on-probation");
    Ok(())
}

#[tokio::test]
async fn what_was_begun_before_a_passkey_counts_needs_its_word_in_the_end() -> Outcome {
    let (bench, _, trusted, _) = trusted_owner().await?;
    remove_passkey(&bench).await?;
    trusted.register_passkey(&bench, &mut Authenticator::new("acex.example")?, None).await?;
    bench.clock.advance_millis(WAIT_MS - MINUTE_MS);
    let begun = trusted.begin_totp(&bench, None).await?;
    let app = crate::testing::App::read(begun["secret"].as_str().ok_or("no secret")?)?;
    bench.clock.advance_millis(2 * MINUTE_MS);
    let finished = trusted.finish_totp(&bench, &begun, &app.shows(&bench, 0)).await;
    assert_eq!(code(finished), "step-up-required");
    Ok(())
}

#[tokio::test]
async fn what_a_passkey_vouched_for_waits_when_the_passkey_is_gone_in_the_end() -> Outcome {
    let (bench, _, trusted, mut authenticator) = trusted_owner().await?;
    let step_up = trusted.step_up(&bench, &mut authenticator, &json!({ "act": "add-totp" })).await?;
    let begun = trusted.begin_totp(&bench, Some(&step_up)).await?;
    remove_passkey(&bench).await?;
    let app = crate::testing::App::read(begun["secret"].as_str().ok_or("no secret")?)?;
    let finished: Value = trusted.finish_totp(&bench, &begun, &app.shows(&bench, 0)).await?;
    let waits = bench.services.clock.now().plus_seconds(WAIT_MS / 1000);
    assert_eq!(finished["active_from"], waits.to_string());
    Ok(())
}

#[tokio::test]
async fn a_passkey_made_for_another_host_guards_nothing_that_it_could_not_vouch_for() -> Outcome {
    let (mut bench, _, trusted, _) = trusted_owner().await?;
    let platform = bench.platform.clone();
    let settings = bench.services.platforms.get_mut(&platform).ok_or("no platform")?;
    settings.passkey_rp_id = Some("new.example".into());
    assert_eq!(trusted.list_factors(&bench).await?["changes"], "wait");
    Ok(())
}

#[tokio::test]
async fn staff_remove_what_a_thief_with_the_older_device_added() -> Outcome {
    let (bench, thief) = owner().await?;
    let owner = another(&bench, 2).await?;
    let (_, added) = thief.set_up_totp(&bench, None).await?;
    assert_eq!(code(owner.cancel_factor(&bench, &added["factor"]).await), "device-unfit");
    let request: staff::RemoveFactorRequest =
        serde_json::from_value(json!({ "account": "u-1001", "factor": added["factor"] }))?;
    staff::remove_factor(&bench.services, &bench.caller(), request.clone()).await?;
    assert!(staff::remove_factor(&bench.services, &bench.caller(), request).await.is_err());
    let entry = thief.own_entry(&bench).await?;
    let request = serde_json::from_value(json!({ "account": "u-1001", "device": entry["device"] }))?;
    staff::remove_device(&bench.services, &bench.caller(), request).await?;
    assert_eq!(code(thief.list_factors(&bench).await), "device-unknown");
    let list = owner.list_factors(&bench).await?;
    assert_eq!(list["factors"].as_array().map(Vec::len), Some(1), "the contact alone: {list}");
    Ok(())
}
