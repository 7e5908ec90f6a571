//! One adapter for every JavaScript value, by name instead of by type.

use js_sys::{Array, Function, JsString, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::Fault;

/// A JavaScript value. Undefined and null never get this far: they are [`Fault::Missing`].
#[derive(Clone, Debug)]
pub struct Value(JsValue);

impl Value {
    /// Reads a property.
    ///
    /// # Errors
    /// [`Fault::Missing`] or [`Fault::Thrown`].
    pub fn property(&self, name: &str) -> Result<Self, Fault> {
        Self::check_there(Reflect::get(&self.0, &JsValue::from(name))?)
    }

    /// Follows a path such as `navigator.language` or `Intl.DateTimeFormat().resolvedOptions().timeZone`; `()` calls without arguments.
    ///
    /// # Errors
    /// [`Fault::Missing`] when a step is undefined or null, [`Fault::Thrown`] when a getter or call throws.
    pub fn at(&self, path: &str) -> Result<Self, Fault> {
        let (mut value, mut rest) = (self.clone(), path);
        loop {
            // the standard library's split costs more than all the rest of this function
            let dot = rest.bytes().position(|byte| byte == b'.');
            let (step, after) = rest.split_at_checked(dot.unwrap_or(rest.len())).ok_or(Fault::Missing)?;
            value = match step.strip_suffix("()") {
                Some(method) => value.call(method, &[])?,
                None => value.property(step)?,
            };
            match after.get(1..) {
                Some(next) => rest = next,
                None => return Ok(value),
            }
        }
    }

    /// A list's member, counted from 0.
    ///
    /// # Errors
    /// As [`Self::property`].
    pub fn item(&self, at: u32) -> Result<Self, Fault> {
        Self::check_there(Reflect::get(&self.0, &JsValue::from(at))?)
    }

    /// Sets a property.
    ///
    /// # Errors
    /// [`Fault::Thrown`].
    pub fn set(&self, name: &str, value: impl Into<Self>) -> Result<(), Fault> {
        Reflect::set(&self.0, &JsValue::from(name), &value.into().0)?;
        Ok(())
    }

    /// Calls a method; what it answers must not be undefined or null.
    ///
    /// # Errors
    /// [`Fault::Missing`] or [`Fault::Thrown`].
    pub fn call(&self, method: &str, arguments: &[Self]) -> Result<Self, Fault> {
        self.apply(method, arguments).and_then(Self::check_there)
    }

    /// Calls a method for its effect.
    ///
    /// # Errors
    /// [`Fault::Missing`] when there is no such method, [`Fault::Thrown`].
    pub fn run(&self, method: &str, arguments: &[Self]) -> Result<(), Fault> {
        self.apply(method, arguments).map(drop)
    }

    /// `new self(…arguments)`.
    ///
    /// # Errors
    /// [`Fault::Missing`] when this is not a constructor, [`Fault::Thrown`].
    pub fn construct(&self, arguments: &[Self]) -> Result<Self, Fault> {
        let constructor: &Function = self.0.dyn_ref().ok_or(Fault::Missing)?;
        Ok(Self(Reflect::construct(constructor, &list(arguments))?))
    }

    /// Waits for a promise; any other value is its own result.
    ///
    /// # Errors
    /// [`Fault::Missing`], or [`Fault::Thrown`] when it was rejected.
    pub async fn settled(self) -> Result<Self, Fault> {
        Self::check_there(JsFuture::from(Promise::resolve(&self.0)).await?)
    }

    /// The number, if it is one.
    ///
    /// # Errors
    /// [`Fault::Missing`].
    pub fn number(&self) -> Result<f64, Fault> {
        self.0.as_f64().ok_or(Fault::Missing)
    }

    /// The text, if it is text.
    ///
    /// # Errors
    /// [`Fault::Missing`].
    pub fn text(&self) -> Result<String, Fault> {
        self.0.as_string().ok_or(Fault::Missing)
    }

    /// Whether it is `true` itself.
    pub fn is_true(&self) -> bool {
        self.0 == JsValue::TRUE
    }

    /// Whether it is `false` itself.
    pub fn is_false(&self) -> bool {
        self.0 == JsValue::FALSE
    }

    /// The JSON text: the browser prints numbers, so that the module need not.
    ///
    /// # Errors
    /// [`Fault::Missing`] for what JSON leaves out, [`Fault::Thrown`].
    pub fn json(&self) -> Result<String, Fault> {
        let text: JsValue = js_sys::JSON::stringify(&self.0)?.into();
        text.as_string().ok_or(Fault::Missing)
    }

    /// The bytes behind an `ArrayBuffer` or behind all of a typed array's buffer.
    ///
    /// # Errors
    /// [`Fault::Missing`] when it is neither.
    pub fn bytes(&self) -> Result<Vec<u8>, Fault> {
        let buffer = match self.property("buffer") {
            Ok(buffer) => buffer.0,
            Err(Fault::Missing) => self.0.clone(),
            Err(fault) => return Err(fault),
        };
        if buffer.is_instance_of::<js_sys::ArrayBuffer>() {
            Ok(Uint8Array::new(&buffer).to_vec())
        } else {
            Err(Fault::Missing)
        }
    }

    fn apply(&self, method: &str, arguments: &[Self]) -> Result<JsValue, Fault> {
        let function = self.property(method)?.0;
        let function: &Function = function.dyn_ref().ok_or(Fault::Missing)?;
        Ok(Reflect::apply(function, &self.0, &list(arguments))?)
    }

    fn check_there(value: JsValue) -> Result<Self, Fault> {
        if value.is_null_or_undefined() { Err(Fault::Missing) } else { Ok(Self(value)) }
    }
}

impl From<JsValue> for Value {
    fn from(value: JsValue) -> Self {
        Self(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self(JsString::from(text).into())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self(JsValue::from(number))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self(JsValue::from(flag))
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self(Uint8Array::from(bytes).into())
    }
}

impl From<&[Value]> for Value {
    fn from(members: &[Value]) -> Self {
        Self(list(members).into())
    }
}

fn list(arguments: &[Value]) -> Array {
    arguments.iter().map(|argument| &argument.0).collect()
}
