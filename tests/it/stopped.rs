//! Runs that end before the last row: what earlier runs settled is reported all the same.

use std::io::ErrorKind;
use std::time::Duration;

use callbell_import::model::{Event, Status, Stop};
use callbell_import::run::{Bounds, RunError, StopWish};
use callbell_import::sandbox::{FaultKind, FaultRule, SandboxSettings};

use crate::support::{DiskFault, Operation, Rig, SimDisk, canary_numbers};

/// An import of 500 rows that has ended, with one fresh row put before them, and one after.
async fn with_a_past() -> Rig {
    let mut rig = Rig::of(canary_numbers(500), SandboxSettings::from_toml("").unwrap());
    rig.bounds = Bounds { spread: 100, ..Bounds::default() };
    let walked = rig.walk().await;
    assert_eq!(walked.count(Status::Created), 500);
    let (header, rows) = rig.csv.split_once('\n').unwrap();
    rig.csv = format!("{header}\n+393339999998,Fresh\n{rows}+393339999999,Fresh too\n");
    rig
}

#[tokio::test(start_paused = true)]
async fn what_earlier_runs_settled_is_in_the_results_of_a_run_that_is_stopped_before_it() {
    let rig = with_a_past().await;
    rig.world.lock().unwrap().set_faults(vec![FaultRule::new(FaultKind::Unauthorized, 1.0)]);
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert!(matches!(walked.report.stop, Some(Stop::TokenRefused { .. })));
    assert_eq!((walked.count(Status::Created), walked.not_attempted), (500, Some(2)));
    assert_eq!(walked.results.len(), 500);
}

#[tokio::test(start_paused = true)]
async fn a_stop_at_once_does_not_wait_for_what_earlier_runs_settled() {
    let rig = with_a_past().await;
    let wish = StopWish { stop: Stop::Interrupt, at_once: true };
    let walked = rig.walk_with(vec![(Duration::ZERO, wish)]).await;
    walked.told_the_truth();
    assert_eq!(walked.results.len() as u64 + walked.not_attempted.unwrap(), 502);
    assert!(walked.results.len() < 500, "{} rows, {:?}", walked.results.len(), walked.report);
}

#[tokio::test(start_paused = true)]
async fn what_earlier_runs_settled_is_in_the_results_of_a_run_whose_disk_is_full() {
    for (operation, at) in [(Operation::Append, 1), (Operation::Append, 2), (Operation::Reserve, 0)] {
        let rig = with_a_past().await;
        rig.disk.fail(DiskFault { operation, at, error: ErrorKind::StorageFull, stays: true, torn: false });
        let walked = rig.walk().await;
        assert!(walked.result.is_err(), "{operation:?} {at}");
        assert_eq!(walked.count(Status::Created), 500, "{operation:?} {at}");
        assert_eq!(walked.results.len(), 500, "{operation:?} {at}");
    }
}

/// Rows so wide that the file is read in several pieces.
fn wide(rows: usize) -> String {
    let filling = "x".repeat(5000);
    canary_numbers(rows)
        .lines()
        .enumerate()
        .map(|(at, line)| if at == 0 { format!("{line},filling\n") } else { format!("{line},{filling}\n") })
        .collect()
}

/// An import of 500 rows that has ended and left its results, whose file has two more rows now.
async fn with_results_of_the_past() -> Rig {
    let mut rig = Rig::of(wide(500), SandboxSettings::from_toml("").unwrap());
    rig.folder = Some(tempfile::tempdir().unwrap());
    assert_eq!(rig.walk().await.results.len(), 500);
    let (header, rows) = rig.csv.split_once('\n').unwrap();
    rig.csv = format!("{header}\n+393339999998,Fresh,\n{rows}+393339999999,Fresh too,\n");
    rig
}

/// What a run that broke off left, and what the next one makes of it.
async fn the_past_stays_and_the_next_run_tells_all(mut rig: Rig, walked: crate::support::Walked) {
    assert!(walked.result.is_err());
    assert!(walked.report.earlier_results_stay);
    assert_eq!(walked.results.len(), 500, "the results of earlier runs have more rows, and stay");
    rig.disk.repair();
    rig.input_ends_at = None;
    rig.canary = false;
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert!(!walked.report.earlier_results_stay);
    assert_eq!((walked.count(Status::Created), walked.results.len()), (502, 502));
}

#[tokio::test(start_paused = true)]
async fn a_canary_that_breaks_off_leaves_the_fuller_results_of_earlier_runs() {
    let mut rig = with_results_of_the_past().await;
    rig.canary = true;
    // The lease of the first row cannot be written down.
    let (operation, error) = (Operation::Append, ErrorKind::StorageFull);
    rig.disk.fail(DiskFault { operation, at: 1, error, stays: true, torn: false });
    let walked = rig.walk().await;
    assert!(
        walked.witness.count(|event| matches!(event, Event::Taken(_))) == 0,
        "it broke off in the canary"
    );
    the_past_stays_and_the_next_run_tells_all(rig, walked).await;
}

#[tokio::test(start_paused = true)]
async fn an_input_that_becomes_unreadable_leaves_the_fuller_results_of_earlier_runs() {
    for canary in [false, true] {
        let mut rig = with_results_of_the_past().await;
        rig.canary = canary;
        rig.input_ends_at = Some(rig.csv.len() as u64 / 2);
        let walked = rig.walk().await;
        assert!(matches!(walked.result, Err(RunError::Intake(_))), "{:?}", walked.result);
        the_past_stays_and_the_next_run_tells_all(rig, walked).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_input_that_becomes_unreadable_behind_what_is_settled_leaves_what_was_sent_in_the_results() {
    let mut rig = Rig::of(wide(100), SandboxSettings::from_toml("").unwrap());
    rig.folder = Some(tempfile::tempdir().unwrap());
    assert_eq!(rig.walk().await.results.len(), 100);
    rig.csv = wide(600);
    rig.input_ends_at = Some(rig.csv.len() as u64 - 10);
    let walked = rig.walk().await;
    assert!(walked.result.is_err() && !walked.report.earlier_results_stay);
    assert!(walked.results.len() > 100, "{} rows", walked.results.len());
    rig.input_ends_at = None;
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!(walked.count(Status::Created), 600);
}

#[tokio::test(start_paused = true)]
async fn rows_that_waited_for_the_disk_when_the_run_was_stopped_are_fresh_in_the_next_one() {
    let mut rig = Rig::of(canary_numbers(100), SandboxSettings::from_toml("").unwrap());
    rig.disk = SimDisk::with_slow_sync(Duration::from_secs(2));
    let wish = StopWish { stop: Stop::Interrupt, at_once: false };
    let walked = rig.walk_with(vec![(Duration::from_secs(3), wish)]).await;
    walked.told_the_truth();
    assert_eq!((walked.results.len(), walked.not_attempted), (0, Some(100)));
    let again = rig.walk().await;
    again.told_the_truth();
    assert_eq!((again.counts.open, again.count(Status::Created)), (0, 100));
}
