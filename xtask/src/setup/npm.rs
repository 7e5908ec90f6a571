//! npm packages, exactly as locked.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::failure::Outcome;
use crate::process;
use crate::workspace::Workspace;

/// Packages that build the browser's side.
pub fn ensure_root(workspace: &Workspace) -> Outcome {
    ensure(workspace, ".", "npm packages")
}

/// Packages that drive browsers in tests.
pub fn ensure_e2e(workspace: &Workspace) -> Outcome {
    ensure(workspace, "tests/e2e", "npm packages of tests/e2e")
}

fn ensure(workspace: &Workspace, folder: &str, headline: &str) -> Outcome {
    let folder_path = workspace.path(folder);
    if is_current(&folder_path) {
        return Ok(());
    }
    let mut npm = workspace.command("npm");
    npm.current_dir(&folder_path).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    process::step(headline, &mut npm, &workspace.log(&format!("setup-{}", headline.replace([' ', '/'], "-"))))?;
    Ok(())
}

/// npm writes a lock file of its own into `node_modules` when it has finished.
fn is_current(folder: &Path) -> bool {
    let modified = |path: &str| -> Option<SystemTime> { fs::metadata(folder.join(path)).ok()?.modified().ok() };
    match (modified("node_modules/.package-lock.json"), modified("package-lock.json")) {
        (Some(installed), Some(locked)) => installed >= locked,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_current_only_once_npm_has_finished() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("package-lock.json"), "{}").unwrap();
        assert!(!is_current(folder.path()));
        fs::create_dir(folder.path().join("node_modules")).unwrap();
        assert!(!is_current(folder.path()));
        fs::write(folder.path().join("node_modules/.package-lock.json"), "{}").unwrap();
        assert!(is_current(folder.path()));
    }
}
