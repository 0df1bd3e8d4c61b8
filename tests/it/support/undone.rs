//! An undo in this process, on a paused clock: a line without sockets, and a simulated disk for its log.

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use callbell_import::api::{Client, Eraser, WireStyle};
use callbell_import::inquiry::Inquiry;
use callbell_import::ledger::Ledger;
use callbell_import::model::Stop;
use callbell_import::rate::{PerSecond, Rate};
use callbell_import::results::{OutputDir, Table};
use callbell_import::undo::{COLUMNS, Guard, Tally, UndoLog, Undoing, journal_id};
use std::sync::Arc;
use tokio::sync::watch;
use tokio::time::Instant;

use super::InProcess;

/// One pass over what `ledger` knows: a look, or the undo of what the last look listed. The log is on the disk of `line`,
/// the table in `folder`.
pub(crate) async fn undo_in_process(
    ledger: &Ledger,
    folder: &OutputDir,
    line: InProcess,
    dry: bool,
) -> (Tally, Option<Stop>) {
    let disk = line.disk.clone();
    let (log, past) = UndoLog::open(disk.clone(), Some(disk.boot()), &journal_id(ledger)).unwrap();
    let client = Client::new(line, WireStyle::default());
    let (_wish, stop) = watch::channel(None);
    let rate = Arc::new(Rate::new(PerSecond::Unlimited));
    let inquiry = Inquiry::new(client.clone(), rate, Duration::from_secs(60), stop, 1);
    let guard = Guard::default();
    let undoing = Undoing {
        ledger,
        past: &past,
        guard: &guard,
        eraser: &Eraser::new(client),
        inquiry: &inquiry,
        log: Mutex::new(log),
        concurrency: 2,
        settle: Duration::from_secs(120),
        began: Instant::now(),
    };
    let table = Table::begin(folder, "undo.csv", &COLUMNS).unwrap();
    let pass = if dry {
        undoing.look(table, SystemTime::UNIX_EPOCH, |_| ()).await
    } else {
        undoing.delete(table, SystemTime::UNIX_EPOCH, |_| ()).await
    };
    pass.unwrap()
}
