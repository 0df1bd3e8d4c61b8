//! An outage stops the sending of rows instead of burning them, decided purely.
//!
//! Creates and look-ups are judged apart: a server may answer the one and not the other. Closed, everything of a kind
//! passes. After a row of failures without one definite answer the breaker of that kind opens: rows wait where they are,
//! and one at a time ventures out: it asks whether anybody is there, and if so, makes its request. The first definite
//! answer to a request of the kind closes it. A 429 is none. A row does not venture its last send as long as another does.

use std::collections::VecDeque;
use std::time::Duration;

/// Failures in a row that open it at once.
const IN_A_ROW: u32 = 20;
/// Failures in a row that open it if they took this long; few rows fail slowly.
const FEW_IN_A_ROW: u32 = 5;
const FEW_TAKE: Duration = Duration::from_secs(10);
/// Of so many attempts within so long, more than half failed.
const RECENT: usize = 100;
const RECENT_WITHIN: Duration = Duration::from_secs(10);
/// First and longest wait between two ventures.
const FIRST_VENTURE: Duration = Duration::from_secs(1);
const LONGEST_VENTURE: Duration = Duration::from_secs(60);
/// A venture that nobody made for so long is left to those who have one send left: there is nobody else.
const LAST_SENDS_AFTER: Duration = Duration::from_secs(60);
/// A venture whose outcome is not told within this is given up.
const VENTURE_TAKES: Duration = Duration::from_secs(30);

/// What is asked of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// To create a contact.
    Create,
    /// To show contacts.
    Look,
}

/// May a request leave?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permit {
    /// Yes.
    Go,
    /// Only if somebody is there: whoever asked is to find out, and to tell what came of it.
    Venture,
    /// No; ask again after this long, or when it has closed.
    Wait(Duration),
    /// No, and the outage has lasted too long.
    GiveUp,
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// A definite answer to it.
    Answered,
    /// A 429: somebody is there, and nobody knows whether what was asked would be answered.
    Throttled,
    /// None that is definite.
    Failed,
}

/// What a piece of news changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// An outage began.
    Opened,
    /// It is over, after so long.
    Closed(Duration),
}

/// Watches what comes of requests, of each kind apart.
#[derive(Debug)]
pub(super) struct Breakers {
    creates: Breaker,
    looks: Breaker,
    /// Since when one of them is open, or both.
    since: Option<Duration>,
}

impl Breakers {
    /// Closed; each gives up after an outage of `longest_outage`.
    pub(super) fn new(longest_outage: Duration, seed: u64) -> Self {
        let breaker = |seed| Breaker::new(longest_outage, seed);
        Self { creates: breaker(seed), looks: breaker(!seed), since: None }
    }

    /// Someone wants to make a request. `may_venture`: a failure would not be its end; otherwise somebody else is to go first.
    pub(super) fn permit(&mut self, kind: Kind, may_venture: bool, now: Duration) -> Permit {
        self.of(kind).permit(may_venture, now)
    }

    /// This came of a request. `ventured`: it had a permit to venture.
    pub(super) fn note(&mut self, kind: Kind, news: News, ventured: bool, now: Duration) -> Option<Change> {
        let breaker = self.of(kind);
        match news {
            News::Answered => breaker.answered(now),
            News::Throttled if ventured => breaker.put_off(now),
            News::Throttled => {}
            News::Failed if ventured => breaker.in_vain(now),
            News::Failed => breaker.failed(now),
        }
        self.change(now)
    }

    /// Whoever had a permit to venture found nobody there.
    pub(super) fn nobody_there(&mut self, kind: Kind, now: Duration) {
        self.of(kind).in_vain(now);
    }

    /// Since when requests of this kind wait.
    pub(super) fn open_since(&self, kind: Kind) -> Option<Duration> {
        match kind {
            Kind::Create => self.creates.open_since(),
            Kind::Look => self.looks.open_since(),
        }
    }

    /// Whether requests of this kind wait for the end of an outage that has not lasted too long.
    pub(super) fn is_waited_out(&self, kind: Kind, now: Duration) -> bool {
        let longest_outage = self.creates.longest_outage;
        self.open_since(kind).is_some_and(|since| now < since + longest_outage)
    }

    fn of(&mut self, kind: Kind) -> &mut Breaker {
        match kind {
            Kind::Create => &mut self.creates,
            Kind::Look => &mut self.looks,
        }
    }

    fn change(&mut self, now: Duration) -> Option<Change> {
        let open = [&self.creates, &self.looks].into_iter().filter_map(Breaker::open_since).min();
        match (self.since, open) {
            (None, Some(since)) => {
                self.since = Some(since);
                Some(Change::Opened)
            }
            (Some(since), None) => {
                self.since = None;
                Some(Change::Closed(now.saturating_sub(since)))
            }
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    Open { since: Duration, venture_at: Duration, ventures: u32 },
}

/// The breaker of one kind.
#[derive(Debug)]
struct Breaker {
    state: State,
    in_a_row: u32,
    first_of_row: Duration,
    recent: VecDeque<(Duration, bool)>,
    longest_outage: Duration,
    jitter: fastrand::Rng,
}

impl Breaker {
    fn new(longest_outage: Duration, seed: u64) -> Self {
        Self {
            state: State::Closed,
            in_a_row: 0,
            first_of_row: Duration::ZERO,
            recent: VecDeque::new(),
            longest_outage,
            jitter: fastrand::Rng::with_seed(seed),
        }
    }

    fn permit(&mut self, may_venture: bool, now: Duration) -> Permit {
        let State::Open { since, venture_at, .. } = &mut self.state else { return Permit::Go };
        let end = *since + self.longest_outage;
        let due = *venture_at + if may_venture { Duration::ZERO } else { LAST_SENDS_AFTER };
        if end <= now {
            Permit::GiveUp
        } else if due <= now {
            *venture_at = now + VENTURE_TAKES;
            Permit::Venture
        } else {
            Permit::Wait(due.min(end) - now)
        }
    }

    fn answered(&mut self, now: Duration) {
        self.recent.push_back((now, true));
        self.forget(now);
        self.in_a_row = 0;
        if self.state != State::Closed {
            self.state = State::Closed;
            self.recent.clear();
            // Half way to the next opening: if the others fail again, few of them find out.
            self.in_a_row = IN_A_ROW - FEW_IN_A_ROW;
            self.first_of_row = now;
        }
    }

    /// What was under way when it opened fails as well, and says nothing new.
    fn failed(&mut self, now: Duration) {
        if self.in_a_row == 0 {
            self.first_of_row = now;
        }
        self.in_a_row += 1;
        self.recent.push_back((now, false));
        self.forget(now);
        if self.state == State::Closed && self.is_outage(now) {
            let since = self.first_of_row.min(now);
            self.state = State::Open { since, venture_at: now + wait_before(0), ventures: 0 };
        }
    }

    fn in_vain(&mut self, now: Duration) {
        let jitter = self.jitter.f64();
        if let State::Open { venture_at, ventures, .. } = &mut self.state {
            *ventures += 1;
            *venture_at = now + wait_before(*ventures).mul_f64(0.5 + jitter / 2.0);
        }
    }

    /// The venture has shown nothing: another one after the same wait.
    fn put_off(&mut self, now: Duration) {
        if let State::Open { venture_at, ventures, .. } = &mut self.state {
            *venture_at = now + wait_before(*ventures);
        }
    }

    fn open_since(&self) -> Option<Duration> {
        match self.state {
            State::Closed => None,
            State::Open { since, .. } => Some(since),
        }
    }

    fn forget(&mut self, now: Duration) {
        while self.recent.len() > RECENT
            || self.recent.front().is_some_and(|(time, _)| now.saturating_sub(*time) > RECENT_WITHIN)
        {
            self.recent.pop_front();
        }
    }

    fn is_outage(&self, now: Duration) -> bool {
        let took = now.saturating_sub(self.first_of_row);
        let failed = self.recent.iter().filter(|(_, definite)| !definite).count();
        self.in_a_row >= IN_A_ROW
            || (self.in_a_row >= FEW_IN_A_ROW && took >= FEW_TAKE)
            || (self.recent.len() >= RECENT && failed * 2 > self.recent.len())
    }
}

/// Longest wait before a venture, after so many in vain.
fn wait_before(ventures: u32) -> Duration {
    FIRST_VENTURE.saturating_mul(1 << ventures.min(6)).min(LONGEST_VENTURE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_429_is_no_answer_and_no_failure() {
        let mut breakers = breakers();
        for at in 0..20 {
            assert_eq!(permit(&mut breakers, seconds(5)), Permit::Go, "{at} failed");
            fail(&mut breakers, Kind::Create, 1, seconds(5));
            breakers.note(Kind::Create, News::Throttled, false, seconds(5));
        }
        assert_eq!(breakers.open_since(Kind::Create), Some(seconds(5)));
        // Nor does one that met a venture make the next one later than it was.
        for at in [10, 11, 12] {
            assert_eq!(permit(&mut breakers, seconds(at)), Permit::Venture);
            assert_eq!(breakers.note(Kind::Create, News::Throttled, true, seconds(at)), None);
        }
    }

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn fail(breakers: &mut Breakers, kind: Kind, times: u32, now: Duration) -> Vec<Change> {
        (0..times).filter_map(|_| breakers.note(kind, News::Failed, false, now)).collect()
    }

    fn breakers() -> Breakers {
        Breakers::new(seconds(1800), 1)
    }

    /// Creates are not answered any more.
    fn opened() -> Breakers {
        let mut breakers = breakers();
        assert_eq!(fail(&mut breakers, Kind::Create, 20, seconds(5)), [Change::Opened]);
        breakers
    }

    fn permit(breakers: &mut Breakers, now: Duration) -> Permit {
        breakers.permit(Kind::Create, true, now)
    }

    #[test]
    fn failures_in_a_row_open_it_and_one_answer_among_them_does_not() {
        let mut breakers = breakers();
        assert_eq!(fail(&mut breakers, Kind::Create, 19, seconds(1)), []);
        breakers.note(Kind::Create, News::Answered, false, seconds(1));
        assert_eq!(fail(&mut breakers, Kind::Create, 1, seconds(1)), []);
        assert_eq!(permit(&mut breakers, seconds(1)), Permit::Go);
        assert_ne!(permit(&mut opened(), seconds(5)), Permit::Go);
    }

    #[test]
    fn few_failures_that_take_long_open_it_too() {
        let mut breakers = breakers();
        for second in [0, 3, 6, 9] {
            assert_eq!(fail(&mut breakers, Kind::Create, 1, seconds(second)), []);
        }
        assert_eq!(fail(&mut breakers, Kind::Create, 1, seconds(12)), [Change::Opened]);
    }

    #[test]
    fn more_failures_than_answers_of_late_open_it() {
        let mut breakers = breakers();
        let mut changes = Vec::new();
        for attempt in 0..200_u32 {
            let now = Duration::from_millis(u64::from(attempt) * 10);
            changes.extend(breakers.note(
                Kind::Create,
                if attempt % 3 == 0 { News::Answered } else { News::Failed },
                false,
                now,
            ));
        }
        assert_eq!(changes.first(), Some(&Change::Opened));
    }

    #[test]
    fn look_ups_that_are_answered_do_not_hide_creates_that_are_not() {
        let mut breakers = breakers();
        let mut changes = Vec::new();
        for _ in 0..20 {
            changes.extend(breakers.note(Kind::Create, News::Failed, false, seconds(1)));
            changes.extend(breakers.note(Kind::Look, News::Answered, false, seconds(1)));
        }
        assert_eq!(changes, [Change::Opened]);
        assert_ne!(permit(&mut breakers, seconds(1)), Permit::Go);
        assert_eq!(breakers.permit(Kind::Look, true, seconds(1)), Permit::Go);
    }

    #[test]
    fn an_outage_of_both_kinds_is_one_and_ends_with_the_last_of_them() {
        let mut breakers = opened();
        assert_eq!(fail(&mut breakers, Kind::Look, 20, seconds(8)), []);
        assert_eq!(breakers.note(Kind::Create, News::Answered, true, seconds(15)), None);
        assert_eq!(permit(&mut breakers, seconds(15)), Permit::Go);
        assert_eq!(
            breakers.note(Kind::Look, News::Answered, true, seconds(25)),
            Some(Change::Closed(seconds(20)))
        );
    }

    #[test]
    fn while_it_is_open_one_ventures_and_the_others_wait_longer_and_longer() {
        let mut breakers = opened();
        let mut now = seconds(5);
        let mut waits = Vec::new();
        for round in 0..10 {
            let Permit::Wait(wait) = permit(&mut breakers, now) else { panic!("not waiting") };
            waits.push(wait.as_secs_f64());
            now += wait;
            assert_eq!(permit(&mut breakers, now), Permit::Venture);
            assert!(matches!(permit(&mut breakers, now), Permit::Wait(_)), "one at a time");
            if round % 2 == 0 {
                breakers.nobody_there(Kind::Create, now);
            } else {
                assert_eq!(breakers.note(Kind::Create, News::Failed, true, now), None);
            }
        }
        assert!(waits[0] <= 1.0 && waits[9] >= 30.0 && waits.iter().all(|wait| *wait <= 60.0), "{waits:?}");
    }

    #[test]
    fn what_was_under_way_when_it_opened_does_not_put_off_the_venture() {
        let mut breakers = opened();
        assert_eq!(fail(&mut breakers, Kind::Create, 60, seconds(6)), []);
        assert_eq!(permit(&mut breakers, seconds(6)), Permit::Venture);
    }

    #[test]
    fn a_last_send_is_ventured_only_if_nobody_else_does() {
        let mut breakers = opened();
        let last = |breakers: &mut Breakers, now| breakers.permit(Kind::Create, false, seconds(now));
        // Due in the sixth second.
        assert_eq!(last(&mut breakers, 6), Permit::Wait(seconds(60)));
        assert_eq!(last(&mut breakers, 65), Permit::Wait(seconds(1)));
        assert_eq!(permit(&mut breakers, seconds(65)), Permit::Venture);
        assert_eq!(last(&mut breakers, 66), Permit::Wait(seconds(89)));
        assert_eq!(last(&mut breakers, 155), Permit::Venture);
        assert_eq!(last(&mut breakers, 155), Permit::Wait(seconds(90)), "one at a time");
        assert_eq!(last(&mut breakers, 1800), Permit::Venture);
        assert_eq!(last(&mut breakers, 1801), Permit::Wait(seconds(4)), "it may have given up before that");
        assert_eq!(last(&mut breakers, 1805), Permit::GiveUp);
    }

    #[test]
    fn an_answer_closes_it_and_a_relapse_opens_it_sooner() {
        let mut breakers = opened();
        let closed = breakers.note(Kind::Create, News::Answered, true, seconds(65));
        assert_eq!(closed, Some(Change::Closed(seconds(60))));
        assert_eq!(permit(&mut breakers, seconds(65)), Permit::Go);
        assert_eq!(fail(&mut breakers, Kind::Create, 5, seconds(66)), [Change::Opened]);
        // A late answer to what was sent before it opened is an answer, too.
        let closed = opened().note(Kind::Create, News::Answered, false, seconds(15));
        assert_eq!(closed, Some(Change::Closed(seconds(10))));
    }

    #[test]
    fn a_venture_that_is_never_told_of_is_not_waited_for_for_ever() {
        let mut breakers = opened();
        assert_eq!(permit(&mut breakers, seconds(6)), Permit::Venture);
        assert_eq!(permit(&mut breakers, seconds(36)), Permit::Venture);
    }

    #[test]
    fn an_outage_that_lasts_too_long_is_given_up() {
        assert_eq!(permit(&mut opened(), seconds(1805)), Permit::GiveUp);
    }
}
