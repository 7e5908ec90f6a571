mod automation;

use serde_json::Value;

use crate::attempts::messages::ProbeRequest;
use crate::problem::Problem;
use crate::store::{AccountKey, Change, Commit};
use crate::testing::{Bench, Browser, Renderer, account, work_part};

type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn findings(body: &Value) -> Vec<&str> {
    body["findings"].as_array().into_iter().flatten().filter_map(|found| found["code"].as_str()).collect()
}

fn code(error: &(dyn std::error::Error + Send + Sync + 'static)) -> String {
    error.downcast_ref::<Problem>().map_or_else(|| format!("not a problem: {error}"), ToString::to_string)
}

#[tokio::test]
async fn an_unknown_device_is_challenged_confirmed_once_then_known() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    let (status, body) = browser.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, body["verdict"].as_str()), (401, Some("challenge")));
    assert_eq!(findings(&body), ["device-unknown"]);
    assert_eq!(bench.mail.count(), 0, "no code without a press");

    let enrolled = browser.enrol(&bench, "u-1001", "alice").await?;
    assert_eq!(enrolled.amr, ["pwd", "lg-mail"]);
    assert!(enrolled.device.is_some_and(|device| device.probation && device.key == browser.key.key_id()));

    for _ in 0..3 {
        let (status, body) = browser.log_in(&bench, "u-1001", "alice").await?;
        assert_eq!(status, 200);
        assert_eq!(findings(&body), ["device-on-probation"]);
    }
    let (status, _) = Browser::on_machine(1)?.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!(status, 401, "the same machine with another profile is another device");
    Ok(())
}

#[tokio::test]
async fn time_alone_never_ends_probation() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    bench.clock.advance_millis(400 * 24 * 3_600_000);
    let (status, body) = browser.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, body["device"]["probation"].as_bool()), (200, Some(true)));
    Ok(())
}

#[tokio::test]
async fn a_missing_half_is_challenged() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    let cookie = browser.cookie.clone();

    browser.cookie = None;
    let (status, body) = browser.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, findings(&body)), (401, vec!["cookie-missing"]));

    let mut other_key = Browser::on_machine(1)?;
    other_key.cookie = cookie;
    let (status, body) = other_key.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, findings(&body)), (401, vec!["key-missing"]));
    Ok(())
}

#[tokio::test]
async fn a_cookie_thief_who_is_confirmed_takes_nothing_from_the_owner() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    let mut thief = Browser::on_machine(1)?;
    thief.cookie = owner.cookie.clone();
    thief.address = "198.51.100.9".into();
    thief.enrol(&bench, "u-1001", "alice").await?;
    assert_ne!(thief.cookie, owner.cookie, "a confirmation gives a new generation");
    assert_eq!(thief.log_in(&bench, "u-1001", "alice").await?.0, 200);
    assert_eq!(owner.log_in(&bench, "u-1001", "alice").await?.0, 200);
    Ok(())
}

#[tokio::test]
async fn a_stolen_cookie_dies_when_the_owner_confirms_anew() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    let mut thief = Browser::on_machine(1)?;
    thief.cookie = owner.cookie.clone();
    owner.enrol_again(&bench, "u-1001", "alice").await?;
    let (_, body) = thief.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!(findings(&body), ["device-unknown"]);
    Ok(())
}

#[tokio::test]
async fn another_login_name_is_proved_again_unseen() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    // under another name the browser has no key yet: it shows a new one, with the same cookie
    let mut alias = Browser::on_machine(1)?;
    alias.cookie = browser.cookie.clone();
    let (status, body) = alias.log_in(&bench, "u-1001", "alice@mail.example").await?;
    assert_eq!(status, 401);
    let challenge = body["challenge"].clone();
    assert_eq!(challenge["methods"][0]["keys"][0], serde_json::json!(browser.key.key_id()));
    let mails = bench.mail.count();

    browser.cookie = alias.cookie.clone();
    let confirmed = browser.check_device_key(&bench, &challenge).await?;
    let allowed = browser.redeem(&bench, &browser.redeem_body(&challenge, &confirmed.token, "u-1001")?).await?;
    assert_eq!(allowed.amr, ["pwd", "lg-device-key"]);
    assert_eq!(bench.mail.count(), mails);
    assert_eq!(browser.log_in(&bench, "u-1001", "alice@mail.example").await?.0, 200);
    Ok(())
}

#[tokio::test]
async fn a_key_that_the_challenge_does_not_name_confirms_nothing() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    let mut thief = Browser::on_machine(2)?;
    thief.cookie = browser.cookie.clone();
    let (_, body) = thief.log_in(&bench, "u-1001", "alice").await?;
    let refused = thief.check_device_key(&bench, &body["challenge"]).await.unwrap_err();
    assert_eq!(code(&*refused), "proof-refused");
    Ok(())
}

#[tokio::test]
async fn the_same_bytes_get_the_same_reply_and_any_other_get_nonce_spent() -> Outcome {
    let bench = Bench::in_memory()?;
    let browser = Browser::on_machine(1)?;
    let begun = browser.begin(&bench).await?;
    let field = browser.login_field(&begun, "alice")?;
    let mut body = bench.assess_body(&browser, Some("u-1001"), "alice", &field);
    let first = bench.assess(begun.attempt, &body).await?;
    assert_eq!(bench.assess(begun.attempt, &body).await?, first);
    body["client"]["address"] = "203.0.113.8".into();
    let refused = bench.assess(begun.attempt, &body).await.unwrap_err();
    assert_eq!(refused.to_string(), "nonce-spent");
    Ok(())
}

#[tokio::test]
async fn a_nonce_dies_after_two_minutes_and_with_its_epoch() -> Outcome {
    let mut bench = Bench::in_memory()?;
    let browser = Browser::on_machine(1)?;
    let begun = browser.begin(&bench).await?;
    let field = browser.login_field(&begun, "alice")?;
    let body = bench.assess_body(&browser, Some("u-1001"), "alice", &field);
    bench.services.epoch = 2;
    assert_eq!(bench.assess(begun.attempt, &body).await.unwrap_err().to_string(), "nonce-expired");
    bench.services.epoch = 1;
    bench.clock.advance_millis(119_999);
    assert_eq!(bench.assess(begun.attempt, &body).await?.status, 401);
    let again = browser.begin(&bench).await?;
    let field = browser.login_field(&again, "alice")?;
    bench.clock.advance_millis(120_000);
    let body = bench.assess_body(&browser, Some("u-1001"), "alice", &field);
    assert_eq!(bench.assess(again.attempt, &body).await.unwrap_err().to_string(), "nonce-expired");
    Ok(())
}

#[tokio::test]
async fn a_proof_that_says_anything_else_is_refused() -> Outcome {
    let bench = Bench::in_memory()?;
    let browser = Browser::on_machine(1)?;
    let begun = browser.begin(&bench).await?;
    let good = browser.login_claims(&begun, "alice")?;
    let other_nonce = browser.begin(&bench).await?.nonce;
    let changes: Vec<(&str, login_guard_protocol::proof::Claims)> = vec![
        (
            "platform",
            login_guard_protocol::proof::Claims {
                aud: login_guard_protocol::Platform::parse("other")?,
                ..good.clone()
            },
        ),
        ("nonce", login_guard_protocol::proof::Claims { nonce: other_nonce, ..good.clone() }),
        ("origin", login_guard_protocol::proof::Claims { origin: "https://evil.example".into(), ..good.clone() }),
        (
            "name",
            login_guard_protocol::proof::Claims { name: browser.login_claims(&begun, "bob")?.name, ..good.clone() },
        ),
        (
            "purpose",
            login_guard_protocol::proof::Claims { purpose: login_guard_protocol::Purpose::Session, ..good.clone() },
        ),
        (
            "evidence",
            login_guard_protocol::proof::Claims {
                evidence: login_guard_protocol::Digest::of(b"other"),
                ..good.clone()
            },
        ),
        (
            "act",
            login_guard_protocol::proof::Claims { act: Some(login_guard_protocol::Digest::of(b"act")), ..good.clone() },
        ),
    ];
    let evidence = login_guard_protocol::base64url::encode(&browser.document(&begun.probe)) + &work_part(&begun)?;
    for (what, claims) in changes {
        let field = format!("{}~{}~{evidence}", begun.attempt, browser.sign(&claims, true)?);
        let body = bench.assess_body(&browser, Some("u-1001"), "alice", &field);
        let refused = bench.assess(begun.attempt, &body).await.unwrap_err();
        assert_eq!(refused.to_string(), "proof-refused", "{what}");
    }
    let field = format!("{}~{}~{evidence}", begun.attempt, browser.sign(&good, true)?);
    let body = bench.assess_body(&browser, Some("u-1001"), "alice", &field);
    assert_eq!(bench.assess(begun.attempt, &body).await?.status, 401, "what was refused spent nothing");
    Ok(())
}

#[tokio::test]
async fn a_proof_under_a_known_key_id_by_another_key_is_denied_and_tells_nothing_of_the_password() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    let mut thief = Browser::on_machine(1)?;
    thief.cookie = owner.cookie.clone();
    thief.key = owner.key;
    thief.shows_key = false;
    for account in [Some("u-1001"), None] {
        let begun = thief.begin(&bench).await?;
        let field = thief.login_field(&begun, "alice")?;
        let mut body = bench.assess_body(&thief, account, "alice", &field);
        let reply: Value = serde_json::from_str(&bench.assess(begun.attempt, &body).await?.body)?;
        assert_eq!((reply["code"].as_str(), reply["status"].as_u64()), (Some("login-refused"), Some(403)));
        body["client"]["address"] = "203.0.113.8".into();
        assert_eq!(bench.assess(begun.attempt, &body).await.unwrap_err().to_string(), "nonce-spent");
    }
    Ok(())
}

#[tokio::test]
async fn unknown_accounts_and_wrong_passwords_get_the_same_reply() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    let mut replies = Vec::new();
    for known in [true, false] {
        let begun = owner.begin(&bench).await?;
        let field = owner.login_field(&begun, "alice")?;
        let mut body = bench.assess_body(&owner, None, "alice", &field);
        if known {
            body["account"] = "u-1001".into();
        }
        let reply = bench.assess(begun.attempt, &body).await?;
        let mut reply: Value = serde_json::from_str(&reply.body)?;
        for differs in ["attempt", "reference"] {
            reply[differs] = Value::Null;
        }
        replies.push(reply);
    }
    assert_eq!(replies[0], replies[1]);
    assert_eq!(replies[0]["code"], "login-refused");
    assert!(replies[0].get("set_cookies").is_none());
    Ok(())
}

#[tokio::test]
async fn a_copied_profile_on_another_machine_is_challenged() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    owner.evidence = Browser::on_machine(2)?.evidence;
    let (status, body) = owner.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, findings(&body)), (401, vec!["machine-differs", "device-on-probation"]));
    owner.evidence = Vec::new();
    let (status, body) = owner.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, findings(&body)), (401, vec!["machine-differs", "probe-failed", "device-on-probation"]));
    Ok(())
}

#[tokio::test]
async fn a_browser_without_a_key_is_confirmed_each_time() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    for _ in 0..2 {
        let begun = browser.begin(&bench).await?;
        let field = format!("{}~keyless:no-indexeddb:{}~{}", begun.attempt, begun.nonce, work_part(&begun)?);
        let reply = bench.assess(begun.attempt, &bench.assess_body(&browser, Some("u-1001"), "alice", &field)).await?;
        assert_eq!(reply.status, 401);
        browser.keep_cookies(&serde_json::from_str(&reply.body)?);
    }
    Ok(())
}

#[tokio::test]
async fn a_deleted_or_copied_device_row_is_noticed_and_nobody_is_trusted() -> Outcome {
    let bench = Bench::in_memory()?;
    let (mut first, mut second) = (Browser::on_machine(1)?, Browser::on_machine(2)?);
    first.enrol(&bench, "u-1001", "alice").await?;
    second.enrol(&bench, "u-1001", "alice").await?;
    let key = AccountKey { platform: bench.platform.clone(), account: account("u-1001")? };
    let devices = bench.services.store.account(&key).await?.devices;
    let stolen = devices.iter().find(|row| row.public_key == second.key).ok_or("no row")?.device;
    let commit = Commit { scope: key.into(), changes: vec![Change::DeleteDevice(stolen)] };
    bench.services.store.commit(commit).await?;
    let (status, body) = first.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!(status, 401);
    assert!(findings(&body).contains(&"account-tampered"));
    Ok(())
}

#[tokio::test]
async fn rows_turned_back_to_an_earlier_state_are_noticed_by_the_device() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    let key = AccountKey { platform: bench.platform.clone(), account: account("u-1001")? };
    let earlier = bench.services.store.account(&key).await?;
    browser.log_in(&bench, "u-1001", "alice").await?;
    let now = bench.services.store.account(&key).await?.head.ok_or("no head")?;
    let mut changes = vec![Change::PutAccount { row: earlier.head.ok_or("no head")?, expected: Some(now.version) }];
    changes.extend(earlier.devices.into_iter().map(Change::PutDevice));
    bench.services.store.commit(Commit { scope: key.into(), changes }).await?;
    let (status, body) = browser.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!(status, 401);
    assert!(findings(&body).contains(&"account-rolled-back"));
    Ok(())
}

#[tokio::test]
async fn parallel_logins_of_one_device_all_succeed() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    for _ in 0..4 {
        let (one, other) = (browser.begin(&bench).await?, browser.begin(&bench).await?);
        for begun in [one, other] {
            let field = browser.login_field(&begun, "alice")?;
            let body = bench.assess_body(&browser, Some("u-1001"), "alice", &field);
            assert_eq!(bench.assess(begun.attempt, &body).await?.status, 200);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_copied_profile_gains_nothing_by_another_login_name() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    // key, cookie and head copied to another machine, where a fresh key is shown instead
    let mut alias = Browser::on_machine(2)?;
    alias.cookie = owner.cookie.clone();
    let (_, body) = alias.log_in(&bench, "u-1001", "alice@mail.example").await?;
    owner.evidence = Browser::on_machine(2)?.evidence;
    for evidence in [owner.evidence.clone(), Vec::new()] {
        owner.evidence = evidence;
        let refused = owner.check_device_key(&bench, &body["challenge"]).await.unwrap_err();
        assert_eq!(code(&*refused), "method-unavailable");
    }
    Ok(())
}

#[tokio::test]
async fn the_silent_way_is_not_offered_when_anything_else_is_amiss() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    let methods = |body: &Value| body["challenge"]["methods"].as_array().map_or(0, Vec::len);

    let begun = owner.begin(&bench).await?;
    let keyless = format!("{}~keyless:no-indexeddb:{}~{}", begun.attempt, begun.nonce, work_part(&begun)?);
    let reply = bench.assess(begun.attempt, &bench.assess_body(&owner, Some("u-1001"), "alice", &keyless)).await?;
    let body: Value = serde_json::from_str(&reply.body)?;
    assert_eq!((methods(&body), &body["challenge"]["methods"][0]["method"]), (1, &"mail-code".into()));

    let key = AccountKey { platform: bench.platform.clone(), account: account("u-1001")? };
    let mut other = Browser::on_machine(3)?;
    other.enrol(&bench, "u-1001", "alice").await?;
    let mut spoilt = bench
        .services
        .store
        .account(&key)
        .await?
        .devices
        .into_iter()
        .find(|row| row.public_key == other.key)
        .ok_or("no row")?;
    spoilt.confirmed_by.push('x');
    bench.services.store.commit(Commit { scope: key.into(), changes: vec![Change::PutDevice(spoilt)] }).await?;
    let mut alias = Browser::on_machine(1)?;
    alias.cookie = owner.cookie.clone();
    let (_, body) = alias.log_in(&bench, "u-1001", "alice@mail.example").await?;
    assert!(findings(&body).contains(&"account-tampered"));
    assert_eq!((methods(&body), &body["challenge"]["methods"][0]["method"]), (1, &"mail-code".into()));
    Ok(())
}

#[tokio::test]
async fn a_confirmation_without_a_key_is_on_probation_too() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    let begun = browser.begin(&bench).await?;
    let field = format!("{}~keyless:no-indexeddb:{}~{}", begun.attempt, begun.nonce, work_part(&begun)?);
    let reply = bench.assess(begun.attempt, &bench.assess_body(&browser, Some("u-1001"), "alice", &field)).await?;
    let body: Value = serde_json::from_str(&reply.body)?;
    browser.keep_cookies(&body);
    let allowed = browser.confirm_keyless(&bench, &body["challenge"], "u-1001").await?;
    assert!(allowed.probation && allowed.device.is_none());
    assert_eq!(allowed.findings.iter().map(|found| found.code.as_str()).collect::<Vec<_>>(), ["device-on-probation"]);
    Ok(())
}

#[tokio::test]
async fn after_a_restore_every_device_is_challenged_once_and_nothing_older_is_good() -> Outcome {
    let mut bench = Bench::in_memory()?;
    let (mut owner, mut other) = (Browser::on_machine(1)?, Browser::on_machine(2)?);
    owner.enrol(&bench, "u-1001", "alice").await?;
    other.enrol(&bench, "u-1001", "alice").await?;
    let mut stranger = Browser::on_machine(3)?;
    let (_, body) = stranger.log_in(&bench, "u-1001", "alice").await?;
    stranger.send_code(&bench, &body["challenge"]).await?;
    let sent = bench.mail.newest_code().ok_or("no code")?;

    bench.services.epoch += 1;
    bench.clock.advance_millis(3_600_000 - 1_000);
    let refused = stranger.check_code(&bench, &body["challenge"], &sent).await.unwrap_err();
    assert_eq!(code(&*refused), "attempt-expired");
    bench.clock.advance_millis(1_000);
    for browser in [&mut owner, &mut other] {
        let (status, body) = browser.log_in(&bench, "u-1001", "alice").await?;
        assert_eq!(status, 401);
        assert!(findings(&body).contains(&"device-from-before-restore"));
        browser.enrol_again(&bench, "u-1001", "alice").await?;
        assert_eq!(browser.log_in(&bench, "u-1001", "alice").await?.0, 200);
    }
    Ok(())
}

#[tokio::test]
async fn rows_turned_back_are_noticed_across_a_restore() -> Outcome {
    let mut bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    let key = AccountKey { platform: bench.platform.clone(), account: account("u-1001")? };
    let earlier = bench.services.store.account(&key).await?;
    browser.log_in(&bench, "u-1001", "alice").await?;
    let now = bench.services.store.account(&key).await?.head.ok_or("no head")?;
    let mut changes = vec![Change::PutAccount { row: earlier.head.ok_or("no head")?, expected: Some(now.version) }];
    changes.extend(earlier.devices.into_iter().map(Change::PutDevice));
    bench.services.store.commit(Commit { scope: key.into(), changes }).await?;
    bench.services.epoch += 1;
    let (_, body) = browser.log_in(&bench, "u-1001", "alice").await?;
    assert!(findings(&body).contains(&"account-rolled-back"));
    Ok(())
}

#[tokio::test]
async fn a_browsers_second_post_is_not_the_back_ends_retry() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    let begun = browser.begin(&bench).await?;
    let field = browser.login_field(&begun, "alice")?;
    let mut body = bench.assess_body(&browser, Some("u-1001"), "alice", &field);
    assert_eq!(bench.assess(begun.attempt, &body).await?.status, 200);
    body["request_id"] = "another-request-of-a-test".into();
    assert_eq!(bench.assess(begun.attempt, &body).await.unwrap_err().to_string(), "nonce-spent");
    Ok(())
}

/// What a page tells that had no time: nothing.
fn timed_out() -> Vec<u8> {
    let mut slow = login_guard_protocol::evidence::Writer::default();
    for name in crate::testing::STEADY {
        slow.absent(name, "timed-out");
    }
    slow.into_bytes()
}

#[tokio::test]
async fn a_device_of_which_nothing_was_read_at_enrolment_is_no_machine_until_it_is_confirmed_again() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    let whole = std::mem::replace(&mut browser.evidence, timed_out());
    browser.enrol(&bench, "u-1001", "alice").await?;
    for evidence in [Browser::on_machine(2)?.evidence, timed_out(), whole.clone()] {
        browser.evidence = evidence;
        let (status, body) = browser.log_in(&bench, "u-1001", "alice").await?;
        assert_eq!((status, findings(&body).contains(&"machine-differs")), (401, true), "{body}");
    }
    browser.enrol(&bench, "u-1001", "alice").await?;
    assert_eq!(browser.log_in(&bench, "u-1001", "alice").await?.0, 200);
    browser.evidence = Browser::on_machine(2)?.evidence;
    assert_eq!(browser.log_in(&bench, "u-1001", "alice").await?.0, 401);
    Ok(())
}

#[tokio::test]
async fn what_a_slow_login_missed_is_enrolled_from_what_came_with_the_redemption() -> Outcome {
    for (confirmed, logged_in) in [(Browser::on_machine(1)?.evidence, 200), (timed_out(), 401), (Vec::new(), 401)] {
        let bench = Bench::in_memory()?;
        let mut browser = Browser::on_machine(1)?;
        let whole = std::mem::replace(&mut browser.evidence, timed_out());
        let (_, body) = browser.log_in(&bench, "u-1001", "alice").await?;
        let challenge = &body["challenge"];
        browser.send_code(&bench, challenge).await?;
        let code = bench.mail.newest_code().ok_or("no code")?;
        let token = browser.check_code(&bench, challenge, &code).await?.token;
        let body = browser.redeem_body_with(challenge, &token, "u-1001", &confirmed)?;
        // evidence that the proof does not sign, or that is none, spends nothing
        let field = body["verdict"].as_str().ok_or("no field")?;
        let (signed, _) = field.rsplit_once('~').ok_or("no evidence")?;
        let others = Browser::on_machine(2)?.evidence;
        for (evidence, code) in [(others.as_slice(), "verdict-mismatch"), (b"[]", "proof-malformed")] {
            let mut forged = body.clone();
            forged["verdict"] = format!("{signed}~{}", login_guard_protocol::base64url::encode(evidence)).into();
            assert_eq!(browser.redeem(&bench, &forged).await.unwrap_err().to_string(), code);
        }
        browser.redeem(&bench, &body).await?;
        browser.evidence = others;
        assert_eq!(browser.log_in(&bench, "u-1001", "alice").await?.0, 401, "another machine");
        browser.evidence = whole;
        assert_eq!(browser.log_in(&bench, "u-1001", "alice").await?.0, logged_in);
    }
    Ok(())
}

#[tokio::test]
async fn two_tabs_that_confirm_two_keys_both_stay_known() -> Outcome {
    let bench = Bench::in_memory()?;
    let (mut one, mut other) = (Browser::on_machine(1)?, Browser::on_machine(1)?);
    one.enrol(&bench, "u-1001", "alice").await?;
    other.cookie = one.cookie.clone();
    other.enrol(&bench, "u-1001", "alice").await?;
    // the browser keeps one cookie for the account: the newer one, whose key took the device over; it is proved for the older
    one.cookie = other.cookie.clone();
    let (_, body) = one.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!(findings(&body), ["key-missing"]);
    other.check_device_key(&bench, &body["challenge"]).await?;
    Ok(())
}

#[tokio::test]
async fn a_copy_that_draws_otherwise_is_stopped_until_a_person_confirms() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    let mut copy = owner.copied_to(1)?;
    copy.renderer = Browser::on_machine(2)?.renderer;
    let (status, body) = copy.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, findings(&body)), (401, vec!["probe-failed", "device-on-probation"]));
    let (status, body) = owner.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, findings(&body)), (401, vec!["probe-failed", "device-on-probation"]), "until it is confirmed");
    owner.enrol(&bench, "u-1001", "alice").await?;
    for _ in 0..5 {
        assert_eq!(owner.log_in(&bench, "u-1001", "alice").await?.0, 200);
    }
    Ok(())
}

#[tokio::test]
async fn another_graphics_stack_only_explains() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    owner.renderer = owner.renderer.map(|renderer| Renderer { graphics: 9, ..renderer });
    let (status, body) = owner.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, findings(&body)), (200, vec!["probe-graphics-changed", "device-on-probation"]));
    for _ in 0..4 {
        let (status, body) = owner.log_in(&bench, "u-1001", "alice").await?;
        assert_eq!((status, findings(&body)), (200, vec!["device-on-probation"]));
    }
    Ok(())
}

#[tokio::test]
async fn a_device_that_never_drew_is_not_compared_and_begins_when_it_draws() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    let renderer = owner.renderer.take();
    owner.enrol(&bench, "u-1001", "alice").await?;
    assert_eq!(owner.log_in(&bench, "u-1001", "alice").await?.0, 200);
    owner.renderer = renderer;
    assert_eq!(owner.log_in(&bench, "u-1001", "alice").await?.0, 200);
    owner.renderer = None;
    let (status, body) = owner.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!(
        (status, findings(&body)),
        (401, vec!["probe-failed", "device-on-probation"]),
        "what was drawn must be drawn"
    );
    Ok(())
}

#[tokio::test]
async fn what_the_login_had_not_drawn_is_drawn_while_the_person_confirms() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    let renderer = owner.renderer.take();
    let (_, body) = owner.log_in(&bench, "u-1001", "alice").await?;
    let challenge = &body["challenge"];
    owner.send_code(&bench, challenge).await?;
    let code = bench.mail.newest_code().ok_or("no code")?;
    let token = owner.check_code(&bench, challenge, &code).await?.token;
    owner.renderer = renderer;
    let seeds = serde_json::from_value(challenge["probe"]["seeds"].clone())?;
    let drawn = owner.document(&ProbeRequest::of(seeds));
    owner.redeem(&bench, &owner.redeem_body_with(challenge, &token, "u-1001", &drawn)?).await?;
    assert_eq!(owner.log_in(&bench, "u-1001", "alice").await?.0, 200);
    owner.renderer = Some(Renderer { processor: 2, graphics: 1 });
    let (status, body) = owner.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, findings(&body)), (401, vec!["probe-failed", "device-on-probation"]));
    assert_eq!(body["challenge"]["probe"], serde_json::Value::Null, "it was drawn: nothing is left to draw");
    Ok(())
}

#[tokio::test]
async fn the_silent_way_draws_as_well_and_remembers_a_wrong_picture() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    let (right, mut other) = (owner.renderer, owner.copied_to(1)?);
    other.renderer = Some(Renderer { processor: 2, graphics: 1 });
    // the copy hides the key, is asked for a picture, and tries one renderer after another
    let mut fresh = Browser::on_machine(1)?;
    fresh.cookie.clone_from(&owner.cookie);
    let (_, body) = fresh.log_in(&bench, "u-1001", "alice@example.com").await?;
    let challenge = body["challenge"].clone();
    assert_eq!(challenge["methods"][0]["method"], "device-key");
    let refused = other.check_device_key(&bench, &challenge).await;
    assert!(refused.err().is_some_and(|error| code(&*error) == "method-unavailable"));
    other.renderer = right;
    let late = other.check_device_key(&bench, &challenge).await;
    assert!(late.err().is_some_and(|error| code(&*error) == "method-unavailable"), "a right picture after a wrong one");
    let (status, body) = other.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, findings(&body)), (401, vec!["probe-failed", "device-on-probation"]));
    Ok(())
}

#[tokio::test]
async fn a_confirmation_whose_reply_was_lost_is_not_asked_for_again_by_the_probe() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    owner.renderer = Some(Renderer { processor: 2, graphics: 1 });
    let before = owner.cookie.clone();
    owner.enrol(&bench, "u-1001", "alice").await?;
    owner.cookie = before;
    // the browser listener does not know the network here
    let (status, body) = owner.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, findings(&body)), (200, vec!["device-on-probation"]));
    Ok(())
}
