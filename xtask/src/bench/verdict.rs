//! One assessment, measured in process by the verifier's own benchmark.

use serde_json::Value;

use super::Figures;
use crate::failure::{Because, Failure, Outcome};
use crate::process;
use crate::workspace::Workspace;

pub fn measure(workspace: &Workspace) -> Outcome<Figures> {
    let file = workspace.target("xtask/verdict.json");
    let mut cargo = workspace.cargo();
    cargo
        .args(["bench", "--quiet", "--package", "login-guard-verifier", "--bench", "verdict", "--", "--json"])
        .arg(&file);
    process::step("verdict", &mut cargo, &workspace.log("bench-verdict"))?;
    let text = std::fs::read_to_string(&file).because(|| format!("reading {}", file.display()))?;
    let written: Value = serde_json::from_str(&text).because(|| file.display().to_string())?;
    let figures = written.get("figures").and_then(Value::as_object).cloned();
    figures.ok_or_else(|| Failure::new(format!("{} holds no figures", file.display())))
}
