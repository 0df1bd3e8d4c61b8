//! Failures that somebody opens in a spreadsheet and saves there: every row becomes as wide as the widest, in a CSV and in a
//! workbook. A row that is to be mended is refused until it is.

use std::path::{Path, PathBuf};

use callbell_import::model::EXTRA_COLUMNS;

use crate::formats::{text, xlsx};
use crate::support::{Bench, Done};

/// Bea's row lacks the cell of her tags, and a comma parts Cleo's into two: with a cell more each would fit.
const LIST: &str = "phone_number,name,tags,note\n+393331234501,Ada,vip,good\n+393331234502,Bea,owes 40 euro\n+393331234503,Cleo,friends,family,best client\n";

/// The records of a CSV, whatever their widths.
fn records(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The same rows as a spreadsheet has them.
fn padded(mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let widest = rows.iter().map(Vec::len).max().unwrap();
    rows.iter_mut().for_each(|row| row.resize(widest, String::new()));
    rows
}

fn as_csv(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

fn as_workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let cell = |row: usize, column: usize, value: &String| {
        let at = format!("{}{row}", char::from(b'A' + u8::try_from(column).unwrap()));
        text(&at, &value.replace('&', "&amp;").replace('<', "&lt;"))
    };
    let row = |(at, row): (usize, &Vec<String>)| {
        let filled = row.iter().enumerate().filter(|(_, value)| !value.is_empty());
        let cells: String = filled.map(|(column, value)| cell(at + 1, column, value)).collect();
        format!("<row r=\"{}\">{cells}</row>", at + 1)
    };
    xlsx(&[("S", "visible", &rows.iter().enumerate().map(row).collect::<String>())])
}

/// What a spreadsheet makes of a file: as it is, as it is saved, and as a workbook.
fn saved(bench: &Bench, rows: &[Vec<String>]) -> Vec<PathBuf> {
    let wide = padded(rows.to_vec());
    vec![
        bench.file("as-it-is.csv", as_csv(rows)),
        bench.file("saved.csv", as_csv(&wide)),
        bench.file("saved.xlsx", as_workbook(&wide)),
    ]
}

fn give_back(bench: &Bench, file: &Path, out: &str, flags: &[&str]) -> Done {
    let url = bench.sandbox().base_url();
    let given = ["run", file.to_str().unwrap(), "--base-url", &url, "--out", out];
    let done = bench.exact(given.iter().chain(flags));
    Done { folder: bench.path().join(out), ..done }
}

#[test]
fn a_spreadsheet_takes_the_mark_of_no_row_and_none_is_sent_unmended() {
    let bench = Bench::new();
    let _ = bench.run(bench.file("in.csv", LIST), &[""; 0]).expect(1).conserved();
    let failures = records(&bench.path().join("out/failures.csv"));
    for (at, file) in saved(&bench, &failures).iter().enumerate() {
        let out = format!("again-{at}");
        for flags in [&[][..], &["--ragged", "fit"], &["--no-header"], &["--header-line", "1"]] {
            let done = give_back(&bench, file, &out, &[flags, &["--restart", "--yes"]].concat())
                .expect(1)
                .conserved();
            assert_eq!(done.column("status"), ["invalid", "invalid"], "{}", file.display());
            assert!(done.column("code").iter().all(|code| code == "field_count"));
            let told = done.column("message");
            assert!(
                told.iter().all(|message| message.contains("marks a row that needs correction")),
                "{told:?}"
            );
            // Once more they are what they were, and nothing stands behind our columns.
            let again = records(&done.folder.join("failures.csv"));
            assert_eq!(again[0], failures[0], "{}", file.display());
            assert!(!done.stdout.contains("(no name)"), "{}", done.stdout);
        }
    }
    assert_eq!(bench.identifiers(), ["393331234501"]);
}

#[test]
fn a_mended_row_is_sent_as_it_was_mended_whatever_width_a_spreadsheet_gave_the_others() {
    let bench = Bench::new();
    let _ = bench.run(bench.file("in.csv", LIST), &[""; 0]).expect(1);
    let mut failures = records(&bench.path().join("out/failures.csv"));
    // Bea's values stand under their columns again and her mark is gone; nobody has looked at Cleo.
    failures[1][2..4].clone_from_slice(&[String::new(), "owes 40 euro".to_owned()]);
    failures[1].truncate(4 + EXTRA_COLUMNS.len());
    for file in saved(&bench, &failures) {
        let done = give_back(&bench, &file, "again", &["--restart", "--yes"]).expect(1).conserved();
        assert_eq!(done.column("status")[1], "invalid", "{}", file.display());
    }
    let world = bench.sandbox().world();
    let [_, (_, bea)] = &world.contacts().iter().collect::<Vec<_>>()[..] else { panic!("two contacts") };
    assert_eq!((&*bea.identifier, bea.note.as_deref()), ("393331234502", Some("owes 40 euro")));
    assert!(bea.tags.is_empty(), "the note is no tag");
}

#[test]
fn an_unmended_row_comes_back_as_it_was_however_often_it_is_given_back() {
    let bench = Bench::new();
    let broken = "+393331234504,\"Dee\"x,a,b\n+393331234505,Eve,a,b,,c,,\n";
    let _ = bench.run(bench.file("in.csv", LIST.to_owned() + broken), &[""; 0]).expect(1).conserved();
    let first = records(&bench.path().join("out/failures.csv"));
    let known = |rows: &[Vec<String>]| -> Vec<Vec<String>> {
        let but_for_ours = |row: &Vec<String>| {
            let is_ours = |at: usize| at == 4 || at == 8;
            row.iter().enumerate().filter(|(at, _)| !is_ours(*at)).map(|(_, cell)| cell.clone()).collect()
        };
        let mut all: Vec<Vec<String>> = rows.iter().map(but_for_ours).collect();
        // What was wrong at first was more than that.
        all.iter_mut().for_each(|row| row[5] = String::new());
        all
    };
    let mut now = first.clone();
    for time in 0..2 {
        for (at, file) in saved(&bench, &now).iter().enumerate() {
            let done = give_back(&bench, file, &format!("again-{time}-{at}"), &[]).expect(1);
            let failures = records(&done.folder.join("failures.csv"));
            assert_eq!(known(&failures), known(&first), "{}", file.display());
            if at == 2 {
                now = failures;
            }
        }
    }
    // The one mark is all that has to go, and what is too much.
    now.iter_mut().for_each(|row| row.truncate(4 + EXTRA_COLUMNS.len()));
    let done = give_back(&bench, &bench.file("mended.csv", as_csv(&now)), "mended", &[]).expect(0);
    assert_eq!(done.column("status"), ["created"; 4]);
}

#[test]
fn a_row_to_which_a_cell_was_added_and_whose_mark_was_left_is_given_back_under_its_columns() {
    let bench = Bench::new();
    let _ = bench.run(bench.file("in.csv", LIST), &[""; 0]).expect(1);
    let mut failures = records(&bench.path().join("out/failures.csv"));
    failures.truncate(2);
    failures[1].insert(2, String::new());
    let done = give_back(&bench, &bench.file("one.csv", as_csv(&failures)), "again", &[]).expect(1);
    let mut again = records(&done.folder.join("failures.csv"));
    assert_eq!(again[1][..4], ["+393331234502", "Bea", "", "owes 40 euro"]);
    assert_eq!(again[1].len(), 4 + EXTRA_COLUMNS.len() + 1);
    // What an earlier build made of such rows is taken off, too: a second copy of our cells, and both marks.
    let (ours, mark) = (again[1][4..9].to_vec(), again[1][9].clone());
    again[1].splice(9..9, ours.into_iter().chain([mark]));
    let done =
        give_back(&bench, &bench.file("two.csv", as_csv(&again)), "later", &["--lang", "fr"]).expect(1);
    let later = records(&done.folder.join("failures.csv"));
    assert_eq!(later[1].len(), 4 + EXTRA_COLUMNS.len() + 1, "{later:?}");
    let done = give_back(&bench, &bench.file("three.csv", as_csv(&later)), "last", &[]).expect(1);
    assert_eq!(records(&done.folder.join("failures.csv"))[1].len(), 4 + EXTRA_COLUMNS.len() + 1);
}

#[test]
fn a_mark_that_has_come_to_stand_under_a_column_of_somebodys_own_is_one_all_the_same() {
    let bench = Bench::new();
    let _ = bench.run(bench.file("in.csv", LIST), &[""; 0]).expect(1);
    let mut failures = records(&bench.path().join("out/failures.csv"));
    failures[0].push("done".to_owned());
    for (at, file) in saved(&bench, &failures).iter().enumerate() {
        let done = give_back(&bench, file, &format!("again-{at}"), &[]).expect(1).conserved();
        assert_eq!(done.column("code"), ["field_count", "field_count"], "{}", file.display());
        let once_more = done.folder.join("failures.csv");
        let done = give_back(&bench, &once_more, &format!("once-more-{at}"), &[]).expect(1).conserved();
        assert_eq!(done.column("code"), ["field_count", "field_count"], "{}", file.display());
    }
    assert_eq!(bench.identifiers(), ["393331234501"]);
}

#[test]
fn a_marked_row_is_refused_also_where_our_columns_were_taken_away() {
    let bench = Bench::new();
    let _ = bench.run(bench.file("in.csv", LIST), &[""; 0]).expect(1);
    let mut failures = padded(records(&bench.path().join("out/failures.csv")));
    let first_of_ours = failures[0].iter().position(|name| name == EXTRA_COLUMNS[0]).unwrap();
    failures.iter_mut().for_each(|row| drop(row.drain(first_of_ours..first_of_ours + EXTRA_COLUMNS.len())));
    for (at, file) in saved(&bench, &failures).iter().enumerate() {
        for policy in ["refuse", "fit"] {
            let flags = ["--ragged", policy];
            let done = give_back(&bench, file, &format!("{policy}-{at}"), &flags).expect(1).conserved();
            assert_eq!(done.column("code"), ["field_count"; 2], "{} {policy}", file.display());
        }
    }
    assert_eq!(bench.identifiers(), ["393331234501"]);
}

#[test]
fn a_marked_row_is_refused_where_a_spreadsheet_has_split_its_cells_at_commas_too() {
    let bench = Bench::new();
    let list = "phone_number;name;tags;note\n+393331234503;Cleo;friends;family;best client\n+393331234504;Dee;owes 40 euro\n";
    let _ = bench.run(bench.file("in.csv", list), &[""; 0]).expect(1);
    let written = std::fs::read_to_string(bench.path().join("out/failures.csv")).unwrap();
    let split = written.lines().map(|line| line.split([',', ';']).map(str::to_owned).collect());
    let mut failures = padded(split.collect());
    let first_of_ours = failures[0].iter().position(|name| name == EXTRA_COLUMNS[0]).unwrap();
    failures.iter_mut().for_each(|row| drop(row.drain(first_of_ours..first_of_ours + EXTRA_COLUMNS.len())));
    for (at, file) in saved(&bench, &failures).iter().enumerate() {
        let done = give_back(&bench, file, &format!("again-{at}"), &[""; 0]).expect(1).conserved();
        assert_eq!(done.column("code"), ["field_count"; 2], "{}", file.display());
    }
    assert!(bench.identifiers().is_empty());
}

#[test]
fn a_marked_row_is_not_cut_to_the_width_of_a_header_that_somebody_has_widened() {
    let bench = Bench::new();
    let list = "phone_number,name,tags,note\n+393331234502,Bea \"x\" B,vip,\"go\"od,a,b\n";
    let _ = bench.run(bench.file("in.csv", list), &["--ragged", "fit"]).expect(1);
    let mut failures = records(&bench.path().join("out/failures.csv"));
    failures[0].push("comment".to_owned());
    for (at, file) in saved(&bench, &failures).iter().enumerate() {
        let done =
            give_back(&bench, file, &format!("again-{at}"), &["--ragged", "fit"]).expect(1).conserved();
        assert_eq!(done.column("code"), ["field_count"], "{}", file.display());
    }
    assert!(bench.identifiers().is_empty());
}

#[test]
fn what_a_check_wrote_is_known_in_a_workbook_of_a_list_without_a_header() {
    let bench = Bench::new();
    let list: String = LIST.split_inclusive('\n').skip(1).collect();
    let flags =
        ["--no-header", "--map", "identifier=column_1", "--map", "name=column_2", "--map", "note=column_4"];
    let file = bench.file("in.csv", list);
    let file = file.to_str().unwrap();
    let url = bench.sandbox().base_url();
    let asked = ["check", file, "--base-url", &url, "--out", "out"];
    let checked = bench.exact(asked.iter().chain(&flags)).expect(1);
    let problems = records(&bench.path().join("out/problems.csv"));
    assert_eq!(
        problems[0][..5],
        ["column_1", "column_2", "column_3", "column_4", "import_row"],
        "{}",
        checked.stdout
    );
    let book = bench.file("problems.xlsx", as_workbook(&padded(problems)));
    let done = give_back(&bench, &book, "again", &flags).expect(1).conserved();
    assert_eq!(done.column("status"), ["invalid", "invalid"]);
    assert!(bench.identifiers().is_empty());
}

#[test]
fn failures_that_were_saved_as_a_workbook_are_known_as_those_of_their_list() {
    for (name, was_given_before) in [
        ("failures.xlsx", false),
        ("failures.xlsx", true),
        ("failures.edited.XLSX", false),
        ("Failures (1).xlsx", false),
    ] {
        let bench = Bench::new();
        let list = |bea: &str| format!("identifier,name\n@ada,Ada\n@bea,{bea}\n");
        let file = bench.file("in.csv", list(""));
        let flags = ["--source", "telegram", "--settle", "0.5", "--yes"];
        let _ = bench.run(&file, &flags).expect(1);
        let out = bench.path().join("out");
        let mut failures = records(&out.join("failures.csv"));
        let url = bench.sandbox().base_url();
        let given = |file: &Path| {
            let args = ["run", file.to_str().unwrap(), "--base-url", &url];
            bench.exact(args.iter().chain(&flags))
        };
        if was_given_before {
            // As they were written, into the same folder, which is the default one.
            let _ = given(&out.join("failures.csv")).expect(1);
        }
        failures[1][1] = "Bea".to_owned();
        let workbook = out.join(name);
        std::fs::write(&workbook, as_workbook(&padded(failures))).unwrap();
        let _ = given(&workbook).expect(0);
        let told = bench.exact(["status", "out"]).expect(0).stdout;
        assert!(told.contains("given back into"), "{told}");
        bench.file("in.csv", list("Bea"));
        let done = bench.run(&file, &flags).expect(0);
        assert_eq!(done.column("status"), ["created", "existing"], "{name}");
        assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0), "{name}");
    }
}

#[test]
fn the_problems_of_a_check_are_known_as_the_failures_of_its_list() {
    for are_problems_first in [true, false] {
        let bench = Bench::new();
        let list = |bea: &str| format!("identifier,name\n@ada,Ada\n@bea,{bea}\n");
        let file = bench.file("in.csv", list(""));
        let flags = ["--source", "telegram", "--settle", "0.5", "--yes"];
        let url = bench.sandbox().base_url();
        let check = ["check", "in.csv", "--source", "telegram", "--base-url", &url, "--out", "out"];
        let _ = bench.exact(check).expect(1);
        let problems = bench.path().join("out/problems.csv");
        let mut rows = records(&problems);
        rows[1][1] = "Bea".to_owned();
        std::fs::write(&problems, as_csv(&rows)).unwrap();
        bench.file("in.csv", list("Bea"));
        let give_back = || {
            let args = ["run", "out/problems.csv", "--base-url", &url];
            let done = bench.exact(args.iter().chain(&flags)).expect(0);
            assert!(!done.stderr.contains("warning: "), "{}", done.stderr);
        };
        let import = || drop(bench.run(&file, &flags).expect(0).conserved());
        let ways: [&dyn Fn(); 2] =
            if are_problems_first { [&give_back, &import] } else { [&import, &give_back] };
        // Each once more, too.
        ways.iter().chain(&ways).for_each(|way| way());
        assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0), "{are_problems_first}");
    }
}
