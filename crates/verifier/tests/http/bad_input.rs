//! The table of bad input: every endpoint, every way to be wrong, the status and code that come back. And afterwards: a
//! login that was under way all the time is finished, a new one works, nothing was lost.

use serde_json::{Value, json};

use crate::approval::{check_approval, request_approval};
use crate::support::back_end::{
    ALICE, BOB, Person, assess_request, begin_passkey_request, challenged, compare_request, factor_request,
    finish_passkey_request, headers, open_request, owner, post_login, redeem_request, step_up_request,
};
use crate::support::browser::{Browser, Named, field_of};
use crate::support::service::{Addresses, IDLE_KEY, ORIGIN, Service};
use crate::support::wire::{Reply, Request};

/// Stands where a secret could stand; no answer repeats it.
const MARKER: &str = "hunter2-do-not-repeat";

/// What a browser's answers look like; no challenge is answered by them.
const ASSERTION: &str = r#"{"rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","authenticatorData":"AA","signature":"AA"}}"#;
const REGISTRATION: &str =
    r#"{"rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","attestationObject":"AA"}}"#;

/// What a factor's identifier looks like; nobody has one.
const FACTOR: &str = "AAAAAAAAAAAAAAAAAAAAAA";

/// A login that is waiting for its code, and requests to every endpoint that would be right.
struct Scene {
    service: Service,
    browser: Browser,
    challenge: Value,
    code: String,
    /// Begun and not assessed.
    begun: Value,
    field: String,
}

impl Scene {
    async fn set() -> Self {
        let service = Service::start().await;
        let mut browser = Browser::new(ORIGIN);
        let challenge = challenged(service.at, &mut browser, ALICE).await;
        browser.send_request(&challenge).send(service.at.browser).await.expect(202);
        let code = service.surroundings.code_after(0).await;
        let begun = browser.begin(service.at).await;
        let field = browser.field(Named::Jwk, &begun, ALICE.name);
        Self { service, browser, challenge, code, begun, field }
    }

    fn at(&self) -> Addresses {
        self.service.at
    }

    fn wrong_code(&self) -> &'static str {
        if self.code == "00000000" { "11111111" } else { "00000000" }
    }

    /// Every endpoint of the browser listener that takes a body.
    fn to_browser(&self) -> Vec<Request> {
        vec![
            self.browser.begin_request(),
            self.browser.send_request(&self.challenge),
            self.browser.check_request(&self.challenge, self.wrong_code()),
            self.browser.device_key_request(&self.challenge),
            self.browser.passkey_request(&self.challenge, ASSERTION),
            request_approval(&self.browser, &self.challenge),
            check_approval(&self.browser, &self.challenge),
            self.browser.code_request(&self.challenge, "totp", "123456"),
            self.browser.code_request(&self.challenge, "recovery-code", "0000-0000-0000-0000"),
        ]
    }

    /// Every endpoint of the backend listener that takes a body.
    fn to_backend(&self) -> Vec<Request> {
        vec![
            open_request(&self.begun, &self.field, ALICE.name),
            assess_request(&self.begun, &self.field, ALICE, self.browser.device_cookie()),
            redeem_request(&self.challenge, "a.b.c~", ALICE, self.browser.device_cookie()),
            compare_request(&self.field, ALICE, self.browser.device_cookie()),
            self.as_owner("/v1/approvals/list", &json!({})),
            self.as_owner("/v1/approvals/answer", &json!({ "approval": "AAAAAAAAAAAAAAAAAAAAAA", "answer": "refuse" })),
            backend_request("/v1/approvals/pending", &json!({ "account": ALICE.account })),
            self.as_owner("/v1/devices/list", &json!({})),
            self.as_owner("/v1/devices/acknowledge", &json!({ "device": "AAAAAAAAAAAAAAAAAAAAAA" })),
            self.as_owner("/v1/devices/remove", &json!({ "device": "AAAAAAAAAAAAAAAAAAAAAA" })),
            backend_request("/v1/accounts/restart-probation", &json!({ "account": BOB.account, "cause": "recovery" })),
            begin_passkey_request(&self.owner(), "phone"),
            finish_passkey_request(&self.begun, ALICE, REGISTRATION),
            step_up_request(&self.owner(), &json!({ "act": "add-passkey", "label": "phone" })),
            factor_request("list", &json!({ "owner": self.owner() })),
            factor_request("remove", &json!({ "owner": self.owner(), "factor": FACTOR })),
            factor_request("cancel", &json!({ "owner": self.owner(), "factor": FACTOR })),
            factor_request("totp/begin", &json!({ "owner": self.owner() })),
            factor_request(
                "totp/finish",
                &json!({ "account": ALICE.account, "attempt": self.begun["attempt"], "code": "123456" }),
            ),
            factor_request("recovery-codes/issue", &json!({ "owner": self.owner() })),
        ]
    }

    /// A request of the owner's, with further members.
    fn as_owner(&self, path: &str, further: &Value) -> Request {
        let mut body = further.clone();
        body["owner"] = self.owner();
        backend_request(path, &body)
    }

    fn owner(&self) -> Value {
        owner(&self.field, ALICE, self.browser.device_cookie())
    }

    fn everything(&self) -> Vec<(std::net::SocketAddr, Request)> {
        let browser = self.to_browser().into_iter().map(|request| (self.at().browser, request));
        let backend = self.to_backend().into_iter().map(|request| (self.at().backend, request));
        browser.chain(backend).collect()
    }

    /// Finishes the login that was under way, and logs in again.
    async fn finish(mut self) {
        let confirmed = self.browser.check_request(&self.challenge, &self.code).send(self.at().browser).await;
        let verdict = self.browser.verdict_field(&self.challenge, &confirmed);
        let cookie = self.browser.device_cookie();
        let redeemed = redeem_request(&self.challenge, &verdict, ALICE, cookie).send(self.at().backend).await;
        self.browser.keep(&redeemed.expect(200));
        let at = self.at();
        post_login(at, &mut self.browser, Named::Kid, ALICE).await.expect(200);
        // the nonce that all the bad requests named was not spent by any of them
        let begun = assess_request(&self.begun, &self.field, ALICE, self.browser.device_cookie());
        assert_ne!(begun.send(at.backend).await.code(), "nonce-spent");
    }
}

fn backend_request(path: &str, body: &Value) -> Request {
    Request::post(path, headers(), body)
}

/// Holds a refusal against what every refusal is like.
fn check(reply: &Reply, status: u16, code: &str, what: &str) {
    assert_eq!((reply.status, reply.code().as_str()), (status, code), "{what}: {}", reply.body);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{what}");
    let body = reply.json();
    assert_eq!(body["type"], format!("urn:login-guard:problem:{code}"), "{what}");
    assert_eq!(body["status"], status, "{what}");
    assert!(body["title"].is_string(), "{what}");
    assert!(!reply.body.contains(MARKER), "{what}: {}", reply.body);
    check_headers(reply, what);
}

/// What every answer carries.
fn check_headers(reply: &Reply, what: &str) {
    for (name, value) in [
        ("cache-control", "no-store"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{what}: {name}");
    }
    assert!(reply.header("x-request-id").is_some_and(|id| id.len() == 12), "{what}");
}

#[tokio::test]
async fn body_that_is_not_of_the_documented_shape_is_refused_everywhere() {
    let scene = Scene::set().await;
    for (at, request) in scene.everything() {
        let path = request.path.clone();
        let oversized = request.clone().body(format!("{{\"v\":1,\"x\":\"{}\"}}", "x".repeat(33 * 1024)));
        check(&oversized.send(at).await, 413, "body-too-large", &path);
        check(&oversized.send_chunked(at).await, 413, "body-too-large", &path);
        for body in ["", "{\"v\":1,", MARKER, "[]", "null", "7", "\"x\"", "{\"v\":1}{}", "\u{feff}{}", "{'v':1}"] {
            check(&request.clone().body(body).send(at).await, 400, "body-invalid", &format!("{path} {body:?}"));
        }
        check(&request.clone().body(*b"{\"v\":1,\"x\":\"\xff\xfe\"}").send(at).await, 400, "body-invalid", &path);
        check(&request.clone().body("[".repeat(30_000)).send(at).await, 400, "body-invalid", &path);
        for content_type in [
            None,
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
            Some("application/json; charset=utf-16"),
        ] {
            let reply = request.clone().header("content-type", content_type).send(at).await;
            check(&reply, 415, "content-type", &format!("{path} {content_type:?}"));
        }
    }
    scene.finish().await;
}

#[tokio::test]
async fn every_member_of_every_body_has_its_type_and_no_other_is_known() {
    let scene = Scene::set().await;
    for (at, request) in scene.everything() {
        let body = request.json();
        for name in body.as_object().unwrap().keys() {
            let mut wrong = body.clone();
            wrong[name] = json!({ "nested": [MARKER] });
            let reply = request.clone().body(wrong.to_string()).send(at).await;
            check(&reply, 400, "body-invalid", &format!("{} {name}", request.path));
            let detail = reply.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(name.as_str()) || detail.contains("nested"), "{} {name}: {detail}", request.path);
        }
        let mut unknown = body.clone();
        unknown["unknown_member"] = json!(MARKER);
        let reply = request.clone().body(unknown.to_string()).send(at).await;
        check(&reply, 400, "body-invalid", &request.path);
        assert_eq!(reply.json()["detail"], "unknown_member: not a member that is known here");
        let mut unknown = body.clone();
        unknown[MARKER] = json!(1);
        check(&request.clone().body(unknown.to_string()).send(at).await, 400, "body-invalid", &request.path);
    }
    scene.finish().await;
}

#[tokio::test]
async fn members_that_must_be_there_are_asked_for() {
    let scene = Scene::set().await;
    let optional = ["amr", "locale", "contacts", "anti_phishing_phrase", "device_cookie", "action", "account", "proof"];
    for (at, request) in scene.everything() {
        let body = request.json();
        for name in body.as_object().unwrap().keys().filter(|name| !optional.contains(&name.as_str())) {
            let mut without = body.clone();
            without.as_object_mut().unwrap().remove(name);
            let reply = request.clone().body(without.to_string()).send(at).await;
            check(&reply, 400, "body-invalid", &format!("{} {name}", request.path));
            assert_eq!(reply.json()["detail"], format!("{name}: missing"), "{}", request.path);
        }
    }
    scene.finish().await;
}

#[tokio::test]
async fn other_versions_of_the_protocol_are_unknown() {
    let scene = Scene::set().await;
    for request in scene.to_browser() {
        for v in [0, 2, u64::MAX] {
            let mut body = request.json();
            body["v"] = json!(v);
            body["member_of_another_version"] = json!(true);
            let reply = request.clone().body(body.to_string()).send(scene.at().browser).await;
            check(&reply, 400, "version-unknown", &request.path);
        }
    }
    scene.finish().await;
}

#[tokio::test]
async fn requests_that_another_site_caused_are_refused() {
    let scene = Scene::set().await;
    let wrong: [(&str, Option<&str>); 10] = [
        ("origin", None),
        ("origin", Some("null")),
        ("origin", Some("http://localhost:8081")),
        ("origin", Some("https://localhost:8080")),
        ("origin", Some("http://localhost:8080/")),
        ("origin", Some("http://localhost:8080.evil.example")),
        // an app sends no Sec-Fetch-Site
        ("origin", Some("app:acex")),
        ("sec-fetch-site", None),
        ("sec-fetch-site", Some("same-site")),
        ("sec-fetch-site", Some("cross-site")),
    ];
    for request in scene.to_browser() {
        for (name, value) in wrong {
            let reply = request.clone().header(name, value).send(scene.at().browser).await;
            check(&reply, 403, "origin-refused", &format!("{} {name} {value:?}", request.path));
            // the origin is looked at before the body
            let reply = request.clone().header(name, value).body("").send(scene.at().browser).await;
            check(&reply, 403, "origin-refused", &request.path);
        }
    }
    let app = scene.browser.begin_request().header("origin", Some("app:acex")).header("sec-fetch-site", None);
    app.send(scene.at().browser).await.expect(201);
    scene.finish().await;
}

#[tokio::test]
async fn back_ends_without_a_right_key_are_refused() {
    let scene = Scene::set().await;
    let idle = format!("Bearer {IDLE_KEY}");
    let marker = format!("Bearer exchange.{MARKER}");
    let wrong: [(Option<&str>, u16, &str); 8] = [
        (None, 401, "api-key-missing"),
        (Some("Basic ZXhjaGFuZ2U6aHVudGVyMg=="), 401, "api-key-missing"),
        (Some("Bearer"), 401, "api-key-invalid"),
        (Some("Bearer exchange"), 401, "api-key-invalid"),
        (Some("Bearer exchange."), 401, "api-key-invalid"),
        (Some("Bearer nobody.0123456789abcdef0123456789abcdef"), 401, "api-key-invalid"),
        (Some(&marker), 401, "api-key-invalid"),
        (Some(&idle), 403, "api-key-scope"),
    ];
    for request in scene.to_backend() {
        for (value, status, code) in wrong {
            let reply = request.clone().header("authorization", value).send(scene.at().backend).await;
            check(&reply, status, code, &format!("{} {value:?}", request.path));
            assert_eq!(reply.header("www-authenticate").is_some(), status == 401, "{}", request.path);
            // the key is looked at before the body
            let reply = request.clone().header("authorization", value).body("").send(scene.at().backend).await;
            check(&reply, status, code, &request.path);
        }
    }
    scene.finish().await;
}

#[tokio::test]
async fn other_methods_and_paths_are_problems_too() {
    let scene = Scene::set().await;
    for (at, request) in scene.everything() {
        for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"] {
            let reply = request.clone().method(method).send(at).await;
            check(&reply, 405, "method-not-allowed", &format!("{method} {}", request.path));
            assert_eq!(reply.header("allow"), Some("POST"), "{}", request.path);
        }
        let reply = request.clone().path(&format!("{}/more", request.path)).send(at).await;
        check(&reply, 404, "not-found", &request.path);
    }
    for (at, path) in [
        (scene.at().browser, "/"),
        (scene.at().browser, "/login-guard"),
        (scene.at().browser, "/login-guard/"),
        (scene.at().browser, "/login-guard/nothing.js"),
        (scene.at().browser, "/login-guard/..%2f..%2fmaster"),
        (scene.at().browser, "/login-guard/%00"),
        (scene.at().browser, "/v1/jwks.json"),
        (scene.at().browser, "/v1/verdicts/redeem"),
        (scene.at().backend, "/login-guard/jwks.json"),
        (scene.at().backend, "/login-guard/attempts"),
        (scene.at().backend, "/v1/hunter2-do-not-repeat"),
    ] {
        check(&Request::get(path).send(at).await, 404, "not-found", path);
    }
    for (at, path) in [(scene.at().browser, "/login-guard/jwks.json"), (scene.at().backend, "/healthz")] {
        check(&Request::get(path).method("POST").send(at).await, 405, "method-not-allowed", path);
        check_headers(&Request::get(path).send(at).await, path);
    }
    scene.finish().await;
}

#[tokio::test]
async fn attempts_that_are_not_this_browsers_are_unknown() {
    let scene = Scene::set().await;
    let own = scene.challenge["attempt"].as_str().unwrap();
    for other in
        ["x", "AAAAAAAAAAAAAAAAAAAAAA", "hunter2-do-not-repeat", "%2e%2e", scene.begun["attempt"].as_str().unwrap()]
    {
        for request in scene.to_browser().into_iter().skip(1) {
            let path = request.path.replace(own, other);
            check(&request.path(&path).send(scene.at().browser).await, 404, "attempt-unknown", &path);
        }
    }
    for cookie in [None, Some("__Host-lg-device=garbage"), Some("__Host-lg-device=AAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA")] {
        for request in scene.to_browser().into_iter().skip(1) {
            let path = request.path.clone();
            check(&request.header("cookie", cookie).send(scene.at().browser).await, 404, "attempt-unknown", &path);
        }
    }
    for request in scene.to_backend().into_iter().take(2) {
        let path = request.path.replace(scene.begun["attempt"].as_str().unwrap(), "hunter2-do-not-repeat");
        check(&request.path(&path).send(scene.at().backend).await, 404, "attempt-unknown", &path);
    }
    scene.finish().await;
}

#[tokio::test]
async fn proof_that_is_not_of_the_documented_form_is_malformed() {
    let scene = Scene::set().await;
    let (attempt, proof, evidence) = {
        let mut parts = scene.field.split('~').map(str::to_owned);
        (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
    };
    let (header, rest) = proof.split_once('.').unwrap();
    let long = "A".repeat(5_000);
    for field in [
        String::new(),
        MARKER.into(),
        "~~".into(),
        attempt.clone(),
        format!("{attempt}~{proof}"),
        format!("{attempt}~{proof}~{evidence}~"),
        format!("{attempt}~{proof}~{evidence}="),
        format!("{attempt}~{proof}~!"),
        format!("{attempt}~{proof}~AAAA"),
        format!("x~{proof}~{evidence}"),
        format!("{attempt}~{header}~{evidence}"),
        format!("{attempt}~e30.{rest}~{evidence}"),
        format!("{attempt}~{header}.e30.AAAA~{evidence}"),
        format!("{attempt}~{proof}A~{evidence}"),
        format!("{attempt}~{long}.{rest}~{evidence}"),
        format!("{attempt}~keyless~{evidence}"),
        format!("{attempt}~keyless:NOT A WORD:x~{evidence}"),
    ] {
        for request in [
            open_request(&scene.begun, &field, ALICE.name),
            assess_request(&scene.begun, &field, ALICE, scene.browser.device_cookie()),
            compare_request(&field, ALICE, scene.browser.device_cookie()),
        ] {
            let reply = request.send(scene.at().backend).await;
            check(&reply, 400, "proof-malformed", &format!("{} {field:?}", request.path));
        }
    }
    scene.finish().await;
}

#[tokio::test]
async fn proof_that_says_or_signs_something_else_is_refused() {
    let scene = Scene::set().await;
    let (begun, browser) = (&scene.begun, &scene.browser);
    let claims = browser.login_claims(begun, ALICE.name);
    let other = browser.begin(scene.at()).await;
    let mut fields = Vec::new();
    for (name, value) in [
        ("aud", json!("other")),
        ("origin", json!("https://evil.example")),
        ("name", browser.login_claims(begun, BOB.name)["name"].clone()),
        ("purpose", json!("session")),
        ("evidence", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        ("act", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        ("nonce", other["nonce"].clone()),
        ("nonce", json!(MARKER)),
    ] {
        let mut wrong = claims.clone();
        wrong[name] = value;
        fields.push((name, field_of(begun, &browser.sign(Named::Jwk, &wrong))));
    }
    // another key's signature under this key's name
    let own = browser.sign(Named::Jwk, &claims);
    let strange = Browser::new(ORIGIN).sign(Named::Jwk, &claims);
    let (signed, _) = own.rsplit_once('.').unwrap();
    let (_, signature) = strange.rsplit_once('.').unwrap();
    fields.push(("signature", field_of(begun, &format!("{signed}.{signature}"))));
    fields.push(("attempt", field_of(&other, &own)));
    for (what, field) in fields {
        for request in
            [open_request(begun, &field, ALICE.name), assess_request(begun, &field, ALICE, browser.device_cookie())]
        {
            check(&request.send(scene.at().backend).await, 403, "proof-refused", &format!("{} {what}", request.path));
        }
    }
    scene.finish().await;
}

#[tokio::test]
async fn nonce_is_good_for_two_minutes_and_one_request() {
    let scene = Scene::set().await;
    let at = scene.at();
    let spent = scene.browser.begin(at).await;
    let field = scene.browser.field(Named::Jwk, &spent, ALICE.name);
    let request = assess_request(&spent, &field, ALICE, scene.browser.device_cookie());
    let first = request.send(at.backend).await;
    assert_eq!(first.code(), "confirmation-required");
    for _ in 0..3 {
        assert_eq!(request.send(at.backend).await.body, first.body);
    }
    for other in [
        assess_request(&spent, &field, ALICE, None),
        assess_request(&spent, &field, Person { account: BOB.account, ..ALICE }, scene.browser.device_cookie()),
        request.clone().body([request.body.as_slice(), b" "].concat()),
    ] {
        check(&other.send(at.backend).await, 409, "nonce-spent", "another request with the nonce");
    }
    let late = scene.browser.begin(at).await;
    let field = scene.browser.field(Named::Jwk, &late, ALICE.name);
    scene.service.clock.advance_millis(120_001);
    check(&open_request(&late, &field, ALICE.name).send(at.backend).await, 409, "nonce-expired", "open");
    let request = assess_request(&late, &field, ALICE, scene.browser.device_cookie());
    check(&request.send(at.backend).await, 409, "nonce-expired", "assess");
    scene.finish().await;
}

#[tokio::test]
async fn confirmation_by_another_key_or_without_work_is_refused() {
    let scene = Scene::set().await;
    let (at, challenge) = (scene.at().browser, &scene.challenge);
    let mut stranger = Browser::new(ORIGIN);
    stranger.cookies.clone_from(&scene.browser.cookies);
    check(&stranger.check_request(challenge, &scene.code).send(at).await, 403, "proof-refused", "another key");
    check(&stranger.send_request(challenge).send(at).await, 403, "proof-refused", "another key");
    let check_code = scene.browser.check_request(challenge, &scene.code);
    let mut tampered = check_code.json();
    tampered["code"] = json!(scene.wrong_code());
    let reply = check_code.clone().body(tampered.to_string()).send(at).await;
    check(&reply, 403, "proof-refused", "a proof for another code");
    let mut keyless = check_code.json();
    keyless["proof"] = Value::Null;
    check(&check_code.clone().body(keyless.to_string()).send(at).await, 403, "proof-refused", "no proof");
    let proof = scene.browser.confirm(challenge, "mail-code/send", "64");
    let body = json!({ "v": 1, "proof": proof, "work": { "answer": "64" } });
    let reply = scene.browser.step_request(challenge, "mail-code/send", &body).send(at).await;
    check(&reply, 403, "work-refused", "no work");
    check(&scene.browser.device_key_request(challenge).send(at).await, 409, "method-unavailable", "device-key");
    let reply = scene.browser.send_request(challenge).send(at).await;
    check(&reply, 429, "sends-exhausted", "another code at once");
    assert!(reply.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()));
    let code = scene.browser.check_request(challenge, MARKER);
    check(&code.send(at).await, 400, "body-invalid", "no code at all");
    scene.finish().await;
}

#[tokio::test]
async fn wrong_codes_are_counted_and_five_end_the_attempt() {
    let scene = Scene::set().await;
    let at = scene.at();
    let mut browser = Browser::new(ORIGIN);
    let challenge = challenged(at, &mut browser, BOB).await;
    check(&browser.check_request(&challenge, "12345678").send(at.browser).await, 409, "code-unsent", "unsent");
    let seen = scene.service.surroundings.inbox.received();
    browser.send_request(&challenge).send(at.browser).await.expect(202);
    let code = scene.service.surroundings.code_after(seen).await;
    let wrong = if code == "00000000" { "11111111" } else { "00000000" };
    for left in [4, 3, 2, 1] {
        let reply = browser.check_request(&challenge, wrong).send(at.browser).await;
        check(&reply, 422, "code-wrong", "wrong");
        assert_eq!(reply.json()["tries_left"], left);
    }
    check(&browser.check_request(&challenge, wrong).send(at.browser).await, 429, "tries-exhausted", "fifth");
    check(&browser.check_request(&challenge, &code).send(at.browser).await, 429, "tries-exhausted", "right, too late");
    scene.finish().await;
}

#[tokio::test]
async fn old_code_is_replaced_or_expired() {
    let scene = Scene::set().await;
    let at = scene.at();
    let mut browser = Browser::new(ORIGIN);
    let challenge = challenged(at, &mut browser, BOB).await;
    let mut codes = Vec::new();
    for _ in 0..2 {
        let seen = scene.service.surroundings.inbox.received();
        browser.send_request(&challenge).send(at.browser).await.expect(202);
        codes.push(scene.service.surroundings.code_after(seen).await);
        scene.service.clock.advance_millis(31_000);
    }
    let old = browser.check_request(&challenge, &codes[0]);
    check(&old.send(at.browser).await, 409, "code-replaced", "the first of two codes");
    scene.service.clock.advance_millis(300_000 - 31_000);
    check(
        &browser.check_request(&challenge, &codes[1]).send(at.browser).await,
        410,
        "code-expired",
        "after five minutes",
    );
    scene.service.clock.advance_millis(600_000);
    check(&browser.check_request(&challenge, &codes[1]).send(at.browser).await, 410, "attempt-expired", "much later");
}

#[tokio::test]
async fn verdict_token_is_for_one_login_of_one_account() {
    let scene = Scene::set().await;
    let at = scene.at();
    let cookie = scene.browser.device_cookie();
    let confirmed = scene.browser.check_request(&scene.challenge, &scene.code).send(at.browser).await;
    let verdict = scene.browser.verdict_field(&scene.challenge, &confirmed);
    let (token, proof) = verdict.split_once('~').unwrap();
    let redeem = redeem_request(&scene.challenge, &verdict, ALICE, cookie);

    let again = scene.browser.check_request(&scene.challenge, &scene.code).send(at.browser).await;
    check(&again, 409, "attempt-ended", "confirmed already");

    for verdict in [MARKER.to_owned(), "a.b.c~".into(), token.into(), format!("{}A~{proof}", &token[..token.len() - 4])]
    {
        let reply = redeem_request(&scene.challenge, &verdict, ALICE, cookie).send(at.backend).await;
        check(&reply, 403, "verdict-invalid", &verdict);
    }
    let with = |name: &str, value: Value| {
        let mut body = redeem.json();
        body[name] = value;
        redeem.clone().body(body.to_string())
    };
    let stranger = Browser::new(ORIGIN).verdict_field(&scene.challenge, &confirmed);
    for (what, request) in [
        ("account", with("account", json!(BOB.account))),
        ("attempt", with("attempt", scene.begun["attempt"].clone())),
        ("purpose", with("purpose", json!("action"))),
        ("action", with("action", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))),
        ("no cookie", with("device_cookie", Value::Null)),
        ("cookie", with("device_cookie", json!("AAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA"))),
        ("key", with("verdict", json!(stranger))),
        ("no proof", with("verdict", json!(format!("{token}~")))),
    ] {
        check(&request.send(at.backend).await, 403, "verdict-mismatch", what);
    }
    // none of these spent it
    redeem.send(at.backend).await.expect(200);
    check(&redeem.send(at.backend).await, 409, "verdict-spent", "redeemed already");
}

#[tokio::test]
async fn verdict_token_lives_for_a_minute() {
    let scene = Scene::set().await;
    let at = scene.at();
    let confirmed = scene.browser.check_request(&scene.challenge, &scene.code).send(at.browser).await;
    let verdict = scene.browser.verdict_field(&scene.challenge, &confirmed);
    scene.service.clock.advance_millis(61_000);
    let request = redeem_request(&scene.challenge, &verdict, ALICE, scene.browser.device_cookie());
    check(&request.send(at.backend).await, 409, "verdict-expired", "after a minute");
}

#[tokio::test]
async fn headers_beyond_the_limit_are_refused_and_the_service_lives_on() {
    let scene = Scene::set().await;
    for (name, value) in [("cookie", "x".repeat(20_000)), ("x-many", "y".repeat(100_000))] {
        let reply = Request::get("/login-guard/healthz").header(name, Some(&value)).send(scene.at().browser).await;
        assert_eq!(reply.status, 431, "{name}");
    }
    scene.finish().await;
}
