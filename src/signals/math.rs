//! How the engine computes functions that IEEE 754 leaves open to the last digit: differs by engine and its mathematical library,
//! which on some systems is the system's.
//!
//! Lies: none left; Firefox, which Tor Browser is made of, computes the same everywhere since
//! <https://bugzilla.mozilla.org/show_bug.cgi?id=531915>.

use super::{Cost, Reading, Scope, Signal, Stability};
use crate::boundary::{Browser, Fault, Value};

pub const SIGNAL: Signal =
    Signal { name: "math", stability: Stability::System, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    #[cfg(feature = "inspect")]
    super::note(CALLS.iter().map(|(function, _)| *function));
    let math = browser.at("Math")?;
    let mut reading = Vec::new();
    for (function, argument) in CALLS {
        reading.extend(math.call(function, &[Value::from(*argument)])?.number()?.to_be_bytes());
    }
    Ok(Reading::Present(reading))
}

const CALLS: &[(&str, f64)] = &[
    ("acos", 0.123_124_234_234_234_24),
    ("acosh", 1e154),
    ("asinh", 1.3),
    ("atanh", 0.5),
    ("cbrt", 100.0),
    ("cos", 1e300),
    ("cosh", 1.7),
    ("exp", 1.1),
    ("expm1", 1.2),
    ("log1p", 10.3),
    ("sin", -1e300),
    ("sinh", 1.6),
    ("tan", -1e300),
    ("tanh", 0.7),
];
