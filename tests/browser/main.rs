//! The module in real browsers.
//!
//! `wasm-pack test --headless --chrome --mode no-install`, and the same with `--firefox`; `-- --features inspect` adds what
//! only the inspector's build has; `webdriver.json` has the flags.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::expect_used, reason = "what cannot be had fails the test")]

mod evidence;
#[cfg(feature = "inspect")]
mod inspect;
mod probe;
mod signals;
mod support;
mod vectors;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
