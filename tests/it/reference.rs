//! The pages that are made from the program. `UPDATE_PAGES=1 cargo test reference` writes them anew.

use std::fmt::Write as _;
use std::path::Path;

use callbell_import::model::{Code, Severity};
use callbell_import::report;

use crate::support::Bench;

/// Compares a page with what it should be, or writes it.
fn settle(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/{name} is not what the program says: UPDATE_PAGES=1 cargo test reference");
}

fn help(bench: &Bench, command: &[&str]) -> String {
    let mut run = bench.command(command.iter().copied().chain(["--help"]));
    let done =
        bench.finish(run.env_remove("CALLBELL_API_KEY").env("COLUMNS", "100").output().unwrap()).expect(0);
    let lines = done.stdout.lines().map(|line| line.trim_end().to_owned() + "\n");
    lines.filter(without(FLAG_OF_A_FEATURE)).collect()
}

/// A flag of builds with the feature `http2` only; `docs/sending.md` has it.
const FLAG_OF_A_FEATURE: &str = "--http2";

/// Leaves out the lines of this flag.
fn without(flag: &str) -> impl FnMut(&String) -> bool {
    let mut inside = false;
    move |line| {
        let text = line.trim_start();
        if text.starts_with('-') || !line.starts_with([' ', '\n']) {
            inside = text.starts_with(flag);
        }
        !inside
    }
}

/// The commands that a help page lists.
fn commands(help: &str) -> Vec<&str> {
    let lines = help.split("Commands:\n").nth(1).unwrap().lines().take_while(|line| !line.is_empty());
    lines
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty()))
        .collect()
}

/// Commands of builds with the feature `fleet` only, which have a page of their own.
const OF_A_FEATURE: &str = "  fleet ";

#[test]
fn the_reference_is_what_the_program_says() {
    let bench = Bench::new();
    let top = help(&bench, &[]);
    let top: String = top.split_inclusive('\n').filter(|line| !line.starts_with(OF_A_FEATURE)).collect();
    let mut page = "# Reference\n\nWhat `--help` says, made from the program.\n".to_owned();
    let _ = write!(page, "\n## callbell-import\n\n```text\n{top}```\n");
    for command in commands(&top) {
        let words: &[&str] = if command == "config" { &["config", "show"] } else { &[command] };
        let _ = write!(page, "\n## {}\n\n```text\n{}```\n", words.join(" "), help(&bench, words));
    }
    settle("reference.md", &page);
}

#[cfg(feature = "fleet")]
#[test]
fn the_reference_of_fleet_is_what_the_program_says() {
    let bench = Bench::new();
    assert!(help(&bench, &[]).contains(&format!("\n{OF_A_FEATURE}")), "the other page has it all");
    let top = help(&bench, &["fleet"]);
    let mut page =
        "# Reference of fleet\n\nWhat `fleet --help` says in builds with the feature `fleet`, made from the program.\n"
            .to_owned();
    let _ = write!(page, "\n## fleet\n\n```text\n{top}```\n");
    for command in commands(&top).into_iter().filter(|command| *command != "help") {
        let words = ["fleet", command];
        let _ = write!(page, "\n## {}\n\n```text\n{}```\n", words.join(" "), help(&bench, &words));
    }
    settle("reference-fleet.md", &page);
}

#[test]
fn the_list_of_codes_is_what_the_program_says() {
    let mut page = "# Codes\n\nThe words in the `code` column of `results.csv` and `failures.csv`. They never change; new ones may be added. \
                    `http_422` and the like are answers of the API that have no code of their own.\n"
        .to_owned();
    for (severity, title) in [
        (Severity::Problem, "Why a row is not sent"),
        (Severity::Fate, "What became of a row"),
        (Severity::Warning, "Sent, with a warning"),
        (Severity::Repair, "Changed on the way"),
    ] {
        let _ = write!(page, "\n## {title}\n\n| code | means | what to do |\n| --- | --- | --- |\n");
        for code in Code::ALL.iter().filter(|code| code.severity() == severity) {
            let fix = report::fix(*code).map(|fix| fix.to_string()).unwrap_or_default().replace('|', "\\|");
            let _ = writeln!(page, "| `{code}` | {} | {fix} |", report::meaning(*code));
        }
    }
    settle("codes.md", &page);
}
