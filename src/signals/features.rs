//! Which parts of the web platform there are, of those that follow the system and the maker more than the version: phones have
//! no serial ports, Linux shares nothing, only Apple pays with Apple. A set, because an update may bring one.

use super::{Cost, Reading, Scope, Signal, Stability, there};
use crate::boundary::{Browser, Fault};

pub const SIGNAL: Signal =
    Signal { name: "features", stability: Stability::System, cost: Cost::Free, scope: Scope::Page, read };

#[expect(clippy::unnecessary_wraps, reason = "every signal may fail; this one does not")]
fn read(browser: &Browser) -> Result<Reading, Fault> {
    Ok(Reading::Set(there(browser, FEATURES)))
}

const FEATURES: &[&str] = &[
    "ApplePaySession",
    "BarcodeDetector",
    "ContactsManager",
    "EyeDropper",
    "HTMLAnchorElement.prototype.attributionSourceId",
    "NDEFReader",
    "Notification",
    "PaymentRequest",
    "PressureObserver",
    "PushManager",
    "SharedWorker",
    "SpeechRecognition",
    "VirtualKeyboard",
    "documentPictureInPicture",
    "navigator.bluetooth",
    "navigator.connection",
    "navigator.getBattery",
    "navigator.gpu",
    "navigator.hid",
    "navigator.keyboard",
    "navigator.serial",
    "navigator.share",
    "navigator.standalone",
    "navigator.usb",
    "navigator.vibrate",
    "navigator.xr",
    "showOpenFilePicker",
    "webkitSpeechRecognition",
];
