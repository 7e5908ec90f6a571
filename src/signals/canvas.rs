//! How curves, gradients and blending are drawn: tells engines and processors apart.
//!
//! In a worker, because the first read of a process took up to 1.6 s. No text, so that no font changes it.
//!
//! Lies: Firefox draws noise over it while it resists fingerprinting, <https://bugzilla.mozilla.org/show_bug.cgi?id=1816189>; WebKit
//! in private windows; Brave in every window, <https://github.com/brave/brave-browser/issues/8787>, the same all session. The
//! first two are told by a second picture; the third looks like another machine after a restart.

use super::{
    Cost, Reading, Scope, Signal, Stability,
    drawing::{Step, picture},
};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "canvas", stability: Stability::System, cost: Cost::Rendering, scope: Scope::Worker, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    picture(browser, 120.0, 90.0, PICTURE)
}

const PICTURE: &[Step] = &[
    Step::Set("fillStyle", "#1b6ca8"),
    Step::Call("fillRect", &[0.0, 0.0, 70.3, 60.7]),
    Step::Call("rotate", &[0.17]),
    Step::Set("shadowColor", "rgba(180,30,30,0.6)"),
    Step::Set("shadowBlur", "7"),
    Step::Set("globalCompositeOperation", "multiply"),
    Step::Call("beginPath", &[]),
    Step::Call("arc", &[60.5, 42.5, 30.3, 0.0, 6.2]),
    Step::Set("fillStyle", "rgb(250,120,200)"),
    Step::Call("fill", &[]),
    Step::Set("globalCompositeOperation", "difference"),
    Step::Call("beginPath", &[]),
    Step::Call("moveTo", &[10.3, 40.1]),
    Step::Call("bezierCurveTo", &[30.7, -20.9, 90.2, 90.4, 115.5, 10.6]),
    Step::Call("quadraticCurveTo", &[80.2, 70.7, 20.9, 60.3]),
    Step::Set("fillStyle", "rgba(60,220,180,0.8)"),
    Step::Call("fill", &[]),
];
