//! What `open`, `assess` and `compare` begin with: field, nonce and proof, checked as far as they go without the account.

use login_guard_protocol::challenge::work::Answer;
use login_guard_protocol::evidence::Evidence;
use login_guard_protocol::field::{Credential, LoginField};
use login_guard_protocol::jwk::PublicKey;
use login_guard_protocol::problem::ProblemCode;
use login_guard_protocol::proof::{ProofKey, SignedProof};
use login_guard_protocol::{AttemptId, Digest, KeyId, LoginName, NameDigest, Platform, Purpose};

use super::nonce::Nonce;
use super::proof::{self, Expected};
use crate::problem::Problem;
use crate::services::Services;
use crate::work::Submitted;

/// A submission whose nonce is ours and alive and whose claims are right.
#[derive(Debug)]
pub struct Submission {
    /// The opened nonce.
    pub nonce: Nonce,
    /// Digest of the nonce as it went out.
    pub nonce_digest: Digest,
    /// Digest of the login name.
    pub name: NameDigest,
    /// What the browser shows for its device.
    pub device: Shown,
    /// The parsed evidence.
    pub evidence: Evidence,
    /// The head claim.
    pub head: Option<String>,
    /// The answer to the work, if one came.
    pub work: Option<Answer>,
}

impl Submission {
    /// The work and its answer; none where nothing was asked for.
    pub fn submitted<'a>(&'a self, platform: &'a Platform) -> Option<Submitted<'a>> {
        submitted(platform, &self.nonce, self.work.as_ref())
    }
}

/// What a browser shows for its device.
#[derive(Debug)]
pub enum Shown {
    /// A key in full; its signature verified.
    Key(PublicKey),
    /// A key id; the signature waits for the account's row.
    KeyId(Box<SignedProof>),
    /// No key, for a named reason.
    Keyless(String),
}

impl Shown {
    /// The key id, if there is a key.
    pub fn key_id(&self) -> Option<KeyId> {
        match self {
            Self::Key(key) => Some(key.key_id()),
            Self::KeyId(proof) => Some(proof.key.key_id()),
            Self::Keyless(_) => None,
        }
    }
}

/// Checks what a login post carries for an attempt.
///
/// # Errors
/// [`ProblemCode::ProofMalformed`], [`ProblemCode::ProofRefused`], [`ProblemCode::NonceExpired`], or
/// [`ProblemCode::WorkRefused`] for what shows without deriving anything. Nothing is spent.
pub fn check_login(
    services: &Services,
    platform: &Platform,
    attempt: AttemptId,
    login_name: &LoginName,
    field: &str,
) -> Result<Submission, Problem> {
    let field = LoginField::parse(field)?;
    if field.attempt != attempt {
        return Err(Problem::new(ProblemCode::ProofRefused));
    }
    check(services, platform, (Purpose::Login, None), login_name, field)
}

/// Checks what a page of a session carries; the attempt is the field's.
///
/// # Errors
/// As [`check_login`].
pub fn check_session(
    services: &Services,
    platform: &Platform,
    login_name: &LoginName,
    field: &str,
) -> Result<Submission, Problem> {
    check_owner(services, platform, (Purpose::Session, None), login_name, field)
}

/// The same, for a page of a session that signs what it asks for: with a purpose and a digest of its own.
///
/// # Errors
/// As [`check_login`].
pub fn check_owner(
    services: &Services,
    platform: &Platform,
    proof: (Purpose, Option<Digest>),
    login_name: &LoginName,
    field: &str,
) -> Result<Submission, Problem> {
    check(services, platform, proof, login_name, LoginField::parse(field)?)
}

/// Nonce and proof must both be for this purpose: what was begun or signed for another is refused.
fn check(
    services: &Services,
    platform: &Platform,
    (purpose, act): (Purpose, Option<Digest>),
    login_name: &LoginName,
    field: LoginField,
) -> Result<Submission, Problem> {
    let wanted = (field.attempt, purpose);
    let evidence = Evidence::parse(&field.evidence)?;
    let name = login_name.digest(platform);
    match field.credential {
        Credential::Keyless { reason, nonce } => {
            let nonce_digest = Digest::of(nonce.as_bytes());
            let nonce = open_nonce(services, platform, wanted, &nonce, field.work.as_ref())?;
            Ok(Submission {
                nonce,
                nonce_digest,
                name,
                device: Shown::Keyless(reason),
                evidence,
                head: None,
                work: field.work,
            })
        }
        Credential::Proof(jws) => {
            let signed = SignedProof::parse(&jws)?;
            let nonce = open_nonce(services, platform, wanted, &signed.claims.nonce, field.work.as_ref())?;
            let expected = Expected {
                platform,
                nonce: &signed.claims.nonce,
                origin: &nonce.origin,
                name,
                purpose,
                evidence: Digest::of(&field.evidence),
                act,
            };
            proof::check_claims(&signed.claims, &expected).map_err(|_| ProblemCode::ProofRefused)?;
            if nonce.key.is_some_and(|asked| asked != signed.key.key_id()) {
                return Err(ProblemCode::ProofRefused.into());
            }
            let head = signed.claims.head.clone();
            let nonce_digest = Digest::of(signed.claims.nonce.as_bytes());
            let device = match signed.key {
                ProofKey::Known(_) => Shown::KeyId(Box::new(signed)),
                ProofKey::Shown(key) => {
                    let verified = proof::check_signature(&signed, &key).map_err(|_| ProblemCode::ProofRefused)?;
                    Shown::Key(*verified.key())
                }
            };
            Ok(Submission { nonce, nonce_digest, name, device, evidence, head, work: field.work })
        }
    }
}

fn open_nonce(
    services: &Services,
    platform: &Platform,
    wanted: (AttemptId, Purpose),
    sealed: &str,
    work: Option<&Answer>,
) -> Result<Nonce, Problem> {
    let nonce = Nonce::open(services, platform, sealed)?;
    if (nonce.attempt, nonce.purpose) != wanted {
        return Err(ProblemCode::ProofRefused.into());
    }
    // first what is cheapest: a flood without work costs no signature
    let now = services.clock.now();
    match (submitted(platform, &nonce, work), nonce.key) {
        (Some(submitted), _) => services.brake.check_form(submitted, now)?,
        (None, Some(key)) if nonce.purpose == Purpose::Login => services.brake.check_spared(platform, key, now)?,
        _ => {}
    }
    Ok(nonce)
}

fn submitted<'a>(platform: &'a Platform, nonce: &'a Nonce, answer: Option<&'a Answer>) -> Option<Submitted<'a>> {
    let work = nonce.work.as_ref()?;
    Some(Submitted { platform, attempt: nonce.attempt, work, answer })
}
