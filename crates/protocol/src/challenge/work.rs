//! Work: a brake, not a wall. Many small puzzles, so that waiting is predictable and progress honest.
//!
//! Issuing costs nothing: a salt and a difficulty. A puzzle is solved by a counter whose result begins with [`Work::bits`]
//! zero bits; the answer shows, for each puzzle, the counter and four more bytes of its result, so that nothing is
//! guessed: whoever leaves out a share of the work gets through as rarely as the share says. The server checks one puzzle
//! of its own secret choice.
//!
//! Two kinds, one contract ([`Kind`]): iterated SHA-256 through PBKDF2, which every browser runs natively, without wasm or
//! JIT; and plain SHA-256, for browsers with wasm.

use crate::{AttemptId, ParseError, Transcript, base64url, limits};

/// Bytes of the fixed part of what is hashed: one block of SHA-256.
pub const BLOCK_BYTES: usize = 64;
/// Bytes of a result that are looked at: zero bits in front, the tag at the end.
pub const RESULT_BYTES: usize = 16;
/// Bytes of the tag.
pub const TAG_BYTES: usize = 4;
/// Bytes of the answer to one puzzle: counter and tag.
pub const PUZZLE_ANSWER_BYTES: usize = 4 + TAG_BYTES;

/// What is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Kind {
    /// PBKDF2-HMAC-SHA-256 (RFC 8018 section 5.2): two compressions for each iteration.
    #[cfg_attr(feature = "serde", serde(rename = "pbkdf2-sha256"))]
    Pbkdf2Sha256,
    /// SHA-256 (FIPS 180-4): one compression for each counter.
    Sha256,
}

impl Kind {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pbkdf2Sha256 => "pbkdf2-sha256",
            Self::Sha256 => "sha256",
        }
    }

    /// Parses the word on the wire.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Pbkdf2Sha256, Self::Sha256].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// 16 random bytes, fresh for each piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String", into = "String")
)]
pub struct Salt([u8; 16]);

impl Salt {
    /// Takes 16 bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

#[cfg(feature = "serde")]
impl TryFrom<String> for Salt {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        base64url::decode_array(&text).map(Self)
    }
}

#[cfg(feature = "serde")]
impl From<Salt> for String {
    fn from(salt: Salt) -> Self {
        base64url::encode(&salt.0)
    }
}

/// A piece of work as it crosses the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Work {
    /// What is hashed; unknown kinds are refused.
    pub kind: Kind,
    /// Keeps two pieces of work of one attempt apart.
    pub salt: Salt,
    /// PBKDF2 iterations of one try; left out for the other kind.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub iterations: Option<u32>,
    /// How many puzzles, 1 to [`limits::WORK_PUZZLES`].
    pub puzzles: u32,
    /// Zero bits that a result begins with, 1 to 32: 2 to that power tries for each puzzle in the mean.
    pub bits: u32,
}

impl Work {
    /// The fixed part of what is hashed: `T("login-guard/work/v1", attempt, salt)`, which has 63 bytes, and one zero byte.
    pub fn block(&self, attempt: AttemptId) -> [u8; BLOCK_BYTES] {
        let transcript = Transcript::new("login-guard/work/v1").part(attempt.as_bytes()).part(self.salt.as_bytes());
        let mut block = [0; BLOCK_BYTES];
        block.iter_mut().zip(transcript.as_bytes()).for_each(|(place, byte)| *place = *byte);
        block
    }

    /// Whether a result solves a puzzle.
    pub fn is_solved_by(&self, result: &[u8; RESULT_BYTES]) -> bool {
        let [first, second, third, fourth, ..] = *result;
        u32::from_be_bytes([first, second, third, fourth]).leading_zeros() >= self.bits
    }
}

/// The variable part of what is hashed: puzzle and counter, four big-endian bytes each.
pub fn point(puzzle: u32, counter: u32) -> [u8; 8] {
    (u64::from(puzzle) << 32 | u64::from(counter)).to_be_bytes()
}

/// The last four bytes of a result.
pub fn tag(result: &[u8; RESULT_BYTES]) -> [u8; TAG_BYTES] {
    let [.., first, second, third, fourth] = *result;
    [first, second, third, fourth]
}

/// What is claimed of one puzzle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PuzzleAnswer {
    /// The counter.
    pub counter: u32,
    /// The tag of its result.
    pub tag: [u8; TAG_BYTES],
}

/// An answer to a piece of work: for each puzzle in order the counter, four big-endian bytes, and the tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer(Vec<u8>);

impl Answer {
    /// Parses base64url.
    ///
    /// # Errors
    /// [`ParseError::Length`], [`ParseError::Base64`], or [`ParseError::Shape`] when it is not of whole puzzles.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.len() > limits::WORK_ANSWER_CHARACTERS {
            return Err(ParseError::Length);
        }
        let bytes = base64url::decode(text)?;
        if bytes.is_empty() || bytes.len() % PUZZLE_ANSWER_BYTES != 0 {
            Err(ParseError::Shape)
        } else {
            Ok(Self(bytes))
        }
    }

    /// Puts answers together.
    pub fn of(answers: &[PuzzleAnswer]) -> Self {
        Self(answers.iter().flat_map(|answer| answer.counter.to_be_bytes().into_iter().chain(answer.tag)).collect())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// How many puzzles it answers.
    pub fn count(&self) -> usize {
        self.0.len() / PUZZLE_ANSWER_BYTES
    }

    /// What is claimed of one puzzle.
    pub fn puzzle(&self, index: usize) -> Option<PuzzleAnswer> {
        let bytes = self.0.chunks_exact(PUZZLE_ANSWER_BYTES).nth(index)?;
        let [c0, c1, c2, c3, t0, t1, t2, t3] = *bytes else { return None };
        Some(PuzzleAnswer { counter: u32::from_be_bytes([c0, c1, c2, c3]), tag: [t0, t1, t2, t3] })
    }
}

impl core::fmt::Display for Answer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&base64url::encode(&self.0))
    }
}
