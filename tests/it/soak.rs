//! One import for as long as one likes: the real program at a steady rate, the weather on the line changing under it,
//! killed now and then and started again; and what it holds of memory and open files while it goes on.

use std::time::{Duration, Instant};

use callbell_import::sandbox::{FaultKind, FaultRule};

use crate::support::{Bench, Running, canary_numbers};

/// How long the server may still be storing what it was sent, as the program is told.
const SETTLE: Duration = Duration::from_secs(1);
/// Requests per second, so that there are never enough rows to end before the time.
const RATE: u64 = 60;
/// Lines of the program's log for which the weather stays as it is.
const LINES: usize = 200;
/// Of so many such spells, one ends with a kill.
const SPELLS: u32 = 12;

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
                // Twenty open the breaker, and each that follows is a venture, of which there is one a minute at last: an outage of
                // more would outlast what a run waits.
                FaultKind::Error if outage => (rule.share, rule.until) = (1.0, Some(luck.u64(1..35))),
                _ => {}
            }
            rule
        })
        .collect()
}

/// An import of so many seconds, of which whoever is told to be created is, and nobody is twice.
#[expect(
    clippy::disallowed_methods,
    reason = "a soak takes the time that it is given, by the clock on the wall"
)]
fn soak(seconds: u64) {
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut luck = fastrand::Rng::with_seed(7);
    let bench = Bench::new();
    let rows = usize::try_from(seconds * RATE).unwrap();
    let file = bench.file("in.csv", canary_numbers(rows));
    let (settle, rate) = (SETTLE.as_secs_f64().to_string(), RATE.to_string());
    let flags = ["--quiet", "--settle", &settle, "--rate", &rate, "--no-canary"];
    let (mut lives, mut held) = (1, Held::default());
    let mut running = Running::start(&bench, &file, &flags);
    while Instant::now() < until {
        bench.sandbox().world().set_faults(weather(&mut luck));
        if !running.said(LINES) {
            // Shows what it said.
            running.end().expect(143);
            return;
        }
        held = held.most(Held::now(running.id()).unwrap());
        if luck.u32(..SPELLS) == 0 {
            running.kill();
            running = Running::start(&bench, &file, &flags);
            lives += 1;
        }
    }
    // A life that is told to end before it has begun to send writes no results, and that can take it long: it looks at everybody
    // in the account first.
    let posts = || bench.sandbox().world().seen().requests.get("POST /contacts").copied();
    let before = posts();
    while posts() == before {
        if !running.said(1) {
            running.end().expect(143);
            return;
        }
    }
    bench.sandbox().world().set_faults(Vec::new());
    running.signal("TERM");
    let done = running.end().expect(143).conserved();

    let world = bench.sandbox().world();
    let faults = &world.seen().faults;
    let told = rows - usize::try_from(done.number("not_attempted")).unwrap();
    let sum: u64 = faults.values().sum();
    println!("{told} rows in {seconds} s and {lives} lives, {sum} faults {faults:?}: {held:?}");
    for line in done.results() {
        let row = &line["row"];
        let stored = world.contacts().with_uuid(&line["uuid"]).map(|contact| &contact.identifier);
        match line["status"].as_str() {
            "created" => assert_eq!(stored, Some(&line["identifier"]), "row {row} is told to be created"),
            "failed" | "rejected" => assert_eq!(stored, None, "row {row} is told to have failed"),
            "unconfirmed" => {}
            status => panic!("row {row} is {status}"),
        }
    }
    let mut late = 0;
    for double in world.contacts().doubles() {
        let latest = double.iter().map(|contact| contact.request_age).max().unwrap();
        assert!(latest > SETTLE, "doubled, and the server was never later than {latest:?}");
        late += double.len() as u64 - 1;
    }
    let (created, unconfirmed) = (done.number("created"), done.number("unconfirmed"));
    let stored = world.contacts().len() as u64 - late;
    assert!((created..=created + unconfirmed).contains(&stored), "{stored} are there, {created} are told");
    assert!(held.memory < 100_000 && held.files < 120, "{held:?}");
}

/// `CALLBELL_IMPORT_SOAK=7200` takes two hours.
#[test]
#[ignore = "a minute: cargo test --release --test it soak -- --ignored --nocapture"]
#[expect(clippy::disallowed_methods, reason = "a soak says how long it is; no setting of the program")]
fn an_import_in_changing_weather_tells_the_truth_and_holds_no_more_than_at_its_beginning() {
    let seconds = std::env::var("CALLBELL_IMPORT_SOAK").unwrap_or_else(|_| "60".to_owned());
    soak(seconds.parse().unwrap());
}
