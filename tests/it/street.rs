//! Imports go one way: a room may know the shared words and what the door before it hands over, never the door after.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const SRC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// Which rooms each room may name.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    let street = [
        "model", "input", "mapping", "journal", "rate", "api", "delivery", "results", "survey", "intake",
        "account",
    ];
    let mut allowed = BTreeMap::from([
        ("words", vec![]),
        ("model", vec![]),
        ("rate", vec![]),
        ("sandbox", vec![]),
        ("sorting", vec![]),
        ("input", vec!["model"]),
        ("mapping", vec!["model"]),
        ("journal", vec!["model", "sorting"]),
        ("api", vec!["model"]),
        ("progress", vec!["model"]),
        ("results", vec!["model", "journal", "sorting"]),
        ("survey", vec!["model", "input", "mapping", "journal", "sorting"]),
        ("intake", vec!["model", "input", "mapping", "journal", "survey"]),
        ("account", vec!["model", "mapping", "survey", "rate", "api"]),
        ("delivery", vec!["model", "api", "journal", "rate"]),
        ("report", vec!["model", "mapping", "survey", "account", "progress"]),
        ("history", vec![]),
        ("monitoring", vec!["model", "progress", "report"]),
        ("inquiry", vec!["model", "api", "rate"]),
        ("fleet", vec!["journal"]),
        ("ledger", vec!["model", "journal", "results"]),
        ("undo", vec!["model", "api", "journal", "results", "ledger", "inquiry"]),
        ("status", vec!["model", "journal", "sorting"]),
        ("verify", vec!["model", "api", "results", "ledger", "inquiry"]),
    ]);
    allowed.insert("run", [&street[..], &[]].concat());
    allowed.insert(
        "cli",
        [
            &street[..],
            &[
                "run",
                "progress",
                "report",
                "monitoring",
                "history",
                "sandbox",
                "ledger",
                "inquiry",
                "verify",
                "undo",
                "status",
                "fleet",
            ],
        ]
        .concat(),
    );
    allowed
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // What is only tests is not part of the street.
        if path.ends_with("tests.rs") || path.ends_with("tests") {
            continue;
        }
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn files() -> Vec<(String, PathBuf, String)> {
    let mut paths = Vec::new();
    sources(Path::new(SRC), &mut paths);
    paths
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(SRC).unwrap().to_str().unwrap().to_owned();
            let room = inside.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            // Nor is what stands in a file's tests.
            let text = text.split("#[cfg(test)]").next().unwrap().to_owned();
            (room, path, text)
        })
        .collect()
}

#[test]
fn no_room_names_a_room_further_down_the_street() {
    let allowed = allowed();
    for (room, path, text) in files() {
        if room == "lib" || room == "main" {
            continue;
        }
        let may = allowed
            .get(room.as_str())
            .unwrap_or_else(|| panic!("{room} is not in the table of tests/it/street.rs"));
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for part in line.split("crate::").skip(1) {
                let named: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                // Every room has something to say; the catalogue knows none of them.
                let is_own = named == room || named.is_empty() || named == "words";
                assert!(
                    is_own || may.contains(&named.as_str()),
                    "{}: {room} may not name {named}; see lib.rs",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn every_room_is_on_the_map_in_lib_rs_and_in_the_table() {
    let map = std::fs::read_to_string(format!("{SRC}/lib.rs")).unwrap();
    let docs: String = map.lines().filter(|line| line.starts_with("//!")).collect();
    for room in allowed().keys() {
        // A link to a room behind a feature leads nowhere without it.
        let is_there = docs.contains(&format!("[`{room}`]")) || docs.contains(&format!("feature `{room}`"));
        assert!(is_there, "{room} is not on the map");
        assert!(map.contains(&format!("pub mod {room};")), "{room} is no module");
    }
}

#[test]
fn rooms_keep_to_their_tools() {
    for (room, path, text) in files() {
        let place = path.display();
        let names =
            |word: &str| text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
        let only = |word: &str, rooms: &[&str]| {
            assert!(!names(word) || rooms.contains(&room.as_str()), "{place}: {room} may not use {word}");
        };
        only("reqwest::", &["api", "monitoring"]);
        only("hyper::", &["sandbox"]);
        only("governor::", &["rate"]);
        only("indicatif::", &["progress", "cli"]);
        only("clap::", &["cli"]);
        only("async_nats::", &["fleet"]);
        only("calamine::", &["input"]);
        only("fluent_bundle::", &["words"]);
        only("encoding_rs::", &["input"]);
        only("rlibphonenumber::", &["mapping"]);
        only("std::env::", &["cli", "main"]);
        only("tokio::spawn", &["sandbox", "monitoring", "cli", "api"]);
        only(
            "std::fs",
            &[
                "input",
                "journal",
                "results",
                "survey",
                "sorting",
                "ledger",
                "undo",
                "status",
                "monitoring",
                "cli",
                "rate",
                "fleet",
            ],
        );
        // Connections have to be waited for.
        if ["model", "mapping", "api", "report"].contains(&room.as_str()) && !path.ends_with("connections.rs")
        {
            assert!(!names("tokio::"), "{place}: {room} is pure and may not wait");
        }
    }
}

/// The clock of this machine may jump: it stamps what people read, and decides nothing.
#[test]
fn no_decision_rests_on_the_clock_of_this_machine() {
    for (room, path, text) in files() {
        if !["journal", "delivery", "rate", "api", "run", "survey", "intake"].contains(&room.as_str()) {
            continue;
        }
        for line in text.lines().filter(|line| line.contains("SystemTime::now()")) {
            assert!(line.contains("finished_at:"), "{}: {line}", path.display());
        }
    }
}

#[test]
fn files_stay_small_enough_to_be_read_at_a_sitting() {
    for (_, path, text) in files() {
        let lines = text
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//"))
            .count();
        assert!(lines <= 600, "{} has {lines} lines of code", path.display());
    }
}

/// Fields that hold people's data or secrets, by the names that they have everywhere.
const OF_PEOPLE: [&str; 19] = [
    "name",
    "phone",
    "phone_digits",
    "phone_as_shown",
    "identifier",
    "note",
    "email",
    "user_email",
    "user_name",
    "assigned_user",
    "body",
    "said",
    "cells",
    "custom_fields",
    "token",
    "before",
    "after",
    "value",
    "values",
];
/// What has such a name and is nobody's: names of plans, teams, programs, columns, files and cases; and what a person
/// typed, told to that person.
const NOBODYS: [(&str, &str); 14] = [
    ("AccountPlan", "name"),
    ("Connecting", "name"),
    ("Failed", "name"),
    ("Labelled", "name"),
    ("MappingError", "name"),
    ("MappingError", "value"),
    ("Member", "name"),
    ("Message", "values"),
    ("Profile", "name"),
    ("ProposedColumn", "name"),
    ("Recognised", "name"),
    ("SaysNo", "values"),
    ("Team", "name"),
    ("Unreadable", "name"),
];

/// The fields of people that a derived `Debug` would show, as type and field.
fn shown_by_derived_debug(text: &str) -> Vec<(String, String)> {
    let mut shown = Vec::new();
    let mut derives = false;
    let mut inside: Option<String> = None;
    for line in text.lines() {
        let bare = line.trim().trim_start_matches("pub(super) ").trim_start_matches("pub ");
        if let Some(name) = &inside {
            let holds_text = ["String", "Vec<u8>", "ByteRecord", "str>", "Cow<"];
            if let Some((field, what)) = bare.split_once(": ")
                && OF_PEOPLE.contains(&field)
                && holds_text.iter().any(|text| what.contains(text))
            {
                shown.push((name.clone(), field.to_owned()));
            }
            if line == "}" {
                inside = None;
            }
        } else if line.starts_with("#[derive(") {
            derives = line.contains("Debug");
        } else if let Some(name) = bare.strip_prefix("struct ").or_else(|| bare.strip_prefix("enum ")) {
            if derives && line.ends_with('{') {
                inside = Some(name.chars().take_while(|c| c.is_alphanumeric()).collect());
            }
            derives = false;
        }
    }
    shown
}

#[test]
fn nothing_that_holds_people_derives_what_would_show_them() {
    let told =
        shown_by_derived_debug("#[derive(Debug)]\n/// Who.\npub struct Who {\n    pub name: String,\n}\n");
    assert_eq!(told, [("Who".to_owned(), "name".to_owned())]);
    let mut unused: Vec<_> = NOBODYS.to_vec();
    for (_, path, text) in files() {
        for (name, field) in shown_by_derived_debug(&text) {
            let known = (name.as_str(), field.as_str());
            unused.retain(|nobodys| *nobodys != known);
            assert!(
                NOBODYS.contains(&known),
                "{}: {name} shows its {field}; discreet!({name} {{ … }}) does not",
                path.display()
            );
        }
    }
    assert_eq!(unused, [], "no exception is needed for these");
}

/// Files of `cli` that know one another in both directions. It may become shorter.
const KNOTS: [&[&str]; 2] = [
    &["args", "complete", "failure", "given", "settings", "talk", "token"],
    &["known_people", "preflight", "prepare", "remembered", "same_account"],
];

/// The names that follow `super::` in a text, alone or in braces.
fn named_beside(text: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join(" ");
    let mut named = BTreeSet::new();
    for part in code.split("super::").skip(1) {
        match part.strip_prefix('{') {
            Some(list) => {
                let list = list.split('}').next().unwrap();
                named.extend(list.split(',').map(|name| word(name.trim())));
            }
            None => {
                named.insert(word(part));
            }
        }
    }
    named
}

#[test]
fn the_files_of_the_command_line_know_one_another_in_one_direction_but_for_two_knots() {
    let cli = Path::new(SRC).join("cli");
    let beside: BTreeMap<String, BTreeSet<String>> = files()
        .into_iter()
        .filter(|(_, path, _)| path.parent() == Some(&cli) && !path.ends_with("mod.rs"))
        .map(|(_, path, text)| (path.file_stem().unwrap().to_str().unwrap().to_owned(), named_beside(&text)))
        .collect();
    assert!(beside["run"].contains("past") && beside["past"].contains("set_aside"), "they are found");
    let reached = |from: &str| {
        let (mut reached, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(file) = open.pop() {
            let next = beside.get(&file).into_iter().flatten().filter(|file| beside.contains_key(*file));
            open.extend(next.filter(|file| reached.insert((*file).clone())).cloned());
        }
        reached
    };
    let all: BTreeMap<&String, BTreeSet<String>> = beside.keys().map(|file| (file, reached(file))).collect();
    for (one, reached) in &all {
        let knot = KNOTS.iter().find(|knot| knot.contains(&one.as_str()));
        for other in reached.iter().filter(|other| *other != *one && all[*other].contains(*one)) {
            let is_known = knot.is_some_and(|knot| knot.contains(&other.as_str()));
            assert!(is_known, "cli/{one}.rs and cli/{other}.rs know each other, maybe by way of others");
        }
    }
}
