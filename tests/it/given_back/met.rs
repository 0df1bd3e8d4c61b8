//! Who comes by the list and by its failures is one contact, whichever of them is imported first.

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use super::{MENDED, given_back, mend, typed};
use crate::support::{Bench, Done};

/// Three people, of whom the API refuses one until the name is another.
fn refused_once(bench: &Bench, flags: &[&str]) -> Done {
    let file = bench.file("in.csv", "identifier,name\n393331234501,Ada\n393331234502,\n393331234503,Cid\n");
    bench.run(file, flags).expect(1)
}

#[test]
fn who_was_mended_in_the_failures_and_in_the_list_is_one_contact() {
    for (flags, sends) in [
        (&["--source", "telegram"][..], 3),
        (&["--source", "telegram", "--on-existing", "update"], 3),
        (&["--on-existing", "create"], 3),
        (&["--on-existing", "skip"], 3),
        (&["--on-existing", "update"], 3),
    ] {
        let bench = Bench::new();
        let first = refused_once(&bench, flags);
        mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
        let _ = typed(&bench, &first.stdout).expect(0);
        let list =
            "identifier,name\n393331234501,Ada\n393331234502,Bea\n393331234503,Cid\n393331234504,Dan\n";
        let file = bench.file("in.csv", list);
        let done = bench.run(&file, flags).expect(0).conserved();
        let line = &done.results()[1];
        assert_eq!((&*line["status"], &*line["name"]), ("existing", "Bea"), "{flags:?}");
        assert!(!line["uuid"].is_empty(), "{flags:?}");
        let seen = bench.sandbox().world().seen().requests["POST /contacts"];
        assert_eq!((bench.doubles(), bench.identifiers().len(), seen), (0, 4, sends + 1), "{flags:?}");
        // It is settled.
        let again = bench.run(&file, flags).expect(0);
        assert!(again.stdout.contains("Nothing to do"), "{flags:?}: {}", again.stdout);
        // Whoever takes the list back leaves who came by the failures.
        let base = bench.sandbox().base_url();
        let undo = |folder: &str, how: &str| {
            bench.exact(["undo", folder, "--base-url", &base, how]).expect(0).stdout
        };
        let stays =
            "1 contact was created from them and stays; callbell-import undo out/failures.import --dry-run";
        for how in ["--dry-run", "--yes"] {
            let told = undo("out", how);
            assert!(told.contains(stays), "{flags:?}: {told}");
        }
        assert_eq!(bench.identifiers(), ["393331234502"], "{flags:?}");
        undo("out/failures.import", "--dry-run");
        undo("out/failures.import", "--yes");
        assert_eq!(bench.identifiers().len(), 0, "{flags:?}");
        let told = undo("out", "--dry-run");
        assert!(!told.contains("stays"), "{flags:?}: nobody does: {told}");
    }
}

#[test]
fn where_nobody_knows_what_became_of_the_mended_failure_it_is_not_sent_from_the_list() {
    let bench = Bench::with("[api]\nread_lag_ms = 600000");
    let flags = ["--source", "telegram", "--settle", "0"];
    let first = refused_once(&bench, &flags);
    mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let cut = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::CutAfter, 1.0) };
    bench.sandbox().world().set_faults(vec![cut]);
    let _ = typed(&bench, &first.stdout).expect(8);
    bench.sandbox().world().set_faults(Vec::new());
    let file =
        bench.file("in.csv", "identifier,name\n393331234501,Ada\n393331234502,Bea\n393331234503,Cid\n");
    let done = bench.run(file, &flags).expect(8).conserved();
    assert_eq!(done.results()[1]["status"], "unconfirmed");
    assert_eq!((bench.doubles(), bench.identifiers().len()), (0, 3), "{}", done.stdout);
}

#[test]
fn who_is_given_back_and_was_sent_from_the_list_in_another_night_is_met_and_not_created_again() {
    for flags in [&["--source", "telegram"][..], &["--on-existing", "create"]] {
        let bench = Bench::new();
        let _ = bench.run(bench.file("in.csv", MENDED), flags).expect(0);
        // In the second night the export has lost a name, and another person's number.
        let lost = "identifier,name\n393331234501,Ada\n393331234502,\n,Ada\n";
        let second = bench.run(bench.file("in.csv", lost), flags).expect(1);
        mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
        mend(&bench, "out/failures.csv", "\n,Ada", "\n393331234501,Ada");
        let done = typed(&bench, &second.stdout).expect(0);
        assert!(done.stdout.starts_with("2 rows: 0 created, 2 existing, 0 un"), "{flags:?}: {}", done.stdout);
        assert_eq!((bench.doubles(), bench.identifiers().len()), (0, 2), "{flags:?}");
    }
}

#[test]
fn who_came_by_the_failures_is_not_forbidden_in_the_list_and_the_other_way_round() {
    for source in ["telegram", "whatsapp"] {
        let flags = ["--source", source, "--on-existing", "fail"];
        let bench = Bench::new();
        let _ = given_back(&bench, &flags);
        // As often as the list is run, and whatever it says then.
        for list in [MENDED, MENDED, &MENDED.replace("Bea", "Beatrix")] {
            let done = bench.run(bench.file("in.csv", list), &flags).expect(0).conserved();
            assert_eq!(done.results()[1]["status"], "existing", "{source}: {list}");
        }
        // Whom the list has created, and loses.
        let second = bench.run(bench.file("in.csv", "identifier,name\n393331234501,\n"), &flags).expect(1);
        mend(&bench, "out/failures.csv", "393331234501,", "393331234501,Ada");
        let done = typed(&bench, &second.stdout).expect(0);
        assert!(done.stdout.starts_with("1 row: 0 created, 1 existing, 0 un"), "{source}: {}", done.stdout);
        assert_eq!((bench.doubles(), bench.identifiers().len()), (0, 2), "{source}");
    }
}

#[test]
fn who_was_forbidden_and_made_room_for_one_that_came_by_the_failures_is_not_refused_for_ever() {
    let bench = Bench::new();
    let flags = ["--on-existing", "fail"];
    let list = bench.file("in.csv", "identifier,name\n393331234501,Ada\n");
    let _ = bench.run(&list, &flags).expect(0);
    std::fs::rename(bench.path().join("out"), bench.path().join("before")).unwrap();
    let first = bench.run(&list, &flags).expect(1);
    let before = first.results()[0]["uuid"].clone();
    assert_eq!(first.results()[0]["code"], "already_there");
    bench.sandbox().world().take_away(&before);
    let _ = typed(&bench, &first.stdout).expect(0);
    let done = bench.run(&list, &flags).expect(0).conserved();
    let line = &done.results()[0];
    assert_eq!((&*line["status"], line["uuid"] == before), ("existing", false));
    assert_eq!(bench.identifiers().len(), 1);
}

#[test]
fn who_was_refused_and_was_created_as_it_is_when_it_was_given_back_is_not_told_as_refused_any_more() {
    let bench = Bench::new();
    let list = bench.file("in.csv", "identifier,name,tags\n393331234501,Ada,New\n");
    let refuse = FaultRule { on: On::Create, status: Some(422), ..FaultRule::new(FaultKind::Error, 1.0) };
    bench.sandbox().world().set_faults(vec![refuse]);
    let flags = ["--on-existing", "create"];
    let first = bench.run(&list, &flags).expect(1);
    bench.sandbox().world().set_faults(Vec::new());
    let _ = typed(&bench, &first.stdout).expect(0);
    let again = bench.run(&list, &flags).expect(0).conserved();
    let line = &again.results()[0];
    assert_eq!((&*line["status"], bench.identifiers().len()), ("existing", 1));
}

#[test]
fn of_two_people_with_one_name_in_a_list_and_its_failures_neither_is_taken_for_the_other() {
    let flags = ["--source", "telegram", "--settle", "1", "--concurrency", "1"];
    let cut = |kind, from, until| FaultRule { on: On::Create, from, until, ..FaultRule::new(kind, 1.0) };
    let lost = |from| cut(FaultKind::CutBefore, from, None);
    let two = "identifier,name\n393331234501,Ann\n393331234502,Ann\n";
    let no_number = "identifier,name\n393331234502,Ann\n,Ann\n";
    // What the list has, what becomes of its requests, how its failures are mended, what they end with, and who is there.
    for (list, faults, (before, after), ended, there) in [
        // The list created the other one.
        (two, vec![lost(2)], ("", ""), [8, 8], "393331234501"),
        // The failures did.
        (no_number, vec![lost(1)], ("\n,Ann", "\n393331234503,Ann"), [8, 8], "393331234503"),
        // Nobody knows, and the other one is not among the failures any more.
        (
            two,
            vec![cut(FaultKind::CutBefore, 1, Some(1)), cut(FaultKind::CutAfter, 2, None)],
            ("393331234502,Ann,2,unconfirmed", ""),
            [8, 8],
            "393331234502",
        ),
    ] {
        let bench = Bench::new();
        bench.sandbox().world().set_faults(faults);
        let list = bench.file("in.csv", list);
        let _ = bench.run(&list, &flags).expect(8);
        bench.sandbox().world().set_faults(Vec::new());
        if after.is_empty() && !before.is_empty() {
            let file = bench.path().join("out/failures.csv");
            let text = std::fs::read_to_string(&file).unwrap();
            let kept: String = text.split_inclusive('\n').filter(|line| !line.starts_with(before)).collect();
            assert!(kept.len() < text.len(), "{text}");
            std::fs::write(file, kept).unwrap();
        } else if !before.is_empty() {
            mend(&bench, "out/failures.csv", before, after);
        }
        let base = bench.sandbox().base_url();
        let back = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base, "--yes"];
        let back = bench.exact(back.iter().chain(&flags)).expect(ended[0]);
        assert!(back.stdout.contains("1 unconfirmed, 0 unaccounted for"), "{}", back.stdout);
        let again = bench.run(&list, &flags).expect(ended[1]);
        assert!(again.stdout.contains("0 unaccounted for"), "{}", again.stdout);
        let confirmed = again.results().iter().filter(|line| line["code"] == "confirmed_by_lookup").count();
        assert_eq!((confirmed, &bench.identifiers()[..]), (0, &[there.to_owned()][..]), "{}", again.stdout);
    }
}

#[test]
fn who_was_open_and_came_by_the_failures_is_theirs_and_not_the_lists() {
    let bench = Bench::new();
    let flags = ["--on-existing", "create", "--settle", "0"];
    // Neither the send nor a look gets anywhere.
    let cut = |on| FaultRule { on, ..FaultRule::new(FaultKind::CutBefore, 1.0) };
    bench.sandbox().world().set_faults(vec![cut(On::Create), cut(On::LookUp)]);
    let list = bench.file("in.csv", "identifier,name\n393331234501,Ada\n");
    let first = bench.run(&list, &flags);
    assert_eq!(first.results()[0]["status"], "unconfirmed", "{}", first.stdout);
    bench.sandbox().world().set_faults(Vec::new());
    let base = bench.sandbox().base_url();
    let args = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base, "--yes"];
    let _ = bench.exact(args.iter().chain(&flags)).expect(0);
    let done = bench.run(&list, &flags).expect(0).conserved();
    assert_eq!((&*done.results()[0]["status"], bench.identifiers().len()), ("existing", 1));
}
