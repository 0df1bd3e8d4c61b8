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
    GivenUp {
        /// The server's clock when its ticket was leased, in seconds.
        sent_after: Option<u64>,
    },
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
        /// It was held against the contact by other rules than are given now.
        other_rules: bool,
        /// Where only a change came to nothing: what was known of the contact before, if it was all done with.
        done: Option<Done>,
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

/// A verdict after which there was nothing left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Where it stands in the journal.
    pub offset: u64,
    /// The row says something else than it did then.
    pub changed: bool,
    /// This import created the contact.
    pub is_own: bool,
}

impl Done {
    /// Whether the contact is met once more under this policy, which does not change it.
    pub fn is_met_again(self, policy: OnExisting) -> bool {
        let verdict = if self.is_own { Final::There } else { Final::Met };
        verdict.is_met_again(policy, self.changed)
    }
}

impl Standing {
    /// Whether its contact may be created; who has been is met at most.
    pub(super) fn is_sent(self) -> bool {
        matches!(self, Self::Fresh | Self::GivenUp { .. } | Self::Open { .. })
    }

    /// Whether an earlier run settled it, and its contact is met once more under this policy.
    pub(crate) fn is_met_again(self, policy: OnExisting) -> bool {
        match self {
            Self::Settled { done: Some(done), .. } if policy != OnExisting::Update => {
                done.is_met_again(policy)
            }
            Self::Settled { verdict, changed, other_rules, .. } => {
                verdict.is_met_again(policy, changed || other_rules && policy == OnExisting::Update)
            }
            _ => false,
        }
    }

    /// Whether it would not be met again if it were not for other rules.
    fn is_met_for_rules_alone(self) -> bool {
        let by_the_same = match self {
            Self::Settled { offset, verdict, changed, done, .. } => {
                Self::Settled { offset, verdict, changed, other_rules: false, done }
            }
            other => other,
        };
        self.is_met_again(OnExisting::Update) && !by_the_same.is_met_again(OnExisting::Update)
    }

    /// Whether an earlier run settled it, and it says something else now than what is told of it.
    fn is_told_changed(self, policy: OnExisting) -> bool {
        match self {
            Self::Settled { done: Some(done), .. } if policy != OnExisting::Update => done.changed,
            Self::Settled { changed, .. } => changed,
            _ => false,
        }
    }
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
    /// Of those that were settled, rows whose contact is met once more, by policy in the order of [`OnExisting::ALL`].
    pub(super) met_again: [u64; OnExisting::ALL.len()],
    /// Of those that an update meets once more, rows that it meets because other rules are given now.
    pub(super) by_other_rules: u64,
    /// Of those that were settled, rows that say something else now and are not met again, by policy.
    pub(super) changed_and_left: [u64; OnExisting::ALL.len()],
    /// Rows that an earlier run left open.
    pub open: u64,
    /// Contacts of the file that an earlier run sent, or may have sent.
    pub known: u64,
    /// Contacts that an earlier run sent, or may have sent, and that are not in the file any more.
    pub gone: u64,
    /// Of those, contacts that it left open.
    pub open_and_gone: u64,
}

impl StandingCounts {
    /// Settled rows whose contact is met once more under this policy; see [`Final::is_met_again`].
    pub fn met_again(&self, policy: OnExisting) -> u64 {
        self.met_again[policy as usize]
    }

    /// Settled rows of which nothing is asked under this policy: they are reported as they were.
    pub fn at_rest(&self, policy: OnExisting) -> u64 {
        self.settled - self.met_again(policy)
    }

    /// Of those that are met once more under this policy, rows that are for no other reason than that other rules are given
    /// now.
    pub fn by_other_rules(&self, policy: OnExisting) -> u64 {
        if policy == OnExisting::Update { self.by_other_rules } else { 0 }
    }

    /// Settled rows that say something else now and are not met again: told, and left as they are.
    pub fn changed_and_left(&self, policy: OnExisting) -> u64 {
        self.changed_and_left[policy as usize]
    }

    pub(super) fn note(&mut self, standing: Standing, without_bot_status: bool) {
        if standing.is_sent() {
            self.without_bot_status += u64::from(without_bot_status);
        }
        match standing {
            Standing::Fresh | Standing::GivenUp { .. } => {}
            Standing::Repeats { same_content, .. } => {
                self.repeats += 1;
                self.repeats_differing += u64::from(!same_content);
            }
            Standing::Settled { changed, .. } => {
                self.settled += 1;
                self.changed += u64::from(changed);
                self.by_other_rules += u64::from(standing.is_met_for_rules_alone());
                for policy in OnExisting::ALL {
                    let (is_met, at) = (standing.is_met_again(policy), policy as usize);
                    self.met_again[at] += u64::from(is_met);
                    self.changed_and_left[at] += u64::from(!is_met && standing.is_told_changed(policy));
                }
            }
            Standing::Open { .. } => self.open += 1,
        }
    }
}
