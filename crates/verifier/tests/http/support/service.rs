//! The service in this process, with a clock that moves when told, and an inbox for its mails.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use login_guard_protocol::{Digest, base64url};
use login_guard_smtp_inbox::{Inbox, Server, Settings, SystemClock as InboxClock};
use login_guard_verifier::app::Running;
use login_guard_verifier::clock::{ManualClock, Timestamp};
use login_guard_verifier::config::Config;
use login_guard_verifier::entropy::SystemEntropy;
use login_guard_verifier::tokens::make_signing_key;
use tempfile::TempDir;

pub const ORIGIN: &str = "http://localhost:8080";
pub const API_KEY: &str = "exchange.0123456789abcdef0123456789abcdef";
/// A key that may do nothing.
pub const IDLE_KEY: &str = "idle.fedcba9876543210fedcba9876543210";

/// A key of the staff's tool.
pub const RELEASE_KEY: &str = "staff.00112233445566778899aabbccddeeff";

/// Where the two listeners listen.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    pub browser: SocketAddr,
    pub backend: SocketAddr,
}

/// A folder with configuration and secrets, and a mail server.
pub struct Surroundings {
    pub folder: TempDir,
    pub inbox: Inbox,
    _mail_server: Server,
}

impl Surroundings {
    pub async fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inbox = Inbox::new(64);
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = Server::start(address, Settings::default(), Arc::new(inbox.clone()), Arc::new(InboxClock));
        let server = server.await.unwrap();
        let master = base64url::encode(&Digest::of(b"the master secret of a test").as_bytes()[..]);
        std::fs::write(folder.path().join("master"), master).unwrap();
        // EXPOSE: a key of this test only
        std::fs::write(folder.path().join("signing"), make_signing_key().unwrap().expose()).unwrap();
        std::fs::write(folder.path().join("verifier.toml"), config(server.address().port())).unwrap();
        Self { folder, inbox, _mail_server: server }
    }

    pub fn config_file(&self) -> std::path::PathBuf {
        self.folder.path().join("verifier.toml")
    }

    /// The newest code, once more than `seen` mails have come.
    pub async fn code_after(&self, seen: u64) -> String {
        let mail = self.inbox.next_after(seen).await.unwrap();
        let digits: Vec<&str> = mail.text.split(|c: char| !c.is_ascii_digit() && c != ' ').collect();
        digits
            .iter()
            .map(|part| part.replace(' ', ""))
            .find(|part| part.len() == 8)
            .unwrap_or_else(|| panic!("no code in {}", mail.text))
    }
}

fn config(mail_port: u16) -> String {
    let mut toml = format!(
        r#"
mode = "development"
issuer = "{ORIGIN}"
[listen]
browser = "127.0.0.1:0"
backend = "127.0.0.1:0"
[store]
address = "sqlite:verifier.sqlite"
[secrets]
master_file = "master"
signing_key_files = ["signing"]
[[platform]]
name = "acex"
display_name = "ACEX"
origins = ["{ORIGIN}", "app:acex"]
sends_per_hour = 20
[mail]
from = "ACEX <no-reply@acex.example>"
host = "127.0.0.1"
port = {mail_port}
tls = "none"
"#
    );
    for (key, scopes) in [(API_KEY, r#"["login"]"#), (RELEASE_KEY, r#"["release"]"#), (IDLE_KEY, "[]")] {
        let (id, secret) = key.split_once('.').unwrap();
        let digest: String = Digest::of(secret.as_bytes()).as_bytes().iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
        write!(
            toml,
            "[[api_key]]\nid = \"{id}\"\nplatform = \"acex\"\nsecret_sha256 = \"{digest}\"\nscopes = {scopes}\n"
        )
        .unwrap();
    }
    toml
}

/// The service in this process.
pub struct Service {
    pub surroundings: Surroundings,
    pub clock: Arc<ManualClock>,
    pub at: Addresses,
    running: Running,
}

impl Service {
    pub async fn start() -> Self {
        Self::start_with(Surroundings::make().await).await
    }

    pub async fn start_with(surroundings: Surroundings) -> Self {
        let path: &Path = &surroundings.config_file();
        let config = Config::load(path, &|_| None).unwrap();
        let clock = Arc::new(ManualClock::starting_at(Timestamp::from_millis(1_795_356_180_000)));
        let running = Running::start(config, Arc::<ManualClock>::clone(&clock), Arc::new(SystemEntropy)).await.unwrap();
        let at = Addresses { browser: running.browser(), backend: running.backend() };
        Self { surroundings, clock, at, running }
    }

    /// Stops the service; its folder stays for whoever takes the surroundings.
    pub async fn stop(self) -> Surroundings {
        self.running.stop().await;
        self.surroundings
    }
}
