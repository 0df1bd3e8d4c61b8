//! `cargo bench --bench check`: `check --offline` of a generated file of a million rows, in turns with reading the same
//! file into a struct with the csv crate, and the ratio of their speeds. Another number of rows:
//! `cargo bench --bench check -- 200000`. Numbers without country code, which are read with `--default-country IT`:
//! `cargo bench --bench check -- national`.
//!
//! Beside the time that passed stands the time that the processors worked, which other programs on the machine change less.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on stops")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Measurements of each; the fastest counts, since everything else on the machine only slows down.
const TURNS: usize = 7;

/// The same cells, as a program would read them that trusts them.
#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "it is read, and that is all")]
struct Contact {
    identifier: String,
    name: String,
    tags: String,
    #[serde(rename = "custom_fields.City")]
    city: String,
    note: String,
}

/// The fastest turn: seconds that passed, and seconds of all processors.
struct Fastest(f64, f64);

impl Fastest {
    #[expect(clippy::disallowed_methods, reason = "outside the street, where there is no tokio")]
    fn turn(&mut self, mut job: impl FnMut()) {
        let (start, work) = (Instant::now(), worked());
        job();
        self.0 = self.0.min(start.elapsed().as_secs_f64());
        self.1 = self.1.min(worked() - work);
    }

    fn show(&self, what: &str, rows: usize) {
        let Self(seconds, work) = self;
        let speed = rows as f64 / seconds;
        println!("{what:<25}  {seconds:.3} s  {speed:>9.0} rows/s  {work:.2} s of processors");
    }
}

fn main() {
    let rows = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(1_000_000);
    let national = std::env::args().any(|arg| arg == "national");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("contacts.csv");
    std::fs::write(&file, contacts(rows, national)).unwrap();
    let (mut check, mut csv) = (Fastest(f64::MAX, f64::MAX), Fastest(f64::MAX, f64::MAX));
    for _ in 0..TURNS {
        check.turn(|| run_check(folder.path(), &file, national));
        csv.turn(|| assert_eq!(read(&file), rows));
    }
    println!("{rows} rows, {} bytes", std::fs::metadata(&file).unwrap().len());
    check.show("check --offline", rows);
    csv.show("csv crate into a struct", rows);
    println!("ratio                      {:.2}", csv.0 / check.0);
}

/// Seconds that the processors have worked for this process and those it has waited for: fields 14 to 17 of
/// `/proc/self/stat`, in hundredths.
fn worked() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, after_name) = stat.rsplit_once(')').unwrap();
    let fields = after_name.split_whitespace().skip(11).take(4);
    fields.map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
}

fn run_check(folder: &Path, file: &Path, national: bool) {
    let status = Command::new(env!("CARGO_BIN_EXE_callbell-import"))
        .args(["check", "--offline", "--quiet", "--out"])
        .arg(folder.join("out"))
        .args(if national { &["--default-country", "IT"][..] } else { &[] })
        .arg(file)
        .stdin(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

fn read(file: &Path) -> usize {
    let mut rows = 0;
    for contact in csv::Reader::from_path(file).unwrap().deserialize::<Contact>() {
        std::hint::black_box(contact.unwrap());
        rows += 1;
    }
    rows
}

/// A list with everything that an importer has to read, and numbers of several countries, or Italian ones as they are
/// dialled there.
fn contacts(rows: usize, national: bool) -> String {
    let mut text = "identifier,name,tags,custom_fields.City,note\n".to_owned();
    for row in 0..rows {
        let number = match row % 4 {
            _ if national => format!("3{}{:07}", 20 + row % 50, row % 10_000_000),
            0 => format!("+39333{row:07}"),
            1 => format!("+336{row:08}"),
            2 => format!("+447400{:06}", row % 1_000_000),
            _ => format!("+34612{:06}", row % 1_000_000),
        };
        writeln!(text, "{number},Person Number {row},\"VIP,Rome\",Rome,note {row}").unwrap();
    }
    text
}
