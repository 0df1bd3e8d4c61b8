//! Lists whose header stands below a title: they are told what is wrong, and `--header-line` reads them in every format.

use std::io::Write as _;
use std::process::Stdio;

use callbell_import::input::{InputFile, InputFiles, InputOptions, Records};

use crate::formats::{text, xlsx};
use crate::support::{Bench, Done, sample};

/// As a spreadsheet saves a sheet with a title over the table.
const TITLED: &str = "Contact export 2026,,\n,,\nPhone,Name,Tags\n+39 333 1234501,Ada,a\n12,Zed,z\n\
                      +39 333 1234502,Bruno,b\n";
const AT_3: [&str; 3] = ["--header-line", "3", "--yes"];
const NONE: [&str; 0] = [];

/// Line, row, status and name of every row.
fn rows(done: &Done) -> Vec<[String; 4]> {
    let cells =
        |line: &crate::support::Line| ["line", "row", "status", "name"].map(|name| line[name].clone());
    done.results().iter().map(cells).collect()
}

fn rows_of_titled() -> Vec<[String; 4]> {
    [["4", "1", "created", "Ada"], ["5", "2", "invalid", "Zed"], ["6", "3", "created", "Bruno"]]
        .map(|row| row.map(str::to_owned))
        .to_vec()
}

#[test]
fn a_title_above_the_header_is_told_with_the_line_that_is_the_header_and_the_flag_that_says_so() {
    let bench = Bench::new();
    let file = bench.file("in.csv", TITLED);
    let path = file.to_str().unwrap();
    for done in [
        bench.run(&file, &NONE),
        bench.exact(["check", path, "--offline"]),
        bench.exact(["map", path, "--yes"]),
        // Columns that are asked for stand on the other line, too.
        bench.run(&file, &["--map", "identifier=Phone"]),
    ] {
        let done = done.expect(2);
        assert!(
            done.stderr.contains("line 1 does not look like a header, but line 3 does (Phone, Name, Tags)\n"),
            "{}",
            done.stderr
        );
        assert!(
            done.stderr.contains("pass --header-line 3, or delete the lines above it"),
            "{}",
            done.stderr
        );
    }
    assert!(bench.identifiers().is_empty() && !bench.path().join("mapping.toml").exists());
}

#[test]
fn a_title_above_names_that_nobody_knows_is_told_with_the_line_that_may_be_the_header() {
    let bench = Bench::new();
    let file = bench.file(
        "my kunden.csv",
        "Kundenliste Stand 11/2026;;\n;;\nAnsprechperson;Erreichbar unter;Bem.\nAda;+39 333 1234501;a\nZed;0171 1234567;\n",
    );
    let path = file.to_str().unwrap();
    for done in [bench.run(&file, &NONE), bench.exact(["map", path, "--yes"])] {
        let done = done.expect(2);
        assert!(done.stderr.contains("line 3 may be the header: pass --header-line 3\n"), "{}", done.stderr);
        assert!(done.stderr.contains(&format!("`callbell-import map '{path}'` shows")), "{}", done.stderr);
        assert!(done.stderr.contains("--header-line N if the header is further down"), "{}", done.stderr);
    }
    // Below it, what the values are says which column has the numbers.
    let done = bench.run(&file, &["--header-line", "3"]).expect(2);
    assert!(done.stderr.contains("phone numbers: --map identifier='Erreichbar unter'\n"), "{}", done.stderr);
    assert!(!done.stderr.contains("may be the header: pass"), "{}", done.stderr);
}

#[test]
fn several_files_below_titles_are_told_the_line_that_is_the_header_of_each() {
    let bench = Bench::new();
    let list = |title: &str, phone: u32| format!("{title}\nPhone,Name\n+39 333 123450{phone},Ada\n");
    bench.file("a.csv", list("Rome,\n,", 1));
    bench.file("b.csv", list("Milan,\n,", 2));
    bench.file("c.csv", list("Turin\nBy town\n", 3));
    bench.file("plain.csv", "Phone,Name\n+39 333 1234504,Zoe\n");
    bench.file("other.csv", "Town,Street\nRome,Via Appia\n");
    let base = bench.sandbox().base_url();
    for command in [&["run", "--base-url", &base][..], &["check", "--offline"]] {
        let of = |files: &[&str]| bench.exact([command, files].concat());
        let done = of(&["a.csv", "b.csv"]).expect(2);
        assert!(
            done.stderr.contains("a.csv: line 1 does not look like a header, but line 3 does"),
            "{}",
            done.stderr
        );
        assert!(done.stderr.contains("pass --header-line 3"), "{}", done.stderr);
        for files in [["a.csv", "c.csv"], ["plain.csv", "c.csv"]] {
            let done = of(&files).expect(2);
            assert!(done.stderr.contains("c.csv: line 4\n"), "{}", done.stderr);
            assert!(done.stderr.contains("one by one, each with its own --header-line"), "{}", done.stderr);
        }
        for files in [["plain.csv", "other.csv"], ["a.csv", "other.csv"]] {
            let done = of(&files).expect(2);
            assert!(
                done.stderr.contains("other.csv has other columns than the files before it"),
                "{}",
                done.stderr
            );
            assert!(!done.stderr.contains("--header-line"), "{}", done.stderr);
        }
    }
    let done = bench.exact(["run", "a.csv", "b.csv", "--header-line", "3", "--yes", "--base-url", &base]);
    assert!(done.expect(0).stdout.starts_with("2 rows: 2 created"));
}

#[test]
fn other_titles_are_known_as_well_and_what_is_no_title_is_none() {
    let bench = Bench::new();
    let lines = |title: &str, header: &str| format!("{title}\n\n{header}\n+39 333 1234501;Ada;x\n");
    for (content, line) in [
        // A title that has no delimiters, of a list with others than the title lets expect.
        (lines("Contacts", "Telefono;Nome;Note"), 3),
        (lines("Contacts, as of today", "Telefono;Nome;Note"), 3),
        (format!("Acme\r\nContacts\r\n{}", lines("By town", "Mobile;Full name;City")), 5),
        // The columns of a program that is known.
        (format!("Export\n{}", std::fs::read_to_string(sample("exports/google.csv")).unwrap()), 2),
    ] {
        let file = bench.file("in.csv", &content);
        let done = bench.run(&file, &NONE).expect(2);
        assert!(done.stderr.contains(&format!("pass --header-line {line},")), "{content}\n{}", done.stderr);
    }
    for content in [
        // Data that happens to be called as a column.
        "First,Last,Reach by\nAda,L,Phone\nBo,L,Phone\n",
        "First,Last,Town\nAda,L,Rome\n",
        "phone_number\n+39 333 1234501\n",
    ] {
        let file = bench.file("in.csv", content);
        let done = bench.run(&file, &NONE).expect(2);
        assert!(done.stderr.contains("no column gives the"), "{}", done.stderr);
        assert!(!done.stderr.contains("may be the header"), "{}", done.stderr);
        assert!(!done.stderr.contains("pass --header-line"), "{}", done.stderr);
    }
    // Who says that the first line is the header is believed.
    let file = bench.file("in.csv", TITLED);
    let done = bench.run(&file, &["--header"]).expect(2);
    assert!(done.stderr.contains("no column gives the identifier"), "{}", done.stderr);
}

#[test]
fn rows_below_the_named_line_keep_their_numbers_and_lines_in_every_encoding_and_packing() {
    let utf_16 = |text: &str| -> Vec<u8> {
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let gzip = |text: &str| -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    for (what, content) in [
        ("plain", TITLED.as_bytes().to_vec()),
        ("with a mark", [b"\xef\xbb\xbf", TITLED.as_bytes()].concat()),
        ("CRLF", TITLED.replace('\n', "\r\n").into_bytes()),
        ("CR", TITLED.replace('\n', "\r").into_bytes()),
        ("UTF-16", utf_16(TITLED)),
        ("windows-1252", TITLED.replace("export", "liste élève").chars().map(|c| c as u32 as u8).collect()),
        ("gzip", gzip(TITLED)),
        (
            "a delimiter of its own",
            TITLED.replace("Contact export 2026,,", "a,b").replace(',', ";").into_bytes(),
        ),
        ("an open quote in the title", TITLED.replace("Contact export 2026,,", "5\" screens").into_bytes()),
        (
            "a title of two lines",
            TITLED.replace("2026,,\n,,", "\n2026\",,").replacen('C', "\"C", 1).into_bytes(),
        ),
        ("a separator line", TITLED.replacen("Contact export 2026,,", "sep=,", 1).into_bytes()),
    ] {
        let bench = Bench::new();
        let file = bench.file("in.csv", content);
        let encoding = if what == "windows-1252" { &["--encoding", "windows-1252"][..] } else { &[] };
        let done = bench.run(&file, &[&AT_3[..], encoding].concat()).expect(1);
        assert!(done.stderr.contains("header on line 3"), "{what}: {}", done.stderr);
        assert_eq!(rows(&done), rows_of_titled(), "{what}");
    }
}

#[test]
fn the_header_of_a_workbook_may_stand_on_any_row_of_its_sheet() {
    let bench = Bench::new();
    let row = |number: u32, cells: &[(&str, &str)]| {
        let cells: String =
            cells.iter().map(|(column, said)| text(&format!("{column}{number}"), said)).collect();
        format!("<row r=\"{number}\">{cells}</row>")
    };
    let sheet = [
        row(1, &[("A", "Contact export 2026")]),
        row(3, &[("A", "Phone"), ("B", "Name")]),
        row(4, &[("A", "+39 333 1234501"), ("B", "Ada")]),
        row(5, &[("A", "12"), ("B", "Zed")]),
        row(6, &[("A", "+39 333 1234502"), ("B", "Bruno")]),
    ]
    .concat();
    let file = bench.file("book.xlsx", xlsx(&[("S", "visible", &sheet)]));
    let done = bench.run(&file, &NONE).expect(2);
    assert!(done.stderr.contains("line 3 does (Phone, Name)") && done.stderr.contains("--header-line 3"));
    for line in ["2", "9"] {
        let done = bench.run(&file, &["--header-line", line]).expect(2);
        assert!(done.stderr.contains(&format!("has no header on line {line}: ")), "{}", done.stderr);
    }
    let done = bench.run(&file, &AT_3).expect(1);
    assert!(done.stderr.contains("sheet \"S\", header on line 3"), "{}", done.stderr);
    assert_eq!(rows(&done), rows_of_titled());
    // The other kinds of workbooks.
    for name in ["contacts.xlsx", "contacts.xls", "contacts.ods"] {
        let read = |header_line: Option<u64>| {
            // The first person stands in for the names of the columns.
            let header = header_line.map(|_| true);
            let options = InputOptions { header, header_line, ..InputOptions::default() };
            let path = sample("exports").join(name);
            let input = InputFile::open(&path, &options, &tempfile::tempfile).unwrap();
            let input = InputFiles::new(vec![input]).unwrap();
            let records = Records::new(&input).unwrap();
            let line = records.header().line;
            let rows = records.map(|row| row.unwrap());
            (line, rows.map(|row| (row.number.to_string(), row.line, row.cells)).collect::<Vec<_>>())
        };
        let ((line, whole), (below, rest)) = (read(None), read(Some(whole_line(&read(None).1))));
        assert!(line < below && below == whole[0].1, "{name}");
        let cells = |rows: &[(String, u64, csv::ByteRecord)]| {
            rows.iter().map(|(_, line, cells)| (*line, cells.get(1).map(<[u8]>::to_vec))).collect::<Vec<_>>()
        };
        assert_eq!(cells(&rest), cells(&whole[1..]), "{name}");
        assert_eq!(rest[0].0, "1", "{name}: rows are counted from the header");
    }
}

/// The line of the first row.
fn whole_line(rows: &[(String, u64, csv::ByteRecord)]) -> u64 {
    rows[0].1
}

#[test]
fn the_second_line_of_a_header_is_none() {
    let bench = Bench::new();
    for header in
        ["\"phone\nmobile\",name,tags", "\"x\r\nphone\",\"name\r\nagain\",tags", "name,tags,\"a\nphone,b\""]
    {
        let file = bench.file("in.csv", format!("{header}\n1,2,3\n"));
        let done = bench.run(&file, &NONE).expect(2);
        assert!(!done.stderr.contains("line 2 does"), "{header}: {}", done.stderr);
    }
    // One that stands below it is seen.
    let file = bench.file("in.csv", "\"Export\nof today\",,\nphone,name,tags\n+393331234501,Ada,x\n");
    let done = bench.run(&file, &NONE).expect(2);
    assert!(done.stderr.contains("line 1 does not look like a header, but line 3 does"), "{}", done.stderr);
}

#[test]
fn the_named_line_has_to_be_there_and_the_flag_has_to_make_sense() {
    let bench = Bench::new();
    let file = bench.file("in.csv", TITLED);
    for line in ["7", "99", "18446744073709551615"] {
        let done = bench.run(&file, &["--header-line", line]).expect(2);
        assert!(done.stderr.contains(&format!("has no header on line {line}: ")), "{}", done.stderr);
    }
    // A line too early: the right one is told.
    let done = bench.run(&file, &["--header-line", "1"]).expect(2);
    assert!(done.stderr.contains("line 1 does not look like a header, but line 3 does"), "{}", done.stderr);
    let blank = bench.file("blank.csv", TITLED.replace("\n,,", "\n"));
    for file in [&file, &blank] {
        let done = bench.run(file, &["--header-line", "2"]).expect(2);
        assert!(done.stderr.contains("has no header on line 2: that line is empty"), "{}", done.stderr);
    }
    let done = bench.run(sample("exports/icloud.vcf"), &AT_3).expect(2);
    assert!(
        done.stderr.contains("a list without a header line: --header-line cannot be used"),
        "{}",
        done.stderr
    );
    for flags in [&["--header-line", "0"][..], &["--header-line", "3", "--no-header"]] {
        let _ = bench.run(&file, flags).expect(2);
    }
    let done = bench.run(&file, &["--header-row", "3"]).expect(2);
    assert!(done.stderr.contains("--header-line"), "{}", done.stderr);
}

#[test]
fn a_line_that_holds_a_person_is_no_header_and_nothing_of_it_is_shown_or_kept() {
    let bench = Bench::new();
    let numbers =
        bench.file("in.csv", "Phone,Name,Tags\n+39 333 1234501,Ada,a\n+39 333 1234502,Zacharias,b\n");
    let names = bench.file("names.csv", "Username,Name,Tags\nada.rossi,Ada,a\nz.bianchi,Zacharias,b\n");
    let bare = bench.file("bare.csv", "ada.rossi,Ada,a\nz.bianchi,Zacharias,b\n");
    let titled = bench.file("titled.csv", "Rome,,\n,,\nPhone,Name,Tags\n+39 333 1234503,Eve,c\n");
    let titled_names = bench.file("titled-names.csv", "Rome,,\n,,\nUsername,Name,Tags\neve,Eve,c\n");
    let _ = bench.run(&numbers, &["--yes"]).expect(0);
    let at_3 = &["--header-line", "3"][..];
    for (files, flags, told) in [
        (vec![&numbers], at_3, "in.csv, line 3: the line that --header-line names looks like data"),
        (vec![&names], at_3, "no column gives the identifier"),
        (vec![&names], &["--header-line", "3", "--map", "identifier=Phone"], "has no column `Phone`"),
        (vec![&bare], &[], "no column has a name that is known"),
        (vec![&titled, &numbers], at_3, "If there are several files, each must have them on that line"),
        (vec![&titled_names, &names], at_3, "names.csv is known (line 3)"),
        (vec![&names, &titled_names], at_3, "names.csv is known (line 3)"),
    ] {
        let files: Vec<&str> = files.into_iter().map(|path| path.to_str().unwrap()).collect();
        let base = bench.sandbox().base_url();
        let run = [&["run"], &files[..], &["--base-url", &base, "--out", "out"], flags].concat();
        for done in [bench.exact(run), bench.exact([&["check", "--offline"], &files[..], flags].concat())] {
            let done = done.expect(2);
            assert!(done.stderr.contains(told), "{told}: {}", done.stderr);
            let kept = std::fs::read_to_string(bench.path().join("out/import.json")).unwrap();
            let status = bench.exact(["status", "out"]);
            for text in [&done.stderr, &done.stdout, &kept, &status.stdout, &status.stderr] {
                assert!(!["1234502", "bianchi", "Zacharias"].iter().any(|one| text.contains(one)), "{text}");
            }
        }
        assert!(bench.exact(["status", "out"]).stdout.contains(told.rsplit(", line").next().unwrap()));
    }
    // Who says that it is a header is believed.
    let done = bench.exact(["check", numbers.to_str().unwrap(), "--offline", "--header-line", "1"]);
    assert!(done.expect(0).stdout.contains("header on line 1"));
}

#[test]
fn settings_files_and_the_environment_say_it_as_well_and_a_nearer_one_puts_another_aside() {
    let bench = Bench::new();
    let file = bench.file("in.csv", TITLED);
    bench.file("callbell-import.toml", "no-header = true\n");
    let _ = bench.run(&file, &AT_3).expect(1);
    bench.file("callbell-import.toml", "header-line = 3\n");
    let done = bench.run(&file, &["--restart", "--yes"]).expect(1);
    assert_eq!(rows(&done)[0][0], "4");
    std::fs::remove_file(bench.path().join("callbell-import.toml")).unwrap();
    let mut command = bench.run_command(&file, &["--yes"]);
    command.env("CALLBELL_IMPORT_HEADER_LINE", "3");
    let done = bench.finish(command.output().unwrap()).expect(1);
    assert!(done.stdout.contains("nothing to do") || done.stdout.contains("3 rows"), "{}", done.stdout);
}

#[test]
fn map_and_check_read_the_same_list_and_the_command_that_map_shows_does() {
    let bench = Bench::new();
    let file = bench.file("in.csv", TITLED);
    let path = file.to_str().unwrap();
    let done = bench.exact(["map", path, "--yes", "--header-line", "3"]).expect(0);
    assert!(done.stdout.contains("Phone") && !done.stdout.contains("Contact export"), "{}", done.stdout);
    assert!(done.stdout.contains(" --mapping mapping.toml --header-line 3\n"), "{}", done.stdout);
    let check =
        ["check", path, "--offline", "--mapping", "mapping.toml", "--header-line", "3", "--out", "out"];
    let _ = bench.exact(check).expect(1);
    let problems = std::fs::read_to_string(bench.path().join("out/problems.csv")).unwrap();
    assert!(problems.starts_with("Phone,Name,Tags,import_row,"), "{problems}");
}

#[test]
fn failures_are_given_back_under_the_header_and_the_same_list_goes_on_also_from_standard_input() {
    let bench = Bench::new();
    let file = bench.file("in.csv", TITLED);
    let first = bench.run(&file, &AT_3).expect(1).conserved();
    let again = bench.run(&file, &AT_3).expect(1);
    assert_eq!((rows(&again), bench.identifiers().len()), (rows(&first), 2), "nobody is sent again");
    let mut command = bench.run_command("-", &AT_3);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(TITLED.as_bytes()).unwrap();
    let piped = bench.finish(child.wait_with_output().unwrap()).expect(1);
    assert_eq!((rows(&piped), bench.identifiers().len()), (rows(&first), 2));
    let failures = bench.path().join("out/failures.csv");
    let given = std::fs::read_to_string(&failures).unwrap();
    assert!(
        given.starts_with("Phone,Name,Tags,import_row,") && given.contains("\n12,Zed,z,2,invalid,"),
        "{given}"
    );
    std::fs::write(&failures, given.replace("\n12,", "\n+39 333 1234503,")).unwrap();
    let next = first.stdout.lines().find(|line| line.contains("then: callbell-import run")).unwrap();
    assert!(!next.contains("--header-line"), "{next}");
    // Also where a settings file or a repeated command still says it of the list.
    let given_back = |flags: &[&str]| {
        let mut command = bench.command(["run"]);
        command
            .arg(&failures)
            .args(["--base-url", &bench.sandbox().base_url(), "--out", "given"])
            .args(flags);
        bench.finish(command.output().unwrap())
    };
    let done = given_back(&AT_3).expect(0);
    assert!(done.stdout.starts_with("1 row: 1 created, 0 unaccounted for\n"), "{}", done.stdout);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (3, 0));
}

#[test]
fn the_columns_that_hold_telephone_numbers_are_told_and_none_that_numbers_something_else() {
    let bench = Bench::new();
    let dates = "Kundennummer;Kunde;Geburtsdatum;Handynummer\n20481234;Ada;1980-02-03;0171/1234567\n\
                 20481235;Bo;1975-12-24;0171/1234568\n";
    let file = bench.file("one.csv", dates);
    let in_germany = ["--default-country", "DE", "--map", "name=Kunde"];
    for done in [
        bench.run(&file, &in_germany),
        bench.exact([&["check", "one.csv", "--offline"], &in_germany[..]].concat()),
    ] {
        let done = done.expect(2);
        assert!(
            done.stderr
                .contains("column `Handynummer` seems to hold phone numbers: --map identifier=Handynummer\n"),
            "{}",
            done.stderr
        );
        assert!(!done.stderr.contains("identifier=Kundennummer"), "{}", done.stderr);
    }
    let map = ["map", "one.csv", "--yes", "--to", "one.toml"];
    let done = bench.exact([&map, &in_germany[..]].concat()).expect(0);
    assert!(done.stdout.contains("  identifier (guessed)\n"), "{}", done.stdout);
    assert!(
        done.stdout.contains("\nguessed from the names or values of columns: identifier;"),
        "{}",
        done.stdout
    );
    let mapping = std::fs::read_to_string(bench.path().join("one.toml")).unwrap();
    assert!(
        mapping.contains("\n# guessed: such as 9999/9999999\nidentifier = \"Handynummer\"\n"),
        "{mapping}"
    );

    // As much speaks for one as for the other.
    let outlook = "Kunde;Telefon geschäftlich;Mobiltelefon\nAda;030 1234567;0171 1234567\n";
    let file = bench.file("two.csv", outlook);
    let done = bench.run(&file, &in_germany).expect(2);
    let both = "the columns `Telefon geschäftlich`, `Mobiltelefon` seem to hold phone numbers: \
                pass --map identifier=<column>";
    assert!(done.stderr.contains(both), "{}", done.stderr);
    let map = ["map", "two.csv", "--yes", "--to", "two.toml"];
    let done = bench.exact([&map, &in_germany[..]].concat()).expect(2);
    let both = "2 columns could be the identifier: Telefon geschäftlich, Mobiltelefon\n";
    assert!(done.stdout.contains(&format!("open: {both}")), "{}", done.stdout);
    assert!(done.stderr.contains(both), "{}", done.stderr);
    assert!(!done.stdout.contains("Next:"), "{}", done.stdout);
    let mapping = std::fs::read_to_string(bench.path().join("two.toml")).unwrap();
    assert!(!mapping.contains("\nidentifier ="), "{mapping}");

    // Nothing but a tax number.
    let file = bench.file("none.csv", "Cliente,Partita IVA\nAda,01234567890\nBo,07643520567\n");
    let done = bench.run(&file, &["--default-country", "IT"]).expect(2);
    assert!(done.stderr.contains("no column gives the identifier"), "{}", done.stderr);
    assert!(!done.stderr.contains("phone numbers"), "{}", done.stderr);
}

#[test]
fn a_list_on_another_sheet_than_the_first_is_told_with_the_sheet_and_map_writes_nothing() {
    let bench = Bench::new();
    let row = |number: u32, cells: [&str; 2]| {
        let [a, b] = cells;
        let (at_a, at_b) = (format!("A{number}"), format!("B{number}"));
        format!("<row r=\"{number}\">{}{}</row>", text(&at_a, a), text(&at_b, b))
    };
    let note = format!("<row r=\"1\">{}</row>", text("A1", "Please read me first"));
    let people = row(1, ["Nome", "Telefono"]) + &row(2, ["Ada", "+39 333 1234501"]);
    let other = row(1, ["Chi", "Dove"]) + &row(2, ["Ada", "+39 333 1234501"]);
    for (name, sheet, told) in [
        (
            "Clienti 2026",
            people,
            "the sheet `Clienti 2026` has columns that are known: pass --sheet 'Clienti 2026'\n",
        ),
        ("Elenco", other, "the list may be on another sheet: `Elenco`; pass --sheet NAME\n"),
    ] {
        let file =
            bench.file("in.xlsx", xlsx(&[("Istruzioni", "visible", &note), (name, "visible", &sheet)]));
        let path = file.to_str().unwrap();
        for done in [
            bench.run(&file, &NONE),
            bench.exact(["check", path, "--offline"]),
            bench.exact(["map", path, "--yes"]),
        ] {
            let done = done.expect(2);
            assert!(done.stderr.contains(told), "{}", done.stderr);
        }
        assert!(!bench.path().join("mapping.toml").exists());
    }
}

#[test]
fn a_list_of_which_each_line_is_one_quoted_cell_is_told_with_the_way_out() {
    let bench = Bench::new();
    let text = "\"name,phone,note\"\r\n\"Ada,+393331234501,\"\"so, so\"\"\"\r\n\"Bo,+393331234502,\"\r\n";
    let file = bench.file("my list.csv", text);
    let path = file.to_str().unwrap();
    for done in [bench.run(&file, &NONE), bench.exact(["check", path, "--offline"])] {
        let done = done.expect(2);
        assert!(
            done.stderr.contains("each line is one quoted cell that contains 3 columns"),
            "{}",
            done.stderr
        );
    }
    let done = bench.run("my list.csv", &NONE).expect(2);
    let (_, command) = done.stderr.split_once("pass the new file: ").unwrap();
    let ran =
        std::process::Command::new("sh").current_dir(bench.path()).args(["-c", command.trim()]).status();
    assert!(ran.unwrap().success());
    let done = bench.run(bench.path().join("mended.csv"), &["--yes"]).expect(0);
    assert_eq!(done.results()[0]["name"], "Ada");
    // One column is no such list, whatever stands in it, nor is one with another delimiter than was said.
    let file = bench.file("one.csv", "\"Rome, Milan\"\nAda\nBo\n");
    let done = bench.run(&file, &NONE).expect(2);
    assert!(!done.stderr.contains("one quoted cell"), "{}", done.stderr);
    let file = bench.file("two.csv", "name;phone\nAda;+393331234501\n");
    let done = bench.run(&file, &["--delimiter", ","]).expect(2);
    assert!(!done.stderr.contains("one quoted cell"), "{}", done.stderr);
}

#[test]
fn where_there_is_no_header_the_column_with_the_numbers_is_the_one_that_is_named() {
    let bench = Bench::new();
    for (content, column) in [
        ("Ada,+393331234501\nBo,+393331234502\n", "column_2"),
        ("ada@example.com,Ada,+393331234501\n", "column_3"),
        ("Ada,ada@example.com\n", "column_1"),
    ] {
        let file = bench.file("in.csv", content);
        let done = bench.run(&file, &NONE).expect(2);
        assert!(done.stderr.contains(&format!("--map identifier={column};")), "{}", done.stderr);
    }
}
