//! Ctrl-C and SIGTERM, sent to the real program while contacts are on the wire.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use crate::support::{Bench, Running, canary_numbers};

/// The program, importing so many rows, a few at a time.
fn importing(bench: &Bench, rows: usize) -> Running<'_> {
    Running::start(bench, bench.file("in.csv", canary_numbers(rows)), &["--concurrency", "8"])
}

#[test]
fn after_a_ctrl_c_the_rows_on_the_wire_finish_and_the_results_are_complete() {
    let bench = Bench::with("[api]\nlatency_ms = 150");
    let mut running = importing(&bench, 500);
    running.until("sending", 20);
    running.signal("INT");
    let done = running.end().expect(130).conserved();
    let created = done.number("created");
    assert!((12..100).contains(&created), "{created}");
    assert_eq!(bench.identifiers().len() as u64, created, "results say what the sandbox holds");
    assert_eq!(done.number("not_attempted"), 500 - created);
    assert_eq!(done.summary()["stopped_by"], "interrupt");
    assert!(done.stderr.contains("stopping: no more rows are sent"), "{}", done.stderr);
}

#[test]
fn sigterm_is_exit_143() {
    let bench = Bench::with("[api]\nlatency_ms = 150");
    let mut running = importing(&bench, 500);
    running.until("sending", 20);
    running.signal("TERM");
    let done = running.end().expect(143).conserved();
    assert_eq!(done.summary()["stopped_by"], "terminate");
    assert_eq!(bench.identifiers().len() as u64, done.number("created"));
}

#[test]
fn a_second_ctrl_c_ends_it_at_once_and_the_rows_on_the_wire_are_unconfirmed() {
    let bench = Bench::with("[[faults]]\nkind = \"slow\"\ndelay_ms = 20000\n");
    let mut running = importing(&bench, 500);
    running.until("sending", 8);
    running.signal("INT");
    running.until("stopping:", 1);
    running.signal("INT");
    let done = running.end().expect(130).conserved();
    assert_eq!(
        (done.number("created"), done.number("unconfirmed"), done.number("not_attempted")),
        (0, 8, 492)
    );
    assert_eq!(done.failures()[0]["import_code"], "stopped_in_doubt");
}

#[test]
fn a_second_ctrl_c_is_heard_while_the_first_rows_fly_and_they_are_reported() {
    let bench = Bench::with("[[faults]]\nkind = \"slow\"\ndelay_ms = 60000\n");
    let mut running = Running::start(&bench, bench.file("in.csv", canary_numbers(30)), &["--canary"]);
    running.until("sending", 1);
    running.signal("INT");
    running.until("stopping:", 1);
    running.signal("INT");
    let done = running.end().expect(130).conserved();
    assert_eq!(
        (done.number("created"), done.number("unconfirmed"), done.number("not_attempted")),
        (0, 1, 29)
    );
    assert_eq!(done.failures()[0]["import_code"], "stopped_in_doubt");
}

#[test]
fn whoever_stops_while_the_first_rows_are_read_back_does_not_wait_until_they_can_be() {
    // What was created is never shown: the first rows would be looked for again and again.
    let bench = Bench::with("[api]\nread_lag_ms = 3600000");
    let mut running = Running::start(&bench, bench.file("in.csv", canary_numbers(30)), &["--canary"]);
    running.until("sending", 1);
    running.signal("INT");
    let done = running.end().expect(130).conserved();
    assert_eq!((done.number("created"), done.number("not_attempted")), (1, 29));
    assert!(!done.stderr.contains("read back"), "{}", done.stderr);
    assert_eq!(done.summary()["stopped_by"], "interrupt");
}

/// Nothing is answered but that it is too early.
fn too_early(bench: &Bench) {
    let rule = FaultRule { on: On::Any, retry_after: Some(60), ..FaultRule::new(FaultKind::Throttle, 1.0) };
    bench.sandbox().world().set_faults(vec![rule]);
}

#[test]
fn the_first_process_of_a_container_ends_when_it_is_told_to_before_anything_is_sent() {
    let new_process = ["--user", "--map-root-user", "--pid", "--fork"];
    let permitted = Command::new("unshare").args(new_process).arg("true").stderr(Stdio::null()).status();
    if !permitted.is_ok_and(|status| status.success()) {
        println!("skipped: processes of one's own are not permitted here");
        return;
    }
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let bench = Bench::new();
        too_early(&bench);
        let run = bench.run_command(bench.file("in.csv", canary_numbers(3)), &[""; 0]);
        let mut contained = Command::new("unshare");
        contained.args(new_process).args(["env", "--default-signal=INT"]);
        contained.arg(run.get_program()).args(run.get_args()).env_clear();
        contained.envs(run.get_envs().filter_map(|(name, value)| Some((name, value?))));
        contained.current_dir(bench.path()).stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = contained.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        // It waits, and says so.
        assert!(lines.any(|line| line.unwrap().contains("wait")));
        let id = child.id();
        let first = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        Command::new("kill").args([&format!("-{signal}"), first.trim()]).status().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
        assert!(bench.identifiers().is_empty());
    }
}

#[test]
fn a_run_that_is_to_outlive_its_terminal_does() {
    let bench = Bench::with("[api]\nlatency_ms = 20");
    let run = bench.run_command(bench.file("in.csv", canary_numbers(60)), &["-vv", "--concurrency", "2"]);
    let mut outliving = Command::new("/usr/bin/env");
    outliving.arg("--ignore-signal=HUP").arg(run.get_program()).args(run.get_args()).env_clear();
    outliving.envs(run.get_envs().filter_map(|(name, value)| Some((name, value?))));
    outliving.current_dir(bench.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = outliving.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("sending")));
    Command::new("kill").args(["-HUP", &child.id().to_string()]).status().unwrap();
    lines.for_each(drop);
    let done = bench.finish(child.wait_with_output().unwrap()).expect(0).conserved();
    assert_eq!(done.number("created"), 60);
}
