//! What an update changed is put back, where nobody has changed it since. Pure.
//!
//! Each field is judged for itself: one that shows what the update wrote gets its former value, one that shows the former
//! value has it already, and one that shows anything else is somebody's and stays. To write the same former values twice
//! does no harm, so a lost answer is settled by another look.

use super::act::unreadable;
use super::fate::Fate;
use super::spared::{Reason, Spared};
use crate::api::{Changes, Fault};
use crate::ledger::{OwnChange, Seen, is_empty};
use crate::model::{Field, FieldValue};
use crate::words::{Message, message};

/// Most times a contact is written to.
const MOST_CHANGES: u32 = 5;

/// What is to be put back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// What is to be sent; empty if nothing is.
    pub(super) changes: Changes,
    /// Fields that get their former values.
    pub(super) to_put: Vec<String>,
    /// Fields that have them already.
    pub(super) back: Vec<String>,
    /// Fields that somebody has changed since.
    pub(super) changed: Vec<String>,
    /// Fields of which it is not known any more what there was.
    pub(super) lost: Vec<String>,
    /// Fields that the API cannot empty.
    pub(super) cannot: Vec<String>,
}

impl Plan {
    /// Judges what was written, or may have been, by what the contact shows now.
    pub(super) fn of(changed: &[OwnChange], now: &Seen) -> Self {
        let mut plan = Self::default();
        for change in changed {
            let found = now.field(&change.field);
            let field = change.field.clone();
            // A contact without a team does not show one, and neither does an API that hides it.
            let may_be_hidden =
                field == Field::TeamUuid.wire_name() && change.before.is_none() && found.is_none();
            if change.is_lost {
                plan.lost.push(field);
            } else if may_be_hidden {
                plan.cannot.push(field);
            } else if change.is_back(found.as_ref()) {
                plan.back.push(field);
            } else if change.is_disturbed || !change.is_shown(found.as_ref()) {
                plan.changed.push(field);
            } else if plan.put(change) {
                plan.to_put.push(field);
            } else {
                plan.cannot.push(field);
            }
        }
        if !(plan.changes.custom_fields.is_empty() && plan.changes.kept_fields.is_empty()) {
            plan.keep_other_custom_fields(now);
        }
        plan
    }

    /// `false` if the API has no way to.
    fn put(&mut self, change: &OwnChange) -> bool {
        let text = match &change.before {
            Some(FieldValue::Text(text)) => Some(text.clone()),
            _ => None,
        };
        if let Some(label) = change.field.strip_prefix("custom_fields.") {
            if let Some(json) = &change.before_json {
                self.changes.kept_fields.push((label.to_owned(), json.clone()));
                return true;
            }
            let before = change.before.clone().unwrap_or_else(|| match change.written.first() {
                Some(FieldValue::Options(_)) => FieldValue::Options(Vec::new()),
                _ => FieldValue::Text(String::new()),
            });
            self.changes.custom_fields.push((label.to_owned(), before));
            return true;
        }
        match (change.field.as_str(), text) {
            ("tags", _) => {
                self.changes.tags = Some(match &change.before {
                    Some(FieldValue::Options(tags)) => tags.clone(),
                    _ => Vec::new(),
                });
            }
            ("note", text) => self.changes.note = Some(text.unwrap_or_default()),
            ("name", Some(text)) => self.changes.name = Some(text),
            ("assigned_user", Some(text)) => self.changes.assigned_user = Some(text),
            ("assigned_user", None) => self.changes.unassign_user = true,
            ("team_uuid", Some(text)) => self.changes.team_uuid = Some(text),
            _ => return false,
        }
        true
    }

    /// Nobody documents whether the API keeps custom fields that it is not told, so it is told all.
    fn keep_other_custom_fields(&mut self, now: &Seen) {
        for (label, value) in now.custom_fields() {
            let Changes { custom_fields, kept_fields, .. } = &self.changes;
            let is_told = custom_fields.iter().any(|(told, _)| *told == label)
                || kept_fields.iter().any(|(told, _)| *told == label);
            if is_told || is_empty(&value) {
                continue;
            }
            if value.is_string() {
                self.changes.custom_fields.push((label, told(&value)));
            } else {
                self.changes.kept_fields.push((label, value.to_string()));
            }
        }
    }

    /// Fields that do not have their former values.
    fn left(&self) -> String {
        [&self.changed[..], &self.lost, &self.cannot].concat().join(";")
    }

    fn fate(&self) -> Fate {
        let left = [
            (Reason::Changed, &self.changed),
            (Reason::NotKnown, &self.lost),
            (Reason::CannotEmpty, &self.cannot),
        ];
        let reason = left.into_iter().find(|(_, fields)| !fields.is_empty()).map(|(reason, _)| reason);
        match reason {
            Some(reason) if self.back.is_empty() => Fate::Kept(Spared { reason, members: self.left() }),
            _ => Fate::Restored { left: self.left() },
        }
    }
}

/// A custom field as it is sent: a checkbox comes back as a text that holds a list.
fn told(value: &serde_json::Value) -> FieldValue {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match serde_json::from_str::<Vec<String>>(&text) {
        Ok(options) => FieldValue::Options(options),
        Err(_) => FieldValue::Text(text),
    }
}

/// The next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Send this.
    Put(Changes),
    /// Wait a little, then look. How many tries were in vain.
    Wait(u32),
    /// Nothing more.
    End(Fate),
}

/// One contact whose update is taken back.
#[derive(Debug, Default)]
pub(super) struct PuttingBack {
    tries: u32,
    last: Option<Message>,
    /// An answer was lost.
    in_doubt: bool,
    /// The API refused to put it back, with this status. Some of it may have been put back before that.
    refused: Option<u16>,
}

impl PuttingBack {
    /// It was read.
    pub(super) fn looked(&mut self, found: Result<Option<Plan>, Fault>) -> Step {
        let plan = match found {
            Ok(Some(plan)) => plan,
            Ok(None) => return Step::End(Fate::Gone),
            Err(fault) => {
                let why = unreadable(&fault);
                return Step::End(if self.in_doubt { Fate::Unknown { why } } else { Fate::Failed { why } });
            }
        };
        if plan.to_put.is_empty() {
            return Step::End(plan.fate());
        }
        if let Some(status) = self.refused {
            return Step::End(Fate::Failed { why: message!("undo-change-refused", status) });
        }
        if self.tries < MOST_CHANGES {
            return Step::Put(plan.changes);
        }
        let last = self.last.take().unwrap_or_else(|| Message::verbatim(""));
        Step::End(Fate::Failed { why: message!("undo-not-put-back", why = last) })
    }

    /// It was written to, and came back like this.
    pub(super) fn put(&mut self, answer: Result<Plan, Fault>) -> Step {
        self.tries += 1;
        let fault = match answer {
            Ok(plan) if plan.to_put.is_empty() => return Step::End(plan.fate()),
            Ok(plan) => {
                let why = message!("undo-api-left-it", fields = plan.to_put.join(", "));
                return Step::End(Fate::Failed { why });
            }
            Err(fault) => fault,
        };
        if let Fault::Refused { status, .. } = fault {
            self.refused = Some(status);
            return Step::Wait(self.tries);
        }
        self.in_doubt |= fault.existence() == crate::api::Existence::Maybe;
        self.last = Some(fault.describe());
        Step::Wait(self.tries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Shown;

    fn text(text: &str) -> FieldValue {
        FieldValue::Text(text.to_owned())
    }

    fn list(list: &[&str]) -> FieldValue {
        FieldValue::Options(list.iter().map(|&text| text.to_owned()).collect())
    }

    fn change(field: &str, before: Option<FieldValue>, after: FieldValue) -> OwnChange {
        let field = field.to_owned();
        let (before_json, written) = (None, vec![after]);
        OwnChange { field, before, before_json, written, is_made: true, is_disturbed: false, is_lost: false }
    }

    fn changed() -> Vec<OwnChange> {
        vec![
            change("name", Some(text("Ada")), text("Ada L")),
            change("tags", Some(list(&["a"])), list(&["a", "b"])),
            change("custom_fields.City", Some(text("Rome")), text("Milan")),
            change("custom_fields.Age", None, text("7")),
            change("assigned_user", None, text("bob@x")),
            change("team_uuid", None, text("t")),
            change("note", None, text("n")),
        ]
    }

    fn seen(json: &str) -> Seen {
        Seen::read(&Shown::new(json)).unwrap()
    }

    const NOW: &str = r#"{"name":"Ada L","tags":["b","a"],"assignedUser":"bob@x","note":"n","team":{"uuid":"t"},
        "customFields":{"City":"Milan","Age":"7","Other":"[\"x\", \"y\"]"}}"#;

    #[test]
    fn what_shows_what_the_update_wrote_gets_its_former_value_and_other_custom_fields_are_told_too() {
        let plan = Plan::of(&changed(), &seen(NOW));
        let changes = Changes {
            name: Some("Ada".to_owned()),
            tags: Some(vec!["a".to_owned()]),
            custom_fields: vec![
                ("City".to_owned(), text("Rome")),
                ("Age".to_owned(), text("")),
                ("Other".to_owned(), list(&["x", "y"])),
            ],
            note: Some(String::new()),
            unassign_user: true,
            ..Changes::default()
        };
        assert_eq!(plan.changes, changes);
        assert_eq!((plan.cannot, plan.changed, plan.back), (vec!["team_uuid".to_owned()], vec![], vec![]));
    }

    #[test]
    fn a_custom_field_that_was_no_text_is_put_back_as_the_json_that_it_was() {
        let json = |label: &str, before: &str| OwnChange {
            before_json: Some(before.to_owned()),
            ..change(&format!("custom_fields.{label}"), Some(text(before)), text("Milan"))
        };
        let now = seen(r#"{"customFields":{"City":"Milan","Age":40,"B":"true","O":"Milan"}}"#);
        let changes = [json("City", "1.50"), json("O", r#"{"x":1}"#), json("Age", "40"), json("B", "true")];
        let plan = Plan::of(&changes, &now);
        let body = plan.changes.body(crate::api::WireStyle::default());
        assert_eq!(body, r#"{"custom_fields":{"B":"true","City":1.50,"O":{"x":1},"Age":40}}"#);
        assert_eq!(plan.back, ["custom_fields.Age"]);
        assert_eq!(plan.changed, ["custom_fields.B"], "a text is not what it was");
    }

    #[test]
    fn a_team_that_is_not_shown_is_not_said_to_be_gone() {
        let now = NOW.replace(",\"team\":{\"uuid\":\"t\"}", "");
        let plan = Plan::of(&changed(), &seen(&now));
        assert_eq!((plan.cannot, plan.back), (vec!["team_uuid".to_owned()], vec![]));
        let none = NOW.replace("{\"uuid\":\"t\"}", "null");
        assert_eq!(Plan::of(&changed(), &seen(&none)).back, ["team_uuid"], "shown to be empty, it is");
    }

    #[test]
    fn what_somebody_changed_since_stays_and_what_is_back_is_not_written_again() {
        let now = NOW.replace("\"Ada L\"", "\"Eve\"").replace("[\"b\",\"a\"]", "[\"a\"]");
        let plan = Plan::of(&changed(), &seen(&now));
        assert_eq!((plan.changed, plan.back), (vec!["name".to_owned()], vec!["tags".to_owned()]));
        assert_eq!((plan.changes.name, plan.changes.tags), (None, None));
    }

    #[test]
    fn what_may_have_been_written_is_taken_for_it_and_what_was_disturbed_is_left() {
        let name = |is_disturbed| OwnChange {
            written: vec![text("Ada K"), text("Ada L")],
            is_disturbed,
            ..change("name", Some(text("Ada")), text(""))
        };
        let plan = Plan::of(&[name(false)], &seen(NOW));
        assert_eq!((plan.changes.name, plan.changed), (Some("Ada".to_owned()), vec![]));
        let plan = Plan::of(&[name(true)], &seen(NOW));
        assert_eq!((plan.changes.name, plan.changed), (None, vec!["name".to_owned()]));
        let plan = Plan::of(&[name(true)], &seen(&NOW.replace("Ada L", "Ada")));
        assert_eq!(plan.back, ["name"], "somebody has put it back");
    }

    #[test]
    fn what_there_was_before_is_not_guessed_where_the_record_of_a_change_is_lost() {
        let lost = OwnChange { is_lost: true, ..change("name", Some(text("Ada K")), text("Ada L")) };
        for now in [NOW.to_owned(), NOW.replace("Ada L", "Ada K")] {
            let plan = Plan::of(std::slice::from_ref(&lost), &seen(&now));
            assert_eq!((&plan.changes.name, &plan.lost[..]), (&None, &["name".to_owned()][..]));
            let kept = Spared { reason: Reason::NotKnown, members: "name".to_owned() };
            assert_eq!(plan.fate(), Fate::Kept(kept));
        }
        let plan = Plan::of(&[lost, changed().remove(1)], &seen(&NOW.replace("[\"b\",\"a\"]", "[\"a\"]")));
        assert_eq!(plan.fate(), Fate::Restored { left: "name".to_owned() }, "in part");
    }

    #[test]
    fn a_lost_answer_is_looked_at_and_what_is_back_is_restored() {
        let back = || Plan { back: vec!["name".to_owned()], ..Plan::default() };
        let to_put = || Plan { to_put: vec!["name".to_owned()], ..Plan::default() };
        let lost = || Fault::Lost { why: Message::verbatim("cut") };
        let mut putting = PuttingBack::default();
        assert!(matches!(putting.looked(Ok(Some(to_put()))), Step::Put(_)));
        assert_eq!(putting.put(Err(lost())), Step::Wait(1));
        assert_eq!(putting.looked(Ok(Some(back()))), Step::End(Fate::Restored { left: String::new() }));
        for tries in 1..=5 {
            let mut putting = PuttingBack { tries: tries - 1, ..PuttingBack::default() };
            assert!(matches!(putting.looked(Ok(Some(to_put()))), Step::Put(_)));
            assert_eq!(putting.put(Err(lost())), Step::Wait(tries));
        }
        let mut putting = PuttingBack { tries: 5, ..PuttingBack::default() };
        assert!(matches!(putting.looked(Ok(Some(to_put()))), Step::End(Fate::Failed { .. })));
        let mut putting = PuttingBack::default();
        assert!(matches!(putting.put(Ok(to_put())), Step::End(Fate::Failed { .. })), "it did not take it");
        // What was refused is looked at once, and not sent again.
        let refused = || Fault::Refused { status: 422, field: None, said: String::new() };
        for (found, fate) in [(back(), "restored"), (to_put(), "failed")] {
            let mut putting = PuttingBack::default();
            assert!(matches!(putting.looked(Ok(Some(to_put()))), Step::Put(_)));
            assert_eq!(putting.put(Err(refused())), Step::Wait(1));
            let Step::End(ended) = putting.looked(Ok(Some(found))) else { panic!("it is sent again") };
            assert_eq!(ended.as_str(), fate);
        }
        let changed = Plan { changed: vec!["name".to_owned()], ..Plan::default() };
        assert!(matches!(putting.looked(Ok(Some(changed))), Step::End(Fate::Kept(_))));
        assert_eq!(putting.looked(Ok(None)), Step::End(Fate::Gone));
    }

    #[test]
    fn a_user_a_team_a_note_and_an_empty_list_that_were_there_before_are_put_back_as_they_were() {
        let before = [
            change("assigned_user", Some(text("eve@x")), text("bob@x")),
            change("team_uuid", Some(text("s")), text("t")),
            change("note", Some(text("call")), text("n")),
            change("custom_fields.Tour", None, list(&["a"])),
        ];
        let now = NOW.replace("\"City\":\"Milan\"", "\"Tour\":\"[\\\"a\\\"]\",\"Empty\":\"\"");
        let plan = Plan::of(&before, &seen(&now));
        assert_eq!((plan.cannot, plan.changed, plan.back), (vec![], vec![], vec![]));
        let changes = plan.changes;
        assert_eq!(
            (changes.assigned_user.as_deref(), changes.team_uuid.as_deref(), changes.note.as_deref()),
            (Some("eve@x"), Some("s"), Some("call"))
        );
        assert!(!changes.unassign_user);
        let sent: Vec<&str> = changes.custom_fields.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(sent, ["Tour", "Age", "Other"], "what is empty needs not be told");
        assert_eq!(changes.custom_fields[0].1, list(&[]));
    }

    #[test]
    fn what_was_put_back_in_part_names_the_rest_and_what_was_not_put_back_at_all_is_kept() {
        let fields = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let fate = |back: &[&str], changed: &[&str], cannot: &[&str]| {
            let (back, changed, cannot) = (fields(back), fields(changed), fields(cannot));
            Plan { back, changed, cannot, ..Plan::default() }.fate()
        };
        let restored = |left: &str| Fate::Restored { left: left.to_owned() };
        let kept = |reason, members: &str| Fate::Kept(Spared { reason, members: members.to_owned() });
        assert_eq!(fate(&["name"], &[], &[]), restored(""));
        assert_eq!(fate(&["name"], &["note"], &["team_uuid"]), restored("note;team_uuid"));
        assert_eq!(fate(&[], &[], &[]), restored(""), "no change was ever made");
        assert_eq!(fate(&[], &["note"], &["team_uuid"]), kept(Reason::Changed, "note;team_uuid"));
        assert_eq!(fate(&[], &[], &["team_uuid"]), kept(Reason::CannotEmpty, "team_uuid"));
    }

    #[test]
    fn only_after_a_lost_answer_is_it_unknown_what_became_of_a_contact_that_cannot_be_read() {
        let lost = || Fault::Lost { why: Message::verbatim("cut") };
        for (fault, fate) in [(lost(), "unknown"), (Fault::Throttled { after: None }, "failed")] {
            let mut putting = PuttingBack::default();
            assert_eq!(putting.put(Err(fault)), Step::Wait(1));
            let Step::End(ended) = putting.looked(Err(lost())) else { panic!("it is not over") };
            assert_eq!(ended.as_str(), fate);
        }
        // The doubt stays whatever comes after it.
        let mut putting = PuttingBack::default();
        let _ = (putting.put(Err(lost())), putting.put(Err(Fault::Throttled { after: None })));
        assert!(matches!(putting.looked(Err(lost())), Step::End(Fate::Unknown { .. })));
    }

    #[test]
    fn an_answer_that_shows_the_former_values_is_enough() {
        let back = Plan { back: vec!["name".to_owned()], ..Plan::default() };
        let restored = Step::End(Fate::Restored { left: String::new() });
        assert_eq!(PuttingBack::default().put(Ok(back)), restored);
    }
}
