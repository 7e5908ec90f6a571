//! `demo`: the verifier and the demo exchange on this machine, from sources to a page that answers.
//!
//! May import: workspace, process, setup, build. `folder` holds what stays between two starts, `stack` the processes,
//! `probe` asks whether a listener answers.

mod exchange;
mod folder;
mod probe;
mod stack;
mod verifier;

use std::path::PathBuf;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::args::Args;
use crate::build::{self, Binaries, Profile};
use crate::clock::{Stopwatch, in_words};
use crate::failure::{Because, Failure, Outcome};
use crate::setup::{self, Purpose};
use crate::workspace::Workspace;

pub use folder::Folder;
pub use probe::{free_port, is_ready};
pub use stack::Child;
pub use verifier::{Settings as VerifierSettings, configure as configure_verifier, start as start_verifier};

/// `cargo xtask demo`.
pub const COMMAND: crate::Command = crate::Command {
    name: "demo",
    usage: "demo [--port N] [--reset] [--data DIR] [--origin URL]…",
    about: "serves the demo exchange with verifier, SQLite and a local inbox",
    run,
};

/// The accounts that the demo exchange makes, and the password of all of them.
const ACCOUNTS: &str = "alice, bob, carol (each also by mail address: alice@example.com)";

/// Seconds that a change of factors waits in the demo: whoever tries it sees the wait, and its end.
const FACTOR_WAIT_S: u32 = 60;

/// What the command line asks for.
struct Options {
    port: u16,
    data: PathBuf,
    reset: bool,
    /// Everything is built already: the tests start many demos in a row.
    built: bool,
    /// Seconds that a device cookie is held, so that tests of copies need not wait for minutes.
    cookie_hold_s: Option<u16>,
    /// Seconds that a change of factors waits, so that tests need not wait for days.
    factor_wait_s: Option<u32>,
    /// The kind of work before a log-in, so that tests see each.
    work_kind: Option<String>,
    /// Origins besides `http://localhost:PORT`, such as that of a proxy that speaks TLS.
    origins: Vec<String>,
}

fn run(workspace: &Workspace, args: Args) -> Outcome {
    let options = read_options(workspace, args)?;
    let watch = Stopwatch::start();
    probe::check_is_free(options.port)?;
    if !options.built {
        setup::ensure(workspace, Purpose::Demo)?;
        build::www(workspace, false)?;
        build::binaries(workspace, Profile::Dev)?;
    }
    // From here on a signal ends the loop below, which stops what was started.
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).because(|| "listening for Ctrl-C".to_owned())?;
    let folder = Folder::open(&options.data, options.reset)?;
    let password = folder.password()?;
    let binaries = Binaries::built(workspace, Profile::Dev);
    let origin = format!("http://localhost:{}", options.port);
    let origins = std::iter::once(origin.clone()).chain(options.origins).collect::<Vec<_>>();
    let ports = stack::Ports::choose(options.port)?;

    let mut settings = VerifierSettings::for_demo(&origins, &ports, workspace.path("www/dist"));
    settings.cookie_hold_s = options.cookie_hold_s;
    settings.factor_wait_s = options.factor_wait_s.unwrap_or(FACTOR_WAIT_S);
    settings.work_kind = options.work_kind;
    let config = verifier::configure(&binaries.verifier, &folder, &settings)?;
    let mut verifier = verifier::start(&binaries.verifier, &config, &folder)?;
    let mut exchange = exchange::start(&binaries.exchange, &folder, workspace, &origins, &ports)?;
    stack::wait_until_ready(
        &mut signals,
        &mut [&mut verifier, &mut exchange],
        &[(ports.verifier_backend, "/readyz"), (ports.public, "/readyz")],
    )?;
    folder.describe(&origin, &ports)?;

    println!("ready {origin}/");
    println!("accounts: {ACCOUNTS}");
    println!("password: {password}");
    println!("inbox: {origin}/inbox");
    println!("(started in {}; data in {}; Ctrl-C stops everything)", in_words(watch.elapsed()), options.data.display());
    stack::run_until_signal(&mut signals, &mut [&mut exchange, &mut verifier])
}

fn read_options(workspace: &Workspace, mut args: Args) -> Outcome<Options> {
    let port = args.value("--port")?.unwrap_or_else(|| "8080".to_owned());
    let port = port.parse().ok().filter(|port| *port != 0);
    let port = port.ok_or_else(|| args.refusal("--port needs a number from 1 to 65535"))?;
    let data = args.value("--data")?.map_or_else(|| workspace.path(".demo"), PathBuf::from);
    let data = std::path::absolute(&data).because(|| format!("finding {}", data.display()))?;
    let hold = args.value("--cookie-hold")?;
    let hold = hold
        .map(|text| text.parse().map_err(|_| args.refusal("--cookie-hold needs a number of seconds")))
        .transpose()?;
    let wait = args.value("--factor-wait")?;
    let wait = wait
        .map(|text| text.parse().map_err(|_| args.refusal("--factor-wait needs a number of seconds")))
        .transpose()?;
    let options = Options {
        port,
        data,
        reset: args.switch("--reset"),
        built: args.switch("--built"),
        cookie_hold_s: hold,
        factor_wait_s: wait,
        work_kind: args.value("--work-kind")?,
        origins: args.values("--origin")?,
    };
    args.finish()?;
    if options.origins.iter().any(|origin| !origin.contains("://") || origin.ends_with('/')) {
        return Err(Failure::new("an origin is a scheme, a host and a port, such as https://localhost:8443"));
    }
    Ok(options)
}
