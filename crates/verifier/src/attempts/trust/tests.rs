//! The rule, case by case, and as a property over whole histories.

use proptest::prelude::*;

use super::*;

const HOUR_S: u64 = 3_600;

fn at(hours: u64) -> Timestamp {
    Timestamp::from_millis(1_795_356_180_000).plus_seconds(hours * HOUR_S)
}

fn device(standing: Standing, by: &str, hours: u64) -> Trust {
    Trust { standing, by: by.into(), since: at(hours), enrolled_at: at(hours) }
}

#[test]
fn acknowledgement_waits_a_day_and_takes_an_older_trusted_device() {
    let older = device(Standing::Trusted, "lg-passkey", 0);
    let young = device(Standing::Probation, "lg-mail", 10);
    assert_eq!(young.acknowledged(&older, at(33)), Err(Unfit::Early(HOUR_S)));
    let trusted = young.acknowledged(&older, at(34)).unwrap();
    assert_eq!((trusted.standing, trusted.since), (Standing::Trusted, at(34)));
    assert_eq!(young.acknowledged(&device(Standing::Probation, "lg-mail", 0), at(34)), Err(Unfit::Voucher));
    assert_eq!(young.acknowledged(&device(Standing::Suspended, "lg-passkey", 0), at(34)), Err(Unfit::Voucher));
    assert_eq!(young.acknowledged(&device(Standing::Trusted, "lg-passkey", 11), at(50)), Err(Unfit::Younger));
    assert_eq!(trusted.acknowledged(&older, at(99)), Err(Unfit::Settled));
}

#[test]
fn borrowed_trust_vouches_for_nobody_for_a_day() {
    for by in [APPROVED, ACKNOWLEDGED] {
        let lifted = device(Standing::Trusted, by, 0);
        assert!(!lifted.may_approve(at(23)) && !lifted.may_vouch(at(23)) && !lifted.lifts(true, true, at(23)), "{by}");
        assert!(lifted.may_approve(at(24)) && lifted.may_vouch(at(24)) && lifted.lifts(true, true, at(24)), "{by}");
    }
    let approved = device(Standing::Probation, APPROVED, 0);
    assert!(!approved.may_approve(at(10_000)), "an approval that nobody acknowledged");
}

#[test]
fn approval_lifts_only_with_network_passkey_and_trust() {
    let trusted = device(Standing::Trusted, "lg-passkey", 0);
    assert!(trusted.lifts(true, true, at(1)));
    assert!(!trusted.lifts(true, false, at(1)) && !trusted.lifts(false, true, at(1)));
    let probation = device(Standing::Probation, "lg-mail", 0);
    assert!(probation.may_approve(at(1)) && !probation.lifts(true, true, at(1)));
}

#[test]
fn another_code_neither_ends_nor_renews_a_probation() {
    let known = device(Standing::Probation, "lg-mail", 0);
    let again = Trust::confirmed(Some(&known), (Standing::Probation, "lg-totp"), at(5));
    assert_eq!((again.standing, again.since), (Standing::Probation, at(0)));
    let approved = device(Standing::Probation, APPROVED, 0);
    assert_eq!(Trust::confirmed(Some(&approved), (Standing::Probation, "lg-mail"), at(5)).by, APPROVED);
    let trusted = device(Standing::Trusted, "lg-passkey", 0);
    let fallen = Trust::confirmed(Some(&trusted), (Standing::Probation, "lg-mail"), at(5));
    assert_eq!((fallen.standing, fallen.since), (Standing::Probation, at(5)));
    let approved = Trust::confirmed(Some(&trusted), (Standing::Trusted, APPROVED), at(5));
    assert_eq!(approved, trusted, "another's word takes nothing from a passkey");
    let shown =
        Trust::confirmed(Some(&device(Standing::Trusted, APPROVED, 0)), (Standing::Trusted, "lg-passkey"), at(5));
    assert!(shown.may_vouch(at(5)), "a passkey frees it from another's word");
}

#[test]
fn a_lost_key_keeps_the_standing_and_nothing_else_of_it() {
    let trusted = device(Standing::Trusted, "lg-passkey", 0);
    let rekeyed = trusted.rekeyed((Standing::Probation, "lg-mail"), at(5));
    assert_eq!((rekeyed.standing, &*rekeyed.by, rekeyed.since), (Standing::Trusted, REKEYED, at(5)));
    for now in [at(5), at(100_000)] {
        assert!(!rekeyed.may_vouch(now) && !rekeyed.may_approve(now) && !rekeyed.is_settled());
    }
    assert_eq!(rekeyed.acknowledged(&trusted, at(28)), Err(Unfit::Early(HOUR_S)));
    let acknowledged = rekeyed.acknowledged(&trusted, at(29)).unwrap();
    assert!(!acknowledged.may_vouch(at(52)) && acknowledged.may_vouch(at(53)));
    assert_eq!(trusted.acknowledged(&rekeyed, at(1_000)), Err(Unfit::Voucher));
    let shown = Trust::confirmed(Some(&rekeyed), (Standing::Trusted, "lg-passkey"), at(6));
    assert!(shown.may_vouch(at(6)), "a passkey frees it");
    let lifted = Trust::confirmed(Some(&rekeyed), (Standing::Trusted, APPROVED), at(80));
    assert_eq!((&*lifted.by, lifted.since), (APPROVED, at(80)));
    let lifted = trusted.rekeyed((Standing::Trusted, APPROVED), at(80));
    assert!(!lifted.may_vouch(at(81)), "another's word is no passkey's because the lost key had one");
    let young = device(Standing::Probation, "lg-mail", 0).rekeyed((Standing::Probation, APPROVED), at(5));
    assert_eq!((young.standing, &*young.by, young.since), (Standing::Probation, APPROVED, at(5)));
    let suspended = device(Standing::Suspended, "lg-passkey", 0).rekeyed((Standing::Probation, "lg-mail"), at(5));
    assert_eq!((suspended.standing, &*suspended.by), (Standing::Probation, "lg-mail"));
}

#[test]
fn restart_keeps_what_rested_on_anothers_word() {
    for by in [APPROVED, REKEYED] {
        let restarted = device(Standing::Trusted, by, 0).restarted(at(100)).restarted(at(200));
        assert!(restarted.by == by && !restarted.may_approve(at(1_000)), "{by}");
    }
    let early = device(Standing::Trusted, ACKNOWLEDGED, 0).restarted(at(10)).restarted(at(100));
    assert!(!early.may_approve(at(1_000)));
    assert!(device(Standing::Trusted, ACKNOWLEDGED, 0).restarted(at(30)).may_approve(at(31)), "it was its own by then");
}

#[test]
fn restart_puts_back_all_but_suspended_devices() {
    let restarted = device(Standing::Trusted, "lg-passkey", 0).restarted(at(7));
    assert_eq!((restarted.standing, restarted.since, restarted.enrolled_at), (Standing::Probation, at(7), at(0)));
    let suspended = device(Standing::Suspended, "lg-mail", 0);
    assert_eq!(suspended.restarted(at(7)), suspended);
}

/// What may befall the devices of an account whose password, mailbox, telephone and patience are a thief's.
#[derive(Clone, Copy, Debug)]
enum Event {
    Wait { hours: u64 },
    Confirm { device: usize, by: &'static str },
    Approve { approver: usize, device: usize, shares_network: bool },
    Acknowledge { voucher: usize, device: usize },
    Rekey { device: usize, by: &'static str },
    Restart,
}

const DEVICES: usize = 5;

fn event() -> impl Strategy<Value = Event> {
    let codes = vec!["lg-mail", "lg-sms", "lg-totp", "lg-recovery-code", "otp", "lg-device-key"];
    prop_oneof![
        (1..2_000_u64).prop_map(|hours| Event::Wait { hours }),
        (0..DEVICES, prop::sample::select(codes.clone())).prop_map(|(device, by)| Event::Confirm { device, by }),
        (0..DEVICES, prop::sample::select(codes)).prop_map(|(device, by)| Event::Rekey { device, by }),
        (0..DEVICES, 0..DEVICES, any::<bool>()).prop_map(|(approver, device, shares_network)| Event::Approve {
            approver,
            device,
            shares_network
        }),
        (0..DEVICES, 0..DEVICES).prop_map(|(voucher, device)| Event::Acknowledge { voucher, device }),
        Just(Event::Restart),
    ]
}

fn apply(devices: &mut [Option<Trust>; DEVICES], now: &mut Timestamp, event: Event, by_passkey: bool) {
    match event {
        Event::Wait { hours } => *now = now.plus_seconds(hours * HOUR_S),
        Event::Confirm { device, by } => {
            let known = devices[device].clone();
            devices[device] = Some(Trust::confirmed(known.as_ref(), (Standing::Probation, by), *now));
        }
        Event::Approve { approver, device, shares_network } => {
            let Some(by) = devices[approver].clone().filter(|by| approver != device && by.may_approve(*now)) else {
                return;
            };
            let lifts = by.lifts(shares_network, by_passkey, *now);
            let standing = if lifts { Standing::Trusted } else { Standing::Probation };
            let known = devices[device].clone();
            devices[device] = Some(Trust::confirmed(known.as_ref(), (standing, APPROVED), *now));
        }
        Event::Acknowledge { voucher, device } => {
            if let (Some(by), Some(target)) = (devices[voucher].clone(), devices[device].clone())
                && let Ok(trust) = target.acknowledged(&by, *now)
            {
                devices[device] = Some(trust);
            }
        }
        Event::Rekey { device, by } => {
            if let Some(known) = devices[device].clone() {
                devices[device] = Some(known.rekeyed((Standing::Probation, by), *now));
            }
        }
        Event::Restart => {
            for device in devices.iter_mut().flatten() {
                *device = device.restarted(*now);
            }
        }
    }
}

proptest! {
    /// Even somebody who shares a network with everybody and shows the passkey at every approval.
    #[test]
    fn phishable_confirmations_approvals_on_probation_and_time_never_reach_trust(
        events in prop::collection::vec(event(), 1..60), by_passkey: bool,
    ) {
        let (mut devices, mut now): ([Option<Trust>; DEVICES], _) = (Default::default(), at(0));
        for event in events {
            apply(&mut devices, &mut now, event, by_passkey);
            let is_trusted = |device: &Trust| device.standing == Standing::Trusted;
            prop_assert!(!devices.iter().flatten().any(is_trusted), "{devices:?}");
        }
    }

    /// With one trusted device that the thief does not have, nothing else is trusted without that device's word, and what it
    /// vouched for vouches for nobody within a day.
    #[test]
    fn trust_comes_from_the_trusted_device_alone(events in prop::collection::vec(event(), 1..60)) {
        let mut devices: [Option<Trust>; DEVICES] = Default::default();
        devices[0] = Some(device(Standing::Trusted, "lg-passkey", 0));
        let mut now = at(1);
        for event in events {
            let is_owners = matches!(event,
                Event::Approve { approver: 0, .. } | Event::Acknowledge { voucher: 0, .. } | Event::Confirm { device: 0, .. }
                | Event::Restart | Event::Approve { device: 0, .. } | Event::Rekey { device: 0, .. });
            if is_owners {
                continue;
            }
            apply(&mut devices, &mut now, event, true);
            for thief in devices.iter().skip(1).flatten() {
                prop_assert!(thief.standing != Standing::Trusted, "{thief:?}");
            }
        }
    }

    /// Whoever took over the cookie of the one trusted device, from its own network, has its log-ins and never its word.
    #[test]
    fn a_stolen_cookie_carries_no_trust_to_anything(
        events in prop::collection::vec(event(), 1..60), by_passkey: bool, hours in 0..100_u64,
    ) {
        let mut devices: [Option<Trust>; DEVICES] = Default::default();
        let mut now = at(hours);
        devices[0] = Some(device(Standing::Trusted, "lg-passkey", 0).rekeyed((Standing::Probation, "lg-mail"), now));
        for event in events {
            apply(&mut devices, &mut now, event, by_passkey);
            prop_assert!(!devices.iter().flatten().any(|device| device.may_vouch(now)), "{devices:?}");
            prop_assert!(!devices.iter().skip(1).flatten().any(|device| device.standing == Standing::Trusted), "{devices:?}");
        }
    }

    /// Nothing but a confirmation of its own lets a device approve that another's word let in.
    #[test]
    fn no_restart_and_no_lost_key_makes_an_approved_device_approve(
        steps in prop::collection::vec((0..3_usize, 0..100_u64), 1..20), is_lifted: bool,
    ) {
        let standing = if is_lifted { Standing::Trusted } else { Standing::Probation };
        let (mut approved, mut now) = (device(standing, APPROVED, 0), at(0));
        for (step, hours) in steps {
            now = now.plus_seconds(hours * HOUR_S);
            approved = match step {
                0 => approved.restarted(now),
                1 => approved.rekeyed((Standing::Probation, "lg-mail"), now),
                _ if approved.standing == Standing::Probation => {
                    Trust::confirmed(Some(&approved), (Standing::Probation, "lg-mail"), now)
                }
                _ => approved,
            };
            prop_assert!(approved.standing == Standing::Trusted || !approved.may_approve(now), "{approved:?}");
        }
    }

    /// A restart leaves nothing trusted, whatever was before.
    #[test]
    fn nothing_is_trusted_after_a_restart(events in prop::collection::vec(event(), 1..40)) {
        let mut devices: [Option<Trust>; DEVICES] = Default::default();
        devices[0] = Some(device(Standing::Trusted, "lg-passkey", 0));
        let mut now = at(1);
        for event in events {
            apply(&mut devices, &mut now, event, true);
        }
        apply(&mut devices, &mut now, Event::Restart, false);
        prop_assert!(!devices.iter().flatten().any(|device| device.standing == Standing::Trusted));
    }
}
