//! What checking work costs the server, and what doing it costs an attacker with a program of their own.
//!
//! `…_verify_us` is one check of a right answer as `open` makes it, the median, by kind; `native_…_compressions_per_s` what one
//! core of this machine does in ring. `--json FILE` writes the figures.

use std::error::Error;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Instant;

use login_guard_protocol::challenge::work::{Answer, Kind, Work};
use login_guard_protocol::{AttemptId, Platform};
use login_guard_verifier::clock::Timestamp;
use login_guard_verifier::entropy::SystemEntropy;
use login_guard_verifier::seal::Keys;
use login_guard_verifier::secret::Secret;
use login_guard_verifier::testing::solve;
use login_guard_verifier::work::{Brake, Submitted, WorkSettings};
use serde_json::{Map, Value, json};

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Answers that are checked, each of an attempt of its own.
const CHECKS: u64 = 200;
/// Compressions of one measurement of the native rate.
const COMPRESSIONS: u32 = 8_000_000;

fn main() -> Outcome {
    let runtime = login_guard_verifier::app::make_runtime()?;
    let mut figures = Map::new();
    for (name, kind) in [("pbkdf2", Kind::Pbkdf2Sha256), ("sha256", Kind::Sha256)] {
        figures.insert(format!("{name}_verify_us"), json!(runtime.block_on(verify_us(kind))?));
    }
    figures.insert("native_pbkdf2_compressions_per_s".into(), json!(native_pbkdf2()?));
    figures.insert("native_sha256_compressions_per_s".into(), json!(native_sha256()));
    for (name, value) in &figures {
        println!("{name:<36}{value}");
    }
    let mut arguments = std::env::args_os().skip_while(|argument| argument != "--json");
    if let Some(file) = arguments.nth(1).map(PathBuf::from) {
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(file, json!({ "name": "work", "figures": Value::Object(figures) }).to_string())?;
    }
    Ok(())
}

async fn verify_us(kind: Kind) -> Outcome<f64> {
    let (brake, keys) = (Brake::default(), Keys::derive(&Secret::new((0..32).collect()))?);
    let (platform, now) = (Platform::parse("acex")?, Timestamp::from_millis(1_795_356_180_000));
    let settings = WorkSettings { total_per_minute: 1_000_000, ..WorkSettings::default() };
    let mut cases: Vec<(AttemptId, Work, Answer)> = Vec::new();
    for number in 0..CHECKS {
        let attempt = AttemptId::from_bytes((u128::from(number) << 64).to_be_bytes());
        let work = brake.issue_for_attempt(&SystemEntropy, &platform, &settings, (kind, None), now)?;
        let answer = solve(&work, attempt)?;
        cases.push((attempt, work, answer));
    }
    let mut times = Vec::with_capacity(cases.len());
    for (attempt, work, answer) in &cases {
        let submitted = Submitted { platform: &platform, attempt: *attempt, work, answer: Some(answer) };
        let start = now_here();
        brake.check(&keys, submitted, "203.0.113.7", now).await?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(tenths(times[times.len() / 2].as_secs_f64() * 1e6))
}

fn native_pbkdf2() -> Outcome<f64> {
    let iterations = NonZeroU32::new(COMPRESSIONS / 2).ok_or("no iterations")?;
    let mut result = [0; 16];
    let start = now_here();
    ring::pbkdf2::derive(ring::pbkdf2::PBKDF2_HMAC_SHA256, iterations, b"salt", b"password", &mut result);
    Ok((f64::from(COMPRESSIONS) / start.elapsed().as_secs_f64()).round())
}

fn native_sha256() -> f64 {
    let data = vec![0x5a; usize::try_from(COMPRESSIONS).unwrap_or(0) * 64];
    let start = now_here();
    std::hint::black_box(ring::digest::digest(&ring::digest::SHA256, &data));
    (f64::from(COMPRESSIONS) / start.elapsed().as_secs_f64()).round()
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now_here() -> Instant {
    Instant::now()
}
