//! Many accounts at once.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use callbell_import::sandbox::Sandbox;

use super::crew::{Fleet, Worker};
use crate::support::{canary_numbers, sandbox_settings};

/// What it took.
struct Figures {
    seconds: f64,
    requests: u64,
    /// Of the workers, and of the engine.
    cpu_seconds: (f64, f64),
    log_bytes: u64,
}

/// Seconds of a processor: of the children of this process that have ended, and of a process that runs.
fn cpu_seconds(server: u32) -> (f64, f64) {
    let times = |path: String| -> Vec<f64> {
        let stat = std::fs::read_to_string(path).unwrap();
        // The name in brackets may hold anything.
        let fields = stat.rsplit_once(')').unwrap().1.split_whitespace().map(str::to_owned);
        // Ticks, of which there are a hundred a second on every Linux that there is.
        fields.skip(11).take(4).map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).collect()
    };
    let (here, there) = (times("/proc/self/stat".to_owned()), times(format!("/proc/{server}/stat")));
    (here[2] + here[3], there[0] + there[1])
}

fn bytes_in(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { bytes_in(&path) } else { path.metadata().unwrap().len() }).sum()
}

/// Imports `rows` rows into each of `accounts` accounts with `workers` workers.
#[expect(clippy::disallowed_methods, reason = "processes run by the clock of the machine")]
fn import(
    lease: &'static str,
    (accounts, rows): (usize, usize),
    workers: usize,
    rate: usize,
) -> Option<Figures> {
    let fleet = Fleet { lease, ..Fleet::with("")? };
    fleet.bench.file("in.csv", canary_numbers(rows));
    let aliases: Vec<String> = (0..accounts).map(|number| format!("account-{number}")).collect();
    let sandboxes: BTreeMap<&String, Sandbox> = aliases
        .iter()
        .map(|alias| (alias, Sandbox::start(sandbox_settings("[api]\nlatency_ms = 20\n"), 0).unwrap()))
        .collect();
    let places = sandboxes.iter().map(|(alias, sandbox)| ((*alias).clone(), sandbox.base_url())).collect();
    fleet.settings(&places);
    let chunk = (rows / 2).to_string();
    let rate_flag = rate.to_string();
    let jobs: Vec<String> = aliases
        .iter()
        .map(|alias| {
            let flags = ["--chunk-rows", &chunk, "--rate", &rate_flag, "--no-canary"];
            let enqueued = fleet.enqueue_command(alias, &flags).output().unwrap();
            fleet.bench.finish(enqueued).expect(0).stdout.trim().to_owned()
        })
        .collect();
    let before = cpu_seconds(fleet.server.id());
    let begin = Instant::now();
    let workers: Vec<Worker> = (0..workers)
        .map(|number| {
            let mut command = fleet.command("worker", &fleet.url);
            command.args(["--folder", "shared", "--config", "fleet.toml", "--drain"]);
            command.args(["--at-a-time", &accounts.to_string()]);
            // One machine: its workers share what they know of the rate, and need not.
            command.env("XDG_STATE_HOME", fleet.bench.path().join(format!("state-{number}")));
            Worker::start(command)
        })
        .collect();
    for worker in workers {
        let (code, said) = worker.end();
        assert_eq!(code, 0, "{said}");
    }
    let seconds = begin.elapsed().as_secs_f64();
    let after = cpu_seconds(fleet.server.id());
    let mut requests = 0;
    for (job, (alias, sandbox)) in jobs.iter().zip(&sandboxes) {
        let world = sandbox.world();
        assert_eq!((world.contacts().len(), world.contacts().doubles().len()), (rows, 0), "{alias}");
        assert!(world.most_in_a_second() <= rate, "{alias}: {}", world.most_in_a_second());
        requests += world.seen().requests.values().sum::<u64>();
        drop(world);
        let whole = fleet.collect(job).expect(0).conserved();
        assert_eq!(whole.number("created"), rows as u64);
        // Another job's results would have no place there.
        std::fs::remove_dir_all(whole.folder).unwrap();
    }
    Some(Figures {
        seconds,
        requests,
        cpu_seconds: (after.0 - before.0, after.1 - before.1),
        log_bytes: bytes_in(&fleet.server.store().join("jetstream/$G/streams/CALLBELL_LOG")),
    })
}

#[test]
fn every_account_has_a_sender_of_its_own_and_its_whole_rate() {
    import("4", (5, 60), 2, 40);
}

#[test]
#[ignore = "minutes: cargo test --release --features fleet --test it fleet::many -- --ignored --nocapture"]
fn a_machine_imports_for_many_accounts_at_once() {
    for (accounts, rows, workers) in [(1, 600, 1), (10, 600, 2), (20, 600, 2), (40, 600, 2)] {
        let Some(figures) = import("30", (accounts, rows), workers, 60) else { return };
        let Figures { seconds, requests, cpu_seconds, log_bytes } = figures;
        println!(
            "{accounts} accounts of {rows} rows at 60 requests/s each, {workers} workers: {seconds:.1} s, {:.0} requests/s; \
             a thousand requests took {:.2} s of a processor in workers and {:.2} s in the engine; {} bytes of log a row",
            requests as f64 / seconds,
            cpu_seconds.0 * 1000.0 / requests as f64,
            cpu_seconds.1 * 1000.0 / requests as f64,
            log_bytes / (accounts * rows) as u64
        );
    }
}
