//! What is to be done, as it stands in the job's folder.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory as _, FromArgMatches as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::bug;
use crate::cli::args::{self, Args, RunArgs};
use crate::cli::config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::given::{Given, flags_of};
use crate::cli::handed_over::{self, PARTS, WORK};
use crate::cli::preflight::Preflight;
use crate::cli::same_account::Marks;
use crate::cli::settings;
use crate::fleet::{Alias, JobId, KEY};
use crate::input::{InputFile, InputFiles};
use crate::journal::About;
use crate::model::Window;
use crate::words::{Message, discreet, message};

const VERSION: u32 = 1;
/// What the account of a job showed of itself, in the job's folder.
const MARKS: &str = "account-marks.json";

/// A job as a planner wrote it down. The first to do so has said what the job is.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Order {
    version: u32,
    /// Version of the program that planned it; people look at it when something reads otherwise.
    planned_by: String,
    pub(super) account: Alias,
    /// The input as it was named.
    pub(super) shown_input: String,
    /// The files' names in the folder `input`.
    pub(super) files: Vec<String>,
    /// BLAKE3 of the input, hexadecimal.
    pub(super) input: String,
    /// Flags of `run` that say how it is done; none of them says whose account it is, or where anything is.
    pub(super) flags: Vec<String>,
    /// What stood in the mapping file.
    pub(super) mapping: Option<String>,
    /// What stood in the profile.
    pub(super) profile: Option<String>,
    /// Rows passed over at the beginning of the file.
    pub(super) skip: u64,
    /// Rows of the job.
    pub(super) rows: u64,
    pub(super) chunk_rows: u64,
    /// Salt of the fingerprints, and key of the logs. Neither enters the engine.
    salt: String,
    key: String,
}

discreet!(Order { version });

/// About an account: a name, and what is known.
pub(super) type Learnt = Vec<(Message, Message)>;

/// Folders and files of a job.
#[derive(Debug, Clone)]
pub(super) struct JobFolder(pub(super) PathBuf);

impl JobFolder {
    pub(super) fn of(shared: &Path, job: &JobId) -> Self {
        Self(shared.join(job.as_str()))
    }

    pub(super) fn input(&self) -> PathBuf {
        self.0.join("input")
    }

    pub(super) fn work(&self) -> PathBuf {
        self.0.join(WORK)
    }

    pub(super) fn parts(&self) -> PathBuf {
        self.0.join(PARTS)
    }

    /// The last round of which something is here; 0, if nothing is. It is asked for before the engine is: of an engine that
    /// was not put back the folder has no later round.
    pub(super) fn last_round(&self) -> Result<u32, Failure> {
        handed_over::last_round(&self.0)
    }

    /// Whether a job was ever planned here, and not cleared away since.
    pub(super) fn is_there(&self) -> bool {
        self.0.join("job.json").exists()
    }

    /// Whether a worker ever had a chunk of it.
    pub(super) fn has_begun(&self) -> bool {
        std::fs::read_dir(self.0.join("logs")).is_ok_and(|mut logs| logs.next().is_some())
    }

    /// Refuses a job that a run or an undo went on with.
    pub(super) fn refuse_gone_on(&self) -> Result<(), Failure> {
        handed_over::gone_on_with(&self.0)?.map_or(Ok(()), |there| Err(handed_over::refusal(&self.0, &there)))
    }

    pub(super) fn length_of_log(&self, chunk: u32) -> PathBuf {
        self.0.join("logs").join(format!("{chunk}.length"))
    }

    /// Writes a file, unless somebody has: the first one counts.
    pub(super) fn keep_first(&self, name: &str, content: &impl Serialize) -> Result<(), Failure> {
        let path = self.0.join(name);
        let failed = failed(&path);
        // Linked under its name when it is whole: the first link wins.
        let file = self.whole(&path, content)?;
        match std::fs::hard_link(file.path(), &path) {
            Ok(()) => self.sync().map_err(&failed),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Writes a file in the place of one that may be there.
    pub(super) fn replace(&self, name: &str, content: &impl Serialize) -> Result<(), Failure> {
        let path = self.0.join(name);
        let failed = failed(&path);
        self.whole(&path, content)?.persist(&path).map_err(|error| failed(error.error))?;
        self.sync().map_err(&failed)
    }

    /// What is to be at `path`, on disk under another name, with mode 0600.
    fn whole(&self, path: &Path, content: &impl Serialize) -> Result<NamedTempFile, Failure> {
        let failed = failed(path);
        let mut file = NamedTempFile::new_in(&self.0).map_err(&failed)?;
        let json = serde_json::to_string_pretty(content).map_err(|error| failed(error.into()))?;
        file.write_all(json.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(&failed)?;
        Ok(file)
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }

    /// What stands in a file, if it is there.
    pub(super) fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Failure> {
        let path = self.0.join(name);
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text.map_err(|why| {
                let what = message!("cannot-read", path = settings::shown(&path), why = &why);
                Failure::new(Exit::Output, what)
            })?,
        };
        serde_json::from_str(&text).map(Some).map_err(|error| foreign(&path, &error.to_string()))
    }

    /// What the first worker learnt about the account, before any row was sent.
    pub(super) fn learnt(&self, now: &Learnt) -> Result<Learnt, Failure> {
        self.first("learnt.json", now)
    }

    /// Every worker's token has to open the account that the first one opened.
    pub(super) fn agree_on_account(&self, now: &About) -> Result<(), Failure> {
        let first: (String, String) = self.first("account.json", &(&now.endpoint, &now.account))?;
        if first == (now.endpoint.clone(), now.account.clone()) { Ok(()) } else { Err(other_account()) }
    }

    /// The same where one user has several accounts. Returns what is known of the account.
    pub(super) async fn agree_on_marks(
        &self,
        now: Marks,
        preflight: &mut Preflight<'_>,
    ) -> Result<Marks, Failure> {
        let before = self.marks()?;
        let known = before.clone().unwrap_or_default();
        if known.is_another(&now, preflight, self.imports()?).await? {
            return Err(other_account());
        }
        let now = known.then(now);
        if before.as_ref() != Some(&now) {
            self.replace(MARKS, &now)?;
        }
        Ok(now)
    }

    /// What the account showed of itself.
    pub(super) fn marks(&self) -> Result<Option<Marks>, Failure> {
        self.read(MARKS)
    }

    /// Turns and parts of the job: each is the folder of an import.
    fn imports(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut imports = Vec::new();
        for folder in [self.parts(), self.work()] {
            for entry in std::fs::read_dir(&folder).map_err(failed(&folder))? {
                imports.push(entry.map_err(failed(&folder))?.path());
            }
        }
        Ok(imports)
    }

    /// What the first one wrote, which is `now` if nobody has.
    pub(super) fn first<T: DeserializeOwned>(&self, name: &str, now: &impl Serialize) -> Result<T, Failure> {
        self.keep_first(name, now)?;
        self.read(name)?.ok_or_else(|| bug(name))
    }

    /// Makes the folders, readable by this user alone.
    pub(super) fn make(&self) -> Result<(), Failure> {
        for folder in [self.input(), self.work(), self.parts(), self.0.join("logs")] {
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&folder)
                .map_err(failed(&folder))?;
        }
        Ok(())
    }
}

/// The token opens another account than that of the job.
fn other_account() -> Failure {
    Failure::usage(message!("fleet-other-account")).hint(message!("fleet-other-account.fix"))
}

/// A file that is none of this program, or of another version of it.
pub(super) fn foreign(path: &Path, why: &str) -> Failure {
    Failure::usage(message!("fleet-foreign", path = settings::shown(path), why))
        .hint(message!("fleet-same-folder"))
}

pub(super) fn failed(path: &Path) -> impl Fn(io::Error) -> Failure {
    move |why| {
        Failure::new(Exit::Output, message!("fleet-cannot-write", path = settings::shown(path), why = &why))
    }
}

impl Order {
    #[expect(clippy::too_many_arguments, reason = "each is a different thing")]
    pub(super) fn new(
        account: Alias,
        shown_input: String,
        files: Vec<String>,
        input: &[u8; 32],
        flags: Vec<String>,
        (mapping, profile): (Option<String>, Option<String>),
        (skip, rows, chunk_rows): (u64, u64, u64),
        (salt, key): (&[u8; KEY], &[u8; KEY]),
    ) -> Self {
        Self {
            version: VERSION,
            planned_by: env!("CARGO_PKG_VERSION").to_owned(),
            account,
            shown_input,
            files,
            input: hex(input),
            flags,
            mapping,
            profile,
            skip,
            rows,
            chunk_rows,
            salt: hex(salt),
            key: hex(key),
        }
    }

    /// Writes it, unless another planner has: then that one's counts. Returns the one that counts.
    pub(super) fn settle(self, folder: &JobFolder) -> Result<Self, Failure> {
        folder.keep_first("job.json", &self)?;
        Self::read(folder)
    }

    /// Reads what a planner wrote.
    pub(super) fn read(folder: &JobFolder) -> Result<Self, Failure> {
        let path = folder.0.join("job.json");
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Failure::new(Exit::Output, message!("cannot-read", path = settings::shown(&path), why = &error))
                .hint(message!("fleet-same-folder"))
        })?;
        let order: Self = serde_json::from_str(&text).map_err(|error| foreign(&path, &error.to_string()))?;
        if order.version != VERSION {
            return Err(foreign(&path, &format!("version {}", order.version)));
        }
        Ok(order)
    }

    pub(super) fn salt(&self) -> Result<[u8; KEY], Failure> {
        unhex(&self.salt).ok_or_else(|| bug("salt"))
    }

    pub(super) fn key(&self) -> Result<[u8; KEY], Failure> {
        unhex(&self.key).ok_or_else(|| bug("key"))
    }

    /// How many chunks there are. A list without rows has one: somebody has to say that it has none.
    pub(super) fn chunks(&self) -> u32 {
        u32::try_from(self.rows.div_ceil(self.chunk_rows)).unwrap_or(u32::MAX).max(1)
    }

    /// Rows of a chunk.
    pub(super) fn rows_of(&self, chunk: u32) -> Window {
        let before = u64::from(chunk) * self.chunk_rows;
        let limit = self.chunk_rows.min(self.rows.saturating_sub(before));
        Window { skip: self.skip + before, limit: Some(limit), ..Window::default() }
    }

    /// What `run` would have been told; `limits` are flags that are not the job's for good.
    pub(super) fn run_args(&self, folder: &JobFolder, limits: &[String]) -> Result<RunArgs, Failure> {
        let mut arguments: Vec<OsString> = ["callbell-import", "run"].map(Into::into).into();
        arguments.extend(self.flags.iter().chain(limits).map(Into::into));
        arguments.push("--".into());
        arguments.extend(self.files.iter().map(|name| folder.input().join(name).into()));
        for (flag, name, content) in
            [("--mapping", "mapping.toml", &self.mapping), ("--profile", "profile.toml", &self.profile)]
        {
            let Some(content) = content else { continue };
            let path = folder.0.join(name);
            if std::fs::read_to_string(&path).ok().as_ref() != Some(content) {
                std::fs::write(&path, content).map_err(failed(&path))?;
            }
            arguments.splice(2..2, [flag.into(), path.into()]);
        }
        let path = folder.0.join("job.json");
        let wrong = |error: clap::Error| foreign(&path, &error.to_string());
        let command = config::without_environment(Args::command(), "run");
        let matches = command.try_get_matches_from(arguments).map_err(wrong)?;
        match Args::from_arg_matches(&matches).map_err(wrong)?.command {
            args::Command::Run(mut run) => {
                run.given = matches.subcommand_matches("run").map(Given::of_job).unwrap_or_default();
                Ok(*run)
            }
            _ => Err(foreign(&path, "run")),
        }
    }

    /// Opens the input, and refuses another than the one that was planned.
    pub(super) fn open_input(
        &self,
        args: &RunArgs,
        scratch: &(impl Fn() -> io::Result<File> + Clone),
    ) -> Result<Arc<InputFiles>, Failure> {
        let options = settings::input_for(&args.input, &settings::mapping(&args.mapping)?);
        let mut files = Vec::new();
        for path in args.input.files() {
            files.push(InputFile::open(path, &options, scratch)?);
        }
        let input = InputFiles::new(files)?;
        if hex(&input.fingerprint()) != self.input {
            return Err(Failure::new(Exit::Input, message!("fleet-input-changed")));
        }
        Ok(Arc::new(input))
    }
}

/// Flags of the groups that a job has, as they would be typed: those for which `counts` says so.
pub(super) fn flags(
    command: &Command,
    matches: &ArgMatches,
    counts: impl Fn(&str, ValueSource) -> bool,
) -> Vec<String> {
    let exact = |(flag, value): (String, Option<&OsStr>)| match value {
        Some(value) => format!("{flag}={}", value.to_string_lossy()),
        None => flag,
    };
    let mut flags = Vec::new();
    for arg in command.get_arguments() {
        let (id, given) = (arg.get_id().as_str(), flags_of(arg, matches));
        if !given.is_empty() && matches.value_source(id).is_some_and(|source| counts(id, source)) {
            flags.extend(given.into_iter().map(exact));
        }
    }
    flags
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; KEY]> {
    let mut bytes = [0; KEY];
    if text.len() != 2 * KEY || !text.is_ascii() {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}
