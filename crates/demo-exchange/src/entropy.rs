//! Randomness, as an argument.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

/// Draws random bytes. Only [`SystemEntropy`] asks the operating system.
pub trait Entropy: Send + Sync + 'static {
    /// Fills the bytes.
    ///
    /// # Errors
    /// [`EntropyError`] when the operating system gives none.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// The operating system gave no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct EntropyError;

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system for randomness")]
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(bytes).map_err(|_| EntropyError)
    }
}

/// A reference token: 256 random bits that a cookie carries. The store knows its digest only.
pub struct Token(String);

impl Token {
    /// Draws a token.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn make(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes)?;
        Ok(Self(Base64UrlUnpadded::encode_string(&bytes)))
    }

    /// What a browser sent. Anything may be in it; only its digest is ever used.
    pub fn from_cookie(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The token for the cookie of the browser it was made for.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The digest that the store keeps and looks for.
    pub fn digest(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }
}

/// Draws an id for one request: 128 random bits, 22 characters.
///
/// # Errors
/// [`EntropyError`].
pub fn make_request_id(entropy: &dyn Entropy) -> Result<String, EntropyError> {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes)?;
    Ok(Base64UrlUnpadded::encode_string(&bytes))
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(redacted)")
    }
}
