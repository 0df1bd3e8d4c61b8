//! How an account answers where nobody documents it.

use std::collections::{BTreeMap, BTreeSet};

/// Where the contact stands in an answer about one contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnswerForm {
    /// `{"contact": {…}}`
    Object,
    /// `{"contact": [{…}]}`
    List,
    /// `{…}`
    Bare,
    /// `[{…}]`
    BareList,
}

impl AnswerForm {
    fn words(self) -> &'static str {
        match self {
            Self::Object => "an object under \"contact\"",
            Self::List => "a list of one under \"contact\"",
            Self::Bare => "an object at the top",
            Self::BareList => "a list of one at the top",
        }
    }
}

/// What a contact that was sent got, although somebody was there under its identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DuplicateAnswer {
    /// The contact that is there, with other data than were sent.
    Untouched,
    /// The contact that is there, with the data that were sent: it said so before, or was overwritten.
    AsSent,
    /// A refusal with this status.
    Refused(u16),
    /// A second contact.
    Second,
}

impl DuplicateAnswer {
    fn words(self) -> String {
        match self {
            Self::Untouched => "answered with the contact that is there, as it was".to_owned(),
            Self::AsSent => {
                "answered with the contact that is there, showing what was sent: it said the same before, \
                             or was overwritten"
                    .to_owned()
            }
            Self::Refused(status) => format!("refused with {status}"),
            Self::Second => "made a second contact".to_owned(),
        }
    }
}

/// How the account answered what an import sent, as far as its answers showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manners {
    /// Statuses of answers that said what became of a contact.
    pub statuses: BTreeSet<u16>,
    /// Where the contact stood in them.
    pub forms: BTreeSet<AnswerForm>,
    /// What contacts got that were there already, and how many.
    pub duplicates: BTreeMap<DuplicateAnswer, u64>,
}

impl Manners {
    /// `201, an object under "contact"`; empty if nothing was answered.
    pub fn answers(&self) -> String {
        let statuses = self.statuses.iter().map(u16::to_string);
        let forms = self.forms.iter().map(|form| form.words().to_owned());
        statuses.chain(forms).collect::<Vec<_>>().join(", ")
    }

    /// What became of contacts that were there already; `None` if none was sent.
    pub fn duplicates(&self) -> Option<String> {
        let words: Vec<String> =
            self.duplicates.iter().map(|(answer, count)| format!("{} ({count})", answer.words())).collect();
        (!words.is_empty()).then(|| words.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_seen_is_not_told() {
        assert_eq!((Manners::default().answers().as_str(), Manners::default().duplicates()), ("", None));
    }

    #[test]
    fn every_form_and_every_answer_to_a_duplicate_has_words_of_its_own() {
        let forms = [AnswerForm::Object, AnswerForm::List, AnswerForm::Bare, AnswerForm::BareList];
        assert_eq!(forms.map(AnswerForm::words).iter().collect::<BTreeSet<_>>().len(), 4);
        let manners = Manners {
            statuses: BTreeSet::from([200, 409]),
            forms: BTreeSet::from([AnswerForm::List]),
            duplicates: BTreeMap::from([(DuplicateAnswer::Refused(409), 3), (DuplicateAnswer::Second, 1)]),
        };
        assert_eq!(manners.answers(), "200, 409, a list of one under \"contact\"");
        assert_eq!(manners.duplicates().unwrap(), "refused with 409 (3); made a second contact (1)");
    }
}
