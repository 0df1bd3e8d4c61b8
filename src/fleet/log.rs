//! The journal of a chunk as a subject of the stream of logs.
//!
//! Appends are gathered and published by a task of their own, one at a time, in their order: as soon as somebody waits
//! for a sync, else after a moment. Each names the sequence number of the one before it. A file beside the results mirrors
//! what is written; verdicts are read back from it.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{LastRawMessageErrorKind, Stream};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::chunk::Work;
use super::engine::{Engine, is_fenced};
use super::error::FleetError;
use super::hold::Hold;
use super::seal::Seal;
use crate::journal::{Disk, Length, ReadAt, Storage, Synced};

/// What stands in a message, by its first byte: records, or a worker that comes, or goes in order.
const RECORDS: u8 = b'J';
const CLAIM: u8 = b'C';
const RETIRED: u8 = b'R';
/// Between these two stands a log that is taken from a mirror. Whoever takes it may die in the midst of it: then it is taken
/// once more, and what was taken before does not count.
const TAKING: u8 = b'T';
const TAKEN: u8 = b'W';
/// How long records are gathered that nobody waits for.
const LINGER: Duration = Duration::from_millis(200);
/// Bytes after which they are published.
const MOST_GATHERED: usize = 256 << 10;
/// How often the noted length of a log is brought to disk, beside the first time.
const ON_DISK_EVERY: Duration = Duration::from_secs(1);
/// How long to wait before a record is published once more.
const AGAIN: Duration = Duration::from_millis(100);
/// What stands in a log that was taken from a mirror, before it. It is no record, so that whoever reads the log sees that
/// something may be missing there.
const TAKEN_FROM_A_MIRROR: &[u8] = b"taken from a mirror\n";
/// The error of a subject that has no messages.
const NOTHING_THERE: u64 = 10037;

/// The storage of a journal in the engine.
pub struct StreamLog {
    mirror: Disk,
    asks: mpsc::UnboundedSender<Ask>,
    /// Bytes of all records that were appended.
    length: u64,
    note: Option<Arc<Mutex<Note>>>,
}

/// How long the log was that the engine confirmed, outside of the engine. It never gets smaller: of a log that has lost its
/// end everything is in doubt, and stays so, whoever dies meanwhile.
struct Note {
    file: File,
    noted: u64,
    /// When it was last known to be on disk, by the clock of [`Hold`].
    on_disk: Duration,
}

impl Note {
    /// `None`, if it cannot be opened.
    fn open(path: &Path) -> Option<Self> {
        let mut file = private().truncate(false).open(path).ok()?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).ok()?;
        let text = String::from_utf8_lossy(&text);
        let noted = match text.trim() {
            "" => 0,
            // What is no number any more was one: the log may have lost its end.
            text => text.parse().unwrap_or(u64::MAX),
        };
        Some(Self { file, noted, on_disk: Duration::ZERO })
    }

    fn raise(&mut self, length: u64) {
        if length > self.noted {
            let (is_first, now) = (self.noted == 0, Hold::clock());
            self.noted = length;
            let text = format!("{length:020}\n");
            let _ = self.file.seek(SeekFrom::Start(0)).and_then(|_| self.file.write_all(text.as_bytes()));
            if is_first || now.saturating_sub(self.on_disk) >= ON_DISK_EVERY {
                let _ = self.file.sync_data();
                self.on_disk = now;
            }
        }
    }
}

/// Asks of the log beside the journal.
#[derive(Clone)]
pub struct LogHandle(mpsc::UnboundedSender<Ask>);

/// What was found in the log when it was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// Nobody had it before, or who had it went in order: nothing of theirs is under way.
    pub is_clean: bool,
    /// There are records.
    pub has_begun: bool,
}

enum Ask {
    Append(Vec<u8>),
    Sync(oneshot::Sender<io::Result<()>>),
    Prove,
    Retire(oneshot::Sender<io::Result<()>>),
}

/// Publishes what is appended.
struct Publisher {
    context: Context,
    log: Stream,
    subject: String,
    seal: Seal,
    hold: Hold,
    patience: Duration,
    /// Sequence number of the last record.
    last: u64,
    /// Begins the names of this worker's records.
    name: String,
    count: u64,
}

impl StreamLog {
    /// The subject of a chunk's log.
    pub fn subject(work: &Work) -> String {
        format!("callbell.log.{}.{}", work.job, work.chunk)
    }

    /// Sees to it that the log whose length is noted at `note` is known to have had one.
    ///
    /// # Errors
    ///
    /// If it cannot be noted.
    pub fn note_at_least_one(note: &Path) -> io::Result<()> {
        Note::open(note).ok_or_else(|| io::Error::from(io::ErrorKind::PermissionDenied))?.raise(1);
        Ok(())
    }

    /// Reads the log of a chunk into a file at `mirror`, claims it, and publishes on `runtime` from then on. Its length is
    /// noted at `note`, outside of the engine. Where the engine has lost a log that had a length, it is published anew from
    /// the longest of `mirrors`, files that earlier workers kept of it; where it has lost its end, from the longest of those
    /// that begin with what is left.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or another worker has claimed it meanwhile, or it is lost and there is no mirror.
    pub async fn open(
        engine: &Engine,
        work: &Work,
        seal: Seal,
        hold: Hold,
        (path, note): (&Path, &Path),
        mirrors: &[PathBuf],
        runtime: &Handle,
    ) -> Result<(Self, LogHandle, Opened), FleetError> {
        let subject = Self::subject(work);
        let mut mirror = Disk::open(path, false)?;
        mirror.truncate(0)?;
        let (mut last, mut opened) = (0, Opened { is_clean: true, has_begun: false });
        let (mut is_being_taken, mut length) = (false, 0);
        while let Some((sequence, sealed)) = next(&engine.streams.log, &subject, last + 1).await? {
            let unreadable = || FleetError::Unreadable { what: format!("{subject}, {sequence}") };
            let text = seal.open(&sealed).ok_or_else(unreadable)?;
            let (kind, bytes) = text.split_first().ok_or_else(unreadable)?;
            if *kind == TAKING {
                mirror.truncate(0)?;
                length = 0;
            }
            is_being_taken = *kind == TAKING || is_being_taken && *kind != TAKEN;
            mirror.append(bytes)?;
            length += bytes.len() as u64;
            opened.has_begun |= *kind == RECORDS;
            opened.is_clean = *kind == RETIRED;
            last = sequence;
        }
        let mut name = [0; 8];
        name.copy_from_slice(&Seal::new_key().unwrap_or_default()[..8]);
        let mut publisher = Publisher {
            context: engine.context.clone(),
            log: engine.streams.log.clone(),
            subject,
            seal,
            hold,
            patience: engine.patience(),
            last,
            name: format!("{:016x}", u64::from_le_bytes(name)),
            count: 0,
        };
        publisher.publish(CLAIM, &[]).await.map_err(|error| {
            if publisher.hold.is_lost() { FleetError::Lost } else { FleetError::Mirror(error) }
        })?;
        let mut note = Note::open(note);
        let noted = note.as_ref().map_or(0, |note| note.noted);
        let is_lost = is_being_taken || !opened.has_begun && noted > 0;
        let pieces = if is_lost {
            mirror.truncate(0)?;
            length = 0;
            let pieces = longest(mirrors.iter()).map_or(Ok(Vec::new()), |longest| pieces_of(longest))?;
            if pieces.is_empty() {
                return Err(FleetError::LogLost { what: publisher.subject });
            }
            pieces
        } else if length < noted {
            // Verdicts that stand there are as true as ever; who has none is in doubt as without it.
            let longer = longer_than(path, length, mirrors)?;
            longer.map_or(Ok(Vec::new()), |longer| pieces_of(longer))?
        } else {
            Vec::new()
        };
        if !pieces.is_empty() {
            publisher.publish(TAKING, &[]).await.map_err(FleetError::Mirror)?;
            for piece in &pieces {
                publisher.publish(RECORDS, piece).await.map_err(FleetError::Mirror)?;
            }
            publisher.publish(TAKEN, &[]).await.map_err(FleetError::Mirror)?;
            // Not before: what was taken in part is no mirror for whoever takes it once more.
            mirror.truncate(0)?;
            length = 0;
            for piece in &pieces {
                mirror.append(piece)?;
                length += piece.len() as u64;
            }
            // Whoever had it may still be there.
            opened = Opened { is_clean: false, has_begun: true };
        }
        let (asks, asked) = mpsc::unbounded_channel();
        runtime.spawn(publisher.serve(asked));
        let handle = LogHandle(asks.clone());
        if let Some(note) = &mut note {
            note.raise(length);
        }
        let note = note.map(|note| Arc::new(Mutex::new(note)));
        Ok((Self { mirror, asks, length, note }, handle, opened))
    }
}

fn length_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}

fn longest<'m>(mirrors: impl Iterator<Item = &'m PathBuf>) -> Option<&'m PathBuf> {
    mirrors.max_by_key(|path| length_of(path))
}

/// The longest of `mirrors` that has more than the file at `path`, and begins with the `length` bytes that stand there. One
/// that goes on otherwise is of a worker that had lost the log to another one.
fn longer_than<'m>(path: &Path, length: u64, mirrors: &'m [PathBuf]) -> io::Result<Option<&'m PathBuf>> {
    let mut longer = Vec::new();
    for mirror in mirrors.iter().filter(|mirror| length_of(mirror) > length) {
        if begin_alike(path, mirror, length)? {
            longer.push(mirror);
        }
    }
    Ok(longest(longer.into_iter()))
}

/// Whether two files have the same first `length` bytes.
fn begin_alike(one: &Path, other: &Path, length: u64) -> io::Result<bool> {
    let open = |path: &Path| Ok::<_, io::Error>(BufReader::new(File::open(path)?.take(length)));
    let (mut one, mut other) = (open(one)?, open(other)?);
    loop {
        let (first, second) = (one.fill_buf()?, other.fill_buf()?);
        let count = first.len().min(second.len());
        if first[..count] != second[..count] || count == 0 {
            return Ok(first.is_empty() && second.is_empty());
        }
        one.consume(count);
        other.consume(count);
    }
}

/// Whole lines of a mirror, in pieces that are published one by one, and before them that they come from there. Nothing, if
/// it has no line.
fn pieces_of(mirror: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mut lines = BufReader::new(File::open(mirror)?);
    let (mut pieces, mut piece, mut line) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        line.clear();
        lines.read_until(b'\n', &mut line)?;
        let is_whole = line.ends_with(b"\n");
        if piece.len() + line.len() > MOST_GATHERED || !is_whole {
            pieces.extend(Some(std::mem::take(&mut piece)).filter(|piece| !piece.is_empty()));
        }
        if !is_whole {
            break;
        }
        piece.extend_from_slice(&line);
    }
    if !pieces.is_empty() {
        pieces.insert(0, TAKEN_FROM_A_MIRROR.to_vec());
    }
    Ok(pieces)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).mode(0o600);
    options
}

/// The first message of a subject from a sequence number on.
async fn next(log: &Stream, subject: &str, from: u64) -> Result<Option<(u64, bytes::Bytes)>, FleetError> {
    let asked = log.raw_message_builder().sequence(from).next_by_subject(subject).send().await;
    match asked {
        Ok(message) => Ok(Some((message.sequence, message.payload))),
        Err(error) if is_nothing(&error.kind()) => Ok(None),
        Err(error) => Err(FleetError::refused("fleet-do-log")(error)),
    }
}

/// Whether the server said that a subject has no messages.
pub(super) fn is_nothing(kind: &LastRawMessageErrorKind) -> bool {
    match kind {
        LastRawMessageErrorKind::NoMessageFound => true,
        LastRawMessageErrorKind::JetStream(error) => error.error_code().0 == NOTHING_THERE,
        _ => false,
    }
}

impl LogHandle {
    /// Asks for a proof that the log is still this worker's; the [`Hold`] is told.
    pub fn prove(&self) {
        let _ = self.0.send(Ask::Prove);
    }

    /// Goes in order: nothing of this worker is under way any more.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub async fn retire(&self) -> io::Result<()> {
        let (done, retired) = oneshot::channel();
        let _ = self.0.send(Ask::Retire(done));
        retired.await.unwrap_or_else(|_| Err(gone()))
    }
}

fn gone() -> io::Error {
    io::Error::other("nobody publishes any more")
}

impl Storage for StreamLog {
    fn read(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        self.mirror.read()
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.mirror.append(bytes)?;
        self.length += bytes.len() as u64;
        self.asks.send(Ask::Append(bytes.to_vec())).map_err(|_| gone())
    }

    fn truncate(&mut self, _length: u64) -> io::Result<()> {
        // A message is whole or not there.
        Err(io::Error::new(io::ErrorKind::Unsupported, "a log in the engine is never torn"))
    }

    fn reserve(&mut self, _bytes: u64) -> io::Result<()> {
        Ok(())
    }

    fn sync(&mut self) -> Synced {
        let (done, synced) = oneshot::channel();
        let asked = self.asks.send(Ask::Sync(done));
        let (length, note) = (self.length, self.note.clone());
        Box::pin(async move {
            asked.map_err(|_| gone())?;
            synced.await.unwrap_or_else(|_| Err(gone()))?;
            // Before anybody goes by it: what the engine does not have any more, although it said so, shows by this.
            if let Some(note) = note {
                note.lock().unwrap_or_else(PoisonError::into_inner).raise(length);
            }
            Ok(())
        })
    }

    fn forgets_with_the_process(&self) -> bool {
        true
    }

    fn noted_length(&mut self) -> Option<Length> {
        let note = self.note.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let synced = note.noted;
        Some(Length { written: synced, synced, boot: None })
    }

    fn note_length(&mut self, _length: &Length) {
        // Each sync does.
    }

    fn reader(&self) -> io::Result<Box<dyn ReadAt>> {
        self.mirror.reader()
    }
}

impl Publisher {
    async fn serve(mut self, mut asked: mpsc::UnboundedReceiver<Ask>) {
        let mut failed: Option<io::ErrorKind> = None;
        while let Some(first) = asked.recv().await {
            let (mut bytes, mut waiting, mut retiring, mut proves) = (Vec::new(), Vec::new(), None, false);
            let mut next = Some(first);
            let until = tokio::time::Instant::now() + LINGER;
            loop {
                match next.take() {
                    Some(Ask::Append(more)) => bytes.extend_from_slice(&more),
                    Some(Ask::Sync(done)) => waiting.push(done),
                    Some(Ask::Retire(done)) => retiring = Some(done),
                    Some(Ask::Prove) => proves = true,
                    None => break,
                }
                let is_awaited = !waiting.is_empty() || retiring.is_some() || proves;
                next = if bytes.len() >= MOST_GATHERED || retiring.is_some() {
                    None
                } else if is_awaited {
                    asked.try_recv().ok()
                } else {
                    tokio::time::timeout_at(until, asked.recv()).await.ok().flatten()
                };
            }
            let result = match failed {
                // What comes after something that is missing would stand in its place.
                Some(kind) => Err(kind.into()),
                None if !bytes.is_empty() => self.publish(RECORDS, &bytes).await,
                None => Ok(()),
            };
            let result = match result {
                Ok(()) if retiring.is_some() => self.publish(RETIRED, &[]).await,
                Ok(()) if proves && bytes.is_empty() => self.prove().await,
                result => result,
            };
            if let Err(error) = &result {
                tracing::warn!(%error, subject = self.subject, "the log takes no more");
                failed = Some(error.kind());
                self.hold.lose();
            }
            for waiting in waiting.into_iter().chain(retiring) {
                let _ = waiting.send(match &result {
                    Ok(()) => Ok(()),
                    Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
                });
            }
        }
    }

    /// Publishes one message, and once more if its answer is lost, as long as the worker may.
    async fn publish(&mut self, kind: u8, bytes: &[u8]) -> io::Result<()> {
        let mut text = Vec::with_capacity(bytes.len() + 1);
        text.push(kind);
        text.extend_from_slice(bytes);
        let sealed = self.seal.seal(&text).ok_or_else(|| io::Error::other("no randomness"))?;
        let sealed = bytes::Bytes::from(sealed);
        self.count += 1;
        let name = format!("{}.{}", self.name, self.count);
        loop {
            if !self.hold.is_good() {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the lease is over"));
            }
            let asked = Hold::clock();
            let message = PublishMessage::build()
                .payload(sealed.clone())
                .message_id(&name)
                .expected_last_subject_sequence(self.last);
            let published = async { self.context.send_publish(self.subject.clone(), message).await?.await };
            match tokio::time::timeout(self.patience, published).await {
                Ok(Ok(acknowledged)) => {
                    self.last = acknowledged.sequence;
                    self.hold.proved(asked);
                    return Ok(());
                }
                Ok(Err(error)) if is_fenced(error.kind()) => {
                    self.hold.lose();
                    return Err(io::Error::new(
                        io::ErrorKind::PermissionDenied,
                        "another worker has the log",
                    ));
                }
                Ok(Err(error)) => tracing::debug!(%error, subject = self.subject, "published once more"),
                Err(_) => tracing::debug!(subject = self.subject, "no answer in time; published once more"),
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Sees whether the log's last record is this worker's.
    async fn prove(&mut self) -> io::Result<()> {
        let asked = Hold::clock();
        let last = self.log.get_last_raw_message_by_subject(&self.subject);
        match tokio::time::timeout(self.patience, last).await {
            Ok(Ok(message)) if message.sequence == self.last => {
                self.hold.proved(asked);
                Ok(())
            }
            Ok(Ok(_)) => Err(io::Error::new(io::ErrorKind::PermissionDenied, "another worker has the log")),
            // Not known; without proofs the hold ends by itself.
            Ok(Err(_)) | Err(_) => Ok(()),
        }
    }
}
