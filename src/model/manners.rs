//! How an account answers where nobody documents it.

use std::collections::{BTreeMap, BTreeSet};

use crate::words::{Message, message};

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
    fn words(self) -> Message {
        match self {
            Self::Object => message!("answer-form-object"),
            Self::List => message!("answer-form-list"),
            Self::Bare => message!("answer-form-bare"),
            Self::BareList => message!("answer-form-bare-list"),
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
    fn words(self) -> Message {
        match self {
            Self::Untouched => message!("duplicate-answer-untouched"),
            Self::AsSent => message!("duplicate-answer-as-sent"),
            Self::Refused(status) => message!("duplicate-answer-refused", status = status.to_string()),
            Self::Second => message!("duplicate-answer-second"),
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
    /// `201, an object under "contact"`; `None` if nothing was answered.
    pub fn answers(&self) -> Option<Message> {
        let statuses = self.statuses.iter().map(|status| Message::verbatim(status.to_string()));
        let answers: Vec<Message> = statuses.chain(self.forms.iter().map(|form| form.words())).collect();
        (!answers.is_empty()).then(|| Message::list(answers, ", "))
    }

    /// What became of contacts that were there already; `None` if none was sent.
    pub fn duplicates(&self) -> Option<Message> {
        let counted = |(answer, &rows): (&DuplicateAnswer, &u64)| {
            message!("duplicate-answers", answer = answer.words(), rows)
        };
        let answers: Vec<Message> = self.duplicates.iter().map(counted).collect();
        (!answers.is_empty()).then(|| Message::list(answers, "; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_seen_is_not_told() {
        assert_eq!((Manners::default().answers(), Manners::default().duplicates()), (None, None));
    }

    #[test]
    fn every_form_and_every_answer_to_a_duplicate_has_words_of_its_own() {
        let forms = [AnswerForm::Object, AnswerForm::List, AnswerForm::Bare, AnswerForm::BareList];
        assert_eq!(forms.map(|form| form.words().to_string()).iter().collect::<BTreeSet<_>>().len(), 4);
        let manners = Manners {
            statuses: BTreeSet::from([200, 409]),
            forms: BTreeSet::from([AnswerForm::List]),
            duplicates: BTreeMap::from([(DuplicateAnswer::Refused(409), 3), (DuplicateAnswer::Second, 1)]),
        };
        assert_eq!(manners.answers().unwrap().to_string(), "200, 409, a list of one under \"contact\"");
        assert_eq!(
            manners.duplicates().unwrap().to_string(),
            "refused with 409 (3); made a second contact (1)"
        );
    }
}
