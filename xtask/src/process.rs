//! Other programs: run to their end, with their output kept in a log and shown only where it helps.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use crate::clock::{Stopwatch, in_words};
use crate::failure::{Because, Failure, Outcome};

/// What a finished program wrote, standard output and error as they came.
#[derive(Debug)]
pub struct Finished {
    /// Whether it ended with status zero.
    pub success: bool,
    /// Every line.
    pub text: String,
    /// Where the same text was written to.
    pub log: PathBuf,
}

/// The command as it would be typed.
pub fn typed(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Standard output of a program that must succeed.
///
/// # Errors
/// It does not start, or ends with another status than zero; the failure shows what it wrote.
pub fn output(command: &mut Command) -> Outcome<String> {
    let output = command.stdin(Stdio::null()).output().because(|| typed(command))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("`{}` ended with {}", typed(command), output.status))
        .hint(tail(&format!("{stdout}{stderr}"), 40)))
}

/// Standard output of a program that must succeed and reads `input`: secrets do not belong into arguments.
///
/// # Errors
/// As [`output`].
pub fn answer(command: &mut Command, input: &str) -> Outcome<String> {
    let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.because(|| typed(command))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes()).because(|| typed(command))?;
    }
    let output = child.wait_with_output().because(|| typed(command))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("`{}` ended with {}", typed(command), output.status)).hint(tail(&stderr, 40)))
}

/// Runs a program to its end; each line goes to `log`, and to the terminal when `shown` says so.
///
/// # Errors
/// It does not start, or the log cannot be written. Its own failure is in [`Finished::success`].
pub fn follow(command: &mut Command, log: &Path, shown: impl Fn(&str) -> bool) -> Outcome<Finished> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).because(|| format!("making {}", folder.display()))?;
    }
    let mut file = File::create(log).because(|| format!("writing {}", log.display()))?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .because(|| format!("starting `{}`", typed(command)))?;
    let (sender, lines) = mpsc::channel();
    let readers = [
        child.stdout.take().map(|out| read_lines(out, sender.clone())),
        child.stderr.take().map(|out| read_lines(out, sender)),
    ];
    let mut text = String::new();
    for line in lines {
        if shown(&line) {
            println!("    {line}");
        }
        writeln!(file, "{line}").because(|| format!("writing {}", log.display()))?;
        text.push_str(&line);
        text.push('\n');
    }
    for reader in readers.into_iter().flatten() {
        // A reader has nothing to say once its pipe is closed.
        let _ended = reader.join();
    }
    let status = child.wait().because(|| typed(command))?;
    Ok(Finished { success: status.success(), text, log: log.to_owned() })
}

fn read_lines(from: impl Read + Send + 'static, to: mpsc::Sender<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            if to.send(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned()).is_err() {
                return;
            }
        }
    })
}

/// Runs a program that must succeed, under a headline with its duration.
///
/// # Errors
/// It does not start or does not succeed; the failure shows the end of its output.
pub fn step(headline: &str, command: &mut Command, log: &Path) -> Outcome<Finished> {
    let watch = Stopwatch::start();
    println!("  {headline} …");
    let finished = follow(command, log, |_| false)?;
    if finished.success {
        println!("  {headline}: {}", in_words(watch.elapsed()));
        return Ok(finished);
    }
    Err(Failure::new(format!("{headline}: `{}` failed", typed(command))).hint(format!(
        "{}\n(everything: {})",
        tail(&finished.text, 60),
        log.display()
    )))
}

/// The last `count` lines.
pub fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(count)..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_of_a_failing_program_is_in_the_failure() {
        let failure = output(Command::new("sh").args(["-c", "echo reason >&2; exit 3"])).unwrap_err().to_string();
        assert!(failure.contains("reason") && failure.contains('3'), "{failure}");
    }

    #[test]
    fn a_program_reads_its_input() {
        assert_eq!(answer(&mut Command::new("cat"), "words").unwrap(), "words");
    }

    #[test]
    fn both_streams_are_kept_and_logged() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("deep/log");
        let finished = follow(Command::new("sh").args(["-c", "echo one; echo two >&2"]), &log, |_| false).unwrap();
        assert!(finished.success && finished.text.contains("one\n") && finished.text.contains("two\n"));
        assert_eq!(fs::read_to_string(log).unwrap().lines().count(), 2);
    }

    #[test]
    fn tail_keeps_the_end() {
        assert_eq!(tail("a\nb\nc", 2), "b\nc");
        assert_eq!(tail("a", 2), "a");
    }
}
