//! The same command again, with the real program: it goes on where the last one ended.

use std::io::Write as _;
use std::process::{Command, Stdio};

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use crate::support::{Bench, Running, canary_numbers};

/// No flags.
const NONE: [&str; 0] = [];

#[test]
fn the_same_file_again_is_nothing_to_do() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(20));
    let first = bench.run(&file, &NONE).expect(0).conserved();
    let before = (first.results(), std::fs::read(first.folder.join("results.csv")).unwrap());
    let again = bench.run(&file, &NONE).expect(0).conserved();
    assert!(
        again.stdout.starts_with("Nothing to do: every row was settled by an earlier run."),
        "{}",
        again.stdout
    );
    assert_eq!(again.results(), before.0, "to the uuid and the second");
    assert_eq!(std::fs::read(again.folder.join("results.csv")).unwrap(), before.1, "to the byte");
    assert_eq!(
        (again.number("created"), again.number("requests")),
        (20, 1),
        "one to see whose account it is"
    );
    assert_eq!(bench.identifiers().len(), 20);
}

#[test]
fn a_row_that_cannot_be_a_contact_is_settled_by_no_earlier_run() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    let _ = bench.run(&file, &NONE).expect(0);
    let file = bench.file("in.csv", format!("{}12,Nobody\n", canary_numbers(3)));
    let again = bench.run(&file, &NONE).expect(1).conserved();
    let told = "Nothing to send: every row that can be a contact was settled by an earlier run.";
    assert!(again.stdout.starts_with(told), "{}", again.stdout);
}

#[test]
fn of_a_file_that_grew_only_what_is_new_is_sent() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(20));
    let _ = bench.run(&file, &NONE).expect(0);
    let file = bench.file("in.csv", canary_numbers(25));
    let done = bench.run(&file, &NONE).expect(0).conserved();
    assert_eq!((done.number("created"), done.number("requests"), bench.identifiers().len()), (25, 12, 25));
    assert!(
        done.stderr.contains("the file has changed since the last run: 5 rows are new\n"),
        "{}",
        done.stderr
    );
}

#[test]
fn who_says_something_else_than_before_is_counted_and_the_way_to_change_it_is_named() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    let _ = bench.run(&file, &NONE).expect(0);
    let file = bench.file("in.csv", canary_numbers(4).replace(",Person 1\n", ",Somebody\n"));
    let done = bench.run(&file, &NONE).expect(0).conserved();
    assert!(done.stdout.contains("1 existing (1 whose rows have changed since)"), "{}", done.stdout);
    assert!(
        done.stdout.contains("--on-existing update compares it and changes what differs"),
        "{}",
        done.stdout
    );
    // What the contacts say nobody has asked.
    assert!(!done.stdout.contains("that was already there differs"), "{}", done.stdout);
}

#[test]
fn results_that_were_deleted_or_edited_are_written_anew_from_the_journal() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(5) + "nobody,X\n");
    let first = bench.run(&file, &NONE).expect(1).conserved();
    let (results, failures) = (first.results(), first.failures());
    std::fs::write(first.folder.join("results.csv"), "row;edited\n").unwrap();
    std::fs::remove_file(first.folder.join("failures.csv")).unwrap();
    std::fs::remove_file(first.folder.join("summary.json")).unwrap();
    let again = bench.run(&file, &NONE).expect(1).conserved();
    let without_time = |mut lines: Vec<crate::support::Line>| {
        // When a row was found invalid is the time of the run that says so.
        lines.iter_mut().filter(|line| line["status"] == "invalid").for_each(|line| {
            line.remove("finished_at");
        });
        lines
    };
    assert_eq!(without_time(again.results()), without_time(results));
    assert_eq!(again.failures(), failures);
    assert_eq!(bench.identifiers().len(), 5);
}

#[test]
fn another_account_and_another_address_are_refused_before_anything_is_sent() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    let _ = bench.run(&file, &NONE).expect(0);
    let file = bench.file("in.csv", canary_numbers(6));
    bench.sandbox().world().set_user("eve@example.com");
    let done = bench.run(&file, &NONE).expect(2);
    assert!(
        done.stderr.contains("this folder holds an import into another account than that of eve@example.com")
    );
    for command in ["check", "plan"] {
        let words = [command, "in.csv", "--out", "out", "--base-url", &bench.sandbox().base_url()];
        let done = bench.exact(words).expect(2);
        assert!(done.stderr.contains("into another account than that of eve@example.com"), "{}", done.stderr);
    }
    assert!(!bench.path().join("in.plan.json").exists());
    let other = Bench::new();
    let done =
        bench.exact(["run", "in.csv", "--out", "out", "--base-url", &other.sandbox().base_url()]).expect(2);
    assert!(done.stderr.contains("this folder holds an import through"), "{}", done.stderr);
    assert!(done.stderr.contains("--out DIR"), "{}", done.stderr);
    assert_eq!((bench.identifiers().len(), other.identifiers().len()), (3, 0));
}

#[test]
fn another_account_of_the_same_user_is_refused_and_the_same_one_with_other_channels_is_not() {
    const OTHER: &str = "another:Yq72.9c1bSECRETk3";
    for is_another in [true, false] {
        let bench = Bench::new();
        bench.sandbox().world().set_channel(&"1".repeat(32));
        let _ = bench.run(bench.file("in.csv", canary_numbers(3)), &NONE).expect(0);
        {
            let mut world = bench.sandbox().world();
            world.set_token(OTHER);
            world.set_channel(&"2".repeat(32));
            let there: Vec<String> =
                world.contacts().iter().map(|(_, contact)| contact.uuid.clone()).collect();
            there.iter().filter(|_| is_another).for_each(|uuid| world.take_away(uuid));
        }
        let file = bench.file("in.csv", canary_numbers(6));
        let run =
            || bench.finish(bench.run_command(&file, &NONE).env("CALLBELL_API_KEY", OTHER).output().unwrap());
        if is_another {
            let done = run().expect(2);
            assert!(
                done.stderr.contains("this folder holds an import into another account"),
                "{}",
                done.stderr
            );
            let _ = run().expect(2);
            for words in [&["verify", "out"][..], &["undo", "out", "--yes"]] {
                let mut command = bench.command(words.iter().copied());
                command.args(["--base-url", &bench.sandbox().base_url()]).env("CALLBELL_API_KEY", OTHER);
                let done = bench.finish(command.output().unwrap()).expect(2);
                assert!(done.stderr.contains("into another account"), "{words:?}: {}", done.stderr);
            }
            assert_eq!(bench.identifiers().len(), 0);
        } else {
            let _ = run().expect(0);
            assert_eq!((bench.identifiers().len(), bench.doubles()), (6, 0));
        }
    }
}

#[test]
fn where_the_api_names_no_user_a_folder_and_a_plan_are_those_of_one_token() {
    const OTHER: &str = "another:Yq72.9c1bSECRETk3";
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    bench.sandbox().world().set_user("");
    let done = bench.run(&file, &NONE).expect(0);
    assert!(done.stderr.contains("(the API does not say whose token this is)"), "{}", done.stderr);
    let _ = bench.run(&file, &NONE).expect(0);
    bench.file("in.csv", canary_numbers(6));
    let base = bench.sandbox().base_url();
    let plan = ["plan", "in.csv", "--out", "out", "--base-url", &base, "--to", "in.plan.json"];
    let _ = bench.exact(plan).expect(0);
    bench.sandbox().world().set_token(OTHER);
    for (out, plan, refused) in [
        ("out", None, "it cannot be checked that this folder's import is in the same account"),
        ("anew", Some("in.plan.json"), "this run differs from the plan: the account"),
    ] {
        let mut command = bench.command(["run", "in.csv", "--base-url", &base, "--out", out]);
        command.args(plan.map(|plan| ["--plan", plan]).into_iter().flatten());
        let done = bench.finish(command.env("CALLBELL_API_KEY", OTHER).output().unwrap()).expect(2);
        assert!(done.stderr.contains(refused), "{out}: {}", done.stderr);
        assert!(!done.stderr.contains(OTHER), "{}", done.stderr);
    }
    assert_eq!(bench.identifiers().len(), 3);
}

#[test]
fn a_deleted_lock_lets_no_second_process_in() {
    let bench = Bench::with("[api]\nlatency_ms = 300");
    let file = bench.file("in.csv", canary_numbers(40));
    let mut first = Running::start(&bench, &file, &["--concurrency", "4"]);
    first.until("sending", 8);
    std::fs::remove_file(bench.path().join("out/lock")).unwrap();
    let base = bench.sandbox().base_url();
    let undo = ["undo", "out", "--dry-run", "--base-url", &base];
    let verify = ["verify", "out", "--base-url", &base];
    for second in [bench.exact(undo), bench.exact(verify), bench.run(&file, &NONE)] {
        let second = second.expect(7);
        assert!(second.stderr.contains("another process has it"), "{}", second.stderr);
    }
    // Nor have they taken away what the first one is writing.
    bench.sandbox().world().set_latency(std::time::Duration::ZERO);
    let first = first.end().expect(0).conserved();
    assert_eq!((first.number("created"), bench.doubles()), (40, 0));
}

#[test]
fn a_second_process_stops_at_once_and_a_killed_ones_lock_blocks_nobody() {
    let bench = Bench::with("[api]\nlatency_ms = 300");
    let file = bench.file("in.csv", canary_numbers(40));
    let mut first = Running::start(&bench, &file, &["--concurrency", "4"]);
    first.until("sending", 8);
    let second = bench.run(&file, &NONE).expect(7);
    let holder = format!("another run holds this import: process {}, since 20", first.id());
    assert!(second.stderr.contains(&holder), "{}", second.stderr);
    first.kill();
    bench.sandbox().world().set_latency(std::time::Duration::ZERO);
    let done = bench.run(&file, &["--settle", "0.5"]).expect(0).conserved();
    assert_eq!((done.number("created"), bench.identifiers().len(), bench.doubles()), (40, 40, 0));
}

#[test]
fn standard_input_that_is_given_again_is_continued() {
    let bench = Bench::with("[api]\nlatency_ms = 50");
    let piped = || {
        let mut child = bench
            .run_command("-", &["--settle", "0.5", "--concurrency", "4"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(canary_numbers(60).as_bytes()).unwrap();
        child
    };
    let mut killed = piped();
    while bench.identifiers().len() < 12 {
        std::thread::yield_now();
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let done = bench.finish(piped().wait_with_output().unwrap()).expect(0).conserved();
    assert_eq!((done.number("created"), bench.identifiers().len(), bench.doubles()), (60, 60, 0));
    assert!(!done.folder.join("stdin.csv").exists(), "the copy is gone");
}

#[test]
fn a_list_from_standard_input_that_is_not_settled_is_kept_whatever_comes_next() {
    let bench = Bench::new();
    let url = bench.sandbox().base_url();
    let piped = |args: &[&str], list: &str| {
        let mut command = bench.command(args.iter().chain(&["--out", "out"]));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // It may end before it has read.
        let _ = child.stdin.take().unwrap().write_all(list.as_bytes());
        bench.finish(child.wait_with_output().unwrap())
    };
    let run = ["run", "-", "--yes", "--base-url", &url];
    let first = canary_numbers(20);
    // The plan or the credit is used up in the middle of it.
    bench.sandbox().world().set_faults(vec![FaultRule {
        on: On::Create,
        from: 6,
        ..FaultRule::new(FaultKind::PaymentRequired, 1.0)
    }]);
    let _ = piped(&run, &first).expect(5);
    let kept = bench.path().join("out/stdin.csv");
    let is_kept = || assert_eq!(std::fs::read_to_string(&kept).unwrap(), first);
    is_kept();
    let _ = piped(&["check", "-", "--offline"], "phone_number,name\n+393331234599,Zoe\n").expect(0);
    is_kept();
    let _ = piped(&run, "").expect(3);
    is_kept();
    // Another list by a file settles nothing of it.
    bench.sandbox().world().set_faults(Vec::new());
    bench.file("other.csv", "phone_number,name\n+393331234598,Yan\n");
    let _ = bench.exact(["run", "other.csv", "--out", "out", "--yes", "--base-url", &url]).expect(0);
    is_kept();
    let done = piped(&run, "phone_number,name\n+393331234599,Zoe\n").expect(0);
    let unsettled = bench.path().join("out/stdin.unsettled.csv");
    assert_eq!(std::fs::read_to_string(&unsettled).unwrap(), first);
    assert!(!kept.exists(), "the second one is settled");
    let command =
        "with the flags that it was read with: callbell-import run out/stdin.unsettled.csv --out out …";
    assert!(done.stderr.contains(command), "{}", done.stderr);
    let _ = bench
        .exact(["run", "out/stdin.unsettled.csv", "--out", "out", "--yes", "--base-url", &url])
        .expect(0);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (22, 0));
    assert!(!unsettled.exists(), "it is settled");
    // The pipe of the next night brings other people, as ever.
    let others: String = (0..30).map(|at| format!("+3933377700{at:02},Ida\n")).collect();
    let _ = piped(&run, &format!("phone_number,name\n{others}")).expect(0);
}

#[test]
fn what_was_kept_of_standard_input_goes_once_the_same_is_settled_and_a_list_of_ones_own_stays() {
    let bench = Bench::new();
    let (list, own) = (canary_numbers(3), "phone_number,name\n+393331234501,Ada\n");
    std::fs::create_dir(bench.path().join("out")).unwrap();
    bench.file("out/stdin.unsettled.csv", &list);
    let other = bench.file("out/stdin.unsettled-2.csv", own);
    let mut command = bench.run_command("-", &NONE);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(list.as_bytes()).unwrap();
    let _ = bench.finish(child.wait_with_output().unwrap()).expect(0);
    assert!(!bench.path().join("out/stdin.unsettled.csv").exists());
    assert!(other.exists(), "nothing of it was read");
    let named_alike = bench.file("out/stdin.csv", own);
    let _ = bench.run(&named_alike, &NONE).expect(0);
    assert_eq!(std::fs::read_to_string(named_alike).unwrap(), own);
}

#[test]
fn a_list_from_standard_input_that_was_not_read_to_its_end_takes_the_place_of_none() {
    let bench = Bench::new();
    let url = bench.sandbox().base_url();
    let mut command = bench.command(["run", "-", "--yes", "--out", "out", "--base-url", &url]);
    let mut killed = command.stdin(Stdio::piped()).spawn().unwrap();
    // More than one block, of which the last row is cut off in its number.
    let list = canary_numbers(5000);
    killed.stdin.as_mut().unwrap().write_all(&list.as_bytes()[..list.len() - 5]).unwrap();
    let is_read = |entry: std::fs::DirEntry| entry.metadata().is_ok_and(|file| file.len() > 60_000);
    let has_read = || {
        std::fs::read_dir(bench.path().join("out"))
            .is_ok_and(|mut files| files.any(|entry| entry.is_ok_and(is_read)))
    };
    while !has_read() {
        std::thread::yield_now();
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(!bench.path().join("out/stdin.csv").exists());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(canary_numbers(2).as_bytes()).unwrap();
    let done = bench.finish(child.wait_with_output().unwrap()).expect(0);
    assert!(!done.stderr.contains("was not finished"), "{}", done.stderr);
    let names = std::fs::read_dir(&done.folder).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = names.filter(|name| name.to_string_lossy().contains("stdin")).collect();
    assert_eq!(left, [""; 0]);
}

#[test]
fn after_a_new_token_the_run_goes_on() {
    let bench = Bench::with("[[faults]]\nkind = \"unauthorized\"\nfrom = 20\n");
    let file = bench.file("in.csv", canary_numbers(50));
    let done = bench.run(&file, &NONE).expect(4).conserved();
    assert_eq!((done.number("created"), done.number("failed"), done.number("rejected")), (19, 0, 0));
    assert!(done.stdout.contains("the same command again goes on with the 31 rows"), "{}", done.stdout);
    bench.sandbox().world().restore_token();
    bench.sandbox().world().set_faults(Vec::new());
    let done = bench.run(&file, &NONE).expect(0).conserved();
    assert_eq!((done.number("created"), done.number("requests")), (50, 38));
}

#[test]
fn an_outage_stops_the_taking_of_rows_with_a_line_that_says_what_is_waited_for_and_then_the_run() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(300));
    let out = FaultRule { on: On::Any, from: 60, ..FaultRule::new(FaultKind::CutBefore, 1.0) };
    bench.sandbox().world().set_faults(vec![out]);
    let flags = ["--max-outage", "2s", "--settle", "0.5"];
    let done = bench.run(&file, &flags).expect(5).conserved();
    assert!(done.stderr.contains("the server does not answer"), "{}", done.stderr);
    assert!(done.stdout.contains("Stopped: the server has not answered"), "{}", done.stdout);
    assert_eq!(done.number("failed"), 0, "no row is burnt");
    assert!(done.number("unconfirmed") <= 32 && done.number("not_attempted") > 200);
    bench.sandbox().world().set_faults(Vec::new());
    let done = bench.run(&file, &flags).expect(0).conserved();
    assert_eq!((done.number("created"), bench.identifiers().len(), bench.doubles()), (300, 300, 0));
}

/// Both ways out that the program shows for a row that it gave up, one after the other, in either order.
#[test]
fn a_row_that_was_given_up_is_not_created_twice_by_the_same_command_and_by_its_failures_file() {
    for failures_first in [true, false] {
        let bench = Bench::with("[[faults]]\nkind = \"cut_before\"\n");
        let file = bench.file("in.csv", canary_numbers(3));
        let settle = ["--settle", "0.2"];
        let done = bench.run(&file, &settle).expect(1).conserved();
        assert_eq!(done.number("failed"), 3);
        let given_back = bench.file("back.csv", std::fs::read(done.folder.join("failures.csv")).unwrap());
        bench.sandbox().world().set_faults(Vec::new());
        let url = bench.sandbox().base_url();
        let back =
            ["run", given_back.to_str().unwrap(), "--out", "back", "--base-url", &url, "--settle", "0.2"];
        if failures_first {
            let _ = bench.exact(back).expect(0);
            // Nobody knows of that folder: they may as well have come by themselves.
            let codes = bench.run(&file, &settle).expect(0).column("code");
            assert!(codes.iter().all(|code| code == "existing_same"), "{codes:?}");
        } else {
            let _ = bench.run(&file, &settle).expect(0);
            let _ = bench.exact(back).expect(0);
        }
        assert_eq!((bench.identifiers().len(), bench.doubles()), (3, 0), "{failures_first}");
    }
}

#[test]
fn too_many_failures_stop_it_and_a_higher_limit_goes_on() {
    let bench = Bench::new();
    let mut csv = canary_numbers(200);
    for row in 0..200 {
        csv.push_str(&format!("nobody {row},X\n"));
    }
    let file = bench.file("in.csv", csv);
    let done = bench.run(&file, &["--max-failures", "10"]).expect(5).conserved();
    assert_eq!(done.summary()["stopped_by"], "too_many_failures");
    assert_eq!(done.number("invalid"), 10);
    assert!(done.stdout.contains("raise --max-failures"), "{}", done.stdout);
    let done = bench.run(&file, &["--max-failures", "60%"]).expect(1).conserved();
    assert_eq!((done.number("created"), done.number("invalid"), bench.identifiers().len()), (200, 200, 200));
}

#[test]
fn a_run_that_stops_at_the_same_rows_again_does_not_say_that_the_same_command_goes_on() {
    let bench = Bench::new();
    let bad = |rows: usize| (0..rows).map(|row| format!("nobody {row},X\n")).collect::<String>();
    let list = |bad: &str| canary_numbers(50).replacen('\n', &format!("\n{bad}"), 1);
    let file = bench.file("in.csv", list(&bad(5)));
    let status = || bench.exact(["status", "out"]).expect(0).stdout;
    let stops_again = "Next      the same command would stop here again: correct the failed rows in the list, or raise \
                       --max-failures. Then it goes on with the ";
    let unsent = |done: &crate::support::Done| {
        assert!(
            done.stdout.contains(stops_again) && !done.stdout.contains("same command again"),
            "{}",
            done.stdout
        );
        assert!(
            status().contains("Next      correct the failed rows in the list, or raise --max-failures; then")
        );
        done.number("not_attempted")
    };
    // What is said is so.
    for _ in 0..2 {
        let done = bench.run(&file, &["--max-failures", "5"]).expect(5).conserved();
        assert_eq!((unsent(&done), bench.identifiers().len()), (50, 0));
    }
    let done = bench.run(&file, &["--max-failures", "6"]).expect(1).conserved();
    assert_eq!((done.number("created"), bench.identifiers().len()), (50, 50));
    // Rows that the API refused stand in the list as well, and are told by every run.
    let bench = Bench::with("[[faults]]\nkind = \"error\"\nstatus = 422\nuntil = 2\n");
    let file = bench.file("in.csv", canary_numbers(50));
    let flags = ["--max-failures", "2", "--concurrency", "1"];
    let done = bench.run(&file, &flags).expect(5).conserved();
    assert!(done.stdout.contains(stops_again), "{}", done.stdout);
    let sent = bench.identifiers().len();
    let again = bench.run(&file, &flags).expect(5).conserved();
    assert_eq!((again.number("rejected"), bench.identifiers().len()), (2, sent));
    // A list that was corrected goes on.
    let file = bench
        .file("in.csv", canary_numbers(50).replace(" 0000001", " 0000901").replace(" 0000002", " 0000902"));
    let done = bench.run(&file, &flags).expect(0).conserved();
    assert_eq!(done.number("created"), 50);
}

#[test]
fn a_run_that_stopped_for_failures_that_may_pass_goes_on_with_the_same_command() {
    let bench = Bench::with("[[faults]]\nkind = \"cut_before\"\n");
    let file = bench.file("in.csv", canary_numbers(4));
    let flags = ["--max-failures", "2", "--concurrency", "2", "--settle", "0.2"];
    let done = bench.run(&file, &flags).expect(5).conserved();
    assert!(done.number("failed") >= 2, "{}", done.stdout);
    assert!(
        done.stdout.contains("Next      the same command again goes on with the 4 rows"),
        "{}",
        done.stdout
    );
    assert!(
        bench
            .exact(["status", "out"])
            .expect(0)
            .stdout
            .contains("Next      this goes on: callbell-import run")
    );
    bench.sandbox().world().set_faults(Vec::new());
    let done = bench.run(&file, &flags).expect(0).conserved();
    assert_eq!((done.number("created"), bench.identifiers().len()), (4, 4));
}

/// Runs the program so that no file can become larger than this.
fn on_a_small_disk(
    bench: &Bench,
    file: &std::path::Path,
    kilobytes: u32,
    flags: &[&str],
) -> crate::support::Done {
    let inner = bench.run_command(file, &[&["--settle", "0.5"], flags].concat());
    let mut command = Command::new("bash");
    command
        .arg("-c")
        .arg(format!("ulimit -f {kilobytes}; exec \"$0\" \"$@\""))
        .arg(inner.get_program())
        .args(inner.get_args())
        .env_clear()
        .envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .current_dir(bench.path())
        .stdin(Stdio::null());
    bench.finish(command.output().unwrap())
}

#[test]
fn a_full_disk_is_exit_6_nothing_is_sent_that_is_not_recorded_and_with_room_it_goes_on() {
    for kilobytes in [1, 8, 20, 40, 70] {
        let bench = Bench::new();
        let file = bench.file("in.csv", canary_numbers(400));
        let done = on_a_small_disk(&bench, &file, kilobytes, &[]).expect(6);
        for words in ["cannot", "ulimit -f", "Free some disk space"] {
            assert!(done.stderr.contains(words), "{words}: {}", done.stderr);
        }
        let sent = bench.identifiers().len();
        assert!(sent < 400, "{kilobytes}");
        let done = bench.run(&file, &["--settle", "0.5"]).expect(0).conserved();
        let held = (done.number("created"), bench.identifiers().len(), bench.doubles());
        assert_eq!(held, (400, 400, 0), "{kilobytes} KB, {sent} sent");
    }
}

#[test]
fn what_there_was_no_room_to_keep_stays_open_and_is_made_up_for_by_the_next_run() {
    // What is sent is more to write than what the journal says of it, so that there is no room for the former first.
    for kilobytes in [40, 70] {
        let bench = Bench::new();
        let file = bench.file("in.csv", canary_numbers(400));
        let url = bench.sandbox().base_url();
        let done = on_a_small_disk(&bench, &file, kilobytes, &["--set", "tags=vip"]).expect(6);
        assert!(done.stderr.contains("cannot write out/sent.log"), "{}", done.stderr);
        let verify = || bench.exact(["verify", "out", "--base-url", &url, "--rate", "1000"]);
        let done = verify().expect(8);
        assert!(!done.stdout.contains("not known what was sent"), "{}", done.stdout);
        assert!(done.stdout.contains("open: it is not known yet"), "{}", done.stdout);
        bench.run(&file, &["--settle", "0.5", "--set", "tags=vip"]).expect(0).conserved();
        let done = verify().expect(0);
        assert!(done.stdout.contains("400 contacts: 400 as sent"), "{}", done.stdout);
        for step in ["--dry-run", "--yes"] {
            let _ = bench.exact(["undo", "out", "--base-url", &url, "--rate", "1000", step]).expect(0);
        }
        assert_eq!((bench.identifiers().len(), bench.doubles()), (0, 0), "{kilobytes}");
    }
}

#[test]
fn what_no_look_up_would_find_again_keeps_its_verdict_also_where_there_is_no_room_for_what_was_sent() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(400));
    let telegram = ["--source", "telegram"];
    let done = on_a_small_disk(&bench, &file, 70, &telegram).expect(6);
    assert!(done.stderr.contains("cannot write out/sent.log"), "{}", done.stderr);
    let done = bench.run(&file, &telegram).expect(0).conserved();
    assert_eq!((done.number("created"), bench.identifiers().len(), bench.doubles()), (400, 400, 0));
    let done =
        bench.exact(["verify", "out", "--base-url", &bench.sandbox().base_url(), "--rate", "1000"]).expect(8);
    assert!(done.stdout.contains("of which it is not known what was sent"), "{}", done.stdout);
}

#[test]
fn a_journal_that_is_deleted_under_its_feet_stops_the_run() {
    let bench = Bench::with("[api]\nlatency_ms = 100");
    let file = bench.file("in.csv", canary_numbers(1000));
    let mut running = Running::start(&bench, &file, &["--concurrency", "8"]);
    running.until("sending", 8);
    std::fs::remove_file(bench.path().join("out/journal.log")).unwrap();
    let done = running.end().expect(6);
    assert!(done.stderr.contains("it was deleted or replaced while it was in use"), "{}", done.stderr);
    assert!(
        done.stderr.contains("Put it back where it was before you run the command again"),
        "{}",
        done.stderr
    );
    // The rows that were leased before, and no others.
    assert!(bench.identifiers().len() < 300, "{}", bench.identifiers().len());
}

#[test]
fn a_folder_that_was_moved_away_under_its_feet_is_to_be_put_back_before_anything_else() {
    let bench = Bench::with("[api]\nlatency_ms = 100");
    let file = bench.file("in.csv", canary_numbers(40));
    let mut running = Running::start(&bench, &file, &["--concurrency", "4"]);
    running.until("sending", 8);
    std::fs::rename(bench.path().join("out"), bench.path().join("moved")).unwrap();
    bench.sandbox().world().set_latency(std::time::Duration::ZERO);
    let done = running.end().expect(6);
    assert!(
        done.stderr.contains("Put it back where it was before you run the command again"),
        "{}",
        done.stderr
    );
    std::fs::rename(bench.path().join("moved"), bench.path().join("out")).unwrap();
    let done = bench.run(&file, &["--on-existing", "create", "--settle", "0.5"]).expect(0).conserved();
    assert_eq!((done.number("created"), bench.identifiers().len(), bench.doubles()), (40, 40, 0));
}

#[test]
fn a_folder_that_cannot_be_written_is_exit_6() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    // A file system in which nobody can make files.
    let url = bench.sandbox().base_url();
    let done =
        bench.exact(["run", file.to_str().unwrap(), "--out", "/proc/self", "--base-url", &url]).expect(6);
    assert!(done.stderr.contains("cannot write /proc/self/lock"), "{}", done.stderr);
    assert_eq!(bench.identifiers().len(), 0);
}

#[test]
fn a_damaged_journal_is_told_and_every_row_without_a_verdict_is_looked_up() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(10));
    let done = bench.run(&file, &NONE).expect(0);
    let path = done.folder.join("journal.log");
    let mut bytes = std::fs::read(&path).unwrap();
    // Somewhere in the lease, which says who was sent.
    let lease = bytes.windows(9).position(|window| window == b"{\"t\":\"L\",").unwrap();
    bytes[lease + 40] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let done = bench.run(&file, &["--settle", "0.5", "--quiet"]).expect(0).conserved();
    assert!(done.stderr.contains("the journal is damaged"), "{}", done.stderr);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (10, 0), "nobody is sent again");
    assert_eq!(done.number("created"), 10);
}

#[test]
fn a_journal_of_a_newer_program_and_one_without_a_head_are_left_alone() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    let done = bench.run(&file, &NONE).expect(0);
    let path = done.folder.join("journal.log");
    let whole = std::fs::read(&path).unwrap();
    let mut headless = whole.clone();
    headless[20] ^= 1;
    let newer = callbell_import::journal::Record::Head {
        v: 99,
        salt: "0".repeat(64),
        endpoint: "x".to_owned(),
        account: "y".to_owned(),
        main: None,
    };
    for (bytes, word) in
        [(headless, "the journal is damaged at its head"), (newer.encode(0), "has format 99")]
    {
        std::fs::write(&path, &bytes).unwrap();
        let done = bench.run(&file, &NONE).expect(2);
        assert!(done.stderr.contains(word), "{}", done.stderr);
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "not a byte is changed");
    }
    assert_eq!(bench.identifiers().len(), 3);
}

#[test]
fn a_rehearsal_begins_anew_each_time_and_never_touches_a_real_import() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(4));
    for _ in 0..2 {
        let done = bench.exact(["run", "in.csv", "--out", "out", "--sandbox"]).expect(0).conserved();
        assert_eq!(done.number("requests"), 7);
    }
    let done = bench.run(&file, &NONE).expect(0).conserved();
    assert_eq!((done.number("requests"), bench.identifiers().len()), (7, 4));
    assert!(done.stderr.contains("held a rehearsal; it is forgotten now"), "{}", done.stderr);
    let done = bench.exact(["run", "in.csv", "--out", "out", "--sandbox"]).expect(2);
    assert!(done.stderr.contains("holds a real import"), "{}", done.stderr);
}

#[test]
fn an_unconfirmed_row_without_a_look_up_is_sent_when_a_person_has_taken_the_word_out() {
    let bench = Bench::with("[[faults]]\nkind = \"cut_before\"\nuntil = 1");
    let file = bench.file("in.csv", "identifier,name,source\nada_1,Ada,telegram\n");
    let done = bench.run(&file, &["--settle", "0"]).expect(8).conserved();
    assert_eq!(done.number("unconfirmed"), 1);
    let again = bench.run(&file, &["--settle", "0"]).expect(8).conserved();
    assert_eq!((again.number("unconfirmed"), bench.identifiers().len()), (1, 0), "never by itself");
    let failures = std::fs::read_to_string(done.folder.join("failures.csv")).unwrap();
    assert!(failures.contains(",unconfirmed,"), "{failures}");
    let looked_at = bench.file("looked-at.csv", failures.replace(",unconfirmed,", ",,"));
    let url = bench.sandbox().base_url();
    let args = ["run", looked_at.to_str().unwrap(), "--base-url", &url, "--out", "other"];
    let _ = bench.exact(args).expect(0);
    assert_eq!(bench.identifiers(), ["ada_1"]);
}

#[test]
fn a_run_that_has_nothing_to_do_leaves_the_report_of_the_one_that_did_it() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(20));
    let _ = bench.run(&file, &[""; 0]).expect(0);
    let report = || std::fs::read(bench.path().join("out/report.html")).unwrap();
    let before = report();
    let again = bench.run(&file, &[""; 0]).expect(0);
    assert!(again.stdout.starts_with("Nothing to do"), "{}", again.stdout);
    assert!(report() == before, "it shows the run that sent the rows");
    // What is not the same any more is told anew.
    let file = bench.file("in.csv", canary_numbers(20) + "nobody,Zed\n");
    let _ = bench.run(&file, &[""; 0]).expect(1);
    assert!(report() != before);
}

#[test]
fn where_the_column_of_sources_is_gone_nobody_becomes_a_contact_of_another_source() {
    let bench = Bench::new();
    let run = |list: &str, flags: &[&str], code| {
        let file = bench.file("in.csv", list);
        bench.run(file, &[&["--yes"], flags].concat()).expect(code)
    };
    let _ = run("name,identifier,source\nAda,393331234501,telegram\n", &[], 0);
    for list in ["name,identifier\nAda,393331234501\n", "name,identifier,Canal\nAda,393331234501,telegram\n"]
    {
        let done = run(list, &[], 2);
        assert!(done.stderr.contains("column source gave the source"), "{}", done.stderr);
        assert!(done.stderr.contains("--map source=COLUMN"), "{}", done.stderr);
    }
    let _ = run("name,identifier,Canal\nAda,393331234501,telegram\n", &["--map", "source=Canal"], 0);
    assert_eq!(bench.identifiers().len(), 1);
    // Whoever says so means it.
    let _ = run("name,identifier\nBea,393331234502\n", &["--source", "whatsapp"], 0);
    assert_eq!(bench.identifiers().len(), 2);
}

#[test]
fn a_column_whose_values_are_sources_on_one_night_only_makes_nobody_somebody_else() {
    let bench = Bench::new();
    let list = |rows: &str| format!("name,phone,source\n{rows}");
    let bob = "Bob,+39 333 1234502,instagram\n";
    let eva = "Eva,ig-1234503,instagram\n";
    let ada = "Ada,+39 333 1234501,newsletter\n";
    let flags = |more: &[&'static str]| [&["--yes", "--on-existing", "create"], more].concat();
    let file = bench.file("in.csv", list(&(ada.to_owned() + bob)));
    bench.run(&file, &flags(&[])).expect(0);
    let file = bench.file("in.csv", list(&(bob.to_owned() + eva)));
    let done = bench.run(&file, &flags(&[])).expect(2);
    assert!(
        done.stderr.contains("everybody was of whatsapp, and now the column source would give the source"),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr
            .contains("--source whatsapp as before. Or, if the column is right, pass --map 'source=source':"),
        "{}",
        done.stderr
    );
    assert_eq!(bench.identifiers().len(), 2);
    // Bob is who he was, and Eva's name is no number.
    bench.run(&file, &flags(&["--source", "whatsapp"])).expect(1);
    assert_eq!(bench.identifiers().len(), 2);
    // Whoever says so means it.
    bench.run(&file, &flags(&["--map", "source=source"])).expect(0);
    assert_eq!(bench.identifiers().len(), 4);
    let file = bench.file("in.csv", list(&(ada.to_owned() + bob + eva)));
    let done = bench.run(&file, &flags(&[])).expect(2);
    assert!(done.stderr.contains("source gave the source, and now everybody"), "{}", done.stderr);
    assert_eq!(bench.identifiers().len(), 4);
}

#[test]
fn the_same_people_by_another_column_or_of_another_source_are_refused_before_they_are_created_again() {
    let bench = Bench::new();
    let list = "phone,alt,name\n+393331234501,+393331234601,Ada\n+393331234502,+393331234602,Bob\n";
    let file = bench.file("in.csv", list);
    let by = |column: &'static str| ["--map", column, "--yes", "--on-existing", "create"];
    bench.run(&file, &by("identifier=phone")).expect(0);
    let done = bench.run(&file, &by("identifier=alt")).expect(2);
    assert!(done.stderr.contains("identified people by phone; this run would use alt"), "{}", done.stderr);
    let telegram = [&by("identifier=phone")[..], &["--source", "telegram"]].concat();
    let done = bench.run(&file, &telegram).expect(2);
    assert!(
        done.stderr.contains("everybody was of whatsapp, and now everybody would be of telegram"),
        "{}",
        done.stderr
    );
    assert_eq!(bench.identifiers().len(), 2);
    // The next list calls its only number otherwise.
    let renamed = bench.file("in.csv", list.replace("phone,alt", "mobile,other"));
    bench.run(&renamed, &by("identifier=mobile")).expect(0).conserved();
    assert_eq!(bench.identifiers().len(), 2);
    let restart = [&by("identifier=other")[..], &["--restart"]].concat();
    bench.run(&file, &restart).expect(0).conserved();
    assert_eq!(bench.identifiers().len(), 4);
    // What was forgotten is held against nobody.
    bench.run(&file, &by("identifier=other")).expect(0).conserved();
    bench.run(&file, &by("identifier=mobile")).expect(2);
}

#[test]
fn a_column_that_said_who_somebody_is_in_any_night_is_not_left_for_another_while_the_list_has_it() {
    let bench = Bench::new();
    let both = "phone,alt,name\n+393331234501,+393331234601,Ada\n";
    let by = |column: &'static str| ["--map", column, "--yes", "--on-existing", "create"];
    bench.run(bench.file("in.csv", both), &by("identifier=phone")).expect(0);
    // One night the export lacks it.
    let other = "alt,name\n+393331234602,Bob\n";
    bench.run(bench.file("in.csv", other), &by("identifier=alt")).expect(0);
    for (column, says) in [
        ("identifier=alt", "The person in row 1 would become somebody else, and be created a second time"),
        ("identifier=phone", ". The same people would count as others"),
    ] {
        let done = bench.run(bench.file("in.csv", both), &by(column)).expect(2);
        assert!(done.stderr.contains(says), "{}", done.stderr);
    }
    assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0));
    // Without the other one it goes on as before.
    bench.run(bench.file("in.csv", other), &by("identifier=alt")).expect(0).conserved();
}

#[test]
fn a_second_column_is_remembered_also_through_a_night_that_had_the_first_alone() {
    let bench = Bench::new();
    let list = "mobile,office,home,name\n+393331234501,,,Ada\n,+390612345678,+390612345679,Bob\n";
    let list = bench.file("in.csv", list);
    let by = |columns: &str, code| {
        let map = bench.file("map.toml", format!("[map]\nidentifier = [{columns}]\nname = \"name\"\n"));
        bench
            .run(&list, &["--mapping", map.to_str().unwrap(), "--yes", "--on-existing", "create"])
            .expect(code)
    };
    let _ = by("\"mobile\", \"office\"", 0);
    let _ = by("\"mobile\"", 1);
    let done = by("\"mobile\", \"home\"", 2);
    let says = "The person in row 2 would become somebody else, and be created a second time";
    assert!(done.stderr.contains(says), "{}", done.stderr);
    let _ = by("\"mobile\", \"office\", \"home\"", 0);
    assert_eq!(bench.identifiers().len(), 2);
}
