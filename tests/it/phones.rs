//! Numbers against an independent implementation: `tests/data/phones.csv` holds what Python's phonenumbers says
//! (`tests/generators/phones.py`). Where we differ, the difference has a reason here.

use std::collections::BTreeMap;

use callbell_import::mapping::{Country, Facts, Mapping};
use callbell_import::model::{Code, Row, RowNumber};
use csv::ByteRecord;

use crate::support::Bench;

const GOLDEN: &str = include_str!("../data/phones.csv");

/// What our reading makes of a cell: the digits, with whether they are in a range in use, or why not.
fn read(cell: &str, country: &str) -> Result<(String, bool), Code> {
    let header = ["phone".to_owned(), "name".to_owned()];
    let mut mapping = Mapping::default();
    mapping.default_country = Country::parse(country).ok();
    mapping.map("identifier=phone").unwrap();
    let form = mapping.resolve(&header, &Facts::new(&header)).unwrap().form;
    let cells = ByteRecord::from(vec![cell, "Ada"]);
    match form.fill(&Row { number: RowNumber::FIRST, line: 2, cells, flaw: None }) {
        Ok((contact, remarks)) => {
            let known = !remarks.iter().any(|remark| remark.code == Code::PhoneUnknownRange);
            Ok((contact.identifier, known))
        }
        Err(rejection) => Err(rejection.problems()[0].code),
    }
}

/// Why we do not say what phonenumbers says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Difference {
    /// A possible number in no range in use: phonenumbers calls it invalid, we send it and say so. Reviewed: most are numbers
    /// that were cut short or long on purpose (`712034` in Romania) and still have a length that the plan knows; the others are
    /// those that nobody has (`+1 555`). New ranges are opened before the metadata has them, so such a number is no proof.
    SentWithAWarning,
    /// `00` is read as `+` in every country. phonenumbers does so only where people dial it, and not in the United States (011),
    /// Japan (010), Brazil or Kenya, where people write it all the same, and where no number begins with it. Reviewed: each of
    /// these is a number in use with the country code that stands after the `00`.
    DoubleZero,
    /// The country code stands in front without a `+`, and the whole could also be a landline that lost its 0: phonenumbers
    /// takes it for that, and puts the country code in front once more.
    LostPlus,
    /// The old and the new form of a number in Mexico, Argentina or Brazil are one contact to WhatsApp: both are taken.
    SiblingForm,
}

fn difference(
    ours: &Result<(String, bool), Code>,
    cell: &str,
    valid: bool,
    digits: &str,
) -> Result<Option<Difference>, String> {
    let given: String = cell.chars().filter(char::is_ascii_digit).collect();
    Ok(match ours {
        Ok((ours, _)) if valid && ours == digits => None,
        Err(_) if !valid => None,
        Ok((_, false)) if !valid => Some(Difference::SentWithAWarning),
        Ok((ours, true)) if !valid && given.strip_prefix("00") == Some(ours.as_str()) => {
            Some(Difference::DoubleZero)
        }
        Ok((ours, true)) if !valid && callbell_import::model::sibling_form(ours).is_some() => {
            Some(Difference::SiblingForm)
        }
        Ok((ours, true)) if *ours == given && digits.ends_with(ours.as_str()) => Some(Difference::LostPlus),
        _ => return Err(format!("{cell}: ours {ours:?}, theirs {valid} {digits}")),
    })
}

#[test]
fn numbers_are_read_as_an_independent_implementation_reads_them_and_every_difference_has_a_reason() {
    let mut differences: BTreeMap<Difference, usize> = BTreeMap::new();
    let (mut cases, mut unexplained) = (0, Vec::new());
    for record in csv::Reader::from_reader(GOLDEN.as_bytes()).records() {
        let record = record.unwrap();
        let ours = read(&record[0], &record[1]);
        cases += 1;
        match difference(&ours, &record[0], &record[2] == "yes", &record[3]) {
            Ok(None) => {}
            Ok(Some(difference)) => *differences.entry(difference).or_default() += 1,
            Err(words) => unexplained.push(format!("{words} ({})", &record[1])),
        }
    }
    assert!(cases > 500);
    assert!(unexplained.is_empty(), "no reason for these differences:\n{}", unexplained.join("\n"));
    // A change here is a change of what people's numbers become: look at each before it is written down.
    let known = [
        (Difference::SentWithAWarning, 6),
        (Difference::DoubleZero, 18),
        (Difference::LostPlus, 1),
        (Difference::SiblingForm, 2),
    ];
    assert_eq!(differences, BTreeMap::from(known));
}

#[test]
fn identifiers_of_other_sources_that_a_spreadsheet_destroyed_make_no_contact_of_two_people() {
    let rows = [
        ("2.45123E+16", "phone_scientific"),
        ("2.45123E+16", "phone_scientific"),
        ("2,45123E+16", "phone_scientific"),
        ("123456789.5", "identifier"),
        ("TRUE", "identifier"),
        ("cafe\u{301}", "identifier"),
        ("-", "missing_identifier"),
        ("n/a", "missing_identifier"),
        ("0", "missing_identifier"),
        ("caf\u{e9}", ""),
        ("24512345678901234", ""),
    ];
    for source in ["facebook", "instagram", "telegram"] {
        let bench = Bench::new();
        let list: String = rows.iter().map(|(text, _)| format!("\"{text}\",Ada\n")).collect();
        let file = bench.file("in.csv", format!("identifier,name\n{list}"));
        let done = bench.run(file, &["--source", source]).expect(1).conserved();
        assert_eq!(done.column("code"), rows.map(|(_, code)| code), "{source}");
        let mut sent = bench.identifiers();
        sent.sort_unstable();
        assert_eq!(sent, ["24512345678901234", "caf\u{e9}"]);
        // One person in the spellings of a spreadsheet and of a copy.
        let spelt = "identifier,name\ntg1234567,Ada\n'tg1234567,Ada\n\"=\"\"tg1234567\"\"\",Ada\n\
                     tg1234567\u{200b},Ada\n\u{200e}tg1234567,Ada\n tg1234567,Ada\n";
        let bench = Bench::new();
        let done = bench.run(bench.file("in.csv", spelt), &["--source", source]).expect(0);
        assert_eq!(bench.identifiers(), ["tg1234567"]);
        let told = &done.stderr;
        assert!(
            told.contains("characters that a spreadsheet adds were removed from numbers and identifiers"),
            "{told}"
        );
    }
    // Programs write what JSON calls a number, and a truth, as such.
    let json = "{\"name\":\"A\",\"identifier\":2.45e16}\n{\"name\":\"B\",\"identifier\":true}\n\
                {\"name\":\"C\",\"identifier\":123456789.5}\n{\"name\":\"D\",\"identifier\":24512345678901234}\n";
    let bench = Bench::new();
    let done = bench.run(bench.file("in.jsonl", json), &["--source", "facebook"]).expect(1);
    assert_eq!(done.column("code"), ["phone_scientific", "identifier", "identifier", ""]);
}

#[test]
fn identifiers_that_all_end_in_noughts_are_told_before_anything_is_sent() {
    let bench = Bench::new();
    let rounded = "identifier,name\n24512345678901200,Ada\n24512345678905500,Bo\n";
    let flags = ["--source", "facebook", "--set", "bot_status=bot_end"];
    let file = bench.file("in.csv", rounded);
    let told = bench.run(&file, &flags).expect(0).stderr;
    assert!(told.contains("like numbers that a spreadsheet has rounded"), "{told}");
    let bench = Bench::new();
    let file = bench.file("in.csv", rounded.replace("5500", "5512"));
    let told = bench.run(&file, &flags).expect(0).stderr;
    assert!(!told.contains("rounded"), "{told}");
}

/// An export of Google Contacts with an address.
const GOOGLE: &str = "First Name,Last Name,Labels,Phone 1 - Label,Phone 1 - Value,Address 1 - Country,Notes,Photo,\
    Organization Name,E-mail 1 - Label,E-mail 1 - Value\n\
    Hans,Mayer,* myContacts,Mobile,0171 1234567,Germany,,,,,\n";

#[test]
fn the_country_columns_of_other_programs_say_a_country_too() {
    // Of two, either may be that of the number, if it is one there.
    for (header, row, refused) in [
        ("Name,Phone,Address 1 - Country", "Ada,0171 1234567,Germany", true),
        ("Name,Phone,Home Country/Region,Business Country/Region", "Ada,0171 1234567,,Germany", true),
        ("Name,Phone,Indicatif", "Ada,0171 1234567,49", true),
        ("Name,Phone,Mailing Country,Other Country", "Ada,0171 1234567,Italy,Germany", true),
        ("Name,Phone,Mailing Country,Other Country", "Ada,333 1234501,Italy,France", false),
        ("Name,Phone,Mailing Country", "Ada,333 1234501,Italy", false),
        ("Name,Phone,Mailing Country", "Ada,+39 333 1234501,Germany", false),
        ("Name,Phone,Stato", "Ada,0171 1234567,Germania", true),
        ("Name,Phone,Stato", "Ada,333 1234501,SI", false),
    ] {
        let bench = Bench::new();
        let file = bench.file("in.csv", format!("{header}\n{row}\n"));
        let done = bench.run(file, &["--default-country", "IT", "--yes"]).expect(i32::from(refused));
        let code = done.column("code").pop().unwrap();
        assert_eq!(code == "phone_ambiguous", refused, "{header}: {row}: {code}");
        assert_eq!(bench.identifiers().is_empty(), refused, "{header}: {row}");
    }
    let bench = Bench::new();
    let google = ["--profile", "google", "--default-country", "IT"];
    let done = bench.run(bench.file("google.csv", GOOGLE), &google).expect(1);
    assert_eq!(done.column("code"), ["phone_ambiguous"]);
}

#[test]
fn a_national_number_whose_row_names_another_country_is_not_made_one_of_the_default() {
    let bench = Bench::new();
    let list = "Name,Phone,Country\nAda,612345678,Spain\nBo,06 12 34 56 78,France\nCy,+34 612 345 679,Spain\n\
                Di,0033612345680,Spain\nEd,06 12 34 56 81,\nFe,06 12 34 56 82,Atlantis\n";
    let file = bench.file("in.csv", list);
    let done = bench.run(&file, &["--default-country", "FR", "--yes"]).expect(1).conserved();
    assert_eq!(done.column("status"), ["invalid", "created", "created", "created", "created", "created"]);
    assert_eq!(done.column("code")[0], "phone_ambiguous");
    assert!(done.failures()[0]["import_message"].contains("one of FR, but its row names ES"));
    let codes = "Name,Phone,Country Code\nAda,347 1234567,39\nBo,212 621 8900,+1\n";
    let bench = Bench::new();
    let done = bench.run(bench.file("in.csv", codes), &["--default-country", "US", "--yes"]).expect(1);
    assert_eq!(done.column("status"), ["invalid", "created"]);
    // How somebody is addressed is no country, though `Mr` and `Ms` are codes of some.
    let titles = "Name,Phone,Prefix\nAda,06 12 34 56 83,Ms\nBo,06 12 34 56 84,Mr\n";
    let _ =
        Bench::new().run(bench.file("titles.csv", titles), &["--default-country", "FR", "--yes"]).expect(0);
    // Declared, the column makes them what they are.
    let map =
        "[map]\nidentifier = \"Phone\"\nname = \"Name\"\n[options]\ncountry_code_column = \"Country Code\"\n";
    bench.file("m.toml", map);
    let done = bench.run("in.csv", &["--mapping", "m.toml", "--yes", "--restart"]).expect(0);
    assert_eq!(done.column("identifier"), ["393471234567", "12126218900"]);
}
