//! The same command again, or another one beside it: after the engine was restored from a copy, after a `run` went on with the job, and
//! at the same moment.

use std::process::{Command, Stdio};

use callbell_import::fleet::{JobState, Phase};

use super::crew::Fleet;
use super::server::until;
use crate::support::Done;

/// People whom nobody can look up.
fn list(rows: std::ops::Range<usize>) -> String {
    let people = rows.map(|row| format!("@handle_{row},Person {row},telegram\n"));
    format!("phone_number,name,source\n{}", people.collect::<String>())
}

/// A job that was cancelled after a few of its people.
fn cancelled(flags: &[&str]) -> Option<(Fleet, String)> {
    let fleet = Fleet::with("")?;
    fleet.bench.file("in.csv", list(0..PEOPLE));
    let job = fleet.enqueue(flags);
    let worker = fleet.worker("one", &fleet.url);
    fleet.until_stored(3);
    cancel(&fleet, &job);
    worker.end();
    assert!((3..PEOPLE).contains(&fleet.stored()), "{}", fleet.stored());
    Some((fleet, job))
}

fn cancel(fleet: &Fleet, job: &str) {
    let cancelled = fleet.command("cancel", &fleet.url).arg(job).output().unwrap();
    fleet.bench.finish(cancelled).expect(0);
}

/// So many that a job of them is not done before it is cancelled.
const PEOPLE: usize = 30;
const SLOW: [&str; 2] = ["--rate", "5"];

fn run(fleet: &Fleet, words: &[&str]) -> Done {
    on(fleet, &[words, &["--yes"]].concat())
}

fn on(fleet: &Fleet, words: &[&str]) -> Done {
    let mut command = fleet.bench.command(words);
    command.args(["--base-url", &fleet.bench.sandbox().base_url()]);
    fleet.bench.finish(command.output().unwrap())
}

#[test]
fn an_engine_that_lost_everything_after_a_second_round_takes_no_part_of_the_first_for_the_result() {
    let Some((mut fleet, job)) = cancelled(&SLOW) else { return };
    fleet.enqueue(&[]);
    fleet.worker("two", &fleet.url).end();
    assert_eq!(fleet.stored(), PEOPLE);
    fleet.server.kill_and_start_without_its_store();
    fleet.lead_to_the_server();
    assert_eq!(fleet.enqueue(&[]), job);
    fleet.worker("three", &fleet.url).end();
    let whole = fleet.collect(&job).expect(0).conserved();
    assert_eq!((whole.number("created"), fleet.stored(), fleet.bench.doubles()), (PEOPLE as u64, PEOPLE, 0));
    run(&fleet, &["run", "in.csv", "--out", "out"]).expect(0);
    assert_eq!((fleet.stored(), fleet.bench.doubles()), (PEOPLE, 0));
}

#[test]
fn an_engine_that_was_put_back_to_an_earlier_round_is_told_so_and_goes_on_when_it_is_enqueued_again() {
    let Some((mut fleet, job)) = cancelled(&SLOW) else { return };
    fleet.enqueue(&SLOW);
    // A chunk of the second round is on the list of the copy.
    let copy = fleet.server.copy_of_the_store();
    fleet.lead_to_the_server();
    let before = fleet.stored();
    let worker = fleet.worker("two", &fleet.url);
    fleet.until_stored(before + 2);
    cancel(&fleet, &job);
    worker.end();
    assert!(fleet.stored() < PEOPLE, "{}", fleet.stored());
    fleet.enqueue(&[]);
    fleet.worker("three", &fleet.url).end();
    assert_eq!(fleet.stored(), PEOPLE);
    fleet.server.kill_and_start_on(copy);
    fleet.lead_to_the_server();
    let said = fleet.worker("four", &fleet.url).end().1;
    assert!(said.contains("was restored from a copy"), "{said}");
    let told = fleet.collect(&job).expect(6);
    assert!(
        told.stderr.contains("was restored from a copy") && told.stderr.contains("enqueue"),
        "{}",
        told.stderr
    );
    assert_eq!(fleet.enqueue(&["--settle", "3"]), job);
    fleet.worker("five", &fleet.url).end();
    let whole = fleet.collect(&job).conserved();
    // Nobody is told as not attempted who may be there.
    assert_eq!(whole.number("not_attempted"), 0, "{}", whole.summary());
    run(&fleet, &["run", "in.csv", "--out", "out"]);
    assert_eq!((fleet.stored(), fleet.bench.doubles()), (PEOPLE, 0));
}

#[test]
fn a_job_that_a_run_went_on_with_is_enqueued_no_more() {
    let Some((fleet, job)) = cancelled(&SLOW) else { return };
    fleet.collect(&job).expect(5).conserved();
    let before = run(&fleet, &["status", "out"]).stdout;
    run(&fleet, &["run", "in.csv", "--out", "out"]).expect(0);
    assert_eq!((fleet.stored(), fleet.bench.doubles()), (PEOPLE, 0), "{before}");
    let told = fleet.bench.finish(fleet.enqueue_command("acme", &SLOW).output().unwrap()).expect(2);
    assert!(
        told.stderr.contains("continued this job in") && told.stderr.contains("--out"),
        "{}",
        told.stderr
    );
    // Also where the folder was moved since; then nobody is sent to where it was.
    std::fs::rename(fleet.bench.path().join("out"), fleet.bench.path().join("elsewhere")).unwrap();
    let told = fleet.bench.finish(fleet.enqueue_command("acme", &SLOW).output().unwrap()).expect(2);
    assert!(
        told.stderr.contains("continued this job in") && !told.stderr.contains("--out"),
        "{}",
        told.stderr
    );
    run(&fleet, &["run", "in.csv", "--out", "elsewhere"]).expect(0);
    // What the fleet knows of it is not gone on with beside it.
    let mut command = fleet.command("collect", &fleet.url);
    command.args([&job, "--folder", "shared", "--out", "elsewhere"]);
    fleet.bench.finish(command.output().unwrap()).expect(2);
    let mut command = fleet.command("collect", &fleet.url);
    command.args([&job, "--folder", "shared", "--out", "other"]);
    let told = fleet.bench.finish(command.output().unwrap()).expect(5);
    assert!(told.stderr.contains("are not counted here"), "{}", told.stderr);
    let told = run(&fleet, &["run", "in.csv", "--out", "other"]).expect(2);
    assert!(told.stderr.contains("continued this job in"), "{}", told.stderr);
    fleet.worker("two", &fleet.url).end();
    assert_eq!((fleet.stored(), fleet.bench.doubles()), (PEOPLE, 0));
}

#[test]
fn an_engine_and_a_note_of_the_length_that_are_both_lost_send_nobody_twice() {
    // Gone, and as a power cut leaves it.
    for left in [None, Some([0; 21])] {
        let Some((mut fleet, job)) = cancelled(&SLOW) else { return };
        let stored = fleet.stored();
        let note = fleet.bench.path().join("shared").join(&job).join("logs/0.length");
        match left {
            None => std::fs::remove_file(&note).unwrap(),
            Some(zeros) => std::fs::write(&note, zeros).unwrap(),
        }
        fleet.server.kill_and_start_without_its_store();
        fleet.lead_to_the_server();
        assert_eq!(fleet.enqueue(&["--settle", "0.5"]), job);
        fleet.worker("two", &fleet.url).end();
        let whole = fleet.collect(&job).expect(8).conserved();
        assert_eq!((whole.number("created"), fleet.stored()), (stored as u64, stored));
        assert_eq!(whole.number("unconfirmed"), (PEOPLE - stored) as u64);
    }
}

#[test]
fn of_two_machines_that_collect_into_the_same_path_one_goes_on() {
    let Some((fleet, job)) = cancelled(&SLOW) else { return };
    let place = |name: &str| fleet.bench.path().join(name);
    for machine in ["one", "two"] {
        fleet.collect(&job).expect(5).conserved();
        std::fs::rename(place("out"), place(machine)).unwrap();
    }
    std::fs::rename(place("one"), place("out")).unwrap();
    run(&fleet, &["run", "in.csv", "--out", "out"]).expect(0);
    std::fs::rename(place("out"), place("one")).unwrap();
    std::fs::rename(place("two"), place("out")).unwrap();
    let told = run(&fleet, &["run", "in.csv", "--out", "out"]).expect(2);
    assert!(told.stderr.contains("another machine"), "{}", told.stderr);
    assert_eq!((fleet.stored(), fleet.bench.doubles()), (PEOPLE, 0));
}

#[test]
fn a_part_is_not_gone_on_with_by_a_run_and_a_job_of_which_one_was_undone_is_not_collected() {
    let Some((fleet, job)) = cancelled(&SLOW) else { return };
    let stored = fleet.stored();
    let part = format!("shared/{job}/parts/00000.1");
    let told = run(&fleet, &["run", "in.csv", "--out", &part]).expect(2);
    assert!(told.stderr.contains("part of a fleet's job"), "{}", told.stderr);
    assert_eq!(fleet.stored(), stored);
    on(&fleet, &["undo", &part, "--dry-run"]).expect(0);
    fleet.collect(&job).expect(5);
    on(&fleet, &["undo", &part, "--dry-run"]).expect(0);
    run(&fleet, &["undo", &part, "--settle", "0.2"]).expect(0);
    assert_eq!(fleet.stored(), 0);
    for told in [
        fleet.collect(&job).expect(2),
        fleet.bench.finish(fleet.enqueue_command("acme", &SLOW).output().unwrap()).expect(2),
        run(&fleet, &["run", "in.csv", "--out", "out"]).expect(2),
    ] {
        assert!(told.stderr.contains("continued this job in"), "{}", told.stderr);
    }
}

#[test]
fn a_run_that_has_nothing_to_send_takes_no_job_from_the_fleet() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", list(0..3));
    let job = fleet.enqueue(&[]);
    fleet.worker("one", &fleet.url).end();
    fleet.collect(&job).expect(0).conserved();
    run(&fleet, &["run", "in.csv", "--out", "out"]).expect(0);
    assert_eq!(fleet.enqueue(&[]), job);
}

#[test]
fn the_night_after_a_planner_that_died_before_its_last_word_begins_another_round() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", list(0..3));
    let job = fleet.enqueue(&[]);
    fleet.worker("one", &fleet.url).end();
    let address = format!("nats://{}", fleet.server.address());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let engine = super::late::engine_at(&address, None).await;
        let died = |state: &mut JobState| state.phase = Phase::Planning;
        engine.change_job(&job.parse().unwrap(), died).await.unwrap().unwrap();
    });
    assert_eq!(fleet.status()["jobs"][0]["phase"], "done");
    assert_eq!(fleet.enqueue(&[]), job);
    assert_eq!(fleet.status()["jobs"][0]["round"], 2);
}

#[test]
fn a_log_of_a_job_whose_folder_was_removed_keeps_no_other_job_from_the_account() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", list(0..3));
    let job = fleet.enqueue(&[]);
    fleet.worker("one", &fleet.url).end();
    fleet.collect(&job).expect(0).conserved();
    let subject = format!("callbell.log.{job}.0");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let client = async_nats::connect(fleet.server.address().to_string()).await.unwrap();
        let log = async_nats::jetstream::new(client).get_stream("CALLBELL_LOG").await.unwrap();
        log.purge().filter(subject).keep(1).await.unwrap();
    });
    std::fs::remove_dir_all(fleet.bench.path().join("shared").join(&job)).unwrap();
    assert_eq!(fleet.enqueue(&[]), job);
    fleet.bench.file("in.csv", "phone_number,name\n393331234501,Cid\n");
    let other = fleet.enqueue(&[]);
    let said = fleet.worker("two", &fleet.url).end().1;
    assert!(said.contains("cannot be imported") && said.contains("another job's key"), "{said}");
    std::fs::remove_dir_all(fleet.bench.path().join("out")).unwrap();
    fleet.collect(&other).expect(0).conserved();
    assert_eq!((fleet.stored(), fleet.bench.doubles()), (4, 0));
}

#[test]
fn a_run_does_not_go_on_in_a_folder_that_was_collected_before_another_round() {
    let Some((fleet, job)) = cancelled(&SLOW) else { return };
    fleet.collect(&job).expect(5).conserved();
    fleet.enqueue(&[]);
    fleet.worker("two", &fleet.url).end();
    assert_eq!(fleet.stored(), PEOPLE);
    let told = run(&fleet, &["run", "in.csv", "--out", "out"]).expect(2);
    assert!(told.stderr.contains("collect it again with fleet collect"), "{}", told.stderr);
    fleet.collect(&job).expect(0).conserved();
    run(&fleet, &["run", "in.csv", "--out", "out"]).expect(0);
    assert_eq!((fleet.stored(), fleet.bench.doubles()), (PEOPLE, 0));
}

#[test]
fn of_a_run_and_a_round_that_begin_at_once_the_worker_sees_the_run() {
    let Some((fleet, job)) = cancelled(&SLOW) else { return };
    fleet.collect(&job).expect(5).conserved();
    // Enqueued before the run began, and taken by a worker after.
    fleet.enqueue(&[]);
    run(&fleet, &["run", "in.csv", "--out", "out"]).expect(0);
    let said = fleet.worker("two", &fleet.url).end().1;
    assert!(said.contains("continued this job in"), "{said}");
    assert_eq!((fleet.stored(), fleet.bench.doubles()), (PEOPLE, 0));
    assert_eq!(fleet.status()["jobs"][0]["phase"], "stopped (refused)");
}

#[test]
fn a_job_that_was_undone_or_whose_failures_were_given_back_is_enqueued_no_more() {
    for undoes in [true, false] {
        let Some(fleet) = Fleet::with("") else { return };
        fleet.bench.file("in.csv", "phone_number,name,source\n@one,One,telegram\n,Nobody,telegram\n");
        let job = fleet.enqueue(&[]);
        fleet.worker("one", &fleet.url).end();
        fleet.collect(&job).expect(1).conserved();
        if undoes {
            on(&fleet, &["undo", "out", "--dry-run"]).expect(0);
            // It has changed nothing yet.
            fleet.enqueue(&[]);
            fleet.worker("two", &fleet.url).end();
            run(&fleet, &["undo", "out", "--settle", "0.2"]).expect(2);
            fleet.collect(&job).expect(1).conserved();
            on(&fleet, &["undo", "out", "--dry-run"]).expect(0);
            run(&fleet, &["undo", "out", "--settle", "0.2"]).expect(0);
        } else {
            let failures = fleet.bench.path().join("out/failures.csv");
            let corrected = std::fs::read_to_string(&failures).unwrap().replace(",Nobody", "@two,Nobody");
            std::fs::write(&failures, corrected).unwrap();
            run(&fleet, &["run", "out/failures.csv"]).expect(0);
            assert_eq!(fleet.stored(), 2);
            // Both folders know each other, and the job knows them, wherever they are now.
            std::fs::create_dir(fleet.bench.path().join("archive")).unwrap();
            for folder in ["out", "failures.import"] {
                let _ = std::fs::rename(
                    fleet.bench.path().join(folder),
                    fleet.bench.path().join("archive").join(folder),
                );
            }
            on(&fleet, &["undo", "archive/out", "--dry-run"]);
            run(&fleet, &["undo", "archive/out", "--settle", "0.2"]).expect(0);
        }
        let told = fleet.bench.finish(fleet.enqueue_command("acme", &[]).output().unwrap()).expect(2);
        assert!(told.stderr.contains("continued this job in"), "{}", told.stderr);
    }
}

#[test]
fn of_two_lists_that_are_enqueued_at_the_same_moment_on_a_new_server_one_is_refused_unasked() {
    for _ in 0..3 {
        let Some(fleet) = Fleet::with("") else { return };
        let begin = |name: &str| {
            let mut command: Command = fleet.command("enqueue", &fleet.url);
            command.args([name, "--account", "acme", "--folder", "shared"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        fleet.bench.file("one.csv", list(0..10));
        fleet.bench.file("two.csv", list(0..15));
        let both = ["one.csv", "two.csv"].map(begin);
        let mut ended = both.map(|child| child.wait_with_output().unwrap());
        ended.sort_by_key(|output| output.status.code());
        let codes = ended.each_ref().map(|output| output.status.code());
        assert_eq!(codes, [Some(0), Some(2)], "{}", String::from_utf8_lossy(&ended[1].stderr));
        let jobs = fleet.status()["jobs"].as_array().unwrap().len();
        assert_eq!(jobs, 1);
    }
}

#[test]
fn another_list_is_refused_also_where_the_engine_has_lost_the_job_that_was_there() {
    let Some((mut fleet, job)) = cancelled(&SLOW) else { return };
    fleet.server.kill_and_start_without_its_store();
    fleet.lead_to_the_server();
    fleet.bench.file("in.csv", list(0..PEOPLE + 1));
    let told = fleet.bench.finish(fleet.enqueue_command("acme", &[]).output().unwrap()).expect(2);
    assert!(told.stderr.contains(&job), "{}", told.stderr);
    // The one that was there is not asked about itself.
    fleet.bench.file("in.csv", list(0..PEOPLE));
    assert_eq!(fleet.enqueue(&[]), job);
    until("the list has it", || (fleet.status()["jobs"][0]["round"] == 2).then_some(()));
}

#[test]
fn a_job_that_cannot_be_imported_keeps_no_other_from_its_account() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", list(0..PEOPLE));
    let job = fleet.enqueue(&SLOW);
    let worker = fleet.worker("one", &fleet.url);
    fleet.until_stored(3);
    worker.kill();
    fleet.bench.file(&format!("shared/{job}/job.json"), "{}");
    // And one that was cancelled, and whose folder was cleared away.
    fleet.bench.file("in.csv", list(0..PEOPLE + 1));
    let gone = fleet.enqueue(&["--beside-others"]);
    cancel(&fleet, &gone);
    std::fs::remove_dir_all(fleet.bench.path().join("shared").join(gone)).unwrap();
    fleet.bench.file("in.csv", "phone_number,name\n393331234501,Cid\n");
    let other = fleet.enqueue(&[]);
    let before = fleet.stored();
    let said = fleet.worker("two", &fleet.url).end().1;
    assert!(said.contains("cannot be imported"), "{said}");
    fleet.collect(&other).expect(0).conserved();
    assert_eq!(fleet.stored(), before + 1);
    assert!(fleet.collect(&job).stderr.contains("job.json"));
}

#[test]
fn a_copy_of_a_list_that_is_not_the_list_is_made_anew_by_the_same_command() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", list(0..3));
    let job = fleet.enqueue(&[]);
    // As when the list was another one for a moment, between being read and being copied.
    fleet.bench.file(&format!("shared/{job}/input/0-in.csv"), list(5..9));
    let refused = fleet.bench.finish(fleet.enqueue_command("acme", &[]).output().unwrap()).expect(3);
    assert!(refused.stderr.contains("has changed since it was enqueued"), "{}", refused.stderr);
    assert_eq!(fleet.enqueue(&[]), job);
    fleet.worker("one", &fleet.url).end();
    fleet.collect(&job).expect(0).conserved();
    assert_eq!(fleet.stored(), 3);
}
