//! TypeScript: the browser's side and the end-to-end tests.

use super::cargo_steps::problems;
use crate::build;
use crate::failure::Outcome;
use crate::workspace::Workspace;

pub fn find(workspace: &Workspace) -> Outcome<Vec<String>> {
    // The declarations of the generated package are part of what is checked.
    build::www(workspace, false)?;
    let mut found = Vec::new();
    for (name, folder) in [("check-types-www", "."), ("check-types-tests", "tests/e2e")] {
        let mut tsc = workspace.command(workspace.path(folder).join("node_modules/.bin/tsc"));
        tsc.current_dir(workspace.path(folder)).args(["--noEmit", "--pretty", "false"]);
        found.extend(problems(workspace, name, &mut tsc)?);
    }
    Ok(found)
}
