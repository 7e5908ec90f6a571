//! What is wrong with a configuration: where, and what was expected there. Never the value: it may be a secret.

use std::fmt;
use std::io::ErrorKind;

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The line in the file, from 1; none for what is missing from the file as a whole.
    pub line: Option<usize>,
    /// The member, `mail.port` for one.
    pub place: String,
    /// What was expected, or what is unfit.
    pub message: String,
}

impl ConfigProblem {
    /// A problem with a file that could not be read.
    pub(crate) fn unreadable(place: &str, kind: ErrorKind) -> Self {
        Self { line: None, place: place.to_owned(), message: format!("expected a readable file: {}", in_words(kind)) }
    }
}

/// What went wrong with a file, as people say it.
pub(crate) fn in_words(kind: ErrorKind) -> String {
    match kind {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        other => other.to_string(),
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// A configuration that was refused, with all its problems in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// At least one.
    pub problems: Vec<ConfigProblem>,
}

impl ConfigError {
    pub(crate) fn of(problem: ConfigProblem) -> Self {
        Self { problems: vec![problem] }
    }
}

impl fmt::Display for ConfigError {
    /// One problem on each line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}
