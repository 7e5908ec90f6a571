//! What went wrong, in words that a developer can act upon.

use std::fmt;

/// Why a command stopped: one sentence, and where it helps what to do about it.
#[derive(Debug)]
pub struct Failure {
    what: String,
    hint: Option<String>,
}

/// What a step of a command comes to.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure described by one sentence, lower case, without a final stop.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None }
    }

    /// A failure that the command has told already: the exit code is all that is left to say.
    pub fn told() -> Self {
        Self::new(String::new())
    }

    /// Whether there is nothing to print.
    pub fn is_told(&self) -> bool {
        self.what.is_empty()
    }

    /// The same failure with the next thing to do, printed on lines of its own.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "error: {}", self.what)?;
        if let Some(hint) = &self.hint {
            for line in hint.lines() {
                write!(out, "\n  {line}")?;
            }
        }
        Ok(())
    }
}

/// Turns any error into a [`Failure`] that says what was being tried.
pub trait Because<T> {
    /// Puts `what` (a phrase such as `reading Cargo.lock`) in front of the error.
    ///
    /// # Errors
    /// The same error, as a [`Failure`].
    fn because(self, what: impl FnOnce() -> String) -> Outcome<T>;
}

impl<T, E: fmt::Display> Because<T> for Result<T, E> {
    fn because(self, what: impl FnOnce() -> String) -> Outcome<T> {
        self.map_err(|error| Failure::new(format!("{}: {error}", what())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_follows_on_its_own_indented_lines() {
        let failure = Failure::new("port 8080 is in use").hint("stop the other program,\nor pass --port N");
        assert_eq!(failure.to_string(), "error: port 8080 is in use\n  stop the other program,\n  or pass --port N");
    }
}
