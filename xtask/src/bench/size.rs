//! What browsers download, as the build counted it.

use serde_json::Value;

use super::{Figures, pick};
use crate::build;
use crate::failure::{Because, Outcome};
use crate::setup::{self, Purpose};
use crate::workspace::Workspace;

pub fn measure(workspace: &Workspace) -> Outcome<Figures> {
    setup::ensure(workspace, Purpose::Demo)?;
    build::www(workspace, false)?;
    let text = workspace.read("www/dist/sizes.json")?;
    let sizes: Value = serde_json::from_str(&text).because(|| "www/dist/sizes.json".to_owned())?;
    pick(&sizes, &["wasm_brotli", "glue_brotli", "before_submit_brotli", "total_brotli", "inspector_brotli"])
}
