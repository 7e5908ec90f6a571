//! What a login page costs in a real browser. The measuring itself is `tests/e2e/bench/evidence.ts`.

use serde_json::Value;

use super::{Figures, pick};
use crate::failure::{Because, Outcome};
use crate::process;
use crate::setup::{self, Purpose};
use crate::test;
use crate::workspace::Workspace;

const FIGURES: &[&str] = &["ready_ms", "evidence_ms", "sign_ms", "longest_task_ms", "fingerprintjs_ms", "ratio"];

pub fn measure(workspace: &Workspace) -> Outcome<Figures> {
    setup::ensure(workspace, Purpose::Bench)?;
    test::build_demo(workspace)?;
    let file = workspace.target("xtask/evidence.json");
    let mut script = test::script(workspace, &["bench/evidence.ts"]);
    process::step("evidence", script.arg(&file), &workspace.log("bench-evidence"))?;
    let text = std::fs::read_to_string(&file).because(|| format!("reading {}", file.display()))?;
    pick(&serde_json::from_str::<Value>(&text).because(|| file.display().to_string())?, FIGURES)
}
