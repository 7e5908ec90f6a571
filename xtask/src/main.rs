//! Developer commands. `cargo xtask` alone lists them.
//!
//! A command is one file (or folder) and one line in [`COMMANDS`].

mod args;
mod bench;
mod build;
mod check;
mod clock;
mod demo;
mod eval;
mod failure;
mod process;
mod setup;
mod shots;
mod test;
mod workspace;

use std::process::ExitCode;

use args::Args;
use failure::{Failure, Outcome};
use workspace::Workspace;

/// One command.
#[derive(Debug)]
struct Command {
    /// The word after `cargo xtask`.
    name: &'static str,
    /// The word and its options.
    usage: &'static str,
    /// What it does, in one line.
    about: &'static str,
    run: fn(&Workspace, Args) -> Outcome,
}

const COMMANDS: &[Command] = &[
    setup::COMMAND,
    demo::COMMAND,
    test::COMMAND,
    check::COMMAND,
    bench::COMMAND,
    eval::COMMAND,
    build::COMMAND,
    build::WWW_COMMAND,
    shots::COMMAND,
];

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.is_told() {
                eprintln!("{failure}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(mut words: Vec<String>) -> Outcome {
    if words.is_empty() || words.iter().any(|word| word == "--help" || word == "-h") {
        println!("{}", list());
        return Ok(());
    }
    let name = words.remove(0);
    let command = COMMANDS.iter().find(|command| command.name == name);
    let command = command.ok_or_else(|| Failure::new(format!("there is no command {name:?}")).hint(list()))?;
    (command.run)(&Workspace::find()?, Args::new(command.usage, words))
}

fn list() -> String {
    let line = |command: &Command| format!("cargo xtask {:<62}{}", command.usage, command.about);
    COMMANDS.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usage_begins_with_the_command_itself() {
        for command in COMMANDS {
            assert_eq!(command.usage.split(' ').next(), Some(command.name));
        }
    }

    #[test]
    fn an_unknown_command_lists_the_known_ones() {
        let failure = run(vec!["dmeo".to_owned()]).unwrap_err().to_string();
        assert!(COMMANDS.iter().all(|command| failure.contains(command.usage)), "{failure}");
    }
}
