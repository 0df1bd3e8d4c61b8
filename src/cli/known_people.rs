//! Who the people of a list are by the journals of its import and of those that belong with it, where a row has another number
//! than the one by which its person is in the account.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::PathBuf;

use super::failure::Failure;
use super::gone::{Gone, undone, unreadable};
use super::remembered::Remembered;
use crate::input::{InputFiles, Records};
use crate::journal::{About, ContactKey, Elsewhere, Fingerprints, Past, TicketNumber};
use crate::ledger::JOURNAL;
use crate::mapping::{CommonWords, Country, Form, KnownBy, KnownUnder, Namesake};
use crate::model::{NewContact, Row, RowNumber, Source, Window};
use crate::results::{each_who_is_away, each_who_is_there, each_who_was_sent};

/// Whom an import knows, and those that belong with it.
pub(super) struct KnownPeople<'k> {
    /// Of the imports, the own one first.
    folders: Vec<PathBuf>,
    endpoint: String,
    gone: &'k Gone,
    /// The countries of numbers in runs before.
    countries: Vec<Country>,
    /// There are no others.
    knows_countries: bool,
    scratch: Box<dyn Fn() -> io::Result<File> + 'k>,
    /// Read where they are asked.
    journals: OnceCell<Vec<Elsewhere>>,
}

/// Another number of a row whose own nobody knows, by which somebody is known.
struct Hit {
    row: RowNumber,
    /// When it would be tried.
    turn: usize,
    /// In digits with country code.
    number: String,
    /// What the row's person is called.
    called: String,
}

impl<'k> KnownPeople<'k> {
    /// By what is in `folders`: the journals, as far as they are of `endpoint`, without contacts that are `gone`, and the countries
    /// of numbers. `scratch` makes files for what does not fit into memory.
    pub(super) fn new(
        folders: Vec<PathBuf>,
        endpoint: String,
        gone: &'k Gone,
        scratch: impl Fn() -> io::Result<File> + 'k,
    ) -> Self {
        let (mut countries, mut knows_countries) = (Vec::new(), true);
        let has_journal =
            |folder: &&PathBuf| folder.join(JOURNAL).metadata().is_ok_and(|file| file.len() > 0);
        for folder in folders.iter().filter(has_journal) {
            let of_folder = Remembered::read(folder).countries_of_numbers();
            knows_countries &= of_folder.is_some();
            let new = of_folder.into_iter().flatten().filter(|country| !countries.contains(country));
            countries.extend(new.collect::<Vec<_>>());
        }
        let (scratch, journals) = (Box::new(scratch), OnceCell::new());
        Self { folders, endpoint, gone, countries, knows_countries, scratch, journals }
    }

    /// Whether it is known in which countries numbers were read in runs before.
    pub(super) fn knows_countries(&self) -> bool {
        self.knows_countries
    }

    /// Whether this contact is in the account, or may be.
    ///
    /// # Errors
    ///
    /// If a journal cannot be read.
    pub(super) fn may_have(&self, contact: &NewContact) -> Result<bool, Failure> {
        for journal in self.journals()? {
            if journal.may_have(contact)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether somebody is known by a number of the row of this contact as `form` reads it in one of the countries of runs before,
    /// or may be.
    ///
    /// # Errors
    ///
    /// If a journal cannot be read.
    pub(super) fn may_have_in_any_country(
        &self,
        contact: &NewContact,
        row: &Row,
        form: &Form,
    ) -> Result<bool, Failure> {
        if !self.knows_countries || self.may_lack_anybody()? {
            return Ok(true);
        }
        for number in form.numbers_in(row, &self.countries, self.sought(contact))? {
            if self.sought(contact)(&number)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether this person is in the account by a number, or may be.
    fn sought(&self, contact: &NewContact) -> impl FnMut(&str) -> Result<bool, Failure> {
        let mut other = contact.clone();
        move |number| {
            number.clone_into(&mut other.identifier);
            self.may_have(&other)
        }
    }

    /// Whether a journal lacks something, so that anybody may be in the account.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub(super) fn may_lack_anybody(&self) -> Result<bool, Failure> {
        Ok(self.journals()?.iter().any(|journal| journal.damage().is_some()))
    }

    /// The rows in `window` whose person is known by another number than the one that `form` takes, or may be. Where nobody knows
    /// in which countries national numbers were read before, it may have been in any of `countries`. Who stands in the list by
    /// that number is somebody else; of the others the results tell what they are called, those of before too, and what was sent
    /// for them.
    ///
    /// # Errors
    ///
    /// If the list or a journal cannot be read.
    pub(super) fn by_other_numbers(
        &self,
        (input, window): (&InputFiles, Window),
        form: &Form,
        countries: &[Country],
        fingerprints: &Fingerprints,
    ) -> Result<KnownBy, Failure> {
        if !form.may_have_other_numbers() || self.journals()?.is_empty() {
            return Ok(KnownBy::default());
        }
        let mut hits: BTreeMap<ContactKey, Vec<Hit>> = BTreeMap::new();
        let others = if self.knows_countries { &[] } else { countries };
        let countries = [&self.countries, others].concat();
        for row in Records::new(input)?.inside(window) {
            let row = row?;
            let Ok((contact, _)) = form.fill(&row) else { continue };
            if contact.source != Source::Whatsapp || self.may_have(&contact)? {
                continue;
            }
            let others = form.other_numbers(&row, &contact.identifier, &countries, self.sought(&contact))?;
            for (turn, number) in others.into_iter().enumerate() {
                let other = NewContact { identifier: number, ..contact.clone() };
                if self.may_have(&other)? {
                    let key = fingerprints.key(&other);
                    let NewContact { identifier: number, name: called, .. } = other;
                    hits.entry(key).or_default().push(Hit { row: row.number, turn, number, called });
                }
            }
        }
        if hits.is_empty() {
            return Ok(KnownBy::default());
        }
        let mut common = CommonWords::among(hits.values().flatten().map(|hit| hit.called.as_str()));
        for row in Records::new(input)?.inside(Window::default()) {
            if let Ok((contact, _)) = form.fill(&row?) {
                hits.remove(&fingerprints.key(&contact));
                common.note(&contact.name);
            }
        }
        let hits = hits.into_values().flatten().collect();
        let known_by = self.known_by(hits, fingerprints, &common);
        Ok(if form.is_of_failures() { known_by.doubted() } else { known_by })
    }

    /// Who of these has the name of the one who is known by their other number.
    fn known_by(&self, hits: Vec<Hit>, fingerprints: &Fingerprints, common: &CommonWords) -> KnownBy {
        let mut by_number: BTreeMap<String, Vec<(Hit, Option<Namesake>)>> = BTreeMap::new();
        for hit in hits {
            by_number.entry(fingerprints.canonical(&hit.number).into_owned()).or_default().push((hit, None));
        }
        let of_whatsapp = |source: &str| source == Source::Whatsapp.as_str();
        let note = |hits: Option<&mut Vec<(Hit, Option<Namesake>)>>, name: &str| {
            for (hit, namesake) in hits.into_iter().flatten() {
                *namesake = (*namesake).max(Some(Namesake::of(&hit.called, name, common)));
            }
        };
        for folder in &self.folders {
            let mut each = |source: &str, identifier: &str, name: &str| {
                if of_whatsapp(source) {
                    note(by_number.get_mut(fingerprints.canonical(identifier).as_ref()), name);
                }
            };
            each_who_is_there(folder, &mut each);
            each_who_is_away(folder, &mut each);
        }
        // As the others were called when they were sent, which may be long ago.
        let is_unnamed =
            |hits: &[(Hit, Option<Namesake>)]| hits.iter().any(|(_, namesake)| namesake.is_none());
        let unnamed = by_number.iter().filter(|(_, hits)| is_unnamed(hits));
        let unnamed: BTreeSet<String> = unnamed.map(|(number, _)| number.clone()).collect();
        for folder in self.folders.iter().filter(|_| !unnamed.is_empty()) {
            each_who_was_sent(folder, |source, identifier, name| {
                let number = fingerprints.canonical(identifier);
                if of_whatsapp(source) && unnamed.contains(number.as_ref()) {
                    note(by_number.get_mut(number.as_ref()), name);
                }
            });
        }
        let mut hits: Vec<(Hit, Option<Namesake>)> = by_number.into_values().flatten().collect();
        hits.sort_by_key(|(hit, _)| (hit.row, hit.turn));
        let mut known: BTreeMap<RowNumber, KnownUnder> = BTreeMap::new();
        for (hit, namesake) in hits {
            match (namesake, known.get(&hit.row)) {
                (Some(Namesake::Other), _) | (_, Some(KnownUnder::Number(_))) => {}
                (Some(Namesake::Same), _) => {
                    known.insert(hit.row, KnownUnder::Number(hit.number));
                }
                (Some(Namesake::Perhaps) | None, _) => {
                    known.insert(hit.row, KnownUnder::Doubtfully);
                }
            }
        }
        known.into_iter().collect()
    }

    fn journals(&self) -> Result<&[Elsewhere], Failure> {
        if self.journals.get().is_none() {
            let _ = self.journals.set(self.read()?);
        }
        Ok(self.journals.get().map_or(&[], Vec::as_slice))
    }

    fn read(&self) -> Result<Vec<Elsewhere>, Failure> {
        let mut journals = Vec::new();
        for folder in &self.folders {
            let deleted: BTreeSet<TicketNumber> = undone(folder)?.deleted().collect();
            let is_gone = |past: &Past| {
                let uuid = past.verdict.as_ref().and_then(|verdict| verdict.o.uuid());
                deleted.contains(&past.ticket) || uuid.is_some_and(|uuid| self.gone.was_deleted(uuid))
            };
            let asked = |_: &Fingerprints, about: &About| about.endpoint == self.endpoint;
            let read = Elsewhere::read(&folder.join(JOURNAL), is_gone, asked, &self.scratch);
            journals.extend(read.map_err(unreadable(folder))?);
        }
        Ok(journals)
    }
}
