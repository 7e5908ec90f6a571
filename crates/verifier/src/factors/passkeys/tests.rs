//! Passkeys from registration to trust, with an authenticator that says whatever it is told to.

use serde_json::{Value, json};

use crate::attempts::enrol::Edit;
use crate::attempts::messages::ValueState;
use crate::confirm::passkey;
use crate::problem::Problem;
use crate::seal::rows::verify;
use crate::store::models::{FactorKind, Standing};
use crate::store::{AccountKey, Change, Commit, FactorRow};
use crate::testing::{Authenticator, Bench, Browser, account, passkey_options, work_part};

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Outcome = Result<(), Failure>;

const DAY_MS: u64 = 24 * 3_600_000;
/// As long as the bench's platform lets a first factor wait.
const WAIT_MS: u64 = 3 * DAY_MS;

fn code<T>(result: Result<T, Failure>) -> String {
    match result {
        Ok(_) => "accepted".into(),
        Err(error) => {
            error.downcast_ref::<Problem>().map_or_else(|| format!("not a problem: {error}"), ToString::to_string)
        }
    }
}

fn key(bench: &Bench) -> Result<AccountKey, Failure> {
    Ok(AccountKey { platform: bench.platform.clone(), account: account("u-1001")? })
}

/// An owner at a known device, whose first passkey counts.
async fn owner() -> Result<(Bench, Browser, Authenticator), Failure> {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    let mut authenticator = Authenticator::new("acex.example")?;
    browser.register_passkey(&bench, &mut authenticator, None).await?;
    bench.clock.advance_millis(WAIT_MS);
    Ok((bench, browser, authenticator))
}

/// Removes the account's passkey, as another request of the owner's does.
async fn remove_passkey(bench: &Bench) -> Outcome {
    let (services, key) = (&bench.services, key(bench)?);
    let account = verify(&services.keys, &key, services.store.account(&key).await?);
    let mut edit = Edit::of(services, &key, &account);
    let passkey = account.factors.iter().find(|row| row.kind == FactorKind::Passkey);
    edit.delete_factor(passkey.ok_or("no passkey")?.factor);
    Ok(services.store.commit(Commit { scope: key.clone().into(), changes: edit.into_changes() }).await?)
}

/// A new browser of the owner's, challenged.
async fn challenged(bench: &Bench, machine: u8) -> Result<(Browser, Value), Failure> {
    let mut browser = Browser::on_machine(machine)?;
    let (_, body) = browser.log_in(bench, "u-1001", "alice").await?;
    Ok((browser, body["challenge"].clone()))
}

#[tokio::test]
async fn a_device_confirmed_by_a_passkey_is_trusted() -> Outcome {
    let (bench, _, mut authenticator) = owner().await?;
    let mut other = Browser::on_machine(2)?;
    let allowed = other.enrol_by_passkey(&bench, &mut authenticator).await?;
    assert!(!allowed.probation && allowed.device.is_some_and(|device| !device.probation));
    assert_eq!(allowed.amr, ["pwd", "lg-passkey"]);
    let devices = bench.services.store.account(&key(&bench)?).await?.devices;
    assert!(devices.iter().any(|row| row.standing == Standing::Trusted && row.confirmed_by == "lg-passkey"));
    let (status, _) = other.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!(status, 200);
    Ok(())
}

#[tokio::test]
async fn a_passkey_stands_before_the_mail_code_and_names_the_accounts_own_alone() -> Outcome {
    let (bench, _, authenticator) = owner().await?;
    let (_, challenge) = challenged(&bench, 2).await?;
    let methods: Vec<_> = challenge["methods"].as_array().into_iter().flatten().map(|it| &it["method"]).collect();
    assert_eq!((methods.first(), methods.last()), (Some(&&json!("passkey")), Some(&&json!("mail-code"))));
    let options = passkey_options(&challenge)?;
    assert_eq!(
        options["allowCredentials"],
        json!([{ "type": "public-key", "id": authenticator.id(), "transports": ["internal"] }])
    );
    assert_eq!((&options["rpId"], &options["userVerification"]), (&json!("acex.example"), &json!("required")));
    let (_, again) = challenged(&bench, 3).await?;
    assert_ne!(options["challenge"], passkey_options(&again)?["challenge"]);
    Ok(())
}

#[tokio::test]
async fn a_first_passkey_waits_before_it_is_offered() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    browser.register_passkey(&bench, &mut Authenticator::new("acex.example")?, None).await?;
    let (_, challenge) = challenged(&bench, 2).await?;
    assert!(passkey_options(&challenge).is_err());
    bench.clock.advance_millis(WAIT_MS);
    let (_, challenge) = challenged(&bench, 3).await?;
    assert!(passkey_options(&challenge).is_ok());
    Ok(())
}

#[tokio::test]
async fn options_of_a_registration_hide_the_account_and_list_what_exists() -> Outcome {
    let (bench, browser, mut authenticator) = owner().await?;
    let mut trusted = Browser::on_machine(2)?;
    trusted.enrol_by_passkey(&bench, &mut authenticator).await?;
    let action = json!({ "act": "add-passkey", "label": "second" });
    let step_up = trusted.step_up(&bench, &mut authenticator, &action).await?;
    let begun = trusted.begin_passkey(&bench, "second", Some(&step_up)).await?;
    let options = &begun["options"];
    assert_eq!(options["excludeCredentials"][0]["id"], json!(authenticator.id()));
    assert_eq!(options["user"]["id"], json!(authenticator.user_handle), "one handle for all passkeys of an account");
    assert!(!options.to_string().contains("u-1001"));
    let selection = json!({ "residentKey": "required", "requireResidentKey": true, "userVerification": "required" });
    assert_eq!((&options["authenticatorSelection"], &options["attestation"]), (&selection, &json!("none")));
    drop(browser);
    Ok(())
}

#[tokio::test]
async fn a_registration_is_for_its_ceremony_once_and_for_five_minutes() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    let mut authenticator = Authenticator::new("acex.example")?;
    let first = browser.begin_passkey(&bench, "a", None).await?;
    let second = browser.begin_passkey(&bench, "b", None).await?;
    let credential = authenticator.register(&browser.origin, &first["options"])?;
    assert_eq!(code(browser.finish_passkey(&bench, &second, &credential).await), "passkey-refused");
    assert_eq!(code(browser.finish_passkey(&bench, &first, &credential).await), "accepted");
    assert_eq!(code(browser.finish_passkey(&bench, &first, &credential).await), "attempt-unknown");
    // the same credential under another ceremony
    let credential = authenticator.register(&browser.origin, &second["options"])?;
    assert_eq!(code(browser.finish_passkey(&bench, &second, &credential).await), "passkey-refused");
    let third = browser.begin_passkey(&bench, "c", None).await?;
    let credential = Authenticator::new("acex.example")?.register(&browser.origin, &third["options"])?;
    bench.clock.advance_millis(300_000);
    assert_eq!(code(browser.finish_passkey(&bench, &third, &credential).await), "attempt-expired");
    Ok(())
}

#[tokio::test]
async fn what_is_no_credential_is_no_try() -> Outcome {
    let (bench, _, mut authenticator) = owner().await?;
    let (browser, challenge) = challenged(&bench, 2).await?;
    for text in ["", "{}", "[]", "\"\"", "{\"rawId\":1}"] {
        assert_eq!(code(browser.check_passkey(&bench, &challenge, text).await), "body-invalid", "{text}");
    }
    let credential = authenticator.assert(&browser.origin, &passkey_options(&challenge)?)?;
    assert_eq!(code(browser.check_passkey(&bench, &challenge, &credential).await), "accepted");
    Ok(())
}

#[tokio::test]
async fn an_assertion_confirms_once() -> Outcome {
    let (bench, _, mut authenticator) = owner().await?;
    let (browser, challenge) = challenged(&bench, 2).await?;
    let credential = authenticator.assert(&browser.origin, &passkey_options(&challenge)?)?;
    assert_eq!(code(browser.check_passkey(&bench, &challenge, &credential).await), "accepted");
    assert_eq!(code(browser.check_passkey(&bench, &challenge, &credential).await), "attempt-ended");
    let (browser, challenge) = challenged(&bench, 3).await?;
    assert_eq!(code(browser.check_passkey(&bench, &challenge, &credential).await), "passkey-refused");
    Ok(())
}

#[tokio::test]
async fn an_assertion_made_for_another_page_person_or_party_is_refused() -> Outcome {
    let spoils: &[fn(&mut Authenticator)] = &[
        |it| it.origin = Some("https://acex.example.evil".into()),
        // a page of the same platform, and not the one that logged in
        |it| it.origin = Some("https://www.acex.example".into()),
        |it| it.relying_party = "acex.example.evil".into(),
        |it| it.flags = Authenticator::UP,
        |it| it.user_handle = Some("AAAA".into()),
    ];
    let (bench, _, mut authenticator) = owner().await?;
    let handle = authenticator.user_handle.clone();
    for (at, spoil) in spoils.iter().enumerate() {
        let (browser, challenge) = challenged(&bench, 2).await?;
        spoil(&mut authenticator);
        let credential = authenticator.assert(&browser.origin, &passkey_options(&challenge)?)?;
        assert_eq!(code(browser.check_passkey(&bench, &challenge, &credential).await), "passkey-refused", "case {at}");
        (authenticator.origin, authenticator.user_handle) = (None, handle.clone());
        (authenticator.relying_party, authenticator.flags) =
            ("acex.example".into(), Authenticator::UP | Authenticator::UV);
    }
    let (mut browser, _) = challenged(&bench, 2).await?;
    assert!(!browser.enrol_by_passkey(&bench, &mut authenticator).await?.probation, "refusals change nothing");
    Ok(())
}

#[tokio::test]
async fn another_accounts_passkey_is_refused_and_not_called_unknown() -> Outcome {
    let (bench, _, _) = owner().await?;
    let (browser, challenge) = challenged(&bench, 2).await?;
    let mut another = Authenticator::new("acex.example")?;
    let credential = another.assert(&browser.origin, &passkey_options(&challenge)?)?;
    assert_eq!(code(browser.check_passkey(&bench, &challenge, &credential).await), "passkey-refused");
    Ok(())
}

#[tokio::test]
async fn the_fifth_refused_answer_ends_the_attempt_codes_included() -> Outcome {
    let (bench, _, mut authenticator) = owner().await?;
    let (browser, challenge) = challenged(&bench, 2).await?;
    browser.send_code(&bench, &challenge).await?;
    let right = bench.mail.newest_code().ok_or("no code")?;
    let wrong = if right.ends_with('0') { format!("{}1", &right[..7]) } else { format!("{}0", &right[..7]) };
    assert_eq!(code(browser.check_code(&bench, &challenge, &wrong).await), "code-wrong");
    let mut another = Authenticator::new("acex.example")?;
    for left in (1..4_u64).rev() {
        let credential = another.assert(&browser.origin, &passkey_options(&challenge)?)?;
        let refused = browser.check_passkey(&bench, &challenge, &credential).await.unwrap_err();
        let problem = refused.downcast_ref::<Problem>().ok_or("not a problem")?;
        assert_eq!(
            (problem.to_string().as_str(), problem.members["tries_left"].as_u64()),
            ("passkey-refused", Some(left))
        );
    }
    let credential = another.assert(&browser.origin, &passkey_options(&challenge)?)?;
    assert_eq!(code(browser.check_passkey(&bench, &challenge, &credential).await), "tries-exhausted");
    let credential = authenticator.assert(&browser.origin, &passkey_options(&challenge)?)?;
    assert_eq!(code(browser.check_passkey(&bench, &challenge, &credential).await), "tries-exhausted");
    Ok(())
}

#[tokio::test]
async fn a_passkey_answers_within_five_minutes() -> Outcome {
    let (bench, _, mut authenticator) = owner().await?;
    let (browser, challenge) = challenged(&bench, 2).await?;
    let credential = authenticator.assert(&browser.origin, &passkey_options(&challenge)?)?;
    bench.clock.advance_millis(300_000);
    assert_eq!(code(browser.check_passkey(&bench, &challenge, &credential).await), "method-unavailable");
    Ok(())
}

#[tokio::test]
async fn a_counter_that_fell_back_gives_nothing_and_the_passkey_vouches_for_nobody_any_more() -> Outcome {
    let (bench, _, mut authenticator) = owner().await?;
    authenticator.sign_count = 6;
    Browser::on_machine(2)?.enrol_by_passkey(&bench, &mut authenticator).await?;
    authenticator.sign_count = 6;
    let (browser, challenge) = challenged(&bench, 3).await?;
    let credential = authenticator.assert(&browser.origin, &passkey_options(&challenge)?)?;
    assert_eq!(code(browser.check_passkey(&bench, &challenge, &credential).await), "passkey-refused");
    // neither of the two who may hold it
    authenticator.sign_count = 99;
    let credential = authenticator.assert(&browser.origin, &passkey_options(&challenge)?)?;
    assert_ne!(code(browser.check_passkey(&bench, &challenge, &credential).await), "accepted");
    let (_, challenge) = challenged(&bench, 4).await?;
    assert!(passkey_options(&challenge).is_err());
    Ok(())
}

#[tokio::test]
async fn an_account_whose_only_passkey_was_copied_waits_like_one_without() -> Outcome {
    let (bench, _, mut authenticator) = owner().await?;
    let mut trusted = Browser::on_machine(2)?;
    trusted.enrol_by_passkey(&bench, &mut authenticator).await?;
    authenticator.sign_count = 0;
    let (late, challenge) = challenged(&bench, 3).await?;
    let credential = authenticator.assert(&late.origin, &passkey_options(&challenge)?)?;
    assert_eq!(code(late.check_passkey(&bench, &challenge, &credential).await), "passkey-refused");
    // its word is not asked for, and would not be taken
    assert_eq!(code(trusted.begin_step_up(&bench, &json!({ "act": "add-totp" })).await), "method-unavailable");
    let added = trusted.register_passkey(&bench, &mut Authenticator::new("acex.example")?, None).await?;
    let waits = bench.services.clock.now().plus_seconds(WAIT_MS / 1000);
    assert_eq!(added["active_from"], waits.to_string());
    Ok(())
}

#[tokio::test]
async fn a_synchronized_passkey_has_no_counter_to_fall_back() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    let mut authenticator = Authenticator::new("acex.example")?;
    (authenticator.flags, authenticator.counts) = (Authenticator::SYNCED, false);
    browser.register_passkey(&bench, &mut authenticator, None).await?;
    bench.clock.advance_millis(WAIT_MS);
    for machine in 2..4 {
        let allowed = Browser::on_machine(machine)?.enrol_by_passkey(&bench, &mut authenticator).await?;
        assert!(!allowed.probation);
    }
    // the platform's back-up was turned off meanwhile: kept, and no reason to refuse
    authenticator.flags &= !Authenticator::BACKED_UP;
    assert!(!Browser::on_machine(4)?.enrol_by_passkey(&bench, &mut authenticator).await?.probation);
    Ok(())
}

#[tokio::test]
async fn a_row_that_was_moved_or_changed_confirms_nothing() -> Outcome {
    let (bench, _, mut authenticator) = owner().await?;
    let (browser, challenge) = challenged(&bench, 2).await?;
    let credential = authenticator.assert(&browser.origin, &passkey_options(&challenge)?)?;
    let row = bench.services.store.account(&key(&bench)?).await?.factors.pop().ok_or("no factor")?;
    let changed = FactorRow { sealed: row.sealed.iter().rev().copied().collect(), ..row };
    let commit = Commit { scope: key(&bench)?.into(), changes: vec![Change::PutFactor(changed)] };
    bench.services.store.commit(commit).await?;
    assert_ne!(code(browser.check_passkey(&bench, &challenge, &credential).await), "accepted");
    let (_, challenge) = challenged(&bench, 3).await?;
    assert!(passkey_options(&challenge).is_err(), "never offered");
    Ok(())
}

#[tokio::test]
async fn a_damaged_factor_frees_no_value_and_unpins_no_address() -> Outcome {
    let (bench, ..) = owner().await?;
    let rows = bench.services.store.account(&key(&bench)?).await?.factors;
    let row = rows.into_iter().find(|row| row.kind == FactorKind::Passkey).ok_or("no passkey")?;
    let changed = FactorRow { sealed: row.sealed.iter().rev().copied().collect(), ..row };
    let commit = Commit { scope: key(&bench)?.into(), changes: vec![Change::PutFactor(changed)] };
    bench.services.store.commit(commit).await?;
    for (machine, value) in [(2, ValueState::Frozen), (3, ValueState::Frozen)] {
        let mut thief = Browser::on_machine(machine)?;
        let begun = thief.begin(&bench).await?;
        let field = thief.login_field(&begun, "alice")?;
        let mut body = bench.assess_body(&thief, Some("u-1001"), "alice", &field);
        body["contacts"]["mail"] = "thief@mail.example".into();
        let reply: Value = serde_json::from_str(&bench.assess(begun.attempt, &body).await?.body)?;
        thief.keep_cookies(&reply);
        let challenge = reply["challenge"].clone();
        thief.send_code(&bench, &challenge).await?;
        let mail = bench.mail.newest().ok_or("no mail")?;
        assert_eq!(mail.to, "alice@mail.example", "the pinned address outlives the damage");
        let code = bench.mail.newest_code().ok_or("no code")?;
        let confirmed = thief.check_code(&bench, &challenge, &code).await?;
        let allowed = thief.redeem(&bench, &thief.redeem_body(&challenge, &confirmed.token, "u-1001")?).await?;
        assert_eq!((allowed.probation, allowed.value), (true, value));
    }
    Ok(())
}

#[tokio::test]
async fn a_step_up_vouches_for_its_action_alone_and_once() -> Outcome {
    let (bench, _, mut authenticator) = owner().await?;
    let mut trusted = Browser::on_machine(2)?;
    trusted.enrol_by_passkey(&bench, &mut authenticator).await?;
    let action = json!({ "act": "add-passkey", "label": "second" });
    assert_eq!(code(trusted.begin_passkey(&bench, "second", None).await), "step-up-required");
    let step_up = trusted.step_up(&bench, &mut authenticator, &action).await?;
    assert_eq!(code(trusted.begin_passkey(&bench, "third", Some(&step_up)).await), "passkey-refused", "another label");
    assert_eq!(
        code(trusted.begin_passkey(&bench, "second", Some(&step_up)).await),
        "accepted",
        "refusals spend nothing"
    );
    assert_eq!(code(trusted.begin_passkey(&bench, "second", Some(&step_up)).await), "step-up-required", "spent");
    let step_up = trusted.step_up(&bench, &mut authenticator, &action).await?;
    bench.clock.advance_millis(300_000);
    assert_eq!(code(trusted.begin_passkey(&bench, "second", Some(&step_up)).await), "step-up-required", "too late");
    Ok(())
}

#[tokio::test]
async fn a_second_passkey_that_the_first_vouched_for_counts_at_once() -> Outcome {
    let (bench, _, mut first) = owner().await?;
    let mut trusted = Browser::on_machine(2)?;
    trusted.enrol_by_passkey(&bench, &mut first).await?;
    let step_up = trusted.step_up(&bench, &mut first, &json!({ "act": "add-passkey", "label": "a key" })).await?;
    let mut second = Authenticator::new("acex.example")?;
    trusted.register_passkey(&bench, &mut second, Some(&step_up)).await?;
    assert!(!Browser::on_machine(3)?.enrol_by_passkey(&bench, &mut second).await?.probation);
    assert!(!Browser::on_machine(4)?.enrol_by_passkey(&bench, &mut first).await?.probation);
    Ok(())
}

#[tokio::test]
async fn a_browser_without_a_key_is_let_in_by_a_passkey_without_probation_and_stays_unknown() -> Outcome {
    let (bench, _, mut authenticator) = owner().await?;
    let mut browser = Browser::on_machine(2)?;
    let begun = browser.begin(&bench).await?;
    let field = format!("{}~keyless:no-indexeddb:{}~{}", begun.attempt, begun.nonce, work_part(&begun)?);
    let reply = bench.assess(begun.attempt, &bench.assess_body(&browser, Some("u-1001"), "alice", &field)).await?;
    let body: Value = serde_json::from_str(&reply.body)?;
    browser.keep_cookies(&body);
    let challenge = &body["challenge"];
    let credential = authenticator.assert(&browser.origin, &passkey_options(challenge)?)?;
    let request = serde_json::from_value(json!({ "v": 1, "proof": null, "credential": credential }))?;
    let confirmed = passkey::check(&bench.services, &browser.page(&bench), begun.attempt, request).await?;
    let mut redeem = browser.redeem_body(challenge, &confirmed.token, "u-1001")?;
    redeem["verdict"] = format!("{}~", confirmed.token).into();
    let allowed = browser.redeem(&bench, &redeem).await?;
    assert!(!allowed.probation && allowed.device.is_none() && allowed.findings.is_empty());
    Ok(())
}

#[tokio::test]
async fn the_owner_is_told_of_a_passkey_that_is_added() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    let before = bench.mail.count();
    browser.register_passkey(&bench, &mut Authenticator::new("acex.example")?, None).await?;
    crate::jobs::outbox::hand_over_due(&bench.services).await?;
    let mail = bench.mail.newest().ok_or("no mail")?;
    assert_eq!(bench.mail.count(), before + 1);
    assert!(mail.text.contains("passkey") && mail.to == "alice@mail.example", "{}", mail.text);
    Ok(())
}

#[tokio::test]
async fn a_passkey_removed_between_confirmation_and_redemption_gives_nothing() -> Outcome {
    let (bench, _, mut authenticator) = owner().await?;
    let mut trusted = Browser::on_machine(2)?;
    trusted.enrol_by_passkey(&bench, &mut authenticator).await?;
    let (mut late, challenge) = challenged(&bench, 3).await?;
    let credential = authenticator.assert(&late.origin, &passkey_options(&challenge)?)?;
    let confirmed = late.check_passkey(&bench, &challenge, &credential).await?;
    remove_passkey(&bench).await?;
    let body = late.redeem_body(&challenge, &confirmed.token, "u-1001")?;
    assert_eq!(code(late.redeem(&bench, &body).await), "verdict-mismatch");
    Ok(())
}

#[tokio::test]
async fn a_passkey_removed_since_the_challenge_is_told_to_be_unknown() -> Outcome {
    let (bench, _, mut authenticator) = owner().await?;
    let (browser, challenge) = challenged(&bench, 2).await?;
    remove_passkey(&bench).await?;
    let credential = authenticator.assert(&browser.origin, &passkey_options(&challenge)?)?;
    assert_eq!(code(browser.check_passkey(&bench, &challenge, &credential).await), "passkey-unknown");
    Ok(())
}

#[tokio::test]
async fn a_confirmation_of_a_login_is_no_step_up_and_the_reverse() -> Outcome {
    let (bench, _, mut authenticator) = owner().await?;
    let mut trusted = Browser::on_machine(2)?;
    trusted.enrol_by_passkey(&bench, &mut authenticator).await?;
    let action = json!({ "act": "add-passkey", "label": "second" });
    let (browser, challenge) = challenged(&bench, 3).await?;
    let login = authenticator.assert(&browser.origin, &passkey_options(&challenge)?)?;
    let begun = trusted.begin_step_up(&bench, &action).await?;
    let relayed = json!({ "attempt": begun["attempt"], "credential": login });
    assert_eq!(code(trusted.begin_passkey(&bench, "second", Some(&relayed)).await), "passkey-refused");
    let step_up = authenticator.assert(&trusted.origin, &begun["options"])?;
    assert_eq!(code(browser.check_passkey(&bench, &challenge, &step_up).await), "passkey-refused");
    Ok(())
}
