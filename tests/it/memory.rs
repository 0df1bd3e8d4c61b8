//! Ten times the rows, the same memory. (`cargo bench --bench memory` does it with a million.)

use std::process::Child;

use crate::support::{Bench, canary_numbers};

/// The most memory that a running process has had, in kilobytes.
fn peak(child: &mut Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let now = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = now.unwrap_or(peak).max(peak);
        std::thread::yield_now();
    }
    peak
}

#[test]
fn memory_does_not_grow_with_the_rows() {
    let peak_of = |rows| {
        let bench = Bench::with("[api]\nlimit_per_second = 0");
        let file = bench.file("in.csv", canary_numbers(rows));
        let mut child = bench.run_command(file, &["--rate", "none", "--quiet", "--yes"]).spawn().unwrap();
        let peak = peak(&mut child);
        bench.finish(child.wait_with_output().unwrap()).expect(0).conserved();
        peak
    };
    let (few, many) = (peak_of(2_000), peak_of(20_000));
    assert!(few > 1000, "it was not measured");
    assert!(many < few + few / 4, "{few} kB for 2 000 rows, {many} kB for 20 000");
}
