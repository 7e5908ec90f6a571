//! Seeds of the canvas probe: whoever does not hold the key can neither foresee the next one nor tell which will be asked for.

use login_guard_protocol::{DeviceId, ProbeSeed, Transcript};

use super::{KeyUse, Keys};
use crate::store::models::AccountKey;

/// Where a device's probes stand: each change of them gives another serial.
#[derive(Clone, Copy, Debug)]
pub struct ProbeState<'a> {
    /// Whose device it is.
    pub key: &'a AccountKey,
    /// The device.
    pub device: &'a DeviceId,
    /// The current generation of its cookie.
    pub generation: &'a [u8; 32],
    /// The restore epoch: what a restore brought back never comes up again.
    pub epoch: u32,
    /// The state's serial.
    pub serial: u64,
}

/// A new seed, with its number: the same as long as the state stays, so that asking again shows no other one.
pub fn probe_seed(keys: &Keys, state: &ProbeState<'_>, number: u8) -> ProbeSeed {
    let named = Transcript::new("login-guard/probe-seed/v1").part(state.key.platform.as_str().as_bytes());
    let named = named.part(state.key.account.as_str().as_bytes()).part(state.device.as_bytes());
    let mac = keys.mac(KeyUse::Probe, &named.number(state.epoch.into()).number(state.serial).part(&[number]));
    let mut seed = [0; 16];
    seed.copy_from_slice(&mac[..16]);
    ProbeSeed::from_bytes(seed)
}

/// A number that decides which pending seed is asked for.
pub fn probe_choice(keys: &Keys, state: &ProbeState<'_>) -> u64 {
    let named = Transcript::new("login-guard/probe-choice/v1").part(state.key.platform.as_str().as_bytes());
    let named = named.part(state.key.account.as_str().as_bytes()).part(state.device.as_bytes());
    let mac = keys.mac(KeyUse::Probe, &named.part(state.generation).number(state.epoch.into()).number(state.serial));
    let mut number = [0; 8];
    number.copy_from_slice(&mac[..8]);
    u64::from_be_bytes(number)
}
