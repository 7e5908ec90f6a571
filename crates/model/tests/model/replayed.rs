//! Paths of the model, walked through the real verifier: a model that says something else than the code fails here.

use std::sync::{Arc, Mutex, PoisonError};

use super::Failure;
use super::replay::Replay;
use super::world::{Action, Owner, Shown, State, Thief, World};
use stateright::{Checker, Model, Path};

/// Paths of eight steps and more, one of so many, chosen by what it does, so that every run walks the same ones; and those that
/// show what must be possible.
fn paths(world: World, one_of: u64) -> Vec<Path<State, Action>> {
    let kept: Arc<Mutex<Vec<Path<State, Action>>>> = Arc::default();
    let keep = kept.clone();
    let visit = move |path: Path<State, Action>| {
        let actions = path.clone().into_actions();
        let mark = actions.iter().fold(7_u64, |mark, action| mark.wrapping_mul(31).wrapping_add(number(*action)));
        if mark.is_multiple_of(one_of) && actions.len() >= 8 {
            keep.lock().unwrap_or_else(PoisonError::into_inner).push(path);
        }
    };
    let checker = world.checker().visitor(visit).spawn_dfs().join();
    let mut paths = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
    paths.extend(checker.discoveries().into_values());
    paths
}

fn number(action: Action) -> u64 {
    let (kind, at) = match action {
        Action::Post(who) => (1, usize::from(who == super::world::Who::Thief)),
        Action::Arrive(at) => (2, at),
        Action::Receive(at) => (3, at),
        Action::Confirm(at) => (4, at),
        Action::Redeem(at) => (5, at),
        Action::ReceiveRedeemed(at) => (6, at),
        Action::Copy => (7, 0),
        Action::Tick => (8, 0),
    };
    kind * 8 + u64::try_from(at).unwrap_or(7)
}

async fn walk(world: World, path: Path<State, Action>) -> Result<(), Failure> {
    let mut replay = Replay::begin(world).await?;
    let steps = path.into_vec();
    let after = steps.iter().skip(1).map(|(state, _)| state);
    for ((_, action), expected) in steps.iter().zip(after) {
        let action = action.ok_or("a step without an action")?;
        let told = |failure| format!("{action:?} of {:?}: {failure}", steps.iter().map(|(_, a)| a).collect::<Vec<_>>());
        replay.step(action, expected).await.map_err(told)?;
    }
    Ok(())
}

async fn walk_all(world: World, one_of: u64) {
    let paths = paths(world, one_of);
    let redeemed = |path: &Path<State, Action>| path.last_state().tokens > 0;
    let frozen = |path: &Path<State, Action>| path.last_state().is_frozen;
    let count = |fits: &dyn Fn(&Path<State, Action>) -> bool| paths.iter().filter(|path| fits(path)).count();
    println!("{} paths, {} with a redemption, {} with a fork", paths.len(), count(&redeemed), count(&frozen));
    assert!(paths.len() >= 50);
    assert!(count(&redeemed) > 0 || !world.shows.contains(&Shown::Redemption));
    assert!(count(&frozen) > 0 || !world.shows.contains(&Shown::Fork));
    for path in paths {
        if let Err(failure) = walk(world, path).await {
            panic!("{failure}");
        }
    }
}

#[tokio::test]
async fn the_verifier_does_what_the_model_does_for_one_browser() {
    let (thief, owner) = (Thief::Nowhere, Owner::Careful);
    walk_all(World { attempts: 3, ticks: 5, hold_s: 60, thief, owner, shows: &[Shown::LostReply] }, 97).await;
}

#[tokio::test]
async fn the_verifier_does_what_the_model_does_with_a_copy_abroad() {
    let (thief, owner) = (Thief::Abroad, Owner::Gullible);
    walk_all(World { attempts: 3, ticks: 1, hold_s: 0, thief, owner, shows: &[Shown::Fork, Shown::Redemption] }, 307)
        .await;
}

#[tokio::test]
async fn the_verifier_does_what_the_model_does_with_a_copy_next_door() {
    let (thief, owner) = (Thief::NextDoor, Owner::Gullible);
    walk_all(World { attempts: 3, ticks: 1, hold_s: 0, thief, owner, shows: &[Shown::Redemption] }, 211).await;
}
