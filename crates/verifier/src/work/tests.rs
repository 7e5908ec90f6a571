//! Work from begin to assess: who does how much, and what is not taken for it.

use login_guard_protocol::challenge::work::{Answer, Kind, Work};
use login_guard_protocol::{Platform, base64url};
use serde_json::{Value, json};

use super::WorkSettings;
use super::difficulty::OPENINGS;
use crate::attempts::{self, BeginResponse, OpenRequest};
use crate::problem::Problem;
use crate::testing::{Bench, Browser, solve};

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Outcome = Result<(), Failure>;

/// The field with this text as its last part.
fn field_with(browser: &Browser, begun: &BeginResponse, work: Option<&str>) -> Result<String, Failure> {
    let jws = browser.sign(&browser.login_claims(begun, "alice")?, browser.shows_key)?;
    let evidence = base64url::encode(&browser.document(&begun.probe));
    Ok(format!("{}~{jws}~{evidence}{}", begun.attempt, work.map_or(String::new(), |work| format!("~{work}"))))
}

async fn open(bench: &Bench, browser: &Browser, begun: &BeginResponse, field: &str) -> Result<(), Problem> {
    let body = json!({
        "login_name": "alice", "proof": field, "device_cookie": browser.cookie, "client": { "address": "203.0.113.7" },
    });
    let request: OpenRequest = serde_json::from_value(body)
        .map_err(|_| Problem::new(login_guard_protocol::problem::ProblemCode::BodyInvalid))?;
    attempts::open(&bench.services, &bench.caller(), begun.attempt, request).await.map(drop)
}

async fn assess(bench: &Bench, browser: &Browser, begun: &BeginResponse, field: &str) -> Result<u16, Problem> {
    let body = bench.assess_body(browser, Some("u-1001"), "alice", field);
    bench.assess(begun.attempt, &body).await.map(|reply| reply.status)
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Problem>) -> String {
    outcome.map_or_else(|problem| problem.to_string(), |done| format!("{done:?}"))
}

/// The answer with one byte of each puzzle's share changed.
fn spoilt(answer: &Answer, at: usize) -> String {
    let mut bytes = answer.as_bytes().to_vec();
    bytes.chunks_exact_mut(8).for_each(|puzzle| puzzle[at] ^= 1);
    base64url::encode(&bytes)
}

async fn begun() -> Result<(Bench, Browser, BeginResponse, Work), Failure> {
    let bench = Bench::in_memory()?;
    let browser = Browser::on_machine(1)?;
    let begun = browser.begin(&bench).await?;
    let work = begun.work.clone().ok_or("no work")?;
    Ok((bench, browser, begun, work))
}

#[tokio::test]
async fn a_device_with_key_and_cookie_does_no_work_and_any_other_does() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    assert!(browser.begin(&bench).await?.work.is_some());
    browser.enrol(&bench, "u-1001", "alice").await?;
    assert_eq!(browser.begin(&bench).await?.work, None);
    let cookie = browser.cookie.take();
    assert!(browser.begin(&bench).await?.work.is_some(), "a key id alone");
    let mut stranger = Browser::on_machine(2)?;
    stranger.cookie = cookie;
    assert!(stranger.begin(&bench).await?.work.is_some(), "a cookie alone");
    stranger.shows_key = false;
    assert!(stranger.begin(&bench).await?.work.is_some(), "a cookie with another key");
    Ok(())
}

#[tokio::test]
async fn work_is_taken_by_open_and_by_assess_and_a_retry_of_the_back_end_is_answered() -> Outcome {
    for kind in [Kind::Pbkdf2Sha256, Kind::Sha256] {
        let mut bench = Bench::in_memory()?;
        let settings = bench.services.platforms.get_mut(&bench.platform).ok_or("no platform")?;
        settings.work = WorkSettings { kind, ..WorkSettings::default() };
        let browser = Browser::on_machine(1)?;
        let begun = browser.begin(&bench).await?;
        assert_eq!(begun.work.as_ref().map(|work| work.kind), Some(kind));
        let field = browser.login_field(&begun, "alice")?;
        assert_eq!(code(open(&bench, &browser, &begun, &field).await), "()");
        assert_eq!(code(open(&bench, &browser, &begun, &field).await), "()");
        assert_eq!(code(assess(&bench, &browser, &begun, &field).await), "401");
    }
    Ok(())
}

#[tokio::test]
async fn a_browser_says_which_kind_it_can_do() -> Outcome {
    let mut bench = Bench::in_memory()?;
    bench.services.platforms.get_mut(&bench.platform).ok_or("no platform")?.work.kind = Kind::Sha256;
    let browser = Browser::on_machine(1)?;
    let request = serde_json::from_value(json!({ "v": 1, "purpose": "login", "work_kind": "pbkdf2-sha256" }))?;
    let begun = attempts::begin(&bench.services, &browser.page(&bench), request).await?;
    assert_eq!(begun.work.map(|work| work.kind), Some(Kind::Pbkdf2Sha256));
    Ok(())
}

#[tokio::test]
async fn what_is_not_the_work_is_refused_before_anything_is_written() -> Outcome {
    let (bench, browser, other, other_work) = begun().await?;
    let elsewhere = solve(&other_work, other.attempt)?;
    let cut = |answer: &Answer| base64url::encode(&answer.as_bytes()[8..]);
    for attack in ["left out", "of another attempt", "cut short", "counter guessed", "tag guessed", "zeros"] {
        let begun = browser.begin(&bench).await?;
        let right = solve(begun.work.as_ref().ok_or("no work")?, begun.attempt)?;
        let answer = match attack {
            "left out" => None,
            "of another attempt" => Some(elsewhere.to_string()),
            "cut short" => Some(cut(&right)),
            "counter guessed" => Some(spoilt(&right, 3)),
            "tag guessed" => Some(spoilt(&right, 7)),
            _ => Some(base64url::encode(&vec![0; right.as_bytes().len()])),
        };
        let field = field_with(&browser, &begun, answer.as_deref())?;
        assert_eq!(code(open(&bench, &browser, &begun, &field).await), "work-refused", "{attack}");
        assert_eq!(code(assess(&bench, &browser, &begun, &field).await), "work-refused", "{attack}");
        assert!(bench.services.store.attempt(&bench.platform, begun.attempt).await?.is_none(), "{attack}");
    }
    assert_eq!(bench.mail.count(), 0);
    Ok(())
}

#[tokio::test]
async fn a_wrong_answer_ends_the_attempt_also_for_the_right_one() -> Outcome {
    let (bench, browser, begun, work) = begun().await?;
    let right = solve(&work, begun.attempt)?;
    let wrong = field_with(&browser, &begun, Some(&spoilt(&right, 7)))?;
    assert_eq!(code(open(&bench, &browser, &begun, &wrong).await), "work-refused");
    let field = field_with(&browser, &begun, Some(&right.to_string()))?;
    assert_eq!(code(open(&bench, &browser, &begun, &field).await), "work-refused");
    assert_eq!(code(assess(&bench, &browser, &begun, &field).await), "work-refused");
    Ok(())
}

/// How often half of the work is handed in.
const TRIES: usize = 60;

#[tokio::test]
async fn half_of_the_work_gets_through_half_of_the_time() -> Outcome {
    let bench = Bench::in_memory()?;
    let browser = Browser::on_machine(1)?;
    let mut passed = 0;
    for _ in 0..TRIES {
        let begun = browser.begin(&bench).await?;
        let mut bytes = solve(begun.work.as_ref().ok_or("no work")?, begun.attempt)?.as_bytes().to_vec();
        // the second half is guessed
        let half = bytes.len() / 2;
        bytes[half..].chunks_exact_mut(8).for_each(|puzzle| puzzle[7] ^= 1);
        let field = field_with(&browser, &begun, Some(&base64url::encode(&bytes)))?;
        passed += usize::from(open(&bench, &browser, &begun, &field).await.is_ok());
    }
    // 30 in the mean; 12 and 48 are more than four standard deviations away
    assert!((12..=48).contains(&passed), "{passed} of {TRIES}");
    Ok(())
}

#[tokio::test]
async fn one_answer_opens_the_way_to_a_password_hash_a_few_times_only() -> Outcome {
    let (bench, browser, begun, _) = begun().await?;
    let field = browser.login_field(&begun, "alice")?;
    for _ in 0..OPENINGS {
        assert_eq!(code(open(&bench, &browser, &begun, &field).await), "()");
    }
    assert_eq!(code(open(&bench, &browser, &begun, &field).await), "work-refused");
    Ok(())
}

#[tokio::test]
async fn an_answer_is_spent_with_its_nonce() -> Outcome {
    let (bench, browser, begun, _) = begun().await?;
    let field = browser.login_field(&begun, "alice")?;
    assert_eq!(code(assess(&bench, &browser, &begun, &field).await), "401");
    assert_eq!(code(open(&bench, &browser, &begun, &field).await), "nonce-spent");
    let mut body = bench.assess_body(&browser, Some("u-1001"), "alice", &field);
    body["request_id"] = "another-request-of-a-test".into();
    assert_eq!(code(bench.assess(begun.attempt, &body).await.map(|reply| reply.status)), "nonce-spent");
    Ok(())
}

#[tokio::test]
async fn a_known_device_that_guesses_passwords_works_like_any_other() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    for _ in 0..5 {
        let begun = browser.begin(&bench).await?;
        assert_eq!(begun.work, None);
        let field = browser.login_field(&begun, "somebody-else")?;
        let body = bench.assess_body(&browser, None, "somebody-else", &field);
        assert_eq!(bench.assess(begun.attempt, &body).await?.status, 403);
    }
    assert!(browser.begin(&bench).await?.work.is_some());
    bench.clock.advance_millis(20 * 60_000);
    assert_eq!(browser.begin(&bench).await?.work, None);
    Ok(())
}

#[tokio::test]
async fn attempts_that_were_put_by_do_not_guess_without_work() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    browser.enrol(&bench, "u-1001", "alice").await?;
    let mut hoard = Vec::new();
    for _ in 0..super::difficulty::SPARED_BEGINS {
        hoard.extend(Some(browser.begin(&bench).await?).filter(|begun| begun.work.is_none()));
    }
    let mut guessed = 0;
    for begun in hoard.iter().take(50) {
        let field = browser.login_field(begun, "somebody-else")?;
        let body = bench.assess_body(&browser, None, "somebody-else", &field);
        guessed += u32::from(bench.assess(begun.attempt, &body).await.is_ok());
    }
    assert!(guessed <= 10, "{guessed} passwords were guessed without work");
    Ok(())
}

#[tokio::test]
async fn strangers_never_make_a_known_browser_wait() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    let puzzles = |challenge: &Value| (challenge["work"]["puzzles"].as_u64(), challenge["work"]["bits"].as_u64());
    let mut last = (None, None);
    for _ in 0..30 {
        let (_, challenge) = Browser::on_machine(2)?.challenge_from(&bench, "198.51.100.9").await?;
        last = puzzles(&challenge);
    }
    assert_eq!(last, (Some(56), Some(4)), "the account is under attack");
    assert_eq!(owner.begin(&bench).await?.work, None);
    // a new key beside a known cookie
    let mut half = Browser::on_machine(1)?;
    half.cookie = owner.cookie.clone();
    let (_, challenge) = half.challenge_from(&bench, "203.0.113.7").await?;
    assert_eq!(puzzles(&challenge), (Some(16), Some(2)));
    Ok(())
}

#[tokio::test]
async fn work_rises_with_the_network_and_falls_again() -> Outcome {
    let bench = Bench::in_memory()?;
    let browser = Browser::on_machine(1)?;
    let mut page = browser.page(&bench);
    page.address = Some([192, 0, 2, 1].into());
    let begin = async |page: &attempts::Page| {
        let request = serde_json::from_value(json!({ "v": 1, "purpose": "login" }))?;
        let begun = attempts::begin(&bench.services, page, request).await?;
        Ok::<_, Failure>(begun.work.map(|work| (work.puzzles, work.bits)))
    };
    let mut asked = Vec::new();
    for _ in 0..400 {
        asked.extend(begin(&page).await?);
    }
    asked.dedup();
    assert_eq!(asked, [(16, 2), (16, 3), (32, 3), (32, 4)]);
    let mut other = page.clone();
    other.address = Some([192, 0, 2, 2].into());
    assert_eq!(begin(&other).await?, Some((16, 2)), "another network");
    bench.clock.advance_millis(120_000);
    assert_eq!(begin(&page).await?, Some((16, 2)), "two minutes later");
    Ok(())
}

#[tokio::test]
async fn an_attempt_without_work_opens_as_often_as_one_with_work() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = Browser::on_machine(1)?;
    owner.enrol(&bench, "u-1001", "alice").await?;
    let begun = owner.begin(&bench).await?;
    assert_eq!(begun.work, None);
    let field = owner.login_field(&begun, "alice")?;
    for _ in 0..OPENINGS {
        assert_eq!(code(open(&bench, &owner, &begun, &field).await), "()");
    }
    assert_eq!(code(open(&bench, &owner, &begun, &field).await), "work-refused");
    assert_eq!(code(assess(&bench, &owner, &begun, &field).await), "200", "what the back end had asked about before");
    Ok(())
}

#[tokio::test]
async fn a_page_falls_back_to_one_kind_and_picks_no_other() -> Outcome {
    let bench = Bench::in_memory()?;
    let browser = Browser::on_machine(1)?;
    let request = serde_json::from_value(json!({ "v": 1, "purpose": "login", "work_kind": "sha256" }))?;
    let refused = attempts::begin(&bench.services, &browser.page(&bench), request).await;
    assert_eq!(code(refused), "body-invalid");
    Ok(())
}

#[test]
fn the_rise_of_one_platform_is_alarmed_once_however_quiet_another_is() -> Outcome {
    let (brake, busy, quiet) = (super::Brake::default(), Platform::parse("acex")?, Platform::parse("bcex")?);
    let told = [(&busy, 3), (&quiet, 1), (&busy, 3), (&quiet, 1), (&busy, 4), (&busy, 1), (&busy, 2)];
    let told = told.map(|(platform, level)| brake.has_risen(platform, level));
    assert_eq!(told, [true, false, false, false, true, false, true]);
    Ok(())
}
