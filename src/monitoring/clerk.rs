//! Writes the event stream and the metrics file, on a thread of its own: a pipe that nobody reads holds up nobody else.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::line::{self, Told};
use super::metrics::{self, Stage};
use super::monitors::Ending;
use super::notice::Figures;
use crate::model::{Event, Watch};
use crate::progress::Counts;
use crate::words::{Message, message};

/// How often it is told how far the run is.
const EVERY: Duration = Duration::from_secs(5);
/// Lines that wait for the disk; those beyond are dropped and counted.
const MOST_WAITING: usize = 4096;
/// How long the last lines may take.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What the thread is given.
enum Order {
    Tell(Told),
    /// The metrics are this run's from here on.
    Begin,
    Finish {
        ending: Box<Ending>,
        figures: Option<Box<Figures>>,
    },
}

/// Takes down what happens.
pub(super) struct Clerk {
    orders: SyncSender<Order>,
    shared: Arc<Shared>,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    counts: Counts,
    dropped: AtomicU64,
    trouble: Mutex<Vec<Message>>,
}

impl Shared {
    fn complain(&self, what: Message) {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }
}

/// The watcher that the street tells.
struct Ear {
    orders: SyncSender<Order>,
    shared: Arc<Shared>,
}

impl Watch for Ear {
    fn see(&self, event: &Event) {
        self.shared.counts.note(event);
        if let Some(told) = Told::of(event) {
            send(&self.orders, &self.shared, told);
        }
    }
}

/// Never waits.
fn send(orders: &SyncSender<Order>, shared: &Shared, told: Told) {
    if orders.try_send(Order::Tell(told)).is_err() {
        shared.dropped.fetch_add(1, Relaxed);
    }
}

impl Clerk {
    /// Begins. Trouble with the files is told at the end.
    pub(super) fn start(events: Option<PathBuf>, metrics: Option<PathBuf>) -> std::io::Result<Self> {
        let (orders, taken) = sync_channel(MOST_WAITING);
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("monitoring".to_owned()).spawn(move || {
            Desk { events, metrics, begun: false, sequence: 0, shared: of_thread }.work(&taken);
        })?;
        let clerk = Self { orders, shared, thread };
        clerk.tell(Told::RunStarted { version: env!("CARGO_PKG_VERSION") });
        Ok(clerk)
    }

    pub(super) fn tell(&self, told: Told) {
        send(&self.orders, &self.shared, told);
    }

    /// Nobody else has the folder: the metrics file may be written.
    pub(super) fn begin(&self) {
        // Where no order waits yet, there is room for one.
        let _ = self.orders.try_send(Order::Begin);
    }

    pub(super) fn watch(&self) -> Arc<dyn Watch> {
        Arc::new(Ear { orders: self.orders.clone(), shared: Arc::clone(&self.shared) })
    }

    /// The last words. Returns what went wrong.
    pub(super) async fn finish(&self, ending: Ending, figures: Option<Figures>) -> Vec<Message> {
        let mut last = Order::Finish { ending: Box::new(ending), figures: figures.map(Box::new) };
        let deadline = Instant::now() + LAST_WORDS;
        loop {
            match self.orders.try_send(last) {
                Ok(()) => break,
                Err(std::sync::mpsc::TrySendError::Full(order)) if Instant::now() < deadline => last = order,
                Err(_) => break,
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        while !self.thread.is_finished() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        if !self.thread.is_finished() {
            self.shared.complain(message!("events-untaken"));
        }
        std::mem::take(&mut self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What the thread works with. A file that makes trouble is given up.
struct Desk {
    events: Option<PathBuf>,
    metrics: Option<PathBuf>,
    /// This run has the folder.
    begun: bool,
    sequence: u64,
    shared: Arc<Shared>,
}

impl Desk {
    fn work(mut self, taken: &Receiver<Order>) {
        let mut stream = self.open();
        let mut next = Instant::now() + EVERY;
        loop {
            match taken.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Ok(Order::Tell(told)) => self.write(&mut stream, &told),
                Ok(Order::Begin) => {
                    self.begun = true;
                    self.running();
                }
                Ok(Order::Finish { ending, figures }) => {
                    let events_dropped = self.shared.dropped.load(Relaxed);
                    let Ending { exit_code, is_success, is_locked_out, .. } = *ending;
                    if !is_locked_out {
                        self.metrics(&Stage::Finished { exit_code, is_success, figures: figures.as_deref() });
                    }
                    let meaning = ending.meaning.to_string();
                    let cause = ending.cause.map(|cause| cause.to_string());
                    self.write(
                        &mut stream,
                        &Told::RunFinished { exit_code, meaning, cause, events_dropped, figures },
                    );
                    return;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if Instant::now() >= next {
                next = Instant::now() + EVERY;
                let progress = Told::progress(&self.shared.counts);
                self.write(&mut stream, &progress);
                if self.begun {
                    self.running();
                }
            }
        }
    }

    fn open(&mut self) -> Option<File> {
        let path = self.events.take()?;
        match OpenOptions::new().create(true).append(true).mode(0o600).open(&path) {
            Ok(file) => Some(file),
            Err(error) => {
                self.shared.complain(message!("events-not-opened", path = &path, why = &error));
                None
            }
        }
    }

    fn write(&mut self, stream: &mut Option<File>, told: &Told) {
        let Some(file) = stream else { return };
        self.sequence += 1;
        // One write a line: lines of two runs into one file do not mix.
        let line = line::written(told, self.sequence, SystemTime::now());
        if let Err(error) = file.write_all(line.as_bytes()) {
            self.shared.complain(message!("events-not-written", why = &error));
            *stream = None;
        }
    }

    fn running(&mut self) {
        let shared = Arc::clone(&self.shared);
        self.metrics(&Stage::Running(&shared.counts));
    }

    fn metrics(&mut self, stage: &Stage<'_>) {
        let Some(path) = &self.metrics else { return };
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        if let Err(error) = metrics::write(Path::new(path), stage, since.as_secs_f64()) {
            self.shared.complain(message!("metrics-not-written", path, why = &error));
            self.metrics = None;
        }
    }
}
