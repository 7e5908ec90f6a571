//! The one error that the module's surface throws; `boundary` makes it JavaScript's.

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
