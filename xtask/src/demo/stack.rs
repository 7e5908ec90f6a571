//! The demo's processes: started together, stopped together.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::iterator::Signals;

use super::probe;
use crate::clock::Stopwatch;
use crate::failure::{Because, Failure, Outcome};
use crate::process;

/// How long the processes may take until they answer.
const START: Duration = Duration::from_mins(1);
/// How long a process may take to end by itself once it is asked to.
const STOP: Duration = Duration::from_secs(10);
/// How often processes and signals are looked at.
const TICK: Duration = Duration::from_millis(25);

/// Who listens where, on the loopback interface.
#[derive(Debug)]
pub struct Ports {
    /// The demo exchange, for browsers.
    pub public: u16,
    /// The verifier's browser listener.
    pub verifier_browser: u16,
    /// The verifier's backend listener.
    pub verifier_backend: u16,
    /// The inbox.
    pub smtp: u16,
}

impl Ports {
    /// Takes free ports for everything but the public one.
    pub fn choose(public: u16) -> Outcome<Self> {
        let mut taken = vec![public];
        while taken.len() < 4 {
            let port = probe::free_port()?;
            if !taken.contains(&port) {
                taken.push(port);
            }
        }
        match taken.as_slice() {
            [_, browser, backend, smtp] => {
                Ok(Self { public, verifier_browser: *browser, verifier_backend: *backend, smtp: *smtp })
            }
            _ => Err(Failure::new("no free ports")),
        }
    }
}

/// A process that is stopped when this value goes away.
#[derive(Debug)]
pub struct Child {
    name: &'static str,
    log: PathBuf,
    process: std::process::Child,
}

impl Child {
    /// Starts a process whose output goes to `log`.
    ///
    /// In a process group of its own: Ctrl-C reaches this program only, which then stops its children in order.
    pub fn start(name: &'static str, command: &mut Command, log: &Path) -> Outcome<Self> {
        use std::os::unix::process::CommandExt;
        let file = File::create(log).because(|| format!("writing {}", log.display()))?;
        let errors = file.try_clone().because(|| format!("writing {}", log.display()))?;
        let process = command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .because(|| format!("starting `{}`", process::typed(command)))?;
        Ok(Self { name, log: log.to_owned(), process })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// A failure with the end of its log if it is no longer running.
    pub fn check_runs(&mut self) -> Outcome {
        match self.process.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(self.ended(status)),
            Err(error) => Err(Failure::new(format!("{}: {error}", self.name))),
        }
    }

    fn ended(&self, status: ExitStatus) -> Failure {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        Failure::new(format!("{} has ended ({status})", self.name)).hint(format!(
            "{}\n(everything: {})",
            process::tail(&text, 20),
            self.log.display()
        ))
    }

    /// Asks it to end, and ends it if it does not.
    pub fn stop(&mut self) {
        if !matches!(self.process.try_wait(), Ok(None)) {
            return;
        }
        // A process that is gone already needs no signal.
        let _sent = kill_process(Pid::from_child(&self.process), Signal::TERM);
        let watch = Stopwatch::start();
        while watch.elapsed() < STOP {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(TICK);
        }
        eprintln!("{} did not stop within {} s and was ended", self.name, STOP.as_secs());
        let _killed = self.process.kill();
        let _status = self.process.wait();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Returns once every listener answers its path with 200.
///
/// # Errors
/// A process ended, a signal came, or it took too long.
pub fn wait_until_ready(signals: &mut Signals, children: &mut [&mut Child], listeners: &[(u16, &str)]) -> Outcome {
    let watch = Stopwatch::start();
    let mut waiting = listeners.to_vec();
    while !waiting.is_empty() {
        children.iter_mut().try_for_each(|child| child.check_runs())?;
        if signals.pending().next().is_some() {
            return Err(Failure::new("stopped before everything was ready"));
        }
        if watch.elapsed() > START {
            let logs: Vec<String> = children.iter().map(|child| child.log.display().to_string()).collect();
            let what = format!("no answer on {waiting:?} within {} s", START.as_secs());
            return Err(Failure::new(what).hint(format!("logs: {}", logs.join(", "))));
        }
        waiting.retain(|(port, path)| !probe::is_ready(*port, path));
        thread::sleep(TICK);
    }
    Ok(())
}

/// Returns when a signal asks to stop; the children are then stopped in order.
///
/// # Errors
/// A process ended by itself.
pub fn run_until_signal(signals: &mut Signals, children: &mut [&mut Child]) -> Outcome {
    let ended = loop {
        if signals.pending().next().is_some() {
            break Ok(());
        }
        if let Err(failure) = children.iter_mut().try_for_each(|child| child.check_runs()) {
            break Err(failure);
        }
        thread::sleep(TICK);
    };
    for child in children {
        child.stop();
    }
    if ended.is_ok() {
        // the terminal may be what went away
        let _told = writeln!(std::io::stdout(), "stopped");
    }
    ended
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child(script: &str, folder: &Path) -> Child {
        Child::start("sh", Command::new("sh").args(["-c", script]), &folder.join("sh.log")).unwrap()
    }

    #[test]
    fn a_process_that_ended_is_reported_with_its_last_words() {
        let folder = tempfile::tempdir().unwrap();
        let mut child = child("echo last words; exit 7", folder.path());
        let mut signals = Signals::new([SIGUSR]).unwrap();
        let failure = run_until_signal(&mut signals, &mut [&mut child]).unwrap_err().to_string();
        assert!(failure.contains("last words") && failure.contains('7'), "{failure}");
    }

    #[test]
    fn a_stopped_process_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let mut child = child("exec sleep 600", folder.path());
        child.check_runs().unwrap();
        child.stop();
        assert!(child.check_runs().is_err());
    }

    const SIGUSR: i32 = signal_hook::consts::SIGUSR2;
}
