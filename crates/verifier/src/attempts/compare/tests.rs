use login_guard_protocol::Purpose;
use login_guard_protocol::evidence::Writer;
use serde_json::Value;

use crate::attempts::{self, AllowResponse};
use crate::store::{AccountKey, Change, Commit};
use crate::testing::{Bench, Browser, STEADY, account};

type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A device of alice, enrolled.
async fn enrolled(bench: &Bench) -> Result<(Browser, AllowResponse), Failure> {
    let mut owner = Browser::on_machine(1)?;
    let allowed = owner.enrol(bench, "u-1001", "alice").await?;
    Ok((owner, allowed))
}

/// The body of a comparison with an attempt of its own.
async fn body_of(bench: &Bench, browser: &Browser) -> Result<Value, Failure> {
    let begun = browser.begin_for(bench, Purpose::Session).await?;
    Ok(bench.compare_body(browser, "u-1001", "alice", &browser.session_field(&begun, "alice")?))
}

/// Status and body of one comparison.
async fn compared(bench: &Bench, browser: &Browser) -> Result<(u16, Value), Failure> {
    let reply = bench.compare(&body_of(bench, browser).await?).await?;
    Ok((reply.status, serde_json::from_str(&reply.body)?))
}

fn refusal<T>(result: Result<T, crate::problem::Problem>) -> String {
    result.err().map_or_else(String::new, |problem| problem.to_string())
}

/// A document with this canvas, and everything else as on machine 1.
fn drawn(canvas: u8) -> Vec<u8> {
    let mut writer = Writer::default();
    for name in STEADY {
        writer.present(name, &[if *name == "canvas" { canvas } else { 1 }; 16]);
    }
    writer.fact("browser", "firefox");
    writer.into_bytes()
}

#[tokio::test]
async fn the_owner_is_told_that_everything_is_as_it_was() -> Outcome {
    let bench = Bench::in_memory()?;
    let (owner, allowed) = enrolled(&bench).await?;
    let (status, body) = compared(&bench, &owner).await?;
    assert_eq!((status, &body["account"], &body["same_machine"]), (200, &"u-1001".into(), &true.into()));
    let device = allowed.device.ok_or("no device")?;
    assert_eq!(body["device"]["id"], serde_json::to_value(device.id)?);
    assert_eq!(body["device"]["key"], serde_json::to_value(device.key)?);
    assert_eq!(
        (&body["device"]["probation"], &body["device"]["enrolled_at"]),
        (&true.into(), &"2026-11-22T14:03:00Z".into())
    );
    let components = body["components"].as_array().ok_or("no components")?;
    let names: Vec<&str> = components.iter().filter_map(|row| row["component"].as_str()).collect();
    assert_eq!(names, ["audio", "browser", "canvas", "fonts", "hardware", "platform", "webgl"], "the table's order");
    assert!(components.iter().all(|row| row["outcome"] == "same"), "{body}");
    let kinds: Vec<&Value> =
        components.iter().filter(|row| row["kind"] == "fact").map(|row| &row["component"]).collect();
    assert_eq!(kinds, ["browser"]);
    assert_eq!((&components[2]["change"], &components[6]["change"]), (&"expected".into(), &"implausible".into()));
    Ok(())
}

#[tokio::test]
async fn what_changed_is_named_and_nothing_else_is_told() -> Outcome {
    let bench = Bench::in_memory()?;
    let (mut owner, _) = enrolled(&bench).await?;
    owner.evidence = drawn(2);
    let (status, body) = compared(&bench, &owner).await?;
    assert_eq!((status, &body["same_machine"]), (200, &true.into()));
    let canvas = &body["components"][2];
    assert_eq!(
        *canvas,
        serde_json::json!({"component": "canvas", "kind": "component", "outcome": "changed", "change": "expected"})
    );
    let members: Vec<&String> = body.as_object().ok_or("no object")?.keys().collect();
    assert_eq!(members, ["account", "components", "device", "same_machine"]);
    owner.evidence = Browser::on_machine(2)?.evidence;
    assert_eq!(compared(&bench, &owner).await?.1["same_machine"], false);
    Ok(())
}

#[tokio::test]
async fn a_comparison_changes_nothing_of_the_account() -> Outcome {
    let bench = Bench::in_memory()?;
    let (mut owner, _) = enrolled(&bench).await?;
    let key = AccountKey { platform: bench.platform.clone(), account: account("u-1001")? };
    let before = bench.services.store.account(&key).await?;
    bench.clock.advance_millis(60_000);
    // a language would be adopted by a login
    let mut document: Value = serde_json::from_slice(&drawn(1))?;
    document["facts"]["language"] = "fr".into();
    owner.evidence = serde_json::to_vec(&document)?;
    assert_eq!(compared(&bench, &owner).await?.0, 200);
    assert_eq!(bench.services.store.account(&key).await?, before);
    Ok(())
}

#[tokio::test]
async fn whatever_is_no_device_of_the_account_gets_one_and_the_same_answer() -> Outcome {
    let bench = Bench::in_memory()?;
    let (owner, _) = enrolled(&bench).await?;
    let mut second = Browser::on_machine(2)?;
    second.enrol(&bench, "u-1001", "alice").await?;
    let mut other = Browser::on_machine(3)?;
    other.enrol(&bench, "u-1002", "bob").await?;

    let mut without_cookie = body_of(&bench, &owner).await?;
    without_cookie["device_cookie"] = Value::Null;
    let mut others_cookie = body_of(&bench, &owner).await?;
    others_cookie["device_cookie"] = second.cookie.clone().into();
    let mut others_account = body_of(&bench, &owner).await?;
    others_account["account"] = "u-1002".into();
    let mut nobodys_account = body_of(&bench, &owner).await?;
    nobodys_account["account"] = "u-9999".into();
    let begun = owner.begin_for(&bench, Purpose::Session).await?;
    let keyless = format!("{}~keyless:no-indexeddb:{}~", begun.attempt, begun.nonce);
    let keyless = bench.compare_body(&owner, "u-1001", "alice", &keyless);
    let mut thief = Browser::on_machine(1)?;
    thief.cookie.clone_from(&owner.cookie);
    let stranger = body_of(&bench, &thief).await?;
    (thief.key, thief.shows_key) = (owner.key, false);
    let forged = body_of(&bench, &thief).await?;

    let mut replies = Vec::new();
    for body in [
        without_cookie,
        others_cookie,
        others_account,
        nobodys_account,
        keyless,
        stranger,
        forged,
        body_of(&bench, &other).await?,
    ] {
        let reply = bench.compare(&body).await?;
        assert_eq!(reply.status, 404, "{}", reply.body);
        replies.push(reply.body);
    }
    assert!(replies.iter().all(|reply| *reply == replies[0] && reply.contains("device-unknown")));
    Ok(())
}

#[tokio::test]
async fn rows_that_somebody_else_wrote_are_compared_with_nothing() -> Outcome {
    let bench = Bench::in_memory()?;
    let (owner, _) = enrolled(&bench).await?;
    let key = AccountKey { platform: bench.platform.clone(), account: account("u-1001")? };
    let mut spoilt = bench.services.store.account(&key).await?.devices.pop().ok_or("no row")?;
    spoilt.evidence = String::from_utf8(drawn(2))?;
    bench.services.store.commit(Commit { scope: key.into(), changes: vec![Change::PutDevice(spoilt)] }).await?;
    assert_eq!(compared(&bench, &owner).await?.0, 404);
    Ok(())
}

#[tokio::test]
async fn a_device_from_before_a_restore_is_compared_after_its_next_login() -> Outcome {
    let mut bench = Bench::in_memory()?;
    let (mut owner, _) = enrolled(&bench).await?;
    bench.services.epoch += 1;
    bench.clock.advance_millis(3_600_000);
    assert_eq!(compared(&bench, &owner).await?.0, 404);
    owner.enrol_again(&bench, "u-1001", "alice").await?;
    assert_eq!(compared(&bench, &owner).await?.0, 200);
    Ok(())
}

#[tokio::test]
async fn a_nonce_is_good_for_one_comparison_and_its_own_retry() -> Outcome {
    let bench = Bench::in_memory()?;
    let (owner, _) = enrolled(&bench).await?;
    let body = body_of(&bench, &owner).await?;
    let first = bench.compare(&body).await?;
    assert_eq!(first.status, 200);
    assert_eq!(bench.compare(&body).await?, first);
    let mut other = body.clone();
    other["device_cookie"] = Value::Null;
    assert_eq!(refusal(bench.compare(&other).await), "nonce-spent");
    let late = body_of(&bench, &owner).await?;
    bench.clock.advance_millis(120_000);
    assert_eq!(refusal(bench.compare(&late).await), "nonce-expired");
    Ok(())
}

#[tokio::test]
async fn what_is_made_for_a_session_never_logs_in() -> Outcome {
    let bench = Bench::in_memory()?;
    let (owner, _) = enrolled(&bench).await?;
    let session = owner.begin_for(&bench, Purpose::Session).await?;
    let login = owner.begin(&bench).await?;
    for (begun, field) in [
        (&session, owner.session_field(&session, "alice")?),
        (&session, owner.login_field(&session, "alice")?),
        (&login, owner.session_field(&login, "alice")?),
        (&session, format!("{}~keyless:no-indexeddb:{}~", session.attempt, session.nonce)),
    ] {
        let body = bench.assess_body(&owner, Some("u-1001"), "alice", &field);
        assert_eq!(refusal(bench.assess(begun.attempt, &body).await), "proof-refused");
        let open = serde_json::from_value(serde_json::json!({
            "login_name": "alice", "proof": field, "device_cookie": owner.cookie, "client": { "address": "203.0.113.7" },
        }))?;
        assert_eq!(
            refusal(attempts::open(&bench.services, &bench.caller(), begun.attempt, open).await),
            "proof-refused"
        );
    }
    // none of these spent anything
    let body = bench.compare_body(&owner, "u-1001", "alice", &owner.session_field(&session, "alice")?);
    assert_eq!(bench.compare(&body).await?.status, 200);
    let spent = bench.assess_body(&owner, Some("u-1001"), "alice", &owner.login_field(&login, "alice")?);
    assert_eq!(bench.assess(login.attempt, &spent).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn what_is_made_for_a_login_compares_nothing() -> Outcome {
    let bench = Bench::in_memory()?;
    let (owner, _) = enrolled(&bench).await?;
    let login = owner.begin(&bench).await?;
    let session = owner.begin_for(&bench, Purpose::Session).await?;
    for field in [
        owner.login_field(&login, "alice")?,
        owner.session_field(&login, "alice")?,
        owner.login_field(&session, "alice")?,
        format!("{}~keyless:no-indexeddb:{}~", login.attempt, login.nonce),
    ] {
        let body = bench.compare_body(&owner, "u-1001", "alice", &field);
        assert_eq!(refusal(bench.compare(&body).await), "proof-refused");
    }
    let body = bench.assess_body(&owner, Some("u-1001"), "alice", &owner.login_field(&login, "alice")?);
    assert_eq!(bench.assess(login.attempt, &body).await?.status, 200, "what was refused spent nothing");
    Ok(())
}

#[tokio::test]
async fn an_account_is_compared_ten_times_an_hour_whoever_asks() -> Outcome {
    let bench = Bench::in_memory()?;
    let (owner, _) = enrolled(&bench).await?;
    let stranger = Browser::on_machine(2)?;
    let mut first = None;
    for n in 0..10 {
        let body = body_of(&bench, if n < 5 { &owner } else { &stranger }).await?;
        let reply = bench.compare(&body).await?;
        assert_eq!(reply.status, if n < 5 { 200 } else { 404 });
        first.get_or_insert((body, reply));
    }
    let body = body_of(&bench, &owner).await?;
    let Err(exhausted) = bench.compare(&body).await else { return Err("an eleventh comparison".into()) };
    assert_eq!(exhausted.to_string(), "comparisons-exhausted");
    assert!(exhausted.members["retry_after_s"].as_u64().is_some_and(|wait| (1..=3_600).contains(&wait)));
    let (body, reply) = first.ok_or("no comparison")?;
    assert_eq!(bench.compare(&body).await?, reply, "a retry costs nothing");
    bench.clock.advance_millis(3_600_000);
    assert_eq!(compared(&bench, &owner).await?.0, 200);
    Ok(())
}

#[tokio::test]
async fn a_session_is_never_asked_for_a_picture_that_a_login_will_be_asked_for() -> Outcome {
    let bench = Bench::in_memory()?;
    let (owner, _) = enrolled(&bench).await?;
    let of_session = owner.begin_for(&bench, Purpose::Session).await?.probe.seeds;
    let of_login = owner.begin_for(&bench, Purpose::Login).await?.probe.seeds;
    assert!(of_session.iter().all(|seed| !of_login.contains(seed)), "a comparison spends no seed");
    Ok(())
}
