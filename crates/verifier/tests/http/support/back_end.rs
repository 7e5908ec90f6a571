//! An exchange's back end: the calls that it makes.

use serde_json::{Value, json};

use super::browser::{Browser, Named};
use super::service::{API_KEY, Addresses, Service};
use super::wire::{Headers, Reply, Request};

/// An account holder, as the exchange knows her.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    pub account: &'static str,
    pub name: &'static str,
    pub mail: &'static str,
}

pub const ALICE: Person = Person { account: "u-1001", name: "alice", mail: "alice@example.com" };
pub const BOB: Person = Person { account: "u-1002", name: "bob", mail: "bob@example.com" };

/// What goes along with every call.
pub fn headers() -> Headers {
    vec![("authorization".into(), format!("Bearer {API_KEY}")), ("content-type".into(), "application/json".into())]
}

pub fn open_request(begun: &Value, field: &str, name: &str) -> Request {
    let body = json!({
        "login_name": name, "proof": field, "device_cookie": null, "client": { "address": "203.0.113.7" },
    });
    Request::post(&format!("/v1/attempts/{}/open", begun["attempt"].as_str().unwrap()), headers(), &body)
}

pub fn assess_request(begun: &Value, field: &str, person: Person, cookie: Option<&str>) -> Request {
    let body = json!({
        "request_id": "a-request-of-a-test", "account": person.account, "login_name": person.name, "password": "right",
        "proof": field,
        "device_cookie": cookie, "client": { "address": "203.0.113.7", "user_agent": "Mozilla/5.0" }, "amr": ["pwd"],
        "locale": "en", "contacts": { "mail": person.mail }, "anti_phishing_phrase": "blue heron",
    });
    Request::post(&format!("/v1/attempts/{}/assess", begun["attempt"].as_str().unwrap()), headers(), &body)
}

pub fn compare_request(field: &str, person: Person, cookie: Option<&str>) -> Request {
    let body = json!({ "account": person.account, "login_name": person.name, "proof": field, "device_cookie": cookie });
    Request::post("/v1/devices/compare", headers(), &body)
}

/// The member `owner` of a request.
pub fn owner(field: &str, person: Person, cookie: Option<&str>) -> Value {
    json!({
        "account": person.account, "login_name": person.name, "proof": field, "device_cookie": cookie,
        "client": { "address": "203.0.113.7" }, "contacts": { "mail": person.mail },
    })
}

pub fn begin_passkey_request(owner: &Value, label: &str) -> Request {
    Request::post("/v1/factors/passkeys/begin", headers(), &json!({ "owner": owner, "label": label }))
}

pub fn finish_passkey_request(begun: &Value, person: Person, credential: &str) -> Request {
    let body = json!({ "account": person.account, "attempt": begun["attempt"], "credential": credential });
    Request::post("/v1/factors/passkeys/finish", headers(), &body)
}

pub fn step_up_request(owner: &Value, action: &Value) -> Request {
    Request::post("/v1/step-ups/begin", headers(), &json!({ "owner": owner, "action": action }))
}

pub fn redeem_request(challenge: &Value, verdict: &str, person: Person, cookie: Option<&str>) -> Request {
    let body = json!({
        "verdict": verdict, "attempt": challenge["attempt"], "account": person.account, "purpose": "login",
        "action": null, "device_cookie": cookie, "client": { "address": "203.0.113.7" },
    });
    Request::post("/v1/verdicts/redeem", headers(), &body)
}

/// One login post with a right password; cookies that come back are kept.
pub async fn post_login(at: Addresses, browser: &mut Browser, named: Named, person: Person) -> Reply {
    let begun = browser.begin(at).await;
    let field = browser.field(named, &begun, person.name);
    let reply = assess_request(&begun, &field, person, browser.device_cookie()).send(at.backend).await;
    browser.keep(&reply.json());
    reply
}

/// The challenge that an unknown device gets.
pub async fn challenged(at: Addresses, browser: &mut Browser, person: Person) -> Value {
    let reply = post_login(at, browser, Named::Jwk, person).await;
    assert_eq!(reply.code(), "confirmation-required");
    reply.expect(401)["challenge"].clone()
}

/// Makes a browser known to Alice's account.
pub async fn enrol(service: &Service, browser: &mut Browser) {
    let challenge = challenged(service.at, browser, ALICE).await;
    let seen = service.surroundings.inbox.received();
    browser.send_request(&challenge).send(service.at.browser).await.expect(202);
    let code = service.surroundings.code_after(seen).await;
    let confirmed = browser.check_request(&challenge, &code).send(service.at.browser).await;
    let verdict = browser.verdict_field(&challenge, &confirmed);
    let redeemed = redeem_request(&challenge, &verdict, ALICE, browser.device_cookie()).send(service.at.backend).await;
    browser.keep(&redeemed.expect(200));
}

/// One of an owner's requests about factors; `path` is below `/v1/factors/`.
pub fn factor_request(path: &str, body: &Value) -> Request {
    Request::post(&format!("/v1/factors/{path}"), headers(), body)
}
