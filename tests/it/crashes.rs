//! Processes that die, disks that fail, journals that are damaged: the whole street on a paused clock, again and again.
//!
//! Each test comes in a quick form, which always runs, and a long one:
//! `cargo test --release --test it crashes -- --ignored --nocapture`.

mod drawn;
mod edited;

use std::io::ErrorKind;
use std::time::Duration;

use callbell_import::journal::{Class, Journal, JournalError, Past, classify};
use callbell_import::model::{Event, Status, Stop};
use callbell_import::run::RunError;
use callbell_import::sandbox::{FaultKind, FaultRule, On, SandboxSettings};

use crate::support::{DiskFault, Operation, Rig, SimDisk, Walked, canary_numbers};

/// A server that loses answers and stores late, but never later than the settle time.
fn foul(seed: u64) -> SandboxSettings {
    let mut luck = fastrand::Rng::with_seed(seed);
    let mut settings = SandboxSettings::from_toml("").unwrap();
    settings.seed = seed;
    settings.faults = [
        FaultKind::Throttle,
        FaultKind::Error,
        FaultKind::ErrorAfter,
        FaultKind::Garbage,
        FaultKind::CutBefore,
        FaultKind::CutAfter,
        FaultKind::LateStore,
        FaultKind::CutThenStore,
    ]
    .map(|kind| FaultRule { delay_ms: luck.u64(..100_000), ..FaultRule::new(kind, luck.f64() * 0.12) })
    .into();
    settings.faults.push(FaultRule { on: On::LookUp, ..FaultRule::new(FaultKind::Error, luck.f64() * 0.3) });
    settings
}

/// Repeats the command until every row has its fate, as a person would.
async fn carry_on(rig: &Rig) -> Walked {
    rig.world.lock().unwrap().set_faults(Vec::new());
    for _ in 0..3 {
        let walked = rig.walk().await;
        if walked.count(Status::Unconfirmed) == 0 {
            return walked;
        }
    }
    panic!("rows stay unconfirmed on a calm day");
}

async fn uninterrupted(csv: &str) -> Walked {
    Rig::of(csv.to_owned(), SandboxSettings::from_toml("").unwrap()).walk().await
}

/// As far as an import has come that was continued to its end, it must look like one that was never interrupted.
#[track_caller]
fn is_complete(walked: &Walked, whole: &Walked, what: &str) {
    if let Some(lie) = walked.lie() {
        panic!("{what}: {lie}");
    }
    let (seen, expected) = (walked.essence(), whole.essence());
    for (seen, expected) in seen.iter().zip(&expected) {
        assert_eq!(seen, expected, "{what}");
    }
    assert_eq!(seen.len(), expected.len(), "{what}: {:?}", walked.report.stop);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_dies_at_any_step_is_continued_without_loss_or_double() {
    let csv = canary_numbers(14);
    let whole = uninterrupted(&csv).await;
    for seed in 1..=2 {
        for last_append_counts in [true, false] {
            let mut steps = 0;
            loop {
                let rig = Rig { concurrency: 3, ..Rig::of(csv.clone(), foul(seed)) };
                let ended = rig.dying_after(steps, last_append_counts).await.is_some();
                let walked = carry_on(&rig).await;
                let what = format!("seed {seed}, dead after {steps} steps, {last_append_counts}");
                is_complete(&walked, &whole, &what);
                if ended {
                    break;
                }
                steps += 1;
            }
            assert!(steps > 50, "{steps}");
        }
    }
}

/// The head of the journal can be lost by a power cut as long as nothing was leased, and that must not matter.
#[tokio::test(start_paused = true)]
async fn a_power_cut_in_the_first_moments_leaves_nothing_to_repair() {
    let csv = canary_numbers(3);
    let whole = uninterrupted(&csv).await;
    for seed in 0..60 {
        let mut luck = fastrand::Rng::with_seed(seed);
        let rig = Rig::of(csv.clone(), SandboxSettings::from_toml("").unwrap());
        rig.dying_after(luck.usize(..5), luck.bool()).await;
        rig.disk.cut_power(&mut luck);
        is_complete(&carry_on(&rig).await, &whole, &format!("seed {seed}"));
    }
}

/// The results have their place a moment before the journal is told so.
#[tokio::test(start_paused = true)]
async fn a_power_cut_takes_nothing_back_that_the_results_tell() {
    let mut csv = "identifier,name,source\n".to_owned();
    for row in 0..20 {
        csv.push_str(&format!("user_{row},P {row},telegram\n"));
    }
    for seed in 0..20 {
        let mut luck = fastrand::Rng::with_seed(seed);
        let mut rig = Rig { seed, dies_when_told: true, ..Rig::of(csv.clone(), SandboxSettings::default()) };
        rig.disk = SimDisk::with_slow_sync(Duration::from_millis(luck.u64(..30)));
        let told = rig.walk().await;
        assert_eq!(told.count(Status::Created), 20, "seed {seed}");
        rig.disk.cut_power(&mut luck);
        rig.dies_when_told = false;
        is_complete(&rig.walk().await, &told, &format!("seed {seed}"));
    }
}

/// One import, killed again and again at random instants, half of the time by a power cut.
async fn killed_again_and_again(seed: u64, whole: &Walked, csv: &str) -> u64 {
    let mut luck = fastrand::Rng::with_seed(seed);
    let mut rig = Rig { concurrency: luck.usize(1..12), seed, ..Rig::of(csv.to_owned(), foul(seed)) };
    rig.disk = SimDisk::with_slow_sync(Duration::from_millis(luck.u64(..30)));
    rig.latency = Duration::from_millis(luck.u64(1..400));
    let mut deaths = 0;
    for _ in 0..luck.u32(2..7) {
        if luck.u32(..3) == 0 {
            let operation = [Operation::Append, Operation::Sync][luck.usize(..2)];
            let (at, stays, torn) = (luck.usize(..60), luck.bool(), luck.bool());
            rig.disk.fail(DiskFault { operation, at, error: ErrorKind::Other, stays, torn });
        }
        let ended = if luck.bool() {
            rig.dying_after(luck.usize(..120), luck.bool()).await.is_some()
        } else {
            rig.killed_after(Duration::from_millis(1 << luck.u32(1..18))).await.is_some()
        };
        deaths += u64::from(!ended);
        rig.disk.repair();
        if luck.bool() {
            rig.disk.cut_power(&mut luck);
        }
        tokio::time::sleep(Duration::from_secs(luck.u64(..90))).await;
    }
    is_complete(&carry_on(&rig).await, whole, &format!("seed {seed}"));
    rig.let_the_server_finish().await;
    let doubles = rig.world.lock().unwrap().contacts().doubles().len();
    assert_eq!(doubles, 0, "seed {seed}: doubled later");
    deaths
}

async fn seeds(seeds: std::ops::Range<u64>) {
    let csv = canary_numbers(60);
    let whole = uninterrupted(&csv).await;
    let (count, mut deaths) = (seeds.end - seeds.start, 0);
    for seed in seeds {
        deaths += killed_again_and_again(seed, &whole, &csv).await;
    }
    println!("{count} imports of 60 rows, {deaths} deaths: 0 lost, 0 doubled, 0 false");
    assert!(deaths > count, "{deaths} deaths");
}

#[tokio::test(start_paused = true)]
async fn an_import_that_is_killed_and_loses_power_again_and_again_ends_with_the_truth() {
    seeds(0..60).await;
}

#[tokio::test(start_paused = true)]
#[ignore = "minutes: cargo test --release --test it crashes -- --ignored --nocapture"]
async fn two_thousand_imports_that_are_killed_again_and_again_end_with_the_truth() {
    seeds(1000..3000).await;
}

/// Without a look-up a row may stay unconfirmed for ever; it is still never doubled, and nobody else's contact is told
/// to be its own.
#[tokio::test(start_paused = true)]
async fn rows_without_a_look_up_are_neither_doubled_nor_mistaken_for_each_other_however_often_it_is_killed() {
    let mut csv = "identifier,name,source\n".to_owned();
    for row in 0..60 {
        // Every third name stands twice.
        let name = if row % 3 == 0 { row / 6 } else { 100 + row };
        csv.push_str(&format!("user_{row},P {name},telegram\n"));
    }
    let (mut created, mut unconfirmed) = (0, 0);
    for seed in 0..25 {
        let mut luck = fastrand::Rng::with_seed(seed);
        let mut rig = Rig { concurrency: luck.usize(1..9), seed, ..Rig::of(csv.clone(), foul(seed)) };
        rig.disk = SimDisk::with_slow_sync(Duration::from_millis(luck.u64(..30)));
        for _ in 0..luck.u32(1..5) {
            rig.dying_after(luck.usize(..140), luck.bool()).await;
            if luck.bool() {
                rig.disk.cut_power(&mut luck);
            }
        }
        let walked = rig.walk().await;
        assert_eq!(walked.lie(), None, "seed {seed}");
        rig.let_the_server_finish().await;
        assert_eq!(rig.world.lock().unwrap().contacts().doubles().len(), 0, "seed {seed}");
        created += walked.count(Status::Created);
        unconfirmed += walked.count(Status::Unconfirmed);
    }
    println!("{created} created, {unconfirmed} unconfirmed");
    assert!(created > 700 && unconfirmed > 20, "{created} {unconfirmed}");
}

/// Where the server stores later than the settle time, a contact can be doubled; the stamps must say that it was so.
#[tokio::test(start_paused = true)]
async fn a_double_needs_a_server_that_stores_later_than_the_settle_time() {
    let mut late = SandboxSettings::from_toml("").unwrap();
    late.faults = vec![FaultRule { delay_ms: 400_000, ..FaultRule::new(FaultKind::CutThenStore, 0.5) }];
    let rig = Rig::of(canary_numbers(60), late);
    let walked = rig.walk().await;
    rig.let_the_server_finish().await;
    let world = walked.world.lock().unwrap();
    let doubles = world.contacts().doubles();
    assert!(doubles.len() > 5, "the server was not late enough to be of use: {}", doubles.len());
    for double in doubles {
        let latest = double.iter().map(|contact| contact.request_age).max().unwrap();
        assert!(latest > rig.patience.settle, "a double of ours: {latest:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn strict_makes_no_double_however_late_the_server_and_however_often_the_process_dies() {
    for seed in 0..12 {
        let mut luck = fastrand::Rng::with_seed(seed);
        let mut late = foul(seed);
        late.faults.push(FaultRule { delay_ms: 700_000, ..FaultRule::new(FaultKind::CutThenStore, 0.2) });
        let mut rig = Rig { concurrency: 5, ..Rig::of(canary_numbers(60), late) };
        rig.patience.strict = true;
        for _ in 0..4 {
            rig.dying_after(luck.usize(..150), luck.bool()).await;
            if luck.bool() {
                rig.disk.cut_power(&mut luck);
            }
        }
        rig.walk().await;
        rig.let_the_server_finish().await;
        let walked = rig.walk().await;
        assert_eq!(walked.lie(), None, "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_fails_at_any_operation_stops_the_sending_and_is_forgiven_when_it_is_mended() {
    let csv = canary_numbers(40);
    let whole = uninterrupted(&csv).await;
    let mut failures = 0;
    for operation in
        [Operation::Append, Operation::Sync, Operation::Reserve, Operation::Truncate, Operation::Read]
    {
        for error in [ErrorKind::StorageFull, ErrorKind::Other, ErrorKind::ReadOnlyFilesystem] {
            for (stays, torn) in [(false, false), (true, false), (false, true), (true, true)] {
                for at in [0, 1, 2, 3, 5, 8, 13, 21] {
                    if torn && operation != Operation::Append {
                        continue;
                    }
                    let rig = Rig { concurrency: 4, ..Rig::of(csv.clone(), foul(at as u64)) };
                    rig.disk.fail(DiskFault { operation, at, error, stays, torn });
                    let broken = match rig.process(Vec::new()).await {
                        Ok(walked) => {
                            let broken =
                                matches!(&walked.result, Err(RunError::Journal(JournalError::Io { .. })));
                            assert!(
                                broken || walked.lie().is_none(),
                                "{operation:?} {at}: {:?}",
                                walked.lie()
                            );
                            broken
                        }
                        Err(JournalError::Io { .. }) => true,
                        Err(error) => panic!("{operation:?} {at}: {error}"),
                    };
                    failures += usize::from(broken);
                    rig.disk.repair();
                    is_complete(
                        &carry_on(&rig).await,
                        &whole,
                        &format!("{operation:?} {at} {error:?} {stays} {torn}"),
                    );
                }
            }
        }
    }
    assert!(failures > 60, "{failures} disks failed");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_when_the_disk_does_not_take_the_first_lease() {
    for operation in [Operation::Append, Operation::Sync, Operation::Reserve] {
        let rig = Rig::of(canary_numbers(40), SandboxSettings::from_toml("").unwrap());
        rig.disk.fail(DiskFault {
            operation,
            at: 0,
            error: ErrorKind::StorageFull,
            stays: true,
            torn: false,
        });
        let _ = rig.process(Vec::new()).await;
        let sent = rig.world.lock().unwrap().seen().requests.get("POST /contacts").copied();
        assert_eq!(sent, None, "{operation:?}");
    }
}

/// A journal that was left in the middle of everything: settled, on the wire, leased.
async fn left_in_the_middle() -> Rig {
    let rig = Rig { concurrency: 4, ..Rig::of(canary_numbers(30), foul(3)) };
    assert!(rig.dying_after(45, true).await.is_none());
    rig
}

fn pasts(disk: &SimDisk) -> Result<(Vec<Past>, bool), JournalError> {
    let mut pasts = Vec::new();
    let (_, replayed) = Journal::open(disk.clone(), Some(disk.boot()), [7; 32], |past| {
        pasts.push(past);
        Ok(())
    })?;
    pasts.sort_by_key(|past| past.ticket);
    Ok((pasts, replayed.damage.is_some()))
}

/// What a damaged journal says must be what the whole one says, or that something is missing.
#[track_caller]
fn invents_nothing(disk: &SimDisk, whole: &[Past], what: &str) {
    let (seen, damaged) = match pasts(disk) {
        Ok(read) => read,
        Err(JournalError::HeadLost { .. }) => return,
        Err(error) => panic!("{what}: {error}"),
    };
    for past in whole {
        let before = classify(past.evidence, true);
        match seen.iter().find(|seen| seen.ticket == past.ticket) {
            None => {
                assert!(damaged || before == Class::NeverSent, "{what}: ticket {} is forgotten", past.ticket)
            }
            Some(seen) => {
                let now = classify(seen.evidence, true);
                assert_eq!(seen.key, past.key, "{what}");
                let is_careful = now == before || now == Class::Unknown;
                // A verdict that is lost with the end of the journal makes the row unknown, or it is told.
                assert!(is_careful, "{what}: ticket {} was {before:?} and is {now:?}", past.ticket);
            }
        }
    }
    assert!(seen.iter().all(|seen| whole.iter().any(|past| past.ticket == seen.ticket)), "{what}: invented");
}

#[tokio::test(start_paused = true)]
async fn every_cut_and_every_flipped_bit_of_a_journal_is_noticed_or_harmless() {
    let rig = left_in_the_middle().await;
    let bytes = rig.disk.bytes();
    let (whole, damaged) = pasts(&rig.disk).unwrap();
    assert!(!damaged && whole.len() > 20 && bytes.len() > 4000, "{} {}", whole.len(), bytes.len());
    for class in [Class::Settled, Class::Unknown, Class::NeverSent] {
        assert!(whole.iter().any(|past| classify(past.evidence, true) == class), "no ticket is {class:?}");
    }
    for cut in 0..bytes.len() {
        rig.disk.set_bytes(bytes[..cut].to_vec());
        invents_nothing(&rig.disk, &whole, &format!("cut at {cut}"));
    }
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        rig.disk.set_bytes(flipped);
        invents_nothing(&rig.disk, &whole, &format!("bit {bit}"));
    }
    println!("{} cuts and {} flipped bits", bytes.len(), bytes.len() * 8);
}

#[tokio::test(start_paused = true)]
async fn a_broken_last_line_is_seen_by_every_process_that_comes_after() {
    let rig = left_in_the_middle().await;
    let mut bytes = rig.disk.bytes();
    let at = bytes.len() - 3;
    bytes[at] ^= 4;
    rig.disk.set_bytes(bytes);
    // Someone looks, is warned, and does not begin.
    for _ in 0..3 {
        let (_, replayed) =
            Journal::open(rig.disk.clone(), Some(rig.disk.boot()), [7; 32], |_| Ok(())).unwrap();
        assert!(replayed.damage.is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn an_import_whose_journal_was_damaged_ends_with_the_truth_all_the_same() {
    let whole = uninterrupted(&canary_numbers(30)).await;
    let length = left_in_the_middle().await.disk.bytes().len();
    let mut gone_on = 0;
    for at in (0..length).step_by(97) {
        for cut in [true, false] {
            let rig = left_in_the_middle().await;
            let mut bytes = rig.disk.bytes();
            if cut {
                bytes.truncate(at);
            } else {
                bytes[at] ^= 4;
            }
            rig.disk.set_bytes(bytes);
            rig.world.lock().unwrap().set_faults(Vec::new());
            match rig.process(Vec::new()).await {
                Err(JournalError::HeadLost { .. }) => {}
                Err(error) => panic!("{at} {cut}: {error}"),
                Ok(walked) => {
                    gone_on += 1;
                    is_complete(&walked, &whole, &format!("damaged at {at}, {cut}"));
                }
            }
        }
    }
    assert!(gone_on > 60, "{gone_on}");
}

#[tokio::test(start_paused = true)]
async fn an_outage_opens_the_breaker_burns_no_row_and_is_waited_out() {
    let mut rig = Rig::of(canary_numbers(2000), SandboxSettings::from_toml("").unwrap());
    rig.longest_outage = Duration::from_secs(3600);
    let line = std::sync::Arc::clone(&rig.line_is_cut);
    let outage = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        line.store(true, std::sync::atomic::Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(1800)).await;
        line.store(false, std::sync::atomic::Ordering::Relaxed);
    });
    let walked = rig.walk().await;
    outage.await.unwrap();
    walked.told_the_truth();
    assert_eq!((walked.count(Status::Created), walked.not_attempted), (2000, Some(0)));
    assert_eq!(walked.witness.count(|event| matches!(event, Event::OutageBegan { .. })), 1);
    assert_eq!(walked.witness.count(|event| matches!(event, Event::OutageEnded { .. })), 1);
    let asked = walked.witness.count(|event| matches!(event, Event::Requested));
    assert!(asked < 2000 + 200, "{asked} requests: the breaker does not hold them back");
    assert!(walked.took < Duration::from_secs(1800 + 80), "{:?}", walked.took);
}

#[tokio::test(start_paused = true)]
async fn an_outage_that_lasts_too_long_stops_the_run_and_the_next_one_goes_on() {
    let mut rig = Rig::of(canary_numbers(500), SandboxSettings::from_toml("").unwrap());
    rig.longest_outage = Duration::from_secs(600);
    rig.cut_the_line(true);
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert!(matches!(walked.report.stop, Some(Stop::Outage { .. })), "{:?}", walked.report.stop);
    assert_eq!((walked.results.len(), walked.not_attempted), (0, Some(500)), "no row is burnt");
    assert!(walked.took < Duration::from_secs(620), "{:?}", walked.took);
    rig.cut_the_line(false);
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!(walked.count(Status::Created), 500);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_look_ups_and_no_creates_is_an_outage_that_burns_no_row() {
    let mut rig = Rig::of(canary_numbers(500), SandboxSettings::from_toml("").unwrap());
    rig.longest_outage = Duration::from_secs(3600);
    let creates_fail = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::Error, 1.0) };
    rig.world.lock().unwrap().set_faults(vec![creates_fail]);
    let world = std::sync::Arc::clone(&rig.world);
    let mended = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(2400)).await;
        world.lock().unwrap().set_faults(Vec::new());
    });
    let walked = rig.walk().await;
    mended.await.unwrap();
    walked.told_the_truth();
    assert_eq!((walked.count(Status::Created), walked.not_attempted), (500, Some(0)));
    assert_eq!(walked.witness.count(|event| matches!(event, Event::OutageBegan { .. })), 1);
    let creates = rig.world.lock().unwrap().seen().requests["POST /contacts"];
    assert!(creates < 500 + 200, "{creates} creates: the breaker does not hold them back");
}

#[tokio::test(start_paused = true)]
async fn an_outage_burns_no_row_also_where_the_server_throttles_meanwhile() {
    let mut rig = Rig::of(canary_numbers(200), SandboxSettings::from_toml("").unwrap());
    rig.longest_outage = Duration::from_secs(3600);
    let on = On::Create;
    let weather =
        [FaultKind::Throttle, FaultKind::Error].map(|kind| FaultRule { on, ..FaultRule::new(kind, 0.5) });
    let rest = FaultRule { on, ..FaultRule::new(FaultKind::Error, 1.0) };
    rig.world.lock().unwrap().set_faults([&weather[..], &[rest]].concat());
    let world = std::sync::Arc::clone(&rig.world);
    let mended = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(600)).await;
        world.lock().unwrap().set_faults(Vec::new());
    });
    let walked = rig.walk().await;
    mended.await.unwrap();
    walked.told_the_truth();
    assert_eq!((walked.count(Status::Created), walked.not_attempted), (200, Some(0)));
    assert_eq!(walked.witness.count(|event| matches!(event, Event::OutageEnded { .. })), 1);
    let creates = rig.world.lock().unwrap().seen().requests["POST /contacts"];
    assert!(creates < 200 + 200, "{creates} creates: the breaker does not hold them back");
}

#[tokio::test(start_paused = true)]
async fn rows_that_all_have_one_send_left_find_out_that_the_server_is_back() {
    for rows in [4, 400] {
        let mut rig = Rig::of(canary_numbers(rows), SandboxSettings::from_toml("").unwrap());
        rig.longest_outage = Duration::from_secs(1800);
        let mut creates_fail = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::Error, 1.0) };
        creates_fail.until = Some(8);
        rig.world.lock().unwrap().set_faults(vec![creates_fail]);
        let walked = rig.walk().await;
        walked.told_the_truth();
        assert_eq!((walked.count(Status::Created), walked.not_attempted), (rows as u64, Some(0)));
        assert!(walked.took < Duration::from_secs(300), "{:?}", walked.took);
    }
}

#[tokio::test(start_paused = true)]
async fn creates_that_are_not_answered_for_too_long_stop_the_run_and_the_next_one_goes_on() {
    let mut rig = Rig::of(canary_numbers(500), SandboxSettings::from_toml("").unwrap());
    rig.longest_outage = Duration::from_secs(1800);
    let creates_fail = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::Error, 1.0) };
    rig.world.lock().unwrap().set_faults(vec![creates_fail]);
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert!(matches!(walked.report.stop, Some(Stop::Outage { .. })), "{:?}", walked.report.stop);
    assert_eq!(walked.count(Status::Failed), 0, "no row is burnt");
    assert!(walked.took < Duration::from_secs(1900), "{:?}", walked.took);
    let walked = carry_on(&rig).await;
    is_complete(&walked, &uninterrupted(&rig.csv).await, "after the outage");
}

#[tokio::test(start_paused = true)]
async fn look_ups_that_are_never_answered_leave_their_rows_unconfirmed_and_the_others_are_sent() {
    let mut settings = SandboxSettings::from_toml("").unwrap();
    settings.faults = vec![
        FaultRule { on: On::LookUp, ..FaultRule::new(FaultKind::Error, 1.0) },
        FaultRule { on: On::Create, ..FaultRule::new(FaultKind::CutAfter, 0.05) },
    ];
    let rig = Rig::of(canary_numbers(1000), settings);
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!((walked.report.stop.as_ref(), walked.not_attempted), (None, Some(0)));
    let (created, open) = (walked.count(Status::Created), walked.count(Status::Unconfirmed));
    assert!(created > 900 && open > 20 && created + open == 1000, "{created} created, {open} unconfirmed");
    assert!(walked.took < Duration::from_secs(2000), "{:?}", walked.took);
    let walked = carry_on(&rig).await;
    is_complete(&walked, &uninterrupted(&rig.csv).await, "with look-ups");
}

#[tokio::test(start_paused = true)]
async fn the_same_file_again_asks_nothing_of_the_server() {
    let rig = Rig::of(canary_numbers(100), SandboxSettings::from_toml("").unwrap());
    let first = rig.walk().await;
    let again = rig.walk().await;
    assert_eq!(again.results, first.results, "to the uuid and the second");
    let asked = rig.world.lock().unwrap().seen().requests.clone();
    assert_eq!(asked, [("GET /auth/me".to_owned(), 2), ("POST /contacts".to_owned(), 100)].into());
    assert_eq!(again.counts.settled, 100);
}

#[tokio::test(start_paused = true)]
async fn of_a_file_that_was_edited_only_what_is_new_or_was_mended_is_sent() {
    let mut settings = SandboxSettings::from_toml("").unwrap();
    settings.api.unknown_tag = serde_json::from_str("\"reject\"").unwrap();
    let file = |rows: &[&str]| format!("phone_number,name,tags\n{}\n", rows.join("\n"));
    let mut rig = Rig::of(
        file(&["+393330000001,A,", "+393330000002,B,Unknown", "+393330000003,C,", "+393330000004,D,Unknown"]),
        settings,
    );
    let statuses = |walked: &Walked| -> Vec<String> {
        walked.results.iter().map(|line| line["status"].clone()).collect()
    };
    let first = rig.walk().await;
    assert_eq!(statuses(&first), ["created", "rejected", "created", "rejected"]);
    // Moved, mended, changed, new; one is gone, and one stays rejected.
    rig.csv = file(&[
        "+393330000009,New,",
        "+393330000003,Changed,",
        "+393330000004,D,Unknown",
        "+393330000002,B,",
        "0039 333 0000 001,A,",
    ]);
    let before = rig.world.lock().unwrap().seen().requests["POST /contacts"];
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!(statuses(&walked), ["created", "existing", "rejected", "created", "created"]);
    assert_eq!(walked.results[1]["code"], "existing_differs");
    assert_eq!(walked.results[4]["uuid"], first.results[0]["uuid"]);
    assert_eq!(rig.world.lock().unwrap().seen().requests["POST /contacts"] - before, 2);
    assert_eq!((walked.counts.settled, walked.counts.changed), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn what_a_token_that_was_withdrawn_left_is_sent_with_a_new_one() {
    let mut settings = SandboxSettings::from_toml("").unwrap();
    settings.faults = vec![FaultRule { from: 100, ..FaultRule::new(FaultKind::Unauthorized, 1.0) }];
    let rig = Rig::of(canary_numbers(500), settings);
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert!(matches!(walked.report.stop, Some(Stop::TokenRefused { .. })));
    assert_eq!(walked.count(Status::Created), 99);
    rig.world.lock().unwrap().restore_token();
    let walked = carry_on(&rig).await;
    is_complete(&walked, &uninterrupted(&rig.csv).await, "with a new token");
}
