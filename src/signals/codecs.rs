//! Which sounds and films can be played: follows the system's codecs, the licences of the browser's maker and, for the newest,
//! the graphics chip. The browser's own words, as text.
//!
//! How smoothly they play is left out: Chromium learns that from what was watched.

use login_guard_protocol::Transcript;

use super::{Cost, Reading, Scope, Signal, Stability};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "codecs", stability: Stability::System, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let player = browser.at("document")?.call("createElement", &["video".into()])?;
    #[cfg(feature = "inspect")]
    super::note(KINDS.iter().copied());
    let mut reading = Transcript::new("codecs");
    for kind in KINDS {
        reading = reading.part(player.call("canPlayType", &[(*kind).into()])?.text()?.as_bytes());
    }
    Ok(Reading::Present(reading.into_bytes()))
}

const KINDS: &[&str] = &[
    r#"video/mp4;codecs="avc1.64001f""#,
    r#"video/mp4;codecs="hvc1.1.6.L93.B0""#,
    r#"video/mp4;codecs="av01.0.04M.08""#,
    r#"video/mp4;codecs="dvh1.05.01""#,
    r#"video/webm;codecs="vp8""#,
    r#"video/webm;codecs="vp9""#,
    r#"video/ogg;codecs="theora""#,
    "video/x-matroska",
    "application/vnd.apple.mpegurl",
    "audio/mpeg",
    "audio/aac",
    "audio/flac",
    r#"audio/ogg;codecs="opus""#,
    r#"audio/mp4;codecs="ac-3""#,
    r#"audio/mp4;codecs="alac""#,
];
