//! What a proof is for. Nothing made for one purpose verifies for another.

use crate::ParseError;

/// The purpose of a proof, an attempt or a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Purpose {
    /// Releasing one action of a session.
    Action,
    /// Answering another device's request for approval.
    Approval,
    /// One step of confirming a challenged attempt, the redemption of its verdict included.
    Confirmation,
    /// Logging in.
    Login,
    /// Comparing the device of a session with what was enrolled of it; never logs in.
    Session,
}

impl Purpose {
    /// Parses the word on the wire.
    ///
    /// # Errors
    /// [`ParseError::UnknownWord`].
    pub fn parse(word: &str) -> Result<Self, ParseError> {
        match word {
            "action" => Ok(Self::Action),
            "approval" => Ok(Self::Approval),
            "confirmation" => Ok(Self::Confirmation),
            "login" => Ok(Self::Login),
            "session" => Ok(Self::Session),
            _ => Err(ParseError::UnknownWord),
        }
    }

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Approval => "approval",
            Self::Confirmation => "confirmation",
            Self::Login => "login",
            Self::Session => "session",
        }
    }
}
