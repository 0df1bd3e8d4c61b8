//! The allowed rate: used, and never exceeded in any rolling second as the server counts it.

use std::time::Duration;

use callbell_import::model::{Event, Status};

use crate::support::{Bench, Rig, canary_numbers, sandbox_settings};

fn is_throttled(event: &Event) -> bool {
    matches!(event, Event::Throttled(_))
}

#[tokio::test(start_paused = true)]
async fn three_thousand_rows_at_three_hundred_a_second_take_ten_seconds_at_any_latency() {
    for one_way in [0, 10, 75] {
        let rig = Rig {
            latency: Duration::from_millis(one_way),
            concurrency: 64,
            ..Rig::of(canary_numbers(3000), sandbox_settings(""))
        };
        let walked = rig.walk().await;
        walked.told_the_truth();
        assert_eq!(walked.count(Status::Created), 3000);
        assert!(walked.world.lock().unwrap().most_in_a_second() <= 300);
        assert_eq!(walked.witness.count(is_throttled), 0);
        // Half a second is for finding out how many requests at a time the latency needs.
        let took = walked.took.as_secs_f64();
        assert!(took <= 10.0 * 1.02 + 0.5, "{one_way} ms: {took} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_allows_less_than_was_asked_for_is_used_to_its_limit() {
    for retry_after in ["none", "seconds"] {
        let settings = format!("[api]\nlimit_per_second = 120\nretry_after = \"{retry_after}\"\n");
        let rig = Rig { concurrency: 64, ..Rig::of(canary_numbers(4000), sandbox_settings(&settings)) };
        let walked = rig.walk().await;
        walked.told_the_truth();
        let took = walked.took.as_secs_f64();
        assert!(took <= 4000.0 / 120.0 / 0.95 + 2.0, "{took} s");
        let throttled = walked.witness.count(is_throttled);
        assert!(throttled < 40 + 120, "{throttled}, most of them in the first second");
    }
}

#[test]
fn a_real_run_at_the_limit_is_never_refused() {
    for latency in [0, 20] {
        let bench = Bench::with(&format!("[api]\nlatency_ms = {latency}\n"));
        let file = bench.file("in.csv", canary_numbers(700));
        let done = bench.run(&file, &["--rate", "300"]).expect(0).conserved();
        assert_eq!((done.number("created"), done.number("throttled")), (700, 0));
        assert!(bench.sandbox().world().most_in_a_second() <= 300);
    }
}

/// Two imports of 600 rows at a time with one token: the most requests that came in within a second.
fn two_at_a_time() -> usize {
    let bench = Bench::with("[api]\nlatency_ms = 5\n");
    let numbers = canary_numbers(1200);
    let lines: Vec<&str> = numbers.lines().collect();
    let half = |name: &str, rows: &[&str]| bench.file(name, [&lines[..1], rows].concat().join("\n"));
    let (one, other) = (half("one.csv", &lines[1..601]), half("other.csv", &lines[601..]));
    let base = bench.sandbox().base_url();
    let start = |file: &std::path::Path, out: &str| {
        let mut command = bench.command(["run", "--rate", "300", "--base-url", &base, "--out", out]);
        command.arg(file).spawn().unwrap()
    };
    let running = [start(&one, "out"), start(&other, "out-2")];
    // Both have ended before their files are looked at.
    for output in running.map(|child| child.wait_with_output().unwrap()) {
        let done = bench.finish(output).expect(0);
        assert!(!done.stderr.contains("warning"), "{}", done.stderr);
    }
    assert_eq!(bench.sandbox().world().contacts().len(), 1200);
    // They met in one file, which names no token.
    let ledgers: Vec<_> = std::fs::read_dir(bench.path().join("state/callbell-import")).unwrap().collect();
    assert_eq!(ledgers.len(), 1);
    bench.sandbox().world().most_in_a_second()
}

#[test]
fn two_runs_with_the_same_token_together_keep_to_the_limit() {
    // A machine that stands still for a moment lets requests that left one after the other come in together; two runs that
    // do not share the rate are at twice the limit each time.
    let kept = (0..3).any(|_| {
        let most = two_at_a_time();
        assert!(most < 400, "{most} in a second: they do not share the rate");
        most <= 300
    });
    assert!(kept, "more than the limit each time");
}

#[test]
fn where_the_rate_cannot_be_shared_it_is_said_and_the_run_goes_on() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    bench.file("state", "no folder");
    let done = bench.run(&file, &[""; 0]).expect(0);
    assert!(done.stderr.contains("warning: cannot share the rate limit with other runs"), "{}", done.stderr);
}

#[test]
fn whatever_asks_the_account_meets_runs_with_the_same_token_in_one_file() {
    let bench = Bench::new();
    bench.file("in.csv", canary_numbers(3));
    let base = bench.sandbox().base_url();
    let commands: [&[&str]; 4] = [
        &["account", "--rate", "40"],
        &["check", "in.csv", "--rate", "40", "--out", "out"],
        &["run", "in.csv", "--rate", "40", "--out", "out"],
        &["verify", "out", "--rate", "40"],
    ];
    let state = bench.path().join("state");
    let mut ledgers = std::collections::BTreeSet::new();
    for command in commands {
        let _ = bench.exact(command.iter().copied().chain(["--base-url", &base])).expect(0);
        let of_this = std::fs::read_dir(state.join("callbell-import")).unwrap();
        ledgers.extend(of_this.map(|entry| entry.unwrap().file_name()));
        assert_eq!(ledgers.len(), 1, "{command:?}");
        // The next one has to make its own.
        std::fs::remove_dir_all(&state).unwrap();
    }
    bench.file("state", "no folder");
    let done = bench.exact(["account", "--rate", "40", "--base-url", &base]).expect(0);
    assert!(done.stderr.contains("warning: cannot share the rate limit with other runs"), "{}", done.stderr);
}

#[test]
fn headroom_is_left_of_the_rate_and_shown_in_the_plan() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(300));
    let done = bench.run(&file, &["--rate", "200", "--headroom", "25%"]).expect(0);
    assert!(done.stderr.contains("at most 150 per second"), "{}", done.stderr);
    assert!(bench.sandbox().world().most_in_a_second() <= 150);
    let done = bench.run(&file, &["--headroom", "100%"]).expect(2);
    assert!(done.stderr.contains("from 0% to below 100%"), "{}", done.stderr);
}

#[test]
fn there_are_no_more_connections_than_requests_at_a_time() {
    for latency in [0, 3] {
        let bench = Bench::with(&format!("[api]\nlimit_per_second = 0\nlatency_ms = {latency}\n"));
        let file = bench.file("in.csv", canary_numbers(600));
        let done = bench.run(&file, &["--rate", "none", "--concurrency", "8"]).expect(0);
        assert_eq!(done.number("created"), 600);
        let connections = bench.sandbox().most_connections();
        assert!((2..=8).contains(&connections), "{connections}");
    }
}
