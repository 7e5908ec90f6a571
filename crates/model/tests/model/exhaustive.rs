//! Every reachable state of the model keeps the invariants.

use super::world::{Owner, Shown, Thief, World};
use stateright::{Checker, Model};

fn check(world: World, at_least: usize) {
    let checker = world.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    let states = checker.unique_state_count();
    println!("{world:?}: {states} states");
    assert!(states >= at_least, "{states} states are fewer than were ever explored: is an action missing?");
}

#[test]
fn one_browser_over_a_bad_network_is_never_doubted() {
    let (thief, owner) = (Thief::Nowhere, Owner::Careful);
    check(World { attempts: 4, ticks: 5, hold_s: 60, thief, owner, shows: &[Shown::LostReply] }, 200_000);
}

#[test]
fn a_copy_abroad_breaks_no_invariant() {
    let (thief, owner) = (Thief::Abroad, Owner::Gullible);
    check(World { attempts: 3, ticks: 6, hold_s: 60, thief, owner, shows: &[Shown::LostReply, Shown::Fork] }, 200_000);
}

#[test]
fn a_copy_next_door_breaks_no_invariant() {
    let (thief, owner) = (Thief::NextDoor, Owner::Gullible);
    check(World { attempts: 3, ticks: 6, hold_s: 60, thief, owner, shows: &[Shown::LostReply] }, 200_000);
}

#[test]
fn two_machines_that_both_go_on_are_found() {
    let (thief, owner) = (Thief::NextDoor, Owner::Careful);
    check(World { attempts: 4, ticks: 1, hold_s: 0, thief, owner, shows: &[Shown::Redemption] }, 200_000);
}
