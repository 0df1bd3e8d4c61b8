//! `--skip` and `--limit`, and a pipe in front of `run -`.

use std::process::Stdio;

use crate::support::{Bench, canary_numbers};

#[test]
fn only_the_rows_of_the_window_are_part_of_the_import_and_they_keep_their_numbers() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(30));
    let done = bench.run(&file, &["--skip", "10", "--limit", "5"]).expect(0);
    let rows: Vec<String> = done.results().iter().map(|line| line["row"].clone()).collect();
    assert_eq!(rows, ["11", "12", "13", "14", "15"]);
    assert_eq!((done.number("rows_read"), done.number("created"), done.number("not_attempted")), (5, 5, 0));
    assert!(done.stderr.contains("only rows from 11 on were read, 5 at most"), "{}", done.stderr);
    assert_eq!(bench.identifiers().len(), 5);
    // The rest, into the same folder: what was settled stays settled.
    let done = bench.run(&file, &[""; 0]).expect(0).conserved();
    assert_eq!((done.number("rows_read"), done.number("created")), (30, 30));
    assert_eq!(bench.identifiers().len(), 30);
}

#[test]
fn check_counts_the_window_alone_and_a_window_beyond_the_file_is_empty() {
    let bench = Bench::new();
    let mut csv = canary_numbers(10);
    csv.push_str("nobody,Row 11\n");
    let file = bench.file("in.csv", csv);
    let check = |args: &[&str]| {
        bench.exact([&["check", file.to_str().unwrap(), "--offline", "--out", "out"], args].concat())
    };
    assert!(check(&["--limit", "10"]).expect(0).stdout.contains("10 in the file: 10 to send, 0 invalid"));
    assert!(check(&["--skip", "10"]).expect(1).stdout.contains("1 in the file: 0 to send, 1 invalid"));
    assert!(check(&["--skip", "99"]).expect(0).stdout.contains("0 in the file: 0 to send"));
}

#[test]
fn a_pipe_in_front_chooses_the_rows() {
    let bench = Bench::new();
    bench.file("in.csv", "phone_number,name,city\n+393331234501,A,Rome\n+393331234502,B,Milan\n");
    let program = env!("CARGO_BIN_EXE_callbell-import");
    let output = std::process::Command::new("bash")
        .args(["-c", &format!("grep -E '^phone_number|Rome' in.csv | {program} run - --sandbox --out piped")])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .current_dir(bench.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let done = bench.finish(output).expect(0);
    assert!(done.stdout.starts_with("1 row: 1 created, 0 unaccounted for"), "{}", done.stdout);
}
