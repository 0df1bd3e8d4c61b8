//! How an account answers where nobody documents it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::words::{Message, message};

/// Where the contact stands in an answer about one contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiManners {
    /// Statuses of answers that said what became of a contact.
    pub statuses: BTreeSet<u16>,
    /// Where the contact stood in them.
    pub forms: BTreeSet<AnswerForm>,
    /// What contacts got that were there already, and how many.
    #[serde(with = "pairs")]
    pub duplicates: BTreeMap<DuplicateAnswer, u64>,
}

/// Answers with how many got them, as pairs: a key of JSON is a text, and an answer is none.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::DuplicateAnswer;

    type Counted = BTreeMap<DuplicateAnswer, u64>;

    pub(super) fn serialize<S: Serializer>(counted: &Counted, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(counted)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Counted, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}

impl ApiManners {
    /// Adds what another part of the same import showed.
    pub fn join(&mut self, other: Self) {
        self.statuses.extend(other.statuses);
        self.forms.extend(other.forms);
        for (answer, rows) in other.duplicates {
            *self.duplicates.entry(answer).or_default() += rows;
        }
    }

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
        assert_eq!((ApiManners::default().answers(), ApiManners::default().duplicates()), (None, None));
    }

    #[test]
    fn parts_that_were_written_down_and_joined_are_the_whole() {
        let part = |status, form, answers: &[(DuplicateAnswer, u64)]| ApiManners {
            statuses: BTreeSet::from([status]),
            forms: BTreeSet::from([form]),
            duplicates: answers.iter().copied().collect(),
        };
        let mut joined = ApiManners::default();
        for part in [
            part(201, AnswerForm::Object, &[(DuplicateAnswer::Refused(409), 2)]),
            part(
                200,
                AnswerForm::BareList,
                &[(DuplicateAnswer::Refused(409), 3), (DuplicateAnswer::AsSent, 1)],
            ),
        ] {
            let json = serde_json::to_string(&part).unwrap();
            joined.join(serde_json::from_str(&json).unwrap());
        }
        let whole = ApiManners {
            statuses: BTreeSet::from([200, 201]),
            forms: BTreeSet::from([AnswerForm::Object, AnswerForm::BareList]),
            duplicates: BTreeMap::from([(DuplicateAnswer::AsSent, 1), (DuplicateAnswer::Refused(409), 5)]),
        };
        assert_eq!(joined, whole);
    }

    #[test]
    fn every_form_and_every_answer_to_a_duplicate_has_words_of_its_own() {
        let forms = [AnswerForm::Object, AnswerForm::List, AnswerForm::Bare, AnswerForm::BareList];
        assert_eq!(forms.map(|form| form.words().to_string()).iter().collect::<BTreeSet<_>>().len(), 4);
        let manners = ApiManners {
            statuses: BTreeSet::from([200, 409]),
            forms: BTreeSet::from([AnswerForm::List]),
            duplicates: BTreeMap::from([(DuplicateAnswer::Refused(409), 3), (DuplicateAnswer::Second, 1)]),
        };
        assert_eq!(manners.answers().unwrap().to_string(), "200, 409, a list of one under \"contact\"");
        assert_eq!(
            manners.duplicates().unwrap().to_string(),
            "refused with 409 (3); created a second contact (1)"
        );
    }
}
