//! Documents match the program: every command of theirs is executed, every table is compared.

use std::path::Path;
use std::process::Stdio;

use callbell_import::cli::Exit;
use callbell_import::input::limits;
use callbell_import::mapping::{MappingFile, Profile};
use callbell_import::model::EXTRA_COLUMNS;
use callbell_import::model::Status;
use callbell_import::results::COLUMNS;
use callbell_import::undo::Reason;

use crate::support::{Bench, TOKEN};

const README: &str = include_str!("../../README.md");
const MAPPING: &str = include_str!("../../docs/mapping.md");
const RESULTS: &str = include_str!("../../docs/results.md");
const INPUT: &str = include_str!("../../docs/input.md");
/// The pages whose commands are executed.
const PAGES: [&str; 13] = [
    README,
    INPUT,
    MAPPING,
    RESULTS,
    include_str!("../../docs/verify.md"),
    include_str!("../../docs/sending.md"),
    include_str!("../../docs/settings.md"),
    include_str!("../../docs/google-contacts.md"),
    include_str!("../../docs/schedulers.md"),
    include_str!("../../docs/monitoring.md"),
    include_str!("../../docs/packages.md"),
    include_str!("../../docs/undo.md"),
    include_str!("../../docs/languages.md"),
];

/// A command of a document with what it is said to print.
struct Example {
    command: String,
    prints: Vec<String>,
}

fn examples() -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut inside = false;
    for line in PAGES.iter().flat_map(|page| page.lines()) {
        let text = line.trim_start();
        if text.starts_with("```") {
            inside = text == "```console";
        } else if inside {
            match text.strip_prefix("$ ") {
                Some(command) => examples.push(Example { command: command.to_owned(), prints: Vec::new() }),
                None => examples.last_mut().unwrap().prints.push(text.to_owned()),
            }
        }
    }
    examples
}

#[test]
fn every_command_of_the_documents_does_what_it_says() {
    let bench = Bench::new();
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/samples");
    std::os::unix::fs::symlink(samples, bench.path().join("samples")).unwrap();
    bench.file("token.txt", TOKEN);
    let examples = examples();
    assert!(examples.len() >= 6);
    let mut executed = 0;
    for example in examples {
        if example.command == "cargo test" {
            continue; // This is it.
        }
        let command = example.command.replace("cargo run --release --", "callbell-import");
        let program = env!("CARGO_BIN_EXE_callbell-import");
        let output = std::process::Command::new("bash")
            .args(["-c", &command.replacen("callbell-import", program, 1)])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("CALLBELL_IMPORT_BASE_URL", bench.sandbox().base_url())
            .current_dir(bench.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let done = bench.finish(output);
        assert!(done.code == 0, "{command}\n{}{}", done.stdout, done.stderr);
        for line in example.prints.iter().filter(|line| *line != "…") {
            assert!(
                done.stdout.contains(line.as_str()),
                "{command} does not print {line:?}:\n{}",
                done.stdout
            );
        }
        executed += 1;
    }
    assert!(executed >= 5);
}

/// The long forms of the tests, with figures, are no part of `cargo test`; they run before every change lands.
#[test]
fn the_proofs_of_the_page_on_reliability_are_run_by_ci() {
    let page = include_str!("../../docs/reliability.md");
    let ci = include_str!("../../.ci/run");
    let commands: Vec<&str> = page.split('`').filter(|code| code.starts_with("cargo test ")).collect();
    assert!(commands.len() >= 3);
    // Those that take minutes are run together there.
    let all_that_take_minutes = "cargo test --release --test it -- --ignored --nocapture";
    let runs = |command: &str| ci.lines().any(|line| line.split(" #").next() == Some(command));
    for command in commands {
        let is_one_of_them = command.starts_with("cargo test --release --test it ")
            && command.ends_with(" -- --ignored --nocapture")
            && command.split(' ').count() == all_that_take_minutes.split(' ').count() + 1;
        let is_run = runs(command) || is_one_of_them && runs(all_that_take_minutes);
        assert!(is_run, "CI does not run {command}");
    }
}

/// The TOML blocks of the page on mappings.
fn toml_blocks() -> Vec<String> {
    let blocks = MAPPING.split("```toml\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_mapping_file_and_the_profile_in_the_documents_are_ones() {
    let blocks = toml_blocks();
    let [profile, mapping] = &blocks[..] else { panic!("{} blocks", blocks.len()) };
    let profile = Profile::from_toml(profile, "mine.toml".as_ref()).unwrap();
    assert_eq!(profile.name, "till");
    let file = MappingFile::parse(mapping, "mapping.toml".as_ref()).unwrap();
    // What the columns are called is the reader's business; that the test in it holds is ours.
    assert_eq!(file.mapping.try_cases(&file.cases).unwrap(), []);
    for key in include_str!("../../src/mapping/file.rs")
        .split("struct Options {")
        .nth(1)
        .unwrap()
        .split('}')
        .next()
        .unwrap()
        .lines()
    {
        let key = key.trim().split(':').next().unwrap();
        assert!(mapping.contains(key), "{key} is not in the mapping file of the documents");
    }
}

#[test]
fn the_documents_list_every_profile_in_its_order() {
    let section = MAPPING.split("## Exports that are known").nth(1).unwrap();
    let is_row = |line: &&str| line.starts_with("| `");
    let rows = section.lines().skip_while(|line| !is_row(line)).take_while(is_row);
    let listed: Vec<&str> = rows.map(|row| row.split('`').nth(1).unwrap()).collect();
    let known: Vec<&str> = Profile::built_in().iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(listed, known);
}

#[test]
fn what_ci_runs_is_the_readmes_own_test_command() {
    let ci = include_str!("../../.ci/run");
    assert!(examples().iter().any(|example| example.command == "cargo test"));
    assert!(ci.lines().any(|line| line == "cargo test"));
}

/// The rows of the table below a heading: (first cell, second cell).
fn table(page: &str, heading: &str) -> Vec<(String, String)> {
    let section = page.split(heading).nth(1).unwrap_or_else(|| panic!("no {heading}"));
    section
        .lines()
        .skip_while(|line| !line.starts_with("| ---"))
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').splitn(2, '|').map(str::trim).collect();
            (cells[0].trim_matches('`').to_owned(), cells[1].to_owned())
        })
        .collect()
}

#[test]
fn the_page_on_results_lists_the_exit_codes_the_statuses_and_the_columns() {
    let codes: Vec<(String, String)> =
        Exit::ALL.iter().map(|exit| (exit.code().to_string(), exit.meaning().to_string())).collect();
    assert_eq!(table(RESULTS, "## Exit codes"), codes);
    let statuses: Vec<String> = table(RESULTS, "# Results").into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, Status::ALL.map(|status| status.as_str().to_owned()));
    assert!(RESULTS.contains(&format!("`{}`", COLUMNS.join(","))));
    assert!(RESULTS.contains(&format!("`{}`", EXTRA_COLUMNS.join(","))));
}

#[test]
fn the_page_on_undo_lists_every_reason_and_column() {
    let page = include_str!("../../docs/undo.md");
    let reasons = page.split("| reason | means |").nth(1).unwrap();
    let is_row = |line: &&str| line.starts_with("| `");
    let rows = reasons.lines().skip_while(|line| !is_row(line)).take_while(is_row);
    let listed: Vec<&str> = rows.map(|row| row.split('`').nth(1).unwrap()).collect();
    assert_eq!(listed, Reason::ALL.map(Reason::as_str));
    assert!(page.contains(&format!("`{}`", callbell_import::undo::COLUMNS.join(","))));
}

#[test]
fn the_page_on_input_lists_the_limits_of_a_reading() {
    let told: Vec<String> = table(INPUT, "**Limits.**").into_iter().map(|(_, most)| most).collect();
    let most = [
        limits::MOST_RECORD_BYTES as u64,
        limits::MOST_PASSED_BYTES,
        limits::MOST_STDIN_BYTES,
        limits::MOST_COLUMNS as u64,
        limits::MOST_SWALLOWED_LINES,
        limits::MOST_UNPACKED_BYTES,
        limits::MOST_UNPACKED_RATIO,
        limits::MOST_UNPACKING_MEMORY,
        limits::MOST_MEMBERS as u64,
        limits::MOST_WORKBOOK_BYTES,
        limits::MOST_WORKBOOK_TEXT_BYTES,
        limits::MOST_WORKBOOK_ELEMENT_BYTES,
        limits::MOST_OLD_WORKBOOK_BYTES,
        limits::MOST_CELLS_IN_MEMORY,
    ];
    assert_eq!(told, most.map(|most| most.to_string()));
    assert!(INPUT.contains(&format!("beyond {} bytes", limits::FREE_UNPACKED_BYTES)));
}

/// The anchors of a page: its headings, as they are linked to.
fn anchors(page: &str) -> Vec<String> {
    let headings = page.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#'));
    let word = |c: char| c.is_alphanumeric() || c == ' ' || c == '-';
    headings
        .map(|heading| {
            heading.trim().to_lowercase().chars().filter(|&c| word(c)).collect::<String>().replace(' ', "-")
        })
        .collect()
}

#[test]
fn every_link_of_the_documents_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let pages = docs.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let mut followed = 0;
    for page in pages.chain([root.join("README.md"), root.join("CHANGELOG.md")]) {
        let text = std::fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            assert!(target.exists(), "{} links to {link}", page.display());
            if !anchor.is_empty() {
                let there = anchors(&std::fs::read_to_string(target).unwrap());
                assert!(there.iter().any(|heading| heading == anchor), "{} links to {link}", page.display());
            }
            followed += 1;
        }
    }
    assert!(followed > 30);
}

/// Everything below a folder, by its path from there.
fn files_below(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(open) = folders.pop() {
        for entry in std::fs::read_dir(open).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files
}

#[test]
fn every_sample_is_in_the_page_on_mappings_and_ends_as_it_says() {
    let bench = Bench::new();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    std::os::unix::fs::symlink(&samples, bench.path().join("samples")).unwrap();
    let mut shown = Vec::new();
    for (file, rest) in table(MAPPING, "## Every sample") {
        let file = file.split(['[', ']']).nth(1).unwrap().to_owned();
        let cells: Vec<&str> = rest.split('|').map(str::trim).collect();
        let [_, flags, ends] = cells[..] else { panic!("{file}: {} cells", cells.len()) };
        let out = format!("out-{}", shown.len());
        let path = format!("samples/{file}");
        let flags = flags.trim_matches('`').split_whitespace();
        let done = bench.exact(["run", &path, "--sandbox", "--out", &out].into_iter().chain(flags));
        let is_so = match ends.strip_prefix("refused: ") {
            Some(why) => done.code > 1 && done.stderr.contains(why),
            None => done.stdout.starts_with(&format!("{ends}, 0 unaccounted for")),
        };
        assert!(is_so, "{file}: {}{}", done.stdout, done.stderr);
        shown.push(file);
    }
    let mut there = files_below(&samples);
    for settings in there.extract_if(.., |file| file.ends_with(".toml")) {
        assert!(MAPPING.contains(&format!("(../samples/{settings})")), "{settings} is not shown");
    }
    shown.sort();
    there.sort();
    assert_eq!(shown, there);
}
