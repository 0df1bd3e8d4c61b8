//! What is known of each row before it is sent.
//!
//! Every contact of the file, and every ticket that the journal remembers, is sorted by contact. That brings together
//! what belongs together: the last ticket of a contact, the row that is it, and the rows that repeat it. What is not
//! fresh is sorted once more, by row, and read beside the file.

use std::fs::File;
use std::io;
use std::iter::Peekable;

use super::sorter::{Sorted, Sorter};
use crate::journal::{Class, ContactKey, Evidence, Final, Past, Story, TicketNumber, classify};
use crate::model::{OnExisting, RowNumber, Stands, Window};

/// Contact, ticket (0) or row (1), its number, content, evidence (of a row: whether it has no `bot_status`), offset or
/// clock.
const SIGHTING: usize = 16 + 1 + 8 + 8 + 2 + 8;
/// Telephone number, row and whether it has no `bot_status`.
const PLAIN: usize = 8 + 8;
/// Row, kind, three numbers, flags.
const STANDING: usize = 8 + 1 + 8 + 8 + 8 + 1;
/// Source and name, row.
const NAMED: usize = 16 + 8;

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

    fn note(&mut self, standing: Standing, without_bot_status: bool) {
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

/// Takes every ticket that a journal remembers and every contact of a file.
pub struct Sightings<F> {
    pasts: Sorter<SIGHTING, F>,
    rows: Sorter<SIGHTING, F>,
    plain: Sorter<PLAIN, F>,
    /// Contacts that have no look-up, by name.
    names: Sorter<NAMED, F>,
    scratch: F,
}

impl<F: Fn() -> io::Result<File> + Clone> Sightings<F> {
    /// `scratch` makes files for what does not fit into memory.
    pub fn new(scratch: F) -> Self {
        Self {
            pasts: Sorter::new(scratch.clone()),
            rows: Sorter::new(scratch.clone()),
            plain: Sorter::new(scratch.clone()),
            names: Sorter::new(scratch.clone()),
            scratch,
        }
    }

    /// The same for another reading, of which nothing is known yet.
    pub fn anew(&self) -> Self {
        Self::new(self.scratch.clone())
    }

    /// A ticket that the journal remembers.
    ///
    /// # Errors
    ///
    /// If it cannot be put aside.
    pub fn past(&mut self, past: &Past) -> io::Result<()> {
        let number = if matches!(past.evidence.verdict, None | Some(Final::Unconfirmed)) {
            past.sent_after.map_or(0, |seconds| seconds + 1)
        } else {
            past.offset
        };
        self.pasts.push(sighting(past.key, 0, past.ticket, past.content, pack(past.evidence), number))
    }

    /// A row's contact.
    pub(super) fn row(
        &mut self,
        key: ContactKey,
        row: RowNumber,
        content: [u8; 8],
        without_bot_status: bool,
    ) -> io::Result<()> {
        self.rows.push(sighting(key, 1, row.get(), content, [u8::from(without_bot_status), 0], 0))
    }

    /// A row's contact that is nothing but a telephone number, where nothing is asked but who stands in the file twice.
    pub(super) fn plain_row(
        &mut self,
        number: u64,
        row: RowNumber,
        without_bot_status: bool,
    ) -> io::Result<()> {
        let mut record = [0; PLAIN];
        record[..8].copy_from_slice(&number.to_be_bytes());
        // At the end, so that the rows of a number stay in their order.
        record[8..].copy_from_slice(&(row.get() << 1 | u64::from(without_bot_status)).to_be_bytes());
        self.plain.push(record)
    }

    /// The rows are read anew.
    pub fn forget_rows(&mut self) {
        self.rows = Sorter::new(self.scratch.clone());
        self.plain = Sorter::new(self.scratch.clone());
        self.names = Sorter::new(self.scratch.clone());
    }

    /// The name of a row's contact that has no look-up.
    pub(super) fn name(&mut self, name: [u8; 16], row: RowNumber) -> io::Result<()> {
        let mut record = [0; NAMED];
        record[..16].copy_from_slice(&name);
        record[16..].copy_from_slice(&row.get().to_be_bytes());
        self.names.push(record)
    }

    /// How the rows of `counted` stand.
    pub(super) fn standings(self, counted: Window) -> io::Result<(Standings, StandingCounts)> {
        let twins = twins(self.names, self.scratch.clone())?;
        let mut by_row = Sorter::new(self.scratch);
        let mut counts = StandingCounts::default();
        let mut contact: Option<Contact> = None;
        let (mut pasts, mut rows) = (self.pasts.sorted()?.peekable(), self.rows.sorted()?.peekable());
        loop {
            let past_is_next = match (pasts.peek(), rows.peek()) {
                (Some(Ok(past)), Some(Ok(row))) => past < row,
                (Some(_), _) => true,
                (None, _) => false,
            };
            let Some(record) = (if past_is_next { pasts.next() } else { rows.next() }) else { break };
            let seen = Sighting::read(&record?);
            if contact.as_ref().is_none_or(|contact| contact.key != seen.key) {
                counts.open_and_gone += u64::from(contact.as_ref().is_some_and(Contact::is_open_and_gone));
                contact = Some(Contact { key: seen.key, story: Story::default(), first_row: None });
            }
            let Some(contact) = &mut contact else { continue };
            if !seen.is_row {
                contact.remember(&seen);
                continue;
            }
            let row = RowNumber::new(seen.number);
            let standing = contact.meet(row, seen.content);
            if counted.place(row) != Stands::Inside {
                continue;
            }
            counts.note(standing, seen.evidence[0] != 0);
            if standing != Standing::Fresh {
                by_row.push(write(row, standing))?;
            }
        }
        counts.open_and_gone += u64::from(contact.as_ref().is_some_and(Contact::is_open_and_gone));
        let mut first: Option<(u64, RowNumber)> = None;
        for record in self.plain.sorted()? {
            let record = record?;
            let (seen, last) = (number(&record[..8]), number(&record[8..]));
            let (row, without_bot_status) = (RowNumber::new(last >> 1), last & 1 != 0);
            let is_counted = counted.place(row) == Stands::Inside;
            match first {
                Some((known, _)) if known == seen && !is_counted => {}
                Some((known, of)) if known == seen => {
                    counts.repeats += 1;
                    by_row.push(write(row, Standing::Repeats { of, same_content: false }))?;
                }
                _ => {
                    first = Some((seen, row));
                    counts.without_bot_status += u64::from(is_counted && without_bot_status);
                }
            }
        }
        let mut standings = Standings {
            by_row: by_row.sorted()?,
            next: None,
            twins: twins.peekable(),
            // Nobody knows the name of somebody who is open and gone.
            all_are_twins: counts.open_and_gone > 0,
        };
        standings.advance()?;
        Ok((standings, counts))
    }
}

/// Rows that share source and name with another.
fn twins<F: Fn() -> io::Result<File>>(names: Sorter<NAMED, F>, scratch: F) -> io::Result<Sorted<8>> {
    let mut twins = Sorter::new(scratch);
    let mut last: Option<([u8; NAMED], bool)> = None;
    for record in names.sorted()? {
        let record = record?;
        let row = |record: &[u8; NAMED]| number(&record[16..]).to_be_bytes();
        let mut is_twin = false;
        if let Some((before, before_is_twin)) = &last
            && before[..16] == record[..16]
        {
            if !before_is_twin {
                twins.push(row(before))?;
            }
            twins.push(row(&record))?;
            is_twin = true;
        }
        last = Some((record, is_twin));
    }
    twins.sorted()
}

/// One contact while its sightings pass by: tickets first, then rows, each in their order.
struct Contact {
    key: [u8; 16],
    story: Story<Told>,
    first_row: Option<(RowNumber, [u8; 8])>,
}

/// What is to be known of a ticket.
#[derive(Debug, Clone, Copy)]
struct Told {
    content: [u8; 8],
    verdict: Option<Final>,
    /// Where the verdict stands, or one more than the clock's seconds; 0: no clock.
    offset: u64,
}

impl Contact {
    fn remember(&mut self, ticket: &Sighting) {
        let evidence = unpack(ticket.evidence);
        let told = Told { content: ticket.content, verdict: evidence.verdict, offset: ticket.offset };
        self.story.note(ticket.number, evidence, told);
    }

    fn meet(&mut self, row: RowNumber, content: [u8; 8]) -> Standing {
        if let Some((of, of_content)) = self.first_row {
            return Standing::Repeats { of, same_content: content == of_content };
        }
        self.first_row = Some((row, content));
        let settled = |ticket: &Told| Standing::Settled {
            offset: ticket.offset,
            verdict: ticket.verdict.unwrap_or(Final::There),
            changed: ticket.content != content,
        };
        let Some((ticket, evidence, last)) = self.story.last() else { return Standing::Fresh };
        match (classify(evidence, last.content == content), self.story.there()) {
            (Class::Settled, _) => settled(last),
            // What was refused or given up since was a change: the contact is there.
            (Class::NeverSent, Some(there)) => settled(there),
            (Class::NeverSent, None) if evidence.verdict == Some(Final::Failed) => Standing::GivenUp,
            (Class::NeverSent, None) => Standing::Fresh,
            (Class::Unknown, there) => Standing::Open {
                ticket,
                sent_after: last.offset.checked_sub(1),
                there: there.map(|there| there.offset),
            },
        }
    }

    fn is_open_and_gone(&self) -> bool {
        let is_open = |evidence| classify(evidence, true) == Class::Unknown;
        self.first_row.is_none() && self.story.last().is_some_and(|(_, evidence, _)| is_open(evidence))
    }
}

struct Sighting {
    key: [u8; 16],
    is_row: bool,
    number: u64,
    content: [u8; 8],
    evidence: [u8; 2],
    /// Where the verdict stands, or one more than the clock's seconds; 0: no clock.
    offset: u64,
}

fn sighting(
    key: ContactKey,
    rank: u8,
    number: u64,
    content: [u8; 8],
    evidence: [u8; 2],
    offset: u64,
) -> [u8; SIGHTING] {
    let mut record = [0; SIGHTING];
    record[..16].copy_from_slice(&key.0);
    record[16] = rank;
    record[17..25].copy_from_slice(&number.to_be_bytes());
    record[25..33].copy_from_slice(&content);
    record[33..35].copy_from_slice(&evidence);
    record[35..].copy_from_slice(&offset.to_be_bytes());
    record
}

impl Sighting {
    fn read(record: &[u8; SIGHTING]) -> Self {
        let mut key = [0; 16];
        key.copy_from_slice(&record[..16]);
        Self {
            key,
            is_row: record[16] == 1,
            number: number(&record[17..25]),
            content: number(&record[25..33]).to_be_bytes(),
            evidence: [record[33], record[34]],
            offset: number(&record[35..]),
        }
    }
}

/// The number that the first eight bytes are.
fn number(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Verdicts by their codes, which are their places and one more.
const VERDICTS: [Final; 7] = [
    Final::There,
    Final::Left,
    Final::Unwanted,
    Final::ChangeRefused,
    Final::Rejected,
    Final::Failed,
    Final::Unconfirmed,
];

fn verdict_code(verdict: Option<Final>) -> u8 {
    (1..).zip(VERDICTS).find(|(_, known)| Some(*known) == verdict).map_or(0, |(code, _)| code)
}

fn verdict_of(code: u8) -> Option<Final> {
    VERDICTS.get(usize::from(code.checked_sub(1)?)).copied()
}

/// The verdict, and the rest as bits.
fn pack(evidence: Evidence) -> [u8; 2] {
    let Evidence { leased_in_this_boot, marked, released, verdict, damaged, forgotten, retired } = evidence;
    let bits = [leased_in_this_boot, marked, released, damaged, forgotten, retired];
    let bits = (0..).zip(bits).fold(0, |bits, (place, bit)| bits | u8::from(bit) << place);
    [verdict_code(verdict), bits]
}

fn unpack([verdict, bits]: [u8; 2]) -> Evidence {
    let bit = |place: u8| bits & 1 << place != 0;
    Evidence {
        verdict: verdict_of(verdict),
        leased_in_this_boot: bit(0),
        marked: bit(1),
        released: bit(2),
        damaged: bit(3),
        forgotten: bit(4),
        retired: bit(5),
    }
}

fn write(row: RowNumber, standing: Standing) -> [u8; STANDING] {
    // A number that may be missing is one more than it is.
    let or_none = |number: Option<u64>| number.map_or(0, |number| number + 1);
    let (kind, numbers, flag) = match standing {
        Standing::Fresh => (0, [0; 3], false),
        Standing::GivenUp => (4, [0; 3], false),
        Standing::Repeats { of, same_content } => (1, [of.get(), 0, 0], same_content),
        Standing::Settled { offset, verdict, changed } => {
            (2, [offset, u64::from(verdict_code(Some(verdict))), 0], changed)
        }
        Standing::Open { ticket, sent_after, there } => {
            (3, [ticket, or_none(sent_after), or_none(there)], false)
        }
    };
    let mut record = [0; STANDING];
    record[..8].copy_from_slice(&row.get().to_be_bytes());
    record[8] = kind;
    for (place, number) in record[9..33].chunks_exact_mut(8).zip(numbers) {
        place.copy_from_slice(&number.to_be_bytes());
    }
    record[33] = u8::from(flag);
    record
}

fn read(record: &[u8; STANDING]) -> (RowNumber, Standing) {
    let [one, other, third] = [9, 17, 25].map(|at| number(&record[at..at + 8]));
    let flag = record[33] == 1;
    let standing = match record[8] {
        1 => Standing::Repeats { of: RowNumber::new(one), same_content: flag },
        2 => Standing::Settled {
            offset: one,
            verdict: u8::try_from(other).ok().and_then(verdict_of).unwrap_or(Final::There),
            changed: flag,
        },
        4 => Standing::GivenUp,
        3 => Standing::Open { ticket: one, sent_after: other.checked_sub(1), there: third.checked_sub(1) },
        _ => Standing::Fresh,
    };
    (RowNumber::new(number(&record[..8])), standing)
}

/// The standing of each row, asked for in order.
pub struct Standings {
    by_row: Sorted<STANDING>,
    next: Option<(RowNumber, Standing)>,
    twins: Peekable<Sorted<8>>,
    all_are_twins: bool,
}

impl Standings {
    /// The standing of `row`, which comes after every row asked for before.
    ///
    /// # Errors
    ///
    /// If what was put aside on disk cannot be read back.
    pub fn of(&mut self, row: RowNumber) -> io::Result<Standing> {
        match self.next {
            Some((next, standing)) if next == row => {
                self.advance()?;
                Ok(standing)
            }
            _ => Ok(Standing::Fresh),
        }
    }

    /// Whether another row of the file has the source and the name of `row`, or may have; asked in order, and only told
    /// of contacts that have no look-up.
    ///
    /// # Errors
    ///
    /// If what was put aside on disk cannot be read back.
    pub fn has_twin(&mut self, row: RowNumber) -> io::Result<bool> {
        let mut is_twin = false;
        while let Some(twin) =
            self.twins.next_if(|twin| !matches!(twin, Ok(twin) if number(twin) > row.get()))
        {
            is_twin |= number(&twin?) == row.get();
        }
        Ok(is_twin || self.all_are_twins)
    }

    fn advance(&mut self) -> io::Result<()> {
        self.next = self.by_row.next().transpose()?.map(|record| read(&record));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Evidence = Evidence {
        leased_in_this_boot: true,
        marked: false,
        released: false,
        verdict: None,
        damaged: false,
        forgotten: false,
        retired: false,
    };

    fn past(key: u8, ticket: TicketNumber, content: u8, evidence: Evidence) -> Past {
        Past {
            key: ContactKey([key; 16]),
            content: [content; 8],
            ticket,
            session: 1,
            evidence,
            offset: 100 + ticket,
            sent_after: Some(1000),
            verdict: None,
            changes: Vec::new(),
        }
    }

    fn standings(pasts: &[Past], rows: &[(u64, u8, u8)]) -> (Vec<Standing>, StandingCounts) {
        let mut sightings = Sightings::new(tempfile::tempfile);
        for &(row, key, content) in rows {
            sightings.row(ContactKey([key; 16]), RowNumber::new(row), [content; 8], content == 7).unwrap();
        }
        for past in pasts {
            sightings.past(past).unwrap();
        }
        let (mut standings, counts) = sightings.standings(Window::default()).unwrap();
        (rows.iter().map(|(row, ..)| standings.of(RowNumber::new(*row)).unwrap()).collect(), counts)
    }

    #[test]
    fn every_later_row_of_a_contact_repeats_its_first() {
        let rows = [(1, 9, 0), (2, 3, 0), (3, 9, 0), (5, 3, 1), (6, 9, 0), (7, 4, 0)];
        let (seen, counts) = standings(&[], &rows);
        let repeat = |of, same_content| Standing::Repeats { of: RowNumber::new(of), same_content };
        assert_eq!(counts, StandingCounts { repeats: 3, repeats_differing: 1, ..StandingCounts::default() });
        assert_eq!(
            seen,
            [
                Standing::Fresh,
                Standing::Fresh,
                repeat(1, true),
                repeat(2, false),
                repeat(1, true),
                Standing::Fresh
            ]
        );
    }

    #[test]
    fn a_row_is_known_by_what_it_says_and_the_last_ticket_counts() {
        let with = |verdict| Evidence { verdict: Some(verdict), marked: true, ..NONE };
        let pasts = [
            past(1, 7, 0, with(Final::There)),
            past(2, 8, 5, with(Final::There)),
            past(3, 9, 0, with(Final::Rejected)),
            past(4, 10, 5, with(Final::Rejected)),
            past(5, 11, 0, with(Final::Failed)),
            past(6, 12, 0, with(Final::Failed)),
            past(6, 20, 0, with(Final::There)),
            past(7, 13, 0, Evidence { marked: true, ..NONE }),
            past(8, 14, 0, NONE),
            past(9, 15, 0, Evidence { marked: true, ..NONE }),
        ];
        let rows: Vec<(u64, u8, u8)> = (1..=8).map(|key| (10 - key, u8::try_from(key).unwrap(), 0)).collect();
        let (seen, counts) = {
            let mut rows = rows.clone();
            rows.sort_unstable();
            let (mut seen, counts) = standings(&pasts, &rows);
            seen.reverse();
            (seen, counts)
        };
        let settled =
            |ticket: u64, verdict, changed| Standing::Settled { offset: 100 + ticket, verdict, changed };
        assert_eq!(
            seen,
            [
                settled(7, Final::There, false),
                settled(8, Final::There, true),
                settled(9, Final::Rejected, false),
                Standing::Fresh,
                Standing::GivenUp,
                settled(20, Final::There, false),
                Standing::Open { ticket: 13, sent_after: Some(1000), there: None },
                Standing::Fresh,
            ]
        );
        let counted =
            StandingCounts { settled: 4, changed: 1, open: 1, open_and_gone: 1, ..StandingCounts::default() };
        assert_eq!(counts, counted);
    }

    #[test]
    fn a_ticket_that_never_left_does_not_hide_what_was_known_before() {
        let with = |verdict| Evidence { verdict: Some(verdict), marked: true, ..NONE };
        let released = Evidence { released: true, ..NONE };
        let marked = Evidence { marked: true, ..NONE };
        let forgotten = Evidence { forgotten: true, ..NONE };
        let open = |there| Standing::Open { ticket: 2, sent_after: Some(1000), there };
        let settled = |verdict, changed| Standing::Settled { offset: 101, verdict, changed };
        for (earlier, later, standing) in [
            (Final::Failed, released, Standing::GivenUp),
            (Final::Failed, NONE, Standing::GivenUp),
            (Final::Failed, marked, open(None)),
            (Final::There, released, settled(Final::There, true)),
            (Final::There, NONE, settled(Final::There, true)),
            (Final::There, marked, open(Some(101))),
            (Final::There, with(Final::Failed), settled(Final::There, true)),
            (Final::Left, with(Final::Unconfirmed), open(Some(101))),
            (Final::There, forgotten, Standing::Fresh),
            (Final::Rejected, released, Standing::Fresh),
        ] {
            // The row says what the later ticket said, which is something else than the earlier one did.
            let (seen, _) = standings(&[past(1, 1, 5, with(earlier)), past(1, 2, 0, later)], &[(1, 1, 0)]);
            assert_eq!(seen, [standing], "{earlier:?} {later:?}");
        }
    }

    #[test]
    fn a_change_that_was_refused_is_refused_again_and_another_one_meets_the_contact() {
        let with = |verdict| Evidence { verdict: Some(verdict), marked: true, ..NONE };
        let pasts = [past(1, 1, 5, with(Final::There)), past(1, 2, 6, with(Final::Rejected))];
        for (content, standing) in [
            (6, Standing::Settled { offset: 102, verdict: Final::Rejected, changed: false }),
            (7, Standing::Settled { offset: 101, verdict: Final::There, changed: true }),
            (5, Standing::Settled { offset: 101, verdict: Final::There, changed: false }),
        ] {
            assert_eq!(standings(&pasts, &[(1, 1, content)]).0, [standing]);
        }
    }

    #[test]
    fn rows_that_are_met_again_are_counted_as_the_gate_meets_them() {
        let with = |verdict| Evidence { verdict: Some(verdict), marked: true, ..NONE };
        let verdicts = [Final::There, Final::Left, Final::Unwanted, Final::ChangeRefused, Final::Rejected];
        let (mut pasts, mut rows) = (Vec::new(), Vec::new());
        for (number, verdict) in (1..).zip(verdicts) {
            for content in [0, 5] {
                let key = u8::try_from(number * 2).unwrap() + u8::from(content == 5);
                pasts.push(past(key, u64::from(key), content, with(verdict)));
                rows.push((u64::from(key), key, 0));
            }
        }
        let (seen, counts) = standings(&pasts, &rows);
        for policy in [OnExisting::Skip, OnExisting::Update, OnExisting::Create, OnExisting::Fail] {
            let met = seen.iter().filter(|standing| match standing {
                Standing::Settled { verdict, changed, .. } => verdict.is_met_again(policy, *changed),
                _ => false,
            });
            assert_eq!(counts.met_again(policy), met.count() as u64, "{policy:?}");
        }
    }

    #[test]
    fn rows_without_a_bot_status_are_counted_where_they_are_sent_and_repeats_where_they_differ() {
        let done = Evidence { verdict: Some(Final::There), ..NONE };
        // What says 7 has no bot status.
        let rows = [(1, 1, 7), (2, 1, 7), (3, 1, 3), (4, 2, 7), (5, 3, 3), (6, 4, 7)];
        let (_, counts) = standings(&[past(2, 1, 7, done)], &rows);
        assert_eq!((counts.repeats, counts.repeats_differing, counts.without_bot_status), (2, 1, 2));
    }

    #[test]
    fn plain_numbers_are_counted_alike() {
        let mut sightings = Sightings::new(tempfile::tempfile);
        for (row, number, without_bot_status) in [(1, 10, true), (2, 10, true), (3, 11, false), (4, 12, true)]
        {
            sightings.plain_row(number, RowNumber::new(row), without_bot_status).unwrap();
        }
        let (mut standings, counts) = sightings.standings(Window::default()).unwrap();
        assert_eq!((counts.repeats, counts.repeats_differing, counts.without_bot_status), (1, 0, 2));
        let of_second = Standing::Repeats { of: RowNumber::new(1), same_content: false };
        assert_eq!(standings.of(RowNumber::new(2)).unwrap(), of_second);
    }

    #[test]
    fn evidence_and_standings_survive_packing() {
        for bits in 0..64 {
            for code in 0..=6 {
                assert_eq!(pack(unpack([code, bits])), [code, bits]);
            }
        }
        let row = RowNumber::new(7);
        for standing in [
            Standing::Fresh,
            Standing::GivenUp,
            Standing::Repeats { of: RowNumber::new(3), same_content: true },
            Standing::Settled { offset: 9, verdict: Final::Unwanted, changed: true },
            Standing::Open { ticket: 0, sent_after: None, there: Some(0) },
            Standing::Open { ticket: 1, sent_after: Some(0), there: None },
        ] {
            assert_eq!(read(&write(row, standing)), (row, standing));
        }
    }
}
