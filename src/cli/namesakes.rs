//! People of a list who are called as somebody in the last results of its folder, and have another identifier. If most are,
//! the identifiers are read otherwise than they were, and everybody would be created once more; a list of who is new since
//! yesterday has other names. Where the last results do not tell, because the list was cut off then, or read in part, or because
//! somebody deleted them, those are asked after who were known before; and whoever is called as one of those, with another identifier,
//! is no sign of a list of other people. Of a list that is imported in parts, those of all parts tell: who has another identifier may
//! belong to another one.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::parts;
use super::prepare::Prepared;
use super::returning::Returning;
use super::settings;
use crate::input::Records;
use crate::mapping::Namesake;
use crate::model::{RowNumber, Source, canonical_form};
use crate::results::{each_who_is_away, each_who_is_there, each_who_was_sent};
use crate::words::message;

/// Fewest that tell that a list is read otherwise where nothing else does: a name or two are shared by chance.
const FEWEST: u64 = 5;
/// One in so many of those in the results is a good part of them: some people have another number every night.
const SHARE: u64 = 4;
/// About so many names are compared; of a longer list, those of one person in so and so many.
const MOST_NAMES: u64 = 1 << 16;

/// What the last results tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastResults {
    /// Of a part of the list.
    OfAPart,
    /// Of all of it.
    Whole,
    /// Of what a run was told to forget, which did not come to its own.
    Forgotten,
}

/// How identifiers are read now, beside the runs before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// From the same columns, as far as anybody knows.
    AsBefore,
    /// From fewer columns: the last of those that were tried are gone.
    FromFewerColumns,
}

/// Of one source those of whom no two have one name: nobody else is called so, in the list or in the results.
#[derive(Default)]
struct Namesakes {
    /// Those in the results.
    before: u64,
    /// Those in the list who are called as one in the results and have another identifier.
    others: u64,
    /// Those in the list who are called as nobody in the results, and as nobody who was there before.
    new: u64,
    /// The first row of the others.
    first: Option<RowNumber>,
}

impl Namesakes {
    /// Whether most of those who are not known by their identifiers are called as people of the results, and a good part of those.
    fn are_most(&self) -> bool {
        self.others > self.new && self.others * SHARE >= self.before
    }
}

/// What is known of those who were there before.
struct Before {
    /// The folders of the import, or of all parts of its list.
    folders: Vec<PathBuf>,
    last: LastResults,
}

impl Before {
    /// About so many of these people of the whole list are of one part: names are those of all of it, and contacts those of one.
    fn of_one_part(&self, people: u64) -> u64 {
        people / self.folders.len() as u64
    }
}

/// Refuses a list of people whom the folder does not know, if most of them, or of those of one source, are called as those in its
/// last results: the refusal, which somebody who knows them may overrule.
///
/// # Errors
///
/// If the list cannot be read.
pub(super) fn refusal(
    folder: &Path,
    prepared: &Prepared,
    returning: Returning,
    (reading, last): (Reading, LastResults),
) -> Result<Option<Failure>, Failure> {
    if !returning.may_hide_anybody() {
        return Ok(None);
    }
    let is_odd = returning.are_strangers() || reading == Reading::FromFewerColumns;
    let before = Before { folders: parts::with(folder), last };
    let keys = Keys::of(returning);
    let called = Called::before(&before, &keys, returning);
    if called.telling.is_empty() {
        return Ok(None);
    }
    let by_source = called.beside(called_now(prepared, &keys)?);
    let others: u64 = by_source.values().map(|namesakes| namesakes.others).sum();
    let of_all = before.of_one_part(others * keys.every);
    let fewest = if reading == Reading::AsBefore { FEWEST } else { 1 };
    let are_most = is_odd && others >= fewest && of_all * 2 > returning.unknown();
    let of_a_source = by_source.values().any(|namesakes| namesakes.others >= FEWEST && namesakes.are_most());
    let first = by_source.values().filter_map(|namesakes| namesakes.first).min();
    let Some(first) = first.filter(|_| are_most || of_a_source) else { return Ok(None) };
    let folder = settings::shown(folder);
    let by = prepared.resolved.form.manner().map(|manner| manner.shown()).unwrap_or_default();
    let what = message!(
        "same-names",
        folder = &folder,
        known = returning.known,
        contacts = returning.contacts,
        others = of_all.min(returning.unknown()),
        row = first.get().to_string(),
    );
    Ok(Some(Failure::usage(what).hint(message!("same-names.fix", by, folder))))
}

/// Names and identifiers as numbers, by which they are compared.
struct Keys {
    by: RandomState,
    /// Of so many people one is looked at.
    every: u64,
}

impl Keys {
    fn of(returning: Returning) -> Self {
        let every = 1 + returning.contacts.max(returning.in_folder()) / MOST_NAMES;
        Self { by: RandomState::new(), every }
    }

    /// Of somebody who is looked at.
    fn name(&self, source: &str, name: &str) -> Option<u64> {
        // Who is numbered, as in `Guest 1`, may be so every night.
        if name.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let key = self.by.hash_one((source, Namesake::key(name)));
        key.is_multiple_of(self.every).then_some(key)
    }

    fn identifier(&self, source: &str, identifier: &str) -> u64 {
        let is_number = source == Source::Whatsapp.as_str();
        self.by.hash_one(if is_number { canonical_form(identifier) } else { identifier.into() })
    }
}

/// Those who were there before: of each name the identifier, unless several have it.
#[derive(Default)]
struct Called {
    /// Of those that tell.
    telling: HashMap<u64, Option<u64>>,
    /// Of others.
    away: HashMap<u64, Option<u64>>,
    by_source: BTreeMap<String, Namesakes>,
}

impl Called {
    fn before(who: &Before, keys: &Keys, returning: Returning) -> Self {
        let mut called = Self::default();
        let Before { folders, last } = who;
        let is_forgotten = *last == LastResults::Forgotten;
        let (mut in_last, mut names) = (0, HashSet::new());
        for folder in folders {
            each_who_is_there(folder, |source, identifier, name| {
                in_last += 1;
                let Some(name) = keys.name(source, name) else { return };
                if !is_forgotten {
                    names.insert(name);
                }
                called.note(!is_forgotten, source, keys.identifier(source, identifier), name);
            });
        }
        let tells_little = *last != LastResults::Whole
            || in_last < FEWEST
            || returning.is_more_than(who.of_one_part(in_last));
        let mut note_but_those = |tells: bool, source: &str, identifier: &str, name: &str| {
            if let Some(name) = keys.name(source, name).filter(|name| !names.contains(name)) {
                called.note(tells, source, keys.identifier(source, identifier), name);
            }
        };
        for folder in folders {
            let tells = tells_little && !is_forgotten;
            each_who_is_away(folder, |source, identifier, name| {
                note_but_those(tells, source, identifier, name)
            });
            if tells_little {
                each_who_was_sent(folder, |source, identifier, name| {
                    note_but_those(true, source, identifier, name)
                });
            }
        }
        called
    }

    fn note(&mut self, tells: bool, source: &str, identifier: u64, name: u64) {
        let identifiers = if tells { &mut self.telling } else { &mut self.away };
        if only_one(identifiers, name, identifier) && tells {
            self.by_source.entry(source.to_owned()).or_default().before += 1;
        }
    }

    /// Those of each source, beside who is called so `now`.
    fn beside(self, now: CalledNow) -> BTreeMap<String, Namesakes> {
        let Self { telling, away, mut by_source } = self;
        for (name, now) in now {
            let Some((source, identifier, row)) = now else { continue };
            let namesakes = by_source.entry(source.as_str().to_owned()).or_default();
            match telling.get(&name) {
                None => namesakes.new += u64::from(!away.contains_key(&name)),
                Some(Some(before)) if *before != identifier => {
                    namesakes.others += 1;
                    namesakes.first = namesakes.first.map_or(Some(row), |first| Some(first.min(row)));
                }
                Some(_) => {}
            }
        }
        by_source
    }
}

/// Of each name in the list who is called so, unless several are.
type CalledNow = HashMap<u64, Option<(Source, u64, RowNumber)>>;

/// Who is called how in the list.
fn called_now(prepared: &Prepared, keys: &Keys) -> Result<CalledNow, Failure> {
    let mut now = CalledNow::new();
    let form = &prepared.resolved.form;
    for row in Records::new(&prepared.input)?.inside(prepared.window) {
        let row = row?;
        let Ok((contact, _)) = form.fill(&row) else { continue };
        let source = contact.source.as_str();
        let Some(name) = keys.name(source, &contact.name) else { continue };
        let identifier = keys.identifier(source, &contact.identifier);
        match now.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(Some((contact.source, identifier, row.number)));
            }
            Entry::Occupied(mut entry) => {
                let known = entry.get().filter(|(_, known, _)| *known == identifier);
                entry.insert(known);
            }
        }
    }
    Ok(now)
}

/// Notes that somebody with this identifier has this name: whether nobody had it. Of a name that several have there is none.
fn only_one(identifiers: &mut HashMap<u64, Option<u64>>, name: u64, identifier: u64) -> bool {
    match identifiers.entry(name) {
        Entry::Vacant(entry) => {
            entry.insert(Some(identifier));
            true
        }
        Entry::Occupied(mut entry) => {
            let known = entry.get().filter(|known| *known == identifier);
            entry.insert(known);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_are_called_as_people_of_the_results_if_more_are_than_are_new_and_a_quarter_of_those_is_among_them()
     {
        for (before, others, new, are_most) in [
            (20, 5, 4, true),
            (20, 5, 5, false),
            (20, 5, 6, false),
            (21, 5, 4, false),
            (4, 1, 0, true),
            (1, 0, 0, false),
        ] {
            let namesakes = Namesakes { before, others, new, first: None };
            assert_eq!(namesakes.are_most(), are_most, "{before} {others} {new}");
        }
    }
}
