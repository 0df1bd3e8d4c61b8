//! What was taken back of the one is known to the other, and nothing else is taken back with it.

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use super::{MENDED, REFUSED, given_back, mend, typed};
use crate::support::{Bench, read_csv};

#[test]
fn who_was_given_up_and_came_in_another_way_is_not_told_as_created_and_stays_after_an_undo() {
    for give_back in [false, true] {
        let bench = Bench::new();
        let list = bench.file("in.csv", "identifier,name\n393331234501,Ada\n");
        let cut = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::CutBefore, 1.0) };
        bench.sandbox().world().set_faults(vec![cut]);
        let flags = ["--settle", "0.2"];
        let first = bench.run(&list, &flags).expect(1);
        assert_eq!(first.results()[0]["status"], "failed");
        bench.sandbox().world().set_faults(Vec::new());
        // Another program, or the person.
        let base = bench.sandbox().base_url();
        let others = ["run", list.to_str().unwrap(), "--out", "others", "--base-url", &base];
        let _ = bench.exact(others).expect(0);
        let (done, folder) = if give_back {
            let back = ["run", "out/failures.csv", "--out", "back", "--base-url", &base, "--settle", "0.2"];
            (bench.exact(back), "back")
        } else {
            (bench.run(&list, &flags), "out")
        };
        let _ = done.expect(0);
        let lines = read_csv(&bench.path().join(folder).join("results.csv"), b',');
        assert_eq!((&*lines[0]["status"], &*lines[0]["code"]), ("existing", "existing_same"), "{give_back}");
        let _ = bench.exact(["undo", folder, "--base-url", &base, "--dry-run"]);
        let _ = bench.exact(["undo", folder, "--base-url", &base, "--yes"]);
        assert_eq!(bench.identifiers().len(), 1, "{give_back}");
    }
}

#[test]
fn who_came_by_the_failures_and_was_taken_back_is_sent_from_the_list() {
    let bench = Bench::new();
    let flags = ["--source", "telegram"];
    let _ = given_back(&bench, &flags);
    let base = bench.sandbox().base_url();
    for how in ["--dry-run", "--yes"] {
        let _ = bench.exact(["undo", "out/failures.import", "--base-url", &base, how]).expect(0);
    }
    assert_eq!(bench.identifiers(), ["393331234501"]);
    let done = bench.run(bench.file("in.csv", MENDED), &flags).expect(0).conserved();
    assert_eq!((bench.identifiers().len(), &*done.results()[1]["status"]), (2, "created"));
}

#[test]
fn who_came_by_the_failures_and_was_taken_back_is_sent_also_where_the_list_was_run_in_between() {
    // After the undo the folder of the failures is told to import them again, or not: nobody is among them by then.
    for (flags, is_restarted) in [
        (&["--source", "telegram"][..], false),
        (&["--source", "telegram"], true),
        (&["--source", "telegram", "--on-existing", "update"], true),
        (&["--on-existing", "create"], false),
        (&["--on-existing", "skip"], true),
    ] {
        let bench = Bench::new();
        let _ = given_back(&bench, flags);
        let list = bench.file("in.csv", MENDED);
        let between = bench.run(&list, flags).expect(0);
        assert_eq!(between.results()[1]["status"], "existing", "{flags:?}");
        let base = bench.sandbox().base_url();
        for how in ["--dry-run", "--yes"] {
            let _ = bench.exact(["undo", "out/failures.import", "--base-url", &base, how]).expect(0);
        }
        assert_eq!(bench.identifiers(), ["393331234501"], "{flags:?}");
        if is_restarted {
            let again = ["run", "out/failures.csv", "--out", "out/failures.import", "--restart", "--yes"];
            let _ = bench.exact(again.iter().chain(&["--base-url", &base]).chain(flags)).expect(0);
        }
        let checked =
            bench.exact(["check", "in.csv", "--offline", "--out", "out"].iter().chain(flags)).expect(0);
        assert!(checked.stdout.contains("1 to send"), "{flags:?}: {}", checked.stdout);
        let done = bench.run(&list, flags).expect(0).conserved();
        assert_eq!((bench.identifiers().len(), &*done.results()[1]["status"]), (2, "created"), "{flags:?}");
        // And it stays so.
        let again = bench.run(&list, flags).expect(0);
        assert!(again.stdout.contains("Nothing to do"), "{flags:?}: {}", again.stdout);
        assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0), "{flags:?}");
    }
}

#[test]
fn where_it_is_not_known_what_an_undo_of_the_failures_deleted_nobody_is_told_to_be_there_unasked() {
    for damage in ["gone", "cut", "flipped"] {
        let bench = Bench::new();
        let flags = ["--source", "telegram"];
        let _ = given_back(&bench, &flags);
        let list = bench.file("in.csv", MENDED);
        let _ = bench.run(&list, &flags).expect(0);
        let base = bench.sandbox().base_url();
        for how in ["--dry-run", "--yes"] {
            let _ = bench.exact(["undo", "out/failures.import", "--base-url", &base, how]).expect(0);
        }
        let log = bench.path().join("out/failures.import/undo.log");
        let text = std::fs::read_to_string(&log).unwrap();
        let outcome = text.find("\"t\":\"O\",").unwrap();
        match damage {
            "gone" => std::fs::remove_file(&log).unwrap(),
            "cut" => std::fs::write(&log, &text[..text[..outcome].rfind('\n').unwrap() + 1]).unwrap(),
            _ => std::fs::write(&log, text.replacen("\"t\":\"O\",", "\"t\":\"P\",", 1)).unwrap(),
        }
        let done = bench.run(&list, &flags);
        assert!(done.stderr.contains("undo.log"), "{damage}: {}", done.stderr);
        assert_ne!(done.results()[1]["status"], "existing", "{damage}: {}", done.stdout);
    }
}

#[test]
fn whom_the_failures_met_and_the_list_took_back_is_sent_by_the_list_once_more() {
    for flags in [&["--source", "telegram"][..], &["--source", "telegram", "--on-existing", "fail"]] {
        let bench = Bench::new();
        let _ = bench.run(bench.file("in.csv", MENDED), flags).expect(0);
        let lost = "identifier,name\n393331234501,\n393331234502,Bea\n";
        let second = bench.run(bench.file("in.csv", lost), flags).expect(1);
        mend(&bench, "out/failures.csv", "393331234501,", "393331234501,Ada");
        let _ = typed(&bench, &second.stdout);
        let base = bench.sandbox().base_url();
        for how in ["--dry-run", "--yes"] {
            let _ = bench.exact(["undo", "out", "--base-url", &base, how]).expect(0);
        }
        let list = bench.file("in.csv", MENDED);
        let done = bench.run(&list, &[flags, &["--restart", "--yes"]].concat()).expect(0).conserved();
        assert!(done.results().iter().all(|row| row["status"] == "created"), "{}", done.stdout);
        assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0));
    }
}

#[test]
fn whom_the_list_created_is_told_as_that_also_while_an_undo_of_the_failures_puts_a_change_back() {
    let bench = Bench::new();
    let list = bench.file("in.csv", "identifier,name\n393331234501,Ada\n,Ada\n");
    let flags = ["--source", "telegram"];
    let _ = bench.run(&list, &flags).expect(1);
    mend(&bench, "out/failures.csv", "\n,Ada", "\n393331234501,Ada L");
    let base = bench.sandbox().base_url();
    let update = ["--on-existing", "update", "--yes", "--base-url", &base];
    let args = ["run", "out/failures.csv", "--out", "out/failures.import"];
    let done = bench.exact(args.iter().chain(&flags).chain(&update)).expect(0);
    assert!(done.stdout.contains("1 updated"), "{}", done.stdout);
    let log = bench.path().join("out/failures.import/undo.log");
    for how in ["--dry-run", "--yes"] {
        let _ = bench.exact(["undo", "out/failures.import", "--base-url", &base, how]).expect(0);
    }
    // It died before it knew what became of the change.
    let text = std::fs::read_to_string(&log).unwrap();
    let outcome = text.rfind("\"t\":\"O\",").unwrap();
    std::fs::write(&log, &text[..text[..outcome].rfind('\n').unwrap() + 1]).unwrap();
    let _ = std::fs::remove_file(log.with_extension("length"));
    let done = bench.run(&list, &flags).expect(1);
    assert_eq!(done.results()[0]["status"], "created", "{}", done.stdout);
}

#[test]
fn who_was_taken_back_by_one_import_is_not_there_for_a_third_that_asks_the_second() {
    let bench = Bench::new();
    let flags = ["--source", "telegram"];
    let base = bench.sandbox().base_url();
    let back = |folder: &str, code| {
        let args = ["run", "out/failures.csv", "--out", folder, "--yes", "--base-url", &base];
        bench.exact(args.iter().chain(&flags)).expect(code)
    };
    let _ = bench.run(bench.file("in.csv", REFUSED), &flags).expect(1);
    mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let _ = back("first", 0);
    // The list meets her, and loses her name again.
    let _ = bench.run(bench.file("in.csv", MENDED), &flags).expect(0);
    let _ = bench.run(bench.file("in.csv", REFUSED), &flags).expect(1);
    for how in ["--dry-run", "--yes"] {
        let _ = bench.exact(["undo", "first", "--base-url", &base, how]).expect(0);
    }
    mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let done = back("second", 0);
    assert!(done.stdout.starts_with("1 row: 1 created, 0 un"), "{}", done.stdout);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0));
}
