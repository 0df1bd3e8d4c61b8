//! What was sent, what came back then, and what is found now → a verdict for each field. Pure.

use serde_json::Value;

use crate::ledger::{OwnChange, Seen, compare, is_empty, value_of};
use crate::model::NewContact;

/// How a field differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The API had something else from the start: it dropped a tag it does not know, or put a value in another form.
    Altered,
    /// It was as sent at first, and somebody changed it since.
    Changed,
    /// It is not what was sent; what it was at first is not known.
    Differs,
    /// It was sent, and the API does not show it: nobody knows.
    NotShown,
}

impl Verdict {
    /// The word in `verify.csv`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Changed => "changed",
            Self::Differs => "differs",
            Self::NotShown => "not_shown",
        }
    }
}

/// One field that is not as it was sent, or of which nobody knows.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// Wire name; `custom_fields.<label>` for one custom field.
    pub field: String,
    /// What was sent; empty if nothing was.
    pub sent: String,
    /// What is found; empty if nothing is.
    pub found: String,
    /// Since when.
    pub verdict: Verdict,
}

/// Shows the field, never what is in it.
impl std::fmt::Debug for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.field, self.verdict.as_str())
    }
}

/// A contact that was read back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Fields that are not as sent.
    pub findings: Vec<Finding>,
    /// Fields that were sent and that the API does not show.
    pub not_shown: Vec<Finding>,
    /// All fields that were compared, with whether the API shows them.
    judged: Vec<(String, bool)>,
}

impl Judgement {
    /// With what another judgement says of fields that are not judged here.
    #[must_use]
    pub(super) fn with_others_of(mut self, other: Self) -> Self {
        let judged = |field: &str| self.judged.iter().any(|(judged, _)| judged == field);
        let (findings, not_shown, others): (Vec<_>, Vec<_>, Vec<_>) = (
            other.findings.into_iter().filter(|finding| !judged(&finding.field)).collect(),
            other.not_shown.into_iter().filter(|finding| !judged(&finding.field)).collect(),
            other.judged.into_iter().filter(|(field, _)| !judged(field)).collect(),
        );
        self.findings.extend(findings);
        self.not_shown.extend(not_shown);
        self.judged.extend(others);
        self
    }

    /// The fields that were compared and that the API shows.
    pub(super) fn shown(&self) -> impl Iterator<Item = &str> {
        self.judged.iter().filter(|(_, is_shown)| *is_shown).map(|(field, _)| &**field)
    }
}

/// Compares. `then`: what the API showed when the contact came to be.
pub fn judge(sent: &NewContact, then: Option<&Seen>, now: &Seen) -> Judgement {
    let at_first = then.map(|then| compare(sent, then));
    let mut judgement = Judgement::default();
    for field in compare(sent, now) {
        judgement.judged.push((field.field.clone(), field.found.is_some()));
        if field.found.is_none() {
            if !is_empty(&field.sent) {
                judgement.not_shown.push(not_shown(field.field, &field.sent));
            }
            continue;
        }
        if field.is_same {
            continue;
        }
        let first = at_first.as_ref().and_then(|all| all.iter().find(|known| known.field == field.field));
        let verdict = match first {
            Some(first) if first.found.is_none() => Verdict::Differs,
            Some(first) if first.is_same => Verdict::Changed,
            Some(_) => Verdict::Altered,
            // A custom field that was not sent: at first it was not there, or nothing is known.
            None if then.is_some_and(|then| then.member("customFields").is_some()) => Verdict::Changed,
            None => Verdict::Differs,
        };
        judgement.findings.push(Finding {
            sent: shown(&field.sent),
            found: field.found.as_ref().map(shown).unwrap_or_default(),
            field: field.field,
            verdict,
        });
    }
    judgement
}

/// Compares what changes wrote, and nothing else, with what is found. Where it is not known that anything was written, what
/// there was before is as good.
pub(super) fn judge_update(changes: &[OwnChange], now: &Seen) -> Judgement {
    let mut judgement = Judgement::default();
    // Of what is lost wholly nobody knows what was written.
    for change in changes.iter().filter(|change| !change.written.is_empty()) {
        let found = now.field(&change.field);
        judgement.judged.push((change.field.clone(), found.is_some()));
        let after = change.written.first().map(value_of).unwrap_or_default();
        match found {
            None => judgement.not_shown.push(not_shown(change.field.clone(), &after)),
            Some(found) if change.is_shown(Some(&found)) => {}
            Some(found) if !change.is_made && change.is_back(Some(&found)) => {}
            Some(found) => judgement.findings.push(Finding {
                field: change.field.clone(),
                sent: shown(&after),
                found: shown(&found),
                verdict: Verdict::Differs,
            }),
        }
    }
    judgement
}

fn not_shown(field: String, sent: &Value) -> Finding {
    Finding { field, sent: shown(sent), found: String::new(), verdict: Verdict::NotShown }
}

/// A value as it stands in a cell: texts as they are, lists as JSON, nothing as nothing.
fn shown(value: &Value) -> String {
    match value {
        _ if is_empty(value) => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FieldValue, Shown};

    fn ada() -> NewContact {
        NewContact {
            tags: vec!["VIP".to_owned()],
            custom_fields: vec![("City".to_owned(), FieldValue::Text("Rome".to_owned()))],
            note: Some("n".to_owned()),
            ..NewContact::ada()
        }
    }

    fn seen(json: &str) -> Seen {
        Seen::read(&Shown::new(json)).unwrap()
    }

    #[test]
    fn what_the_api_altered_at_once_is_told_from_what_somebody_changed_since() {
        let then = seen(r#"{"name":"Ada","tags":[],"customFields":{"City":"Rome"}}"#);
        let now = seen(
            r#"{"name":"Ada L","tags":[],"customFields":{"City":"Milan","Age":"7"},"note":"x","assignedUser":"b@x"}"#,
        );
        let told: Vec<_> = judge(&ada(), Some(&then), &now)
            .findings
            .into_iter()
            .map(|finding| (finding.field, finding.sent, finding.found, finding.verdict.as_str()))
            .collect();
        let line = |field: &str, sent: &str, found: &str, verdict| {
            (field.to_owned(), sent.to_owned(), found.to_owned(), verdict)
        };
        assert_eq!(
            told,
            [
                line("name", "Ada", "Ada L", "changed"),
                line("tags", "[\"VIP\"]", "", "altered"),
                line("custom_fields.City", "Rome", "Milan", "changed"),
                line("custom_fields.Age", "", "7", "changed"),
                line("assigned_user", "", "b@x", "differs"),
                line("note", "n", "x", "differs"),
            ]
        );
    }

    #[test]
    fn a_contact_as_sent_has_no_findings_and_tells_what_could_not_be_seen() {
        let now = seen(r#"{"name":"Ada","tags":["VIP"],"customFields":{"City":"Rome"},"phoneNumber":null}"#);
        let judgement = judge(&ada(), None, &now);
        assert_eq!(judgement.findings, []);
        let not_shown: Vec<_> =
            judgement.not_shown.iter().map(|finding| (&*finding.field, &*finding.sent)).collect();
        assert_eq!(not_shown, [("identifier", "393331234567"), ("source", "whatsapp"), ("note", "n")]);
    }
}
