//! The one error that the module's surface throws.

use wasm_bindgen::JsValue;

/// Wrong use of the module. JavaScript sees an `Error` with `name` and `code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModuleError {
    /// There is no signal of this name; see `signals()`.
    SignalUnknown,
}

impl ModuleError {
    /// The stable kebab-case code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignalUnknown => "signal-unknown",
        }
    }
}

impl From<ModuleError> for JsValue {
    fn from(error: ModuleError) -> Self {
        let thrown: Self = js_sys::Error::new("there is no signal of this name").into();
        for (name, text) in [("name", "LoginGuardError"), ("code", error.code())] {
            // an Error made just now takes any property, and there is nobody to tell if it did not
            let _set = js_sys::Reflect::set(&thrown, &Self::from(name), &Self::from(text));
        }
        thrown
    }
}
