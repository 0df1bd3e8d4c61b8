//! The run stops.

use super::*;

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
