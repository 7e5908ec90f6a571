//! The verifier as it is shipped: bytes on disk, memory at rest, time until it answers.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::Figures;
use crate::build::{self, Profile};
use crate::clock::Stopwatch;
use crate::demo::{self, Child, Folder, VerifierSettings};
use crate::failure::{Because, Failure, Outcome};
use crate::setup::{self, Purpose};
use crate::workspace::Workspace;

/// Starts that are measured; the median counts.
const STARTS: usize = 9;
const PATIENCE: Duration = Duration::from_secs(20);
/// What a process still allocates after its first answers has settled by then.
const AT_REST: Duration = Duration::from_secs(2);

pub fn measure(workspace: &Workspace) -> Outcome<Figures> {
    setup::ensure(workspace, Purpose::Demo)?;
    let binaries = build::binaries(workspace, Profile::Release)?;
    let binary = fs::metadata(&binaries.verifier).because(|| binaries.verifier.display().to_string())?;
    let (mut starts, mut memory) = (Vec::new(), Vec::new());
    for round in 0..STARTS {
        // Each start has an empty store, as on the first day.
        let path = workspace.target("xtask/footprint");
        let folder = Folder::open(&path, true)?;
        let (start, mut child) = start(&binaries.verifier, &folder)?;
        starts.push(start);
        if round == 0 {
            thread::sleep(AT_REST);
            memory.push(resident_bytes(child.id())?);
        }
        child.stop();
    }
    starts.sort_unstable();
    let median = starts.get(STARTS / 2).copied().unwrap_or_default();
    let figures = [
        ("binary_bytes", json!(binary.len())),
        ("rss_idle_bytes", json!(memory.first())),
        ("start_ms", json!((median.as_secs_f64() * 10_000.0).round() / 10.0)),
    ];
    Ok(figures.map(|(name, value)| (name.to_owned(), value)).into_iter().collect())
}

/// Starts a verifier and waits until it is ready: with a mail channel configured, which nobody uses.
fn start(program: &Path, folder: &Folder) -> Outcome<(Duration, Child)> {
    let settings = VerifierSettings {
        origins: vec!["http://localhost:8080".to_owned()],
        browser: demo::free_port()?,
        backend: demo::free_port()?,
        smtp: Some(demo::free_port()?),
        assets: None,
        cookie_hold_s: None,
        factor_wait_s: 0,
        work_kind: None,
    };
    let config = demo::configure_verifier(program, folder, &settings)?;
    let watch = Stopwatch::start();
    let mut child = demo::start_verifier(program, &config, folder)?;
    while !demo::is_ready(settings.backend, "/readyz") {
        child.check_runs()?;
        if watch.elapsed() > PATIENCE {
            return Err(Failure::new("the verifier did not become ready"));
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok((watch.elapsed(), child))
}

fn resident_bytes(id: u32) -> Outcome<u64> {
    let path = format!("/proc/{id}/status");
    let status = fs::read_to_string(&path).because(|| format!("reading {path}"))?;
    vm_rss(&status).ok_or_else(|| Failure::new(format!("{path} has no VmRSS")))
}

/// `VmRSS:     12345 kB`, in bytes.
fn vm_rss(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_in_bytes() {
        assert_eq!(vm_rss("Name:\tx\nVmRSS:\t   20 kB\nThreads: 1\n"), Some(20_480));
        assert_eq!(vm_rss("Name:\tx\n"), None);
    }
}
