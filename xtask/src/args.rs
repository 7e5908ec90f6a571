//! The arguments of one command. What was not taken when the command has read its own is an error.

use crate::failure::{Failure, Outcome};

/// Arguments not read yet.
#[derive(Debug)]
pub struct Args {
    usage: &'static str,
    rest: Vec<String>,
}

impl Args {
    /// The arguments that follow the command's name; `usage` is shown when they make no sense.
    pub fn new(usage: &'static str, rest: impl IntoIterator<Item = String>) -> Self {
        Self { usage, rest: rest.into_iter().collect() }
    }

    /// Takes a switch such as `--reset`; says whether it was there.
    pub fn switch(&mut self, name: &str) -> bool {
        let before = self.rest.len();
        self.rest.retain(|argument| argument != name);
        self.rest.len() != before
    }

    /// Takes every value of an option, given as `--name value` or `--name=value`.
    ///
    /// # Errors
    /// The option stands last, without a value.
    pub fn values(&mut self, name: &str) -> Outcome<Vec<String>> {
        let mut values = Vec::new();
        let mut rest = Vec::new();
        let mut arguments = std::mem::take(&mut self.rest).into_iter();
        while let Some(argument) = arguments.next() {
            if argument == name {
                values.push(arguments.next().ok_or_else(|| self.refusal(&format!("{name} needs a value")))?);
            } else if let Some(value) = argument.strip_prefix(name).and_then(|tail| tail.strip_prefix('=')) {
                values.push(value.to_owned());
            } else {
                rest.push(argument);
            }
        }
        self.rest = rest;
        Ok(values)
    }

    /// Takes an option that may be given once.
    ///
    /// # Errors
    /// It is given twice, or without a value.
    pub fn value(&mut self, name: &str) -> Outcome<Option<String>> {
        let mut values = self.values(name)?;
        match values.len() {
            0 | 1 => Ok(values.pop()),
            _ => Err(self.refusal(&format!("{name} is given more than once"))),
        }
    }

    /// Takes the next argument that is no option.
    pub fn positional(&mut self) -> Option<String> {
        let index = self.rest.iter().position(|argument| !argument.starts_with('-'))?;
        Some(self.rest.remove(index))
    }

    /// Everything was read.
    ///
    /// # Errors
    /// Something is left over.
    pub fn finish(self) -> Outcome {
        match self.rest.first() {
            None => Ok(()),
            Some(left) => Err(self.refusal(&format!("{left:?} means nothing here"))),
        }
    }

    /// A failure that shows how the command is used.
    pub fn refusal(&self, what: &str) -> Failure {
        Failure::new(what).hint(format!("usage: cargo xtask {}", self.usage))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(words: &[&str]) -> Args {
        Args::new("demo [--port N]", words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn both_spellings_of_an_option_are_read() {
        let mut args = args(&["--port", "81", "--origin=a", "--origin", "b", "--reset"]);
        assert_eq!(args.value("--port").unwrap().as_deref(), Some("81"));
        assert_eq!(args.values("--origin").unwrap(), ["a", "b"]);
        assert!(args.switch("--reset"));
        args.finish().unwrap();
    }

    #[test]
    fn what_nobody_took_is_refused_with_the_usage() {
        let failure = args(&["--prot", "81"]).finish().unwrap_err().to_string();
        assert!(failure.contains("\"--prot\"") && failure.contains("usage: cargo xtask demo"), "{failure}");
    }

    #[test]
    fn an_option_without_a_value_is_refused() {
        assert!(args(&["--port"]).value("--port").is_err());
        assert!(args(&["--port", "1", "--port=2"]).value("--port").is_err());
    }

    #[test]
    fn a_positional_is_found_between_options() {
        let mut args = args(&["--json", "out.json", "size"]);
        assert_eq!(args.value("--json").unwrap().as_deref(), Some("out.json"));
        assert_eq!(args.positional().as_deref(), Some("size"));
        assert_eq!(args.positional(), None);
    }
}
