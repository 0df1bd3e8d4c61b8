//! What the folder of an import remembers of the commands that made it, besides journal and results: what was read, in
//! which country its numbers were, by which command its failures are given back, and how a try ended that came to no
//! results.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::exit::Exit;
use super::failure::Failure;
use super::given_back::{import_of, imports_of, is_import};
use super::namesakes::Reading;
use super::prepare::Prepared;
use super::returning::Returning;
use super::same_account::Marks;
use super::whereabouts::{Whereabouts, from_the_root};
use super::{given, saved_path, settings};
use crate::input::Records;
use crate::journal::{Fingerprints, Lock, own_file_to_read};
use crate::ledger::JOURNAL;
use crate::mapping::{Country, Form, Manner, Mapping, Resolved};
use crate::model::{Field, Source, Stands, Window};
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
    /// The part of the files that the last run read, in flags, if it was not all of them.
    pub(super) window: Option<String>,
    /// The folder in which the last run was started.
    #[serde(with = "saved_path::one")]
    pub(super) started_in: PathBuf,
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

    /// The command that gives the failures back, as it is typed here.
    pub(super) fn give_back_from_here(&self) -> Option<String> {
        let command = self.give_back.as_ref()?;
        if here() == self.started_in {
            return Some(command.clone());
        }
        Some(format!("cd {} && {command}", given::argument(&self.started_in)))
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

    /// Whether first rows that did not pass are still to be tried; a rehearsal's say nothing of an account.
    pub(super) fn are_first_rows_due(&self) -> bool {
        self.first_rows_due && !self.rehearsal
    }

    /// Whether it remembers what was read: a run began in the folder that was no rehearsal.
    pub(super) fn is_of_a_run(&self) -> bool {
        self.give_back.is_some() && !self.rehearsal
    }

    /// Whether the same list was read.
    fn is_of(&self, read: &[PathBuf]) -> bool {
        !self.rehearsal && self.read == read
    }

    /// Refuses to read numbers as those of another country than in the runs before: nobody could tell that the people are
    /// the same, and they would be created once more. A list under another name may be the next night's. Another one
    /// that has no such numbers needs no country.
    pub(super) fn refuse_another_country(
        &self,
        read: &[PathBuf],
        now: Option<Country>,
    ) -> Result<(), Failure> {
        let now = now.map(|country| country.to_string());
        let Some(before) = self.country.as_deref().filter(|_| !self.rehearsal) else { return Ok(()) };
        let what = match now {
            Some(now) if now == before => return Ok(()),
            Some(now) => message!("other-country", before, now),
            None if self.is_of(read) => message!("no-country-any-more", before),
            None => return Ok(()),
        };
        Err(Failure::usage(what).hint(message!("other-country.fix", before)))
    }

    /// Refuses to take the same people for others, because another column of the same list says who they are, or because
    /// they are to have another source: they would be created once more. A column that gives the source because its values
    /// fit is one that they may fit tonight only.
    pub(super) fn refuse_other_people(&self, resolved: &Resolved) -> Result<(), Failure> {
        if self.rehearsal {
            return Ok(());
        }
        let form = &resolved.form;
        let now = form.identified_by();
        let is_there = |column: &String| form.header().contains(column);
        for known in std::iter::once(&self.identified_by).chain(&self.identified_before) {
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
    pub(super) fn refuse_lost_columns(
        &self,
        resolved: &Resolved,
        returning: Returning,
    ) -> Result<Reading, Failure> {
        let form = &resolved.form;
        if self.rehearsal || !returning.may_hide_anybody() || resolved.is_asked_for(Field::Identifier) {
            return Ok(Reading::AsBefore);
        }
        let (now, known) = (form.identified_by(), returning.known.to_string());
        let hint = || {
            let map = given::quoted(&format!("identifier={}", now.first().copied().unwrap_or_default()));
            message!("hint-column-gone", now = now.join(", "), map)
        };
        let mut reading = Reading::AsBefore;
        // What was before another one has been answered for when that one came.
        let goes_further = |before: &&Vec<String>| before.starts_with(&self.identified_by);
        let before = self.identified_before.iter().filter(goes_further);
        for before in std::iter::once(&self.identified_by).chain(before) {
            let mut gone = before.iter().filter(|column| !form.header().contains(column));
            let Some(gone) = gone.next() else { continue };
            if !is_of_the_same(before, &now) {
                let (before, now) = (before.join(", "), now.join(", "));
                let what = message!("other-people-gone", before, gone, now, known);
                return Err(Failure::usage(what).hint(hint()));
            }
            reading = Reading::FromFewerColumns;
        }
        let manner = form.manner().unwrap_or_default();
        let label = self.manners.last().and_then(|known| known.manner.label_lost_in(&manner));
        if let Some(gone) = label {
            return Err(Failure::usage(message!("other-labels-gone", gone, known)).hint(hint()));
        }
        Ok(reading)
    }

    /// Refuses a list of which a column leaves nobody out any more by which people were left out who said no, and in whose place
    /// no other is: they would be sent.
    pub(super) fn refuse_lost_refusals(&self, resolved: &Resolved) -> Result<(), Failure> {
        let now = resolved.form.says_no_in();
        let is_new = |column: &&str| !self.said_no.iter().any(|known| known == column);
        if self.rehearsal || resolved.includes_unsubscribed() || now.iter().any(is_new) {
            return Ok(());
        }
        match self.said_no.iter().find(|column| !now.contains(&column.as_str())) {
            Some(column) => {
                Err(Failure::usage(message!("lost-refusals", column)).hint(message!("lost-refusals.fix")))
            }
            None => Ok(()),
        }
    }

    /// Refuses to read the identifier of any row otherwise than the runs before, if that makes somebody else of it: with
    /// another country from another column, or another text around it. What they refused may be mended so; but where a column
    /// gave the country and does not any more, they may have read what cannot be read as they did.
    pub(super) fn refuse_other_numbers(
        &self,
        prepared: &Prepared,
        fingerprints: &Fingerprints,
    ) -> Result<(), Failure> {
        let form = &prepared.resolved.form;
        let Some(now) = form.manner().filter(|_| !self.rehearsal) else { return Ok(()) };
        let others = self.manners.iter().filter(|known| known.manner != now);
        let others: Vec<(&Manner, bool, Form)> = others
            .filter_map(|KnownManner { manner, made }| {
                let is_lost = *made && manner.loses_its_country_in(&now);
                Some((manner, is_lost, form.in_manner(manner)?))
            })
            .collect();
        if others.is_empty() {
            return Ok(());
        }
        for row in Records::new(&prepared.input)? {
            let row = row?;
            match prepared.window.place(row.number) {
                Stands::Before => continue,
                Stands::Inside => {}
                Stands::Behind => break,
            }
            let Ok((contact, _)) = form.fill(&row) else { continue };
            let key = fingerprints.key(&contact);
            let is_other = |(_, is_lost, before): &&(&Manner, bool, Form)| match before.fill(&row) {
                Ok((contact, _)) => fingerprints.key(&contact) != key,
                Err(_) => *is_lost,
            };
            if let Some((before, _, _)) = others.iter().find(is_other) {
                let (row, before, now) = (row.number.get().to_string(), before.shown(), now.shown());
                return Err(Failure::usage(message!("other-numbers", before = &before, now, row))
                    .hint(message!("other-numbers.fix", before)));
            }
        }
        Ok(())
    }

    /// Refuses to take off identifiers what a spreadsheet had added where a run of an earlier version may have sent it.
    pub(super) fn refuse_bare_identifiers(&self, values: &Values) -> Result<(), Failure> {
        if values.bared == 0 || self.rehearsal || self.is_bare() {
            return Ok(());
        }
        Err(Failure::usage(message!("bare-identifiers", rows = values.bared))
            .hint(message!("bare-identifiers.fix")))
    }

    /// Whether nothing that a spreadsheet adds was sent with an identifier.
    fn is_bare(&self) -> bool {
        self.bare || self.source.as_deref() == Some(Source::Whatsapp.as_str())
    }

    /// Refuses rows that name a WhatsApp channel after those that named none, and the other way round. For a folder that
    /// does not know which channel is the main one, and a run that looks for nobody: it would create who was sent in
    /// the main channel once more.
    pub(super) fn refuse_other_channels(&self, values: &Values) -> Result<(), Failure> {
        let what = if self.rehearsal {
            return Ok(());
        } else if self.named_no_channel && names_channels(values) {
            message!("channels-after-none")
        } else if self.named_channels && values.in_main_channel > 0 {
            message!("none-after-channels")
        } else {
            return Ok(());
        };
        Err(Failure::usage(what).hint(message!("channels-after-none.fix")))
    }

    /// What it remembers of a run that begins now; `goes_on`: its journal is that of the runs before.
    pub(super) fn begin(
        self,
        goes_on: bool,
        (read, folder): (Vec<PathBuf>, &Path),
        prepared: &Prepared,
        window: Window,
        give_back: String,
    ) -> Self {
        let (form, values) = (&prepared.resolved.form, &prepared.survey.values);
        let identified_by: Vec<String> = form.identified_by().into_iter().map(str::to_owned).collect();
        let country = prepared.country().map(|country| country.to_string());
        let bare = !goes_on || self.rehearsal || self.is_bare();
        // A night without such numbers says nothing of those before.
        let before = if goes_on && !self.rehearsal { self } else { Self::default() };
        let give_back = Some(give_back);
        let folder = from_the_root(folder);
        let mut lists = before.lists.unwrap_or_default();
        for list in imports_of(&read).into_iter().filter(|list| *list != folder) {
            // Of one that was there before it is known that it was.
            lists.retain(|known| known.now(&folder, is_import) != list || known.is_another(list));
            lists.push(Whereabouts::as_it_is(list, &folder));
        }
        let mut identified_before = before.identified_before;
        let says_no: Vec<String> = form.says_no_in().into_iter().map(str::to_owned).collect();
        // With one column less they have to be known still: another one may come in its place.
        let goes_further = identified_by.starts_with(&before.identified_by);
        if !goes_further {
            identified_before.push(before.identified_by);
        }
        identified_before.retain(|known| *known != identified_by);
        let manners = with_manner(before.manners, form.manner(), prepared.made_international());
        Self {
            lists: Some(lists),
            read,
            country: country.or(before.country),
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
            window: flags(window),
            started_in: here(),
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
        if self.is_of(read) || self.rehearsal || import_of(before).is_none() {
            return Ok(());
        }
        let (_, out) = given::places(source);
        let held = settings::shown(before);
        Err(Failure::usage(message!("folder-of-other-failures", folder = settings::shown(folder), held))
            .hint(message!("folder-of-other-failures.fix", out = settings::shown(&out))))
    }
}

/// Whether the same columns say who somebody is: one more for those who have nothing in the first makes nobody somebody else.
fn is_of_the_same(known: &[String], now: &[&str]) -> bool {
    known.iter().zip(now).all(|(known, now)| known == now)
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
