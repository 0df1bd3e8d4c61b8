//! Facts of the account and facts of the file → what does not fit. Pure.

use std::collections::BTreeSet;

use super::finding::{Certainty, Finding, Kind};
use super::known::{ContactsSeen, FieldSeen, Known, Looked};
use super::nearest::nearest;
use crate::mapping::Form;
use crate::model::{RowNumber, Source};
use crate::survey::{Distinct, ValueCount, Values};

/// Everything that does not fit: what is certain first, then by rows.
pub fn findings(known: &Known, values: &Values, form: &Form) -> Vec<Finding> {
    let mut check = Check { known, values, form, findings: Vec::new() };
    check.teams();
    check.channels();
    check.users();
    check.tags();
    check.fields();
    let mut findings = check.findings;
    findings.sort_by(|one, other| {
        (one.certainty as u8, std::cmp::Reverse(one.rows), one.kind, &one.what).cmp(&(
            other.certainty as u8,
            std::cmp::Reverse(other.rows),
            other.kind,
            &other.what,
        ))
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
        (what, nearest, fix): (String, Option<String>, String),
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

    fn not_checked(&mut self, field: &str, rows: Rows, what: &str, why: &str) {
        self.add(
            (Certainty::Uncertain, Kind::NotChecked),
            (field, None),
            rows,
            (
                format!("{what} could not be checked: {why}"),
                None,
                "compare them with the dashboard yourself".to_owned(),
            ),
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
                return self.not_checked(field, all(&values.teams), "teams", why);
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
                    (
                        format!("{called} teams are called \"{team}\""),
                        None,
                        "write the team's uuid".to_owned(),
                    ),
                );
                continue;
            }
            let near = nearest(team, teams.iter().map(|known| known.name.as_str()));
            self.add(
                (Certainty::Certain, Kind::UnknownTeam),
                (field, Some(team)),
                count,
                (
                    format!("the account has no team \"{team}\""),
                    near,
                    "write the name or uuid of a team; `callbell-import account` lists them".to_owned(),
                ),
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
                    self.not_checked(field, Rows { rows, first }, "channels", why);
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
                            format!("{called} channels are called \"{channel}\""),
                            None,
                            "write the channel's uuid".to_owned(),
                        ),
                    );
                    continue;
                }
                let near = nearest(channel, channels.iter().map(|known| known.title.as_str()));
                self.add(
                    (Certainty::Certain, Kind::UnknownChannel),
                    (field, Some(channel)),
                    count,
                    (
                        format!("the account has no channel \"{channel}\""),
                        near,
                        "write the title or uuid of a channel; `callbell-import account` lists them"
                            .to_owned(),
                    ),
                );
                continue;
            };
            if known.is_discarded {
                self.add(
                    (Certainty::Certain, Kind::DiscardedChannel),
                    (field, Some(channel)),
                    count,
                    (
                        format!("the channel \"{}\" is out of use", known.title),
                        None,
                        "write a channel that is in use".to_owned(),
                    ),
                );
            }
            if !known.source.is_empty() && known.source != source.as_str() {
                self.add(
                    (Certainty::Certain, Kind::ChannelSource),
                    (field, Some(channel)),
                    count,
                    (
                        format!(
                            "the channel \"{}\" is a channel of {}, and the source of these rows is {}",
                            known.title,
                            known.source,
                            source.as_str()
                        ),
                        None,
                        "correct the source or the channel".to_owned(),
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
                (
                    "the account shows no main WhatsApp channel for contacts without a channel".to_owned(),
                    None,
                    "give a channel: --set channel_uuid=…".to_owned(),
                ),
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
            Looked::Closed(why) => return self.not_checked(field, all(&values.users), "users", why),
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
                (Certainty::Certain, format!("the account has no user {user}"))
            } else {
                (Certainty::Uncertain, format!("no team has a user {user}, and not all users are in a team"))
            };
            self.add(
                (certainty, Kind::UnknownUser),
                (field, Some(user)),
                count,
                (what, near, "write the e-mail address of a confirmed user".to_owned()),
            );
        }
        self.beyond(field, &values.users);
    }

    /// What existing contacts show, if any were read.
    fn contacts(&mut self, field: &str, distinct: &Distinct, what: &str) -> Option<&'static str> {
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
                        format!("tag \"{tag}\" is not among the known_tags of the mapping file"),
                        nearest(tag, declared.iter().copied()),
                        "correct the tag, or add it to known_tags".to_owned(),
                    ),
                );
            }
            return;
        }
        if self.contacts(field, &values.tags, "tags").is_none() {
            return;
        }
        let Some(seen) = self.known.contacts.seen() else { return };
        for (tag, count) in values.tags.iter().filter(|(tag, _)| !seen.tags.contains_key(*tag)) {
            let near = nearest(tag, seen.tags.keys().map(String::as_str));
            let twin =
                near.as_ref().is_some_and(|near| near.trim().to_lowercase() == tag.trim().to_lowercase());
            let what = if twin {
                format!("tag \"{tag}\" is spelt otherwise in the account")
            } else {
                format!("tag \"{tag}\" is on no contact that was read")
            };
            self.add(
                (Certainty::Uncertain, Kind::UnknownTag),
                (field, Some(tag)),
                count,
                (what, near, "create it in the dashboard, or correct it".to_owned()),
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
                format!(
                    "{field} has more than {} distinct values; the others were not checked",
                    distinct.len()
                ),
                None,
                "look whether the right column was mapped".to_owned(),
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
                    self.contacts(&field, distinct, &format!("the custom field \"{label}\""));
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
            (
                format!("custom field \"{label}\" is on no contact that was read"),
                near,
                "create it in the dashboard, correct the label, or declare it in the mapping file".to_owned(),
            ),
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
                "declare it in the mapping file: type = \"checkbox\" and what separates its options"
            } else {
                "declare the type that the account has"
            };
            return self.add(
                (Certainty::Uncertain, Kind::FieldShape),
                (field, None),
                all(distinct),
                (format!("\"{label}\" is a {kind} field in the account"), None, fix.to_owned()),
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
                        format!("option \"{option}\" of \"{label}\" is not known"),
                        nearest(option, known.options.iter().map(String::as_str)),
                        "create the option in the dashboard, or correct the value".to_owned(),
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
            (
                format!("\"{label}\" is a {kind} field in the account, and these values are none"),
                None,
                format!("declare it in the mapping file: type = \"{kind}\" and how its values are written"),
            ),
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
