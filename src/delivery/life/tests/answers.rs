//! What the answer to a send says.

use super::*;

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
fn an_answer_that_names_another_number_and_another_name_is_about_somebody_else_however_young() {
    let another = |name: Option<&str>| StoredContact {
        name: name.map(str::to_owned),
        phone_digits: Some("393337654321".to_owned()),
        ..stored("", Some(100))
    };
    for (name, next) in [(Some("Bob"), Some(Next::LookUp)), (Some("Ada"), None), (None, None)] {
        let mut walk = Walk::new();
        walk.now = 100;
        let (Next::End(_) | Next::LookUp, None) = walk.send(Ok(another(name))) else { panic!("{name:?}") };
        assert_eq!(walk.life.is_in_doubt(), next.is_some(), "{name:?}");
    }
    let mut walk = Walk::new();
    walk.send(Ok(another(Some("Bob"))));
    assert_eq!(walk.look_until_settled(), (Next::Send, None), "nobody was created");
}

#[test]
fn where_a_look_up_has_just_found_nobody_an_answer_names_an_older_contact_because_clocks_differ() {
    for (just_missed, created_at, is_created) in [
        (true, 9_996, true),
        (true, 7_000, true),
        (true, 6_000, false),
        (false, 9_996, false),
        (false, 9_998, true),
    ] {
        let contact = NewContact::ada();
        let origin = Origin { just_missed, sent_after: Some(server_time(10_000)), ..ORIGIN };
        let life = Life::new(&contact, origin, Patience::default(), seconds(10_000), 1);
        let mut walk = Walk { life, contact, now: 10_000 };
        let expected = if is_created { created(false) } else { existing(false) };
        let decision = walk.send(Ok(stored("Ada", Some(created_at))));
        assert_eq!(decision, expected, "{just_missed} {created_at}");
    }
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
fn differences_in_the_echo_are_remarked_on() {
    let mut walk = Walk::new();
    walk.contact.tags = vec!["VIP".to_owned()];
    let echo = StoredContact { tags: Some(Vec::new()), ..stored("Ada", Some(0)) };
    assert_eq!(walk.send(Ok(echo)), created(false));
    assert_eq!(walk.life.take_remarks(), [Remark { code: Code::EchoDiffers, field: "tags".to_owned() }]);
}
