//! The replies that a server gives (RFC 5321 section 4.2.3, RFC 3463 enhanced codes).

/// One line of a reply: code and text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reply(pub(crate) u16, pub(crate) &'static str);

pub(crate) const BYE: Reply = Reply(221, "2.0.0 goodbye");
pub(crate) const READY_FOR_TLS: Reply = Reply(220, "2.0.0 ready for TLS");
pub(crate) const AUTHENTICATED: Reply = Reply(235, "2.7.0 authenticated");
pub(crate) const OK: Reply = Reply(250, "2.0.0 ok");
pub(crate) const ACCEPTED: Reply = Reply(250, "2.0.0 kept");
pub(crate) const CANNOT_VERIFY: Reply = Reply(252, "2.1.5 send some mail and see");
pub(crate) const START_DATA: Reply = Reply(354, "end with a dot on a line of its own");
pub(crate) const TIMED_OUT: Reply = Reply(421, "4.4.2 waited too long");
pub(crate) const RECIPIENT_DEFERRED: Reply = Reply(450, "4.2.1 mailbox unavailable, try later");
pub(crate) const NOT_KEPT: Reply = Reply(451, "4.3.0 could not be kept, try later");
pub(crate) const TOO_MANY_RECIPIENTS: Reply = Reply(452, "4.5.3 too many recipients");
pub(crate) const UNKNOWN: Reply = Reply(500, "5.5.2 command not recognized");
pub(crate) const LINE_TOO_LONG: Reply = Reply(500, "5.5.6 line too long");
pub(crate) const BAD_ARGUMENT: Reply = Reply(501, "5.5.4 argument not recognized");
pub(crate) const NOT_OFFERED: Reply = Reply(502, "5.5.1 not offered here");
pub(crate) const BAD_SEQUENCE: Reply = Reply(503, "5.5.1 out of sequence");
pub(crate) const BAD_MECHANISM: Reply = Reply(504, "5.5.4 mechanism not offered");
pub(crate) const TLS_FIRST: Reply = Reply(530, "5.7.0 STARTTLS first");
pub(crate) const AUTH_FIRST: Reply = Reply(530, "5.7.0 authentication required");
pub(crate) const BAD_CREDENTIALS: Reply = Reply(535, "5.7.8 credentials not valid");
pub(crate) const AUTH_NEEDS_TLS: Reply = Reply(538, "5.7.11 encryption required for this mechanism");
pub(crate) const RECIPIENT_REFUSED: Reply = Reply(550, "5.1.1 no such mailbox");
pub(crate) const TOO_LARGE: Reply = Reply(552, "5.3.4 message too large");
pub(crate) const MESSAGE_REFUSED: Reply = Reply(554, "5.7.1 message refused");
