//! Confirmation by the owner at a known device: the code stands on the device that asks and is typed on the one that is known.

use crate::{Digest, ParseError, Transcript, limits};

/// The word for this method in `methods`.
pub const METHOD: &str = "approval";
/// The step of asking; empty payload.
pub const REQUEST_STEP: &str = "approval/request";
/// The step of fetching the answer; empty payload.
pub const CHECK_STEP: &str = "approval/check";
/// Characters of a code: no letter that looks like a digit or another letter, no vowel that makes words.
pub const ALPHABET: &[u8; 28] = b"23456789BCDFGHJKMNPQRSTVWXYZ";

/// What a proof of purpose `approval` carries as `act`: the request exactly as it was shown, the answer and the typed code.
pub fn answer_digest(request: &str, answer: &str, code: &str) -> Digest {
    Transcript::new("login-guard/approval/v1")
        .part(request.as_bytes())
        .part(answer.as_bytes())
        .part(code.as_bytes())
        .digest()
}

/// Eight characters of [`ALPHABET`]: 38 bits. Its debug form is redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct ApprovalCode([u8; limits::APPROVAL_CODE_CHARACTERS]);

impl ApprovalCode {
    /// Parses what a person typed: in capitals or not, with white space and hyphens or not.
    ///
    /// # Errors
    /// [`ParseError::Length`] or [`ParseError::Character`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let kept = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let bare: Vec<u8> = kept.map(|c| u8::try_from(c.to_ascii_uppercase()).unwrap_or(0)).collect();
        let characters: [u8; limits::APPROVAL_CODE_CHARACTERS] = bare.try_into().map_err(|_| ParseError::Length)?;
        if characters.iter().all(|c| ALPHABET.contains(c)) { Ok(Self(characters)) } else { Err(ParseError::Character) }
    }

    /// The eight characters, without the hyphen.
    pub fn as_str(&self) -> &str {
        // of the alphabet, therefore ASCII
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// As it is shown: `XXXX-XXXX`.
    pub fn to_shown(&self) -> String {
        let (left, right) = self.as_str().split_at(limits::APPROVAL_CODE_CHARACTERS / 2);
        format!("{left}-{right}")
    }
}

impl core::fmt::Debug for ApprovalCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ApprovalCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_read_as_people_type_it() {
        let code = ApprovalCode::parse("bcdf-2345").unwrap();
        assert_eq!((code.as_str(), code.to_shown().as_str()), ("BCDF2345", "BCDF-2345"));
        assert_eq!(ApprovalCode::parse(" BCDF 2345 "), Ok(code));
        assert_eq!(ApprovalCode::parse("BCDF-234"), Err(ParseError::Length));
        assert_eq!(ApprovalCode::parse("BCDF-2340"), Err(ParseError::Character));
        assert_eq!(ApprovalCode::parse("BCDF-234é"), Err(ParseError::Character));
    }

    #[test]
    fn answer_digest_tells_its_parts_apart() {
        let digest = answer_digest("{}", "approve", "BCDF2345");
        assert_ne!(digest, answer_digest("{}", "refuse", "BCDF2345"));
        assert_ne!(digest, answer_digest("{}", "approve", "BCDF2346"));
        assert_ne!(digest, answer_digest("{}a", "pprove", "BCDF2345"));
    }
}
