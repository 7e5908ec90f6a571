//! `[log]`: form and level of logs.

use super::table::{Table, check_one_of};

/// How logs look and how much there is of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    /// The form of a line.
    pub format: LogFormat,
    /// The least important level that is written.
    pub level: tracing::Level,
}

/// The form of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object, for machines.
    Json,
    /// Words, for people.
    Text,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Json, level: tracing::Level::INFO }
    }
}

pub(super) fn read(table: &mut Table<'_>) -> Log {
    let fallback = Log::default();
    let format = table.optional_text("format", "\"json\" or \"text\"", |word| {
        check_one_of(&word, &[("json", LogFormat::Json), ("text", LogFormat::Text)])
    });
    // nothing below info: libraries print raw protocol lines at debug, mail addresses and codes among them
    let level = table.optional_text("level", "\"error\", \"warn\" or \"info\"", |word| {
        let known = [("error", tracing::Level::ERROR), ("warn", tracing::Level::WARN), ("info", tracing::Level::INFO)];
        check_one_of(&word, &known)
    });
    Log { format: format.unwrap_or(fallback.format), level: level.unwrap_or(fallback.level) }
}
