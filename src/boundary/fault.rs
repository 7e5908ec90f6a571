//! What can go wrong when something is asked of a browser.

use js_sys::{Error, JsString};
use wasm_bindgen::{JsCast, JsValue};

/// Why a browser gave no value. Cheap to hand on, because nearly every step of a reading may end in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The thing is undefined or null, or not of the kind asked for: this browser does not have it.
    Missing,
    /// It threw: the error's name in kebab-case, such as `security-error`.
    Thrown(&'static str),
}

impl From<JsValue> for Fault {
    fn from(thrown: JsValue) -> Self {
        // a name is free text in JavaScript, so it is brought into the form of a word
        let name = js_sys::Reflect::get(&thrown, &JsValue::from("name")).ok().and_then(|name| name.dyn_into().ok());
        Self::Thrown(name.map_or(UNNAMED, |name: JsString| derive_word(&String::from(name))))
    }
}

impl From<Fault> for JsValue {
    fn from(fault: Fault) -> Self {
        let text = match fault {
            Fault::Missing => "missing",
            Fault::Thrown(name) => name,
        };
        Error::new(text).into()
    }
}

/// `TypeError` becomes `type-error`; anything that would not be a word becomes `unnamed-error`.
///
/// A word is never given back: few signals of a page fail, and each of them once.
fn derive_word(name: &str) -> &'static str {
    let mut word = String::with_capacity(name.len() + 4);
    for (at, byte) in name.bytes().take(40).enumerate() {
        match byte {
            b'A'..=b'Z' => {
                if at > 0 && !word.ends_with('-') {
                    word.push('-');
                }
                word.push(char::from(byte.to_ascii_lowercase()));
            }
            b'a'..=b'z' => word.push(char::from(byte)),
            _ => return UNNAMED,
        }
    }
    if word.is_empty() || word.len() > 48 { UNNAMED } else { word.leak() }
}

const UNNAMED: &str = "unnamed-error";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_errors_become_words() {
        assert_eq!(derive_word("TypeError"), "type-error");
        assert_eq!(derive_word("SecurityError"), "security-error");
        assert_eq!(derive_word(""), UNNAMED);
        assert_eq!(derive_word("<script>"), UNNAMED);
        assert_eq!(derive_word(&"X".repeat(60)), UNNAMED);
    }
}
