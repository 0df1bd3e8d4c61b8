//! Fills rows on threads beside the one that reads.
//!
//! Filling takes longer than reading, so that the reading thread fills, too, when its helpers have enough to do. What is
//! found is given back in the order of the file.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use super::reading::RemarkCount;
use super::values::Values;
use crate::journal::{ContactKey, Fingerprints};
use crate::mapping::{Facts, Form};
use crate::model::{Code, NewContact, Rejection, Remark, Row, RowNumber, Source, canonical_form};

/// Rows handed over at a time, and handfuls that wait for each helper.
const HANDFUL: usize = 512;
const WAITING: usize = 4;
/// Handfuls that wait for one before them.
const MOST_ON_THE_WAY: usize = 32;
/// Most helpers; one thread reads no faster than this many fill.
const MOST_HELPERS: usize = 3;

/// What a row is found to be.
pub(super) enum Found {
    /// It can be sent.
    Contact {
        row: RowNumber,
        key: ContactKey,
        content: [u8; 8],
        /// Where there is no look-up.
        name: Option<[u8; 16]>,
    },
    /// It can be sent, and a telephone number is all that there is to know of it.
    Number { row: RowNumber, number: u64 },
    /// It cannot.
    Rejected(Row, Rejection),
}

/// What is summed up over the rows of a helper.
pub(super) struct Sums {
    pub(super) remarks: BTreeMap<Code, RemarkCount>,
    pub(super) without_bot_status: u64,
    pub(super) in_doubt: u64,
    pub(super) first: Option<(RowNumber, NewContact)>,
    pub(super) facts: Facts,
    pub(super) values: Values,
}

/// How rows are filled.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
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
            without_bot_status: 0,
            in_doubt: 0,
            first: None,
            facts: Facts::of_form(self.form),
            values: Values::default(),
        }
    }

    fn fill(&self, row: &Row, sums: &mut Sums) -> Found {
        sums.facts.note(row);
        // One contact is shown; of the others it is enough to know who they are, unless what they say is compared.
        let found = if self.contents || self.values || sums.first.is_none() {
            self.whole(row, sums)
        } else {
            self.who(row, sums)
        };
        found.unwrap_or_else(|rejection| Found::Rejected(row.clone(), rejection))
    }

    fn whole(&self, row: &Row, sums: &mut Sums) -> Result<Found, Rejection> {
        let (contact, remarks) = self.form.fill(row)?;
        self.sum(row, contact.bot_status.is_some(), remarks, sums);
        if self.values {
            sums.values.note(row.number, &contact);
        }
        let number = self.plain_number(&contact.identifier, contact.source, contact.channel_uuid.as_deref());
        let found = match number.filter(|_| !self.contents) {
            Some(number) => Found::Number { row: row.number, number },
            None => self.contact(row.number, &contact),
        };
        sums.first.get_or_insert((row.number, contact));
        Ok(found)
    }

    fn who(&self, row: &Row, sums: &mut Sums) -> Result<Found, Rejection> {
        let (who, remarks) = self.form.look(row)?;
        self.sum(row, who.has_bot_status, remarks, sums);
        if let Some(number) = self.plain_number(&who.identifier, who.source, who.channel_uuid.as_deref()) {
            return Ok(Found::Number { row: row.number, number });
        }
        let (contact, _) = self.form.fill(row)?;
        Ok(self.contact(row.number, &contact))
    }

    /// The number that says all about who a contact is, in the form that stands for both where there are two.
    fn plain_number(&self, identifier: &str, source: Source, channel: Option<&str>) -> Option<u64> {
        let is_plain = source == Source::Whatsapp
            && channel.is_none_or(|channel| self.fingerprints.is_main(source, channel));
        is_plain.then(|| canonical_form(identifier).parse().ok()).flatten()
    }

    fn contact(&self, row: RowNumber, contact: &NewContact) -> Found {
        Found::Contact {
            row,
            key: self.fingerprints.key(contact),
            content: self.fingerprints.content(contact),
            name: (contact.source != Source::Whatsapp).then(|| self.fingerprints.name(contact)),
        }
    }

    fn sum(&self, row: &Row, has_bot_status: bool, remarks: Vec<Remark>, sums: &mut Sums) {
        for remark in remarks {
            let count = RemarkCount { rows: 0, first: row.number };
            sums.remarks.entry(remark.code).or_insert(count).rows += 1;
        }
        sums.in_doubt += u64::from(self.form.is_in_doubt(row));
        sums.without_bot_status += u64::from(!has_bot_status);
    }
}

impl Sums {
    pub(super) fn join(&mut self, other: Self) {
        for (code, count) in other.remarks {
            let known = self.remarks.entry(code).or_insert(RemarkCount { rows: 0, first: count.first });
            known.rows += count.rows;
            known.first = known.first.min(count.first);
        }
        self.without_bot_status += other.without_bot_status;
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
    hand_over: SyncSender<Vec<Row>>,
    /// With the rows, which are given up where they were made: memory that changes threads is dear.
    findings: Receiver<(Vec<Found>, Vec<Row>)>,
    thread: ScopedJoinHandle<'s, Sums>,
}

/// A handful on its way.
enum Handful {
    /// With the helper of this number.
    Away(usize),
    /// Filled by the thread that reads, since the helpers had enough to do.
    Here(Vec<Found>),
}

/// The helpers, and the rows that are on their way.
pub(super) struct Crew<'s> {
    task: Task<'s>,
    helpers: Vec<Helper<'s>>,
    handful: Vec<Row>,
    /// In the order of the file.
    on_the_way: VecDeque<Handful>,
    /// Handfuls that are with each helper.
    with: Vec<usize>,
    sums: Sums,
}

impl<'s> Crew<'s> {
    pub(super) fn new<'e: 's>(scope: &'s Scope<'s, 'e>, task: Task<'s>) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let helpers: Vec<Helper<'s>> = (0..threads.saturating_sub(1).clamp(1, MOST_HELPERS))
            .map(|_| {
                let (hand_over, handfuls) = sync_channel::<Vec<Row>>(WAITING);
                // As much as can be on its way, so that no helper ever waits to give back.
                let (give_back, findings) = sync_channel(WAITING);
                let thread = scope.spawn(move || {
                    let mut sums = task.sums();
                    for handful in handfuls {
                        let found = handful.iter().map(|row| task.fill(row, &mut sums)).collect();
                        if give_back.send((found, handful)).is_err() {
                            break;
                        }
                    }
                    sums
                });
                Helper { hand_over, findings, thread }
            })
            .collect();
        Self {
            task,
            with: vec![0; helpers.len()],
            helpers,
            handful: Vec::with_capacity(HANDFUL),
            on_the_way: VecDeque::new(),
            sums: task.sums(),
        }
    }

    /// Takes a row; returns findings of earlier ones, in the order of the file.
    pub(super) fn push(&mut self, row: Row) -> Vec<Found> {
        self.handful.push(row);
        if self.handful.len() < HANDFUL {
            return Vec::new();
        }
        self.hand_over();
        let mut found = Vec::new();
        loop {
            let taken = match self.on_the_way.front() {
                None => break,
                Some(Handful::Away(helper)) if self.on_the_way.len() <= MOST_ON_THE_WAY => {
                    let Ok((taken, _)) = self.helpers[*helper].findings.try_recv() else { break };
                    self.forget_first();
                    taken
                }
                Some(_) => self.take_first().unwrap_or_default(),
            };
            found.extend(taken);
        }
        found
    }

    fn hand_over(&mut self) {
        let handful = std::mem::replace(&mut self.handful, Vec::with_capacity(HANDFUL));
        let idlest = (0..self.helpers.len()).min_by_key(|&helper| self.with[helper]).unwrap_or_default();
        if self.with[idlest] < WAITING {
            self.with[idlest] += 1;
            // A helper that is gone has panicked, which `finish` passes on.
            let _ = self.helpers[idlest].hand_over.send(handful);
            self.on_the_way.push_back(Handful::Away(idlest));
            return;
        }
        let found = handful.iter().map(|row| self.task.fill(row, &mut self.sums)).collect();
        self.on_the_way.push_back(Handful::Here(found));
    }

    fn forget_first(&mut self) {
        if let Some(Handful::Away(helper)) = self.on_the_way.pop_front() {
            self.with[helper] -= 1;
        }
    }

    /// The findings of the first handful that is on its way; waits for them.
    fn take_first(&mut self) -> Option<Vec<Found>> {
        match self.on_the_way.pop_front()? {
            Handful::Here(found) => Some(found),
            Handful::Away(helper) => {
                self.with[helper] -= 1;
                let found = self.helpers[helper].findings.recv();
                Some(found.map(|(found, _)| found).unwrap_or_default())
            }
        }
    }

    /// The rest of the findings, handful by handful; then nothing.
    pub(super) fn rest(&mut self) -> Option<Vec<Found>> {
        if !self.handful.is_empty() {
            self.hand_over();
        }
        self.take_first()
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
