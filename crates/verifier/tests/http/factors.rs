//! Authenticator apps, recovery codes and contacts over HTTP: set up by the owner, confirming a login, removed and cancelled.

use login_guard_protocol::challenge::recovery_code::canonical;
use login_guard_verifier::testing::App;
use serde_json::{Value, json};

use crate::support::back_end::{
    ALICE, BOB, Person, assess_request, challenged, enrol, factor_request, owner, redeem_request,
};
use crate::support::browser::{Browser, Named};
use crate::support::service::{ORIGIN, Service};
use crate::support::wire::Reply;

/// As long as a change waits.
const WAIT_MS: u64 = 72 * 3_600_000;

/// Asks for something as the owner, with a proof made just now.
async fn ask(service: &Service, browser: &Browser, path: &str, members: Value) -> Reply {
    let begun = browser.begin_session(service.at).await;
    let mut body = members;
    body["owner"] = owner(&browser.session_field(Named::Jwk, &begun, ALICE.name), ALICE, browser.device_cookie());
    factor_request(path, &body).send(service.at.backend).await
}

/// A service, and a device of the owner's.
async fn known() -> (Service, Browser) {
    let service = Service::start().await;
    let mut browser = Browser::new(ORIGIN);
    enrol(&service, &mut browser).await;
    (service, browser)
}

/// Sets up an app, and lets the wait pass.
async fn with_app(service: &Service, browser: &Browser) -> App {
    let begun = ask(service, browser, "totp/begin", json!({})).await.expect(200);
    let app = App::read(begun["secret"].as_str().unwrap()).unwrap();
    let body = json!({ "account": ALICE.account, "attempt": begun["attempt"], "code": app.at(&*service.clock, 0) });
    let finished = factor_request("totp/finish", &body).send(service.at.backend).await.expect(200);
    assert_eq!(finished["active_from"], "2026-11-25T14:03:00Z");
    service.clock.advance_millis(WAIT_MS);
    app
}

fn refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, reply.code().as_str()), (status, code), "{}", reply.body);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
}

#[tokio::test]
async fn an_app_confirms_a_login_once_for_each_of_its_codes() {
    let (service, browser) = known().await;
    let app = with_app(&service, &browser).await;
    let mut fresh = Browser::new(ORIGIN);
    let challenge = challenged(service.at, &mut fresh, ALICE).await;
    let shown = app.at(&*service.clock, 0);
    let spaced = format!("{} {}", &shown[..3], &shown[3..]);
    let checked = fresh.code_request_as(&challenge, "totp", &shown, &spaced).send(service.at.browser).await;
    let verdict = fresh.verdict_field(&challenge, &checked);
    let redeemed = redeem_request(&challenge, &verdict, ALICE, fresh.device_cookie()).send(service.at.backend).await;
    let redeemed = redeemed.expect(200);
    assert_eq!((&redeemed["probation"], &redeemed["amr"]), (&json!(true), &json!(["pwd", "lg-totp"])));
    let mut other = Browser::new(ORIGIN);
    let challenge = challenged(service.at, &mut other, ALICE).await;
    refused(&other.code_request(&challenge, "totp", &shown).send(service.at.browser).await, 409, "code-spent");
    let wrong = other.code_request(&challenge, "totp", &app.at(&*service.clock, 500)).send(service.at.browser).await;
    refused(&wrong, 422, "code-wrong");
    assert_eq!(wrong.json()["tries_left"], 4);
}

#[tokio::test]
async fn a_recovery_code_confirms_once_and_the_list_says_how_many_are_left() {
    let (service, browser) = known().await;
    let issued = ask(&service, &browser, "recovery-codes/issue", json!({})).await.expect(200);
    let codes: Vec<String> = serde_json::from_value(issued["codes"].clone()).unwrap();
    service.clock.advance_millis(WAIT_MS);
    let mut fresh = Browser::new(ORIGIN);
    let challenge = challenged(service.at, &mut fresh, ALICE).await;
    let typed = codes[0].to_lowercase();
    let request = fresh.code_request_as(&challenge, "recovery-code", &canonical(&typed), &typed);
    fresh.verdict_field(&challenge, &request.send(service.at.browser).await);
    let mut other = Browser::new(ORIGIN);
    let challenge = challenged(service.at, &mut other, ALICE).await;
    let request = other.code_request_as(&challenge, "recovery-code", &canonical(&typed), &typed);
    refused(&request.send(service.at.browser).await, 409, "code-spent");
    let list = ask(&service, &browser, "list", json!({})).await.expect(200);
    let kinds: Vec<_> = list["factors"].as_array().unwrap().iter().map(|factor| &factor["kind"]).collect();
    assert!(kinds.contains(&&json!("recovery-codes")) && kinds.contains(&&json!("contact")), "{list}");
    assert!(list["factors"].as_array().unwrap().iter().any(|factor| factor["left"] == 9), "{list}");
    assert_eq!((&list["changes"], &list["wait_s"]), (&json!("wait"), &json!(259_200)));
    assert!(!list.to_string().contains("alice@example.com") && !list.to_string().contains(&codes[1]));
}

#[tokio::test]
async fn a_removal_waits_and_is_cancelled() {
    let (service, browser) = known().await;
    with_app(&service, &browser).await;
    let list = ask(&service, &browser, "list", json!({})).await.expect(200);
    let app = list["factors"].as_array().unwrap().iter().find(|factor| factor["kind"] == "totp").unwrap();
    assert_eq!(app["state"], "active");
    let removed = ask(&service, &browser, "remove", json!({ "factor": app["factor"] })).await.expect(200);
    assert_eq!(removed["leaves_at"], "2026-11-28T14:03:00Z");
    ask(&service, &browser, "cancel", json!({ "factor": app["factor"] })).await.expect(200);
    let again = ask(&service, &browser, "cancel", json!({ "factor": app["factor"] })).await;
    refused(&again, 404, "factor-unknown");
    let unknown = ask(&service, &browser, "remove", json!({ "factor": "AAAAAAAAAAAAAAAAAAAAAA" })).await;
    refused(&unknown, 404, "factor-unknown");
}

#[tokio::test]
async fn whoever_is_no_device_of_the_account_learns_and_changes_nothing() {
    let (service, mut browser) = known().await;
    let mut stranger = Browser::new(ORIGIN);
    stranger.cookies.clone_from(&browser.cookies);
    for path in ["list", "totp/begin", "recovery-codes/issue"] {
        refused(&ask(&service, &stranger, path, json!({})).await, 404, "device-unknown");
    }
    let begun = ask(&service, &browser, "totp/begin", json!({})).await.expect(200);
    let body = json!({ "account": BOB.account, "attempt": begun["attempt"], "code": "123456" });
    refused(&factor_request("totp/finish", &body).send(service.at.backend).await, 404, "attempt-unknown");
    browser.cookies.clear();
    refused(&ask(&service, &browser, "list", json!({})).await, 404, "device-unknown");
}

#[tokio::test]
async fn another_address_waits_and_codes_go_to_the_pinned_one() {
    let (service, _) = known().await;
    let thief = Person { mail: "thief@evil.example", ..ALICE };
    let mut browser = Browser::new(ORIGIN);
    let seen = service.surroundings.inbox.received();
    let begun = browser.begin(service.at).await;
    let field = browser.field(Named::Jwk, &begun, ALICE.name);
    let reply = assess_request(&begun, &field, thief, browser.device_cookie()).send(service.at.backend).await;
    let body = reply.expect(401);
    assert_eq!(body["contact_pending"], json!({ "channel": "mail", "active_from": "2026-11-25T14:03:00Z" }));
    browser.keep(&body);
    let notice = service.surroundings.inbox.next_after(seen).await.unwrap();
    assert_eq!(notice.to, "alice@example.com");
    let challenge = &body["challenge"];
    let mail = challenge["methods"].as_array().unwrap().iter().find(|method| method["method"] == "mail-code").unwrap();
    assert_eq!(mail["destination"], "a•••e@e•••.com");
    let seen = service.surroundings.inbox.received();
    browser.send_request(challenge).send(service.at.browser).await.expect(202);
    let mail = service.surroundings.inbox.next_after(seen).await.unwrap();
    assert_eq!(mail.to, "alice@example.com");
}
