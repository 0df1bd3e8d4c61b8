//! Jobs that nobody watches.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use crate::support::{Bench, Running, canary_numbers};

#[test]
fn a_run_stops_when_its_time_is_over_and_the_same_command_goes_on() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(400));
    let done = bench.run(&file, &["--rate", "100", "--max-duration", "400ms"]).expect(5).conserved();
    assert_eq!(done.summary()["stopped_by"], "time_up");
    assert!(done.number("not_attempted") > 0 && done.stdout.contains("--max-duration"), "{}", done.stdout);
    let done = bench.run(&file, &["--rate", "none"]).expect(0).conserved();
    assert_eq!((done.number("created"), bench.doubles()), (400, 0));
}

#[test]
fn the_plan_of_a_list_that_has_grown_shows_no_settled_row_as_the_first_request() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(2));
    let done = bench.run(&file, &[""; 0]).expect(0);
    assert!(done.stderr.contains("First request (row 1, line 2,"), "{}", done.stderr);
    bench.file("in.csv", canary_numbers(4));
    let done = bench.run(&file, &[""; 0]).expect(0);
    assert!(done.stderr.contains("an example; this row is settled (row 1, line 2,"), "{}", done.stderr);
    assert!(!done.stderr.contains("First request"), "{}", done.stderr);
    let base = bench.sandbox().base_url();
    let done = bench.exact(["check", "in.csv", "--out", "out", "--base-url", &base]).expect(0);
    assert!(!done.stdout.contains("POST /contacts"), "nothing is sent: {}", done.stdout);
}

#[test]
fn a_run_waits_for_the_lock_if_it_may() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(2));
    std::fs::create_dir(bench.path().join("out")).unwrap();
    let lock = std::fs::File::create(bench.path().join("out/lock")).unwrap();
    lock.lock().unwrap();
    bench.run(&file, &[""; 0]).expect(7);
    bench.run(&file, &["--wait-lock", "10ms"]).expect(7);
    let mut running = Running::start(&bench, &file, &["--wait-lock", "5m"]);
    running.until("waiting: another run holds this import", 1);
    drop(lock);
    let done = running.end().expect(0);
    assert_eq!(done.number("created"), 2);
}

#[test]
fn a_file_that_is_unlike_those_before_it_is_not_sent_unasked() {
    let bench = Bench::new();
    let whole = bench.file("in.csv", canary_numbers(60));
    for _ in 0..3 {
        bench.run(&whole, &["--rate", "none"]).expect(0);
    }
    // The export broke off.
    bench.file("in.csv", canary_numbers(5).replace("333 0", "333 9"));
    let done = bench.run(&whole, &[""; 0]).expect(5);
    assert!(
        done.stderr.contains("the file has 5 rows; those of the last 3 runs had 60 to 60"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains("--max-drift none"), "{}", done.stderr);
    assert_eq!(bench.identifiers().len(), 60, "nothing was sent");
    // A column was renamed at the other end.
    bench.file("in.csv", canary_numbers(60).replace("+39 333 00000", "n/a"));
    let done = bench.run(&whole, &[""; 0]).expect(5);
    assert!(done.stderr.contains("% of the rows are invalid"), "{}", done.stderr);
    bench.run(&whole, &["--max-drift", "none"]).expect(1);
    let done = bench.run(&whole, &["--skip", "1", "--limit", "3"]);
    assert!(done.code != 5, "a part of a file is no drift: {}", done.stderr);
}

#[test]
fn the_same_list_with_another_country_makes_no_second_people_of_its_numbers() {
    let bench = Bench::new();
    // Numbers of nine digits are numbers of many countries.
    let file = bench.file("in.csv", "phone_number,name\n612345678,Ada\n");
    let done = bench.run(&file, &["--default-country", "ES"]).expect(0);
    assert!(done.stderr.contains("numbers without + or 00 are read as numbers of ES"), "{}", done.stderr);
    for other in [&["--default-country", "FR", "--yes"][..], &["--yes"]] {
        let done = bench.run(&file, other).expect(2);
        assert!(done.stderr.contains("were read as numbers of ES"), "{}", done.stderr);
        assert!(done.stderr.contains("pass --default-country ES as before"), "{}", done.stderr);
    }
    assert_eq!(bench.identifiers(), ["34612345678"]);
    let _ = bench.run(&file, &["--default-country", "es"]).expect(0);
    // A list under another name may be the next night's; one without such numbers needs no country.
    let next = bench.file("next.csv", "phone_number,name\n612345678,Ada\n");
    let _ = bench.run(&next, &["--default-country", "FR"]).expect(2);
    let other = bench.file("other.csv", "phone_number,name\n+33612345679,Odile\n");
    let _ = bench.run(&other, &[""; 0]).expect(0);
    let _ = bench.run(&next, &["--default-country", "FR"]).expect(2);
    // Another folder asks nothing.
    let url = bench.sandbox().base_url();
    let file = file.to_str().unwrap();
    let _ =
        bench.exact(["run", file, "--default-country", "FR", "--base-url", &url, "--out", "other"]).expect(0);
}

/// A user as which a service runs. Nothing has to be known of it but the number.
const SERVICE: u32 = 65_533;

/// Gives the bench's folder and everything in it to somebody.
fn give(bench: &Bench, to: u32) {
    let mut left = vec![bench.path().to_owned()];
    while let Some(path) = left.pop() {
        std::os::unix::fs::lchown(&path, Some(to), Some(to)).unwrap();
        if path.is_dir() {
            left.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
}

/// To whom the files of the import belong, by name.
fn owners(bench: &Bench) -> Vec<(String, u32)> {
    let entries = std::fs::read_dir(bench.path().join("out")).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().uid())).collect()
}

#[test]
fn what_root_looks_up_in_the_folder_of_a_service_does_not_stop_the_service() {
    if std::fs::metadata("/proc/self").is_ok_and(|found| found.uid() != 0) {
        eprintln!("not looked at: only root can be somebody else");
        return;
    }
    let bench = Bench::new();
    // The service may not be allowed to where this program was built.
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::set_permissions(elsewhere.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let program = elsewhere.path().join("callbell-import");
    std::fs::copy(env!("CARGO_BIN_EXE_callbell-import"), &program).unwrap();
    let base = bench.sandbox().base_url();
    let as_service = |args: &[&str]| {
        let ours = bench.command(args);
        let mut command = Command::new(&program);
        command.args(args).args(["--base-url", &base]).env_clear().current_dir(bench.path());
        command.envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?))));
        bench.finish(command.uid(SERVICE).gid(SERVICE).stdin(Stdio::null()).output().unwrap())
    };
    let as_root = |args: &[&str]| bench.exact(args.iter().copied().chain(["--base-url", &base]));
    bench.file("in.csv", canary_numbers(3) + "12,Nobody\n");
    give(&bench, SERVICE);
    let run = ["run", "in.csv", "--out", "out"];
    let _ = as_service(&run).expect(1);
    // Root looks, and imports by hand.
    let _ = as_root(&["undo", "out", "--dry-run"]).expect(0);
    let _ = as_root(&["verify", "out"]).expect(0);
    std::fs::write(bench.path().join("in.csv"), canary_numbers(5) + "12,Nobody\n").unwrap();
    let _ = as_root(&run).expect(1);
    assert_eq!(owners(&bench).into_iter().filter(|(_, owner)| *owner != SERVICE).collect::<Vec<_>>(), []);
    std::fs::write(bench.path().join("in.csv"), canary_numbers(6) + "12,Nobody\n").unwrap();
    let _ = as_service(&run).expect(1);
    let _ = as_service(&["verify", "out"]).expect(0);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (6, 0));
    // What another program did as root: whoever meets it is told whose it is, and the way out.
    for name in ["undo.log", "import.json", "failures.known", "lock"] {
        std::os::unix::fs::lchown(bench.path().join("out").join(name), Some(0), Some(0)).unwrap();
        for args in [&run[..], &["undo", "out", "--dry-run"], &["check", "in.csv", "--out", "out"]] {
            let refused = as_service(args).expect(6);
            let says = |what: &str| assert!(refused.stderr.contains(what), "{args:?}: {}", refused.stderr);
            says(&format!("out/{name} belongs to another user (number 0)"));
            says("sudo chown --reference=out out/*");
        }
        give(&bench, SERVICE);
    }
    let _ = as_service(&run).expect(1);
    // The folder as it is made, of somebody else.
    for owner in [SERVICE + 1, 0] {
        std::os::unix::fs::chown(bench.path().join("out"), Some(owner), Some(owner)).unwrap();
        let looks =
            [&["undo", "out", "--dry-run"][..], &["verify", "out"], &["check", "in.csv", "--out", "out"]];
        for args in [&run[..]].into_iter().chain(looks) {
            let refused = as_service(args).expect(6);
            let says = |what: &str| assert!(refused.stderr.contains(what), "{args:?}: {}", refused.stderr);
            says(&format!("out belongs to another user (number {owner})"));
            says(&format!("sudo chown -R {SERVICE} out"));
        }
    }
    give(&bench, SERVICE);
    let _ = as_service(&run).expect(1);
}

#[test]
fn every_file_of_an_import_is_one_of_those_that_are_looked_at_before_it_goes_on() {
    let bench = Bench::new();
    let base = bench.sandbox().base_url();
    bench.file("in.csv", canary_numbers(3) + "12,Nobody\n");
    let _ = bench.run("in.csv", &[""; 0]).expect(1);
    let _ = bench.exact(["verify", "out", "--base-url", &base]).expect(0);
    let _ = bench.exact(["undo", "out", "--dry-run", "--base-url", &base]).expect(0);
    let source = include_str!("../../src/results/private.rs");
    // These are only ever written, as a whole.
    let written = ["report.html", "verify.csv", "undo.csv"];
    for (name, _) in owners(&bench) {
        assert!(
            written.contains(&name.as_str()) || source.contains(&format!("\"{name}\"")),
            "{name} is not looked at"
        );
    }
}
