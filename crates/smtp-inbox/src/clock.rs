//! The time, as an argument.

use std::time::SystemTime;

/// Tells the time. Only [`SystemClock`] reads the system's.
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> SystemTime;
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
