//! Confirmation by an eight-digit code sent by mail: a device confirmation on top of a right password, never a second factor.

use crate::{ParseError, limits};

/// The word for this method in `methods`.
pub const METHOD: &str = "mail-code";
/// The step of asking for a code; the payload is the work's answer as it is sent.
pub const SEND_STEP: &str = "mail-code/send";
/// The step of answering; the payload is the code's eight digits.
pub const CHECK_STEP: &str = "mail-code/check";

/// Eight decimal digits. Its debug form is redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct MailCode([u8; limits::MAIL_CODE_DIGITS]);

impl MailCode {
    /// Parses eight digits; white space and hyphens between them are taken off, as people paste them.
    ///
    /// # Errors
    /// [`ParseError::Length`] or [`ParseError::Character`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let bare: Vec<u8> =
            text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| u8::try_from(c).unwrap_or(0)).collect();
        let digits: [u8; limits::MAIL_CODE_DIGITS] = bare.try_into().map_err(|_| ParseError::Length)?;
        if digits.iter().all(u8::is_ascii_digit) { Ok(Self(digits)) } else { Err(ParseError::Character) }
    }

    /// Derives the code from a uniform number below 100,000,000.
    ///
    /// # Errors
    /// [`ParseError::Length`] when the number is too large.
    pub fn from_number(number: u32) -> Result<Self, ParseError> {
        let mut rest = number;
        let mut digits = [b'0'; limits::MAIL_CODE_DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        if rest == 0 { Ok(Self(digits)) } else { Err(ParseError::Length) }
    }

    /// The eight ASCII digits.
    pub const fn as_bytes(&self) -> &[u8; limits::MAIL_CODE_DIGITS] {
        &self.0
    }
}

impl core::fmt::Debug for MailCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("MailCode(…)")
    }
}
