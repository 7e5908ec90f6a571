//! The two form fields a login carries: `login-guard-proof` and `login-guard-verdict`.

use crate::challenge::work::Answer;
use crate::{AttemptId, ParseError, base64url, ids, limits};

/// The value of `login-guard-proof`: `attempt~credential~evidence`, and `~work` where the attempt asked for it.
///
/// The part before the first `~` is the attempt, so a back end in any language finds the address of its call
/// without parsing the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginField {
    /// The attempt that the proof answers.
    pub attempt: AttemptId,
    /// What the browser can show for its device.
    pub credential: Credential,
    /// The exact bytes of the evidence document; the proof signs their digest. Empty when there is none.
    pub evidence: Vec<u8>,
    /// The answer to the attempt's work.
    pub work: Option<Answer>,
}

/// What a browser can show for its device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A proof: compact JWS, not yet verified.
    Proof(String),
    /// No key can be kept in this browser: the sealed nonce alone, and the reason why.
    Keyless {
        /// The named reason, such as `no-indexeddb`.
        reason: String,
        /// The sealed nonce of the attempt.
        nonce: String,
    },
}

impl LoginField {
    /// Parses the field's value.
    ///
    /// # Errors
    /// [`ParseError::Length`], [`ParseError::Shape`], [`ParseError::Base64`] or [`ParseError::Character`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.len() > limits::FIELD_BYTES {
            return Err(ParseError::Length);
        }
        let mut parts = text.split('~');
        let (Some(attempt), Some(credential), Some(evidence)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(ParseError::Shape);
        };
        let work = parts.next().map(Answer::parse).transpose()?;
        if parts.next().is_some() {
            return Err(ParseError::Shape);
        }
        let evidence = base64url::decode(evidence)?;
        if evidence.len() > limits::EVIDENCE_BYTES {
            return Err(ParseError::Length);
        }
        Ok(Self { attempt: AttemptId::parse(attempt)?, credential: Credential::parse(credential)?, evidence, work })
    }
}

impl core::fmt::Display for LoginField {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let evidence = base64url::encode(&self.evidence);
        match &self.credential {
            Credential::Proof(jws) => write!(f, "{}~{jws}~{evidence}", self.attempt),
            Credential::Keyless { reason, nonce } => write!(f, "{}~keyless:{reason}:{nonce}~{evidence}", self.attempt),
        }?;
        self.work.as_ref().map_or(Ok(()), |work| write!(f, "~{work}"))
    }
}

impl Credential {
    fn parse(text: &str) -> Result<Self, ParseError> {
        let Some(keyless) = text.strip_prefix("keyless:") else {
            return check_compact(text).map(|()| Self::Proof(text.to_owned()));
        };
        let (reason, nonce) = keyless.split_once(':').ok_or(ParseError::Shape)?;
        ids::check_word(reason)?;
        Ok(Self::Keyless { reason: reason.to_owned(), nonce: nonce.to_owned() })
    }
}

/// The value of `login-guard-verdict`: `token~proof~evidence`, both empty for a browser without a key; `~evidence` may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictField {
    /// The verdict token: compact JWS, not yet verified.
    pub token: String,
    /// A fresh proof over the token, not yet verified.
    pub proof: Option<String>,
    /// The exact bytes of the evidence document that was gathered while confirming; the proof signs their digest. Empty when there
    /// is none.
    pub evidence: Vec<u8>,
}

impl VerdictField {
    /// Parses the field's value.
    ///
    /// # Errors
    /// [`ParseError::Length`], [`ParseError::Shape`], [`ParseError::Base64`] or [`ParseError::Character`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.len() > limits::FIELD_BYTES {
            return Err(ParseError::Length);
        }
        let mut parts = text.split('~');
        let (Some(token), Some(proof)) = (parts.next(), parts.next()) else { return Err(ParseError::Shape) };
        let evidence = base64url::decode(parts.next().unwrap_or_default())?;
        // evidence that nobody signed is none
        if parts.next().is_some() || (proof.is_empty() && !evidence.is_empty()) {
            return Err(ParseError::Shape);
        }
        if evidence.len() > limits::EVIDENCE_BYTES {
            return Err(ParseError::Length);
        }
        check_compact(token)?;
        let proof = if proof.is_empty() { None } else { check_compact(proof).map(|()| Some(proof.to_owned()))? };
        Ok(Self { token: token.to_owned(), proof, evidence })
    }
}

/// Checks the outer form of a compact JWS (RFC 7515 section 3.1): three parts of base64url.
fn check_compact(text: &str) -> Result<(), ParseError> {
    if text.len() > limits::PROOF_BYTES {
        return Err(ParseError::Length);
    }
    if text.split('.').count() != 3 || text.split('.').any(str::is_empty) {
        return Err(ParseError::Shape);
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if text.bytes().all(allowed) { Ok(()) } else { Err(ParseError::Character) }
}
