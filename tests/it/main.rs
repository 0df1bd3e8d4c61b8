//! Everything that is tested from outside: the program with real sockets, and the street in simulation.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![expect(clippy::print_stdout, reason = "the long tests tell their figures")]

mod account;
mod bad_input;
mod canary;
mod catalogue;
mod check;
mod config;
mod crashes;
mod documents;
mod existing;
mod exports;
mod faults;
#[cfg(feature = "fleet")]
mod fleet;
mod formats;
mod fuzzed;
mod given_back;
mod header_line;
mod hidden;
mod html_report;
#[cfg(feature = "http2")]
mod http2;
mod import;
mod interrupt;
mod kills;
mod left_open;
mod listed;
mod lost_changes;
mod matrix;
mod memory;
mod model;
mod nightly;
mod not_changed;
mod other_list;
mod other_numbers;
mod outside;
mod pacing;
mod packaging;
mod phones;
mod plan;
mod reading;
mod reference;
mod replaced;
mod restart;
mod resume;
mod sandbox;
mod secrets;
mod several;
mod shards;
mod shell;
mod simulation;
mod soak;
mod spreadsheet_round;
mod status;
mod stopped;
mod street;
mod support;
mod terminal;
mod threats;
mod tls;
mod turned_away;
mod undo;
mod undoing;
mod verify;
mod waiting;
mod window;
mod wire;
mod words;

#[test]
fn no_test_file_is_forgotten() {
    let main = include_str!("main.rs");
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        assert!(module == "main" || main.contains(&format!("mod {module};")), "{name} is not wired in");
    }
}
