//! Runs that end before the last row: what earlier runs settled is reported all the same.

use std::io::ErrorKind;
use std::time::Duration;

use callbell_import::model::{Status, Stop};
use callbell_import::run::{Bounds, StopWish};
use callbell_import::sandbox::{FaultKind, FaultRule, SandboxSettings};

use crate::support::{DiskFault, Operation, Rig, canary_numbers};

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
