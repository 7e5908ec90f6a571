//! Lines of a bounded length.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// One line as it came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The bytes up to CRLF, without it.
    Ended(Vec<u8>),
    /// The bytes up to a line feed that no carriage return preceded, without it. SMTP lines end with CRLF only
    /// (RFC 5321 section 2.3.8); taking this for an end lets a sender smuggle a second message.
    Bare(Vec<u8>),
    /// Longer than the limit; the rest was read and dropped.
    TooLong,
    /// The client is gone.
    Closed,
}

/// Reads one line of at most `limit` bytes, its end included.
pub(crate) async fn read(from: &mut (impl AsyncBufRead + Unpin), limit: usize) -> io::Result<Line> {
    let mut line = Vec::new();
    let mut too_long = false;
    loop {
        let buffer = from.fill_buf().await?;
        if buffer.is_empty() {
            return Ok(Line::Closed);
        }
        let (taken, ended) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), false),
        };
        if line.len() + taken > limit {
            too_long = true;
            line.clear();
        } else if !too_long {
            line.extend(buffer.iter().take(taken));
        }
        from.consume(taken);
        if ended {
            break;
        }
    }
    if too_long {
        return Ok(Line::TooLong);
    }
    line.pop();
    if line.pop_if(|last| *last == b'\r').is_some() { Ok(Line::Ended(line)) } else { Ok(Line::Bare(line)) }
}
