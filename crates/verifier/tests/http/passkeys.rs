//! Passkeys over HTTP: registered by the owner, confirming a login, vouching for one action.

use login_guard_verifier::testing::Authenticator;
use serde_json::{Value, json};

use crate::support::back_end::{
    ALICE, BOB, begin_passkey_request, challenged, enrol, finish_passkey_request, headers, owner, post_login,
    redeem_request, step_up_request,
};
use crate::support::browser::{Browser, Named};
use crate::support::service::{ORIGIN, Service};
use crate::support::wire::{Reply, Request};

/// As long as a first passkey waits.
const WAIT_MS: u64 = 72 * 3_600_000;

/// The owner, proved just now.
async fn proved(service: &Service, browser: &Browser) -> Value {
    let begun = browser.begin_session(service.at).await;
    owner(&browser.session_field(Named::Jwk, &begun, ALICE.name), ALICE, browser.device_cookie())
}

/// A service, a device of the owner's, and a passkey that counts.
async fn settled() -> (Service, Browser, Authenticator) {
    let service = Service::start().await;
    let mut browser = Browser::new(ORIGIN);
    enrol(&service, &mut browser).await;
    let mut authenticator = Authenticator::new("localhost").unwrap();
    let begun = begin_passkey_request(&proved(&service, &browser).await, "phone").send(service.at.backend).await;
    let begun = begun.expect(200);
    let credential = authenticator.register(ORIGIN, &begun["options"]).unwrap();
    let finished = finish_passkey_request(&begun, ALICE, &credential).send(service.at.backend).await.expect(200);
    assert_eq!(finished["active_from"], "2026-11-25T14:03:00Z");
    service.clock.advance_millis(WAIT_MS);
    (service, browser, authenticator)
}

fn options(challenge: &Value) -> Value {
    let methods = challenge["methods"].as_array().unwrap();
    methods.iter().find(|method| method["method"] == "passkey").unwrap()["options"].clone()
}

/// Confirms a new browser by the passkey.
async fn confirmed(service: &Service, authenticator: &mut Authenticator) -> (Browser, Value) {
    let mut browser = Browser::new(ORIGIN);
    let challenge = challenged(service.at, &mut browser, ALICE).await;
    let credential = authenticator.assert(ORIGIN, &options(&challenge)).unwrap();
    let checked = browser.passkey_request(&challenge, &credential).send(service.at.browser).await;
    let verdict = browser.verdict_field(&challenge, &checked);
    let redeemed = redeem_request(&challenge, &verdict, ALICE, browser.device_cookie()).send(service.at.backend).await;
    let redeemed = redeemed.expect(200);
    browser.keep(&redeemed);
    (browser, redeemed)
}

fn refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, reply.code().as_str()), (status, code), "{}", reply.body);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
}

#[tokio::test]
async fn a_device_confirmed_by_a_passkey_is_trusted_at_once_and_later() {
    let (service, _, mut authenticator) = settled().await;
    let (mut browser, redeemed) = confirmed(&service, &mut authenticator).await;
    assert_eq!((&redeemed["probation"], &redeemed["device"]["probation"]), (&json!(false), &json!(false)));
    assert_eq!(redeemed["amr"], json!(["pwd", "lg-passkey"]));
    let again = post_login(service.at, &mut browser, Named::Kid, ALICE).await.expect(200);
    assert_eq!(again["probation"], false);
}

#[tokio::test]
async fn a_ceremony_is_for_its_account_and_for_once() {
    let service = Service::start().await;
    let mut browser = Browser::new(ORIGIN);
    enrol(&service, &mut browser).await;
    let request = begin_passkey_request(&proved(&service, &browser).await, "phone");
    let first = request.send(service.at.backend).await;
    let begun = first.expect(200);
    assert_eq!(request.send(service.at.backend).await.body, first.body, "the same bytes get the stored answer");
    let credential = Authenticator::new("localhost").unwrap().register(ORIGIN, &begun["options"]).unwrap();
    refused(&finish_passkey_request(&begun, BOB, &credential).send(service.at.backend).await, 404, "attempt-unknown");
    let evil = Authenticator::new("localhost").unwrap().register("http://evil.example", &begun["options"]).unwrap();
    refused(&finish_passkey_request(&begun, ALICE, &evil).send(service.at.backend).await, 403, "passkey-refused");
    finish_passkey_request(&begun, ALICE, &credential).send(service.at.backend).await.expect(200);
    refused(&finish_passkey_request(&begun, ALICE, &credential).send(service.at.backend).await, 404, "attempt-unknown");
}

#[tokio::test]
async fn whoever_is_no_device_of_the_account_begins_nothing() {
    let (service, browser, _) = settled().await;
    let mut stranger = Browser::new(ORIGIN);
    stranger.cookies.clone_from(&browser.cookies);
    let asked = proved(&service, &stranger).await;
    refused(&begin_passkey_request(&asked, "phone").send(service.at.backend).await, 404, "device-unknown");
    let asked = proved(&service, &stranger).await;
    let action = json!({ "act": "add-passkey", "label": "phone" });
    refused(&step_up_request(&asked, &action).send(service.at.backend).await, 404, "device-unknown");
}

#[tokio::test]
async fn a_step_up_is_for_one_action_and_for_once() {
    let (service, _, mut authenticator) = settled().await;
    let (browser, _) = confirmed(&service, &mut authenticator).await;
    let guarded = async |label: &str, step_up: Option<&Value>| {
        let body = json!({ "owner": proved(&service, &browser).await, "label": label, "step_up": step_up });
        Request::post("/v1/factors/passkeys/begin", headers(), &body).send(service.at.backend).await
    };
    refused(&guarded("second", None).await, 403, "step-up-required");
    let action = json!({ "act": "add-passkey", "label": "second" });
    let asked = step_up_request(&proved(&service, &browser).await, &action).send(service.at.backend).await.expect(200);
    let credential = authenticator.assert(ORIGIN, &asked["options"]).unwrap();
    let step_up = json!({ "attempt": asked["attempt"], "credential": credential });
    refused(&guarded("another", Some(&step_up)).await, 403, "passkey-refused");
    guarded("second", Some(&step_up)).await.expect(200);
    refused(&guarded("second", Some(&step_up)).await, 403, "step-up-required");
    let unknown = json!({ "act": "empty-the-account" });
    let reply = step_up_request(&proved(&service, &browser).await, &unknown).send(service.at.backend).await;
    refused(&reply, 400, "body-invalid");
}
