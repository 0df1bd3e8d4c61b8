//! Jobs that nobody watches.

use crate::support::{Bench, Running, canary_numbers};

#[test]
fn a_run_stops_when_its_time_is_over_and_the_same_command_goes_on() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(400));
    let done = bench.run(&file, &["--rate", "100", "--max-duration", "400ms"]).expect(5).conserved();
    assert_eq!(done.summary()["stopped_by"], "time_up");
    assert!(done.number("not_attempted") > 0 && done.stdout.contains("--max-duration"), "{}", done.stdout);
    let done = bench.run(&file, &["--rate", "none"]).expect(0).conserved();
    assert_eq!((done.number("created"), bench.doubles()), (400, 0));
}

#[test]
fn a_run_waits_for_the_lock_if_it_may() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(2));
    std::fs::create_dir(bench.path().join("out")).unwrap();
    let lock = std::fs::File::create(bench.path().join("out/lock")).unwrap();
    lock.lock().unwrap();
    bench.run(&file, &[""; 0]).expect(7);
    bench.run(&file, &["--wait-lock", "10ms"]).expect(7);
    let mut running = Running::start(&bench, &file, &["--wait-lock", "5m"]);
    running.until("waiting for another run", 1);
    drop(lock);
    let done = running.end().expect(0);
    assert_eq!(done.number("created"), 2);
}

#[test]
fn a_file_that_is_unlike_those_before_it_is_not_sent_unasked() {
    let bench = Bench::new();
    let whole = bench.file("in.csv", canary_numbers(60));
    for _ in 0..3 {
        bench.run(&whole, &["--rate", "none"]).expect(0);
    }
    // The export broke off.
    bench.file("in.csv", canary_numbers(5).replace("333 0", "333 9"));
    let done = bench.run(&whole, &[""; 0]).expect(5);
    assert!(
        done.stderr.contains("the file has 5 rows; those of the last 3 runs had 60 to 60"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains("--max-drift none"), "{}", done.stderr);
    assert_eq!(bench.identifiers().len(), 60, "nothing was sent");
    // A column was renamed at the other end.
    bench.file("in.csv", canary_numbers(60).replace("+39 333 00000", "n/a"));
    let done = bench.run(&whole, &[""; 0]).expect(5);
    assert!(done.stderr.contains("% of the rows are invalid"), "{}", done.stderr);
    bench.run(&whole, &["--max-drift", "none"]).expect(1);
    let done = bench.run(&whole, &["--skip", "1", "--limit", "3"]);
    assert!(done.code != 5, "a part of a file is no drift: {}", done.stderr);
}

#[test]
fn the_same_list_with_another_country_makes_no_second_people_of_its_numbers() {
    let bench = Bench::new();
    // Numbers of nine digits are numbers of many countries.
    let file = bench.file("in.csv", "phone_number,name\n612345678,Ada\n");
    let done = bench.run(&file, &["--default-country", "ES"]).expect(0);
    assert!(done.stderr.contains("numbers without + or 00 are read as numbers of ES"), "{}", done.stderr);
    for other in [&["--default-country", "FR", "--yes"][..], &["--yes"]] {
        let done = bench.run(&file, other).expect(2);
        assert!(done.stderr.contains("were read as numbers of ES"), "{}", done.stderr);
        assert!(done.stderr.contains("pass --default-country ES as before"), "{}", done.stderr);
    }
    assert_eq!(bench.identifiers(), ["34612345678"]);
    let _ = bench.run(&file, &["--default-country", "es"]).expect(0);
    // A list under another name may be the next night's; one without such numbers needs no country.
    let next = bench.file("next.csv", "phone_number,name\n612345678,Ada\n");
    let _ = bench.run(&next, &["--default-country", "FR"]).expect(2);
    let other = bench.file("other.csv", "phone_number,name\n+33612345679,Odile\n");
    let _ = bench.run(&other, &[""; 0]).expect(0);
    let _ = bench.run(&next, &["--default-country", "FR"]).expect(2);
    // Another folder asks nothing.
    let url = bench.sandbox().base_url();
    let file = file.to_str().unwrap();
    let _ =
        bench.exact(["run", file, "--default-country", "FR", "--base-url", &url, "--out", "other"]).expect(0);
}
