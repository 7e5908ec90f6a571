//! The real program: its command line, its start and its end, two of it on one database file, and its logs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::support::back_end::{
    ALICE, assess_request, challenged, compare_request, open_request, post_login, redeem_request,
};
use crate::support::browser::{Browser, Named};
use crate::support::service::{API_KEY, Addresses, ORIGIN, Surroundings};
use crate::support::wire::{Reply, Request};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_login-guard-verifier"))
}

fn run(arguments: &[&str], input: &str) -> Output {
    let mut command = program();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn path_text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The program, serving. Killed if a test ends without stopping it.
pub struct Process {
    child: Child,
    pub at: Addresses,
}

impl Process {
    /// Its logs go nowhere: for a test that makes more of them than a pipe holds.
    pub fn start_unheard(surroundings: &Surroundings) -> Self {
        Self::start_with(surroundings, Stdio::null())
    }

    fn start(surroundings: &Surroundings) -> Self {
        Self::start_with(surroundings, Stdio::piped())
    }

    fn start_with(surroundings: &Surroundings, logs: Stdio) -> Self {
        let mut command = program();
        command.args(["serve", "--config", path_text(&surroundings.config_file())]);
        let mut child = command.stdout(Stdio::piped()).stderr(logs).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let addresses = line.trim().strip_prefix("listening browser=").and_then(|rest| rest.split_once(" backend="));
        let Some((browser, backend)) = addresses else {
            let mut stderr = String::new();
            child.stderr.take().map(|mut logs| logs.read_to_string(&mut stderr).unwrap());
            panic!("no line of readiness: {line:?}\n{stderr}");
        };
        let at = Addresses { browser: browser.parse().unwrap(), backend: backend.parse().unwrap() };
        Self { child, at }
    }

    fn terminate(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
    }

    /// Waits for the end; how it ended, and its logs.
    fn end(mut self) -> (ExitStatus, String) {
        let mut logs = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut logs).unwrap();
        (self.child.wait().unwrap(), logs)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // a process that has ended already cannot be killed, which is what is wanted
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Sends all requests at once, alternating between the processes.
async fn at_once(backends: [SocketAddr; 2], requests: Vec<Request>) -> Vec<Reply> {
    let barrier = Arc::new(Barrier::new(requests.len()));
    let mut tasks = JoinSet::new();
    for (request, to) in requests.into_iter().zip(backends.into_iter().cycle()) {
        let barrier = Arc::clone(&barrier);
        tasks.spawn(async move {
            barrier.wait().await;
            request.send(to).await
        });
    }
    tasks.join_all().await
}

#[test]
fn bad_configuration_is_refused_with_all_its_problems() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("verifier.toml");
    std::fs::write(&file, "mode = \"production\"\ncolour = \"hunter2\"\n[mail]\ntls = \"none\"\n").unwrap();
    for command in [&["serve"][..], &["config", "check"]] {
        let output = run(&[command, &["--config", path_text(&file)]].concat(), "");
        assert_eq!(output.status.code(), Some(1));
        let problems = String::from_utf8(output.stderr).unwrap();
        for place in ["line 2: colour:", "issuer:", "listen:", "store:", "secrets:", "platform:", "line 4: mail.tls:"] {
            assert!(problems.contains(place), "{place} in\n{problems}");
        }
        assert!(!problems.contains("hunter2"), "{problems}");
        assert!(output.stdout.is_empty());
    }
}

#[tokio::test]
async fn good_configuration_is_said_to_be_good() {
    let surroundings = Surroundings::make().await;
    let output = run(&["config", "check", "--config", path_text(&surroundings.config_file())], "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn made_secrets_are_their_owners_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["make-master", "make-signing"] {
        let file = folder.path().join(command);
        assert!(run(&["keys", command, path_text(&file)], "").status.success());
        let made = std::fs::read(&file).unwrap();
        assert!(made.len() >= 43);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let again = run(&["keys", command, path_text(&file)], "");
        assert_eq!(again.status.code(), Some(1));
        assert_eq!(std::fs::read(&file).unwrap(), made);
    }
}

#[test]
fn secret_of_an_api_key_is_digested_from_standard_input() {
    let output = run(&["keys", "hash-api-key"], "0123456789abcdef0123456789abcdef\n");
    assert!(output.status.success());
    // printf %s 0123456789abcdef0123456789abcdef | sha256sum
    let digest = "3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9\n";
    assert_eq!(String::from_utf8(output.stdout).unwrap(), digest);
    assert_eq!(run(&["keys", "hash-api-key"], "short\n").status.code(), Some(1));
}

#[tokio::test]
async fn taken_port_is_told() {
    let surroundings = Surroundings::make().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let text = std::fs::read_to_string(surroundings.config_file()).unwrap();
    let listen = format!("browser = \"{}\"", taken.local_addr().unwrap());
    std::fs::write(surroundings.config_file(), text.replacen("browser = \"127.0.0.1:0\"", &listen, 1)).unwrap();
    let output = run(&["serve", "--config", path_text(&surroundings.config_file())], "");
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("cannot listen on"), "{error}");
}

#[tokio::test]
async fn request_under_way_is_finished_when_the_service_stops() {
    let surroundings = Surroundings::make().await;
    let process = Process::start(&surroundings);
    let at = process.at;
    let request = Browser::new(ORIGIN).begin_request();
    let mut head = format!("POST {} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n", request.path, request.body.len());
    for (name, value) in &request.headers {
        head.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
    }
    let mut stream = TcpStream::connect(at.browser).unwrap();
    stream.write_all(format!("{head}expect: 100-continue\r\n\r\n").as_bytes()).unwrap();
    // the answer to `expect` says that the request has begun
    let mut begun = [0; 25];
    stream.read_exact(&mut begun).unwrap();
    assert!(begun.starts_with(b"HTTP/1.1 100"));
    process.terminate();
    while TcpStream::connect(at.browser).is_ok() {
        std::thread::yield_now();
    }
    stream.write_all(&request.body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("201 Created"), "{answer}");
    let (status, logs) = process.end();
    assert!(status.success(), "{logs}");
}

#[tokio::test]
async fn nonce_is_spent_once_by_32_requests_to_two_processes() {
    let surroundings = Surroundings::make().await;
    let processes = [Process::start(&surroundings), Process::start(&surroundings)];
    let backends = [processes[0].at.backend, processes[1].at.backend];
    let browser = Browser::new(ORIGIN);
    let begun = browser.begin(processes[0].at).await;
    let field = browser.field(Named::Jwk, &begun, ALICE.name);
    let request = assess_request(&begun, &field, ALICE, None);
    let requests: Vec<Request> = (0..32)
        .map(|number| {
            let mut body = request.json();
            body["locale"] = json!(format!("en-x-{number}"));
            request.clone().body(body.to_string())
        })
        .collect();
    let replies = at_once(backends, requests.clone()).await;
    let spent = replies.iter().filter(|reply| reply.code() == "nonce-spent").count();
    let challenged: Vec<_> = replies.iter().filter(|reply| reply.code() == "confirmation-required").collect();
    assert_eq!((spent, challenged.len()), (31, 1));

    // the one that was first gets the stored verdict again, byte for byte, from either process
    for backend in backends {
        let mut stored = Vec::new();
        for request in &requests {
            let reply = request.send(backend).await;
            if reply.status == 401 {
                stored.push(reply);
            } else {
                assert_eq!(reply.code(), "nonce-spent");
            }
        }
        assert_eq!(stored.len(), 1);
        assert_eq!((stored[0].status, &stored[0].body), (challenged[0].status, &challenged[0].body));
    }
}

#[tokio::test]
async fn same_request_32_times_at_once_gets_one_verdict() {
    let surroundings = Surroundings::make().await;
    let processes = [Process::start(&surroundings), Process::start(&surroundings)];
    let backends = [processes[0].at.backend, processes[1].at.backend];
    let browser = Browser::new(ORIGIN);
    let begun = browser.begin(processes[1].at).await;
    let field = browser.field(Named::Jwk, &begun, ALICE.name);
    let request = assess_request(&begun, &field, ALICE, None);
    let replies = at_once(backends, vec![request; 32]).await;
    for reply in &replies {
        assert_eq!((reply.status, &reply.body), (401, &replies[0].body));
    }
}

#[tokio::test]
async fn verdict_token_is_redeemed_once_by_32_requests_to_two_processes() {
    let surroundings = Surroundings::make().await;
    let processes = [Process::start(&surroundings), Process::start(&surroundings)];
    let backends = [processes[0].at.backend, processes[1].at.backend];
    let mut browser = Browser::new(ORIGIN);
    let challenge = challenged(processes[0].at, &mut browser, ALICE).await;
    browser.send_request(&challenge).send(processes[1].at.browser).await.expect(202);
    let code = surroundings.code_after(0).await;
    let confirmed = browser.check_request(&challenge, &code).send(processes[0].at.browser).await;
    let verdict = browser.verdict_field(&challenge, &confirmed);
    let request = redeem_request(&challenge, &verdict, ALICE, browser.device_cookie());
    let replies = at_once(backends, vec![request; 32]).await;
    let spent = replies.iter().filter(|reply| reply.code() == "verdict-spent").count();
    let allowed: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!((spent, allowed.len()), (31, 1));
    browser.keep(&allowed[0].json());
    for process in &processes {
        post_login(process.at, &mut browser, Named::Kid, ALICE).await.expect(200);
    }
}

#[tokio::test]
async fn logs_of_a_whole_login_hold_nothing_that_is_private() {
    let surroundings = Surroundings::make().await;
    let process = Process::start(&surroundings);
    let at = process.at;
    let mut browser = Browser::new(ORIGIN);
    let mut private: Vec<String> = Vec::new();

    let begun = browser.begin(at).await;
    let field = browser.field(Named::Jwk, &begun, ALICE.name);
    open_request(&begun, &field, ALICE.name).send(at.backend).await.expect(200);
    let reply = assess_request(&begun, &field, ALICE, None).send(at.backend).await;
    browser.keep(&reply.json());
    let challenge = reply.expect(401)["challenge"].clone();
    browser.send_request(&challenge).send(at.browser).await.expect(202);
    let code = surroundings.code_after(0).await;
    let wrong = if code == "00000000" { "11111111" } else { "00000000" };
    assert_eq!(browser.check_request(&challenge, wrong).send(at.browser).await.code(), "code-wrong");
    let confirmed = browser.check_request(&challenge, &code).send(at.browser).await;
    let verdict = browser.verdict_field(&challenge, &confirmed);
    private.extend(browser.cookies.values().cloned());
    let redeemed = redeem_request(&challenge, &verdict, ALICE, browser.device_cookie()).send(at.backend).await;
    browser.keep(&redeemed.expect(200));
    private.extend(browser.cookies.values().cloned());
    post_login(at, &mut browser, Named::Kid, ALICE).await.expect(200);
    let session = browser.begin_session(at).await;
    let compared = browser.session_field(Named::Kid, &session, ALICE.name);
    compare_request(&compared, ALICE, browser.device_cookie()).send(at.backend).await.expect(200);
    compare_request(&compared, ALICE, None).send(at.backend).await.expect(409);
    private.extend([compared, session["nonce"].as_str().unwrap().to_owned()]);
    Request::get("/login-guard/hunter2?code=hunter2").method("BREW").send(at.browser).await;

    process.terminate();
    let (status, logs) = process.end();
    assert!(status.success());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let token = text(&confirmed.json()["token"]);
    private.extend([code, wrong.into(), token, field, verdict, text(&begun["nonce"]), text(&challenge["nonce"])]);
    private.extend([browser.key_id(), "hunter2".into(), "BREW".into(), "blue heron".into(), "Mozilla".into()]);
    private.extend([ALICE.account, ALICE.name, ALICE.mail, "203.0.113.7", "example.com"].map(str::to_owned));
    private.push(API_KEY.split_once('.').unwrap().1.to_owned());
    private.push(std::fs::read_to_string(surroundings.folder.path().join("master")).unwrap());
    for value in &private {
        assert!(!value.is_empty() && !logs.contains(value.as_str()), "{value} in\n{logs}");
    }
    for expected in [
        "/v1/attempts/{attempt}/assess",
        "confirmation-required",
        "code-wrong",
        "/v1/verdicts/redeem",
        "/v1/devices/compare",
    ] {
        assert!(logs.contains(expected), "{expected} in\n{logs}");
    }
    for line in logs.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
}
