//! The state as a device's row holds it: fixed fields, then lists with their counts. The current generation has a column
//! of its own and is not among them.

use super::{Doubt, GenerationDigest, Late, NETWORKS, Ratchet, SUPERSEDED};
use crate::clock::Timestamp;

const VERSION: u8 = 1;

impl Ratchet {
    /// The state without the current generation.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION, self.branches];
        write_time(&mut bytes, self.held_since);
        write_time(&mut bytes, self.issued_at);
        bytes.extend(self.issued_to);
        bytes.push(u8::from(self.late.is_some()));
        if let Some(late) = &self.late {
            bytes.extend(late.generation);
            bytes.extend(late.network);
            write_time(&mut bytes, late.until);
        }
        let (kind, at) = match self.doubt {
            Doubt::None => (0, Timestamp::from_millis(0)),
            Doubt::Open(at) => (1, at),
            Doubt::Confirmed(at) => (2, at),
            Doubt::Used(at) => (3, at),
        };
        bytes.push(kind);
        write_time(&mut bytes, at);
        write_time(&mut bytes, self.noticed_at.unwrap_or(Timestamp::from_millis(0)));
        for list in [&self.superseded, &self.networks] {
            // both are kept far below 256
            bytes.push(u8::try_from(list.len()).unwrap_or(u8::MAX));
            bytes.extend(list.iter().flatten());
        }
        bytes
    }

    /// Reads a state back; none when the bytes make no sense. No bytes at all are a device without any history.
    pub fn from_bytes(current: GenerationDigest, bytes: &[u8]) -> Option<Self> {
        let mut state = Self::new(current);
        if bytes.is_empty() {
            return Some(state);
        }
        let mut reader = Reader(bytes);
        if reader.byte()? != VERSION {
            return None;
        }
        state.branches = reader.byte()?;
        state.held_since = reader.time()?;
        state.issued_at = reader.time()?;
        state.issued_to = reader.take()?;
        state.late = match reader.byte()? {
            0 => None,
            1 => Some(Late { generation: reader.take()?, network: reader.take()?, until: reader.time()? }),
            _ => return None,
        };
        state.doubt = match (reader.byte()?, reader.time()?) {
            (0, _) => Doubt::None,
            (1, at) => Doubt::Open(at),
            (2, at) => Doubt::Confirmed(at),
            (3, at) => Doubt::Used(at),
            _ => return None,
        };
        state.noticed_at = reader.time().map(|at| (at.as_millis() > 0).then_some(at))?;
        state.superseded = reader.list(SUPERSEDED)?;
        state.networks = reader.list(NETWORKS)?;
        reader.0.is_empty().then_some(state)
    }
}

fn write_time(bytes: &mut Vec<u8>, at: Timestamp) {
    bytes.extend(at.as_millis().to_be_bytes());
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take().map(|[byte]| byte)
    }

    fn time(&mut self) -> Option<Timestamp> {
        self.take().map(|bytes| Timestamp::from_millis(u64::from_be_bytes(bytes)))
    }

    fn list(&mut self, most: usize) -> Option<Vec<[u8; 8]>> {
        let count = usize::from(self.byte()?);
        if count > most {
            return None;
        }
        (0..count).map(|_| self.take()).collect()
    }
}
