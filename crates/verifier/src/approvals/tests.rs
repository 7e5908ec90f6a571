//! An unknown browser asks, its owner answers; and everybody else tries to.

use login_guard_protocol::Digest;
use serde_json::{Value, json};

use crate::delivery::Message;
use crate::devices::restart;
use crate::jobs::outbox::hand_over_due;
use crate::problem::Problem;
use crate::testing::{Authenticator, Bench, Browser};

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Outcome = Result<(), Failure>;

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

fn code<T>(result: Result<T, Failure>) -> String {
    match result {
        Ok(_) => "accepted".into(),
        Err(error) => {
            error.downcast_ref::<Problem>().map_or_else(|| format!("not a problem: {error}"), ToString::to_string)
        }
    }
}

/// An owner at a device on probation, as a mailed code leaves it.
async fn owner() -> Result<(Bench, Browser), Failure> {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    Ok((bench, owner))
}

/// An owner at a trusted device, with the passkey that made it so.
async fn trusted_owner() -> Result<(Bench, Browser, Authenticator), Failure> {
    let (bench, first) = owner().await?;
    let mut authenticator = Authenticator::new("acex.example")?;
    first.register_passkey(&bench, &mut authenticator, None).await?;
    bench.clock.advance_millis(3 * DAY_MS);
    let mut owner = Browser::on_machine(8)?;
    owner.enrol_by_passkey(&bench, &mut authenticator).await?;
    Ok((bench, owner, authenticator))
}

/// A browser with the right password, from an address.
async fn challenged(bench: &Bench, machine: u8, address: &str) -> Result<(Browser, Value), Failure> {
    let mut browser = Browser::on_machine(machine)?;
    browser.address = address.into();
    let (_, body) = browser.log_in(bench, "u-1001", "alice").await?;
    Ok((browser, body["challenge"].clone()))
}

/// The newest mail, once all that were written were handed over.
async fn newest_mail(bench: &Bench) -> Result<Message, Failure> {
    hand_over_due(&bench.services).await?;
    Ok(bench.mail.newest().ok_or("no mail")?)
}

fn offers_approval(challenge: &Value) -> bool {
    let methods = challenge["methods"].as_array();
    methods.is_some_and(|methods| methods.iter().any(|offer| offer["method"] == "approval"))
}

#[tokio::test]
async fn a_code_typed_at_a_known_device_lets_the_other_one_in_on_probation() -> Outcome {
    let (bench, owner) = owner().await?;
    let (mut other, challenge) = challenged(&bench, 2, "198.51.100.9").await?;
    let shown = other.request_approval(&bench, &challenge).await?;
    assert_eq!((shown.len(), shown.as_bytes()[4]), (9, b'-'));
    assert_eq!(code(other.check_approval(&bench, &challenge).await), "approval-pending");

    let waiting = owner.list_approvals(&bench).await?;
    let [listed] = &*waiting else { return Err("one waits".into()) };
    let request: Value = serde_json::from_str(listed["request"].as_str().ok_or("no text")?)?;
    assert_eq!(request["network"], "198.51.100.0/24");
    assert_eq!((&request["browser"], &request["purpose"]), (&"Firefox, Linux".into(), &"login".into()));
    assert_eq!((&listed["same_network"], &listed["may_approve"]), (&false.into(), &true.into()));
    assert!(!listed.to_string().contains(&shown), "the code stands on the other device alone");

    let answered = owner.answer(&bench, "approve", &shown.to_lowercase().replace('-', " ")).await?;
    assert_eq!((&answered["outcome"], &answered["lifts"]), (&"approved".into(), &false.into()));
    let allowed = other.collect_approval(&bench, &challenge).await?;
    assert!(allowed.probation);
    assert_eq!(allowed.amr, ["pwd", "lg-approval"]);
    assert!(newest_mail(&bench).await?.subject.contains("approved"));
    assert_ne!(code(other.check_approval(&bench, &challenge).await), "accepted", "an answer is fetched once");
    assert_eq!(owner.list_approvals(&bench).await?, Vec::<Value>::new());
    Ok(())
}

#[tokio::test]
async fn approval_is_offered_only_where_another_device_may_answer() -> Outcome {
    let bench = Bench::in_memory()?;
    let (mut first, challenge) = challenged(&bench, 1, "203.0.113.7").await?;
    assert!(!offers_approval(&challenge), "there is no device yet");
    first.enrol(&bench, "u-1001", "alice").await?;
    let stolen = first.copied_to(9)?;
    let (_, challenge) = stolen.challenge_from(&bench, "203.0.113.7").await?;
    assert!(!offers_approval(&challenge), "there is no device but the one that is challenged");
    let (other, challenge) = challenged(&bench, 2, "203.0.113.7").await?;
    assert!(offers_approval(&challenge));
    let mut forged = challenge.clone();
    forged["attempt"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(code(other.request_approval(&bench, &forged).await), "attempt-unknown");
    Ok(())
}

#[tokio::test]
async fn three_wrong_codes_end_the_request() -> Outcome {
    let (bench, owner) = owner().await?;
    let (other, challenge) = challenged(&bench, 2, "198.51.100.9").await?;
    let shown = other.request_approval(&bench, &challenge).await?;
    let wrong = if shown.starts_with('2') { "3333-3333" } else { "2222-2222" };
    let listed = owner.list_approvals(&bench).await?.pop().ok_or("nothing waits")?;
    for (outcome, left) in [("code-wrong", 2), ("code-wrong", 1), ("ended", 0)] {
        let answered = owner.answer(&bench, "approve", wrong).await?;
        assert_eq!((&answered["outcome"], &answered["tries_left"]), (&outcome.into(), &left.into()));
    }
    let late = owner.answer_body(&bench, &listed, "approve", &shown).await?;
    assert_eq!(owner.post_answer(&bench, &late).await?["outcome"], "ended");
    assert_eq!(code(other.check_approval(&bench, &challenge).await), "approval-expired");
    Ok(())
}

#[tokio::test]
async fn a_request_lives_five_minutes_and_a_new_one_replaces_it() -> Outcome {
    let (bench, owner) = owner().await?;
    let (other, challenge) = challenged(&bench, 2, "198.51.100.9").await?;
    let first = other.request_approval(&bench, &challenge).await?;
    let listed = owner.list_approvals(&bench).await?.pop().ok_or("nothing waits")?;
    let second = other.request_approval(&bench, &challenge).await?;
    assert_ne!(first, second);
    let stale = owner.answer_body(&bench, &listed, "approve", &first).await?;
    assert_eq!(code(owner.post_answer(&bench, &stale).await), "approval-expired", "it gave way");
    bench.clock.advance_millis(5 * MINUTE_MS - 1);
    assert_eq!(owner.list_approvals(&bench).await?.len(), 1);
    bench.clock.advance_millis(1);
    assert_eq!(owner.list_approvals(&bench).await?.len(), 0);
    assert_eq!(code(other.check_approval(&bench, &challenge).await), "approval-expired");
    Ok(())
}

#[tokio::test]
async fn the_proof_covers_everything_that_was_shown_the_answer_and_the_code() -> Outcome {
    let (bench, owner) = owner().await?;
    let (other, challenge) = challenged(&bench, 2, "198.51.100.9").await?;
    let shown = other.request_approval(&bench, &challenge).await?;
    let listed = owner.list_approvals(&bench).await?.pop().ok_or("nothing waits")?;
    let mut nearer = listed.clone();
    nearer["request"] = listed["request"].as_str().ok_or("no text")?.replace("198.51.100", "203.0.113").into();
    let signed_for_another = owner.answer_body(&bench, &nearer, "approve", &shown).await?;
    let mut turned = owner.answer_body(&bench, &listed, "refuse", "").await?;
    (turned["answer"], turned["code"]) = ("approve".into(), shown.clone().into());
    let mut retyped = owner.answer_body(&bench, &listed, "approve", "2222-2222").await?;
    retyped["code"] = shown.clone().into();
    let mut sessions = owner.answer_body(&bench, &listed, "approve", &shown).await?;
    sessions["owner"] = owner.owner(&bench, "u-1001", "alice").await?;
    for (body, lie) in [(signed_for_another, "request"), (turned, "answer"), (retyped, "code"), (sessions, "purpose")] {
        assert_eq!(code(owner.post_answer(&bench, &body).await), "proof-refused", "{lie}");
    }
    let mut stranger = Browser::on_machine(7)?;
    stranger.cookie.clone_from(&owner.cookie);
    let body = stranger.answer_body(&bench, &listed, "approve", &shown).await?;
    assert_ne!(code(stranger.post_answer(&bench, &body).await), "accepted", "another key");
    assert_eq!(code(other.check_approval(&bench, &challenge).await), "approval-pending");
    Ok(())
}

#[tokio::test]
async fn the_same_answer_again_gets_the_same_reply_and_one_mail() -> Outcome {
    let (bench, owner) = owner().await?;
    let (other, challenge) = challenged(&bench, 2, "198.51.100.9").await?;
    let shown = other.request_approval(&bench, &challenge).await?;
    let listed = owner.list_approvals(&bench).await?.pop().ok_or("nothing waits")?;
    let body = owner.answer_body(&bench, &listed, "approve", &shown).await?;
    let first = owner.post_answer(&bench, &body).await?;
    assert_eq!(owner.post_answer(&bench, &body).await?, first);
    newest_mail(&bench).await?;
    assert_eq!(bench.mail.subjects().iter().filter(|subject| subject.contains("approved")).count(), 1);
    Ok(())
}

#[tokio::test]
async fn a_refusal_ends_it_and_the_second_within_a_day_freezes_value() -> Outcome {
    let (bench, owner) = owner().await?;
    let (other, challenge) = challenged(&bench, 2, "198.51.100.9").await?;
    other.request_approval(&bench, &challenge).await?;
    let refused = owner.answer(&bench, "refuse", "").await?;
    assert_eq!((&refused["outcome"], &refused["value"]), (&"refused".into(), &"open".into()));
    assert_eq!(code(other.check_approval(&bench, &challenge).await), "approval-refused");
    assert!(newest_mail(&bench).await?.subject.contains("refused"));

    bench.clock.advance_millis(23 * HOUR_MS);
    let (again, challenge) = challenged(&bench, 3, "192.0.2.5").await?;
    again.request_approval(&bench, &challenge).await?;
    let refused = owner.answer(&bench, "refuse", "").await?;
    assert_eq!(refused["value"], "frozen");
    let mut at_home = owner;
    let (status, body) = at_home.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, &body["value"]), (200, &"frozen".into()));
    Ok(())
}

#[tokio::test]
async fn a_refusal_can_freeze_at_once_and_one_a_day_later_starts_anew() -> Outcome {
    let (bench, owner) = owner().await?;
    let (other, challenge) = challenged(&bench, 2, "198.51.100.9").await?;
    other.request_approval(&bench, &challenge).await?;
    owner.answer(&bench, "refuse", "").await?;
    bench.clock.advance_millis(DAY_MS);
    let (other, challenge) = challenged(&bench, 3, "198.51.100.9").await?;
    other.request_approval(&bench, &challenge).await?;
    assert_eq!(owner.answer(&bench, "refuse", "").await?["value"], "open", "the first no longer counts");
    bench.clock.advance_millis(2 * HOUR_MS);
    let (other, challenge) = challenged(&bench, 4, "192.0.2.5").await?;
    other.request_approval(&bench, &challenge).await?;
    assert_eq!(owner.answer(&bench, "refuse-and-freeze", "").await?["value"], "frozen");
    Ok(())
}

#[tokio::test]
async fn whoever_floods_an_owner_gets_few_requests_and_none_after_refusals() -> Outcome {
    let (bench, owner) = owner().await?;
    let mut accepted = 0;
    let mut refusals = Vec::new();
    for number in 0..12 {
        let address = format!("198.51.{number}.9");
        let (bomber, challenge) = challenged(&bench, 20 + number, &address).await?;
        match code(bomber.request_approval(&bench, &challenge).await).as_str() {
            "accepted" => accepted += 1,
            other => refusals.push(other.to_owned()),
        }
        bench.clock.advance_millis(MINUTE_MS);
    }
    assert!(accepted <= 6, "{accepted} of twelve in as many minutes");
    assert!(refusals.iter().all(|code| code == "approvals-exhausted"), "{refusals:?}");

    bench.clock.advance_millis(HOUR_MS);
    let (bomber, challenge) = challenged(&bench, 50, "192.0.2.1").await?;
    bomber.request_approval(&bench, &challenge).await?;
    owner.answer(&bench, "refuse", "").await?;
    bench.clock.advance_millis(59 * MINUTE_MS);
    let (bomber, challenge) = challenged(&bench, 51, "192.0.2.77").await?;
    assert_eq!(code(bomber.request_approval(&bench, &challenge).await), "approvals-exhausted", "an hour of rest");
    bench.clock.advance_millis(MINUTE_MS);
    bomber.request_approval(&bench, &challenge).await?;
    owner.answer(&bench, "refuse", "").await?;
    bench.clock.advance_millis(22 * HOUR_MS);
    let (bomber, challenge) = challenged(&bench, 52, "192.0.2.99").await?;
    assert_eq!(code(bomber.request_approval(&bench, &challenge).await), "approvals-exhausted", "a day of rest");
    Ok(())
}

#[tokio::test]
async fn one_network_has_one_open_request_and_the_owners_browser_its_own() -> Outcome {
    let (bench, mut owner) = owner().await?;
    let (bomber, first) = challenged(&bench, 2, "198.51.100.9").await?;
    bomber.request_approval(&bench, &first).await?;
    let (second, challenge) = challenged(&bench, 3, "198.51.100.9").await?;
    assert_eq!(code(second.request_approval(&bench, &challenge).await), "approvals-exhausted");
    // another browser of the owner's that lost its key: it has a cookie, and therefore a lane of its own
    let mut laptop = Browser::on_machine(4)?;
    laptop.enrol(&bench, "u-1001", "alice").await?;
    let mut rekeyed = Browser::on_machine(4)?;
    rekeyed.cookie.clone_from(&laptop.cookie);
    rekeyed.address = "198.51.100.9".into();
    let (_, body) = rekeyed.log_in(&bench, "u-1001", "alice").await?;
    rekeyed.request_approval(&bench, &body["challenge"]).await?;
    let (status, _) = owner.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, owner.list_approvals(&bench).await?.len()), (200, 2));
    Ok(())
}

#[tokio::test]
async fn network_passkey_and_trust_together_lift_probation_at_once() -> Outcome {
    let (bench, owner, mut authenticator) = trusted_owner().await?;
    let (mut near, challenge) = challenged(&bench, 2, "203.0.113.200").await?;
    let shown = near.request_approval(&bench, &challenge).await?;
    assert_eq!(owner.list_approvals(&bench).await?.first().ok_or("none")?["passkey_lifts"], true);
    let answered = owner.approve_with_passkey(&bench, &mut authenticator, &shown).await?;
    assert_eq!((&answered["outcome"], &answered["lifts"]), (&"approved".into(), &true.into()));
    assert!(!near.collect_approval(&bench, &challenge).await?.probation);

    let (mut far, challenge) = challenged(&bench, 3, "198.51.100.9").await?;
    let shown = far.request_approval(&bench, &challenge).await?;
    let answered = owner.approve_with_passkey(&bench, &mut authenticator, &shown).await?;
    assert_eq!(answered["lifts"], false, "another network");
    assert!(far.collect_approval(&bench, &challenge).await?.probation);

    let (mut plain, challenge) = challenged(&bench, 4, "203.0.113.200").await?;
    let shown = plain.request_approval(&bench, &challenge).await?;
    assert_eq!(owner.answer(&bench, "approve", &shown).await?["lifts"], false, "no passkey");
    assert!(plain.collect_approval(&bench, &challenge).await?.probation);
    Ok(())
}

#[tokio::test]
async fn there_are_no_chains_of_approvals() -> Outcome {
    let (bench, owner) = owner().await?;
    let (mut second, challenge) = challenged(&bench, 2, "198.51.100.9").await?;
    let shown = second.request_approval(&bench, &challenge).await?;
    owner.answer(&bench, "approve", &shown).await?;
    second.collect_approval(&bench, &challenge).await?;

    let (third, challenge) = challenged(&bench, 3, "198.51.100.9").await?;
    let shown = third.request_approval(&bench, &challenge).await?;
    assert_eq!(code(second.answer(&bench, "approve", &shown).await), "device-unfit");
    bench.clock.advance_millis(30 * DAY_MS);
    let (third, challenge) = challenged(&bench, 3, "198.51.100.9").await?;
    let shown = third.request_approval(&bench, &challenge).await?;
    assert_eq!(code(second.answer(&bench, "approve", &shown).await), "device-unfit", "not after a month either");
    assert_eq!(owner.answer(&bench, "approve", &shown).await?["outcome"], "approved");
    Ok(())
}

#[tokio::test]
async fn an_approver_that_was_removed_meanwhile_has_lost_its_word() -> Outcome {
    let (bench, owner) = owner().await?;
    let (other, challenge) = challenged(&bench, 2, "198.51.100.9").await?;
    let shown = other.request_approval(&bench, &challenge).await?;
    owner.answer(&bench, "approve", &shown).await?;
    let own = owner.own_entry(&bench).await?;
    owner.remove(&bench, &own["device"]).await?;
    assert_eq!(code(other.check_approval(&bench, &challenge).await), "approval-refused");
    Ok(())
}

#[tokio::test]
async fn a_restart_of_probation_overtakes_an_approval_that_was_not_redeemed_yet() -> Outcome {
    let (bench, owner, mut authenticator) = trusted_owner().await?;
    let (mut near, challenge) = challenged(&bench, 2, "203.0.113.200").await?;
    let shown = near.request_approval(&bench, &challenge).await?;
    assert_eq!(owner.approve_with_passkey(&bench, &mut authenticator, &shown).await?["lifts"], true);
    let confirmed = near.check_approval(&bench, &challenge).await?;
    let body = json!({ "account": "u-1001", "cause": "password-reset" });
    let digest = Digest::of(body.to_string().as_bytes());
    restart::restart(&bench.services, &bench.caller(), &serde_json::from_value(body)?, digest).await?;
    let body = near.redeem_body(&challenge, &confirmed.token, "u-1001")?;
    assert!(near.redeem(&bench, &body).await?.probation);
    Ok(())
}

#[tokio::test]
async fn a_device_on_probation_neither_freezes_a_trusted_owners_account_nor_silences_others() -> Outcome {
    let (bench, owner, _) = trusted_owner().await?;
    let mut thief = Browser::on_machine(2)?;
    thief.address = "192.0.2.5".into();
    thief.enrol(&bench, "u-1001", "alice").await?;
    for (machine, address) in [(3, "198.51.100.9"), (4, "198.51.101.9")] {
        let (bait, challenge) = challenged(&bench, machine, address).await?;
        bait.request_approval(&bench, &challenge).await?;
        let refused = thief.answer(&bench, "refuse-and-freeze", "").await?;
        assert_eq!((&refused["outcome"], &refused["value"]), (&"refused".into(), &"open".into()));
        assert_eq!(code(bait.check_approval(&bench, &challenge).await), "approval-refused");
        let (bait, challenge) = challenged(&bench, machine, address).await?;
        assert_eq!(code(bait.request_approval(&bench, &challenge).await), "approvals-exhausted", "its own lane rests");
    }
    let (new, challenge) = challenged(&bench, 5, "198.51.102.9").await?;
    new.request_approval(&bench, &challenge).await?;
    let refused = owner.answer(&bench, "refuse", "").await?;
    assert_eq!(refused["value"], "open", "a thief's refusals are not the owner's");
    Ok(())
}

#[tokio::test]
async fn each_known_device_has_a_lane_of_its_own() -> Outcome {
    let (bench, owner, _) = trusted_owner().await?;
    let mut thief = Browser::on_machine(2)?;
    thief.enrol(&bench, "u-1001", "alice").await?;
    let mut laptop = Browser::on_machine(4)?;
    laptop.enrol(&bench, "u-1001", "alice").await?;
    // both lost their keys, or say so
    let emptied = |machine: u8, from: &Browser| -> Result<Browser, Failure> {
        let mut emptied = Browser::on_machine(machine)?;
        emptied.cookie.clone_from(&from.cookie);
        Ok(emptied)
    };
    let mut bomber = emptied(2, &thief)?;
    let (_, body) = bomber.log_in(&bench, "u-1001", "alice").await?;
    bomber.request_approval(&bench, &body["challenge"]).await?;
    owner.answer(&bench, "refuse", "").await?;
    let mut own = emptied(4, &laptop)?;
    let (_, body) = own.log_in(&bench, "u-1001", "alice").await?;
    own.request_approval(&bench, &body["challenge"]).await?;
    assert_eq!(owner.list_approvals(&bench).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn an_approver_that_was_removed_before_the_redemption_let_nobody_in() -> Outcome {
    let (bench, owner) = owner().await?;
    let (mut other, challenge) = challenged(&bench, 2, "198.51.100.9").await?;
    let shown = other.request_approval(&bench, &challenge).await?;
    owner.answer(&bench, "approve", &shown).await?;
    let confirmed = other.check_approval(&bench, &challenge).await?;
    let own = owner.own_entry(&bench).await?;
    owner.remove(&bench, &own["device"]).await?;
    let body = other.redeem_body(&challenge, &confirmed.token, "u-1001")?;
    assert_eq!(code(other.redeem(&bench, &body).await), "verdict-mismatch");
    Ok(())
}
