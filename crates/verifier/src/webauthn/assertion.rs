//! Using a passkey (sections 5.5 and 7.2).

use login_guard_protocol::{Digest, base64url};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Refused;
use super::authenticator_data::AuthenticatorData;
use super::client_data;
use super::cose::CoseKey;
use super::relying_party::{Asked, Listed, RelyingParty, TIMEOUT_MS};

/// `PublicKeyCredentialRequestOptionsJSON`: one of these credentials, with user verification.
pub fn assertion_options(relying_party: &RelyingParty<'_>, challenge: &[u8], allowed: &[Listed]) -> Value {
    json!({
        "rpId": relying_party.id,
        "challenge": base64url::encode(challenge),
        "allowCredentials": allowed.iter().map(Listed::to_json).collect::<Vec<_>>(),
        "userVerification": "required",
        "timeout": TIMEOUT_MS,
    })
}

/// `AuthenticationResponseJSON`, as far as it is looked at. Browsers add members at any time.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssertionResponse {
    /// The credential's identifier, base64url.
    pub raw_id: String,
    r#type: String,
    response: Response,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    #[serde(default)]
    user_handle: Option<String>,
}

/// A credential as it was registered, and last used.
#[derive(Clone, Copy, Debug)]
pub struct KnownCredential<'a> {
    /// Its identifier, base64url.
    pub id: &'a str,
    /// Its public key.
    pub key: &'a CoseKey,
    /// Whose it is: base64url.
    pub user_handle: &'a str,
    /// The last counter; 0 where there is none.
    pub sign_count: u32,
    /// Whether it may exist in several places.
    pub backup_eligible: bool,
}

/// An assertion as it was asked for, signed by the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asserted {
    /// Its counter.
    pub sign_count: u32,
    /// Whether the credential exists in several places now.
    pub backed_up: bool,
    /// Whether the counter did not grow: somebody may have a copy of the credential (section 6.1.1).
    pub regressed: bool,
}

/// Checks an assertion of a credential that the account is known to have.
///
/// # Errors
/// [`Refused`]; the first thing that is amiss. A counter that did not grow is the caller's to judge.
pub fn check_assertion(
    asked: &Asked<'_>,
    response: &AssertionResponse,
    known: &KnownCredential<'_>,
) -> Result<Asserted, Refused> {
    let decode = |text: &str| base64url::decode(text).map_err(|_| Refused::Malformed);
    if response.r#type != "public-key" {
        return Err(Refused::Malformed);
    }
    // an authenticator may leave the handle out where it was told which credential to use
    let is_owners = response.response.user_handle.as_ref().is_none_or(|handle| handle == known.user_handle);
    if response.raw_id != known.id || !is_owners {
        return Err(Refused::Credential);
    }
    let client_data = decode(&response.response.client_data)?;
    client_data::check(&client_data, "webauthn.get", asked)?;
    let signed = decode(&response.response.authenticator_data)?;
    let data = AuthenticatorData::parse(&signed)?;
    data.check(asked.relying_party.id)?;
    if data.is_backup_eligible() != known.backup_eligible {
        return Err(Refused::Backup);
    }
    let signed = [&signed, Digest::of(&client_data).as_bytes().as_slice()].concat();
    known.key.check(&signed, &decode(&response.response.signature)?)?;
    let is_counted = data.sign_count != 0 || known.sign_count != 0;
    Ok(Asserted {
        sign_count: data.sign_count,
        backed_up: data.is_backed_up(),
        regressed: is_counted && data.sign_count <= known.sign_count,
    })
}
