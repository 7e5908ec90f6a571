//! A recovery code.
//!
//! Sixteen characters of Crockford's base 32 in four groups. The first says which of the set it is and is no secret; the other fifteen are
//! 75 random bits (NIST SP 800-63B-4 section 4.2.1 asks for 64).

use login_guard_protocol::ParseError;
use login_guard_protocol::challenge::recovery_code::canonical;
use zeroize::Zeroizing;

/// Codes of a set.
pub const COUNT: usize = 10;
/// Random bytes of a code: 75 of their 80 bits are used.
pub const RANDOM_BYTES: usize = 10;

const CHARS: usize = 16;
const GROUP: usize = 4;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery code. Its debug form is redacted, and it is erased.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<[u8; CHARS]>);

impl RecoveryCode {
    /// Derives the code with this index below [`COUNT`] from random bytes.
    ///
    /// # Errors
    /// [`ParseError::Length`] for any other index.
    pub fn derive(index: usize, random: &[u8; RANDOM_BYTES]) -> Result<Self, ParseError> {
        let mut chars = Zeroizing::new([b'0'; CHARS]);
        let letter = |value: u128| ALPHABET.get(usize::try_from(value).unwrap_or(0)).copied().unwrap_or(b'0');
        let mut rest = random.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        for char in chars.iter_mut().skip(1) {
            *char = letter(rest & 31);
            rest >>= 5;
        }
        chars[0] = *ALPHABET.get(index).filter(|_| index < COUNT).ok_or(ParseError::Length)?;
        Ok(Self(chars))
    }

    /// Parses a code as people type it: small letters, separators, and the letters that look like digits.
    ///
    /// # Errors
    /// [`ParseError::Length`] or [`ParseError::Character`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let meant = Zeroizing::new(canonical(text));
        let mut chars = Zeroizing::new([b'0'; CHARS]);
        if meant.len() != CHARS {
            return Err(ParseError::Length);
        }
        for (char, typed) in chars.iter_mut().zip(meant.bytes()) {
            *char = match typed {
                b'I' | b'L' => b'1',
                b'O' => b'0',
                other if ALPHABET.contains(&other) => other,
                _ => return Err(ParseError::Character),
            };
        }
        let code = Self(chars);
        if code.index() < COUNT { Ok(code) } else { Err(ParseError::Character) }
    }

    /// Which of its set it is. No secret.
    pub fn index(&self) -> usize {
        ALPHABET.iter().position(|letter| *letter == self.0[0]).unwrap_or(COUNT)
    }

    /// Its characters without separators.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// As it is shown: four groups of four.
    pub fn grouped(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(CHARS + CHARS / GROUP));
        for (at, char) in self.0.iter().enumerate() {
            if at > 0 && at % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(*char));
        }
        text
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = RecoveryCode::derive(7, &[0xA5; RANDOM_BYTES]).unwrap();
        let shown = code.grouped();
        assert_eq!((shown.len(), code.index()), (19, 7));
        for typed in [shown.to_string(), shown.to_lowercase(), shown.replace('-', " "), shown.replace('-', "–")] {
            assert_eq!(RecoveryCode::parse(&typed), Ok(code.clone()), "{typed}");
        }
        let alike = RecoveryCode::derive(1, &[0; RANDOM_BYTES]).unwrap();
        assert_eq!(RecoveryCode::parse("looo-oooo-ＯＯＯＯ-oooo"), Ok(alike));
    }

    #[test]
    fn other_texts_are_no_codes() {
        for text in
            ["", "1234", "0000-0000-0000-000", "0000-0000-0000-00000", "A000-0000-0000-0000", "0000-0000-0000-000U"]
        {
            assert!(RecoveryCode::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn codes_differ_in_seventy_five_bits() {
        let zeros = RecoveryCode::derive(0, &[0; RANDOM_BYTES]).unwrap();
        for bit in 0..80 {
            let mut random = [0; RANDOM_BYTES];
            random[9 - bit / 8] = 1 << (bit % 8);
            assert_eq!(RecoveryCode::derive(0, &random).unwrap() == zeros, bit >= 75, "bit {bit}");
        }
    }
}
