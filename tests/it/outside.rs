//! What other programs are told: enough, nobody's data, and never at the cost of the import.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::{Arc, Mutex, mpsc};

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use crate::support::{Bench, Done, Running, TOKEN, canary_numbers, read_request, sample};

/// A server that takes every message down: (path, body).
struct Receiver {
    address: String,
    taken: Arc<Mutex<Vec<(String, String)>>>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let taken = Arc::new(Mutex::new(Vec::new()));
        let of_thread = Arc::clone(&taken);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let (mut head, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    if stream.read_line(&mut line).unwrap() <= 2 {
                        break;
                    }
                    if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
                        length = value.trim().parse().unwrap();
                    }
                    head.push_str(&line);
                }
                let mut body = vec![0; length];
                stream.read_exact(&mut body).unwrap();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                of_thread.lock().unwrap().push((path, String::from_utf8(body).unwrap()));
                let _ = stream
                    .get_mut()
                    .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
            }
        });
        Self { address, taken }
    }

    fn taken(&self) -> Vec<(String, String)> {
        self.taken.lock().unwrap().clone()
    }
}

/// A server that tells of every message (its path) as it comes, and answers once it may.
struct Slow {
    address: String,
    heard: mpsc::Receiver<String>,
    may_answer: mpsc::Sender<()>,
}

impl Slow {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let ((tell, heard), (may_answer, permits)) = (mpsc::channel(), mpsc::channel());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = String::from_utf8(read_request(&mut stream).unwrap()).unwrap();
                if tell.send(request.split(' ').nth(1).unwrap().to_owned()).is_err()
                    || permits.recv().is_err()
                {
                    return;
                }
                let _ =
                    stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
            }
        });
        Self { address, heard, may_answer }
    }

    /// The path of the next message, as soon as it is here.
    fn hears(&self) -> String {
        self.heard.recv_timeout(std::time::Duration::from_secs(60)).expect("nobody was told")
    }
}

/// An address where nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/s3cret", listener.local_addr().unwrap())
}

fn validated(events: &str) -> Vec<serde_json::Value> {
    let schema = serde_json::from_str(include_str!("../../docs/events.schema.json")).unwrap();
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("events.schema.json", schema).unwrap();
    let index = compiler.compile("events.schema.json", &mut schemas).unwrap();
    let lines: Vec<serde_json::Value> =
        events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &lines {
        if let Err(error) = schemas.validate(line, index) {
            panic!("{line}\n{error:#}");
        }
    }
    let wrong =
        serde_json::json!({"schema": 1, "sequence": 1, "type": "row_failed", "row": 1, "name": "Ada"});
    assert!(schemas.validate(&wrong, index).is_err(), "the schema refuses something");
    lines
}

fn types(lines: &[serde_json::Value]) -> Vec<&str> {
    lines.iter().map(|line| line["type"].as_str().unwrap()).collect()
}

#[test]
fn events_metrics_pings_and_notices_tell_a_run_and_nobody_in_it() {
    let bench = Bench::with(
        "[account]\nuser_name = \"Zebediah Owner\"\nuser_email = \"zebediah@example.com\"\n[[faults]]\nkind = \"throttle\"\nfrom = 3\nuntil = 3\nretry_after = 0\n",
    );
    let receiver = Receiver::start();
    let list = canary_numbers(20).replace("Person", "Zebediah") + "+39 3E+11,Zebediah Wrong\n";
    let file = bench.file("zebediah.csv", list);
    let ping = format!("{}/ping", receiver.address);
    let notify = format!("{}/hook?key=1", receiver.address);
    let args = ["--events", "ev.ndjson", "--metrics", "contacts.prom", "--ping", &ping, "--notify", &notify];
    let done = bench.run(&file, &args).expect(1).conserved();
    let mut command = bench.run_command(&file, &["--notify-command", "cat > notice.json", "--quiet"]);
    let by_command = command.env("PATH", "/usr/bin:/bin").output().unwrap();
    bench.finish(by_command).expect(1);
    let events = std::fs::read_to_string(bench.path().join("ev.ndjson")).unwrap();
    let metrics = std::fs::read_to_string(bench.path().join("contacts.prom")).unwrap();
    let notice = std::fs::read_to_string(bench.path().join("notice.json")).unwrap();
    let lines = validated(&events);
    let told = types(&lines);
    assert_eq!((told[0], told[1], told[told.len() - 1]), ("run_started", "planned", "run_finished"));
    for expected in ["throttled", "row_failed", "all_rows_taken"] {
        assert!(told.contains(&expected), "{events}");
    }
    let last = &lines[lines.len() - 1];
    assert_eq!((&last["exit_code"], &last["figures"]["created"]), (&1.into(), &20.into()));
    for line in ["exit_code{import=\"contacts\"} 1.0", "rows{import=\"contacts\",status=\"created\"} 20.0"] {
        assert!(metrics.contains(line), "{metrics}");
    }
    let taken = receiver.taken();
    let paths: Vec<&str> = taken.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/ping/start", "/ping/fail", "/hook?key=1"]);
    let hook: serde_json::Value = serde_json::from_str(&taken[2].1).unwrap();
    assert_eq!(
        hook["text"],
        "callbell-import: 21 rows: 20 created, 1 invalid (exit code 1: finished, some rows invalid, rejected or failed)"
    );
    assert_eq!(serde_json::from_str::<serde_json::Value>(&notice).unwrap()["figures"]["created"], 20);
    let bodies: String = taken.into_iter().map(|(_, body)| body).collect();
    for text in [&events, &metrics, &notice, &bodies, &done.stderr] {
        for private in ["Zebediah", "zebediah@", "zebediah.csv", "333 00", "393330", TOKEN] {
            // The user's own screen shows whose account and which file it is.
            let is_screen = text.as_ptr() == done.stderr.as_ptr() && private.starts_with(['Z', 'z']);
            assert!(is_screen || !text.contains(private), "{private} is in\n{text}");
        }
    }
}

#[test]
fn a_success_pings_the_address_itself_and_a_second_run_adds_its_events() {
    let bench = Bench::new();
    let receiver = Receiver::start();
    let file = bench.file("in.csv", canary_numbers(2));
    let args = ["--ping", receiver.address.as_str(), "--events", "ev.ndjson", "--quiet"];
    for _ in 0..2 {
        let done = bench.run(&file, &args).expect(0);
        assert_eq!(done.stdout + &done.stderr, "");
    }
    let paths: Vec<String> = receiver.taken().into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["/start", "/", "/start", "/"]);
    let events = std::fs::read_to_string(bench.path().join("ev.ndjson")).unwrap();
    let lines = validated(&events);
    assert_eq!(types(&lines).iter().filter(|kind| **kind == "run_finished").count(), 2);
}

fn with_everything_broken(bench: &Bench, file: &str) -> Done {
    std::fs::create_dir_all(bench.path().join("folder")).unwrap();
    let (ping, notify) = (nobody(), nobody());
    let args = [
        "--events",
        "folder",
        "--metrics",
        "nowhere/x.prom",
        "--ping",
        &ping,
        "--notify",
        &notify,
        "--notify-command",
        "exit 3",
        "--quiet",
    ];
    bench.finish(bench.run_command(file, &args).env("PATH", "/usr/bin:/bin").output().unwrap())
}

#[test]
fn nobody_outside_can_fail_a_run() {
    let bench = Bench::new();
    bench.file("in.csv", canary_numbers(5));
    let done = with_everything_broken(&bench, "in.csv").expect(0).conserved();
    assert_eq!(done.number("created"), 5);
    let warnings: Vec<&str> = done.stderr.lines().collect();
    assert_eq!(warnings.len(), 6, "{}", done.stderr);
    assert!(
        warnings
            .iter()
            .all(|line| line.starts_with("warning: ") && line.ends_with("the import goes on without it"))
    );
    assert!(!done.stderr.contains("s3cret"), "an address may be a secret: {}", done.stderr);
    let done = with_everything_broken(&bench, "missing.csv").expect(3);
    assert!(done.stderr.contains("missing.csv"), "{}", done.stderr);
}

#[test]
fn a_pipe_that_nobody_reads_holds_up_nothing() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(50));
    let made = std::process::Command::new("mkfifo").arg(bench.path().join("pipe")).status().unwrap();
    assert!(made.success());
    let mut command = bench.run_command(&file, &["--events", "pipe", "--rate", "none"]);
    let output = command.output().unwrap();
    std::fs::remove_file(bench.path().join("pipe")).unwrap();
    let done = bench.finish(output).expect(0).conserved();
    assert!(done.stderr.contains("nothing reads the events"), "{}", done.stderr);
}

#[test]
fn a_run_that_does_not_come_to_sending_is_a_failure_for_those_outside() {
    let bench = Bench::new();
    let receiver = Receiver::start();
    let mut command =
        bench.run_command(sample("contacts.csv"), &["--ping", &receiver.address, "--metrics", "m.prom"]);
    command.env("CALLBELL_API_KEY", "wrong-token-0123456789");
    bench.finish(command.output().unwrap()).expect(4);
    let taken = receiver.taken();
    assert_eq!(taken[1].0, "/fail");
    assert_eq!(taken[1].1, "callbell-import: nothing was sent (exit code 4: the token was refused)\n");
    let metrics = std::fs::read_to_string(bench.path().join("m.prom")).unwrap();
    assert!(metrics.contains("callbell_import_exit_code{import=\"m\"} 4.0"), "{metrics}");
}

#[test]
fn a_run_that_is_ended_before_it_sends_is_a_failure_for_those_outside() {
    let (bench, receiver) = (Bench::new(), Receiver::start());
    let wait = FaultRule { on: On::Any, retry_after: Some(60), ..FaultRule::new(FaultKind::Throttle, 1.0) };
    bench.sandbox().world().set_faults(vec![wait]);
    let file = bench.file("in.csv", canary_numbers(3));
    let args = ["--ping", &receiver.address, "--metrics", "m.prom", "--events", "ev.ndjson"];
    let mut running = Running::start(&bench, &file, &args);
    running.until("wait", 1);
    running.signal("TERM");
    let done = running.end().expect(143);
    assert!(done.stderr.contains("Stopped before anything was sent."), "{}", done.stderr);
    let (path, body) = receiver.taken().pop().unwrap();
    assert_eq!(path, "/fail");
    assert_eq!(body, "callbell-import: nothing was sent (exit code 143: stopped before sending began)\n");
    let metrics = std::fs::read_to_string(bench.path().join("m.prom")).unwrap();
    for line in ["exit_code{import=\"m\"} 143.0", "running{import=\"m\"} 0.0"] {
        assert!(metrics.contains(line), "{metrics}");
    }
    let events = std::fs::read_to_string(bench.path().join("ev.ndjson")).unwrap();
    assert_eq!(types(&validated(&events)).last(), Some(&"run_finished"), "{events}");
}

#[test]
fn the_start_is_told_while_the_list_is_still_read() {
    let (bench, slow) = (Bench::new(), Slow::start());
    let mut run = bench.run_command("-", &["--yes", "--ping", &slow.address]);
    let mut child = run.stdin(Stdio::piped()).spawn().unwrap();
    let mut list = child.stdin.take().unwrap();
    list.write_all(b"phone_number,name\n").unwrap();
    assert_eq!(slow.hears(), "/start", "before the list has an end");
    slow.may_answer.send(()).unwrap();
    list.write_all(b"+393331230001,Ada\n").unwrap();
    drop(list);
    assert_eq!(slow.hears(), "/");
    slow.may_answer.send(()).unwrap();
    let _ = bench.finish(child.wait_with_output().unwrap()).expect(0);
}

#[test]
fn files_say_that_the_run_has_ended_before_anybody_is_told_who_may_be_slow() {
    for signalled in [false, true] {
        let (bench, slow) = (Bench::new(), Slow::start());
        let file = bench.file("in.csv", canary_numbers(3));
        if signalled {
            let rule =
                FaultRule { on: On::Any, retry_after: Some(60), ..FaultRule::new(FaultKind::Throttle, 1.0) };
            bench.sandbox().world().set_faults(vec![rule]);
        }
        let args = ["--ping", &slow.address, "--metrics", "m.prom", "--events", "ev.ndjson"];
        let mut running = Running::start(&bench, &file, &args);
        assert_eq!(slow.hears(), "/start");
        slow.may_answer.send(()).unwrap();
        if signalled {
            running.until("wait", 1);
            running.signal("TERM");
        }
        assert_eq!(slow.hears(), if signalled { "/fail" } else { "/" });
        let metrics = std::fs::read_to_string(bench.path().join("m.prom")).unwrap();
        let code = if signalled { 143 } else { 0 };
        for line in [format!("exit_code{{import=\"m\"}} {code}.0"), "running{import=\"m\"} 0.0".to_owned()] {
            assert!(metrics.contains(&line), "{metrics}");
        }
        let events = std::fs::read_to_string(bench.path().join("ev.ndjson")).unwrap();
        assert_eq!(types(&validated(&events)).last(), Some(&"run_finished"), "{events}");
        slow.may_answer.send(()).unwrap();
        running.end().expect(code);
    }
}

/// The lock of the output folder, held, and the metrics of the run that holds it: where they are, and what they say.
fn held_by_another_run(bench: &Bench) -> (std::fs::File, std::path::PathBuf, Vec<u8>) {
    std::fs::create_dir(bench.path().join("out")).unwrap();
    let lock = std::fs::File::create(bench.path().join("out/lock")).unwrap();
    lock.lock().unwrap();
    let metrics = bench.file("m.prom", "callbell_import_running{import=\"m\"} 1.0\n");
    let said = std::fs::read(&metrics).unwrap();
    (lock, metrics, said)
}

#[test]
fn who_is_ended_while_waiting_for_the_folder_leaves_the_metrics_of_the_run_that_has_it() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(2));
    let (_lock, metrics, before) = held_by_another_run(&bench);
    let mut running = Running::start(&bench, &file, &["--metrics", "m.prom", "--wait-lock", "1h"]);
    running.until("waiting", 1);
    running.signal("TERM");
    running.end().expect(143);
    assert_eq!(std::fs::read(&metrics).unwrap(), before);
}

#[test]
fn addresses_that_would_be_read_on_the_way_are_refused_without_being_shown() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(1));
    let done = bench.run(&file, &["--ping", "http://hc.example/s3cret"]).expect(2);
    assert!(
        done.stderr.contains("--ping cannot be used: http:// is accepted only for this machine"),
        "{}",
        done.stderr
    );
    assert!(!done.stderr.contains("s3cret"), "{}", done.stderr);
}

#[test]
fn a_row_that_failed_last_night_too_rings_no_bell_and_a_new_one_does() {
    let bench = Bench::new();
    let receiver = Receiver::start();
    let run = |list: &str, code| {
        let file = bench.file("in.csv", list);
        let args =
            ["--ping", receiver.address.as_str(), "--quiet", "--metrics", "m.prom", "--events", "ev.ndjson"];
        bench.run(&file, &args).expect(code).conserved()
    };
    let list = canary_numbers(3) + "nobody,Zed\n";
    let first = run(&list, 1);
    assert!(first.stderr.contains("Not created"), "{}", first.stderr);
    // It stands elsewhere now, and somebody is new.
    let second = run(&canary_numbers(4).replacen('\n', "\nnobody,Zed\n", 1), 1);
    assert_eq!(second.number("created"), 4);
    assert_eq!(second.stdout + &second.stderr, "", "nothing that was not told before");
    let metrics = || std::fs::read_to_string(bench.path().join("m.prom")).unwrap();
    assert!(metrics().contains("rows_failed_as_before{import=\"m\"} 1.0"), "{}", metrics());
    assert!(metrics().contains("rows_settled_before{import=\"m\"} 3.0"), "{}", metrics());
    assert!(metrics().contains("last_success_timestamp_seconds"), "{}", metrics());
    let third = run(&(list.clone() + "nobody either,Yda\n"), 1);
    assert!(
        third.stderr.contains("1 of these rows failed in the last run in the same way"),
        "{}",
        third.stderr
    );
    let paths: Vec<String> = receiver.taken().into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["/start", "/fail", "/start", "/", "/start", "/fail"]);
    let text = &receiver.taken()[3].1;
    assert!(
        text.contains(
            "4 created, 1 invalid, 3 settled by earlier runs, 1 failed as in the last run (exit code 1: "
        ),
        "{text}"
    );
    let events = std::fs::read_to_string(bench.path().join("ev.ndjson")).unwrap();
    let lines = validated(&events);
    assert_eq!(lines[lines.len() - 1]["figures"]["failures_known"], 1);
}

#[test]
fn an_alarm_is_told_with_its_cause_and_not_as_something_that_goes_on() {
    let bench = Bench::new();
    let receiver = Receiver::start();
    let file = bench.file("in.csv", canary_numbers(60));
    for _ in 0..3 {
        bench.run(&file, &["--rate", "none"]).expect(0);
    }
    bench.file("in.csv", canary_numbers(5));
    let args = ["--notify", receiver.address.as_str(), "--events", "ev.ndjson"];
    let _ = bench.run(&file, &args).expect(5);
    let notice: serde_json::Value = serde_json::from_str(&receiver.taken()[0].1).unwrap();
    assert_eq!(notice["meaning"], "nothing was sent: the file differs too much from those of the last runs");
    assert_eq!(notice["cause"], "the file has 5 rows; those of the last 3 runs had 60 to 60");
    let text = notice["text"].as_str().unwrap();
    assert!(text.contains("the file has 5 rows") && !text.contains("goes on"), "{text}");
    let events = std::fs::read_to_string(bench.path().join("ev.ndjson")).unwrap();
    let lines = validated(&events);
    assert_eq!(lines[lines.len() - 1]["cause"], notice["cause"]);
}

#[test]
fn who_is_locked_out_leaves_the_metrics_of_the_run_that_has_the_folder() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(2));
    let (lock, metrics, before) = held_by_another_run(&bench);
    bench.run(&file, &["--metrics", "m.prom"]).expect(7);
    assert_eq!(std::fs::read(&metrics).unwrap(), before);
    lock.unlock().unwrap();
    bench.run(&file, &["--metrics", "m.prom"]).expect(0);
    let after = std::fs::read_to_string(&metrics).unwrap();
    assert!(after.contains("exit_code{import=\"m\"} 0.0"), "{after}");
    // A mistake before the lock is told there as well.
    bench.run(&file, &["--metrics", "m.prom", "--map", "name"]).expect(2);
    let after = std::fs::read_to_string(&metrics).unwrap();
    assert!(after.contains("exit_code{import=\"m\"} 2.0"), "{after}");
}
