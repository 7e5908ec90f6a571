//! Approval at a known device, and the devices of an account, over HTTP.

use std::net::SocketAddr;

use login_guard_protocol::{Digest, Transcript};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::process::Process;
use crate::support::back_end::{ALICE, Person, assess_request, challenged, enrol, headers, owner, redeem_request};
use crate::support::browser::{Browser, Named, field_of};
use crate::support::service::{Addresses, ORIGIN, Service, Surroundings};
use crate::support::wire::{Reply, Request};

const FAR: &str = "198.51.100.9";

/// A browser with the right password, from far away.
pub async fn asking(at: Addresses, person: Person) -> (Browser, Value) {
    let mut browser = Browser::new(ORIGIN);
    let begun = browser.begin(at).await;
    let field = browser.field(Named::Jwk, &begun, person.name);
    let mut request = assess_request(&begun, &field, person, None);
    let mut body = request.json();
    body["client"] = json!({ "address": FAR, "user_agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/153.0" });
    request = request.body(body.to_string());
    let reply = request.send(at.backend).await.expect(401);
    browser.keep(&reply);
    (browser, reply["challenge"].clone())
}

pub fn request_approval(browser: &Browser, challenge: &Value) -> Request {
    let proof = browser.confirm(challenge, "approval/request", "");
    browser.step_request(challenge, "approval/request", &json!({ "v": 1, "proof": proof }))
}

pub fn check_approval(browser: &Browser, challenge: &Value) -> Request {
    let proof = browser.confirm(challenge, "approval/check", "");
    browser.step_request(challenge, "approval/check", &json!({ "v": 1, "proof": proof }))
}

fn owner_request(path: &str, browser: &Browser, begun: &Value, further: &Value) -> Request {
    let field = browser.session_field(Named::Kid, begun, ALICE.name);
    let mut body = json!({ "owner": owner(&field, ALICE, browser.device_cookie()) });
    for (name, value) in further.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    Request::post(path, headers(), &body)
}

async fn post_as_owner(at: Addresses, path: &str, browser: &Browser, further: Value) -> Reply {
    let begun = browser.begin_session(at).await;
    owner_request(path, browser, &begun, &further).send(at.backend).await
}

/// What waits, as the known device is shown it.
async fn listed(at: Addresses, browser: &Browser) -> Vec<Value> {
    let reply = post_as_owner(at, "/v1/approvals/list", browser, json!({})).await;
    reply.expect(200)["approvals"].as_array().unwrap().clone()
}

/// An answer, signed as docs/protocol.md says.
async fn answer_request(at: Addresses, browser: &Browser, shown: &Value, answer: &str, code: &str) -> Request {
    let body = json!({ "v": 1, "purpose": "approval" });
    let begun = Request::post("/login-guard/attempts", browser.headers(), &body).send(at.browser).await.expect(201);
    let typed = code.replace('-', "");
    let act: Digest = Transcript::new("login-guard/approval/v1")
        .part(shown["request"].as_str().unwrap().as_bytes())
        .part(answer.as_bytes())
        .part(typed.as_bytes())
        .digest();
    let mut claims = browser.login_claims(&begun, ALICE.name);
    claims["purpose"] = json!("approval");
    claims["act"] = json!(act.to_base64url());
    let field = field_of(&begun, &browser.sign(Named::Kid, &claims));
    let mut body = json!({
        "owner": owner(&field, ALICE, browser.device_cookie()), "approval": shown["approval"], "answer": answer,
    });
    if !code.is_empty() {
        body["code"] = json!(code);
    }
    Request::post("/v1/approvals/answer", headers(), &body)
}

async fn pending(at: Addresses) -> Value {
    let body = json!({ "account": ALICE.account });
    Request::post("/v1/approvals/pending", headers(), &body).send(at.backend).await.expect(200)
}

#[tokio::test]
async fn approved_browser_gets_in_and_is_listed_on_probation() {
    let service = Service::start().await;
    let at = service.at;
    let mut known = Browser::new(ORIGIN);
    enrol(&service, &mut known).await;
    let (mut other, challenge) = asking(at, ALICE).await;
    let methods: Vec<&str> =
        challenge["methods"].as_array().unwrap().iter().filter_map(|one| one["method"].as_str()).collect();
    assert_eq!(methods.first(), Some(&"approval"), "{methods:?}");
    assert_eq!(pending(at).await, json!({ "open": 0 }));
    let requested = request_approval(&other, &challenge).send(at.browser).await.expect(200);
    assert_eq!((&requested["v"], &requested["expires_in_s"]), (&json!(1), &json!(300)));
    assert_eq!(check_approval(&other, &challenge).send(at.browser).await.code(), "approval-pending");
    assert_eq!(pending(at).await, json!({ "open": 1 }));

    let waiting = listed(at, &known).await;
    let shown: Value = serde_json::from_str(waiting[0]["request"].as_str().unwrap()).unwrap();
    assert_eq!(shown["approval"], waiting[0]["approval"]);
    assert_eq!((&shown["address"], &shown["network"]), (&json!(FAR), &json!("198.51.100.0/24")));
    assert_eq!((&shown["browser"], &shown["place"]), (&json!("Firefox, Windows"), &Value::Null));
    assert_eq!((&shown["asked_at"], &shown["reference"]), (&json!("2026-11-22T14:03:00Z"), &challenge["reference"]));

    let code = requested["code"].as_str().unwrap();
    let answer = answer_request(at, &known, &waiting[0], "approve", code).await;
    let answered = answer.send(at.backend).await.expect(200);
    assert_eq!(answered, json!({ "outcome": "approved", "tries_left": 3, "value": "open", "lifts": false }));
    assert_eq!(answer.send(at.backend).await.expect(200), answered, "the same bytes again");

    let confirmed = check_approval(&other, &challenge).send(at.browser).await;
    let verdict = other.verdict_field(&challenge, &confirmed);
    let redeemed =
        redeem_request(&challenge, &verdict, ALICE, other.device_cookie()).send(at.backend).await.expect(200);
    assert_eq!((&redeemed["probation"], &redeemed["amr"]), (&json!(true), &json!(["pwd", "lg-approval"])));
    other.keep(&redeemed);

    let devices = post_as_owner(at, "/v1/devices/list", &known, json!({})).await.expect(200);
    let rows = devices["devices"].as_array().unwrap();
    let young = rows.iter().find(|row| row["this"] == false).unwrap();
    assert_eq!((&young["confirmed_by"], &young["standing"]), (&json!("lg-approval"), &json!("probation")));
    let path = "/v1/devices/acknowledge";
    let refused = post_as_owner(at, path, &known, json!({ "device": young["device"] })).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "device-unfit"));
    let path = "/v1/devices/remove";
    let refused = post_as_owner(
        at,
        path,
        &other,
        json!({ "device": rows.iter().find(|row| row["this"] == true).unwrap()["device"] }),
    )
    .await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "device-unfit"));
    post_as_owner(at, path, &other, json!({ "device": young["device"] })).await.expect(200);
    assert_eq!(post_as_owner(at, path, &other, json!({ "device": young["device"] })).await.code(), "device-unknown");
}

#[tokio::test]
async fn refusals_are_told_and_the_second_freezes_value() {
    let service = Service::start().await;
    let at = service.at;
    let mut known = Browser::new(ORIGIN);
    enrol(&service, &mut known).await;
    let (other, challenge) = asking(at, ALICE).await;
    let requested = request_approval(&other, &challenge).send(at.browser).await.expect(200);
    let waiting = listed(at, &known).await;
    let with_code = answer_request(at, &known, &waiting[0], "refuse", requested["code"].as_str().unwrap()).await;
    assert_eq!(with_code.send(at.backend).await.code(), "body-invalid");
    let answered = answer_request(at, &known, &waiting[0], "refuse", "").await.send(at.backend).await.expect(200);
    assert_eq!((&answered["outcome"], &answered["value"]), (&json!("refused"), &json!("open")));
    let told = check_approval(&other, &challenge).send(at.browser).await;
    assert_eq!((told.status, told.code().as_str()), (403, "approval-refused"));
    let again = request_approval(&other, &challenge).send(at.browser).await;
    assert_eq!((again.status, again.code().as_str()), (429, "approvals-exhausted"));
    assert_eq!(again.header("retry-after"), Some("3600"));
    service.clock.advance_millis(3_600_000);
    let (other, challenge) = asking(at, ALICE).await;
    request_approval(&other, &challenge).send(at.browser).await.expect(200);
    let waiting = listed(at, &known).await;
    let answered = answer_request(at, &known, &waiting[0], "refuse", "").await.send(at.backend).await.expect(200);
    assert_eq!(answered["value"], "frozen");
}

#[tokio::test]
async fn probation_restarts_over_http() {
    let service = Service::start().await;
    let mut known = Browser::new(ORIGIN);
    enrol(&service, &mut known).await;
    let restart = |body: Value| Request::post("/v1/accounts/restart-probation", headers(), &body);
    let body = json!({ "account": ALICE.account, "cause": "password-reset" });
    assert_eq!(restart(body).send(service.at.backend).await.expect(200), json!({ "restarted": 0 }));
    let devices = post_as_owner(service.at, "/v1/devices/list", &known, json!({})).await.expect(200);
    assert_eq!(devices["devices"][0]["confirmed_by"], "lg-restarted");
    let unknown_cause = json!({ "account": ALICE.account, "cause": "boredom" });
    assert_eq!(restart(unknown_cause).send(service.at.backend).await.code(), "body-invalid");
}

/// An event stream that is being read.
struct Stream {
    socket: TcpStream,
    text: String,
}

impl Stream {
    async fn open(to: SocketAddr, browser: &Browser, challenge: &Value) -> Self {
        let request = events_request(browser, challenge);
        let mut head = format!("GET {} HTTP/1.1\r\nhost: {to}\r\n", request.path);
        for (name, value) in &request.headers {
            head.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
        }
        let mut socket = TcpStream::connect(to).await.unwrap();
        socket.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
        Self { socket, text: String::new() }
    }

    /// Reads until something has come; all that has come. Panics when the stream ends before.
    async fn until(&mut self, mark: &str) -> &str {
        while !self.text.contains(mark) {
            let mut bytes = [0; 1024];
            let count = self.socket.read(&mut bytes).await.unwrap();
            assert!(count > 0, "the stream ended before {mark:?}: {}", self.text);
            self.text += &String::from_utf8_lossy(&bytes[..count]);
        }
        &self.text
    }
}

/// As browsers ask: without an origin.
fn events_request(browser: &Browser, challenge: &Value) -> Request {
    let attempt = challenge["attempt"].as_str().unwrap();
    let path = format!("/login-guard/attempts/{attempt}/confirmations/approval/events");
    let request = Request { headers: browser.headers(), ..Request::get(&path) };
    request.header("origin", None).header("content-type", None).header("accept", Some("text/event-stream"))
}

#[tokio::test]
async fn the_real_program_tells_of_an_answer_by_an_event_without_contents() {
    let surroundings = Surroundings::make().await;
    let process = Process::start_unheard(&surroundings);
    let at = process.at;
    let mut known = Browser::new(ORIGIN);
    let challenge = challenged(at, &mut known, ALICE).await;
    known.send_request(&challenge).send(at.browser).await.expect(202);
    let code = surroundings.code_after(0).await;
    let confirmed = known.check_request(&challenge, &code).send(at.browser).await;
    let verdict = known.verdict_field(&challenge, &confirmed);
    known.keep(&redeem_request(&challenge, &verdict, ALICE, known.device_cookie()).send(at.backend).await.expect(200));

    let (other, challenge) = asking(at, ALICE).await;
    let early = events_request(&other, &challenge).send(at.browser).await;
    assert_eq!((early.status, early.code().as_str()), (410, "approval-expired"), "nothing was asked for");
    let requested = request_approval(&other, &challenge).send(at.browser).await.expect(200);
    let mut stream = Stream::open(at.browser, &other, &challenge).await;
    let head = stream.until("\r\n\r\n").await.to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("content-type: text/event-stream") && head.contains("cache-control: no-store"), "{head}");
    stream.until(":\n\n").await;

    let mut second = Stream::open(at.browser, &other, &challenge).await;
    second.until(":\n\n").await;
    let third = events_request(&other, &challenge).send(at.browser).await;
    assert_eq!((third.status, third.code().as_str()), (503, "overloaded"), "two of one attempt at once");

    let foreign = Browser::new(ORIGIN);
    let refused = events_request(&foreign, &challenge).send(at.browser).await;
    assert_eq!((refused.status, refused.code().as_str()), (404, "attempt-unknown"), "bound to the cookie");
    let framed = events_request(&other, &challenge).header("sec-fetch-site", Some("cross-site")).send(at.browser).await;
    assert_eq!((framed.status, framed.code().as_str()), (403, "origin-refused"));

    let waiting = listed(at, &known).await;
    let shown = requested["code"].as_str().unwrap();
    answer_request(at, &known, &waiting[0], "approve", shown).await.send(at.backend).await.expect(200);
    // chunked, and closed by the server after the one event
    let text = stream.until("0\r\n\r\n").await;
    let body = text.split_once("\r\n\r\n").unwrap().1;
    assert!(body.contains("event: changed\ndata:\n\n"), "{body}");
    assert!(!body.contains("approve") && !body.contains(shown), "{body}");
    second.until("event: changed").await;
    check_approval(&other, &challenge).send(at.browser).await.expect(200);
}

#[tokio::test]
async fn an_open_stream_does_not_hold_up_the_end_of_the_service() {
    let service = Service::start().await;
    let mut known = Browser::new(ORIGIN);
    enrol(&service, &mut known).await;
    let (other, challenge) = asking(service.at, ALICE).await;
    request_approval(&other, &challenge).send(service.at.browser).await.expect(200);
    let mut stream = Stream::open(service.at.browser, &other, &challenge).await;
    stream.until(":\n\n").await;
    // half of what connections are given when the service ends
    tokio::time::timeout(std::time::Duration::from_secs(5), service.stop()).await.expect("it has stopped");
    stream.until("0\r\n\r\n").await;
}
