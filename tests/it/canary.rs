//! The first rows go alone and are read back.

use std::time::Duration;

use callbell_import::model::{Event, OnExisting, Status, Stop};
use callbell_import::sandbox::SandboxSettings;

use crate::support::{Bench, Rig, canary_numbers};

/// Two sets of fields in turn.
fn two_shapes(rows: usize) -> String {
    let mut text = "phone_number,name,tags\n".to_owned();
    for row in 0..rows {
        text.push_str(&format!("+39333{row:07},Person {row},{}\n", if row % 2 == 0 { "" } else { "New" }));
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
    assert_eq!(done.results()[1]["message"], "came back otherwise than it was sent: tags");
    assert_eq!(done.summary()["stopped_by"], "canary_differs");
    assert!(done.stdout.contains("came back otherwise: tags (1)"), "{}", done.stdout);
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
            done.stderr.contains(&format!("answered with 200; numbers are shown {said}")),
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
            "[[account.contacts]]\nidentifier = \"39333{row:07}\"\nsource = \"whatsapp\"\nname = \"Old\"\n"
        ));
    }
    for (policy, there) in [("fail", "rejected"), ("skip", "existing"), ("update", "updated")] {
        let bench = Bench::with(&account);
        let file = bench.file("in.csv", two_shapes(30));
        let exit = if policy == "fail" { 1 } else { 0 };
        let done = bench.run(&file, &["--canary", "--on-existing", policy]).expect(exit).conserved();
        assert_eq!((done.number("created"), done.number(there)), (20, 10), "{policy}: {}", done.stderr);
        assert!(done.stderr.contains("first 2 rows sent and read back"), "{}", done.stderr);
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
    let wish = callbell_import::run::StopWish { stop: Stop::Interrupt, at_once: false };
    let walked = rig.walk_with(vec![(Duration::from_secs(1), wish)]).await;
    walked.told_the_truth();
    assert_eq!(walked.report.stop, Some(Stop::Interrupt));
    assert!(walked.count(Status::Created) <= 1);
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!(walked.count(Status::Created), 6);
}
