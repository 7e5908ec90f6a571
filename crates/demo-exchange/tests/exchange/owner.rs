//! What an owner's page asks the verifier for, through the exchange.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::world::{PASSWORD, PROOF, World, allow, challenge, problem};

const BEGIN: &str = "/account/factors/passkeys/begin";

async fn session(world: &World) -> String {
    world.answer_assess(200, allow("u-1001"));
    world.log_in("Alice@Example.com", PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-session")
}

fn begun() -> Value {
    json!({"attempt": "AAAAAAAAAAAAAAAAAAAAAA", "options": {"challenge": "AA"}})
}

#[tokio::test]
async fn the_session_says_who_the_owner_is() {
    let world = World::start().await;
    let cookies = format!("{}; __Host-lg-device=d.e", session(&world).await);
    world.answer_begin(200, begun());
    let answer = world.post_json(BEGIN, &cookies, &json!({"proof": PROOF, "label": "phone"})).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, begun()));
    let asked = world.asked("/v1/factors/passkeys/begin");
    assert_eq!(asked["label"], "phone");
    let owner = &asked["owner"];
    assert_eq!((&owner["account"], &owner["login_name"]), (&json!("u-1001"), &json!("Alice@Example.com")));
    assert_eq!((&owner["proof"], &owner["device_cookie"]), (&json!(PROOF), &json!("d.e")));
    assert_eq!(
        (&owner["client"]["address"], &owner["contacts"]["mail"]),
        (&json!("127.0.0.1"), &json!("alice@example.com"))
    );
    assert!(owner["anti_phishing_phrase"].is_string() && asked.get("proof").is_none(), "{asked}");
    world.answer_finish(200, json!({"factor": "f", "active_from": "2026-11-25T14:03:00Z"}));
    let finish = json!({"attempt": "AAAAAAAAAAAAAAAAAAAAAA", "credential": "{}"});
    let answer = world.post_json("/account/factors/passkeys/finish", &cookies, &finish).await;
    assert_eq!(answer.json()["factor"], "f");
    let expected = json!({"account": "u-1001", "attempt": "AAAAAAAAAAAAAAAAAAAAAA", "credential": "{}"});
    assert_eq!(world.asked("/v1/factors/passkeys/finish"), expected);
}

#[tokio::test]
async fn a_page_says_nothing_that_is_the_sessions_to_say() {
    let world = World::start().await;
    let session = session(&world).await;
    world.answer_begin(200, begun());
    for body in [
        json!({"proof": PROOF, "label": "phone", "account": "u-1002"}),
        json!({"proof": PROOF, "label": "phone", "owner": {"account": "u-1002"}}),
        json!([]),
        json!("phone"),
    ] {
        let answer = world.post_json(BEGIN, &session, &body).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (StatusCode::BAD_REQUEST, &json!("body-invalid")),
            "{body}"
        );
    }
    for path in [
        "/account/factors",
        "/account/accounts/release-value",
        "/account/factors/passkeys/begin/..",
        "/account/attempts/x/open",
    ] {
        assert_eq!(world.post_json(path, &session, &json!({})).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(world.calls("/begin").is_empty());
}

#[tokio::test]
async fn without_a_session_of_this_site_nothing_is_asked() {
    let world = World::start().await;
    world.answer_begin(200, begun());
    world.answer_assess(401, challenge());
    let half = world.log_in("alice", PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-half");
    for cookie in ["", "__Host-tarnwick-session=guess", &half] {
        let answer = world.post_json(BEGIN, cookie, &json!({"proof": PROOF, "label": "phone"})).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/login"), "{cookie}");
    }
    let session = session(&world).await;
    for origin in [None, Some("null"), Some("https://evil.example")] {
        assert_eq!(world.post_from(origin, BEGIN, &session, "{}").await.status, StatusCode::FORBIDDEN, "{origin:?}");
    }
    assert!(world.calls("/begin").is_empty());
}

#[tokio::test]
async fn refusals_reach_the_page_as_they_come_and_our_own_trouble_does_not() {
    let world = World::start().await;
    let session = session(&world).await;
    for (code, status, expected) in [
        ("step-up-required", 403, (403, "step-up-required")),
        ("device-on-probation", 403, (403, "device-on-probation")),
        ("changes-exhausted", 429, (429, "changes-exhausted")),
        ("api-key-scope", 403, (503, "unavailable")),
        ("api-key-invalid", 401, (503, "unavailable")),
    ] {
        world.answer_begin(status, problem(code, status));
        let answer = world.post_json(BEGIN, &session, &json!({"proof": PROOF, "label": "phone"})).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (expected.0, &json!(expected.1)), "{code}");
    }
    world.answer_begin(200, json!("no object"));
    let answer = world.post_json(BEGIN, &session, &json!({"proof": PROOF, "label": "phone"})).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    world.stop_verifier().await;
    let answer = world.post_json(BEGIN, &session, &json!({"proof": PROOF, "label": "phone"})).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}
