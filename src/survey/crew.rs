//! Reads the cells of rows and fills forms with them, on threads beside the one that cuts the file into stretches of rows.
//!
//! Filling takes longer than cutting, so that the cutting thread fills, too, when its helpers have enough to do. What is
//! found is given back in the order of the file.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use super::reading::RemarkCount;
use super::values::Values;
use crate::input::{Done, InputFiles, Stretch};
use crate::journal::{ContactKey, Fingerprints};
use crate::mapping::{Facts, Form};
use crate::model::{Code, NewContact, Rejection, Remark, Row, RowNumber, RowPlace, Source, Stands, Window};

/// Stretches that wait for each helper: as many as it fills while the thread that cuts sorts what memory holds.
const WAITING: usize = 12;
/// Stretches that wait for one before them.
const MOST_ON_THE_WAY: usize = 32;
/// Most helpers; one thread cuts no faster than this many fill.
const MOST_HELPERS: usize = 3;

/// A stretch of which every row was looked at.
pub(super) struct Found {
    pub(super) findings: Findings,
    /// Goes back to the reading.
    pub(super) done: Done,
}

/// What the rows of a stretch are found to be.
#[derive(Default)]
pub(super) struct Findings {
    /// Rows of the window.
    pub(super) rows: u64,
    /// Names of contacts that have no look-up, in rows of other parts.
    pub(super) elsewhere: Vec<([u8; 16], RowNumber)>,
    /// Those that can be sent.
    pub(super) contacts: Vec<Contact>,
    /// Those that can be sent, and of which a telephone number is all that there is to know.
    pub(super) numbers: Vec<PlainNumber>,
    /// Those that cannot.
    pub(super) rejected: Vec<(Row, Rejection)>,
}

/// A row that can be sent, of which little is known.
pub(super) struct PlainNumber {
    pub(super) number: u64,
    pub(super) row: RowNumber,
    pub(super) without_bot_status: bool,
}

/// A row that can be sent.
pub(super) struct Contact {
    pub(super) row: RowNumber,
    pub(super) key: ContactKey,
    pub(super) content: [u8; 8],
    pub(super) told: Told,
    /// Where there is no look-up.
    pub(super) name: Option<[u8; 16]>,
}

/// What a row tells of itself besides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) without_bot_status: bool,
    /// See [`Form::is_in_no_doubt`].
    pub(super) in_no_doubt: bool,
}

/// What is summed up over the rows of a helper.
pub(super) struct Sums {
    pub(super) remarks: BTreeMap<Code, RemarkCount>,
    pub(super) in_doubt: u64,
    pub(super) first: Option<(RowPlace, NewContact)>,
    pub(super) facts: Facts,
    pub(super) values: Values,
}

/// How rows are filled.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) input: &'a InputFiles,
    pub(super) window: Window,
    /// Rows outside of it only show who stands in the file twice.
    pub(super) counted: Window,
    pub(super) form: &'a Form,
    pub(super) fingerprints: &'a Fingerprints,
    /// Whether what rows say is compared, too.
    pub(super) contents: bool,
    /// Whether what rows ask of the account is counted.
    pub(super) values: bool,
}

impl Task<'_> {
    pub(super) fn sums(&self) -> Sums {
        Sums {
            remarks: BTreeMap::new(),
            in_doubt: 0,
            first: None,
            facts: Facts::of_form(self.form),
            values: Values::default(),
        }
    }

    fn fill(&self, stretch: Stretch, sums: &mut Sums) -> Found {
        let mut rows = stretch.rows(self.input);
        let mut found = Findings::default();
        while let Some(row) = rows.next() {
            match self.window.place(row.number) {
                Stands::Before => continue,
                Stands::Inside => {}
                Stands::Behind => break,
            }
            sums.facts.note(row);
            // One contact is shown; of the others it is enough to know who they are, unless what they say is compared.
            let filled = if self.contents || self.values || sums.first.is_none() {
                self.whole(row, sums, &mut found)
            } else {
                self.who(row, sums, &mut found)
            };
            if let Err(rejection) = filled
                && self.window.shard.has_row(row.number)
                && self.counts(row.number)
            {
                found.rows += 1;
                found.rejected.push((row.clone(), rejection));
            }
        }
        Found { findings: found, done: rows.done() }
    }

    fn counts(&self, row: RowNumber) -> bool {
        self.counted.place(row) == Stands::Inside
    }

    fn whole(&self, row: &Row, sums: &mut Sums, found: &mut Findings) -> Result<(), Rejection> {
        let (contact, remarks) = self.form.fill(row)?;
        if !self.window.shard.has_contact(contact.source, &contact.identifier) {
            self.pass_over(row.number, &contact, found);
            return Ok(());
        }
        let counts = self.counts(row.number);
        if counts {
            found.rows += 1;
            if self.values {
                sums.values.note(row.place(), &contact);
                sums.values.note_remarks(contact.source, &remarks);
            }
            self.sum(row, remarks, sums);
        }
        let number = self.plain_number(&contact.identifier, contact.source, contact.channel_uuid.as_deref());
        match number.filter(|_| !self.contents) {
            Some(number) => {
                let without_bot_status = contact.bot_status.is_none();
                found.numbers.push(PlainNumber { number, row: row.number, without_bot_status });
            }
            None => found.contacts.push(self.contact(row, &contact)),
        }
        if counts {
            sums.first.get_or_insert((row.place(), contact));
        }
        Ok(())
    }

    fn who(&self, row: &Row, sums: &mut Sums, found: &mut Findings) -> Result<(), Rejection> {
        let (who, remarks) = self.form.look(row)?;
        if !self.window.shard.has_contact(who.source, &who.identifier) {
            // Its name is of no use: nothing is sent after a reading that finds out no more than this.
            return Ok(());
        }
        if self.counts(row.number) {
            found.rows += 1;
            self.sum(row, remarks, sums);
        }
        match self.plain_number(&who.identifier, who.source, who.channel_uuid.as_deref()) {
            Some(number) => {
                let without_bot_status = !who.has_bot_status;
                found.numbers.push(PlainNumber { number, row: row.number, without_bot_status });
            }
            None => {
                let (contact, _) = self.form.fill(row)?;
                found.contacts.push(self.contact(row, &contact));
            }
        }
        Ok(())
    }

    /// A row of another part: where only the name tells contacts apart, it may be taken for one of this part.
    fn pass_over(&self, row: RowNumber, contact: &NewContact, found: &mut Findings) {
        if contact.source != Source::Whatsapp {
            found.elsewhere.push((self.fingerprints.name(contact), row));
        }
    }

    /// The number that says all about who a contact is, in the form that stands for both where there are two.
    fn plain_number(&self, identifier: &str, source: Source, channel: Option<&str>) -> Option<u64> {
        let is_plain = source == Source::Whatsapp
            && channel.is_none_or(|channel| self.fingerprints.is_main(source, channel));
        is_plain.then(|| self.fingerprints.canonical(identifier).parse().ok()).flatten()
    }

    fn contact(&self, row: &Row, contact: &NewContact) -> Contact {
        let without_bot_status = contact.bot_status.is_none();
        Contact {
            row: row.number,
            key: self.fingerprints.key(contact),
            content: self.fingerprints.content(contact),
            told: Told { without_bot_status, in_no_doubt: self.form.is_in_no_doubt(row) },
            name: (contact.source != Source::Whatsapp).then(|| self.fingerprints.name(contact)),
        }
    }

    fn sum(&self, row: &Row, remarks: Vec<Remark>, sums: &mut Sums) {
        for remark in remarks {
            let count = RemarkCount { rows: 0, first: row.place() };
            sums.remarks.entry(remark.code).or_insert(count).rows += 1;
        }
        sums.in_doubt += u64::from(self.form.is_in_doubt(row));
    }
}

impl Sums {
    pub(super) fn join(&mut self, other: Self) {
        for (code, count) in other.remarks {
            let known = self.remarks.entry(code).or_insert(RemarkCount { rows: 0, first: count.first });
            known.rows += count.rows;
            known.first = known.first.min(count.first);
        }
        self.in_doubt += other.in_doubt;
        if let Some(first) = other.first
            && self.first.as_ref().is_none_or(|(row, _)| first.0 < *row)
        {
            self.first = Some(first);
        }
        self.facts.join(&other.facts);
        self.values.join(other.values);
    }
}

struct Helper<'s> {
    hand_over: SyncSender<Stretch>,
    findings: Receiver<Found>,
    thread: ScopedJoinHandle<'s, Sums>,
}

/// A stretch on its way.
enum OnTheWay {
    /// With the helper of this number.
    Away(usize),
    /// Filled by the thread that cuts, since the helpers had enough to do.
    Here(Found),
}

/// The helpers, and the stretches that are on their way.
pub(super) struct Crew<'s> {
    task: Task<'s>,
    helpers: Vec<Helper<'s>>,
    /// In the order of the file.
    on_the_way: VecDeque<OnTheWay>,
    /// Stretches that are with each helper.
    with: Vec<usize>,
    sums: Sums,
}

impl<'s> Crew<'s> {
    pub(super) fn new<'e: 's>(scope: &'s Scope<'s, 'e>, task: Task<'s>) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let helpers: Vec<Helper<'s>> = (0..threads.saturating_sub(1).clamp(1, MOST_HELPERS))
            .map(|_| {
                let (hand_over, stretches) = sync_channel::<Stretch>(WAITING);
                // As much as can be on its way, so that no helper ever waits to give back.
                let (give_back, findings) = sync_channel(WAITING);
                let thread = scope.spawn(move || {
                    let mut sums = task.sums();
                    for stretch in stretches {
                        if give_back.send(task.fill(stretch, &mut sums)).is_err() {
                            break;
                        }
                    }
                    sums
                });
                Helper { hand_over, findings, thread }
            })
            .collect();
        let with = vec![0; helpers.len()];
        Self { task, helpers, on_the_way: VecDeque::new(), with, sums: task.sums() }
    }

    /// Takes a stretch.
    pub(super) fn push(&mut self, stretch: Stretch) {
        let idlest = (0..self.helpers.len()).min_by_key(|&helper| self.with[helper]).unwrap_or_default();
        if self.with[idlest] < WAITING {
            self.with[idlest] += 1;
            // A helper that is gone has panicked, which `finish` passes on.
            let _ = self.helpers[idlest].hand_over.send(stretch);
            self.on_the_way.push_back(OnTheWay::Away(idlest));
        } else {
            self.on_the_way.push_back(OnTheWay::Here(self.task.fill(stretch, &mut self.sums)));
        }
    }

    /// What was found of the first stretch that is on its way, if it is ready, or so many wait behind it that nothing
    /// else can be done first.
    pub(super) fn ready(&mut self) -> Option<Found> {
        match self.on_the_way.front()? {
            OnTheWay::Away(helper) if self.on_the_way.len() <= MOST_ON_THE_WAY => {
                let found = self.helpers[*helper].findings.try_recv().ok()?;
                self.with[*helper] -= 1;
                self.on_the_way.pop_front();
                Some(found)
            }
            _ => self.rest(),
        }
    }

    /// What was found of the first stretch that is on its way; waits for it. Then the next, until there is none.
    pub(super) fn rest(&mut self) -> Option<Found> {
        match self.on_the_way.pop_front()? {
            OnTheWay::Here(found) => Some(found),
            OnTheWay::Away(helper) => {
                self.with[helper] -= 1;
                self.helpers[helper].findings.recv().ok()
            }
        }
    }

    /// The sums of all.
    pub(super) fn finish(self) -> Sums {
        let mut sums = self.sums;
        for Helper { hand_over, findings, thread } in self.helpers {
            drop((hand_over, findings));
            match thread.join() {
                Ok(of_helper) => sums.join(of_helper),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        sums
    }
}
