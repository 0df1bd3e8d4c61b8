//! A row on the wire, with its luck played out answer by answer.

use proptest::prelude::*;

use super::*;
use crate::model::ContactId;

const UUID: &str = "414a6d692bd645ed803f2e7ce360d4c8";
const ORIGIN: Origin =
    Origin { earlier: Earlier::Nothing, sent_after: None, has_twin: false, unlooked: false };

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The server's clock reads a million seconds more than ours.
fn server_time(now: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + seconds(1_000_000 + now)
}

fn stored(name: &str, created_at: Option<u64>) -> StoredContact {
    StoredContact {
        name: Some(name.to_owned()),
        phone_digits: Some("393331234567".to_owned()),
        created_at: created_at.map(server_time),
        ..StoredContact::bare(ContactId { uuid: UUID.to_owned(), href: None })
    }
}

/// A row under test, with its clock.
struct Walk {
    life: Life,
    contact: NewContact,
    now: u64,
}

impl Walk {
    fn with(contact: NewContact, patience: Patience) -> Self {
        let life = Life::new(&contact, ORIGIN, patience, Duration::ZERO, 1);
        let mut walk = Self { life, contact, now: 0 };
        assert_eq!(walk.life.first(), Next::Send);
        walk
    }

    fn new() -> Self {
        Self::with(NewContact::ada(), Patience::default())
    }

    fn exchange<A>(&self, result: Result<A, Fault>) -> Exchange<A> {
        Exchange { result, status: None, server_time: Some(server_time(self.now)) }
    }

    fn send(&mut self, result: Result<StoredContact, Fault>) -> Decision {
        self.life.sending(seconds(self.now));
        let exchange = self.exchange(result);
        self.life.sent(&self.contact, exchange, seconds(self.now))
    }

    fn look(&mut self, result: Result<Option<StoredContact>, Fault>) -> Decision {
        let exchange = self.exchange(result);
        self.life.looked(&self.contact, exchange, seconds(self.now), seconds(self.now))
    }

    /// Looks at every age up to the last, each time in vain; ends at `Next` after the last look.
    fn look_until_settled(&mut self) -> Decision {
        for _ in 0..10 {
            match self.look(Ok(None)) {
                (Next::Wait(wait), None) => {
                    self.now += wait.as_secs();
                    assert_eq!(self.life.after_wait(), Next::LookUp);
                }
                decision => return decision,
            }
        }
        panic!("the looks do not end");
    }
}

fn lost() -> Fault {
    Fault::Lost { why: Message::verbatim("cut") }
}

fn created(by_lookup: bool) -> Decision {
    let id = ContactId { uuid: UUID.to_owned(), href: None };
    (Next::End(End::Settled(Outcome::Created { id, by_lookup })), None)
}

fn existing(differs: bool) -> Decision {
    let id = ContactId { uuid: UUID.to_owned(), href: None };
    (Next::End(End::Settled(Outcome::Existing { id, differs, untouched: Untouched::ByPolicy })), None)
}

fn code(decision: &Decision) -> Option<Code> {
    match &decision.0 {
        Next::End(End::Settled(Outcome::Failed { code, .. } | Outcome::Unconfirmed { code, .. })) => {
            Some(*code)
        }
        _ => None,
    }
}

#[test]
fn a_good_answer_ends_it() {
    assert_eq!(Walk::new().send(Ok(stored("Ada", Some(0)))), created(false));
}

#[test]
fn an_answer_that_names_an_older_contact_with_another_number_is_about_somebody_else_and_looked_into() {
    let another = StoredContact { phone_digits: Some("393337654321".to_owned()), ..stored("Ada", Some(0)) };
    let mut walk = Walk::new();
    walk.now = 100;
    assert_eq!(walk.send(Ok(another.clone())), (Next::LookUp, None));
    assert_eq!(walk.look(Ok(Some(stored("Ada", Some(100))))), created(true));
    // One that came into being just now is this row's, however the server writes its number.
    let mut walk = Walk::new();
    walk.now = 100;
    assert_eq!(
        walk.send(Ok(StoredContact { created_at: Some(server_time(100)), ..another })),
        created(false)
    );
}

#[test]
fn an_answer_that_names_an_older_contact_says_it_was_there_before() {
    let mut walk = Walk::new();
    walk.now = 100;
    assert_eq!(walk.send(Ok(stored("Ada", Some(50)))), existing(false));
    let mut walk = Walk::new();
    walk.now = 100;
    assert_eq!(walk.send(Ok(stored("Bob", Some(50)))), existing(true));
}

#[test]
fn a_lost_answer_is_looked_up_before_anything_is_sent_again() {
    for fault in
        [lost(), Fault::Broken { status: 503 }, Fault::Unusable { status: 200, why: Message::verbatim("") }]
    {
        let mut walk = Walk::new();
        assert_eq!(walk.send(Err(fault)), (Next::LookUp, None));
        walk.now = 1;
        assert_eq!(walk.look(Ok(Some(stored("Ada", Some(0))))), created(true));
    }
}

#[test]
fn a_miss_is_believed_only_after_the_settle_time_and_then_it_is_sent_again() {
    let mut walk = Walk::new();
    walk.now = 10;
    walk.send(Err(lost()));
    let mut ages = Vec::new();
    loop {
        ages.push(walk.now - 10);
        match walk.look(Ok(None)) {
            (Next::Wait(wait), None) => walk.now += wait.as_secs(),
            decision => break assert_eq!(decision, (Next::Send, None)),
        }
    }
    assert_eq!(ages, [0, 2, 8, 30, 125]);
}

#[test]
fn a_row_whose_answers_are_always_lost_ends_as_failed_when_it_is_provably_not_there() {
    let mut walk = Walk::new();
    for _ in 0..2 {
        assert_eq!(walk.send(Err(lost())), (Next::LookUp, None));
        assert_eq!(walk.look_until_settled(), (Next::Send, None));
    }
    walk.send(Err(lost()));
    assert_eq!(code(&walk.look_until_settled()), Some(Code::AttemptsUsedUp));
    assert_eq!(walk.life.attempts(), 3);
}

#[test]
fn strict_never_sends_again_what_may_exist() {
    let mut walk = Walk::with(NewContact::ada(), Patience { strict: true, ..Patience::default() });
    walk.send(Err(lost()));
    assert_eq!(code(&walk.look_until_settled()), Some(Code::Strict));
}

#[test]
fn where_nobody_can_look_the_row_is_unconfirmed_at_once() {
    let mut walk =
        Walk::with(NewContact { source: Source::Telegram, ..NewContact::ada() }, Patience::default());
    assert_eq!(code(&walk.send(Err(lost()))), Some(Code::NoLookup));
}

#[test]
fn a_contact_that_was_found_is_ours_only_if_it_came_after_the_first_send_under_this_name() {
    for (name, created_at, expected) in [
        ("Ada", Some(101), created(true)),
        ("Ada", Some(98), created(true)), // whole-second stamps
        ("Bob", Some(101), existing(true)),
        ("Ada", None, created(true)),
        ("Bob", None, existing(true)),
    ] {
        let mut walk = Walk::new();
        walk.now = 100;
        walk.send(Err(lost()));
        walk.now = 130;
        assert_eq!(walk.look(Ok(Some(stored(name, created_at)))), expected, "{name} {created_at:?}");
    }
}

/// A row whose answer was lost, sent after this time of the server's clock; whether somebody had looked for it before.
fn in_doubt(sent_after: Option<u64>, unlooked: bool) -> Walk {
    let origin = Origin { sent_after: sent_after.map(server_time), unlooked, ..ORIGIN };
    let contact = NewContact::ada();
    let mut life = Life::new(&contact, origin, Patience::default(), seconds(100), 1);
    life.first();
    let mut walk = Walk { life, contact, now: 100 };
    assert_eq!(walk.send(Err(lost())), (Next::LookUp, None));
    walk
}

#[test]
fn a_contact_from_before_says_nothing_of_a_send_and_the_list_is_searched_for_what_it_hides() {
    for (unlooked, created_at, hides) in [
        (false, 97, true),
        (false, 98, false), // clocks of one server
        (true, 97, true),
        (true, 99, true), // of another import, seconds old
        (true, 100, false),
    ] {
        let mut walk = in_doubt(Some(100), unlooked);
        let decision = walk.look(Ok(Some(stored("Ada", Some(created_at)))));
        if !hides {
            assert_eq!(decision, created(true), "{unlooked} {created_at}");
            continue;
        }
        assert_eq!(decision, (Next::Wait(seconds(125)), None), "{unlooked} {created_at}");
        assert_eq!(walk.life.after_wait(), Next::Search);
        let at = seconds(225);
        let mut of_list = |sighting| walk.life.searched(&walk.contact, Ok(sighting), false, at, at);
        if unlooked {
            assert_eq!(code(&of_list(Sighting::Nobody)), Some(Code::AnotherFound), "never told as that one");
        } else {
            let own = StoredContact {
                id: ContactId { uuid: "0".repeat(32), href: None },
                ..stored("Ada", Some(101))
            };
            let (Next::End(End::Settled(outcome)), None) = of_list(Sighting::One(Box::new(own))) else {
                panic!("it was found");
            };
            assert_eq!(outcome.contact_id().unwrap().uuid, "0".repeat(32), "its own, and not the other one");
        }
    }
}

#[test]
fn where_no_age_is_told_nobody_looked_and_somebody_is_found_nothing_is_claimed() {
    let mut walk = in_doubt(Some(100), true);
    assert_eq!(walk.look(Ok(Some(stored("Ada", None)))), (Next::Wait(seconds(125)), None));
    let mut walk = in_doubt(None, true);
    assert_eq!(code(&walk.look(Ok(Some(stored("Ada", None))))), Some(Code::AnotherFound));
    let mut walk = in_doubt(Some(100), true);
    walk.look(Ok(Some(stored("Ada", Some(50)))));
    let next = walk.life.hurry();
    assert_eq!(code(&(next, None)), Some(Code::StoppedInDoubt), "a search would come too early");
}

/// A row that an earlier run may have sent, but not before 100 seconds of the server's clock; whether this one looks for
/// nobody before it sends.
fn maybe_sent(unlooked: bool) -> Walk {
    let earlier = Earlier::MaybeSent { after: Some(100) };
    let origin = Origin { earlier, sent_after: Some(server_time(100)), unlooked, ..ORIGIN };
    let contact = NewContact::ada();
    let mut life = Life::new(&contact, origin, Patience::default(), seconds(500), 1);
    assert_eq!(life.first(), Next::LookUp);
    Walk { life, contact, now: 500 }
}

#[test]
fn somebody_from_before_the_import_is_not_what_it_may_have_sent() {
    let from_before = || Ok(Some(stored("Somebody", Some(50))));
    let mut walk = maybe_sent(false);
    assert_eq!(walk.look(from_before()), existing(true));
    assert!(!walk.life.may_be_own());

    let at = seconds(625);
    let own = Sighting::One(Box::new(stored("Ada", Some(300))));
    for (sighting, expected) in [(own, None), (Sighting::Nobody, Some(Code::AnotherFound))] {
        let mut walk = maybe_sent(true);
        assert_eq!(walk.look(from_before()), (Next::Wait(seconds(125)), None), "it may hide what was sent");
        assert_eq!(walk.life.after_wait(), Next::Search);
        let ended = walk.life.searched(&walk.contact, Ok(sighting), false, at, at);
        match expected {
            None => assert_eq!(ended, created(true)),
            code_of_it => assert_eq!(code(&ended), code_of_it),
        }
    }
}

#[test]
fn somebody_who_came_after_a_row_was_perhaps_sent_is_the_rows_only_if_it_says_the_same() {
    for (name, created_at, expected) in [
        ("Ada", Some(300), created(true)),
        ("Ada", None, created(true)),
        ("Somebody", Some(300), existing(true)),
        ("Somebody", None, existing(true)),
    ] {
        for unlooked in [false, true] {
            let mut walk = maybe_sent(unlooked);
            let found = Ok(Some(stored(name, created_at)));
            assert_eq!(walk.look(found), expected, "{name} {created_at:?} {unlooked}");
            assert_eq!(walk.life.may_be_own(), expected == existing(true));
        }
    }
}

#[test]
fn a_look_up_that_shows_another_number_decides_nothing() {
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    let other = StoredContact { phone_digits: Some("15046218927".to_owned()), ..stored("Ada", Some(0)) };
    assert!(matches!(walk.look(Ok(Some(other))), (Next::Wait(_), None)));
}

#[test]
fn a_429_and_a_vain_connection_are_sent_again_without_a_look() {
    let mut walk = Walk::new();
    assert_eq!(walk.send(Err(Fault::Throttled { after: Some(seconds(3)) })), (Next::Send, None));
    assert!(matches!(walk.send(Err(Fault::Unreached { why: Message::verbatim("") })), (Next::Wait(_), None)));
    assert_eq!(walk.life.after_wait(), Next::Send);
    assert_eq!(walk.send(Ok(stored("Ada", Some(0)))), created(false));
    assert_eq!(walk.life.attempts(), 3);
}

#[test]
fn a_server_that_is_not_reached_costs_no_row_its_life() {
    let mut walk = Walk::new();
    for _ in 0..100 {
        let decision = walk.send(Err(Fault::Unreached { why: Message::verbatim("refused") }));
        assert!(matches!(decision, (Next::Wait(wait), None) if wait <= seconds(30)));
    }
    assert_eq!(walk.send(Ok(stored("Ada", Some(0)))), created(false));
}

#[test]
fn a_wait_longer_than_an_hour_stops_the_run() {
    let mut walk = Walk::new();
    let decision = walk.send(Err(Fault::Throttled { after: Some(seconds(7200)) }));
    assert_eq!(decision, (Next::End(End::Unsent), Some(Stop::HeldTooLong { seconds: 7200 })));
    let mut walk = Walk::new();
    assert_eq!(walk.send(Err(Fault::Throttled { after: None })), (Next::Send, None));
    walk.now = 3601;
    assert!(matches!(walk.send(Err(Fault::Throttled { after: None })), (Next::End(End::Unsent), Some(_))));
}

#[test]
fn a_refusal_is_looked_up_once_because_it_may_mean_that_the_contact_is_there() {
    let refused =
        || Fault::Refused { status: 422, field: Some("identifier".to_owned()), said: "taken".to_owned() };
    let rejected = Outcome::Rejected { field: Some("identifier".to_owned()), said: "taken".to_owned() };
    let mut walk = Walk::new();
    walk.now = 100;
    assert_eq!(walk.send(Err(refused())), (Next::LookUp, None));
    assert_eq!(walk.look(Ok(Some(stored("Ada", Some(50))))), existing(false));
    let mut walk = Walk::new();
    walk.send(Err(refused()));
    assert_eq!(walk.look(Ok(None)), (Next::End(End::Settled(rejected.clone())), None));
    let mut walk =
        Walk::with(NewContact { source: Source::Facebook, ..NewContact::ada() }, Patience::default());
    assert_eq!(walk.send(Err(refused())), (Next::End(End::Settled(rejected)), None));
}

#[test]
fn what_concerns_the_whole_run_stops_it_and_leaves_the_row_unsent() {
    for (fault, word) in [
        (Fault::Denied { status: 401, said: String::new() }, "token_refused"),
        (Fault::Denied { status: 403, said: String::new() }, "token_refused"),
        (Fault::PaymentRequired { said: String::new() }, "payment_required"),
        (Fault::NotTheApi { status: 404, seen: Message::verbatim("") }, "not_the_api"),
        (Fault::Untrusted { why: Message::verbatim("") }, "untrusted_server"),
    ] {
        let (next, stop) = Walk::new().send(Err(fault));
        assert_eq!((next, stop.unwrap().as_str()), (Next::End(End::Unsent), word));
    }
    let decision =
        Walk::new().send(Err(Fault::NotTheApi { status: 301, seen: Message::verbatim("redirects") }));
    assert_eq!(code(&decision), Some(Code::StoppedInDoubt));
    assert_eq!(decision.1.unwrap().as_str(), "not_the_api");
}

#[test]
fn a_token_that_is_refused_during_a_look_up_leaves_the_row_unconfirmed() {
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    let decision = walk.look(Err(Fault::Denied { status: 401, said: String::new() }));
    assert_eq!(code(&decision), Some(Code::StoppedInDoubt));
    assert!(decision.1.is_some());
}

#[test]
fn a_look_up_that_keeps_failing_leaves_the_row_unconfirmed_at_the_settle_time() {
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    let mut looks = 0;
    let decision = loop {
        looks += 1;
        match walk.look(Err(Fault::Broken { status: 500 })) {
            (Next::Wait(wait), None) => walk.now += wait.as_secs() + 1,
            decision => break decision,
        }
    };
    assert_eq!(code(&decision), Some(Code::LookupFailed));
    assert!(looks <= 5 * (EARLY_LOOKS.len() + 1), "{looks}");
}

#[test]
fn a_row_that_waits_when_the_run_stops_takes_one_last_look_or_goes_home_unsent() {
    let mut walk = Walk::new();
    walk.send(Err(Fault::Unreached { why: Message::verbatim("") }));
    assert_eq!(walk.life.hurry(), Next::End(End::Unsent));
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    assert!(matches!(walk.look(Ok(None)), (Next::Wait(_), None)));
    assert_eq!(walk.life.hurry(), Next::LookUp);
    assert_eq!(code(&walk.look(Ok(None))), Some(Code::StoppedInDoubt));
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    assert_eq!(walk.life.hurry(), Next::LookUp);
    assert_eq!(walk.look(Ok(Some(stored("Ada", Some(0))))), created(true));
}

#[test]
fn a_send_that_is_cut_short_is_unconfirmed() {
    let mut walk = Walk::new();
    walk.life.sending(Duration::ZERO);
    let next = walk.life.cut_short(true, Duration::ZERO);
    assert_eq!(code(&(next, None)), Some(Code::StoppedInDoubt));
    assert_eq!(Walk::new().life.cut_short(false, Duration::ZERO), Next::End(End::Unsent));
}

#[test]
fn a_row_that_an_earlier_run_left_open_is_looked_up_first() {
    let contact = NewContact::ada();
    let origin = Origin { earlier: Earlier::LeftOpen, ..Origin::default() };
    let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
    assert_eq!(life.first(), Next::LookUp);
    let hit = Exchange { result: Ok(Some(stored("Ada", Some(0)))), status: None, server_time: None };
    assert_eq!(life.looked(&contact, hit, Duration::ZERO, Duration::ZERO), created(true));
}

#[test]
fn what_the_journal_knows_of_the_first_send_tells_a_contact_that_was_there_before() {
    for (created_at, expected) in
        [(Some(50), existing(false)), (Some(99), created(true)), (None, created(true))]
    {
        let contact = NewContact::ada();
        let sent_after = Some(server_time(100));
        let origin = Origin { earlier: Earlier::LeftOpen, sent_after, ..ORIGIN };
        let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
        life.first();
        let hit = Exchange { result: Ok(Some(stored("Ada", created_at))), status: None, server_time: None };
        assert_eq!(life.looked(&contact, hit, Duration::ZERO, Duration::ZERO), expected, "{created_at:?}");
    }
}

#[test]
fn a_row_may_venture_as_long_as_a_failure_would_not_be_its_last() {
    let mut walk = Walk::with(NewContact::ada(), Patience { most_sends: 4, ..Patience::default() });
    let mut may = vec![walk.life.may_venture()];
    for _ in 0..4 {
        walk.life.sending(Duration::ZERO);
        may.push(walk.life.may_venture());
    }
    assert_eq!(may, [true, true, true, false, false]);
    let only_once = Walk::with(NewContact::ada(), Patience { most_sends: 1, ..Patience::default() });
    assert!(only_once.life.may_venture(), "somebody has to be the first");
}

#[test]
fn what_is_told_beside_the_end_is_what_happened() {
    let mut walk = Walk::new();
    assert_eq!((walk.life.status(), walk.life.is_in_doubt()), (None, false));
    walk.send(Err(Fault::Broken { status: 503 }));
    assert_eq!((walk.life.status(), walk.life.is_in_doubt()), (Some(503), true));
    let shows = StoredContact { shown: Some(Shown::new("{}")), ..stored("Ada", Some(0)) };
    assert_eq!(walk.look(Ok(Some(shows.clone()))), created(true));
    assert_eq!(walk.life.take_shown(), Some(Shown::new("{}")));
    assert!(!walk.life.was_there() && walk.life.take_duplicate().is_none());
    let mut walk = Walk::new();
    assert_eq!(walk.send(Ok(shows)), created(false));
    assert_eq!(walk.life.take_shown(), Some(Shown::new("{}")));

    for (name, answer) in [("Ada", DuplicateAnswer::AsSent), ("Bob", DuplicateAnswer::Untouched)] {
        let mut walk = Walk::new();
        walk.now = 100;
        walk.send(Ok(stored(name, Some(50))));
        assert!(walk.life.was_there());
        assert_eq!(walk.life.take_duplicate(), Some(answer));
    }
    let mut walk = Walk::new();
    walk.now = 100;
    walk.send(Err(Fault::Refused { status: 409, field: None, said: "taken".to_owned() }));
    assert_eq!(walk.look(Ok(Some(stored("Ada", None)))), existing(false));
    assert!(walk.life.was_there(), "a refused send has made nobody");
    assert_eq!(walk.life.take_duplicate(), Some(DuplicateAnswer::Refused(409)));
}

#[test]
fn a_lost_answer_of_a_source_without_look_up_waits_for_the_search_unless_the_run_stops() {
    let contact = NewContact { source: Source::Telegram, ..NewContact::ada() };
    let origin = Origin { sent_after: Some(server_time(0)), ..Origin::default() };
    let life = || {
        let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
        life.sending(Duration::ZERO);
        life
    };
    let exchange = || Exchange { result: Err(lost()), status: None, server_time: None };
    let mut waits = life();
    assert_eq!(waits.sent(&contact, exchange(), Duration::ZERO), (Next::Wait(seconds(125)), None));
    assert_eq!(waits.after_wait(), Next::Search);
    let mut hurried = life();
    hurried.hurry();
    let decision = hurried.sent(&contact, exchange(), Duration::ZERO);
    assert_eq!(code(&decision), Some(Code::StoppedInDoubt));
}

#[test]
fn a_server_that_is_not_reached_again_and_again_is_left_alone_for_longer() {
    let mut walk = Walk::new();
    let mut longest = |fault: fn() -> Fault| {
        let waits = (0..40).map(|_| match walk.send(Err(fault())) {
            (Next::Wait(wait), None) => wait,
            decision => panic!("{decision:?}"),
        });
        waits.max().unwrap_or_default()
    };
    assert!(longest(|| Fault::Unreached { why: Message::verbatim("") }) > seconds(15));
}

#[test]
fn look_ups_that_are_refused_because_of_the_rate_for_an_hour_on_end_stop_the_run() {
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    let throttled = || Err(Fault::Throttled { after: None });
    assert_eq!(walk.look(throttled()), (Next::LookUp, None));
    walk.now = 3000;
    // An answer in between, and the hour begins anew.
    assert!(matches!(walk.look(Err(Fault::Broken { status: 500 })), (Next::Wait(_), None)));
    walk.now = 3601;
    assert_eq!(walk.look(throttled()), (Next::LookUp, None));
    walk.now = 7200;
    assert_eq!(walk.look(throttled()), (Next::LookUp, None));
    walk.now = 7202;
    let decision = walk.look(throttled());
    assert_eq!(code(&decision), Some(Code::StoppedInDoubt));
    assert_eq!(decision.1, Some(Stop::HeldTooLong { seconds: 3601 }));
}

#[test]
fn a_look_up_that_fails_is_tried_again_five_times_and_not_at_all_when_the_run_stops() {
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    let mut failed = || walk.look(Err(Fault::Broken { status: 500 }));
    for _ in 1..MOST_LOOK_FAILURES {
        assert!(matches!(failed(), (Next::Wait(wait), None) if wait <= seconds(8)));
    }
    // This look is given up; the next one is at two seconds.
    assert_eq!(failed(), (Next::Wait(seconds(2)), None));
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    walk.life.hurry();
    assert_eq!(code(&walk.look(Err(Fault::Broken { status: 500 }))), Some(Code::StoppedInDoubt));
}

#[test]
fn a_contact_that_a_search_finds_is_this_rows_unless_it_is_anothers() {
    let contact = NewContact { source: Source::Telegram, ..NewContact::ada() };
    let origin = Origin { earlier: Earlier::LeftOpen, sent_after: Some(server_time(0)), ..ORIGIN };
    let searched = |sighting: Result<Sighting, Fault>, is_taken: bool| {
        let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
        assert_eq!(life.first(), Next::Wait(seconds(125)));
        assert_eq!(life.after_wait(), Next::Search);
        life.searched(&contact, sighting, is_taken, seconds(125), seconds(125))
    };
    let one = || Ok(Sighting::One(Box::new(stored("Ada", Some(1)))));
    assert_eq!(searched(one(), false), created(true));
    for (sighting, is_taken) in [(one(), true), (Ok(Sighting::Nobody), false), (Ok(Sighting::Several), false)]
    {
        assert_eq!(code(&searched(sighting, is_taken)), Some(Code::NoLookup));
    }
    assert_eq!(searched(Err(Fault::Throttled { after: None }), false), (Next::Search, None));
}

#[test]
fn searches_that_are_refused_because_of_the_rate_for_an_hour_on_end_stop_the_run() {
    let contact = NewContact { source: Source::Telegram, ..NewContact::ada() };
    let origin = Origin { earlier: Earlier::LeftOpen, sent_after: Some(server_time(0)), ..ORIGIN };
    let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
    life.first();
    let mut search =
        |fault: Fault, now: u64| life.searched(&contact, Err(fault), false, seconds(now), seconds(now));
    let throttled = || Fault::Throttled { after: None };
    assert_eq!(search(throttled(), 125), (Next::Search, None));
    assert!(matches!(search(Fault::Broken { status: 500 }, 3000), (Next::Wait(_), None)));
    assert_eq!(search(throttled(), 4000), (Next::Search, None));
    assert_eq!(search(throttled(), 7600), (Next::Search, None));
    assert!(search(throttled(), 7601).1.is_some());
}

#[test]
fn a_row_in_doubt_that_is_hurried_twice_is_let_go() {
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    assert!(matches!(walk.look(Ok(None)), (Next::Wait(_), None)));
    assert_eq!(walk.life.hurry(), Next::LookUp);
    let next = walk.life.hurry();
    assert_eq!(code(&(next, None)), Some(Code::StoppedInDoubt));
    let contact = NewContact { source: Source::Telegram, ..NewContact::ada() };
    let origin = Origin { earlier: Earlier::LeftOpen, sent_after: Some(server_time(0)), ..ORIGIN };
    let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
    life.first();
    let next = life.hurry();
    assert_eq!(code(&(next, None)), Some(Code::StoppedInDoubt), "a search would come too early");
}

#[test]
fn a_send_that_had_no_effect_counts_neither_as_a_send_nor_as_the_first() {
    let mut walk = Walk::new();
    for _ in 0..5 {
        assert_eq!(walk.send(Err(Fault::Throttled { after: None })), (Next::Send, None));
    }
    walk.now = 100;
    walk.send(Err(lost()));
    assert_eq!(walk.look_until_settled(), (Next::Send, None), "two more are left");
    assert!(walk.life.may_venture());
    // Somebody wrote in between the vain send and this one.
    let mut walk = Walk::new();
    walk.send(Err(Fault::Throttled { after: None }));
    walk.now = 100;
    walk.send(Err(lost()));
    assert_eq!(code(&walk.look(Ok(Some(stored("Ada", Some(50)))))), Some(Code::AnotherFound));
}

#[test]
fn a_refusal_after_an_answer_that_was_lost_may_be_about_ones_own_contact() {
    let mut walk = Walk::new();
    walk.send(Err(lost()));
    assert_eq!(walk.look_until_settled(), (Next::Send, None));
    let refused = Fault::Refused { status: 409, field: None, said: "taken".to_owned() };
    assert_eq!(walk.send(Err(refused)), (Next::LookUp, None));
    assert_eq!(walk.look(Ok(Some(stored("Ada", Some(1))))), created(true));
    assert!(!walk.life.was_there() && walk.life.take_duplicate().is_none());
}

#[test]
fn a_look_that_is_given_up_ends_a_doubt_at_the_settle_time_and_leaves_a_refusal_as_it_was_said() {
    let mut walk = Walk::new();
    let give_up = |walk: &mut Walk| {
        let mut decision = walk.look(Err(Fault::Broken { status: 500 }));
        for _ in 1..MOST_LOOK_FAILURES {
            decision = walk.look(Err(Fault::Broken { status: 500 }));
        }
        decision
    };
    walk.send(Err(lost()));
    walk.now = 124;
    assert!(matches!(give_up(&mut walk), (Next::Wait(_), None)));
    walk.now = 125;
    assert_eq!(code(&give_up(&mut walk)), Some(Code::LookupFailed));
    let mut walk = Walk::new();
    walk.send(Err(Fault::Refused { status: 422, field: None, said: "no".to_owned() }));
    let rejected = Outcome::Rejected { field: None, said: "no".to_owned() };
    assert_eq!(give_up(&mut walk), (Next::End(End::Settled(rejected)), None));
}

#[test]
fn differences_in_the_echo_are_remarked_on() {
    let mut walk = Walk::new();
    walk.contact.tags = vec!["VIP".to_owned()];
    let echo = StoredContact { tags: Some(Vec::new()), ..stored("Ada", Some(0)) };
    assert_eq!(walk.send(Ok(echo)), created(false));
    assert_eq!(walk.life.take_remarks(), [Remark { code: Code::EchoDiffers, field: "tags".to_owned() }]);
}

#[derive(Debug, Clone)]
enum Luck {
    Good,
    Lost,
    Unreached,
    Throttled,
    Refused,
    Missing,
    Failing,
}

proptest! {
    /// Whatever the far side does: no send while the contact may exist, and the row comes to an end.
    #[test]
    fn nothing_is_sent_while_in_doubt_and_everything_ends(
        luck in prop::collection::vec(prop_oneof![
            Just(Luck::Good), Just(Luck::Lost), Just(Luck::Lost), Just(Luck::Unreached), Just(Luck::Throttled),
            Just(Luck::Refused), Just(Luck::Missing), Just(Luck::Missing), Just(Luck::Failing),
        ], 1..40),
        strict in any::<bool>(),
        hurry_at in 0_usize..60,
    ) {
        // A server that is never reached is an outage, and the breaker ends that.
        prop_assume!(luck.iter().any(|luck| !matches!(luck, Luck::Unreached | Luck::Throttled)));
        let patience = Patience { strict, ..Patience::default() };
        let settled = (patience.settle + patience.read_lag).as_secs();
        let mut walk = Walk::with(NewContact::ada(), patience);
        let mut luck = luck.into_iter().cycle();
        let mut next = Next::Send;
        let mut open_since: Option<u64> = None;
        for step in 0..8000 {
            match next.clone() {
                Next::End(_) => return Ok(()),
                Next::Wait(wait) => {
                    walk.now += wait.as_secs() + 1;
                    next = if step == hurry_at { walk.life.hurry() } else { walk.life.after_wait() };
                }
                Next::Send => {
                    prop_assert!(open_since.is_none(), "sent while it may exist");
                    let result = match luck.next().unwrap() {
                        Luck::Good | Luck::Missing => Ok(stored("Ada", Some(walk.now))),
                        Luck::Lost | Luck::Failing => Err(lost()),
                        Luck::Unreached => Err(Fault::Unreached { why: Message::verbatim("") }),
                        Luck::Throttled => Err(Fault::Throttled { after: None }),
                        Luck::Refused => Err(Fault::Refused { status: 422, field: None, said: String::new() }),
                    };
                    if result.as_ref().is_err_and(|fault| fault.existence() == Existence::Maybe) {
                        open_since = Some(walk.now);
                    }
                    next = walk.send(result).0;
                    walk.now += 1;
                }
                Next::Search => prop_assert!(false, "its number can be looked up"),
                Next::LookUp => {
                    let result = match luck.next().unwrap() {
                        Luck::Good => Ok(Some(stored("Ada", Some(walk.now)))),
                        Luck::Throttled => Err(Fault::Throttled { after: None }),
                        Luck::Failing | Luck::Unreached => Err(Fault::Broken { status: 500 }),
                        _ => Ok(None),
                    };
                    if matches!(result, Ok(None)) && open_since.is_some_and(|since| walk.now - since >= settled) {
                        open_since = None;
                    }
                    next = walk.look(result).0;
                    walk.now += 1;
                }
            }
        }
        prop_assert!(false, "the row does not end");
    }
}
