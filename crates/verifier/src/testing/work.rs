//! Work as a browser does it.

use login_guard_protocol::AttemptId;
use login_guard_protocol::challenge::work::{Answer, PuzzleAnswer, Work, tag};
use serde_json::Value;

use super::Failure;
use crate::attempts::BeginResponse;

/// The last part of the field `login-guard-proof`: the answer to the work, where some was asked for.
///
/// # Errors
/// As [`solve`].
pub fn work_part(begun: &BeginResponse) -> Result<String, Failure> {
    begun.work.as_ref().map_or(Ok(String::new()), |work| Ok(format!("~{}", solve(work, begun.attempt)?)))
}

/// Does a piece of work as a browser does: the smallest counter of each puzzle.
///
/// # Errors
/// For work that is not ours.
pub fn solve(work: &Work, attempt: AttemptId) -> Result<Answer, Failure> {
    let solution = |puzzle| {
        (0..u32::MAX).find_map(|counter| {
            let result = crate::work::result(work, attempt, puzzle, counter)?;
            work.is_solved_by(&result).then(|| PuzzleAnswer { counter, tag: tag(&result) })
        })
    };
    let answers: Option<Vec<PuzzleAnswer>> = (0..work.puzzles).map(solution).collect();
    Ok(Answer::of(&answers.ok_or("work of an unknown kind")?))
}

/// The answer to the work of a challenge.
///
/// # Errors
/// As [`solve`].
pub fn solve_challenge(challenge: &Value) -> Result<String, Failure> {
    let work = serde_json::from_value(challenge["work"].clone())?;
    Ok(solve(&work, serde_json::from_value(challenge["attempt"].clone())?)?.to_string())
}
