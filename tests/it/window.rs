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
    assert!(done.stderr.contains("only the rows from 11 on are read, 5 at most"), "{}", done.stderr);
    assert_eq!(bench.identifiers().len(), 5);
    let status = bench.exact(["status", done.folder.to_str().unwrap()]).expect(0).stdout;
    let told = "5 in the part of the file that was read (--skip 10 --limit 5): 5 created";
    assert!(status.contains(told), "{status}");
    // The rest, into the same folder: what was settled stays settled.
    let done = bench.run(&file, &[""; 0]).expect(0).conserved();
    assert_eq!((done.number("rows_read"), done.number("created")), (30, 30));
    let status = bench.exact(["status", done.folder.to_str().unwrap()]).expect(0).stdout;
    assert!(status.contains("30 in the file: 30 created"), "{status}");
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
    assert!(
        check(&["--limit", "10"])
            .expect(0)
            .stdout
            .contains("10 in the part of the file that is read: 10 to send, 0 invalid")
    );
    assert!(
        check(&["--skip", "10"])
            .expect(1)
            .stdout
            .contains("1 in the part of the file that is read: 0 to send, 1 invalid")
    );
    assert!(
        check(&["--skip", "99"])
            .expect(0)
            .stdout
            .contains("0 in the part of the file that is read: 0 to send")
    );
    assert!(check(&[]).expect(1).stdout.contains("11 in the file: 10 to send, 1 invalid"));
}

#[test]
fn a_window_that_leaves_no_row_is_told_apart_from_a_file_that_has_none() {
    let told = |csv: &str, flags: &[&str]| {
        let bench = Bench::new();
        let file = bench.file("in.csv", csv);
        let done = bench.run(&file, flags).expect(0).conserved();
        assert_eq!((done.number("rows_read"), bench.identifiers().len()), (0, 0), "{flags:?}");
        let page = std::fs::read_to_string(done.folder.join("report.html")).unwrap();
        (done.stdout.lines().next().unwrap().to_owned(), done.stderr, page)
    };
    let three = canary_numbers(3);
    for flags in [&["--limit", "0"][..], &["--skip", "99"], &["--skip", "3", "--limit", "1"]] {
        let (closing, plan, page) = told(&three, flags);
        let expected =
            "0 rows: the file has rows, but --skip, --limit or --shard leaves none of them; nothing was sent";
        assert_eq!(closing, expected, "{flags:?}");
        assert!(plan.contains("the file has rows, but none of them is in the part that is read"), "{plan}");
        assert!(page.contains("The file has rows, but --skip, --limit or --shard leaves none"), "{flags:?}");
    }
    let header = canary_numbers(0);
    for flags in [&[][..], &["--limit", "0"], &["--skip", "99"]] {
        let (closing, plan, page) = told(&header, flags);
        let expected = "0 rows: the file has a header but no rows; nothing was sent";
        assert_eq!(closing, expected, "{flags:?}");
        assert!(!plan.contains("the file has rows") && page.contains("The file has no rows"), "{flags:?}");
    }
}

#[test]
fn a_part_of_a_list_that_has_none_of_its_rows_does_not_say_that_the_list_is_empty() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(1));
    let parts: Vec<String> = ["0/2", "1/2"]
        .map(|part| {
            let mut command = bench.command(["run", file.to_str().unwrap(), "--base-url"]);
            command.args([&bench.sandbox().base_url(), "--out", "parts", "--shard", part]);
            bench.finish(command.output().unwrap()).expect(0).stdout
        })
        .to_vec();
    let empty: Vec<&String> =
        parts.iter().filter(|part| part.starts_with("0 rows: the file has rows, but")).collect();
    assert_eq!((empty.len(), bench.identifiers().len()), (1, 1), "{parts:?}");
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
