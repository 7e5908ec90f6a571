//! The configuration file: TOML, parsed once into types. Every problem in it is found and reported, together.
//!
//! May import: `secret`, the protocol crate, `delivery` for the settings of channels, `tokens` to try signing keys, `confirm` and `work` for their settings. Must not open the store, listen
//! or send. What is unfit for production is refused here, before anything starts.
//!
//! The sections, one file each:
//!
//! | Section | File | Holds |
//! |---|---|---|
//! | top level | `mod.rs` | mode, issuer, epoch, assets |
//! | `[listen]` | `listen.rs` | the two listeners, and `[trusted_hop]` |
//! | `[store]` | `store.rs` | where rows live |
//! | `[secrets]` | `secrets.rs` | master secret and signing keys |
//! | `[[platform]]` | `platform.rs` | platforms and their origins |
//! | `[[api_key]]` | `api_key.rs` | who may call the backend listener |
//! | `[[external]]` | `external.rs` | factors of the exchange's own that confirm |
//! | `[mail]`, `[mail_fallback]` | `mail.rs` | the SMTP channel, and the relay that stands in for it |
//! | `[log]` | `log.rs` | form and level of logs |
//!
//! To add a section: 1. a file with its type and `read(&mut Table, …)`; 2. a line in [`Config`] and in `read_sections`;
//! 3. files in `config/good` and `config/bad`, each bad one with its messages in a `.txt` beside it; 4. a
//! paragraph in `config/example.toml`.

pub mod api_key;
pub mod external;
pub mod listen;
pub mod log;
pub mod mail;
pub mod platform;
pub mod problem;
pub mod secrets;
pub mod store;
mod table;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub use api_key::{ApiKey, KeyScope};
pub use listen::{Listen, TrustedHop};
pub use log::{Log, LogFormat};
pub use mail::Mail;
pub use platform::PlatformSection;
pub use problem::{ConfigError, ConfigProblem};
pub use secrets::Secrets;

use login_guard_protocol::Platform;

use crate::confirm::external::ExternalMethod;
use table::{Table, check_one_of};

/// What the service is run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Real accounts: everything unfit for that is refused.
    Production,
    /// A developer's machine.
    Development,
}

/// A whole configuration, checked.
#[derive(Debug)]
pub struct Config {
    /// What the service is run for.
    pub mode: Mode,
    /// The issuer URL in verdict tokens.
    pub issuer: String,
    /// The restore epoch: raised by one after a back-up was restored.
    pub epoch: u32,
    /// The folder with the browser's files, if they are served here.
    pub assets: Option<PathBuf>,
    /// The listeners.
    pub listen: Listen,
    /// Proxies whose word on the client's address is taken, if any.
    pub trusted_hop: Option<TrustedHop>,
    /// The store's address, as [`crate::store::open`] takes it.
    pub store: String,
    /// Secrets, read from their files.
    pub secrets: Secrets,
    /// The platforms; at least one.
    pub platforms: Vec<PlatformSection>,
    /// Who may call the backend listener.
    pub api_keys: Vec<ApiKey>,
    /// Factors of the exchanges' own that confirm devices.
    pub external: Vec<(Platform, ExternalMethod)>,
    /// The mail channel; without one nobody can confirm by mail and the service is not ready.
    pub mail: Option<Mail>,
    /// The relay that takes mails while the first is unavailable.
    pub mail_fallback: Option<Mail>,
    /// Logs.
    pub log: Log,
}

/// Gives the value of an environment variable; an argument, so that tests need not change the process.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// What sections need to know besides their own lines.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) mode: Mode,
    pub(crate) folder: &'a Path,
    pub(crate) environment: Environment<'a>,
}

impl Surroundings<'_> {
    /// Whether `mode = "production"`; what cannot be read counts as production.
    pub(crate) fn production(&self) -> bool {
        self.mode == Mode::Production
    }

    /// A path of the file, relative to the folder that the file is in.
    pub(crate) fn path(&self, text: &str) -> PathBuf {
        self.folder.join(text)
    }
}

impl Config {
    /// Reads and checks the file at `path`, and the secrets that it names.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem that was found.
    pub fn load(path: &Path, environment: Environment<'_>) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::of(ConfigProblem::unreadable(&path.display().to_string(), error.kind())))?;
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Self::parse(&text, absolute.parent().unwrap_or(Path::new("/")), environment)
    }

    /// Checks `text`, whose relative paths are meant from `folder`.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem that was found.
    pub fn parse(text: &str, folder: &Path, environment: Environment<'_>) -> Result<Self, ConfigError> {
        let mut root = Table::parse(text)?;
        let config = read_sections(&mut root, folder, environment);
        let problems = root.finish();
        match config {
            Some(config) if problems.is_empty() => Ok(config),
            _ => Err(ConfigError { problems }),
        }
    }
}

fn read_sections(root: &mut Table<'_>, folder: &Path, environment: Environment<'_>) -> Option<Config> {
    let mode = root.required_text("mode", "\"production\" or \"development\"", |word| {
        check_one_of(&word, &[("production", Mode::Production), ("development", Mode::Development)])
    });
    let around = Surroundings { mode: mode.unwrap_or(Mode::Production), folder, environment };
    let issuer = root.required_text("issuer", "the URL in verdict tokens, such as https://login.example", check_issuer);
    if around.production() && issuer.as_deref().is_some_and(|issuer| !issuer.starts_with("https://")) {
        root.report("issuer", "unfit for production: expected https://");
    }
    let epoch = root.optional_number("epoch", 0..=u64::from(u32::MAX));
    if around.production() && !root.has("epoch") {
        root.report(
            "epoch",
            "expected a number, 0 for a store that was never restored: a lost one would revive old challenges",
        );
    }
    let assets =
        root.optional_text("assets", "the folder with the browser's files", Some).map(|text| around.path(&text));

    // each section is read whether or not the others are right, so that one run shows all that is wrong
    let listen = root.required_table("listen", |table| listen::read(table, &around));
    let trusted_hop = root.optional_table("trusted_hop", listen::read_trusted_hop);
    let store = root.required_table("store", |table| store::read(table, &around));
    let secrets = root.required_table("secrets", |table| secrets::read(table, &around));
    let platforms = root.tables("platform", |table| platform::read(table, &around));
    platform::check_apart(&platforms, root);
    let names: Vec<_> = platforms.iter().map(|platform| platform.name.clone()).collect();
    let api_keys = root.tables("api_key", |table| api_key::read(table, &names, &around));
    api_key::check_apart(&api_keys, root);
    let external =
        if root.has("external") { root.tables("external", |table| external::read(table, &names)) } else { Vec::new() };
    external::check_apart(&external, root);
    let mail = root.optional_table("mail", |table| mail::read(table, &around));
    let mail_fallback = root.optional_table("mail_fallback", |table| mail::read(table, &around));
    if root.has("mail_fallback") && !root.has("mail") {
        root.report("mail_fallback", "expected a [mail] section that it stands in for");
    }
    if around.production() && !root.has("mail") {
        root.report("mail", "expected a [mail] section: without one nobody can confirm a device");
    }
    let log = root.optional_table("log", |table| Some(log::read(table))).unwrap_or_default();

    Some(Config {
        mode: mode?,
        issuer: issuer?,
        epoch: epoch.and_then(|number| u32::try_from(number).ok()).unwrap_or(0),
        assets,
        listen: listen?,
        trusted_hop,
        store: store?,
        secrets: secrets?,
        platforms,
        api_keys,
        external,
        mail,
        mail_fallback,
        log,
    })
}

fn check_issuer(text: String) -> Option<String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    (!host.is_empty() && host.bytes().all(|b| b.is_ascii_graphic())).then_some(text)
}
