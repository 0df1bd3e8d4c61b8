//! Where the journal's bytes are: one trait, so that disks that fail can be put in the place of one that works.

use std::fs::{File, OpenOptions, TryLockError};
use std::future::Future;
use std::io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, mpsc};

use tokio::sync::oneshot;

use super::own_file::{folder_of, give_to_owner_of, own_file, own_file_to_read};

/// The end of a sync.
pub type Synced = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// How many bytes a journal has had; kept beside it, so that a shorter one is known for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Length {
    /// Bytes that were written, valid in this boot.
    pub written: u64,
    /// Bytes that were synced, valid for ever.
    pub synced: u64,
    /// The boot in which they were written.
    pub boot: Option<String>,
}

impl Length {
    /// The length that was noted beside the journal at `path`; `None` if none was, or it cannot be read.
    pub fn beside(path: &Path) -> Option<Self> {
        Self::read(&mut own_file_to_read(&path.with_extension("length")).ok()?)
    }

    fn read(note: &mut File) -> Option<Self> {
        let mut text = String::new();
        note.read_to_string(&mut text).ok()?;
        let mut words = text.split_whitespace();
        let (written, synced) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        Some(Self { written, synced, boot: words.next().filter(|boot| *boot != "-").map(str::to_owned) })
    }
}

/// A growing file.
pub trait Storage: Send + 'static {
    /// All bytes, from the first.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    fn read(&mut self) -> io::Result<Box<dyn BufRead + '_>>;

    /// Appends bytes. After an error the file ends where it ended before.
    ///
    /// # Errors
    ///
    /// If they cannot be written, for example because the disk is full.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Cuts off everything after `length`.
    ///
    /// # Errors
    ///
    /// If it cannot be cut.
    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// Makes sure that `bytes` more will fit, as far as that can be known.
    ///
    /// # Errors
    ///
    /// If they will not.
    fn reserve(&mut self, bytes: u64) -> io::Result<()>;

    /// Makes everything that was appended before this call survive a power cut.
    fn sync(&mut self) -> Synced;

    /// Whether what was appended and not synced is lost when the process dies. Then a mark has to be synced before its row
    /// may leave; on a disk it only has to be written.
    fn forgets_with_the_process(&self) -> bool {
        false
    }

    /// The length that was noted last; `None` if none was.
    fn noted_length(&mut self) -> Option<Length>;

    /// Notes a length. Failing to is no error: it makes the journal less suspicious, not less safe.
    fn note_length(&mut self, length: &Length);

    /// Someone who reads while this is written.
    fn reader(&self) -> io::Result<Box<dyn ReadAt>>;
}

/// Reads bytes at a place.
pub trait ReadAt: Send + Sync {
    /// Reads bytes from `offset`: how many; none at the end.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, buffer, offset)
    }
}

/// A file on disk, with a thread that syncs it.
pub struct Disk {
    file: Arc<File>,
    path: PathBuf,
    length: u64,
    note: Option<File>,
    syncs: Option<mpsc::Sender<oneshot::Sender<io::Result<()>>>>,
    /// Without it, what was written survives the process but not a power cut.
    power_safe: bool,
}

impl Disk {
    /// Opens or makes the journal at `path`, readable by the user only. With `power_safe`, a sync waits for the disk.
    ///
    /// # Errors
    ///
    /// If it cannot be opened, made, or its folder synced; `WouldBlock` if another process has it, which happens only
    /// where somebody deleted the lock.
    pub fn open(path: &Path, power_safe: bool) -> io::Result<Self> {
        let suspect = suspect(path);
        if suspect.exists() {
            if path.exists() {
                renew(path)?;
            }
            std::fs::remove_file(&suspect)?;
        }
        let file = own_file(path)?;
        lock(&file)?;
        // Also where it is there already: the process that made it may have died before its folder had it.
        file.sync_all()?;
        sync_folder(path)?;
        let length = file.metadata()?.len();
        let note = own_file(&path.with_extension("length")).ok();
        Ok(Self { file: Arc::new(file), path: path.to_owned(), length, note, syncs: None, power_safe })
    }

    fn syncing(&mut self) -> io::Result<&mpsc::Sender<oneshot::Sender<io::Result<()>>>> {
        if self.syncs.is_none() {
            let (asking, asked) = mpsc::channel::<oneshot::Sender<io::Result<()>>>();
            let file = Arc::clone(&self.file);
            let suspect = suspect(&self.path);
            std::thread::Builder::new().name("journal".to_owned()).spawn(move || {
                while let Ok(first) = asked.recv() {
                    // One sync answers all that were asked for before it began.
                    let waiting: Vec<_> = std::iter::once(first).chain(asked.try_iter()).collect();
                    let result = file.sync_data();
                    if result.is_err() {
                        // The kernel may have dropped the pages and report success next time, so what can still be
                        // read is copied to a new file when the journal is opened again.
                        let _ = File::create_new(&suspect);
                    }
                    for waiting in waiting {
                        let copy = result.as_ref().copied().map_err(|error| io::Error::from(error.kind()));
                        let _ = waiting.send(copy);
                    }
                }
            })?;
            self.syncs = Some(asking);
        }
        self.syncs.as_ref().ok_or_else(|| io::Error::other("no syncing thread"))
    }
}

/// The journal of an import of which nothing is written, so that nobody else writes it either.
#[derive(Debug)]
pub struct Held {
    _file: File,
}

impl Held {
    /// Holds the journal at `path`, which [`Disk::open`] does by itself.
    ///
    /// # Errors
    ///
    /// If it is not there or cannot be opened; `WouldBlock` if another process has it.
    pub fn take(path: &Path) -> io::Result<Self> {
        let file = own_file_to_read(path)?;
        lock(&file)?;
        Ok(Self { _file: file })
    }
}

/// Not every file system has locks: without them only those who have it say so.
fn lock(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            Err(io::Error::new(io::ErrorKind::WouldBlock, "another process has it"))
        }
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// Where it is noted that a sync has failed.
fn suspect(path: &Path) -> PathBuf {
    path.with_extension("suspect")
}

pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

/// Copies the journal to a new file that was synced, in its place.
fn renew(path: &Path) -> io::Result<()> {
    let new = path.with_extension("new");
    // Of a process that died here. What cannot be removed is in the way of the new one, which says so.
    let _ = std::fs::remove_file(&new);
    let mut copy = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    give_to_owner_of(folder_of(path), &copy);
    io::copy(&mut own_file_to_read(path)?, &mut copy)?;
    copy.sync_all()?;
    std::fs::rename(&new, path)?;
    sync_folder(path)
}

impl Storage for Disk {
    fn read(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        (&*self.file).seek(SeekFrom::Start(0))?;
        Ok(Box::new(BufReader::with_capacity(256 * 1024, &*self.file)))
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.file.write_all_at(bytes, self.length) {
            Ok(()) => {
                self.length += bytes.len() as u64;
                Ok(())
            }
            Err(error) => {
                // Half a record must not stand before a whole one.
                let _ = self.file.set_len(self.length);
                Err(error)
            }
        }
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.length = length;
        Ok(())
    }

    fn reserve(&mut self, bytes: u64) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{FallocateFlags, fallocate};
            use rustix::io::Errno;
            match fallocate(&*self.file, FallocateFlags::KEEP_SIZE, self.length, bytes) {
                // Not every file system can; then a full disk shows when it is written to.
                Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let _ = bytes;
        Ok(())
    }

    fn sync(&mut self) -> Synced {
        // What is written to a file without a name is lost with this process.
        if self.file.metadata().is_ok_and(|file| file.nlink() == 0) {
            let error =
                io::Error::new(io::ErrorKind::NotFound, "it was deleted or replaced while it was in use");
            return Box::pin(std::future::ready(Err(error)));
        }
        if !self.power_safe {
            return Box::pin(std::future::ready(Ok(())));
        }
        let (done, synced) = oneshot::channel();
        let asked = self
            .syncing()
            .and_then(|syncs| syncs.send(done).map_err(|_| io::Error::other("no syncing thread")));
        Box::pin(async move {
            asked?;
            synced.await.unwrap_or_else(|_| Err(io::Error::other("the syncing thread is gone")))
        })
    }

    fn noted_length(&mut self) -> Option<Length> {
        let note = self.note.as_mut()?;
        note.seek(SeekFrom::Start(0)).ok()?;
        Length::read(note)
    }

    fn note_length(&mut self, length: &Length) {
        if let Some(note) = &mut self.note {
            // Always as long, so that no part of an older note stays behind it.
            let boot = length.boot.as_deref().unwrap_or("-");
            let text = format!("{:020} {:020} {boot:60}\n", length.written, length.synced);
            let _ = note.write_all_at(text.as_bytes(), 0);
        }
    }

    fn reader(&self) -> io::Result<Box<dyn ReadAt>> {
        Ok(Box::new(self.file.try_clone()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_sync_that_failed_the_journal_is_copied_to_a_file_that_the_disk_has() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.log");
        let mut disk = Disk::open(&path, true).unwrap();
        disk.append(b"what can still be read\n").unwrap();
        let before = std::fs::metadata(&path).unwrap().ino();
        drop(disk);
        File::create(suspect(&path)).unwrap();
        let mut disk = Disk::open(&path, true).unwrap();
        assert_ne!(std::fs::metadata(&path).unwrap().ino(), before, "it is another file");
        let mut text = String::new();
        disk.read().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "what can still be read\n");
        assert!(!suspect(&path).exists() && !path.with_extension("new").exists());
        disk.append(b"and more\n").unwrap();
        assert_eq!(std::fs::read(&path).unwrap().len(), 32);
    }

    #[test]
    fn a_journal_that_somebody_has_is_not_opened_a_second_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.log");
        let first = Disk::open(&path, true).unwrap();
        let error = Disk::open(&path, true).err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        drop(first);
        Disk::open(&path, true).unwrap();
    }

    #[test]
    fn the_length_that_was_noted_is_read_back_whatever_stood_there_before() {
        let folder = tempfile::tempdir().unwrap();
        let mut disk = Disk::open(&folder.path().join("journal.log"), true).unwrap();
        assert_eq!(disk.noted_length(), None);
        let long = Length { written: u64::MAX, synced: 7, boot: Some("b".repeat(60)) };
        let short = Length { written: 9, synced: 7, boot: None };
        for length in [long, short] {
            disk.note_length(&length);
            assert_eq!(disk.noted_length(), Some(length));
        }
    }

    #[test]
    fn the_folder_of_a_file_is_where_it_stands() {
        assert_eq!(folder_of(Path::new("journal.log")), Path::new("."));
        assert_eq!(folder_of(Path::new("state/journal.log")), Path::new("state"));
        assert_eq!(folder_of(Path::new("/journal.log")), Path::new("/"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn room_that_no_file_has_is_refused_and_room_that_there_is_leaves_the_file_as_long_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.log");
        let mut disk = Disk::open(&path, true).unwrap();
        disk.append(b"something\n").unwrap();
        disk.reserve(100_000).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 10);
        assert!(disk.reserve(i64::MAX as u64).is_err());
    }

    #[test]
    fn whoever_reads_at_a_place_is_told_how_much_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let mut disk = Disk::open(&folder.path().join("journal.log"), true).unwrap();
        disk.append(b"one two").unwrap();
        let reader = disk.reader().unwrap();
        let mut buffer = [0; 5];
        assert_eq!((reader.read_at(&mut buffer, 4).unwrap(), &buffer[..3]), (3, &b"two"[..]));
        assert_eq!(reader.read_at(&mut buffer, 7).unwrap(), 0);
    }
}
