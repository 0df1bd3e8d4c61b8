//! Several files in one import.

use crate::support::{Bench, sample};

#[test]
fn rows_are_numbered_through_and_lines_are_those_of_each_file() {
    let bench = Bench::new();
    bench.file("a.csv", "name,phone_number,note\nAda,+393331230001,x\nNobody,,x\n");
    bench.file(
        "b.csv",
        "\nphone_number;note;name\n+393331230002;\"y\nz\";Bo\n+393331230001;y;Ada\n+393331230003;y\n",
    );
    let done = bench.run("a.csv", &["b.csv"]).expect(1).conserved();
    let results = done.results();
    let seen: Vec<_> = results
        .iter()
        .map(|line| (&*line["row"], &*line["line"], &*line["status"], &*line["name"], &*line["code"]))
        .collect();
    assert_eq!(
        seen,
        [
            ("1", "2", "created", "Ada", ""),
            ("2", "3", "invalid", "Nobody", "missing_identifier"),
            ("3", "3", "created", "Bo", ""),
            ("4", "5", "duplicate", "Ada", "duplicate_row"),
            ("5", "6", "invalid", "", "field_count"),
        ]
    );
    assert!(done.stderr.contains("Input     a.csv, b.csv (2 files)"), "{}", done.stderr);
    assert!(done.stderr.contains("a.csv: rows 1 to 2 (comma, UTF-8)"), "{}", done.stderr);
    assert!(done.stderr.contains("b.csv: rows 3 to 5 (semicolon, UTF-8)"), "{}", done.stderr);
    assert!(done.stderr.contains("b.csv: blank lines that are skipped: 1"), "{}", done.stderr);
    assert_eq!(done.summary()["input"], "a.csv, b.csv");
    let failures = std::fs::read_to_string(done.folder.join("failures.csv")).unwrap();
    assert!(failures.starts_with("name,phone_number,note,import_row"), "{failures}");
    assert!(failures.contains("\nNobody,,x,2,invalid,missing_identifier,"), "{failures}");
}

#[test]
fn files_of_different_kinds_are_one_list_if_what_is_named_in_them_is_alike() {
    let bench = Bench::new();
    bench.file("a.csv", "name,phone_number\nAda,+393331230001\n");
    bench.file("one.vcf", "BEGIN:VCARD\nFN:Bo\nTEL;CELL:+393331230002\nNOTE:a note\nEND:VCARD\n");
    bench.file("two.jsonl", "{\"phone_number\":\"+393331230003\",\"name\":\"Cy\",\"tags\":[\"x\",\"y\"]}\n");
    let done = bench.run("a.csv", &["one.vcf", "two.jsonl"]).expect(0).conserved();
    assert_eq!(done.column("name"), ["Ada", "Bo", "Cy"]);
    let world = bench.sandbox().world();
    let by_name = |name: &str| world.contacts().iter().find(|(_, contact)| contact.name == name).unwrap().1;
    assert_eq!(by_name("Bo").note.as_deref(), Some("a note"));
    assert_eq!(by_name("Cy").tags, ["x", "y"]);
}

#[test]
fn a_row_that_does_not_fit_its_own_file_does_not_fit_the_list_by_chance() {
    let bench = Bench::new();
    bench.file("a.csv", "name,phone_number\nAda,+393331230001\nBo,+393331230002,a note it seems\n");
    bench.file("one.vcf", "BEGIN:VCARD\nFN:Cy\nTEL:+393331230003\nEND:VCARD\n");
    // The list has three columns: the card's kind of number is the third.
    bench.file("two.vcf", "BEGIN:VCARD\nFN:Di\nTEL;CELL:+393331230004\nEND:VCARD\n");
    let done = bench.run("a.csv", &["one.vcf", "two.vcf"]).expect(1).conserved();
    assert_eq!(done.column("code"), ["", "field_count", "", ""]);
    let failures = std::fs::read_to_string(done.folder.join("failures.csv")).unwrap();
    assert!(failures.contains("a note it seems"), "{failures}");
}

#[test]
fn files_with_other_columns_are_refused_before_anything_is_sent() {
    let bench = Bench::new();
    bench.file("a.csv", "name,phone_number,note\nAda,+393331230001,x\n");
    bench.file("b.csv", "name,phone number,note\nBo,+393331230002,x\n");
    bench.file("c.csv", "name,note,phone_number,note\nBo,x,+393331230002,x\n");
    let done = bench.run("a.csv", &["b.csv"]).expect(2);
    assert!(done.stderr.contains("b.csv has other columns"), "{}", done.stderr);
    assert!(
        done.stderr.contains("missing: phone_number")
            && done.stderr.contains("only in this file: phone number")
    );
    let done = bench.run("a.csv", &["c.csv"]).expect(2);
    assert!(done.stderr.contains("c.csv has other columns"), "{}", done.stderr);
    let done = bench.run("a.csv", &["missing.csv"]).expect(3);
    assert!(done.stderr.contains("cannot read missing.csv"), "{}", done.stderr);
    let done = bench.run("a.csv", &["-"]).expect(2);
    assert!(done.stderr.contains("cannot be one of several files"), "{}", done.stderr);
    assert!(bench.identifiers().is_empty());
}

#[test]
fn the_same_command_again_knows_the_rows_of_all_files() {
    let bench = Bench::new();
    let (one, two) = (sample("exports/contacts.csv.gz"), sample("exports/one-list.zip"));
    let two = [two.to_str().unwrap()];
    let first = bench.run(&one, &two).expect(0).conserved();
    assert_eq!((first.number("created"), first.number("duplicate")), (2, 2));
    let again = bench.run(&one, &two).expect(0).conserved();
    assert_eq!((again.number("created"), again.number("requests")), (2, 1));
    assert_eq!(bench.identifiers().len(), 2);
}

#[test]
fn a_file_that_has_none_of_the_columns_that_say_who_somebody_is_is_refused_with_those_it_has() {
    let bench = Bench::new();
    bench.file("a.csv", "identifier,name,note\n+393331230001,Ada,x\n");
    bench.file("b.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:Bo\nTEL:+393331230002\nEND:VCARD\n");
    bench.file("c.jsonl", "{\"full\":\"Cy\",\"identifier\":\"+393331230003\"}\n");
    for (file, lacks, field, known) in
        [("b.vcf", "a.csv", "identifier", "identifier, name, note"), ("c.jsonl", "c.jsonl", "name", "full")]
    {
        let done = bench.run("a.csv", &[file]).expect(2);
        let what = format!("{lacks} has none of the columns that give {field}");
        assert!(done.stderr.contains(&what), "{}", done.stderr);
        assert!(done.stderr.contains(&format!("Its columns are: {known}")), "{}", done.stderr);
        assert!(done.stderr.contains(&format!("import {lacks} alone")), "{}", done.stderr);
    }
    assert!(bench.identifiers().is_empty());
    bench.file("m.toml", "[map]\nidentifier = [\"identifier\", \"phone_number\"]\nname = \"name\"\n");
    // A column that is the number until far down in the list, and then another one is, which the second file does not have.
    let csv = |last: &str| {
        let rows: String = (0..1100).map(|row| format!("+39333{row:07},,P{row}\n")).collect();
        bench.file("long.csv", format!("Number,Mobile,name\n{rows}{last},Last\n"));
    };
    bench.file("d.jsonl", "{\"Number\":\"+393331230004\",\"name\":\"Di\"}\n");
    csv("+393331230009,");
    bench.exact(["check", "long.csv", "d.jsonl", "--offline"]).expect(0);
    csv("A-17,+393331230009");
    let done = bench.run("long.csv", &["d.jsonl"]).expect(2);
    let what = "d.jsonl has none of the columns that give identifier: \"Mobile\"";
    assert!(done.stderr.contains(what), "{}", done.stderr);
    assert!(bench.identifiers().is_empty());
    let done = bench.run("a.csv", &["b.vcf", "--mapping", "m.toml"]).expect(0).conserved();
    assert_eq!(done.column("identifier"), ["393331230001", "393331230002"]);
}
