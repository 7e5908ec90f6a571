//! The model: one account, one device, its owner's browser and a thief with a copy of it, over a network that drops, repeats and
//! reorders. The cookie's part is the verifier's own ratchet; the rest is as little as the invariants need.

use std::hash::{DefaultHasher, Hash, Hasher};

use login_guard_verifier::attempts::ratchet::{
    Found, GenerationDigest, Machine, Notice, Place, Ratchet, Seen, Settings,
};
use login_guard_verifier::clock::Timestamp;
use stateright::{Model, Property};

/// Seconds that one tick takes: just below half of the hold, which is as long as a request and its reply may be under way together.
pub const TICK_S: u64 = 29;
/// Seconds that a token lives.
const TOKEN_LIFE_S: u64 = 60;

/// Whose browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// The account's holder.
    Owner,
    /// A machine that has a copy of the owner's profile: key, cookie and evidence.
    Thief,
}

/// Where a thief is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Thief {
    /// In a network that the owner never used.
    Abroad,
    /// In the owner's own network.
    NextDoor,
    /// There is none.
    Nowhere,
}

/// Whether a thief can make the owner tell a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// Never.
    Careful,
    /// Always.
    Gullible,
}

/// What some path must show, or the exploration went too little far to mean anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A fork that freezes value.
    Fork,
    /// A lost reply, and a login after it that is allowed.
    LostReply,
    /// A confirmation that is redeemed.
    Redemption,
}

/// What is explored, and how far.
#[derive(Clone, Copy, Debug)]
pub struct World {
    /// Attempts, of both together.
    pub attempts: usize,
    /// Ticks of the clock.
    pub ticks: u64,
    /// The ratchet's hold, seconds.
    pub hold_s: u64,
    /// The thief.
    pub thief: Thief,
    /// The owner.
    pub owner: Owner,
    /// What must turn up.
    pub shows: &'static [Shown],
}

/// One attempt, on both sides of the network.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// Whose.
    pub who: Who,
    /// The cookie that the login post carries.
    pub cookie: GenerationDigest,
    /// When it was sent.
    pub sent_s: u64,
    /// What the server made of the post.
    pub assessed: Assessed,
    /// The reply to the post.
    pub reply: Reply,
    /// The reply to the redemption.
    pub redeem_reply: Reply,
}

/// A verdict, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Assessed {
    /// None yet.
    Not,
    /// In.
    Allowed,
    /// A person is asked. The cookie that goes along, and whether it was made for this attempt.
    Challenged(GenerationDigest, bool),
    /// There is a token, since this second.
    Confirmed(GenerationDigest, bool, u64),
    /// The token is spent.
    Redeemed,
}

/// A reply with a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// None yet.
    None,
    /// Under way or lost, since this second.
    Sent(GenerationDigest, u64),
    /// It came.
    Received,
}

/// How far the device is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// As mail codes leave it.
    Probation,
    /// Forked.
    Suspended,
}

/// What a session rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// An allow at the assessment, with this generation shown.
    Allow(Seen),
    /// A redeemed token, with the challenged attempt's own cookie or the same device's.
    Redemption,
}

/// Everything.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// Seconds since the beginning.
    pub now_s: u64,
    /// The owner's cookie.
    pub owner: GenerationDigest,
    /// The thief's, from the copy on.
    pub thief: Option<GenerationDigest>,
    /// In the order in which they began.
    pub attempts: Vec<Attempt>,
    /// The device's row.
    pub ratchet: Ratchet,
    /// The device's standing.
    pub standing: Standing,
    /// Whether value is frozen.
    pub is_frozen: bool,
    /// Whether an overtaken generation or a fork was ever found.
    pub is_found: bool,
    /// The cookie that was copied, and how many attempts had begun by then.
    pub copied: Option<(GenerationDigest, usize)>,
    /// Who got a session, by which attempt, and what it rests on.
    pub sessions: Vec<(Who, usize, Basis)>,
    /// How many nonces were spent.
    pub nonces: usize,
    /// How many tokens were spent; each gives a generation of its own.
    pub tokens: usize,
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A page begins an attempt and sends its login post, with the cookie of that moment.
    Post(Who),
    /// The login post arrives.
    Arrive(usize),
    /// The reply to it arrives.
    Receive(usize),
    /// The person answers with the mailed code.
    Confirm(usize),
    /// The redemption arrives.
    Redeem(usize),
    /// The reply to it arrives.
    ReceiveRedeemed(usize),
    /// The profile is copied.
    Copy,
    /// Time passes.
    Tick,
}

impl World {
    /// Where somebody shows a generation.
    pub fn place(&self, who: Who, now_s: u64) -> Place {
        let abroad = who == Who::Thief && self.thief == Thief::Abroad;
        Place { now: Timestamp::from_millis(now_s * 1_000), network: Some([if abroad { 2 } else { 1 }; 8]) }
    }

    const fn settings(&self) -> Settings {
        Settings { hold_s: self.hold_s }
    }

    /// What the server makes of a login post.
    fn assess(&self, state: &mut State, at: usize) -> Option<()> {
        let attempt = state.attempts.get(at)?.clone();
        let shown = attempt.cookie;
        let place = self.place(attempt.who, state.now_s);
        let seen = state.ratchet.look(&shown, &place, &next);
        let found = state.ratchet.judge(seen, Machine::Same, &place);
        let (assessed, cookie) = if seen.is_live() && found == Found::Sound && state.standing != Standing::Suspended {
            let (ratchet, number) = state.ratchet.allowed(seen, &place, &self.settings(), &next);
            let cookie = next(ratchet.current(), number);
            state.ratchet = ratchet;
            state.sessions.push((attempt.who, at, Basis::Allow(seen)));
            (Assessed::Allowed, cookie)
        } else {
            Self::doubt(state, found, &place);
            let is_made = seen == Seen::Unknown;
            let cookie = if is_made { fresh("challenge", at) } else { shown };
            (Assessed::Challenged(cookie, is_made), cookie)
        };
        state.nonces += 1;
        let now_s = state.now_s;
        let attempt = state.attempts.get_mut(at)?;
        attempt.assessed = assessed;
        attempt.reply = Reply::Sent(cookie, now_s);
        Some(())
    }

    fn doubt(state: &mut State, found: Found, place: &Place) {
        if found == Found::Sound {
            return;
        }
        state.is_found = true;
        let is_new = found == Found::Forked && state.standing != Standing::Suspended;
        let (ratchet, notice) = state.ratchet.doubted(found, place);
        if found == Found::Forked && !is_new && notice == Notice::NotNow {
            return;
        }
        state.ratchet = ratchet;
        if found == Found::Forked {
            state.standing = Standing::Suspended;
            state.is_frozen = true;
        }
    }

    /// Whether whoever shows this is the browser that was challenged.
    fn belongs(state: &State, challenged: &GenerationDigest, is_made: bool, shown: &GenerationDigest) -> bool {
        let place = Place { now: Timestamp::from_millis(state.now_s * 1_000), network: None };
        shown == challenged || (!is_made && state.ratchet.look(shown, &place, &next).is_live())
    }

    fn redeem(&self, state: &mut State, at: usize) -> Option<()> {
        let attempt = state.attempts.get(at)?.clone();
        let Assessed::Confirmed(challenged, is_made, since_s) = attempt.assessed else { return None };
        let shown = state.jar(attempt.who)?;
        if state.now_s >= since_s + TOKEN_LIFE_S || !Self::belongs(state, &challenged, is_made, &shown) {
            return None;
        }
        let place = self.place(attempt.who, state.now_s);
        let cookie = if is_made && shown == challenged {
            let confirmed = state.ratchet.confirmed(None, shown, &place, &next);
            let (ratchet, number) = confirmed.allowed(Seen::Late, &place, &self.settings(), &next);
            let cookie = next(ratchet.current(), number);
            state.ratchet = ratchet;
            cookie
        } else {
            let cookie = fresh("confirmed", state.tokens);
            let known = state.ratchet.look(&shown, &place, &next) != Seen::Unknown;
            state.ratchet = state.ratchet.confirmed(known.then_some(&shown), cookie, &place, &next);
            cookie
        };
        state.standing = Standing::Probation;
        state.sessions.push((attempt.who, at, Basis::Redemption));
        state.tokens += 1;
        let now_s = state.now_s;
        let attempt = state.attempts.get_mut(at)?;
        attempt.assessed = Assessed::Redeemed;
        attempt.redeem_reply = Reply::Sent(cookie, now_s);
        Some(())
    }

    fn confirm(&self, state: &mut State, at: usize) -> Option<()> {
        let now_s = state.now_s;
        let attempt = state.attempts.get(at)?;
        let Assessed::Challenged(cookie, is_made) = attempt.assessed else { return None };
        let may = attempt.who == Who::Owner || self.owner == Owner::Gullible;
        let has_it = attempt.reply == Reply::Received;
        if !may || !has_it || !Self::belongs(state, &cookie, is_made, &state.jar(attempt.who)?) {
            return None;
        }
        state.attempts.get_mut(at)?.assessed = Assessed::Confirmed(cookie, is_made, now_s);
        Some(())
    }

    fn step(&self, state: &mut State, action: Action) -> Option<()> {
        let now_s = state.now_s;
        match action {
            Action::Post(who) => {
                let cookie = state.jar(who)?;
                if state.attempts.len() >= self.attempts {
                    return None;
                }
                let (reply, assessed) = (Reply::None, Assessed::Not);
                state.attempts.push(Attempt { who, cookie, sent_s: now_s, assessed, reply, redeem_reply: reply });
            }
            Action::Arrive(at) => {
                let attempt = state.attempts.get(at)?;
                if attempt.assessed != Assessed::Not || !is_under_way(attempt.sent_s, now_s) {
                    return None;
                }
                self.assess(state, at)?;
            }
            Action::Receive(at) => {
                let attempt = state.attempts.get_mut(at)?;
                let (who, sent_s) = (attempt.who, attempt.sent_s);
                let cookie = receive(&mut attempt.reply, sent_s, now_s)?;
                state.put(who, cookie);
            }
            Action::ReceiveRedeemed(at) => {
                let attempt = state.attempts.get_mut(at)?;
                let who = attempt.who;
                let Reply::Sent(_, sent_s) = attempt.redeem_reply else { return None };
                let cookie = receive(&mut attempt.redeem_reply, sent_s, now_s)?;
                state.put(who, cookie);
            }
            Action::Confirm(at) => self.confirm(state, at)?,
            Action::Redeem(at) => self.redeem(state, at)?,
            Action::Copy => {
                if self.thief == Thief::Nowhere || state.thief.is_some() {
                    return None;
                }
                state.thief = Some(state.owner);
                state.copied = Some((state.owner, state.attempts.len()));
            }
            Action::Tick => {
                if now_s >= self.ticks * TICK_S {
                    return None;
                }
                state.now_s += TICK_S;
            }
        }
        Some(())
    }
}

impl State {
    /// The cookie in somebody's jar.
    pub fn jar(&self, who: Who) -> Option<GenerationDigest> {
        match who {
            Who::Owner => Some(self.owner),
            Who::Thief => self.thief,
        }
    }

    fn put(&mut self, who: Who, cookie: GenerationDigest) {
        match who {
            Who::Owner => self.owner = cookie,
            Who::Thief => self.thief = Some(cookie),
        }
    }

    /// Whether somebody got in unasked, after the copy, with a cookie that came after the one that was copied.
    fn went_on(&self, who: Who) -> bool {
        let Some((copied, before)) = self.copied else { return false };
        self.sessions.iter().any(|(whose, at, basis)| {
            let shown = self.attempts.get(*at).map(|attempt| attempt.cookie);
            let is_later = *at >= before && shown != Some(copied);
            *whose == who && is_later && matches!(basis, Basis::Allow(Seen::Pending(_)))
        })
    }
}

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        // enrolled a while ago, and the reply came
        let place = self.place(Who::Owner, 0);
        let place = Place { now: Timestamp::from_millis(0), ..place };
        let first = fresh("enrolled", 0);
        let enrolled = Ratchet::new(first).confirmed(None, first, &place, &next);
        let (ratchet, number) = enrolled.allowed(Seen::Late, &place, &self.settings(), &next);
        let owner = next(ratchet.current(), number);
        vec![State {
            now_s: 0,
            owner,
            thief: None,
            copied: None,
            attempts: Vec::new(),
            ratchet,
            standing: Standing::Probation,
            is_frozen: false,
            is_found: false,
            sessions: Vec::new(),
            nonces: 0,
            tokens: 0,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let each = [Action::Arrive, Action::Receive, Action::Confirm, Action::Redeem, Action::ReceiveRedeemed];
        let of_attempts = (0..state.attempts.len()).flat_map(|at| each.iter().map(move |make| make(at)));
        let others = [Action::Post(Who::Owner), Action::Post(Who::Thief), Action::Copy, Action::Tick];
        let possible = |action: &Action| self.step(&mut state.clone(), *action).is_some();
        actions.extend(others.into_iter().chain(of_attempts).filter(possible));
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        self.step(&mut state, action).map(|()| state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("1: a nonce and a token are spent once", |_, state: &State| {
                let assessed = state.attempts.iter().filter(|attempt| attempt.assessed != Assessed::Not).count();
                let redeemed = state.attempts.iter().filter(|attempt| attempt.assessed == Assessed::Redeemed).count();
                state.nonces == assessed && state.tokens == redeemed
            }),
            Property::always("2: a session rests on a verdict for its own attempt", |_, state: &State| {
                state.sessions.iter().all(|(who, at, basis)| {
                    state.attempts.get(*at).is_some_and(|attempt| {
                        let is_own = attempt.who == *who;
                        is_own
                            && match basis {
                                Basis::Allow(seen) => attempt.assessed == Assessed::Allowed && seen.is_live(),
                                Basis::Redemption => attempt.assessed == Assessed::Redeemed,
                            }
                    })
                })
            }),
            Property::always("4: codes and time never give more than probation", |_, state: &State| {
                matches!(state.standing, Standing::Probation | Standing::Suspended)
            }),
            Property::always("8: one browser is never doubted and never asked", |world: &Self, state: &State| {
                let is_asked = |attempt: &Attempt| !matches!(attempt.assessed, Assessed::Not | Assessed::Allowed);
                // without a hold, replies must come in order
                let is_exempt = state.thief.is_some() || world.hold_s == 0;
                is_exempt || !(state.is_found || state.attempts.iter().any(is_asked))
            }),
            Property::always("8: two machines that both go on are found", |world: &Self, state: &State| {
                // within one hold and one network they are told to be one browser, which two ticks end
                let both = state.went_on(Who::Owner) && state.went_on(Who::Thief);
                world.hold_s > 0 || !both || state.is_found
            }),
            Property::always("a device that was found forked lets nobody in unasked", |_, state: &State| {
                state.standing != Standing::Suspended || state.is_frozen
            }),
            Property::sometimes("a reply is lost and the next login is allowed", |world: &Self, state: &State| {
                let is_lost = |reply: &Reply| matches!(reply, Reply::Sent(_, at) if !is_under_way(*at, state.now_s));
                let lost = state.attempts.iter().position(|attempt| is_lost(&attempt.reply));
                let is_seen = lost.is_some_and(|lost| {
                    state.attempts.iter().skip(lost + 1).any(|later| later.assessed == Assessed::Allowed)
                });
                is_seen || !world.shows.contains(&Shown::LostReply)
            }),
            Property::sometimes("a fork freezes value", |world: &Self, state: &State| {
                state.is_frozen || !world.shows.contains(&Shown::Fork)
            }),
            Property::sometimes("a confirmation is redeemed", |world: &Self, state: &State| {
                state.tokens > 0 || !world.shows.contains(&Shown::Redemption)
            }),
        ]
    }
}

/// The digest of a next generation, as the model counts them.
pub fn next(current: &GenerationDigest, number: u8) -> GenerationDigest {
    scatter(&(current, number))
}

fn fresh(what: &str, number: usize) -> GenerationDigest {
    scatter(&(what, number))
}

fn scatter(value: &impl Hash) -> GenerationDigest {
    let mut digest = [0; 32];
    for (at, part) in digest.chunks_exact_mut(8).enumerate() {
        let mut hasher = DefaultHasher::new();
        (at, value).hash(&mut hasher);
        part.copy_from_slice(&hasher.finish().to_be_bytes());
    }
    digest
}

/// Whether something sent then may still arrive: what is older was given up by one side or the other.
const fn is_under_way(sent_s: u64, now_s: u64) -> bool {
    now_s - sent_s <= TICK_S
}

fn receive(reply: &mut Reply, sent_s: u64, now_s: u64) -> Option<GenerationDigest> {
    let Reply::Sent(cookie, _) = *reply else { return None };
    if !is_under_way(sent_s, now_s) {
        return None;
    }
    *reply = Reply::Received;
    Some(cookie)
}
