//! Confirmation by a recovery code: saved or printed when it was issued, good once.

/// The word for this method in `methods`.
pub const METHOD: &str = "recovery-code";
/// The step of answering; the payload is [`canonical`] of what was typed.
pub const CHECK_STEP: &str = "recovery-code/check";

/// What was typed without separators, in capitals, in ordinary width: what a page signs.
pub fn canonical(text: &str) -> String {
    let mut meant = String::with_capacity(text.len());
    for typed in text.chars() {
        // full-width forms stand at a fixed distance from ASCII (Unicode block FF00)
        let plain = match u32::from(typed) {
            wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(typed),
            _ => typed,
        };
        if !is_separator(plain) {
            meant.push(plain.to_ascii_uppercase());
        }
    }
    meant
}

/// White space, dashes and marks without width that come along when people paste.
fn is_separator(c: char) -> bool {
    let is_dash = matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{FE58}' | '\u{FE63}');
    let has_no_width =
        matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}');
    c.is_whitespace() || is_dash || has_no_width || c == '.' || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_between_the_letters_is_taken_off() {
        for typed in
            ["0abc-defg-hjkm-npqr", " 0ABC DEFG HJKM NPQR\n", "0ABC–DEFG\u{200B}HJKM.NPQR", "０abc_ＤEFGHJKMNPQR"]
        {
            assert_eq!(canonical(typed), "0ABCDEFGHJKMNPQR", "{typed}");
        }
    }
}
