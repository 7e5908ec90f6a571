//! Authenticator data (section 6.1): what the authenticator says, and signs.

use login_guard_protocol::Digest;

use super::Refused;
use super::cbor::Item;
use super::cose::CoseKey;

/// User present.
const UP: u8 = 1;
/// User verified.
const UV: u8 = 1 << 2;
/// Backup eligible: the passkey may exist in several places.
const BE: u8 = 1 << 3;
/// Backup state: it does.
const BS: u8 = 1 << 4;
/// A credential follows.
const AT: u8 = 1 << 6;
/// Extensions follow.
const ED: u8 = 1 << 7;

/// Authenticator data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatorData {
    relying_party: [u8; 32],
    flags: u8,
    /// The signature counter; 0 where there is none.
    pub sign_count: u32,
    /// The credential that was made, in a registration.
    pub credential: Option<AttestedCredential>,
}

/// A credential that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestedCredential {
    /// The kind of authenticator; zeros where it does not say.
    pub aaguid: [u8; 16],
    /// The credential's identifier.
    pub id: Vec<u8>,
    /// Its public key, as it was written.
    pub key_bytes: Vec<u8>,
}

impl AuthenticatorData {
    /// Reads all of the bytes.
    ///
    /// # Errors
    /// [`Refused::Malformed`]; [`Refused::Algorithm`] for a key of another kind.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refused> {
        let (relying_party, rest) = bytes.split_first_chunk::<32>().ok_or(Refused::Malformed)?;
        let ([flags], rest) = rest.split_first_chunk::<1>().ok_or(Refused::Malformed)?;
        let (sign_count, mut rest) = rest.split_first_chunk::<4>().ok_or(Refused::Malformed)?;
        let mut credential = None;
        if flags & AT != 0 {
            let (read, after) = AttestedCredential::read(rest)?;
            (credential, rest) = (Some(read), after);
        }
        if flags & ED != 0 {
            rest = Item::read(rest)?.1;
        }
        if !rest.is_empty() {
            return Err(Refused::Malformed);
        }
        Ok(Self {
            relying_party: *relying_party,
            flags: *flags,
            sign_count: u32::from_be_bytes(*sign_count),
            credential,
        })
    }

    /// Checks what both ceremonies demand: the relying party, a person who is there and was verified, and flags that make sense.
    ///
    /// # Errors
    /// [`Refused::RelyingParty`], [`Refused::Presence`], [`Refused::Verification`], [`Refused::Backup`].
    pub fn check(&self, relying_party: &str) -> Result<(), Refused> {
        if self.relying_party != *Digest::of(relying_party.as_bytes()).as_bytes() {
            return Err(Refused::RelyingParty);
        }
        if self.flags & UP == 0 {
            return Err(Refused::Presence);
        }
        if self.flags & UV == 0 {
            return Err(Refused::Verification);
        }
        if self.is_backed_up() && !self.is_backup_eligible() {
            return Err(Refused::Backup);
        }
        Ok(())
    }

    /// Whether the passkey may exist in several places.
    pub const fn is_backup_eligible(&self) -> bool {
        self.flags & BE != 0
    }

    /// Whether it does.
    pub const fn is_backed_up(&self) -> bool {
        self.flags & BS != 0
    }
}

impl AttestedCredential {
    fn read(bytes: &[u8]) -> Result<(Self, &[u8]), Refused> {
        let (aaguid, rest) = bytes.split_first_chunk::<16>().ok_or(Refused::Malformed)?;
        let (length, rest) = rest.split_first_chunk::<2>().ok_or(Refused::Malformed)?;
        let (id, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(Refused::Malformed)?;
        let (_, after) = CoseKey::read(rest)?;
        let key_bytes = rest.get(..rest.len() - after.len()).ok_or(Refused::Malformed)?.to_vec();
        Ok((Self { aaguid: *aaguid, id: id.to_vec(), key_bytes }, after))
    }
}
