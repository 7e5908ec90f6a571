use serde_json::{Value, json};

use super::*;
use crate::testing::{Bench, Browser};

type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// A platform whose exchange has codes of its own and hardware keys.
fn bench() -> Result<Bench, Box<dyn std::error::Error + Send + Sync>> {
    let mut bench = Bench::in_memory()?;
    for settings in bench.services.platforms.values_mut() {
        settings.external = [("otp", false), ("hwk", true)]
            .map(|(amr, phishing_resistant)| ExternalMethod { amr: amr.into(), phishing_resistant })
            .into();
    }
    Ok(bench)
}

fn report_of(account: &str, amr: &str, phishing_resistant: bool) -> Value {
    json!({ "account": account, "amr": amr, "phishing_resistant": phishing_resistant, "credential": "key-7" })
}

async fn report(bench: &Bench, challenge: &Value, body: Value) -> Result<(), ProblemCode> {
    let attempt = serde_json::from_value(challenge["attempt"].clone()).unwrap();
    let request = serde_json::from_value(body).unwrap();
    super::report(&bench.services, &bench.caller(), attempt, request).await.map(drop).map_err(|problem| problem.code)
}

async fn check(bench: &Bench, browser: &Browser, challenge: &Value) -> Result<String, ProblemCode> {
    let proof = browser.step_proof(challenge, CHECK_STEP, b"").unwrap();
    let request = serde_json::from_value(json!({ "v": 1, "proof": proof })).unwrap();
    let attempt = serde_json::from_value(challenge["attempt"].clone()).unwrap();
    let checked = super::check(&bench.services, &browser.page(bench), attempt, request).await;
    checked.map(|confirmed| confirmed.token).map_err(|problem| problem.code)
}

async fn challenged(
    bench: &Bench,
    browser: &mut Browser,
    amr: &[&str],
) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
    let begun = browser.begin(bench).await?;
    let field = browser.login_field(&begun, "alice")?;
    let mut body = bench.assess_body(browser, Some("u-1001"), "alice", &field);
    body["amr"] = json!(amr);
    let reply: Value = serde_json::from_str(&bench.assess(begun.attempt, &body).await?.body)?;
    browser.keep_cookies(&reply);
    Ok(reply["challenge"].clone())
}

#[tokio::test]
async fn what_the_exchange_reports_confirms_once_and_gives_the_trust_that_the_configuration_allows() -> Outcome {
    for (amr, claimed, trusted) in [("otp", true, false), ("hwk", true, true), ("hwk", false, false)] {
        let bench = bench()?;
        let mut browser = Browser::on_machine(1)?;
        let challenge = challenged(&bench, &mut browser, &["pwd"]).await?;
        assert_eq!(challenge["methods"][0], json!({ "method": "external", "amr": ["otp", "hwk"], "done": false }));
        assert_eq!(check(&bench, &browser, &challenge).await, Err(ProblemCode::ConfirmationPending));
        report(&bench, &challenge, report_of("u-1001", amr, claimed)).await.map_err(ProblemCode::code)?;
        let token = check(&bench, &browser, &challenge).await.map_err(ProblemCode::code)?;
        assert_eq!(check(&bench, &browser, &challenge).await, Err(ProblemCode::AttemptEnded));
        let allowed = browser.redeem(&bench, &browser.redeem_body(&challenge, &token, "u-1001")?).await?;
        assert_eq!((allowed.probation, allowed.amr), (!trusted, vec!["pwd".to_owned(), amr.to_owned()]));
    }
    Ok(())
}

#[tokio::test]
async fn what_was_checked_before_the_login_is_not_asked_for_again() -> Outcome {
    // a key that logs people in gives no trust, whatever it says
    for amr in ["otp", "hwk"] {
        let bench = bench()?;
        let mut browser = Browser::on_machine(1)?;
        let challenge = challenged(&bench, &mut browser, &["pwd", amr]).await?;
        assert_eq!(challenge["methods"][0]["done"], true);
        let token = check(&bench, &browser, &challenge).await.map_err(ProblemCode::code)?;
        let allowed = browser.redeem(&bench, &browser.redeem_body(&challenge, &token, "u-1001")?).await?;
        assert_eq!((allowed.probation, allowed.amr), (true, vec!["pwd".to_owned(), amr.to_owned()]));
    }
    Ok(())
}

#[tokio::test]
async fn what_is_not_listed_is_for_another_account_or_comes_too_often_confirms_nothing() -> Outcome {
    let bench = bench()?;
    let mut browser = Browser::on_machine(1)?;
    let challenge = challenged(&bench, &mut browser, &["pwd", "face"]).await?;
    assert_eq!(challenge["methods"][0]["done"], false);
    for (account, amr, code) in [
        ("u-1001", "face", ProblemCode::MethodUnavailable),
        ("u-1001", "lg-passkey", ProblemCode::MethodUnavailable),
        ("u-1002", "otp", ProblemCode::AttemptUnknown),
    ] {
        assert_eq!(report(&bench, &challenge, report_of(account, amr, true)).await, Err(code), "{account} {amr}");
    }
    assert_eq!(check(&bench, &browser, &challenge).await, Err(ProblemCode::ConfirmationPending));
    for _ in 0..REPORTS_PER_HOUR {
        report(&bench, &challenge, report_of("u-1001", "otp", false)).await.map_err(ProblemCode::code)?;
    }
    let too_many = report(&bench, &challenge, report_of("u-1001", "hwk", true)).await;
    assert_eq!(too_many, Err(ProblemCode::AnswersExhausted));
    let stranger = Browser::on_machine(2)?;
    assert_eq!(check(&bench, &stranger, &challenge).await, Err(ProblemCode::AttemptUnknown), "another browser");
    Ok(())
}

#[tokio::test]
async fn a_platform_that_lists_nothing_offers_nothing() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut browser = Browser::on_machine(1)?;
    let challenge = challenged(&bench, &mut browser, &["pwd", "otp"]).await?;
    assert!(
        challenge["methods"].as_array().is_some_and(|methods| methods.iter().all(|way| way["method"] != "external"))
    );
    assert_eq!(
        report(&bench, &challenge, report_of("u-1001", "otp", false)).await,
        Err(ProblemCode::MethodUnavailable)
    );
    assert_eq!(check(&bench, &browser, &challenge).await, Err(ProblemCode::MethodUnavailable));
    Ok(())
}
