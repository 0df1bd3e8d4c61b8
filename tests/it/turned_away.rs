//! Rows that are answered as if the account were closed, while it is open to others: a wall on the way dislikes what they
//! say, or the account says so for a moment.

use std::sync::Arc;
use std::time::Duration;

use callbell_import::delivery::Suspicions;
use callbell_import::model::{OnExisting, Status, Stop, Window};
use callbell_import::sandbox::{FaultKind, FaultRule, On, SandboxSettings};

use crate::support::{Bench, Rig, Walked, canary_numbers};

/// A wall that answers creates so whose body has this text.
fn wall(status: u16, text: &str) -> FaultRule {
    let containing = Some(text.to_owned());
    FaultRule { containing, status: Some(status), ..FaultRule::new(FaultKind::Error, 1.0) }
}

/// The name of a row of [`canary_numbers`], as it is sent.
fn called(row: u32) -> String {
    format!("\"Person {row}\"")
}

fn rig(rows: usize) -> Rig {
    let mut rig = Rig::of(canary_numbers(rows), SandboxSettings::from_toml("").unwrap());
    (rig.concurrency, rig.on_existing) = (1, OnExisting::Skip);
    rig
}

fn set(rig: &Rig, walls: Vec<FaultRule>) {
    rig.world.lock().unwrap().set_faults(walls);
}

fn asked(rig: &Rig, what: &str) -> u64 {
    rig.world.lock().unwrap().seen().requests.get(what).copied().unwrap_or_default()
}

/// How many of these were asked for by one run, and the run.
async fn run(rig: &Rig, what: &str) -> (Walked, u64) {
    let before = asked(rig, what);
    let walked = rig.walk().await;
    assert_eq!(walked.false_line(), None);
    (walked, asked(rig, what) - before)
}

/// Nobody waited for anybody, and it came to its end.
#[track_caller]
fn went_straight_through(walked: &Walked) {
    assert!(walked.report.stop.is_none() && walked.not_attempted == Some(0), "{:?}", walked.report.stop);
    assert!(walked.took < Duration::from_secs(2), "{:?}", walked.took);
}

#[tokio::test(start_paused = true)]
async fn who_was_turned_away_is_sent_once_by_each_run_believed_at_once_and_created_when_the_wall_is_gone() {
    for (status, policy) in [
        (402, OnExisting::Skip),
        (403, OnExisting::Create),
        (404, OnExisting::Update),
        (403, OnExisting::Fail),
    ] {
        let mut rig = rig(40);
        rig.on_existing = policy;
        set(&rig, vec![wall(status, &called(4))]);
        let (first, _) = run(&rig, "POST /contacts").await;
        assert_eq!((first.count(Status::Created), first.count(Status::Rejected)), (39, 1));
        for _ in 0..2 {
            let (again, sent) = run(&rig, "POST /contacts").await;
            went_straight_through(&again);
            assert_eq!((sent, again.count(Status::Created), again.count(Status::Rejected)), (1, 39, 1));
            let line = &again.results[3];
            assert_eq!((&*line["status"], &*line["code"]), ("rejected", &*format!("http_{status}")));
            assert_eq!((&*line["http_status"], &*line["attempts"]), (&*status.to_string(), "1"));
        }
        set(&rig, Vec::new());
        let (well, sent) = run(&rig, "POST /contacts").await;
        went_straight_through(&well);
        assert_eq!((sent, well.count(Status::Created)), (1, 40), "{status}");
        let (at_rest, sent) = run(&rig, "POST /contacts").await;
        assert_eq!((sent, at_rest.count(Status::Created), at_rest.counts.settled), (0, 40, 40));
    }
}

#[tokio::test(start_paused = true)]
async fn who_was_turned_away_and_has_come_since_is_met_under_every_policy() {
    for policy in OnExisting::ALL {
        let mut rig = rig(5);
        rig.on_existing = policy;
        set(&rig, vec![wall(403, &called(4))]);
        let (first, _) = run(&rig, "POST /contacts").await;
        assert_eq!(first.count(Status::Rejected), 1);
        set(&rig, Vec::new());
        // From a copy of its row, as another program would.
        let copy = "phone_number,name\n+39 333 0000004,Person 4\n".to_owned();
        let mut other = Rig::of(copy, SandboxSettings::from_toml("").unwrap());
        (other.world, other.origin) = (Arc::clone(&rig.world), rig.origin);
        assert_eq!(other.walk().await.count(Status::Created), 1);
        tokio::time::sleep(Duration::from_secs(600)).await;
        let before = asked(&rig, "POST /contacts");
        let walked = rig.walk().await;
        assert_eq!(asked(&rig, "POST /contacts"), before, "{policy:?}");
        let status = if policy == OnExisting::Fail { "rejected" } else { "existing" };
        assert_eq!(walked.results[3]["status"], status, "{policy:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_a_row_that_was_turned_away_says_now_it_is_believed_and_one_that_never_was_is_not() {
    let mut rig = rig(10);
    set(&rig, vec![wall(403, "Person 4")]);
    let (first, _) = run(&rig, "POST /contacts").await;
    assert_eq!(first.count(Status::Rejected), 1);
    rig.csv = rig.csv.replace("Person 4\n", "Person 4 of ten\n");
    let (edited, sent) = run(&rig, "POST /contacts").await;
    went_straight_through(&edited);
    assert_eq!((sent, edited.count(Status::Rejected)), (1, 1));
    // Another one for which the account is closed, beside it: nobody shows that it is not.
    rig.csv = format!("{}+39 333 0000041,Person 41\n", rig.csv);
    let (stopped, _) = run(&rig, "POST /contacts").await;
    assert!(matches!(&stopped.report.stop, Some(stop @ Stop::TokenRefused { .. })
        if stop.at_row().is_some_and(|row| row.get() == 11)));
    assert_eq!((stopped.count(Status::Rejected), stopped.not_attempted), (1, Some(1)));
    set(&rig, vec![FaultRule::new(FaultKind::Unauthorized, 1.0)]);
    let (refused, _) = run(&rig, "POST /contacts").await;
    assert!(matches!(refused.report.stop, Some(Stop::TokenRefused { http_status: 401, .. })));
    assert_eq!(refused.not_attempted, Some(2), "a token that is none is of no row");
}

#[tokio::test(start_paused = true)]
async fn wherever_a_run_dies_over_who_was_turned_away_the_next_one_believes_it_and_makes_nobody_twice() {
    for (policy, goes) in [(OnExisting::Skip, false), (OnExisting::Create, true), (OnExisting::Skip, true)] {
        let mut steps = 1;
        loop {
            let mut rig = rig(6);
            rig.on_existing = policy;
            set(&rig, vec![wall(403, &called(4))]);
            let (first, _) = run(&rig, "POST /contacts").await;
            assert_eq!(first.count(Status::Rejected), 1);
            if goes {
                set(&rig, Vec::new());
            }
            let is_last = rig.dying_after(steps, steps % 2 == 0).await.is_some();
            rig.let_the_server_finish().await;
            let walked = rig.walk().await;
            if let Some(lie) = walked.lie() {
                panic!("dying after step {steps}: {lie}");
            }
            let status = if goes { Status::Created } else { Status::Rejected };
            assert_eq!(walked.count(status), if goes { 6 } else { 1 }, "dying after step {steps}");
            assert!(walked.report.stop.is_none(), "dying after step {steps}");
            if is_last {
                break;
            }
            steps += 1;
        }
        assert!(steps > 5, "{steps}");
    }
}

#[test]
fn the_program_tells_who_was_turned_away_as_rejected_each_night_until_the_account_takes_them() {
    let bench = Bench::new();
    bench.sandbox().world().set_faults(vec![wall(402, &called(4))]);
    let file = bench.file("in.csv", canary_numbers(20));
    for _ in 0..3 {
        let done = bench.run(&file, &[""; 0]).expect(1).conserved();
        assert_eq!((done.number("created"), done.number("rejected")), (19, 1));
        assert_eq!(done.failures()[0]["import_code"], "http_402");
        let status = bench.exact(["status", "out", "--json"]).expect(0);
        let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
        assert_eq!((&status["created"], &status["rejected"]), (&19.into(), &1.into()), "{status}");
    }
    bench.sandbox().world().set_faults(Vec::new());
    let done = bench.run(&file, &[""; 0]).expect(0).conserved();
    assert_eq!((done.number("created"), bench.identifiers().len(), bench.doubles()), (20, 20, 0));
    let _ = bench.run(&file, &[""; 0]).expect(0).conserved();
}

#[tokio::test(start_paused = true)]
async fn whoever_alone_is_turned_away_waits_while_the_others_wait_too() {
    let seconds = Duration::from_secs;
    let throttled = FaultRule {
        from: 8,
        until: Some(9),
        retry_after: Some(8),
        ..FaultRule::new(FaultKind::Throttle, 1.0)
    };
    let down =
        FaultRule { from: 8, until: Some(42), status: Some(503), ..FaultRule::new(FaultKind::Error, 1.0) };
    let mut not_so = Vec::new();
    for (case, policy, concurrency, faults, latency, took) in [
        ("a 429", OnExisting::Skip, 2, vec![throttled.clone()], 0, 8),
        ("a 429, one at a time", OnExisting::Create, 1, vec![throttled], 0, 8),
        ("an outage", OnExisting::Create, 8, vec![down.clone()], 0, 8),
        ("an outage of look-ups", OnExisting::Skip, 8, vec![FaultRule { on: On::LookUp, ..down }], 0, 8),
        ("six seconds for an answer", OnExisting::Skip, 2, Vec::new(), 3, 100),
        ("the same, many at a time", OnExisting::Create, 8, Vec::new(), 3, 10),
    ] {
        let mut rig = rig(60);
        (rig.on_existing, rig.concurrency, rig.latency) = (policy, concurrency, seconds(latency));
        set(&rig, [vec![wall(403, &called(7))], faults].concat());
        let (walked, _) = run(&rig, "POST /contacts").await;
        let counts = (walked.count(Status::Created), walked.count(Status::Rejected));
        if walked.report.stop.is_some() || counts != (59, 1) || walked.took < seconds(took) {
            not_so.push((case, walked.report.stop, counts, walked.took));
        }
    }
    assert!(not_so.is_empty(), "{not_so:#?}");
}

/// An import of so many rows, which say something else now.
async fn changed(rows: usize) -> Rig {
    let mut rig = rig(rows);
    rig.on_existing = OnExisting::Update;
    assert_eq!(rig.walk().await.count(Status::Created), rows as u64);
    rig.csv = rig.csv.replace("Person", "Somebody");
    tokio::time::sleep(Duration::from_secs(600)).await;
    rig
}

fn wall_of_changes(status: u16, text: &str) -> FaultRule {
    FaultRule { on: On::Update, ..wall(status, text) }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_alone_is_turned_away_is_refused_for_now_and_all_others_are_made() {
    let rig = changed(20).await;
    set(&rig, vec![wall_of_changes(403, "Somebody 3\"")]);
    let (first, sent) = run(&rig, "PATCH /contacts/:uuid").await;
    assert!(first.report.stop.is_none(), "{:?}", first.report.stop);
    assert_eq!((first.count(Status::Updated), first.count(Status::Rejected), sent), (19, 1, 21));
    let line = &first.results[2];
    assert_eq!((&*line["code"], line["uuid"].is_empty()), ("http_403", false));
    for _ in 0..2 {
        let (again, sent) = run(&rig, "PATCH /contacts/:uuid").await;
        went_straight_through(&again);
        assert_eq!((again.count(Status::Rejected), sent), (1, 1));
    }
    set(&rig, Vec::new());
    let (well, sent) = run(&rig, "PATCH /contacts/:uuid").await;
    went_straight_through(&well);
    assert_eq!((well.count(Status::Updated), well.count(Status::Rejected), sent), (20, 0, 1));
    assert_eq!(run(&rig, "PATCH /contacts/:uuid").await.1, 0);
}

#[tokio::test(start_paused = true)]
async fn wherever_a_run_dies_over_a_change_that_is_turned_away_the_next_one_tells_the_truth() {
    let mut steps = 1;
    loop {
        let rig = changed(4).await;
        set(&rig, vec![wall_of_changes(403, "Somebody 2\"")]);
        let is_last = rig.dying_after(steps, steps % 2 == 0).await.is_some();
        rig.let_the_server_finish().await;
        for _ in 0..2 {
            let walked = rig.walk().await;
            if let Some(lie) = walked.false_line() {
                panic!("dying after step {steps}: {lie}");
            }
            let told = &walked.results.get(1).map(|line| line["status"].clone());
            assert!(told.as_deref().is_none_or(|told| told != "updated"), "step {steps}: {told:?}");
        }
        set(&rig, Vec::new());
        let walked = rig.walk().await;
        assert_eq!((walked.count(Status::Updated), walked.not_attempted), (4, Some(0)), "step {steps}");
        if is_last {
            break;
        }
        steps += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn changes_show_that_the_account_is_open_and_not_that_it_takes_new_contacts() {
    let mut rig = changed(20).await;
    let (header, rows) = rig.csv.split_once('\n').unwrap();
    rig.csv = format!("{header}\n+39 333 0000041,Person 41\n{rows}");
    set(&rig, vec![wall(403, "Person")]);
    let (walked, _) = run(&rig, "POST /contacts").await;
    assert!(walked.report.stop.is_none(), "{:?}", walked.report.stop);
    assert_eq!((walked.count(Status::Updated), walked.count(Status::Rejected)), (20, 1));
    // A plan that takes no more contacts stops it, however many changes are made.
    let mut rig = changed(40).await;
    for row in (2..=40).step_by(2) {
        rig.csv = rig.csv.replace(&format!("333 {row:07}"), &format!("333 1{row:06}"));
    }
    set(&rig, vec![wall(402, "Somebody")]);
    let (walked, _) = run(&rig, "POST /contacts").await;
    assert!(matches!(walked.report.stop, Some(Stop::PaymentRequired { .. })), "{:?}", walked.report.stop);
    assert!(walked.count(Status::Rejected) <= 2, "{}", walked.count(Status::Rejected));
}

#[tokio::test(start_paused = true)]
async fn a_first_row_that_alone_is_turned_away_lets_others_go_first_and_is_tried_beside_them() {
    // The first of all, and the only one that has a note.
    for alone in [1, 26] {
        let mut rig = rig(30);
        rig.canary = true;
        let rows = canary_numbers(30);
        let (header, rows) = rows.split_once('\n').unwrap();
        let with_note = |(at, row): (usize, &str)| {
            format!("{row},{}\n", if alone == 26 && at == 25 { "new" } else { "" })
        };
        let rows: String = rows.lines().enumerate().map(with_note).collect();
        rig.csv = format!("{header},note\n{rows}");
        set(&rig, vec![wall(403, &called(alone))]);
        let (walked, _) = run(&rig, "POST /contacts").await;
        assert!(walked.report.stop.is_none(), "{:?}", walked.report.stop);
        assert_eq!((walked.count(Status::Created), walked.count(Status::Rejected)), (29, 1), "{alone}");
        let (again, _) = run(&rig, "POST /contacts").await;
        went_straight_through(&again);
        assert_eq!(again.count(Status::Rejected), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_closed_to_the_first_rows_is_told_before_the_others() {
    let mut rig = rig(30);
    rig.canary = true;
    set(&rig, vec![wall(403, "Person")]);
    let (walked, sent) = run(&rig, "POST /contacts").await;
    assert!(matches!(walked.report.stop, Some(Stop::TokenRefused { http_status: 403, .. })));
    assert_eq!((walked.count(Status::Rejected), walked.not_attempted, sent), (0, Some(30), 3));
}

#[tokio::test(start_paused = true)]
async fn two_rows_next_to_each_other_may_be_turned_away_and_three_speak_of_the_account() {
    for concurrency in [1, 8] {
        let mut rig = rig(40);
        rig.concurrency = concurrency;
        set(&rig, vec![wall(403, &called(1)), wall(403, &called(2))]);
        let (walked, _) = run(&rig, "POST /contacts").await;
        assert!(walked.report.stop.is_none(), "{:?}", walked.report.stop);
        assert_eq!((walked.count(Status::Created), walked.count(Status::Rejected)), (38, 2));
    }
    let rig = rig(40);
    set(&rig, (1..=3).map(|row| wall(403, &called(row))).collect());
    let (walked, sent) = run(&rig, "POST /contacts").await;
    assert!(matches!(walked.report.stop, Some(Stop::TokenRefused { http_status: 403, .. })));
    assert_eq!((walked.count(Status::Rejected), sent), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn who_is_alone_at_the_end_of_a_part_is_told_and_the_next_part_shows_whether_it_is_the_account() {
    for (of_a_part, is_closed) in [(true, false), (true, true), (false, false)] {
        let mut rig = rig(60);
        if of_a_part {
            rig.suspicions = Arc::new(Suspicions::of_a_part());
        }
        let closed = FaultRule { from: 20, status: Some(403), ..FaultRule::new(FaultKind::Error, 1.0) };
        set(&rig, vec![if is_closed { closed } else { wall(403, &called(20)) }]);
        let part = |skip| Window { skip, limit: Some(20), ..Window::default() };
        rig.window = part(0);
        let first = run(&rig, "POST /contacts").await.0;
        if !of_a_part {
            assert!(matches!(first.report.stop, Some(Stop::TokenRefused { .. })), "of a whole list");
            continue;
        }
        assert!(first.report.stop.is_none(), "{:?}", first.report.stop);
        assert_eq!((first.count(Status::Created), first.count(Status::Rejected)), (19, 1));
        // Each part has a journal of its own.
        let disk = std::mem::take(&mut rig.disk);
        rig.window = part(20);
        let (second, sent) = run(&rig, "POST /contacts").await;
        if is_closed {
            assert!(matches!(second.report.stop, Some(Stop::TokenRefused { http_status: 403, .. })));
            assert_eq!((second.count(Status::Rejected), second.not_attempted, sent), (0, Some(20), 2));
        } else {
            went_straight_through(&second);
            assert_eq!(second.count(Status::Created), 20);
        }
        // The part where it is alone is begun once more.
        set(&rig, vec![wall(403, &called(20))]);
        (rig.disk, rig.window) = (disk, part(0));
        let (again, sent) = run(&rig, "POST /contacts").await;
        went_straight_through(&again);
        assert_eq!((again.count(Status::Created), again.count(Status::Rejected), sent), (19, 1, 1));
    }
}

/// The path of the look-up of a row of [`canary_numbers`] ends so.
fn number(row: u32) -> String {
    format!("333{row:07}")
}

fn wall_of_looks(status: u16, row: u32) -> FaultRule {
    FaultRule { on: On::LookUp, ..wall(status, &number(row)) }
}

#[tokio::test(start_paused = true)]
async fn who_alone_may_not_be_looked_for_is_not_sent_and_all_others_are() {
    for (status, canary) in [(402, false), (403, false), (405, false), (403, true)] {
        let mut rig = rig(20);
        rig.canary = canary;
        set(&rig, vec![wall_of_looks(status, 1), wall_of_looks(status, 20)]);
        for others in [18, 0] {
            let (walked, sent) = run(&rig, "POST /contacts").await;
            assert!(walked.report.stop.is_none(), "{:?}", walked.report.stop);
            assert_eq!((walked.count(Status::Created), walked.count(Status::Failed), sent), (18, 2, others));
            for line in [&walked.results[0], &walked.results[19]] {
                assert_eq!(
                    (&*line["code"], &*line["uuid"], &*line["attempts"]),
                    ("existing_unknown", "", "0")
                );
            }
        }
        set(&rig, Vec::new());
        let (well, sent) = run(&rig, "POST /contacts").await;
        went_straight_through(&well);
        assert_eq!((well.count(Status::Created), sent), (20, 2), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_in_doubt_and_may_not_be_looked_for_stays_so_and_all_others_go_on() {
    let mut rig = rig(20);
    rig.on_existing = OnExisting::Create;
    let lost = FaultRule { kind: FaultKind::CutAfter, ..wall(403, &called(4)) };
    set(&rig, vec![lost, wall_of_looks(403, 4)]);
    for _ in 0..2 {
        let (walked, _) = run(&rig, "POST /contacts").await;
        assert!(walked.report.stop.is_none(), "{:?}", walked.report.stop);
        assert_eq!((walked.count(Status::Created), walked.count(Status::Unconfirmed)), (19, 1));
        assert_eq!(walked.results[3]["code"], "lookup_failed");
    }
    set(&rig, Vec::new());
    let (well, sent) = run(&rig, "POST /contacts").await;
    assert_eq!((well.count(Status::Created), sent), (20, 0));
}

#[tokio::test(start_paused = true)]
async fn three_who_may_not_be_looked_for_with_nobody_between_them_speak_of_the_account() {
    for concurrency in [1, 8] {
        let mut rig = rig(40);
        rig.concurrency = concurrency;
        set(&rig, vec![FaultRule { on: On::LookUp, ..wall(402, "333") }]);
        let (walked, sent) = run(&rig, "POST /contacts").await;
        assert!(matches!(walked.report.stop, Some(Stop::PaymentRequired { .. })), "{:?}", walked.report.stop);
        assert_eq!((walked.count(Status::Failed), walked.not_attempted, sent), (0, Some(40), 0));
    }
}

#[tokio::test(start_paused = true)]
async fn look_ups_that_are_answered_do_not_show_that_new_contacts_are_taken() {
    let rig = rig(40);
    set(&rig, vec![wall(402, "Person")]);
    let (walked, sent) = run(&rig, "POST /contacts").await;
    assert!(matches!(walked.report.stop, Some(Stop::PaymentRequired { .. })), "{:?}", walked.report.stop);
    assert_eq!((walked.count(Status::Rejected), walked.not_attempted, sent), (0, Some(40), 3));
}

#[tokio::test(start_paused = true)]
async fn a_contact_that_alone_may_not_be_read_is_not_changed_and_all_others_are() {
    let rig = changed(20).await;
    let uuid = rig.world.lock().unwrap().contacts().iter().next().map(|(_, contact)| contact.uuid.clone());
    set(&rig, vec![FaultRule { on: On::Read, ..wall(403, &uuid.unwrap()) }]);
    for _ in 0..2 {
        let (walked, _) = run(&rig, "PATCH /contacts/:uuid").await;
        assert!(walked.report.stop.is_none(), "{:?}", walked.report.stop);
        assert_eq!((walked.count(Status::Updated), walked.count(Status::Failed)), (19, 1));
    }
    set(&rig, Vec::new());
    let (well, _) = run(&rig, "PATCH /contacts/:uuid").await;
    assert_eq!(well.count(Status::Updated), 20);
}
