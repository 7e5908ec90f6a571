//! Client data (section 5.8.1): what the browser says of the page that asked, covered by the authenticator's signature.

use login_guard_protocol::base64url;
use serde::Deserialize;

use super::Refused;
use super::relying_party::Asked;

/// Browsers may add members at any time, and do.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    #[serde(default)]
    top_origin: Option<String>,
}

/// Checks the type of ceremony, the challenge and the page.
///
/// # Errors
/// [`Refused::Malformed`], [`Refused::Type`], [`Refused::Challenge`], [`Refused::Origin`], [`Refused::Framed`].
pub fn check(bytes: &[u8], kind: &str, asked: &Asked<'_>) -> Result<(), Refused> {
    let client_data: ClientData = serde_json::from_slice(bytes).map_err(|_| Refused::Malformed)?;
    if client_data.r#type != kind {
        return Err(Refused::Type);
    }
    if client_data.challenge != base64url::encode(asked.challenge) {
        return Err(Refused::Challenge);
    }
    let is_asked = asked.origin.is_none_or(|origin| origin == client_data.origin);
    if !is_asked || !asked.relying_party.has_origin(&client_data.origin) {
        return Err(Refused::Origin);
    }
    if client_data.cross_origin || client_data.top_origin.is_some() {
        return Err(Refused::Framed);
    }
    Ok(())
}
