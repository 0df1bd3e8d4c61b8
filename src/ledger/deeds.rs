//! What this import did to whom one key names, as its tickets together say: to one contact, or to several.

use super::entry::{Creation, Entry, Update};
use crate::journal::{Begun, Class, Ended, Evidence, Past, Recall, Story, TicketNumber, classify};
use crate::model::Code;

/// All tickets of one key.
#[derive(Default)]
pub(super) struct Deeds {
    story: Story<()>,
    wrote: Vec<Wrote>,
    /// Tickets up to this number are over.
    forgotten: Option<TicketNumber>,
}

/// A ticket under which something was written to the account, or may have been.
struct Wrote {
    ticket: TicketNumber,
    /// `None` if the records of the changes say it.
    uuid: Option<String>,
    how: How,
}

/// What was done, or may have been.
pub(super) enum How {
    Created(Creation),
    Changed(Update),
    /// It was there when the answer to its creation was lost, and may be what was created.
    Met(TicketNumber),
}

impl Deeds {
    pub(super) fn note(&mut self, past: Past) {
        let Past { ticket, content, leased, evidence, sent_after, verdict, offset, mut changes, .. } = past;
        self.story.note(ticket, evidence, ());
        if evidence.forgotten {
            self.forgotten = self.forgotten.max(Some(ticket));
        }
        let may_be_own = verdict.as_ref().is_some_and(|verdict| verdict.may_be_own);
        let is_changed = verdict.as_ref().is_some_and(|verdict| verdict.changed().is_some());
        let is_as_before = verdict.as_ref().is_some_and(|verdict| verdict.made.as_deref() == Some(&[]));
        let ended = verdict.map(|verdict| verdict.o);
        if let Some(Ended::Created(uuid, _, by_lookup)) = ended {
            let creation = Creation::new(ticket, content, by_lookup, sent_after);
            self.wrote.push(Wrote { ticket, uuid: Some(uuid), how: How::Created(creation) });
            return;
        }
        match ended {
            // Nobody asks whether it was made, which does not undo it.
            Some(Ended::Failed(ref code, _)) if *code == Code::LetGo.as_str() => {}
            // Nothing of it is there.
            Some(Ended::Rejected(..) | Ended::Failed(..)) => return,
            // Only the last change is known not to be made; of those before it nobody knows.
            Some(Ended::ChangeFailed(..)) => drop(changes.pop()),
            Some(Ended::ChangeRefused(..)) if is_as_before => drop(changes.pop()),
            None if !may_be_made(evidence) => return,
            _ => {}
        }
        let uuid = ended.and_then(Ended::into_contact).map(|contact| contact.uuid);
        if may_be_own {
            self.wrote.push(Wrote { ticket, uuid: uuid.clone(), how: How::Met(ticket) });
        }
        if changes.is_empty() && !is_changed {
            return;
        }
        let update = Update {
            ticket,
            leased,
            places: changes.into(),
            verdict: is_changed.then_some(offset),
            is_as_leased: false,
        };
        self.wrote.push(Wrote { ticket, uuid, how: How::Changed(update) });
    }

    /// The ticket that leaves open whether the contact is in the account, or a change of it.
    pub(super) fn doubt(&self) -> Option<TicketNumber> {
        let (ticket, evidence, ()) = self.story.last()?;
        (classify(evidence, true) == Class::Unknown).then_some(ticket)
    }

    /// The contact that something was written to last, and others to which something may have been written since.
    pub(super) fn into_entries(self, journal: &Recall) -> Vec<Entry> {
        let known = |uuid| Begun { uuid, may_be_own: false };
        let mut wrote: Vec<(Begun, Wrote)> = self
            .wrote
            .into_iter()
            .filter(|wrote| self.forgotten.is_none_or(|forgotten| wrote.ticket > forgotten))
            .filter_map(|mut wrote| {
                Some((wrote.uuid.take().map(known).or_else(|| wrote.how.begun(journal))?, wrote))
            })
            .collect();
        wrote.sort_unstable_by_key(|(_, wrote)| wrote.ticket);
        // What was written to a contact that has been deleted since is not of the one that came after it.
        let last_certain = wrote.iter().rposition(|(_, wrote)| wrote.how.is_certain()).unwrap_or_default();
        let mut uuids: Vec<String> = Vec::new();
        for (begun, _) in &wrote[last_certain..] {
            if !uuids.contains(&begun.uuid) {
                uuids.push(begun.uuid.clone());
            }
        }
        let mut entries: Vec<Entry> = uuids.into_iter().map(|uuid| Entry::of(uuid.into())).collect();
        for (begun, Wrote { ticket, how, .. }) in wrote {
            if let Some(entry) = entries.iter_mut().find(|entry| *entry.uuid == *begun.uuid) {
                entry.go_on(how);
                if begun.may_be_own {
                    entry.go_on(How::Met(ticket));
                }
            }
        }
        entries
    }
}

impl How {
    fn is_certain(&self) -> bool {
        matches!(self, Self::Created(_) | Self::Changed(Update { verdict: Some(_), .. }))
    }

    /// The contact that was last about to be changed.
    fn begun(&self, journal: &Recall) -> Option<Begun> {
        let Self::Changed(update) = self else { return None };
        Some(journal.changes(*update.places.last()?)?.0)
    }
}

/// Whether changes of a ticket that says nothing of them may have been made.
fn may_be_made(evidence: Evidence) -> bool {
    !evidence.retired && classify(evidence, true) == Class::Unknown
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::journal::{ContactKey, Final, Record, Value, Verdict};

    const MARKED: Evidence = Evidence { marked: true, ..Evidence::LEASED };

    fn past(ticket: TicketNumber) -> Past {
        Past {
            key: ContactKey([7; 16]),
            content: [1; 8],
            leased: [2; 8],
            ticket,
            session: 1,
            evidence: MARKED,
            offset: 100 * ticket,
            sent_after: Some(50),
            verdict: None,
            changes: Vec::new(),
        }
    }

    fn ended(ticket: TicketNumber, o: Ended) -> Past {
        let verdict = match &o {
            Ended::Created(..) => Final::There,
            Ended::Existing(..) | Ended::Updated(..) => Final::Met,
            Ended::Left(..) => Final::Left,
            Ended::Unwanted(..) => Final::Unwanted,
            Ended::ChangeRefused(..) => Final::ChangeRefused,
            Ended::ChangeFailed(..) => Final::ChangeFailed,
            Ended::Rejected(..) => Final::Rejected,
            Ended::Failed(..) => Final::Failed,
            Ended::Unconfirmed(..) => Final::Unconfirmed,
        };
        let evidence = Evidence { verdict: Some(verdict), ..MARKED };
        Past { evidence, verdict: Some(Verdict::of(ticket, o, 0)), ..past(ticket) }
    }

    fn created(ticket: TicketNumber, uuid: &str) -> Past {
        ended(ticket, Ended::Created(uuid.to_owned(), None, false))
    }

    fn updated(ticket: TicketNumber, uuid: &str) -> Past {
        ended(ticket, Ended::Updated(uuid.to_owned(), None, vec!["name".to_owned()]))
    }

    fn failed(ticket: TicketNumber, code: Code) -> Past {
        ended(ticket, Ended::Failed(code.as_str().to_owned(), String::new()))
    }

    /// A change that was refused, and what of it was seen to be made, if somebody looked.
    fn refused(made: Option<&[&str]>) -> Past {
        let mut past = ended(1, Ended::ChangeRefused("a".to_owned(), None, None, String::new()));
        let made = made.map(|made| made.iter().map(|field| (*field).to_owned()).collect());
        past.verdict.as_mut().unwrap().made = made;
        past
    }

    fn may_be_own(mut past: Past) -> Past {
        past.verdict.as_mut().unwrap().may_be_own = true;
        past
    }

    /// What was about to be changed: the contact, and whether it may be the ticket's own.
    type About<'a> = (&'a str, bool);

    /// A journal in which these records stand, and their places.
    fn journal(abouts: &[About]) -> (Recall, Vec<u64>) {
        let mut file = tempfile::tempfile().unwrap();
        let (mut places, mut length) = (Vec::new(), 0);
        for (uuid, m) in abouts {
            let c = vec![("name".to_owned(), None, Value::Text("Ada".to_owned()))];
            let line =
                Record::Change { n: 1, u: (*uuid).to_owned(), c, j: Default::default(), m: *m, w: None }
                    .encode(0);
            file.write_all(&line).unwrap();
            places.push(length);
            length += line.len() as u64;
        }
        (Recall::of(file), places)
    }

    fn deeds(pasts: impl IntoIterator<Item = Past>) -> Deeds {
        let mut deeds = Deeds::default();
        pasts.into_iter().for_each(|past| deeds.note(past));
        deeds
    }

    fn entries(pasts: impl IntoIterator<Item = Past>, journal: &Recall) -> Vec<Entry> {
        deeds(pasts).into_entries(journal)
    }

    /// Of each contact its name, the tickets that count, and whether something is known to have been written to it.
    fn told(entries: &[Entry]) -> Vec<(&str, Vec<TicketNumber>, bool)> {
        entries.iter().map(|entry| (&*entry.uuid, entry.tickets().collect(), entry.is_certain())).collect()
    }

    #[test]
    fn a_contact_is_created_changed_and_changed_again_whatever_the_order_in_which_tickets_are_read() {
        let (journal, places) = journal(&[("a", false), ("a", false)]);
        let change = |ticket, place: usize| Past { changes: vec![places[place]], ..updated(ticket, "a") };
        let all = [created(1, "a"), change(2, 0), change(3, 1)];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
            let entries = entries(order.map(|at| all[at].clone()), &journal);
            assert_eq!(told(&entries), [("a", vec![1, 2, 3], true)], "{order:?}");
            let [entry] = entries.as_slice() else { panic!("one contact") };
            assert_eq!((entry.ticket, entry.changes()), (3, 2));
            let creation = Creation::new(1, [1; 8], false, Some(50));
            assert_eq!(entry.created, Some(creation), "as it was when its story ended");
            let verdicts: Vec<_> =
                entry.updates.iter().map(|update| (update.verdict, update.leased)).collect();
            assert_eq!(verdicts, [(Some(200), [2; 8]), (Some(300), [2; 8])]);
        }
    }

    #[test]
    fn a_contact_that_was_left_refused_or_rejected_was_not_written_to() {
        let (journal, places) = journal(&[("a", false)]);
        let (a, said) = (|| "a".to_owned(), String::new);
        let nothing = [
            ended(1, Ended::Existing(a(), None, false)),
            ended(1, Ended::Left(a(), None, true)),
            ended(1, Ended::Unwanted(a(), None, true)),
            ended(1, Ended::ChangeRefused(a(), None, None, said())),
            refused(Some(&[])),
            past(1),
        ];
        for past in nothing {
            assert_eq!(told(&entries([past.clone()], &journal)), [], "{:?}", past.verdict);
        }
        // Of these something was about to be changed, and it is known that it was not.
        let changed_not = [
            ended(1, Ended::Rejected(None, said())),
            failed(1, Code::AttemptsUsedUp),
            ended(1, Ended::ChangeFailed(a(), None, said())),
            refused(Some(&[])),
            Past { evidence: Evidence { released: true, ..MARKED }, ..past(1) },
            Past { evidence: Evidence { damaged: true, retired: true, ..MARKED }, ..past(1) },
        ];
        for past in changed_not {
            let past = Past { changes: places.clone(), ..past };
            assert_eq!(told(&entries([past.clone()], &journal)), [], "{:?}", past.verdict);
        }
    }

    #[test]
    fn a_change_that_nobody_knows_of_is_told_without_being_certain() {
        let (journal, places) = journal(&[("a", false)]);
        let unknown = [
            past(1),
            // Refused, and nobody looked what had become of it.
            refused(None),
            Past { evidence: Evidence { damaged: true, released: true, ..MARKED }, ..past(1) },
            failed(1, Code::LetGo),
            ended(1, Ended::Unconfirmed(String::new(), String::new())),
            ended(1, Ended::Left("a".to_owned(), None, true)),
        ];
        for past in unknown {
            let past = Past { changes: places.clone(), ..past };
            let entries = entries([past.clone()], &journal);
            assert_eq!(told(&entries), [("a", vec![1], false)], "{:?}", past.verdict);
            assert!(!entries[0].is_changed() && !entries[0].may_be_own());
        }
    }

    #[test]
    fn a_change_that_came_to_nothing_hides_none_that_was_made_before_it() {
        let (journal, places) = journal(&[("a", false), ("a", false)]);
        for past in [refused(Some(&[])), ended(1, Ended::ChangeFailed("a".to_owned(), None, String::new()))] {
            let entries = entries([Past { changes: places.clone(), ..past }], &journal);
            assert_eq!(told(&entries), [("a", vec![1], false)]);
            let known = &*entries[0].updates[0].places;
            assert_eq!(*known, places[..1], "the last one is known not to have been made");
        }
    }

    #[test]
    fn a_refused_change_of_which_something_was_seen_to_be_made_is_a_change() {
        let (journal, places) = journal(&[("a", false)]);
        let entries = entries([Past { changes: places.clone(), ..refused(Some(&["name"])) }], &journal);
        assert_eq!(told(&entries), [("a", vec![1], true)]);
        assert_eq!((&*entries[0].updates[0].places, entries[0].updates[0].verdict), (&places[..], Some(100)));
    }

    #[test]
    fn what_was_met_where_a_creation_was_lost_may_be_this_imports_own() {
        let (journal, places) = journal(&[("a", true)]);
        let by_verdict = may_be_own(ended(4, Ended::Left("a".to_owned(), None, true)));
        let by_record = Past { changes: places, ..past(4) };
        for past in [by_verdict, by_record] {
            let entries = entries([past], &journal);
            let [entry] = entries.as_slice() else { panic!("one contact") };
            assert!(entry.may_be_own() && !entry.is_created_here() && !entry.is_certain());
            assert_eq!((entry.ticket, &*entry.uuid), (4, "a"));
        }
        // Nobody was met by name.
        let unnamed = may_be_own(ended(4, Ended::Unconfirmed(String::new(), String::new())));
        assert_eq!(told(&entries([unnamed], &journal)), []);
    }

    #[test]
    fn what_was_written_to_a_contact_that_is_gone_is_not_of_the_one_that_came_after_it() {
        let (journal, places) = journal(&[("c", false)]);
        let later = Past { changes: places.clone(), ..past(3) };
        let told_of = |pasts: Vec<Past>| {
            told(&entries(pasts, &journal)).into_iter().map(|(uuid, ..)| uuid.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(told_of(vec![created(1, "a"), created(2, "b")]), ["b"]);
        assert_eq!(told_of(vec![created(1, "a"), updated(2, "b")]), ["b"]);
        // What is not certain takes nothing away: either may be there.
        assert_eq!(told_of(vec![created(1, "a"), created(2, "b"), later.clone()]), ["b", "c"]);
        let earlier = Past { ticket: 1, ..later };
        assert_eq!(told_of(vec![earlier, created(2, "b")]), ["b"]);
    }

    #[test]
    fn what_was_taken_back_is_over_in_whichever_order_it_is_read() {
        let (journal, _) = journal(&[]);
        let forgotten = |ticket| Past { evidence: Evidence { forgotten: true, ..MARKED }, ..past(ticket) };
        let all =
            [created(1, "a"), forgotten(2), created(3, "b"), updated(4, "b"), forgotten(5), created(6, "c")];
        for (count, expected) in
            [(1, vec![("a", vec![1], true)]), (2, vec![]), (3, vec![("b", vec![3], true)])]
        {
            let forwards = entries(all[..count].to_vec(), &journal);
            let backwards = entries(all[..count].iter().rev().cloned(), &journal);
            assert_eq!((told(&forwards), told(&backwards)), (expected.clone(), expected));
        }
        let both = entries(all.iter().rev().cloned(), &journal);
        assert_eq!(told(&both), [("c", vec![6], true)]);
        // Its own number is over too.
        assert_eq!(told(&entries([forgotten(2), created(2, "a")], &journal)), []);
    }

    #[test]
    fn only_the_last_ticket_that_left_leaves_open_what_became_of_the_contact() {
        let unconfirmed = |ticket| ended(ticket, Ended::Unconfirmed(String::new(), String::new()));
        let released = Past { evidence: Evidence { released: true, ..MARKED }, ..past(3) };
        for (pasts, doubt) in [
            (vec![], None),
            (vec![past(1)], Some(1)),
            (vec![unconfirmed(2)], Some(2)),
            (vec![past(1), created(2, "a")], None),
            (vec![created(1, "a"), past(2)], Some(2)),
            (vec![past(1), released], Some(1)),
            (vec![failed(1, Code::AttemptsUsedUp)], None),
        ] {
            assert_eq!(deeds(pasts).doubt(), doubt);
        }
    }
}
