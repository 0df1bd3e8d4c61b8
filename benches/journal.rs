//! `cargo bench --bench journal`: what the journal costs. The same import with a journal that waits for the disk, with
//! one that does not, and with none, in turns, against a sandbox in a process of its own: without a rate limit, and at
//! 300 requests a second. Another number of rows or rounds: `cargo bench --bench journal -- 50000 9`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on stops")]

use std::num::NonZeroU32;

use callbell_import::api::{ApiToken, BaseUrl, ExtraRoots, Http, HttpVersion};
use callbell_import::journal::Disk;
use callbell_import::rate::PerSecond;

#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

use support::street::{LIST, Nowhere, walk};
use support::{Server, TOKEN, cpu, median};

fn main() {
    let asked = support::numbers();
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
    let middle = |figure: fn(&Walked) -> f64| walks.each_ref().map(|walks| median(walks.iter().map(figure)));
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

/// One import with the journal of this kind.
fn import(kind: usize, rows: usize, rate: PerSecond) -> Walked {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let server = Server::sandbox(folder.path());
    let path = folder.path().join("journal.log");
    std::fs::write(folder.path().join(LIST), support::contacts(rows)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let before = cpu();
    let http = Http::new(
        BaseUrl::parse(&server.base).unwrap(),
        &ApiToken::parse(TOKEN).unwrap(),
        64,
        HttpVersion::One,
        &ExtraRoots::default(),
    )
    .unwrap();
    let took = runtime.block_on(async {
        match kind {
            0 => walk(http, Disk::open(&path, true).unwrap(), folder.path(), rows, rate).await,
            1 => walk(http, Disk::open(&path, false).unwrap(), folder.path(), rows, rate).await,
            _ => walk(http, Nowhere, folder.path(), rows, rate).await,
        }
    });
    let cpu_seconds = cpu() - before;
    let journal = std::fs::metadata(path).map_or(0, |file| file.len());
    Walked { seconds: took.as_secs_f64(), cpu_seconds, journal }
}
