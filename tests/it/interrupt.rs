//! Ctrl-C and SIGTERM, sent to the real program while contacts are on the wire.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use crate::support::{Bench, Done, Keeper, Running, at_a_terminal, canary_numbers};

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
fn sighup_is_named_and_its_exit_code_is_that_of_sigterm() {
    for (signal, word, told, name) in
        [("HUP", "hang_up", "Hung up (SIGHUP)", "SIGHUP"), ("TERM", "terminate", "Terminated.", "SIGTERM")]
    {
        let bench = Bench::with("[api]\nlatency_ms = 150");
        let file = bench.file("in.csv", canary_numbers(500));
        let flags = ["--concurrency", "8", "--notify-command", "cat > notice.json"];
        let mut running = Running::start(&bench, file, &flags);
        running.until("sending", 20);
        running.signal(signal);
        let done = running.end().expect(143).conserved();
        assert_eq!(done.summary()["stopped_by"], word);
        assert!(done.stdout.contains(told), "{}", done.stdout);
        let notice = std::fs::read_to_string(bench.path().join("notice.json")).unwrap();
        let notice: serde_json::Value = serde_json::from_str(&notice).unwrap();
        assert_eq!(notice["meaning"], format!("{name}; results are complete for what happened"));
    }
}

/// A run that has ended, but for a command that is given the notice: something that this has started is held.
struct Ended {
    child: Child,
    /// Where what is held says that it is there, and what it does when it is let go.
    said: BufReader<File>,
    hold: File,
    _elsewhere: tempfile::TempDir,
}

impl Ended {
    fn of(bench: &Bench) -> Self {
        // Outside of the bench's folder, which is read through afterwards.
        let elsewhere = tempfile::tempdir().unwrap();
        let pipe = |name: &str| -> PathBuf {
            let path = elsewhere.path().join(name);
            assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
            path
        };
        let (said, word) = (pipe("said"), pipe("word"));
        // Open both ways, it is waited for by whoever reads from it and by nobody else.
        let hold = std::fs::OpenOptions::new().read(true).write(true).open(&word).unwrap();
        let held = format!(
            "sh -c 'echo there; read word; echo let go' < {} > {}; exit 0",
            word.display(),
            said.display()
        );
        let file = bench.file("in.csv", canary_numbers(20));
        let run = bench.run_command(file, &["--notify-command", &held]);
        let child = at_a_terminal(&run).spawn().unwrap();
        let mut said = BufReader::new(File::open(said).unwrap());
        let mut there = String::new();
        said.read_line(&mut there).unwrap();
        assert_eq!(there, "there\n");
        Self { child, said, hold, _elsewhere: elsewhere }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    fn let_go(&mut self) {
        self.hold.write_all(b"now\n").unwrap();
    }

    /// How it ended, and what was said by what was held.
    fn end(mut self, bench: &Bench) -> (Done, String) {
        self.child.wait().unwrap();
        // Whatever is left of the command by now says so.
        self.let_go();
        let mut said = String::new();
        self.said.read_to_string(&mut said).unwrap();
        (bench.finish(self.child.wait_with_output().unwrap()), said)
    }
}

#[test]
fn a_signal_while_the_end_is_told_changes_no_exit_code_and_does_not_cut_off_who_is_told() {
    for signal in ["TERM", "INT", "HUP"] {
        let bench = Bench::new();
        let mut ended = Ended::of(&bench);
        ended.signal(signal);
        ended.let_go();
        let (done, said) = ended.end(&bench);
        let done = done.expect(0).conserved();
        assert_eq!(done.summary()["exit_code"], 0, "{signal}");
        assert_eq!(said, "let go\n", "{signal}");
        assert!(!done.stderr.contains("warning"), "{signal}: {}", done.stderr);
    }
}

#[test]
fn a_second_signal_while_the_end_is_told_ends_it_at_once_and_leaves_nothing_behind() {
    let bench = Bench::new();
    let ended = Ended::of(&bench);
    ended.signal("TERM");
    ended.signal("INT");
    let (done, said) = ended.end(&bench);
    let done = done.expect(0).conserved();
    assert_eq!(done.summary()["exit_code"], 0);
    assert_eq!(said, "", "what the command started is left behind");
    assert!(done.stderr.contains("because a signal asked the program to end"), "{}", done.stderr);
    assert_eq!(bench.identifiers().len(), 20);
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
fn what_prints_the_token_ends_with_the_program_that_a_signal_ends() {
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 143)] {
        for subcommand in [&["run", "in.csv"][..], &["account"]] {
            let bench = Bench::new();
            bench.file("in.csv", canary_numbers(3));
            let base = bench.sandbox().base_url();
            let asks = "echo asks >&2; (sleep 600); echo token";
            let args = [subcommand, &["--base-url", &base, "--api-key-command", asks]].concat();
            // Of no terminal, on which it could ask somebody.
            let mut command = Command::new("setsid");
            let program = bench.command(args);
            command.args(["--wait", "env", "--default-signal"]).arg(program.get_program());
            command.args(program.get_args()).env_clear();
            command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
            command.env("PATH", "/usr/bin:/bin").current_dir(bench.path());
            let mut child =
                command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
            let mut said = BufReader::new(child.stderr.take().unwrap());
            let mut asked = String::new();
            while !asked.contains("asks") {
                assert!(said.read_line(&mut asked).unwrap() > 0, "{asked}");
            }
            Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
            // Whoever lives holds it open.
            said.read_to_string(&mut asked).unwrap();
            let ended = child.wait().unwrap();
            assert_eq!(ended.code(), Some(code), "{asked}");
            assert!(!asked.contains("failed"), "{asked}");
            assert!(bench.identifiers().is_empty());
        }
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

/// The number of the system call in which a thread waits for another.
const FUTEX: &str = if cfg!(target_arch = "x86_64") { "202 " } else { "98 " };

/// Waits until the first thread of a program waits for another one and goes on waiting, or the program has ended. It gives its
/// last words four seconds, of which fifty looks take a part on a busy machine, too.
fn until_held(id: u32) {
    let mut waiting = 0;
    while waiting < 50 {
        // Of one that has ended, and whose end nobody has asked for, nothing else tells.
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        if !status.contains("State:") || status.contains("State:\tZ") {
            return;
        }
        match std::fs::read_to_string(format!("/proc/{id}/task/{id}/syscall")) {
            Ok(call) if call.starts_with(FUTEX) => waiting += 1,
            Ok(_) => waiting = 0,
            Err(_) => return,
        }
        std::thread::yield_now();
    }
}

#[test]
fn while_the_last_words_are_on_their_way_a_restart_goes_on_to_nothing_and_forgets_nothing() {
    let bench = Bench::new();
    let (front, keeper) = Keeper::of(&bench);
    let file = bench.file("in.csv", canary_numbers(20));
    let run = |flags: &[&str]| {
        let mut command = bench.command(["run", file.to_str().unwrap(), "--base-url", &front.base_url()]);
        command.args(["--out", "out"]).args(flags);
        command
    };
    let _ = bench.finish(run(&[]).output().unwrap()).expect(0);
    let before = bench.exact(["status", "out"]).expect(0).stdout;
    let journal = std::fs::read(bench.path().join("out/journal.log")).unwrap();

    // Outside of the bench's folder, which is read through afterwards.
    let elsewhere = tempfile::tempdir().unwrap();
    let last_word = elsewhere.path().join("last-word");
    assert!(Command::new("mkfifo").arg(&last_word).status().unwrap().success());
    // Open both ways, it is waited for by whoever reads from it and by nobody else.
    let mut say = std::fs::OpenOptions::new().read(true).write(true).open(&last_word).unwrap();
    let kept = keeper.keep_next("");
    let mut child =
        run(&["--restart", "--yes", "--notify-command", &format!("read word < {}", last_word.display())])
            .spawn()
            .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    kept.until_asked();
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(lines.any(|line| line.unwrap().contains("Stopped before anything was sent.")));
    kept.answer();
    until_held(child.id());
    say.write_all(b"now\n").unwrap();
    let said: String = lines.map(|line| line.unwrap() + "\n").collect();
    assert_eq!(child.wait().unwrap().code(), Some(143), "{said}");
    assert_eq!(front.asked().iter().filter(|line| line.starts_with("POST")).count(), 20, "{said}");
    assert_eq!(bench.exact(["status", "out"]).expect(0).stdout, before, "{said}");
    assert_eq!(std::fs::read(bench.path().join("out/journal.log")).unwrap(), journal);
    let _ = bench.finish(run(&[]).output().unwrap()).expect(0);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (20, 0));
}
