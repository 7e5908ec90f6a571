//! The device cookie over HTTP: lost replies, pages at once, copies, frozen value and its release, cookies by the browser listener.

use serde_json::json;

use crate::support::back_end::{ALICE, BOB, assess_request, challenged, headers, post_login, redeem_request};
use crate::support::browser::{Browser, Named};
use crate::support::service::{ORIGIN, RELEASE_KEY, Service};
use crate::support::wire::{Headers, Request};

const DAY_MS: u64 = 24 * 3_600_000;
const DEVICE: &str = "__Host-lg-device";

/// A browser that has confirmed once.
async fn known(service: &Service) -> Browser {
    let mut browser = Browser::new(ORIGIN);
    let challenge = challenged(service.at, &mut browser, ALICE).await;
    confirm(service, &mut browser, &challenge).await;
    browser
}

/// Confirms by code.
async fn confirm(service: &Service, browser: &mut Browser, challenge: &serde_json::Value) -> serde_json::Value {
    let seen = service.surroundings.inbox.received();
    browser.send_request(challenge).send(service.at.browser).await.expect(202);
    let code = service.surroundings.code_after(seen).await;
    let confirmed = browser.check_request(challenge, &code).send(service.at.browser).await;
    let field = browser.verdict_field(challenge, &confirmed);
    let reply = redeem_request(challenge, &field, ALICE, browser.device_cookie()).send(service.at.backend).await;
    let body = reply.expect(200);
    browser.keep(&body);
    body
}

fn later(service: &Service, days: u64) {
    service.clock.advance_millis(days * DAY_MS);
}

#[tokio::test]
async fn the_lost_replies_of_assess_and_redeem_cost_nothing() {
    let service = Service::start().await;
    let mut browser = Browser::new(ORIGIN);
    let challenge = challenged(service.at, &mut browser, ALICE).await;
    let challenged_with = browser.cookies.clone();
    confirm(&service, &mut browser, &challenge).await;
    // the reply of the redemption never came
    browser.cookies = challenged_with;
    for _ in 0..3 {
        later(&service, 1);
        let kept = browser.cookies.clone();
        let body = post_login(service.at, &mut browser, Named::Kid, ALICE).await.expect(200);
        assert_eq!(body["value"], "open");
        assert_ne!(browser.cookies.get(DEVICE), kept.get(DEVICE), "the cookie moves on");
        // nor did this one's
        browser.cookies = kept;
    }
    post_login(service.at, &mut browser, Named::Kid, ALICE).await.expect(200);
    service.stop().await;
}

#[tokio::test]
async fn pages_that_post_at_once_stay_one_browser() {
    let service = Service::start().await;
    let mut browser = known(&service).await;
    for _ in 0..3 {
        later(&service, 1);
        let (one, other) = (browser.begin(service.at).await, browser.begin(service.at).await);
        let request = |begun| {
            assess_request(begun, &browser.field(Named::Kid, begun, ALICE.name), ALICE, browser.device_cookie())
        };
        let (first, second) = (request(&one), request(&other));
        let (first, second) = tokio::join!(first.send(service.at.backend), second.send(service.at.backend));
        let (first, second) = (first.expect(200), second.expect(200));
        assert_eq!(device_cookie(&first), device_cookie(&second), "one next generation for both");
        browser.keep(&second);
        browser.keep(&first);
    }
    service.stop().await;
}

fn device_cookie(body: &serde_json::Value) -> String {
    let lines = body["set_cookies"].as_array().unwrap();
    lines.iter().filter_map(|line| line.as_str()).find(|line| line.starts_with(DEVICE)).unwrap().to_owned()
}

#[tokio::test]
async fn a_restored_profile_is_challenged_and_a_fork_freezes_value_until_it_is_released() {
    let service = Service::start().await;
    let mut browser = known(&service).await;
    let back_up = browser.cookies.clone();
    for _ in 0..3 {
        later(&service, 1);
        post_login(service.at, &mut browser, Named::Kid, ALICE).await.expect(200);
    }
    let newest = std::mem::replace(&mut browser.cookies, back_up);
    let mails = service.surroundings.inbox.received();
    let restored = post_login(service.at, &mut browser, Named::Kid, ALICE).await;
    assert_eq!(restored.code(), "confirmation-required");
    assert_eq!(restored.json()["findings"][0]["code"], "cookie-superseded");
    let notice = service.surroundings.inbox.next_after(mails).await.unwrap();
    assert!(notice.text.contains("old copy") && notice.text.contains("blue heron"), "{}", notice.text);

    // the other branch lives too
    browser.cookies = newest;
    let forked = post_login(service.at, &mut browser, Named::Kid, ALICE).await;
    assert_eq!(forked.json()["findings"][0]["code"], "device-forked");
    let challenge = forked.expect(401)["challenge"].clone();
    service.surroundings.inbox.next_after(mails + 1).await.unwrap();
    assert_eq!(confirm(&service, &mut browser, &challenge).await["value"], "frozen");
    later(&service, 1);
    assert_eq!(post_login(service.at, &mut browser, Named::Kid, ALICE).await.expect(200)["value"], "frozen");

    let release = |headers| Request::post("/v1/accounts/release-value", headers, &json!({ "account": ALICE.account }));
    assert_eq!(release(headers()).send(service.at.backend).await.code(), "api-key-scope");
    let staff: Headers = vec![
        ("authorization".into(), format!("Bearer {RELEASE_KEY}")),
        ("content-type".into(), "application/json".into()),
    ];
    let begun = browser.begin(service.at).await;
    let field = browser.field(Named::Kid, &begun, ALICE.name);
    let mut login = assess_request(&begun, &field, ALICE, browser.device_cookie());
    login.headers.clone_from(&staff);
    assert_eq!(login.send(service.at.backend).await.code(), "api-key-scope", "a key for releases logs nobody in");
    for released in [true, false] {
        let body = release(staff.clone()).send(service.at.backend).await.expect(200);
        assert_eq!((&body["value"], &body["released"]), (&json!("open"), &json!(released)));
    }
    later(&service, 1);
    assert_eq!(post_login(service.at, &mut browser, Named::Kid, ALICE).await.expect(200)["value"], "open");
    service.stop().await;
}

#[tokio::test]
async fn a_browser_fetches_the_cookies_that_its_back_end_cannot_pass_on() {
    let service = Service::start().await;
    let mut browser = Browser::new(ORIGIN);
    let begun = browser.begin(service.at).await;
    let field = browser.field(Named::Jwk, &begun, ALICE.name);
    let reply = assess_request(&begun, &field, ALICE, None).send(service.at.backend).await.expect(401);
    let challenge = reply["challenge"].clone();
    let path = format!("/login-guard/attempts/{}/cookie", challenge["attempt"].as_str().unwrap());
    let ask = |browser: &Browser, step: &str| {
        let body = json!({ "v": 1, "proof": browser.confirm(&challenge, step, "") });
        Request::post(&path, browser.headers(), &body)
    };
    let stranger = Browser::new(ORIGIN);
    assert_eq!(ask(&stranger, "cookie").send(service.at.browser).await.code(), "proof-refused");
    assert_eq!(ask(&browser, "redeem").send(service.at.browser).await.code(), "proof-refused");
    for _ in 0..2 {
        let given = ask(&browser, "cookie").send(service.at.browser).await;
        assert_eq!(given.status, 204);
        assert!(given.all("set-cookie").contains(&device_cookie(&reply)), "the same as the back end's");
        for line in given.all("set-cookie") {
            browser.keep(&json!({ "set_cookies": [line] }));
        }
    }
    confirm_without_passing_on(&service, &mut browser, &challenge).await;
    let given = ask(&browser, "cookie").send(service.at.browser).await;
    assert_eq!(given.status, 204);
    for line in given.all("set-cookie") {
        browser.keep(&json!({ "set_cookies": [line] }));
    }
    later(&service, 1);

    let begun = browser.begin(service.at).await;
    let field = browser.field(Named::Kid, &begun, ALICE.name);
    let allowed =
        assess_request(&begun, &field, ALICE, browser.device_cookie()).send(service.at.backend).await.expect(200);
    let path = format!("/login-guard/attempts/{}/cookie", begun["attempt"].as_str().unwrap());
    let mut step = challenge.clone();
    step["nonce"] = begun["nonce"].clone();
    let ask =
        || Request::post(&path, browser.headers(), &json!({ "v": 1, "proof": browser.confirm(&step, "cookie", "") }));
    assert!(ask().send(service.at.browser).await.all("set-cookie").contains(&device_cookie(&allowed)));
    service.clock.advance_millis(600_000);
    assert_eq!(ask().send(service.at.browser).await.code(), "attempt-expired");
    service.stop().await;
}

async fn confirm_without_passing_on(service: &Service, browser: &mut Browser, challenge: &serde_json::Value) {
    let kept = browser.cookies.clone();
    confirm(service, browser, challenge).await;
    browser.cookies = kept;
}

#[tokio::test]
async fn two_first_logins_whose_cookies_crossed_are_mended_by_the_hand_over() {
    let service = Service::start().await;
    let (mut one, mut other) = (Browser::new(ORIGIN), Browser::new(ORIGIN));
    let first = challenged(service.at, &mut one, ALICE).await;
    let second = challenged(service.at, &mut other, BOB).await;
    // one jar: the reply that came last is what it holds
    one.cookies.clone_from(&other.cookies);
    assert_eq!(one.send_request(&first).send(service.at.browser).await.code(), "attempt-unknown");
    let path = format!("/login-guard/attempts/{}/cookie", first["attempt"].as_str().unwrap());
    let body = json!({ "v": 1, "proof": one.confirm(&first, "cookie", "") });
    let given = Request::post(&path, one.headers(), &body).send(service.at.browser).await;
    assert_eq!(given.status, 204);
    for line in given.all("set-cookie") {
        one.keep(&json!({ "set_cookies": [line] }));
    }
    other.cookies.clone_from(&one.cookies);
    for (browser, challenge) in [(&one, &first), (&other, &second)] {
        browser.send_request(challenge).send(service.at.browser).await.expect(202);
    }
    service.stop().await;
}
