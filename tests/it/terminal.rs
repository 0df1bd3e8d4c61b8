//! What a person at a terminal sees and is asked.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use rexpect::session::{PtySession, spawn_command};

use crate::support::{Bench, canary_numbers, sample};

const PATIENCE_MS: u64 = 30_000;

/// `run` on a terminal of 100 columns.
fn terminal(bench: &Bench, file: &std::path::Path, args: &[&str]) -> PtySession {
    on_a_terminal(bench.run_command(file, args))
}

fn on_a_terminal(mut command: Command) -> PtySession {
    command
        .env("TERM", "xterm-256color")
        .stdin(Stdio::inherit())
        .stdout(Stdio::inherit())
        .stderr(Stdio::inherit());
    spawn_command(command, Some(PATIENCE_MS)).unwrap()
}

fn exit_code(session: &PtySession) -> i32 {
    // The crate does not name the type: `Exited(Pid(7), 0)`.
    let status = format!("{:?}", session.process().wait().unwrap());
    let code = status.strip_prefix("Exited(").and_then(|rest| rest.rsplit([' ', ',']).next());
    code.and_then(|code| code.trim_end_matches(')').parse().ok()).unwrap_or_else(|| panic!("{status}"))
}

#[test]
fn the_plan_is_shown_and_one_question_is_asked_and_enter_is_no_for_a_real_account() {
    let bench = Bench::new();
    let mut session = terminal(&bench, &sample("contacts.csv"), &[]);
    let plan = session.exp_string("[y/N]").unwrap();
    assert!(
        plan.contains("Ada Lovelace"),
        "the user's own terminal shows the first contact as it is: {plan}"
    );
    assert!(plan.contains("Send 20 contacts to http://127.0.0.1"), "{plan}");
    session.send_line("").unwrap();
    let rest = session.exp_eof().unwrap();
    assert!(rest.contains("Nothing was sent."), "{rest}");
    assert_eq!(exit_code(&session), 2);
    assert!(bench.identifiers().is_empty());
}

#[test]
fn a_yes_sends_and_a_bar_shows_how_far_it_is() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(400));
    let mut session = terminal(&bench, &file, &["--rate", "300"]);
    session.exp_string("[y/N]").unwrap();
    session.send_line("y").unwrap();
    let shown = session.exp_string("unaccounted for").unwrap();
    assert!(shown.contains("/400 rows, "), "a bar: {shown:?}");
    assert!(shown.contains(" left: ") && shown.contains("created"), "{shown:?}");
    assert!(shown.contains(" of 300 requests/s, "), "the rate against its limit: {shown:?}");
    session.exp_eof().unwrap();
    assert_eq!(exit_code(&session), 0);
    assert_eq!(bench.identifiers().len(), 400);
}

#[test]
fn a_guess_is_taken_if_the_person_agrees() {
    let bench = Bench::new();
    let mut session = terminal(&bench, &sample("contacts-fr.csv"), &["--default-country", "FR"]);
    let plan = session.exp_string("[y/N]").unwrap();
    assert!(plan.contains("phone  (guessed)") && plan.contains("Nom}  (guessed)"), "{plan}");
    session.send_line("oui").unwrap();
    session.exp_eof().unwrap();
    assert_eq!((exit_code(&session), bench.identifiers().len()), (0, 8));
}

#[test]
fn yes_asks_nothing_and_the_sandbox_takes_enter_for_yes() {
    let bench = Bench::new();
    let mut session = terminal(&bench, &sample("contacts.csv"), &["--yes"]);
    let shown = session.exp_eof().unwrap();
    assert!(!shown.contains("[y/N]") && shown.contains("20 created"), "{shown}");
    assert_eq!(exit_code(&session), 0);
    let file = sample("contacts.csv");
    let mut session =
        on_a_terminal(bench.command(["run", file.to_str().unwrap(), "--sandbox", "--out", "rehearsal"]));
    session.exp_string("Send 20 contacts to sandbox? [Y/n]").unwrap();
    session.send_line("").unwrap();
    session.exp_string("20 created").unwrap();
    session.exp_eof().unwrap();
    assert_eq!(exit_code(&session), 0);
}

#[test]
fn an_address_where_nobody_answers_is_told_to_whoever_looks_on_and_not_waited_for() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(1));
    let run = ["run", file.to_str().unwrap(), "--base-url", "http://127.0.0.1:9/v1", "--out", "out"];
    let mut session = on_a_terminal(bench.command(run));
    let shown = session.exp_eof().unwrap();
    assert!(shown.contains("does not answer: no connection"), "{shown}");
    assert_eq!(exit_code(&session), 5);
}

#[test]
fn no_color_is_obeyed() {
    let bench = Bench::new();
    let colours = |session: &mut PtySession| {
        let shown = session.exp_eof().unwrap();
        ["\u{1b}[1m", "\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m"].iter().any(|code| shown.contains(code))
    };
    let mut session = terminal(&bench, &sample("messy.csv"), &["--yes"]);
    assert!(colours(&mut session));
    let bench = Bench::new();
    let mut command = bench.run_command(sample("messy.csv"), &["--yes"]);
    command.env("NO_COLOR", "1");
    assert!(!colours(&mut on_a_terminal(command)));
}

#[test]
fn map_asks_for_corrections_and_never_overwrites_unasked() {
    let bench = Bench::new();
    bench.file("in.csv", "Cell,Forename,Town\n+393331234501,Ada,Rome\n+393331234502,Bruno,Milan\n");
    let mapping = bench.path().join("mapping.toml");
    let mut session = on_a_terminal(bench.command(["map", "in.csv"]));
    let table = session.exp_string("Enter to write mapping.toml: ").unwrap();
    assert!(table.contains("100 %") && table.contains("xxxxx") && !table.contains("Bruno"), "{table}");
    session.send_line("3").unwrap();
    session.exp_string("Town: identifier, ").unwrap();
    session.send_line("custom_fields.City").unwrap();
    let table = session.exp_string("Enter to write mapping.toml: ").unwrap();
    assert!(table.contains("custom_fields.City"), "{table}");
    session.send_line("9").unwrap();
    session.exp_string("the numbers 1 to 3").unwrap();
    session.send_line("").unwrap();
    session.exp_string("Wrote mapping.toml").unwrap();
    session.exp_eof().unwrap();
    assert_eq!(exit_code(&session), 0);
    let text = std::fs::read_to_string(&mapping).unwrap();
    assert!(text.contains("\"custom_fields.City\" = \"Town\""), "{text}");
    let done = bench.run(bench.path().join("in.csv"), &["--mapping", mapping.to_str().unwrap()]).expect(0);
    assert_eq!(done.number("created"), 2);
    let mut session = on_a_terminal(bench.command(["map", "in.csv"]));
    session.exp_string("Enter to write mapping.toml: ").unwrap();
    session.send_line("").unwrap();
    session.exp_string("Overwrite it? [y/N]").unwrap();
    session.send_line("").unwrap();
    session.exp_string("is not overwritten").unwrap();
    session.exp_eof().unwrap();
    assert_eq!(exit_code(&session), 2);
    let again = bench.exact(["map", "in.csv", "--yes"]).expect(2);
    assert!(again.stderr.contains("already exists"), "{}", again.stderr);
    let piped = bench.exact(["map", "in.csv", "--to", "other.toml"]).expect(2);
    assert!(piped.stderr.contains("no terminal to ask on"), "{}", piped.stderr);
    assert_eq!(std::fs::read_to_string(&mapping).unwrap(), text);
    // Whoever kept it to themselves goes on doing so.
    std::fs::set_permissions(&mapping, std::fs::Permissions::from_mode(0o600)).unwrap();
    let mut session = on_a_terminal(bench.command(["map", "in.csv"]));
    session.exp_string("Enter to write mapping.toml: ").unwrap();
    session.send_line("").unwrap();
    session.exp_string("Overwrite it? [y/N]").unwrap();
    session.send_line("y").unwrap();
    session.exp_string("Wrote mapping.toml").unwrap();
    session.exp_eof().unwrap();
    assert_ne!(std::fs::read_to_string(&mapping).unwrap(), text);
    assert_eq!(std::fs::metadata(&mapping).unwrap().permissions().mode() & 0o777, 0o600);
}
