//! `eval drift`: owners and attackers over two years, simulated and judged by the verifier's matching (`crates/simulation`).

use serde_json::Value;

use super::Figures;
use crate::args::Args;
use crate::failure::{Because, Failure, Outcome};
use crate::process;
use crate::workspace::Workspace;

pub fn measure(workspace: &Workspace, mut args: Args) -> Outcome<Figures> {
    let parameters = args.value("--parameters")?;
    args.finish()?;
    let file = workspace.target("xtask/drift.json");
    let mut build = workspace.cargo();
    build.args(["build", "--release", "--package", "login-guard-simulation"]);
    process::step("simulation", &mut build, &workspace.log("build-simulation"))?;
    let mut simulation = workspace.command(workspace.target("release/login-guard-simulation"));
    simulation.arg("--cache").arg(workspace.data()).arg("--json").arg(&file);
    if let Some(parameters) = parameters {
        // this program may have been started in another folder than the simulation is
        simulation.arg("--parameters").arg(std::path::absolute(&parameters).because(|| parameters.clone())?);
    }
    process::step("drift", &mut simulation, &workspace.log("eval-drift"))?;
    let text = std::fs::read_to_string(&file).because(|| format!("reading {}", file.display()))?;
    let written: Value = serde_json::from_str(&text).because(|| file.display().to_string())?;
    let figures = written.get("figures").and_then(Value::as_object).cloned();
    figures.ok_or_else(|| Failure::new(format!("{} holds no figures", file.display())))
}
