//! Making a passkey (sections 5.4 and 7.1).

use login_guard_protocol::base64url;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Refused;
use super::authenticator_data::AuthenticatorData;
use super::cbor::Item;
use super::client_data;
use super::cose::ALGORITHMS;
use super::relying_party::{Asked, Listed, RelyingParty, TIMEOUT_MS};

/// Longest credential identifier (section 7.1 step 25).
const ID_BYTES: usize = 1023;
/// Most transports that are kept, and the longest word for one.
const TRANSPORTS: (usize, usize) = (8, 32);

/// Whose passkey it will be.
#[derive(Clone, Copy, Debug)]
pub struct User<'a> {
    /// The user handle: at most 64 bytes that say nothing about the person (section 14.6.1).
    pub handle: &'a [u8],
    /// The name that the browser shows in its list.
    pub name: &'a str,
}

/// `PublicKeyCredentialCreationOptionsJSON`: a discoverable credential, made with user verification, none of those that exist.
pub fn registration_options(
    (relying_party, display_name): (&RelyingParty<'_>, &str),
    user: &User<'_>,
    challenge: &[u8],
    existing: &[Listed],
) -> Value {
    json!({
        "rp": { "id": relying_party.id, "name": display_name },
        "user": { "id": base64url::encode(user.handle), "name": user.name, "displayName": user.name },
        "challenge": base64url::encode(challenge),
        "pubKeyCredParams": ALGORITHMS.map(|algorithm| json!({ "type": "public-key", "alg": algorithm })),
        "timeout": TIMEOUT_MS,
        "excludeCredentials": existing.iter().map(Listed::to_json).collect::<Vec<_>>(),
        "authenticatorSelection":
            { "residentKey": "required", "requireResidentKey": true, "userVerification": "required" },
        "attestation": "none",
    })
}

/// `RegistrationResponseJSON`, as far as it is looked at. Browsers add members at any time.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationResponse {
    raw_id: String,
    r#type: String,
    response: AttestationResponse,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttestationResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
    #[serde(default)]
    transports: Vec<String>,
}

/// A credential that was made as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Its identifier, and how to reach it.
    pub listed: Listed,
    /// Its public key: a COSE key, as it was written.
    pub key: Vec<u8>,
    /// Its counter; 0 where there is none.
    pub sign_count: u32,
    /// Whether it may exist in several places.
    pub backup_eligible: bool,
    /// Whether it does.
    pub backed_up: bool,
    /// The kind of authenticator; zeros where it does not say. Nobody vouches for it.
    pub aaguid: [u8; 16],
}

/// Checks a registration.
///
/// # Errors
/// [`Refused`]; the first thing that is amiss.
pub fn check_registration(asked: &Asked<'_>, response: &RegistrationResponse) -> Result<Registered, Refused> {
    let decode = |text: &str| base64url::decode(text).map_err(|_| Refused::Malformed);
    if response.r#type != "public-key" {
        return Err(Refused::Malformed);
    }
    client_data::check(&decode(&response.response.client_data)?, "webauthn.create", asked)?;
    let object = decode(&response.response.attestation_object)?;
    let (object, rest) = Item::read(&object)?;
    let data = object.bytes(&Item::Text("authData")).filter(|_| rest.is_empty()).ok_or(Refused::Malformed)?;
    let data = AuthenticatorData::parse(data)?;
    data.check(asked.relying_party.id)?;
    let credential = data.credential.as_ref().ok_or(Refused::Malformed)?;
    if credential.id != decode(&response.raw_id)? || !(1..=ID_BYTES).contains(&credential.id.len()) {
        return Err(Refused::Credential);
    }
    let (most, longest) = TRANSPORTS;
    let is_word = |word: &&String| word.len() <= longest && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    Ok(Registered {
        listed: Listed {
            id: base64url::encode(&credential.id),
            transports: response.response.transports.iter().filter(is_word).take(most).cloned().collect(),
        },
        key: credential.key_bytes.clone(),
        sign_count: data.sign_count,
        backup_eligible: data.is_backup_eligible(),
        backed_up: data.is_backed_up(),
        aaguid: credential.aaguid,
    })
}
