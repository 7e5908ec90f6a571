use std::collections::BTreeSet;

use login_guard_protocol::Transcript;
use proptest::prelude::*;

use super::*;

/// The hold, and the longest that a request and its reply are under way together: a little under half of it.
const HOLD_S: u64 = 60;
const UNDER_WAY_MS: u64 = 29_900;
const SETTINGS: Settings = Settings { hold_s: HOLD_S };
/// Every schedule begins here.
const START_MS: u64 = 1_795_356_180_000;

fn next(current: &GenerationDigest, number: u8) -> GenerationDigest {
    *Transcript::new("test/next").part(current).number(number.into()).digest().as_bytes()
}

fn generation(number: u64) -> GenerationDigest {
    *Transcript::new("test/generation").number(number).digest().as_bytes()
}

fn place(ms: u64, network: u8) -> Place {
    Place { now: Timestamp::from_millis(START_MS + ms), network: Some([network; 8]) }
}

/// What the verifier keeps of the device, and answers.
struct Verifier(Ratchet);

impl Verifier {
    /// A device that was confirmed a moment ago from networks 0 to 3, and what its browser was given.
    fn enrolled() -> (Self, GenerationDigest) {
        let fresh = generation(0);
        let mut state = Ratchet::new(fresh);
        for network in 0..4 {
            state = state.confirmed(None, fresh, &place(0, network), &next);
        }
        (Self(state), fresh)
    }

    /// A log-in with key and password right, on the machine that was enrolled. Gives the next generation if it is allowed.
    fn log_in(&mut self, shown: &GenerationDigest, place: &Place) -> Result<GenerationDigest, (Seen, Found)> {
        let seen = self.0.look(shown, place, &next);
        let found = self.0.judge(seen, Machine::Same, place);
        if found != Found::Sound || !seen.is_live() {
            self.0 = self.0.doubted(found, place).0;
            return Err((seen, found));
        }
        let (state, number) = self.0.allowed(seen, place, &SETTINGS, &next);
        self.0 = state;
        Ok(next(self.0.current(), number))
    }

    fn confirm(&mut self, shown: &GenerationDigest, place: &Place) -> GenerationDigest {
        let fresh = generation(place.now.as_millis());
        let known = self.0.look(shown, place, &next) != Seen::Unknown;
        self.0 = self.0.confirmed(known.then_some(shown), fresh, place, &next);
        fresh
    }
}

/// What becomes of one log-in of a browser.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Arrives,
    ArrivesTwice,
    ReplyLost,
    RequestLost,
}

#[derive(Clone, Debug)]
struct Post {
    gap_ms: u64,
    to_verifier_ms: u64,
    to_browser_ms: u64,
    again_ms: u64,
    network: u8,
    fate: Fate,
}

fn post() -> impl Strategy<Value = Post> {
    let gap = prop_oneof![0..3_000_u64, 0..40_000_u64, 60_000..200_000_u64, 1..3_000_000_000_u64];
    let fate = prop_oneof![
        3 => Just(Fate::Arrives),
        1 => Just(Fate::ArrivesTwice),
        2 => Just(Fate::ReplyLost),
        1 => Just(Fate::RequestLost),
    ];
    let third = UNDER_WAY_MS / 3;
    (gap, 0..third, 0..third, 0..third, 0..4_u8, fate).prop_map(
        |(gap_ms, to_verifier_ms, to_browser_ms, again_ms, network, fate)| Post {
            gap_ms,
            to_verifier_ms,
            to_browser_ms,
            again_ms,
            network,
            fate,
        },
    )
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Sends(usize),
    Reaches(usize),
    Arrives(usize),
}

/// Plays one browser's posts, each on its own page, over a network that delays, loses and repeats.
fn play(posts: &[Post]) -> Result<(), TestCaseError> {
    let (mut verifier, mut jar) = Verifier::enrolled();
    let mut queue: BTreeSet<(u64, Event)> = BTreeSet::new();
    let (mut at, mut pause_at) = (0, 0);
    for (number, post) in posts.iter().enumerate() {
        at += post.gap_ms;
        if post.gap_ms >= 2 * HOLD_S * 1_000 {
            pause_at = at;
        } else if at - pause_at > 400_000 {
            // somebody who logs in more often than once a minute for ten minutes on end is not promised anything
            at += 2 * HOLD_S * 1_000;
            pause_at = at;
        }
        queue.insert((at, Event::Sends(number)));
    }
    let mut sent = vec![[0; 32]; posts.len()];
    let mut replies = vec![[0; 32]; posts.len()];
    while let Some((at, event)) = queue.pop_first() {
        match event {
            Event::Sends(number) => {
                sent[number] = jar;
                if !matches!(posts[number].fate, Fate::RequestLost) {
                    queue.insert((at + posts[number].to_verifier_ms, Event::Reaches(number)));
                }
            }
            Event::Reaches(number) => {
                let post = &posts[number];
                let reply = verifier.log_in(&sent[number], &place(at, post.network));
                prop_assert!(reply.is_ok(), "post {number} at {at}: {reply:?}");
                replies[number] = reply.unwrap_or_default();
                match post.fate {
                    Fate::Arrives => drop(queue.insert((at + post.to_browser_ms, Event::Arrives(number)))),
                    Fate::ArrivesTwice => {
                        queue.insert((at + post.to_browser_ms, Event::Arrives(number)));
                        queue.insert((at + post.to_browser_ms + post.again_ms, Event::Arrives(number)));
                    }
                    Fate::ReplyLost | Fate::RequestLost => {}
                }
            }
            Event::Arrives(number) => jar = replies[number],
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn one_browser_is_never_taken_for_two(posts in prop::collection::vec(post(), 1..40)) {
        play(&posts)?;
    }

    #[test]
    fn two_copies_are_found_by_the_third_use_of_each(
        before in prop::collection::vec((any::<bool>(), 0..4_u8), 0..12),
        after in prop::collection::vec((any::<bool>(), 0..4_u8), 24..40),
    ) {
        let (mut verifier, mut jar) = Verifier::enrolled();
        let mut at = 0;
        for (arrives, network) in before {
            at += 61_000;
            let reply = verifier.log_in(&jar, &place(at, network)).unwrap();
            if arrives {
                jar = reply;
            }
        }
        let (mut jars, mut uses) = ([jar, jar], [0, 0]);
        for (second, network) in after {
            let who = usize::from(second);
            at += 61_000;
            uses[who] += 1;
            match verifier.log_in(&jars[who], &place(at, network)) {
                Ok(reply) => jars[who] = reply,
                Err(found) => {
                    prop_assert_eq!(found, (Seen::Superseded, Found::Superseded));
                    let other = verifier.log_in(&jars[1 - who], &place(at + 1, network));
                    prop_assert_eq!(other.map_err(|(_, found)| found), Err(Found::Forked), "the other side is found by its next use");
                    return Ok(());
                }
            }
            prop_assert!(uses[0].min(uses[1]) < 3, "nothing was found: {:?}", uses);
        }
    }

    #[test]
    fn state_comes_back_from_its_bytes(posts in prop::collection::vec((0..4_u8, 0..100_000_u64, any::<bool>()), 0..30)) {
        let (mut verifier, mut jar) = Verifier::enrolled();
        let mut at = 0;
        for (network, gap, confirms) in posts {
            at += gap;
            let here = place(at, network);
            jar = if confirms { verifier.confirm(&jar, &here) } else { verifier.log_in(&jar, &here).unwrap_or(jar) };
            let state = &verifier.0;
            let bytes = state.to_bytes();
            let back = Ratchet::from_bytes(*state.current(), &bytes);
            prop_assert_eq!(back.as_ref(), Some(state));
            prop_assert!(bytes.len() <= 500);
            for cut in 1..bytes.len() {
                prop_assert_eq!(Ratchet::from_bytes(*state.current(), &bytes[..cut]), None);
            }
        }
    }
}

/// Seconds in a day, in milliseconds.
const DAY_MS: u64 = 24 * 3_600_000;

#[test]
fn two_copies_in_lock_step_are_found() {
    let (mut verifier, jar) = Verifier::enrolled();
    let (mut owner, mut thief) = (jar, jar);
    let mut found = Vec::new();
    for round in 0..4 {
        for (jar, later) in [(&mut owner, 0), (&mut thief, 61_000)] {
            match verifier.log_in(jar, &place(round * DAY_MS + later, 1)) {
                Ok(reply) => *jar = reply,
                Err((_, what)) => found.push((round, what)),
            }
        }
    }
    assert_eq!(found[..2], [(1, Found::Superseded), (2, Found::Forked)]);
}

#[test]
fn a_browser_that_loses_every_reply_stays_known() {
    let (mut verifier, jar) = Verifier::enrolled();
    for day in 0..40 {
        assert!(verifier.log_in(&jar, &place(day * DAY_MS, 1)).is_ok(), "day {day}");
    }
}

#[test]
fn a_restored_back_up_is_doubted_and_never_a_fork_however_often_it_is_tried() {
    let (mut verifier, back_up) = Verifier::enrolled();
    let mut jar = back_up;
    for day in 0..3 {
        jar = verifier.log_in(&jar, &place(day * DAY_MS, 1)).unwrap();
    }
    for day in 3..6 {
        let outcome = verifier.log_in(&back_up, &place(day * DAY_MS, 1));
        assert_eq!(outcome, Err((Seen::Superseded, Found::Superseded)), "day {day}");
    }
    jar = verifier.confirm(&back_up, &place(6 * DAY_MS, 1));
    for day in 7..10 {
        jar = verifier.log_in(&jar, &place(day * DAY_MS, 1)).unwrap();
    }
    let again = verifier.log_in(&back_up, &place(10 * DAY_MS, 1));
    assert_eq!(again, Err((Seen::Superseded, Found::Forked)), "a second old copy while the confirmed one is in use");
    assert_eq!(verifier.log_in(&jar, &place(11 * DAY_MS, 1)).map_err(|(_, found)| found), Err(Found::Forked));
}

#[test]
fn a_superseded_use_is_forgotten_after_a_month() {
    let (mut verifier, back_up) = Verifier::enrolled();
    let mut jar = verifier.log_in(&back_up, &place(0, 1)).unwrap();
    jar = verifier.log_in(&jar, &place(DAY_MS, 1)).unwrap();
    let jar = verifier.log_in(&jar, &place(2 * DAY_MS, 1)).unwrap();
    assert!(verifier.log_in(&back_up, &place(3 * DAY_MS, 1)).is_err());
    assert!(verifier.log_in(&jar, &place(33 * DAY_MS - 1, 1)).is_err());
    assert!(verifier.log_in(&jar, &place(64 * DAY_MS, 1)).is_ok());
}

#[test]
fn an_overtaken_generation_from_another_machine_or_network_is_a_fork() {
    let (mut verifier, old) = Verifier::enrolled();
    let mut jar = old;
    for day in 0..3 {
        jar = verifier.log_in(&jar, &place(day * DAY_MS, 1)).unwrap();
    }
    let seen = verifier.0.look(&old, &place(9 * DAY_MS, 1), &next);
    let judge = |machine, network| verifier.0.judge(seen, machine, &place(9 * DAY_MS, network));
    assert_eq!(judge(Machine::Same, 1), Found::Superseded);
    assert_eq!(judge(Machine::Differs, 1), Found::Forked);
    assert_eq!(judge(Machine::Same, 200), Found::Forked);
    let nowhere = Place { network: None, ..place(9 * DAY_MS, 1) };
    assert_eq!(verifier.0.judge(seen, Machine::Same, &nowhere), Found::Forked, "an unknown network is not a known one");
}

#[test]
fn what_was_shown_at_a_confirmation_is_good_for_ten_minutes_there_and_nowhere_else() {
    let (mut verifier, shown) = Verifier::enrolled();
    let fresh = verifier.confirm(&shown, &place(0, 1));
    let look = |ms, network| verifier.0.look(&shown, &place(ms, network), &next);
    assert_eq!((look(599_999, 1), look(599_999, 2)), (Seen::Late, Seen::Superseded));
    assert_eq!(look(600_000, 1), Seen::Superseded);

    let given = verifier.log_in(&shown, &place(1_000, 1)).unwrap();
    assert_ne!(given, fresh, "the fresh one is stored nowhere: a lost reply gets the next of it");
    assert!(verifier.log_in(&given, &place(100_000, 1)).is_ok());
}

#[test]
fn a_copy_from_before_the_owners_confirmation_is_found_on_both_sides() {
    let (mut verifier, jar) = Verifier::enrolled();
    let copy = jar;
    let owner = verifier.confirm(&jar, &place(0, 1));
    assert_eq!(verifier.log_in(&copy, &place(700_000, 1)), Err((Seen::Superseded, Found::Superseded)));
    assert_eq!(verifier.log_in(&owner, &place(800_000, 1)).map_err(|(_, found)| found), Err(Found::Forked));
}

#[test]
fn a_copy_that_used_the_ten_minutes_is_found_all_the_same() {
    let (mut verifier, jar) = Verifier::enrolled();
    let mut owner = verifier.confirm(&jar, &place(0, 1));
    let mut copy = verifier.log_in(&jar, &place(1_000, 1)).unwrap();
    let mut found = 0;
    for day in 1..4 {
        for (jar, later) in [(&mut owner, 0), (&mut copy, 61_000)] {
            match verifier.log_in(jar, &place(day * DAY_MS + later, 1)) {
                Ok(reply) => *jar = reply,
                Err(_) => found += 1,
            }
        }
    }
    assert!(found >= 2);
}

#[test]
fn a_lost_reply_to_a_confirmation_after_doubt_is_no_fork() {
    let (mut verifier, old) = Verifier::enrolled();
    let mut jar = old;
    for day in 0..3 {
        jar = verifier.log_in(&jar, &place(day * DAY_MS, 1)).unwrap();
    }
    assert!(verifier.log_in(&old, &place(4 * DAY_MS, 1)).is_err());
    verifier.confirm(&old, &place(4 * DAY_MS, 1));
    assert_eq!(verifier.log_in(&old, &place(5 * DAY_MS, 1)), Err((Seen::Superseded, Found::Superseded)));
}

#[test]
fn whoever_logs_in_without_pause_does_not_stop_the_ratchet() {
    let (mut verifier, jar) = Verifier::enrolled();
    let mut thief = jar;
    for step in 0..45 {
        thief = verifier.log_in(&thief, &place(step * 30_000, 2)).unwrap();
    }
    assert_eq!(verifier.0.look(&jar, &place(1_400_000, 1), &next), Seen::Superseded);
}

#[test]
fn whoever_repeats_one_generation_without_pause_does_not_stop_the_ratchet() {
    let (mut verifier, jar) = Verifier::enrolled();
    let mut owner = jar;
    for step in 0..100 {
        let outcome = verifier.log_in(&jar, &place(step * 30_000, 2));
        if step > 25 && outcome.is_err() {
            return;
        }
        if step % 25 == 24 {
            owner = verifier.log_in(&owner, &place(step * 30_000 + 1, 1)).unwrap();
        }
    }
    panic!("the copy was never found");
}

#[test]
fn a_generation_that_a_restored_store_does_not_know_is_unknown_and_changes_nothing() {
    let (verifier, jar) = Verifier::enrolled();
    let restored = verifier.0.clone();
    let mut verifier = verifier;
    let mut jar = jar;
    for day in 0..3 {
        jar = verifier.log_in(&jar, &place(day * DAY_MS, 1)).unwrap();
    }
    let mut verifier = Verifier(restored.clone());
    assert_eq!(verifier.log_in(&jar, &place(9 * DAY_MS, 1)), Err((Seen::Unknown, Found::Sound)));
    assert_eq!(verifier.0, restored);
}

#[test]
fn the_owner_is_written_to_once_an_hour() {
    let (verifier, _) = Verifier::enrolled();
    let (state, notice) = verifier.0.doubted(Found::Superseded, &place(0, 1));
    assert_eq!(notice, Notice::Due);
    let (state, notice) = state.doubted(Found::Superseded, &place(3_599_999, 1));
    assert_eq!(notice, Notice::NotNow);
    assert_eq!(state.doubted(Found::Forked, &place(3_600_000, 1)).1, Notice::Due);
}

#[test]
fn lists_stay_within_their_bounds() {
    let (mut verifier, mut jar) = Verifier::enrolled();
    for step in 0..100_u8 {
        jar = verifier.log_in(&jar, &place(u64::from(step) * DAY_MS, step)).unwrap();
    }
    assert_eq!((verifier.0.superseded.len(), verifier.0.networks.len()), (SUPERSEDED, NETWORKS));
    assert!(verifier.0.knows_network(Some([99; 8])) && !verifier.0.knows_network(Some([1; 8])));
    assert!(!verifier.0.knows_network(None));
}
