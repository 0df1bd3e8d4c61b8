//! Real sockets, real faults: what the wire does to a run.

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use crate::support::{Bench, canary_numbers, sample};

#[test]
fn on_200_or_201_with_an_object_or_a_list_every_row_is_created_once() {
    for behaviour in
        ["created_status = 200", "created_status = 201\ncontact_shape = \"array\"", "rate_headers = true"]
    {
        let bench = Bench::with(&format!("[api]\n{behaviour}"));
        let done = bench.run(sample("contacts.csv"), &[""; 0]).expect(0).conserved();
        assert_eq!(
            (done.number("created"), done.number("requests"), bench.identifiers().len()),
            (20, 23, 20),
            "{behaviour}"
        );
    }
}

#[test]
fn storms_cuts_and_lost_answers_end_in_counts_that_equal_what_the_sandbox_holds() {
    // What stores nothing strikes the first sends only, so that hardly a row uses up its attempts; the same command
    // again sends one that did.
    let mut weather = "seed = 5\n\
        [[faults]]\nkind = \"throttle\"\nfrom = 40\nuntil = 46\nretry_after = 1\n\
        [[faults]]\nkind = \"throttle\"\nfrom = 150\nuntil = 152\n\
        [[faults]]\nkind = \"throttle\"\nfrom = 200\nuntil = 203\nretry_after = 1\nretry_after_date = true\n\
        [[faults]]\non = \"look_up\"\nkind = \"error\"\nshare = 0.1\n"
        .to_owned();
    for (kind, share, until) in [
        ("cut_after", 0.04, 400),
        ("cut_before", 0.08, 100),
        ("error", 0.08, 100),
        ("error_after", 0.03, 400),
        ("html", 0.08, 100),
        ("garbage", 0.02, 400),
        ("empty", 0.02, 400),
        ("truncated", 0.02, 400),
        ("late_store", 0.02, 400),
        ("slow", 0.05, 400),
    ] {
        weather +=
            &format!("[[faults]]\nkind = \"{kind}\"\nshare = {share}\nuntil = {until}\ndelay_ms = 200\n");
    }
    let bench = Bench::with(&weather);
    let file = bench.file("in.csv", canary_numbers(400));
    let mut done = bench.run(&file, &["--settle", "1", "--rate", "300"]).conserved();
    assert!(done.number("throttled") > 0 && done.number("retries") > 0);
    for _ in 0..3 {
        if done.number("failed") > 0 {
            done = bench.run(&file, &["--settle", "1", "--rate", "300"]).conserved();
        }
    }
    let done = done.expect(0);
    assert_eq!(done.number("created"), 400);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (400, 0));
    assert!(done.column("code").iter().filter(|code| *code == "confirmed_by_lookup").count() > 20);
    let world = bench.sandbox().world();
    for line in done.results() {
        assert_eq!(world.contacts().with_uuid(&line["uuid"]).unwrap().identifier, line["identifier"]);
    }
    assert!(world.most_in_a_second() <= 300, "{}", world.most_in_a_second());
}

#[test]
fn a_lost_answer_after_the_create_is_confirmed_and_not_sent_again() {
    let bench = Bench::with("[[faults]]\nkind = \"cut_after\"\nfrom = 3\nuntil = 3\n");
    let done = bench.run(sample("contacts.csv"), &[""; 0]).expect(0).conserved();
    assert!(
        done.stdout.starts_with("20 rows: 20 created (1 confirmed by look-up), 0 unaccounted for"),
        "{}",
        done.stdout
    );
    assert_eq!((bench.identifiers().len(), bench.doubles()), (20, 0));
}

#[test]
fn an_api_that_redirects_is_a_mistake_in_the_address_and_no_success() {
    let bench = Bench::with("[[faults]]\nkind = \"redirect\"\non = \"any\"\n");
    let done = bench.run(sample("contacts.csv"), &[""; 0]).expect(2);
    assert!(done.stderr.contains("the server redirects (301) to moved.example.com"), "{}", done.stderr);
    assert!(bench.identifiers().is_empty());
    let bench = Bench::with("[[faults]]\nkind = \"redirect\"\nfrom = 5\n");
    let done = bench.run(sample("contacts.csv"), &[""; 0]).expect(5).conserved();
    assert_eq!(done.number("created"), 4);
    assert_eq!(bench.identifiers().len(), 4);
    assert_eq!(done.summary()["stopped_by"], "not_the_api");
    assert!(done.stdout.contains("Check --base-url"), "{}", done.stdout);
}

#[test]
fn a_token_that_is_withdrawn_in_mid_run_stops_it_with_exit_4() {
    let bench = Bench::with("[[faults]]\nkind = \"unauthorized\"\nfrom = 11\n");
    let done = bench.run(bench.file("in.csv", canary_numbers(200)), &[""; 0]).expect(4).conserved();
    assert_eq!((done.number("created"), done.number("not_attempted")), (10, 190));
    assert_eq!(done.summary()["stopped_by"], "token_refused");
}

#[test]
fn a_402_stops_the_run_with_exit_5() {
    let bench = Bench::with("[[faults]]\nkind = \"payment_required\"\nfrom = 11\n");
    let done = bench.run(bench.file("in.csv", canary_numbers(100)), &[""; 0]).expect(5).conserved();
    assert_eq!((done.number("created"), done.number("failed")), (10, 0));
    assert!(done.stdout.contains("plan or credit"), "{}", done.stdout);
}

#[test]
fn an_answer_that_says_nothing_was_begun_is_no_word_about_the_row_and_is_not_tried_without_end() {
    for status in [421, 425, 431] {
        let weather = format!(
            "[[faults]]\nkind = \"error\"\nstatus = {status}\non = \"create\"\nfrom = 3\nuntil = 4\n"
        );
        let bench = Bench::with(&weather);
        let list = bench.file("in.csv", canary_numbers(10));
        let done = bench.run(&list, &[""; 0]).expect(0).conserved();
        assert_eq!((done.number("created"), bench.doubles()), (10, 0), "{status}");
        // Each time: somebody stands in the way, and no row is told as one that the API refused.
        let bench = Bench::with(&weather.replace("until = 4\n", ""));
        let list = bench.file("in.csv", canary_numbers(40));
        let done = bench.run(&list, &["--max-outage", "1s"]).expect(5).conserved();
        assert_eq!(
            (done.number("created"), done.number("rejected"), done.number("failed")),
            (2, 0, 0),
            "{status}"
        );
        bench.sandbox().world().set_faults(Vec::new());
        let done = bench.run(&list, &[""; 0]).expect(0).conserved();
        assert_eq!((bench.identifiers().len(), bench.doubles()), (40, 0), "{status}: {}", done.stdout);
    }
}

#[test]
fn what_the_api_refuses_is_grouped_by_cause_with_the_number_of_rows_and_the_fix() {
    let bench = Bench::with("[api]\nunknown_tag = \"reject\"\n[account]\ntags = [\"VIP\"]\n");
    let done = bench.run(sample("contacts.csv"), &[""; 0]).expect(1).conserved();
    assert!(done.number("rejected") > 5 && done.number("created") > 5);
    let rejected = done.number("rejected");
    let line = format!(
        "{rejected:>6}  rejected http_422 (tags): the API said \"does not exist\"; first: row 2 (line 3)"
    );
    assert!(done.stdout.contains(&line), "{}", done.stdout);
    assert!(done.stdout.contains("callbell-import run out/failures.csv"), "{}", done.stdout);
    assert_eq!(done.failures()[0]["import_field"], "tags");
    assert_eq!(done.failures()[0]["import_code"], "http_422");
}

#[test]
fn what_the_server_drops_is_warned_about_on_the_row_and_in_the_summary() {
    let bench = Bench::with("[api]\nunknown_tag = \"drop\"\n[account]\ntags = [\"VIP\"]\n");
    let done = bench.run(sample("contacts.csv"), &[""; 0]).expect(0).conserved();
    assert_eq!(done.results()[1]["code"], "echo_differs");
    assert_eq!((done.results()[0]["code"].as_str(), done.number("created")), ("", 20));
    assert!(
        done.stdout.contains("echo_differs (tags): the API answered with other values than were sent"),
        "{}",
        done.stdout
    );
}

#[test]
fn a_server_that_is_not_there_is_said_so_and_nothing_is_lost() {
    let bench = Bench::new();
    let file = sample("contacts.csv");
    let done = bench
        .exact([
            "run",
            file.to_str().unwrap(),
            "--base-url",
            "http://127.0.0.1:9/v1",
            "--out",
            "out",
            "--max-outage",
            "0s",
        ])
        .expect(5);
    assert!(done.stderr.contains("does not answer: no connection"), "{}", done.stderr);
    assert!(done.stderr.contains("nothing was sent"));
    assert!(!done.stderr.contains("--max-outage"), "{}", done.stderr);
}

#[test]
fn a_server_that_is_away_when_the_run_begins_is_waited_for_as_later_on() {
    let bench = Bench::with("[[faults]]\nkind = \"error\"\nstatus = 503\non = \"auth_me\"\nuntil = 4\n");
    let file = sample("contacts.csv");
    let done = bench.run(&file, &["--max-outage", "1m"]).expect(0).conserved();
    assert!(
        done.stderr.contains("The program keeps asking for at most 1m (--max-outage)"),
        "{}",
        done.stderr
    );
    assert_eq!(done.number("created"), 20);
    // No longer than the whole may take.
    let bench = Bench::with("[[faults]]\nkind = \"error\"\nstatus = 503\non = \"auth_me\"\n");
    let done = bench.run(&file, &["--max-duration", "1s"]).expect(5);
    assert!(done.stderr.contains("does not answer"), "{}", done.stderr);
}

#[test]
fn a_page_in_place_of_the_first_answer_ends_no_run_and_one_that_stays_says_that_it_is_not_the_api() {
    for (kind, status) in [(FaultKind::Portal, 200), (FaultKind::Empty, 200), (FaultKind::Redirect, 301)] {
        let bench = Bench::new();
        let faults = |until| vec![FaultRule { on: On::Any, until, ..FaultRule::new(kind, 1.0) }];
        bench.sandbox().world().set_faults(faults(None));
        let told = bench.run(sample("contacts.csv"), &[""; 0]).expect(2);
        assert!(told.stderr.contains("is not the API"), "{kind:?}: {}", told.stderr);
        let asked: u64 = bench.sandbox().world().seen().requests.values().sum();
        assert_eq!(asked, if status == 200 { 3 } else { 1 }, "{kind:?}: a wrong address is asked no more");
        assert_eq!(bench.identifiers().len(), 0);
        bench.sandbox().world().set_faults(faults(Some(1)));
        let exit = if status == 200 { 0 } else { 2 };
        bench.run(sample("contacts.csv"), &[""; 0]).expect(exit);
    }
}

#[test]
fn a_failures_file_with_unconfirmed_rows_is_looked_up_before_anything_is_sent() {
    let bench = Bench::with(
        "[[faults]]\nkind = \"cut_after\"\nfrom = 1\nuntil = 5\n[[faults]]\non = \"look_up\"\nkind = \"html\"\nuntil = 60\n",
    );
    let file = bench.file("in.csv", canary_numbers(5));
    let done = bench.run(file, &["--settle", "0"]).expect(8).conserved();
    assert_eq!((done.number("unconfirmed"), bench.identifiers().len()), (5, 5));
    let given_back = bench.path().join("failures.csv");
    std::fs::copy(done.folder.join("failures.csv"), &given_back).unwrap();
    std::fs::remove_dir_all(&done.folder).unwrap();
    bench.sandbox().world().set_faults(Vec::new());
    let done = bench.run(given_back, &["--settle", "0"]).expect(0).conserved();
    assert_eq!((done.number("created"), bench.identifiers().len(), bench.doubles()), (5, 5, 0));
    assert!(done.stderr.contains("5 rows were left unconfirmed by an earlier run"), "{}", done.stderr);
}

#[test]
fn every_429_and_every_change_that_is_sent_once_more_is_counted() {
    let mut settings =
        "[[account.contacts]]\nidentifier = \"393331234501\"\nsource = \"whatsapp\"\nname = \"Old\"\n"
            .to_owned();
    for on in ["auth_me", "list", "read", "update"] {
        settings += &format!("[[faults]]\non = \"{on}\"\nkind = \"throttle\"\nuntil = 1\n");
    }
    let bench = Bench::with(&settings);
    let file = bench.file("in.csv", "phone_number,name\n+393331234501,Ada\n");
    let done = bench.run(&file, &["--on-existing", "update"]).expect(0).conserved();
    assert_eq!(done.column("status"), ["updated"]);
    assert_eq!((done.number("throttled"), done.number("retries")), (4, 1));
    let base = bench.sandbox().base_url();
    bench.sandbox().world().set_faults(vec![FaultRule {
        on: On::AuthMe,
        until: Some(1),
        ..FaultRule::new(FaultKind::Throttle, 1.0)
    }]);
    let done = bench.exact(["verify", "out", "--base-url", &base, "--json"]).expect(0);
    let json: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(json["throttled"], 1);
}

/// A wall that answers so whoever is called like this.
fn wall(status: u16, name: &str) -> String {
    format!("[[faults]]\nkind = \"error\"\nstatus = {status}\ncontaining = \"{name}\"\n")
}

#[test]
fn one_row_that_a_wall_dislikes_is_rejected_and_all_others_go_on() {
    for status in [402, 403, 404] {
        for flags in [&["--concurrency", "1"][..], &[]] {
            let bench = Bench::with(&wall(status, "Person 4\\\""));
            let file = bench.file("in.csv", canary_numbers(40));
            let done = bench.run(&file, flags).expect(1).conserved();
            assert_eq!((done.number("created"), done.number("rejected")), (39, 1), "{status}");
            assert_eq!(done.column("status")[3], "rejected", "{status}");
            assert_eq!(done.column("code")[3], format!("http_{status}"));
            // The next night is told the same, and whoever corrects it has it created.
            let again = bench.run(&file, flags).expect(1).conserved();
            assert_eq!((again.number("created"), bench.identifiers().len()), (39, 39), "{status}");
            let mended = canary_numbers(40).replace("Person 4\n", "Person Four\n");
            std::fs::write(&file, mended).unwrap();
            let _ = bench.run(&file, flags).expect(0).conserved();
            assert_eq!((bench.identifiers().len(), bench.doubles()), (40, 0), "{status}");
        }
    }
}

#[test]
fn a_row_after_which_nobody_is_created_stops_the_run_that_names_it() {
    let bench = Bench::with(&wall(403, "Person 4\\\""));
    let file = bench.file("in.csv", canary_numbers(4));
    let done = bench.run(&file, &["--concurrency", "1"]).expect(4).conserved();
    assert_eq!((done.number("created"), done.number("not_attempted")), (3, 1));
    assert!(done.stdout.contains("the token was refused (403"), "{}", done.stdout);
    assert!(done.stdout.contains("Row 4 got this answer."), "{}", done.stdout);
    // Whoever takes it out goes on.
    std::fs::write(&file, canary_numbers(3)).unwrap();
    let _ = bench.run(&file, &["--concurrency", "1"]).expect(0).conserved();
}

#[test]
fn rows_of_which_none_comes_between_speak_of_the_account_and_a_token_that_is_none_of_no_row() {
    let bench = Bench::with("[[faults]]\nkind = \"error\"\nstatus = 403\nfrom = 11\n");
    let done = bench.run(bench.file("in.csv", canary_numbers(100)), &[""; 0]).expect(4).conserved();
    assert_eq!((done.number("created"), done.number("rejected"), done.number("not_attempted")), (10, 0, 90));
    assert!(done.stdout.contains(" got this answer."), "{}", done.stdout);
    let bench = Bench::with("[[faults]]\nkind = \"unauthorized\"\nfrom = 11\n");
    let done = bench.run(bench.file("in.csv", canary_numbers(20)), &[""; 0]).expect(4).conserved();
    assert!(!done.stdout.contains("got this answer"), "{}", done.stdout);
}

#[test]
fn where_the_list_of_all_contacts_is_refused_the_row_in_doubt_is_not_named_for_it() {
    let lost = "[[faults]]\nkind = \"cut_after\"\nfrom = 2\nuntil = 3\n";
    let refused = "[[faults]]\non = \"list\"\nkind = \"error\"\nstatus = 403\n";
    let bench = Bench::with(&format!("{lost}{refused}"));
    let file = bench.file("in.csv", canary_numbers(4));
    let flags = ["--source", "telegram", "--on-existing", "create", "--settle", "0.5", "--concurrency", "1"];
    let done = bench.run(&file, &flags).expect(4).conserved();
    assert!(done.stdout.contains("the token was refused (403"), "{}", done.stdout);
    assert!(!done.stdout.contains("got this answer"), "{}", done.stdout);
    assert_eq!(done.column("status")[1], "unconfirmed");
}
