//! The processor's family, by the sign of the number that infinity minus infinity gives: x86 sets it, ARM does not.
//!
//! WebAssembly leaves that bit to the processor, and engines do not touch it. Emulated processors show themselves, not
//! their host. No lies are known; an engine that fixed the bit would show one value for all.

use std::hint::black_box;

use super::{Cost, Reading, Scope, Signal, Stability};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "architecture", stability: Stability::Machine, cost: Cost::Free, scope: Scope::Page, read };

#[expect(clippy::unnecessary_wraps, reason = "every signal may fail; this one does not")]
fn read(_: &Browser) -> Result<Reading, Fault> {
    // hidden from the compiler, which would compute it on the machine that builds
    let undefined = black_box(f32::INFINITY) - black_box(f32::INFINITY);
    Ok(Reading::Present(vec![u8::from(undefined.is_sign_negative())]))
}
