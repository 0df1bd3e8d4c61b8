//! The values that rows ask of the account: which, in how many rows, and where first. In bounded memory.

use std::collections::HashMap;

use crate::model::{Code, FieldValue, NewContact, Remark, RowPlace, Source};
use crate::words::discreet;

/// Most distinct values that are kept of one field, and their longest length in bytes. What has more is free text.
const MOST_VALUES: usize = 1000;
const LONGEST_VALUE: usize = 200;
/// Most custom fields that are kept apart.
const MOST_FIELDS: usize = 500;

/// How often a value stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueCount {
    /// Rows with it.
    pub rows: u64,
    /// The first of them.
    pub first: RowPlace,
}

/// The distinct values of one field.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Distinct {
    values: HashMap<String, ValueCount>,
    /// Rows whose value is not kept, because it is long or one of too many.
    pub beyond: u64,
    /// Rows that give a list.
    pub lists: u64,
}

discreet!(Distinct { beyond, lists });

impl Distinct {
    fn note(&mut self, value: &str, row: RowPlace) {
        if let Some(count) = self.values.get_mut(value) {
            count.rows += 1;
            count.first = count.first.min(row);
        } else if self.values.len() < MOST_VALUES && value.len() <= LONGEST_VALUE {
            self.values.insert(value.to_owned(), ValueCount { rows: 1, first: row });
        } else {
            self.beyond += 1;
        }
    }

    fn join(&mut self, other: Self) {
        for (value, count) in other.values {
            if let Some(known) = self.values.get_mut(&value) {
                known.rows += count.rows;
                known.first = known.first.min(count.first);
            } else if self.values.len() < MOST_VALUES {
                self.values.insert(value, count);
            } else {
                self.beyond += count.rows;
            }
        }
        self.beyond += other.beyond;
        self.lists += other.lists;
    }

    /// The values with their counts, by the alphabet.
    pub fn iter(&self) -> impl Iterator<Item = (&str, ValueCount)> {
        let mut values: Vec<_> = self.values.iter().map(|(value, count)| (value.as_str(), *count)).collect();
        values.sort_unstable_by_key(|(value, _)| *value);
        values.into_iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.beyond == 0
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.values.len()
    }
}

/// What the rows of a file ask of the account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// Tags.
    pub tags: Distinct,
    /// `assigned_user`.
    pub users: Distinct,
    /// `team_uuid`, or names that are no team's.
    pub teams: Distinct,
    /// `channel_uuid`, or titles that are no channel's, with the source of the rows.
    pub channels: HashMap<(String, Source), ValueCount>,
    /// Custom fields by label.
    pub fields: HashMap<String, Distinct>,
    /// Rows by source, in the order of [`Source::ALL`].
    pub sources: [u64; Source::ALL.len()],
    /// WhatsApp rows without a channel.
    pub in_main_channel: u64,
    /// Rows of other sources off whose identifiers something was taken that earlier versions sent.
    pub bared: u64,
    /// Identifiers of other sources that have more digits than a spreadsheet keeps.
    pub long: LongDigits,
}

/// Identifiers of digits that are longer than a number can be in a spreadsheet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LongDigits {
    rows: u64,
    /// The first of them.
    first: Option<RowPlace>,
    /// Those that have other digits than noughts where a spreadsheet leaves noughts.
    whole: u64,
    /// Noughts in those places.
    noughts: u64,
}

impl LongDigits {
    /// Digits that a spreadsheet keeps.
    const KEPT: usize = 15;
    /// Noughts in these places that are none by chance.
    const MOST_BY_CHANCE: u64 = 2;

    fn note(&mut self, row: RowPlace, identifier: &str) {
        let is_digits = identifier.bytes().all(|byte| byte.is_ascii_digit());
        let Some(lost) = identifier.as_bytes().get(Self::KEPT..).filter(|lost| is_digits && !lost.is_empty())
        else {
            return;
        };
        self.rows += 1;
        self.first = Some(self.first.map_or(row, |first| first.min(row)));
        self.whole += u64::from(lost.iter().any(|digit| *digit != b'0'));
        self.noughts += lost.iter().map(|digit| u64::from(*digit == b'0')).sum::<u64>();
    }

    fn join(&mut self, other: Self) {
        self.rows += other.rows;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.whole += other.whole;
        self.noughts += other.noughts;
    }

    /// The rows, and the first of them, if all of these identifiers end as numbers do that a spreadsheet has rounded.
    pub fn rounded(&self) -> Option<(u64, RowPlace)> {
        let is_rounded = self.whole == 0 && self.noughts > Self::MOST_BY_CHANCE;
        self.first.filter(|_| is_rounded).map(|first| (self.rows, first))
    }
}

impl Values {
    /// Takes in a row.
    pub fn note(&mut self, row: RowPlace, contact: &NewContact) {
        // Without `..`, so that a new field cannot be forgotten here.
        let NewContact {
            identifier,
            source,
            name: _,
            tags,
            custom_fields,
            assigned_user,
            team_uuid,
            channel_uuid,
            bot_status: _,
            note: _,
        } = contact;
        self.sources[*source as usize] += 1;
        if *source != Source::Whatsapp {
            self.long.note(row, identifier);
        }
        tags.iter().for_each(|tag| self.tags.note(tag, row));
        assigned_user.iter().for_each(|user| self.users.note(user, row));
        team_uuid.iter().for_each(|team| self.teams.note(team, row));
        match channel_uuid {
            Some(channel) if self.channels.len() < MOST_VALUES => {
                let count = ValueCount { rows: 0, first: row };
                let known = self.channels.entry((channel.clone(), *source)).or_insert(count);
                known.rows += 1;
                known.first = known.first.min(row);
            }
            Some(_) => {}
            None => self.in_main_channel += u64::from(*source == Source::Whatsapp),
        }
        for (label, value) in custom_fields {
            if !self.fields.contains_key(label) {
                if self.fields.len() >= MOST_FIELDS {
                    continue;
                }
                self.fields.insert(label.clone(), Distinct::default());
            }
            let Some(distinct) = self.fields.get_mut(label) else { continue };
            match value {
                FieldValue::Text(text) => distinct.note(text, row),
                FieldValue::Options(options) => {
                    distinct.lists += 1;
                    options.iter().for_each(|option| distinct.note(option, row));
                }
            }
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        self.tags.join(other.tags);
        self.users.join(other.users);
        self.teams.join(other.teams);
        for (key, count) in other.channels {
            let known = self.channels.entry(key).or_insert(ValueCount { rows: 0, first: count.first });
            known.rows += count.rows;
            known.first = known.first.min(count.first);
        }
        for (label, distinct) in other.fields {
            self.fields.entry(label).or_default().join(distinct);
        }
        for (known, more) in self.sources.iter_mut().zip(other.sources) {
            *known += more;
        }
        self.in_main_channel += other.in_main_channel;
        self.bared += other.bared;
        self.long.join(other.long);
    }

    /// Takes in what was remarked of a row.
    pub(super) fn note_remarks(&mut self, source: Source, remarks: &[Remark]) {
        let is_bared =
            |remark: &Remark| matches!(remark.code, Code::PhoneSpreadsheet | Code::PhonePunctuation);
        self.bared += u64::from(source != Source::Whatsapp && remarks.iter().any(is_bared));
    }

    /// Rows of this source.
    pub fn of_source(&self, source: Source) -> u64 {
        self.sources[source as usize]
    }

    /// Rows of sources that cannot be looked up.
    pub fn without_look_up(&self) -> u64 {
        self.sources.iter().sum::<u64>() - self.of_source(Source::Whatsapp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RowNumber;

    fn at_row(row: u64) -> RowPlace {
        RowPlace { row: RowNumber::new(row), line: row + 1 }
    }

    #[test]
    fn values_are_counted_up_to_a_bound_and_the_rest_is_counted_too() {
        let mut distinct = Distinct::default();
        for row in 1..=3000_u64 {
            distinct.note(&format!("v{}", row % 1500), at_row(row));
        }
        assert_eq!(distinct.len(), MOST_VALUES);
        let kept: u64 = distinct.iter().map(|(_, count)| count.rows).sum();
        assert_eq!(kept + distinct.beyond, 3000);
        distinct.note(&"x".repeat(300), at_row(1));
        assert_eq!(distinct.len(), MOST_VALUES);
    }

    #[test]
    fn identifiers_that_all_end_as_rounded_numbers_do_are_told_and_one_that_does_not_shows_the_others_right()
    {
        let of = |identifiers: &[&str]| {
            let (mut one, mut other) = (LongDigits::default(), LongDigits::default());
            for (at, identifier) in (1..).zip(identifiers) {
                if at % 2 == 0 { &mut one } else { &mut other }.note(at_row(at), identifier);
            }
            one.join(other);
            one.rounded().map(|(rows, first)| (rows, first.row.get()))
        };
        let [two, one] = ["24512345678901200", "2451234567890120"];
        assert_eq!(of(&["tg1", two, two, "123"]), Some((2, 2)));
        assert_eq!(of(&[one, one, one]), Some((3, 1)));
        assert_eq!(of(&[two, two, "24512345678901234"]), None);
        // By chance.
        assert_eq!(of(&[two]), None);
        assert_eq!(of(&[one, one]), None);
        assert_eq!(of(&["user24512345678901200", "245123456789000"]), None);
    }

    #[test]
    fn joined_counts_are_those_of_all_rows_and_the_first_is_the_first() {
        let (mut one, mut other) = (Distinct::default(), Distinct::default());
        one.note("Rome", at_row(7));
        other.note("Rome", at_row(3));
        other.note("Milan", at_row(4));
        one.join(other);
        let all: Vec<_> =
            one.iter().map(|(value, count)| (value, count.rows, count.first.row.get())).collect();
        assert_eq!(all, [("Milan", 1, 4), ("Rome", 2, 3)]);
    }
}
