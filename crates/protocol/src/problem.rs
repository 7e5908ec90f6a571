//! Problems (RFC 9457) with stable codes.

/// Declares the closed list of codes once: variant, code, HTTP status, title.
macro_rules! problems {
    ($($(#[$doc:meta])* $variant:ident, $code:literal, $status:literal, $title:literal;)*) => {
        /// A stable problem code. Its `type` URI is `urn:login-guard:problem:` followed by the code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ProblemCode { $($(#[$doc])* $variant),* }

        impl ProblemCode {
            /// Every code, in the order of the documentation's table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The kebab-case code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// The HTTP status that carries it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),* }
            }

            /// The short title, the same at each occurrence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),* }
            }
        }
    };
}

problems! {
    /// No API key came with a back-end call.
    ApiKeyMissing, "api-key-missing", 401, "an API key is required";
    /// The API key is not one of ours.
    ApiKeyInvalid, "api-key-invalid", 401, "the API key is not valid";
    /// The API key lacks the scope of this call.
    ApiKeyScope, "api-key-scope", 403, "the API key may not do this";
    /// The page's origin is not one of the platform's.
    OriginRefused, "origin-refused", 403, "this origin may not ask";
    /// The body is not JSON of the documented shape; unknown members are refused too.
    BodyInvalid, "body-invalid", 400, "the request body is not valid";
    /// The body is larger than 32 KiB.
    BodyTooLarge, "body-too-large", 413, "the request body is too large";
    /// The content type is not `application/json`.
    ContentType, "content-type", 415, "the content type must be application/json";
    /// The protocol version is not spoken here.
    VersionUnknown, "version-unknown", 400, "this protocol version is not spoken here";
    /// No such path.
    NotFound, "not-found", 404, "there is nothing here";
    /// The path exists, the method does not.
    MethodNotAllowed, "method-not-allowed", 405, "this method is not allowed here";
    /// The proof field is not of the documented form.
    ProofMalformed, "proof-malformed", 400, "the proof is not of the documented form";
    /// The proof does not verify, or a claim of it is not what the server knows.
    ProofRefused, "proof-refused", 403, "the proof is refused";
    /// The nonce is older than 120 s, or from before a restore.
    NonceExpired, "nonce-expired", 409, "the attempt is too old, ask for a new one";
    /// The nonce was spent by another request.
    NonceSpent, "nonce-spent", 409, "the attempt was used already, ask for a new one";
    /// The log-in may go on once the device is confirmed (verdict `challenge`).
    ConfirmationRequired, "confirmation-required", 401, "confirm this device first";
    /// The log-in may not go on (verdict `deny`).
    LoginRefused, "login-refused", 403, "the log-in is refused";
    /// The attempt does not exist, or is not this browser's. The two look alike.
    AttemptUnknown, "attempt-unknown", 404, "there is no such attempt here";
    /// The challenged attempt is older than ten minutes.
    AttemptExpired, "attempt-expired", 410, "the attempt has expired, log in again";
    /// Nothing was reported that confirms this attempt.
    ConfirmationPending, "confirmation-pending", 409, "the confirmation was not reported yet";
    /// The attempt was confirmed already, or ended.
    AttemptEnded, "attempt-ended", 409, "the attempt has ended";
    /// The method is not among the attempt's.
    MethodUnavailable, "method-unavailable", 409, "this attempt cannot be confirmed that way";
    /// The work is missing or wrong.
    WorkRefused, "work-refused", 403, "the work is missing or wrong";
    /// Nobody has answered the request for approval yet.
    ApprovalPending, "approval-pending", 409, "nobody has answered on the other device yet";
    /// The owner refused.
    ApprovalRefused, "approval-refused", 403, "this was refused on a known device";
    /// The request for approval is older than five minutes, was ended by wrong codes, or gave way to a later one.
    ApprovalExpired, "approval-expired", 410, "the request for approval has ended, ask again";
    /// Enough requests for approval for this account and network for now, or another browser's is open.
    ApprovalsExhausted, "approvals-exhausted", 429, "too many requests for approval, wait or confirm in another way";
    /// The device's word does not count for another one.
    DeviceUnfit, "device-unfit", 403, "this device cannot vouch for another one";
    /// The other device has not been on probation for a day.
    AcknowledgementEarly, "acknowledgement-early", 409, "a new device can be acknowledged after a day";
    /// No code has been asked for yet.
    CodeUnsent, "code-unsent", 409, "ask for a code first";
    /// The code is not the one that was sent.
    CodeWrong, "code-wrong", 422, "this is not the code";
    /// The code was used already.
    CodeSpent, "code-spent", 409, "this code was used already, wait for the next one";
    /// A newer code was sent; no try was counted.
    CodeReplaced, "code-replaced", 409, "a newer code was sent, use that one";
    /// The code is older than five minutes.
    CodeExpired, "code-expired", 410, "the code has expired, ask for a new one";
    /// Five wrong codes: the attempt has ended.
    TriesExhausted, "tries-exhausted", 429, "too many wrong codes, log in again";
    /// The account or network has given enough answers for now; right and wrong ones are refused alike.
    AnswersExhausted, "answers-exhausted", 429, "too many codes were tried, wait before trying again";
    /// The account or network has been sent enough codes for now.
    SendsExhausted, "sends-exhausted", 429, "too many codes were sent, wait before asking again";
    /// The mail could not be handed over.
    DeliveryUnavailable, "delivery-unavailable", 503, "the code could not be sent, try again";
    /// The verdict token is not of the documented form or not ours.
    VerdictInvalid, "verdict-invalid", 403, "the verdict is not valid";
    /// The verdict token is older than 60 s.
    VerdictExpired, "verdict-expired", 409, "the verdict has expired, log in again";
    /// The verdict token was redeemed already.
    VerdictSpent, "verdict-spent", 409, "the verdict was used already";
    /// The verdict token is for another account, attempt, purpose, key or cookie.
    VerdictMismatch, "verdict-mismatch", 403, "the verdict is for another log-in";
    /// The key that signed is no device of this account, or key and cookie are not of one device.
    DeviceUnknown, "device-unknown", 404, "this is no device of the account";
    /// A device on probation may not change an account's factors where a trusted device or a strong factor can.
    DeviceOnProbation, "device-on-probation", 403, "this device is on probation";
    /// The account has no such factor.
    FactorUnknown, "factor-unknown", 404, "the account has no such factor";
    /// The passkey's answer is not one to what was asked.
    PasskeyRefused, "passkey-refused", 403, "the passkey was not accepted";
    /// The passkey was removed from the account.
    PasskeyUnknown, "passkey-unknown", 404, "this passkey was removed from the account";
    /// The change needs a fresh step-up by a strong factor, for exactly this action.
    StepUpRequired, "step-up-required", 403, "confirm this change with a passkey";
    /// The account's factors were changed as often as they may be in an hour of the clock.
    ChangesExhausted, "changes-exhausted", 429, "the account's factors were changed often enough for now";
    /// The account's devices were compared often enough for now.
    ComparisonsExhausted, "comparisons-exhausted", 429, "too many comparisons, wait before asking again";
    /// More work waits to be checked than is checked in a moment. Nothing was decided.
    Overloaded, "overloaded", 503, "too many log-ins at once, try again in a moment";
    /// The store did not answer in time. Nothing was decided.
    StoreUnavailable, "store-unavailable", 503, "try again in a moment";
    /// Something that log-ins need is not configured or not there; only `/readyz` says so.
    NotReady, "not-ready", 503, "the service is not ready";
    /// A bug of ours. Nothing was decided.
    Internal, "internal", 500, "something went wrong here";
}
