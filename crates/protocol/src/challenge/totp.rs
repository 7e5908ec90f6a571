//! Confirmation by a time-based code (RFC 6238): six digits of an authenticator app. It can be relayed to a phisher's page, so that it
//! leaves a device on probation.

use crate::ParseError;

/// The word for this method in `methods`.
pub const METHOD: &str = "totp";
/// The step of answering; the payload is the code's six digits.
pub const CHECK_STEP: &str = "totp/check";
/// Digits of a code.
pub const DIGITS: usize = 6;

/// Six decimal digits. Its debug form is redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpCode([u8; DIGITS]);

impl TotpCode {
    /// Parses six digits; white space and hyphens between them are taken off, as apps show and people paste them.
    ///
    /// # Errors
    /// [`ParseError::Length`] or [`ParseError::Character`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let bare: Vec<u8> =
            text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| u8::try_from(c).unwrap_or(0)).collect();
        let digits: [u8; DIGITS] = bare.try_into().map_err(|_| ParseError::Length)?;
        if digits.iter().all(u8::is_ascii_digit) { Ok(Self(digits)) } else { Err(ParseError::Character) }
    }

    /// The code of a truncated HMAC (RFC 4226 section 5.3): its last six digits.
    pub fn from_number(number: u32) -> Self {
        let mut rest = number;
        let mut digits = [b'0'; DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        Self(digits)
    }

    /// The six ASCII digits.
    pub const fn as_bytes(&self) -> &[u8; DIGITS] {
        &self.0
    }
}

impl core::fmt::Debug for TotpCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("TotpCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_apps_show_them() {
        for text in ["123456", "123 456", " 123-456\n"] {
            assert_eq!(TotpCode::parse(text).unwrap().as_bytes(), b"123456");
        }
        for text in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert!(TotpCode::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_keep_their_last_six_digits() {
        assert_eq!(TotpCode::from_number(1_094_287_082).as_bytes(), b"287082");
        assert_eq!(TotpCode::from_number(7).as_bytes(), b"000007");
    }
}
