//! A list, or its failures, that are begun anew: what was before is known all the same.

use callbell_import::sandbox::{FaultKind, FaultRule};

use super::{MENDED, given_back, mend, typed};
use crate::support::Bench;

/// The folder of the failures is begun anew with other people in the place of Bea.
fn begun_anew(bench: &Bench, flags: &[&str], (wrong, right): (&str, &str)) {
    mend(bench, "out/failures.csv", wrong, right);
    let base = bench.sandbox().base_url();
    let run = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base];
    let _ = bench.exact(run.iter().chain(flags).chain(&["--restart", "--yes"])).expect(0);
}

const EVE: (&str, &str) = ("393331234502,Bea", "393331234503,Eve");
const FAY: (&str, &str) = ("393331234503,Eve", "393331234504,Fay");

#[test]
fn who_came_by_the_failures_is_known_to_the_list_also_where_their_folder_was_begun_anew() {
    for flags in [&["--source", "telegram"][..], &["--on-existing", "create"]] {
        let list = |bench: &Bench| {
            let done = bench.run(bench.file("in.csv", MENDED), flags).expect(0).conserved();
            let line = &done.results()[1];
            (line["status"].clone(), bench.doubles(), bench.identifiers().len())
        };
        let bench = Bench::new();
        let _ = given_back(&bench, flags);
        begun_anew(&bench, flags, EVE);
        begun_anew(&bench, flags, FAY);
        assert_eq!(list(&bench), ("existing".to_owned(), 0, 4), "{flags:?}");
        assert_eq!(list(&bench), ("existing".to_owned(), 0, 4), "{flags:?}");
        // As long as she is there: neither whom somebody deleted counts, nor whom an undo did.
        let bench = Bench::new();
        let _ = given_back(&bench, flags);
        begun_anew(&bench, flags, EVE);
        let bea = {
            let world = bench.sandbox().world();
            let bea = world.contacts().iter().find(|(_, contact)| contact.name == "Bea");
            bea.unwrap().1.uuid.clone()
        };
        bench.sandbox().world().take_away(&bea);
        assert_eq!(list(&bench), ("created".to_owned(), 0, 3), "{flags:?}");
        let bench = Bench::new();
        let _ = given_back(&bench, flags);
        let base = bench.sandbox().base_url();
        let _ = bench.exact(["undo", "out/failures.import", "--base-url", &base, "--dry-run"]).expect(0);
        let _ = bench.exact(["undo", "out/failures.import", "--base-url", &base, "--yes"]).expect(0);
        begun_anew(&bench, flags, EVE);
        begun_anew(&bench, flags, FAY);
        assert_eq!(list(&bench), ("created".to_owned(), 0, 4), "{flags:?}");
    }
}

#[test]
fn the_failures_know_whom_the_list_had_before_it_was_begun_anew() {
    let bench = Bench::new();
    let flags = ["--source", "telegram"];
    let _ = bench.run(bench.file("in.csv", MENDED), &flags).expect(0);
    let restart = [&flags[..], &["--restart", "--yes"]].concat();
    let first = bench.run(bench.file("in.csv", "identifier,name\n393331234502,\n"), &restart).expect(1);
    mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let done = typed(&bench, &first.stdout).expect(0);
    assert!(done.stdout.starts_with("1 row: 0 created, 1 existing, 0 un"), "{}", done.stdout);
    assert_eq!((bench.doubles(), bench.identifiers().len()), (0, 2));
}

#[test]
fn who_was_left_in_doubt_by_a_list_that_was_begun_anew_is_not_told_to_be_the_one_of_before() {
    let bench = Bench::new();
    let flags = ["--source", "telegram", "--settle", "0.5", "--concurrency", "1"];
    let list = bench.file("in.csv", "identifier,name\n@ada,Dan\n@bea,Dan\n@eve,Eve\n");
    let _ = bench.run(&list, &flags).expect(0);
    let cut = FaultRule { until: Some(1), ..FaultRule::new(FaultKind::CutAfter, 1.0) };
    bench.sandbox().world().set_faults(vec![cut]);
    let done = bench.run(&list, &[&flags[..], &["--restart", "--yes"]].concat()).expect(8);
    assert_eq!(done.column("status"), ["unconfirmed", "created", "created"]);
    let base = bench.sandbox().base_url();
    let args = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base, "--yes"];
    for _ in 0..2 {
        let back = bench.exact(args.iter().chain(&flags)).expect(8);
        assert!(back.stdout.starts_with("1 row: 0 created, 1 unconfirmed"), "{}", back.stdout);
        assert_eq!(bench.run(&list, &flags).expect(8).column("status")[0], "unconfirmed");
    }
    // Who is not in doubt there is met as before.
    mend(&bench, "out/failures.csv", "@ada", "@eve");
    mend(&bench, "out/failures.csv", ",unconfirmed,", ",invalid,");
    let back = bench.exact(args.iter().chain(&flags)).expect(0);
    assert!(back.stdout.starts_with("1 row: 0 created, 1 existing"), "{}", back.stdout);
    assert_eq!(bench.identifiers().len(), 6);
}
