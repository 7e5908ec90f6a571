use login_guard_protocol::evidence::Writer;

use super::*;
use crate::testing::STEADY;

/// What the machine numbered 1 tells besides which traces there are.
fn evidence(state: &str) -> Vec<u8> {
    let mut writer = Writer::default();
    for name in STEADY {
        writer.present(name, &[1; 16]);
    }
    writer.fact("browser", "firefox");
    match state {
        "driven" => writer.present("automation-webdriver", &[7; 16]),
        "timed-out" => writer.absent("automation-webdriver", "timed-out"),
        "left out" => {}
        _ => writer.absent("automation-webdriver", "none"),
    }
    writer.absent("tampering-natives", "none");
    writer.into_bytes()
}

async fn owner(bench: &Bench, state: &str) -> Result<Browser, Box<dyn std::error::Error + Send + Sync>> {
    let mut owner = Browser::on_machine(1)?;
    owner.evidence = evidence(state);
    owner.enrol(bench, "u-1001", "alice").await?;
    Ok(owner)
}

#[tokio::test]
async fn a_program_at_the_owners_profile_is_challenged_until_a_person_confirms() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = owner(&bench, "none").await?;
    owner.evidence = evidence("driven");
    for _ in 0..2 {
        let (status, body) = owner.log_in(&bench, "u-1001", "alice").await?;
        assert_eq!((status, findings(&body)), (401, vec!["automation", "device-on-probation"]));
        assert_eq!(body["challenge"]["methods"].as_array().map(Vec::len), Some(1), "no silent way");
    }
    owner.evidence = evidence("none");
    assert_eq!(owner.log_in(&bench, "u-1001", "alice").await?.0, 200, "the owner, who never knew");
    owner.evidence = evidence("driven");
    owner.enrol(&bench, "u-1001", "alice").await?;
    let (status, body) = owner.log_in(&bench, "u-1001", "alice").await?;
    assert_eq!((status, findings(&body)), (200, vec!["automation", "device-on-probation"]));
    Ok(())
}

#[tokio::test]
async fn a_program_gains_nothing_by_silence() -> Outcome {
    for silence in ["timed-out", "left out"] {
        let bench = Bench::in_memory()?;
        let mut owner = owner(&bench, "none").await?;
        owner.evidence = evidence(silence);
        let (status, body) = owner.log_in(&bench, "u-1001", "alice").await?;
        assert_eq!((status, findings(&body)), (401, vec!["automation-unknown", "device-on-probation"]), "{silence}");
    }
    Ok(())
}

#[tokio::test]
async fn a_program_gains_nothing_by_another_login_name() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = owner(&bench, "none").await?;
    for (state, ways) in [("none", 2), ("driven", 1), ("left out", 1)] {
        let mut alias = Browser::on_machine(1)?;
        alias.cookie = owner.cookie.clone();
        alias.evidence = evidence(state);
        let (status, body) = alias.log_in(&bench, "u-1001", "alice@mail.example").await?;
        assert_eq!(findings(&body).iter().any(|code| code.starts_with("automation")), state != "none", "{state}");
        assert_eq!((status, body["challenge"]["methods"].as_array().map(Vec::len)), (401, Some(ways)), "{state}");
        if state == "none" {
            // the login lied; the proof of the key does not
            owner.evidence = evidence("driven");
            let refused = owner.check_device_key(&bench, &body["challenge"]).await.unwrap_err();
            assert_eq!(code(&*refused), "method-unavailable");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_person_at_a_device_that_a_program_enrolled_is_let_in_and_so_is_the_program_later() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut owner = owner(&bench, "driven").await?;
    for (state, expected) in
        [("none", vec!["device-on-probation"]), ("driven", vec!["automation", "device-on-probation"])]
    {
        owner.evidence = evidence(state);
        let (status, body) = owner.log_in(&bench, "u-1001", "alice").await?;
        assert_eq!((status, findings(&body)), (200, expected));
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_is_told_nothing_of_programs() -> Outcome {
    let bench = Bench::in_memory()?;
    let mut program = Browser::on_machine(1)?;
    program.evidence = evidence("driven");
    let begun = program.begin(&bench).await?;
    let field = program.login_field(&begun, "alice")?;
    let reply = bench.assess(begun.attempt, &bench.assess_body(&program, None, "alice", &field)).await?;
    assert_eq!(findings(&serde_json::from_str(&reply.body)?), ["password-wrong"]);
    Ok(())
}
