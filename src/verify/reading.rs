//! Reads contacts back, several at a time, and writes what is found, in order.

use futures::{StreamExt as _, stream};

use super::judge::{Verdict, judge, judge_update};
use super::totals::Totals;
use super::unseen::Unseen;
use crate::api::{StoredContact, Transport};
use crate::inquiry::{Inquiry, NoAnswer};
use crate::ledger::{Entry, Ledger, OwnChange, Seen};
use crate::model::Stop;
use crate::results::{OutputError, Sent, Table};

/// The columns of `verify.csv`.
pub const COLUMNS: [&str; 6] = ["row", "uuid", "field", "sent", "found", "verdict"];

/// Contacts that are to be read back.
pub struct Reading<'r, T> {
    /// All that the import created or changed, for sure or maybe.
    pub ledger: &'r Ledger,
    /// Which of them are read, of those that it is sure of.
    pub chosen: Vec<usize>,
    /// The way to the API.
    pub inquiry: &'r Inquiry<T>,
    /// Requests at a time.
    pub concurrency: usize,
}

/// The reading ended before its end, for this reason, if it did.
pub type Stopped = Option<Stop>;

/// One contact, read back.
struct Read {
    sent: Option<Sent>,
    /// What changes wrote, or may have written.
    changes: Vec<OwnChange>,
    found: Result<Option<StoredContact>, NoAnswer>,
}

impl<T: Transport> Reading<'_, T> {
    /// Reads and compares. `each` is called as contacts are done with.
    ///
    /// # Errors
    ///
    /// If the table cannot be written.
    pub async fn read(
        &self,
        table: &mut Table,
        mut each: impl FnMut(&Totals),
    ) -> Result<(Totals, Stopped), OutputError> {
        let entries = &self.ledger.entries;
        let contacts = self.ledger.certain().len() as u64;
        let mut totals = Totals { contacts, chosen: self.chosen.len() as u64, ..Totals::default() };
        let reads = stream::iter(&self.chosen)
            .map(|&at| async move { (&entries[at], self.one(&entries[at]).await) })
            .buffered(self.concurrency.max(1));
        let mut reads = std::pin::pin!(reads);
        let (mut unseen, mut stopped) = (Unseen::default(), None);
        while let Some((entry, read)) = reads.next().await {
            if let Err(NoAnswer::Stop(stop)) = read.found {
                stopped = Some(stop);
                break;
            }
            note(entry, read, (&mut totals, &mut unseen), table)?;
            each(&totals);
        }
        for field in unseen.of_all() {
            table.add(&["", "", &field, "", "", Verdict::NotShown.as_str()])?;
        }
        Ok((totals, stopped))
    }

    async fn one(&self, entry: &Entry) -> Read {
        let uuid = &*entry.uuid;
        let found = self.inquiry.contact(uuid).await;
        Read { sent: self.ledger.sent_at_first(entry), changes: self.ledger.changes(entry), found }
    }
}

fn note(
    entry: &Entry,
    read: Read,
    (totals, unseen): (&mut Totals, &mut Unseen),
    table: &mut Table,
) -> Result<(), OutputError> {
    let row = entry.row.map(|row| row.to_string()).unwrap_or_default();
    let uuid = &*entry.uuid;
    let mut line = |field: &str, sent: &str, found: &str, verdict: &str| {
        table.add(&[&row, uuid, field, sent, found, verdict])
    };
    let stored = match read.found {
        Err(NoAnswer::Fault(fault)) => {
            totals.checked += 1;
            totals.unreadable += 1;
            return line("", "", &fault.describe().told(), "unreadable");
        }
        Err(NoAnswer::Stop(_)) => return Ok(()),
        Ok(None) => {
            totals.checked += 1;
            totals.gone += 1;
            return line("", "", "", "gone");
        }
        Ok(Some(stored)) => stored,
    };
    let now = stored.shown.as_ref().and_then(Seen::read);
    let judgement = match (&read.sent, now) {
        // What it was created from, but for what changes wrote since.
        (Some(sent), Some(now)) if entry.is_created_here() => {
            let then = sent.shown.as_ref().filter(|_| !entry.is_looked_up()).and_then(Seen::read);
            let as_created = judge(&sent.contact, then.as_ref(), &now.without(&read.changes));
            if entry.is_changed() {
                judge_update(&read.changes, &now).with_others_of(as_created)
            } else {
                as_created
            }
        }
        (_, Some(now))
            if entry.is_changed() && read.changes.iter().any(|change| !change.written.is_empty()) =>
        {
            judge_update(&read.changes, &now)
        }
        _ => {
            totals.checked += 1;
            totals.unknown += 1;
            return line("", "", "", "unknown");
        }
    };
    totals.note(&judgement);
    if judgement.findings.is_empty() {
        line("", "", "", "as_sent")?;
    }
    for finding in &judgement.findings {
        line(&finding.field, &finding.sent, &finding.found, finding.verdict.as_str())?;
    }
    let source = read.sent.as_ref().map(|sent| sent.contact.source);
    for of in unseen.note(source, &judgement, (&row, uuid)) {
        table.add(&[&of.row, &of.uuid, &of.field, &of.sent, "", Verdict::NotShown.as_str()])?;
    }
    Ok(())
}
