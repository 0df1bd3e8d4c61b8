//! What the folder of an import remembers of the commands that made it, besides journal and results: what was read, in
//! which country its numbers were, by which command its failures are given back, and how a try ended that came to no
//! results.

mod same_people;

pub(super) use same_people::Begun;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::exit::Exit;
use super::failure::Failure;
use super::given_back::{import_of, imports_of, is_import};
use super::prepare::Prepared;
use super::same_account::Marks;
use super::whereabouts::{Whereabouts, from_the_root};
use super::{given, saved_path, settings};
use crate::journal::{Lock, own_file_to_read};
use crate::ledger::JOURNAL;
use crate::mapping::{Country, Manner, Mapping, Resolved};
use crate::model::{Source, Window};
use crate::results::{OutputDir, OutputError};
use crate::survey::Values;
use crate::words::{Message, message};

/// Its name in the folder.
pub(super) const NAME: &str = "import.json";

/// What a folder remembers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Remembered {
    /// The files that the last run read, from the root; none if it read standard input.
    #[serde(with = "saved_path::list")]
    pub(super) read: Vec<PathBuf>,
    /// The imports whose failures the runs read; `None` if an earlier version did.
    pub(super) lists: Option<Vec<Whereabouts>>,
    /// The country of numbers without `+` or `00`, if it made any number international.
    pub(super) country: Option<String>,
    /// The countries that rows named for their numbers, in any run; `None` if earlier versions did.
    pub(super) countries: Option<BTreeSet<String>>,
    /// The columns that said who somebody is, in the order in which they were tried.
    pub(super) identified_by: Vec<String>,
    /// The same of earlier runs, where they were others.
    pub(super) identified_before: Vec<Vec<String>>,
    /// How identifiers were read in the runs; none if earlier versions did.
    pub(super) manners: Vec<KnownManner>,
    /// Whether no run was of a version that sent what a spreadsheet had added to identifiers that are no numbers.
    pub(super) bare: bool,
    /// The columns by which people were left out who said no.
    pub(super) said_no: Vec<String>,
    /// The source of all rows, if they had the same whatever their cells held.
    pub(super) source: Option<String>,
    /// The columns that said of which source somebody is.
    pub(super) sources_from: Vec<String>,
    /// Whether WhatsApp rows named a channel, in any run.
    pub(super) named_channels: bool,
    /// Whether WhatsApp rows named none, in any run.
    pub(super) named_no_channel: bool,
    /// The fields that columns gave because all their values fitted.
    pub(super) judged: Option<Vec<String>>,
    /// The command that gives the failures back, as it is typed in the folder below.
    pub(super) give_back: Option<String>,
    /// The command that goes on with the last run, as it is typed in the folder below.
    pub(super) run: Option<String>,
    /// The part of the files that the last run read, in flags, if it was not all of them.
    pub(super) window: Option<String>,
    /// The folder in which the last run was started.
    pub(super) started_in: Whereabouts,
    /// The first rows were to go alone, and did not pass: they were not as they should be, or the run ended before.
    pub(super) first_rows_due: bool,
    /// What the account showed of itself.
    pub(super) marks: Option<Marks>,
    /// It was a rehearsal.
    pub(super) rehearsal: bool,
    /// How the last try ended, if it came to no results.
    pub(super) last_try: Option<LastTry>,
}

/// Most manners that are remembered, the last ones.
const MOST_MANNERS: usize = 8;

/// How identifiers were read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct KnownManner {
    manner: Manner,
    /// Whether a country made any number international.
    made: bool,
}

/// A try that came to no results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct LastTry {
    /// When it ended.
    pub(super) at: String,
    /// The program's exit code.
    pub(super) exit_code: u8,
    /// What was wrong.
    pub(super) why: Message,
    /// What can be done about it.
    pub(super) hint: Option<Message>,
}

/// The part of a file as it is asked for.
fn flags(window: Window) -> Option<String> {
    let skip = (window.skip > 0).then(|| format!("--skip {}", window.skip));
    let limit = window.limit.map(|limit| format!("--limit {limit}"));
    let shard = (!window.shard.is_everything()).then(|| format!("--shard {}", window.shard));
    let flags: Vec<String> = [skip, limit, shard].into_iter().flatten().collect();
    (!flags.is_empty()).then(|| flags.join(" "))
}

impl Remembered {
    /// What `folder` remembers; nothing if it cannot be read.
    pub(super) fn read(folder: &Path) -> Self {
        json(&folder.join(NAME)).unwrap_or_default()
    }

    /// To be called by whoever holds the folder's lock.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(super) fn write(&self, folder: &OutputDir) -> Result<(), OutputError> {
        let path = folder.path().join(NAME);
        let text = serde_json::to_string(self)
            .map_err(|error| OutputError::Write { path, source: io::Error::other(error) })?;
        let mut file = folder.create(NAME)?;
        file.write(text.as_bytes())?;
        file.finish()
    }

    /// Remembers how a try ended that came to no results, unless that says more about another run than about this one.
    /// To be called by whoever holds the folder's lock.
    pub(super) fn note_failure(folder: &OutputDir, failure: &Failure) {
        if failure.exit() == Exit::Locked {
            return;
        }
        let at = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        let (why, hint) = failure.words();
        let exit_code = failure.exit().code();
        let last_try = Some(LastTry { at, exit_code, why: why.clone(), hint: hint.cloned() });
        // What is wrong is told here and now; that it cannot be kept, too, adds nothing.
        let _ = Self { last_try, ..Self::read(folder.path()) }.write(folder);
    }

    /// The same for a try that failed before it took the lock: where there is no import, or another run works on it,
    /// nothing is noted.
    pub(super) fn note_early_failure(path: &Path, failure: &Failure) {
        if path.join(JOURNAL).is_file()
            && let Ok(folder) = OutputDir::open(path)
            && let Ok(_lock) = Lock::take(path, SystemTime::now())
        {
            Self::note_failure(&folder, failure);
        }
    }

    /// The command that gives the failures of the import in `folder` back, as it is typed here.
    pub(super) fn give_back_from_here(&self, folder: &Path) -> Option<String> {
        self.typed_here(self.give_back.as_ref()?, folder)
    }

    /// The command that goes on with the last run of the import in `folder`, as it is typed here.
    pub(super) fn run_from_here(&self, folder: &Path) -> Option<String> {
        self.typed_here(self.run.as_ref()?, folder)
    }

    /// `None` if nobody knows where it would have to be typed.
    fn typed_here(&self, command: &str, folder: &Path) -> Option<String> {
        let there = self.started_in_now(folder)?;
        if here() == there {
            return Some(command.to_owned());
        }
        Some(format!("cd {} && {command}", given::argument(&there)))
    }

    /// Where the folder in which the last run was started is now, of the import in `folder`: it may have been moved with that.
    fn started_in_now(&self, folder: &Path) -> Option<PathBuf> {
        let folder = from_the_root(folder);
        let lists: Vec<&Path> =
            self.read.iter().filter_map(|list| list.strip_prefix(self.started_in.then()).ok()).collect();
        let has_lists = |there: &Path| there.is_dir() && lists.iter().all(|list| there.join(list).is_file());
        let now = self.started_in.now(&folder, has_lists);
        // The lists may have been taken away since.
        let now = if now.is_dir() { now } else { self.started_in.now(&folder, Path::is_dir) };
        now.is_dir().then_some(now)
    }

    /// Maps the failures of imports as their lists were mapped: a column that has something else than addresses in the list
    /// may have nothing else in these few rows.
    ///
    /// # Errors
    ///
    /// If they are of several lists, of which the columns gave other fields.
    pub(super) fn map_failures_as_their_list(mapping: &mut Mapping, read: &[PathBuf]) -> Result<(), Failure> {
        let mut known = read.iter().filter_map(|file| Some((file, Self::read(import_of(file)?).judged?)));
        let Some((file, judged)) = known.next() else { return Ok(()) };
        if let Some((other, _)) = known.find(|(_, other)| *other != judged) {
            let (file, other) = (settings::shown(file), settings::shown(other));
            return Err(Failure::usage(message!("failures-read-otherwise", file, other))
                .hint(message!("failures-read-otherwise.fix")));
        }
        mapping.judge_as(&judged);
        Ok(())
    }

    /// The countries of numbers in the runs before, if they are remembered: those that rows named, and the one of those that named
    /// none.
    pub(super) fn countries_of_numbers(&self) -> Option<Vec<Country>> {
        let countries = self.countries.as_ref()?.iter().chain(&self.country);
        Some(countries.filter_map(|country| Country::parse(country).ok()).collect())
    }

    /// Whether first rows that did not pass are still to be tried; a rehearsal's say nothing of an account.
    pub(super) fn are_first_rows_due(&self) -> bool {
        self.first_rows_due && !self.rehearsal
    }

    /// Whether it remembers what was read: a run began in the folder that was no rehearsal.
    pub(super) fn is_of_a_run(&self) -> bool {
        self.give_back.is_some() && !self.rehearsal
    }

    /// The same by the names that columns [have now](Resolved::called_now).
    fn spelled_as(mut self, now: &Resolved) -> Self {
        let identify = self.identified_by.iter_mut().chain(self.identified_before.iter_mut().flatten());
        let others = self.said_no.iter_mut().chain(&mut self.sources_from);
        let in_manners = self.manners.iter_mut().flat_map(|known| known.manner.columns_mut());
        for name in identify.chain(others).chain(in_manners) {
            if let Some(now) = now.called_now(name) {
                *name = now;
            }
        }
        self
    }

    /// Whether the same list was read.
    fn is_of(&self, read: &[PathBuf]) -> bool {
        !self.rehearsal && self.read == read
    }

    /// Whether nothing that a spreadsheet adds was sent with an identifier.
    fn is_bare(&self) -> bool {
        self.bare || self.source.as_deref() == Some(Source::Whatsapp.as_str())
    }

    /// What it remembers of a run that begins now; `goes_on`: its journal is that of the runs before.
    pub(super) fn begin(
        self,
        goes_on: bool,
        (read, folder): (Vec<PathBuf>, &Path),
        prepared: &Prepared,
        window: Window,
        (run, give_back): (Option<String>, String),
    ) -> Self {
        let (form, values) = (&prepared.resolved.form, &prepared.survey.values);
        let identified_by: Vec<String> = form.identified_by().into_iter().map(str::to_owned).collect();
        let country = prepared.country().map(|country| country.to_string());
        let bare = !goes_on || self.rehearsal || self.is_bare();
        // A night without such numbers says nothing of those before.
        let before = if goes_on && !self.rehearsal { self } else { Self::default() };
        let before = before.spelled_as(&prepared.resolved);
        let give_back = Some(give_back);
        let folder = from_the_root(folder);
        let mut lists = before.lists.unwrap_or_default();
        // Of a check nothing is known yet.
        for list in imports_of(&read).into_iter().filter(|list| *list != folder && is_import(list)) {
            // Of one that was there before it is known that it was.
            lists.retain(|known| known.now(&folder, is_import) != list || known.is_another(list));
            lists.push(Whereabouts::as_it_is(list, &folder));
        }
        let mut identified_before = before.identified_before;
        let says_no: Vec<String> = form.says_no_in().into_iter().map(str::to_owned).collect();
        // Columns in which nobody stands have not said who anybody is.
        let says_who = prepared.survey.rows > prepared.survey.invalid || before.identified_by.is_empty();
        let identified_by = if says_who { identified_by } else { before.identified_by.clone() };
        // With one column less they have to be known still: another one may come in its place.
        let goes_further = identified_by.starts_with(&before.identified_by);
        if !goes_further {
            identified_before.push(before.identified_by);
        }
        identified_before.retain(|known| *known != identified_by);
        let named = prepared.countries.iter().map(Country::to_string);
        let countries = before.countries.into_iter().flatten().chain(named).collect();
        let manner = form.manner().filter(|_| says_who);
        let manners = with_manner(before.manners, manner, prepared.made_international());
        Self {
            lists: Some(lists),
            read,
            country: country.or(before.country),
            countries: Some(countries),
            named_channels: before.named_channels || names_channels(values),
            named_no_channel: before.named_no_channel || values.in_main_channel > 0,
            identified_by,
            identified_before,
            manners,
            bare,
            // Who is imported all the same tonight may be left out the next night.
            said_no: if says_no.is_empty() { before.said_no } else { says_no },
            source: form.constant_source().map(str::to_owned),
            judged: Some(form.judged_fields().into_iter().map(str::to_owned).collect()),
            sources_from: form.sources_from().into_iter().map(str::to_owned).collect(),
            give_back,
            run,
            window: flags(window),
            started_in: Whereabouts::of(&here(), &folder, None),
            first_rows_due: false,
            marks: before.marks,
            rehearsal: false,
            last_try: None,
        }
    }

    /// Refuses the default folder for failures if it holds what became of another import's.
    pub(super) fn refuse_the_folder_of_others(&self, read: &[PathBuf], folder: &Path) -> Result<(), Failure> {
        let [file] = read else { return Ok(()) };
        let Some(source) = import_of(file) else { return Ok(()) };
        let [before] = &self.read[..] else { return Ok(()) };
        let is_of_the_same = import_of(before).is_none_or(|held| held == source);
        if self.is_of(read) || self.rehearsal || is_of_the_same {
            return Ok(());
        }
        let (_, out) = given::places(source);
        let held = settings::shown(before);
        Err(Failure::usage(message!("folder-of-other-failures", folder = settings::shown(folder), held))
            .hint(message!("folder-of-other-failures.fix", out = settings::shown(&out))))
    }
}

/// The manners with that of this run.
fn with_manner(mut manners: Vec<KnownManner>, now: Option<Manner>, made: bool) -> Vec<KnownManner> {
    let Some(manner) = now else { return manners };
    let before = manners.iter().position(|known| known.manner == manner).map(|at| manners.remove(at));
    manners.push(KnownManner { manner, made: made || before.is_some_and(|before| before.made) });
    manners.split_off(manners.len().saturating_sub(MOST_MANNERS))
}

/// Whether a WhatsApp row names a channel.
fn names_channels(values: &Values) -> bool {
    values.channels.keys().any(|(_, source)| *source == Source::Whatsapp)
}

/// The current folder.
pub(super) fn here() -> PathBuf {
    std::env::current_dir().unwrap_or_default()
}

/// The files that are read, from the root; none for standard input.
pub(super) fn read_from(files: &[PathBuf]) -> Vec<PathBuf> {
    let files = files.iter().filter(|file| !settings::is_stdin(file));
    files.map(|file| file.canonicalize().unwrap_or_else(|_| file.clone())).collect()
}

fn json<T: serde::de::DeserializeOwned>(path: &Path) -> Option<T> {
    let file = own_file_to_read(path).ok()?;
    serde_json::from_reader(io::BufReader::new(file)).ok()
}
