//! An earlier run, or somebody else, may have made who is found.

use super::*;

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
        let mut of_list = |sighting| walk.life.searched(&walk.contact, Ok(sighting), at, at);
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
    sent_before(unlooked, false)
}

/// `in_vain`: whoever sent it knows that it was not stored.
fn sent_before(unlooked: bool, in_vain: bool) -> Walk {
    let earlier = Earlier::MaybeSent { after: Some(100), by_row: false, in_vain };
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
        let ended = walk.life.searched(&walk.contact, Ok(sighting), at, at);
        match expected {
            None => assert_eq!(ended, created(true)),
            code_of_it => assert_eq!(code(&ended), code_of_it),
        }
    }
}

#[test]
fn somebody_who_came_after_a_row_was_sent_in_vain_is_not_the_rows_until_it_is_sent_again() {
    for (name, differs) in [("Ada", false), ("Somebody", true)] {
        for created_at in [Some(300), None] {
            let mut walk = sent_before(false, true);
            assert_eq!(walk.look(Ok(Some(stored(name, created_at)))), existing(differs), "{name}");
            assert!(walk.life.was_there() && !walk.life.may_be_own(), "{name}");
        }
    }
    let mut walk = sent_before(false, true);
    walk.look(Ok(None));
    walk.now = 700;
    assert_eq!(walk.look(Ok(None)), (Next::Send, None));
    walk.now = 701;
    walk.life.sending(seconds(701));
    walk.send(Err(Fault::Broken { status: 500 }));
    walk.now = 705;
    assert_eq!(walk.look(Ok(Some(stored("Ada", Some(702))))), created(true));
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
