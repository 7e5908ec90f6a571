//! One answer against its work: one puzzle, one derivation.

use std::num::NonZeroU32;

use login_guard_protocol::challenge::work::{self, Answer, Kind, PuzzleAnswer, RESULT_BYTES, Work};
use login_guard_protocol::{AttemptId, Digest};
use subtle::ConstantTimeEq;

use super::{Submitted, difficulty};
use crate::seal::Keys;
use crate::seal::work::work_choice;

/// Names an answer to a piece of work of an attempt.
pub(super) fn fingerprint(submitted: Submitted<'_>, answer: &Answer) -> Digest {
    Digest::of(&[&submitted.work.block(submitted.attempt)[..], answer.as_bytes()].concat())
}

/// The puzzle that is looked at: the same for every answer to this work, and known to nobody else. Whoever may try again
/// after a refusal learns little; were it chosen by the answer, every answer would be a new draw.
pub(super) fn chosen(keys: &Keys, submitted: Submitted<'_>) -> u32 {
    let number = work_choice(keys, submitted.platform, submitted.attempt, submitted.work.salt.as_bytes());
    // the bias of a 64-bit number over at most 64 puzzles is below 2⁻⁵⁸
    u32::try_from(number % u64::from(submitted.work.puzzles.max(1))).unwrap_or(0)
}

/// Whether the answer to that puzzle is right. PBKDF2 runs outside the threads that serve requests.
pub(super) async fn is_right(submitted: Submitted<'_>, answer: &Answer, puzzle: u32) -> bool {
    let Some(claimed) = usize::try_from(puzzle).ok().and_then(|index| answer.puzzle(index)) else { return false };
    let (work, attempt) = (submitted.work.clone(), submitted.attempt);
    let derive = move || is_solution(&work, attempt, puzzle, claimed);
    match submitted.work.kind {
        Kind::Sha256 => derive(),
        // a task that was cut off has decided nothing good
        _ => tokio::task::spawn_blocking(derive).await.unwrap_or(false),
    }
}

fn is_solution(work: &Work, attempt: AttemptId, puzzle: u32, claimed: PuzzleAnswer) -> bool {
    result(work, attempt, puzzle, claimed.counter)
        .is_some_and(|result| work.is_solved_by(&result) && bool::from(work::tag(&result).ct_eq(&claimed.tag)))
}

/// The result for one counter; none for work that is not ours.
pub(crate) fn result(work: &Work, attempt: AttemptId, puzzle: u32, counter: u32) -> Option<[u8; RESULT_BYTES]> {
    let (block, point) = (work.block(attempt), work::point(puzzle, counter));
    let mut result = [0; RESULT_BYTES];
    match (work.kind, work.iterations) {
        (Kind::Pbkdf2Sha256, Some(iterations)) if iterations <= difficulty::ITERATIONS => {
            let iterations = NonZeroU32::new(iterations)?;
            ring::pbkdf2::derive(ring::pbkdf2::PBKDF2_HMAC_SHA256, iterations, &point, &block, &mut result);
        }
        (Kind::Sha256, None) => {
            let digest = Digest::of(&[&block[..], &point].concat());
            result.iter_mut().zip(digest.as_bytes()).for_each(|(place, byte)| *place = *byte);
        }
        _ => return None,
    }
    Some(result)
}
