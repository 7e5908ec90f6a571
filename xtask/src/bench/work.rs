//! How fast browsers do work and what checking it costs. Browsers: `tests/e2e/bench/work.ts`; server: the verifier's own
//! benchmark.

use serde_json::Value;

use super::Figures;
use crate::build;
use crate::failure::{Because, Failure, Outcome};
use crate::process;
use crate::setup::{self, Purpose};
use crate::test;
use crate::workspace::Workspace;

pub fn measure(workspace: &Workspace) -> Outcome<Figures> {
    setup::ensure(workspace, Purpose::Bench)?;
    build::www(workspace, false)?;
    let browsers = workspace.target("xtask/work-browsers.json");
    let mut script = test::script(workspace, &["bench/work.ts"]);
    process::step("work in browsers", script.arg(&browsers), &workspace.log("bench-work-browsers"))?;
    let server = workspace.target("xtask/work-server.json");
    let mut cargo = workspace.cargo();
    cargo
        .args(["bench", "--quiet", "--package", "login-guard-verifier", "--bench", "work", "--", "--json"])
        .arg(&server);
    process::step("work on the server", &mut cargo, &workspace.log("bench-work-server"))?;
    let mut figures = members(&browsers, |written| written)?;
    figures.extend(members(&server, |written| written.get("figures").cloned().unwrap_or_default())?);
    // the kind that is asked for unless configured otherwise
    let verify = figures.get("pbkdf2_verify_us").cloned();
    figures.extend(verify.map(|value| ("verify_us".to_owned(), value)));
    Ok(figures)
}

fn members(file: &std::path::Path, choose: impl FnOnce(Value) -> Value) -> Outcome<Figures> {
    let text = std::fs::read_to_string(file).because(|| format!("reading {}", file.display()))?;
    let written: Value = serde_json::from_str(&text).because(|| file.display().to_string())?;
    match choose(written) {
        Value::Object(figures) if !figures.is_empty() => Ok(figures),
        _ => Err(Failure::new(format!("{} holds no figures", file.display()))),
    }
}
