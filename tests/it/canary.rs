//! The first rows go alone and are read back.

use std::time::Duration;

use callbell_import::model::{Event, OnExisting, Status, Stop};
use callbell_import::run::StopWish;
use callbell_import::sandbox::{FaultKind, FaultRule, On, SandboxSettings};

use crate::support::{Bench, Rig, Running, Walked, canary_numbers};

/// No flags.
const NONE: [&str; 0] = [];

/// Two sets of fields in turn.
fn two_shapes(rows: usize) -> String {
    let mut text = "phone_number,name,tags\n".to_owned();
    for row in 0..rows {
        text.push_str(&format!("+39333{row:06}7,Person {row},{}\n", if row % 2 == 0 { "" } else { "New" }));
    }
    text
}

#[test]
fn a_tag_that_the_account_drops_stops_the_import_after_one_row_of_each_shape() {
    let bench = Bench::with("[api]\nunknown_tag = \"drop\"");
    let file = bench.file("in.csv", two_shapes(30));
    let done = bench.run(&file, &["--canary"]).expect(5).conserved();
    assert_eq!((done.number("created"), done.number("not_attempted")), (2, 28));
    assert_eq!(done.column("row"), ["1", "2"]);
    assert_eq!(done.column("code"), ["", "echo_differs"]);
    assert_eq!(done.results()[1]["message"], "the API answered with other values than were sent: tags");
    assert_eq!(done.summary()["stopped_by"], "canary_differs");
    assert!(done.stdout.contains("differs from what was sent: tags (1)"), "{}", done.stdout);
    assert!(done.stdout.contains("--no-canary"), "{}", done.stdout);
    let done = bench.run(&file, &["--no-canary"]).expect(0).conserved();
    assert_eq!((done.number("created"), bench.identifiers().len(), bench.doubles()), (30, 30, 0));
    assert!(done.stdout.contains("echo_differs (tags)"), "{}", done.stdout);
}

#[test]
fn the_canary_flies_from_a_thousand_rows_on_and_tells_what_it_saw() {
    for (phone_echo, said) in [
        ("plus", "with a +"),
        ("spaces", "with spaces"),
        ("missing", "not at all"),
        ("digits", "as bare digits"),
    ] {
        let bench = Bench::with(&format!("[api]\nphone_echo = \"{phone_echo}\"\ncreated_status = 200"));
        let file = bench.file("in.csv", canary_numbers(1000));
        let done = bench.run(&file, &["--rate", "none", "-v"]).expect(0).conserved();
        assert_eq!(done.number("created"), 1000);
        assert!(done.stderr.contains("first row sent and read back: 1 created"), "{}", done.stderr);
        assert!(
            done.stderr.contains(&format!(
                "answered with 200, an object under \"contact\"; numbers are shown {said}"
            )),
            "{}",
            done.stderr
        );
    }
    let bench = Bench::new();
    let done = bench.run(bench.file("in.csv", canary_numbers(999)), &["--rate", "none"]).expect(0);
    assert!(!done.stderr.contains("read back"), "{}", done.stderr);
    let done = bench
        .run(bench.file("in.csv", canary_numbers(2500)), &["--rate", "none", "--no-canary"])
        .expect(0)
        .conserved();
    assert!(!done.stderr.contains("read back"), "{}", done.stderr);
}

#[test]
fn the_first_rows_are_those_that_are_new_wherever_they_stand_in_the_list() {
    let bench = Bench::with("[api]\nunknown_tag = \"drop\"");
    let rows = |numbers: std::ops::Range<u32>, tag: &str| {
        numbers.map(|number| format!("+39333{:07},Ada,{tag}\n", number + 1234501)).collect::<String>()
    };
    let header = "phone_number,name,tags\n";
    let _ = bench
        .run(bench.file("in.csv", format!("{header}{}", rows(0..1100, ""))), &["--rate", "none"])
        .expect(0);
    // Of the new ones, some came in by another import.
    let others = format!("{header}{}", rows(1100..1170, ""));
    let base = bench.sandbox().base_url();
    bench.file("other.csv", others);
    let _ = bench.exact(["run", "other.csv", "--yes", "--rate", "none", "--base-url", &base]).expect(0);
    let grown = format!("{header}{}{}", rows(0..1100, ""), rows(1100..2300, "New"));
    let done = bench.run(bench.file("in.csv", grown), &["--rate", "none", "--max-drift", "90%"]).expect(5);
    assert_eq!((done.number("created"), bench.identifiers().len()), (1101, 1171), "{}", done.stdout);
    // Nobody is left to be tried.
    let there = format!("{header}{}", rows(0..1170, ""));
    bench.file("third.csv", there);
    let third = ["run", "third.csv", "--yes", "--rate", "none", "--canary", "-v", "--base-url", &base];
    let done = bench.exact(third).expect(0);
    assert!(done.stderr.contains("no first row could be sent and read back"), "{}", done.stderr);
}

#[test]
fn the_same_command_does_not_go_past_first_rows_that_stopped_it() {
    let bench = Bench::with("[api]\nunknown_tag = \"drop\"");
    let file = bench.file("in.csv", two_shapes(1000));
    for sent in [2, 4, 6] {
        // Fewer than a thousand are left to send from the second time on.
        let done = bench.run(&file, &["--rate", "none", "--yes", "--quiet"]).expect(5).conserved();
        assert!(done.stderr.contains("differs from what was sent: tags (1)"), "{}", done.stderr);
        assert_eq!((bench.identifiers().len(), done.number("not_attempted")), (sent, 1000 - sent as u64));
    }
    let _ = bench.run(&file, &["--rate", "none", "--yes", "--no-canary"]).expect(0).conserved();
    assert_eq!((bench.identifiers().len(), bench.doubles()), (1000, 0));
    // Whoever has gone on as it is was told.
    let more = bench.file("in.csv", two_shapes(1004));
    let done = bench.run(&more, &["--rate", "none", "--yes", "-v"]).expect(0).conserved();
    assert!(!done.stderr.contains("read back"), "{}", done.stderr);
}

#[test]
fn first_rows_that_did_not_pass_are_tried_until_they_do() {
    let bench = Bench::with("[api]\nunknown_tag = \"drop\"");
    let file = bench.file("in.csv", two_shapes(30));
    // It ends before they have passed, or they stop it.
    let refused = FaultRule { on: On::Create, from: 2, ..FaultRule::new(FaultKind::Unauthorized, 1.0) };
    bench.sandbox().world().set_faults(vec![refused]);
    let _ = bench.run(&file, &["--canary"]).expect(4).conserved();
    bench.sandbox().world().set_faults(Vec::new());
    bench.sandbox().world().restore_token();
    for sent in [3, 5] {
        let done = bench.run(&file, &NONE).expect(5).conserved();
        assert_eq!((bench.identifiers().len(), done.number("not_attempted")), (sent, 30 - sent as u64));
    }
    let mended = |rows| two_shapes(rows).replace(",New\n", ",\n");
    for (rows, is_tried) in [(30, true), (32, false)] {
        let done = bench.run(bench.file("in.csv", mended(rows)), &["-v"]).expect(0).conserved();
        assert_eq!(done.stderr.contains("read back"), is_tried, "{}", done.stderr);
        assert_eq!((bench.identifiers().len(), bench.doubles()), (rows, 0));
    }
}

#[test]
fn a_first_row_whose_reading_back_is_refused_is_passed_over_and_three_in_a_row_stop() {
    let refused = |on, containing: Option<&str>, until| FaultRule {
        on,
        containing: containing.map(str::to_owned),
        until,
        status: Some(403),
        ..FaultRule::new(FaultKind::Error, 1.0)
    };
    let tried = |faults, flags: &[&str], code| {
        let bench = Bench::new();
        let file = bench.file("in.csv", two_shapes(30));
        bench.sandbox().world().set_faults(faults);
        let done = bench.run(&file, &[&["--canary", "-v"], flags].concat()).expect(code);
        let done = done.conserved();
        (done.number("created"), done.number("not_attempted"), done.stderr)
    };
    let create = ["--on-existing", "create"];
    // The number of the first row alone, and the first contacts that are read.
    let (created, _, told) = tried(vec![refused(On::LookUp, Some("0000007"), None)], &create, 0);
    assert!(created == 30 && told.contains("first 3 rows sent and read back: 3 created"), "{told}");
    assert!(told.contains("; the API refused to look up 1 of them by number"), "{told}");
    let (created, _, told) = tried(vec![refused(On::Read, None, Some(2))], &[], 0);
    assert!(created == 30 && told.contains("; the API refused to show 2 of them"), "{told}");
    for (on, said) in [
        (On::LookUp, "the API refused to look up 3 of them by number"),
        (On::Read, "the API refused to show 3 of them"),
    ] {
        let (created, left, told) = tried(vec![refused(on, None, None)], &create, 5);
        assert_eq!((created, left), (3, 27), "{told}");
        assert!(told.contains(said) && !told.contains("could not be read back"), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_first_row_is_not_used_up_by_an_outage_that_others_can_venture_into() {
    let outage = "[[faults]]\non = \"create\"\nkind = \"error\"\nuntil = 5\n";
    let mut rig = Rig::of(two_shapes(50), SandboxSettings::from_toml(outage).unwrap());
    rig.canary = true;
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!(walked.count(Status::Created), 50);
}

#[tokio::test(start_paused = true)]
async fn a_first_row_is_not_used_up_by_an_outage_of_look_ups_either() {
    for (on_existing, canary, fail) in [
        (OnExisting::Skip, true, 7),
        (OnExisting::Update, true, 14),
        (OnExisting::Fail, true, 7),
        (OnExisting::Skip, false, 20),
    ] {
        let outage = format!("[[faults]]\non = \"look_up\"\nkind = \"error\"\nuntil = {fail}\n");
        let mut rig = Rig::of(two_shapes(50), SandboxSettings::from_toml(&outage).unwrap());
        (rig.canary, rig.on_existing, rig.concurrency) = (canary, on_existing, 1);
        let walked = rig.walk().await;
        walked.told_the_truth();
        assert_eq!(walked.count(Status::Created), 50, "{on_existing:?} {canary}");
    }
}

#[test]
fn first_rows_that_an_outage_kept_from_being_sent_are_tried_once_more_before_the_others_follow() {
    let bench = Bench::with(
        "[api]\nunknown_tag = \"drop\"\n[[faults]]\non = \"create\"\nkind = \"error\"\nuntil = 10\n",
    );
    let list: String = "phone_number,name,tags\n".to_owned()
        + &(0..5).map(|row| format!("+39333000{row:03}7,P,New\n")).collect::<String>();
    let file = bench.file("in.csv", list);
    let done = bench.run(&file, &["--canary", "--settle", "0.5"]).expect(5).conserved();
    assert!(done.stdout.contains("differs from what was sent: tags (1)"), "{}", done.stdout);
    assert_eq!((done.number("not_attempted"), bench.identifiers().len()), (4, 1));
}

#[test]
fn a_first_row_that_got_no_answer_shows_nothing_and_the_next_of_its_kind_is_tried() {
    let list = |people: std::ops::Range<u32>| -> String {
        let rows = people.map(|row| format!("ig{row},instagram,P,New\n"));
        "identifier,source,name,tags\n".to_owned() + &rows.collect::<String>()
    };
    let lost =
        |until| FaultRule { on: On::Create, until: Some(until), ..FaultRule::new(FaultKind::CutAfter, 1.0) };
    let bench = Bench::with("[api]\nunknown_tag = \"drop\"");
    bench.sandbox().world().set_faults(vec![lost(2)]);
    let file = bench.file("in.csv", list(0..6));
    let done = bench.run(&file, &["--canary", "--settle", "0.2"]).expect(5).conserved();
    assert_eq!(done.column("code")[..3], ["no_lookup", "no_lookup", "echo_differs"]);
    assert_eq!((done.number("not_attempted"), bench.identifiers().len()), (3, 3));
    assert!(done.stdout.contains("first row sent and read back: 1 created"), "{}", done.stdout);
    // Where none gets an answer the others follow, and first rows are still due.
    let bench = Bench::with("[api]\nunknown_tag = \"drop\"");
    bench.sandbox().world().set_faults(vec![lost(100)]);
    let file = bench.file("in.csv", list(0..3));
    let done = bench.run(&file, &["--canary", "--settle", "0.2"]).expect(8).conserved();
    assert!(done.stderr.contains("no first row could be sent and read back"), "{}", done.stderr);
    bench.sandbox().world().set_faults(Vec::new());
    let file = bench.file("in.csv", list(0..6));
    let done = bench.run(&file, &["--settle", "0.2"]).expect(5).conserved();
    assert_eq!((done.number("not_attempted"), bench.identifiers().len()), (2, 4));
}

#[test]
fn refusals_of_every_shape_stop_and_those_of_one_do_not() {
    let bench = Bench::with("[api]\nunknown_tag = \"reject\"");
    let file = bench.file("in.csv", two_shapes(10));
    let done = bench.run(&file, &["--canary"]).expect(1).conserved();
    assert_eq!((done.number("created"), done.number("rejected")), (5, 5), "one shape is fine");
    let all = bench.file("all.csv", "phone_number,name,tags\n+393339999991,A,X\n+393339999992,B,X\n");
    std::fs::remove_dir_all(&done.folder).unwrap();
    let done = bench.run(&all, &["--canary"]).expect(5).conserved();
    assert_eq!((done.number("rejected"), done.number("not_attempted")), (1, 1));
}

#[test]
fn people_who_are_there_already_are_no_canary() {
    let mut account = String::new();
    for row in 0..10 {
        account.push_str(&format!(
            "[[account.contacts]]\nidentifier = \"39333{row:06}7\"\nsource = \"whatsapp\"\nname = \"Old\"\n"
        ));
    }
    for (policy, there) in [("fail", "rejected"), ("skip", "existing"), ("update", "updated")] {
        let bench = Bench::with(&account);
        let file = bench.file("in.csv", two_shapes(30));
        let exit = if policy == "fail" { 1 } else { 0 };
        let done = bench.run(&file, &["--canary", "--on-existing", policy]).expect(exit).conserved();
        assert_eq!((done.number("created"), done.number(there)), (20, 10), "{policy}: {}", done.stderr);
        // Updates show nothing of how new contacts are taken.
        let told = if policy == "update" {
            "first 12 rows sent and read back: 2 created, 10 updated, 0 rejected"
        } else {
            "first 2 rows sent and read back: 2 created, 0 rejected"
        };
        assert!(done.stderr.contains(told), "{}", done.stderr);
    }
}

fn settings(api: &str) -> SandboxSettings {
    SandboxSettings::from_toml(&format!("[api]\n{api}")).unwrap()
}

#[tokio::test(start_paused = true)]
async fn on_every_unknown_a_canary_that_comes_back_as_it_was_sent_lets_the_others_follow() {
    for api in [
        "created_status = 200\ncontact_shape = \"array\"",
        "duplicate = \"existing\"",
        "phone_echo = \"spaces\"",
        "phone_echo = \"missing\"",
        "read_lag_ms = 3000",
        "miss = \"null\"",
        "shows_channel = false",
    ] {
        let mut rig = Rig::of(two_shapes(50), settings(api));
        rig.canary = true;
        let walked = rig.walk().await;
        walked.told_the_truth();
        assert_eq!(walked.count(Status::Created), 50, "{api}");
        let flown = walked.witness.events().into_iter().find_map(|event| match event {
            Event::CanaryBack(learnt) => Some(*learnt),
            _ => None,
        });
        let learnt = flown.unwrap();
        assert_eq!((learnt.rows, learnt.created, learnt.differences.len()), (2, 2, 0), "{api}");
    }
}

#[tokio::test(start_paused = true)]
async fn wherever_the_process_dies_in_the_canary_nobody_is_doubled() {
    let mut steps = 1;
    loop {
        let mut rig = Rig::of(two_shapes(6), settings(""));
        rig.canary = true;
        rig.on_existing = OnExisting::Skip;
        let ended = rig.dying_after(steps, steps % 2 == 0).await;
        let is_last = ended.is_some();
        rig.let_the_server_finish().await;
        let walked = rig.walk().await;
        if let Some(lie) = walked.lie() {
            panic!("dying after step {steps}: {lie}");
        }
        assert_eq!(walked.count(Status::Created), 6, "dying after step {steps}");
        if is_last {
            break;
        }
        steps += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_the_canary_is_obeyed() {
    let mut rig = Rig::of(two_shapes(6), settings("latency_ms = 5000"));
    rig.canary = true;
    let walked = rig.walk_with(vec![wish(1000, false)]).await;
    walked.told_the_truth();
    assert_eq!(walked.report.stop, Some(Stop::Interrupt));
    assert!(walked.count(Status::Created) <= 1);
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!(walked.count(Status::Created), 6);
}

fn wish(after_ms: u64, at_once: bool) -> (Duration, StopWish) {
    (Duration::from_millis(after_ms), StopWish { stop: Stop::Interrupt, at_once })
}

/// How often it was said that the run stops.
fn told_of_stopping(walked: &Walked) -> usize {
    walked.witness.events().iter().filter(|event| matches!(event, Event::Stopping(_))).count()
}

#[tokio::test(start_paused = true)]
async fn a_second_stop_during_the_canary_ends_it_at_once() {
    let mut rig = Rig::of(two_shapes(6), settings("latency_ms = 12000"));
    rig.canary = true;
    let walked = rig.walk_with(vec![wish(1000, false), wish(2000, true)]).await;
    walked.told_the_truth();
    assert_eq!(walked.report.stop, Some(Stop::Interrupt));
    assert!(walked.took < Duration::from_millis(2500), "{:?}", walked.took);
    assert_eq!((walked.count(Status::Unconfirmed), told_of_stopping(&walked)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_the_canary_has_on_the_wire_is_let_go_after_the_grace_time() {
    let mut rig = Rig::of(two_shapes(6), settings("latency_ms = 40000"));
    rig.canary = true;
    let walked = rig.walk_with(vec![wish(1000, false)]).await;
    walked.told_the_truth();
    assert!(walked.took < rig.bounds.grace + Duration::from_secs(2), "{:?}", walked.took);
    assert_eq!(walked.count(Status::Unconfirmed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_contact_that_cannot_be_read_back_yet_does_not_hold_up_a_stop() {
    let mut rig = Rig::of(two_shapes(6), settings("read_lag_ms = 100000"));
    rig.canary = true;
    let walked = rig.walk_with(vec![wish(2000, false)]).await;
    walked.told_the_truth();
    assert!(walked.took < Duration::from_millis(2100), "{:?}", walked.took);
    assert_eq!((walked.count(Status::Created), walked.report.stop), (1, Some(Stop::Interrupt)));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_a_day_when_the_canary_is_read_back_stops_the_import() {
    let mut rig = Rig::of(
        two_shapes(6),
        SandboxSettings::from_toml("[[faults]]\non = \"read\"\nkind = \"throttle\"\nretry_after = 86400\n")
            .unwrap(),
    );
    rig.canary = true;
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!(walked.report.stop, Some(Stop::HeldTooLong { seconds: 86_400 }));
    assert!(walked.took < Duration::from_secs(60), "{:?}", walked.took);
    assert_eq!(walked.count(Status::Created), 1);
}

#[test]
fn a_second_ctrl_c_during_the_canary_ends_the_program_at_once() {
    let bench = Bench::with("[[faults]]\nkind = \"slow\"\ndelay_ms = 20000\n");
    let file = bench.file("in.csv", two_shapes(30));
    let mut running = Running::start(&bench, file, &["--canary"]);
    running.until("sending", 1);
    running.signal("INT");
    running.until("stopping:", 1);
    running.signal("INT");
    let done = running.end().expect(130).conserved();
    assert_eq!((done.number("created"), done.number("unconfirmed")), (0, 1));
}

#[test]
fn where_the_contact_stands_in_an_answer_is_learnt_and_told() {
    for (shape, said) in [
        ("object", "answered with 201, an object under \"contact\";"),
        ("array", "answered with 201, a list of one under \"contact\";"),
        ("bare", "answered with 201, an object at the top;"),
    ] {
        let bench = Bench::with(&format!("[api]\ncontact_shape = \"{shape}\""));
        let done = bench.run(bench.file("in.csv", two_shapes(10)), &["--canary"]).expect(0).conserved();
        assert!(done.stderr.contains(said), "{}", done.stderr);
        let page = std::fs::read_to_string(done.folder.join("report.html")).unwrap();
        assert!(page.contains("Answers to contacts"), "{page}");
        assert_eq!((bench.identifiers().len(), bench.doubles()), (10, 0));
    }
}

#[test]
fn an_account_whose_look_ups_do_not_find_what_was_sent_stops_the_import() {
    let bench = Bench::with("[api]\nlookup_ignores_format = false");
    let file = bench.file("in.csv", two_shapes(10));
    let done = bench.run(&file, &["--canary", "--phone-format", "plus"]).expect(5).conserved();
    assert_eq!((done.number("created"), done.number("not_attempted")), (2, 8));
    assert!(done.stdout.contains("2 not found by number"), "{}", done.stdout);
    let bench = Bench::with("[api]\nlookup_ignores_format = false");
    let file = bench.file("in.csv", two_shapes(10));
    bench.run(&file, &["--canary"]).expect(0).conserved();
}

#[tokio::test(start_paused = true)]
async fn a_new_contact_that_look_ups_find_late_is_waited_for_and_the_time_is_told() {
    let mut rig = Rig::of(two_shapes(4), settings("read_lag_ms = 3000"));
    rig.canary = true;
    let walked = rig.walk().await;
    walked.told_the_truth();
    let flown = walked.witness.events().into_iter().find_map(|event| match event {
        Event::CanaryBack(learnt) => Some(learnt.words()),
        _ => None,
    });
    assert!(flown.unwrap().to_string().contains("a new contact is found after 3.5 s"));
}

/// What a contact gets that is there already is never tried out: it is learnt from rows that meet one.
#[test]
fn what_becomes_of_a_contact_that_is_there_already_is_learnt_from_rows_that_meet_one() {
    for (duplicate, status, said) in [
        ("existing", "existing", "answered with the existing contact, unchanged (2)"),
        ("overwrite", "existing", "it said the same before, or was overwritten (2)"),
        ("conflict", "existing", "refused with 409 (2)"),
        ("invalid", "existing", "refused with 422 (2)"),
        ("second", "created", "created a second contact (2)"),
    ] {
        let account = "[[account.contacts]]\nidentifier = \"393330000007\"\nsource = \"whatsapp\"\nname = \"Old\"\n\
             [[account.contacts]]\nidentifier = \"393330000017\"\nsource = \"whatsapp\"\nname = \"Old\"\n";
        let bench = Bench::with(&format!("[api]\nduplicate = \"{duplicate}\"\n{account}"));
        let file = bench.file("in.csv", two_shapes(6));
        let args = ["--canary", "--on-existing", "create", "--concurrency", "1"];
        let done = bench.run(&file, &args).expect(0).conserved();
        assert_eq!(done.column("status")[..2], [status; 2], "{duplicate}");
        assert!(done.stderr.contains(said), "{duplicate}: {}", done.stderr);
        assert!(done.stdout.contains("When a contact was already there, the API: "), "{}", done.stdout);
        assert!(done.stdout.contains(said), "{duplicate}: {}", done.stdout);
        let page = std::fs::read_to_string(done.folder.join("report.html")).unwrap();
        assert!(page.contains("Contacts already there"), "{page}");
        // Without a canary it is learnt as well, as far as answers show it.
        let bench = Bench::with(&format!("[api]\nduplicate = \"{duplicate}\"\n{account}"));
        let file = bench.file("in.csv", two_shapes(6));
        let done = bench.run(&file, &["--on-existing", "create"]).expect(0).conserved();
        assert_eq!(done.stdout.contains(said), duplicate != "second", "{duplicate}: {}", done.stdout);
    }
    // Where nobody meets one, nobody is sent twice to find out.
    let bench = Bench::new();
    let done = bench.run(bench.file("in.csv", two_shapes(6)), &["--canary"]).expect(0).conserved();
    assert!(!done.stdout.contains("was already there"), "{}", done.stdout);
    assert_eq!(bench.sandbox().world().seen().requests["POST /contacts"], 6);
}

#[test]
fn first_rows_that_went_alone_are_none_that_an_earlier_run_settled() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(12));
    let done = bench.run(&file, &["--canary"]).expect(0);
    assert!(done.stderr.contains("first row sent and read back"), "{}", done.stderr);
    assert!(done.summary().get("settled_before").is_none(), "{}", done.summary());
    bench.file("in.csv", canary_numbers(14));
    let done = bench.run(&file, &["--canary"]).expect(0);
    assert_eq!(done.number("settled_before"), 12);
    assert!(done.stdout.contains("12 of these rows were settled by earlier runs"), "{}", done.stdout);
}
