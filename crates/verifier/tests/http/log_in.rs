//! Logins that work, and what surrounds them.

use crate::support::back_end::{ALICE, BOB, challenged, enrol, open_request, post_login, redeem_request};
use crate::support::browser::{Browser, Named};
use crate::support::service::{ORIGIN, Service};

#[tokio::test]
async fn unknown_device_is_confirmed_once_and_then_known() {
    let service = Service::start().await;
    let mut browser = Browser::new(ORIGIN);
    let challenge = challenged(service.at, &mut browser, ALICE).await;
    let sent = browser.send_request(&challenge).send(service.at.browser).await.expect(202);
    assert_eq!(sent["tries_left"], 5);
    let code = service.surroundings.code_after(0).await;
    let confirmed = browser.check_request(&challenge, &code).send(service.at.browser).await;
    let verdict = browser.verdict_field(&challenge, &confirmed);
    let redeemed = redeem_request(&challenge, &verdict, ALICE, browser.device_cookie()).send(service.at.backend).await;
    let redeemed = redeemed.expect(200);
    assert_eq!(redeemed["verdict"], "allow");
    assert_eq!(redeemed["amr"], serde_json::json!(["pwd", "lg-mail"]));
    browser.keep(&redeemed);

    for _ in 0..3 {
        let again = post_login(service.at, &mut browser, Named::Kid, ALICE).await;
        assert_eq!(again.expect(200)["account"], ALICE.account);
    }
    let other = post_login(service.at, &mut Browser::new(ORIGIN), Named::Jwk, ALICE).await;
    assert_eq!(other.code(), "confirmation-required");
}

#[tokio::test]
async fn known_device_stays_known_after_a_restart() {
    let service = Service::start().await;
    let mut browser = Browser::new(ORIGIN);
    enrol(&service, &mut browser).await;
    let service = Service::start_with(service.stop().await).await;
    post_login(service.at, &mut browser, Named::Kid, ALICE).await.expect(200);
}

#[tokio::test]
async fn device_of_one_account_is_unknown_to_another() {
    let service = Service::start().await;
    let mut browser = Browser::new(ORIGIN);
    enrol(&service, &mut browser).await;
    let reply = post_login(service.at, &mut browser, Named::Jwk, BOB).await;
    assert_eq!(reply.code(), "confirmation-required");
}

#[tokio::test]
async fn open_spends_nothing() {
    let service = Service::start().await;
    let browser = Browser::new(ORIGIN);
    let begun = browser.begin(service.at).await;
    let request = open_request(&begun, &browser.field(Named::Jwk, &begun, ALICE.name), ALICE.name);
    for _ in 0..3 {
        assert_eq!(request.send(service.at.backend).await.expect(200)["attempt"], begun["attempt"]);
    }
}
