//! vCards 2.1, 3.0 and 4.0, as phones and address books write them: one card is one row.
//!
//! The columns are named so that a mapping sees an ordinary list: `name`, `phone_number`, `phone_number_2`, …,
//! `email`, `organization`, `tags`, `note`. A mobile number comes before the others, a fax or pager number after
//! them. What has no column of its own keeps its name, as in `vcard_adr`. Pictures, sounds and keys are left out and
//! counted, however long they are.

use std::collections::HashMap;
use std::io::{BufReader, Read};

use super::aside::{Aside, AsideWriter};
use super::limits::MOST_RECORD_BYTES;
use super::long_lines::LongLines;
use super::property::{self, Property};
use super::putting_aside::Failed;
use crate::model::Flaw;

/// U+FEFF, as it stands between files that were joined.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// Ctrl-Z, with which `copy` ends a file.
const END_OF_DOS: u8 = 0x1a;
/// What mobile telephones are called, also by the labels of telephones in the five languages.
const MOBILE: [&str; 11] = [
    "CELL",
    "IPHONE",
    "MOBILE",
    "CELLULARE",
    "MÓVIL",
    "CELULAR",
    "MOBIL",
    "HANDY",
    "PORTABLE",
    "TELEMÓVEL",
    "TÉLÉPHONE PORTABLE",
];
/// Columns that every list of cards has; the profile of vCards is known by them.
const ALWAYS: [&str; 5] = ["name", "phone_number", "phone_type", "given_name", "family_name"];
/// What is no telephone of a person.
const FAX: [&str; 4] = ["FAX", "PAGER", "HOMEFAX", "WORKFAX"];
/// What says of lines outside of cards that they are of a person.
const OF_A_PERSON: [&str; 4] = ["EMAIL", "FN", "N", "TEL"];
/// Columns in the order in which they stand; others follow as they come.
const COLUMNS: [&str; 12] = [
    "name",
    "phone_number",
    "phone_type",
    "email",
    "organization",
    "title",
    "tags",
    "note",
    "birthday",
    "nickname",
    "given_name",
    "family_name",
];

/// What was found besides the cards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct CardNotes {
    /// Pictures, sounds and keys.
    pub(super) binary: u64,
    /// Lines outside of cards, or that are no property.
    pub(super) stray: u64,
    /// Cards of other people within cards.
    pub(super) agents: u64,
    /// Cards of lists of people.
    pub(super) groups: u64,
}

/// Reads all cards of `text`, which is UTF-8.
pub(super) fn put_aside(text: impl Read, table: AsideWriter) -> Result<(Aside, CardNotes), Failed> {
    let mut reading = Reading { table, notes: CardNotes::default(), card: None };
    let mut lines = LongLines::new(BufReader::with_capacity(1 << 16, text));
    let mut bytes = Vec::new();
    let mut open: Option<Open> = None;
    let mut line_number = 0;
    while let Some(line) = lines.next(&mut bytes).map_err(Failed::Reading)? {
        line_number = line.number;
        if let Some(open) = &mut open
            && open.goes_on_with(&bytes, reading.is_old())
        {
            open.is_too_long |= line.cut || open.bytes.len() > MOST_RECORD_BYTES;
            if open.is_too_long
                && let Some(last) = open.bytes.pop()
            {
                // By its last byte it is known whether it goes on.
                open.bytes = vec![last];
            }
            continue;
        }
        if let Some(open) = open.take() {
            reading.property(open)?;
        }
        bytes.drain(..seam(&bytes));
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let head = property::head(&bytes);
        let kept = if head.binary || line.cut { Vec::new() } else { bytes.clone() };
        open = Some(Open {
            bytes: kept,
            line: line.number,
            binary: head.binary,
            is_too_long: line.cut,
            quoted_printable: head.quoted_printable,
        });
    }
    if let Some(open) = open {
        reading.property(open)?;
    }
    reading.end_of_card(true)?;
    let order = |name: &str| {
        let (base, number) = match name.rsplit_once('_') {
            Some((base, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                (base, number.parse().unwrap_or(0))
            }
            _ => (name, 1),
        };
        match COLUMNS.iter().position(|known| *known == base) {
            // A number and its kind stand side by side.
            Some(2) => 1000 + 2 * number + 1,
            Some(at) => 1000 * at + 2 * number,
            None => usize::MAX,
        }
    };
    let aside = reading.table.finish(1, order).map_err(|error| Failed::aside(line_number, error))?;
    Ok((aside, reading.notes))
}

/// Bytes at the beginning that are left where files were joined: byte-order marks, and what DOS ended files with.
fn seam(line: &[u8]) -> usize {
    let mut rest = line;
    while let Some(behind) = rest.strip_prefix(MARK).or_else(|| rest.strip_prefix(&[END_OF_DOS])) {
        rest = behind;
    }
    line.len() - rest.len()
}

/// Whether this is what stands behind `END:` where the next card begins on the same line: a file without a line end at its
/// end was joined with another.
fn ends_and_begins(value: &[u8]) -> bool {
    let begins = |rest: &[u8]| rest.trim_ascii().eq_ignore_ascii_case(b"BEGIN:VCARD");
    value
        .trim_ascii_start()
        .split_at_checked(b"VCARD".len())
        .is_some_and(|(end, rest)| end.eq_ignore_ascii_case(b"VCARD") && begins(&rest[seam(rest)..]))
}

/// A property whose lines are still coming.
struct Open {
    bytes: Vec<u8>,
    line: u64,
    binary: bool,
    /// Nothing of it is kept.
    is_too_long: bool,
    quoted_printable: bool,
}

impl Open {
    /// Takes the line if the property goes on with it. `old`: vCard 2.1 folds at a space and keeps it.
    fn goes_on_with(&mut self, line: &[u8], old: bool) -> bool {
        let part = if self.quoted_printable && self.bytes.last() == Some(&b'=') {
            self.bytes.pop();
            line
        } else {
            match line {
                [b' ' | b'\t', rest @ ..] if !line.trim_ascii().is_empty() => {
                    if old {
                        line
                    } else {
                        rest
                    }
                }
                _ => return false,
            }
        };
        if !self.binary {
            self.bytes.extend_from_slice(part);
        }
        true
    }
}

struct Reading {
    table: AsideWriter,
    notes: CardNotes,
    card: Option<Card>,
}

struct Card {
    line: u64,
    old: bool,
    bytes: usize,
    /// Nothing of it is kept.
    is_too_long: bool,
    /// It has no beginning, or another one seems to go on in it.
    is_torn: bool,
    properties: Vec<Property>,
    /// Within it, the card of somebody who acts for the person: what stands there is not the person's.
    agent: Agent,
}

/// Where a reading stands in cards within a card (vCard 2.1, 2.2.1).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Agent {
    /// In that many.
    Within(u32),
    /// In that many, and one more begins on the next line.
    Announced(u32),
}

impl Reading {
    fn is_old(&self) -> bool {
        self.card.as_ref().is_some_and(|card| card.old)
    }

    fn property(&mut self, open: Open) -> Result<(), Failed> {
        if open.binary {
            self.notes.binary += 1;
            return Ok(());
        }
        if open.is_too_long {
            match &mut self.card {
                Some(card) => card.is_too_long = true,
                None => self.notes.stray += 1,
            }
            return Ok(());
        }
        let Some(property) = Property::read(&open.bytes) else {
            self.notes.stray += 1;
            return Ok(());
        };
        let value_is = |word: &str| property.value.trim_ascii().eq_ignore_ascii_case(word.as_bytes());
        if let Some(card) = &mut self.card {
            match (property.name.as_str(), card.agent) {
                ("AGENT", Agent::Within(depth) | Agent::Announced(depth)) if value_is("BEGIN:VCARD") => {
                    self.notes.agents += 1;
                    card.agent = Agent::Within(depth + 1);
                    return Ok(());
                }
                ("AGENT", Agent::Within(depth) | Agent::Announced(depth)) if value_is("") => {
                    card.agent = Agent::Announced(depth);
                    return Ok(());
                }
                ("BEGIN", Agent::Announced(depth)) if value_is("VCARD") => {
                    self.notes.agents += 1;
                    card.agent = Agent::Within(depth + 1);
                    return Ok(());
                }
                ("END", Agent::Within(depth) | Agent::Announced(depth)) if depth > 0 && value_is("VCARD") => {
                    card.agent = Agent::Within(depth - 1);
                    return Ok(());
                }
                // A card that begins unannounced is the next person's, and this one has no end.
                ("BEGIN", _) if value_is("VCARD") => {}
                (_, Agent::Within(0)) => {}
                (_, Agent::Announced(0)) => card.agent = Agent::Within(0),
                (_, Agent::Within(depth) | Agent::Announced(depth)) => {
                    card.agent = Agent::Within(depth);
                    return Ok(());
                }
            }
        }
        match property.name.as_str() {
            "BEGIN" if value_is("VCARD") => {
                self.end_of_card(true)?;
                self.card = Some(Card::beginning(open.line));
            }
            "END" if value_is("VCARD") => self.end_of_card(false)?,
            "END" if ends_and_begins(&property.value) => {
                self.end_of_card(false)?;
                self.card = Some(Card::beginning(open.line));
            }
            name => {
                if self.card.is_none() && OF_A_PERSON.contains(&name) {
                    self.card = Some(Card { is_torn: true, ..Card::beginning(open.line) });
                }
                let Some(card) = &mut self.card else {
                    self.notes.stray += 1;
                    return Ok(());
                };
                card.is_torn |= name == "END" || name == "VERSION" && card.values("VERSION").next().is_some();
                card.old |= property.name == "VERSION" && value_is("2.1");
                card.bytes += open.bytes.len();
                card.is_too_long |= card.bytes > MOST_RECORD_BYTES;
                if card.is_too_long {
                    card.properties.clear();
                } else {
                    card.properties.push(property);
                }
            }
        }
        Ok(())
    }

    fn end_of_card(&mut self, unended: bool) -> Result<(), Failed> {
        let Some(card) = self.card.take() else { return Ok(()) };
        let line = card.line;
        let failed = |error| Failed::aside(line, error);
        if card.is_too_long {
            return self.table.row(line, Some(Flaw::TooLong), []).map_err(failed);
        }
        // A card without any of these is a card all the same: what its columns are called is known by them.
        for name in ALWAYS {
            self.table.column(name).map_err(failed)?;
        }
        if !unended && card.is_group() {
            self.notes.groups += 1;
            return Ok(());
        }
        let cells = card.cells();
        let mut numbered = Vec::with_capacity(cells.len());
        for (name, cell) in &cells {
            numbered.push((self.table.column(name).map_err(failed)?, &cell[..]));
        }
        let flaw = (unended || card.is_torn).then_some(Flaw::UnendedCard);
        self.table.row(line, flaw, numbered).map_err(failed)
    }
}

impl Card {
    fn beginning(line: u64) -> Self {
        Self {
            line,
            old: false,
            bytes: 0,
            is_too_long: false,
            is_torn: false,
            properties: Vec::new(),
            agent: Agent::Within(0),
        }
    }

    fn values<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Property> {
        self.properties.iter().filter(move |property| property.name == name)
    }

    /// Whether it is a list of people, and nobody itself (vCard 4.0, 6.1.4; Apple's name for it in 3.0).
    fn is_group(&self) -> bool {
        let kinds = self.values("KIND").chain(self.values("X-ADDRESSBOOKSERVER-KIND"));
        !self.is_torn && kinds.into_iter().any(|kind| kind.value.trim_ascii().eq_ignore_ascii_case(b"group"))
    }

    /// The value as one text.
    fn text(&self, property: &Property) -> Vec<u8> {
        property::parts(&property.value, None, self.old).concat()
    }

    /// The parts of a value that are not empty, joined.
    fn joined(&self, property: &Property, between: &str) -> Vec<u8> {
        let parts = property::parts(&property.value, Some(b';'), self.old);
        let filled: Vec<Vec<u8>> = parts.into_iter().filter(|part| !part.trim_ascii().is_empty()).collect();
        filled.join(between.as_bytes())
    }

    fn cells(&self) -> Vec<(String, Vec<u8>)> {
        let mut cells: Vec<(String, Vec<u8>)> = Vec::new();
        let mut times: HashMap<&str, usize> = HashMap::new();
        let mut put = |name: &str, number: usize, cell: Vec<u8>| {
            let name = if number == 1 { name.to_owned() } else { format!("{name}_{number}") };
            cells.push((name, cell));
        };
        put("name", 1, self.name());
        let names = self.values("N").next().map(|n| property::parts(&n.value, Some(b';'), self.old));
        for (at, column) in [(1, "given_name"), (0, "family_name")] {
            if let Some(part) = names.as_ref().and_then(|parts| parts.get(at)).filter(|part| !part.is_empty())
            {
                put(column, 1, part.clone());
            }
        }
        for (at, (number, kind)) in self.phones().into_iter().enumerate() {
            put("phone_number", at + 1, number);
            put("phone_type", at + 1, kind);
        }
        let tags = self.tags();
        if !tags.is_empty() {
            put("tags", 1, tags);
        }
        let notes: Vec<Vec<u8>> = self.values("NOTE").map(|note| self.text(note)).collect();
        if !notes.is_empty() {
            put("note", 1, notes.join(&b'\n'));
        }
        for property in &self.properties {
            let cell = match property.name.as_str() {
                "VERSION" | "PRODID" | "FN" | "N" | "TEL" | "CATEGORIES" | "NOTE" | "X-ABLABEL" => continue,
                "ORG" | "ADR" => self.joined(property, ", "),
                _ => self.text(property),
            };
            if cell.is_empty() {
                continue;
            }
            let vcard_name;
            let column = match property.name.as_str() {
                "EMAIL" => "email",
                "ORG" => "organization",
                "TITLE" => "title",
                "BDAY" => "birthday",
                "NICKNAME" => "nickname",
                other => {
                    vcard_name = format!("vcard_{}", other.to_ascii_lowercase());
                    &vcard_name
                }
            };
            let number = times.entry(&property.name).or_insert(0);
            *number += 1;
            put(column, *number, cell);
        }
        cells
    }

    /// What the person is called; without a name, the organization.
    fn name(&self) -> Vec<u8> {
        let filled = |text: Vec<u8>| (!text.trim_ascii().is_empty()).then_some(text);
        let formatted = self.values("FN").find_map(|name| filled(self.text(name)));
        let from_parts = || {
            self.values("N").find_map(|name| {
                let parts = property::parts(&name.value, Some(b';'), self.old);
                // Prefix, given, additional, family, suffix.
                let words: Vec<Vec<u8>> = [3, 1, 2, 0, 4]
                    .iter()
                    .filter_map(|at| parts.get(*at).cloned())
                    .filter(|part| !part.trim_ascii().is_empty())
                    .collect();
                filled(words.join(&b' '))
            })
        };
        let organization = || self.values("ORG").find_map(|org| filled(self.joined(org, ", ")));
        formatted.or_else(from_parts).or_else(organization).unwrap_or_default()
    }

    /// Numbers with their kinds: mobile ones first, fax and pager last.
    fn phones(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut phones: Vec<(u8, Vec<u8>, Vec<u8>)> = self
            .values("TEL")
            .map(|property| {
                let text = self.text(property);
                let number = match text.get(..4) {
                    Some(scheme) if scheme.eq_ignore_ascii_case(b"tel:") => text[4..].to_vec(),
                    _ => text,
                };
                let label = self.label(&property.group);
                let labelled = String::from_utf8_lossy(&label).to_uppercase();
                let known =
                    |words: &[&str]| words.iter().any(|word| property.is_type(word) || labelled == *word);
                let rank = if known(&FAX) {
                    9
                } else if known(&["WHATSAPP"]) {
                    0
                } else {
                    1 + 2 * u8::from(!known(&MOBILE)) + u8::from(!known(&["PREF"]))
                };
                let kind = if label.is_empty() { property.types.join(", ").into_bytes() } else { label };
                (rank, number, kind)
            })
            .filter(|(_, number, _)| !number.trim_ascii().is_empty())
            .collect();
        phones.sort_by_key(|(rank, ..)| *rank);
        phones.into_iter().map(|(_, number, kind)| (number, kind)).collect()
    }

    /// The label of a group, without the frame that Apple puts around its own: `_$!<Mobile>!$_`.
    fn label(&self, group: &str) -> Vec<u8> {
        if group.is_empty() {
            return Vec::new();
        }
        let label = self.values("X-ABLABEL").find(|label| label.group.eq_ignore_ascii_case(group));
        let label = label.map(|label| self.text(label)).unwrap_or_default();
        let bare = label.strip_prefix(b"_$!<").and_then(|label| label.strip_suffix(b">!$_"));
        bare.map(<[u8]>::to_vec).unwrap_or(label)
    }

    /// Categories, as a list that a tags column has; as JSON if a comma would not keep them apart.
    fn tags(&self) -> Vec<u8> {
        let tags: Vec<Vec<u8>> = self
            .values("CATEGORIES")
            .flat_map(|categories| property::parts(&categories.value, Some(b','), self.old))
            .map(|tag| tag.trim_ascii().to_vec())
            .filter(|tag| !tag.is_empty())
            .collect();
        if tags.iter().flatten().any(|byte| matches!(byte, b',' | b';' | b'|' | b'[' | b'"')) {
            let texts: Option<Vec<String>> =
                tags.iter().map(|tag| String::from_utf8(tag.clone()).ok()).collect();
            if let Some(json) = texts.and_then(|texts| serde_json::to_vec(&texts).ok()) {
                return json;
            }
        }
        tags.join(&b',')
    }
}
