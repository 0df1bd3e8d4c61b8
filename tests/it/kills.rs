//! The real program, killed with SIGKILL again and again, against a sandbox that loses answers.
//!
//! The long form: `cargo test --release --test it kills -- --ignored --nocapture`.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use callbell_import::sandbox::{FaultKind, FaultRule};

use crate::support::{Bench, Running, canary_numbers};

/// How long the server may still be storing what it was sent, as the program is told.
const SETTLE: Duration = Duration::from_millis(400);
/// Imports at a time: most of their time is waiting.
const AT_A_TIME: u64 = 6;

/// A third of all sends go wrong; nothing is stored later than 30 ms after its request.
fn weather(luck: &mut fastrand::Rng) -> Vec<FaultRule> {
    [
        FaultKind::Throttle,
        FaultKind::Error,
        FaultKind::ErrorAfter,
        FaultKind::Garbage,
        FaultKind::WrongJson,
        FaultKind::Truncated,
        FaultKind::Endless,
        FaultKind::HugeHead,
        FaultKind::CutBefore,
        FaultKind::CutAfter,
        FaultKind::LateStore,
        FaultKind::CutThenStore,
    ]
    .map(|kind| {
        let after = if kind == FaultKind::Throttle { Some(0) } else { None };
        FaultRule { delay_ms: luck.u64(..30), retry_after: after, ..FaultRule::new(kind, 0.03) }
    })
    .into()
}

/// What one import came to.
#[derive(Default)]
struct Toll {
    kills: u64,
    faults: u64,
    /// Contacts that were doubled because the machine stalled and the server stored later than the settle time.
    late: usize,
}

/// One import of `rows` rows, killed until the seed has had enough, then continued to its end.
fn import(seed: u64, rows: usize) -> Toll {
    let mut luck = fastrand::Rng::with_seed(seed);
    let bench = Bench::with(&format!("seed = {seed}"));
    bench.sandbox().world().set_faults(weather(&mut luck));
    let file = bench.file("in.csv", canary_numbers(rows));
    let settle = SETTLE.as_secs_f64().to_string();
    let flags =
        ["--quiet", "--settle", &settle, "--rate", "none", "--concurrency", &luck.u32(1..12).to_string()];
    let mut toll = Toll::default();
    for _ in 0..luck.u32(4..12) {
        let mut running = Running::start(&bench, &file, &flags);
        // Somewhere between the line before the first send and the one after the last.
        let lives = running.said(luck.usize(1..rows));
        running.kill();
        toll.kills += u64::from(lives);
    }
    toll.faults = bench.sandbox().world().seen().faults.values().sum();
    bench.sandbox().world().set_faults(Vec::new());
    let done = bench.run(&file, &flags).expect(0).conserved();

    let world = bench.sandbox().world();
    let told: HashMap<_, _> =
        done.results().into_iter().map(|line| (line["identifier"].clone(), line["uuid"].clone())).collect();
    assert_eq!(told.len(), rows, "seed {seed}");
    for (identifier, uuid) in &told {
        let stored = world.contacts().with_uuid(uuid).map(|contact| contact.identifier.as_str());
        assert_eq!(stored, Some(identifier.as_str()), "seed {seed}: told to be created");
    }
    for double in world.contacts().doubles() {
        let latest = double.iter().map(|contact| contact.request_age).max().unwrap();
        assert!(latest > SETTLE, "seed {seed}: doubled, and the server was never later than {latest:?}");
        toll.late += 1;
    }
    assert_eq!(world.contacts().iter().count(), rows + toll.late, "seed {seed}: somebody is lost");
    toll
}

fn imports(seeds: Range<u64>, rows: usize, kills: u64) {
    let next = AtomicU64::new(seeds.start);
    let sum = Mutex::new(Toll::default());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while sum.lock().unwrap().kills < kills {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        break;
                    }
                    let toll = import(seed, rows);
                    let mut sum = sum.lock().unwrap();
                    sum.kills += toll.kills;
                    sum.faults += toll.faults;
                    sum.late += toll.late;
                }
            });
        }
    });
    let sum = sum.into_inner().unwrap();
    let imports = next.into_inner().min(seeds.end) - seeds.start;
    println!(
        "{imports} imports of {rows} rows, {} kills, {} faults: 0 lost, 0 false, 0 doubled but {} by a late server",
        sum.kills, sum.faults, sum.late
    );
    assert!(sum.kills >= kills, "{} kills", sum.kills);
}

#[test]
fn a_program_that_is_killed_again_and_again_loses_nobody_and_doubles_nobody() {
    imports(0..8, 40, 20);
}

#[test]
#[ignore = "minutes: cargo test --release --test it kills -- --ignored --nocapture"]
fn after_three_thousand_kills_nobody_is_lost_and_nobody_is_doubled() {
    imports(100..2000, 60, 3000);
}
