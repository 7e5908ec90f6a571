//! Every file in `config/good` is accepted, every one in `config/bad` is refused with exactly the messages in the
//! `.txt` beside it, and no message shows a value that could be a secret.

#![expect(clippy::unwrap_used, reason = "what surrounds a test may fail it")]

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use login_guard_protocol::base64url;
use login_guard_verifier::config::{Config, ConfigError, Mode};
use login_guard_verifier::tokens::make_signing_key;

/// 32 bytes without a pattern.
const MASTER: &str = "q7Vxw0mK4fR1ZcJt9dPyE5uHsB2oLgN8aTiXkMvQ6jw";

/// A folder with the secrets that the files name.
fn secrets() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8], mode: u32| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    write("master", MASTER.as_bytes(), 0o600);
    write("master-short", base64url::encode(b"too short").as_bytes(), 0o600);
    write("master-typed", base64url::encode(b"correct horse battery staple, twice").as_bytes(), 0o600);
    for (name, mode) in [("signing", 0o600), ("signing-old", 0o600), ("signing-shared", 0o644)] {
        // EXPOSE: a key of this test only
        write(name, make_signing_key().unwrap().expose(), mode);
    }
    write("signing-garbage", b"not a key", 0o600);
    write("smtp-password", b"hunter2\n", 0o600);
    folder
}

fn environment(name: &str) -> Option<OsString> {
    (name == "LOGIN_GUARD_MASTER").then(|| MASTER.into())
}

fn parse(path: &Path, folder: &Path) -> Result<Config, ConfigError> {
    Config::parse(&std::fs::read_to_string(path).unwrap(), folder, &environment)
}

fn files(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config").join(kind);
    let files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    assert!(!files.is_empty());
    files
}

#[test]
fn good_files_are_accepted() {
    let folder = secrets();
    for file in files("good") {
        if let Err(error) = parse(&file, folder.path()) {
            panic!("{}:\n{error}", file.display());
        }
    }
}

#[test]
fn bad_files_are_refused_with_all_their_problems() {
    let folder = secrets();
    for file in files("bad") {
        let error = parse(&file, folder.path()).expect_err(&file.display().to_string());
        let expected = std::fs::read_to_string(file.with_extension("txt")).unwrap_or_default();
        assert_eq!(error.to_string(), expected.trim_end(), "{}", file.display());
    }
}

#[test]
fn no_message_shows_a_value() {
    let folder = secrets();
    for file in files("bad") {
        let error = parse(&file, folder.path()).expect_err(&file.display().to_string()).to_string();
        for value in ["in-clear-by-mistake", "2bb80d", "correct horse", MASTER, "hunter2"] {
            assert!(!error.contains(value), "{}: {value}", file.display());
        }
    }
}

#[test]
fn debug_form_of_a_configuration_shows_no_secret() {
    let folder = secrets();
    for file in files("good") {
        let text = format!("{:?}", parse(&file, folder.path()).unwrap());
        for value in [MASTER, "hunter2"] {
            assert!(!text.contains(value), "{}: {value}", file.display());
        }
    }
}

#[test]
fn documented_example_lacks_only_the_secrets_of_a_real_machine() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/example.toml");
    let error = parse(&example, Path::new("/")).unwrap_err();
    let places: Vec<_> = error.problems.iter().map(|problem| problem.place.as_str()).collect();
    assert_eq!(places, ["secrets.master_file", "secrets.signing_key_files", "mail.password_file"], "{error}");
}

#[test]
fn development_file_lacks_only_the_digest_and_the_secrets_that_its_first_lines_ask_for() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/development.toml");
    let error = parse(&file, Path::new("/")).unwrap_err();
    let places: Vec<_> = error.problems.iter().map(|problem| problem.place.as_str()).collect();
    assert_eq!(places, ["secrets.master_file", "secrets.signing_key_files", "api_key[0].secret_sha256"], "{error}");
}

#[test]
fn relative_paths_are_meant_from_the_files_folder() {
    let folder = secrets();
    let file = files("good").into_iter().find(|file| file.ends_with("two-platforms.toml")).unwrap();
    let config = parse(&file, folder.path()).unwrap();
    assert_eq!(config.mode, Mode::Production);
    assert_eq!(config.store, format!("sqlite:{}", folder.path().join("verifier.sqlite").display()));
    assert_eq!(config.assets, Some(folder.path().join("www")));
    assert_eq!(config.mail.unwrap().port, 465);
}

#[test]
fn missing_file_is_one_problem() {
    let error = Config::load(Path::new("/nowhere/verifier.toml"), &environment).unwrap_err();
    assert_eq!(error.to_string(), "/nowhere/verifier.toml: expected a readable file: there is no such file");
}
