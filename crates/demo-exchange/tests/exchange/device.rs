//! "This device" on the account page, and the route behind it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::world::{PASSWORD, PROOF, World, allow, challenge, problem};

const SCRIPT: &str = r#"src="/login-guard/inspector.js" integrity="sha384-def""#;

/// The session of somebody who typed this name.
async fn session(world: &World, name: &str) -> String {
    world.answer_assess(200, allow("u-1001"));
    world.log_in(name, PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-session")
}

fn told() -> Value {
    json!({"account": "u-1001", "device": {"id": "d", "key": "k", "probation": true, "enrolled_at": "2026-11-22T14:03:00Z"},
           "same_machine": true, "components": [], "a_member_of_tomorrow": 1})
}

#[tokio::test]
async fn the_session_says_whose_device_is_compared() {
    let world = World::start().await;
    let session = session(&world, "Alice@Example.com").await;
    world.answer_compare(200, told());
    let cookies = format!("{session}; __Host-lg-device=d.e");
    let answer = world.post_json("/account/device", &cookies, &json!({"proof": PROOF})).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, told()));
    let asked = json!({"account": "u-1001", "login_name": "Alice@Example.com", "proof": PROOF, "device_cookie": "d.e"});
    assert_eq!(
        world.asked("/compare"),
        asked,
        "the name is the one that was typed: the browser keeps its key under it"
    );
    assert_eq!(world.authorization(), "Bearer demo.key");
    for body in [json!({"proof": PROOF, "account": "u-1002"}), json!({}), json!([])] {
        let answer = world.post_json("/account/device", &session, &body).await;
        assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::BAD_REQUEST, &json!("body-invalid")));
    }
    assert_eq!(world.calls("/compare").len(), 1);
}

#[tokio::test]
async fn without_a_session_nothing_is_compared() {
    let world = World::start().await;
    world.answer_compare(200, told());
    world.answer_assess(401, challenge());
    let half = world.log_in("alice", PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-half");
    let ended = session(&world, "alice").await;
    world.post("/logout", &ended, "").await;
    let pretended = half.replace("-half", "-session");
    for cookie in ["", "__Host-tarnwick-session=guess", &half, &pretended, &ended] {
        let answer = world.post_json("/account/device", cookie, &json!({"proof": PROOF})).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/login"), "{cookie}");
    }
    assert!(world.calls("/compare").is_empty());
}

#[tokio::test]
async fn another_sites_page_compares_nothing() {
    let world = World::start().await;
    world.answer_compare(200, told());
    let session = session(&world, "alice").await;
    for origin in [None, Some("null"), Some("https://evil.example")] {
        let answer = world.post_from(origin, "/account/device", &session, "proof=x").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin:?}");
    }
    // a form of our own page is no JSON
    assert_eq!(world.post("/account/device", &session, "proof=x").await.status, StatusCode::BAD_REQUEST);
    assert!(world.calls("/compare").is_empty());
}

#[tokio::test]
async fn refusals_are_passed_on_and_our_own_trouble_is_not() {
    let world = World::start().await;
    let session = session(&world, "alice").await;
    for (code, status, expected) in [
        ("device-unknown", 404, (404, "device-unknown")),
        ("proof-refused", 403, (403, "proof-refused")),
        ("proof-malformed", 400, (400, "proof-malformed")),
        ("nonce-spent", 409, (409, "nonce-spent")),
        ("comparisons-exhausted", 429, (429, "comparisons-exhausted")),
        ("api-key-invalid", 401, (503, "unavailable")),
        ("api-key-scope", 403, (503, "unavailable")),
        ("body-invalid", 400, (503, "unavailable")),
        ("internal", 500, (503, "unavailable")),
        ("", 404, (503, "unavailable")),
    ] {
        world.answer_compare(status, problem(code, status));
        let answer = world.post_json("/account/device", &session, &json!({"proof": PROOF})).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (expected.0, json!({"code": expected.1})), "{code}");
    }
    world.answer_compare(200, json!("no object"));
    let answer = world.post_json("/account/device", &session, &json!({"proof": PROOF})).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn the_account_page_alone_includes_the_inspector() {
    let world = World::start().await;
    let session = session(&world, "ALICE").await;
    let page = world.get("/account", &session).await.body;
    assert!(page.contains(SCRIPT) && page.contains("This device"), "{page}");
    assert!(page.contains(r#"<login-guard-inspector name="ALICE" compare="/account/device""#), "{page}");
    assert!(world.get("/account?lang=zh", &session).await.body.contains("本设备"));
    for path in ["/", "/login", "/login/json", "/inbox"] {
        assert!(!world.get(path, &session).await.body.contains("inspector"), "{path}");
    }
}

#[tokio::test]
async fn the_name_is_kept_through_a_confirmation() {
    let world = World::start().await;
    world.answer_assess(401, challenge());
    world.answer_redeem(200, allow("u-1001"));
    let half = world.log_in("alice@example.com", PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-half");
    let answer = world.post("/login/finish", &half, "login-guard-verdict=token~proof").await;
    let page = world.get("/account", &answer.cookie("__Host-tarnwick-session")).await.body;
    assert!(page.contains(r#"name="alice@example.com" compare="#));
}

#[tokio::test]
async fn without_an_inspector_the_account_is_shown_all_the_same() {
    let world = World::start().await;
    let session = session(&world, "alice").await;
    world.forget_inspector();
    let page = world.get("/account", &session).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("cannot be shown") && !page.body.contains("inspector.js"));
    world.stop_verifier().await;
    world.clock.forward(60);
    let page = world.get("/account", &session).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Balances") && !page.body.contains("<login-guard-inspector"));
}
