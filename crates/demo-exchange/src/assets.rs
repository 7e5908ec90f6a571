//! The pages' styles, pictures and scripts: read once, served with a strong validator.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

/// Largest file that is served, in bytes; the whole folder is held in memory.
const FILE_BYTES: u64 = 1024 * 1024;

/// The files of one folder.
#[derive(Debug, Default)]
pub struct Assets {
    files: BTreeMap<String, Asset>,
}

#[derive(Debug)]
struct Asset {
    kind: &'static str,
    tag: String,
    bytes: Vec<u8>,
}

impl Assets {
    /// Reads the styles, pictures and scripts of a folder; other files and folders below it are left out.
    ///
    /// # Errors
    /// The operating system's.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = match name.rsplit_once('.').map(|(_, extension)| extension) {
                Some("css") => "text/css; charset=utf-8",
                Some("js") => "text/javascript; charset=utf-8",
                Some("svg") => "image/svg+xml",
                _ => continue,
            };
            let about = entry.metadata()?;
            if !about.is_file() || about.len() > FILE_BYTES {
                continue;
            }
            let bytes = std::fs::read(entry.path())?;
            let digest = Base64UrlUnpadded::encode_string(&Sha256::digest(&bytes));
            files.insert(name, Asset { kind, tag: format!("\"{digest}\""), bytes });
        }
        Ok(Self { files })
    }

    /// Answers a request for one file.
    pub fn answer(&self, name: &str, request: &HeaderMap) -> Response {
        let Some(asset) = self.files.get(name) else { return StatusCode::NOT_FOUND.into_response() };
        let fresh = request.get(IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == asset.tag.as_bytes());
        let headers = [(CONTENT_TYPE, asset.kind), (ETAG, asset.tag.as_str()), (CACHE_CONTROL, "no-cache")];
        if fresh {
            (StatusCode::NOT_MODIFIED, headers).into_response()
        } else {
            (headers, Body::from(asset.bytes.clone())).into_response()
        }
    }
}
