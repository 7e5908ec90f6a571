//! Authenticator apps, recovery codes and contacts from setting up to confirming, and who may change them.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::recovery::hashing::Hashing;
use super::totp::TotpSecret;
use crate::delivery::Message;
use crate::problem::Problem;
use crate::store::{Store, memory::MemoryStore, sqlite::SqliteStore};
use crate::testing::{App, Authenticator, Bench, Browser};

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Outcome = Result<(), Failure>;

const DAY_MS: u64 = 24 * 3_600_000;
/// As long as the bench's platform lets a change wait.
const WAIT_MS: u64 = 3 * DAY_MS;

fn code<T>(result: Result<T, Failure>) -> String {
    match result {
        Ok(_) => "accepted".into(),
        Err(error) => error.downcast_ref::<Problem>().map_or_else(|| error.to_string(), ToString::to_string),
    }
}

async fn owner_over(store: Arc<dyn Store>) -> Result<(Bench, Browser), Failure> {
    let bench = Bench::over(store)?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    Ok((bench, browser))
}

/// An owner at a known device of an account without a strong factor.
async fn owner() -> Result<(Bench, Browser), Failure> {
    owner_over(Arc::new(MemoryStore::default())).await
}

/// An owner whose app counts.
async fn owner_with_app() -> Result<(Bench, Browser, App), Failure> {
    let (bench, browser) = owner().await?;
    let (app, _) = browser.set_up_totp(&bench, None).await?;
    bench.clock.advance_millis(WAIT_MS);
    Ok((bench, browser, app))
}

/// A new browser of the owner's, or a thief's who knows the password.
async fn challenged(bench: &Bench, machine: u8) -> Result<(Browser, Value), Failure> {
    let mut browser = Browser::on_machine(machine)?;
    let (_, body) = browser.log_in(bench, "u-1001", "alice").await?;
    Ok((browser, body["challenge"].clone()))
}

/// The newest mail, once the outbox was emptied.
async fn delivered(bench: &Bench) -> Result<Message, Failure> {
    crate::jobs::outbox::hand_over_due(&bench.services).await?;
    Ok(bench.mail.newest().ok_or("no mail")?)
}

fn methods(challenge: &Value) -> Vec<&str> {
    let methods = challenge["methods"].as_array().into_iter().flatten();
    methods.filter_map(|method| method["method"].as_str()).filter(|method| *method != "approval").collect()
}

/// The factor of a kind in a list.
fn of_kind<'a>(list: &'a Value, kind: &str) -> &'a Value {
    let mut factors = list["factors"].as_array().into_iter().flatten();
    factors.find(|factor| factor["kind"] == kind).unwrap_or(&Value::Null)
}

#[test]
fn codes_are_those_of_rfc_6238() {
    // appendix B, SHA-1, last six digits
    let secret = TotpSecret::from_bytes(*b"12345678901234567890");
    for (at, code) in
        [(59, b"287082"), (1_111_111_109, b"081804"), (1_234_567_890, b"005924"), (20_000_000_000, b"353130")]
    {
        assert_eq!(secret.code(at / 30).as_bytes(), code, "at {at}");
    }
}

#[tokio::test]
async fn a_code_of_the_app_confirms_a_device_which_is_on_probation() -> Outcome {
    let (bench, _, app) = owner_with_app().await?;
    let (mut browser, challenge) = challenged(&bench, 2).await?;
    assert_eq!(methods(&challenge), ["totp", "mail-code"]);
    let confirmed = browser.check_totp(&bench, &challenge, &app.shows(&bench, 0)).await?;
    let allowed = browser.redeem_confirmed(&bench, &challenge, &confirmed).await?;
    assert_eq!((allowed.amr, allowed.probation), (vec!["pwd".to_owned(), "lg-totp".to_owned()], true));
    Ok(())
}

#[tokio::test]
async fn a_step_is_used_once_by_whichever_attempt_and_drifts_by_one() -> Outcome {
    let (bench, _, app) = owner_with_app().await?;
    let (first, challenge) = challenged(&bench, 2).await?;
    let shown = app.shows(&bench, 0);
    first.check_totp(&bench, &challenge, &shown).await?;
    let (second, challenge) = challenged(&bench, 3).await?;
    assert_eq!(code(second.check_totp(&bench, &challenge, &shown).await), "code-spent");
    // the app's clock is one step ahead
    let ahead = app.shows(&bench, 1);
    assert_eq!(code(second.check_totp(&bench, &challenge, &ahead).await), "accepted");
    // and then its step before is used up too
    bench.clock.advance_millis(60_000);
    let (third, challenge) = challenged(&bench, 4).await?;
    assert_eq!(code(third.check_totp(&bench, &challenge, &ahead).await), "code-spent");
    assert_eq!(code(third.check_totp(&bench, &challenge, &app.shows(&bench, 2)).await), "code-wrong");
    assert_eq!(code(third.check_totp(&bench, &challenge, &app.shows(&bench, 0)).await), "accepted");
    Ok(())
}

#[tokio::test]
async fn wrong_codes_of_all_methods_are_counted_together() -> Outcome {
    let (bench, owner, app) = owner_with_app().await?;
    owner.issue_codes(&bench, None).await?;
    bench.clock.advance_millis(WAIT_MS);
    let (thief, challenge) = challenged(&bench, 9).await?;
    assert_eq!(methods(&challenge), ["totp", "mail-code", "recovery-code"]);
    thief.send_code(&bench, &challenge).await?;
    for _ in 0..2 {
        let wrong = app.shows(&bench, 5_000);
        assert_eq!(code(thief.check_totp(&bench, &challenge, &wrong).await), "code-wrong");
        let refused = thief.check_recovery_code(&bench, &challenge, "0000-0000-0000-0000").await;
        assert_eq!(code(refused), "code-wrong");
    }
    assert_eq!(code(thief.check_code(&bench, &challenge, "00000000").await), "tries-exhausted");
    assert_eq!(code(thief.check_totp(&bench, &challenge, &app.shows(&bench, 0)).await), "tries-exhausted");
    Ok(())
}

#[tokio::test]
async fn a_day_has_ten_answers_of_six_digits_for_strangers_together() -> Outcome {
    let (bench, _, app) = owner_with_app().await?;
    let mut answers = 0;
    for machine in 0..4 {
        let (mut thief, _) = challenged(&bench, 20 + machine).await?;
        thief.address = format!("198.51.100.{machine}");
        let (_, body) = thief.log_in(&bench, "u-1001", "alice").await?;
        for _ in 0..4 {
            match code(thief.check_totp(&bench, &body["challenge"], &app.shows(&bench, 5_000)).await).as_str() {
                "code-wrong" => answers += 1,
                refused => assert_eq!((answers, refused), (10, "answers-exhausted")),
            }
        }
    }
    assert_eq!(answers, 10);
    // other ways stay open
    let (owner, challenge) = challenged(&bench, 2).await?;
    owner.send_code(&bench, &challenge).await?;
    let mailed = bench.mail.newest_code().ok_or("no code")?;
    assert_eq!(code(owner.check_code(&bench, &challenge, &mailed).await), "accepted");
    Ok(())
}

#[tokio::test]
async fn an_app_counts_once_a_code_was_shown_and_the_wait_is_over() -> Outcome {
    let (bench, browser) = owner().await?;
    let begun = browser.begin_totp(&bench, None).await?;
    let uri = begun["uri"].as_str().ok_or("no uri")?;
    assert!(uri.starts_with("otpauth://totp/Acex:alice?secret=") && uri.ends_with("&digits=6&period=30"), "{uri}");
    let app = App::read(begun["secret"].as_str().ok_or("no secret")?)?;
    assert_eq!(code(browser.finish_totp(&bench, &begun, &app.shows(&bench, 9)).await), "code-wrong");
    assert_eq!(of_kind(&browser.list_factors(&bench).await?, "totp"), &Value::Null);
    browser.finish_totp(&bench, &begun, &app.shows(&bench, 0)).await?;
    assert_eq!(code(browser.finish_totp(&bench, &begun, &app.shows(&bench, 1)).await), "attempt-unknown");
    assert_eq!(of_kind(&browser.list_factors(&bench).await?, "totp")["state"], "waiting");
    bench.clock.advance_millis(WAIT_MS - 1);
    assert_eq!(methods(&challenged(&bench, 2).await?.1), ["mail-code"]);
    bench.clock.advance_millis(1);
    assert_eq!(methods(&challenged(&bench, 3).await?.1), ["totp", "mail-code"]);
    assert_eq!(of_kind(&browser.list_factors(&bench).await?, "totp")["state"], "active");
    Ok(())
}

#[tokio::test]
async fn the_owner_is_told_by_mail_at_both_ends_of_the_wait() -> Outcome {
    let (bench, thief) = owner().await?;
    thief.set_up_totp(&bench, None).await?;
    let mail = delivered(&bench).await?;
    assert_eq!(
        (mail.to.as_str(), mail.subject.as_str()),
        ("alice@mail.example", "An authenticator app was added to your account · Acex")
    );
    assert!(mail.text.contains("from 2026-11-25") && mail.text.contains("cancel it"), "{}", mail.text);
    assert!(!mail.html.contains("href"));
    bench.clock.advance_millis(WAIT_MS);
    assert!(delivered(&bench).await?.text.contains("unless it was cancelled"));
    Ok(())
}

#[tokio::test]
async fn a_known_device_cancels_what_a_younger_one_began() -> Outcome {
    let (bench, owner) = owner().await?;
    bench.clock.advance_millis(1);
    let mut thief = Browser::on_machine(2)?;
    thief.enrol(&bench, "u-1001", "alice").await?;
    let (app, added) = thief.set_up_totp(&bench, None).await?;
    owner.cancel_factor(&bench, &added["factor"]).await?;
    assert_eq!(code(owner.cancel_factor(&bench, &added["factor"]).await), "factor-unknown");
    bench.clock.advance_millis(WAIT_MS);
    let (thief, challenge) = challenged(&bench, 9).await?;
    assert_eq!(code(thief.check_totp(&bench, &challenge, &app.shows(&bench, 0)).await), "method-unavailable");
    Ok(())
}

#[tokio::test]
async fn a_replaced_secret_is_good_until_the_new_one_counts() -> Outcome {
    let (bench, browser, old) = owner_with_app().await?;
    let (new, added) = browser.set_up_totp(&bench, None).await?;
    let (other, challenge) = challenged(&bench, 2).await?;
    assert_eq!(code(other.check_totp(&bench, &challenge, &new.shows(&bench, 0)).await), "code-wrong");
    assert_eq!(code(other.check_totp(&bench, &challenge, &old.shows(&bench, 0)).await), "accepted");
    // cancelled: the old one stays for good
    browser.cancel_factor(&bench, &added["factor"]).await?;
    bench.clock.advance_millis(WAIT_MS);
    let (other, challenge) = challenged(&bench, 3).await?;
    assert_eq!(code(other.check_totp(&bench, &challenge, &old.shows(&bench, 0)).await), "accepted");
    // not cancelled: it is void
    let (new, _) = browser.set_up_totp(&bench, None).await?;
    bench.clock.advance_millis(WAIT_MS);
    let (other, challenge) = challenged(&bench, 4).await?;
    assert_eq!(code(other.check_totp(&bench, &challenge, &old.shows(&bench, 0)).await), "code-wrong");
    assert_eq!(code(other.check_totp(&bench, &challenge, &new.shows(&bench, 0)).await), "accepted");
    Ok(())
}

#[tokio::test]
async fn a_removal_waits_too_and_can_be_cancelled() -> Outcome {
    let (bench, browser, _) = owner_with_app().await?;
    let factor = of_kind(&browser.list_factors(&bench).await?, "totp")["factor"].clone();
    browser.remove_factor(&bench, &factor, None).await?;
    assert_eq!(of_kind(&browser.list_factors(&bench).await?, "totp")["state"], "leaving");
    assert_eq!(methods(&challenged(&bench, 2).await?.1), ["totp", "mail-code"]);
    browser.cancel_factor(&bench, &factor).await?;
    bench.clock.advance_millis(WAIT_MS);
    assert_eq!(methods(&challenged(&bench, 3).await?.1), ["totp", "mail-code"]);
    browser.remove_factor(&bench, &factor, None).await?;
    bench.clock.advance_millis(WAIT_MS);
    assert_eq!(methods(&challenged(&bench, 4).await?.1), ["mail-code"]);
    assert_eq!(of_kind(&browser.list_factors(&bench).await?, "totp"), &Value::Null);
    Ok(())
}

#[tokio::test]
async fn with_a_passkey_a_change_needs_its_word_and_no_device_on_probation_makes_one() -> Outcome {
    let (bench, browser) = owner().await?;
    let mut authenticator = Authenticator::new("acex.example")?;
    browser.register_passkey(&bench, &mut authenticator, None).await?;
    bench.clock.advance_millis(WAIT_MS);
    assert_eq!(browser.list_factors(&bench).await?["changes"], "refused");
    assert_eq!(code(browser.begin_totp(&bench, None).await), "device-on-probation");
    assert_eq!(code(browser.issue_codes(&bench, None).await), "device-on-probation");
    let mut trusted = Browser::on_machine(2)?;
    trusted.enrol_by_passkey(&bench, &mut authenticator).await?;
    assert_eq!(trusted.list_factors(&bench).await?["changes"], "step-up");
    assert_eq!(code(trusted.begin_totp(&bench, None).await), "step-up-required");
    // consent to one thing is none to another
    let other = trusted.step_up(&bench, &mut authenticator, &json!({ "act": "issue-recovery-codes" })).await?;
    assert_ne!(code(trusted.begin_totp(&bench, Some(&other)).await), "accepted");
    let action = trusted.step_up(&bench, &mut authenticator, &json!({ "act": "add-totp" })).await?;
    let (app, _) = trusted.set_up_totp(&bench, Some(&action)).await?;
    assert_ne!(code(trusted.begin_totp(&bench, Some(&action)).await), "accepted", "once");
    let (fresh, challenge) = challenged(&bench, 3).await?;
    assert_eq!(code(fresh.check_totp(&bench, &challenge, &app.shows(&bench, 1)).await), "accepted", "at once");
    Ok(())
}

#[tokio::test]
async fn recovery_codes_are_good_once_each_and_leave_a_device_on_probation() -> Outcome {
    let (bench, owner) = owner().await?;
    let codes = owner.issue_codes(&bench, None).await?;
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|code| code.len() == 19));
    bench.clock.advance_millis(WAIT_MS + 1);
    let (mut browser, challenge) = challenged(&bench, 2).await?;
    assert_eq!(
        challenge["methods"].as_array().and_then(|all| all.last()),
        Some(&json!({ "method": "recovery-code", "left": 10 }))
    );
    let typed = codes[3].to_lowercase().replace('-', " ");
    let confirmed = browser.check_recovery_code(&bench, &challenge, &typed).await?;
    let mail = delivered(&bench).await?;
    assert!(mail.text.contains("Codes left: 9"), "{}", mail.text);
    let allowed = browser.redeem_confirmed(&bench, &challenge, &confirmed).await?;
    assert!(allowed.probation && allowed.amr.contains(&"lg-recovery-code".to_owned()));
    let (again, challenge) = challenged(&bench, 3).await?;
    assert_eq!(code(again.check_recovery_code(&bench, &challenge, &codes[3]).await), "code-spent");
    assert_eq!(code(again.check_recovery_code(&bench, &challenge, &codes[4]).await), "accepted");
    assert_eq!(of_kind(&owner.list_factors(&bench).await?, "recovery-codes")["left"], 8);
    Ok(())
}

#[tokio::test]
async fn issued_codes_void_the_older_ones_when_they_count() -> Outcome {
    let (bench, owner) = owner().await?;
    let old = owner.issue_codes(&bench, None).await?;
    bench.clock.advance_millis(WAIT_MS);
    let new = owner.issue_codes(&bench, None).await?;
    let (browser, challenge) = challenged(&bench, 2).await?;
    assert_eq!(code(browser.check_recovery_code(&bench, &challenge, &new[0]).await), "code-wrong");
    assert_eq!(code(browser.check_recovery_code(&bench, &challenge, &old[0]).await), "accepted");
    bench.clock.advance_millis(WAIT_MS);
    let (browser, challenge) = challenged(&bench, 3).await?;
    assert_eq!(code(browser.check_recovery_code(&bench, &challenge, &old[1]).await), "code-wrong");
    assert_eq!(code(browser.check_recovery_code(&bench, &challenge, &new[0]).await), "accepted");
    Ok(())
}

#[tokio::test]
async fn what_is_over_the_budget_or_of_an_unknown_device_is_not_hashed() -> Outcome {
    let (mut bench, owner) = owner().await?;
    let codes = owner.issue_codes(&bench, None).await?;
    bench.clock.advance_millis(WAIT_MS);
    let (browser, challenge) = challenged(&bench, 2).await?;
    bench.services.hashing = Hashing::closed();
    assert_eq!(code(browser.check_recovery_code(&bench, &challenge, &codes[9]).await), "overloaded");
    assert_eq!(code(owner.issue_codes(&bench, None).await), "overloaded");
    bench.services.platforms.values_mut().for_each(|settings| settings.answers_per_day = 0);
    assert_eq!(code(browser.check_recovery_code(&bench, &challenge, &codes[9]).await), "answers-exhausted");
    assert_eq!(code(browser.issue_codes(&bench, None).await), "device-unknown");
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_a_recovery_code_costs_no_try() -> Outcome {
    let (bench, owner) = owner().await?;
    let codes = owner.issue_codes(&bench, None).await?;
    bench.clock.advance_millis(WAIT_MS);
    let (browser, challenge) = challenged(&bench, 2).await?;
    for typed in ["", "1", "ZZZZ-ZZZZ-ZZZZ-ZZZZ", "0000-0000-0000-000U", "a whole sentence that is no code at all"] {
        assert_eq!(code(browser.check_recovery_code(&bench, &challenge, typed).await), "code-wrong", "{typed}");
        assert_eq!(code(browser.check_recovery_code(&bench, &challenge, typed).await), "code-wrong", "{typed}");
    }
    assert_eq!(code(browser.check_recovery_code(&bench, &challenge, &codes[9]).await), "accepted");
    Ok(())
}

/// A login of which the back end tells another address.
async fn told(bench: &Bench, browser: &mut Browser, address: &str) -> Result<Value, Failure> {
    let begun = browser.begin(bench).await?;
    let field = browser.login_field(&begun, "alice")?;
    let mut body = bench.assess_body(browser, Some("u-1001"), "alice", &field);
    body["contacts"]["mail"] = address.into();
    let reply = bench.assess(begun.attempt, &body).await?;
    let answer: Value = serde_json::from_str(&reply.body)?;
    browser.keep_cookies(&answer);
    Ok(answer)
}

#[tokio::test]
async fn codes_go_to_the_pinned_address_while_another_waits() -> Outcome {
    let (bench, mut owner) = owner().await?;
    let mut thief = Browser::on_machine(9)?;
    let answer = told(&bench, &mut thief, "thief@evil.example").await?;
    assert_eq!(answer["contact_pending"], json!({ "channel": "mail", "active_from": "2026-11-25T14:03:00Z" }));
    let notice = delivered(&bench).await?;
    assert_eq!(
        (notice.to.as_str(), notice.subject.as_str()),
        ("alice@mail.example", "Your mail address is being changed · Acex")
    );
    thief.send_code(&bench, &answer["challenge"]).await?;
    assert_eq!(bench.mail.newest().ok_or("no mail")?.to, "alice@mail.example");
    // the owner cancels, and the back end goes on telling the other one
    let list = owner.list_told(&bench, "thief@evil.example").await?;
    let factors = list["factors"].as_array().ok_or("no factors")?;
    let waiting = factors.iter().find(|factor| factor["state"] == "waiting").ok_or("nothing waits")?;
    assert_eq!(waiting["destination"], "t•••f@e•••.example");
    owner.cancel_told(&bench, &waiting["factor"], "thief@evil.example").await?;
    bench.clock.advance_millis(2 * WAIT_MS);
    let mut again = Browser::on_machine(10)?;
    let answer = told(&bench, &mut again, "thief@evil.example").await?;
    assert_eq!(answer["contact_pending"], Value::Null);
    again.send_code(&bench, &answer["challenge"]).await?;
    assert_eq!(bench.mail.newest().ok_or("no mail")?.to, "alice@mail.example");
    // and a known device is told so too, once the right one is told again
    let answer = told(&bench, &mut owner, " Alice@Mail.example").await?;
    assert_eq!((&answer["verdict"], &answer["contact_pending"]), (&json!("allow"), &Value::Null));
    Ok(())
}

#[tokio::test]
async fn an_owner_who_changed_the_address_gets_codes_there_after_the_wait() -> Outcome {
    let (bench, mut owner) = owner().await?;
    let answer = told(&bench, &mut owner, "alice@new.example").await?;
    assert_eq!(answer["contact_pending"]["channel"], "mail");
    bench.clock.advance_millis(WAIT_MS);
    let mut other = Browser::on_machine(2)?;
    let answer = told(&bench, &mut other, "alice@new.example").await?;
    assert_eq!(answer["contact_pending"], Value::Null);
    other.send_code(&bench, &answer["challenge"]).await?;
    assert_eq!(bench.mail.newest().ok_or("no mail")?.to, "alice@new.example");
    // back again is a change like any other
    let answer = told(&bench, &mut Browser::on_machine(3)?, "alice@mail.example").await?;
    assert_eq!(answer["contact_pending"]["channel"], "mail");
    Ok(())
}

#[tokio::test]
async fn addresses_that_change_all_the_time_are_taken_down_five_times_a_day() -> Outcome {
    let (bench, _) = owner().await?;
    for number in 0..12 {
        told(&bench, &mut Browser::on_machine(9)?, &format!("thief-{number}@evil.example")).await?;
    }
    delivered(&bench).await?;
    let notices = bench.mail.subjects().iter().filter(|subject| subject.starts_with("Your mail address")).count();
    assert_eq!(notices, 5);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn of_parallel_answers_one_is_accepted_for_each_step(parallel in 2_usize..6, steps in 1_u64..3, in_memory: bool) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let accepted = runtime.block_on(async {
            let store: Arc<dyn Store> = if in_memory {
                Arc::new(MemoryStore::default())
            } else {
                Arc::new(SqliteStore::open(&folder.path().join("store.db")).unwrap())
            };
            count_accepted(store, parallel, steps).await
        });
        prop_assert_eq!(accepted.unwrap(), usize::try_from(steps).unwrap());
    }
}

/// How many of so many attempts are confirmed that all show the same codes at once.
async fn count_accepted(store: Arc<dyn Store>, parallel: usize, steps: u64) -> Result<usize, Failure> {
    let (bench, owner) = owner_over(store).await?;
    let (app, _) = owner.set_up_totp(&bench, None).await?;
    bench.clock.advance_millis(WAIT_MS);
    let bench = Arc::new(bench);
    let mut accepted = 0;
    for _ in 0..steps {
        let mut answers = tokio::task::JoinSet::new();
        for at in 0..parallel {
            let (browser, challenge) = challenged(&bench, u8::try_from(30 + at)?).await?;
            let (shown, bench) = (app.shows(&bench, 0), Arc::clone(&bench));
            answers.spawn(async move { code(browser.check_totp(&bench, &challenge, &shown).await) });
        }
        for outcome in answers.join_all().await {
            match outcome.as_str() {
                "accepted" => accepted += 1,
                refused => assert!(["code-spent", "answers-exhausted"].contains(&refused), "{refused}"),
            }
        }
        bench.clock.advance_millis(2 * DAY_MS);
    }
    Ok(accepted)
}
