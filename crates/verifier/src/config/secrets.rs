//! `[secrets]`: the master secret and the keys that sign verdict tokens, from files or the environment; never from this file.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::slice;

use login_guard_protocol::base64url;
use zeroize::Zeroizing;

use super::Surroundings;
use super::table::Table;
use crate::secret::Secret;
use crate::tokens::Signer;

/// Shortest master secret, in bytes: what HKDF-SHA-256 can use in full.
const MASTER_BYTES: usize = 32;
/// Fewest different byte values in a fit master secret. 32 random bytes have fewer than 20 once in 10^9 draws.
const MASTER_VARIETY: usize = 20;
/// Largest secret file that is read, in bytes.
const FILE_BYTES: u64 = 64 * 1024;

/// Secrets, as read.
#[derive(Debug)]
pub struct Secrets {
    /// Everything kept in the store is protected by keys derived from this.
    pub master: Secret,
    /// ECDSA P-256 keys (PKCS #8, DER); the first signs, both are published.
    pub signing_keys: Vec<Secret>,
}

pub(super) fn read(table: &mut Table<'_>, around: &Surroundings<'_>) -> Option<Secrets> {
    let master = read_master(table, around);
    let expected = "1 or 2 files, as `keys make-signing` writes them";
    let signing_keys = table.required_texts("signing_key_files", 1..=2, expected, |table, path| {
        let key = read_file(table, "signing_key_files", &around.path(&path), around)?;
        if Signer::from_pkcs8(slice::from_ref(&key)).is_err() {
            table.report("signing_key_files", "expected an ECDSA P-256 key, as `keys make-signing` writes them");
            return None;
        }
        Some(key)
    });
    Some(Secrets { master: master?, signing_keys })
}

fn read_master(table: &mut Table<'_>, around: &Surroundings<'_>) -> Option<Secret> {
    let file = table.optional_text("master_file", "a path", Some);
    let variable = table.optional_text("master_env", "the name of an environment variable", Some);
    let (name, text) = match (file, variable) {
        (Some(path), None) => ("master_file", read_file(table, "master_file", &around.path(&path), around)?),
        (None, Some(variable)) => {
            let Some(value) = (around.environment)(&variable) else {
                table.report("master_env", "expected an environment variable that is set");
                return None;
            };
            ("master_env", Secret::new(value.into_encoded_bytes()))
        }
        (Some(_), Some(_)) => {
            table.report("master_file", "expected either master_file or master_env, not both");
            return None;
        }
        (None, None) => {
            if !table.has("master_file") && !table.has("master_env") {
                table.report("master_file", "missing: expected master_file or master_env");
            }
            return None;
        }
    };
    let Some(master) = decode_master(&text) else {
        table.report(name, "expected at least 32 bytes in base64url, as `keys make-master` writes them");
        return None;
    };
    if around.production() && looks_like_an_example(&master) {
        table.report(name, "unfit for production: expected random bytes, as `keys make-master` makes them");
    }
    Some(master)
}

fn decode_master(text: &Secret) -> Option<Secret> {
    // EXPOSE: decoded into another secret
    let text = std::str::from_utf8(text.expose()).ok()?.trim_ascii();
    let bytes = base64url::decode(text).ok()?;
    (bytes.len() >= MASTER_BYTES).then(|| Secret::new(bytes))
}

/// Whether somebody typed this instead of drawing it: letters only, few values, or one step after another.
fn looks_like_an_example(master: &Secret) -> bool {
    // EXPOSE: looked at in place; the answer is one bit, told at start-up only
    let bytes = master.expose();
    let typed = bytes.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    let variety = bytes.iter().collect::<BTreeSet<_>>().len();
    let steps = bytes.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect::<BTreeSet<_>>().len();
    typed || variety < MASTER_VARIETY || steps < MASTER_VARIETY / 2
}

/// Reads a file that holds a secret; in production nobody but its owner may read or write it.
pub(super) fn read_file(table: &mut Table<'_>, name: &str, path: &Path, around: &Surroundings<'_>) -> Option<Secret> {
    match open_and_read(path) {
        Ok((_, shared)) if shared && around.production() => {
            table.report(name, "unfit for production: others may read the file, expected mode 0600");
            None
        }
        Ok((secret, _)) => Some(secret),
        Err(kind) => {
            table.report(name, format!("expected a readable file: {}", super::problem::in_words(kind)));
            None
        }
    }
}

/// The file's bytes, and whether its group or others may do anything with it.
fn open_and_read(path: &Path) -> Result<(Secret, bool), ErrorKind> {
    let file = std::fs::File::open(path).map_err(|error| error.kind())?;
    let metadata = file.metadata().map_err(|error| error.kind())?;
    if metadata.is_dir() {
        return Err(ErrorKind::IsADirectory);
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    file.take(FILE_BYTES).read_to_end(&mut bytes).map_err(|error| error.kind())?;
    Ok((Secret::new(std::mem::take(&mut *bytes)), shared(&metadata)))
}

#[cfg(unix)]
fn shared(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o077 != 0
}

/// Elsewhere the mode says nothing; access lists are the operator's.
#[cfg(not(unix))]
fn shared(_: &std::fs::Metadata) -> bool {
    false
}
