//! What an assessment costs: known devices, an SQLite file, every commit on disk, 64 in flight.
//!
//! `verify_us` is one bare ES256 verification of a proof, the median; `assess_us` the processor time of the whole
//! process for each assessment, reading the body included; `p99_ms` from the call to the reply. Linux only: processor
//! time comes from /proc. `--json FILE` writes the figures.

use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use login_guard_protocol::proof::SignedProof;
use login_guard_protocol::{AttemptId, Transcript};
use login_guard_verifier::attempts;
use login_guard_verifier::store::sqlite::SqliteStore;
use login_guard_verifier::testing::{Bench, Browser};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::json;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Log-ins in flight, each of an account of its own.
const IN_FLIGHT: usize = 64;
/// Log-ins of each account before measuring.
const WARM_UP: usize = 10;
/// Log-ins of each account that are measured.
const MEASURED: usize = 100;
/// Bare verifications.
const VERIFICATIONS: usize = 2_000;

fn main() -> Outcome {
    let folder = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    let runtime = login_guard_verifier::app::make_runtime()?;
    let figures = runtime.block_on(measure(folder.path()))?;
    println!(
        "database on {}, {} in flight, {} assessments",
        file_system(folder.path())?,
        IN_FLIGHT,
        IN_FLIGHT * MEASURED
    );
    println!("{:<12}{:>10.1}", "verify_us", figures.verify_us);
    println!("{:<12}{:>10.1}", "assess_us", figures.assess_us);
    println!("{:<12}{:>10.2}", "ratio", figures.ratio());
    println!("{:<12}{:>10.2}", "p50_ms", figures.p50_ms);
    println!("{:<12}{:>10.2}", "p99_ms", figures.p99_ms);
    if let Some(file) = json_file() {
        let figures = json!({
            "verify_us": figures.verify_us, "assess_us": figures.assess_us, "ratio": figures.ratio(),
            "p50_ms": figures.p50_ms, "p99_ms": figures.p99_ms,
        });
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(file, json!({ "name": "verdict", "figures": figures }).to_string())?;
    }
    Ok(())
}

struct Figures {
    verify_us: f64,
    assess_us: f64,
    p50_ms: f64,
    p99_ms: f64,
}

impl Figures {
    fn ratio(&self) -> f64 {
        self.assess_us / self.verify_us
    }
}

async fn measure(folder: &Path) -> Outcome<Figures> {
    let bench = Arc::new(Bench::over(Arc::new(SqliteStore::open(&folder.join("verifier.db"))?))?);
    let mut lanes = Vec::with_capacity(IN_FLIGHT);
    for number in 0..IN_FLIGHT {
        let account = format!("u-{number}");
        let mut browser = Browser::on_machine(u8::try_from(number)?)?;
        browser.enrol(&bench, &account, &account).await?;
        lanes.push((account, browser));
    }
    let verify_us = verify_us(&bench, &lanes[0].1).await?;

    run(&bench, prepare(&bench, &lanes, WARM_UP).await?).await?;
    let prepared = prepare(&bench, &lanes, MEASURED).await?;
    let before = processor_time()?;
    let mut latencies = run(&bench, prepared).await?;
    let spent = processor_time()?.saturating_sub(before);
    latencies.sort_unstable();
    Ok(Figures {
        verify_us,
        assess_us: micros(spent) / f64::from(u32::try_from(latencies.len())?),
        p50_ms: micros(latencies[latencies.len() / 2]) / 1_000.0,
        p99_ms: micros(latencies[latencies.len() * 99 / 100]) / 1_000.0,
    })
}

/// A login post, ready to be assessed.
struct Post {
    attempt: AttemptId,
    body: String,
}

/// Makes the posts of each account beforehand: signing is the browser's work.
async fn prepare(bench: &Bench, lanes: &[(String, Browser)], posts: usize) -> Outcome<Vec<Vec<Post>>> {
    let mut prepared = Vec::with_capacity(lanes.len());
    for (account, browser) in lanes {
        let mut lane = Vec::with_capacity(posts);
        for _ in 0..posts {
            let begun = browser.begin(bench).await?;
            let field = browser.login_field(&begun, account)?;
            let body = bench.assess_body(browser, Some(account), account, &field).to_string();
            lane.push(Post { attempt: begun.attempt, body });
        }
        prepared.push(lane);
    }
    Ok(prepared)
}

/// Assesses, one after another in each lane, all lanes at once. Gives how long each took.
async fn run(bench: &Arc<Bench>, lanes: Vec<Vec<Post>>) -> Outcome<Vec<Duration>> {
    let mut running = tokio::task::JoinSet::new();
    for lane in lanes {
        let bench = Arc::clone(bench);
        running.spawn(async move {
            let mut latencies = Vec::with_capacity(lane.len());
            for post in lane {
                let start = now();
                assess(&bench, &post).await?;
                latencies.push(start.elapsed());
            }
            Outcome::Ok(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(lane) = running.join_next().await {
        latencies.extend(lane??);
    }
    Ok(latencies)
}

/// What the HTTP room does with a body, and the assessment.
async fn assess(bench: &Bench, post: &Post) -> Outcome {
    let digest =
        Transcript::new("login-guard/request/v1").part(post.attempt.as_bytes()).part(post.body.as_bytes()).digest();
    let request = serde_json::from_str(&post.body)?;
    let reply = attempts::assess(&bench.services, &bench.caller(), post.attempt, request, digest).await?;
    if reply.status == 200 { Ok(()) } else { Err(format!("a known device got {}", reply.body).into()) }
}

/// The median of many verifications of one proof, in microseconds.
async fn verify_us(bench: &Bench, browser: &Browser) -> Outcome<f64> {
    let begun = browser.begin(bench).await?;
    let proof = SignedProof::parse(&browser.sign(&browser.login_claims(&begun, "alice")?, true)?)?;
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, browser.key.to_sec1());
    let mut times = Vec::with_capacity(VERIFICATIONS);
    for _ in 0..VERIFICATIONS {
        let start = now();
        black_box(&key).verify(&proof.signed, &proof.signature).map_err(|_| "the proof does not verify")?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(micros(times[VERIFICATIONS / 2]))
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}

/// Processor time of all threads that live, user and system.
fn processor_time() -> Outcome<Duration> {
    let mut sum = 0;
    for task in std::fs::read_dir("/proc/self/task")? {
        let text = std::fs::read_to_string(task?.path().join("schedstat"))?;
        sum += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
    }
    Ok(Duration::from_nanos(sum))
}

/// The kind of file system that holds a folder.
fn file_system(folder: &Path) -> Outcome<String> {
    let folder = folder.canonicalize()?;
    let mounts = std::fs::read_to_string("/proc/mounts")?;
    let holding = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (point, kind) = (words.next()?, words.next()?);
        folder.starts_with(point).then(|| (point.len(), kind.to_owned()))
    });
    holding.max().map(|(_, kind)| kind).ok_or_else(|| "the folder is on no file system".into())
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000_000.0
}

/// The file named after `--json`; whatever else the command line holds is Cargo's.
fn json_file() -> Option<PathBuf> {
    std::env::args().skip_while(|word| word != "--json").nth(1).map(PathBuf::from)
}
