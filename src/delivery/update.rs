//! What a row changes about a contact that is there. Pure.
//!
//! Only what the row says is changed. Tags are joined with those that are there, because the API replaces the list.
//! Custom fields are sent together with those that are there, because nobody documents whether the API keeps the ones
//! that it is not told. `bot_status` is not shown by the API and is left alone.

use crate::api::{Changes, StoredContact};
use crate::model::{Field, FieldChange, FieldValue, NewContact, UpdateRule, UpdateRules, is_same_uuid};

/// What is to be sent, what it changes, and what could not be changed because the API does not show what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Update {
    pub(super) changes: Changes,
    pub(super) fields: Vec<FieldChange>,
    pub(super) left_out: Vec<String>,
}

/// The update that makes `there` say what `row` says.
pub(super) fn update(row: &NewContact, there: &StoredContact, rules: &UpdateRules) -> Update {
    let mut update = Update::default();
    let text = |text: &String| FieldValue::Text(text.clone());
    let shows = |field: Field| there.shows.contains(&field);
    for (field, sent, stored) in [
        (Field::Name, Some(&row.name), there.name.as_ref()),
        (Field::AssignedUser, row.assigned_user.as_ref(), there.assigned_user.as_ref()),
        (Field::TeamUuid, row.team_uuid.as_ref(), there.team_uuid.as_ref()),
        (Field::Note, row.note.as_ref(), there.note.as_ref()),
    ] {
        let Some(sent) = sent else { continue };
        let rule = rules.of(field.wire_name());
        let is_same = stored.is_some_and(|stored| match field {
            Field::AssignedUser => stored.eq_ignore_ascii_case(sent),
            Field::TeamUuid => is_same_uuid(stored, sent),
            _ => stored == sent,
        });
        if rule == UpdateRule::Keep || is_same {
            continue;
        }
        // A team is an object that a contact without one may lack; everything else is shown, or hidden.
        if stored.is_none() && !shows(field) && field != Field::TeamUuid {
            update.left_out.push(field.wire_name().to_owned());
            continue;
        }
        let stored = stored.filter(|stored| !stored.is_empty());
        if rule == UpdateRule::Fill && stored.is_some() {
            continue;
        }
        update.fields.push(FieldChange {
            field: field.wire_name().to_owned(),
            before: stored.map(text),
            before_json: None,
            after: text(sent),
        });
        let to = Some(sent.clone());
        match field {
            Field::Name => update.changes.name = to,
            Field::AssignedUser => update.changes.assigned_user = to,
            Field::TeamUuid => update.changes.team_uuid = to,
            _ => update.changes.note = to,
        }
    }
    update.tags(row, there, rules);
    update.custom_fields(row, there, rules);
    update
}

impl Update {
    fn tags(&mut self, row: &NewContact, there: &StoredContact, rules: &UpdateRules) {
        let field = Field::Tags.wire_name();
        let rule = rules.of(field);
        if row.tags.is_empty() || rule == UpdateRule::Keep {
            return;
        }
        let Some(known) = &there.tags else {
            self.left_out.push(field.to_owned());
            return;
        };
        if rule == UpdateRule::Fill && !known.is_empty() {
            return;
        }
        let new: Vec<&String> = row.tags.iter().filter(|tag| !known.contains(tag)).collect();
        if new.is_empty() {
            return;
        }
        let all: Vec<String> = known.iter().chain(new).cloned().collect();
        self.fields.push(FieldChange {
            field: field.to_owned(),
            before: (!known.is_empty()).then(|| FieldValue::Options(known.clone())),
            before_json: None,
            after: FieldValue::Options(all.clone()),
        });
        self.changes.tags = Some(all);
    }

    fn custom_fields(&mut self, row: &NewContact, there: &StoredContact, rules: &UpdateRules) {
        if row.custom_fields.is_empty() {
            return;
        }
        let Some(known) = &there.custom_fields else {
            self.left_out.extend(row.custom_fields.iter().map(|(label, _)| format!("custom_fields.{label}")));
            return;
        };
        let mut all: Vec<(String, FieldValue)> = known
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(label, value)| (label.clone(), stored_value(there, label, value)))
            .collect();
        let mut is_changed = false;
        for (label, sent) in &row.custom_fields {
            let field = format!("custom_fields.{label}");
            let rule = rules.of(&field);
            let at = all.iter().position(|(known, _)| known == label);
            let before = at.map(|at| all[at].1.clone());
            let is_same = before.as_ref().is_some_and(|before| is_same_value(before, sent));
            if is_same || rule == UpdateRule::Keep || rule == UpdateRule::Fill && before.is_some() {
                continue;
            }
            is_changed = true;
            match at {
                Some(at) => all[at].1 = sent.clone(),
                None => all.push((label.clone(), sent.clone())),
            }
            let before_json = there.other_types.get(label).filter(|_| before.is_some()).cloned();
            self.fields.push(FieldChange { field, before, before_json, after: sent.clone() });
        }
        if is_changed {
            let is_given = |label: &String| {
                self.fields
                    .iter()
                    .any(|change| change.field.strip_prefix("custom_fields.") == Some(label.as_str()))
            };
            let stays = |label: &String| there.other_types.get(label).filter(|_| !is_given(label));
            self.changes.kept_fields =
                all.iter().filter_map(|(label, _)| Some((label.clone(), stays(label)?.clone()))).collect();
            all.retain(|(label, _)| stays(label).is_none());
            self.changes.custom_fields = all;
        }
    }
}

/// A checkbox comes back as a text that holds a JSON list, and is sent as a list.
fn stored_value(there: &StoredContact, label: &str, text: &str) -> FieldValue {
    let kind = there.field_types.get(label).map(|about| about.kind.as_str());
    let list = match kind {
        Some("checkbox") | None => serde_json::from_str::<Vec<String>>(text).ok(),
        Some(_) => None,
    };
    list.map_or_else(|| FieldValue::Text(text.to_owned()), FieldValue::Options)
}

pub(super) fn is_same_value(one: &FieldValue, other: &FieldValue) -> bool {
    match (one, other) {
        (FieldValue::Options(one), FieldValue::Options(other)) => {
            let sorted = |options: &[String]| {
                let mut options = options.to_vec();
                options.sort_unstable();
                options
            };
            sorted(one) == sorted(other)
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::ContactId;

    fn row() -> NewContact {
        NewContact {
            tags: vec!["VIP".to_owned(), "New".to_owned()],
            custom_fields: vec![
                ("City".to_owned(), FieldValue::Text("Rome".to_owned())),
                ("Likes".to_owned(), FieldValue::Options(vec!["Sea".to_owned(), "Art".to_owned()])),
            ],
            note: Some("new".to_owned()),
            ..NewContact::ada()
        }
    }

    fn there() -> StoredContact {
        StoredContact {
            name: Some("Ada".to_owned()),
            tags: Some(vec!["Old".to_owned(), "VIP".to_owned()]),
            custom_fields: Some(
                [("City", "Milan"), ("Likes", "[\"Art\", \"Sea\"]"), ("Age", "42")]
                    .map(|(label, value)| (label.to_owned(), value.to_owned()))
                    .into(),
            ),
            note: None,
            shows: vec![Field::Name, Field::Tags, Field::CustomFields, Field::AssignedUser, Field::Note],
            ..StoredContact::bare(ContactId { uuid: "u".to_owned(), href: None })
        }
    }

    fn rules(rules: &[(&str, UpdateRule)]) -> UpdateRules {
        UpdateRules(
            rules.iter().map(|(field, rule)| ((*field).to_owned(), *rule)).collect::<BTreeMap<_, _>>(),
        )
    }

    fn fields(update: &Update) -> Vec<&str> {
        update.fields.iter().map(|change| change.field.as_str()).collect()
    }

    #[test]
    fn tags_are_joined_and_custom_fields_are_sent_with_those_that_are_there() {
        let update = update(&row(), &there(), &UpdateRules::default());
        assert_eq!(fields(&update), ["note", "tags", "custom_fields.City"]);
        assert_eq!(update.changes.tags, Some(["Old", "VIP", "New"].map(str::to_owned).to_vec()));
        assert_eq!(update.changes.name, None);
        let labels: Vec<_> = update.changes.custom_fields.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(labels, ["Age", "City", "Likes"]);
        assert_eq!(
            update.changes.custom_fields[2].1,
            FieldValue::Options(vec!["Art".to_owned(), "Sea".to_owned()]),
            "a checkbox goes back as a list"
        );
        let options = |tags: &[&str]| FieldValue::Options(tags.iter().map(|tag| (*tag).to_owned()).collect());
        assert_eq!(
            update.fields[1].before,
            Some(options(&["Old", "VIP"])),
            "what is put back if it is undone"
        );
        let city = &update.fields[2];
        assert_eq!(city.before, Some(FieldValue::Text("Milan".to_owned())));
    }

    #[test]
    fn a_custom_field_that_is_no_text_goes_back_as_what_it_was_unless_the_row_changes_it() {
        let typed = |labels: &[&str]| StoredContact {
            other_types: labels.iter().map(|label| ((*label).to_owned(), "42".to_owned())).collect(),
            ..there()
        };
        let kept = update(&row(), &typed(&["Age"]), &UpdateRules::default());
        assert_eq!(kept.changes.kept_fields, [("Age".to_owned(), "42".to_owned())]);
        let labels: Vec<_> = kept.changes.custom_fields.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(labels, ["City", "Likes"]);
        let changed = update(&row(), &typed(&["City"]), &UpdateRules::default());
        assert!(changed.changes.kept_fields.is_empty());
        let json = |update: &Update| {
            let city = update.fields.iter().find(|change| change.field == "custom_fields.City").cloned();
            city.and_then(|change| change.before_json)
        };
        assert_eq!((json(&changed), json(&kept)), (Some("42".to_owned()), None), "what is put back by undo");
        assert_eq!(changed.changes.custom_fields.len(), 3);
    }

    #[test]
    fn what_says_the_same_changes_nothing() {
        let same = StoredContact {
            tags: Some(["New", "VIP", "more"].map(str::to_owned).to_vec()),
            custom_fields: Some(
                [("City", "Rome"), ("Likes", "[\"Art\", \"Sea\"]")]
                    .map(|(label, value)| (label.to_owned(), value.to_owned()))
                    .into(),
            ),
            note: Some("new".to_owned()),
            ..there()
        };
        let update = update(&row(), &same, &UpdateRules::default());
        assert!(update.changes.is_empty() && update.fields.is_empty() && update.left_out.is_empty());
    }

    #[test]
    fn kept_fields_stay_and_filled_ones_are_written_only_where_nothing_is() {
        let keep = rules(&[("tags", UpdateRule::Keep), ("custom_fields", UpdateRule::Keep)]);
        assert_eq!(fields(&update(&row(), &there(), &keep)), ["note"]);
        let fill = rules(&[
            ("tags", UpdateRule::Fill),
            ("custom_fields", UpdateRule::Fill),
            ("note", UpdateRule::Fill),
            ("name", UpdateRule::Fill),
        ]);
        let other = StoredContact { name: Some("Somebody".to_owned()), ..there() };
        assert_eq!(fields(&update(&row(), &other, &fill)), ["note"]);
        let empty = StoredContact {
            tags: Some(Vec::new()),
            custom_fields: Some(BTreeMap::from([("City".to_owned(), String::new())])),
            ..other
        };
        let filled = update(&row(), &empty, &fill);
        assert_eq!(fields(&filled), ["note", "tags", "custom_fields.City", "custom_fields.Likes"]);
        assert!(filled.fields.iter().all(|change| change.before.is_none()), "nothing stood there");
    }

    /// A row that says one text in each field that has one, and nothing else.
    fn texts(name: &str, user: &str, team: &str, note: &str) -> NewContact {
        NewContact {
            name: name.to_owned(),
            tags: Vec::new(),
            custom_fields: Vec::new(),
            assigned_user: Some(user.to_owned()),
            team_uuid: Some(team.to_owned()),
            note: Some(note.to_owned()),
            ..row()
        }
    }

    #[test]
    fn each_text_is_sent_in_its_own_field_and_what_stood_there_is_kept() {
        let there = StoredContact {
            assigned_user: Some("eve@example.com".to_owned()),
            note: Some("old".to_owned()),
            ..there()
        };
        let update = update(&texts("Ada L", "bob@example.com", "t", "new"), &there, &UpdateRules::default());
        let text = |text: &str| Some(text.to_owned());
        let changes = Changes {
            name: text("Ada L"),
            assigned_user: text("bob@example.com"),
            team_uuid: text("t"),
            note: text("new"),
            ..Changes::default()
        };
        assert_eq!(update.changes, changes);
        let before: Vec<_> =
            update.fields.into_iter().map(|change| (change.field, change.before, change.after)).collect();
        let is = |field: &str, before: Option<&str>, after: &str| {
            let value = |text: &str| FieldValue::Text(text.to_owned());
            (field.to_owned(), before.map(value), value(after))
        };
        assert_eq!(
            before,
            [
                is("name", Some("Ada"), "Ada L"),
                is("assigned_user", Some("eve@example.com"), "bob@example.com"),
                is("team_uuid", None, "t"),
                is("note", Some("old"), "new"),
            ]
        );
    }

    #[test]
    fn an_address_in_other_letters_and_a_team_in_its_other_spelling_are_the_same() {
        let there = StoredContact {
            assigned_user: Some("Bob@Example.com".to_owned()),
            team_uuid: Some("414a6d692bd645ed803f2e7ce360d4c8".to_owned()),
            note: Some("n".to_owned()),
            ..there()
        };
        let row = texts("Ada", "bob@example.com", "414A6D69-2BD6-45ED-803F-2E7CE360D4C8", "n");
        assert_eq!(update(&row, &there, &UpdateRules::default()), Update::default());
        // Words are not: what somebody wrote in other letters is other.
        let row = NewContact { name: "ADA".to_owned(), note: Some("N".to_owned()), ..row };
        assert_eq!(fields(&update(&row, &there, &UpdateRules::default())), ["name", "note"]);
    }

    #[test]
    fn what_the_api_does_not_show_is_not_overwritten_in_the_dark() {
        let hidden = StoredContact { tags: None, custom_fields: None, shows: vec![Field::Name], ..there() };
        let update = update(&row(), &hidden, &UpdateRules::default());
        assert!(update.changes.is_empty());
        assert_eq!(update.left_out, ["note", "tags", "custom_fields.City", "custom_fields.Likes"]);
    }
}
