//! The bad-input catalogue, from formulas to repeated contacts: what is in a cell, and what becomes of it.
//!
//! A row that is not sent has a code; a row that is sent as it stands has nothing to say; what is mended or worth a look
//! is remarked. Mappings that are wrong as a whole are in `check.rs` (`mistakes_are_told_…`), and lines of a file in
//! `input`.

use callbell_import::mapping::{Country, Facts, Mapping, MappingFile};
use callbell_import::model::{Code, FieldValue, NewContact, Remark, Row, RowNumber};
use csv::ByteRecord;

const HEADER: [&str; 12] = [
    "identifier",
    "source",
    "name",
    "tags",
    "assigned_user",
    "team_uuid",
    "channel_uuid",
    "bot_status",
    "note",
    "Since",
    "Level",
    "Budget",
];

const TYPES: &str = "[map]\nidentifier = \"identifier\"\nsource = \"source\"\nname = \"name\"\ntags = \"tags\"\n\
    assigned_user = \"assigned_user\"\nteam_uuid = \"team_uuid\"\nchannel_uuid = \"channel_uuid\"\n\
    bot_status = \"bot_status\"\nnote = \"note\"\n\"custom_fields.Since\" = \"Since\"\n\"custom_fields.Level\" = \"Level\"\n\
    \"custom_fields.Budget\" = \"Budget\"\n[custom_fields.Since]\ntype = \"date\"\n\
    [custom_fields.Level]\ntype = \"dropdown\"\noptions = [\"Gold\", \"Silver\"]\n\
    [custom_fields.Budget]\ntype = \"number\"\n";

/// What becomes of the row.
enum Fate {
    /// It is not sent, for this reason alone.
    Refused(Code),
    /// The field is sent with this value, and these things are remarked.
    Sent(&'static str, &'static [Code]),
}

use Code::*;
use Fate::{Refused, Sent};

/// (number in the catalogue, what it is, column, cell, default country, fate)
const CATALOGUE: &[(u32, &str, &str, &str, &str, Fate)] = &[
    // Data goes out as it is; the files we write are guarded (see `formulas_in_our_own_columns…`).
    (59, "a formula as a name", "name", "=cmd|'/C calc'!A0", "", Sent("=cmd|'/C calc'!A0", &[])),
    (59, "an at sign first", "name", "@SUM(A1)", "", Sent("@SUM(A1)", &[])),
    (59, "a tab inside a name", "name", "a\tb", "", Refused(ControlCharacter)),
    (60, "a plus is no formula", "identifier", "+393331234501", "", Sent("393331234501", &[])),
    (61, "an exponent", "identifier", "3.91235E+11", "", Refused(PhoneScientific)),
    (61, "an exponent without a fraction", "identifier", "1e12", "", Refused(PhoneScientific)),
    (61, "an exponent with a comma", "identifier", "3,91E+11", "IT", Refused(PhoneScientific)),
    (
        62,
        "a .0 tail",
        "identifier",
        "393331234501.0",
        "",
        Sent("393331234501", &[PhoneSpreadsheet, PhoneReadAsInternational]),
    ),
    (63, "an apostrophe", "identifier", "'+393331234501", "", Sent("393331234501", &[PhoneSpreadsheet])),
    (
        63,
        "text in a formula",
        "identifier",
        "=\"+393331234501\"",
        "",
        Sent("393331234501", &[PhoneSpreadsheet]),
    ),
    (64, "two zeros", "identifier", "00393331234501", "", Sent("393331234501", &[PhonePunctuation])),
    (65, "a trunk zero and no country", "identifier", "0612345678", "", Refused(PhoneNational)),
    (
        65,
        "a trunk zero and a country",
        "identifier",
        "0612345678",
        "FR",
        Sent("33612345678", &[PhoneMadeInternational]),
    ),
    (66, "a zero lost that belongs to the number", "identifier", "21234567", "IT", Refused(PhoneLostZero)),
    (
        66,
        "a zero lost that does not",
        "identifier",
        "612345678",
        "FR",
        Sent("33612345678", &[PhoneMadeInternational, PhoneZeroAdded]),
    ),
    (66, "too short", "identifier", "+39 12", "", Refused(PhoneLength)),
    (67, "seven digits", "identifier", "1234567", "IT", Refused(PhoneLostZero)),
    (67, "sixteen digits", "identifier", "+1234567890123456", "", Refused(PhoneLength)),
    (68, "rounded by a spreadsheet", "identifier", "3933312345670000", "", Refused(PhoneLength)),
    (
        69,
        "brackets and dots",
        "identifier",
        "+39 (02) 12-345.67",
        "",
        Sent("39021234567", &[PhonePunctuation]),
    ),
    (
        69,
        "a no-break and a thin space",
        "identifier",
        "+39\u{a0}333\u{2009}1234501",
        "",
        Sent("393331234501", &[PhonePunctuation]),
    ),
    (
        70,
        "full-width digits",
        "identifier",
        "＋３９３３３１２３４５０１",
        "",
        Sent("393331234501", &[PhonePunctuation]),
    ),
    (70, "Arabic-Indic digits", "identifier", "+٣٩٣٣٣١٢٣٤٥٠١", "", Sent("393331234501", &[PhonePunctuation])),
    (
        71,
        "direction marks",
        "identifier",
        "\u{202a}+393331234501\u{202c}",
        "",
        Sent("393331234501", &[PhonePunctuation]),
    ),
    (
        71,
        "a soft hyphen and a zero-width space",
        "identifier",
        "+39333\u{ad}1234\u{200b}501",
        "",
        Sent("393331234501", &[PhonePunctuation]),
    ),
    (72, "letters for digits", "identifier", "1-800-FLOWERS", "US", Refused(PhoneCharacters)),
    (72, "n/a", "identifier", "n/a", "IT", Refused(PhoneCharacters)),
    (72, "a dash", "identifier", "-", "IT", Refused(PhoneCharacters)),
    (72, "null", "identifier", "null", "IT", Refused(PhoneCharacters)),
    (72, "#N/A", "identifier", "#N/A", "IT", Refused(PhoneCharacters)),
    (72, "#REF!", "identifier", "#REF!", "IT", Refused(PhoneCharacters)),
    (73, "two numbers", "identifier", "3331234501/3341234501", "IT", Refused(PhoneMultiple)),
    (74, "an extension", "identifier", "+39 06 1234567 x12", "", Refused(PhoneExtension)),
    (75, "Brazil with the 9", "identifier", "+5511987650321", "", Sent("5511987650321", &[])),
    (75, "Brazil without the 9", "identifier", "+551187650321", "", Sent("551187650321", &[])),
    (75, "Mexico with the 1", "identifier", "+5215512340678", "", Sent("5215512340678", &[])),
    (75, "Argentina with the 9", "identifier", "+5491123450789", "", Sent("5491123450789", &[])),
    (
        76,
        "all digits alike",
        "identifier",
        "+39 33333333333",
        "",
        Sent("3933333333333", &[PhonePunctuation, PhoneUnknownRange, PhoneSuspicious]),
    ),
    (77, "no identifier", "identifier", "  ", "IT", Refused(MissingIdentifier)),
    (78, "no name", "name", "", "", Refused(MissingName)),
    (80, "emoji, joiners, Chinese", "name", "👩‍👧 王 Zoe\u{308}", "", Sent("👩‍👧 王 Zoe\u{308}", &[])),
    (81, "an override", "name", "Ada\u{202e}gpj", "", Refused(ControlCharacter)),
    (81, "an isolate", "name", "Ada\u{2067}x", "", Refused(ControlCharacter)),
    (81, "a plain direction mark", "name", "שלום\u{200f}", "", Sent("שלום\u{200f}", &[])),
    (82, "an escape", "name", "Ada\u{1b}[2J", "", Refused(ControlCharacter)),
    (82, "a C1 control", "name", "Ada\u{9b}2J", "", Refused(ControlCharacter)),
    (82, "a delete", "name", "Ada\u{7f}", "", Refused(ControlCharacter)),
    (83, "only invisible characters", "name", "\u{200b}\u{2060} ", "", Refused(MissingName)),
    (84, "outer spaces", "name", "  Ada ", "", Sent("Ada", &[Trimmed])),
    (85, "NULL", "name", "NULL", "", Sent("NULL", &[NamePlaceholder])),
    (85, "None", "name", "None", "", Sent("None", &[NamePlaceholder])),
    (85, "nan", "name", "nan", "", Sent("nan", &[NamePlaceholder])),
    (
        86,
        "a tag with the separator, as JSON",
        "tags",
        "[\"Rome, Italy\",\"VIP\"]",
        "",
        Sent("Rome, Italy|VIP", &[TagComma]),
    ),
    (86, "split as it shows", "tags", "Rome, Italy", "", Sent("Rome|Italy", &[])),
    (86, "two kinds of separators", "tags", "a;b,c", "", Sent("a;b|c", &[TagsMixedSeparators])),
    (87, "empty tags and exact repeats", "tags", "a,,a,b", "", Sent("a|b", &[TagRepeated])),
    (87, "case twins", "tags", "a,A", "", Sent("a|A", &[TagCaseTwins])),
    (89, "an option that is not there", "Level", "Bronze", "", Refused(CustomFieldOption)),
    (89, "an option in other letters", "Level", "gold", "", Refused(CustomFieldOption)),
    (89, "no number", "Budget", "1,250", "", Refused(CustomFieldValue)),
    (89, "a day that no calendar has", "Since", "2026-02-31", "", Refused(CustomFieldValue)),
    (90, "day or month", "Since", "03/04/2026", "", Refused(DateAmbiguous)),
    (91, "no e-mail address", "assigned_user", "bob@", "", Refused(AssignedUser)),
    (92, "a team's name", "team_uuid", "Sales", "", Refused(TeamUuid)),
    (92, "a channel's title", "channel_uuid", "Main line", "", Refused(ChannelUuid)),
    (93, "a source misspelt", "source", "Whattsapp", "", Refused(Source)),
    (93, "a source in capitals", "source", "WHATSAPP", "", Sent("whatsapp", &[])),
    (94, "a bot status that is none", "bot_status", "off", "", Refused(BotStatus)),
];

fn fill(
    column: &str,
    cell: &str,
    country: &str,
) -> Result<(NewContact, Vec<Remark>), callbell_import::model::Rejection> {
    let mut mapping: Mapping = MappingFile::parse(TYPES, "types.toml".as_ref()).unwrap().mapping;
    mapping.default_country = Country::parse(country).ok();
    let header = HEADER.map(str::to_owned);
    let mut cells = [""; HEADER.len()];
    cells[0] = "+393331234599";
    cells[2] = "Ada";
    cells[HEADER.iter().position(|name| *name == column).unwrap()] = cell;
    let row = Row { number: RowNumber::FIRST, line: 2, cells: ByteRecord::from(cells.to_vec()), flaw: None };
    let form = mapping.resolve(&header, &Facts::new(&header)).unwrap().form;
    // Whether it is looked at or filled, the row has the same fate.
    let (looked, filled) = (form.look(&row), form.fill(&row));
    match (&looked, &filled) {
        (Ok((who, looked)), Ok((contact, filled))) => {
            assert_eq!(
                (&*who.identifier, who.source, looked),
                (&*contact.identifier, contact.source, filled)
            );
        }
        (Err(looked), Err(filled)) => assert_eq!(looked.problems(), filled.problems()),
        _ => panic!("looked at and filled, {cell:?} has two fates"),
    }
    filled
}

fn value(contact: &NewContact, column: &str) -> String {
    match column {
        "identifier" => contact.identifier.clone(),
        "name" => contact.name.clone(),
        "source" => contact.source.as_str().to_owned(),
        "tags" => contact.tags.join("|"),
        _ => match contact.custom_fields.iter().find(|(label, _)| label == column) {
            Some((_, FieldValue::Text(text))) => text.clone(),
            other => panic!("{column}: {other:?}"),
        },
    }
}

#[test]
fn every_bad_cell_of_the_catalogue_has_its_documented_fate() {
    for (number, what, column, cell, country, fate) in CATALOGUE {
        let case = format!("{number}, {what}: {cell:?}");
        match (fill(column, cell, country), fate) {
            (Err(rejection), Refused(code)) => {
                let codes: Vec<Code> = rejection.problems().iter().map(|problem| problem.code).collect();
                assert_eq!(codes, [*code], "{case}");
                let message = rejection.problems()[0].message.to_string();
                assert!(
                    cell.trim().len() < 4 || !message.contains(cell.trim()),
                    "{case}: the message holds the cell: {message}"
                );
                assert!(callbell_import::report::fix(*code).is_some(), "{case}: no way out is told");
            }
            (Ok((contact, remarks)), Sent(expected, codes)) => {
                assert_eq!(value(&contact, column), *expected, "{case}");
                let found: Vec<Code> = remarks.iter().map(|remark| remark.code).collect();
                assert_eq!(found, *codes, "{case}");
            }
            (Ok(_), Refused(code)) => panic!("{case} is sent, and should be refused as {code}"),
            (Err(rejection), Sent(..)) => panic!("{case} is refused: {rejection:?}"),
        }
    }
}

#[test]
fn a_long_name_is_sent_with_a_warning_and_a_long_note_is_refused() {
    // Row 79: the API states no limit for names, so the longest is warned about and not refused.
    let (contact, remarks) = fill("name", &"n".repeat(10_000), "").unwrap();
    assert_eq!((contact.name.len(), remarks[0].code), (10_000, NameLong));
    // Row 88: its limit for notes is counted in code points and in UTF-16 units.
    assert!(fill("note", &"é".repeat(1000), "").is_ok());
    for note in ["x".repeat(1001), "🙂".repeat(501)] {
        assert_eq!(fill("note", &note, "").unwrap_err().problems()[0].code, NoteLength);
    }
}

#[test]
fn the_catalogue_is_complete() {
    // 88 and 79 are above; 95 and 96 are in `import.rs` and `simulation.rs`, where there are several rows and runs.
    for number in (59..=94).filter(|number| ![79, 88].contains(number)) {
        assert!(CATALOGUE.iter().any(|(known, ..)| *known == number), "row {number} is missing");
    }
}
