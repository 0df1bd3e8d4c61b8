//! A mapping file, a profile, or flags a line each, and a list below a line of `====`: no panic, a field is called as it is
//! shown, and a row that is filled and the same row that is only looked at have the same fate.

use std::path::Path;
use std::sync::Arc;

use callbell_import::mapping::{Facts, Mapping, MappingFile, Profile, ProfileChoice, Target};
use callbell_import::model::{Row, RowNumber, UpdateRule};
use csv::ByteRecord;

/// The list, line by line; cells are kept apart by commas and nothing else.
fn records(list: &str) -> Vec<ByteRecord> {
    list.lines().map(|line| line.split(',').collect()).collect()
}

fn try_on(mapping: &Mapping, list: &str) {
    let mut records = records(list).into_iter();
    let Some(header) = records.next() else { return };
    let header: Vec<String> = header.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let rows = (1..).zip(records);
    let rows: Vec<Row> = rows
        .map(|(number, cells)| Row { number: RowNumber::new(number), line: number + 1, cells, flaw: None })
        .collect();
    let mut facts = Facts::new(&header);
    rows.iter().for_each(|row| facts.note(row));
    let Ok(resolved) = mapping.resolve(&header, &facts) else { return };
    for row in &rows {
        match (resolved.form.fill(row), resolved.form.look(row)) {
            (Ok((contact, remarks)), Ok((who, seen))) => {
                assert!(contact.identifier == who.identifier && contact.source == who.source);
                assert_eq!(contact.channel_uuid.as_deref(), who.channel_uuid.as_deref());
                assert_eq!(contact.bot_status.is_some(), who.has_bot_status);
                assert_eq!(remarks, seen);
                assert!(!contact.identifier.is_empty() && !contact.name.is_empty());
            }
            (Err(problems), Err(seen)) => assert!(problems == seen),
            _ => panic!("a row has two fates"),
        }
    }
}

/// `--map`, `--set`, `--keep` and `--fill`, as they stand on a command line.
fn flags(text: &str) -> Option<Mapping> {
    let mut mapping = Mapping::default();
    for line in text.lines() {
        let (flag, words) = line.split_once(' ')?;
        let _ = match flag {
            "--map" => mapping.map(words),
            "--set" => mapping.set(words),
            "--keep" => mapping.rule(words, UpdateRule::Keep),
            "--fill" => mapping.rule(words, UpdateRule::Fill),
            _ => return None,
        };
        if let Ok(target) = Target::parse(words.split('=').next().unwrap_or_default()) {
            assert_eq!(Target::parse(&target.to_string()).ok(), Some(target));
        }
    }
    Some(mapping)
}

/// Fails if what is said above does not hold of these bytes.
pub fn try_it(data: &[u8]) {
    let data = super::text(data);
    let (text, list) = data.split_once("\n====\n").unwrap_or((data, ""));
    if let Ok(file) = MappingFile::parse(text, Path::new("mapping.toml")) {
        let _ = file.mapping.try_cases(&file.cases);
        try_on(&file.mapping, list);
    }
    if let Ok(profile) = Profile::from_toml(text, Path::new("profile.toml")) {
        let mut mapping = Mapping::default();
        mapping.profile = ProfileChoice::Asked(Arc::new(profile));
        try_on(&mapping, list);
    }
    try_on(&flags(text).unwrap_or_default(), list);
}
