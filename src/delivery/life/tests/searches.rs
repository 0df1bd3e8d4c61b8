//! The source has no look-up: the list is searched.

use super::*;

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
fn a_contact_that_a_search_finds_is_this_rows_unless_it_is_anothers() {
    let contact = NewContact { source: Source::Telegram, ..NewContact::ada() };
    let origin = Origin { earlier: Earlier::LeftOpen, sent_after: Some(server_time(0)), ..ORIGIN };
    let searched = |sighting: Result<Sighting, Fault>| {
        let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
        assert_eq!(life.first(), Next::Wait(seconds(125)));
        assert_eq!(life.after_wait(), Next::Search);
        life.searched(&contact, sighting, seconds(125), seconds(125))
    };
    assert_eq!(searched(Ok(Sighting::One(Box::new(stored("Ada", Some(1)))))), created(true));
    for sighting in [Sighting::Taken, Sighting::Nobody, Sighting::Several] {
        assert_eq!(code(&searched(Ok(sighting))), Some(Code::NoLookup));
    }
    assert_eq!(searched(Err(Fault::Throttled { after: None })), (Next::Search, None));
}

#[test]
fn searches_that_are_refused_because_of_the_rate_for_an_hour_on_end_stop_the_run() {
    let contact = NewContact { source: Source::Telegram, ..NewContact::ada() };
    let origin = Origin { earlier: Earlier::LeftOpen, sent_after: Some(server_time(0)), ..ORIGIN };
    let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
    life.first();
    let mut search = |fault: Fault, now: u64| life.searched(&contact, Err(fault), seconds(now), seconds(now));
    let throttled = || Fault::Throttled { after: None };
    assert_eq!(search(throttled(), 125), (Next::Search, None));
    assert!(matches!(search(Fault::Broken { status: 500 }, 3000), (Next::Wait(_), None)));
    assert_eq!(search(throttled(), 4000), (Next::Search, None));
    assert_eq!(search(throttled(), 7600), (Next::Search, None));
    assert!(search(throttled(), 7601).1.is_some());
}
