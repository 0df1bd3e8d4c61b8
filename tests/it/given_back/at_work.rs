//! Of a list and its failures only one is imported at a time.

use std::io::Write as _;
use std::process::Stdio;

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use super::{MENDED, REFUSED, given_back, mend, typed};
use crate::support::{Bench, Keeper};

#[test]
fn while_the_import_of_a_list_or_of_its_failures_is_under_way_the_other_one_waits_or_is_refused() {
    let bench = Bench::new();
    let flags = ["--source", "telegram"];
    let first = given_back(&bench, &flags);
    let base = bench.sandbox().base_url();
    let list = bench.file("in.csv", MENDED);
    for (folder, is_list) in [("out", true), ("out/failures.import", false)] {
        let mut lock = std::fs::File::create(bench.path().join(folder).join("lock")).unwrap();
        lock.lock().unwrap();
        writeln!(lock, "process {}, since 2026", std::process::id()).unwrap();
        let other = if is_list { "out/failures.import" } else { "out" };
        let own_lock = || std::fs::read_to_string(bench.path().join(other).join("lock")).ok();
        let of_before = own_lock();
        let run = if is_list { typed(&bench, &first.stdout) } else { bench.run(&list, &flags) };
        assert_eq!(own_lock(), of_before, "who waits for its turn would refuse others: {other}");
        let refused = [run, bench.exact(["undo", other, "--dry-run", "--base-url", &base])];
        for done in refused {
            let done = done.expect(7);
            assert!(done.stderr.contains(&format!("/{folder}: process")), "{}", done.stderr);
        }
        lock.unlock().unwrap();
        std::fs::remove_file(bench.path().join(folder).join("lock")).unwrap();
    }
    let _ = bench.run(&list, &flags).expect(0);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0));
}

#[test]
fn failures_that_are_about_to_be_given_back_into_a_folder_of_their_own_keep_the_list_waiting() {
    let bench = Bench::new();
    let (front, keeper) = Keeper::of(&bench);
    let base = front.base_url();
    let run = |file: &str, out: &str| {
        let args = ["run", file, "--out", out, "--yes", "--base-url", &base, "--source", "telegram"];
        bench.command(args)
    };
    let list = |text: &str| {
        bench.file("in.csv", text);
        bench.finish(run("in.csv", "out").output().unwrap())
    };
    let _ = list(REFUSED).expect(1);
    mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let kept = keeper.keep_next("");
    let mut failures = run("out/failures.csv", "mended");
    let failures = failures.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    kept.until_asked();
    let refused = list(MENDED).expect(7);
    assert!(refused.stderr.contains("/mended: process"), "{}", refused.stderr);
    kept.answer();
    let _ = bench.finish(failures.wait_with_output().unwrap()).expect(0);
    let _ = list(MENDED).expect(0);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0));
}

#[test]
fn who_is_about_to_begin_is_seen_by_its_lock_before_it_has_written_anything() {
    let bench = Bench::new();
    let flags = ["--source", "telegram"];
    let _ = bench.run(bench.file("in.csv", REFUSED), &flags).expect(1);
    let folder = bench.path().join("out/failures.import");
    std::fs::create_dir(&folder).unwrap();
    let lock = std::fs::File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    // It says nothing of itself, and may run where its number means nothing.
    let refused = bench.run(bench.file("in.csv", MENDED), &flags).expect(7);
    assert!(refused.stderr.contains("out/failures.import"), "{}", refused.stderr);
    lock.unlock().unwrap();
    let _ = bench.run(bench.file("in.csv", MENDED), &flags).expect(0);
}

#[test]
fn where_nothing_came_of_failures_that_were_about_to_be_given_back_nobody_is_in_doubt() {
    let bench = Bench::new();
    let flags = ["--source", "telegram"];
    let _ = bench.run(bench.file("in.csv", REFUSED), &flags).expect(1);
    mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let base = bench.sandbox().base_url();
    let refuse = vec![FaultRule { on: On::Any, ..FaultRule::new(FaultKind::Unauthorized, 1.0) }];
    bench.sandbox().world().set_faults(refuse);
    let args = ["run", "out/failures.csv", "--out", "mended", "--yes", "--base-url", &base];
    let _ = bench.exact(args.iter().chain(&flags)).expect(4);
    bench.sandbox().world().set_faults(Vec::new());
    bench.sandbox().world().restore_token();
    for (is_there, list) in [(true, MENDED), (false, "identifier,name\n393331234503,Eve\n")] {
        if !is_there {
            std::fs::remove_dir_all(bench.path().join("mended")).unwrap();
        }
        let done = bench.run(bench.file("in.csv", list), &flags).expect(0);
        assert!(!done.stderr.contains("mended"), "{is_there}: {}", done.stderr);
    }
    assert_eq!(bench.identifiers().len(), 3);
}
