//! `cargo bench --bench memory`: the peak memory of an import of 20 000 and of 1 000 000 rows, against a sandbox in a
//! process of its own, without a rate limit. Another number of rows: `cargo bench --bench memory -- 20000 5000000`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on stops")]

#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

use support::{Server, cost};

fn main() {
    let asked = support::numbers();
    let sizes = if asked.is_empty() { vec![20_000, 1_000_000] } else { asked };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    println!("{:>10} {:>10} {:>10} {:>14} {:>12}", "rows", "seconds", "rows/s", "peak memory", "ratio");
    let mut first: Option<u64> = None;
    for rows in sizes {
        let list = folder.path().join(format!("{rows}.csv"));
        std::fs::write(&list, support::contacts(rows)).unwrap();
        let server = Server::sandbox(folder.path());
        let out = folder.path().join(format!("{rows}.import"));
        let cost = cost(support::import(&list, &out, &server.base));
        let summary: serde_json::Value = serde_json::from_slice(&cost.stdout).unwrap();
        assert_eq!(summary["created"], rows, "every row is created");
        let seconds = summary["elapsed_seconds"].as_f64().unwrap();
        let ratio = cost.peak as f64 / *first.get_or_insert(cost.peak) as f64;
        println!(
            "{rows:>10} {seconds:>10.1} {:>10.0} {:>11} kB {ratio:>12.2}",
            rows as f64 / seconds,
            cost.peak
        );
    }
}
