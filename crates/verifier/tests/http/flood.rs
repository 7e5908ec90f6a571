//! A flood against the real program: as many attempts as this machine can make, without work or with made-up work, while
//! known devices log in. What counts is what comes out, not how long it takes: every known device is let in, nobody else
//! is, and no mail goes out.
//!
//! `LOGIN_GUARD_FLOOD_JSON` names a file for the figures, `LOGIN_GUARD_FLOOD_S` how long the flood lasts.

#![expect(clippy::unwrap_used, reason = "what surrounds a test may fail it")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use login_guard_protocol::base64url;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::process::Process;
use crate::support::back_end::{ALICE, Person, assess_request, challenged, open_request, redeem_request};
use crate::support::browser::{Browser, Named};
use crate::support::service::{Addresses, ORIGIN, Surroundings};
use crate::support::wire::Request;

/// Connections of the flood.
const FLOODERS: usize = 32;
/// Known devices that log in meanwhile, each of an account of its own.
const OWNERS: [Person; 4] = [
    ALICE,
    Person { account: "u-1003", name: "carol", mail: "carol@example.com" },
    Person { account: "u-1004", name: "dave", mail: "dave@example.com" },
    Person { account: "u-1005", name: "erin", mail: "erin@example.com" },
];
/// Between two logins of one device: a person, if a hasty one.
const PACE: Duration = Duration::from_millis(60);
const FLOOD_S: u64 = 4;

/// A connection that is kept.
struct Connection {
    stream: BufReader<TcpStream>,
    to: SocketAddr,
}

impl Connection {
    async fn open(to: SocketAddr) -> Self {
        let stream = TcpStream::connect(to).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), to }
    }

    async fn exchange(&mut self, request: &Request) -> (u16, Value) {
        let mut message = format!("{} {} HTTP/1.1\r\nhost: {}\r\n", request.method, request.path, self.to);
        for (name, value) in &request.headers {
            message.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
        }
        message.extend(["content-length: ", &request.body.len().to_string(), "\r\n\r\n"]);
        let mut bytes = message.into_bytes();
        bytes.extend_from_slice(&request.body);
        self.stream.get_mut().write_all(&bytes).await.unwrap();
        let (mut status, mut length, mut line) = (0, 0, String::new());
        loop {
            line.clear();
            assert!(self.stream.read_line(&mut line).await.unwrap() > 0, "the service closed a connection");
            let lower = line.trim_end().to_ascii_lowercase();
            match lower.split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse().unwrap(),
                None if lower.is_empty() => break,
                None => status = lower.split(' ').nth(1).unwrap().parse().unwrap(),
                Some(_) => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }
}

/// Makes a browser known, by the mail that its owner gets.
async fn enrolled(at: Addresses, surroundings: &Surroundings, person: Person) -> Browser {
    let mut browser = Browser::new(ORIGIN);
    let challenge = challenged(at, &mut browser, person).await;
    let seen = surroundings.inbox.received();
    browser.send_request(&challenge).send(at.browser).await.expect(202);
    let code = surroundings.code_after(seen).await;
    let confirmed = browser.check_request(&challenge, &code).send(at.browser).await;
    let verdict = browser.verdict_field(&challenge, &confirmed);
    let redeemed = redeem_request(&challenge, &verdict, person, browser.device_cookie()).send(at.backend).await;
    browser.keep(&redeemed.expect(200));
    browser
}

/// What came out.
#[derive(Default)]
struct Counts {
    attempts: AtomicU64,
    /// Answers to `open` and `assess` of the flood, by status and code.
    answers: std::sync::Mutex<BTreeMap<String, u64>>,
}

/// Attempt after attempt: begun, and then opened or assessed without work, or with work that was made up.
async fn flood(at: Addresses, number: usize, counts: Arc<Counts>, over: Arc<AtomicBool>) {
    let (mut front, mut back) = (Connection::open(at.browser).await, Connection::open(at.backend).await);
    let beginning = Browser::new(ORIGIN).begin_request();
    let mut turn = number;
    while !over.load(Ordering::Relaxed) {
        let (status, begun) = front.exchange(&beginning).await;
        assert_eq!(status, 201, "{begun}");
        turn += 1;
        let bare = format!(
            "{}~keyless:no-indexeddb:{}~",
            begun["attempt"].as_str().unwrap(),
            begun["nonce"].as_str().unwrap()
        );
        let puzzles = usize::try_from(begun["work"]["puzzles"].as_u64().unwrap()).unwrap();
        let field = match turn % 2 {
            0 => bare,
            _ => format!("{bare}~{}", base64url::encode(&vec![7; puzzles * 8])),
        };
        let mut request = if turn % 4 < 2 {
            open_request(&begun, &field, ALICE.name)
        } else {
            assess_request(&begun, &field, ALICE, None)
        };
        let mut body = request.json();
        body["client"]["address"] = json!(format!("10.{}.{}.{}", number, turn / 250 % 250, turn % 250));
        request.body = body.to_string().into_bytes();
        let (status, answer) = back.exchange(&request).await;
        counts.attempts.fetch_add(1, Ordering::Relaxed);
        let what = format!("{status} {}", answer["code"].as_str().unwrap_or("-"));
        *counts.answers.lock().unwrap().entry(what).or_default() += 1;
    }
}

/// Logs in again and again; how long each login took.
async fn log_in_again(at: Addresses, mut browser: Browser, person: Person, over: Arc<AtomicBool>) -> Vec<Duration> {
    let (mut front, mut back) = (Connection::open(at.browser).await, Connection::open(at.backend).await);
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut taken = Vec::new();
    while !over.load(Ordering::Relaxed) {
        pace.tick().await;
        let started = now();
        let body = json!({ "v": 1, "purpose": "login", "device_key_id": browser.key_id() });
        let (status, begun) = front.exchange(&Request::post("/login-guard/attempts", browser.headers(), &body)).await;
        assert_eq!((status, &begun["work"]), (201, &Value::Null), "a known device was given work");
        let field = browser.field(Named::Kid, &begun, person.name);
        let (status, answer) = back.exchange(&assess_request(&begun, &field, person, browser.device_cookie())).await;
        assert_eq!(status, 200, "a known device was not let in: {answer}");
        browser.keep(&answer);
        taken.push(started.elapsed());
    }
    taken
}

#[expect(clippy::disallowed_methods, reason = "the real program runs by real time")]
fn now() -> Instant {
    Instant::now()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn known_devices_log_in_through_a_flood_that_sends_no_mail() {
    let surroundings = Surroundings::make().await;
    let process = Process::start_unheard(&surroundings);
    let at = process.at;
    let mut owners = JoinSet::new();
    let over = Arc::new(AtomicBool::new(false));
    let mut browsers = Vec::new();
    for person in OWNERS {
        browsers.push((enrolled(at, &surroundings, person).await, person));
    }
    let mails = surroundings.inbox.received();

    let counts = Arc::new(Counts::default());
    let mut flooders = JoinSet::new();
    let started = now();
    for number in 0..FLOODERS {
        flooders.spawn(flood(at, number, Arc::clone(&counts), Arc::clone(&over)));
    }
    for (browser, person) in browsers {
        owners.spawn(log_in_again(at, browser, person, Arc::clone(&over)));
    }
    let seconds = std::env::var("LOGIN_GUARD_FLOOD_S").ok().and_then(|text| text.parse().ok()).unwrap_or(FLOOD_S);
    // the flood's length, not a wait for something to happen
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    over.store(true, Ordering::Relaxed);
    let mut taken = Vec::new();
    while let Some(login) = owners.join_next().await {
        let login = login.unwrap();
        assert!(login.len() >= 2, "a known device logged in {} times", login.len());
        taken.extend(login);
    }
    while let Some(flooder) = flooders.join_next().await {
        flooder.unwrap();
    }
    let elapsed = started.elapsed().as_secs_f64();

    let answers = counts.answers.lock().unwrap().clone();
    let attempts = counts.attempts.load(Ordering::Relaxed);
    taken.sort_unstable();
    #[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "far below 2⁵²")]
    let rate = attempts as f64 / elapsed;
    println!("{attempts} attempts in {elapsed:.1} s, {rate:.0} a second; answers {answers:?}; {} logins", taken.len());
    assert!(answers.keys().all(|what| ["403 work-refused", "503 overloaded"].contains(&what.as_str())), "{answers:?}");
    assert!(answers.contains_key("403 work-refused"));
    assert_eq!(surroundings.inbox.received(), mails, "mails that the flood sent");
    if let Some(file) = std::env::var_os("LOGIN_GUARD_FLOOD_JSON") {
        let ms = |share: usize| taken[(taken.len() * share / 100).min(taken.len() - 1)].as_secs_f64() * 1_000.0;
        let figures = json!({
            "attempts_per_s": rate.round(), "logins": taken.len(), "known_p50_ms": ms(50), "known_p99_ms": ms(99),
        });
        std::fs::write(file, figures.to_string()).unwrap();
    }
}
