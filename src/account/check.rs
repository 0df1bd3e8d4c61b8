//! Facts of the account and facts of the file → what does not fit. Pure.

use std::collections::BTreeSet;

use super::finding::{Certainty, Finding, Kind};
use super::known::{ContactsSeen, FieldSeen, Known, Looked};
use super::nearest::nearest;
use crate::mapping::Form;
use crate::model::{RowNumber, Source};
use crate::survey::{Distinct, ValueCount, Values};
use crate::words::{Message, message};

/// Everything that does not fit: what is certain first, then by rows.
pub fn findings(known: &Known, values: &Values, form: &Form) -> Vec<Finding> {
    let mut check = Check { known, values, form, findings: Vec::new() };
    check.teams();
    check.channels();
    check.users();
    check.tags();
    check.fields();
    let mut findings = check.findings;
    // In the same order whatever language they are told in.
    findings.sort_by_cached_key(|finding| {
        (finding.certainty as u8, std::cmp::Reverse(finding.rows), finding.kind, finding.what.to_string())
    });
    findings
}

struct Check<'c> {
    known: &'c Known,
    values: &'c Values,
    form: &'c Form,
    findings: Vec<Finding>,
}

/// The places where rows ask for something.
#[derive(Clone, Copy)]
struct Rows {
    rows: u64,
    first: Option<RowNumber>,
}

impl From<ValueCount> for Rows {
    fn from(count: ValueCount) -> Self {
        Self { rows: count.rows, first: Some(count.first) }
    }
}

/// All rows of a field together.
fn all(distinct: &Distinct) -> Rows {
    let rows = distinct.iter().map(|(_, count)| count.rows).sum::<u64>() + distinct.beyond;
    Rows { rows, first: distinct.iter().map(|(_, count)| count.first).min() }
}

impl Check<'_> {
    fn add(
        &mut self,
        (certainty, kind): (Certainty, Kind),
        (field, value): (&str, Option<&str>),
        rows: impl Into<Rows>,
        (what, nearest, fix): (Message, Option<String>, Message),
    ) {
        let rows = rows.into();
        self.findings.push(Finding {
            certainty,
            kind,
            field: field.to_owned(),
            value: value.map(str::to_owned),
            rows: rows.rows,
            first_row: rows.first.map(RowNumber::get),
            what,
            nearest,
            fix,
        });
    }

    fn not_checked(&mut self, field: &str, rows: Rows, what: Message, why: &Message) {
        self.add(
            (Certainty::Uncertain, Kind::NotChecked),
            (field, None),
            rows,
            (message!("not-checked", what, why), None, message!("not-checked.fix")),
        );
    }

    fn teams(&mut self) {
        let field = "team_uuid";
        let values = self.values;
        if values.teams.is_empty() {
            return;
        }
        let teams = match &self.known.teams {
            Looked::Seen(teams) => teams,
            Looked::Closed(why) => {
                return self.not_checked(field, all(&values.teams), message!("the-teams"), why);
            }
            Looked::Unasked => return,
        };
        for (team, count) in values.teams.iter() {
            if teams.iter().any(|known| same_uuid(&known.uuid, team)) {
                continue;
            }
            let called = self.form.names().map_or(0, |names| names.teams_called(team));
            if called > 1 {
                self.add(
                    (Certainty::Certain, Kind::AmbiguousTeam),
                    (field, Some(team)),
                    count,
                    (message!("ambiguous-team", teams = called, team), None, message!("ambiguous-team.fix")),
                );
                continue;
            }
            let near = nearest(team, teams.iter().map(|known| known.name.as_str()));
            self.add(
                (Certainty::Certain, Kind::UnknownTeam),
                (field, Some(team)),
                count,
                (message!("unknown-team", team), near, message!("unknown-team.fix")),
            );
        }
    }

    fn channels(&mut self) {
        let field = "channel_uuid";
        let values = self.values;
        let channels = match &self.known.channels {
            Looked::Seen(channels) => channels,
            Looked::Closed(why) => {
                let asked: Vec<_> = values.channels.iter().collect();
                if !asked.is_empty() {
                    let rows = asked.iter().map(|(_, count)| count.rows).sum();
                    let first = asked.iter().map(|(_, count)| count.first).min();
                    self.not_checked(field, Rows { rows, first }, message!("the-channels"), why);
                }
                return;
            }
            Looked::Unasked => return,
        };
        for ((channel, source), &count) in &values.channels {
            let Some(known) = channels.iter().find(|known| same_uuid(&known.uuid, channel)) else {
                let called = self.form.names().map_or(0, |names| names.channels_called(channel));
                if called > 1 {
                    self.add(
                        (Certainty::Certain, Kind::AmbiguousChannel),
                        (field, Some(channel)),
                        count,
                        (
                            message!("ambiguous-channel", channels = called, channel),
                            None,
                            message!("ambiguous-channel.fix"),
                        ),
                    );
                    continue;
                }
                let near = nearest(channel, channels.iter().map(|known| known.title.as_str()));
                self.add(
                    (Certainty::Certain, Kind::UnknownChannel),
                    (field, Some(channel)),
                    count,
                    (message!("unknown-channel", channel), near, message!("unknown-channel.fix")),
                );
                continue;
            };
            if known.is_discarded {
                self.add(
                    (Certainty::Certain, Kind::DiscardedChannel),
                    (field, Some(channel)),
                    count,
                    (
                        message!("discarded-channel", channel = &known.title),
                        None,
                        message!("discarded-channel.fix"),
                    ),
                );
            }
            if !known.source.is_empty() && known.source != source.as_str() {
                self.add(
                    (Certainty::Certain, Kind::ChannelSource),
                    (field, Some(channel)),
                    count,
                    (
                        message!(
                            "channel-source",
                            channel = &known.title,
                            source = &known.source,
                            rows_source = source.as_str(),
                        ),
                        None,
                        message!("channel-source.fix"),
                    ),
                );
            }
        }
        let is_main = |source: &str| {
            channels.iter().any(|known| known.is_main && known.source == source && !known.is_discarded)
        };
        if values.in_main_channel > 0 && !is_main(Source::Whatsapp.as_str()) {
            self.add(
                (Certainty::Uncertain, Kind::NoMainChannel),
                (field, None),
                Rows { rows: values.in_main_channel, first: None },
                (message!("no-main-channel"), None, message!("no-main-channel.fix")),
            );
        }
    }

    fn users(&mut self) {
        let field = "assigned_user";
        let values = self.values;
        if values.users.is_empty() {
            return;
        }
        let users = match &self.known.users {
            Looked::Seen(users) => users,
            Looked::Closed(why) => {
                return self.not_checked(field, all(&values.users), message!("the-users"), why);
            }
            Looked::Unasked => return,
        };
        let emails = users.emails();
        let assigned = self.known.contacts.seen().map(|contacts| &contacts.assigned);
        for (user, count) in values.users.iter() {
            let lower = user.to_lowercase();
            if emails.contains(&lower)
                || !users.complete && assigned.is_some_and(|seen| seen.contains(&lower))
            {
                continue;
            }
            let near = nearest(user, emails.iter().map(String::as_str));
            let (certainty, what) = if users.complete {
                (Certainty::Certain, message!("unknown-user", user))
            } else {
                (Certainty::Uncertain, message!("perhaps-unknown-user", user))
            };
            self.add(
                (certainty, Kind::UnknownUser),
                (field, Some(user)),
                count,
                (what, near, message!("unknown-user.fix")),
            );
        }
        self.beyond(field, &values.users);
    }

    /// What existing contacts show, if any were read.
    fn contacts(&mut self, field: &str, distinct: &Distinct, what: Message) -> Option<&'static str> {
        match &self.known.contacts {
            Looked::Closed(why) => {
                let why = why.clone();
                self.not_checked(field, all(distinct), what, &why);
                None
            }
            Looked::Unasked => None,
            Looked::Seen(_) => Some(""),
        }
    }

    fn tags(&mut self) {
        let field = "tags";
        let values = self.values;
        if values.tags.is_empty() {
            return;
        }
        if let Some(declared) = self.form.known_tags() {
            let declared: BTreeSet<&str> = declared.iter().map(String::as_str).collect();
            for (tag, count) in values.tags.iter().filter(|(tag, _)| !declared.contains(tag)) {
                self.add(
                    (Certainty::Certain, Kind::UnknownTag),
                    (field, Some(tag)),
                    count,
                    (
                        message!("undeclared-tag", tag),
                        nearest(tag, declared.iter().copied()),
                        message!("undeclared-tag.fix"),
                    ),
                );
            }
            return;
        }
        if self.contacts(field, &values.tags, message!("the-tags")).is_none() {
            return;
        }
        let Some(seen) = self.known.contacts.seen() else { return };
        for (tag, count) in values.tags.iter().filter(|(tag, _)| !seen.tags.contains_key(*tag)) {
            let near = nearest(tag, seen.tags.keys().map(String::as_str));
            let twin =
                near.as_ref().is_some_and(|near| near.trim().to_lowercase() == tag.trim().to_lowercase());
            let what = if twin { message!("tag-spelt-otherwise", tag) } else { message!("unknown-tag", tag) };
            self.add(
                (Certainty::Uncertain, Kind::UnknownTag),
                (field, Some(tag)),
                count,
                (what, near, message!("unknown-tag.fix")),
            );
        }
        self.beyond(field, &values.tags);
    }

    fn beyond(&mut self, field: &str, distinct: &Distinct) {
        if distinct.beyond == 0 {
            return;
        }
        self.add(
            (Certainty::Uncertain, Kind::TooManyValues),
            (field, None),
            Rows { rows: distinct.beyond, first: None },
            (
                message!("too-many-values", field, values = distinct.len()),
                None,
                message!("too-many-values.fix"),
            ),
        );
    }

    fn fields(&mut self) {
        let values = self.values;
        let mut labels: Vec<(&String, &Distinct)> = values.fields.iter().collect();
        labels.sort_unstable_by_key(|(label, _)| *label);
        for (label, distinct) in labels {
            let field = format!("custom_fields.{label}");
            let declared = self.form.declared(label);
            // What is declared with its options was held against them row by row.
            if declared.is_some_and(|(_, has_options)| has_options) {
                continue;
            }
            let Some(seen) = self.known.contacts.seen() else {
                if declared.is_none() {
                    self.contacts(&field, distinct, message!("the-custom-field-called", label));
                }
                continue;
            };
            match seen.fields.get(label) {
                Some(known) => self.values_of(&field, label, distinct, known, declared.map(|(kind, _)| kind)),
                None if declared.is_none() => self.unknown_label(&field, label, distinct, seen),
                None => {}
            }
        }
    }

    fn unknown_label(&mut self, field: &str, label: &str, distinct: &Distinct, seen: &ContactsSeen) {
        let near = nearest(label, seen.fields.keys().map(String::as_str));
        self.add(
            (Certainty::Uncertain, Kind::UnknownField),
            (field, Some(label)),
            all(distinct),
            (message!("unknown-field", label), near, message!("unknown-field.fix")),
        );
    }

    fn values_of(
        &mut self,
        field: &str,
        label: &str,
        distinct: &Distinct,
        known: &FieldSeen,
        declared: Option<&str>,
    ) {
        let Some(kind) = known.kind.as_deref() else { return };
        let is_list = declared == Some("checkbox") || distinct.lists > 0;
        if (kind == "checkbox") != is_list {
            let fix = if kind == "checkbox" {
                message!("field-shape-checkbox")
            } else {
                message!("field-shape-other")
            };
            return self.add(
                (Certainty::Uncertain, Kind::FieldShape),
                (field, None),
                all(distinct),
                (message!("field-shape", label, kind), None, fix),
            );
        }
        if matches!(kind, "dropdown" | "checkbox") {
            if known.options.is_empty() {
                return;
            }
            for (option, count) in distinct.iter().filter(|(option, _)| !known.options.contains(*option)) {
                self.add(
                    (Certainty::Uncertain, Kind::UnknownOption),
                    (field, Some(option)),
                    count,
                    (
                        message!("unknown-option", option, label),
                        nearest(option, known.options.iter().map(String::as_str)),
                        message!("unknown-option.fix"),
                    ),
                );
            }
            return self.beyond(field, distinct);
        }
        let misfits: Vec<ValueCount> =
            distinct.iter().filter(|(value, _)| !fits(kind, value)).map(|(_, count)| count).collect();
        let Some(first) = misfits.iter().map(|count| count.first).min() else { return };
        let rows = misfits.iter().map(|count| count.rows).sum();
        self.add(
            (Certainty::Uncertain, Kind::FieldType),
            (field, None),
            Rows { rows, first: Some(first) },
            (message!("field-type", label, kind), None, message!("field-type-declare", kind)),
        );
    }
}

/// Whether a text has the form that the API documents for this type.
fn fits(kind: &str, value: &str) -> bool {
    match kind {
        "number" => value.parse::<f64>().is_ok_and(f64::is_finite),
        "date" => {
            let bytes = value.as_bytes();
            bytes.len() == 10
                && bytes.iter().enumerate().all(|(at, byte)| match at {
                    4 | 7 => *byte == b'-',
                    _ => byte.is_ascii_digit(),
                })
        }
        "email" => value.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')),
        _ => true,
    }
}

/// Whether two spellings name the same.
fn same_uuid(one: &str, other: &str) -> bool {
    let hex = |text: &str| -> String {
        text.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect()
    };
    one == other || hex(one) == hex(other)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::known::Users;
    use super::*;
    use crate::api::{Channel, Member, Team};
    use crate::mapping::{Facts, Mapping};
    use crate::model::{FieldValue, NewContact};

    const SALES: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const MAIN: &str = "11111111111111111111111111111111";

    fn contact() -> NewContact {
        NewContact {
            identifier: "393331234567".to_owned(),
            source: Source::Whatsapp,
            name: "Ada".to_owned(),
            tags: Vec::new(),
            custom_fields: Vec::new(),
            assigned_user: None,
            team_uuid: None,
            channel_uuid: None,
            bot_status: None,
            note: None,
        }
    }

    fn values(contacts: &[NewContact]) -> Values {
        let mut values = Values::default();
        (1..).zip(contacts).for_each(|(row, contact)| values.note(RowNumber::new(row), contact));
        values
    }

    fn form() -> Form {
        let header = ["phone_number".to_owned(), "name".to_owned()];
        Mapping::default().resolve(&header, &Facts::new(&header)).unwrap().form
    }

    fn known() -> Known {
        let mut contacts = ContactsSeen { is_all: true, ..ContactsSeen::default() };
        contacts.tags.insert("VIP".to_owned(), 1);
        let city = FieldSeen {
            kind: Some("dropdown".to_owned()),
            options: BTreeSet::from(["Milan".to_owned(), "Rome".to_owned()]),
            contacts: 1,
        };
        contacts.fields = BTreeMap::from([("City".to_owned(), city)]);
        let channel = Channel {
            uuid: MAIN.to_owned(),
            title: "Main".to_owned(),
            source: "whatsapp".to_owned(),
            is_main: true,
            is_discarded: false,
        };
        let member = Member { email: "Bob@example.com".to_owned(), name: None };
        Known {
            teams: Looked::Seen(vec![Team {
                uuid: SALES.to_owned(),
                name: "Sales".to_owned(),
                members: None,
            }]),
            channels: Looked::Seen(vec![channel]),
            users: Looked::Seen(Users { members: vec![member], own: None, complete: true }),
            contacts: Looked::Seen(contacts),
            ..Known::default()
        }
    }

    fn found(known: &Known, contacts: &[NewContact]) -> Vec<(Certainty, Kind, u64)> {
        let findings = findings(known, &values(contacts), &form());
        findings.into_iter().map(|finding| (finding.certainty, finding.kind, finding.rows)).collect()
    }

    #[test]
    fn what_fits_is_not_mentioned() {
        let fits = NewContact {
            tags: vec!["VIP".to_owned()],
            custom_fields: vec![("City".to_owned(), FieldValue::Text("Rome".to_owned()))],
            assigned_user: Some("bob@EXAMPLE.com".to_owned()),
            team_uuid: Some("AAAAAAAA-AAAA-AAAA-AAAA-AAAAAAAAAAAA".to_owned()),
            channel_uuid: Some(MAIN.to_owned()),
            ..contact()
        };
        assert_eq!(found(&known(), &[fits, contact()]), []);
    }

    #[test]
    fn what_is_certain_comes_first_and_then_what_concerns_most_rows() {
        let milano = NewContact {
            custom_fields: vec![("City".to_owned(), FieldValue::Text("Milano".to_owned()))],
            ..contact()
        };
        let tagged = NewContact { tags: vec!["New".to_owned()], ..contact() };
        let other = NewContact { team_uuid: Some("b".repeat(32)), ..contact() };
        let rows = [tagged, milano.clone(), milano, other];
        assert_eq!(
            found(&known(), &rows),
            [
                (Certainty::Certain, Kind::UnknownTeam, 1),
                (Certainty::Uncertain, Kind::UnknownOption, 2),
                (Certainty::Uncertain, Kind::UnknownTag, 1),
            ]
        );
        let all = findings(&known(), &values(&rows), &form());
        assert_eq!((all[1].nearest.as_deref(), all[1].first_row), (Some("Milan"), Some(2)));
    }

    #[test]
    fn a_user_is_missing_for_certain_only_where_all_are_known() {
        let eve = NewContact { assigned_user: Some("eve@example.com".to_owned()), ..contact() };
        let mut known = known();
        assert_eq!(found(&known, std::slice::from_ref(&eve)), [(Certainty::Certain, Kind::UnknownUser, 1)]);
        known.users = Looked::Seen(Users { complete: false, ..known.users.seen().unwrap().clone() });
        assert_eq!(found(&known, &[eve]), [(Certainty::Uncertain, Kind::UnknownUser, 1)]);
    }

    #[test]
    fn what_was_not_shown_is_not_checked_and_what_nobody_asked_for_is_not_mentioned() {
        let row = NewContact {
            tags: vec!["New".to_owned()],
            assigned_user: Some("eve@example.com".to_owned()),
            team_uuid: Some("b".repeat(32)),
            channel_uuid: Some("c".repeat(32)),
            ..contact()
        };
        let closed = Known {
            plan: Looked::Unasked,
            teams: Looked::Closed(Message::verbatim("no")),
            channels: Looked::Closed(Message::verbatim("no")),
            users: Looked::Closed(Message::verbatim("no")),
            contacts: Looked::Closed(Message::verbatim("no")),
        };
        let found_closed = found(&closed, std::slice::from_ref(&row));
        assert_eq!(found_closed, [(Certainty::Uncertain, Kind::NotChecked, 1); 4]);
        assert_eq!(found(&Known::default(), &[row]), []);
    }

    #[test]
    fn a_channel_has_to_be_in_use_and_of_the_rows_source() {
        let mut known = known();
        let in_main = NewContact { channel_uuid: Some(MAIN.to_owned()), ..contact() };
        let telegram = NewContact { source: Source::Telegram, ..in_main.clone() };
        assert_eq!(found(&known, &[telegram]), [(Certainty::Certain, Kind::ChannelSource, 1)]);
        if let Looked::Seen(channels) = &mut known.channels {
            channels[0].is_discarded = true;
        }
        assert_eq!(
            found(&known, &[in_main, contact()]),
            [(Certainty::Certain, Kind::DiscardedChannel, 1), (Certainty::Uncertain, Kind::NoMainChannel, 1),]
        );
    }

    #[test]
    fn values_of_typed_fields_have_the_form_that_the_api_documents() {
        for (kind, value, fits_in) in [
            ("number", "42.5", true),
            ("number", "1,5", false),
            ("number", "inf", false),
            ("date", "2020-01-31", true),
            ("date", "31/01/2020", false),
            ("email", "a@b.it", true),
            ("email", "a", false),
            ("text", "anything", true),
        ] {
            assert_eq!(fits(kind, value), fits_in, "{kind} {value}");
        }
    }
}
