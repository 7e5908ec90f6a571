//! What the signals of WebGL share: one context, because making one takes tens of milliseconds. No signal itself.

use crate::boundary::{Browser, Fault, Value};

/// The context, made once. It ends with its worker, and pages hold few. One that was lost answers nothing but nulls, and is
/// made anew the next time.
pub(super) fn context(browser: &Browser) -> Result<Value, Fault> {
    let context = browser.kept("webgl", |browser| {
        browser.construct("OffscreenCanvas", &[8.0.into(), 8.0.into()])?.call("getContext", &["webgl".into()])
    })?;
    if context.call("isContextLost", &[]).is_ok_and(|lost| lost.is_true()) {
        browser.forget("webgl");
        return Err(Fault::Thrown("context-lost"));
    }
    Ok(context)
}

/// A parameter as JSON, nothing where it is not known.
pub(super) fn parameter(context: &Value, name: f64) -> String {
    context.call("getParameter", &[name.into()]).and_then(|value| value.json()).unwrap_or_default()
}
