//! Imports that belong together: the failures of one were given back, and another came of them.
//!
//! Each of them has a folder and a journal of its own, and people may be in several: a row is corrected in `failures.csv`
//! and in the list, or says in the failures who is in the list already. So each asks the journals of all the others.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::exit::Exit;
use super::failure::Failure;
use super::given_back::{self, GivenBack, Places, import_of, imports_of, is_import};
use super::gone::{Gone, undone, unreadable};
use super::identity::Account;
use super::known_people::KnownPeople;
use super::remembered::{self, Remembered};
use super::set_aside::{set_aside_in, was_with_its_list};
use super::whereabouts::from_the_root;
use super::{given, handed_over, parts, settings};
use crate::journal::{About, Elsewhere, Fingerprints, Lock, Past, TicketNumber};
use crate::ledger::JOURNAL;
use crate::model::width_of_the_list;
use crate::run::OtherParts;
use crate::undo;
use crate::words::{Message, message};

/// The imports that belong together with one.
pub(super) struct RelatedImports {
    /// The folder of the one.
    folder: PathBuf,
    there: Vec<There>,
    lost: Vec<Lost>,
    /// Where any of them is, or is about to be.
    places: Vec<PathBuf>,
}

/// One that is there.
struct There {
    folder: PathBuf,
    /// It is of the list whose failures the other one imports, or of a part of it.
    is_list: bool,
}

/// One of which nobody knows any more what it did.
struct Lost {
    /// Where it should be, or the file that should say where.
    place: PathBuf,
    damage: Message,
    /// Another import is there now.
    is_replaced: bool,
    /// The server's clock before which nothing was sent there, in seconds since 1970, if that is known.
    not_before: Option<u64>,
}

impl Lost {
    fn damaged(place: PathBuf, damage: Message) -> Self {
        Self { place, damage, is_replaced: false, not_before: None }
    }

    /// It is not there any more.
    fn gone(place: PathBuf) -> Self {
        Self::damaged(place, message!("damage-no-journal"))
    }

    /// Nor is it, but another one is.
    fn replaced(place: PathBuf) -> Self {
        Self { is_replaced: true, ..Self::gone(place) }
    }
}

impl RelatedImports {
    /// Those of the import in `folder`, also if it reads `read` from now on.
    ///
    /// # Errors
    ///
    /// If what a folder says of the others cannot be read.
    pub(super) fn of(folder: &Path, read: &[PathBuf]) -> Result<Self, Failure> {
        let folder = from_the_root(folder);
        let mut lists = Lists::remembered_by(&folder).there;
        lists.extend(lists_of(&folder, read));
        let are_failures = !lists.is_empty();
        let mut met = vec![folder.clone()];
        let mut related =
            Self { folder: folder.clone(), there: Vec::new(), lost: Vec::new(), places: Vec::new() };
        related.note_those_of(&folder, &lists, &mut met)?;
        related.note_other_parts(&folder, are_failures, &mut met);
        let mut at = 1;
        while let Some(here) = met.get(at).cloned() {
            let Lists { there, lost } = Lists::remembered_by(&here);
            related.note_those_of(&here, &there, &mut met)?;
            related.note_other_parts(&here, are_failures, &mut met);
            related
                .lost
                .extend(lost.into_iter().filter(|lost| lost.is_replaced || !met.contains(&lost.place)));
            at += 1;
        }
        Ok(related)
    }

    /// Nobody is in two parts of a list; who is mended in failures may belong to any of them.
    fn note_other_parts(&mut self, here: &Path, are_failures: bool, met: &mut Vec<PathBuf>) {
        for part in parts::all_with(here) {
            if !met.contains(&part) {
                if are_failures && is_import(&part) {
                    self.places.push(part.clone());
                    self.there.push(There { folder: part.clone(), is_list: true });
                }
                met.push(part);
            }
        }
    }

    /// The lists whose failures the import in `here` imports, and what became of its own failures.
    fn note_those_of(
        &mut self,
        here: &Path,
        lists: &[PathBuf],
        met: &mut Vec<PathBuf>,
    ) -> Result<(), Failure> {
        let Places { told, damaged } = Places::read(here).map_err(unreadable(here))?;
        if let Some((byte, _)) = damaged.first() {
            let damage = message!("damage-line", byte = byte.to_string());
            self.lost.push(Lost::damaged(here.join(given_back::NAME), damage));
        }
        let (replaced, told): (Vec<GivenBack>, Vec<GivenBack>) =
            told.into_iter().partition(|told| told.is_replaced(here));
        let named: Vec<(PathBuf, &GivenBack)> = told.iter().map(|told| (told.place(here), told)).collect();
        let by_place = given::places(here).1;
        let is_of_others = |folder: &PathBuf| {
            let is_there = |told: &GivenBack| told.place(here) == *folder;
            replaced.iter().any(is_there) && !told.iter().any(is_there)
        };
        let (was_here, elsewhere): (Vec<&GivenBack>, Vec<&GivenBack>) =
            replaced.iter().partition(|told| told.place(here) == self.folder);
        for told in elsewhere {
            self.lost.push(Lost { not_before: told.not_before, ..Lost::replaced(told.place(here)) });
        }
        // Where this import is, or is about to be, was another one.
        let was_here = was_here.into_iter().chain(told.iter().filter(|told| {
            told.place(here) == self.folder && !told.is_announced && !is_import(&self.folder)
        }));
        // `None` is the least.
        if let Some(not_before) = was_here.map(|told| told.not_before).min()
            && !has_begun_and_written_nothing(&self.folder)
        {
            self.lost.push(Lost { not_before, ..Lost::replaced(self.folder.clone()) });
        }
        for other in lists.iter().chain([&by_place]).chain(named.iter().map(|(folder, _)| folder)) {
            let folder = from_the_root(other);
            if met.contains(&folder) || is_of_others(&folder) {
                continue;
            }
            self.places.push(folder.clone());
            if is_import(&folder) {
                let is_list = lists.contains(other);
                self.there.push(There { folder: folder.clone(), is_list });
            } else if let Some((_, told)) =
                named.iter().find(|(named, told)| named == other && !told.is_announced)
            {
                let not_before = told.not_before;
                self.lost.push(Lost { not_before, ..Lost::gone(folder.clone()) });
            } else {
                continue;
            }
            met.push(folder);
        }
        Ok(())
    }

    /// Refuses to go on while another process works on one of them: what either of them creates, or deletes, the other one would
    /// not know. To be called by whoever holds the own lock: of two that begin at the same moment both are refused at worst.
    ///
    /// # Errors
    ///
    /// If there is such a process, or that cannot be known.
    pub(super) fn refuse_another_at_work(&self) -> Result<(), Failure> {
        // Whoever has not written anything yet may be about to.
        for folder in &self.places {
            if let Some(holder) = Lock::holder(folder).map_err(unreadable(folder))? {
                let folder = settings::shown(folder);
                return Err(Failure::new(Exit::Locked, message!("related-lock-held", folder, holder))
                    .hint(message!("related-lock-held.fix")));
            }
        }
        Ok(())
    }

    /// Contacts that their undos have deleted, or may have, also if they were imported once more after that: what the own
    /// journal says of them is over.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read.
    pub(super) fn gone(&self) -> Result<Gone, Failure> {
        Gone::of(&self.folder, self.there.iter().map(|there| there.folder.as_path()))
    }

    /// The folders of the imports of its failures, and of theirs.
    pub(super) fn of_failures(&self) -> Vec<PathBuf> {
        let is_there =
            |folder: &Path| self.there.iter().any(|there| !there.is_list && there.folder == folder);
        let (mut all, mut at) = (vec![self.folder.clone()], 0);
        while let Some(here) = all.get(at).cloned() {
            for place in GivenBack::places_of(&here).into_iter().chain([given::places(&here).1]) {
                let folder = from_the_root(&place);
                if is_there(&folder) && !all.contains(&folder) {
                    all.push(folder);
                }
            }
            at += 1;
        }
        all.split_off(1)
    }

    /// What the other parts of the list know, whenever it is asked: those that are not among these, because parts run side by
    /// side.
    pub(super) fn other_parts(
        &self,
        account: &Account,
        scratch: impl Fn() -> io::Result<File> + Send + Sync + 'static,
    ) -> OtherParts {
        let asked = self.there.iter().map(|there| there.folder.clone());
        let but = asked.chain([self.folder.clone()]).collect();
        parts::know(self.folder.clone(), but, account.clone(), scratch)
    }

    /// Whom the import knows, and they: `gone` is of them all. `endpoint`: the address of the API, or that of rehearsals; a journal
    /// of another one knows nobody.
    pub(super) fn known_people<'k>(
        &self,
        endpoint: String,
        gone: &'k Gone,
        scratch: impl Fn() -> io::Result<File> + 'k,
    ) -> KnownPeople<'k> {
        let there = self.there.iter().map(|there| there.folder.clone());
        let all = [self.folder.clone()].into_iter().chain(there).chain(parts::all_with(&self.folder));
        KnownPeople::new(each_once(all), endpoint, gone, scratch)
    }

    /// The same without those whom a restart forgets: whom the import itself knows, and those of its failures.
    pub(super) fn known_people_after_a_restart<'k>(
        &self,
        endpoint: String,
        gone: &'k Gone,
        scratch: impl Fn() -> io::Result<File> + 'k,
    ) -> KnownPeople<'k> {
        let lists = self.there.iter().filter(|there| there.is_list).map(|there| there.folder.clone());
        let parts = parts::all_with(&self.folder).into_iter().filter(|part| *part != self.folder);
        KnownPeople::new(each_once(lists.chain(parts)), endpoint, gone, scratch)
    }

    /// What they know of contacts, and what is to be said of those that lack something. A journal of another account, or of a
    /// rehearsal, knows nobody. `gone` is of them all. `begins_anew`: what the import itself knew was to be forgotten, or is, and those
    /// of its failures are asked in the same way; where its list was begun anew instead, and not it, so is what it knew itself.
    /// `scratch` makes files for what does not fit into memory.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read.
    pub(super) fn elsewhere(
        &self,
        (account, gone): (&Account, &Gone),
        begins_anew: bool,
        scratch: impl Fn() -> io::Result<File>,
    ) -> Result<(Vec<Elsewhere>, Vec<Message>), Failure> {
        let (mut all, mut warnings) = (Vec::new(), Vec::new());
        let warning = |folder: &Path, damage: &Message| {
            message!("warn-elsewhere-damaged", folder = settings::shown(folder), damage)
        };
        for Lost { place, damage, is_replaced, not_before } in &self.lost {
            warnings.push(match is_replaced {
                true if *place == self.folder => message!("warn-elsewhere-was-here"),
                true => message!("warn-elsewhere-replaced", folder = settings::shown(place)),
                false => warning(place, damage),
            });
            all.push(Elsewhere::lost(damage.clone(), *not_before));
        }
        let asked = |fingerprints: &Fingerprints, about: &About| account.about(fingerprints) == *about;
        let was_deleted = |past: &Past| {
            let uuid = past.verdict.as_ref().and_then(|verdict| verdict.o.uuid());
            uuid.is_some_and(|uuid| gone.was_deleted(uuid))
        };
        for There { folder, is_list } in &self.there {
            let undone = undone(folder)?;
            if let Some(damage) = &undone.damage {
                warnings.push(warning(&folder.join(undo::UNDO_LOG), damage));
            }
            let deleted: BTreeSet<TicketNumber> = undone.deleted().collect();
            let is_gone = |past: &Past| deleted.contains(&past.ticket) || was_deleted(past);
            // The failures of a list say themselves who is in doubt.
            let of = |elsewhere: Elsewhere| match is_list {
                true => elsewhere.of_a_list(),
                false if begins_anew => elsewhere.of_failures_before_a_restart(),
                false => elsewhere,
            };
            let read = Elsewhere::read(&folder.join(JOURNAL), is_gone, asked, &scratch);
            if let Some(elsewhere) = read.map_err(unreadable(folder))? {
                warnings.extend(elsewhere.damage().map(|damage| warning(folder, damage)));
                all.push(of(elsewhere));
            }
            // Forgotten was what is in them by that import, and by no other.
            for path in set_aside_in(folder).map_err(unreadable(folder))? {
                let read =
                    Elsewhere::read(&path, was_deleted, asked, &scratch).map_err(unreadable(folder))?;
                all.extend(read.and_then(Elsewhere::of_before_a_restart).map(of));
            }
        }
        let own = set_aside_in(&self.folder).map_err(unreadable(&self.folder))?;
        for path in own.into_iter().filter(|path| was_with_its_list(path) && !begins_anew) {
            let read =
                Elsewhere::read(&path, was_deleted, asked, &scratch).map_err(unreadable(&self.folder))?;
            all.extend(read.and_then(Elsewhere::of_before_a_restart));
        }
        Ok((all, warnings))
    }
}

/// Each of these folders where it stands first.
fn each_once(folders: impl Iterator<Item = PathBuf>) -> Vec<PathBuf> {
    let mut met = BTreeSet::new();
    folders.filter(|folder| met.insert(folder.clone())).collect()
}

/// The imports whose failures another one imports.
#[derive(Default)]
struct Lists {
    there: Vec<PathBuf>,
    lost: Vec<Lost>,
}

impl Lists {
    /// Those of the import in `here`.
    fn remembered_by(here: &Path) -> Self {
        let remembered = Remembered::read(here);
        let Remembered { read, lists, .. } = &remembered;
        let Some(lists) = lists.as_ref().filter(|lists| !lists.is_empty()) else {
            let there = lists_of(here, read);
            let is_unknown = there.is_empty() && has_forgotten_its_lists(here, &remembered);
            let lost = is_unknown.then(|| Lost::gone(here.join(remembered::NAME)));
            return Self { there, lost: lost.into_iter().collect() };
        };
        let mut all = Self::default();
        for list in lists {
            let folder = list.now(here, is_import);
            match (is_import(&folder), list.is_another(&folder)) {
                (true, false) => all.there.push(folder),
                (true, true) => all.lost.push(Lost::replaced(folder)),
                (false, _) => all.lost.push(Lost::gone(folder)),
            }
        }
        let around = around(here).filter(|around| lists.iter().any(|list| !list.is_another(around)));
        match around {
            Some(around) if all.there.is_empty() => Self { there: vec![around], lost: Vec::new() },
            _ => all,
        }
    }
}

/// Whether something was imported in `here`, and nobody knows any more what: a run remembers that, and who collects a job of a
/// fleet does not, which reads no failures.
fn has_forgotten_its_lists(here: &Path, remembered: &Remembered) -> bool {
    // A run that was refused before it began has made a journal, and written nothing into it.
    let has_begun =
        here.join(JOURNAL).metadata().map_or_else(|_| is_import(here), |journal| journal.len() > 0);
    has_begun && !remembered.is_of_a_run() && !remembered.rehearsal && !handed_over::was_collected(here)
}

/// Whether a run began in `here` that wrote nothing into its journal.
fn has_begun_and_written_nothing(here: &Path) -> bool {
    here.join(JOURNAL).metadata().is_ok_and(|journal| journal.len() == 0)
        && Remembered::read(here).is_of_a_run()
}

/// The folders of the imports whose failures the one in `here` imports, which reads `read`; by where it lies, if not by its
/// files, which may have been elsewhere then.
fn lists_of(here: &Path, read: &[PathBuf]) -> Vec<PathBuf> {
    let by_files: Vec<PathBuf> = imports_of(read).into_iter().map(Path::to_owned).collect();
    if by_files.is_empty() { around(here).into_iter().collect() } else { by_files }
}

/// The folder of the import within which the one in `here` lies as what became of its failures.
fn around(here: &Path) -> Option<PathBuf> {
    here.parent().filter(|folder| given::places(folder).1 == here && is_import(folder)).map(Path::to_owned)
}

/// Something to tell about rows that were written to be corrected, if nobody can know by which import: who is corrected in its
/// list, too, will not be known there.
pub(super) fn of_nobody_known(folder: &Path, read: &[PathBuf], header: &[String]) -> Option<Message> {
    let are_written = width_of_the_list(header).is_some();
    let folder = from_the_root(folder);
    (are_written && is_of_nobody(&folder, read)).then(|| message!("warn-failures-of-nobody"))
}

/// Whether the import is not known of one of the files at least.
fn is_of_nobody(folder: &Path, read: &[PathBuf]) -> bool {
    lists_of(folder, read).is_empty() || read.len() > 1 && !read.iter().all(|file| import_of(file).is_some())
}
