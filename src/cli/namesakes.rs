//! People of a list who are called as somebody in the last results of its folder, and have another identifier. If most are,
//! the identifiers are read otherwise than they were, and everybody would be created once more; a list of who is new since
//! yesterday has other names.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;

use super::failure::Failure;
use super::prepare::Prepared;
use super::returning::Returning;
use super::settings;
use crate::input::Records;
use crate::model::{RowNumber, Source, canonical_form};
use crate::results::each_who_is_there;
use crate::words::message;

/// Fewest that tell that a list is read otherwise where nothing else does: a name or two are shared by chance.
const FEWEST: u64 = 5;
/// About so many names are compared; of a longer list, those of one person in so and so many.
const MOST_NAMES: u64 = 1 << 16;

/// How identifiers are read now, beside the runs before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// From the same columns, as far as anybody knows.
    AsBefore,
    /// From fewer columns: the last of those that were tried are gone.
    FromFewerColumns,
}

/// Those of whom no two have one name: nobody else is called so, in the list or in the results.
struct Namesakes {
    /// Those with another identifier, of whom one in `every` was looked at.
    others: u64,
    every: u64,
    first: Option<RowNumber>,
}

/// Refuses a list of people whom the folder does not know, if most of them are called as those in its last results.
pub(super) fn refuse(
    folder: &Path,
    prepared: &Prepared,
    returning: Returning,
    reading: Reading,
) -> Result<(), Failure> {
    let is_odd = returning.are_strangers() || reading == Reading::FromFewerColumns;
    if !is_odd || !returning.may_hide_anybody() {
        return Ok(());
    }
    let found = Namesakes::of(folder, prepared, returning)?;
    let others = found.others * found.every;
    let fewest = if reading == Reading::AsBefore { FEWEST } else { 1 };
    let (Some(first), true) = (found.first, found.others >= fewest && others * 2 > returning.unknown())
    else {
        return Ok(());
    };
    let folder = settings::shown(folder);
    let by = prepared.resolved.form.manner().map(|manner| manner.shown()).unwrap_or_default();
    Err(Failure::usage(message!(
        "same-names",
        folder = &folder,
        known = returning.known,
        contacts = returning.contacts,
        others = others.min(returning.unknown()),
        row = first.get().to_string(),
    ))
    .hint(message!("same-names.fix", by, folder)))
}

impl Namesakes {
    fn of(folder: &Path, prepared: &Prepared, returning: Returning) -> Result<Self, Failure> {
        let keys = RandomState::new();
        let every = 1 + returning.contacts / MOST_NAMES;
        let name_of = |source: &str, name: &str| {
            let key = keys.hash_one((source, name.trim()));
            // Who is numbered, as in `Guest 1`, may be so every night.
            let tells = key.is_multiple_of(every) && !name.bytes().any(|byte| byte.is_ascii_digit());
            tells.then_some(key)
        };
        let whatsapp = Source::Whatsapp.as_str();
        let identifier_of = |source: &str, identifier: &str| {
            let one = if source == whatsapp { canonical_form(identifier) } else { identifier.into() };
            keys.hash_one(one)
        };
        // Of each name the identifier, unless several have it.
        let mut before: HashMap<u64, Option<u64>> = HashMap::new();
        each_who_is_there(folder, |source, identifier, name| {
            let Some(name) = name_of(source, name) else { return };
            let identifier = identifier_of(source, identifier);
            let known = before.entry(name).or_insert(Some(identifier));
            *known = known.filter(|known| *known == identifier);
        });
        let mut now: HashMap<u64, Option<(u64, RowNumber)>> = HashMap::new();
        if before.is_empty() {
            return Ok(Self { others: 0, every, first: None });
        }
        let form = &prepared.resolved.form;
        for row in Records::new(&prepared.input)?.inside(prepared.window) {
            let row = row?;
            let Ok((contact, _)) = form.fill(&row) else { continue };
            let source = contact.source.as_str();
            let Some(name) = name_of(source, &contact.name) else { continue };
            let identifier = identifier_of(source, &contact.identifier);
            match now.entry(name) {
                Entry::Vacant(entry) => {
                    entry.insert(Some((identifier, row.number)));
                }
                Entry::Occupied(mut entry) => {
                    let known = entry.get().filter(|(known, _)| *known == identifier);
                    entry.insert(known);
                }
            }
        }
        let is_other = |(name, now): (&u64, &Option<(u64, RowNumber)>)| {
            let (now, row) = (*now)?;
            let before = before.get(name).copied().flatten()?;
            (before != now).then_some(row)
        };
        let rows: Vec<RowNumber> = now.iter().filter_map(is_other).collect();
        Ok(Self { others: rows.len() as u64, every, first: rows.into_iter().min() })
    }
}
