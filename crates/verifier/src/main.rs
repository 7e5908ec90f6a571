//! The command line of the verifier.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use login_guard_protocol::{Digest, base64url};
use login_guard_verifier::app::{self, Running};
use login_guard_verifier::clock::SystemClock;
use login_guard_verifier::config::{Config, Log, LogFormat};
use login_guard_verifier::entropy::{SystemEntropy, make_bytes};
use login_guard_verifier::secret::Secret;
use login_guard_verifier::tokens::make_signing_key;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use zeroize::Zeroizing;

/// What an error of a command is told as.
type Failure = Box<dyn std::error::Error>;

/// Decides whether a device may log in: the service beside the back end.
#[derive(Debug, Parser)]
#[command(name = "login-guard-verifier", version, arg_required_else_help = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until SIGTERM or SIGINT.
    Serve {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Look at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Make and digest secrets.
    #[command(subcommand)]
    Keys(KeysCommand),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Report every problem of a configuration file and of the secrets that it names; start nothing.
    Check {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Make a master secret.
    MakeMaster {
        /// The file to write; it must not exist. Only its owner may read it.
        file: PathBuf,
    },
    /// Make a key that signs verdict tokens.
    MakeSigning {
        /// The file to write; it must not exist. Only its owner may read it.
        file: PathBuf,
    },
    /// Read an API key's secret from standard input and print the digest for `secret_sha256`.
    HashApiKey,
}

fn main() -> ExitCode {
    let outcome = match CommandLine::parse().command {
        Command::Serve { config } => serve(&config),
        Command::Config(ConfigCommand::Check { config }) => {
            load(&config).and_then(|_| print_line("the configuration is good"))
        }
        Command::Keys(KeysCommand::MakeMaster { file }) => make_master(&file),
        Command::Keys(KeysCommand::MakeSigning { file }) => make_signing(&file),
        Command::Keys(KeysCommand::HashApiKey) => hash_api_key(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // standard error may be closed; there is no third place
            let _ = writeln!(std::io::stderr(), "{failure}");
            ExitCode::FAILURE
        }
    }
}

fn load(path: &Path) -> Result<Config, Failure> {
    Ok(Config::load(path, &|name| std::env::var_os(name))?)
}

fn serve(path: &Path) -> Result<(), Failure> {
    let config = load(path)?;
    log_to_stderr(config.log);
    let runtime = app::make_runtime()?;
    runtime.block_on(async {
        // the signals first: one that arrives while the service starts must not be lost
        let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let running = Running::start(config, Arc::new(SystemClock), Arc::new(SystemEntropy)).await?;
        let (browser, backend) = (running.browser(), running.backend());
        tracing::info!(listener.browser = %browser, listener.backend = %backend, "listening");
        print_line(&format!("listening browser={browser} backend={backend}"))?;
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
        tracing::info!("stopping");
        running.stop().await;
        tracing::info!("stopped");
        Ok(())
    })
}

/// Logs go to standard error; standard output belongs to commands.
fn log_to_stderr(log: Log) {
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let registry = tracing_subscriber::registry().with(LevelFilter::from_level(log.level));
    match log.format {
        LogFormat::Json => registry.with(lines.json().flatten_event(true).with_current_span(false)).init(),
        LogFormat::Text => registry.with(lines).init(),
    }
    // the usual hook prints the panic's message, which may hold values
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(panic.place = place, "a bug of ours: a request or job was given up");
    }));
}

fn make_master(file: &Path) -> Result<(), Failure> {
    let secret: Zeroizing<[u8; 32]> = Zeroizing::new(make_bytes(&SystemEntropy)?);
    let text = Zeroizing::new(base64url::encode(&*secret) + "\n");
    write_new(file, text.as_bytes())
}

fn make_signing(file: &Path) -> Result<(), Failure> {
    let key: Secret = make_signing_key()?;
    // EXPOSE: into a file that only its owner may read
    write_new(file, key.expose())
}

fn hash_api_key() -> Result<(), Failure> {
    let mut secret = Zeroizing::new(String::new());
    std::io::stdin().take(4096).read_to_string(&mut secret)?;
    let line = secret.trim_end_matches(['\r', '\n']);
    if !(32..=1024).contains(&line.len()) || line.bytes().any(|b| !b.is_ascii_graphic()) {
        return Err("expected a secret of 32 to 1024 visible ASCII characters on standard input".into());
    }
    let digest = Digest::of(line.as_bytes());
    let mut hex = String::with_capacity(64);
    for byte in digest.as_bytes() {
        write!(hex, "{byte:02x}")?;
    }
    print_line(&hex)
}

/// Writes a secret to a new file of mode 0600. An existing file is never touched: it may be the only copy.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| format!("{}: {}", path.display(), error.kind()))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}

fn print_line(line: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}
