use proptest::prelude::*;

use super::*;

const DAY_S: u64 = 24 * 3_600;

fn seed(number: u8) -> ProbeSeed {
    ProbeSeed::from_bytes([number; 16])
}

fn present(by: u8, seed: ProbeSeed) -> Component {
    let mut digest = *seed.as_bytes();
    digest[0] = by;
    Component::Present { digest: DigestText::from_bytes(digest) }
}

/// What processor and graphics draw of a seed.
fn answer(seed: ProbeSeed, processor: u8, graphics: u8) -> ProbeAnswer {
    ProbeAnswer { seed, cpu: present(processor, seed), default: present(graphics, seed) }
}

fn noisy(seed: ProbeSeed) -> ProbeAnswer {
    ProbeAnswer { seed, cpu: Component::Noisy, default: Component::Noisy }
}

fn at(day: u64) -> Timestamp {
    Timestamp::from_millis(0).plus_seconds(day * DAY_S)
}

fn judge(probes: &Probes, seeds: Seeds, answers: &[ProbeAnswer]) -> Verdict {
    probes.judge(&Shown { seeds: &seeds, answers, upgraded: false, now: at(0) })
}

fn upgrade(probes: &Probes, seeds: Seeds, answers: &[ProbeAnswer], day: u64) -> Verdict {
    probes.judge(&Shown { seeds: &seeds, answers, upgraded: true, now: at(day) })
}

/// A device that drew two seeds with processor 1 and graphics 1.
fn enrolled() -> Probes {
    let seeds = [seed(1), seed(2)];
    Probes::default().confirmed(&seeds, &seeds.map(|seed| answer(seed, 1, 1)), &[])
}

fn ask(probes: &Probes, number: u64, new: u8) -> Seeds {
    [probes.choose(number).expect("one pends"), seed(new)]
}

#[test]
fn a_known_device_draws_as_before_and_enrols_another_seed() {
    let mut probes = enrolled();
    for new in 10..60 {
        let seeds = ask(&probes, u64::from(new), new);
        let verdict = judge(&probes, seeds, &seeds.map(|seed| answer(seed, 1, 1)));
        assert_eq!(verdict.outcome, Outcome::Same);
        assert!(verdict.next.serial() > probes.serial());
        assert!(!verdict.next.pending.iter().any(|drawn| drawn.seed == seeds[0]), "spent");
        probes = verdict.next;
    }
    assert_eq!(probes.pending.len(), 2);
}

#[test]
fn asking_again_gives_the_same_seed() {
    let probes = enrolled();
    assert_eq!(probes.choose(7), probes.choose(7));
    assert_eq!(Probes::default().choose(7), None);
}

#[test]
fn another_processor_fails_until_it_is_confirmed() {
    let probes = enrolled();
    let seeds = ask(&probes, 0, 10);
    let failed = judge(&probes, seeds, &seeds.map(|seed| answer(seed, 2, 1)));
    assert_eq!(failed.outcome, Outcome::Failed);
    // the right picture comes too late
    let right = judge(&failed.next, seeds, &seeds.map(|seed| answer(seed, 1, 1)));
    assert_eq!(right, failed);
    let confirmed = failed.next.confirmed(&seeds, &seeds.map(|seed| answer(seed, 2, 1)), &[]);
    let seeds = ask(&confirmed, 0, 11);
    assert_eq!(judge(&confirmed, seeds, &seeds.map(|seed| answer(seed, 2, 1))).outcome, Outcome::Same);
}

#[test]
fn what_was_answered_must_be_answered() {
    let probes = enrolled();
    let seeds = ask(&probes, 0, 10);
    let other = [seed(77), seed(78)];
    assert_eq!(judge(&probes, seeds, &[]).outcome, Outcome::Failed);
    assert_eq!(judge(&probes, seeds, &seeds.map(noisy)).outcome, Outcome::Failed);
    assert_eq!(upgrade(&probes, seeds, &seeds.map(noisy), 0).outcome, Outcome::Failed);
    // seeds that were made for a page which does not say whose it is
    assert_eq!(judge(&probes, other, &other.map(|seed| answer(seed, 1, 1))).outcome, Outcome::Failed);
    // an answer to what was not asked
    assert_eq!(judge(&probes, seeds, &other.map(|seed| answer(seed, 1, 1))).outcome, Outcome::Failed);
}

#[test]
fn the_second_picture_may_be_late_while_another_seed_pends() {
    let probes = enrolled();
    let first = ask(&probes, 0, 10);
    let once = judge(&probes, first, &[answer(first[0], 1, 1)]);
    assert_eq!((once.outcome, once.next.pending.len()), (Outcome::Same, 1));
    let second = ask(&once.next, 0, 11);
    assert_eq!(judge(&once.next, second, &[answer(second[0], 1, 1)]).outcome, Outcome::Failed);
    assert_eq!(judge(&once.next, second, &second.map(|seed| answer(seed, 1, 1))).outcome, Outcome::Same);
}

#[test]
fn tabs_that_began_together_draw_the_same() {
    let probes = enrolled();
    let seeds = ask(&probes, 0, 10);
    let answers = seeds.map(|seed| answer(seed, 1, 1));
    let first = judge(&probes, seeds, &answers).next;
    let second = judge(&first, seeds, &answers);
    assert_eq!((second.outcome, second.next.pending.len()), (Outcome::Same, first.pending.len()));
    assert_eq!(judge(&first, seeds, &seeds.map(|seed| answer(seed, 2, 1))).outcome, Outcome::Failed);
}

#[test]
fn graphics_alone_weigh_nothing_and_are_enrolled_anew() {
    let probes = enrolled();
    let seeds = ask(&probes, 0, 10);
    let changed = judge(&probes, seeds, &seeds.map(|seed| answer(seed, 1, 9)));
    assert_eq!(changed.outcome, Outcome::GraphicsChanged);
    let mut probes = changed.next;
    for new in 11..14 {
        let seeds = ask(&probes, u64::from(new), new);
        let verdict = judge(&probes, seeds, &seeds.map(|seed| answer(seed, 1, 9)));
        assert_eq!(verdict.outcome, Outcome::Same);
        probes = verdict.next;
    }
}

#[test]
fn an_upgrade_excuses_once_a_week() {
    let probes = enrolled();
    let seeds = ask(&probes, 0, 10);
    let renewed = upgrade(&probes, seeds, &seeds.map(|seed| answer(seed, 2, 1)), 30);
    assert_eq!(renewed.outcome, Outcome::Renewed);
    let seeds = ask(&renewed.next, 0, 11);
    assert_eq!(judge(&renewed.next, seeds, &seeds.map(|seed| answer(seed, 2, 1))).outcome, Outcome::Same);
    let again = seeds.map(|seed| answer(seed, 3, 1));
    assert_eq!(upgrade(&renewed.next, seeds, &again, 36).outcome, Outcome::Failed);
    assert_eq!(upgrade(&renewed.next, seeds, &again, 37).outcome, Outcome::Renewed);
}

#[test]
fn a_device_that_answered_nothing_is_not_compared_and_begins_when_it_answers() {
    let seeds = [seed(1), seed(2)];
    for silent in [Probes::default(), Probes::default().confirmed(&seeds, &seeds.map(noisy), &[])] {
        let still = judge(&silent, seeds, &[]);
        assert_eq!((still.outcome, &still.next.pending), (Outcome::NotEnrolled, &Vec::new()));
        let begun = judge(&silent, seeds, &seeds.map(|seed| answer(seed, 1, 1)));
        assert_eq!((begun.outcome, begun.next.pending.len()), (Outcome::NotEnrolled, 2));
    }
}

#[test]
fn what_the_login_had_no_time_for_is_drawn_while_the_person_confirms() {
    let seeds = [seed(1), seed(2)];
    let probes = Probes::default().confirmed(&seeds, &[], &seeds.map(|seed| answer(seed, 1, 1)));
    assert_eq!(probes, enrolled());
}

#[test]
fn what_the_login_drew_is_not_drawn_otherwise_while_the_person_confirms() {
    let seeds = [seed(1), seed(2)];
    let login = seeds.map(|seed| answer(seed, 1, 1));
    assert_eq!(Probes::default().confirmed(&seeds, &login, &seeds.map(|seed| answer(seed, 2, 2))), enrolled());
}

#[test]
fn pictures_drawn_in_another_way_are_not_compared() {
    let old = Probes { drawing: DRAWING + 1, ..enrolled() };
    let seeds = [seed(10), seed(11)];
    assert_eq!(old.choose(0), None);
    let begun = judge(&old, seeds, &seeds.map(|seed| answer(seed, 5, 5)));
    assert_eq!((begun.outcome, begun.next.pending.len(), begun.next.drawing), (Outcome::NotEnrolled, 2, DRAWING));
}

#[test]
fn a_browser_that_draws_otherwise_each_time_is_asked_three_times() {
    let mut probes = enrolled();
    for round in 10..13 {
        let seeds = ask(&probes, 0, round);
        let answers = seeds.map(|seed| answer(seed, round, round));
        let verdict = judge(&probes, seeds, &answers);
        assert_eq!(verdict.outcome, Outcome::Failed);
        probes = verdict.next.confirmed(&seeds, &answers, &[]);
    }
    let seeds = ask(&probes, 0, 40);
    let verdict = judge(&probes, seeds, &seeds.map(|seed| answer(seed, 40, 40)));
    assert_eq!(verdict.outcome, Outcome::Unsteady);
    // and is compared again as soon as it draws the same twice
    let seeds = ask(&verdict.next, 0, 41);
    let steady = judge(&verdict.next, seeds, &seeds.map(|seed| answer(seed, 40, 40))).next;
    let seeds = ask(&steady, 0, 42);
    assert_eq!(judge(&steady, seeds, &seeds.map(|seed| answer(seed, 2, 2))).outcome, Outcome::Failed);
}

#[test]
fn the_state_is_read_as_it_was_written() {
    let probes = enrolled();
    assert_eq!(Probes::read(&probes.to_column()), Some(probes));
    assert_eq!(Probes::read(""), Some(Probes::default()));
    assert_eq!(Probes::read("{}"), None);
}

/// What one login does: who draws, what is left out, whether it claims an upgrade, and whether a failure is confirmed.
fn step() -> impl Strategy<Value = (u8, u8, bool, bool, u64)> {
    (0..3_u8, 0..4_u8, any::<bool>(), any::<bool>(), any::<u64>())
}

proptest! {
    /// Whatever came before: no seed is verified twice in attempts that began one after the other, and a picture that is not
    /// enrolled passes without an excuse at a confirmed device only after three confirmations.
    #[test]
    fn each_seed_is_verified_once(steps in proptest::collection::vec(step(), 1..40)) {
        let mut probes = enrolled();
        let mut verified = std::collections::BTreeSet::new();
        for (number, (processor, missing, upgraded, confirms, choice)) in (100_u8..).zip(steps) {
            let seeds = [probes.choose(choice).unwrap_or(seed(number - 60)), seed(number)];
            let mut answers = vec![answer(seeds[0], processor, 1), answer(seeds[1], processor, 1)];
            answers.truncate(usize::from(missing));
            let now = at(u64::from(number));
            let verdict = probes.judge(&Shown { seeds: &seeds, answers: &answers, upgraded, now });
            let pended = probes.pending.iter().find(|drawn| drawn.seed == seeds[0]);
            let same = pended.is_some_and(|drawn| find(seeds[0], &answers).is_some_and(|today| today.cpu == drawn.cpu));
            match verdict.outcome {
                Outcome::Same | Outcome::GraphicsChanged => {
                    prop_assert!(same);
                    prop_assert!(verified.insert(seeds[0]), "verified twice");
                }
                Outcome::Renewed => prop_assert!(upgraded),
                Outcome::Unsteady => prop_assert!(probes.failures >= UNSTEADY),
                Outcome::NotEnrolled => prop_assert!(probes.pending.is_empty()),
                Outcome::Failed => prop_assert!(verdict.next.failed),
            }
            prop_assert!(verdict.next.pending.len() <= PENDING && verdict.next.spent.len() <= SPENT);
            let lost = !probes.pending.is_empty() && verdict.next.pending.is_empty();
            prop_assert!(!lost || verdict.outcome == Outcome::Unsteady, "a login that passes leaves something to compare");
            let confirmed = verdict.outcome == Outcome::Failed && confirms;
            probes = if confirmed { verdict.next.confirmed(&seeds, &answers, &[]) } else { verdict.next };
        }
    }
}

#[test]
fn a_challenge_spends_what_was_verified_enrols_nothing_and_leaves_one() {
    let probes = enrolled();
    let seeds = ask(&probes, 0, 10);
    let passed = judge(&probes, seeds, &seeds.map(|seed| answer(seed, 1, 1)));
    let challenged = probes.verified(&passed.next.spent).expect("one of two");
    assert_eq!((challenged.pending.len(), &challenged.spent), (1, &passed.next.spent));
    assert!(challenged.serial() > probes.serial());
    assert!(challenged.pending.iter().all(|drawn| drawn.seed != seeds[0] && drawn.seed != seeds[1]));
    // a tab that began together with it still passes; the last one is kept
    assert_eq!(judge(&challenged, seeds, &seeds.map(|seed| answer(seed, 1, 1))).outcome, Outcome::Same);
    let last = ask(&challenged, 0, 11);
    let passed = judge(&challenged, last, &last.map(|seed| answer(seed, 1, 1)));
    assert_eq!(challenged.verified(&passed.next.spent), None);
}
