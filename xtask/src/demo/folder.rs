//! The demo's data folder: what stays between two starts.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::stack::Ports;
use crate::failure::{Because, Failure, Outcome};

/// A file that says "this folder is a demo's": only such a folder is ever cleared.
const MARK: &str = "login-guard-demo";

/// The password of the demo's accounts.
pub const PASSWORD_FILE: &str = "password";

/// The folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Locked as long as this value lives.
    _lock: File,
}

impl Folder {
    /// Opens the folder, makes it if it is not there, clears it first when asked to.
    ///
    /// # Errors
    /// It holds something else, or cannot be written.
    pub fn open(path: &Path, reset: bool) -> Outcome<Self> {
        let is_ours = path.join(MARK).is_file();
        let is_used = fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
        if is_used && !is_ours {
            let what = format!("{} holds something else than a demo's data", path.display());
            return Err(Failure::new(what).hint("choose an empty folder: --data DIR"));
        }
        if is_ours {
            // Before anything is cleared: another demo may be running on these files.
            lock(path)?;
        }
        if reset && is_ours {
            fs::remove_dir_all(path).because(|| format!("clearing {}", path.display()))?;
        }
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .because(|| format!("making {}", path.display()))?;
        write(&path.join(MARK), "The data of `cargo xtask demo`. Cleared by `cargo xtask demo --reset`.\n")?;
        Ok(Self { path: path.to_owned(), _lock: lock(path)? })
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file that only its owner may read.
    pub fn write(&self, name: &str, text: &str) -> Outcome {
        write(&self.path(name), text)
    }

    /// The text of a file, made by `make` the first time.
    pub fn kept(&self, name: &str, make: impl FnOnce() -> Outcome<String>) -> Outcome<String> {
        let path = self.path(name);
        if path.is_file() {
            return fs::read_to_string(&path).because(|| format!("reading {}", path.display()));
        }
        let text = make()?;
        self.write(name, &text)?;
        Ok(text)
    }

    /// The password of the demo's accounts: the same on every machine, so that it can stand in documents.
    pub fn password(&self) -> Outcome<String> {
        self.kept(PASSWORD_FILE, || Ok("quiet water runs deep\n".to_owned())).map(|text| text.trim().to_owned())
    }

    /// Where everything listens, for programs that drive the demo.
    pub fn describe(&self, origin: &str, ports: &Ports) -> Outcome {
        let loopback = |port: u16| format!("http://127.0.0.1:{port}");
        let description = json!({
            "origin": origin,
            "browser_listener": loopback(ports.verifier_browser),
            "backend_listener": loopback(ports.verifier_backend),
            "api_key_file": self.path(super::verifier::API_KEY_FILE),
        });
        self.write("stack.json", &format!("{description:#}\n"))
    }
}

fn write(path: &Path, text: &str) -> Outcome {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).because(|| format!("writing {}", path.display()))
}

/// The folder's mark, locked for this process.
fn lock(folder: &Path) -> Outcome<File> {
    let path = folder.join(MARK);
    let file = File::open(&path).because(|| format!("opening {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::new(format!("another demo is running on {}", folder.display()))
            .hint("stop it, or choose another folder: --data DIR")),
        Err(TryLockError::Error(error)) => Err(Failure::new(format!("locking {}: {error}", path.display()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_other_things_is_never_cleared() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.tex"), "years of work").unwrap();
        assert!(Folder::open(folder.path(), true).is_err());
        assert!(folder.path().join("thesis.tex").is_file());
    }

    #[test]
    fn reset_clears_and_a_second_start_keeps() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let first = Folder::open(&path, false).unwrap().kept("secret", || Ok("one".to_owned())).unwrap();
        let second = Folder::open(&path, false).unwrap().kept("secret", || Ok("two".to_owned())).unwrap();
        assert_eq!((first.as_str(), second.as_str()), ("one", "one"));
        let third = Folder::open(&path, true).unwrap().kept("secret", || Ok("three".to_owned())).unwrap();
        assert_eq!(third, "three");
    }

    #[test]
    fn two_demos_never_share_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let first = Folder::open(&path, false).unwrap();
        let failure = Folder::open(&path, true).unwrap_err().to_string();
        assert!(failure.contains("another demo is running"), "{failure}");
        drop(first);
        assert!(Folder::open(&path, true).is_ok());
    }

    #[test]
    fn files_are_for_their_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let demo = Folder::open(&folder.path().join("data"), false).unwrap();
        demo.write("secret", "x").unwrap();
        let mode = fs::metadata(demo.path("secret")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
