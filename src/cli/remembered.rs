//! What the folder of an import remembers of the commands that made it, besides journal and results: what was read and how,
//! by which commands one goes on, and how a try ended that came to no results.

mod commands;
mod read_as;
mod same_people;

use self::commands::Commands;
use self::read_as::ReadAs;
pub(super) use same_people::Begun;

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
use crate::mapping::{Country, Mapping};
use crate::model::Window;
use crate::results::{OutputDir, OutputError};
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
    /// How the runs read people.
    #[serde(flatten)]
    pub(super) read_as: ReadAs,
    /// The commands of the last run.
    #[serde(flatten)]
    pub(super) commands: Commands,
    /// The first rows were to go alone, and did not pass: they were not as they should be, or the run ended before.
    pub(super) first_rows_due: bool,
    /// What the account showed of itself.
    pub(super) marks: Option<Marks>,
    /// It was a rehearsal.
    pub(super) rehearsal: bool,
    /// How the last try ended, if it came to no results.
    pub(super) last_try: Option<LastTry>,
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

    /// Maps the failures of imports as their lists were mapped: a column that has something else than addresses in the list
    /// may have nothing else in these few rows.
    ///
    /// # Errors
    ///
    /// If they are of several lists, of which the columns gave other fields.
    pub(super) fn map_failures_as_their_list(mapping: &mut Mapping, read: &[PathBuf]) -> Result<(), Failure> {
        let mut known =
            read.iter().filter_map(|file| Some((file, Self::read(import_of(file)?).read_as.judged?)));
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
        self.commands.give_back.is_some() && !self.rehearsal
    }

    /// Whether the same list was read.
    fn is_of(&self, read: &[PathBuf]) -> bool {
        !self.rehearsal && self.read == read
    }

    /// The countries of numbers in the runs before, if they are remembered: those that rows named, and the one of those that named
    /// none.
    pub(super) fn countries_of_numbers(&self) -> Option<Vec<Country>> {
        self.read_as.countries_of_numbers()
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
        let folder = from_the_root(folder);
        // A night without such numbers says nothing of those before.
        let before = if goes_on && !self.rehearsal {
            self
        } else {
            Self { read_as: ReadAs::nobody(), ..Self::default() }
        };
        let mut lists = before.lists.unwrap_or_default();
        // Of a check nothing is known yet.
        for list in imports_of(&read).into_iter().filter(|list| *list != folder && is_import(list)) {
            // Of one that was there before it is known that it was.
            lists.retain(|known| known.now(&folder, is_import) != list || known.is_another(list));
            lists.push(Whereabouts::as_it_is(list, &folder));
        }
        Self {
            lists: Some(lists),
            read,
            read_as: before.read_as.and_of(prepared),
            commands: Commands::of_a_run(give_back, run, window, &folder),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_earlier_builds_wrote_is_read_in_all_its_parts() {
        let text = r#"{"read":["/a/in.csv"],"lists":[],"country":"IT","identified_by":["phone"],"bare":true,"judged":["tags"],
            "give_back":"callbell-import run failures.csv","run":"callbell-import run in.csv","window":"--skip 2",
            "started_in":"/a","first_rows_due":true,"rehearsal":false}"#;
        let read: Remembered = serde_json::from_str(text).unwrap();
        assert_eq!(read.read, [PathBuf::from("/a/in.csv")]);
        assert_eq!(read.countries_of_numbers(), None, "which rows named was not remembered");
        assert_eq!(read.read_as.country.as_deref(), Some("IT"));
        assert_eq!(
            (&read.read_as.identified_by[..], read.read_as.is_bare()),
            (&["phone".to_owned()][..], true)
        );
        assert_eq!(read.read_as.judged.as_deref(), Some(&["tags".to_owned()][..]));
        assert_eq!(read.commands.window.as_deref(), Some("--skip 2"));
        assert_eq!(read.commands.started_in.then(), Path::new("/a"));
        assert!(read.is_of_a_run() && read.are_first_rows_due());
        assert_eq!(serde_json::from_str::<Remembered>(&serde_json::to_string(&read).unwrap()).unwrap(), read);
    }
}
