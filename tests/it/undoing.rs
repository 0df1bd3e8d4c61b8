//! An undo on a paused clock, with a simulated disk and a line without sockets: it dies at each single step, and without
//! power; the weather is bad, and the server late.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use callbell_import::ledger::Ledger;
use callbell_import::model::Stop;
use callbell_import::results::OutputDir;
use callbell_import::sandbox::{Contact, FaultKind, FaultRule, On};
use callbell_import::undo::{Tally, UndoLog, journal_id};
use tokio::time::Instant;

use crate::support::{Bench, InProcess, SimDisk, TOKEN, canary_numbers, read_csv, undo_in_process};

/// An import in a world without sockets, and the disk of its undo.
struct Rig {
    bench: Bench,
    ledger: Ledger,
    folder: OutputDir,
    disk: SimDisk,
    origin: Instant,
    /// Everybody, as they were imported.
    imported: Vec<Contact>,
}

impl Rig {
    fn new(rows: usize) -> Self {
        let bench = Bench::with("[api]\nlimit_per_second = 0");
        let file = bench.file("in.csv", canary_numbers(rows));
        let _ = bench.run(&file, &[""; 0]).expect(0);
        let folder = OutputDir::open(&bench.path().join("out")).unwrap();
        let ledger = Ledger::open(&folder).unwrap().unwrap();
        let imported =
            bench.sandbox().world().contacts().iter().map(|(_, contact)| contact.clone()).collect();
        Self { bench, ledger, folder, disk: SimDisk::default(), origin: Instant::now(), imported }
    }

    /// As if nothing had been undone.
    fn begin_anew(&mut self) {
        self.disk = SimDisk::default();
        let mut world = self.bench.sandbox().world();
        for contact in &self.imported {
            if world.contacts().with_uuid(&contact.uuid).is_none() {
                world.put_back(contact.clone());
            }
        }
    }

    fn set_faults(&self, faults: Vec<FaultRule>) {
        self.bench.sandbox().world().set_faults(faults);
    }

    /// One process: a dry run, or the undo.
    async fn process(&self, dry: bool) -> Tally {
        let (tally, stop) = self.stoppable(dry).await;
        assert_eq!(stop, None);
        tally
    }

    async fn stoppable(&self, dry: bool) -> (Tally, Option<Stop>) {
        let line = InProcess {
            world: self.bench.sandbox().shared_world(),
            origin: self.origin,
            token: TOKEN.to_owned(),
            latency: Duration::from_millis(20),
            cut: Arc::new(AtomicBool::new(false)),
            disk: self.disk.clone(),
        };
        undo_in_process(&self.ledger, &self.folder, line, dry).await
    }

    /// A process that dies at its step number `steps`, or comes to its end before.
    async fn dying_after(&self, steps: usize, last_append_counts: bool) -> Option<Tally> {
        self.disk.die_after(steps, last_append_counts);
        let ended = tokio::select! {
            biased;
            () = self.disk.death() => None,
            tally = self.process(false) => Some(tally),
        };
        self.disk.revive();
        // What was sent arrives.
        tokio::time::sleep(Duration::from_secs(1)).await;
        ended
    }

    fn left(&self) -> usize {
        self.bench.identifiers().len()
    }

    /// Whether the log says that an undo is over.
    fn is_finished(&self) -> bool {
        let boot = Some(self.disk.boot());
        UndoLog::open(self.disk.clone(), boot, &journal_id(&self.ledger)).unwrap().1.is_finished
    }

    /// Lines of `undo.csv` that call a contact deleted.
    fn deleted_in_the_table(&self) -> usize {
        let table = read_csv(&self.bench.path().join("out/undo.csv"), b',');
        table.iter().filter(|line| line["result"] == "deleted").count()
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_about_to_be_deleted_and_is_not_on_the_list_of_the_last_dry_run_is_kept() {
    let mut rig = Rig::new(1);
    let mut unknown = 0;
    for steps in 0.. {
        rig.begin_anew();
        let _ = rig.process(true).await;
        if rig.dying_after(steps, true).await.is_some() {
            break;
        }
        if rig.left() == 0 {
            continue;
        }
        // It cannot be looked at, so it is on no list.
        rig.set_faults(vec![FaultRule { status: Some(422), ..on(FaultKind::Error, On::Read, 1.0) }]);
        unknown += rig.process(true).await.unknown;
        rig.set_faults(Vec::new());
        let tally = rig.process(false).await;
        assert_eq!((tally.contacts, tally.deleted, rig.left()), (1, 0, 1), "step {steps}: {tally:?}");
    }
    assert!(unknown > 0, "no process died after it had written that it was about to delete");
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_calls_nobody_kept_whom_an_interrupted_undo_may_still_delete() {
    let mut rig = Rig::new(1);
    let mut waited = false;
    for steps in 0.. {
        rig.begin_anew();
        let _ = rig.process(true).await;
        if rig.dying_after(steps, true).await.is_some() {
            break;
        }
        if rig.left() == 0 {
            continue;
        }
        let uuid = rig.imported[0].uuid.clone();
        rig.bench.sandbox().world().change(&uuid, |contact| contact.name.push('!'));
        let began = Instant::now();
        let tally = rig.process(true).await;
        rig.bench.sandbox().world().change(&uuid, |contact| contact.name.truncate(contact.name.len() - 1));
        assert_eq!((tally.kept, tally.would_delete), (1, 0), "step {steps}: {tally:?}");
        waited |= began.elapsed() > Duration::from_secs(119);
    }
    assert!(waited, "until what was under way must have been done");
}

/// After `accident`, the undo goes on to its end and tells that it deleted everybody.
async fn dies_everywhere(last_append_counts: bool, accident: impl Fn(&SimDisk, usize)) {
    const ROWS: usize = 4;
    let mut rig = Rig::new(ROWS);
    let mut steps = 0;
    loop {
        rig.begin_anew();
        assert_eq!(rig.process(true).await.would_delete, ROWS as u64);
        let ended = rig.dying_after(steps, last_append_counts).await;
        accident(&rig.disk, steps);
        assert!(!rig.is_finished() || rig.deleted_in_the_table() == ROWS, "step {steps}: over, and not told");
        let survived = ended.is_some();
        let tally = match ended {
            Some(tally) => tally,
            None => rig.process(false).await,
        };
        assert_eq!((tally.deleted, tally.gone, rig.left()), (ROWS as u64, 0, 0), "step {steps}: {tally:?}");
        assert_eq!(rig.deleted_in_the_table(), ROWS, "step {steps}");
        if survived {
            break;
        }
        steps += 1;
    }
    assert!(steps > 4 * ROWS, "{steps}");
}

#[tokio::test(start_paused = true)]
async fn a_process_that_dies_at_any_step_loses_nothing_and_claims_nothing_of_others() {
    dies_everywhere(false, |_, _| ()).await;
    dies_everywhere(true, |_, _| ()).await;
}

#[tokio::test(start_paused = true)]
async fn a_power_cut_at_any_step_takes_no_intent_with_it() {
    dies_everywhere(true, |disk, steps| disk.cut_power(&mut fastrand::Rng::with_seed(steps as u64))).await;
}

fn on(kind: FaultKind, on: On, share: f64) -> FaultRule {
    FaultRule { on, ..FaultRule::new(kind, share) }
}

#[tokio::test(start_paused = true)]
async fn through_bad_weather_everybody_is_deleted_and_told_truly() {
    const ROWS: u64 = 200;
    let rig = Rig::new(200);
    let _ = rig.process(true).await;
    rig.set_faults(vec![
        on(FaultKind::Throttle, On::Delete, 0.1),
        on(FaultKind::Error, On::Delete, 0.1),
        on(FaultKind::ErrorAfter, On::Delete, 0.1),
        on(FaultKind::CutBefore, On::Delete, 0.1),
        on(FaultKind::CutAfter, On::Delete, 0.1),
        on(FaultKind::Garbage, On::Delete, 0.05),
        on(FaultKind::Truncated, On::Delete, 0.05),
        FaultRule { delay_ms: 60_000, ..on(FaultKind::CutThenStore, On::Delete, 0.05) },
        on(FaultKind::Throttle, On::Read, 0.05),
        on(FaultKind::CutBefore, On::Read, 0.1),
        on(FaultKind::Html, On::Read, 0.05),
    ]);
    let tally = rig.process(false).await;
    assert_eq!((tally.contacts, tally.gone, tally.kept, tally.unknown), (ROWS, 0, 0, 0), "{tally:?}");
    assert_eq!(tally.deleted + tally.failed, ROWS);
    assert_eq!(rig.left() as u64, tally.failed, "{tally:?}");
    assert!(tally.confirmed_by_lookup > 20, "{tally:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_deletes_is_asked_a_few_times_and_no_deletion_is_left_in_doubt() {
    let rig = Rig::new(1);
    let _ = rig.process(true).await;
    rig.set_faults(vec![FaultRule { status: Some(503), ..on(FaultKind::Error, On::Delete, 1.0) }]);
    let began = Instant::now();
    let tally = rig.process(false).await;
    assert_eq!((tally.failed, rig.left()), (1, 1));
    assert!(began.elapsed() > Duration::from_secs(120), "the settle time was waited for");
    let requests = rig.bench.sandbox().world().seen().requests.clone();
    assert_eq!(requests["DELETE /contacts/:uuid"], 5);
    // In the dry run, before each deletion, and before and after the settle time.
    assert_eq!(requests["GET /contacts/:uuid"], 1 + 5 + 2, "in between nobody is asked");
    let table = std::fs::read_to_string(rig.bench.path().join("out/undo.csv")).unwrap();
    assert!(table.contains("failed") && table.contains("503") && table.contains("still there"), "{table}");
}

#[tokio::test(start_paused = true)]
async fn an_error_under_a_good_status_is_no_deletion_and_a_look_tells_what_became_of_it() {
    let refusing = |status| FaultRule { status: Some(status), ..on(FaultKind::Error, On::Delete, 1.0) };
    let deleting = on(FaultKind::WrongJson, On::Delete, 1.0);
    for (fault, deleted) in [(refusing(200), 0), (refusing(202), 0), (deleting, 3)] {
        let rig = Rig::new(3);
        let _ = rig.process(true).await;
        let kind = fault.kind;
        rig.set_faults(vec![fault]);
        let tally = rig.process(false).await;
        let told = (tally.deleted, tally.confirmed_by_lookup, tally.failed);
        assert_eq!(told, (deleted, deleted, 3 - deleted), "{kind:?}: {tally:?}");
        assert_eq!(rig.left() as u64, tally.failed, "{kind:?}");
        let table = std::fs::read_to_string(rig.bench.path().join("out/undo.csv")).unwrap();
        let says = table.matches("does not say that the contact was deleted; it is still there").count();
        assert_eq!(says as u64, tally.failed, "{table}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_deletion_is_waited_for_before_a_contact_is_said_to_be_kept() {
    let rig = Rig::new(1);
    let _ = rig.process(true).await;
    // The answer is lost, somebody touches the contact, and the server deletes it all the same.
    rig.set_faults(vec![FaultRule { delay_ms: 90_000, ..on(FaultKind::CutThenStore, On::Delete, 1.0) }]);
    let touching = async {
        tokio::time::sleep(Duration::from_millis(70)).await;
        let uuid = rig.imported[0].uuid.clone();
        rig.bench.sandbox().world().change(&uuid, |contact| contact.name.push('!'));
        std::future::pending::<()>().await;
    };
    let tally = tokio::select! {
        () = touching => unreachable!(),
        tally = rig.process(false) => tally,
    };
    assert_eq!((tally.deleted, tally.confirmed_by_lookup, tally.kept, rig.left()), (1, 1, 0, 0), "{tally:?}");
    let table = read_csv(&rig.bench.path().join("out/undo.csv"), b',');
    assert_eq!((&*table[0]["result"], &*table[0]["reason"]), ("deleted", "confirmed_by_lookup"));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_more_than_an_hour_stops_it_at_once_with_those_that_wait_for_their_turn() {
    let rig = Rig::new(10);
    for (dry, asked) in [(true, On::Read), (false, On::Read), (false, On::Delete)] {
        rig.set_faults(Vec::new());
        let _ = rig.process(true).await;
        rig.set_faults(vec![FaultRule { retry_after: Some(4000), ..on(FaultKind::Throttle, asked, 1.0) }]);
        let began = Instant::now();
        let (tally, stop) = rig.stoppable(dry).await;
        assert_eq!(stop, Some(Stop::HeldTooLong { seconds: 4000 }), "{dry} {asked:?}");
        assert!(began.elapsed() < Duration::from_secs(10), "{dry} {asked:?}: {:?}", began.elapsed());
        assert_eq!((tally.not_reached, rig.left()), (10, 10), "{dry} {asked:?}: {tally:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_uses_up_no_contact_and_one_that_does_not_end_stops_it() {
    let rig = Rig::new(10);
    let _ = rig.process(true).await;
    // Sixteen tries in vain, then the server is back.
    rig.set_faults(vec![FaultRule { until: Some(16), ..on(FaultKind::CutBefore, On::Any, 1.0) }]);
    let tally = rig.process(false).await;
    assert_eq!((tally.deleted, rig.left()), (10, 0), "{tally:?}");
    let rig = Rig::new(10);
    let _ = rig.process(true).await;
    rig.set_faults(vec![FaultRule { from: 5, ..on(FaultKind::CutBefore, On::Any, 1.0) }]);
    let (tally, stop) = rig.stoppable(false).await;
    assert!(matches!(stop, Some(Stop::Outage { seconds: 60..200 })), "{stop:?}");
    assert_eq!((tally.failed, tally.kept), (0, 0), "{tally:?}");
    rig.set_faults(Vec::new());
    let tally = rig.process(false).await;
    assert_eq!((tally.deleted, tally.gone, rig.left()), (10, 0, 0), "{tally:?}");
}
