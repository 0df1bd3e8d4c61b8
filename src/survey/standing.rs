//! How a row stands before it is sent, and how many rows stand how.

use crate::journal::{Final, TicketNumber};
use crate::model::{OnExisting, RowNumber};

/// What is known of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is to be sent.
    Fresh,
    /// An earlier run gave it up, provably not created then. It stands in that run's `failures.csv`, and may have been
    /// imported from there since: it is looked up before it is sent.
    GivenUp,
    /// It is the same contact as an earlier row.
    Repeats {
        /// That row.
        of: RowNumber,
        /// And says the same.
        same_content: bool,
    },
    /// An earlier run settled it.
    Settled {
        /// Where the verdict stands in the journal.
        offset: u64,
        /// What the verdict says.
        verdict: Final,
        /// The row says something else than it did then.
        changed: bool,
    },
    /// An earlier run may have created it.
    Open {
        /// Its ticket.
        ticket: TicketNumber,
        /// The server's clock when the ticket was leased, in seconds.
        sent_after: Option<u64>,
        /// Where the verdict of an earlier ticket stands that knows the contact to be in the account.
        there: Option<u64>,
    },
}

/// How many rows stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StandingCounts {
    /// Rows that repeat an earlier one.
    pub repeats: u64,
    /// Of those, rows that are known to say something else than it.
    pub repeats_differing: u64,
    /// Rows that may be created and have no `bot_status`.
    pub without_bot_status: u64,
    /// Rows that an earlier run settled.
    pub settled: u64,
    /// Of those, rows that say something else now.
    pub changed: u64,
    /// Of those that were settled, rows that say the same, and whose contact was left as it was.
    pub left: u64,
    /// Of those that were settled, rows that were refused because their contact was there, and whether they say
    /// something else now.
    pub unwanted: [u64; 2],
    /// Of those that were settled, rows as which the API refused to change their contact, and whether they say something
    /// else now.
    pub change_refused: [u64; 2],
    /// Rows that an earlier run left open.
    pub open: u64,
    /// Contacts that an earlier run left open and that are not in the file any more.
    pub open_and_gone: u64,
}

impl StandingCounts {
    /// Settled rows whose contact is met once more under this policy; see [`Final::is_met_again`].
    pub fn met_again(&self, policy: OnExisting) -> u64 {
        let unwanted = self.unwanted.iter().sum::<u64>();
        let change_refused = self.change_refused.iter().sum::<u64>();
        match policy {
            OnExisting::Update => self.changed + self.left + self.unwanted[0],
            OnExisting::Skip | OnExisting::Create => unwanted + change_refused,
            OnExisting::Fail => self.unwanted[1] + change_refused,
        }
    }

    /// Settled rows that say something else now and are not met again: told, and left as they are.
    pub fn changed_and_left(&self, policy: OnExisting) -> u64 {
        if policy == OnExisting::Update {
            0
        } else {
            self.changed - self.unwanted[1] - self.change_refused[1]
        }
    }

    pub(super) fn note(&mut self, standing: Standing, without_bot_status: bool) {
        if matches!(standing, Standing::Fresh | Standing::GivenUp | Standing::Open { .. }) {
            self.without_bot_status += u64::from(without_bot_status);
        }
        match standing {
            Standing::Fresh | Standing::GivenUp => {}
            Standing::Repeats { same_content, .. } => {
                self.repeats += 1;
                self.repeats_differing += u64::from(!same_content);
            }
            Standing::Settled { verdict, changed, .. } => {
                self.settled += 1;
                self.changed += u64::from(changed);
                match verdict {
                    Final::Left if !changed => self.left += 1,
                    Final::Unwanted => self.unwanted[usize::from(changed)] += 1,
                    Final::ChangeRefused => self.change_refused[usize::from(changed)] += 1,
                    _ => {}
                }
            }
            Standing::Open { .. } => self.open += 1,
        }
    }
}
