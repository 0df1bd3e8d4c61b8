//! Goes through the contacts of an import, several at a time: looks at them, or deletes them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use futures::{StreamExt as _, stream};
use tokio::time::Instant;

use super::act::{Act, Next};
use super::fate::Fate;
use super::guard::{Guard, Verdict};
use super::log::{UndoLog, UndoLogError};
use super::past::Past;
use super::putting_back::{Plan, PuttingBack, Step};
use super::spared::{Reason, Spared};
use super::tally::Tally;
use crate::api::{Eraser, Fault, Gone, StoredContact, Transport};
use crate::inquiry::{Inquiry, NoAnswer};
use crate::journal::{Storage, TicketNumber};
use crate::ledger::{Entry, Ledger, OwnChange, Seen};
use crate::model::Stop;
use crate::results::{Named, OutputError, Sent, Table};
use crate::words::{Message, worded};

/// The columns of `undo.csv`.
pub const COLUMNS: [&str; 8] =
    ["row", "uuid", "identifier", "name", "result", "reason", "members", "message"];

/// What is written for a contact that the undo did not come to.
const NOT_REACHED: &str = "not_reached";

/// Why an undo cannot go on.
#[derive(Debug)]
pub enum UndoError {
    /// The log.
    Log(UndoLogError),
    /// The table.
    Output(OutputError),
}

worded!(UndoError);

impl From<UndoLogError> for UndoError {
    fn from(error: UndoLogError) -> Self {
        Self::Log(error)
    }
}

impl From<OutputError> for UndoError {
    fn from(error: OutputError) -> Self {
        Self::Output(error)
    }
}

impl UndoError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Log(error) => error.message(),
            Self::Output(error) => error.message(),
        }
    }
}

/// An import that is taken back.
pub struct Undoing<'u, T, S> {
    /// What it created.
    pub ledger: &'u Ledger,
    /// What earlier undos did.
    pub past: &'u Past,
    /// The rules.
    pub guard: &'u Guard,
    /// The API.
    pub eraser: &'u Eraser<T>,
    /// The way to it.
    pub inquiry: &'u Inquiry<T>,
    /// What is done is written down here.
    pub log: Mutex<UndoLog<S>>,
    /// Contacts at a time.
    pub concurrency: usize,
    /// How long a server may still be about to do what it was asked when its answer was lost.
    pub settle: Duration,
    /// When this process began: what an earlier one left open is no younger.
    pub began: Instant,
}

/// How a contact came to be, and what this import itself has changed since: only what others changed keeps it.
struct Made {
    sent: Option<Sent>,
    changes: Vec<OwnChange>,
}

impl Made {
    fn of(ledger: &Ledger, entry: &Entry) -> Self {
        Self { sent: ledger.sent_at_first(entry), changes: ledger.changes(entry) }
    }
}

/// Who the contacts are of which this import knows no more than their names in the account, as the API shows them when they
/// are first looked at.
type Shown = Mutex<BTreeMap<TicketNumber, Named>>;

/// Why one contact has no fate.
enum Broken {
    Stop(Stop),
    Log(UndoLogError),
}

impl<T: Transport, S: Storage> Undoing<'_, T, S> {
    /// Looks at every contact and lists those that may be deleted. Nothing is deleted. Completes the table.
    ///
    /// # Errors
    ///
    /// If log or table cannot be written.
    pub async fn look(
        &self,
        table: Table,
        now: SystemTime,
        each: impl FnMut(&Tally),
    ) -> Result<(Tally, Option<Stop>), UndoError> {
        self.pass(true, table, now, each).await
    }

    /// Deletes what the last dry run listed, as far as it is still as it was. Completes the table.
    ///
    /// # Errors
    ///
    /// If log or table cannot be written.
    pub async fn delete(
        &self,
        table: Table,
        now: SystemTime,
        each: impl FnMut(&Tally),
    ) -> Result<(Tally, Option<Stop>), UndoError> {
        self.pass(false, table, now, each).await
    }

    async fn pass(
        &self,
        dry: bool,
        mut table: Table,
        now: SystemTime,
        mut each: impl FnMut(&Tally),
    ) -> Result<(Tally, Option<Stop>), UndoError> {
        self.log().begin(dry, &self.guard.state(self.ledger), now)?;
        let stopped: Mutex<Option<Stop>> = Mutex::new(None);
        let shown = Shown::default();
        let fates = stream::iter(&self.ledger.entries)
            .map(|entry| {
                let (stopped, shown) = (&stopped, &shown);
                async move {
                    // After a stop nothing is begun, and what is under way comes to its end.
                    if lock(stopped).is_some() {
                        return (entry, Ok(None));
                    }
                    let fate = if dry {
                        self.look_at(entry, shown).await
                    } else {
                        self.take_back(entry, shown).await
                    };
                    match fate {
                        Ok(fate) => (entry, Ok(Some(fate))),
                        Err(Broken::Stop(stop)) => {
                            lock(stopped).get_or_insert(stop);
                            (entry, Ok(None))
                        }
                        Err(Broken::Log(error)) => (entry, Err(error)),
                    }
                }
            })
            .buffered(self.concurrency.max(1));
        let mut fates = std::pin::pin!(fates);
        let mut tally = Tally::default();
        while let Some((entry, fate)) = fates.next().await {
            let fate = fate?;
            if dry && let Some(fate) = &fate {
                match fate {
                    Fate::WouldDelete | Fate::WouldRestore => self.log().list(entry.ticket)?,
                    fate if self.past.fates.get(&entry.ticket) == Some(fate) && fate.is_final() => {}
                    fate => self.log().settle(entry.ticket, fate)?,
                }
            }
            tally.note(entry.row, fate.as_ref());
            self.write(&mut table, entry, lock(&shown).remove(&entry.ticket), fate.as_ref())?;
            each(&tally);
        }
        let stop = lock(&stopped).take();
        // A log that says that the pass is over would have nobody write the table anew.
        table.finish()?;
        if stop.is_none() {
            let synced = self.log().end(dry)?;
            synced.await.map_err(UndoLogError::io("sync"))?;
            self.log().synced();
        }
        Ok((tally, stop))
    }

    /// A dry run's look at one contact.
    async fn look_at(&self, entry: &Entry, shown: &Shown) -> Result<Fate, Broken> {
        if let Some(fate) = self.past.fates.get(&entry.ticket).filter(|fate| fate.is_final()) {
            return Ok(fate.clone());
        }
        // Where an earlier process was about to delete it, that it is not there any more is its deed.
        let left_open = self.past.open.contains(&entry.ticket);
        if !entry.is_created_here() {
            let changes = self.ledger.changes(entry);
            return Ok(match PuttingBack::default().looked(self.plan(entry, &changes, shown).await?) {
                Step::End(fate) => unless_met(entry, fate),
                _ => Fate::WouldRestore,
            });
        }
        let made = Made::of(self.ledger, entry);
        let mut act = Act::new(left_open);
        loop {
            let settled = self.began.elapsed() >= self.settle;
            match act.looked(self.read_and_judge(entry, &made, shown).await?, settled) {
                Next::End(fate) => return Ok(fate),
                Next::Settle => self.wait_until_settled(self.began).await?,
                _ => return Ok(Fate::WouldDelete),
            }
        }
    }

    /// Waits until what was asked at `since` has been done or never will be.
    async fn wait_until_settled(&self, since: Instant) -> Result<(), Broken> {
        Ok(self.inquiry.sleep(self.settle.saturating_sub(since.elapsed())).await?)
    }

    /// Deletes one contact, if it was listed and is as it was.
    async fn take_back(&self, entry: &Entry, shown: &Shown) -> Result<Fate, Broken> {
        let ticket = entry.ticket;
        let left_open = self.past.open.contains(&ticket);
        let is_listed = self.past.list.as_ref().is_some_and(|list| list.tickets.contains(&ticket));
        match self.past.fates.get(&ticket) {
            Some(fate) if fate.is_final() => return Ok(fate.clone()),
            Some(fate) if !is_listed && !left_open => return Ok(fate.clone()),
            None if !is_listed && !left_open => return Ok(Fate::Kept(Spared::plain(Reason::NotListed))),
            _ => {}
        }
        if !entry.is_created_here() {
            let fate = self.put_back(entry, is_listed, shown).await?;
            self.log().settle(ticket, &fate)?;
            return Ok(fate);
        }
        let made = Made::of(self.ledger, entry);
        let mut act = Act::new(left_open);
        let mut since = self.began;
        let mut next = Next::Look;
        loop {
            next = match next {
                Next::Look => {
                    let settled = since.elapsed() >= self.settle;
                    act.looked(self.read_and_judge(entry, &made, shown).await?, settled)
                }
                Next::Delete if !is_listed => Next::End(Fate::Kept(Spared::plain(Reason::NotListed))),
                Next::Delete => {
                    let answer = self.erase(entry).await?;
                    since = Instant::now();
                    act.deleted(answer)
                }
                Next::Wait(vain) => {
                    self.inquiry.wait(vain).await?;
                    Next::Look
                }
                Next::Settle => {
                    self.wait_until_settled(since).await?;
                    Next::Look
                }
                Next::End(fate) => {
                    self.log().settle(ticket, &fate)?;
                    return Ok(fate);
                }
            };
        }
    }

    /// Puts back what an update changed. Unlike a deletion it can be looked at afterwards: a process that dies in between
    /// leaves nothing that the next look does not tell.
    async fn put_back(&self, entry: &Entry, is_listed: bool, shown: &Shown) -> Result<Fate, Broken> {
        let changes = self.ledger.changes(entry);
        let uuid = &*entry.uuid;
        let mut putting = PuttingBack::default();
        let mut step = putting.looked(self.plan(entry, &changes, shown).await?);
        loop {
            step = match step {
                Step::Put(_) if !is_listed => Step::End(Fate::Kept(Spared::plain(Reason::NotListed))),
                Step::Put(said) => {
                    let turn = self.inquiry.turn_after_a_look().await?;
                    let synced = self.log().intend(entry.ticket)?;
                    synced.await.map_err(UndoLogError::io("sync"))?;
                    match self.inquiry.send(turn, || self.eraser.client().change(uuid, &said)).await {
                        Ok(stored) => putting.put(Ok(plan(&changes, &stored))),
                        Err(NoAnswer::Fault(fault)) => putting.put(Err(fault)),
                        Err(NoAnswer::Stop(stop)) => return Err(Broken::Stop(stop)),
                    }
                }
                Step::Wait(vain) => {
                    self.inquiry.wait(vain).await?;
                    putting.looked(self.plan(entry, &changes, shown).await?)
                }
                Step::End(fate) => return Ok(unless_met(entry, fate)),
            };
        }
    }

    /// What is to be put back, by what the contact shows now.
    async fn plan(
        &self,
        entry: &Entry,
        changes: &[OwnChange],
        shown: &Shown,
    ) -> Result<Result<Option<Plan>, Fault>, Broken> {
        let found = self.found(entry, shown).await?;
        Ok(found.map(|found| found.map(|stored| plan(changes, &stored))))
    }

    /// What the API shows of a contact now.
    async fn found(
        &self,
        entry: &Entry,
        shown: &Shown,
    ) -> Result<Result<Option<StoredContact>, Fault>, Broken> {
        let found = match self.inquiry.contact(&entry.uuid).await {
            Ok(found) => found,
            Err(NoAnswer::Fault(fault)) => return Ok(Err(fault)),
            Err(NoAnswer::Stop(stop)) => return Err(Broken::Stop(stop)),
        };
        if let Some(stored) = found.as_ref().filter(|_| self.ledger.named(entry).is_none()) {
            lock(shown).entry(entry.ticket).or_insert_with(|| Named {
                row: None,
                identifier: stored.phone_digits.clone().unwrap_or_default(),
                name: stored.name.clone().unwrap_or_default(),
            });
        }
        Ok(Ok(found))
    }

    async fn read_and_judge(
        &self,
        entry: &Entry,
        made: &Made,
        shown: &Shown,
    ) -> Result<Result<Option<Verdict>, Fault>, Broken> {
        let judge = |stored: StoredContact| {
            let now = stored.shown.as_ref().and_then(Seen::read);
            match now {
                Some(now) => self.guard.judge(entry, made.sent.as_ref(), &now.without(&made.changes)),
                None => Err(Spared::plain(Reason::NotKnown)),
            }
        };
        Ok(self.found(entry, shown).await?.map(|found| found.map(judge)))
    }

    /// One deletion. Its intent is on disk before it leaves.
    async fn erase(&self, entry: &Entry) -> Result<Result<Gone, Fault>, Broken> {
        let uuid = &*entry.uuid;
        let turn = self.inquiry.turn_after_a_look().await?;
        let synced = self.log().intend(entry.ticket)?;
        synced.await.map_err(UndoLogError::io("sync"))?;
        match self.inquiry.send(turn, || self.eraser.delete(uuid)).await {
            Ok(gone) => Ok(Ok(gone)),
            Err(NoAnswer::Fault(fault)) => Ok(Err(fault)),
            Err(NoAnswer::Stop(stop)) => Err(Broken::Stop(stop)),
        }
    }

    fn write(
        &self,
        table: &mut Table,
        entry: &Entry,
        shown: Option<Named>,
        fate: Option<&Fate>,
    ) -> Result<(), OutputError> {
        let Named { row, identifier, name } = self.ledger.named(entry).or(shown).unwrap_or_default();
        let row = row.map(|row| row.to_string()).unwrap_or_default();
        let why = fate.and_then(Fate::why).map(Message::told).unwrap_or_default();
        let (reason, members) = match fate {
            Some(Fate::Kept(spared)) => (spared.reason.as_str(), spared.members.as_str()),
            Some(Fate::Restored { left }) if !left.is_empty() => ("in_part", left.as_str()),
            Some(Fate::Restored { .. }) if entry.may_be_own() => (Reason::MayBeOwn.as_str(), ""),
            Some(Fate::Deleted { by_lookup: true }) => ("confirmed_by_lookup", ""),
            _ => ("", ""),
        };
        let result = fate.map_or(NOT_REACHED, Fate::as_str);
        let uuid = &*entry.uuid;
        table.add(&[&row, uuid, &identifier, &name, result, reason, members, &why])
    }

    fn log(&self) -> MutexGuard<'_, UndoLog<S>> {
        lock(&self.log)
    }
}

/// A contact of which nobody can tell whether this import created it is kept, and told to be, where nothing of it was to be
/// put back.
fn unless_met(entry: &Entry, fate: Fate) -> Fate {
    match fate {
        Fate::Restored { left } if left.is_empty() && entry.may_be_own() && entry.updates.is_empty() => {
            Fate::Kept(Spared::plain(Reason::MayBeOwn))
        }
        fate => fate,
    }
}

fn plan(changes: &[OwnChange], stored: &StoredContact) -> Plan {
    let now = stored.shown.as_ref().and_then(Seen::read);
    now.map(|now| Plan::of(changes, &now)).unwrap_or_default()
}

impl From<Stop> for Broken {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<UndoLogError> for Broken {
    fn from(error: UndoLogError) -> Self {
        Self::Log(error)
    }
}

fn lock<V>(value: &Mutex<V>) -> MutexGuard<'_, V> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
