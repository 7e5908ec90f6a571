//! Comparing a device for its owner.

use serde_json::{Value, json};

use crate::support::back_end::{
    ALICE, BOB, assess_request, challenged, compare_request, enrol, open_request, redeem_request,
};
use crate::support::browser::{Browser, Named};
use crate::support::service::{ORIGIN, Service};

/// A comparison with an attempt of its own.
async fn compare(service: &Service, browser: &Browser, named: Named) -> crate::support::wire::Reply {
    let begun = browser.begin_session(service.at).await;
    let field = browser.session_field(named, &begun, ALICE.name);
    compare_request(&field, ALICE, browser.device_cookie()).send(service.at.backend).await
}

#[tokio::test]
async fn owner_is_told_what_became_of_each_component() {
    let service = Service::start().await;
    let mut browser = Browser::new(ORIGIN);
    enrol(&service, &mut browser).await;
    for named in [Named::Kid, Named::Jwk] {
        let reply = compare(&service, &browser, named).await;
        let body = reply.expect(200);
        assert_eq!(body["account"], ALICE.account);
        assert_eq!(body["same_machine"], true);
        assert_eq!(body["device"]["key"], browser.key_id());
        assert_eq!(body["device"]["probation"], true);
        assert_eq!(body["device"]["enrolled_at"], "2026-11-22T14:03:00Z");
        assert_eq!(
            body["components"],
            json!([
                { "component": "browser", "kind": "fact", "outcome": "same", "change": "implausible" },
                { "component": "canvas", "kind": "component", "outcome": "same", "change": "expected" },
            ])
        );
        assert_eq!(reply.header("set-cookie"), None);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn key_and_cookie_must_be_of_one_device_of_the_account() {
    let service = Service::start().await;
    let mut browser = Browser::new(ORIGIN);
    enrol(&service, &mut browser).await;
    let mut stranger = Browser::new(ORIGIN);
    stranger.cookies.clone_from(&browser.cookies);
    assert_eq!(compare(&service, &stranger, Named::Jwk).await.code(), "device-unknown");
    let begun = browser.begin_session(service.at).await;
    let field = browser.session_field(Named::Kid, &begun, ALICE.name);
    let reply = compare_request(&field, ALICE, None).send(service.at.backend).await;
    assert_eq!((reply.status, reply.code().as_str()), (404, "device-unknown"));
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    let begun = browser.begin_session(service.at).await;
    let mut bob = BOB;
    bob.name = ALICE.name;
    let field = browser.session_field(Named::Kid, &begun, bob.name);
    let reply = compare_request(&field, bob, browser.device_cookie()).send(service.at.backend).await;
    assert_eq!((reply.status, reply.code().as_str()), (404, "device-unknown"));
}

#[tokio::test]
async fn nonce_is_spent_by_one_comparison_and_its_retry_gets_the_same_answer() {
    let service = Service::start().await;
    let mut browser = Browser::new(ORIGIN);
    enrol(&service, &mut browser).await;
    let begun = browser.begin_session(service.at).await;
    let field = browser.session_field(Named::Kid, &begun, ALICE.name);
    let request = compare_request(&field, ALICE, browser.device_cookie());
    let first = request.send(service.at.backend).await;
    first.expect(200);
    assert_eq!(request.send(service.at.backend).await.body, first.body);
    let other = request.clone().body([request.body.as_slice(), b" "].concat());
    assert_eq!(other.send(service.at.backend).await.code(), "nonce-spent");
    // its attempt is nothing that could be confirmed or redeemed
    let mut stranger = Browser::new(ORIGIN);
    let mut challenge = challenged(service.at, &mut stranger, ALICE).await;
    challenge["attempt"] = begun["attempt"].clone();
    let confirming = browser.check_request(&challenge, "12345678").send(service.at.browser).await;
    assert_eq!(confirming.code(), "attempt-unknown");
    let redeeming = redeem_request(&challenge, "a.b.c~", ALICE, browser.device_cookie()).send(service.at.backend).await;
    assert_eq!(redeeming.code(), "verdict-invalid");
}

#[tokio::test]
async fn nothing_for_a_session_logs_in_and_nothing_for_a_login_compares() {
    let service = Service::start().await;
    let mut browser = Browser::new(ORIGIN);
    enrol(&service, &mut browser).await;
    let (session, login) = (browser.begin_session(service.at).await, browser.begin(service.at).await);
    let refused =
        |reply: crate::support::wire::Reply| assert_eq!((reply.status, reply.code().as_str()), (403, "proof-refused"));
    let keyless = |begun: &Value| {
        format!("{}~keyless:no-indexeddb:{}~", begun["attempt"].as_str().unwrap(), begun["nonce"].as_str().unwrap())
    };
    for (begun, field) in [
        (&session, browser.session_field(Named::Kid, &session, ALICE.name)),
        (&session, browser.field(Named::Kid, &session, ALICE.name)),
        (&session, keyless(&session)),
        (&login, browser.session_field(Named::Kid, &login, ALICE.name)),
    ] {
        refused(assess_request(begun, &field, ALICE, browser.device_cookie()).send(service.at.backend).await);
        refused(open_request(begun, &field, ALICE.name).send(service.at.backend).await);
    }
    for field in [
        browser.field(Named::Kid, &login, ALICE.name),
        browser.field(Named::Kid, &session, ALICE.name),
        browser.session_field(Named::Kid, &login, ALICE.name),
        keyless(&login),
    ] {
        refused(compare_request(&field, ALICE, browser.device_cookie()).send(service.at.backend).await);
    }
    let field = browser.field(Named::Kid, &login, ALICE.name);
    assess_request(&login, &field, ALICE, browser.device_cookie()).send(service.at.backend).await.expect(200);
    let field = browser.session_field(Named::Kid, &session, ALICE.name);
    compare_request(&field, ALICE, browser.device_cookie()).send(service.at.backend).await.expect(200);
}

#[tokio::test]
async fn eleventh_comparison_in_an_hour_is_told_to_wait() {
    let service = Service::start().await;
    let mut browser = Browser::new(ORIGIN);
    enrol(&service, &mut browser).await;
    for _ in 0..10 {
        compare(&service, &browser, Named::Kid).await.expect(200);
    }
    let reply = compare(&service, &browser, Named::Kid).await;
    assert_eq!((reply.status, reply.code().as_str()), (429, "comparisons-exhausted"));
    assert!(reply.header("retry-after").is_some_and(|wait| wait.parse::<u32>().is_ok_and(|wait| wait <= 3_600)));
}
