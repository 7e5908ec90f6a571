//! The command line.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Parser;

/// The back end of a fictional exchange that guards its log-in with login-guard.
#[derive(Debug, Parser)]
#[command(name = "login-guard-demo-exchange", version)]
pub struct Options {
    /// Address and port of the pages; takes the place of --bind and --port
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    /// Address of the pages
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub bind: IpAddr,
    /// Port of the pages; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// The verifier's private listener
    #[arg(long, value_name = "URL")]
    pub verifier_backend: String,
    /// The verifier's public listener, passed on under /login-guard/
    #[arg(long, value_name = "URL")]
    pub verifier_browser: String,
    /// File with the API key, as ID.SECRET
    #[arg(long, value_name = "FILE")]
    pub api_key_file: PathBuf,
    /// Folder for the database, or the database's file (*.sqlite)
    #[arg(long, value_name = "PATH")]
    pub data: PathBuf,
    /// Folder with the built pages' styles, pictures and scripts, or the one above it
    #[arg(long, alias = "www", value_name = "DIR")]
    pub pages: PathBuf,
    /// Address and port of the inbox's SMTP server
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub smtp_listen: Option<SocketAddr>,
    /// An origin that pages are reached under besides plain localhost and 127.0.0.1, such as that of a TLS proxy
    #[arg(long = "origin", value_name = "URL")]
    pub origins: Vec<String>,
    /// File with the password of the demo accounts
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

impl Options {
    /// Where the pages are served.
    pub fn address(&self) -> SocketAddr {
        self.listen.unwrap_or(SocketAddr::new(self.bind, self.port))
    }

    /// The database's file.
    pub fn database(&self) -> PathBuf {
        if self.data.extension().is_some_and(|extension| extension == "sqlite") {
            self.data.clone()
        } else {
            self.data.join("exchange.sqlite")
        }
    }

    /// The folder with the pages' files.
    pub fn assets(&self) -> PathBuf {
        let below = self.pages.join("demo");
        if below.is_dir() { below } else { Path::to_path_buf(&self.pages) }
    }
}
