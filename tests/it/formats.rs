//! Every format that is read, in the layout in which programs write it: the samples of `samples/exports` import without
//! an option, and a few that are made here.

use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use callbell_import::input::{InputFile, InputFiles, InputOptions, Records, limits};
use callbell_import::mapping::{Facts, Mapping};

use crate::support::{Bench, sample};

/// A sample, what the plan says of it, and what becomes of its rows: line, status, identifier, name.
type Export =
    (&'static str, &'static str, &'static [(&'static str, &'static str, &'static str, &'static str)]);

const EXPORTS: &[Export] = &[
    (
        "excel-unicode-text.txt",
        "(tab, UTF-16LE with byte-order mark, header on line 1)",
        &[
            ("2", "created", "33612345701", "Zoë Bernard"),
            ("3", "created", "79123456702", "Иван Петров"),
            ("5", "created", "819012345703", "山田太郎"),
        ],
    ),
    (
        "utf-16be-no-mark.csv",
        "(comma, UTF-16BE, header on line 1)",
        &[("2", "created", "393337654801", "Ada Lovelace"), ("3", "created", "393337654802", "Bruno Conti")],
    ),
    (
        "windows-1250.csv",
        "(semicolon, windows-1250, header on line 1)",
        &[
            ("2", "created", "48512345101", "Paweł Kołodziej"),
            ("3", "created", "48512345102", "Wiesława Żak"),
            ("4", "created", "48512345103", "Małgorzata Dąbrowska"),
            ("5", "created", "48512345104", "Stanisław Jaś"),
        ],
    ),
    (
        "windows-1251.csv",
        "(semicolon, windows-1251, header on line 1)",
        &[
            ("2", "created", "79123456801", "Иван Яковлев"),
            ("3", "created", "79123456802", "Мария Зайцева"),
            ("4", "created", "79123456803", "Юлия Третьякова"),
        ],
    ),
    (
        "windows-1252.csv",
        "(semicolon, windows-1252, header on line 1)",
        &[
            ("2", "created", "4915123456701", "Jürgen Müller"),
            ("3", "created", "4915123456702", "Käthe Groß"),
            ("4", "created", "4915123456703", "Björn Weiß"),
        ],
    ),
    (
        "macroman.csv",
        "(comma, MacRoman, lines end as on an old Mac, header on line 1)",
        &[
            ("2", "created", "33612345801", "André Lefèvre"),
            ("3", "created", "33612345802", "Renée Béart"),
            ("4", "created", "33612345803", "François Müller"),
        ],
    ),
    (
        "dos-850.csv",
        "(semicolon, IBM850, header on line 1)",
        &[
            ("2", "created", "33612345901", "Hélène René"),
            ("3", "created", "33612345902", "André Müller"),
            ("4", "created", "33612345903", "Björn Frédéric"),
        ],
    ),
    (
        "excel-sep.csv",
        "(semicolon, UTF-8, header on line 2)",
        &[("3", "created", "393337654901", "Ada Lovelace"), ("4", "created", "393337654902", "Bruno Conti")],
    ),
    (
        "single-quotes.csv",
        "(comma, cells quoted with ', UTF-8, header on line 1)",
        &[
            ("2", "created", "12126218911", "Conan O'Brien"),
            ("3", "created", "12126218912", "Ada \"A\" Lovelace"),
        ],
    ),
    (
        "salesforce-report.csv",
        "lines 6 to 10 at the end are outside the table and are skipped",
        &[("2", "created", "12126218921", "Ada Lovelace"), ("3", "created", "12126218922", "Alan Turing")],
    ),
    (
        "thunderbird.csv",
        "1 empty: (no name)\n",
        &[("2", "created", "393337655001", "Ada Lovelace"), ("3", "created", "393337655002", "Bruno Conti")],
    ),
    ("contacts.csv.gz", "(gzip, comma, UTF-8, header on line 1)", PACKED),
    ("contacts.csv.zst", "(zstd, comma, UTF-8, header on line 1)", PACKED),
    ("contacts.csv.xz", "(xz, comma, UTF-8, header on line 1)", PACKED),
    ("one-list.zip", "(zip, export/subscribed.csv, comma, UTF-8, header on line 1)", PACKED),
    ("contacts.xlsx", "(xlsx workbook, sheet \"Contacts\", header on line 1)", SHEET),
    ("contacts.xls", "(xls workbook, sheet \"Contacts\", header on line 1)", SHEET),
    ("contacts.ods", "(ods workbook, sheet \"Contacts\", header on line 1)", SHEET),
    (
        "icloud.vcf",
        "(vCards, UTF-8)",
        &[
            ("1", "created", "393337655401", "Ada Lovelace"),
            ("201", "created", "33612345502", "Zoë Bernard"),
            ("209", "created", "390612345403", "Trattoria da Mario"),
        ],
    ),
    (
        "android-2.1.vcf",
        "pictures, sounds and keys that are left out: 1",
        &[
            ("1", "created", "4915123456801", "Jürgen Müller"),
            ("14", "created", "4915123456802", "Bob Weiss"),
        ],
    ),
    ("vcard-4.0.vcf", "(vCards, UTF-8)", &[("1", "created", "393337655601", "Carla Ricci")]),
    (
        "contacts.jsonl",
        "(JSON Lines, UTF-8)",
        &[("1", "created", "393337655701", "Ada Lovelace"), ("2", "created", "393337655702", "Zoë Bernard")],
    ),
];

const PACKED: &[(&str, &str, &str, &str)] =
    &[("2", "created", "393337655101", "Ada Lovelace"), ("3", "created", "393337655102", "Bruno Conti")];
const SHEET: &[(&str, &str, &str, &str)] = &[
    ("2", "created", "393337655301", "Ada Lovelace"),
    ("3", "created", "393337655302", "Bruno Conti"),
    ("4", "created", "393337655303", "Carla Ricci"),
    ("5", "invalid", "1.234567890123456E+15", "Dario Neri"),
];

fn export(name: &str) -> PathBuf {
    sample("exports").join(name)
}

/// Requests that are on the wire together may arrive in any order.
fn sorted(mut identifiers: Vec<String>) -> Vec<String> {
    identifiers.sort();
    identifiers
}

#[test]
fn every_export_is_read_as_what_it_is_without_an_option() {
    for (name, said, expected) in EXPORTS {
        let bench = Bench::new();
        let invalid = expected.iter().any(|(_, status, ..)| *status == "invalid");
        let done = bench.run(export(name), &[""; 0]).expect(i32::from(invalid));
        assert!(done.stderr.contains(said), "{name}: {}", done.stderr);
        let results = done.results();
        let seen: Vec<_> = results
            .iter()
            .map(|line| (&*line["line"], &*line["status"], &*line["identifier"], &*line["name"]))
            .collect();
        assert_eq!(seen, *expected, "{name}");
    }
}

#[test]
fn the_cells_of_a_workbook_arrive_as_the_sheet_shows_them() {
    for name in ["contacts.xlsx", "contacts.xls", "contacts.ods"] {
        let bench = Bench::new();
        let done = bench.run(export(name), &[""; 0]).expect(1);
        let world = bench.sandbox().world();
        let fields = |name: &str| {
            let (_, contact) = world.contacts().iter().find(|(_, contact)| contact.name == name).unwrap();
            serde_json::to_value(&contact.custom_fields).unwrap()
        };
        let ada = serde_json::json!({"Customer since": "2019-04-01", "Orders": "12", "VIP": "TRUE"});
        assert_eq!(fields("Ada Lovelace"), ada, "{name}");
        let bruno = fields("Bruno Conti");
        assert_eq!(
            (&bruno["Customer since"], &bruno["Orders"]),
            (&"2020-02-29T18:30:00".into(), &"3.5".into()),
            "{name}"
        );
        assert_eq!(done.failures()[0]["import_code"], "phone_scientific");
        assert_eq!(done.failures()[0]["note"], "16 digits: the last ones are lost");
    }
}

#[test]
fn the_properties_of_a_card_arrive_where_they_belong() {
    let bench = Bench::new();
    let _ = bench
        .run(
            export("icloud.vcf"),
            &["--map", "custom_fields.Phone=phone_number_2", "--map", "custom_fields.Kind=phone_type_2"],
        )
        .expect(0);
    let world = bench.sandbox().world();
    let ada = world.contacts().iter().find(|(_, contact)| contact.name == "Ada Lovelace").unwrap().1;
    assert_eq!(ada.tags, ["VIP", "Rome"]);
    let note = "First line\nsecond line, with a comma and a text that is long enough to be folded by every address book";
    assert_eq!(ada.note.as_deref(), Some(note));
    let fields = serde_json::json!({"Phone": "+39 02 1234 5401", "Kind": "Work"});
    assert_eq!(serde_json::to_value(&ada.custom_fields).unwrap(), fields);
    let bench = Bench::new();
    let _ = bench.run(export("android-2.1.vcf"), &[""; 0]).expect(0);
    let world = bench.sandbox().world();
    // In whichever order they came.
    let mut notes = world.contacts().iter().filter_map(|(_, contact)| contact.note.as_deref());
    assert_eq!(notes.next(), Some("Erste Zeile, die umbrochen wird\nzweite"));
    let bench = Bench::new();
    let _ = bench.run(export("vcard-4.0.vcf"), &[""; 0]).expect(0);
    let world = bench.sandbox().world();
    assert!(world.contacts().iter().any(|(_, contact)| contact.tags == ["Gold, Silver", "Rome"]));
}

#[test]
fn an_archive_of_several_lists_asks_which_one() {
    let bench = Bench::new();
    let file = export("three-lists.zip");
    let done = bench.run(&file, &[""; 0]).expect(2);
    assert!(
        done.stderr.contains("contains several files\n  subscribed_members_export.csv\n"),
        "{}",
        done.stderr
    );
    let done = bench.run(&file, &["--member", "subscribed.csv"]).expect(2);
    assert!(done.stderr.contains("contains no file `subscribed.csv`"), "{}", done.stderr);
    assert!(bench.identifiers().is_empty());
    let _ = bench.run(&file, &["--member", "unsubscribed_members_export.csv"]).expect(0);
    assert_eq!(sorted(bench.identifiers()), ["393337655201", "393337655202"].map(str::to_owned));
}

/// A workbook of hand-written parts.
pub(crate) fn xlsx(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: &str| {
        let options =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    };
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    part(
        "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
    );
    let root =
        format!("<Relationship Id=\"r\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/>");
    part("_rels/.rels", &format!("<Relationships xmlns=\"{PACKAGE}\">{root}</Relationships>"));
    let (mut list, mut relations) = (String::new(), String::new());
    for (at, (name, state, rows)) in sheets.iter().enumerate() {
        list += &format!("<sheet name=\"{name}\" sheetId=\"{at}\" state=\"{state}\" r:id=\"r{at}\"/>");
        relations += &format!(
            "<Relationship Id=\"r{at}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/s{at}.xml\"/>"
        );
        part(
            &format!("xl/worksheets/s{at}.xml"),
            &format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        );
    }
    part(
        "xl/workbook.xml",
        &format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>{list}</sheets></workbook>"),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        &format!("<Relationships xmlns=\"{PACKAGE}\">{relations}</Relationships>"),
    );
    archive.finish().unwrap().into_inner()
}

pub(crate) fn text(at: &str, text: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A header on row 3, and a row on row 5 whose number is what a formula last came to, written with an exponent.
fn one_contact() -> String {
    format!(
        "<row r=\"3\">{}{}</row><row r=\"5\">{}<c r=\"B5\"><f>A1*2</f><v>3.9333765540100000E+11</v></c></row>",
        text("A3", "name"),
        text("B3", "phone_number"),
        text("A5", "Ada")
    )
}

#[test]
fn a_sheet_is_read_as_it_was_calculated_last_and_its_rows_keep_their_numbers() {
    let bench = Bench::new();
    let hidden = one_contact().replace("Ada", "Hidden").replace("5540100", "5540200");
    // With the same columns it would be asked for.
    let hidden = hidden.replacen("</row>", &(text("C3", "note") + "</row>"), 1);
    let file = bench.file(
        "book.xlsx",
        xlsx(&[("Old", "hidden", &hidden), ("Blank", "visible", ""), ("New", "visible", &one_contact())]),
    );
    let done = bench.run(&file, &[""; 0]).expect(0);
    assert!(done.stderr.contains("sheet \"New\", header on line 3"), "{}", done.stderr);
    assert_eq!(
        (done.column("line"), bench.identifiers()),
        (vec!["5".to_owned()], vec!["393337655401".to_owned()])
    );
    std::fs::remove_dir_all(&done.folder).unwrap();
    let _ = bench.run(&file, &["--sheet", "Old"]).expect(0);
    assert_eq!(bench.identifiers().len(), 2);
    let done = bench.run(&file, &["--sheet", "Newer"]).expect(2);
    assert!(
        done.stderr.contains("has no sheet `Newer`")
            && done.stderr.contains("its sheets are: Old, Blank, New"),
        "{}",
        done.stderr
    );
    let file = bench.file("blank.xlsx", xlsx(&[("Blank", "visible", "")]));
    assert!(bench.run(file, &[""; 0]).expect(3).stderr.contains("is empty"));
}

#[test]
fn a_workbook_that_is_packed_is_read_as_if_it_were_not() {
    let zipped = |name: &str, bytes: &[u8]| {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file(name, options).unwrap();
        archive.write_all(bytes).unwrap();
        archive.finish().unwrap().into_inner()
    };
    let gzipped = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    };
    for name in ["contacts.xlsx", "contacts.xls", "contacts.ods"] {
        let kind = name.rsplit('.').next().unwrap();
        let bytes = std::fs::read(export(name)).unwrap();
        for (packed, said) in [
            (gzipped(&bytes), format!("(gzip, {kind} workbook, sheet \"Contacts\", header on line 1)")),
            (
                zipped(name, &bytes),
                format!("(zip, {name}, {kind} workbook, sheet \"Contacts\", header on line 1)"),
            ),
        ] {
            let bench = Bench::new();
            let done = bench.run(bench.file("list", packed), &["--sheet", "Contacts"]).expect(1);
            assert!(done.stderr.contains(&said), "{}", done.stderr);
            let expected: Vec<_> = SHEET.iter().map(|(.., identifier, _)| (*identifier).to_owned()).collect();
            assert_eq!(done.column("identifier"), expected, "{name}");
        }
    }
    let bench = Bench::new();
    let list = gzipped(b"phone_number\n+393337655301\n");
    let locked = std::fs::read(export("locked.xlsx")).unwrap();
    for (packed, said) in [
        (zipped("list.zip", &zipped("list.csv", b"phone_number\n+393337655301\n")), "is packed twice"),
        (gzipped(&std::fs::read(export("three-lists.zip")).unwrap()), "is packed twice"),
        (gzipped(&list), "is packed twice"),
        (zipped("locked.xlsx", &locked), "it is locked with a password"),
        (gzipped(b"PK\x03\x04 and no more"), "cannot be unpacked: zip: "),
    ] {
        let done = bench.run(bench.file("list", packed), &[""; 0]).expect(3);
        assert!(done.stderr.contains(said), "{}", done.stderr);
    }
    assert!(bench.identifiers().is_empty());
}

#[test]
fn further_sheets_are_named_and_one_with_the_same_columns_is_asked_for() {
    let bench = Bench::new();
    let milan = one_contact().replace("Ada", "Bob").replace("5540100", "5540200");
    let notes =
        format!("<row r=\"1\">{}</row><row r=\"4\">{}</row>", text("A1", "to do"), text("B4", "call"));
    let empty = format!("<row r=\"3\">{}{}</row>", text("A3", "name"), text("B3", "phone_number"));
    let book = xlsx(&[
        ("Rome", "visible", &one_contact()),
        ("Notes", "visible", &notes),
        ("Form", "visible", &empty),
        ("Blank", "visible", ""),
        ("Gone", "hidden", &milan.replacen("</row>", &(text("C3", "note") + "</row>"), 1)),
    ]);
    let done = bench.run(bench.file("book.xlsx", book), &[""; 0]).expect(0);
    let told = "sheets that are not read: Notes (2 filled rows), Form (1 filled row), Gone (hidden, 2 filled rows); --sheet NAME \
         reads another";
    assert!(done.stderr.contains(told), "{}", done.stderr);
    std::fs::remove_dir_all(&done.folder).unwrap();
    // Another spelling of the columns is the same list.
    let milan = milan.replace("phone_number", "Phone_Number ");
    let book = xlsx(&[("Rome", "visible", &one_contact()), ("Milan", "visible", &milan)]);
    let file = bench.file("book.xlsx", book);
    let done = bench.run(&file, &[""; 0]).expect(2);
    assert!(done.stderr.contains("has several sheets with the same columns: Rome, Milan"), "{}", done.stderr);
    assert_eq!(bench.identifiers().len(), 1);
    let done = bench.run(&file, &["--sheet", "Milan"]).expect(0);
    assert!(!done.stderr.contains("sheets that are not read"), "{}", done.stderr);
    assert_eq!(bench.identifiers().len(), 2);
}

/// With styles: the number formats of the cells, in the order in which cells name them from 1.
fn styled(book: &[u8], formats: &[&str]) -> Vec<u8> {
    let (mut codes, mut cells) = (String::new(), "<xf numFmtId=\"0\"/>".to_owned());
    for (format, id) in formats.iter().zip(200..) {
        let code =
            format.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
        codes += &format!("<numFmt numFmtId=\"{id}\" formatCode=\"{code}\"/>");
        cells += &format!("<xf numFmtId=\"{id}\"/>");
    }
    let mut archive = zip::ZipWriter::new_append(Cursor::new(book.to_vec())).unwrap();
    archive.start_file("xl/styles.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let styles = format!(
        "<styleSheet xmlns=\"{main}\"><numFmts>{codes}</numFmts><cellXfs>{cells}</cellXfs></styleSheet>"
    );
    archive.write_all(styles.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_number_is_what_the_sheet_shows_of_it_where_its_format_writes_the_country_code() {
    let bench = Bench::new();
    let row = |at: u32, value: &str, style: u32| {
        let name = text(&format!("B{at}"), &format!("P{at}"));
        format!("<row r=\"{at}\"><c r=\"A{at}\" s=\"{style}\"><v>{value}</v></c>{name}</row>")
    };
    let header = format!("<row r=\"1\">{}{}</row>", text("A1", "phone_number"), text("B1", "name"));
    let rows = [
        header,
        row(2, "3337655901", 1),
        row(3, "612345678", 2),
        row(4, "-612345679", 0),
        row(5, "393331000003.5", 1),
        row(6, "612345680", 0),
    ];
    let book =
        styled(&xlsx(&[("S", "visible", &rows.concat())]), &["\"+39 \"0", "0#\" \"##\" \"##\" \"##\" \"##"]);
    let done = bench.run(bench.file("book.xlsx", book), &["--default-country", "ES"]).expect(1).conserved();
    // `06 12 34 56 78` is no number of Spain, as anybody sees.
    assert_eq!(sorted(bench.identifiers()), ["34612345680", "393337655901"].map(str::to_owned));
    assert_eq!(done.column("code")[1..4], ["phone_length", "phone_characters", "phone_characters"]);
    assert!(done.column("message")[2].contains("a negative number"), "{:?}", done.column("message"));
    assert!(done.column("message")[3].contains("a number with a fraction"), "{:?}", done.column("message"));
    assert_eq!(done.failures()[0]["phone_number"], "06 12 34 56 78");
}

#[test]
fn rows_that_a_sheet_hides_are_told_and_imported() {
    let bench = Bench::new();
    let row = |at: u32, hidden: &str| {
        let cells = [
            text(&format!("A{at}"), &format!("+39333765591{at}")),
            text(&format!("B{at}"), &format!("P{at} > <row hidden=\"1\">").replace('<', "&lt;")),
        ];
        format!("<row r=\"{at}\"{hidden}>{}</row>", cells.concat())
    };
    let header = format!("<row r=\"1\">{}{}</row>", text("A1", "phone_number"), text("B1", "name"));
    let hidden = " hidden=\"1\"";
    // An empty row is nobody.
    let rows = [
        header,
        row(2, ""),
        row(3, hidden),
        row(4, hidden),
        row(5, ""),
        "<row r=\"6\" hidden=\"true\"/>".into(),
    ];
    let book = xlsx(&[("Other", "hidden", &rows[1]), ("A &amp; B", "visible", &rows.concat())]);
    let done = bench.run(bench.file("book.xlsx", book), &[""; 0]).expect(0).conserved();
    let told = "rows that are hidden in the sheet, by a filter or by hand, but imported all the same: 2";
    assert!(done.stderr.contains(told), "{}", done.stderr);
    assert_eq!(bench.identifiers().len(), 4);
}

#[test]
fn what_a_sheet_shows_and_its_cells_do_not_hold_is_told() {
    let bench = Bench::new();
    let row = |at: u32, tag: &str| {
        let cells = [text(&format!("A{at}"), &format!("+39333765593{at}")), text(&format!("B{at}"), "P")];
        format!("<row r=\"{at}\">{}{tag}</row>", cells.concat())
    };
    let header = format!(
        "<row r=\"1\">{}{}{}</row>",
        text("A1", "phone_number"),
        text("B1", "name"),
        text("C1", "tags")
    );
    let formula = |at: &str| format!("<c r=\"{at}\"><f>CONCATENATE(\"V\",\"IP\")</f><v></v></c>");
    let rows = [
        header,
        row(2, &text("C2", "VIP")),
        row(3, ""),
        row(4, &formula("C4")),
        format!("<row r=\"5\">{}{}</row>", formula("A5"), text("B5", "Nobody")),
        "</sheetData><mergeCells><mergeCell ref=\"C2:C3\"/><mergeCell ref=\"A1:B1\"/></mergeCells>".into(),
    ];
    let book = xlsx(&[("S", "visible", &rows.concat())]);
    let check = bench.run(bench.file("book.xlsx", book), &[""; 0]).expect(1).conserved();
    for told in [
        "2 cells are formulas that no program has calculated, and are read as empty or 0. Open the file in a spreadsheet \
         program and save it there",
        "1 merged area covers several rows: only the first row of each has its text",
    ] {
        assert!(check.stderr.contains(told), "{}", check.stderr);
    }
    assert_eq!(check.column("code"), ["", "", "", "missing_identifier"]);
}

#[test]
fn a_hidden_sheet_that_holds_people_is_named_and_asked_for_like_another() {
    let bench = Bench::new();
    let row = |at: u32, cells: [&str; 2]| {
        format!(
            "<row r=\"{at}\">{}{}</row>",
            text(&format!("A{at}"), cells[0]),
            text(&format!("B{at}"), cells[1])
        )
    };
    let people = |number: &str| row(1, ["phone_number", "name"]) + &row(2, [number, "Ada"]);
    let others = row(1, ["Town", "Country"]) + &row(2, ["Rome", "Italy"]);
    let book = xlsx(&[
        ("Lists", "veryHidden", &others),
        ("People", "visible", &people("+393337655901")),
        ("None", "hidden", ""),
    ]);
    let done = bench.run(bench.file("one.xlsx", book), &[""; 0]).expect(0);
    let told = "sheets that are not read: Lists (hidden, 2 filled rows); --sheet NAME reads another";
    assert!(done.stderr.contains(told), "{}", done.stderr);
    let book =
        xlsx(&[("Old", "hidden", &people("+393337655902")), ("People", "visible", &people("+393337655903"))]);
    let file = bench.file("two.xlsx", book);
    let done = bench.run(&file, &[""; 0]).expect(2);
    assert!(done.stderr.contains("has several sheets with the same columns: People, Old"), "{}", done.stderr);
    bench.run(&file, &["--sheet", "People"]).expect(0);
    let book = xlsx(&[("Blank", "visible", ""), ("Old", "hidden", &people("+393337655904"))]);
    let done = bench.run(bench.file("hidden.xlsx", book), &[""; 0]).expect(2);
    assert!(done.stderr.contains("are not empty are hidden: Old"), "{}", done.stderr);
    assert_eq!(sorted(bench.identifiers()), ["393337655901", "393337655903"].map(str::to_owned));
}

#[test]
fn a_number_that_a_spreadsheet_has_rounded_or_given_a_fraction_does_not_pass_for_a_telephones() {
    let bench = Bench::new();
    let row = |at: u32, value: &str| {
        let name = text(&format!("B{at}"), &format!("P{at}"));
        format!("<row r=\"{at}\"><c r=\"A{at}\"><v>{value}</v></c>{name}</row>")
    };
    let header = format!("<row r=\"1\">{}{}</row>", text("A1", "phone_number"), text("B1", "name"));
    let written = format!("<row r=\"6\">{}{}</row>", text("A6", "348.765.4329"), text("B6", "Text"));
    let rows =
        [header, row(2, "3.93331E+11"), row(3, "393337655904"), row(4, "333.12345"), row(5, "348.7654321")];
    let book = xlsx(&[("S", "visible", &(rows.concat() + &written))]);
    let done = bench.run(bench.file("book.xlsx", book), &["--default-country", "IT"]).expect(1).conserved();
    assert_eq!(
        sorted(bench.identifiers()),
        ["393331000000", "393337655904", "393487654329"].map(str::to_owned)
    );
    assert_eq!(done.column("code")[2..4], ["phone_characters", "phone_characters"]);
    assert!(done.column("message")[2].contains("a number with a fraction"), "{:?}", done.column("message"));
    assert!(done.stdout.contains("1  created phone_suspicious"), "{}", done.stdout);

    std::fs::remove_dir_all(&done.folder).unwrap();
    let lines = ["348.7654321", "\"348.765.4329\"", "333.1234500"];
    let line = |number: &str| format!("{{\"phone_number\": {number}, \"name\": \"P\"}}\n");
    let file = bench.file("list.jsonl", lines.map(line).concat());
    let done = bench.run(file, &["--default-country", "IT"]).expect(1).conserved();
    assert_eq!(done.column("code")[0], "phone_characters");
    assert_eq!(done.column("code")[2], "phone_characters");
    std::fs::remove_dir_all(&done.folder).unwrap();
    // In a list of texts it is a number in two groups.
    let file = bench.file("list.csv", "phone_number,name\n348.7654328,P\n");
    bench.run(file, &["--default-country", "IT"]).expect(0);
}

#[test]
fn a_sheet_with_two_rows_of_one_number_is_refused() {
    let bench = Bench::new();
    let row = |at: u32, number: &str| {
        format!("<row r=\"{at}\">{}{}</row>", text(&format!("A{at}"), number), text(&format!("B{at}"), "P"))
    };
    let rows = row(1, "phone_number") + &row(2, "+393337655901") + &row(2, "+393337655902");
    let done = bench.run(bench.file("book.xlsx", xlsx(&[("S", "visible", &rows)])), &[""; 0]).expect(3);
    assert!(done.stderr.contains("row 2 is in the sheet twice"), "{}", done.stderr);
    assert!(bench.identifiers().is_empty());
}

#[test]
fn the_telephone_of_a_card_within_a_card_is_not_the_persons() {
    let bench = Bench::new();
    let secretary = "VERSION:2.1\nFN:Secretary\nTEL;CELL:+393337656009\n";
    let file = bench.file(
        "cards.vcf",
        format!(
            "BEGIN:VCARD\nVERSION:2.1\nAGENT:BEGIN:VCARD\n{secretary}AGENT:\nBEGIN:VCARD\n{secretary}END:VCARD\n\
             END:VCARD\nFN:Ada\nTEL:+393337656001\nEND:VCARD\n\
             BEGIN:VCARD\nFN:Bo\nAGENT:\nBEGIN:VCARD\n{secretary}END:VCARD\nTEL:+393337656002\nEND:VCARD\n\
             BEGIN:VCARD\nFN:Cy\nAGENT:\nTEL:+393337656003\nEND:VCARD\n\
             BEGIN:VCARD\nFN:Di\nTEL:+393337656005\nAGENT:BEGIN:VCARD\n{secretary}\
             BEGIN:VCARD\nFN:Eve\nTEL:+393337656004\nEND:VCARD\n"
        ),
    );
    let done = bench.run(&file, &[""; 0]).expect(1).conserved();
    assert!(done.stderr.contains("(AGENT) that are left out: 4"), "{}", done.stderr);
    assert_eq!(done.column("name"), ["Ada", "Bo", "Cy", "", "Eve"]);
    assert_eq!(done.column("code")[3], "unended_card");
    assert_eq!(
        sorted(bench.identifiers()),
        ["393337656001", "393337656002", "393337656003", "393337656004"].map(str::to_owned)
    );
}

#[test]
fn cards_of_files_that_were_joined_are_all_there_and_none_has_another_ones_number() {
    let card =
        |name: &str, rest: &str| format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\n{rest}\r\nEND:VCARD");
    let (ada, bob) = (card("Ada", "TEL;TYPE=HOME:+390612345671"), card("Bob", "TEL;TYPE=CELL:+393337656012"));
    let cy = card("Cy", "TEL:333\r\nTEL:+393337656013");
    let end = "\r\n";
    for joined in [
        format!("\u{feff}{ada}{end}\u{feff}{bob}{end}\u{feff}{cy}{end}"),
        format!("{ada}{end}\u{1a}{bob}{end}\u{1a}{cy}{end}\u{1a}"),
        // None has a line end at its end.
        format!("{ada}{bob}{cy}"),
        format!("\u{feff}{ada}\u{feff}{bob}\u{feff}{cy}"),
    ] {
        let bench = Bench::new();
        let done = bench.run(bench.file("all.vcf", &joined), &["--yes"]).expect(0).conserved();
        assert_eq!(done.column("name"), ["Ada", "Bob", "Cy"], "{joined:?}");
        let numbers = ["390612345671", "393337656012", "393337656013"].map(str::to_owned);
        assert_eq!(sorted(bench.identifiers()), numbers, "{joined:?}");
    }
    // What is of a person is not passed over, and what may be of two is refused.
    let bench = Bench::new();
    let lost = format!("{ada}{end}VERSION:3.0{end}FN:Di{end}TEL:+393337656014{end}END:VCARD{end}{bob}");
    let torn = format!(
        "{lost}{end}BEGIN:VCARD{end}FN:Ed{end}END:VCARDx{end}VERSION:3.0{end}TEL:+393337656015{end}END:VCARD"
    );
    let done = bench.run(bench.file("torn.vcf", torn), &["--yes"]).expect(1).conserved();
    assert_eq!(done.column("code"), ["", "unended_card", "", "unended_card"]);
    assert_eq!(bench.identifiers().len(), 2);
}

#[test]
fn cards_of_an_old_mac_are_read_and_a_group_is_nobody() {
    let bench = Bench::new();
    let person = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL:+393337656031\nEND:VCARD\n";
    let group =
        |kind: &str| format!("BEGIN:VCARD\nVERSION:4.0\n{kind}\nFN:Family\nMEMBER:urn:uuid:1\nEND:VCARD\n");
    let cards = [
        group("KIND:group"),
        person.to_owned(),
        group("X-ADDRESSBOOKSERVER-KIND:group"),
        person.replace("FN:Ada", "KIND:individual\nFN:Bo").replace("031", "032"),
        // One that is cut off may be anybody's.
        group("KIND:group").replace("END:VCARD\n", ""),
    ];
    let done = bench
        .run(bench.file("old.vcf", cards.concat().replace('\n', "\r")), &["--yes"])
        .expect(1)
        .conserved();
    assert_eq!(done.column("name"), ["Ada", "Bo", ""]);
    assert_eq!(done.column("code"), ["", "", "unended_card"]);
    assert_eq!(done.column("line")[0], "7");
    assert!(done.stderr.contains("that are skipped: 2"), "{}", done.stderr);
    assert_eq!(sorted(bench.identifiers()), ["393337656031", "393337656032"].map(str::to_owned));
}

#[test]
fn of_several_telephones_of_a_card_the_one_of_whatsapp_goes_first_and_a_fax_alone_is_told() {
    let bench = Bench::new();
    let cards = [
        "TEL;TYPE=WORK;PREF=2:+390612345671\nTEL;TYPE=WORK;PREF=1:+390612345672",
        "TEL;TYPE=CELL:+393337656021\nTEL;waid=393337656022;TYPE=WORK:+393337656022",
        "TEL:+393337656023\nitem1.TEL:+393337656024\nitem1.X-ABLabel:Móvil",
        "TEL;TYPE=FAX:+390612345673\nTEL:+393337656025",
        "TEL;TYPE=FAX:+390612345674",
    ];
    let cards = cards.map(|tel| format!("BEGIN:VCARD\nVERSION:4.0\nFN:Ada\n{tel}\nEND:VCARD\n"));
    let done = bench.run(bench.file("in.vcf", cards.concat()), &["--yes"]).expect(0).conserved();
    let sent = ["390612345672", "393337656022", "393337656024", "393337656025", "390612345674"];
    assert_eq!(done.column("identifier"), sent);
    let is_told = done.column("code").into_iter().map(|code| code.contains("phone_fax"));
    assert_eq!(is_told.collect::<Vec<_>>(), [false, false, false, false, true]);
}

#[test]
fn letters_that_were_damaged_before_a_workbook_was_made_are_told() {
    let bench = Bench::new();
    let row = |at: u32, name: &str| {
        format!(
            "<row r=\"{at}\">{}{}</row>",
            text(&format!("A{at}"), name),
            text(&format!("B{at}"), &format!("+39333765580{at}"))
        )
    };
    let header = format!("<row r=\"1\">{}{}</row>", text("A1", "name"), text("B1", "phone_number"));
    let sheet = format!("{header}{}{}", row(2, "JosÃ©"), row(3, "José"));
    let file = bench.file("book.xlsx", xlsx(&[("S", "visible", &sheet)]));
    let done = bench.run(file, &[""; 0]).expect(0).conserved();
    assert!(done.stderr.contains("such as Ã© for é: 1"), "{}", done.stderr);
    assert_eq!(done.column("name"), ["JosÃ©", "José"], "told, and not changed");
}

#[test]
fn a_sheet_without_a_header_or_with_cells_beyond_it_loses_nothing() {
    let bench = Bench::new();
    let rows = format!(
        "<row r=\"1\">{}{}</row><row r=\"2\">{}{}{}</row>",
        text("A1", "Ada"),
        text("B1", "+393337655501"),
        text("A2", "Bo"),
        text("B2", "+393337655502"),
        text("D2", "more")
    );
    let file = bench.file("book.xlsx", xlsx(&[("S", "visible", &rows)]));
    let done = bench.run(&file, &[""; 0]).expect(2);
    assert!(done.stderr.contains("looks like data"), "{}", done.stderr);
    let done = bench
        .run(
            &file,
            &[
                "--no-header",
                "--map",
                "name=column_1",
                "--map",
                "identifier=column_2",
                "--map",
                "note=column_4",
            ],
        )
        .expect(0);
    assert_eq!(done.column("line"), ["1", "2"]);
    let world = bench.sandbox().world();
    let second = world.contacts().iter().find(|(_, contact)| contact.identifier == "393337655502");
    assert_eq!(second.unwrap().1.note.as_deref(), Some("more"));
}

#[test]
fn a_workbook_that_is_locked_or_broken_says_so() {
    let bench = Bench::new();
    let done = bench.run(export("locked.xlsx"), &[""; 0]).expect(3);
    assert!(
        done.stderr.contains("workbook: it is locked with a password")
            && done.stderr.contains("save it without a password")
    );
    let broken = bench.file("broken.xlsx", &std::fs::read(export("contacts.xlsx")).unwrap()[..3000]);
    assert!(bench.run(broken, &[""; 0]).expect(3).stderr.contains("cannot be unpacked"));
    // Cut off in the middle of a sector, where a reader that trusts the header goes astray.
    let cut = bench.file("cut.xls", &std::fs::read(export("contacts.xls")).unwrap()[..4430]);
    let done = bench.run(cut, &[""; 0]).expect(3);
    assert!(
        done.stderr.contains("cannot be unpacked") && !done.stderr.contains("panicked"),
        "{}",
        done.stderr
    );
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive
        .start_file(
            "xl/workbook.xml",
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored),
        )
        .unwrap();
    archive.write_all(b"<workbook").unwrap();
    let empty = bench.file("empty.xlsx", archive.finish().unwrap().into_inner());
    assert!(bench.run(empty, &[""; 0]).expect(3).stderr.contains("cannot be unpacked: workbook"));
}

#[test]
fn a_sheet_with_a_cell_that_is_longer_than_any_is_refused_before_it_fills_the_memory() {
    let bench = Bench::new();
    let rows = |letters: usize| {
        let header = format!("<row r=\"1\">{}{}</row>", text("A1", "phone_number"), text("B1", "name"));
        let name = text("B2", &"x".repeat(letters));
        format!("{header}<row r=\"2\">{}{name}</row>", text("A2", "+393337655905"))
    };
    let most = usize::try_from(limits::MOST_WORKBOOK_ELEMENT_BYTES).unwrap();
    let book = xlsx(&[("S", "visible", &rows(most))]);
    let done = bench.run(bench.file("long.xlsx", book), &[""; 0]).expect(3);
    assert!(done.stderr.contains("16777216"), "{}", done.stderr);
}

#[test]
fn a_sheet_that_repeats_itself_a_hundred_million_times_is_refused_before_it_fills_the_memory() {
    let bench = Bench::new();
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let cell = "<table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"90\"><text:p>a</text:p></table:table-cell>";
    let content = format!(
        "<office:spreadsheet><table:table><table:table-row table:number-rows-repeated=\"1000000\">{cell}</table:table-row></table:table></office:spreadsheet>"
    );
    for (name, text) in [("content.xml", content.as_str()), ("META-INF/manifest.xml", "<manifest/>")] {
        let options =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    let file = bench.file("list.ods", archive.finish().unwrap().into_inner());
    let done = bench.run(file, &[""; 0]).expect(3);
    assert!(done.stderr.contains("a workbook with more than 20000000 cells"), "{}", done.stderr);
}

#[test]
fn rows_of_another_encoding_are_given_back_in_utf8_with_every_byte_that_could_not_be_read() {
    let bench = Bench::new();
    let bytes = b"name;phone_number;note\nJ\xfcrgen;+49 12;\x80 5\nB\x81b;+4915123456901;x\nK\xe4the;+4915123456902;\n";
    let file = bench.file("list.csv", bytes);
    let first = bench.run(&file, &["--encoding", "windows-1252"]).expect(1);
    let given_back = std::fs::read(first.folder.join("failures.csv")).unwrap();
    assert!(given_back.starts_with("\u{feff}name;phone_number;note;".as_bytes()));
    let has = |part: &[u8]| given_back.windows(part.len()).any(|window| window == part);
    assert!(has("Jürgen;+49 12;€ 5;".as_bytes()) && has(b"B\xff81b;+4915123456901;x;"));
    let again = bench.file("again.csv", &given_back);
    std::fs::remove_dir_all(&first.folder).unwrap();
    let again = bench.run(again, &[""; 0]).expect(1);
    let codes: Vec<_> = again.results().iter().map(|line| line["code"].clone()).collect();
    assert_eq!(codes, ["phone_length", "encoding"]);
    assert_eq!(bench.identifiers(), ["4915123456902"]);
}

#[test]
fn standard_input_is_told_by_its_content_too() {
    let bench = Bench::new();
    let mut child = bench.run_command("-", &[""; 0]).stdin(std::process::Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&std::fs::read(export("contacts.csv.zst")).unwrap()).unwrap();
    let _ = bench.finish(child.wait_with_output().unwrap()).expect(0);
    assert_eq!(bench.identifiers().len(), 2);
}

#[test]
fn the_profile_of_vcards_names_the_columns_that_the_reader_makes() {
    let mut seen: Vec<String> = Vec::new();
    for file in ["icloud.vcf", "android-2.1.vcf", "vcard-4.0.vcf"] {
        let input = InputFile::open(&export(file), &InputOptions::default(), &tempfile::tempfile).unwrap();
        let input = InputFiles::new(vec![input]).unwrap();
        let header = &input.header().names;
        let mut facts = Facts::new(header);
        Records::new(&input).unwrap().for_each(|row| facts.note(&row.unwrap()));
        let resolved = Mapping::default().resolve(header, &facts).unwrap();
        assert_eq!(
            resolved.profile.map(|profile| profile.name).as_deref(),
            Some("vcard"),
            "{file}: {header:?}"
        );
        seen.extend(header.iter().cloned());
    }
    let profile = include_str!("../../src/mapping/profiles/vcard.toml");
    let profile: toml::Table = profile.parse().unwrap();
    let named =
        profile["profile"]["fingerprint"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
    let mapped = ["name", "phone_number", "phone_number_2", "given_name", "organization", "tags", "note"];
    for column in named.chain(mapped) {
        assert!(seen.iter().any(|known| known == column), "no card has {column}");
    }
}

#[test]
fn a_json_list_is_no_name_and_nothing_is_sent() {
    let line = |number: u32, name: &str| format!("{{\"phone\":\"+39333000000{number}\",\"name\":{name}}}\n");
    for list in ["[\"Ada\",\"L\"]", "[\"Lovelace, Ada\"]"] {
        let bench = Bench::new();
        let file = bench.file("list.jsonl", [line(1, "\"Bob\""), line(2, list)].concat());
        let done = bench.run(&file, &[""; 0]).expect(3);
        let said = "list.jsonl, line 2, `name` is a list, but name takes a single text";
        assert!(done.stderr.contains(said), "{}", done.stderr);
        assert!(bench.identifiers().is_empty());
        // As tags it is what it is.
        let tags = bench.file("tags.jsonl", line(3, list).replace("name", "tags"));
        bench.run(&tags, &["--set", "name=Ada", "--yes"]).expect(0).conserved();
    }
    let bench = Bench::new();
    let one = bench.file("one.jsonl", line(4, "[\"Ada\"]"));
    assert_eq!(bench.run(&one, &["--yes"]).expect(0).results()[0]["name"], "Ada");
}

#[test]
fn json_lists_and_numbers_mean_what_json_says_whatever_is_declared_of_texts() {
    let bench = Bench::new();
    let line = r#"{"phone_number":"+393331234501","name":"Ada","Likes":["Sea; sun","Art"],"Score":1.234}"#;
    let file = bench.file("in.jsonl", line);
    let likes = "[map]\nidentifier = \"phone_number\"\nname = \"name\"\n[custom_fields.Likes]\ntype = \"checkbox\"\nseparator = \";\"\n";
    let score = "[custom_fields.Score]\ntype = \"number\"\n";
    let german = "decimal_separator = \",\"\nthousands_separator = \".\"\n";
    bench.file("german.toml", format!("{likes}{score}{german}"));
    bench.file("plain.toml", format!("{likes}{score}"));
    let map = ["--map", "custom_fields.Likes=Likes", "--map", "custom_fields.Score=Score", "--mapping"];
    let refused = bench.run(&file, &[&map[..], &["german.toml"]].concat()).expect(2);
    assert!(refused.stderr.contains("`Score` holds numbers, not texts"), "{}", refused.stderr);
    // So do the numbers of a workbook.
    let cells = |row: u32, cells: [&str; 3]| {
        let cells: String =
            cells.iter().zip(["A", "B", "C"]).map(|(cell, at)| text(&format!("{at}{row}"), cell)).collect();
        format!("<row r=\"{row}\">{cells}</row>")
    };
    let header = cells(1, ["phone_number", "name", "Score"]);
    let of = |score: &str| {
        let (phone, name) = (text("A2", "+39 333 1234509"), text("B2", "Eva"));
        xlsx(&[(
            "Sheet",
            "visible",
            &format!("{header}<row r=\"2\">{phone}{name}<c r=\"C2\"><v>{score}</v></c></row>"),
        )])
    };
    let score_only =
        ["--map", "custom_fields.Score=Score", "--mapping", "score.toml", "--out", "of-the-book"];
    bench.file(
        "score.toml",
        format!("[map]\nidentifier = \"phone_number\"\nname = \"name\"\n{score}{german}"),
    );
    let read = |score: &str| {
        let book = bench.file("in.xlsx", of(score));
        let base = bench.sandbox().base_url();
        let args = ["check", book.to_str().unwrap(), "--base-url", &base];
        bench.exact([&args[..], &score_only].concat())
    };
    let refused = read("1.234").expect(2);
    assert!(refused.stderr.contains("`Score` holds numbers, not texts"), "{}", refused.stderr);
    let _ = read("1234").expect(0);
    let done = bench.run(&file, &[&map[..], &["plain.toml"]].concat()).expect(0);
    assert_eq!(done.number("created"), 1);
    let fields = |place: usize| {
        let world = bench.sandbox().world();
        world.contacts().iter().nth(place).unwrap().1.custom_fields.clone()
    };
    assert_eq!(fields(0)["Likes"], serde_json::json!(["Sea; sun", "Art"]));
    assert_eq!(fields(0)["Score"], "1.234");
    // As a text it is what the person declared of texts.
    let text = line.replace("1.234", "\"1.234\"").replace("4501", "4502");
    let done = bench
        .run(bench.file("texts.jsonl", text), &[&map[..], &["german.toml", "--restart", "--yes"]].concat());
    let _ = done.expect(0);
    assert_eq!(fields(1)["Score"], "1234");
}
