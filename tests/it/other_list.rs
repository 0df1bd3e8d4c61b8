//! Two lists that would share a folder: one file stem, or standard input.

use std::io::Write as _;
use std::process::Stdio;

use crate::support::{Bench, Done, read_csv};

/// A list of these people.
fn people(numbers: std::ops::Range<usize>) -> String {
    let rows = numbers.map(|number| format!("+39 333 {number:07},Person {number}\n"));
    std::iter::once("phone_number,name\n".to_owned()).chain(rows).collect()
}

/// A command with the bench's address, into the default folder unless `args` say otherwise.
fn command(bench: &Bench, args: &[&str]) -> Done {
    let base = bench.sandbox().base_url();
    bench.exact(args.iter().copied().chain(["--base-url", &base]))
}

fn piped(bench: &Bench, list: &str) -> Done {
    let base = bench.sandbox().base_url();
    let mut child =
        bench.command(["run", "-", "--yes", "--base-url", &base]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(list.as_bytes()).unwrap();
    bench.finish(child.wait_with_output().unwrap())
}

/// A bench on which `list.csv` with the people 100 to 119 was imported from the folder `a`.
fn imported() -> Bench {
    let bench = Bench::new();
    std::fs::create_dir(bench.path().join("a")).unwrap();
    std::fs::create_dir(bench.path().join("b")).unwrap();
    let _ = bench.file("a/list.csv", people(100..120));
    let _ = command(&bench, &["run", "a/list.csv"]).expect(0);
    bench
}

#[test]
fn another_list_of_the_same_file_stem_is_refused_before_anything_is_sent_or_written_over() {
    let bench = imported();
    let results = bench.path().join("list.import/results.csv");
    let before = std::fs::read(&results).unwrap();
    // One person in twenty is in both: a colleague, or the office itself.
    let _ = bench.file("b/list.csv", people(119..139));
    let _ = bench.file("list.tsv", people(200..203).replace(',', "\t"));
    for other in ["b/list.csv", "list.tsv"] {
        for verb in ["run", "check"] {
            let done = command(&bench, &[verb, other]).expect(2);
            let held = bench.path().join("a/list.csv").canonicalize().unwrap();
            assert!(done.stderr.contains(&format!("another list, {}", held.display())), "{}", done.stderr);
            assert!(done.stderr.contains("--out DIR"), "{}", done.stderr);
        }
    }
    assert_eq!(bench.identifiers().len(), 20);
    assert_eq!(std::fs::read(&results).unwrap(), before);
    // In a folder of its own, or in this one where somebody says so; from then on it is that folder's list.
    let _ = command(&bench, &["run", "list.tsv", "--out", "own"]).expect(0);
    let done = command(&bench, &["run", "b/list.csv", "--out", "list.import"]).expect(0);
    assert!(done.stderr.contains("which knows 1 of the 20 contacts in this list\n"), "{}", done.stderr);
    let done = command(&bench, &["run", "b/list.csv"]).expect(0);
    assert!(done.stdout.starts_with("Nothing to do"), "{}", done.stdout);
    assert_eq!(bench.identifiers().len(), 42);
}

#[test]
fn the_same_list_goes_on_from_wherever_it_is_read() {
    let in_one_line = "which knows 20 of the 23 contacts in this list\n";
    for (place, told) in [("b/list.csv", true), ("b/list.tsv", true), ("link/list.csv", false)] {
        let bench = imported();
        std::os::unix::fs::symlink("a", bench.path().join("link")).unwrap();
        let grown = people(100..123);
        let _ = bench.file(place, if place.ends_with("tsv") { grown.replace(',', "\t") } else { grown });
        let done = command(&bench, &["run", place]).expect(0);
        assert_eq!(bench.identifiers().len(), 23, "{place}");
        assert_eq!(done.stderr.contains(in_one_line), told, "{place}: {}", done.stderr);
        // It is the folder's list now.
        let _ =
            bench.file(place, people(300..305).replace(',', if place.ends_with("tsv") { "\t" } else { "," }));
        let absolute = bench.path().join(place);
        let done = command(&bench, &["run", absolute.to_str().unwrap()]).expect(0);
        assert!(!done.stderr.contains("which knows"), "{}", done.stderr);
        assert_eq!(bench.identifiers().len(), 28, "{place}");
    }
}

#[test]
fn the_first_rows_of_a_list_are_known_to_be_of_it() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path().join("try")).unwrap();
    let _ = bench.file("try/list.csv", people(100..102));
    let _ = command(&bench, &["run", "try/list.csv"]).expect(0);
    let _ = bench.file("list.csv", people(100..160));
    let _ = command(&bench, &["run", "list.csv"]).expect(0);
    assert_eq!(bench.identifiers().len(), 60);
}

#[test]
fn a_folder_that_is_moved_with_its_lists_takes_the_next_nights_strangers() {
    let bench = Bench::new();
    let (old, new) = (bench.path().join("old"), bench.path().join("new"));
    std::fs::create_dir(&old).unwrap();
    let base = bench.sandbox().base_url();
    let tonight = |folder: &std::path::Path, list: String| {
        std::fs::write(folder.join("list.csv"), list).unwrap();
        let mut command = bench.command(["run", "list.csv", "--base-url", &base]);
        bench.finish(command.current_dir(folder).output().unwrap())
    };
    let _ = tonight(&old, people(100..110)).expect(0);
    std::fs::rename(&old, &new).unwrap();
    let _ = tonight(&new, people(200..210)).expect(0);
    assert_eq!(bench.identifiers().len(), 20);
}

#[test]
fn a_nightly_pipe_of_who_is_new_goes_on_and_its_plan_says_that_nobody_is_known() {
    let bench = Bench::new();
    let told = "earlier imports from standard input into this folder know";
    let first = piped(&bench, &people(100..120)).expect(0);
    assert!(!first.stderr.contains(told), "{}", first.stderr);
    let grown = piped(&bench, &people(100..125)).expect(0);
    assert!(!grown.stderr.contains(told), "{}", grown.stderr);
    let strangers = piped(&bench, &people(200..210)).expect(0);
    assert!(strangers.stderr.contains(&format!("{told} none of the 10 contacts")), "{}", strangers.stderr);
    assert_eq!(bench.identifiers().len(), 35);
    // A file that happens to be called so is another list than the pipe.
    let _ = bench.file("stdin.csv", people(300..310));
    let done = command(&bench, &["run", "stdin.csv"]).expect(2);
    assert!(done.stderr.contains("another list, standard input,"), "{}", done.stderr);
}

#[test]
fn the_dry_run_of_an_undo_counts_the_contacts_that_the_last_list_does_not_have() {
    let bench = imported();
    let dry = ["undo", "list.import", "--dry-run"];
    let done = command(&bench, &dry).expect(0);
    assert!(!done.stdout.contains("the list that was read last"), "{}", done.stdout);
    let _ = bench.file("b/list.csv", people(117..140));
    let _ = command(&bench, &["run", "b/list.csv", "--out", "list.import"]).expect(0);
    let done = command(&bench, &dry).expect(0);
    assert!(done.stdout.starts_with("40 contacts: 40 can be deleted, 0 kept\n"), "{}", done.stdout);
    let told = "17 of these contacts are not in the list that was read last";
    assert!(done.stdout.contains(told), "{}", done.stdout);
    let done = command(&bench, &["undo", "list.import", "--dry-run", "--json"]).expect(0);
    let json: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(json["not_in_results"], 17);
    assert_eq!(read_csv(&bench.path().join("list.import/undo.csv"), b',').len(), 40);
    // Without results nobody knows.
    std::fs::remove_file(bench.path().join("list.import/results.csv")).unwrap();
    let done = command(&bench, &dry).expect(0);
    assert!(!done.stdout.contains("the list that was read last"), "{}", done.stdout);
}
