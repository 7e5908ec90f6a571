//! The exchange over real HTTP, against a double of the verifier that answers as a test tells it and remembers
//! what it was asked.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking; what a test calls is no less a test"
)]

mod device;
mod owner;
mod world;

use axum::http::StatusCode;
use serde_json::{Value, json};
use world::{PASSWORD, PROOF, World, allow, challenge, deny, problem};

#[tokio::test]
async fn a_right_password_on_a_known_device_gives_a_session() {
    let world = World::start().await;
    world.answer_assess(200, allow("u-1001"));
    let answer = world.log_in("alice", PASSWORD, PROOF, "").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/account"));
    let cookie = answer.cookie("__Host-tarnwick-session");
    assert!(
        answer
            .set_cookies()
            .iter()
            .any(|set| set.contains("HttpOnly") && set.contains("Secure") && set.contains("SameSite=Lax"))
    );
    let account = world.get("/account", &cookie).await;
    assert_eq!(account.status, StatusCode::OK);
    assert!(account.body.contains("alice@example.com"));
    let asked = world.asked("/assess");
    assert_eq!(asked["account"], "u-1001");
    assert_eq!(asked["login_name"], "alice");
    assert_eq!(asked["password"], "right");
    assert_eq!(asked["proof"], PROOF);
    assert_eq!(asked["client"]["address"], "127.0.0.1");
    assert_eq!(asked["contacts"]["mail"], "alice@example.com");
    assert_eq!(world.authorization(), "Bearer demo.key");
}

#[tokio::test]
async fn the_mail_address_is_a_second_login_name_and_is_passed_on_as_typed() {
    let world = World::start().await;
    world.answer_assess(200, allow("u-1001"));
    let answer = world.log_in(" Alice@Example.com ", PASSWORD, PROOF, "").await;
    assert_eq!(answer.location(), "/account");
    assert_eq!(world.asked("/assess")["login_name"], "Alice@Example.com");
}

#[tokio::test]
async fn a_challenge_gives_a_half_session_and_no_session() {
    let world = World::start().await;
    world.answer_assess(401, challenge());
    let answer = world.log_in("alice", PASSWORD, PROOF, "").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/login/confirm"));
    assert!(!answer.has_cookie("__Host-tarnwick-session"));
    let half = answer.cookie("__Host-tarnwick-half");
    let page = world.get("/login/confirm", &half).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("data-login-guard-challenge") && page.body.contains("<login-guard-challenge challenge=")
    );
    assert!(page.body.contains("a•••e@e•••.com"), "the challenge goes to the page as it came");
    let account = world.get("/account", &half.replace("-half", "-session")).await;
    assert_eq!(account.location(), "/login", "a half-session is no session");
}

#[tokio::test]
async fn redeem_uses_account_and_attempt_of_the_half_session_not_of_the_form() {
    let world = World::start().await;
    world.answer_assess(401, challenge());
    let half = world.log_in("alice", PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-half");
    world.answer_redeem(200, allow("u-1001"));
    let form = "login-guard-verdict=token~proof&account=u-1002&attempt=BBBBBBBBBBBBBBBBBBBBBB";
    let answer = world.post("/login/finish", &half, form).await;
    assert_eq!(answer.location(), "/account");
    let asked = world.asked("/redeem");
    assert_eq!(asked["account"], "u-1001");
    assert_eq!(asked["attempt"], PROOF.split('~').next().unwrap());
    assert_eq!(asked["verdict"], "token~proof");
    assert_eq!(asked["purpose"], "login");
    let again = world.post("/login/finish", &half, form).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "the half-session ended with the session's beginning");
}

#[tokio::test]
async fn a_redeem_for_another_account_gives_no_session() {
    let world = World::start().await;
    world.answer_assess(401, challenge());
    let half = world.log_in("alice", PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-half");
    world.answer_redeem(200, allow("u-1002"));
    let answer = world.post("/login/finish", &half, "login-guard-verdict=token~").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.has_cookie("__Host-tarnwick-session"));
}

#[tokio::test]
async fn a_refused_verdict_gives_no_session_and_keeps_the_half_session() {
    let world = World::start().await;
    world.answer_assess(401, challenge());
    let half = world.log_in("alice", PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-half");
    world.answer_redeem(403, problem("verdict-mismatch", 403));
    let refused = world.post("/login/finish", &half, "login-guard-verdict=token~").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!refused.has_cookie("__Host-tarnwick-session"));
    world.answer_redeem(200, allow("u-1001"));
    assert_eq!(world.post("/login/finish", &half, "login-guard-verdict=token~").await.location(), "/account");
}

#[tokio::test]
async fn a_verdict_without_a_half_session_is_not_redeemed() {
    let world = World::start().await;
    world.answer_redeem(200, allow("u-1001"));
    for cookie in ["", "__Host-tarnwick-half=guess"] {
        let answer = world.post("/login/finish", cookie, "login-guard-verdict=token~proof").await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(!answer.has_cookie("__Host-tarnwick-session"));
    }
    assert!(world.calls("/redeem").is_empty());
}

#[tokio::test]
async fn a_half_session_ends_after_ten_minutes_and_a_session_after_an_idle_hour() {
    let world = World::start().await;
    world.answer_assess(401, challenge());
    let half = world.log_in("alice", PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-half");
    world.clock.forward(599);
    assert_eq!(world.get("/login/confirm", &half).await.status, StatusCode::OK);
    world.clock.forward(1);
    assert_eq!(world.get("/login/confirm", &half).await.location(), "/login");

    world.answer_assess(200, allow("u-1001"));
    let session = world.log_in("alice", PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-session");
    for _ in 0..24 {
        world.clock.forward(3599);
        assert_eq!(world.get("/account", &session).await.status, StatusCode::OK);
    }
    world.clock.forward(30);
    assert_eq!(world.get("/account", &session).await.location(), "/login", "24 hours are the end");
}

#[tokio::test]
async fn an_unknown_account_and_a_wrong_password_get_the_same_reply() {
    let world = World::start().await;
    world.answer_assess(403, deny());
    let unknown = world.log_in("nobody", PASSWORD, PROOF, "").await;
    assert_eq!(world.asked("/assess")["account"], Value::Null);
    assert_eq!(world.asked("/assess")["password"], "wrong");
    let wrong = world.log_in("alicea", "a wrong one", PROOF, "").await;
    let known = world.log_in("alice", "a wrong one", PROOF, "").await;
    assert_eq!(world.asked("/assess")["account"], "u-1001");
    assert_eq!(world.asked("/assess")["password"], "wrong");
    assert_eq!(unknown.status, StatusCode::FORBIDDEN);
    assert_eq!((known.status, known.set_cookies()), (unknown.status, unknown.set_cookies()));
    assert_eq!(known.body.replace("\"alice\"", "\"nobody\""), unknown.body);
    assert_eq!(wrong.body.replace("\"alicea\"", "\"nobody\""), unknown.body);
    assert!(unknown.body.contains("LG-7K2M-0Q9T"), "the reference code is shown");
}

#[tokio::test]
async fn an_allow_for_a_wrong_password_gives_no_session() {
    let world = World::start().await;
    world.answer_assess(200, allow("u-1001"));
    for (name, password) in [("alice", "a wrong one"), ("nobody", PASSWORD), ("bob", PASSWORD)] {
        let answer = world.log_in(name, password, PROOF, "").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{name}");
        assert!(!answer.has_cookie("__Host-tarnwick-session"));
    }
}

#[tokio::test]
async fn the_verifiers_cookies_are_copied_whatever_the_status() {
    let world = World::start().await;
    let cookies = [
        "__Host-lg-device=a.b; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=34560000",
        "__Host-lg-head=c.d; Path=/; Secure",
    ];
    for (status, mut body) in [(200, allow("u-1001")), (401, challenge()), (403, deny())] {
        body["set_cookies"] = json!(cookies);
        world.answer_assess(status, body);
        let answer = world.log_in("alice", PASSWORD, PROOF, "__Host-lg-device=old.one").await;
        for cookie in cookies {
            assert!(answer.set_cookies().iter().any(|set| set == cookie), "{status}");
        }
        assert_eq!(world.asked("/assess")["device_cookie"], "old.one");
        assert_eq!(world.asked("/open")["device_cookie"], "old.one");
    }
}

#[tokio::test]
async fn a_missing_proof_is_told_and_asks_the_verifier_nothing() {
    let world = World::start().await;
    let answer = world.post("/login", "", &format!("account=alice&password={PASSWORD}")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("sent no proof of its device") && answer.body.contains("value=\"alice\""));
    assert!(world.calls("/").is_empty());
}

#[tokio::test]
async fn a_refused_open_ends_the_log_in_before_the_password_is_looked_at() {
    let world = World::start().await;
    for (code, status, expected) in [
        ("nonce-expired", 409, StatusCode::CONFLICT),
        ("nonce-spent", 409, StatusCode::CONFLICT),
        ("proof-refused", 403, StatusCode::FORBIDDEN),
        ("proof-malformed", 400, StatusCode::FORBIDDEN),
        ("api-key-invalid", 401, StatusCode::SERVICE_UNAVAILABLE),
        ("store-unavailable", 503, StatusCode::SERVICE_UNAVAILABLE),
        ("internal", 500, StatusCode::SERVICE_UNAVAILABLE),
    ] {
        world.answer_open(status, problem(code, status));
        let answer = world.log_in("alice", PASSWORD, PROOF, "").await;
        assert_eq!(answer.status, expected, "{code}");
        assert!(answer.set_cookies().is_empty());
    }
    assert!(world.calls("/assess").is_empty());
}

#[tokio::test]
async fn a_page_that_was_open_too_long_is_shown_again_with_the_name_kept() {
    let world = World::start().await;
    world.answer_assess(409, problem("nonce-expired", 409));
    let answer = world.log_in("alice", PASSWORD, PROOF, "").await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("value=\"alice\"") && answer.body.contains("Please log in once more"));
    assert!(!answer.body.contains(PASSWORD));
}

#[tokio::test]
async fn without_the_verifier_there_is_no_log_in() {
    let world = World::start().await;
    world.answer_assess(503, problem("store-unavailable", 503));
    let answer = world.log_in("alice", PASSWORD, PROOF, "").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("not possible right now"));
    world.stop_verifier().await;
    world.clock.forward(60);
    for answer in [
        world.log_in("alice", PASSWORD, PROOF, "").await,
        world.get("/login", "").await,
        world.get("/login/json", "").await,
        world.get("/readyz", "").await,
        world.get("/login-guard/guard.js", "").await,
    ] {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!answer.has_cookie("__Host-tarnwick-session"));
    }
    assert_eq!(world.get("/healthz", "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn logging_out_ends_the_session_on_the_server_too() {
    let world = World::start().await;
    world.answer_assess(200, allow("u-1001"));
    let session = world.log_in("alice", PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-session");
    let answer = world.post("/logout", &session, "").await;
    assert_eq!(answer.location(), "/login");
    assert_eq!(world.get("/account", &session).await.location(), "/login");
}

#[tokio::test]
async fn a_post_from_elsewhere_is_refused() {
    let world = World::start().await;
    world.answer_assess(200, allow("u-1001"));
    let form = format!("account=alice&password={PASSWORD}&login-guard-proof={PROOF}");
    let other_scheme = world.origin().replace("http:", "https:");
    for origin in [None, Some("null"), Some("https://evil.example"), Some("http://127.0.0.1"), Some(&*other_scheme)] {
        let answer = world.post_from(origin, "/login", "", &form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin:?}");
    }
    assert!(world.calls("/").is_empty());
    let listed = world.post_from(Some("https://tarnwick.example"), "/login", "", &form).await;
    assert_eq!(listed.location(), "/account", "an origin named at the start is ours");
}

#[tokio::test]
async fn nothing_is_answered_under_a_foreign_host() {
    let world = World::start().await;
    world.mail("alice@example.com", "a code", "12345678").await;
    let rebound = format!("evil.example:{}", world.port());
    for path in ["/", "/login", "/account", "/inbox", "/inbox.json", "/login-guard/manifest.json", "/nothing"] {
        let answer = world.get_from_host(&rebound, path).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{path}");
        assert!(!answer.body.contains("12345678"));
    }
    for host in [format!("localhost:{}", world.port()), "tarnwick.example".to_owned()] {
        assert_eq!(world.get_from_host(&host, "/inbox.json").await.status, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn a_foreign_cookie_of_any_bytes_does_not_hide_ours() {
    let world = World::start().await;
    world.answer_assess(200, allow("u-1001"));
    let foreign = "preference=é; __Host-lg-device=old.one; theme=ü";
    let answer = world.log_in("alice", PASSWORD, PROOF, foreign).await;
    assert_eq!(world.asked("/assess")["device_cookie"], "old.one");
    let session = format!("preference=é; {}", answer.cookie("__Host-tarnwick-session"));
    assert_eq!(world.get("/account", &session).await.status, StatusCode::OK);
    world.post_json("/login-guard/attempts", "__Host-lg-head-x=é; __Host-lg-device=old.one", &json!({"v": 1})).await;
    assert_eq!(world.asked("/login-guard/attempts")["cookie"], "__Host-lg-device=old.one");
}

#[tokio::test]
async fn each_log_in_post_has_an_id_that_only_its_own_retry_repeats() {
    let world = World::start().await;
    // not JSON of the verifier's form: no usable answer, so it is asked again
    world.answer_assess(200, json!([]));
    world.log_in("alice", PASSWORD, PROOF, "").await;
    world.log_in("alice", PASSWORD, PROOF, "").await;
    let ids: Vec<_> = world.calls("/assess").iter().map(|asked| asked["request_id"].clone()).collect();
    assert_eq!(ids.len(), 4);
    assert_eq!((&ids[0], &ids[2]), (&ids[1], &ids[3]), "a retry is the same request");
    assert_ne!(ids[0], ids[2], "a second post is another, though its form is the same");
    assert!(ids.iter().all(|id| id.as_str().is_some_and(|id| id.len() == 22)));
}

#[tokio::test]
async fn a_log_in_on_probation_is_told_on_the_account_page() {
    let world = World::start().await;
    let note = "confirmed by mail";
    for (probation, told) in [(json!(true), true), (Value::Null, true), (json!(false), false)] {
        let mut allowed = allow("u-1001");
        allowed["probation"] = probation;
        world.answer_assess(401, challenge());
        world.answer_redeem(200, allowed);
        let half = world.log_in("alice", PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-half");
        let answer = world.post("/login/finish", &half, "login-guard-verdict=token~proof").await;
        let page = world.get("/account", &answer.cookie("__Host-tarnwick-session")).await.body;
        assert_eq!(page.contains(note), told);
        assert!(page.contains("not guarded yet"));
    }
}

#[tokio::test]
async fn frozen_value_is_told_and_moves_nowhere() {
    let world = World::start().await;
    for (value, frozen) in [(json!("frozen"), true), (Value::Null, true), (json!("open"), false)] {
        let mut allowed = allow("u-1001");
        allowed["value"] = value;
        world.answer_assess(200, allowed);
        let session = world.log_in("alice", PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-session");
        assert_eq!(world.get("/account", &session).await.body.contains("Value frozen"), frozen);
        for (path, form) in [
            ("/account/withdraw", "asset=LTC&amount=1&address=bcrtqexampleexampleexample"),
            ("/account/transfer", "to=contract&asset=USDT&amount=1"),
            ("/account/trade", "side=sell&asset=LTC&amount=1&price=100"),
        ] {
            let told = world.post(path, &session, form).await;
            assert_eq!(told.location() == "/account?told=frozen", frozen, "{path}");
        }
    }
}

#[tokio::test]
async fn a_401_that_is_no_challenge_logs_nobody_in() {
    let world = World::start().await;
    let mut without = challenge();
    without.as_object_mut().unwrap().remove("challenge");
    let mut empty = challenge();
    empty["challenge"] = Value::Null;
    for body in [without, empty, problem("confirmation-required", 401), problem("api-key-invalid", 401), json!({})] {
        world.answer_assess(401, body);
        let answer = world.log_in("alice", PASSWORD, PROOF, "").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!answer.has_cookie("__Host-tarnwick-session") && !answer.has_cookie("__Host-tarnwick-half"));
    }
}

#[tokio::test]
async fn the_log_in_by_script_takes_the_same_steps() {
    let world = World::start().await;
    world.answer_assess(401, challenge());
    let body = json!({"account": "alice", "password": PASSWORD, "proof": PROOF});
    let answer = world.post_json("/api/login", "", &body).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.json()["challenge"], challenge()["challenge"]);
    let half = answer.cookie("__Host-tarnwick-half");
    world.answer_redeem(200, allow("u-1001"));
    let answer = world.post_json("/api/login/finish", &half, &json!({"verdict": "token~proof"})).await;
    assert_eq!((answer.status, &answer.json()["next"]), (StatusCode::OK, &json!("/account")));
    let session = answer.cookie("__Host-tarnwick-session");
    assert_eq!(world.get("/account", &session).await.status, StatusCode::OK);

    world.answer_assess(403, deny());
    let answer = world.post_json("/api/login", "", &body).await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::FORBIDDEN, &json!("login-refused")));
    let answer = world.post_json("/api/login", "", &json!({"account": "alice", "password": PASSWORD})).await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::BAD_REQUEST, &json!("proof-missing")));
    let answer = world.post_json("/api/login", "", &json!({"account": "alice"})).await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::BAD_REQUEST, &json!("body-invalid")));
}

#[tokio::test]
async fn the_login_page_carries_the_scripts_integrity_and_every_answer_the_policy() {
    let world = World::start().await;
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    for path in [
        "/",
        "/login",
        "/login/json",
        "/inbox",
        "/inbox.json",
        "/demo/tarnwick.css",
        "/nothing",
        "/login-guard/guard.js",
    ] {
        let answer = world.get(path, "").await;
        assert_eq!(answer.header("content-security-policy"), policy, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    let page = world.get("/login", "").await;
    assert!(page.body.contains(r#"src="/login-guard/guard.js" integrity="sha384-abc""#));
    assert!(page.body.contains("data-login-guard"));
    assert!(page.body.contains(r#"<html lang="en">"#));
    assert!(world.get("/login?lang=zh", "").await.body.contains(r#"<html lang="zh-Hans">"#));
    assert_eq!(world.get("/demo/..%2Ftarnwick.css", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_a_person_typed_is_escaped() {
    let world = World::start().await;
    world.answer_assess(403, deny());
    let answer = world.log_in("\"><script>alert(1)</script>", PASSWORD, PROOF, "").await;
    assert!(answer.body.contains("&lt;script&gt;alert(1)") && !answer.body.contains("<script>alert"));
}

#[tokio::test]
async fn the_proxy_passes_on_what_the_verifier_needs_and_nothing_else() {
    let world = World::start().await;
    let cookie = "__Host-lg-device=d.e; __Host-tarnwick-session=secret";
    let answer = world.post_json("/login-guard/attempts", cookie, &json!({"v": 1})).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.header("set-cookie"), "__Host-lg-head=x; Path=/; Secure");
    let seen = world.asked("/login-guard/attempts");
    assert_eq!(seen["cookie"], "__Host-lg-device=d.e");
    assert_eq!(seen["origin"], world.origin());
    assert_eq!(seen["sec-fetch-site"], "same-origin");
    assert_eq!(seen["x-forwarded-for"], "127.0.0.1");
    assert_eq!(seen["body"], "{\"v\":1}");
}

#[tokio::test]
async fn mails_arrive_in_the_inbox_newest_first() {
    let world = World::start().await;
    world.mail("alice@example.com", "first", "code 1").await;
    world.mail("bob@example.com", "<second>", "code 2").await;
    let mails = world.get("/inbox.json", "").await.json();
    assert_eq!(mails.as_array().unwrap().len(), 2);
    assert_eq!(mails[0]["to"], "bob@example.com");
    assert_eq!(mails[0]["subject"], "<second>");
    assert_eq!(mails[0]["text"].as_str().unwrap().trim_end(), "code 2");
    assert_eq!(mails[0]["at"], "2026-11-22T14:03:00Z");
    assert_eq!(mails[0].as_object().unwrap().len(), 4);
    assert!(world.get("/inbox", "").await.body.contains("&lt;second&gt;"));
}

#[tokio::test]
async fn coins_move_and_never_below_nothing() {
    let world = World::start().await;
    world.answer_assess(200, allow("u-1001"));
    let session = world.log_in("alice", PASSWORD, PROOF, "").await.cookie("__Host-tarnwick-session");
    for (path, form, told) in [
        ("/account/withdraw", "asset=BTC&amount=1.5&address=bc1qexampleexampleexample", "withdrawn"),
        ("/account/withdraw", "asset=BTC&amount=1&address=bc1qexampleexampleexample", "short"),
        ("/account/withdraw", "asset=BTC&amount=-1&address=bc1qexampleexampleexample", "unreadable"),
        ("/account/transfer", "to=contract&asset=USDT&amount=100", "transferred"),
        ("/account/trade", "side=buy&asset=ETH&amount=1&price=2900", "ordered"),
        ("/account/trade", "side=buy&asset=ETH&amount=100&price=2900", "short"),
        ("/account/cancel", "order=10", "cancelled"),
        ("/account/cancel", "order=4", "short"),
    ] {
        let answer = world.post(path, &session, form).await;
        assert_eq!(answer.location(), format!("/account?told={told}"), "{path} {form}");
    }
    let page = world.get("/account", &session).await.body;
    assert!(page.contains("0.9187") && page.contains("18,320.55") && page.contains("2,600.00"));
    assert_eq!(world.post("/account/withdraw", "", "asset=BTC&amount=1&address=x").await.location(), "/login");
}
