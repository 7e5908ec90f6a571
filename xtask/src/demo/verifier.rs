//! The verifier's process in a demo: its configuration file and secrets.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::folder::Folder;
use super::stack::{Child, Ports};
use crate::failure::{Failure, Outcome};
use crate::process;

/// The file with the API key of the demo exchange, `ID.SECRET`.
pub const API_KEY_FILE: &str = "exchange-api-key";
/// The demo's platform on the wire.
pub const PLATFORM: &str = "tarnwick";
const API_KEY_ID: &str = "demo-exchange";
const MASTER_FILE: &str = "verifier-master-secret";
const SIGNING_FILE: &str = "verifier-signing-key";
/// People try a demo often, always from this machine. The usual 3 an hour would stop them in the middle.
const SENDS_PER_HOUR: u32 = 1_000;

/// Seconds that a change of factors waits when nothing else is said: as in real use.
const FACTOR_WAIT_S: u32 = 72 * 3_600;

/// What differs from one verifier to the next.
#[derive(Debug)]
pub struct Settings {
    /// Origins of the platform; the first is the issuer.
    pub origins: Vec<String>,
    /// Port of the browser listener.
    pub browser: u16,
    /// Port of the backend listener.
    pub backend: u16,
    /// Port of the SMTP server, if there is one.
    pub smtp: Option<u16>,
    /// The folder with the browser's files, if they are served.
    pub assets: Option<PathBuf>,
    /// Seconds that a device cookie is held; the verifier's own without.
    pub cookie_hold_s: Option<u16>,
    /// Seconds that a change of factors waits.
    pub factor_wait_s: u32,
    /// The kind of work before a log-in; the verifier's own without.
    pub work_kind: Option<String>,
}

impl Settings {
    /// The demo's.
    pub fn for_demo(origins: &[String], ports: &Ports, assets: PathBuf) -> Self {
        Self {
            origins: origins.to_vec(),
            browser: ports.verifier_browser,
            backend: ports.verifier_backend,
            smtp: Some(ports.smtp),
            assets: Some(assets),
            cookie_hold_s: None,
            factor_wait_s: FACTOR_WAIT_S,
            work_kind: None,
        }
    }

    fn in_toml(&self, api_key_digest: &str) -> String {
        let text = |value: &str| serde_json::Value::from(value).to_string();
        let origins = self.origins.iter().map(|origin| text(origin)).collect::<Vec<_>>().join(", ");
        let issuer = self.origins.first().map_or_else(String::new, |origin| text(origin));
        let assets = self.assets.as_ref().map(|path| format!("assets = {}\n", text(&path.display().to_string())));
        let hold = self.cookie_hold_s.map_or_else(String::new, |seconds| format!("cookie_hold_s = {seconds}\n"));
        let kind = self.work_kind.as_ref().map_or_else(String::new, |kind| format!("work_kind = {}\n", text(kind)));
        let mut toml = format!(
            "# Written at each start of the demo; changes are lost.\n\
             mode = \"development\"\nissuer = {issuer}\n{}\n\
             [listen]\nbrowser = \"127.0.0.1:{}\"\nbackend = \"127.0.0.1:{}\"\n\n\
             # the exchange passes /login-guard/ on and writes this header itself\n\
             [trusted_hop]\naddresses = [\"127.0.0.1\"]\nheader = \"x-forwarded-for\"\n\n\
             [store]\naddress = \"sqlite:verifier.sqlite\"\n\n\
             [secrets]\nmaster_file = \"{MASTER_FILE}\"\nsigning_key_files = [\"{SIGNING_FILE}\"]\n\n\
             [[platform]]\nname = \"{PLATFORM}\"\ndisplay_name = \"Tarnwick\"\norigins = [{origins}]\nsends_per_hour = {SENDS_PER_HOUR}\nanswers_per_day = 100\nfactor_wait_s = {}\n{hold}{kind}\n\
             [[api_key]]\nid = \"{API_KEY_ID}\"\nplatform = \"{PLATFORM}\"\nsecret_sha256 = \"{api_key_digest}\"\nscopes = [\"login\"]\n\n\
             [log]\nformat = \"text\"\n",
            assets.unwrap_or_default(),
            self.browser,
            self.backend,
            self.factor_wait_s,
        );
        if let Some(port) = self.smtp {
            // Writing into a String does not fail.
            let _written = write!(
                toml,
                "\n[mail]\nfrom = \"Tarnwick <no-reply@tarnwick.example>\"\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n"
            );
        }
        toml
    }
}

/// Starts the verifier with the configuration that [`configure`] wrote.
///
/// # Errors
/// The program does not start.
pub fn start(program: &Path, config: &Path, folder: &Folder) -> Outcome<Child> {
    let mut command = Command::new(program);
    Child::start("the verifier", command.arg("serve").arg("--config").arg(config), &folder.path("verifier.log"))
}

/// Writes configuration and secrets into the folder; the path of the configuration.
///
/// # Errors
/// A file cannot be written.
pub fn configure(program: &Path, folder: &Folder, settings: &Settings) -> Outcome<PathBuf> {
    for (file, command) in [(MASTER_FILE, "make-master"), (SIGNING_FILE, "make-signing")] {
        let path = folder.path(file);
        if !path.is_file() {
            process::output(Command::new(program).args(["keys", command]).arg(&path))?;
        }
    }
    let api_key = folder.kept(API_KEY_FILE, || Ok(format!("{API_KEY_ID}.{}\n", make_secret()?)))?;
    let secret = api_key.trim().split_once('.').map(|(_, secret)| secret);
    let secret =
        secret.ok_or_else(|| Failure::new(format!("{API_KEY_FILE} holds no API key")).hint("start with --reset"))?;
    let digest = process::answer(Command::new(program).args(["keys", "hash-api-key"]), secret)?;
    folder.write("verifier.toml", &settings.in_toml(digest.trim()))?;
    Ok(folder.path("verifier.toml"))
}

/// 256 random bits, in hexadecimal digits.
fn make_secret() -> Outcome<String> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        let _written = write!(text, "{byte:02x}");
        text
    }))
}

#[expect(clippy::disallowed_methods, reason = "the one place of this program that asks for randomness")]
fn fill(bytes: &mut [u8]) -> Outcome {
    getrandom::fill(bytes).map_err(|error| Failure::new(format!("the system gives no randomness: {error}")))
}
