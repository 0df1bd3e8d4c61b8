//! Fills rows on threads beside the one that reads.
//!
//! Reading and filling take about as long, so that two threads halve the time. Each helper takes every n-th handful and
//! gives its findings back through a channel of its own, which keeps them in the order of the file.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use super::reading::RemarkCount;
use crate::journal::{ContactKey, Fingerprints};
use crate::mapping::{Facts, Form};
use crate::model::{Code, NewContact, Rejection, Row, RowNumber};

/// Rows handed over at a time, and handfuls that wait for each helper.
const HANDFUL: usize = 512;
const WAITING: usize = 4;
/// Most helpers; one thread reads no faster than this many fill.
const MOST_HELPERS: usize = 3;

/// What a row is found to be.
pub(super) enum Found {
    /// It can be sent.
    Contact { row: RowNumber, key: ContactKey, content: [u8; 8] },
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
}

/// How rows are filled.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) form: &'a Form,
    pub(super) fingerprints: &'a Fingerprints,
    /// Whether what rows say is compared, too.
    pub(super) contents: bool,
}

impl Task<'_> {
    pub(super) fn sums(&self) -> Sums {
        Sums {
            remarks: BTreeMap::new(),
            without_bot_status: 0,
            in_doubt: 0,
            first: None,
            facts: Facts::new(self.form.header()),
        }
    }

    fn fill(&self, row: Row, sums: &mut Sums) -> Found {
        sums.facts.note(&row);
        match self.form.fill(&row) {
            Ok((contact, remarks)) => {
                for remark in remarks {
                    let count = RemarkCount { rows: 0, first: row.number };
                    sums.remarks.entry(remark.code).or_insert(count).rows += 1;
                }
                sums.in_doubt += u64::from(self.form.is_in_doubt(&row));
                sums.without_bot_status += u64::from(contact.bot_status.is_none());
                let key = self.fingerprints.key(&contact);
                let content =
                    if self.contents { self.fingerprints.content(&contact) } else { Default::default() };
                sums.first.get_or_insert((row.number, contact));
                Found::Contact { row: row.number, key, content }
            }
            Err(rejection) => Found::Rejected(row, rejection),
        }
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
    }
}

struct Helper<'s> {
    hand_over: SyncSender<Vec<Row>>,
    findings: Receiver<Vec<Found>>,
    thread: ScopedJoinHandle<'s, Sums>,
}

/// The helpers, and the rows that are with them.
pub(super) struct Crew<'s> {
    helpers: Vec<Helper<'s>>,
    handful: Vec<Row>,
    /// Handfuls handed over, and handfuls taken back.
    given: usize,
    taken: usize,
}

impl<'s> Crew<'s> {
    pub(super) fn new<'e: 's>(scope: &'s Scope<'s, 'e>, task: Task<'s>) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let helpers = (0..threads.saturating_sub(1).clamp(1, MOST_HELPERS)).map(|_| {
            let (hand_over, handfuls) = sync_channel::<Vec<Row>>(WAITING);
            // As much as can be on its way, so that no helper ever waits to give back.
            let (give_back, findings) = sync_channel::<Vec<Found>>(WAITING + 2);
            let thread = scope.spawn(move || {
                let mut sums = task.sums();
                for handful in handfuls {
                    let found = handful.into_iter().map(|row| task.fill(row, &mut sums)).collect();
                    if give_back.send(found).is_err() {
                        break;
                    }
                }
                sums
            });
            Helper { hand_over, findings, thread }
        });
        Self { helpers: helpers.collect(), handful: Vec::with_capacity(HANDFUL), given: 0, taken: 0 }
    }

    /// Takes a row; returns findings of earlier ones, in the order of the file.
    pub(super) fn push(&mut self, row: Row) -> Vec<Found> {
        self.handful.push(row);
        if self.handful.len() < HANDFUL { Vec::new() } else { self.hand_over() }
    }

    fn hand_over(&mut self) -> Vec<Found> {
        let handful = std::mem::replace(&mut self.handful, Vec::with_capacity(HANDFUL));
        let mut found = Vec::new();
        // No helper is given more than its channels hold.
        if self.given - self.taken >= self.helpers.len() * WAITING {
            found = self.take_back();
        }
        let helper = &self.helpers[self.given % self.helpers.len()];
        // A helper that is gone has panicked, which `finish` passes on.
        let _ = helper.hand_over.send(handful);
        self.given += 1;
        found
    }

    fn take_back(&mut self) -> Vec<Found> {
        let helper = &self.helpers[self.taken % self.helpers.len()];
        self.taken += 1;
        helper.findings.recv().unwrap_or_default()
    }

    /// The rest of the findings, handful by handful; then nothing.
    pub(super) fn rest(&mut self) -> Option<Vec<Found>> {
        if !self.handful.is_empty() {
            return Some(self.hand_over());
        }
        (self.taken < self.given).then(|| self.take_back())
    }

    /// The sums of all.
    pub(super) fn finish(self, mut sums: Sums) -> Sums {
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
