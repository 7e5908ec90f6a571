//! The browser's files: read once when the service starts, served from memory, nothing else ever.
//!
//! `manifest.json` in the folder, which the build writes, says which files there are and which of them carry a digest in
//! their name. A name that is not in it does not exist here, so that no path of the machine can be asked for.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use axum::body::Bytes;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use login_guard_protocol::Digest;

/// The list of files.
const MANIFEST: &str = "manifest.json";
/// Largest file that is read, in bytes. The module has about 40,000.
const FILE_BYTES: u64 = 4 * 1024 * 1024;
/// What login pages have as well. A worker has the policy of its own response, not its page's.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
     worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);
/// Content types by extension. Browsers run scripts and compile modules of exactly these types only.
const CONTENT_TYPES: [(&str, &str); 7] = [
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("svg", "image/svg+xml"),
    ("ts", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
];

/// The files, by name.
#[derive(Debug, Default)]
pub struct Assets(BTreeMap<String, Asset>);

/// A folder that cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum AssetsError {
    /// A file that the manifest names, or the manifest, cannot be read.
    #[error("{name}: {cause}")]
    File {
        /// The file's name, or `a file` for a name that no file of ours has.
        name: String,
        /// The operating system's reason.
        cause: io::ErrorKind,
    },
    /// The manifest is not of the form that the build writes.
    #[error("manifest.json: expected an object by file name, as the build writes it")]
    Manifest,
}

/// One file.
#[derive(Debug)]
pub struct Asset {
    content_type: HeaderValue,
    cache_control: HeaderValue,
    plain: Form,
    brotli: Option<Form>,
}

#[derive(Debug)]
struct Form {
    bytes: Bytes,
    tag: HeaderValue,
}

/// What the manifest says of a file, as far as it matters here.
#[derive(serde::Deserialize)]
struct Entry {
    /// Whether its name carries a digest of its content.
    immutable: bool,
}

impl Assets {
    /// Reads the folder's manifest and every file that it names, with its `.br` form where there is one.
    ///
    /// # Errors
    /// [`AssetsError`].
    pub fn load(folder: &Path) -> Result<Self, AssetsError> {
        let manifest = read(folder, MANIFEST)?;
        let mut entries: BTreeMap<String, Entry> =
            serde_json::from_slice(&manifest).map_err(|_| AssetsError::Manifest)?;
        entries.insert(MANIFEST.to_owned(), Entry { immutable: false });
        entries
            .into_iter()
            .map(|(name, entry)| Asset::load(folder, &name, &entry).map(|asset| (name, asset)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The file of this name.
    pub fn find(&self, name: &str) -> Option<&Asset> {
        self.0.get(name)
    }
}

impl Asset {
    fn load(folder: &Path, name: &str, entry: &Entry) -> Result<Self, AssetsError> {
        let unfit = |cause| AssetsError::File { name: "a file".into(), cause };
        let plain_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
        if !name.bytes().all(plain_name) || name.starts_with('.') {
            return Err(unfit(io::ErrorKind::InvalidFilename));
        }
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let content_type = CONTENT_TYPES
            .iter()
            .find(|(known, _)| *known == extension)
            .map(|(_, content_type)| HeaderValue::from_static(content_type))
            .ok_or_else(|| unfit(io::ErrorKind::Unsupported))?;
        let cache_control = if entry.immutable {
            HeaderValue::from_static("public, max-age=31536000, immutable")
        } else {
            HeaderValue::from_static("no-cache")
        };
        let plain = Form::of(read(folder, name)?);
        let brotli = match read(folder, &format!("{name}.br")) {
            Ok(bytes) => Some(Form::of(bytes)),
            Err(AssetsError::File { cause: io::ErrorKind::NotFound, .. }) => None,
            Err(error) => return Err(error),
        };
        Ok(Self { content_type, cache_control, plain, brotli })
    }

    /// The answer to a request with these headers: the file, compressed if the browser takes that, or 304.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let brotli = self.brotli.as_ref().filter(|_| accepts_brotli(headers));
        let form = brotli.unwrap_or(&self.plain);
        let mut answer = HeaderMap::from_iter([
            (CONTENT_TYPE, self.content_type.clone()),
            (CACHE_CONTROL, self.cache_control.clone()),
            (CONTENT_SECURITY_POLICY, POLICY),
            (ETAG, form.tag.clone()),
        ]);
        if self.brotli.is_some() {
            answer.insert(VARY, HeaderValue::from_name(ACCEPT_ENCODING));
        }
        if brotli.is_some() {
            answer.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        if has_tag(headers, &form.tag) {
            return (StatusCode::NOT_MODIFIED, answer).into_response();
        }
        (answer, form.bytes.clone()).into_response()
    }
}

impl Form {
    fn of(bytes: Vec<u8>) -> Self {
        let tag = format!("\"{}\"", Digest::of(&bytes).to_base64url());
        // base64url in quotes is always a header's value; without a tag a file is only fetched anew
        let tag = HeaderValue::try_from(tag).unwrap_or(HeaderValue::from_static("\"\""));
        Self { bytes: bytes.into(), tag }
    }
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>, AssetsError> {
    let fail = |error: io::Error| AssetsError::File { name: name.to_owned(), cause: error.kind() };
    let path = folder.join(name);
    if std::fs::metadata(&path).map_err(fail)?.len() > FILE_BYTES {
        return Err(AssetsError::File { name: name.to_owned(), cause: io::ErrorKind::FileTooLarge });
    }
    std::fs::read(&path).map_err(fail)
}

/// Whether the browser takes brotli (RFC 9110 section 12.5.3); a weight of zero is a refusal.
fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
            let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.chars().all(|c| c == '0' || c == '.'));
            name.trim().eq_ignore_ascii_case("br") && !refused
        })
}

/// Whether the browser holds this very form (RFC 9110 section 13.1.2).
fn has_tag(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let Ok(tag) = tag.to_str() else { return false };
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|held| held.trim().trim_start_matches("W/") == tag || held.trim() == "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            (
                "manifest.json",
                r#"{"guard.js":{"integrity":"sha384-x","immutable":false},"glue.0a1b2c3d.js":{"immutable":true}}"#,
            ),
            ("guard.js", "plain"),
            ("guard.js.br", "compressed"),
            ("glue.0a1b2c3d.js", "glue"),
            ("private.js", "not in the manifest"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn headers(lines: &[(axum::http::HeaderName, &'static str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_files_of_the_manifest_are_found() {
        let assets = Assets::load(folder().path()).unwrap();
        assert!(assets.find("guard.js").is_some() && assets.find("manifest.json").is_some());
        for name in ["private.js", "guard.js.br", "../manifest.json", ""] {
            assert!(assets.find(name).is_none(), "{name}");
        }
    }

    #[test]
    fn compressed_form_goes_to_those_who_take_it() {
        let assets = Assets::load(folder().path()).unwrap();
        for (accepted, encoding) in
            [("gzip, br", Some("br")), ("br;q=0", None), ("br;q=0.5", Some("br")), ("gzip", None), ("brr", None)]
        {
            let answer = assets.find("guard.js").unwrap().answer(&headers(&[(ACCEPT_ENCODING, accepted)]));
            assert_eq!(answer.headers().get(CONTENT_ENCODING).map(|v| v.to_str().unwrap()), encoding, "{accepted}");
            assert_eq!(answer.headers()[VARY], "accept-encoding");
        }
    }

    #[test]
    fn hashed_names_are_kept_and_stable_ones_asked_for_again() {
        let assets = Assets::load(folder().path()).unwrap();
        let cached = |name: &str| assets.find(name).unwrap().answer(&HeaderMap::new()).headers()[CACHE_CONTROL].clone();
        assert_eq!(cached("guard.js"), "no-cache");
        assert_eq!(cached("manifest.json"), "no-cache");
        assert_eq!(cached("glue.0a1b2c3d.js"), "public, max-age=31536000, immutable");
    }

    #[test]
    fn held_form_is_not_sent_again() {
        let assets = Assets::load(folder().path()).unwrap();
        let guard = assets.find("guard.js").unwrap();
        let tag = guard.answer(&HeaderMap::new()).headers()[ETAG].clone();
        let again = guard.answer(&HeaderMap::from_iter([(IF_NONE_MATCH, tag.clone())]));
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let compressed = guard
            .answer(&HeaderMap::from_iter([(IF_NONE_MATCH, tag), (ACCEPT_ENCODING, HeaderValue::from_static("br"))]));
        assert_eq!(compressed.status(), StatusCode::OK);
    }

    #[test]
    fn folder_without_its_files_is_refused() {
        let empty = tempfile::tempdir().unwrap();
        assert!(matches!(Assets::load(empty.path()), Err(AssetsError::File { .. })));
        std::fs::write(empty.path().join("manifest.json"), r#"{"../../etc/passwd.js":{"immutable":false}}"#).unwrap();
        assert!(matches!(Assets::load(empty.path()), Err(AssetsError::File { .. })));
        std::fs::write(empty.path().join("manifest.json"), "[]").unwrap();
        assert!(matches!(Assets::load(empty.path()), Err(AssetsError::Manifest)));
    }
}
