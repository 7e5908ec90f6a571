//! The program: reads the command line, wires the parts, serves until it is told to stop.

use std::error::Error;
use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use login_guard_demo_exchange::app::{App, VerifierAddress};
use login_guard_demo_exchange::assets::Assets;
use login_guard_demo_exchange::entropy::{Entropy, SystemEntropy};
use login_guard_demo_exchange::http::origins::Origins;
use login_guard_demo_exchange::options::Options;
use login_guard_demo_exchange::store::Store;
use login_guard_demo_exchange::{DEMO_PASSWORD, http};
use login_guard_smtp_inbox::{Clock, Server, Settings, SystemClock};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use zeroize::Zeroizing;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false).init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("login-guard-demo-exchange: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let key = Zeroizing::new(read(&options.api_key_file)?);
    let password = match &options.password_file {
        Some(file) => read(file)?,
        None => DEMO_PASSWORD.to_owned(),
    };
    let assets = Assets::read(&options.assets()).map_err(|error| format!("{}: {error}", options.pages.display()))?;
    let store = Store::open(&options.database())?;
    let (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let (seeded, seed_entropy, now) = (store.clone(), Arc::clone(&entropy), clock.now());
    let password = Zeroizing::new(password);
    tokio::task::spawn_blocking(move || seeded.seed(password.trim(), &*seed_entropy, now)).await??;

    let inbox = match options.smtp_listen {
        Some(address) => {
            let mailbox = Arc::new(store.clone());
            Some(Server::start(address, Settings::default(), mailbox, Arc::clone(&clock)).await?)
        }
        None => None,
    };
    let verifier =
        VerifierAddress { backend: &options.verifier_backend, browser: &options.verifier_browser, key: &key };
    let listener = TcpListener::bind(options.address()).await?;
    let port = listener.local_addr()?.port();
    let origins = Origins::new(port, &options.origins)?;
    let app = App::new(&verifier, store, assets, origins, clock, entropy)?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "ready http://localhost:{port}/")?;
    stdout.flush()?;

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stopped = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    let service = http::router(Arc::new(app)).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stopped).await?;
    drop(inbox);
    Ok(())
}

fn read(file: &std::path::Path) -> Result<String, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(text.trim().to_owned())
}
