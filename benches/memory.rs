//! `cargo bench --bench memory`: what grows with the rows, and what must not. Imports 20 000 and 1 000 000 rows against a
//! sandbox in a process of its own, without a rate limit, and prints the peak memory of both, the speed in the first and
//! the last tenth, and the bytes that are kept for each row; and the peak memory of an import of ten failures of that list,
//! and of `status` on it. Then the larger list once more, of which nine tenths have
//! been imported before: how long it takes until the first of the others is settled. Other numbers of rows:
//! `cargo bench --bench memory -- 20000 5000000`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on stops")]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

use support::{Server, cost, import};

fn main() {
    let asked = support::numbers();
    let sizes = if asked.is_empty() { vec![20_000, 1_000_000] } else { asked };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    println!(
        "{:>10} {:>9} {:>9} {:>12} {:>12} {:>13} {:>7} {:>11} {:>11} {:>12} {:>12}",
        "rows",
        "seconds",
        "rows/s",
        "first tenth",
        "last tenth",
        "peak memory",
        "ratio",
        "journal/row",
        "sent/row",
        "failures",
        "status"
    );
    let mut first: Option<u64> = None;
    for &rows in &sizes {
        let list = folder.path().join(format!("{rows}.csv"));
        std::fs::write(&list, support::contacts(rows)).unwrap();
        let server = Server::sandbox(folder.path());
        let out = folder.path().join(format!("{rows}.import"));
        let cost = cost(import(&list, &out, &server.base));
        let summary: serde_json::Value = serde_json::from_slice(&cost.stdout).unwrap();
        assert_eq!(summary["created"], rows, "every row is created");
        let seconds = summary["elapsed_seconds"].as_f64().unwrap();
        let times = finished(&out);
        let speed = |times: &[SystemTime]| {
            let took = times.iter().max().unwrap().duration_since(*times.iter().min().unwrap()).unwrap();
            times.len() as f64 / took.max(Duration::from_millis(1)).as_secs_f64()
        };
        let tenth = rows.div_ceil(10);
        let a_row = |name: &str| std::fs::metadata(out.join(name)).unwrap().len() / rows as u64;
        println!(
            "{rows:>10} {seconds:>9.1} {:>9.0} {:>12.0} {:>12.0} {:>10} kB {:>7.2} {:>11} {:>11} {:>9} kB {:>9} kB",
            rows as f64 / seconds,
            speed(&times[..tenth]),
            speed(&times[rows - tenth..]),
            cost.peak,
            cost.peak as f64 / *first.get_or_insert(cost.peak) as f64,
            a_row("journal.log"),
            a_row("sent.log"),
            failures(&out, &server.base),
            status(&out),
        );
    }
    if let Some(&rows) = sizes.last() {
        resume(folder.path(), rows);
    }
}

/// Peak memory of an import of ten failures of the import in `out`, in kilobytes.
fn failures(out: &Path, base: &str) -> u64 {
    let file = out.join("failures.csv");
    let ten = support::contacts(10).replace("+3933", "+3934");
    std::fs::write(&file, ten).unwrap();
    cost(import(&file, &out.join("failures.import"), base)).peak
}

/// That of a look at the import in `out`.
fn status(out: &Path) -> u64 {
    let mut status = Command::new(support::PROGRAM);
    status.arg("status").arg(out);
    cost(status).peak
}

/// Imports nine tenths, and then all of it.
fn resume(folder: &Path, rows: usize) {
    let list = folder.join(format!("{rows}.csv"));
    let out = folder.join("resumed.import");
    let server = Server::sandbox(folder);
    let done = rows / 10 * 9;
    let mut nine_tenths = import(&list, &out, &server.base);
    nine_tenths.args(["--limit", &done.to_string()]);
    cost(nine_tenths);
    let began = SystemTime::now();
    cost(import(&list, &out, &server.base));
    let first = finished(&out)[done..].iter().min().unwrap().duration_since(began).unwrap();
    println!(
        "\n{done} of {rows} rows done before: the first of the others is settled after {:.1} s",
        first.as_secs_f64()
    );
}

/// When each row was settled.
fn finished(out: &Path) -> Vec<SystemTime> {
    let mut results = csv::Reader::from_path(out.join("results.csv")).unwrap();
    let time = |line: csv::Result<csv::StringRecord>| humantime::parse_rfc3339(&line.unwrap()[12]).unwrap();
    results.records().map(time).collect()
}
