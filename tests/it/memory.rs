//! Ten times the rows, the same memory. (`cargo bench --bench memory` does it with a million.)

use std::io::Write as _;
use std::path::Path;
use std::process::Child;

use callbell_import::journal::{Ended, Record, Verdict, decode_line};

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

/// As if the run had created so many other contacts, too.
fn lengthen(journal: &Path, contacts: u64) {
    let text = std::fs::read_to_string(journal).unwrap();
    let last = decode_line(text.lines().last().unwrap().as_bytes()).unwrap();
    let mut sequence: u64 = last.split(' ').next().unwrap().parse().unwrap();
    let mut journal = std::fs::OpenOptions::new().append(true).open(journal).unwrap();
    let mut write = |record: Record| {
        sequence += 1;
        journal.write_all(&record.encode(sequence)).unwrap();
    };
    // Behind those that there are.
    for n in 1000..1000 + contacts {
        let key = blake3::hash(&n.to_be_bytes()).to_hex()[..48].to_owned();
        write(Record::Lease { n, k: vec![key], sv: None, now: None, by_row: false });
        write(Record::Verdict(Verdict::of(n, Ended::Created(format!("{n:032x}"), None, false), 0)));
    }
}

#[test]
fn memory_does_not_grow_with_the_import_whose_failures_are_given_back_nor_with_one_that_is_looked_at() {
    let peaks_of = |contacts| {
        let bench = Bench::new();
        let list = bench.file("in.csv", "identifier,name\n393331234501,Ada\n393331234502,\n");
        let _ = bench.run(list, &[""; 0]).expect(1);
        lengthen(&bench.path().join("out/journal.log"), contacts);
        let failures = bench.path().join("out/failures.csv");
        let text = std::fs::read_to_string(&failures).unwrap();
        std::fs::write(failures, text.replace("393331234502,", "393331234502,Bea")).unwrap();
        let base = bench.sandbox().base_url();
        let run = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base, "--yes"];
        [&run[..], &["status", "out"]].map(|args| {
            let mut child = bench.command(args).spawn().unwrap();
            let peak = peak(&mut child);
            assert_eq!(child.wait().unwrap().code(), Some(0), "{args:?}");
            peak
        })
    };
    let (few, many) = (peaks_of(1), peaks_of(60_000));
    for (few, many) in few.into_iter().zip(many) {
        assert!(few > 1000, "it was not measured");
        assert!(many < few + few / 4, "{few} kB after 1 contact, {many} kB after 60 000");
    }
}
