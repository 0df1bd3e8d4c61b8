//! A disk that tells apart what was written and what was synced, and that can fail.

use std::io::{self, BufRead, Cursor};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use callbell_import::journal::{Length, ReadAt, Storage, Synced};

/// What a disk can be asked to do, as far as it can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Append,
    Sync,
    Reserve,
    Truncate,
    Read,
}

/// How it fails.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DiskFault {
    pub(crate) operation: Operation,
    /// The how-manieth of these operations, counted from 0.
    pub(crate) at: usize,
    pub(crate) error: io::ErrorKind,
    /// It fails from there on, until it is repaired.
    pub(crate) stays: bool,
    /// An append that fails leaves half of its bytes behind.
    pub(crate) torn: bool,
}

#[derive(Debug, Default)]
struct State {
    bytes: Vec<u8>,
    /// Bytes that a power cut leaves.
    synced: usize,
    /// Parts that a sync which failed gave up: they can be read until the power is cut, and no later sync writes them.
    given_up: Vec<Range<usize>>,
    /// The lengths that were noted, the last ones; a power cut leaves any of them.
    notes: Vec<Length>,
    sync_takes: Duration,
    fault: Option<DiskFault>,
    counts: [usize; 5],
    boot: u64,
    /// Steps that the process may still take; each operation on the disk or the line is one. `None`: it does not die.
    steps_left: Option<usize>,
    dead: bool,
    /// A process that dies at an append has written it, or not.
    last_append_counts: bool,
}

/// The disk. Clones are the same disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct SimDisk {
    state: Arc<Mutex<State>>,
    death: Arc<tokio::sync::Notify>,
}

impl SimDisk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn with_slow_sync(sync_takes: Duration) -> Self {
        let disk = Self::default();
        disk.state().sync_takes = sync_takes;
        disk
    }

    pub(crate) fn fail(&self, fault: DiskFault) {
        let mut state = self.state();
        state.fault = Some(fault);
        state.counts = [0; 5];
    }

    pub(crate) fn repair(&self) {
        self.state().fault = None;
    }

    /// A process opens the journal: after a sync that failed, `Disk` copies what can be read to a new file.
    pub(crate) fn opened(&self) -> Self {
        let mut state = self.state();
        if !state.given_up.is_empty() {
            state.given_up.clear();
            state.synced = state.bytes.len();
        }
        drop(state);
        self.clone()
    }

    /// The boot that runs now.
    pub(crate) fn boot(&self) -> String {
        format!("boot-{}", self.state().boot)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.state().bytes.clone()
    }

    /// Puts other bytes in the place of the journal, and forgets nothing else.
    pub(crate) fn set_bytes(&self, bytes: Vec<u8>) {
        self.state().bytes = bytes;
    }

    /// Everything that was not synced is lost, or a part of it, or it is torn; and another boot begins.
    pub(crate) fn cut_power(&self, luck: &mut fastrand::Rng) {
        let mut state = self.state();
        let (synced, length) = (state.synced.min(state.bytes.len()), state.bytes.len());
        let left = luck.usize(synced..=length);
        state.bytes.truncate(left);
        // Blocks may reach the disk out of order: what was not synced can have holes.
        if luck.bool() && left > synced {
            let hole = luck.usize(synced..left);
            let end = luck.usize(hole..left);
            state.bytes[hole..=end].fill(0);
        }
        let given_up = std::mem::take(&mut state.given_up);
        for part in given_up {
            let part = part.start.min(left)..part.end.min(left);
            state.bytes[part].fill(0);
        }
        if !state.notes.is_empty() {
            let kept = luck.usize(..state.notes.len());
            state.notes.truncate(kept + 1);
        }
        state.synced = state.bytes.len();
        state.boot += 1;
    }

    /// The next process dies at its step number `steps`, and takes with it what it was about to do there, or not.
    pub(crate) fn die_after(&self, steps: usize, last_append_counts: bool) {
        let mut state = self.state();
        state.steps_left = Some(steps);
        state.last_append_counts = last_append_counts;
    }

    /// A new process: it has not died.
    pub(crate) fn revive(&self) {
        let mut state = self.state();
        (state.steps_left, state.dead) = (None, false);
    }

    /// Takes a step: whether the process lives on. What a dead process does has no effect.
    pub(crate) fn step(&self) -> bool {
        let mut state = self.state();
        if let Some(left) = &mut state.steps_left {
            match left.checked_sub(1) {
                Some(less) => *left = less,
                None => state.dead = true,
            }
        }
        let dead = state.dead;
        drop(state);
        if dead {
            self.death.notify_one();
        }
        !dead
    }

    /// The moment at which the process dies.
    pub(crate) async fn death(&self) {
        self.death.notified().await;
    }

    fn operate(&self, operation: Operation) -> io::Result<()> {
        let mut state = self.state();
        let count = state.counts[operation as usize];
        state.counts[operation as usize] += 1;
        match state.fault {
            Some(fault)
                if fault.operation == operation
                    && (fault.at == count || (fault.stays && count > fault.at)) =>
            {
                Err(fault.error.into())
            }
            _ => Ok(()),
        }
    }
}

impl Storage for SimDisk {
    fn read(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        self.operate(Operation::Read)?;
        Ok(Box::new(Cursor::new(self.bytes())))
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.operate(Operation::Append) {
            let mut state = self.state();
            if state.fault.is_some_and(|fault| fault.torn) {
                state.bytes.extend_from_slice(&bytes[..bytes.len() / 2]);
            }
            return Err(error);
        }
        let was_dead = self.state().dead;
        let lives = self.step();
        let mut state = self.state();
        if lives || (!was_dead && state.last_append_counts) {
            state.bytes.extend_from_slice(bytes);
        }
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.operate(Operation::Truncate)?;
        let mut state = self.state();
        state.bytes.truncate(usize::try_from(length).unwrap());
        let length = state.bytes.len();
        state.synced = state.synced.min(length);
        state.given_up.retain_mut(|part| {
            part.end = part.end.min(length);
            part.start < part.end
        });
        Ok(())
    }

    fn reserve(&mut self, _bytes: u64) -> io::Result<()> {
        self.operate(Operation::Reserve)
    }

    fn sync(&mut self) -> Synced {
        if !self.step() {
            return Box::pin(std::future::pending());
        }
        let failed = self.operate(Operation::Sync);
        let disk = self.clone();
        let (length, takes) = {
            let state = self.state();
            (state.bytes.len(), state.sync_takes)
        };
        Box::pin(async move {
            if !takes.is_zero() {
                tokio::time::sleep(takes).await;
            }
            let mut state = disk.state();
            let from = state.synced;
            if let Err(error) = failed {
                if from < length {
                    state.given_up.push(from..length);
                }
                return Err(error);
            }
            state.synced = from.max(length);
            Ok(())
        })
    }

    fn noted_length(&mut self) -> Option<Length> {
        self.state().notes.last().cloned()
    }

    fn note_length(&mut self, length: &Length) {
        let mut state = self.state();
        if state.dead {
            return;
        }
        state.notes.push(length.clone());
        if state.notes.len() > 6 {
            state.notes.remove(0);
        }
    }

    fn reader(&self) -> io::Result<Box<dyn ReadAt>> {
        Ok(Box::new(self.clone()))
    }
}

impl ReadAt for SimDisk {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let state = self.state();
        let from = usize::try_from(offset).unwrap().min(state.bytes.len());
        let count = buffer.len().min(state.bytes.len() - from);
        buffer[..count].copy_from_slice(&state.bytes[from..from + count]);
        Ok(count)
    }
}
