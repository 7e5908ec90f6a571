//! The demo exchange's process in a demo.

use std::path::Path;
use std::process::Command;

use super::folder::Folder;
use super::stack::{Child, Ports};
use super::verifier::API_KEY_FILE;
use crate::failure::Outcome;
use crate::workspace::Workspace;

/// Starts the demo exchange with its inbox.
///
/// # Errors
/// The program does not start.
pub fn start(
    program: &Path,
    folder: &Folder,
    workspace: &Workspace,
    origins: &[String],
    ports: &Ports,
) -> Outcome<Child> {
    let mut command = Command::new(program);
    command.args(["--listen", &format!("127.0.0.1:{}", ports.public)]);
    command.args(["--smtp-listen", &format!("127.0.0.1:{}", ports.smtp)]);
    command.args(["--verifier-browser", &format!("http://127.0.0.1:{}", ports.verifier_browser)]);
    command.args(["--verifier-backend", &format!("http://127.0.0.1:{}", ports.verifier_backend)]);
    for origin in origins {
        command.args(["--origin", origin]);
    }
    command.arg("--api-key-file").arg(folder.path(API_KEY_FILE));
    command.arg("--password-file").arg(folder.path(super::folder::PASSWORD_FILE));
    command.arg("--data").arg(folder.path("exchange.sqlite"));
    command.arg("--www").arg(workspace.path("www/dist"));
    Child::start("the demo exchange", &mut command, &folder.path("exchange.log"))
}
