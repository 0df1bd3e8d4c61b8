//! Whether a list reads the people whom a folder knows as the runs before did. Where it would take them for others they would be
//! created once more, and so it is refused before anything is sent.

use std::path::{Path, PathBuf};

use super::Remembered;
use super::read_as::{KnownManner, ReadAs, names_channels};
use crate::cli::failure::Failure;
use crate::cli::given;
use crate::cli::known_people::KnownPeople;
use crate::cli::namesakes::{self, LastResults, Reading};
use crate::cli::prepare::Prepared;
use crate::cli::returning::Returning;
use crate::input::Records;
use crate::journal::Fingerprints;
use crate::mapping::{Country, Form, Manner, Resolved};
use crate::model::Field;
use crate::survey::Values;
use crate::words::{Message, message};

/// What runs before left.
pub(in crate::cli) struct Begun<'b> {
    /// How the journal tells contacts apart.
    pub(in crate::cli) fingerprints: &'b Fingerprints,
    /// Whom it knows, and those that belong with it.
    pub(in crate::cli) known: &'b KnownPeople<'b>,
    /// The results may be of before a run that was told to forget.
    pub(in crate::cli) are_results_stale: bool,
}

impl Remembered {
    /// Refuses a list whose people would be others than they were to the runs before into `folder`. `looks`: who is there already is
    /// looked for. What is returned refuses a list whose people somebody may know, and approve.
    ///
    /// # Errors
    ///
    /// If it is such a list, or cannot be read.
    pub(in crate::cli) fn refuse_another_reading(
        &self,
        (read, folder): (&[PathBuf], &Path),
        prepared: &Prepared,
        begun: &Begun<'_>,
        looks: bool,
    ) -> Result<Option<Failure>, Failure> {
        let Begun { fingerprints, known, are_results_stale } = *begun;
        let (resolved, returning) = (&prepared.resolved, Returning::of(prepared));
        // A rehearsal's people are in no account.
        let before = if self.rehearsal { ReadAs::nobody() } else { self.read_as.clone() };
        let before = before.spelled_as(resolved);
        before.refuse_another_country(self.is_of(read), resolved.default_country())?;
        before.refuse_other_people(resolved)?;
        let reading = before.refuse_lost_columns(prepared, returning, known)?;
        before.refuse_other_numbers(prepared, fingerprints, known)?;
        before.refuse_lost_refusals(resolved)?;
        before.refuse_bare_identifiers(&prepared.survey.values)?;
        if fingerprints.main_channel().is_none() && !looks {
            before.refuse_other_channels(&prepared.survey.values)?;
        }
        let is_of_a_part = self
            .commands
            .window
            .as_deref()
            .is_some_and(|flags| flags.contains("--skip") || flags.contains("--limit"));
        let last = match is_of_a_part {
            _ if are_results_stale => LastResults::Forgotten,
            true => LastResults::OfAPart,
            false => LastResults::Whole,
        };
        namesakes::refusal(folder, prepared, returning, (reading, last))
    }
}

impl ReadAs {
    /// Refuses to read numbers as those of another country than in the runs before: nobody could tell that the people are
    /// the same, and they would be created once more. A list under another name may be the next night's. Another one
    /// that has no such numbers needs no country.
    fn refuse_another_country(&self, is_same_list: bool, now: Option<Country>) -> Result<(), Failure> {
        let now = now.map(|country| country.to_string());
        let Some(before) = self.country.as_deref() else { return Ok(()) };
        let what = match now {
            Some(now) if now == before => return Ok(()),
            Some(now) => message!("other-country", before, now),
            None if is_same_list => message!("no-country-any-more", before),
            None => return Ok(()),
        };
        Err(Failure::usage(what).hint(message!("other-country.fix", before)))
    }

    /// Refuses to take the same people for others, because another column of the same list says who they are, or because
    /// they are to have another source: they would be created once more. A column that gives the source because its values
    /// fit is one that they may fit tonight only.
    fn refuse_other_people(&self, resolved: &Resolved) -> Result<(), Failure> {
        let form = &resolved.form;
        let now = form.identified_by();
        let is_there = |column: &String| form.header().contains(column);
        // Who asks for the columns of the last run has answered for those before.
        let goes_on = resolved.is_asked_for(Field::Identifier) && is_of_the_same(&self.identified_by, &now);
        let before = self.identified_before.iter().filter(|_| !goes_on);
        for known in std::iter::once(&self.identified_by).chain(before) {
            if known.iter().all(is_there) && !is_of_the_same(known, &now) {
                let (before, now) = (known.join(", "), now.join(", "));
                return Err(Failure::usage(message!("other-people", before = &before, now))
                    .hint(message!("other-people.fix", before)));
            }
        }
        match (self.source.as_deref(), form.constant_source()) {
            (Some(before), Some(now)) if before != now => {
                Err(Failure::usage(message!("other-source", before, now))
                    .hint(message!("other-source.fix", before)))
            }
            (Some(before), None) if !resolved.is_asked_for(Field::Source) => {
                let column = form.sources_from().join(", ");
                let map = given::quoted(&format!("source={column}"));
                Err(Failure::usage(message!("other-source-by-column", before, column)).hint(message!(
                    "other-source-by-column.fix",
                    before,
                    map
                )))
            }
            (None, Some(now)) if self.sources_from.iter().any(|column| form.header().contains(column)) => {
                let column = self.sources_from.join(", ");
                let map = given::quoted(&format!("source={column}"));
                Err(Failure::usage(message!("other-source-no-column", column, now))
                    .hint(message!("other-source-no-column.fix", map)))
            }
            // It may have another name tonight.
            (None, Some(now)) if !self.sources_from.is_empty() && !resolved.is_asked_for(Field::Source) => {
                let column = self.sources_from.join(", ");
                Err(Failure::usage(message!("other-source-no-column", column, now))
                    .hint(message!("hint-source-column-gone", now)))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a list in which a column is gone that said who somebody is, or which of several numbers is taken, if somebody
    /// whom the folder knows can stand in it as somebody else: whoever changes what a list is made of may be asked once. Where
    /// only the last columns that were tried are gone, nobody need have anything in them.
    fn refuse_lost_columns(
        &self,
        prepared: &Prepared,
        returning: Returning,
        people: &KnownPeople<'_>,
    ) -> Result<Reading, Failure> {
        let (resolved, form) = (&prepared.resolved, &prepared.resolved.form);
        if !returning.may_hide_anybody() || resolved.is_asked_for(Field::Identifier) {
            return Ok(Reading::AsBefore);
        }
        let (now, known) = (form.identified_by(), returning.known.to_string());
        let refusal = |what: Message, before: &[String]| -> Failure {
            let columns = match columns_of_the_known(prepared, people) {
                Ok(columns) => in_place_of(before, columns, form.header()),
                Err(failure) => return failure,
            };
            Failure::usage(what).hint(match &columns[..] {
                [] => message!("hint-column-gone-for-good"),
                [now] => {
                    let map = given::quoted(&format!("identifier={now}"));
                    message!("hint-column-gone", now, map)
                }
                several => {
                    let columns = several.join(", ");
                    let key = format!("identifier = {}", toml::Value::from(several.to_vec()));
                    message!("hint-columns-gone", columns, key)
                }
            })
        };
        let mut reading = Reading::AsBefore;
        // What was before another one has been answered for when that one came.
        let is_as_last = self.identified_by == now;
        let goes_further = |before: &&Vec<String>| !is_as_last && before.starts_with(&self.identified_by);
        let before = self.identified_before.iter().filter(goes_further);
        for before in std::iter::once(&self.identified_by).chain(before) {
            let mut gone = before.iter().filter(|column| !form.header().contains(column));
            let Some(gone) = gone.next() else { continue };
            if !is_of_the_same(before, &now) {
                let (by, now) = (before.join(", "), now.join(", "));
                let what = message!("other-people-gone", before = by, gone, now, known);
                return Err(refusal(what, before));
            }
            reading = Reading::FromFewerColumns;
        }
        let manner = form.manner().unwrap_or_default();
        let label = self.manners.last().and_then(|known| known.manner.label_lost_in(&manner));
        if let Some(gone) = label {
            return Err(refusal(message!("other-labels-gone", gone, known), &[]));
        }
        Ok(reading)
    }

    /// Refuses a list of which a column leaves nobody out any more by which people were left out who said no, and in whose place
    /// no other is: they would be sent.
    fn refuse_lost_refusals(&self, resolved: &Resolved) -> Result<(), Failure> {
        let now = resolved.form.says_no_in();
        let is_new = |column: &&str| !self.said_no.iter().any(|known| known == column);
        if resolved.includes_unsubscribed() || now.iter().any(is_new) {
            return Ok(());
        }
        match self.said_no.iter().find(|column| !now.contains(&column.as_str())) {
            Some(column) => {
                Err(Failure::usage(message!("lost-refusals", column)).hint(message!("lost-refusals.fix")))
            }
            None => Ok(()),
        }
    }

    /// Refuses to read the identifier of any row otherwise than the runs before, if that makes somebody else of one whom they
    /// know: with another country from another column, or another text around it. Where only more columns are tried it is known by
    /// which of several numbers its person is known. What they refused may be mended so; but where a column gave the country and
    /// does not any more, they may have read what cannot be read as they did: in any country that their rows named, unless its
    /// person is known as it is read now.
    fn refuse_other_numbers(
        &self,
        prepared: &Prepared,
        fingerprints: &Fingerprints,
        known: &KnownPeople<'_>,
    ) -> Result<(), Failure> {
        let form = &prepared.resolved.form;
        let Some(now) = form.manner() else { return Ok(()) };
        let others = self.manners.iter().filter(|known| known.manner != now);
        let others: Vec<(&Manner, bool, Form)> = others
            .filter_map(|KnownManner { manner, made }| {
                let is_lost = *made && manner.loses_its_country_in(&now);
                Some((manner, is_lost, form.in_manner(manner)?))
            })
            .collect();
        let Some(plain) = form.in_manner(&now).filter(|_| !others.is_empty()) else { return Ok(()) };
        for row in Records::new(&prepared.input)?.inside(prepared.window) {
            let row = row?;
            for (manner, is_lost, before) in &others {
                let goes_further = now.goes_further_than(manner);
                let Ok((contact, _)) = (if goes_further { form } else { &plain }).fill(&row) else {
                    continue;
                };
                let is_other = match before.fill(&row) {
                    Ok((before, _)) if fingerprints.key(&before) == fingerprints.key(&contact) => false,
                    // Whether they are one person was asked.
                    Ok(_) if goes_further => false,
                    Ok((before, _)) => known.may_have(&before)? || known.may_lack_anybody()?,
                    Err(_) if *is_lost && !known.may_have(&contact)? => {
                        known.may_have_in_any_country(&contact, &row, before)?
                    }
                    Err(_) => false,
                };
                if is_other {
                    let (row, before) = (row.number.get().to_string(), manner.shown_beside(&now));
                    let now = now.shown_beside(manner);
                    return Err(Failure::usage(message!("other-numbers", before = &before, now, row))
                        .hint(message!("other-numbers.fix", before)));
                }
            }
        }
        Ok(())
    }

    /// Refuses to take off identifiers what a spreadsheet had added where a run of an earlier version may have sent it.
    fn refuse_bare_identifiers(&self, values: &Values) -> Result<(), Failure> {
        if values.bared == 0 || self.is_bare() {
            return Ok(());
        }
        Err(Failure::usage(message!("bare-identifiers", rows = values.bared))
            .hint(message!("bare-identifiers.fix")))
    }

    /// Refuses rows that name a WhatsApp channel after those that named none, and the other way round. For a folder that
    /// does not know which channel is the main one, and a run that looks for nobody: it would create who was sent in
    /// the main channel once more.
    fn refuse_other_channels(&self, values: &Values) -> Result<(), Failure> {
        let what = if self.named_no_channel && names_channels(values) {
            message!("channels-after-none")
        } else if self.named_channels && values.in_main_channel > 0 {
            message!("none-after-channels")
        } else {
            return Ok(());
        };
        Err(Failure::usage(what).hint(message!("channels-after-none.fix")))
    }
}

/// Rows in which a column is looked for.
const FIRST_ROWS: usize = 1000;

/// The columns in which somebody stands who is known: most of them in the first.
fn columns_of_the_known(prepared: &Prepared, known: &KnownPeople<'_>) -> Result<Vec<String>, Failure> {
    let form = &prepared.resolved.form;
    let mut columns: Vec<(u64, &String, Form)> = Vec::new();
    for (at, column) in form.header().iter().enumerate() {
        columns.push((0, column, form.by_column(at)));
    }
    for row in Records::new(&prepared.input)?.inside(prepared.window).take(FIRST_ROWS) {
        let row = row?;
        for (found, _, form) in &mut columns {
            if let Ok((contact, _)) = form.fill(&row)
                && known.may_have(&contact)?
            {
                *found += 1;
            }
        }
    }
    columns.retain(|(found, ..)| *found > 0);
    // Of several with as many, the first.
    columns.sort_by_key(|(found, ..)| std::cmp::Reverse(*found));
    Ok(columns.into_iter().map(|(_, column, _)| column.clone()).collect())
}

/// The columns of `before` with those in which people are known in the place of the ones that are gone; none if people are known
/// in none.
fn in_place_of(before: &[String], known: Vec<String>, header: &[String]) -> Vec<String> {
    if known.is_empty() {
        return known;
    }
    let mut new = known.into_iter().filter(|column| !before.contains(column));
    let now = |column: &String| if header.contains(column) { Some(column.clone()) } else { new.next() };
    let mut columns: Vec<String> = before.iter().filter_map(now).collect();
    columns.extend(new);
    columns
}

/// Whether the same columns say who somebody is: one more for those who have nothing in the first makes nobody somebody else.
fn is_of_the_same(known: &[String], now: &[&str]) -> bool {
    known.iter().zip(now).all(|(known, now)| known == now)
}
