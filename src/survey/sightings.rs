//! Sorts all that was seen of each contact, and so finds how its rows stand.
//!
//! Every contact of the file, and every ticket that the journal remembers, is sorted by contact. That brings together
//! what belongs together: the last ticket of a contact, the row that is it, and the rows that repeat it. What is not
//! fresh is sorted once more, by row, and read beside the file.

use std::fs::File;
use std::io;

use super::crew::Told as OfRow;
use super::records::{
    NAMED, PLAIN, SIGHTING, Sighting, is_by_other_rules, number, pack, pack_row, sighting, unpack,
    unpack_row, write_standing,
};
use super::standing::{Done, Standing, StandingCounts};
use super::standings::Standings;
use crate::journal::{Class, ContactKey, Final, Past, Story, classify, rules_mark};
use crate::model::{RowNumber, Stands, UpdateRules, Window};
use crate::sorting::{Sorted, Sorter};

/// Takes every ticket that a journal remembers and every contact of a file.
pub struct Sightings<F> {
    pasts: Sorter<SIGHTING, F>,
    rows: Sorter<SIGHTING, F>,
    plain: Sorter<PLAIN, F>,
    /// Contacts that have no look-up, by name.
    names: Sorter<NAMED, F>,
    scratch: F,
    /// What tells the rules that are given now from others.
    rules: Option<String>,
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
            rules: None,
        }
    }

    /// Contacts that are there are changed by these rules. To be told before any ticket.
    #[must_use]
    pub fn by(self, rules: &UpdateRules) -> Self {
        Self { rules: rules_mark(rules), ..self }
    }

    /// The same for another reading, of which nothing is known yet.
    pub fn anew(&self) -> Self {
        Self { rules: self.rules.clone(), ..Self::new(self.scratch.clone()) }
    }

    /// A ticket that the journal remembers.
    ///
    /// # Errors
    ///
    /// If it cannot be put aside.
    pub fn past(&mut self, past: &Past) -> io::Result<()> {
        // Of whoever is not there, nothing is read back but when it was sent.
        let number = if matches!(
            past.evidence.verdict,
            None | Some(Final::Unconfirmed | Final::Failed | Final::TurnedAway)
        ) {
            past.sent_after.map_or(0, |seconds| seconds + 1)
        } else {
            past.offset
        };
        let other_rules =
            past.verdict.as_ref().is_some_and(|verdict| verdict.is_by_other_rules(self.rules.as_deref()));
        let evidence = pack(past.evidence, other_rules);
        self.pasts.push(sighting(past.key, 0, past.ticket, past.content, evidence, number))
    }

    /// A row's contact.
    pub(super) fn row(
        &mut self,
        key: ContactKey,
        row: RowNumber,
        content: [u8; 8],
        told: OfRow,
    ) -> io::Result<()> {
        self.rows.push(sighting(key, 1, row.get(), content, pack_row(told), 0))
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
        let mut turned_away = Sorter::new(self.scratch.clone());
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
                counts.leave(contact.as_ref());
                contact = Some(Contact { key: seen.key, story: Story::default(), first_row: None });
            }
            let Some(contact) = &mut contact else { continue };
            if !seen.is_row {
                contact.remember(&seen);
                continue;
            }
            let row = RowNumber::new(seen.number);
            let told = unpack_row(seen.evidence);
            let standing = contact.meet(row, seen.content, told.in_no_doubt);
            if counted.place(row) != Stands::Inside {
                continue;
            }
            counts.note(standing, told.without_bot_status);
            let is_first = !matches!(standing, Standing::Repeats { .. });
            counts.known += u64::from(is_first && contact.is_known());
            if is_first && contact.story.is_turned_away() {
                turned_away.push(row.get().to_be_bytes())?;
            }
            if standing != Standing::Fresh {
                by_row.push(write_standing(row, standing))?;
            }
        }
        counts.leave(contact.as_ref());
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
                    by_row.push(write_standing(row, Standing::Repeats { of, same_content: false }))?;
                }
                _ => {
                    first = Some((seen, row));
                    counts.without_bot_status += u64::from(is_counted && without_bot_status);
                }
            }
        }
        // Nobody knows the name of somebody who is open and gone.
        let all_are_twins = counts.open_and_gone > 0;
        let turned_away = turned_away.sorted()?;
        Ok((Standings::new(by_row.sorted()?, turned_away, (twins, all_are_twins))?, counts))
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
    /// It was come to by other rules.
    other_rules: bool,
    /// Where the verdict stands, or one more than the clock's seconds; 0: no clock.
    offset: u64,
}

impl Contact {
    fn remember(&mut self, ticket: &Sighting) {
        let evidence = unpack(ticket.evidence);
        let told = Told {
            content: ticket.content,
            verdict: evidence.verdict,
            other_rules: is_by_other_rules(ticket.evidence),
            offset: ticket.offset,
        };
        self.story.note(ticket.number, evidence, told);
    }

    /// `in_no_doubt`: the row has room for a word that says otherwise.
    fn meet(&mut self, row: RowNumber, content: [u8; 8], in_no_doubt: bool) -> Standing {
        if let Some((of, of_content)) = self.first_row {
            return Standing::Repeats { of, same_content: content == of_content };
        }
        self.first_row = Some((row, content));
        let changed = |ticket: &Told| ticket.content != content;
        // Whom this import created is met as its own, whatever it changed since.
        let of = |ticket: &Told| match ticket.verdict.unwrap_or(Final::There) {
            Final::Met if self.story.is_created() => Final::There,
            verdict => verdict,
        };
        let settled = |ticket: &Told| {
            let verdict = of(ticket);
            let done = self.story.done().filter(|_| verdict.is_not_changed());
            let done = done.map(|done| Done {
                offset: done.offset,
                changed: changed(done),
                is_own: of(done) == Final::There,
            });
            let Told { offset, other_rules, .. } = *ticket;
            Standing::Settled { offset, verdict, changed: changed(ticket), other_rules, done }
        };
        let Some((ticket, evidence, last)) = self.story.last() else { return Standing::Fresh };
        match (classify(evidence, last.content == content), self.story.there()) {
            (Class::Settled, _) => settled(last),
            // What was refused or given up since was a change: the contact is there.
            (Class::NeverSent, Some(there)) => settled(there),
            (Class::NeverSent, None) if evidence.verdict == Some(Final::Failed) => {
                Standing::GivenUp { sent_after: last.offset.checked_sub(1) }
            }
            (Class::NeverSent, None) => Standing::Fresh,
            // The word by which it was in doubt is gone, and nothing was sent for it since.
            (Class::Unknown, None) if evidence.said_by_row && in_no_doubt => Standing::Fresh,
            (Class::Unknown, there) => Standing::Open {
                ticket,
                sent_after: last.offset.checked_sub(1),
                there: there.map(|there| there.offset),
            },
        }
    }

    /// Whether a ticket of it left, or may have.
    fn is_known(&self) -> bool {
        self.story.last().is_some()
    }

    fn is_open(&self) -> bool {
        self.story.last().is_some_and(|(_, evidence, _)| classify(evidence, true) == Class::Unknown)
    }
}

impl StandingCounts {
    /// Nothing more comes of this contact.
    fn leave(&mut self, contact: Option<&Contact>) {
        if let Some(contact) = contact.filter(|contact| contact.first_row.is_none()) {
            self.gone += u64::from(contact.is_known());
            self.open_and_gone += u64::from(contact.is_open());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Ended, Evidence, TicketNumber, Verdict};
    use crate::model::{OnExisting, UpdateRule};

    fn past(key: u8, ticket: TicketNumber, content: u8, evidence: Evidence) -> Past {
        Past {
            key: ContactKey([key; 16]),
            content: [content; 8],
            leased: [content; 8],
            ticket,
            session: 1,
            evidence,
            offset: 100 + ticket,
            sent_after: Some(1000),
            verdict: None,
            changes: Vec::new(),
        }
    }

    /// What else a row with this content tells.
    fn of_row(content: u8) -> OfRow {
        OfRow { without_bot_status: content == 7, in_no_doubt: content == 8 }
    }

    fn standings(pasts: &[Past], rows: &[(u64, u8, u8)]) -> (Vec<Standing>, StandingCounts) {
        let mut sightings = Sightings::new(tempfile::tempfile);
        for &(row, key, content) in rows {
            sightings.row(ContactKey([key; 16]), RowNumber::new(row), [content; 8], of_row(content)).unwrap();
        }
        for past in pasts {
            sightings.past(past).unwrap();
        }
        let (mut standings, counts) = sightings.standings(Window::default()).unwrap();
        (rows.iter().map(|(row, ..)| standings.of(RowNumber::new(*row)).unwrap()).collect(), counts)
    }

    #[test]
    fn who_was_in_doubt_by_a_word_alone_is_sent_once_that_word_is_gone() {
        let unconfirmed = Evidence { verdict: Some(Final::Unconfirmed), marked: true, ..Evidence::LEASED };
        for (said_by_row, content, is_fresh) in
            [(true, 8, true), (true, 0, false), (false, 8, false), (false, 0, false)]
        {
            let evidence = Evidence { said_by_row, ..unconfirmed };
            let (seen, counts) = standings(&[past(1, 0, content, evidence)], &[(1, 1, content)]);
            assert_eq!((seen[0] == Standing::Fresh, counts.open), (is_fresh, u64::from(!is_fresh)));
        }
        // It is there, whatever the word said.
        let created = past(1, 0, 8, Evidence { verdict: Some(Final::There), ..unconfirmed });
        let later = past(1, 1, 8, Evidence { said_by_row: true, ..unconfirmed });
        let (seen, _) = standings(&[created, later], &[(1, 1, 8)]);
        assert!(matches!(seen[0], Standing::Open { there: Some(_), .. }), "{seen:?}");
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
        let with = |verdict| Evidence { verdict: Some(verdict), marked: true, ..Evidence::LEASED };
        let pasts = [
            past(1, 7, 0, with(Final::There)),
            past(2, 8, 5, with(Final::There)),
            past(3, 9, 0, with(Final::Rejected)),
            past(4, 10, 5, with(Final::Rejected)),
            past(5, 11, 0, with(Final::Failed)),
            past(6, 12, 0, with(Final::Failed)),
            past(6, 20, 0, with(Final::There)),
            past(7, 13, 0, Evidence { marked: true, ..Evidence::LEASED }),
            past(8, 14, 0, Evidence::LEASED),
            past(9, 15, 0, Evidence { marked: true, ..Evidence::LEASED }),
        ];
        let rows: Vec<(u64, u8, u8)> = (1..=8).map(|key| (10 - key, u8::try_from(key).unwrap(), 0)).collect();
        let (seen, counts) = {
            let mut rows = rows.clone();
            rows.sort_unstable();
            let (mut seen, counts) = standings(&pasts, &rows);
            seen.reverse();
            (seen, counts)
        };
        let settled = |ticket: u64, verdict, changed| Standing::Settled {
            offset: 100 + ticket,
            verdict,
            changed,
            other_rules: false,
            done: None,
        };
        assert_eq!(
            seen,
            [
                settled(7, Final::There, false),
                settled(8, Final::There, true),
                settled(9, Final::Rejected, false),
                Standing::Fresh,
                Standing::GivenUp { sent_after: Some(1000) },
                settled(20, Final::There, false),
                Standing::Open { ticket: 13, sent_after: Some(1000), there: None },
                Standing::Fresh,
            ]
        );
        let counted = StandingCounts {
            settled: 4,
            changed: 1,
            met_again: [0, 1, 0, 0],
            changed_and_left: [1, 0, 1, 1],
            open: 1,
            known: 7,
            gone: 1,
            open_and_gone: 1,
            ..StandingCounts::default()
        };
        assert_eq!(counts, counted);
    }

    #[test]
    fn contacts_are_counted_by_whether_both_the_list_and_the_journal_have_them() {
        let done = Evidence { verdict: Some(Final::There), ..Evidence::LEASED };
        let forgotten = Evidence { forgotten: true, ..done };
        let pasts = [
            past(1, 1, 0, done),
            past(2, 2, 0, done),
            past(2, 3, 1, done),
            past(3, 4, 0, done),
            past(4, 5, 0, Evidence::LEASED),
            past(5, 6, 0, forgotten),
            past(6, 7, 0, Evidence { marked: true, ..Evidence::LEASED }),
        ];
        // Contact 2 is named twice, contact 9 is new; 1 and 6 are not in the list, 4 never left, 5 was taken back.
        let rows = [(1, 2, 0), (2, 2, 0), (3, 3, 0), (4, 9, 0), (5, 4, 0), (6, 5, 0)];
        let (_, counts) = standings(&pasts, &rows);
        assert_eq!((counts.known, counts.gone, counts.open_and_gone), (2, 2, 1));
    }

    #[test]
    fn a_ticket_that_never_left_does_not_hide_what_was_known_before() {
        let with = |verdict| Evidence { verdict: Some(verdict), marked: true, ..Evidence::LEASED };
        let released = Evidence { released: true, ..Evidence::LEASED };
        let marked = Evidence { marked: true, ..Evidence::LEASED };
        let forgotten = Evidence { forgotten: true, ..Evidence::LEASED };
        let open = |there| Standing::Open { ticket: 2, sent_after: Some(1000), there };
        let settled = |verdict, changed| Standing::Settled {
            offset: 101,
            verdict,
            changed,
            other_rules: false,
            done: None,
        };
        for (earlier, later, standing) in [
            (Final::Failed, released, Standing::GivenUp { sent_after: Some(1000) }),
            (Final::Failed, Evidence::LEASED, Standing::GivenUp { sent_after: Some(1000) }),
            (Final::Failed, marked, open(None)),
            (Final::There, released, settled(Final::There, true)),
            (Final::There, Evidence::LEASED, settled(Final::There, true)),
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
        let with = |verdict| Evidence { verdict: Some(verdict), marked: true, ..Evidence::LEASED };
        let pasts = [past(1, 1, 5, with(Final::There)), past(1, 2, 6, with(Final::Rejected))];
        let settled = |offset, verdict, changed| Standing::Settled {
            offset,
            verdict,
            changed,
            other_rules: false,
            done: None,
        };
        for (content, standing) in [
            (6, settled(102, Final::Rejected, false)),
            (7, settled(101, Final::There, true)),
            (5, settled(101, Final::There, false)),
        ] {
            assert_eq!(standings(&pasts, &[(1, 1, content)]).0, [standing]);
        }
    }

    #[test]
    fn a_change_that_came_to_nothing_does_not_hide_what_was_done_before_it() {
        let with = |verdict| Evidence { verdict: Some(verdict), marked: true, ..Evidence::LEASED };
        for not_changed in [Final::ChangeRefused, Final::ChangeFailed] {
            for (content, done) in [(5, false), (6, true), (7, true)] {
                let pasts = [past(1, 1, 5, with(Final::There)), past(1, 2, 6, with(not_changed))];
                let (seen, counts) = standings(&pasts, &[(1, 1, content)]);
                let changed = content != 6;
                let done = Some(Done { offset: 101, changed: done, is_own: true });
                let (verdict, other_rules) = (not_changed, false);
                assert_eq!(seen, [Standing::Settled { offset: 102, verdict, changed, other_rules, done }]);
                for policy in [OnExisting::Skip, OnExisting::Create, OnExisting::Fail] {
                    assert_eq!(counts.met_again(policy), 0, "told as it was: {policy:?}");
                    assert_eq!(counts.changed_and_left(policy), u64::from(content != 5), "{policy:?}");
                }
                let again = not_changed == Final::ChangeFailed || changed;
                assert_eq!(counts.met_again(OnExisting::Update), u64::from(again));
            }
            // One that was left alone was not done with.
            for left in [Final::Left, Final::Unwanted] {
                let pasts = [past(1, 1, 5, with(left)), past(1, 2, 6, with(not_changed))];
                let (seen, counts) = standings(&pasts, &[(1, 1, 6)]);
                let alone = Standing::Settled {
                    offset: 102,
                    verdict: not_changed,
                    changed: false,
                    other_rules: false,
                    done: None,
                };
                assert_eq!((seen, counts.met_again(OnExisting::Fail)), (vec![alone], 1));
            }
        }
    }

    #[test]
    fn whom_the_import_created_is_its_own_whatever_it_changed_since_and_whom_it_only_changed_is_not() {
        let with = |verdict| Evidence { verdict: Some(verdict), marked: true, ..Evidence::LEASED };
        for (first, own) in [(Final::There, true), (Final::Met, false)] {
            for (last, done) in [(Final::Met, 102), (Final::ChangeRefused, 101), (Final::ChangeFailed, 101)] {
                let pasts = [past(1, 1, 5, with(first)), past(1, 2, 6, with(last))];
                let (seen, counts) = standings(&pasts, &[(1, 1, 7)]);
                let [Standing::Settled { verdict, done: before, .. }] = seen[..] else { panic!("{seen:?}") };
                match before {
                    None => assert_eq!((verdict == Final::There, done), (own, 102)),
                    Some(Done { offset, is_own, .. }) => assert_eq!((offset, is_own), (done, own)),
                }
                assert_eq!(counts.met_again(OnExisting::Fail), u64::from(!own), "{first:?} {last:?}");
                assert_eq!(counts.met_again(OnExisting::Skip), 0, "{first:?} {last:?}");
            }
        }
        // What was taken back is no longer its own.
        let forgotten = Evidence { forgotten: true, ..Evidence::LEASED };
        let pasts =
            [past(1, 1, 5, with(Final::There)), past(1, 2, 0, forgotten), past(1, 3, 6, with(Final::Met))];
        assert_eq!(standings(&pasts, &[(1, 1, 7)]).1.met_again(OnExisting::Fail), 1);
    }

    #[test]
    fn rows_that_are_met_again_are_counted_as_the_gate_meets_them() {
        let with = |verdict| Evidence { verdict: Some(verdict), marked: true, ..Evidence::LEASED };
        let verdicts = [
            Final::There,
            Final::Met,
            Final::Left,
            Final::Unwanted,
            Final::ChangeRefused,
            Final::ChangeFailed,
            Final::Rejected,
        ];
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
                Standing::Settled { verdict, changed, other_rules, .. } => {
                    verdict.is_met_again(policy, *changed || *other_rules)
                }
                _ => false,
            });
            assert_eq!(counts.met_again(policy), met.count() as u64, "{policy:?}");
        }
    }

    #[test]
    fn rows_that_were_held_against_their_contacts_by_other_rules_are_met_again_by_an_update() {
        let rules = |fields: &[&str]| {
            UpdateRules(fields.iter().map(|field| ((*field).to_owned(), UpdateRule::Keep)).collect())
        };
        let with = |verdict| Evidence { verdict: Some(verdict), marked: true, ..Evidence::LEASED };
        let id = || ("u".to_owned(), None);
        let told = |key: u8, verdict, o: Ended, by: &[&str]| Past {
            verdict: Some(Verdict { rules: rules_mark(&rules(by)), ..Verdict::of(u64::from(key), o, 0) }),
            ..past(key, u64::from(key), 0, with(verdict))
        };
        let existing = || Ended::Existing(id().0, id().1, false);
        let refused = Ended::ChangeRefused(id().0, id().1, None, String::new());
        let pasts = [
            told(1, Final::There, Ended::Created(id().0, id().1, false), &[]),
            told(2, Final::Met, existing(), &["name"]),
            told(3, Final::Met, Ended::Updated(id().0, id().1, Vec::new()), &["name"]),
            told(4, Final::ChangeRefused, refused, &["name"]),
            told(5, Final::Met, existing(), &["name", "note"]),
            told(6, Final::Met, existing(), &[]),
            told(7, Final::Left, Ended::Left(id().0, id().1, true), &[]),
        ];
        for (by, met) in [
            (&[][..], [false, true, true, true, true, false, true]),
            (&["name"], [false, false, false, false, true, true, true]),
            (&["note", "name"], [false, true, true, true, false, true, true]),
        ] {
            let mut sightings = Sightings::new(tempfile::tempfile).by(&rules(by)).anew();
            for key in 1..=7 {
                sightings
                    .row(ContactKey([key; 16]), RowNumber::new(u64::from(key)), [0; 8], OfRow::default())
                    .unwrap();
            }
            pasts.iter().for_each(|past| sightings.past(past).unwrap());
            let (mut standings, counts) = sightings.standings(Window::default()).unwrap();
            let seen: Vec<Standing> = (1..=7).map(|row| standings.of(RowNumber::new(row)).unwrap()).collect();
            let is_met =
                |policy| seen.iter().map(|standing| standing.is_met_again(policy)).collect::<Vec<_>>();
            assert_eq!(is_met(OnExisting::Update), met, "{by:?}");
            let count = met.iter().filter(|met| **met).count() as u64;
            // The last one is met whatever the rules are.
            assert_eq!(counts.met_again(OnExisting::Update), count);
            assert_eq!(
                counts.met_again(OnExisting::Fail),
                1,
                "rules are about updates; one change was refused"
            );
            assert_eq!(counts.by_other_rules(OnExisting::Update), count - 1);
            for policy in [OnExisting::Skip, OnExisting::Create, OnExisting::Fail] {
                let refused_or_not = [false, false, false, true, false, false, false];
                assert_eq!((is_met(policy), counts.by_other_rules(policy)), (refused_or_not.to_vec(), 0));
            }
        }
    }

    #[test]
    fn rows_without_a_bot_status_are_counted_where_they_are_sent_and_repeats_where_they_differ() {
        let done = Evidence { verdict: Some(Final::There), ..Evidence::LEASED };
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
}
