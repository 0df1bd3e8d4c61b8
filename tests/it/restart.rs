//! `--restart`, with the real program: what it forgets, until when the same command goes on, and what ends that.

use std::path::{Path, PathBuf};

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use crate::support::{Bench, Done, canary_numbers, read_csv};

/// No flags.
const NONE: [&str; 0] = [];

/// What it says that goes on.
const GOES_ON: &str = "what was sent since then is not forgotten";

/// What a run of `file` leaves that was told to forget, and killed when it had set the journal of before aside: its own one
/// has its first words, and waits for the place.
pub(crate) fn killed_before_its_first_word(bench: &Bench, file: &Path) {
    let closed = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::PaymentRequired, 1.0) };
    bench.sandbox().world().set_faults(vec![closed]);
    let stopped = bench.run(file, &["--source", "telegram", "--restart", "--yes"]).expect(5);
    bench.sandbox().world().set_faults(Vec::new());
    only_its_first_words_wait(&stopped.folder);
}

/// Takes from a journal what was written after its list was begun anew, and puts it where it waits for its place.
pub(crate) fn only_its_first_words_wait(folder: &Path) {
    let journal = std::fs::read_to_string(folder.join("journal.log")).unwrap();
    let mut lines = journal.split_inclusive('\n');
    let words: String = lines.by_ref().take(2).collect();
    assert!(words.lines().last().unwrap().contains(r#"{"t":"R""#), "{words}");
    std::fs::write(folder.join("journal.anew"), words).unwrap();
    for name in ["journal.log", "journal.length"] {
        std::fs::remove_file(folder.join(name)).unwrap();
    }
}

/// Imports a list of Ada and of Bea, whose name is missing: the list, and the flags.
fn without_bea(bench: &Bench) -> (PathBuf, [&'static str; 5]) {
    let file = bench.file("in.csv", "identifier,name\n@ada,Ada\n@bea,\n");
    let flags = ["--source", "telegram", "--settle", "0.5", "--yes"];
    let _ = bench.run(&file, &flags).expect(1);
    (file, flags)
}

/// Gives Bea's row back with her name, with results in `mended`.
fn give_bea_back(bench: &Bench, flags: &[&str]) -> Done {
    let failures = bench.path().join("out/failures.csv");
    let text = std::fs::read_to_string(&failures).unwrap();
    std::fs::write(&failures, text.replacen("@bea,,", "@bea,Bea,", 1)).unwrap();
    let base = bench.sandbox().base_url();
    let again = ["run", "out/failures.csv", "--out", "mended", "--base-url", &base];
    bench.exact([&again[..], flags].concat()).expect(0)
}

fn empty_the_account(bench: &Bench) {
    let mut world = bench.sandbox().world();
    let all: Vec<String> = world.contacts().iter().map(|(_, contact)| contact.uuid.clone()).collect();
    all.iter().for_each(|uuid| world.take_away(uuid));
}

#[test]
fn restart_forgets_only_when_it_is_told_twice() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    let first = bench.run(&file, &NONE).expect(0);
    let done = bench.run(&file, &["--restart"]).expect(2);
    assert!(done.stderr.contains("--restart forgets what earlier runs did"), "{}", done.stderr);
    assert_eq!(bench.identifiers().len(), 3);
    let done = bench.run(&file, &["--restart", "--yes", "--on-existing", "create"]).expect(0).conserved();
    assert_eq!(
        (done.number("requests"), bench.identifiers().len()),
        (5, 6),
        "created a second time, as was said"
    );
    assert!(first.folder.join("journal.before-restart.log").exists(), "the old journal is kept");
    bench.run(&file, &["--restart", "--yes"]).expect(0).conserved();
    assert!(first.folder.join("journal.before-restart-2.log").exists(), "the second one, too");
}

#[test]
fn a_restart_that_is_refused_forgets_nothing() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    let first = bench.run(&file, &["--on-existing", "create"]).expect(0);
    let journal = std::fs::read(first.folder.join("journal.log")).unwrap();
    let restart = ["--restart", "--yes", "--on-existing", "create"];
    bench.run(&file, &[&restart[..], &["--map", "name=nmae"]].concat()).expect(2);
    bench.run("nowhere.csv", &restart).expect(3);
    bench
        .sandbox()
        .world()
        .set_faults(vec![FaultRule { on: On::Any, ..FaultRule::new(FaultKind::Unauthorized, 1.0) }]);
    bench.run(&file, &restart).expect(4);
    bench.sandbox().world().set_faults(Vec::new());
    bench.sandbox().world().restore_token();
    assert_eq!(std::fs::read(first.folder.join("journal.log")).unwrap(), journal);
    assert!(!first.folder.join("journal.before-restart.log").exists());
    bench.run(&file, &["--on-existing", "create"]).expect(0).conserved();
    assert_eq!(bench.identifiers().len(), 3);
}

#[test]
fn a_restarted_run_that_stops_goes_on_with_the_same_command_until_it_has_come_through() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(6));
    let args = ["--source", "telegram", "--concurrency", "1", "--restart", "--yes"];
    let stops = FaultRule { on: On::Create, from: 3, ..FaultRule::new(FaultKind::PaymentRequired, 1.0) };
    bench.sandbox().world().set_faults(vec![stops]);
    let stopped = bench.run(&file, &args).expect(5);
    assert!(!stopped.stdout.contains("--restart"), "{}", stopped.stdout);
    let since = bench.identifiers().len();
    bench.sandbox().world().set_faults(Vec::new());
    // A smaller list is not the one that was to be forgotten, nor is a part of it all of it.
    let plain = &args[..4];
    bench.run(bench.file("one.csv", canary_numbers(1)), plain).expect(0).conserved();
    bench.run(&file, &[plain, &["--limit", "2"]].concat()).expect(0).conserved();
    bench.run(&file, &[&args[..], &["--limit", "2"]].concat()).expect(0).conserved();
    let done = bench.run(&file, &args).expect(0).conserved();
    assert!(done.stderr.contains(GOES_ON), "{}", done.stderr);
    assert_eq!((since > 0, bench.identifiers().len()), (true, 6));
    // Now it has.
    bench.run(&file, &args).expect(0).conserved();
    assert_eq!(bench.identifiers().len(), 12);
}

#[test]
fn a_restart_that_ends_before_all_that_tells_of_it_is_written_goes_on_with_the_same_command() {
    for name in ["results.csv", "report.json", "report.html", "history.json"] {
        let bench = Bench::new();
        let file = bench.file("in.csv", canary_numbers(6));
        let plain = ["--source", "telegram"];
        let first = bench.run(&file, &plain).expect(0);
        // Nothing can be put in the place of a folder.
        let blocked = first.folder.join(name);
        let _ = std::fs::remove_file(&blocked);
        std::fs::create_dir(&blocked).unwrap();
        let restart = [&plain[..], &["--restart", "--yes"]].concat();
        let _ = bench.run(&file, &restart).expect(6);
        assert_eq!(bench.identifiers().len(), 12, "{name}");
        std::fs::remove_dir(&blocked).unwrap();
        let done = bench.run(&file, &restart).expect(0);
        assert!(done.stderr.contains(GOES_ON), "{name}: {}", done.stderr);
        assert_eq!(bench.identifiers().len(), 12, "{name}");
    }
}

#[test]
fn a_restart_of_which_standard_output_takes_nothing_goes_on_with_the_same_command() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(6));
    let plain = ["--source", "telegram"];
    let _ = bench.run(&file, &plain).expect(0);
    let restart = [&plain[..], &["--restart", "--yes"]].concat();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = bench.run_command(&file, &restart).stdout(full).output().unwrap();
    let _ = bench.finish(output).expect(6);
    assert_eq!(bench.identifiers().len(), 12);
    let done = bench.run(&file, &restart).expect(0);
    assert!(done.stderr.contains(GOES_ON), "{}", done.stderr);
    assert_eq!(bench.identifiers().len(), 12);
}

#[test]
fn a_restarted_run_of_a_list_that_lost_a_row_since_is_over_when_it_has_come_through() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(6));
    let args = ["--source", "telegram", "--concurrency", "1", "--restart", "--yes"];
    let stops = FaultRule { on: On::Create, from: 3, ..FaultRule::new(FaultKind::PaymentRequired, 1.0) };
    bench.sandbox().world().set_faults(vec![stops]);
    let _ = bench.run(&file, &args).expect(5);
    bench.sandbox().world().set_faults(Vec::new());
    let plain = &args[..4];
    // Another list of as many rows as the shorter one is not it.
    bench.run(bench.file("other.csv", canary_numbers(5)), plain).expect(0).conserved();
    let done = bench.run(&file, &[&args[..], &["--limit", "2"]].concat()).expect(0);
    assert!(done.stderr.contains(GOES_ON), "{}", done.stderr);
    std::fs::write(&file, canary_numbers(5)).unwrap();
    bench.run(&file, plain).expect(0).conserved();
    assert_eq!(bench.identifiers().len(), 5);
    let done = bench.run(&file, &args).expect(0);
    assert!(done.stderr.contains("earlier runs are forgotten"), "{}", done.stderr);
    assert_eq!(bench.identifiers().len(), 10);
}

#[test]
fn a_restart_into_an_account_that_was_emptied_creates_also_whom_the_failures_had_created() {
    let bench = Bench::new();
    let (file, flags) = without_bea(&bench);
    let _ = give_bea_back(&bench, &flags);
    bench.file("in.csv", "identifier,name\n@ada,Ada\n@bea,Bea\n");
    for is_emptied in [false, true] {
        if is_emptied {
            empty_the_account(&bench);
        }
        let done = bench.run(&file, &[&flags[..], &["--restart"]].concat()).expect(0);
        let of_bea = if is_emptied { "created" } else { "existing" };
        assert_eq!(done.column("status"), ["created", of_bea]);
    }
    assert_eq!(bench.identifiers().len(), 2);
}

#[test]
fn whom_the_failures_had_created_before_a_restart_comes_by_them_once_more_or_by_the_list() {
    for (is_emptied, by_the_list) in [(true, false), (true, true), (false, false), (false, true)] {
        let bench = Bench::new();
        let (file, flags) = without_bea(&bench);
        let _ = give_bea_back(&bench, &flags);
        if is_emptied {
            empty_the_account(&bench);
        }
        let _ = bench.run(&file, &[&flags[..], &["--restart"]].concat()).expect(1);
        let told = bench.exact(["status", "out"]).expect(0).stdout;
        assert!(!told.contains("Failures"), "of before the restart: {told}");
        let met = if is_emptied { "created" } else { "existing" };
        let mended = "identifier,name\n@ada,Ada\n@bea,Bea\n";
        if by_the_list {
            bench.file("in.csv", mended);
            assert_eq!(bench.run(&file, &flags).expect(0).column("status"), ["created", met]);
            let _ = give_bea_back(&bench, &flags);
        } else {
            let _ = give_bea_back(&bench, &flags);
            let of_bea = read_csv(&bench.path().join("mended/results.csv"), b',');
            assert_eq!((of_bea.len(), of_bea[0]["status"].as_str()), (1, met));
            bench.file("in.csv", mended);
        }
        let _ = bench.run(&file, &flags).expect(0);
        let people = bench.identifiers();
        assert_eq!(people.iter().filter(|identifier| *identifier == "@bea").count(), 1, "{people:?}");
    }
}

#[test]
fn a_restart_that_left_a_row_which_the_same_command_mends_goes_on_with_it() {
    let bench = Bench::with("[api]\npatch_stores = \"nothing\"");
    let list = |of_ada: &str| {
        format!("identifier,name,source\n+39 333 1234501,{of_ada},whatsapp\n@bea,Bea,telegram\n")
    };
    let file = bench.file("in.csv", list("Ada"));
    let flags = ["--map", "source=source", "--on-existing", "update", "--yes"];
    let _ = bench.run(&file, &flags).expect(0);
    std::fs::write(&file, list("Ada Uno")).unwrap();
    let restart = [&flags[..], &["--restart"]].concat();
    for (code, of_ada) in [(1, "failed"), (1, "failed"), (0, "updated")] {
        if code == 0 {
            bench.sandbox().world().store_patches();
        }
        let done = bench.run(&file, &restart).expect(code);
        assert_eq!(done.column("status"), [of_ada, "created"]);
        assert_eq!(done.stdout.contains("run the same command again"), code != 0, "{}", done.stdout);
    }
    assert_eq!(bench.identifiers().len(), 3);
}

#[test]
fn a_restart_that_left_a_row_unconfirmed_for_good_is_over_after_a_night_without_it() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(4));
    let plain = ["--source", "telegram", "--settle", "0.5", "--concurrency", "1", "--yes"];
    let restart = [&plain[..], &["--restart"]].concat();
    let _ = bench.run(&file, &plain).expect(0);
    empty_the_account(&bench);
    let lost = FaultRule { from: 2, until: Some(2), ..FaultRule::new(FaultKind::CutBefore, 1.0) };
    bench.sandbox().world().set_faults(vec![lost]);
    for (flags, is_said) in [(&restart[..], false), (&restart, true), (&plain, false)] {
        let done = bench.run(&file, flags).expect(8);
        assert_eq!(done.column("status"), ["created", "unconfirmed", "created", "created"]);
        assert_eq!(done.stderr.contains(GOES_ON), is_said, "{}", done.stderr);
        assert_eq!(bench.identifiers().len(), 3, "nobody sends it once more");
    }
    empty_the_account(&bench);
    let done = bench.run(&file, &restart).expect(0);
    assert!(done.stderr.contains("earlier runs are forgotten"), "{}", done.stderr);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (4, 0));
}

#[test]
fn a_restart_that_is_killed_before_its_journal_is_in_its_place_goes_on_all_the_same() {
    for is_told in [true, false] {
        let bench = Bench::new();
        let file = bench.file("in.csv", canary_numbers(6));
        let plain = ["--source", "telegram"];
        let first = bench.run(&file, &plain).expect(0);
        killed_before_its_first_word(&bench, &file);
        if is_told {
            let _ =
                bench.run(&file, &[&plain[..], &["--restart", "--yes", "--limit", "2"]].concat()).expect(0);
        } else {
            let _ = bench.run(&file, &[&plain[..], &["--limit", "2"]].concat()).expect(0);
        }
        assert_eq!(bench.identifiers().len(), 8);
        let done = bench.run(&file, &[&plain[..], &["--restart", "--yes"]].concat()).expect(0);
        assert!(done.stderr.contains(GOES_ON), "{}", done.stderr);
        assert_eq!(bench.identifiers().len(), 12, "{is_told}");
        assert!(!first.folder.join("journal.anew").exists());
    }
}

#[test]
fn a_restart_is_ended_by_its_own_list_only_and_not_by_what_is_left_of_it() {
    type Night<'n> = (&'n str, usize, &'n [&'n str]);
    let nights: [Night<'_>; 5] = [
        ("long.csv", 13, &[]),
        ("one.csv", 1, &["--restart"]),
        // A full disk has left so much of it.
        ("in.csv", 2, &[]),
        ("in.csv", 0, &[]),
        ("in.csv", 2, &["--restart"]),
    ];
    for (at, (name, rows, flags)) in nights.into_iter().enumerate() {
        let bench = Bench::new();
        let file = bench.file("in.csv", canary_numbers(6));
        let plain = ["--source", "telegram", "--concurrency", "1", "--yes"];
        let restart = [&plain[..], &["--restart"]].concat();
        let _ = bench.run(&file, &plain).expect(0);
        let stops = FaultRule { on: On::Create, from: 3, ..FaultRule::new(FaultKind::PaymentRequired, 1.0) };
        bench.sandbox().world().set_faults(vec![stops]);
        let _ = bench.run(&file, &restart).expect(5);
        bench.sandbox().world().set_faults(Vec::new());
        assert_eq!(bench.identifiers().len(), 8);
        let between = bench.file(name, canary_numbers(rows));
        let _ = bench.run(&between, &[&plain[..], flags].concat()).expect(0);
        bench.file("in.csv", canary_numbers(6));
        let done = bench.run(&file, &restart).expect(0);
        assert!(done.stderr.contains(GOES_ON), "{at}: {}", done.stderr);
        assert_eq!(bench.identifiers().len(), 6 + rows.max(6), "{at}");
        let done = bench.run(&file, &restart).expect(0);
        assert!(done.stderr.contains("earlier runs are forgotten"), "{at}: {}", done.stderr);
    }
}

#[test]
fn a_list_that_was_renamed_while_it_was_begun_anew_ends_that_when_it_is_told_to() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(6));
    let restart = ["--source", "telegram", "--restart", "--yes"];
    let _ = bench.run(&file, &restart[..2]).expect(0);
    killed_before_its_first_word(&bench, &file);
    let renamed = bench.file("people.csv", canary_numbers(6));
    for (expected, contacts) in [(GOES_ON, 12), ("earlier runs are forgotten", 18)] {
        let done = bench.run(&renamed, &restart).expect(0);
        assert!(done.stderr.contains(expected), "{}", done.stderr);
        assert_eq!(bench.identifiers().len(), contacts);
    }
}

#[test]
fn a_restart_that_was_killed_goes_on_also_where_it_reads_identifiers_otherwise_than_what_it_forgot() {
    let bench = Bench::new();
    let list = |people: std::ops::Range<u8>| {
        let row = |at: u8| {
            let name = char::from(b'A' + at);
            format!("+39 333 12345{at:02},+39 333 12346{at:02},Ada {name}\n")
        };
        format!("phone,alt,name\n{}", people.map(row).collect::<String>())
    };
    let file = bench.file("in.csv", list(0..8));
    let first = bench.run(&file, &["--map", "identifier=phone"]).expect(0);
    let of_before = std::fs::read(first.folder.join("results.csv")).unwrap();
    let restart = ["--map", "identifier=alt", "--restart", "--yes"];
    let _ = bench.run(&file, &[&restart[..], &["--limit", "4"]].concat()).expect(0);
    // It was killed: the results are those of before, and the journal has no word about an end.
    std::fs::write(first.folder.join("results.csv"), of_before).unwrap();
    let journal = std::fs::read_to_string(first.folder.join("journal.log")).unwrap();
    let (begun, end) = journal.trim_end().rsplit_once('\n').unwrap();
    assert!(end.contains(r#"{"t":"Z""#), "{end}");
    std::fs::write(first.folder.join("journal.log"), format!("{begun}\n")).unwrap();
    std::fs::remove_file(first.folder.join("journal.length")).unwrap();
    std::fs::write(&file, list(1..8)).unwrap();
    let _ = bench.run(&file, &restart).expect(0);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (16, 0));
}

#[test]
fn restart_begins_anew_also_where_somebody_deleted_the_journal_alone() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    let first = bench.run(&file, &NONE).expect(0);
    std::fs::remove_file(first.folder.join("journal.log")).unwrap();
    let done = bench.run(&file, &["--restart", "--yes"]).expect(0).conserved();
    assert!(done.stderr.contains("their journal was already gone"), "{}", done.stderr);
    std::fs::remove_file(first.folder.join("journal.log")).unwrap();
    let refused = bench.run(&file, &NONE).expect(2);
    assert!(refused.stderr.contains("--restart"), "{}", refused.stderr);
    bench.run(&file, &["--restart", "--yes"]).expect(0).conserved();
    bench.run(&file, &NONE).expect(0).conserved();
}

#[test]
fn a_restart_after_an_undo_that_is_killed_goes_on_with_the_same_command() {
    let bench = Bench::with("[api]\nlatency_ms = 50");
    let flags = ["--source", "telegram", "--rate", "none", "--settle", "0.5"];
    let file = bench.file("in.csv", canary_numbers(40));
    let _ = bench.run(&file, &flags).expect(0);
    let base = bench.sandbox().base_url();
    for how in ["--dry-run", "--yes"] {
        let _ = bench.exact(["undo", "out", "--rate", "none", "--base-url", &base, how]).expect(0);
    }
    assert_eq!(bench.identifiers().len(), 0);
    let restart = [&flags[..], &["--restart", "--yes", "--concurrency", "4"]].concat();
    let mut killed = bench.run_command(&file, &restart).spawn().unwrap();
    while bench.identifiers().len() < 12 {
        std::thread::yield_now();
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let done = bench.run(&file, &restart);
    assert!(done.stderr.contains(GOES_ON), "{}", done.stderr);
    assert_eq!((done.number("created") + done.number("unconfirmed"), bench.doubles()), (40, 0));
    // Once it has come to its end, another one forgets.
    let again = bench.run(&file, &restart);
    assert!(again.stderr.contains("earlier runs are forgotten"), "{}", again.stderr);
}

#[test]
fn whom_a_restart_forgets_and_nobody_can_read_for_a_moment_is_asked_for_by_the_next_run() {
    let bench = Bench::new();
    let (file, flags) = without_bea(&bench);
    let _ = give_bea_back(&bench, &flags);
    empty_the_account(&bench);
    bench.file("in.csv", "identifier,name\n@ada,Ada\n@bea,Bea\n");
    let unread = FaultRule { on: On::Read, ..FaultRule::new(FaultKind::Error, 1.0) };
    bench.sandbox().world().set_faults(vec![unread]);
    let restart = [&flags[..], &["--restart"]].concat();
    let done = bench.run(&file, &restart).expect(1);
    assert_eq!(done.column("status"), ["created", "failed"]);
    assert_eq!(done.column("code")[1], "existing_unknown");
    bench.sandbox().world().set_faults(Vec::new());
    let done = bench.run(&file, &flags).expect(0);
    assert_eq!(done.column("status"), ["created", "created"]);
    assert_eq!(bench.identifiers().len(), 2);
}

#[test]
fn of_failures_whose_list_was_begun_anew_it_is_said_where_their_import_went() {
    let bench = Bench::new();
    let (file, flags) = without_bea(&bench);
    let _ = give_bea_back(&bench, &flags);
    let _ = bench.run(&file, &[&flags[..], &["--restart"]].concat()).expect(1);
    let base = bench.sandbox().base_url();
    for command in [&["status", "mended"][..], &["verify", "mended", "--base-url", &base]] {
        let told = bench.exact(command).expect(2).stderr;
        assert!(told.contains("was set aside when its list was restarted with --restart"), "{told}");
        assert!(told.contains("journal.before-restart-of-its-list.log"), "{told}");
    }
}

/// Imports a list of Ada, and of Bea and Cara, whose names are missing, gives these back, and takes them back but for Cara, whom
/// somebody has changed.
fn without_bea_and_cara_taken_back(bench: &Bench, source: &'static str) -> (PathBuf, [&'static str; 5]) {
    let file = bench.file("in.csv", list_of_three(source, ["", ""]));
    let flags = ["--source", source, "--settle", "0.5", "--yes"];
    let _ = bench.run(&file, &flags).expect(1);
    let _ = give_both_back(bench, &flags).expect(0);
    let mut world = bench.sandbox().world();
    // Both are sent at the same time.
    let cara = world.contacts().iter().find(|(_, contact)| contact.name == "Cara").unwrap().1.uuid.clone();
    world.change(&cara, |cara| cara.note = Some("by hand".to_owned()));
    drop(world);
    let base = bench.sandbox().base_url();
    let undone = |how| bench.exact(["undo", "mended", "--rate", "none", "--base-url", &base, how]);
    let _ = (undone("--dry-run").expect(1), undone("--yes").expect(1));
    assert_eq!(bench.identifiers().len(), 2);
    (file, flags)
}

fn list_of_three(source: &str, [bea, cara]: [&str; 2]) -> String {
    let of = if source == "telegram" { ["@ada", "@bea", "@cara"] } else { PHONES };
    format!("identifier,name\n{},Ada\n{},{bea}\n{},{cara}\n", of[0], of[1], of[2])
}

const PHONES: [&str; 3] = ["393331234501", "393331234502", "393331234503"];

/// Gives the rows of Bea and Cara back with their names.
fn give_both_back(bench: &Bench, flags: &[&str]) -> Done {
    let failures = bench.path().join("out/failures.csv");
    let text = std::fs::read_to_string(&failures).unwrap();
    let mended = text.replacen("bea,,", "bea,Bea,", 1).replacen("cara,,", "cara,Cara,", 1);
    let mended = mended.replacen("02,,", "02,Bea,", 1).replacen("03,,", "03,Cara,", 1);
    std::fs::write(&failures, mended).unwrap();
    let base = bench.sandbox().base_url();
    let again = ["run", "out/failures.csv", "--out", "mended", "--base-url", &base];
    bench.exact([&again[..], flags].concat())
}

#[test]
fn failures_of_which_an_undo_kept_somebody_begin_anew_with_their_list() {
    for (source, by_the_list) in
        [("telegram", false), ("telegram", true), ("whatsapp", false), ("whatsapp", true)]
    {
        let bench = Bench::new();
        let (file, flags) = without_bea_and_cara_taken_back(&bench, source);
        empty_the_account(&bench);
        let _ = bench.run(&file, &[&flags[..], &["--restart"]].concat()).expect(1);
        for _ in 0..2 {
            let results = if by_the_list {
                bench.file("in.csv", list_of_three(source, ["Bea", "Cara"]));
                bench.run(&file, &flags).expect(0).results()
            } else {
                let _ = give_both_back(&bench, &flags).expect(0);
                read_csv(&bench.path().join("mended/results.csv"), b',')
            };
            assert!(results.iter().all(|line| line["status"] == "created"), "{source}: {results:?}");
            assert_eq!((bench.identifiers().len(), bench.doubles()), (3, 0), "{source}");
        }
        assert!(bench.path().join("mended/undo.before-restart-of-its-list.log").exists());
    }
}

#[test]
fn an_undo_of_failures_follows_its_journal_also_where_a_process_died_between_the_two() {
    let bench = Bench::new();
    let (file, flags) = without_bea_and_cara_taken_back(&bench, "whatsapp");
    let kept_undos = || -> Vec<String> {
        let names = std::fs::read_dir(bench.path().join("mended")).unwrap();
        let mut names: Vec<String> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name.starts_with("undo.") && !name.ends_with(".csv"));
        names.sort();
        names
    };
    let _ = bench.run(&file, &[&flags[..], &["--restart"]].concat()).expect(1);
    let kept = ["undo.before-restart-of-its-list.length", "undo.before-restart-of-its-list.log"];
    assert_eq!(kept_undos(), kept);
    // As a process leaves it that dies before the undo has followed its journal.
    for [from, to] in [[kept[0], "undo.length"], [kept[1], "undo.log"]] {
        let mended = bench.path().join("mended");
        std::fs::rename(mended.join(from), mended.join(to)).unwrap();
    }
    let _ = bench.run(&file, &[&flags[..], &["--restart"]].concat()).expect(1);
    assert_eq!(kept_undos(), kept);
    // Cara is there, and Bea was taken back.
    let _ = give_both_back(&bench, &flags).expect(0);
    let results = read_csv(&bench.path().join("mended/results.csv"), b',');
    let told: Vec<&str> = results.iter().map(|line| line["status"].as_str()).collect();
    assert_eq!((told, bench.doubles()), (vec!["created", "existing"], 0));
}

#[test]
fn a_restart_does_not_forget_what_an_undo_of_its_failures_is_in_the_middle_of() {
    let bench = Bench::new();
    let (file, flags) = without_bea_and_cara_taken_back(&bench, "telegram");
    // It was killed: there is no word about its end.
    let log = bench.path().join("mended/undo.log");
    let text = std::fs::read_to_string(&log).unwrap();
    std::fs::write(&log, text.trim_end().rsplit_once('\n').unwrap().0.to_owned() + "\n").unwrap();
    std::fs::remove_file(log.with_extension("length")).unwrap();
    let refused = bench.run(&file, &[&flags[..], &["--restart"]].concat()).expect(2);
    assert!(
        refused.stderr.contains("mended, where failures of this list were imported, has begun"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("finish it first: callbell-import undo"), "{}", refused.stderr);
    let base = bench.sandbox().base_url();
    let _ = bench.exact(["undo", "mended", "--rate", "none", "--base-url", &base, "--yes"]).expect(1);
    let _ = bench.run(&file, &[&flags[..], &["--restart"]].concat()).expect(1);
}
