//! Counting tests by the closing lines that libtest, and everything here that imitates it, writes.

use std::fmt;
use std::ops::Add;

use crate::process;

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Ran and held.
    pub passed: u32,
    /// Ran and did not hold, or could not run.
    pub failed: u32,
    /// Did not run.
    pub skipped: u32,
}

impl Counts {
    /// Adds up every `test result:` line of a text.
    pub fn read(text: &str) -> Self {
        text.lines().filter_map(closing_line).fold(Self::default(), Add::add)
    }

    /// The counts of a suite, knowing how its program ended: what failed without being counted counts as one, and so
    /// does a suite in which nothing ran.
    pub fn of_suite(self, success: bool) -> Self {
        let silent = (!success && self.failed == 0) || self.passed + self.failed == 0;
        Self { failed: self.failed + u32::from(silent), ..self }
    }

    /// Whether this is a success.
    ///
    /// # Errors
    /// A sentence about why not.
    pub fn verdict(self) -> Result<(), String> {
        match self {
            Self { failed: 0, skipped: 0, passed: 1.. } => Ok(()),
            Self { failed: 0, skipped: 0, .. } => Err("no test ran".to_owned()),
            Self { failed: 0, skipped, .. } => Err(format!("{skipped} skipped; nothing may be skipped")),
            Self { failed, .. } => Err(format!("{failed} failed")),
        }
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; …`
fn closing_line(line: &str) -> Option<Counts> {
    let (_, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let mut read = Counts::default();
    for part in counts.split(';') {
        let Some((number, word)) = part.trim().split_once(' ') else { continue };
        let Ok(number) = number.parse() else { continue };
        match word {
            "passed" => read.passed = number,
            "failed" => read.failed = number,
            // Tests filtered out count as skipped: nobody may filter by accident.
            "ignored" | "filtered out" => read.skipped += number,
            _ => {}
        }
    }
    Some(read)
}

/// Whether a line is worth a look while a suite is running.
pub fn is_progress(line: &str) -> bool {
    let line = line.trim_start();
    let failed = line.starts_with("test ") && line.contains("FAILED");
    failed || line.starts_with("not ok ") || line.starts_with("error") || line.starts_with("spec ")
}

/// The part of a suite's output that says why it failed.
pub fn failures(text: &str) -> String {
    // libtest repeats everything under this headline; the last such part may belong to a later, passing binary.
    let parts: Vec<&str> = text.split("\nfailures:\n").skip(1).collect();
    if parts.is_empty() {
        return process::tail(text, 80);
    }
    let one = |part: &&str| part.split("\ntest result:").next().unwrap_or_default().trim_end().to_owned();
    let details: Vec<String> = parts.iter().map(one).filter(|part| part.contains("----")).collect();
    if details.is_empty() { process::tail(text, 80) } else { process::tail(&details.join("\n"), 300) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
running 2 tests
test a ... ok
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s

test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 4 filtered out; finished in 0.01s
";

    #[test]
    fn closing_lines_are_added_up() {
        assert_eq!(Counts::read(TEXT), Counts { passed: 5, failed: 1, skipped: 6 });
        assert_eq!(Counts::read(TEXT).to_string(), "5 passed, 1 failed, 6 skipped");
    }

    #[test]
    fn a_suite_that_did_not_compile_counts_as_failed() {
        let counts = Counts::read("error: could not compile").of_suite(false);
        assert_eq!(counts, Counts { passed: 0, failed: 1, skipped: 0 });
    }

    #[test]
    fn a_binary_that_died_after_others_passed_counts_as_failed() {
        let counts = Counts::read("test result: ok. 2 passed; 0 failed; 0 ignored").of_suite(false);
        assert_eq!((counts.passed, counts.failed), (2, 1));
    }

    #[test]
    fn a_suite_in_which_nothing_ran_fails() {
        assert!(Counts::read("test result: ok. 0 passed; 0 failed; 0 ignored").of_suite(true).verdict().is_err());
    }

    #[test]
    fn a_skipped_test_is_no_success() {
        assert!(Counts { passed: 5, failed: 0, skipped: 1 }.verdict().is_err());
        assert!(Counts { passed: 5, failed: 0, skipped: 0 }.verdict().is_ok());
    }

    #[test]
    fn the_reason_of_a_failure_is_shown() {
        let text = "\nfailures:\n\n---- a stdout ----\nthread panicked: because\n\n\nfailures:\n    a\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored\n";
        let shown = failures(text);
        assert!(shown.contains("because") && !shown.contains("test result"), "{shown}");
    }
}
