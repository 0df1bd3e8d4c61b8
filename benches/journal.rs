//! `cargo bench --bench journal`: what the journal costs. The same import with a journal that waits for the disk, with
//! one that does not, and with none, in turns, against a sandbox in a process of its own: without a rate limit, and at
//! 300 requests a second. Another number of rows or rounds: `cargo bench --bench journal -- 50000 9`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on stops")]

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Cursor};
use std::num::NonZeroU32;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use callbell_import::api::{ApiToken, BaseUrl, Client, Http, WireStyle};
use callbell_import::delivery::{Existing, Patience};
use callbell_import::input::{InputFile, InputFiles, InputOptions, Records};
use callbell_import::journal::{About, Disk, Journal, Length, ReadAt, Storage, Synced, boot};
use callbell_import::mapping::{Facts, Mapping};
use callbell_import::model::{Event, OnExisting, Status, Watch, Window};
use callbell_import::rate::{PerSecond, Rate};
use callbell_import::results::{FailuresFormat, OutputDir, OutputError};
use callbell_import::run::{Bounds, Import, Imported, Reading, Sending};
use callbell_import::survey::{Sightings, Survey};
use tokio::sync::watch;
use tokio::time::Instant;

const PROGRAM: &str = env!("CARGO_BIN_EXE_callbell-import");

/// No journal at all.
struct Nowhere;

impl Storage for Nowhere {
    fn read(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        Ok(Box::new(Cursor::new(Vec::new())))
    }

    fn append(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn truncate(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn reserve(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn sync(&mut self) -> Synced {
        Box::pin(std::future::ready(Ok(())))
    }

    fn noted_length(&mut self) -> Option<Length> {
        None
    }

    fn note_length(&mut self, _: &Length) {}

    fn reader(&self) -> io::Result<Box<dyn ReadAt>> {
        Ok(Box::new(std::fs::File::open("/dev/null")?))
    }
}

struct Nobody;

impl Watch for Nobody {
    fn see(&self, _: &Event) {}
}

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let rows = asked.first().copied().unwrap_or(30_000);
    let rounds = asked.get(1).copied().unwrap_or(7);
    println!("{:<32} {:>16} {:>16} {:>16}", "", "waits for disk", "does not wait", "none");
    compare("no rate limit", PerSecond::Unlimited, rows, rounds);
    compare("300 a second", PerSecond::AtMost(NonZeroU32::new(300).unwrap()), 1500, 3);
}

/// Imports in turns, and prints the medians.
fn compare(title: &str, rate: PerSecond, rows: usize, rounds: usize) {
    let mut walks = [const { Vec::new() }; 3];
    for _ in 0..rounds {
        for (kind, walks) in walks.iter_mut().enumerate() {
            walks.push(import(kind, rows, rate));
        }
    }
    let middle = |figure: fn(&Walked) -> f64| {
        walks.each_ref().map(|walks| {
            let mut figures: Vec<f64> = walks.iter().map(figure).collect();
            figures.sort_by(f64::total_cmp);
            figures[figures.len() / 2]
        })
    };
    let line = |title: &str, [one, two, three]: [f64; 3]| {
        println!("{title:<32} {one:>16.3} {two:>16.3} {three:>16.3}");
    };
    println!("{title}, median of {rounds} rounds of {rows} rows");
    let per_second = middle(|walked| walked.seconds).map(|seconds| rows as f64 / seconds);
    line("  rows/s", per_second);
    line("    of that without a journal", per_second.map(|figure| figure / per_second[2]));
    let cpu = middle(|walked| walked.cpu_seconds).map(|seconds| seconds / rows as f64 * 10_000.0);
    line("  processor seconds per 10k rows", cpu);
    line("    of that without a journal", cpu.map(|figure| figure / cpu[2]));
    println!("  bytes of journal a row           {:>15}", walks[0][0].journal / rows as u64);
}

/// What one import took.
struct Walked {
    seconds: f64,
    /// Of this process, reading and syncing included.
    cpu_seconds: f64,
    /// Size of its journal, in bytes.
    journal: u64,
}

/// Processor time of this process, in seconds; Linux counts it in hundredths.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
}

/// One import with the journal of this kind.
fn import(kind: usize, rows: usize, rate: PerSecond) -> Walked {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (sandbox, base) = sandbox(folder.path());
    let path = folder.path().join("journal.log");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let before = cpu();
    let took = runtime.block_on(async {
        match kind {
            0 => walk(Disk::open(&path, true).unwrap(), folder.path(), &base, rows, rate).await,
            1 => walk(Disk::open(&path, false).unwrap(), folder.path(), &base, rows, rate).await,
            _ => walk(Nowhere, folder.path(), &base, rows, rate).await,
        }
    });
    let cpu_seconds = cpu() - before;
    end(sandbox);
    let journal = std::fs::metadata(path).map_or(0, |file| file.len());
    Walked { seconds: took.as_secs_f64(), cpu_seconds, journal }
}

async fn walk<S: Storage>(storage: S, folder: &Path, base: &str, rows: usize, rate: PerSecond) -> Duration {
    let file = folder.join("in.csv");
    std::fs::write(&file, contacts(rows)).unwrap();
    let file = InputFile::open(&file, &InputOptions::default(), &tempfile::tempfile).unwrap();
    let input = Arc::new(InputFiles::new(vec![file]).unwrap());
    let records = Records::new(&input).unwrap();
    let header = records.header().names.clone();
    let mut facts = Facts::new(&header);
    records.for_each(|row| facts.note(&row.unwrap()));
    let form = Mapping::default().resolve(&header, &facts).unwrap().form;
    let sightings = Sightings::new(tempfile::tempfile);
    let (journal, replayed) = Journal::open(storage, boot(folder), [7; 32], |_| Ok(())).unwrap();
    let fingerprints = journal.fingerprints().clone();
    let survey =
        Survey::of(&input, &form, &fingerprints, sightings, |_, _| Ok::<(), OutputError>(())).unwrap();
    let token = ApiToken::parse("bench").unwrap();
    let client =
        Client::new(Http::new(BaseUrl::parse(base).unwrap(), &token, 64).unwrap(), WireStyle::default());
    let out = OutputDir::open(&folder.join("out")).unwrap();
    let (_wish, wished) = watch::channel(None);
    let import = Import {
        input,
        window: Window::default(),
        reading: Reading::OnThread,
        form,
        survey,
        journal,
        replayed: &replayed,
        about: About { endpoint: base.to_owned(), account: "bench".to_owned() },
        sending: Sending {
            client,
            rate: Arc::new(Rate::new(rate)),
            patience: Patience::default(),
            longest_outage: Duration::from_secs(60),
            server_time: None,
            existing: Existing::of(OnExisting::Create),
            seed: 1,
        },
        bounds: Bounds::default(),
        folder: &out,
        failures: FailuresFormat::new(header, b',', false),
        watch: Arc::new(Nobody),
        started_at: SystemTime::UNIX_EPOCH,
    };
    let began = Instant::now();
    let Imported { report, ended } = import.run(wished).await;
    let took = began.elapsed();
    assert_eq!(ended.unwrap(), 0, "no row is left");
    assert_eq!(report.tally.count(Status::Created), rows as u64, "every row is created");
    took
}

fn contacts(rows: usize) -> String {
    let mut text = "identifier,name,tags,custom_fields.City,note\n".to_owned();
    for row in 0..rows {
        writeln!(text, "+3933{row:08},Person Number {row},\"VIP,Rome\",Rome,note {row}").unwrap();
    }
    text
}

/// A sandbox in a process of its own, and its address.
fn sandbox(folder: &Path) -> (Child, String) {
    let settings = folder.join("fast.toml");
    std::fs::write(&settings, "token = \"bench\"\n[api]\nlimit_per_second = 0\n").unwrap();
    let mut sandbox = Command::new(PROGRAM)
        .args(["sandbox", "--config"])
        .arg(&settings)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(sandbox.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let base = line.trim().strip_prefix("base_url=").unwrap().to_owned();
    (sandbox, base)
}

fn end(mut sandbox: Child) {
    sandbox.kill().unwrap();
    sandbox.wait().unwrap();
}
