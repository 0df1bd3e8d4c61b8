//! Nothing goes wrong.

use std::path::Path;

use super::crew::Fleet;
use crate::support::{Bench, Done, TOKEN, read_csv};

/// People with repeats within a chunk and across chunks, some nobody, a note of two lines, and a channel.
pub(super) fn list(rows: usize) -> String {
    let mut csv = "phone_number,name,source,note\n".to_owned();
    for row in 1..=rows {
        csv.push_str(&match row % 40 {
            7 => format!("nobody at all,Nobody {row},,x\n"),
            13 => format!("+39 333 10{row:05},\"Person {row}\",,\"two\nlines\"\n"),
            19 => format!("0039 (333) 10{:05},Person again,,{}\n", row - 6, "in the same chunk"),
            33 => format!("+39 333 1000001,The first again,,{}\n", "in another chunk"),
            38 if row % 80 == 38 => format!("@handle_{row},Person {row},telegram,\n"),
            _ => format!("+39 333 10{row:05},Person {row},,\n"),
        });
    }
    csv
}

/// The single run that a job must be told like.
pub(super) fn single(toml: &str, csv: &str, flags: &[&str]) -> (Bench, Done) {
    let bench = Bench::with(toml);
    let file = bench.file("in.csv", csv);
    let mut command =
        bench.command(["run", "in.csv", "--base-url", &bench.sandbox().base_url(), "--out", "out"]);
    command.args(flags);
    assert!(file.exists());
    let done = bench.finish(command.output().unwrap());
    (bench, done)
}

/// Fails where a job's files differ from those of a single run in anything but times and uuids. `attempts`: where
/// answers were lost, also in how often rows were sent and how it was found out.
pub(super) fn same(one: &Done, other: &Done, calm: bool) {
    let tables = |done: &Done, name: &str| {
        let mut lines = read_csv(&done.folder.join(name), b',');
        for line in &mut lines {
            for volatile in ["uuid", "href", "finished_at"] {
                if line.get(volatile).is_some_and(|cell| !cell.is_empty()) {
                    line.insert(volatile.to_owned(), "there".to_owned());
                }
            }
            if !calm {
                for volatile in ["attempts", "code", "message", "http_status"] {
                    if line.get("status").is_some_and(|status| status == "created") {
                        line.remove(volatile);
                    }
                }
            }
        }
        lines
    };
    assert_eq!(tables(one, "results.csv"), tables(other, "results.csv"));
    let failures = |done: &Done| std::fs::read(done.folder.join("failures.csv")).unwrap();
    assert!(failures(one) == failures(other), "failures.csv");
    let story = |done: &Done| {
        let mut story: serde_json::Value =
            serde_json::from_slice(&std::fs::read(done.folder.join("report.json")).unwrap()).unwrap();
        assert_eq!(story["summary"], done.summary());
        for time in ["started_at", "finished_at", "elapsed_seconds"] {
            story["summary"].as_object_mut().unwrap().remove(time);
        }
        story["summary"]["account"].as_object_mut().unwrap().remove("endpoint");
        story.as_object_mut().unwrap().remove("series");
        without_address(&mut story["next"]);
        if !calm {
            story["by_lookup"] = 0.into();
            for count in ["requests", "retries", "throttled"] {
                story["summary"][count] = 0.into();
            }
        }
        story
    };
    let (first, second) = (story(one), story(other));
    assert!(first == second, "{first:#}\n{second:#}");
    let (first, second) = (page(&one.folder, calm), page(&other.folder, calm));
    for (first, second) in first.iter().zip(&second) {
        assert_eq!(first, second, "report.html");
    }
    assert_eq!(first.len(), second.len(), "report.html");
    if calm {
        // Not only the same values, but the same bytes.
        let text = |done: &Done, name: &str| std::fs::read_to_string(done.folder.join(name)).unwrap();
        let results = |done: &Done| {
            let text = text(done, "results.csv");
            let lines = text.lines().map(|line| mask_uuids(line.rsplit_once(',').unwrap().0));
            lines.collect::<String>()
        };
        assert_eq!(results(one), results(other));
        let summary = |done: &Done| {
            let text = text(done, "summary.json");
            let is_volatile = |line: &str| {
                ["started_at", "finished_at", "elapsed_seconds", "endpoint"]
                    .iter()
                    .any(|key| line.contains(key))
            };
            text.lines().filter(|line| !is_volatile(line)).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(summary(one), summary(other));
    }
}

/// The commands without the address of the API, which a job has from its account and a run was told.
fn without_address(next: &mut serde_json::Value) {
    let text = next.to_string();
    let mut parts = text.split(" --base-url ");
    let mut kept = parts.next().unwrap().to_owned();
    for part in parts {
        kept.push_str(&part[part.find([' ', '"']).unwrap()..]);
    }
    *next = serde_json::from_str(&kept).unwrap();
}

/// The page without plots, times, uuids and addresses.
fn page(folder: &Path, calm: bool) -> Vec<String> {
    let page = std::fs::read_to_string(folder.join("report.html")).unwrap();
    let mut text = String::new();
    for (number, part) in page.split("<svg").enumerate() {
        text.push_str(if number == 0 { part } else { part.split_once("</svg>").unwrap().1 });
    }
    let volatile = [
        "UTC</p>",
        "<p>Started ",
        "<dt>Took",
        "<dt>Per second",
        "The slowest twentieth",
        " requests a second, ",
        "127.0.0.1",
        // The command that gives failures back.
        "failures.import",
    ];
    let uncertain = ["<dt>Requests", "<dt>Sent again", "look-up"];
    let is_volatile = |line: &String| {
        let has = |words: &&str| line.contains(*words);
        volatile.iter().any(has) || !calm && uncertain.iter().any(has)
    };
    let lines = text.lines().map(mask_uuids).filter(|line| !is_volatile(line));
    lines.collect()
}

fn mask_uuids(line: &str) -> String {
    let mut masked = String::new();
    let mut run = String::new();
    for c in line.chars().chain(['\n']) {
        if c.is_ascii_hexdigit() {
            run.push(c);
        } else {
            masked.push_str(if run.len() >= 32 { "uuid" } else { &run });
            run.clear();
            masked.push(c);
        }
    }
    masked
}

#[test]
fn the_parts_of_a_job_are_the_single_run() {
    let Some(fleet) = Fleet::with("") else { return };
    let csv = list(120);
    fleet.bench.file("in.csv", &csv);
    let job = fleet.enqueue(&["--chunk-rows", "25", "--rate", "300"]);
    // The same file for the same account in the same way is the same job.
    assert_eq!(fleet.enqueue(&["--chunk-rows", "25", "--rate", "300"]), job);
    assert_eq!(fleet.status()["accounts"][0]["chunks_waiting"], 5);
    let (code, said) = fleet.worker("one", &fleet.url).end();
    assert_eq!(code, 0, "{said}");
    let whole = fleet.collect(&job).expect(1).conserved();
    let (_bench, alone) = single("", &csv, &["--rate", "300"]);
    same(&whole, &alone.expect(1).conserved(), true);
    assert_eq!(fleet.bench.doubles(), 0);
    assert_eq!(fleet.status()["jobs"][0]["phase"], "done");
    nobody_is_in(fleet.server.store());
    // A part is the folder of an import: what undo and verify need is there.
    let part = fleet.part(&job, 1);
    let mut verify = fleet.bench.command(["verify", part.to_str().unwrap()]);
    verify.args(["--base-url", &fleet.bench.sandbox().base_url()]);
    let verified = fleet.bench.finish(verify.output().unwrap()).expect(0);
    assert!(verified.stdout.starts_with("23 contacts: 23 as sent"), "{}", verified.stdout);
}

/// Fails if the engine's files hold anything of a person, the token, or the name of the list.
fn nobody_is_in(store: &Path) {
    let mut folders = vec![store.to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let bytes = std::fs::read(&path).unwrap();
            for word in ["39333", "Person", "handle_", "SECRET", "in.csv", "\"Created\":[", "sandbox@"] {
                let is_there = bytes.windows(word.len()).any(|window| window == word.as_bytes());
                assert!(!is_there, "{word} is in {}", path.display());
            }
        }
    }
    assert!(files > 5, "{files} files are too few to be a store");
}

#[test]
fn a_job_that_was_cancelled_tells_the_truth_and_goes_on_with_the_same_command() {
    let Some(fleet) = Fleet::with("") else { return };
    let csv = list(160);
    fleet.bench.file("in.csv", &csv);
    let flags = ["--chunk-rows", "80", "--rate", "30"];
    let job = fleet.enqueue(&flags);
    let worker = fleet.worker("one", &fleet.url);
    fleet.until_stored(20);
    let mut cancel = fleet.command("cancel", &fleet.url);
    fleet.bench.finish(cancel.arg(&job).output().unwrap()).expect(0);
    let (code, said) = worker.end();
    assert_eq!(code, 0, "{said}");
    let whole = fleet.collect(&job).expect(5).conserved();
    assert_eq!(whole.summary()["stopped_by"], "cancelled");
    assert!(whole.number("created") >= 20 && whole.number("not_attempted") >= 80, "{}", whole.summary());
    assert_eq!(whole.number("created"), fleet.stored() as u64);
    assert_eq!(fleet.enqueue(&flags), job);
    fleet.worker("two", &fleet.url).end();
    fleet.told_like_one_run(&job, &csv, &["--rate", "30"], 30);
}

#[test]
fn chunks_of_an_account_that_no_worker_has_a_token_for_wait() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", list(5));
    let enqueued = fleet.enqueue_command("stranger", &[]).output().unwrap();
    let job = fleet.bench.finish(enqueued).expect(0).stdout.trim().to_owned();
    let (code, said) = fleet.worker("one", &fleet.url).end();
    assert_eq!(code, 0, "{said}");
    assert_eq!(fleet.collect(&job).expect(5).stdout, "");
    assert_eq!((fleet.status()["accounts"][0]["chunks_waiting"].clone(), fleet.stored()), (1.into(), 0));
}

#[test]
fn what_does_not_belong_to_a_job_is_refused() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", list(5));
    for (flags, told) in [
        (&["--out", "x"][..], "a job has no --out"),
        (&["--shard", "0/2"], "a job has no --shard"),
        (&["--max-drift", "5%"], "a job does not support --max-drift"),
        (&["--lease", "9"], "the lease of this fleet is 4 s, not 9 s"),
    ] {
        fleet.enqueue(&[]);
        let mut command = fleet.command("enqueue", &fleet.url);
        command.args(["in.csv", "--account", "acme", "--folder", "shared"]).args(flags);
        let done = fleet.bench.finish(command.output().unwrap()).expect(2);
        assert!(done.stderr.contains(told), "{}", done.stderr);
    }
    for header in [
        "phone_number,name,import_row,import_status,import_code,import_field,import_message",
        // As somebody may have worked on it.
        "phone_number,name,import_row,import_status,import_code,import_field,import_message,comment",
        "import_row,import_status,import_code,import_field,import_message,phone_number,name",
    ] {
        fleet.bench.file("in.csv", format!("{header}\n1,A,,,,,\n"));
        let done = fleet.bench.finish(fleet.enqueue_command("acme", &[]).output().unwrap()).expect(2);
        assert!(done.stderr.contains("a failures.csv cannot go through a fleet"), "{}", done.stderr);
    }
    fleet.bench.file("in.csv", list(5));
    let base = fleet.bench.sandbox().base_url();
    fleet.settings(&["acme", "acme2"].map(|alias| (alias.to_owned(), base.clone())).into());
    let mut command = fleet.command("worker", &fleet.url);
    command.args(["--folder", "shared", "--config", "fleet.toml", "--drain"]);
    let done = fleet.bench.finish(command.output().unwrap()).expect(2);
    assert!(done.stderr.contains("acme and acme2 open the same account"), "{}", done.stderr);
    // One token of the environment would open every account.
    fleet.bench.file("fleet.toml", "[preset.acme]\nrate = 3\n");
    let mut command = fleet.command("worker", &fleet.url);
    command.args(["--folder", "shared", "--config", "fleet.toml", "--account", "acme"]);
    let done = fleet.bench.finish(command.env("CALLBELL_API_KEY", TOKEN).output().unwrap()).expect(2);
    assert!(done.stderr.contains("gives no token"), "{}", done.stderr);
}

#[test]
fn a_list_without_rows_is_told_as_one() {
    let Some(fleet) = Fleet::with("") else { return };
    let csv = "phone_number,name\n";
    fleet.bench.file("in.csv", csv);
    let job = fleet.enqueue(&[]);
    let (code, said) = fleet.worker("one", &fleet.url).end();
    assert_eq!(code, 0, "{said}");
    let whole = fleet.collect(&job).expect(0).conserved();
    assert_eq!((whole.number("rows_read"), whole.results().len()), (0, 0));
}
