//! Devices listed, acknowledged, removed and put back on probation.

use login_guard_protocol::Digest;
use serde_json::{Value, json};

use crate::devices::restart;
use crate::jobs::outbox::hand_over_due;
use crate::problem::Problem;
use crate::testing::{Authenticator, Bench, Browser};

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Outcome = Result<(), Failure>;

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

fn code<T>(result: Result<T, Failure>) -> String {
    match result {
        Ok(_) => "accepted".into(),
        Err(error) => {
            error.downcast_ref::<Problem>().map_or_else(|| format!("not a problem: {error}"), ToString::to_string)
        }
    }
}

/// An owner at a trusted device, beside the one on probation that the passkey was registered from.
async fn trusted_owner() -> Result<(Bench, Browser, Browser, Authenticator), Failure> {
    let bench = Bench::in_memory()?;
    let mut first = Browser::on_machine(1)?;
    first.enrol(&bench, "u-1001", "alice").await?;
    let mut authenticator = Authenticator::new("acex.example")?;
    first.register_passkey(&bench, &mut authenticator, None).await?;
    bench.clock.advance_millis(3 * DAY_MS);
    let mut trusted = Browser::on_machine(8)?;
    trusted.enrol_by_passkey(&bench, &mut authenticator).await?;
    Ok((bench, trusted, first, authenticator))
}

async fn restart(bench: &Bench, body: Value) -> Result<Value, Failure> {
    let digest = Digest::of(body.to_string().as_bytes());
    let reply = restart::restart(&bench.services, &bench.caller(), &serde_json::from_value(body)?, digest).await?;
    Ok(serde_json::from_str(&reply.body)?)
}

#[tokio::test]
async fn a_device_on_probation_is_acknowledged_after_a_day_by_an_older_trusted_one() -> Outcome {
    let (bench, trusted, _, _) = trusted_owner().await?;
    bench.clock.advance_millis(HOUR_MS);
    let mut young = Browser::on_machine(2)?;
    young.address = "198.51.100.9".into();
    young.enrol(&bench, "u-1001", "alice").await?;
    bench.clock.advance_millis(HOUR_MS);
    young.log_in(&bench, "u-1001", "alice").await?;
    let entry = young.own_entry(&bench).await?;
    assert_eq!((&entry["standing"], &entry["confirmed_by"]), (&"probation".into(), &"lg-mail".into()));
    assert_eq!(code(trusted.acknowledge(&bench, &entry["device"]).await), "acknowledgement-early");

    bench.clock.advance_millis(22 * HOUR_MS);
    let seen = trusted.list_devices(&bench).await?;
    let seen = seen.iter().find(|row| row["device"] == entry["device"]).ok_or("not listed")?;
    assert_eq!(seen["acknowledge"]["in_s"], 3_600);
    let activity = seen["activity"].as_array().ok_or("no activity")?;
    assert_eq!(activity.len(), 2, "the confirmation and the log-in since");
    assert_eq!(
        (&activity[1]["network"], &activity[1]["browser"]),
        (&"198.51.100.0/24".into(), &"Firefox, Linux".into())
    );

    bench.clock.advance_millis(HOUR_MS);
    assert_eq!(trusted.acknowledge(&bench, &entry["device"]).await?["standing"], "trusted");
    let entry = young.own_entry(&bench).await?;
    assert_eq!((&entry["standing"], &entry["confirmed_by"]), (&"trusted".into(), &"lg-acknowledgement".into()));
    assert_eq!(entry["activity"].as_array().map(Vec::len), Some(0), "what it did is forgotten");
    let (status, body) = young.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, &body["probation"]), (200, &false.into()));
    Ok(())
}

#[tokio::test]
async fn nobody_on_probation_acknowledges_or_removes_others() -> Outcome {
    let (bench, trusted, first, _) = trusted_owner().await?;
    let mut thief = Browser::on_machine(2)?;
    thief.enrol(&bench, "u-1001", "alice").await?;
    bench.clock.advance_millis(31 * DAY_MS);
    let (own, victim) = (thief.own_entry(&bench).await?, trusted.own_entry(&bench).await?);
    for device in [&own["device"], &first.own_entry(&bench).await?["device"]] {
        assert_eq!(code(thief.acknowledge(&bench, device).await), "device-unfit");
    }
    assert_eq!(code(thief.remove(&bench, &victim["device"]).await), "device-unfit");
    let listed = thief.list_devices(&bench).await?;
    let others: Vec<&Value> = listed.iter().filter(|row| row["this"] == false).collect();
    assert!(others.iter().all(|row| row["activity"].as_array().is_some_and(Vec::is_empty)), "whereabouts of others");
    assert!(others.iter().all(|row| row["may_remove"] == false));

    assert_eq!(trusted.remove(&bench, &own["device"]).await?["removed"], true);
    hand_over_due(&bench.services).await?;
    assert!(bench.mail.newest().ok_or("no mail")?.subject.contains("removed"));
    assert_eq!(code(thief.list_devices(&bench).await), "not a problem: \"device-unknown\"");
    let (status, _) = thief.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!(status, 401);
    Ok(())
}

#[tokio::test]
async fn a_password_reset_puts_all_devices_on_probation() -> Outcome {
    let (bench, mut trusted, _, _) = trusted_owner().await?;
    let (status, body) = trusted.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, &body["probation"]), (200, &false.into()));
    let body = json!({ "account": "u-1001", "cause": "password-reset" });
    assert_eq!(restart(&bench, body.clone()).await?["restarted"], 1);
    assert_eq!(restart(&bench, body).await?["restarted"], 0);
    let (status, body) = trusted.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, &body["probation"]), (200, &true.into()));
    let entry = trusted.own_entry(&bench).await?;
    assert_eq!(entry["confirmed_by"], "lg-restarted");
    let nobody = json!({ "account": "u-9999", "cause": "recovery" });
    assert_eq!(restart(&bench, nobody).await?["restarted"], 0);
    Ok(())
}

#[tokio::test]
async fn the_device_that_changed_a_contact_with_a_passkey_stays_trusted() -> Outcome {
    let (bench, trusted, first, mut authenticator) = trusted_owner().await?;
    let step_up = trusted.step_up(&bench, &mut authenticator, &json!({ "act": "restart-probation" })).await?;
    let owner = trusted.owner(&bench, "u-1001", "alice").await?;
    let body = json!({ "account": "u-1001", "cause": "contact-change", "owner": owner, "step_up": step_up });
    restart(&bench, body).await?;
    assert_eq!(trusted.own_entry(&bench).await?["standing"], "trusted");
    assert_eq!(first.own_entry(&bench).await?["confirmed_by"], "lg-restarted");
    let owner = trusted.owner(&bench, "u-1001", "alice").await?;
    let without = json!({ "account": "u-1001", "cause": "contact-change", "owner": owner });
    assert_eq!(code(restart(&bench, without).await), "body-invalid");
    assert_eq!(trusted.own_entry(&bench).await?["standing"], "trusted");
    Ok(())
}

#[tokio::test]
async fn a_trusted_device_is_not_put_out_by_twenty_on_probation() -> Outcome {
    let (bench, mut trusted, _, _) = trusted_owner().await?;
    for machine in 30..52 {
        let mut flood = Browser::on_machine(machine)?;
        flood.address = format!("192.0.2.{machine}");
        bench.clock.advance_millis(HOUR_MS);
        flood.enrol(&bench, "u-1001", "alice").await?;
    }
    assert_eq!(trusted.list_devices(&bench).await?.len(), 20);
    assert_eq!(trusted.log_in(&bench, "u-1001", "alice").await?.0, 200);
    Ok(())
}

#[tokio::test]
async fn a_stolen_cookie_and_a_mailed_code_in_the_owners_network_vouch_for_nothing() -> Outcome {
    let (bench, owner, first, mut authenticator) = trusted_owner().await?;
    let victim = first.own_entry(&bench).await?["device"].clone();
    let mut other = Browser::on_machine(9)?;
    other.enrol_by_passkey(&bench, &mut authenticator).await?;
    bench.clock.advance_millis(HOUR_MS);
    let mut thief = Browser::on_machine(8)?;
    (thief.cookie, thief.address) = (owner.cookie.clone(), owner.address.clone());
    let allowed = thief.enrol(&bench, "u-1001", "alice").await?;
    assert!(!allowed.probation, "a log-in of an emptied browser stays what it was");
    for wait_ms in [0, 40 * DAY_MS] {
        bench.clock.advance_millis(wait_ms);
        let own = thief.own_entry(&bench).await?;
        assert_eq!((&own["standing"], &own["confirmed_by"]), (&"trusted".into(), &"lg-rekeyed".into()));
        assert_eq!(code(thief.acknowledge(&bench, &victim).await), "device-unfit");
        assert_eq!(code(thief.remove(&bench, &victim).await), "device-unfit");
    }
    // what frees it: another trusted device's word, a day later
    let rekeyed = thief.own_entry(&bench).await?["device"].clone();
    assert_eq!(other.acknowledge(&bench, &rekeyed).await?["standing"], "trusted");
    assert_eq!(code(thief.remove(&bench, &victim).await), "device-unfit", "borrowed for a day");
    bench.clock.advance_millis(DAY_MS);
    assert_eq!(thief.remove(&bench, &victim).await?["removed"], true);
    Ok(())
}

#[tokio::test]
async fn a_passkey_frees_a_device_that_lost_its_key() -> Outcome {
    let (bench, owner, first, mut authenticator) = trusted_owner().await?;
    let other = first.own_entry(&bench).await?["device"].clone();
    let mut emptied = Browser::on_machine(8)?;
    (emptied.cookie, emptied.address) = (owner.cookie.clone(), owner.address.clone());
    emptied.enrol_by_passkey(&bench, &mut authenticator).await?;
    assert_eq!(emptied.own_entry(&bench).await?["confirmed_by"], "lg-passkey");
    assert_eq!(emptied.remove(&bench, &other).await?["removed"], true);
    Ok(())
}

#[tokio::test]
async fn twenty_mailed_codes_do_not_put_out_the_owners_devices_on_probation() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owners = Vec::new();
    for machine in 1..3 {
        let mut owner = Browser::on_machine(machine)?;
        owner.enrol(&bench, "u-1001", "alice").await?;
        bench.clock.advance_millis(HOUR_MS);
        owners.push(owner);
    }
    for number in 0..25 {
        let mut stranger = Browser::on_machine(30 + number)?;
        stranger.address = format!("198.51.{number}.9");
        bench.clock.advance_millis(3 * HOUR_MS);
        stranger.enrol(&bench, "u-1001", "alice").await?;
    }
    for owner in &mut owners {
        assert_eq!(owner.log_in(&bench, "u-1001", "alice").await?.0, 200);
    }
    assert_eq!(owners[0].list_devices(&bench).await?.len(), 20);
    Ok(())
}

#[tokio::test]
async fn a_restart_does_not_make_an_approved_device_one_that_may_approve() -> Outcome {
    let (bench, owner, ..) = trusted_owner().await?;
    let mut approved = Browser::on_machine(2)?;
    approved.address = "198.51.100.9".into();
    let (_, body) = approved.log_in(&bench, "u-1001", "alice").await?;
    let shown = approved.request_approval(&bench, &body["challenge"]).await?;
    owner.answer(&bench, "approve", &shown).await?;
    approved.collect_approval(&bench, &body["challenge"]).await?;
    restart(&bench, json!({ "account": "u-1001", "cause": "password-reset" })).await?;

    let mut third = Browser::on_machine(3)?;
    third.address = "192.0.2.9".into();
    let (_, body) = third.log_in(&bench, "u-1001", "alice").await?;
    let shown = third.request_approval(&bench, &body["challenge"]).await?;
    assert_eq!(code(approved.answer(&bench, "approve", &shown).await), "device-unfit");
    Ok(())
}
