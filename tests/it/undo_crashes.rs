//! An undo that dies at each single step on its way to the disk or the line, and without power: it goes on, deletes
//! everybody once, and tells its own deeds from those of others.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use callbell_import::api::{Client, Eraser, WireStyle};
use callbell_import::inquiry::Inquiry;
use callbell_import::ledger::Ledger;
use callbell_import::rate::{PerSecond, Rate};
use callbell_import::results::{OutputDir, Table};
use callbell_import::undo::{COLUMNS, Guard, Tally, UndoLog, Undoing, journal_id};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::support::{Bench, InProcess, SimDisk, TOKEN, canary_numbers};

const ROWS: usize = 3;

/// An import of three contacts in a world without sockets, and the disk of its undo.
struct Rig {
    bench: Bench,
    ledger: Ledger,
    folder: OutputDir,
    disk: SimDisk,
    origin: Instant,
}

impl Rig {
    fn new() -> Self {
        let bench = Bench::with("[api]\nlimit_per_second = 0");
        let file = bench.file("in.csv", canary_numbers(ROWS));
        let _ = bench.run(&file, &[""; 0]).expect(0);
        let folder = OutputDir::open(&bench.path().join("out")).unwrap();
        let ledger = Ledger::open(&folder).unwrap().unwrap();
        Self { bench, ledger, folder, disk: SimDisk::default(), origin: Instant::now() }
    }

    /// One process: a dry run, or the undo.
    async fn process(&self, dry: bool) -> Tally {
        let (log, past) = UndoLog::open(self.disk.clone(), &journal_id(&self.ledger)).unwrap();
        let line = InProcess {
            world: self.bench.sandbox().shared_world(),
            origin: self.origin,
            token: TOKEN.to_owned(),
            latency: Duration::from_millis(20),
            cut: Arc::new(AtomicBool::new(false)),
            disk: self.disk.clone(),
        };
        let client = Client::new(line, WireStyle::default());
        let (_wish, stop) = watch::channel(None);
        let rate = Arc::new(Rate::new(PerSecond::Unlimited));
        let inquiry = Inquiry::new(client.clone(), rate, Duration::from_secs(60), stop, 1);
        let guard = Guard::default();
        let undoing = Undoing {
            ledger: &self.ledger,
            past: &past,
            guard: &guard,
            eraser: &Eraser::new(client),
            inquiry: &inquiry,
            log: Mutex::new(log),
            concurrency: 2,
            settle: Duration::from_secs(120),
            began: Instant::now(),
        };
        let mut table = Table::begin(&self.folder, "undo.csv", &COLUMNS).unwrap();
        let pass = if dry {
            undoing.look(&mut table, SystemTime::UNIX_EPOCH, |_| ()).await
        } else {
            undoing.delete(&mut table, SystemTime::UNIX_EPOCH, |_| ()).await
        };
        pass.unwrap().0
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
}

/// After `accident`, the undo goes on to its end and tells that it deleted everybody.
async fn dies_everywhere(last_append_counts: bool, accident: impl Fn(&SimDisk, usize)) {
    let mut steps = 0;
    loop {
        let rig = Rig::new();
        assert_eq!(rig.process(true).await.would_delete, ROWS as u64);
        let ended = rig.dying_after(steps, last_append_counts).await;
        accident(&rig.disk, steps);
        let survived = ended.is_some();
        let tally = match ended {
            Some(tally) => tally,
            None => rig.process(false).await,
        };
        assert_eq!((tally.deleted, tally.gone, rig.left()), (ROWS as u64, 0, 0), "step {steps}: {tally:?}");
        if survived {
            break;
        }
        steps += 1;
    }
    assert!(steps > 10, "{steps}");
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
