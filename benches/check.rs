//! `cargo bench --bench check`: `check --offline` of a generated file of a million rows, in turns with reading the same
//! file into a struct with the csv crate, and the ratio of their speeds. Another number of rows:
//! `cargo bench --bench check -- 200000`.

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

fn main() {
    let rows = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("contacts.csv");
    std::fs::write(&file, contacts(rows)).unwrap();
    let (mut check, mut csv) = (f64::MAX, f64::MAX);
    for _ in 0..TURNS {
        check = check.min(seconds(|| run_check(folder.path(), &file)));
        csv = csv.min(seconds(|| assert_eq!(read(&file), rows)));
    }
    let speed = |seconds: f64| rows as f64 / seconds;
    println!("{rows} rows, {} bytes", std::fs::metadata(&file).unwrap().len());
    println!("check --offline            {check:.3} s  {:>9.0} rows/s", speed(check));
    println!("csv crate into a struct    {csv:.3} s  {:>9.0} rows/s", speed(csv));
    println!("ratio                      {:.2}", speed(check) / speed(csv));
}

#[expect(clippy::disallowed_methods, reason = "outside the street, where there is no tokio")]
fn seconds(mut job: impl FnMut()) -> f64 {
    let start = Instant::now();
    job();
    start.elapsed().as_secs_f64()
}

fn run_check(folder: &Path, file: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_callbell-import"))
        .args(["check", "--offline", "--quiet", "--out"])
        .arg(folder.join("out"))
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

/// A list with everything that an importer has to read, and numbers of several countries.
fn contacts(rows: usize) -> String {
    let mut text = "identifier,name,tags,custom_fields.City,note\n".to_owned();
    for row in 0..rows {
        let number = match row % 4 {
            0 => format!("+39333{row:07}"),
            1 => format!("+336{row:08}"),
            2 => format!("+447400{:06}", row % 1_000_000),
            _ => format!("+34612{:06}", row % 1_000_000),
        };
        writeln!(text, "{number},Person Number {row},\"VIP,Rome\",Rome,note {row}").unwrap();
    }
    text
}
