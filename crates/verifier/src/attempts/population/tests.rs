use std::io::Write;

use login_guard_protocol::evidence::Writer;
use login_guard_protocol::{AccountId, DeviceId};
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

use super::*;
use crate::attempts::enrol::put_device;
use crate::clock::Clock;
use crate::seal::cookie::{self, DeviceCookie, Generation, generation_digest};
use crate::seal::rows::verify;
use crate::store::models::Standing;
use crate::store::{Commit, DeviceRow};
use crate::testing::{Bench, Browser};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What a roll-out of another drawing back end moves.
const REDRAWN: &[&str] = &[
    "canvas",
    "canvas-text",
    "emoji",
    "emoji-metrics",
    "text-metrics",
    "webgl",
    "webgl-extensions",
    "webgl-parameters",
    "webgpu",
];
const STEADY: &[&str] =
    &["architecture", "audio", "device-memory", "fonts", "hardware", "platform", "screen", "timezone", "touch"];

/// A machine whose browser draws in the given way.
fn document(machine: u8, drawing: u8, version: u32) -> Vec<u8> {
    let mut writer = Writer::default();
    for name in STEADY {
        writer.present(name, &[machine; 16]);
    }
    for name in REDRAWN {
        writer.present(name, &[drawing; 16]);
    }
    for (name, value) in [
        ("browser", "chromium"),
        ("browser-version", &version.to_string()),
        ("platform", "windows"),
        ("language", "en"),
    ] {
        writer.fact(name, value);
    }
    writer.into_bytes()
}

/// Known devices of accounts of their own, all of one release, enrolled so many days ago.
async fn known(bench: &Bench, accounts: std::ops::Range<u8>, version: u32, days: u64) -> Outcome<Vec<Browser>> {
    let mut browsers = Vec::new();
    for number in accounts {
        browsers.push(enrolled(bench, &account(number), number, version).await?);
    }
    bench.clock.advance_millis(days * 24 * 3_600_000);
    Ok(browsers)
}

/// A device as a confirmation leaves it; without the work and the mails, which a hundred devices would take a minute for.
async fn enrolled(bench: &Bench, account: &str, number: u8, version: u32) -> Outcome<Browser> {
    let services = &bench.services;
    let key = AccountKey { platform: bench.platform.clone(), account: AccountId::parse(account)? };
    let verified = verify(&services.keys, &key, services.store.account(&key).await?);
    let generation = Generation::make(services.entropy.as_ref())?;
    let mut browser = Browser::on_machine(number)?;
    browser.evidence = document(number, number, version);
    let row = DeviceRow {
        device: DeviceId::from_bytes([number; 16]),
        public_key: browser.key,
        cookie_digest: generation_digest(&services.keys, &key, &generation),
        standing: Standing::Probation,
        confirmed_by: "lg-mail".into(),
        evidence: String::from_utf8(browser.evidence.clone())?,
        enrolled_at: services.clock.now(),
        seen_at: services.clock.now(),
        epoch: services.epoch,
        ratchet: Vec::new(),
        probes: String::new(),
        standing_since: services.clock.now(),
        activity: Vec::new(),
        mac: [0; 32],
    };
    let (changes, _) = put_device(services, &key, &verified, row);
    services.store.commit(Commit { scope: key.clone().into(), changes }).await?;
    browser.cookie = Some(DeviceCookie::default().with(cookie::tag(&services.keys, &key), generation).to_value());
    browser.shows_key = false;
    Ok(browser)
}

fn account(number: u8) -> String {
    format!("u-{number}")
}

/// A shifted machine draws in another way.
const fn redrawn(number: u8) -> u8 {
    number + 128
}

fn codes(body: &Value) -> Vec<&str> {
    body["findings"].as_array().into_iter().flatten().filter_map(|found| found["code"].as_str()).collect()
}

/// A release that redraws for three devices of five, one login after the other. Gives who was challenged.
async fn shift(bench: &Bench, browsers: &mut [Browser], version: u32) -> Outcome<Vec<u8>> {
    let mut challenged = Vec::new();
    for (number, browser) in (0..).zip(browsers) {
        let shifted = number % 5 < 3;
        browser.evidence = document(number, if shifted { redrawn(number) } else { number }, version);
        let (status, body) = browser.log_in(bench, &account(number), &account(number)).await?;
        match status {
            200 => {
                assert_eq!(codes(&body).contains(&"population-shift"), shifted, "{body}");
            }
            _ => challenged.push(number),
        }
        bench.clock.advance_millis(20_000);
    }
    Ok(challenged)
}

#[tokio::test]
async fn a_release_that_redraws_for_three_of_five_stops_only_the_first_few() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browsers = known(&bench, 0..100, 150, 0).await?;
    let mut others = known(&bench, 100..103, 149, 6).await?;
    assert_eq!(shift(&bench, &mut browsers, 150).await?.len(), 60, "nobody is counted yet, so nobody is excused");
    bench.clock.advance_millis(2 * 24 * 3_600_000);
    let challenged = shift(&bench, &mut browsers, 150).await?;
    assert_eq!(challenged.len(), 12, "of 60: {challenged:?}");
    assert!(challenged.iter().all(|number| *number < 20));

    for (number, browser) in (100..).zip(&mut others) {
        browser.evidence = document(number, redrawn(number), 149);
        let (status, body) = browser.log_in(&bench, &account(number), &account(number)).await?;
        assert_eq!((status, codes(&body).contains(&"machine-differs")), (401, true), "another release: {body}");
    }
    // a copy of a profile of this release, in this hour, on another machine
    let copied = &mut browsers[42];
    let own = std::mem::replace(&mut copied.evidence, document(99, 99, 150));
    let (status, body) = copied.log_in(&bench, "u-42", "u-42").await?;
    assert_eq!((status, codes(&body)), (401, vec!["machine-differs", "device-on-probation"]));
    copied.evidence = own;
    let mut stranger = Browser::on_machine(1)?;
    stranger.evidence = document(1, redrawn(1), 150);
    let (status, body) = stranger.log_in(&bench, "u-1", "u-1").await?;
    assert_eq!((status, codes(&body)), (401, vec!["device-unknown"]), "a population vouches for nobody");

    // who was stopped tries again in the hour; and on the next day nobody needs the population any more
    for number in challenged {
        let browser = &mut browsers[usize::from(number)];
        assert_eq!(browser.log_in(&bench, &account(number), &account(number)).await?.0, 200);
    }
    bench.clock.advance_millis(24 * 3_600_000);
    for (number, browser) in (0..).zip(&mut browsers) {
        let (status, body) = browser.log_in(&bench, &account(number), &account(number)).await?;
        assert_eq!((status, codes(&body)), (200, vec!["device-on-probation"]));
    }
    Ok(())
}

#[tokio::test]
async fn a_shift_over_the_full_hour_excuses_a_key_that_is_proved_under_another_name_as_well() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browsers = known(&bench, 0..26, 150, 8).await?;
    let mut last = browsers.pop().ok_or("no browser")?;
    // begins three minutes before the hour is full
    let left = 3_600_000 - bench.clock.now().as_millis() % 3_600_000;
    bench.clock.advance_millis(left - 180_000);
    shift(&bench, &mut browsers, 150).await?;
    for (drawn, machine, confirmed) in [(redrawn(25), 25, true), (redrawn(25), 99, false)] {
        let mut alias = Browser::on_machine(25)?;
        alias.cookie = last.cookie.clone();
        let (_, body) = alias.log_in(&bench, "u-25", "alias@mail.example").await?;
        last.cookie = alias.cookie.clone();
        last.evidence = document(machine, drawn, 150);
        assert_eq!(last.check_device_key(&bench, &body["challenge"]).await.is_ok(), confirmed);
    }
    Ok(())
}

#[tokio::test]
async fn a_comparison_finds_what_a_login_would_find_and_counts_nothing() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browsers = known(&bench, 0..26, 150, 8).await?;
    let mut last = browsers.pop().ok_or("no browser")?;
    shift(&bench, &mut browsers, 150).await?;
    let enrolled = evidence(&last)?;
    let release = Release::of(&enrolled, &enrolled).ok_or("no release")?;
    let counted = async || {
        let tag = Tags::of(&bench.services, &bench.platform, &release).release;
        bench.services.store.sightings(&bench.platform, tag, Timestamp::from_millis(0)).await
    };
    let before = counted().await?;
    assert!(!before.is_empty());
    for (drawn, machine, same) in [(redrawn(25), 25, true), (redrawn(25), 99, false)] {
        last.evidence = document(machine, drawn, 150);
        let begun = last.begin_for(&bench, login_guard_protocol::Purpose::Session).await?;
        let field = last.session_field(&begun, "u-25")?;
        let reply = bench.compare(&bench.compare_body(&last, "u-25", "u-25", &field)).await?;
        let body: Value = serde_json::from_str(&reply.body)?;
        assert_eq!((reply.status, &body["same_machine"]), (200, &same.into()));
        assert!(reply.body.contains(r#"{"component":"canvas","kind":"component","outcome":"changed""#), "{body}");
    }
    assert_eq!(counted().await?, before);
    Ok(())
}

#[tokio::test]
async fn one_account_shifts_nothing_however_often_and_with_however_many_devices() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut honest = known(&bench, 0..20, 150, 0).await?;
    let mut own = Vec::new();
    for number in 100..112 {
        own.push((number, enrolled(&bench, "u-mallory", number, 150).await?));
    }
    bench.clock.advance_millis(8 * 24 * 3_600_000);
    for (number, browser) in (0..).zip(&mut honest) {
        assert_eq!(browser.log_in(&bench, &account(number), &account(number)).await?.0, 200);
    }
    for round in 0..3 {
        for (number, browser) in &mut own {
            browser.evidence = document(*number, redrawn(*number - 100 + round), 150);
            assert_eq!(browser.log_in(&bench, "u-mallory", "mallory").await?.0, 401);
            bench.clock.advance_millis(10_000);
        }
    }
    let release = Release::of(&evidence(&honest[0])?, &evidence(&honest[0])?).ok_or("no release")?;
    let tag = Tags::of(&bench.services, &bench.platform, &release).release;
    let counts = bench.services.store.sightings(&bench.platform, tag, Timestamp::from_millis(0)).await?;
    assert_eq!((counts.get(""), counts.get("canvas:moved")), (Some(&21), Some(&1)));
    let victim = &mut honest[7];
    victim.evidence = document(7, redrawn(7), 150);
    let (status, body) = victim.log_in(&bench, "u-7", "u-7").await?;
    assert_eq!((status, codes(&body)), (401, vec!["machine-differs", "device-on-probation"]));
    Ok(())
}

#[tokio::test]
async fn a_version_that_only_attackers_claim_is_no_population_among_many_of_the_same_browser() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut honest = known(&bench, 0..200, 150, 0).await?;
    let mut own = known(&bench, 200..222, 150, 8).await?;
    for (number, browser) in (0..).zip(&mut honest) {
        assert_eq!(browser.log_in(&bench, &account(number), &account(number)).await?.0, 200);
    }
    // a version to come: whoever claims it is among his own
    for (number, browser) in (200..).zip(&mut own) {
        browser.evidence = document(number, number - 100, 999);
        browser.log_in(&bench, &account(number), &account(number)).await?;
        bench.clock.advance_millis(10_000);
    }
    let victim = &mut honest[7];
    victim.evidence = document(7, redrawn(7), 999);
    let (status, body) = victim.log_in(&bench, "u-7", "u-7").await?;
    assert_eq!((status, codes(&body)), (401, vec!["machine-differs", "device-on-probation"]));
    Ok(())
}

fn evidence(browser: &Browser) -> Outcome<Evidence> {
    Ok(Evidence::parse(&browser.evidence)?)
}

#[tokio::test]
async fn a_device_is_counted_once_in_a_window_unless_something_changes() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = known(&bench, 0..1, 150, 8).await?.pop().ok_or("no browser")?;
    let release = Release::of(&evidence(&browser)?, &evidence(&browser)?).ok_or("no release")?;
    let tag = Tags::of(&bench.services, &bench.platform, &release).release;
    let mut seen = Vec::new();
    for (minutes, drawing) in [(0, 0), (1, 0), (1, redrawn(0)), (120, 0)] {
        bench.clock.advance_millis(minutes * 60_000);
        browser.evidence = document(0, drawing, 150);
        browser.log_in(&bench, "u-0", "u-0").await?;
        let this_window = window(bench.services.clock.now());
        let counts = bench.services.store.sightings(&bench.platform, tag, this_window).await?;
        seen.push((counts.get("").copied(), counts.len()));
    }
    assert_eq!(seen, [(Some(1), 1), (Some(1), 1), (Some(1), 1 + REDRAWN.len()), (Some(1), 1)]);
    Ok(())
}

#[tokio::test]
async fn a_device_is_counted_under_every_release_that_it_shows_and_after_a_confirmation_too() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = known(&bench, 0..1, 150, 8).await?.pop().ok_or("no browser")?;
    let enrolled = evidence(&browser)?;
    browser.enrol_again(&bench, "u-0", "u-0").await?;
    for version in [150, 151] {
        browser.evidence = document(0, 0, version);
        let release = Release::of(&enrolled, &evidence(&browser)?).ok_or("no release")?;
        let tag = Tags::of(&bench.services, &bench.platform, &release).release;
        assert_eq!(browser.log_in(&bench, "u-0", "u-0").await?.0, 200);
        let counts = bench.services.store.sightings(&bench.platform, tag, window(bench.services.clock.now())).await?;
        assert_eq!(counts.get(""), Some(&1), "version {version}");
    }
    Ok(())
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[test]
fn a_shift_alarms_once_in_a_window_and_names_no_account() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
    let read = Evidence::parse(&document(1, 1, 150)).unwrap();
    let release = Release::of(&read, &read).unwrap();
    let counts = Counts::from([(String::new(), 40), ("canvas:moved".to_owned(), 30)]);
    let discounts = Discounts::of(&release, &counts);
    let (population, platform) = (Population::default(), Platform::parse("acex").unwrap());
    tracing::subscriber::with_default(subscriber, || {
        for (hour, is_refused) in [(1, false), (1, false), (1, true), (1, true), (2, false), (2, false)] {
            let window = Timestamp::from_millis(hour * 3_600_000);
            population.tell(&platform, &release, (window, [1; 16]), (&discounts, is_refused), &counts);
        }
    });
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.matches("alarm=\"population-shift\"").count(), 2, "{text}");
    assert_eq!(text.matches("alarm=\"population-refused\"").count(), 1, "{text}");
    for member in ["population.shift=\"canvas:moved\"", "population.shifted=30", "population.seen=40", "windows"] {
        assert!(text.contains(member), "{member}: {text}");
    }
}
