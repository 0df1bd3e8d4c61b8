//! A wall on the way that dislikes what one row says, and an account that is closed.

use callbell_import::sandbox::{FaultKind, FaultRule};

use super::crew::Fleet;
use crate::support::canary_numbers;

const FLAGS: [&str; 4] = ["--chunk-rows", "20", "--rate", "300"];

/// Answers creates as if the account were closed.
fn closed() -> FaultRule {
    FaultRule { status: Some(403), ..FaultRule::new(FaultKind::Error, 1.0) }
}

/// Enqueues the list, and lets a worker do it; what it said.
fn round(fleet: &Fleet, flags: &[&str]) -> (String, String) {
    let job = fleet.enqueue(&[&FLAGS, flags].concat());
    let (code, said) = fleet.worker("one", &fleet.url).end();
    assert_eq!(code, 0, "{said}");
    (job, said)
}

#[test]
fn the_last_row_of_a_chunk_that_a_wall_dislikes_does_not_stop_the_job() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", canary_numbers(60));
    let walled = |row: u32| FaultRule { containing: Some(format!("\"Person {row}\"")), ..closed() };
    // One is the last of its chunk, the other one of the first rows that go alone.
    fleet.bench.sandbox().world().set_faults(vec![walled(1), walled(20)]);
    for flags in [&["--canary"][..], &[]] {
        let (job, said) = round(&fleet, flags);
        assert!(!said.contains("stopped"), "{said}");
        let whole = fleet.collect(&job).expect(1).conserved();
        assert_eq!((whole.number("created"), whole.number("rejected")), (58, 2));
    }
    fleet.bench.sandbox().world().set_faults(Vec::new());
    let (job, _) = round(&fleet, &[]);
    let whole = fleet.collect(&job).expect(0).conserved();
    assert_eq!((whole.number("created"), fleet.stored(), fleet.bench.doubles()), (60, 60, 0));
}

#[test]
fn an_account_that_is_closed_at_the_end_of_a_chunk_stops_the_job_in_the_next_one_and_the_row_is_named() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", canary_numbers(60));
    fleet.bench.sandbox().world().set_faults(vec![FaultRule { from: 20, ..closed() }]);
    let (job, said) = round(&fleet, &["--concurrency", "1"]);
    assert!(said.contains("stopped (token_refused)") && said.contains("not begun"), "{said}");
    let whole = fleet.collect(&job).expect(4).conserved();
    assert_eq!(
        (whole.number("created"), whole.number("rejected"), whole.number("not_attempted")),
        (19, 1, 40)
    );
    assert!(whole.stdout.contains("Row 22 got this answer."), "{}", whole.stdout);
    fleet.bench.sandbox().world().set_faults(Vec::new());
    let (job, _) = round(&fleet, &[]);
    let whole = fleet.collect(&job).expect(0).conserved();
    assert_eq!((whole.number("created"), fleet.bench.doubles()), (60, 0));
}
