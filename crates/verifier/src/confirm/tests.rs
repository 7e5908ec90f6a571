use serde_json::Value;

use super::{mask_mail, user_agent_label};
use crate::delivery::DeliveryError;
use crate::problem::Problem;
use crate::testing::{Bench, Browser, solve_challenge};

type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn code(error: &(dyn std::error::Error + Send + Sync + 'static)) -> String {
    error.downcast_ref::<Problem>().map_or_else(|| format!("not a problem: {error}"), ToString::to_string)
}

async fn challenged() -> Result<(Bench, Browser, Value), Box<dyn std::error::Error + Send + Sync>> {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    let (_, body) = browser.log_in(&bench, "u-1001", "alice").await?;
    Ok((bench, browser, body["challenge"].clone()))
}

fn wrong(right: &str) -> String {
    let last = if right.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &right[..7])
}

#[tokio::test]
async fn a_code_is_accepted_once() -> Outcome {
    let (bench, browser, challenge) = challenged().await?;
    browser.send_code(&bench, &challenge).await?;
    let right = bench.mail.newest_code().ok_or("no code")?;
    browser.check_code(&bench, &challenge, &right).await?;
    let refused = browser.check_code(&bench, &challenge, &right).await.unwrap_err();
    assert_eq!(code(&*refused), "attempt-ended");
    Ok(())
}

#[tokio::test]
async fn the_fifth_wrong_code_ends_the_attempt_for_the_right_one_too() -> Outcome {
    let (bench, browser, challenge) = challenged().await?;
    browser.send_code(&bench, &challenge).await?;
    let right = bench.mail.newest_code().ok_or("no code")?;
    for left in (1..5_u64).rev() {
        let refused = browser.check_code(&bench, &challenge, &wrong(&right)).await.unwrap_err();
        let problem = refused.downcast_ref::<Problem>().ok_or("not a problem")?;
        assert_eq!((problem.to_string().as_str(), problem.members["tries_left"].as_u64()), ("code-wrong", Some(left)));
    }
    for answer in [wrong(&right), right] {
        assert_eq!(code(&*browser.check_code(&bench, &challenge, &answer).await.unwrap_err()), "tries-exhausted");
    }
    Ok(())
}

#[tokio::test]
async fn a_replaced_code_says_so_and_costs_no_try() -> Outcome {
    let (bench, browser, challenge) = challenged().await?;
    browser.send_code(&bench, &challenge).await?;
    let old = bench.mail.newest_code().ok_or("no code")?;
    bench.clock.advance_millis(30_000);
    assert_eq!(browser.send_code(&bench, &challenge).await?.tries_left, 5);
    for _ in 0..9 {
        assert_eq!(code(&*browser.check_code(&bench, &challenge, &old).await.unwrap_err()), "code-replaced");
    }
    let new = bench.mail.newest_code().ok_or("no code")?;
    browser.check_code(&bench, &challenge, &new).await?;
    Ok(())
}

#[tokio::test]
async fn a_code_dies_after_five_minutes_to_the_millisecond() -> Outcome {
    let (bench, browser, challenge) = challenged().await?;
    browser.send_code(&bench, &challenge).await?;
    let right = bench.mail.newest_code().ok_or("no code")?;
    bench.clock.advance_millis(300_000);
    assert_eq!(code(&*browser.check_code(&bench, &challenge, &right).await.unwrap_err()), "code-expired");
    browser.send_code(&bench, &challenge).await?;
    let right = bench.mail.newest_code().ok_or("no code")?;
    bench.clock.advance_millis(299_999);
    browser.check_code(&bench, &challenge, &right).await?;
    Ok(())
}

#[tokio::test]
async fn no_code_is_sent_without_work() -> Outcome {
    let (bench, browser, challenge) = challenged().await?;
    // every puzzle is claimed to be solved by the counter nought
    let answer = login_guard_protocol::base64url::encode(&[0; 16 * 8]);
    let proof = browser.step_proof(&challenge, "mail-code/send", answer.as_bytes())?;
    let request = serde_json::json!({ "v": 1, "proof": proof, "work": { "answer": answer } });
    let attempt = serde_json::from_value(challenge["attempt"].clone())?;
    let page = browser.page(&bench);
    let refused = super::mail_code::send(&bench.services, &page, attempt, serde_json::from_value(request)?).await;
    assert_eq!(refused.unwrap_err().to_string(), "work-refused");
    assert_eq!(bench.mail.count(), 0);
    Ok(())
}

#[tokio::test]
async fn no_code_is_checked_before_one_was_sent() -> Outcome {
    let (bench, browser, challenge) = challenged().await?;
    assert_eq!(code(&*browser.check_code(&bench, &challenge, "12345678").await.unwrap_err()), "code-unsent");
    Ok(())
}

#[tokio::test]
async fn sends_are_counted_by_account_and_network_with_a_lane_for_known_cookies() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?; // one send of the strangers' lane
    for sends_left in [2, 1, 0] {
        let mut stranger = Browser::on_machine(9)?;
        let (_, body) = stranger.log_in(&bench, "u-1001", "alice").await?;
        match stranger.send_code(&bench, &body["challenge"]).await {
            Ok(_) => assert!(sends_left > 0),
            Err(refused) => assert_eq!((sends_left, code(&*refused).as_str()), (0, "sends-exhausted")),
        }
    }
    // the owner lost the key, not the cookie
    let mut again = Browser::on_machine(1)?;
    again.cookie = owner.cookie.clone();
    again.enrol(&bench, "u-1001", "alice").await?;
    Ok(())
}

#[tokio::test]
async fn strangers_of_many_networks_share_a_budget_that_known_browsers_do_not() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    let mut sent = 1;
    for network in 0..40 {
        let stranger = Browser::on_machine(9)?;
        let body = stranger.challenge_from(&bench, &format!("198.51.100.{network}")).await?;
        match body.0.send_code(&bench, &body.1).await {
            Ok(_) => sent += 1,
            Err(refused) => assert_eq!(code(&*refused), "sends-exhausted"),
        }
    }
    assert_eq!(sent, 15);
    let mut again = Browser::on_machine(1)?;
    again.cookie = owner.cookie.clone();
    again.enrol(&bench, "u-1001", "alice").await?;
    Ok(())
}

#[tokio::test]
async fn guessing_the_work_ends_the_attempt() -> Outcome {
    let (bench, browser, challenge) = challenged().await?;
    let right = solve_challenge(&challenge)?;
    let send = async |answer: &str| {
        let proof = browser.step_proof(&challenge, "mail-code/send", answer.as_bytes())?;
        let request = serde_json::json!({ "v": 1, "proof": proof, "work": { "answer": answer } });
        let attempt = serde_json::from_value(challenge["attempt"].clone())?;
        let (page, request) = (browser.page(&bench), serde_json::from_value(request)?);
        let sent = super::mail_code::send(&bench.services, &page, attempt, request).await;
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(sent.map_err(|problem| problem.to_string()))
    };
    // the right counters, every tag guessed
    let mut guess = login_guard_protocol::base64url::decode(&right)?;
    guess.chunks_exact_mut(8).for_each(|puzzle| puzzle[7] ^= 1);
    assert_eq!(send(&login_guard_protocol::base64url::encode(&guess)).await?.unwrap_err(), "work-refused");
    assert_eq!(send(&right).await?.unwrap_err(), "tries-exhausted");
    assert_eq!(bench.mail.count(), 0);
    Ok(())
}

#[tokio::test]
async fn another_code_must_wait_half_a_minute() -> Outcome {
    let (bench, browser, challenge) = challenged().await?;
    browser.send_code(&bench, &challenge).await?;
    bench.clock.advance_millis(29_999);
    let refused = browser.send_code(&bench, &challenge).await.unwrap_err();
    let problem = refused.downcast_ref::<Problem>().ok_or("not a problem")?;
    assert_eq!(problem.members["retry_after_s"].as_u64(), Some(1));
    Ok(())
}

#[tokio::test]
async fn a_code_that_cannot_be_delivered_is_told_and_costs_nothing() -> Outcome {
    let (bench, browser, challenge) = challenged().await?;
    bench.mail.fail_with(Some(DeliveryError::Unavailable));
    for _ in 0..5 {
        assert_eq!(code(&*browser.send_code(&bench, &challenge).await.unwrap_err()), "delivery-unavailable");
    }
    bench.mail.fail_with(None);
    browser.send_code(&bench, &challenge).await?;
    Ok(())
}

#[tokio::test]
async fn a_challenge_belongs_to_its_cookie_and_its_key() -> Outcome {
    let (bench, browser, challenge) = challenged().await?;
    let mut without_cookie = Browser::on_machine(1)?;
    assert_eq!(code(&*without_cookie.send_code(&bench, &challenge).await.unwrap_err()), "attempt-unknown");
    without_cookie.cookie = browser.cookie.clone();
    assert_eq!(code(&*without_cookie.send_code(&bench, &challenge).await.unwrap_err()), "proof-refused");
    Ok(())
}

#[tokio::test]
async fn a_challenge_dies_after_ten_minutes() -> Outcome {
    let (bench, browser, challenge) = challenged().await?;
    bench.clock.advance_millis(600_000);
    assert_eq!(code(&*browser.send_code(&bench, &challenge).await.unwrap_err()), "attempt-expired");
    Ok(())
}

#[tokio::test]
async fn a_token_is_redeemed_once_and_for_its_own_login_only() -> Outcome {
    let (bench, mut browser, challenge) = challenged().await?;
    browser.send_code(&bench, &challenge).await?;
    let right = bench.mail.newest_code().ok_or("no code")?;
    let token = browser.check_code(&bench, &challenge, &right).await?.token;
    let good = browser.redeem_body(&challenge, &token, "u-1001")?;

    let mut wrong_bodies = Vec::new();
    for (member, value) in [
        ("account", serde_json::json!("u-1002")),
        ("attempt", serde_json::json!("AAAAAAAAAAAAAAAAAAAAAA")),
        ("purpose", serde_json::json!("session")),
        ("action", serde_json::json!(login_guard_protocol::Digest::of(b"withdraw"))),
        ("device_cookie", Value::Null),
        ("verdict", serde_json::json!(format!("{token}~"))),
        ("verdict", Browser::on_machine(1)?.redeem_body(&challenge, &token, "u-1001")?["verdict"].clone()),
    ] {
        let mut body = good.clone();
        body[member] = value;
        wrong_bodies.push((member, body));
    }
    for (member, body) in wrong_bodies {
        let refused = browser.redeem(&bench, &body).await.unwrap_err();
        assert_eq!(code(&*refused), "verdict-mismatch", "{member}");
    }
    browser.redeem(&bench, &good).await?;
    assert_eq!(code(&*browser.redeem(&bench, &good).await.unwrap_err()), "verdict-spent");
    Ok(())
}

#[tokio::test]
async fn a_token_dies_after_a_minute() -> Outcome {
    let (bench, mut browser, challenge) = challenged().await?;
    browser.send_code(&bench, &challenge).await?;
    let right = bench.mail.newest_code().ok_or("no code")?;
    let token = browser.check_code(&bench, &challenge, &right).await?.token;
    bench.clock.advance_millis(60_000);
    let body = browser.redeem_body(&challenge, &token, "u-1001")?;
    assert_eq!(code(&*browser.redeem(&bench, &body).await.unwrap_err()), "verdict-expired");
    Ok(())
}

#[tokio::test]
async fn the_mail_says_what_happened_and_shows_the_phrase() -> Outcome {
    let (bench, browser, challenge) = challenged().await?;
    browser.send_code(&bench, &challenge).await?;
    let mail = bench.mail.newest().ok_or("no mail")?;
    let code = bench.mail.newest_code().ok_or("no code")?;
    for part in [mail.text.as_str(), mail.html.as_str()] {
        for word in ["correct password", "203.0.113.7", "Firefox, Linux", "blue heron", "LG-", &code] {
            assert!(part.contains(word), "{word}");
        }
    }
    assert!(!mail.subject.contains(&code), "a locked screen shows subjects");
    Ok(())
}

#[test]
fn masked_addresses_show_too_little_to_write_to() {
    assert_eq!(mask_mail("alice@example.com"), "a•••e@e•••.com");
    assert_eq!(mask_mail("al@x.org"), "a•••@x•••.org");
    assert_eq!(mask_mail(""), "•••@•••.");
}

#[test]
fn browsers_are_labelled_for_people() {
    let chrome =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
    assert_eq!(user_agent_label(Some(chrome)), "Chrome, Linux");
    assert_eq!(user_agent_label(None), "—");
}

#[tokio::test]
async fn an_exhausted_day_of_answers_refuses_right_and_wrong_codes_alike() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut answers = 0;
    'attempts: loop {
        bench.clock.advance_millis(3_600_000);
        let mut thief = Browser::on_machine(9)?;
        let (_, body) = thief.log_in(&bench, "u-1001", "alice").await?;
        let challenge = body["challenge"].clone();
        thief.send_code(&bench, &challenge).await?;
        let right = bench.mail.newest_code().ok_or("no code")?;
        for _ in 0..4 {
            if answers == 20 {
                for answer in [wrong(&right), right] {
                    let refused = thief.check_code(&bench, &challenge, &answer).await.unwrap_err();
                    let problem = refused.downcast_ref::<Problem>().ok_or("not a problem")?;
                    assert_eq!(problem.to_string(), "answers-exhausted");
                    assert!(problem.members["retry_after_s"].as_u64().is_some_and(|wait| wait > 0));
                }
                break 'attempts;
            }
            assert_eq!(code(&*thief.check_code(&bench, &challenge, &wrong(&right)).await.unwrap_err()), "code-wrong");
            answers += 1;
        }
    }
    Ok(())
}

#[tokio::test]
async fn nobody_is_confirmed_unseen_later_than_a_nonce_lives() -> Outcome {
    for (later_s, outcome) in [(119, "confirmed"), (120, "method-unavailable")] {
        let bench = Bench::in_memory()?;
        let mut owner = Browser::on_machine(1)?;
        owner.enrol(&bench, "u-1001", "alice").await?;
        let mut alias = Browser::on_machine(1)?;
        alias.cookie.clone_from(&owner.cookie);
        let (_, body) = alias.log_in(&bench, "u-1001", "alice@mail.example").await?;
        bench.clock.advance_millis(later_s * 1_000);
        let checked = owner.check_device_key(&bench, &body["challenge"]).await;
        assert_eq!(checked.map_or_else(|error| code(&*error), |_| "confirmed".into()), outcome, "after {later_s} s");
        // a person may take longer
        assert!(alias.send_code(&bench, &body["challenge"]).await.is_ok() == (outcome != "confirmed"));
    }
    Ok(())
}
