//! Our errors as JavaScript sees them: an `Error` with `name` and `code`.

use wasm_bindgen::JsValue;

use crate::error::ModuleError;

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
