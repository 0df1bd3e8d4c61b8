//! `cargo bench --bench memory`: the peak memory of an import of 20 000 and of 1 000 000 rows, against a sandbox in a
//! process of its own, without a rate limit. Another number of rows: `cargo bench --bench memory -- 20000 5000000`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on stops")]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_callbell-import");

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![20_000, 1_000_000] } else { asked };
    let folder = tempfile::tempdir().unwrap();
    println!("{:>10} {:>10} {:>10} {:>14} {:>12}", "rows", "seconds", "rows/s", "peak memory", "ratio");
    let mut first: Option<u64> = None;
    for rows in sizes {
        let file = folder.path().join(format!("{rows}.csv"));
        std::fs::write(&file, contacts(rows)).unwrap();
        let (seconds, peak) = import(folder.path(), &file, rows);
        let ratio = peak as f64 / *first.get_or_insert(peak) as f64;
        println!("{rows:>10} {seconds:>10.1} {:>10.0} {:>11} kB {ratio:>12.2}", rows as f64 / seconds, peak);
    }
}

/// A list with everything that an importer has to read.
fn contacts(rows: usize) -> String {
    let mut text = "identifier,name,tags,custom_fields.City,note\n".to_owned();
    for row in 0..rows {
        writeln!(text, "+3933{row:08},Person Number {row},\"VIP,Rome\",Rome,note {row}").unwrap();
    }
    text
}

/// Imports the file; the seconds and the kilobytes that it took.
fn import(folder: &Path, file: &Path, rows: usize) -> (f64, u64) {
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
    let base = line.trim().strip_prefix("base_url=").unwrap();
    let mut client = Command::new(PROGRAM)
        .args(["run", "--rate", "none", "--concurrency", "64", "--quiet", "--json", "--base-url", base])
        .arg("--out")
        .arg(folder.join(format!("{rows}.import")))
        .arg(file)
        .env("CALLBELL_API_KEY", "bench")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let peak = peak(&mut client);
    let summary: serde_json::Value = serde_json::from_reader(client.stdout.take().unwrap()).unwrap();
    sandbox.kill().unwrap();
    sandbox.wait().unwrap();
    assert_eq!(summary["created"], rows, "every row is created");
    (summary["elapsed_seconds"].as_f64().unwrap(), peak)
}

/// The most memory that the process has had by its end, in kilobytes, as Linux counts it.
fn peak(child: &mut Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(peak).max(peak);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    peak
}
