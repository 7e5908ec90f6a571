//! Known devices during a flood: the verifier's own test of it, built as it is shipped.

use serde_json::Value;

use super::{Figures, pick};
use crate::failure::{Because, Outcome};
use crate::process;
use crate::workspace::Workspace;

const FIGURES: &[&str] = &["attempts_per_s", "logins", "known_p50_ms", "known_p99_ms"];
/// Seconds; a device that begins too often works like an unknown one, so this is not for long.
const FLOOD_S: &str = "8";

pub fn measure(workspace: &Workspace) -> Outcome<Figures> {
    let file = workspace.target("xtask/flood.json");
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--quiet", "--release", "--package", "login-guard-verifier", "--test", "http", "flood::"]);
    cargo.env("LOGIN_GUARD_FLOOD_JSON", &file).env("LOGIN_GUARD_FLOOD_S", FLOOD_S);
    process::step("flood", &mut cargo, &workspace.log("bench-flood"))?;
    let text = std::fs::read_to_string(&file).because(|| format!("reading {}", file.display()))?;
    pick(&serde_json::from_str::<Value>(&text).because(|| file.display().to_string())?, FIGURES)
}
