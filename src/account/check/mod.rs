//! Facts of the account and facts of the file → what does not fit. Pure.

mod channels;
mod fields;
mod slipped;
mod tags;
mod teams;
mod users;

use super::facts::{AccountFacts, Looked};
use super::finding::{Certainty, Finding, Kind};
use crate::mapping::Form;
use crate::model::RowPlace;
use crate::survey::{Distinct, ValueCount, Values};
use crate::words::{Message, message};

/// Everything that does not fit: what is certain first, then by rows.
pub fn findings(known: &AccountFacts, values: &Values, form: &Form) -> Vec<Finding> {
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
    known: &'c AccountFacts,
    values: &'c Values,
    form: &'c Form,
    findings: Vec<Finding>,
}

/// The places where rows ask for something.
#[derive(Clone, Copy)]
struct Rows {
    rows: u64,
    first: Option<RowPlace>,
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
            first_row: rows.first.map(|first| first.row.get()),
            first_line: rows.first.map(|first| first.line),
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
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::facts::{ContactsSeen, FieldSeen, Users};
    use super::*;
    use crate::api::{Channel, Member, Team};
    use crate::mapping::{Facts, Mapping};
    use crate::model::RowNumber;
    use crate::model::{FieldValue, NewContact, Source};

    const SALES: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const MAIN: &str = "11111111111111111111111111111111";

    fn values(contacts: &[NewContact]) -> Values {
        let mut values = Values::default();
        (1..).zip(contacts).for_each(|(row, contact)| {
            values.note(RowPlace { row: RowNumber::new(row), line: row + 1 }, contact)
        });
        values
    }

    fn form() -> Form {
        let header = ["phone_number".to_owned(), "name".to_owned()];
        Mapping::default().resolve(&header, &Facts::new(&header)).unwrap().form
    }

    fn known() -> AccountFacts {
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
        AccountFacts {
            teams: Looked::Seen(vec![Team {
                uuid: SALES.to_owned(),
                name: "Sales".to_owned(),
                members: None,
            }]),
            channels: Looked::Seen(vec![channel]),
            users: Looked::Seen(Users { members: vec![member], own: None, complete: true }),
            contacts: Looked::Seen(contacts),
            ..AccountFacts::default()
        }
    }

    fn found(known: &AccountFacts, contacts: &[NewContact]) -> Vec<(Certainty, Kind, u64)> {
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
            ..NewContact::ada()
        };
        assert_eq!(found(&known(), &[fits, NewContact::ada()]), []);
    }

    #[test]
    fn what_is_certain_comes_first_and_then_what_concerns_most_rows() {
        let milano = NewContact {
            custom_fields: vec![("City".to_owned(), FieldValue::Text("Milano".to_owned()))],
            ..NewContact::ada()
        };
        let tagged = NewContact { tags: vec!["New".to_owned()], ..NewContact::ada() };
        let other = NewContact { team_uuid: Some("b".repeat(32)), ..NewContact::ada() };
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
        let eve = NewContact { assigned_user: Some("eve@example.com".to_owned()), ..NewContact::ada() };
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
            ..NewContact::ada()
        };
        let closed = AccountFacts {
            plan: Looked::Unasked,
            teams: Looked::Closed(Message::verbatim("no")),
            channels: Looked::Closed(Message::verbatim("no")),
            users: Looked::Closed(Message::verbatim("no")),
            contacts: Looked::Closed(Message::verbatim("no")),
        };
        let found_closed = found(&closed, std::slice::from_ref(&row));
        assert_eq!(found_closed, [(Certainty::Uncertain, Kind::NotChecked, 1); 4]);
        assert_eq!(found(&AccountFacts::default(), &[row]), []);
    }

    #[test]
    fn whoever_slipped_into_another_column_is_not_shown() {
        let number = || "+39 333 777 0001".to_owned();
        let slipped = NewContact {
            tags: vec![number(), "2026".to_owned()],
            custom_fields: vec![("City".to_owned(), FieldValue::Text(number()))],
            assigned_user: Some("ada@home.example".to_owned()),
            team_uuid: Some(number()),
            channel_uuid: Some(number()),
            ..NewContact::ada()
        };
        // At the host of a user of the account, as customers of a mail provider are.
        let neighbour = NewContact { assigned_user: Some("eve@example.com".to_owned()), ..NewContact::ada() };
        let found = findings(&known(), &values(&[slipped, neighbour]), &form());
        let places = found.iter().filter(|finding| finding.field == "assigned_user");
        assert_eq!(places.map(|finding| finding.first_row).collect::<Vec<_>>(), [Some(1), Some(2)]);
        let mut told: Vec<(&str, &str)> = found
            .iter()
            .map(|finding| (finding.field.as_str(), finding.value.as_deref().unwrap_or_default()))
            .collect();
        told.sort_unstable();
        assert_eq!(
            told,
            [
                ("assigned_user", "xxx@xxxx.xxxxxxx"),
                ("assigned_user", "xxx@xxxxxxx.xxx"),
                ("channel_uuid", "+99 999 999 9999"),
                ("custom_fields.City", "+99 999 999 9999"),
                ("tags", "+99 999 999 9999"),
                ("tags", "2026"),
                ("team_uuid", "+99 999 999 9999"),
            ]
        );
        for finding in &found {
            let json = serde_json::to_string(finding).unwrap();
            assert!(!json.contains("333") && !json.contains("home") && !json.contains("eve@"), "{json}");
        }
    }

    #[test]
    fn a_channel_has_to_be_in_use_and_of_the_rows_source() {
        let mut known = known();
        let in_main = NewContact { channel_uuid: Some(MAIN.to_owned()), ..NewContact::ada() };
        let telegram = NewContact { source: Source::Telegram, ..in_main.clone() };
        assert_eq!(found(&known, &[telegram]), [(Certainty::Certain, Kind::ChannelSource, 1)]);
        if let Looked::Seen(channels) = &mut known.channels {
            channels[0].is_discarded = true;
        }
        assert_eq!(
            found(&known, &[in_main, NewContact::ada()]),
            [(Certainty::Certain, Kind::DiscardedChannel, 1), (Certainty::Uncertain, Kind::NoMainChannel, 1),]
        );
    }
}
