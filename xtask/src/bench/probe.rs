//! What the canvas probe costs, and how many stacks it tells apart. The measuring itself is `tests/e2e/bench/probe.ts`, which
//! writes every row to the log.

use serde_json::Value;

use super::{Figures, pick};
use crate::build;
use crate::failure::{Because, Outcome};
use crate::process;
use crate::setup::{self, Purpose};
use crate::test;
use crate::workspace::Workspace;

const FIGURES: &[&str] = &[
    "draw_ms",
    "firefox_draw_ms",
    "webkit_draw_ms",
    "first_draw_ms",
    "longest_task_ms",
    "stacks",
    "distinct_cpu",
    "distinct_cpu_worst_seed",
    "distinct_both",
    "distinct_both_worst_seed",
    "unsteady_stacks",
];

pub fn measure(workspace: &Workspace) -> Outcome<Figures> {
    setup::ensure(workspace, Purpose::Bench)?;
    build::www(workspace, false)?;
    let file = workspace.target("xtask/probe.json");
    let mut script = test::script(workspace, &["bench/probe.ts"]);
    process::step("probe", script.arg(&file), &workspace.log("bench-probe"))?;
    let text = std::fs::read_to_string(&file).because(|| format!("reading {}", file.display()))?;
    pick(&serde_json::from_str::<Value>(&text).because(|| file.display().to_string())?, FIGURES)
}
