//! `status`: how an import stands, seen while it runs, after it ended, and after it was killed.

use callbell_import::sandbox::{FaultKind, FaultRule};
use serde_json::Value;

use crate::restart::killed_before_its_first_word;
use crate::support::{Bench, Running, canary_numbers, sample};

/// No flags.
const NONE: [&str; 0] = [];

fn status(bench: &Bench) -> String {
    bench.exact(["status", "out"]).expect(0).stdout
}

fn json(bench: &Bench) -> Value {
    serde_json::from_str(&bench.exact(["status", "out", "--json"]).expect(0).stdout).unwrap()
}

#[test]
fn while_a_run_goes_on_it_is_seen_from_another_terminal_and_not_disturbed() {
    let bench = Bench::with("[api]\nlatency_ms = 100");
    let file = bench.file("in.csv", canary_numbers(100));
    let mut running = Running::start(&bench, &file, &["--concurrency", "4"]);
    running.until("sending", 20);
    let shown = status(&bench);
    let who = format!("State     running: process {}, since ", running.id());
    assert!(shown.contains(&who), "{shown}");
    assert!(
        shown.contains("Rows      100 in the file; so far, by the journal: ")
            && shown.contains("sent without an answer so far"),
        "{shown}"
    );
    assert!(shown.contains("Next      callbell-import status out\n"), "{shown}");
    let seen = json(&bench);
    assert_eq!(
        (&seen["running"], &seen["state"], &seen["rows"]),
        (&true.into(), &"running".into(), &100.into())
    );
    let (created, open) = (seen["created"].as_u64().unwrap(), seen["open"].as_u64().unwrap());
    assert!((12..100).contains(&created) && (1..=8).contains(&open), "{seen}");
    for _ in 0..20 {
        status(&bench);
    }
    let done = running.end().expect(0).conserved();
    assert_eq!(done.number("created"), 100, "nobody was disturbed");
}

#[test]
fn after_its_end_the_summary_tells_how_it_ended() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(5) + "nobody,X\n+39 333 0000001,Person 1\n");
    let _ = bench.run(&file, &NONE).expect(1);
    let shown = status(&bench);
    assert!(shown.contains("State     ended\nLast run  ended 20"), "{shown}");
    assert!(shown.contains(", exit code 1\n"), "{shown}");
    assert!(shown.contains("7 in the file: 5 created, 1 invalid, 1 repeating another\n"), "{shown}");
    assert!(shown.contains("Next      correct the rows in out/failures.csv, then: "), "{shown}");
    let seen = json(&bench);
    assert_eq!(
        (&seen["running"], &seen["created"], &seen["last_run"]["invalid"]),
        (&false.into(), &5.into(), &1.into())
    );
    assert_eq!(seen["per_second"], Value::Null);
}

#[test]
fn a_stopped_run_says_why_and_a_perfect_one_can_be_verified() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(20));
    bench
        .sandbox()
        .world()
        .set_faults(vec![FaultRule { from: 5, ..FaultRule::new(FaultKind::Unauthorized, 1.0) }]);
    let _ = bench.run(&file, &["--concurrency", "1"]).expect(4);
    let shown = status(&bench);
    assert!(shown.contains("exit code 4, stopped by token_refused"), "{shown}");
    assert!(
        shown.contains("16 not sent yet") && shown.contains("this goes on: callbell-import run"),
        "{shown}"
    );
    assert!(shown.contains("20 in the file: 4 created, 16 not sent yet"), "each row once: {shown}");
    bench.sandbox().world().set_faults(Vec::new());
    bench.sandbox().world().restore_token();
    let _ = bench.run(&file, &NONE).expect(0);
    assert!(status(&bench).contains("Next      callbell-import verify out\n"));
}

#[test]
fn a_killed_run_is_told_from_a_running_one() {
    let bench = Bench::with("[api]\nlatency_ms = 100");
    let file = bench.file("in.csv", canary_numbers(100));
    let mut running = Running::start(&bench, &file, &["--concurrency", "4"]);
    running.until("sending", 20);
    running.kill();
    let shown = status(&bench);
    assert!(shown.contains("State     not running: the last run broke off"), "{shown}");
    assert!(shown.contains("Next      this goes on: callbell-import run "), "{shown}");
    assert_eq!(json(&bench)["state"], "broken off");
}

/// What the results of the last run say, held against what `status` says of them.
fn agrees(bench: &Bench, run: &crate::support::Done) -> Value {
    let seen = json(bench);
    for status in ["created", "existing", "updated", "rejected", "failed", "unconfirmed"] {
        let lines = run.column("status").iter().filter(|line| **line == status).count();
        assert_eq!(seen[status], lines, "{status} in results.csv: {seen}");
        assert_eq!(seen[status], seen["last_run"][status], "{status} in summary.json: {seen}");
    }
    assert_eq!(
        (&seen["counted_from"], &seen["open"], &seen["waiting"]),
        (&"summary".into(), &0.into(), &0.into())
    );
    assert_eq!(seen["rows"], seen["last_run"]["rows_read"], "{seen}");
    seen
}

#[test]
fn of_a_list_from_which_a_row_was_taken_only_the_rows_that_it_has_are_told() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    agrees(&bench, &bench.run(&file, &NONE).expect(0));
    let file = bench.file("in.csv", canary_numbers(2));
    agrees(&bench, &bench.run(&file, &NONE).expect(0));
    let shown = status(&bench);
    assert!(shown.contains("Rows      2 in the file: 2 created\n"), "{shown}");
    assert!(shown.contains("Next      callbell-import verify out\n"), "{shown}");
}

#[test]
fn a_rejected_row_that_was_corrected_and_created_is_no_longer_told_as_rejected() {
    let bench = Bench::new();
    let refused = FaultRule { until: Some(1), status: Some(422), ..FaultRule::new(FaultKind::Error, 1.0) };
    bench.sandbox().world().set_faults(vec![refused]);
    let file = bench.file("in.csv", canary_numbers(2) + "+39 333 9999999,Wrong\n");
    let first = bench.run(&file, &["--concurrency", "1"]).expect(1);
    assert_eq!(agrees(&bench, &first)["rejected"], 1);
    let text = std::fs::read_to_string(&file).unwrap();
    let number = text.lines().nth(1).unwrap().split_once(',').unwrap().0;
    bench.file("in.csv", text.replacen(number, "+39 333 8888888", 1));
    let again = bench.run(&file, &NONE).expect(0);
    assert_eq!(agrees(&bench, &again)["rejected"], 0);
    let shown = status(&bench);
    assert!(shown.contains("Rows      3 in the file: 3 created\n"), "{shown}");
}

#[test]
fn rows_that_a_look_up_confirmed_are_told_from_the_results() {
    let bench = Bench::new();
    let lost = FaultRule { until: Some(1), ..FaultRule::new(FaultKind::CutAfter, 1.0) };
    bench.sandbox().world().set_faults(vec![lost]);
    let file = bench.file("in.csv", canary_numbers(2));
    let run = bench.run(&file, &["--concurrency", "1"]).expect(0);
    assert_eq!(agrees(&bench, &run)["confirmed_by_lookup"], 1);
    assert!(status(&bench).contains(": 1 created, 1 created and confirmed by look-up\n"));
    std::fs::remove_file(bench.path().join("out/results.csv")).unwrap();
    assert!(status(&bench).contains(": 2 created\n"), "nobody can say it any more");
    assert_eq!(json(&bench)["confirmed_by_lookup"], Value::Null);
}

#[test]
fn of_a_changed_list_whose_run_died_people_of_before_are_told_apart_from_its_rows() {
    let bench = Bench::with("[api]\nlatency_ms = 100");
    let file = bench.file("in.csv", canary_numbers(6));
    let _ = bench.run(&file, &NONE).expect(0);
    // Two of them have gone, and others have come.
    let whole = canary_numbers(100);
    let mut lines: Vec<&str> = whole.lines().collect();
    lines.drain(1..3);
    let file = bench.file("in.csv", lines.join("\n") + "\n");
    let mut running = Running::start(&bench, &file, &["--concurrency", "4"]);
    running.until("sending", 20);
    running.kill();
    let seen = json(&bench);
    assert_eq!((&seen["counted_from"], &seen["rows"]), (&"journal".into(), &98.into()));
    assert_eq!(seen["contacts_from_before"], 6, "{seen}");
    let stored = bench.identifiers().len() as u64;
    let (created, open) = (seen["created"].as_u64().unwrap(), seen["open"].as_u64().unwrap());
    assert!(created <= stored - 6 && stored - 6 <= created + open, "{stored}: {seen}");
    let shown = status(&bench);
    assert!(shown.contains("Rows      98 in the file; so far, by the journal: "), "{shown}");
    assert!(shown.contains("repeating another, or known from before\n"), "{shown}");
    assert!(shown.contains("Before    6 contacts in the journal from runs of another edition"), "{shown}");
}

#[test]
fn a_damaged_journal_is_read_as_far_as_it_goes_with_a_warning() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(30));
    let _ = bench.run(&file, &NONE).expect(0);
    let journal = bench.path().join("out/journal.log");
    let text = std::fs::read_to_string(&journal).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let verdict = lines.iter().position(|line| line.contains("\"t\":\"V\"")).unwrap();
    let damaged: Vec<&str> =
        lines.iter().enumerate().filter(|(at, _)| *at != verdict).map(|(_, line)| *line).collect();
    let damaged = damaged.join("\n") + "\n";
    std::fs::write(&journal, &damaged).unwrap();
    let shown = status(&bench);
    assert!(shown.contains("Warning   the journal is damaged (records are missing before byte"), "{shown}");
    assert!(shown.contains("Rows      30 in the file: 30 created\n"), "the results stand: {shown}");
    assert!(
        shown.contains("Next      this goes on: callbell-import run "),
        "it looks up who is lost: {shown}"
    );
    // Without results, the journal is all there is.
    let summary = bench.path().join("out/summary.json");
    let told = std::fs::read(&summary).unwrap();
    std::fs::remove_file(&summary).unwrap();
    let without = status(&bench);
    assert!(without.contains("by the journal: 29 created, 1 sent without an answer so far\n"), "{without}");
    assert!(without.contains("what it has lost is not counted here"), "{without}");
    std::fs::write(&summary, told).unwrap();
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), damaged, "not a byte is changed");
    // Even without its head.
    std::fs::write(&journal, damaged.split_once('\n').unwrap().1).unwrap();
    assert!(status(&bench).starts_with("out: an import into an unknown address\n"));
}

#[test]
fn an_undo_is_told_and_a_folder_without_an_import_is_none() {
    let bench = Bench::new();
    let done = bench.exact(["status", "out"]).expect(2);
    assert!(done.stderr.contains("there is no folder out"), "{}", done.stderr);
    assert!(!bench.path().join("out").exists());
    std::fs::create_dir(bench.path().join("out")).unwrap();
    let done = bench.exact(["status", "out"]).expect(2);
    assert!(done.stderr.contains("there is no import in out"), "{}", done.stderr);
    assert!(done.stderr.contains("check and map write no journal there"), "{}", done.stderr);
    let file = bench.file("in.csv", canary_numbers(3));
    let _ = bench.run(&file, &NONE).expect(0);
    let base = bench.sandbox().base_url();
    let _ = bench.exact(["undo", "out", "--base-url", &base, "--dry-run"]).expect(0);
    assert!(!status(&bench).contains("Undo"), "a dry run is none");
    let _ = bench.exact(["undo", "out", "--base-url", &base, "--yes"]).expect(0);
    let shown = status(&bench);
    assert!(shown.contains("Undo      3 contacts deleted\nNext      run --restart imports"), "{shown}");
}

#[test]
fn an_undo_that_only_put_back_is_told_as_that() {
    let bench = Bench::with(
        "[[account.contacts]]\nidentifier = \"393330000001\"\nsource = \"whatsapp\"\nname = \"Old\"\n",
    );
    let file = bench.file("in.csv", "phone_number,name\n+393330000001,New\n");
    let _ = bench.run(&file, &["--on-existing", "update"]).expect(0);
    let base = bench.sandbox().base_url();
    for how in ["--dry-run", "--yes"] {
        let _ = bench.exact(["undo", "out", "--base-url", &base, how]).expect(0);
    }
    let shown = status(&bench);
    assert!(
        shown.contains("Undo      1 contact put back\nNext      run --restart makes the changes"),
        "{shown}"
    );
    assert_eq!((&json(&bench)["undo_deleted"], &json(&bench)["undo_restored"]), (&0.into(), &1.into()));
}

#[test]
fn what_cannot_be_printed_is_no_success_and_a_reader_that_has_gone_is_none_to_blame() {
    let bench = Bench::new();
    let _ = bench.run(sample("contacts.csv"), &NONE).expect(0);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = bench.command(["status", "out"]).stdout(full).output().unwrap();
    assert!(bench.finish(output).expect(6).stderr.contains("standard output"));
    let file = bench.file("bad.csv", "phone_number,name\n+393331000001,A\n,C\n");
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = bench.run_command(&file, &["--json"]).stdout(full).output().unwrap();
    assert!(bench.finish(output).expect(1).stderr.contains("standard output"), "whatever else went wrong");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = bench.command(["status", "out"]).stdout(writer).output().unwrap();
    let _ = bench.finish(output).expect(0);
}

#[test]
fn a_try_that_came_to_no_results_is_told_with_its_reason_until_one_does() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    // Nothing was sent yet: the list is none.
    let page = bench.file("page.csv", "<html><table>");
    let _ = bench.run(page, &NONE).expect(3);
    let shown = status(&bench);
    assert!(shown.contains("State     not begun"), "{shown}");
    assert!(shown.contains(", exit code 3: "), "{shown}");
    assert!(shown.contains("\nHint      open it in a spreadsheet"), "{shown}");
    assert!(shown.contains("Next      fix what the last try reports"), "{shown}");
    let _ = bench.run(&file, &NONE).expect(0);
    assert!(!status(&bench).contains("Last try"));
    // The next night the token is refused before anything is sent, and then it is a wrong flag.
    let mut command = bench.run_command(&file, &NONE);
    command.env("CALLBELL_API_KEY", "wrong-token-0123456789");
    let _ = bench.finish(command.output().unwrap()).expect(4);
    let seen = json(&bench);
    assert_eq!((&seen["last_try"]["exit_code"], &seen["last_run"]["exit_code"]), (&4.into(), &0.into()));
    let _ = bench.run(&file, &["--map", "name"]).expect(2);
    assert_eq!(json(&bench)["last_try"]["exit_code"], 2);
    // Who is locked out says nothing about the import.
    let lock = std::fs::File::open(bench.path().join("out/lock")).unwrap();
    lock.lock().unwrap();
    let _ = bench.run(&file, &NONE).expect(7);
    lock.unlock().unwrap();
    assert_eq!(json(&bench)["last_try"]["exit_code"], 2);
}

#[test]
fn what_a_restart_forgets_is_not_told_as_what_it_did_though_it_was_killed_before_its_first_word() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    let _ = bench.run(&file, &NONE).expect(0);
    killed_before_its_first_word(&bench, &file);
    let shown = status(&bench);
    assert!(shown.contains("State     not begun"), "{shown}");
    assert!(shown.contains("Next      this goes on: callbell-import run"), "{shown}");
    assert_eq!(json(&bench)["last_run"], Value::Null);
}

#[test]
fn who_runs_in_another_container_is_seen_running_whatever_its_number_is_here() {
    let bench = Bench::new();
    let file = bench.file("in.csv", "phone_number,name\n+393331234501,Ada\n");
    let _ = bench.run(&file, &NONE).expect(0);
    let path = bench.path().join("out/lock");
    std::fs::write(&path, "process 7, since 2026-11-30T00:00:00Z\n").unwrap();
    let lock = std::fs::File::open(&path).unwrap();
    lock.lock().unwrap();
    assert!(status(&bench).contains("running: process 7, since"), "{}", status(&bench));
    assert_eq!(json(&bench)["running"], true);
    lock.unlock().unwrap();
    assert_eq!((&json(&bench)["running"], &json(&bench)["state"]), (&false.into(), &"ended".into()));
}
