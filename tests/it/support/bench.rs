//! Runs the real program in a folder of its own, with an empty environment and a sandbox of its own.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use callbell_import::sandbox::{Sandbox, SandboxSettings};
use tempfile::TempDir;

/// The token of every bench; it must never show up anywhere. It has the colon that some clients split at.
pub(crate) const TOKEN: &str = "canary:Zx81.7f3aSECRETe90b";

/// Settings from TOML, with the bench's token.
pub(crate) fn sandbox_settings(toml: &str) -> SandboxSettings {
    let mut settings = SandboxSettings::from_toml(toml).unwrap();
    settings.token = TOKEN.to_owned();
    settings
}

/// A file of `samples/`.
pub(crate) fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

/// `messy.csv` for an account that shows no channels: its one row with a channel names none, as all others.
pub(crate) fn messy_without_channel() -> Vec<u8> {
    const TEAM: &[u8] = b"414a6d692bd645ed803f2e7ce360d4c8,";
    let mut bytes = std::fs::read(sample("messy.csv")).unwrap();
    let both = [TEAM, TEAM].concat();
    let at = bytes.windows(both.len()).position(|window| window == both).unwrap() + TEAM.len();
    bytes.drain(at..at + TEAM.len() - 1);
    bytes
}

/// A folder, a sandbox, and the program.
pub(crate) struct Bench {
    folder: TempDir,
    sandbox: Sandbox,
}

/// What a finished program left behind.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) folder: PathBuf,
}

/// One line of `results.csv`, by column.
pub(crate) type Line = BTreeMap<String, String>;

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with("")
    }

    /// With a sandbox that is set up so.
    pub(crate) fn with(toml: &str) -> Self {
        let sandbox = Sandbox::start(sandbox_settings(toml), 0).unwrap();
        Self { folder: tempfile::tempdir().unwrap(), sandbox }
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts a file into the folder.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The program, not started yet: no environment but the token's, in the bench's folder.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callbell-import"));
        command
            .env_clear()
            .env("CALLBELL_API_KEY", TOKEN)
            .env("XDG_STATE_HOME", self.folder.path().join("state"));
        command.current_dir(self.folder.path()).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs `run` on `file` against the bench's sandbox.
    #[must_use]
    pub(crate) fn run<A: AsRef<str>>(&self, file: impl AsRef<Path>, args: &[A]) -> Done {
        self.finish(self.run_command(file, args).spawn().unwrap().wait_with_output().unwrap())
    }

    /// `run` on `file`, not started yet. The output folder is `out`.
    pub(crate) fn run_command<A: AsRef<str>>(&self, file: impl AsRef<Path>, args: &[A]) -> Command {
        let mut command = self.command(["run"]);
        command.arg(file.as_ref()).args(["--base-url", &self.sandbox.base_url(), "--out", "out"]);
        command.args(args.iter().map(AsRef::as_ref));
        command
    }

    /// Runs the program with exactly these arguments.
    #[must_use]
    pub(crate) fn exact<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Done {
        self.finish(self.command(args).output().unwrap())
    }

    #[must_use]
    pub(crate) fn finish(&self, output: Output) -> Done {
        let done = Done {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            folder: self.folder.path().join("out"),
        };
        self.nothing_leaked(&done);
        done
    }

    /// In every test: the token is in no byte that was written.
    fn nothing_leaked(&self, done: &Done) {
        assert!(!done.stdout.contains("SECRET") && !done.stderr.contains("SECRET"), "the token leaked");
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.file_name() != Some(OsStr::new("token.txt")) {
                    // A run that goes on beside this one may give it its final name meanwhile.
                    let bytes = match std::fs::read(&path) {
                        Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                        read => read.unwrap(),
                    };
                    let found = bytes.windows(6).any(|window| window == b"SECRET");
                    assert!(!found, "the token leaked into {}", path.display());
                }
            }
        }
    }

    /// Identifiers in the sandbox, in the order in which they came.
    pub(crate) fn identifiers(&self) -> Vec<String> {
        self.sandbox.world().contacts().iter().map(|(_, contact)| contact.identifier.clone()).collect()
    }

    pub(crate) fn doubles(&self) -> usize {
        self.sandbox.world().contacts().doubles().len()
    }
}

impl Done {
    /// Fails with everything the program said.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// The lines of `results.csv`.
    pub(crate) fn results(&self) -> Vec<Line> {
        read_csv(&self.folder.join("results.csv"), b',')
    }

    /// The lines of `failures.csv`.
    pub(crate) fn failures(&self) -> Vec<Line> {
        read_csv(&self.folder.join("failures.csv"), b',')
    }

    /// `summary.json`.
    pub(crate) fn summary(&self) -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(self.folder.join("summary.json")).unwrap()).unwrap()
    }

    /// A number of the summary.
    #[track_caller]
    pub(crate) fn number(&self, key: &str) -> u64 {
        self.summary()[key].as_u64().unwrap_or_else(|| panic!("no {key}"))
    }

    /// One column of the results.
    pub(crate) fn column(&self, name: &str) -> Vec<String> {
        self.results().into_iter().map(|mut line| line.remove(name).unwrap()).collect()
    }

    /// The sum that must always hold, counted from the files themselves.
    #[track_caller]
    pub(crate) fn conserved(self) -> Self {
        self.conserved_with(b',')
    }

    /// [`Self::conserved`] for an input with this delimiter.
    #[track_caller]
    pub(crate) fn conserved_with(self, delimiter: u8) -> Self {
        let lines = self.column("status");
        let mut sum = self.number("not_attempted");
        for status in
            ["created", "existing", "updated", "duplicate", "invalid", "rejected", "failed", "unconfirmed"]
        {
            let count = self.number(status);
            assert_eq!(lines.iter().filter(|line| *line == status).count() as u64, count, "{status}");
            sum += count;
        }
        assert_eq!(sum, self.number("rows_read"));
        let failed = ["invalid", "rejected", "failed", "unconfirmed"]
            .map(|status| self.number(status))
            .iter()
            .sum::<u64>();
        assert_eq!(read_csv(&self.folder.join("failures.csv"), delimiter).len() as u64, failed);
        let rows: Vec<u64> = self.column("row").iter().map(|row| row.parse().unwrap()).collect();
        assert!(rows.is_sorted_by(|one, next| one < next), "results are in input order");
        self
    }
}

pub(crate) fn read_csv(path: &Path, delimiter: u8) -> Vec<Line> {
    let bytes = std::fs::read(path).unwrap();
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(text);
    let header = reader.byte_headers().unwrap().clone();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    reader
        .byte_records()
        .map(|record| header.iter().map(text).zip(record.unwrap().iter().map(text)).collect())
        .collect()
}

/// A CSV with so many Italian mobile numbers that exist in no other test.
pub(crate) fn canary_numbers(rows: usize) -> String {
    let mut text = "phone_number,name\n".to_owned();
    for row in 1..=rows {
        text.push_str(&format!("+39 333 {row:07},Person {row}\n"));
    }
    text
}
