//! What a journal tells of each ticket.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::fate::{Evidence, Final};
use super::key::{ContactKey, Identity};
use super::record::{self, Ended, TicketNumber, Verdict};
use crate::model::Code;

/// What is known of one contact's ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Who the contact is.
    pub key: ContactKey,
    /// What was said about it when its story ended, or so far.
    pub content: [u8; 8],
    /// What was said about it when the ticket was leased.
    pub leased: [u8; 8],
    /// The ticket.
    pub ticket: TicketNumber,
    /// Which process leased it: the number of processes that had begun by then.
    pub session: usize,
    /// What the records show.
    pub evidence: Evidence,
    /// Where the verdict stands in the journal, if there is one.
    pub offset: u64,
    /// The server's clock before which the contact cannot have been sent, in seconds.
    pub sent_after: Option<u64>,
    /// The verdict, if it is final.
    pub verdict: Option<Verdict>,
    /// Where the records stand of what was about to be changed.
    pub changes: Vec<u64>,
}

/// A contact that was about to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Which.
    pub uuid: String,
    /// It may be what the ticket created, and nobody can tell.
    pub may_be_own: bool,
}

/// Tickets as the records tell of them that were read so far, in their order.
#[derive(Default)]
pub(super) struct Tickets {
    processes: Vec<Process>,
    /// Those without a final verdict.
    open: BTreeMap<TicketNumber, Open>,
    changing: BTreeMap<TicketNumber, Begun>,
    has_leased: bool,
}

/// A process that wrote.
struct Process {
    boot: Option<String>,
    /// It looked for nobody before it sent.
    unlooked: bool,
}

/// What the lease of a ticket says besides whose it is. Times are the server's, in seconds.
#[derive(Clone, Copy)]
pub(super) struct LeasedAs {
    /// Before that nothing can have been sent for it.
    pub(super) sent_after: Option<u64>,
    /// Whoever the answer to the ticket's own request names did not come into being before.
    pub(super) leased_at: Option<u64>,
    /// It is in doubt from the first, and by nothing but a word in its row.
    pub(super) by_row: bool,
}

/// What is left in the end.
pub(super) struct Left {
    /// See [`Replayed::changing`](super::Replayed::changing).
    pub(super) changing: BTreeMap<TicketNumber, Begun>,
    /// See [`Replayed::unlooked`](super::Replayed::unlooked).
    pub(super) unlooked: BTreeSet<TicketNumber>,
}

/// What a verdict says of its ticket.
enum Said {
    /// What became of it.
    Final(Final),
    /// Nobody was asked to create anything: it is as if the ticket had been given back.
    WithoutEffect,
    /// Nobody knew.
    Unconfirmed,
}

/// A ticket without a final verdict.
struct Open {
    identity: Identity,
    session: usize,
    sent_after: Option<u64>,
    /// The server's clock at the lease: whoever the answer to the ticket's own request names did not come into being before.
    leased_at: Option<u64>,
    marked: bool,
    released: bool,
    retired: bool,
    unconfirmed: Option<u64>,
    /// It was in doubt from the first, and by nothing but a word in its row.
    by_row: bool,
    /// Something may have been sent for it that no verdict tells of.
    untold: bool,
    /// Something was sent for it, or may have been.
    sent: bool,
    changes: Vec<u64>,
}

impl Tickets {
    /// A process begins to write.
    pub(super) fn begin(&mut self, boot: Option<String>, unlooked: bool, is_damaged: bool) {
        self.processes.push(Process { boot, unlooked });
        if !is_damaged {
            self.open.values_mut().for_each(|open| open.retired = open.released);
        }
    }

    /// Whether any ticket was leased.
    pub(super) fn has_leased(&self) -> bool {
        self.has_leased
    }

    /// These tickets are given to these contacts.
    pub(super) fn lease(
        &mut self,
        identities: impl Iterator<Item = (TicketNumber, Identity)>,
        LeasedAs { sent_after, leased_at, by_row }: LeasedAs,
    ) {
        let session = self.processes.len();
        self.has_leased = true;
        self.open.extend(identities.map(|(ticket, identity)| {
            (ticket, Open { sent_after, leased_at, by_row, ..Open::of(identity, session) })
        }));
    }

    /// These tickets are about to be used.
    pub(super) fn mark(&mut self, tickets: &[TicketNumber]) {
        for ticket in tickets {
            if let Some(open) = self.open.get_mut(ticket) {
                open.marked = true;
                (open.released, open.retired) = (false, false);
                open.sent |= std::mem::replace(&mut open.untold, true);
            }
        }
    }

    /// These tickets were given back.
    pub(super) fn release(&mut self, tickets: &[TicketNumber]) {
        for ticket in tickets {
            if let Some(open) = self.open.get_mut(ticket) {
                (open.released, open.unconfirmed) = (true, None);
                self.changing.remove(ticket);
            }
        }
    }

    /// A verdict, which stands at `offset`, says what became of its ticket. Returns the past of the contact if that is final and
    /// the contact is known.
    pub(super) fn settle(&mut self, verdict: Verdict, offset: u64, is_damaged: bool) -> Option<Past> {
        let ticket = verdict.n;
        let verdict_of = match Said::by(&verdict) {
            Said::Final(verdict_of) => verdict_of,
            Said::WithoutEffect => {
                self.release(&[ticket]);
                return None;
            }
            Said::Unconfirmed => {
                let open = self.open.get_mut(&ticket)?;
                open.unconfirmed = Some(offset);
                (open.untold, open.sent) = (false, open.sent || verdict.attempts > 0);
                return None;
            }
        };
        self.changing.remove(&ticket);
        let open = self.open.remove(&ticket).or_else(|| {
            let lost = verdict.identity.as_ref().filter(|_| is_damaged);
            Some(Open::of(record::decode_identity(lost?)?, self.processes.len()))
        });
        let evidence = Evidence { marked: true, verdict: Some(verdict_of), ..Evidence::default() };
        Some(open?.past(ticket, evidence, offset, Some(verdict)))
    }

    /// A contact is about to be changed for a ticket, as the record at `offset` says. `lost`: who it is, where the lease may be
    /// lost.
    pub(super) fn change(&mut self, ticket: TicketNumber, begun: Begun, offset: u64, lost: Option<Identity>) {
        if let Some(identity) = lost {
            let session = self.processes.len();
            let open = || Open { marked: true, ..Open::of(identity, session) };
            self.open.entry(ticket).or_insert_with(open);
        }
        if let Some(open) = self.open.get_mut(&ticket) {
            open.changes.push(offset);
            open.sent = true;
            self.changing.insert(ticket, begun);
        }
    }

    /// Tells of all tickets without a final verdict, after the last record. `boot` is the boot that runs now; `forgot_by_leases`:
    /// the journal is of a version whose undo leased whom it had taken back, and gave the lease back.
    ///
    /// # Errors
    ///
    /// If `each` fails.
    pub(super) fn left(
        self,
        boot: Option<&str>,
        is_damaged: bool,
        forgot_by_leases: bool,
        mut each: impl FnMut(Past) -> io::Result<()>,
    ) -> io::Result<Left> {
        let mut unlooked = BTreeSet::new();
        for (ticket, open) in self.open {
            // The process of a lease is the one that began last before it.
            let process = open.session.checked_sub(1).and_then(|session| self.processes.get(session));
            if process.is_some_and(|process| process.unlooked) {
                unlooked.insert(ticket);
            }
            let leased_in = process.and_then(|process| process.boot.as_deref());
            let evidence =
                open.evidence(leased_in.is_some() && leased_in == boot, is_damaged, forgot_by_leases);
            let offset = open.unconfirmed.unwrap_or_default();
            each(open.past(ticket, evidence, offset, None))?;
        }
        Ok(Left { changing: self.changing, unlooked })
    }
}

impl Said {
    fn by(verdict: &Verdict) -> Self {
        Self::Final(match &verdict.o {
            Ended::Rejected(..) if verdict.is_turned_away() => Final::TurnedAway,
            Ended::ChangeRefused(..) if verdict.is_turned_away() => Final::ChangeTurnedAway,
            Ended::Created(..) => Final::There,
            Ended::Existing(..) | Ended::Updated(..) => Final::Met,
            Ended::Left(..) => Final::Left,
            Ended::Unwanted(..) => Final::Unwanted,
            Ended::ChangeRefused(..) => Final::ChangeRefused,
            Ended::ChangeFailed(..) => Final::ChangeFailed,
            Ended::Rejected(..) => Final::Rejected,
            Ended::Failed(code, _) if Code::named(code).is_some_and(Code::is_without_effect) => {
                return Self::WithoutEffect;
            }
            Ended::Failed(..) => Final::Failed,
            Ended::Unconfirmed(..) => return Self::Unconfirmed,
        })
    }
}

impl Past {
    /// This program took the contact back: what stands before this number is over.
    pub(super) fn forgotten(key: ContactKey, ticket: TicketNumber) -> Self {
        let nobody = Identity { key, content: [0; 8] };
        let evidence = Evidence { forgotten: true, ..Evidence::default() };
        Open::of(nobody, 0).past(ticket, evidence, 0, None)
    }
}

impl Open {
    fn of(identity: Identity, session: usize) -> Self {
        Self {
            identity,
            session,
            sent_after: None,
            leased_at: None,
            marked: false,
            released: false,
            retired: false,
            unconfirmed: None,
            by_row: false,
            untold: false,
            sent: false,
            changes: Vec::new(),
        }
    }

    /// What the records show of it in the end.
    fn evidence(&self, leased_in_this_boot: bool, damaged: bool, forgot_by_leases: bool) -> Evidence {
        let forgotten =
            forgot_by_leases && !damaged && self.released && !self.marked && self.sent_after.is_none();
        let is_told_as_unsent = self.unconfirmed.is_some() && !self.sent && !self.untold;
        Evidence {
            leased_in_this_boot,
            marked: self.marked,
            released: self.released,
            verdict: self.unconfirmed.map(|_| Final::Unconfirmed),
            damaged,
            forgotten,
            retired: self.retired,
            said_by_row: self.by_row && !damaged && is_told_as_unsent,
        }
    }

    fn past(self, ticket: TicketNumber, evidence: Evidence, offset: u64, verdict: Option<Verdict>) -> Past {
        let Self { identity: Identity { key, content: leased }, session, changes, .. } = self;
        let is_answered = matches!(verdict, Some(Verdict { o: Ended::Created(_, _, false), .. }));
        let sent_after = self.sent_after.or(self.leased_at.filter(|_| is_answered));
        let ended_with = verdict.as_ref().and_then(|verdict| verdict.content.as_deref());
        let content = ended_with.and_then(record::decode_content).unwrap_or(leased);
        Past { key, content, leased, ticket, session, evidence, offset, sent_after, verdict, changes }
    }
}
