//! The search of work of the kind `sha256` (docs/protocol.md "Work"), for browsers: a wasm file of its own that is fetched
//! only where that kind is asked for.
//!
//! One export, [`search`], takes and gives numbers only: no memory crosses the boundary, so the file needs no glue and
//! no allocator. It is built twice, without and with `simd128`; a page takes whichever its engine compiles. Both run the
//! same rounds ([`rounds`]), over one word or over four ([`word`]); what they find is hashed once more by `sha2`, so
//! that a slip in the rounds gives no answer instead of a wrong one.
//!
//! May import: sha2, wasm-bindgen. Must not know the protocol's bytes: the page hands over the finished block.

pub mod rounds;
pub mod word;

use sha2::block_api::compress256;
use wasm_bindgen::prelude::wasm_bindgen;

use rounds::{INITIAL, Tail};
use word::{Lanes, Word};

/// What [`search`] gives when no counter of the range is a solution.
pub const NONE: u64 = u64::MAX;

/// Tries `count` counters from `from` upwards and gives the first whose digest begins with `bits` zero bits (1 to 32).
///
/// The digest is SHA-256 of the block, given as eight big-endian numbers, followed by `puzzle` and counter, four
/// big-endian bytes each. Gives `counter << 32 | tag`, the tag being bytes 12 to 15 of the digest, or [`NONE`]. A counter
/// above 4,294,967,039 is never tried, so that none is mistaken for [`NONE`].
#[wasm_bindgen]
#[expect(
    clippy::too_many_arguments,
    reason = "numbers only: an array would need memory, and with it glue and allocator"
)]
pub fn search(
    block0: u64,
    block1: u64,
    block2: u64,
    block3: u64,
    block4: u64,
    block5: u64,
    block6: u64,
    block7: u64,
    puzzle: u32,
    from: u32,
    count: u32,
    bits: u32,
) -> u64 {
    let block = [block0, block1, block2, block3, block4, block5, block6, block7];
    search_block(&block, puzzle, from, count, bits)
}

/// Counters at the end that are not tried: whole steps, and none that looks like [`NONE`].
const UNTRIED: u32 = 256;

fn search_block(block: &[u64; 8], puzzle: u32, from: u32, count: u32, bits: u32) -> u64 {
    let middle = middle_state(block);
    let tail = Tail::new(middle, puzzle);
    let mask = u32::MAX << (32 - bits.clamp(1, 32));
    let end = from.saturating_add(count).min(u32::MAX - UNTRIED);
    let mut counter = from;
    while counter < end {
        if tail.first::<Lanes>(Lanes::ascending(counter)).any_zero(mask) {
            for candidate in counter..end.min(counter + Lanes::COUNT) {
                let digest = digest(middle, puzzle, candidate);
                if digest[0] & mask == 0 {
                    return u64::from(candidate) << 32 | u64::from(digest[3]);
                }
            }
        }
        counter += Lanes::COUNT;
    }
    NONE
}

/// The state after the fixed block, which all counters share.
fn middle_state(block: &[u64; 8]) -> [u32; 8] {
    let mut bytes = [0; 64];
    for (place, number) in bytes.chunks_exact_mut(8).zip(block) {
        place.copy_from_slice(&number.to_be_bytes());
    }
    let mut state = INITIAL;
    compress256(&mut state, &[bytes]);
    state
}

/// The whole digest for one counter.
fn digest(middle: [u32; 8], puzzle: u32, counter: u32) -> [u32; 8] {
    let mut block = [0; 64];
    for (place, word) in block.chunks_exact_mut(4).zip(rounds::last_block(puzzle, counter)) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    let mut state = middle;
    compress256(&mut state, &[block]);
    state
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;

    fn hashed(block: &[u64; 8], puzzle: u32, counter: u32) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for number in block {
            hasher.update(number.to_be_bytes());
        }
        hasher.update(puzzle.to_be_bytes());
        hasher.update(counter.to_be_bytes());
        hasher.finalize().into()
    }

    proptest! {
        #[test]
        fn the_first_counter_that_fits_is_found_with_its_tag(block: [u64; 8], puzzle: u32, from in 0..u32::MAX - 5_000) {
            let fits = |counter: &u32| hashed(&block, puzzle, *counter)[0] == 0;
            let found = search_block(&block, puzzle, from, 2_000, 8);
            let expected = (from..from + 2_000).find(fits).map_or(NONE, |counter| {
                let tag: [u8; 4] = hashed(&block, puzzle, counter)[12..16].try_into().unwrap();
                u64::from(counter) << 32 | u64::from(u32::from_be_bytes(tag))
            });
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn both_widths_run_the_same_rounds(middle: [u32; 8], puzzle: u32, counter: u32) {
            let tail = Tail::new(middle, puzzle);
            prop_assert_eq!(tail.first::<u32>(counter), digest(middle, puzzle, counter)[0]);
        }
    }

    #[test]
    fn the_end_of_the_counters_is_no_solution() {
        assert_eq!(search_block(&[0; 8], 0, u32::MAX - 10, 100, 1), NONE);
        assert_eq!(search_block(&[0; 8], 0, 0, 0, 1), NONE);
    }
}
