//! What a person does with the folder of a job that was collected.

use std::collections::BTreeMap;

use callbell_import::sandbox::Sandbox;

use super::calm::{list, single};
use super::crew::{Fleet, Worker};
use super::server::until;
use crate::support::{Bench, Done, Line, read_csv, sandbox_settings};

const FLAGS: [&str; 4] = ["--chunk-rows", "25", "--rate", "300"];

/// A list that was imported by a worker, and collected into `out`.
fn collected(csv: &str) -> Option<(Fleet, String)> {
    let fleet = Fleet::with("")?;
    fleet.bench.file("in.csv", csv);
    let job = fleet.enqueue(&FLAGS);
    let (code, said) = fleet.worker("one", &fleet.url).end();
    assert_eq!(code, 0, "{said}");
    fleet.collect(&job).expect(1).conserved();
    Some((fleet, job))
}

fn on(bench: &Bench, words: &[&str]) -> Done {
    let mut command = bench.command(words);
    command.args(["--base-url", &bench.sandbox().base_url()]);
    bench.finish(command.output().unwrap())
}

/// What a table says, but for what no two imports have in common.
fn table(bench: &Bench, name: &str) -> Vec<Line> {
    let mut lines = read_csv(&bench.path().join("out").join(name), b',');
    assert!(!lines.is_empty(), "{name} says nothing");
    for line in &mut lines {
        line.remove("uuid");
        line.remove("finished_at");
    }
    lines
}

#[test]
fn a_job_that_was_collected_is_verified_and_undone_like_a_single_run() {
    let csv = list(120);
    let Some((fleet, job)) = collected(&csv) else { return };
    let (alone, _) = single("", &csv, &["--rate", "300"]);
    let both = [&fleet.bench, &alone];
    let told = |words: &[&str], code: i32| both.map(|bench| on(bench, words).expect(code).stdout);
    let stood =
        both.map(|bench| bench.finish(bench.command(["status", "out"]).output().unwrap()).expect(0).stdout);
    let counts = |text: &str| {
        text.lines().filter(|line| line.contains("created")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(!counts(&stood[0]).is_empty(), "{}", stood[0]);
    assert_eq!(counts(&stood[0]), counts(&stood[1]));
    let verified = told(&["verify", "out"], 0);
    assert_eq!(verified[0], verified[1]);
    assert_eq!(table(both[0], "verify.csv"), table(both[1], "verify.csv"));
    // Collected once more, it is the same.
    fleet.collect(&job).expect(1).conserved();
    told(&["undo", "out", "--dry-run"], 0);
    let undone = told(&["undo", "out", "--yes", "--settle", "0.2"], 0);
    assert_eq!(undone[0], undone[1]);
    assert_eq!(table(both[0], "undo.csv"), table(both[1], "undo.csv"));
    assert_eq!(both.map(|bench| bench.sandbox().world().contacts().len()), [0, 0]);
    // That they are gone is known in that folder only.
    let refused = fleet.collect(&job).expect(2);
    assert!(
        refused.stderr.contains("which was undone") && refused.stderr.contains("--out DIR"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_run_goes_on_with_a_job_that_was_collected_and_is_not_written_over() {
    let csv = list(60);
    let Some((fleet, job)) = collected(&csv) else { return };
    let stored = fleet.stored();
    let again = on(&fleet.bench, &["run", "in.csv", "--out", "out"]).expect(1).conserved();
    assert_eq!((again.number("created"), fleet.stored()), (stored as u64, stored));
    assert_eq!(fleet.bench.doubles(), 0);
    let refused = fleet.collect(&job).expect(2);
    assert!(refused.stderr.contains("was continued since it was collected"), "{}", refused.stderr);
    // Nor is another import.
    let (alone, _) = single("", &csv, &[]);
    std::fs::remove_dir_all(fleet.bench.path().join("out")).unwrap();
    std::fs::rename(alone.path().join("out"), fleet.bench.path().join("out")).unwrap();
    let journal = std::fs::read(fleet.bench.path().join("out/journal.log")).unwrap();
    fleet.collect(&job).expect(2);
    assert_eq!(std::fs::read(fleet.bench.path().join("out/journal.log")).unwrap(), journal);
}

#[test]
fn failures_of_all_chunks_count_and_the_job_goes_on_under_another_limit() {
    let Some(fleet) = Fleet::with("") else { return };
    // Three invalid rows in each chunk.
    let csv = list(200);
    fleet.bench.file("in.csv", &csv);
    let flags = ["--chunk-rows", "40", "--rate", "60", "--concurrency", "4"];
    let limited = |most: &'static str| [&flags[..], &["--max-failures", most]].concat();
    let invalid = |rows: usize| (1..=rows).filter(|row| row % 40 == 7).count() as u64;
    let job = fleet.enqueue(&limited("3"));
    let (code, said) = fleet.worker("one", &fleet.url).end();
    assert_eq!(code, 0, "{said}");
    let whole = fleet.collect(&job).expect(5).conserved();
    assert_eq!(whole.summary()["stopped_by"], "too_many_failures");
    assert_eq!(whole.number("invalid"), 3, "{}", whole.summary());
    assert_eq!(invalid(120), 3, "no chunk alone has as many");
    assert!(whole.number("not_attempted") >= 80, "{}", whole.summary());
    // The limit is none of what makes a job.
    assert_eq!(fleet.enqueue(&limited("100")), job);
    let (code, said) = fleet.worker("two", &fleet.url).end();
    assert_eq!(code, 0, "{said}");
    fleet.told_like_one_run(&job, &csv, &["--rate", "60", "--concurrency", "4"], 60);
}

#[test]
fn a_part_that_is_gone_from_the_shared_folder_is_told_and_written_anew() {
    let Some(fleet) = Fleet::with("") else { return };
    let csv = list(60);
    fleet.bench.file("in.csv", &csv);
    let flags = ["--chunk-rows", "20"];
    let job = fleet.enqueue(&flags);
    fleet.worker("one", &fleet.url).end();
    // As in a copy of the folder of before it was written.
    std::fs::remove_dir_all(fleet.part(&job, 1)).unwrap();
    let told = fleet.collect(&job).expect(6);
    assert!(told.stderr.contains("the part of a chunk is missing"), "{}", told.stderr);
    assert!(!fleet.bench.path().join("out").exists(), "nothing is written that is not so");
    assert_eq!(fleet.enqueue(&flags), job);
    fleet.worker("two", &fleet.url).end();
    // And one of the second round, where the first one's is there.
    std::fs::remove_dir_all(fleet.part(&job, 0).with_extension("2")).unwrap();
    let _ = fleet.collect(&job).expect(6);
    assert_eq!(fleet.enqueue(&flags), job);
    fleet.worker("three", &fleet.url).end();
    let whole = fleet.collect(&job).expect(1).conserved();
    assert_eq!((whole.number("created"), fleet.bench.doubles()), (fleet.stored() as u64, 0));
    assert_eq!(whole.number("not_attempted") + whole.number("unconfirmed"), 0);
}

#[test]
fn another_pace_is_the_same_job_and_who_is_not_looked_for_is_in_no_second_one_unasked() {
    let Some(fleet) = Fleet::with("") else { return };
    let csv = "identifier,name,source\ntg1,Ada,telegram\ntg2,Bea,telegram\n393331234501,Cid,whatsapp\n";
    fleet.bench.file("in.csv", csv);
    let job = fleet.enqueue(&["--rate", "30", "--settle", "3"]);
    fleet.worker("one", &fleet.url).end();
    let faster = ["--rate", "50", "--concurrency", "2", "--strict", "--no-canary", "--max-outage", "60s"];
    assert_eq!(fleet.enqueue(&faster), job);
    fleet.worker("two", &fleet.url).end();
    assert_eq!((fleet.stored(), fleet.bench.doubles()), (3, 0));
    // Some of its rows in another job, and an edited list.
    let grown = format!("{csv}tg3,Dan,telegram\n");
    let refused = |flags: &[&str], code: i32| {
        let done = fleet.bench.finish(fleet.enqueue_command("acme", flags).output().unwrap()).expect(code);
        assert!(
            done.stderr.contains("acme has other jobs (") && done.stderr.contains(&job),
            "{}",
            done.stderr
        );
    };
    refused(&["--limit", "2"], 2);
    fleet.bench.file("in.csv", &grown);
    refused(&[], 2);
    fleet.bench.file("in.csv", "identifier,name\n393331234501,Cid\n");
    refused(&["--on-existing", "create"], 2);
    let _ = fleet.enqueue(&[]);
    assert_eq!(fleet.stored(), 3);
    // Another account has nothing to do with it, and who means it may.
    fleet.bench.file("in.csv", "identifier,name,source\ntg9,Eve,telegram\n");
    let _ = fleet.bench.finish(fleet.enqueue_command("other", &[]).output().unwrap()).expect(0);
    // That a guess is right says nothing of people.
    refused(&["--yes"], 2);
    refused(&["--beside-others"], 0);
}

#[test]
fn a_job_that_takes_too_long_stops_and_goes_on_with_the_same_command() {
    let Some(fleet) = Fleet::with("") else { return };
    let csv = list(60);
    fleet.bench.file("in.csv", &csv);
    let flags = ["--chunk-rows", "10", "--rate", "20"];
    let job = fleet.enqueue(&[&flags[..], &["--max-duration", "1500ms"]].concat());
    let (code, said) = fleet.worker("one", &fleet.url).end();
    assert_eq!(code, 0, "{said}");
    let whole = fleet.collect(&job).expect(5).conserved();
    assert_eq!(whole.summary()["stopped_by"], "time_up", "{}", whole.summary());
    assert!(whole.number("created") > 0 && whole.number("not_attempted") > 0, "{}", whole.summary());
    assert_eq!(fleet.enqueue(&flags), job);
    fleet.worker("two", &fleet.url).end();
    fleet.told_like_one_run(&job, &csv, &["--rate", "20"], 20);
}

#[test]
fn first_rows_are_tried_in_whichever_chunk_has_something_to_send_until_they_pass() {
    let Some(fleet) = Fleet::with("[api]\nunknown_tag = \"drop\"") else { return };
    let nobody = (0..20).map(|row| format!("nobody,Nobody {row},New\n"));
    let people = (0..40).map(|row| format!("+39 333 10000{row:02},Person {row},New\n"));
    let csv = format!("phone_number,name,tags\n{}", nobody.chain(people).collect::<String>());
    fleet.bench.file("in.csv", csv);
    let flags = ["--chunk-rows", "20", "--settle", "3"];
    let job = fleet.enqueue(&[&flags[..], &["--canary"]].concat());
    // Nothing is mended, and the flag is not given again.
    for round in 1..=2 {
        fleet.worker(&round.to_string(), &fleet.url).end();
        let whole = fleet.collect(&job).expect(5).conserved();
        assert_eq!(whole.summary()["stopped_by"], "canary_differs", "{}", whole.summary());
        assert_eq!((whole.number("created"), fleet.stored()), (round, usize::try_from(round).unwrap()));
        assert_eq!(fleet.enqueue(&flags), job);
    }
    let cancelled = fleet.command("cancel", &fleet.url).arg(&job).output().unwrap();
    fleet.bench.finish(cancelled).expect(0);
    fleet.worker("last", &fleet.url).end();
    fleet.collect(&job).expect(5).conserved();
    on(&fleet.bench, &["run", "in.csv", "--out", "out", "--yes"]).expect(5);
    assert_eq!(fleet.stored(), 3, "whoever goes on with it forgets them");
    on(&fleet.bench, &["run", "in.csv", "--out", "out", "--yes", "--no-canary"]).expect(1);
    assert_eq!((fleet.stored(), fleet.bench.doubles()), (40, 0));
}

#[test]
fn first_rows_that_passed_are_not_tried_in_every_chunk() {
    let Some(fleet) = Fleet::with("") else { return };
    let people = (0..60).map(|row| format!("+39 333 10000{row:02},Person {row}\n"));
    fleet.bench.file("in.csv", format!("phone_number,name\n{}", people.collect::<String>()));
    fleet.enqueue(&["--chunk-rows", "20", "--canary"]);
    fleet.worker("one", &fleet.url).end();
    assert_eq!(fleet.stored(), 60);
    let read_back = fleet.bench.sandbox().world().seen().requests.get("GET /contacts/:uuid").copied();
    assert_eq!(read_back, Some(1), "{:?}", fleet.bench.sandbox().world().seen().requests);
}

#[test]
fn an_account_that_has_two_names_has_one_sender() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.sandbox().world().set_channel(&"1".repeat(32));
    let base = fleet.bench.sandbox().base_url();
    fleet.settings(&["acme", "other"].map(|name| (name.to_owned(), base.clone())).into());
    let worker = |name: &str| {
        let mut command = fleet.command("worker", &fleet.url);
        command.args(["--folder", "shared", "--config", "fleet.toml", "--drain", "--account", name]);
        Worker::start(command).end().1
    };
    fleet.bench.file("in.csv", list(10));
    fleet.enqueue(&[]);
    worker("acme");
    let stored = fleet.stored();
    fleet.bench.file("in.csv", list(20));
    fleet.bench.finish(fleet.enqueue_command("other", &["--beside-others"]).output().unwrap()).expect(0);
    let said = worker("other");
    assert!(said.contains("acme and other open the same account"), "{said}");
    assert_eq!(fleet.stored(), stored);
    let phases = fleet.status()["jobs"].as_array().unwrap().clone();
    assert!(phases.iter().any(|job| job["phase"] == "stopped (refused)"), "{phases:?}");
}

#[test]
fn a_worker_whose_token_opens_another_account_sends_nothing() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", list(60));
    let job = fleet.enqueue(&["--chunk-rows", "20", "--rate", "30"]);
    let one = fleet.worker("one", &fleet.url);
    until("the first part", || fleet.part(&job, 0).is_dir().then_some(()));
    one.signal("TERM");
    one.end();
    let other = Sandbox::start(sandbox_settings(""), 0).unwrap();
    fleet.settings(&BTreeMap::from([("acme".to_owned(), other.base_url())]));
    let (code, said) = fleet.worker("two", &fleet.url).end();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("opens another account"), "{said}");
    assert_eq!(other.world().contacts().len(), 0);
    assert_eq!(fleet.status()["jobs"][0]["phase"], "stopped (refused)");
}

#[test]
fn a_job_that_was_stopped_before_its_first_row_says_how_to_go_on() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", list(10));
    let job = fleet.enqueue(&FLAGS);
    let cancelled = fleet.command("cancel", &fleet.url).arg(&job).output().unwrap();
    fleet.bench.finish(cancelled).expect(0);
    fleet.worker("one", &fleet.url).end();
    let told = fleet.collect(&job).expect(5);
    assert!(told.stderr.contains("ever begun") && told.stderr.contains("fleet enqueue"), "{}", told.stderr);
    fleet.enqueue(&FLAGS);
    fleet.worker("two", &fleet.url).end();
    fleet.collect(&job).expect(1).conserved();
    assert_eq!(fleet.bench.doubles(), 0);
}

#[test]
fn who_only_looks_founds_no_fleet_of_another_lease_than_its_members_want() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", list(10));
    let told = fleet.bench.finish(fleet.command("status", &fleet.url).output().unwrap()).expect(0);
    assert!(told.stdout.contains("no jobs"), "{}", told.stdout);
    assert_eq!(fleet.status()["jobs"].as_array().map(Vec::len), Some(0));
    for command in ["status", "cancel"] {
        let looked = fleet.command(command, &fleet.url).arg("0123456789abcdef").output().unwrap();
        fleet.bench.finish(looked).expect(2);
    }
    fleet.collect("0123456789abcdef").expect(2);
    // Its lease is not the usual one.
    fleet.enqueue(&FLAGS);
}

#[test]
fn a_fleet_that_is_kept_in_fewer_copies_than_are_asked_for_says_so_and_takes_no_job() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", list(10));
    fleet.enqueue(&FLAGS);
    fleet.bench.file("in.csv", list(20));
    let flags = ["--replicas", "3"];
    let told = fleet.bench.finish(fleet.enqueue_command("acme", &flags).output().unwrap()).expect(2);
    assert!(told.stderr.contains("one copy, not in 3"), "{}", told.stderr);
    assert_eq!(fleet.status()["jobs"].as_array().map(Vec::len), Some(1));
    fleet.enqueue(&["--replicas", "1"]);
}
