//! Folders of imports that belong together, in which another import is now.

use crate::support::{Bench, Done};

/// Runs the failures, or a list, of people who have no look-up.
fn run(bench: &Bench, file: &str, out: &str, code: i32) -> Done {
    let base = bench.sandbox().base_url();
    let args = ["run", file, "--out", out, "--source", "telegram", "--settle", "0.5", "--yes"];
    let done = bench.exact(args.iter().chain(&["--base-url", &base])).expect(code);
    Done { folder: bench.path().join(out), ..done }
}

/// Writes a list of these people, each with a name or none.
fn list(bench: &Bench, file: &str, people: &[(&str, &str)]) {
    let rows = people.iter().map(|(identifier, name)| format!("{identifier},{name}\n"));
    bench.file(file, format!("identifier,name\n{}", rows.collect::<String>()));
}

/// Leaves of the failures in `folder` the row of `who`, and gives it a name.
fn mend(bench: &Bench, folder: &str, who: &str) {
    let path = bench.path().join(folder).join("failures.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let row = rows.lines().find(|row| row.starts_with(&format!("{who},,"))).unwrap();
    std::fs::write(path, format!("{header}\n{}\n", row.replacen(",,", ",Bea,", 1))).unwrap();
}

fn rename(bench: &Bench, from: &str, to: &str) {
    std::fs::rename(bench.path().join(from), bench.path().join(to)).unwrap();
}

const REPLACED: &str = "and now holds another";
const WAS_HERE: &str = "were given back here before";

#[test]
fn where_the_failures_went_is_another_import_now_and_it_is_not_taken_for_theirs() {
    let bench = Bench::new();
    list(&bench, "in.csv", &[("@ada", "Ada"), ("@bea", "")]);
    let _ = run(&bench, "in.csv", "out", 1);
    mend(&bench, "out", "@bea");
    let _ = run(&bench, "out/failures.csv", "mended", 0);
    rename(&bench, "mended", "aside");
    list(&bench, "other.csv", &[("@eve", "Eve")]);
    let _ = run(&bench, "other.csv", "mended", 0);
    list(&bench, "in.csv", &[("@ada", "Ada"), ("@bea", "Bea")]);
    let done = run(&bench, "in.csv", "out", 8);
    assert!(done.stderr.contains(REPLACED), "{}", done.stderr);
    assert_eq!(done.column("status"), ["created", "unconfirmed"]);
    let told = bench.exact(["status", "out"]).expect(0).stdout;
    assert!(!told.contains("given back into mended"), "{told}");
    // It is brought back.
    std::fs::remove_dir_all(bench.path().join("mended")).unwrap();
    rename(&bench, "aside", "mended");
    let done = run(&bench, "in.csv", "out", 0);
    assert!(!done.stderr.contains(REPLACED), "{}", done.stderr);
    assert_eq!(done.column("status"), ["created", "existing"]);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (3, 0));
}

#[test]
fn where_the_list_was_is_another_import_now_and_it_is_not_taken_for_the_list() {
    let bench = Bench::new();
    list(&bench, "in.csv", &[("@ada", "Ada")]);
    let _ = run(&bench, "in.csv", "out", 0);
    list(&bench, "in.csv", &[("@ada", "")]);
    let _ = run(&bench, "in.csv", "out", 1);
    let _ = run(&bench, "out/failures.csv", "mended", 1);
    rename(&bench, "out", "aside");
    list(&bench, "other.csv", &[("@eve", "Eve")]);
    let _ = run(&bench, "other.csv", "out", 0);
    mend(&bench, "mended", "@ada");
    let done = run(&bench, "mended/failures.csv", "again", 8);
    assert!(done.stderr.contains(REPLACED), "{}", done.stderr);
    assert_eq!(done.column("status"), ["unconfirmed"]);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0));
}

#[test]
fn what_came_of_failures_is_not_forgotten_where_others_are_given_back_to_a_new_folder_of_that_name() {
    let bench = Bench::new();
    list(&bench, "in.csv", &[("@bea", ""), ("@cid", "")]);
    let _ = run(&bench, "in.csv", "out", 1);
    let failures = bench.path().join("out/failures.csv");
    let whole = std::fs::read(&failures).unwrap();
    mend(&bench, "out", "@bea");
    let _ = run(&bench, "out/failures.csv", "mended", 0);
    std::fs::remove_dir_all(bench.path().join("mended")).unwrap();
    std::fs::write(&failures, &whole).unwrap();
    mend(&bench, "out", "@cid");
    let back = run(&bench, "out/failures.csv", "mended", 8);
    assert!(back.stderr.contains(WAS_HERE), "{}", back.stderr);
    // Somebody who knows says that she was not among them.
    let open = bench.path().join("mended/failures.csv");
    let text = std::fs::read_to_string(&open).unwrap();
    std::fs::write(&open, text.replace(",unconfirmed,", ",,")).unwrap();
    let _ = run(&bench, "mended/failures.csv", "mended/failures.import", 0);
    list(&bench, "in.csv", &[("@bea", "Bea"), ("@cid", "Bea")]);
    let done = run(&bench, "in.csv", "out", 8);
    assert!(done.stderr.contains(REPLACED), "{}", done.stderr);
    assert_eq!(done.column("status"), ["unconfirmed", "existing"]);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0));
}

#[test]
fn failures_that_are_given_back_once_more_where_what_came_of_them_was_deleted_are_not_sent_twice() {
    for is_emptied in [false, true] {
        let bench = Bench::new();
        list(&bench, "in.csv", &[("@bea", "")]);
        let _ = run(&bench, "in.csv", "out", 1);
        mend(&bench, "out", "@bea");
        let _ = run(&bench, "out/failures.csv", "mended", 0);
        std::fs::remove_dir_all(bench.path().join("mended")).unwrap();
        if is_emptied {
            // A run that is refused makes a journal, and writes nothing into it.
            let base = bench.sandbox().base_url();
            let args = ["run", "out/failures.csv", "--out", "mended", "--map", "name=Nobody", "--yes"];
            let _ = bench.exact(args.iter().chain(&["--base-url", &base])).expect(2);
        }
        for _ in 0..2 {
            let back = run(&bench, "out/failures.csv", "mended", 8);
            assert!(back.stderr.contains(WAS_HERE), "{}", back.stderr);
            assert_eq!(back.column("status"), ["unconfirmed"]);
        }
        assert_eq!((bench.identifiers().len(), bench.doubles()), (1, 0));
    }
}

#[test]
fn failures_whose_first_run_died_before_it_wrote_anything_are_sent() {
    let bench = Bench::new();
    list(&bench, "in.csv", &[("@bea", "")]);
    let _ = run(&bench, "in.csv", "out", 1);
    mend(&bench, "out", "@bea");
    let _ = run(&bench, "out/failures.csv", "mended", 0);
    // As that leaves it: the list was told, and the journal is empty.
    for file in ["journal.length", "sent.log", "results.csv"] {
        std::fs::remove_file(bench.path().join("mended").join(file)).unwrap();
    }
    std::fs::write(bench.path().join("mended/journal.log"), "").unwrap();
    let uuid = bench.sandbox().world().contacts().iter().next().unwrap().1.uuid.clone();
    bench.sandbox().world().take_away(&uuid);
    let back = run(&bench, "out/failures.csv", "mended", 0);
    assert_eq!(back.column("status"), ["created"]);
}

#[test]
fn an_import_that_was_begun_anew_is_the_same() {
    let bench = Bench::new();
    list(&bench, "in.csv", &[("@bea", ""), ("@cid", "")]);
    let _ = run(&bench, "in.csv", "out", 1);
    mend(&bench, "out", "@bea");
    let _ = run(&bench, "out/failures.csv", "mended", 0);
    let told = std::fs::read_to_string(bench.path().join("out/given-back.json")).unwrap();
    assert!(told.contains("\"journal\":"), "{told}");
    let base = bench.sandbox().base_url();
    let anew = |file: &str, out: &str, code| {
        let args = ["run", file, "--out", out, "--source", "telegram", "--restart", "--yes"];
        let done = bench.exact(args.iter().chain(&["--base-url", &base])).expect(code);
        assert!(!done.stderr.contains(REPLACED), "{}", done.stderr);
        Done { folder: bench.path().join(out), ..done }
    };
    list(&bench, "in.csv", &[("@bea", "Bea"), ("@cid", "")]);
    assert_eq!(anew("in.csv", "out", 1).column("status"), ["existing", "invalid"]);
    mend(&bench, "out", "@cid");
    assert_eq!(anew("out/failures.csv", "mended", 0).column("status"), ["created"]);
    list(&bench, "in.csv", &[("@bea", "Bea"), ("@cid", "Bea")]);
    assert_eq!(anew("in.csv", "out", 0).column("status"), ["existing", "existing"]);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0));
}
