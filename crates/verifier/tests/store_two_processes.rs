//! Two real processes on one database file: what is spent once is spent once, and nobody sees a lock.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use login_guard_protocol::{AttemptId, Platform, TokenId};
use login_guard_verifier::clock::Timestamp;
use login_guard_verifier::store::{self, AttemptRow, Budget, Change, Commit, CommitError, Refusal, Scope, Store};

/// Tells the second process which file to write to; the first one has none.
const FILE: &str = "STORE_TWO_PROCESSES_FILE";
const ROUNDS: u8 = 40;
const CALLERS_OF_EACH: u8 = 16;
const BUDGET: u32 = 10;

#[test]
fn nonce_token_and_budget_hold_across_two_processes() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let Ok(file) = std::env::var(FILE) {
        let store = open(Path::new(&file));
        for round in 0..ROUNDS {
            println!("\nready");
            std::io::stdin().read_exact(&mut [0]).unwrap();
            let won = runtime.block_on(hammer(&store, round));
            println!("\nwon {} {} {}", won.nonces, won.tokens, won.charges);
        }
        return;
    }

    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("verifier.db");
    let store = open(&file);
    let mut second = start_second(&file);
    let mut starts = second.stdin.take().unwrap();
    let mut lines = BufReader::new(second.stdout.take().unwrap()).lines().map(Result::unwrap);
    for round in 0..ROUNDS {
        assert!(lines.any(|line| line == "ready"));
        starts.write_all(b".").unwrap();
        let ours = runtime.block_on(hammer(&store, round));
        let theirs = lines.find_map(|line| Won::parse(&line)).unwrap();
        assert_eq!(ours.nonces + theirs.nonces, 1);
        assert_eq!(ours.tokens + theirs.tokens, 1);
        assert_eq!(ours.charges + theirs.charges, BUDGET);
    }
    assert!(second.wait().unwrap().success());
}

/// How often one process won in one round.
#[derive(Debug, Default)]
struct Won {
    nonces: u32,
    tokens: u32,
    charges: u32,
}

impl Won {
    fn parse(line: &str) -> Option<Self> {
        let mut numbers = line.strip_prefix("won ")?.split(' ').map(|number| number.parse().unwrap());
        Some(Self { nonces: numbers.next()?, tokens: numbers.next()?, charges: numbers.next()? })
    }
}

/// Sixteen callers spend the same nonce, token and budget.
async fn hammer(store: &Arc<dyn Store>, round: u8) -> Won {
    let callers: Vec<_> = (0..CALLERS_OF_EACH).map(|_| tokio::spawn(call(Arc::clone(store), round))).collect();
    let mut won = Won::default();
    for caller in callers {
        let one = caller.await.unwrap();
        won.nonces += one.nonces;
        won.tokens += one.tokens;
        won.charges += one.charges;
    }
    won
}

async fn call(store: Arc<dyn Store>, round: u8) -> Won {
    let scope = Scope { platform: Platform::parse("acex").unwrap(), account: None };
    let expires_at = Timestamp::from_millis(1_000);
    let attempt = AttemptId::from_bytes([round; 16]);
    let nonce = AttemptRow { account: None, attempt, revision: 1, sealed: vec![round; 900], expires_at };
    let token = Change::SpendToken { token: TokenId::from_bytes([round; 16]), expires_at };
    let window = Timestamp::from_millis(round.into());
    let budget = Budget { name: "sends".into(), window, limit: BUDGET, expires_at };
    let commit = |change| store.commit(Commit { scope: scope.clone(), changes: vec![change] });
    let won = Won {
        nonces: count(&commit(Change::SpendNonce(nonce)).await, Refusal::Spent),
        tokens: count(&commit(token).await, Refusal::Spent),
        charges: count(&commit(Change::ChargeBudget(budget)).await, Refusal::Exhausted),
    };
    assert!(store.attempt(&scope.platform, attempt).await.unwrap().is_some());
    won
}

/// 1 for a commit that went through; anything but the expected refusal is a failure.
fn count(outcome: &Result<(), CommitError>, expected: Refusal) -> u32 {
    match outcome {
        Ok(()) => 1,
        Err(CommitError::Refused(refusal)) if *refusal == expected => 0,
        Err(error) => panic!("{error}"),
    }
}

fn open(file: &Path) -> Arc<dyn Store> {
    store::open(&format!("sqlite:{}", file.display())).unwrap()
}

/// Starts this very test once more, as the second process.
fn start_second(file: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "nonce_token_and_budget_hold_across_two_processes", "--nocapture"])
        .env(FILE, file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}
