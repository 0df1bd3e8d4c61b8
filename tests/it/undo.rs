//! `undo`: what an import created is taken back, and nothing else.

use std::process::Stdio;

use callbell_import::sandbox::{FaultKind, FaultRule, On};
use rexpect::session::{PtySession, spawn_command};

use crate::support::{Bench, Done, Front, Line, Says, canary_numbers, read_csv};

/// No flags.
const NONE: [&str; 0] = [];

/// `undo` of the bench's import.
fn undo(bench: &Bench, args: &[&str]) -> Done {
    let base = bench.sandbox().base_url();
    bench.exact(["undo", "out", "--base-url", &base].iter().chain(args))
}

/// A dry run, then the undo.
fn undone(bench: &Bench, args: &[&str]) -> Done {
    let dry: Vec<&str> = args.iter().copied().chain(["--dry-run"]).collect();
    let _ = undo(bench, &dry);
    let yes: Vec<&str> = args.iter().copied().chain(["--yes", "--settle", "0.2"]).collect();
    undo(bench, &yes)
}

fn lines(bench: &Bench) -> Vec<Line> {
    read_csv(&bench.path().join("out/undo.csv"), b',')
}

/// Row, result, reason and members of each line.
fn told(bench: &Bench) -> Vec<String> {
    let columns = ["row", "result", "reason", "members"];
    let line = |line: &Line| columns.map(|column| line[column].clone()).join(" ").trim_end().to_owned();
    lines(bench).iter().map(line).collect()
}

/// Of everybody, in the order of their numbers, which is that of the rows.
fn uuids(bench: &Bench) -> Vec<String> {
    let world = bench.sandbox().world();
    let mut all: Vec<_> = world.contacts().iter().map(|(_, contact)| contact).collect();
    all.sort_by_key(|contact| contact.identifier.clone());
    all.into_iter().map(|contact| contact.uuid.clone()).collect()
}

fn requests(bench: &Bench, name: &str) -> u64 {
    bench.sandbox().world().seen().requests.get(name).copied().unwrap_or_default()
}

/// Created one after the other, so that the first row is the first contact.
fn imported(rows: usize, toml: &str) -> Bench {
    let bench = Bench::with(toml);
    let file = bench.file("in.csv", canary_numbers(rows));
    let _ = bench.run(&file, &["--concurrency", "1"]).expect(0);
    std::fs::remove_file(file).unwrap();
    bench
}

fn on(kind: FaultKind, on: On, share: f64) -> FaultRule {
    FaultRule { on, ..FaultRule::new(kind, share) }
}

/// The lease says whose ticket it is.
fn lose_the_leases(bench: &Bench) {
    let path = bench.path().join("out/journal.log");
    let text = std::fs::read_to_string(&path).unwrap();
    let whole: Vec<&str> = text.split_inclusive('\n').filter(|line| !line.contains("{\"t\":\"L\"")).collect();
    assert!(whole.len() < text.lines().count());
    std::fs::write(path, whole.concat()).unwrap();
}

#[test]
fn who_was_there_before_is_told_as_that_and_put_back_also_where_the_leases_of_the_journal_are_lost() {
    let there = "[[account.contacts]]\nidentifier = \"393331234502\"\nsource = \"whatsapp\"\nname = \"Old\"\nnote = \"precious\"\n";
    for (policy, status) in [("update", "updated"), ("skip", "existing"), ("fail", "rejected")] {
        let bench = Bench::with(there);
        let file = bench.file("in.csv", "identifier,name,note\n393331234501,Ada,a\n393331234502,Bea,b\n");
        let flags = ["--on-existing", policy, "--settle", "0.2"];
        let statuses =
            |done: &Done| done.results().iter().map(|line| line["status"].clone()).collect::<Vec<_>>();
        assert_eq!(statuses(&bench.run(&file, &flags)), ["created", status]);
        lose_the_leases(&bench);
        let again = bench.run(&file, &flags).conserved();
        assert!(again.stderr.contains("the journal is damaged"), "{}", again.stderr);
        assert_eq!(statuses(&again), ["created", status], "{policy}");
        let _ = undone(&bench, &[]);
        let world = bench.sandbox().world();
        let old =
            world.contacts().iter().find(|(_, contact)| contact.identifier == "393331234502").unwrap().1;
        assert_eq!((&*old.name, old.note.as_deref()), ("Old", Some("precious")), "{policy}");
    }
}

#[test]
fn what_was_created_and_not_touched_is_deleted_on_every_unknown_of_the_api() {
    for behaviour in [
        "",
        "deleted_status = 204",
        "deleted_status = 202\ndelete_gone = \"same\"",
        "delete_gone = \"gone\"",
        "contact_shape = \"array\"",
        "created_status = 200\nmiss = \"null\"",
        "phone_echo = \"spaces\"",
        "phone_echo = \"missing\"",
        "conversation_href = \"when_open\"",
        "conversation_href = \"never\"",
        "not_in_created = [\"note\", \"tags\", \"createdAt\", \"assignedUser\"]",
        "never_shown = [\"note\", \"closedAt\"]",
        "default_user = \"bob@example.com\"",
    ] {
        let existing =
            "[[account.contacts]]\nidentifier = \"393339999999\"\nsource = \"whatsapp\"\nname = \"X\"\n";
        let bench = imported(6, &format!("[api]\n{behaviour}\n{existing}"));
        let dry = undo(&bench, &["--dry-run"]).expect(0);
        assert!(
            dry.stdout.starts_with("6 contacts: 6 can be deleted, 0 kept\n"),
            "{behaviour}: {}",
            dry.stdout
        );
        assert_eq!(requests(&bench, "DELETE /contacts/:uuid"), 0);
        let done = undo(&bench, &["--yes"]).expect(0);
        assert!(done.stdout.starts_with("6 contacts: 6 deleted, 0 kept\n"), "{behaviour}: {}", done.stdout);
        assert_eq!(bench.identifiers(), ["393339999999"], "{behaviour}: what was there before stays");
        assert_eq!(requests(&bench, "DELETE /contacts/:uuid"), 6);
    }
}

#[test]
fn what_somebody_touched_is_kept_and_named_whatever_was_touched() {
    let bench = imported(9, "[api]\nconversation_href = \"when_open\"");
    let uuid = uuids(&bench);
    let change = |at: usize, change: fn(&mut callbell_import::sandbox::Contact)| {
        bench.sandbox().world().change(&uuid[at], change);
    };
    change(0, |contact| contact.name.push('!'));
    change(1, |contact| contact.tags.push("VIP".to_owned()));
    change(2, |contact| contact.assigned_user = Some("bob@example.com".to_owned()));
    change(3, |contact| contact.note = Some("call back".to_owned()));
    change(4, |contact| contact.has_conversation = true);
    change(5, |contact| {
        contact.custom_fields.insert("City".to_owned(), "Rome".into());
    });
    bench.sandbox().world().take_away(&uuid[6]);
    let expected = |left: &str| {
        [
            "1 kept changed name",
            "2 kept changed tags",
            "3 kept changed assignedUser",
            "4 kept changed note",
            "5 kept changed conversationHref",
            "6 kept changed customFields",
            "7 gone",
            &format!("8 {left}"),
            &format!("9 {left}"),
        ]
        .map(str::to_owned)
    };
    let dry = undo(&bench, &["--dry-run"]).expect(1);
    assert!(
        dry.stdout.starts_with("9 contacts: 2 can be deleted, 1 gone before, 6 kept\n"),
        "{}",
        dry.stdout
    );
    assert!(dry.stdout.contains("  6 kept: changed or used since they were created: assignedUser (1), "));
    assert!(dry.stdout.contains("; first: row 1 (line 2)\n"), "{}", dry.stdout);
    assert!(!dry.stdout.contains("Person"), "people stay in the file");
    assert_eq!(told(&bench), expected("would_delete"));
    let done = undo(&bench, &["--yes"]).expect(1);
    assert!(done.stdout.starts_with("9 contacts: 2 deleted, 1 gone before, 6 kept\n"), "{}", done.stdout);
    assert_eq!(told(&bench), expected("deleted"));
    assert_eq!(lines(&bench)[0]["name"], "Person 1");
    assert_eq!(bench.identifiers().len(), 6);
}

#[test]
fn what_is_touched_between_the_dry_run_and_the_deletion_is_kept() {
    let bench = imported(3, "");
    let _ = undo(&bench, &["--dry-run"]).expect(0);
    let uuid = uuids(&bench);
    bench.sandbox().world().change(&uuid[1], |contact| contact.name.push('!'));
    let _ = undo(&bench, &["--yes"]).expect(1);
    assert_eq!(told(&bench), ["1 deleted", "2 kept changed name", "3 deleted"]);
    assert_eq!(uuids(&bench), [uuid[1].clone()]);
    // Changed back, it was still not what the person agreed to; the next dry run may list it.
    bench.sandbox().world().change(&uuid[1], |contact| contact.name.truncate("Person 2".len()));
    let done = undo(&bench, &["--yes"]).expect(1);
    assert!(done.stderr.contains("had already finished"), "{}", done.stderr);
    assert!(done.stdout.starts_with("3 contacts: 2 deleted, 1 kept\n"), "{}", done.stdout);
    assert_eq!((uuids(&bench), requests(&bench, "DELETE /contacts/:uuid")), (vec![uuid[1].clone()], 2));
    let done = undone(&bench, &[]).expect(0);
    assert!(done.stdout.starts_with("3 contacts: 3 deleted, 0 kept\n"), "{}", done.stdout);
    assert!(bench.identifiers().is_empty());
}

#[test]
fn without_a_dry_run_a_terminal_or_a_yes_nothing_is_deleted() {
    let bench = imported(4, "");
    let done = undo(&bench, &[]).expect(2);
    assert!(done.stderr.contains("there is no terminal to ask on"), "{}", done.stderr);
    let done = undo(&bench, &["--yes"]).expect(2);
    assert!(done.stderr.contains("undo out --dry-run"), "{}", done.stderr);
    let _ = undo(&bench, &["--dry-run"]).expect(0);
    let done = undo(&bench, &["--yes", "--ignore", "name"]).expect(2);
    assert!(
        done.stderr.contains("nothing is deleted before a dry run"),
        "a dry run with other rules is none"
    );
    assert_eq!(requests(&bench, "DELETE /contacts/:uuid"), 0);
    assert_eq!(bench.identifiers().len(), 4);
}

fn terminal(bench: &Bench, args: &[&str]) -> PtySession {
    let base = bench.sandbox().base_url();
    let mut command = bench.command(["undo", "out", "--base-url", &base].iter().chain(args));
    command
        .env("TERM", "xterm-256color")
        .stdin(Stdio::inherit())
        .stdout(Stdio::inherit())
        .stderr(Stdio::inherit());
    spawn_command(command, Some(30_000)).unwrap()
}

#[test]
fn ctrl_c_ends_it_while_it_asks_and_nothing_is_deleted() {
    let bench = imported(3, "");
    let mut session = terminal(&bench, &[]);
    session.exp_string("Type 3 to delete 3 contacts for ever: ").unwrap();
    session.send_control('c').unwrap();
    session.exp_eof().unwrap();
    assert_eq!(bench.identifiers().len(), 3);
}

#[test]
fn on_a_terminal_the_dry_run_is_shown_and_the_number_has_to_be_typed() {
    let bench = imported(12, "");
    for answer in ["", "y", "11", "12 contacts"] {
        let mut session = terminal(&bench, &[]);
        let shown = session.exp_string("Type 12 to delete 12 contacts for ever: ").unwrap();
        assert!(!answer.is_empty() || shown.contains("12 can be deleted, 0 kept"), "{shown}");
        session.send_line(answer).unwrap();
        let rest = session.exp_eof().unwrap();
        assert!(rest.contains("Nothing was deleted."), "{answer:?}: {rest}");
    }
    assert_eq!(bench.identifiers().len(), 12);
    let mut session = terminal(&bench, &[]);
    session.exp_string("for ever: ").unwrap();
    session.send_line("12").unwrap();
    session.exp_string("12 contacts: 12 deleted, 0 kept").unwrap();
    session.exp_eof().unwrap();
    assert!(bench.identifiers().is_empty());
}

#[test]
fn a_token_that_is_withdrawn_stops_it_and_the_same_command_goes_on() {
    let bench = imported(40, "");
    let _ = undo(&bench, &["--dry-run"]).expect(0);
    bench
        .sandbox()
        .world()
        .set_faults(vec![FaultRule { from: 10, ..on(FaultKind::Unauthorized, On::Delete, 1.0) }]);
    let done = undo(&bench, &["--yes", "--concurrency", "1"]).expect(4);
    assert!(done.stdout.starts_with("40 contacts: 9 deleted, 0 kept, 31 not reached\n"), "{}", done.stdout);
    assert_eq!(bench.identifiers().len(), 31);
    bench.sandbox().world().set_faults(Vec::new());
    bench.sandbox().world().restore_token();
    let done = undo(&bench, &["--yes"]).expect(0);
    assert!(done.stdout.starts_with("40 contacts: 40 deleted, 0 kept\n"), "{}", done.stdout);
    assert_eq!(requests(&bench, "DELETE /contacts/:uuid"), 41, "one was refused");
}

#[test]
fn killed_at_any_instant_it_goes_on_and_tells_in_the_end_what_it_did() {
    let bench = imported(80, "[api]\nlatency_ms = 3");
    let _ = undo(&bench, &["--dry-run"]).expect(0);
    let base = bench.sandbox().base_url();
    let mut luck = fastrand::Rng::with_seed(7);
    let mut kills = 0;
    while bench.identifiers().len() > 10 {
        let before = bench.identifiers().len();
        let mut command = bench.command([
            "undo",
            "out",
            "--base-url",
            &base,
            "--yes",
            "--rate",
            "none",
            "--concurrency",
            "4",
        ]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let wanted = before.saturating_sub(luck.usize(1..12));
        while bench.identifiers().len() > wanted && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        kills += u32::from(child.kill().is_ok());
        child.wait().unwrap();
    }
    assert!(kills >= 5);
    let done = undo(&bench, &["--yes"]).expect(0);
    assert!(done.stdout.starts_with("80 contacts: 80 deleted"), "nobody is taken for gone: {}", done.stdout);
    assert!(bench.identifiers().is_empty());
}

#[test]
fn an_undo_that_died_after_its_last_deletion_is_told_in_full_by_the_same_command() {
    let bench = imported(3, "");
    let _ = undo(&bench, &["--dry-run"]).expect(0);
    let (table, log) = (bench.path().join("out/undo.csv"), bench.path().join("out/undo.log"));
    let of_the_dry_run = std::fs::read(&table).unwrap();
    let uuid = uuids(&bench);
    bench.sandbox().world().change(&uuid[1], |contact| contact.name.push('!'));
    let _ = undo(&bench, &["--yes"]).expect(1);
    let whole = std::fs::read_to_string(&log).unwrap();
    let without_its_end = whole.trim_end().rsplit_once('\n').unwrap().0.to_owned() + "\n";
    // It died before the log said that it is over, or after that: an earlier version wrote the table last.
    for left in [without_its_end, whole] {
        std::fs::write(&log, &left).unwrap();
        let _ = std::fs::remove_file(log.with_extension("length"));
        std::fs::write(&table, &of_the_dry_run).unwrap();
        let done = undo(&bench, &["--yes"]).expect(1);
        assert!(done.stdout.starts_with("3 contacts: 2 deleted, 1 kept\n"), "{}", done.stdout);
        assert_eq!(told(&bench), ["1 deleted", "2 kept changed name", "3 deleted"]);
    }
    assert_eq!((bench.identifiers().len(), requests(&bench, "DELETE /contacts/:uuid")), (1, 2));
}

#[test]
fn what_could_not_be_deleted_is_tried_again_by_the_same_command() {
    let bench = imported(3, "");
    let _ = undo(&bench, &["--dry-run"]).expect(0);
    let refusing = FaultRule { status: Some(422), ..on(FaultKind::Error, On::Delete, 1.0) };
    bench.sandbox().world().set_faults(vec![FaultRule { until: Some(1), ..refusing }]);
    let done = undo(&bench, &["--yes", "--concurrency", "1", "--settle", "0.2"]).expect(1);
    assert!(done.stdout.starts_with("3 contacts: 2 deleted, 0 kept, 1 failed\n"), "{}", done.stdout);
    assert!(done.stdout.contains("the same command again goes on"), "{}", done.stdout);
    bench.sandbox().world().set_faults(Vec::new());
    let done = undo(&bench, &["--yes"]).expect(0);
    assert!(done.stdout.starts_with("3 contacts: 3 deleted, 0 kept\n"), "{}", done.stdout);
    assert!(bench.identifiers().is_empty());
}

#[test]
fn another_account_another_address_and_a_running_import_are_refused() {
    let bench = imported(3, "");
    let other = Bench::new();
    let done = bench.exact(["undo", "out", "--base-url", &other.sandbox().base_url(), "--dry-run"]).expect(2);
    assert!(done.stderr.contains("this folder holds an import through"), "{}", done.stderr);
    bench.sandbox().world().set_user("eve@example.com");
    let done = undo(&bench, &["--dry-run"]).expect(2);
    assert!(done.stderr.contains("another account than that of eve@example.com"), "{}", done.stderr);
    let held = std::fs::File::open(bench.path().join("out/lock")).unwrap();
    held.lock().unwrap();
    let done = undo(&bench, &["--dry-run"]).expect(7);
    assert!(done.stderr.contains("another run holds this import"), "{}", done.stderr);
}

#[test]
fn contacts_that_were_there_before_or_that_a_look_up_found_without_a_mark_are_kept() {
    let toml = "[api]\nduplicate = \"existing\"\n\
        [[account.contacts]]\nidentifier = \"393330000002\"\nsource = \"whatsapp\"\nname = \"Person 2\"\n\
        [[faults]]\nkind = \"cut_after\"\nfrom = 3\nuntil = 4\n";
    let bench = Bench::with(toml);
    let csv = "phone_number,name,tags\n+393330000001,Person 1,\n+393330000002,Person 2,\n\
        +393330000003,Person 3,\n+393330000004,Person 4,import\n";
    let file = bench.file("in.csv", csv);
    let done = bench.run(&file, &["--concurrency", "1", "--on-existing", "create"]).expect(0);
    assert_eq!(done.column("status"), ["created", "existing", "created", "created"]);
    assert_eq!(done.column("code"), ["", "existing_same", "confirmed_by_lookup", "confirmed_by_lookup"]);
    let _ = undo(&bench, &["--dry-run"]).expect(1);
    assert_eq!(
        told(&bench),
        ["1 would_delete", "3 kept only_looked_up", "4 would_delete"],
        "row 4 has a tag"
    );
    let done = undone(&bench, &["--take-looked-up"]).expect(0);
    assert!(done.stdout.starts_with("3 contacts: 3 deleted, 0 kept\n"), "{}", done.stdout);
    assert_eq!(bench.identifiers(), ["393330000002"]);
}

#[test]
fn a_member_that_differs_everywhere_is_named_and_can_be_ignored() {
    let bench = imported(5, "[api]\nnot_in_created = [\"assignedUser\"]\ndefault_user = \"bob@example.com\"");
    let done = undo(&bench, &["--dry-run"]).expect(1);
    assert!(done.stdout.contains("pass --ignore assignedUser"), "{}", done.stdout);
    assert_eq!(told(&bench)[0], "1 kept cannot_tell assignedUser");
    let _ = undone(&bench, &["--ignore", "assignedUser"]).expect(0);
    assert!(bench.identifiers().is_empty());
}

#[test]
fn run_refuses_an_undone_folder_and_restart_imports_only_what_was_deleted() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(6));
    let _ = bench.run(&file, &NONE).expect(0);
    let uuid = uuids(&bench);
    bench.sandbox().world().change(&uuid[2], |contact| contact.name.push('!'));
    let _ = undone(&bench, &[]).expect(1);
    assert_eq!(bench.identifiers().len(), 1);
    let done = bench.run(&file, &NONE).expect(2);
    assert!(done.stderr.contains("undo deleted 5 contacts of this import"), "{}", done.stderr);
    let done = bench.exact(["check", "in.csv", "--offline", "--out", "out"]).expect(0);
    assert!(done.stderr.contains("undo deleted 5 contacts of this import"), "{}", done.stderr);
    let done = bench.run(&file, &["--restart"]).expect(2);
    assert!(done.stderr.contains("--restart imports the rows of 5 undone contacts again"), "{}", done.stderr);
    let done = bench.run(&file, &["--restart", "--yes"]).expect(0).conserved();
    assert_eq!((done.number("created"), bench.identifiers().len(), bench.doubles()), (6, 6, 0));
    assert_eq!(done.results()[2]["uuid"], uuid[2], "what was kept stays as it was");
    assert_ne!(done.results()[0]["uuid"], uuid[0]);
    let again = bench.run(&file, &NONE).expect(0);
    assert!(again.stdout.starts_with("Nothing to do"), "{}", again.stdout);
    // And what was created anew can be taken back anew.
    let done = undone(&bench, &[]).expect(1);
    assert!(done.stdout.starts_with("6 contacts: 5 deleted, 1 kept\n"), "{}", done.stdout);
}

#[test]
fn whom_an_undo_found_gone_a_restart_imports_again_beside_whom_it_deleted() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(4));
    let _ = bench.run(&file, &NONE).expect(0);
    let uuid = uuids(&bench);
    bench.sandbox().world().take_away(&uuid[1]);
    let done = undone(&bench, &[]).expect(0);
    assert!(done.stdout.starts_with("4 contacts: 3 deleted, 1 gone before, 0 kept\n"), "{}", done.stdout);
    let done = bench.run(&file, &["--restart", "--yes"]).expect(0).conserved();
    assert_eq!((done.number("created"), bench.identifiers().len(), bench.doubles()), (4, 4, 0));
}

#[test]
fn whom_an_undo_found_gone_a_restart_imports_again_also_where_it_deleted_nobody_and_nobody_it_kept() {
    let bench = Bench::new();
    let people: String = (0..3).map(|row| format!("ig{row},instagram,Person {row}\n")).collect();
    let file = bench.file("in.csv", "identifier,source,name\n".to_owned() + &people);
    let _ = bench.run(&file, &["--concurrency", "1"]).expect(0);
    let uuid = uuids(&bench);
    bench.sandbox().world().take_away(&uuid[0]);
    bench.sandbox().world().take_away(&uuid[1]);
    bench.sandbox().world().change(&uuid[2], |contact| contact.name.push('!'));
    let done = undone(&bench, &[]).expect(1);
    assert!(done.stdout.starts_with("3 contacts: 0 deleted, 2 gone before, 1 kept\n"), "{}", done.stdout);
    let done = bench.run(&file, &["--restart", "--yes"]).expect(0).conserved();
    let mut there = bench.identifiers();
    there.sort();
    assert_eq!((done.number("created"), &there[..]), (3, &["ig0", "ig1", "ig2"].map(str::to_owned)[..]));
    assert!(done.stderr.contains("the rows of 2 undone contacts are imported again"), "{}", done.stderr);
}

#[test]
fn an_undo_that_is_under_way_is_finished_before_anything_is_imported_again() {
    let bench = Bench::with("");
    let file = bench.file("in.csv", canary_numbers(20));
    let _ = bench.run(&file, &NONE).expect(0);
    let _ = undo(&bench, &["--dry-run"]).expect(0);
    bench
        .sandbox()
        .world()
        .set_faults(vec![FaultRule { from: 10, ..on(FaultKind::Unauthorized, On::Delete, 1.0) }]);
    let _ = undo(&bench, &["--yes", "--concurrency", "1"]).expect(4);
    bench.sandbox().world().set_faults(Vec::new());
    bench.sandbox().world().restore_token();
    let done = bench.run(&file, &["--restart", "--yes"]).expect(2);
    assert!(done.stderr.contains("an undo of this import has begun and is not finished"), "{}", done.stderr);
    let _ = undo(&bench, &["--yes"]).expect(0);
    let done = bench.run(&file, &["--restart", "--yes"]).expect(0);
    assert_eq!((done.number("created"), bench.identifiers().len()), (20, 20));
}

#[test]
fn the_log_of_another_imports_undo_and_a_dry_run_before_more_was_imported_approve_nothing() {
    let (bench, other) = (imported(2, ""), imported(3, ""));
    let _ = undo(&other, &["--dry-run"]).expect(0);
    let log = |bench: &Bench| bench.path().join("out/undo.log");
    std::fs::copy(log(&other), log(&bench)).unwrap();
    let done = undo(&bench, &["--yes"]).expect(2);
    assert!(done.stderr.contains("undo.log belongs to another import"), "{}", done.stderr);
    std::fs::remove_file(log(&bench)).unwrap();
    let _ = undo(&bench, &["--dry-run"]).expect(0);
    let file = bench.file("in.csv", canary_numbers(3));
    let _ = bench.run(&file, &NONE).expect(0);
    let done = undo(&bench, &["--yes"]).expect(2);
    assert!(done.stderr.contains("nothing is deleted before a dry run"), "{}", done.stderr);
    assert_eq!((bench.identifiers().len(), requests(&bench, "DELETE /contacts/:uuid")), (3, 0));
}

#[test]
fn a_dry_run_approves_nothing_by_other_rules_than_its_own() {
    let bench = imported(2, "");
    let rules: [&[&str]; 4] =
        [&[], &["--ignore", "tags"], &["--ignore", "tags", "--ignore", "note"], &["--take-looked-up"]];
    for (shown, asked) in rules.iter().zip(rules.iter().cycle().skip(1)) {
        let _ = undo(&bench, &[shown, &["--dry-run"][..]].concat()).expect(0);
        let done = undo(&bench, &[asked, &["--yes"][..]].concat()).expect(2);
        assert!(done.stderr.contains("nothing is deleted before a dry run"), "{asked:?}: {}", done.stderr);
    }
    assert_eq!((bench.identifiers().len(), requests(&bench, "DELETE /contacts/:uuid")), (2, 0));
}

#[test]
fn the_rate_that_was_asked_for_is_kept() {
    let bench = imported(60, "");
    let _ = undo(&bench, &["--dry-run"]).expect(0);
    let done = undo(&bench, &["--yes", "--rate", "60", "--json"]).expect(0);
    let json: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    // 60 looks, 60 deletions and the question whose account it is.
    assert_eq!(json["requests"], 121);
    assert!(json["elapsed_seconds"].as_f64().unwrap() > 0.9, "{json}");
    assert!(bench.sandbox().world().most_in_a_second() <= 150);
}

#[test]
fn everything_it_writes_is_private_and_logs_name_nobody() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = imported(3, "");
    let _ = undo(&bench, &["--dry-run"]).expect(0);
    let done = undo(&bench, &["--yes", "-vvv"]).expect(0);
    for file in ["undo.csv", "undo.log", "sent.log"] {
        let mode = std::fs::metadata(bench.path().join("out").join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    assert!(!done.stderr.contains("Person") && !done.stderr.contains("39333"), "{}", done.stderr);
    let log = std::fs::read_to_string(bench.path().join("out/undo.log")).unwrap();
    assert!(!log.contains("Person") && !log.contains("39333"), "undo.log holds nobody's data");
}

/// An account with two people whose contacts are changed by the import.
const THERE: &str = "[[account.contacts]]\nidentifier = \"393330000001\"\nsource = \"whatsapp\"\nname = \"Ada\"\n\
    tags = [\"old\"]\ncustom_fields = { City = \"Milan\", Age = \"42\" }\n\
    [[account.contacts]]\nidentifier = \"393330000002\"\nsource = \"whatsapp\"\nname = \"Bruno\"\n";

fn updated(behaviour: &str) -> Bench {
    let bench = Bench::with(&format!("{behaviour}\n{THERE}"));
    let csv = "phone_number,name,tags,cf:City,note\n+393330000001,Ada L,new,Rome,hello\n\
        +393330000002,Bruno B,,,hi\n+393330000003,Carla,,,\n";
    let file = bench.file("in.csv", csv);
    let done = bench.run(&file, &["--on-existing", "update"]).expect(0);
    assert_eq!(done.column("status"), ["updated", "updated", "created"]);
    bench
}

#[test]
fn custom_fields_that_were_no_texts_are_put_back_with_their_type() {
    let there = THERE.replace(
        "City = \"Milan\", Age = \"42\"",
        "City = 5, Size = 1.5, Open = true, Place = { x = 1 }, Age = 42",
    );
    let bench = Bench::with(&format!("[api]\ntyped_custom_fields = true\n{there}"));
    let before = everybody(&bench);
    let csv = "phone_number,name,cf:City,cf:Size,cf:Open,cf:Place\n+393330000001,Ada,Rome,L,no,here\n";
    let file = bench.file("in.csv", csv);
    let done = bench.run(&file, &["--on-existing", "update"]).expect(0);
    assert_eq!(done.column("status"), ["updated"]);
    assert_ne!(everybody(&bench), before);
    let _ = undo(&bench, &["--dry-run"]).expect(0);
    let _ = undo(&bench, &["--yes"]).expect(0);
    assert_eq!(everybody(&bench), before);
}

/// Name, tags, custom fields, note and user of everybody.
fn everybody(bench: &Bench) -> Vec<String> {
    let world = bench.sandbox().world();
    let shown = |contact: &callbell_import::sandbox::Contact| {
        let fields = serde_json::to_string(&contact.custom_fields).unwrap();
        format!("{} {:?} {fields} {:?}", contact.name, contact.tags, contact.note)
    };
    let mut all: Vec<_> = world.contacts().iter().map(|(_, contact)| contact).collect();
    all.sort_by_key(|contact| contact.identifier.clone());
    all.into_iter().map(shown).collect()
}

#[test]
fn what_an_import_changed_is_put_back_whether_the_api_merges_or_replaces_custom_fields() {
    for behaviour in ["", "[api]\npatch_custom_fields = \"replace\"", "[api]\ncontact_shape = \"array\""] {
        let bench = updated(behaviour);
        let base = bench.sandbox().base_url();
        let done = bench.exact(["verify", "out", "--base-url", &base]).expect(0);
        assert!(done.stdout.starts_with("3 contacts: 3 as sent\n"), "{behaviour}: {}", done.stdout);
        let dry = undo(&bench, &["--dry-run"]).expect(0);
        assert!(
            dry.stdout.starts_with("3 contacts: 1 can be deleted, 2 can be put back, 0 kept\n"),
            "{}",
            dry.stdout
        );
        let done = undo(&bench, &["--yes"]).expect(0);
        assert!(done.stdout.starts_with("3 contacts: 1 deleted, 2 put back, 0 kept\n"), "{}", done.stdout);
        assert_eq!(
            everybody(&bench),
            [r#"Ada ["old"] {"Age":"42","City":"Milan"} None"#, "Bruno [] {} None"],
            "{behaviour}"
        );
        let done = bench.run(bench.path().join("in.csv"), &["--on-existing", "update"]).expect(2);
        assert!(
            done.stderr.contains("undo deleted 1 contact of this import and put back 2"),
            "{}",
            done.stderr
        );
        let done = bench
            .run(bench.path().join("in.csv"), &["--on-existing", "update", "--restart", "--yes"])
            .expect(0);
        assert_eq!(done.column("status"), ["updated", "updated", "created"]);
    }
}

/// Two imports of one file: two contacts are created by the first, and changed by the second.
fn created_and_changed(between: impl FnOnce(&Bench, &[String])) -> Bench {
    let bench = Bench::with("");
    let csv = |name: &str, city: &str| {
        format!(
            "identifier,name,source,tags,note,cf:City\n\
             +393330000001,{name},whatsapp,new,hello,{city}\nada,{name} A,telegram,new,,{city}\n"
        )
    };
    let file = bench.file("in.csv", csv("Ada", "Rome"));
    let args = ["--on-existing", "update", "--concurrency", "1"];
    let done = bench.run(&file, &args).expect(0);
    assert_eq!(done.column("status"), ["created", "created"]);
    between(&bench, &uuids(&bench));
    let file = bench.file("in.csv", csv("Ada L", "Milan"));
    let done = bench.run(&file, &args).expect(0);
    assert_eq!(done.column("status"), ["updated", "updated"]);
    bench
}

#[test]
fn what_this_import_created_and_changed_later_is_deleted() {
    let bench = created_and_changed(|_, _| {});
    let base = bench.sandbox().base_url();
    let done = bench.exact(["verify", "out", "--base-url", &base]).expect(0);
    assert!(done.stdout.starts_with("2 contacts: 2 as sent\n"), "{}", done.stdout);
    let dry = undo(&bench, &["--dry-run"]).expect(0);
    assert!(dry.stdout.starts_with("2 contacts: 2 can be deleted, 0 kept\n"), "{}", dry.stdout);
    let _ = undo(&bench, &["--yes"]).expect(0);
    assert!(bench.identifiers().is_empty());
    let args = ["--on-existing", "update", "--restart", "--yes"];
    let done = bench.run(bench.path().join("in.csv"), &args).expect(0).conserved();
    assert_eq!((done.number("created"), bench.doubles()), (2, 0));
}

#[test]
fn what_somebody_touched_before_or_after_the_change_keeps_it() {
    let tag = |bench: &Bench, uuid: &str| {
        bench.sandbox().world().change(uuid, |contact| contact.tags.push("VIP".to_owned()));
    };
    let bench = created_and_changed(|bench, uuid| tag(bench, &uuid[0]));
    tag(&bench, &uuids(&bench)[1]);
    let _ = undone(&bench, &[]).expect(1);
    assert_eq!(told(&bench), ["1 kept changed tags", "2 kept changed tags"]);
    assert_eq!(bench.identifiers().len(), 2);
}

#[test]
fn what_was_put_back_is_met_again_after_a_restart_and_not_created() {
    let there = "[[account.contacts]]\nidentifier = \"ada\"\nsource = \"telegram\"\nname = \"Ada\"\n\
        [api]\nduplicate = \"existing\"\n";
    let bench = Bench::with(there);
    let file = bench.file("in.csv", "identifier,name,source\nada,Ada L,telegram\n");
    let done = bench.run(&file, &["--on-existing", "update"]).expect(0);
    assert_eq!(done.column("status"), ["updated"]);
    let done = undone(&bench, &[]).expect(0);
    assert!(done.stdout.contains(": 0 deleted, 1 put back, 0 kept\n"), "{}", done.stdout);
    let posts = requests(&bench, "POST /contacts");
    let args = ["--on-existing", "update", "--restart", "--yes"];
    let done = bench.run(&file, &args).expect(0);
    assert_eq!(done.column("status"), ["updated"]);
    assert_eq!(requests(&bench, "POST /contacts"), posts);
}

#[test]
fn a_field_that_somebody_changed_after_the_update_stays() {
    let bench = updated("");
    let uuid = uuids(&bench);
    bench.sandbox().world().change(&uuid[0], |contact| contact.name = "Ada King".to_owned());
    bench.sandbox().world().change(&uuid[1], |contact| {
        contact.name = "B".to_owned();
        contact.note = Some("other".to_owned());
    });
    let _ = undo(&bench, &["--dry-run"]).expect(1);
    assert_eq!(told(&bench), ["1 would_restore", "2 kept changed name;note", "3 would_delete"]);
    let _ = undone(&bench, &[]).expect(1);
    assert_eq!(told(&bench), ["1 restored in_part name", "2 kept changed name;note", "3 deleted"]);
    assert_eq!(
        everybody(&bench),
        [r#"Ada King ["old"] {"Age":"42","City":"Milan"} None"#, r#"B [] {} Some("other")"#]
    );
}

#[test]
fn what_the_dry_run_kept_stays_though_it_shows_again_what_the_import_wrote() {
    let bench = updated("");
    let uuid = uuids(&bench);
    let write = |at: usize, name: &str, note: Option<&str>| {
        bench.sandbox().world().change(&uuid[at], |contact| {
            contact.name = name.to_owned();
            contact.note = note.map(str::to_owned);
        });
    };
    write(1, "B", Some("other"));
    write(2, "C", None);
    let _ = undo(&bench, &["--dry-run"]).expect(1);
    write(1, "Bruno B", Some("hi"));
    write(2, "Carla", None);
    let _ = undo(&bench, &["--yes"]).expect(1);
    assert_eq!(told(&bench), ["1 restored", "2 kept changed name;note", "3 kept changed name"]);
    assert_eq!(bench.identifiers().len(), 3);
}

#[test]
fn putting_back_through_bad_weather_ends_where_it_was_before() {
    let bench = updated("");
    let _ = undo(&bench, &["--dry-run"]).expect(0);
    bench
        .sandbox()
        .world()
        .set_faults(vec![FaultRule { until: Some(3), ..on(FaultKind::CutAfter, On::Any, 0.5) }]);
    let done = undo(&bench, &["--yes", "--concurrency", "1", "--settle", "0.2"]).expect(0);
    assert!(done.stdout.contains(" 2 put back, 0 kept\n"), "{}", done.stdout);
    assert_eq!(everybody(&bench)[0], r#"Ada ["old"] {"Age":"42","City":"Milan"} None"#);
}

#[test]
fn a_contact_is_deleted_right_after_it_was_looked_at_and_not_behind_the_looks_at_others() {
    let bench = Bench::new();
    bench.file("in.csv", canary_numbers(24));
    let front = Front::of(&bench, |_, _| Says::Itself);
    let base = front.base_url();
    let done = |args: &[&str]| bench.exact(args.iter().chain(&["--base-url", &base])).expect(0);
    done(&["run", "in.csv", "--out", "out"]);
    done(&["undo", "out", "--dry-run"]);
    done(&["undo", "out", "--yes", "--rate", "25", "--concurrency", "24"]);
    let asked = front.asked();
    for (at, line) in asked.iter().enumerate().filter(|(_, line)| line.starts_with("DELETE ")) {
        let contact = line.split(' ').nth(1).unwrap();
        let read = asked[..at].iter().rposition(|line| line.starts_with("GET ") && line.contains(contact));
        let behind = at - read.unwrap();
        assert!(behind <= 6, "{behind} requests behind: {asked:#?}");
    }
    assert!(bench.identifiers().is_empty());
}

#[test]
fn what_kept_a_contact_from_being_deleted_is_told_in_the_language_of_the_undo() {
    let bench = imported(1, "");
    let words = |lang: &str| {
        let _ = undo(&bench, &["--dry-run"]).expect(0);
        let refused = FaultRule { status: Some(422), ..on(FaultKind::Error, On::Delete, 1.0) };
        bench.sandbox().world().set_faults(vec![refused]);
        let _ = undo(&bench, &["--yes", "--settle", "0.2", "--lang", lang]);
        bench.sandbox().world().set_faults(Vec::new());
        lines(&bench)[0]["message"].clone()
    };
    assert_eq!(words("fr"), "l'API a refusé de le supprimer (422)");
    assert_eq!(words("en"), "the API refused to delete it (422)");
}
