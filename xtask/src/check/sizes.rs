//! What a login page loads before the form can be sent has a budget, and the module must be one that engines take.

use std::path::PathBuf;

use serde_json::Value;

use crate::build;
use crate::failure::{Because, Outcome};
use crate::process;
use crate::workspace::Workspace;

/// Bytes, compressed by brotli, before the login form can be sent.
const BEFORE_SUBMIT_BROTLI: u64 = 40_000;

pub fn find(workspace: &Workspace) -> Outcome<Vec<String>> {
    build::www(workspace, false)?;
    let sizes: Value =
        serde_json::from_str(&workspace.read("www/dist/sizes.json")?).because(|| "www/dist/sizes.json".into())?;
    let mut found: Vec<String> = over_budget(&sizes).into_iter().collect();
    let modules = wasm_files(workspace.path("www/dist"));
    if modules.is_empty() {
        found.push("www/dist holds no .wasm file".to_owned());
    }
    for module in modules {
        let script = "WebAssembly.compile(require('fs').readFileSync(process.argv[1])).catch(e=>{console.error(e.message);process.exit(1)})";
        let mut node = workspace.command("node");
        if let Err(failure) = process::output(node.args(["-e", script]).arg(&module)) {
            found.push(format!("{}: an engine refuses this module\n{failure}", module.display()));
        }
    }
    Ok(found)
}

fn over_budget(sizes: &Value) -> Option<String> {
    match sizes.get("before_submit_brotli").and_then(Value::as_u64) {
        None => Some("www/dist/sizes.json has no before_submit_brotli".to_owned()),
        Some(bytes) if bytes > BEFORE_SUBMIT_BROTLI => {
            Some(format!("{bytes} bytes (brotli) before the form can be sent; the budget is {BEFORE_SUBMIT_BROTLI}"))
        }
        Some(_) => None,
    }
}

fn wasm_files(folder: PathBuf) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files = Vec::new();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            files.extend(wasm_files(path));
        } else if path.extension().is_some_and(|extension| extension == "wasm") {
            files.push(path);
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_download_over_the_budget_is_found() {
        assert_eq!(over_budget(&json!({"before_submit_brotli": 40_000})), None);
        assert!(over_budget(&json!({"before_submit_brotli": 40_001})).is_some());
        assert!(over_budget(&json!({})).is_some());
    }
}
