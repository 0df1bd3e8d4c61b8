//! One import for as long as one likes: the real program at a steady rate, the weather on the line changing under it,
//! killed now and then and started again; and what it holds of memory and open files while it goes on.

use std::time::Duration;

use callbell_import::sandbox::{FaultKind, FaultRule};

use crate::support::{Bench, Running, canary_numbers};

/// How long the server may still be storing what it was sent, as the program is told.
const SETTLE: Duration = Duration::from_secs(1);
/// Requests per second, so that rows are seconds.
const RATE: &str = "60";
/// The program says something at each of so many lines of its log; then it is looked at.
const LINES: usize = 500;
/// Lives that end with a kill.
const KILLS: usize = 6;

/// Most of what the program held at a time.
#[derive(Debug, Default, Clone, Copy)]
struct Held {
    /// Memory, in kilobytes.
    memory: u64,
    /// Open files, sockets and pipes.
    files: usize,
}

impl Held {
    /// What the process with this id holds now, if it still runs.
    fn now(id: u32) -> Option<Self> {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let memory = memory.split_whitespace().next()?.parse().ok()?;
        Some(Self { memory, files: std::fs::read_dir(format!("/proc/{id}/fd")).ok()?.count() })
    }

    fn most(self, other: Self) -> Self {
        Self { memory: self.memory.max(other.memory), files: self.files.max(other.files) }
    }
}

/// Anything may go wrong, each at its own share, now and then all of it at once; nothing is stored later than 100 ms
/// after its request.
fn weather(luck: &mut fastrand::Rng) -> Vec<FaultRule> {
    let outage = luck.u8(..6) == 0;
    FaultKind::ALL
        .into_iter()
        // Answers that end the run, as they are to.
        .filter(|kind| {
            !matches!(kind, FaultKind::Unauthorized | FaultKind::PaymentRequired | FaultKind::Redirect)
        })
        .map(|kind| {
            let share = if luck.bool() { 0.0 } else { luck.f64() * 0.04 };
            let mut rule = FaultRule { delay_ms: luck.u64(..100), ..FaultRule::new(kind, share) };
            match kind {
                FaultKind::Throttle => rule.retry_after = Some(luck.u64(..2)),
                FaultKind::Error if outage => (rule.share, rule.until) = (1.0, Some(luck.u64(1..60))),
                _ => {}
            }
            rule
        })
        .collect()
}

/// An import of so many rows, of which whoever is told to be created is, and nobody is twice.
fn soak(rows: usize) {
    let mut luck = fastrand::Rng::with_seed(7);
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(rows));
    let settle = SETTLE.as_secs_f64().to_string();
    let flags = ["--quiet", "--settle", &settle, "--rate", RATE, "--no-canary"];
    let (mut lives, mut held) = (Vec::new(), Held::default());
    let done = loop {
        let mut running = Running::start(&bench, &file, &flags);
        let most = if lives.len() < KILLS { luck.usize(1..rows / LINES) } else { usize::MAX };
        let mut life = Held::default();
        let mut goes_on = true;
        for _ in 0..most {
            bench.sandbox().world().set_faults(weather(&mut luck));
            goes_on = running.said(LINES);
            let Some(now) = Held::now(running.id()).filter(|_| goes_on) else { break };
            life = life.most(now);
        }
        held = held.most(life);
        lives.push(life);
        if goes_on {
            running.kill();
        } else {
            break running.end();
        }
    };
    println!("{rows} rows in {} lives {lives:?}", lives.len());
    assert!([0, 1, 8].contains(&done.code), "{}\n{}", done.code, done.stderr.lines().last().unwrap_or(""));
    let done = done.conserved();
    println!("{:?}", done.summary());

    let world = bench.sandbox().world();
    let faults = &world.seen().faults;
    println!("{} faults: {faults:?}", faults.values().sum::<u64>());
    let mut told = 0;
    for line in done.results() {
        let row = &line["row"];
        let stored = world.contacts().with_uuid(&line["uuid"]).map(|contact| &contact.identifier);
        match line["status"].as_str() {
            "created" => assert_eq!(stored, Some(&line["identifier"]), "row {row} is told to be created"),
            "failed" | "rejected" => assert_eq!(stored, None, "row {row} is told to have failed"),
            "unconfirmed" => {}
            status => panic!("row {row} is {status}"),
        }
        told += usize::from(line["status"] != "unconfirmed" && stored.is_some());
    }
    for double in world.contacts().doubles() {
        let latest = double.iter().map(|contact| contact.request_age).max().unwrap();
        assert!(latest > SETTLE, "doubled, and the server was never later than {latest:?}");
    }
    assert!(told + 100 > rows * 9 / 10, "of {rows} rows, {told} are told to be created");
    assert!(held.memory < 100_000 && held.files < 120, "{held:?}");
}

/// `CALLBELL_IMPORT_SOAK_ROWS=400000` takes two hours.
#[test]
#[ignore = "minutes: cargo test --release --test it soak -- --ignored --nocapture"]
#[expect(clippy::disallowed_methods, reason = "a soak says how long it is; no setting of the program")]
fn an_import_in_changing_weather_ends_with_the_truth_and_holds_no_more_than_at_its_beginning() {
    let rows = std::env::var("CALLBELL_IMPORT_SOAK_ROWS").unwrap_or_else(|_| "4000".to_owned());
    soak(rows.parse().unwrap());
}
