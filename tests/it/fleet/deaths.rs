//! Workers that die, stop and wake; a server that dies; a line that is cut.

use std::process::Command;

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use super::calm::list;
use super::crew::{Fleet, Worker};
use super::server::{Line, until};

/// Slow enough that there is time to die in, and with requests on the wire at any time.
const WEATHER: &str = "[api]\nlatency_ms = 30\n";
const RATE: usize = 40;
const FLAGS: [&str; 4] = ["--rate", "40", "--settle", "3"];

/// A job of `rows` rows in two chunks.
fn begin(rows: usize) -> Option<(Fleet, String, String)> {
    let fleet = Fleet::with(WEATHER)?;
    // Whoever has no look-up, and was on the wire when a worker died, stays unconfirmed, which is as it should be.
    let csv = list(rows).replace(",telegram,", ",whatsapp,").replace("@handle_", "+39 333 2000");
    fleet.bench.file("in.csv", &csv);
    let chunk = (rows / 2).to_string();
    let job = fleet.enqueue(&[&["--chunk-rows", &chunk], &FLAGS[..]].concat());
    Some((fleet, csv, job))
}

fn ends(worker: Worker) -> String {
    let (code, said) = worker.end();
    assert_eq!(code, 0, "{said}");
    said
}

#[test]
fn workers_that_are_killed_again_and_again_lose_nobody_and_double_nobody() {
    let Some((fleet, csv, job)) = begin(160) else { return };
    for (name, stored) in [("one", 25), ("two", 60), ("three", 100)] {
        let worker = fleet.worker(name, &fleet.url);
        fleet.until_stored(stored);
        worker.kill();
    }
    ends(fleet.worker("four", &fleet.url));
    fleet.told_like_one_run(&job, &csv, &FLAGS, RATE);
}

#[test]
fn a_worker_that_is_asked_to_end_hands_over_within_the_rate() {
    let Some((fleet, csv, job)) = begin(160) else { return };
    let (first, next) = (fleet.worker("one", &fleet.url), fleet.worker("two", &fleet.url));
    fleet.until_stored(25);
    let first_has_it = first.said().contains("sending");
    let (leaves, stays) = if first_has_it { (first, next) } else { (next, first) };
    leaves.signal("TERM");
    let (code, said) = leaves.end();
    assert!(code == 143 && said.contains("given back"), "{code}: {said}");
    ends(stays);
    fleet.told_like_one_run(&job, &csv, &FLAGS, RATE);
}

#[test]
fn a_worker_that_waits_for_the_account_before_it_sends_ends_when_it_is_asked_to() {
    let Some((fleet, csv, job)) = begin(40) else { return };
    let rule = FaultRule { on: On::Any, retry_after: Some(3000), ..FaultRule::new(FaultKind::Throttle, 1.0) };
    fleet.bench.sandbox().world().set_faults(vec![rule]);
    let worker = fleet.worker("one", &fleet.url);
    until("the account asks to wait", || {
        fleet.bench.sandbox().world().seen().faults.contains_key("throttle").then_some(())
    });
    worker.signal("TERM");
    let (code, said) = worker.end();
    assert!(code == 143 && said.contains("given back"), "{code}: {said}");
    assert_eq!(fleet.stored(), 0);
    fleet.bench.sandbox().world().set_faults(Vec::new());
    ends(fleet.worker("two", &fleet.url));
    fleet.told_like_one_run(&job, &csv, &FLAGS, RATE);
}

#[test]
fn a_worker_that_was_stopped_for_longer_than_its_lease_wakes_and_sends_nothing() {
    let Some((fleet, csv, job)) = begin(160) else { return };
    let zombie = fleet.worker("one", &fleet.url);
    fleet.until_stored(25);
    zombie.signal("STOP");
    let before = sent(&zombie);
    let successor = fleet.worker("two", &fleet.url);
    // It wakes while the successor is at it.
    successor.until_said("sending row");
    zombie.signal("CONT");
    zombie.until_said("another worker has it now");
    let woken = zombie.said();
    let woken = woken.split("another worker has it now").next().unwrap();
    let refused = woken.matches("this process may no longer send").count();
    let after = woken.matches("sending row").count() - refused;
    assert_eq!(after, before, "it has sent rows after it woke:\n{woken}");
    ends(successor);
    ends(zombie);
    fleet.told_like_one_run(&job, &csv, &FLAGS, RATE);
}

fn sent(worker: &Worker) -> usize {
    // It is stopped: what it said is all in the pipe, and soon read.
    let mut count = worker.said().matches("sending row").count();
    until("the pipe is read", || {
        let now = worker.said().matches("sending row").count();
        (std::mem::replace(&mut count, now) == now).then_some(())
    });
    count
}

#[test]
fn a_worker_that_is_cut_off_from_the_server_and_not_from_the_api_stops_by_itself() {
    let Some((fleet, csv, job)) = begin(160) else { return };
    let line = Line::to(&fleet.server);
    let lonely = fleet.worker("one", &line.url());
    fleet.until_stored(25);
    line.cut();
    let successor = fleet.worker("two", &fleet.url);
    lonely.until_said("another worker has it now");
    successor.until_said("sending row");
    line.mend();
    ends(successor);
    ends(lonely);
    fleet.told_like_one_run(&job, &csv, &FLAGS, RATE);
}

#[test]
fn a_server_that_is_killed_and_comes_back_is_gone_on_with() {
    let Some((mut fleet, csv, job)) = begin(160) else { return };
    let (first, next) = (fleet.worker("one", &fleet.url), fleet.worker("two", &fleet.url));
    for stored in [25, 90] {
        fleet.until_stored(stored);
        fleet.server.kill_and_start_again();
        fleet.lead_to_the_server();
    }
    ends(first);
    ends(next);
    fleet.told_like_one_run(&job, &csv, &FLAGS, RATE);
}

#[test]
fn a_log_that_is_shorter_than_it_was_makes_every_row_a_doubt() {
    let Some((fleet, csv, job)) = begin(120) else { return };
    let worker = fleet.worker("one", &fleet.url);
    fleet.until_stored(25);
    worker.kill();
    // As if the engine had lost the end of what it confirmed.
    let note = fleet.bench.path().join("shared").join(&job).join("logs/0.length");
    let length: u64 = std::fs::read_to_string(&note).unwrap().trim().parse().unwrap();
    std::fs::write(&note, format!("{:020}\n", length + 100)).unwrap();
    let before = fleet.bench.sandbox().world().seen().requests.clone();
    ends(fleet.worker("two", &fleet.url));
    fleet.told_like_one_run(&job, &csv, &FLAGS, RATE);
    let after = fleet.bench.sandbox().world().seen().requests.clone();
    let look_ups = |seen: &std::collections::BTreeMap<String, u64>| {
        seen.get("GET /contacts/phone/:number").copied().unwrap_or_default()
    };
    // Of the sixty rows of the chunk, those that were not sent yet.
    assert!(look_ups(&after) - look_ups(&before) >= 20, "{before:?}\n{after:?}");
}

#[test]
fn a_worker_that_dies_before_it_says_what_stopped_its_chunk_has_said_it_by_the_part() {
    const DROPS: &str = "[api]\nunknown_tag = \"drop\"";
    let rows = |row: usize| format!("+39 333 30000{row:02},Person {row},{}\n", ["", "New"][row % 2]);
    let csv = format!("phone_number,name,tags\n{}", (1..=60).map(rows).collect::<String>());
    let flags = ["--chunk-rows", "20", "--canary"];
    let Some(lived) = Fleet::with(DROPS) else { return };
    lived.bench.file("in.csv", &csv);
    let job = lived.enqueue(&flags);
    ends(lived.worker("one", &lived.url));
    assert_eq!(lived.status()["jobs"][0]["phase"], "stopped (canary_differs)");
    // Another fleet, whose engine was told nothing of it.
    let Some(fleet) = Fleet::with(DROPS) else { return };
    fleet.bench.file("in.csv", &csv);
    assert_eq!(fleet.enqueue(&flags), job);
    let (from, to) = (lived.part(&job, 0), fleet.part(&job, 0));
    assert!(Command::new("cp").arg("-r").args([from, to]).status().unwrap().success());
    let said = ends(fleet.worker("one", &fleet.url));
    assert!(said.contains("stopped (canary_differs)"), "{said}");
    assert_eq!(fleet.status()["jobs"][0]["phase"], "stopped (canary_differs)");
    assert_eq!(fleet.stored(), 0, "the others were sent");
}

#[test]
fn a_server_that_lost_everything_is_told_the_journals_anew_from_what_the_workers_kept() {
    let Some((mut fleet, csv, job)) = begin(120) else { return };
    let worker = fleet.worker("one", &fleet.url);
    fleet.until_stored(70);
    worker.kill();
    fleet.server.kill_and_start_without_its_store();
    fleet.lead_to_the_server();
    assert_eq!(fleet.enqueue(&[&["--chunk-rows", "60"], &FLAGS[..]].concat()), job);
    let said = ends(fleet.worker("two", &fleet.url));
    assert!(!said.contains("cannot be imported"), "{said}");
    fleet.told_like_one_run(&job, &csv, &FLAGS, RATE);
}

#[test]
fn a_journal_that_nobody_has_any_more_is_told_as_lost_and_not_as_never_begun() {
    let Some((mut fleet, _, job)) = begin(120) else { return };
    let worker = fleet.worker("one", &fleet.url);
    fleet.until_stored(25);
    worker.kill();
    let stored = fleet.stored();
    fleet.server.kill_and_start_without_its_store();
    fleet.lead_to_the_server();
    std::fs::remove_dir_all(fleet.bench.path().join("shared").join(&job).join("work")).unwrap();
    assert_eq!(fleet.enqueue(&[&["--chunk-rows", "60"], &FLAGS[..]].concat()), job);
    let said = ends(fleet.worker("two", &fleet.url));
    assert!(said.contains("the engine has lost the journal"), "{said}");
    let told = fleet.collect(&job).expect(5);
    assert!(told.stderr.contains("chunks are not done: 0"), "{}", told.stderr);
    assert_eq!((fleet.stored(), fleet.bench.doubles()), (stored, 0));
}

#[test]
fn two_planners_at_once_and_one_that_dies_make_one_job() {
    let Some(fleet) = Fleet::with(WEATHER) else { return };
    let csv = list(120);
    fleet.bench.file("in.csv", &csv);
    let flags = [&["--chunk-rows", "30"], &FLAGS[..]].concat();
    let mut dies = fleet.enqueue_command("acme", &flags).spawn().unwrap();
    let shared = fleet.bench.path().join("shared");
    let is_begun = || {
        let jobs = std::fs::read_dir(&shared).unwrap().filter_map(|job| Some(job.ok()?.path()));
        jobs.into_iter().any(|job| job.join("job.json").exists()).then_some(())
    };
    until("a planner has written down its job", is_begun);
    dies.kill().unwrap();
    dies.wait().unwrap();
    let planners: Vec<_> = (0..2).map(|_| fleet.enqueue_command("acme", &flags).spawn().unwrap()).collect();
    let jobs: Vec<String> = planners
        .into_iter()
        .map(|planner| {
            let done = fleet.bench.finish(planner.wait_with_output().unwrap()).expect(0);
            done.stdout.trim().to_owned()
        })
        .collect();
    assert_eq!(jobs[0], jobs[1]);
    let status = fleet.status();
    assert_eq!(status["jobs"].as_array().unwrap().len(), 1, "{status}");
    assert_eq!(
        (&status["accounts"][0]["chunks_waiting"], &status["jobs"][0]["round"]),
        (&4.into(), &1.into())
    );
    ends(fleet.worker("one", &fleet.url));
    fleet.told_like_one_run(&jobs[0], &csv, &FLAGS, RATE);
}
