//! Who is in doubt in the one is not sent by the other, until somebody who knows takes that word back.

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use super::{mend, typed};
use crate::support::Bench;

#[test]
fn who_is_in_doubt_is_sent_from_the_failures_once_somebody_who_knows_takes_that_word_back() {
    let bench = Bench::with("[api]\nread_lag_ms = 600000");
    let flags = ["--source", "telegram", "--settle", "0"];
    let cut = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::CutBefore, 1.0) };
    bench.sandbox().world().set_faults(vec![cut]);
    let list = bench.file("in.csv", "identifier,name\n393331234501,Ada\n");
    let _ = bench.run(list, &flags).expect(8);
    bench.sandbox().world().set_faults(Vec::new());
    let base = bench.sandbox().base_url();
    let args = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base, "--yes"];
    let give_back = |code| bench.exact(args.iter().chain(&flags)).expect(code);
    mend(&bench, "out/failures.csv", ",unconfirmed,", ",,");
    let done = give_back(0);
    assert!(done.stdout.starts_with("1 row: 1 created, 0 un"), "{}", done.stdout);
}

#[test]
fn a_word_that_was_given_back_first_can_still_be_taken_back_unless_something_was_sent_since() {
    // Given back with the word as often as this, into another folder in the end or not, and sent there without an answer or
    // not; whether it may be sent then.
    for (times, elsewhere, sent, may_be_sent) in
        [(1, false, false, true), (2, false, false, true), (1, true, false, true), (1, false, true, false)]
    {
        let case = (times, elsewhere, sent);
        let bench = Bench::with("[api]\nread_lag_ms = 600000");
        let flags = ["--source", "telegram", "--settle", "0"];
        let cut = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::CutBefore, 1.0) };
        bench.sandbox().world().set_faults(vec![cut.clone()]);
        let _ = bench.run(bench.file("in.csv", "identifier,name\n393331234501,Ada\n"), &flags).expect(8);
        bench.sandbox().world().set_faults(Vec::new());
        let base = bench.sandbox().base_url();
        let give_back = |folder: &str, code| {
            let args = ["run", "out/failures.csv", "--out", folder, "--base-url", &base, "--yes"];
            bench.exact(args.iter().chain(&flags)).expect(code)
        };
        for _ in 0..times {
            let done = give_back("out/failures.import", 8);
            let decide = "delete the word `unconfirmed` in out/failures.import/failures.csv";
            assert!(done.stdout.contains(decide), "{}", done.stdout);
        }
        mend(&bench, "out/failures.csv", ",unconfirmed,", ",,");
        if sent {
            bench.sandbox().world().set_faults(vec![cut]);
            let _ = give_back("out/failures.import", 8);
            bench.sandbox().world().set_faults(Vec::new());
        }
        let folder = if elsewhere { "corrected" } else { "out/failures.import" };
        let done = give_back(folder, if may_be_sent { 0 } else { 8 });
        let told =
            if may_be_sent { "1 row: 1 created, 0 un" } else { "1 row: 0 created, 1 unconfirmed, 0 un" };
        assert!(done.stdout.starts_with(told), "{case:?}: {}", done.stdout);
        assert_eq!(bench.identifiers().len(), usize::from(may_be_sent), "{case:?}");
    }
}

#[test]
fn who_was_refused_and_is_in_doubt_by_the_failures_is_not_told_as_refused_any_more() {
    let bench = Bench::new();
    let list = bench.file("in.csv", "identifier,name,tags\n393331234501,Ada,New\n");
    let on = |kind, on| FaultRule { on, ..FaultRule::new(kind, 1.0) };
    let refuse = FaultRule { status: Some(422), ..on(FaultKind::Error, On::Create) };
    bench.sandbox().world().set_faults(vec![refuse]);
    let flags = ["--on-existing", "create", "--settle", "0"];
    let first = bench.run(&list, &flags).expect(1);
    let lost = vec![on(FaultKind::CutAfter, On::Create), on(FaultKind::PaymentRequired, On::LookUp)];
    bench.sandbox().world().set_faults(lost);
    let _ = typed(&bench, &first.stdout);
    bench.sandbox().world().set_faults(Vec::new());
    let again = bench.run(&list, &flags).expect(0).conserved();
    assert_ne!(again.results()[0]["status"], "rejected");
    assert_eq!(bench.identifiers().len(), 1);
}

#[test]
fn who_is_corrected_to_somebody_whom_the_list_left_in_doubt_is_not_sent() {
    let bench = Bench::with("[api]\nread_lag_ms = 600000");
    let flags = ["--source", "telegram", "--settle", "0"];
    let cut = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::CutAfter, 1.0) };
    bench.sandbox().world().set_faults(vec![cut]);
    let list = bench.file("in.csv", "identifier,name\n,Ann\n393331234502,Bob\n");
    let _ = bench.run(list, &flags).expect(8);
    bench.sandbox().world().set_faults(Vec::new());
    mend(&bench, "out/failures.csv", "\n,Ann", "\n393331234502,Ann");
    let base = bench.sandbox().base_url();
    let args = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base, "--yes"];
    let done = bench.exact(args.iter().chain(&flags)).expect(8);
    assert!(done.stdout.contains("0 created"), "{}", done.stdout);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (1, 0));
}

/// A list of which nobody is known to be created: sends are cut off like this, and look-ups are not answered, if it is not the
/// number of attempts that ends it.
fn in_doubt(kind: FaultKind, status: &str) -> Bench {
    let bench = Bench::new();
    let on = |kind, on| FaultRule { on, ..FaultRule::new(kind, 1.0) };
    let mut faults = vec![on(kind, On::Create)];
    if status == "unconfirmed" {
        faults.push(on(FaultKind::PaymentRequired, On::LookUp));
    }
    bench.sandbox().world().set_faults(faults);
    let list = bench.file("in.csv", "identifier,name,tags\n393331234501,Ada,VIP\n");
    assert_eq!(bench.run(&list, &["--settle", "0"]).results()[0]["status"], status);
    bench.sandbox().world().set_faults(Vec::new());
    bench
}

#[test]
fn who_was_given_up_or_left_in_doubt_and_came_by_the_failures_can_be_taken_back_there() {
    // Of a copy nobody knows when its list was sent; but the answer to its own request names whom it created.
    for (kind, status, file) in [
        (FaultKind::CutBefore, "failed", "out/failures.csv"),
        (FaultKind::CutBefore, "unconfirmed", "copy.csv"),
        (FaultKind::CutAfter, "unconfirmed", "out/failures.csv"),
    ] {
        let bench = in_doubt(kind, status);
        if file == "copy.csv" {
            std::fs::rename(bench.path().join("out/failures.csv"), bench.path().join(file)).unwrap();
        }
        let base = bench.sandbox().base_url();
        let run = ["run", file, "--out", "back", "--base-url", &base, "--yes", "--settle", "0"];
        let done = bench.exact(run).expect(0);
        assert!(done.stdout.starts_with("1 row: 1 created"), "{kind:?}, {file}: {}", done.stdout);
        let undo = |how| bench.exact(["undo", "back", "--base-url", &base, how]).expect(0);
        let dry = undo("--dry-run").stdout;
        assert!(dry.starts_with("1 contact: 1 can be deleted, 0 kept\n"), "{kind:?}, {file}: {dry}");
        let _ = undo("--yes");
        assert_eq!(bench.identifiers().len(), 0, "{kind:?}, {file}");
    }
}
