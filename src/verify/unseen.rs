//! Fields that were sent and that the API does not show. What it shows of nobody is told once, and not of each contact.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::{Finding, Judgement};
use crate::model::Source;
use crate::words::discreet;

/// Contacts that are kept for each field until it is known whether the API shows it of others: it shows what it shows of a
/// source long before so many.
const MOST_KEPT: usize = 100;
/// Most fields that are kept apart: labels of custom fields come from outside.
const MOST_FIELDS: usize = 500;

/// Contacts of one kind, of which the API shows the same: it shows the identifiers of telephones only. `None` where it is not
/// known of which.
type Kind = Option<&'static str>;

/// A line about one field of one contact.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) row: String,
    pub(super) uuid: String,
    pub(super) field: String,
    pub(super) sent: String,
}

discreet!(Line { row, field });

/// What is known of one field of the contacts of one kind.
#[derive(Debug, Default)]
struct FieldKnown {
    is_shown: bool,
    /// Contacts of which it was not shown, as long as it is shown of none.
    kept: Vec<Line>,
    /// More of them.
    more: bool,
}

/// The fields of all contacts.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    known: BTreeMap<(Kind, String), FieldKnown>,
}

impl Unseen {
    /// Takes what was found out about a contact, and returns what is to be told of single contacts now.
    pub(super) fn note(
        &mut self,
        source: Option<Source>,
        judgement: &Judgement,
        (row, uuid): (&str, &str),
    ) -> Vec<Line> {
        let kind = source.map(Source::as_str);
        let mut told = Vec::new();
        for field in judgement.shown() {
            let known = self.field(kind, field);
            known.is_shown = true;
            told.append(&mut known.kept);
        }
        for Finding { field, sent, .. } in &judgement.not_shown {
            let known = self.field(kind, field);
            let line = || Line {
                row: row.to_owned(),
                uuid: uuid.to_owned(),
                field: field.clone(),
                sent: sent.clone(),
            };
            if known.is_shown {
                told.push(line());
            } else if known.kept.len() < MOST_KEPT {
                known.kept.push(line());
            } else {
                known.more = true;
            }
        }
        told
    }

    fn field(&mut self, kind: Kind, field: &str) -> &mut FieldKnown {
        let key = (kind, field.to_owned());
        let is_known = self.known.contains_key(&key) || self.known.len() < MOST_FIELDS;
        let key = if is_known { key } else { (kind, "custom_fields".to_owned()) };
        self.known.entry(key).or_default()
    }

    /// The fields that are to be told of all contacts that are told of by none of these lines.
    pub(super) fn of_all(self) -> BTreeSet<String> {
        let is_open = |known: &FieldKnown| known.more || !known.kept.is_empty();
        self.known.into_iter().filter(|(_, known)| is_open(known)).map(|((_, field), _)| field).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::judge::judge;
    use super::*;
    use crate::ledger::Seen;
    use crate::model::{NewContact, Shown};

    /// Contacts of one source, each with what is shown of it: what is told of which row at once, and of all at the end.
    fn told(source: Source, shown: &[&str]) -> (Vec<(usize, String)>, Vec<String>) {
        let contact = NewContact { source, note: Some("n".to_owned()), ..NewContact::ada() };
        let mut unseen = Unseen::default();
        let mut lines = Vec::new();
        for (row, shown) in (1..).zip(shown) {
            let now = Seen::read(&Shown::new(*shown)).unwrap();
            let judgement = judge(&contact, None, &now);
            for line in unseen.note(Some(source), &judgement, (&row.to_string(), "u")) {
                assert_eq!((&*line.uuid, &*line.sent), ("u", if line.field == "note" { "n" } else { "Ada" }));
                lines.push((line.row.parse().unwrap(), line.field));
            }
        }
        (lines, unseen.of_all().into_iter().collect())
    }

    const WITHOUT: &str = r#"{"name":"Ada","source":"telegram"}"#;
    const WITH: &str = r#"{"name":"Ada","source":"telegram","note":"n"}"#;

    #[test]
    fn what_is_shown_of_nobody_is_told_once_and_what_is_shown_of_others_of_each_contact() {
        let all = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
        assert_eq!(told(Source::Telegram, &[WITHOUT; 3]), (vec![], all(&["identifier", "note"])));
        let note = |row| (row, "note".to_owned());
        let lines = vec![note(1), note(2), note(4)];
        assert_eq!(told(Source::Telegram, &[WITHOUT, WITHOUT, WITH, WITHOUT]), (lines, all(&["identifier"])));
        assert_eq!(told(Source::Telegram, &[WITH; 2]), (vec![], all(&["identifier"])));
        assert_eq!(told(Source::Telegram, &[]), (vec![], vec![]));
    }

    #[test]
    fn of_a_field_that_is_shown_late_no_contact_is_passed_over_without_a_word() {
        let mut shown = vec![WITHOUT; 2 * MOST_KEPT];
        shown.push(WITH);
        let (lines, all) = told(Source::Telegram, &shown);
        assert_eq!((lines.len(), all), (MOST_KEPT, vec!["identifier".to_owned(), "note".to_owned()]));
    }
}
