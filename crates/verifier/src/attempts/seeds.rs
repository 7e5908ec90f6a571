//! What an attempt asks the canvas probe for: between the pure [`Probes`] and the keys that choose seeds.

use login_guard_protocol::ProbeSeed;

use super::probes::{Probes, Seeds};
use crate::entropy::{EntropyError, make_bytes};
use crate::seal::probe::{ProbeState, probe_choice, probe_seed};
use crate::services::Services;
use crate::store::{AccountKey, DeviceRow};

/// Seeds for a device that shows both halves: a pending one, if there is any, and a new one. The same, however often it asks, until a
/// verdict changes what is kept of it.
pub fn ask_device(services: &Services, key: &AccountKey, device: &DeviceRow) -> Seeds {
    let probes = Probes::read(&device.probes).unwrap_or_default();
    let state = ProbeState {
        key,
        device: &device.device,
        generation: &device.cookie_digest,
        epoch: services.epoch,
        serial: probes.serial(),
    };
    let new = |number| probe_seed(&services.keys, &state, number);
    [probes.choose(probe_choice(&services.keys, &state)).unwrap_or_else(|| new(0)), new(1)]
}

/// Seeds for anybody else: fresh ones, so that what was drawn for one attempt is never enrolled by another.
///
/// # Errors
/// [`EntropyError`].
pub fn make_seeds(services: &Services) -> Result<Seeds, EntropyError> {
    let make = || make_bytes(services.entropy.as_ref()).map(ProbeSeed::from_bytes);
    Ok([make()?, make()?])
}
