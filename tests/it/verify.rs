//! `verify`: what was created is read back and compared with what was sent.

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use crate::support::{Bench, Done, Line, Running, canary_numbers, read_csv};

/// No flags.
const NONE: [&str; 0] = [];

const CSV: &str = "phone_number,name,tags,cf:City,note\n\
    +393331234501,Ada,VIP,Rome,first\n\
    +393331234502,Bruno,,Milan,\n\
    +393331234503,Carla,\"VIP;new\",,\n\
    nobody,Dario,,,\n";

/// `verify` of the bench's import.
fn verify(bench: &Bench, args: &[&str]) -> Done {
    let base = bench.sandbox().base_url();
    bench.exact(["verify", "out", "--base-url", &base].iter().chain(args))
}

/// The lines of `verify.csv`.
fn findings(bench: &Bench) -> Vec<Line> {
    read_csv(&bench.path().join("out/verify.csv"), b',')
}

/// Of everybody, in the order of their numbers, which is that of the rows.
fn uuids(bench: &Bench) -> Vec<String> {
    let world = bench.sandbox().world();
    let mut all: Vec<_> = world.contacts().iter().map(|(_, contact)| contact).collect();
    all.sort_by_key(|contact| contact.identifier.clone());
    all.into_iter().map(|contact| contact.uuid.clone()).collect()
}

#[test]
fn an_import_that_nobody_touched_is_as_it_was_sent_on_every_unknown_of_the_api() {
    for behaviour in [
        "",
        "contact_shape = \"array\"",
        "phone_echo = \"plus\"",
        "phone_echo = \"spaces\"",
        "phone_echo = \"missing\"",
        "created_status = 200",
        "not_in_created = [\"note\", \"tags\", \"createdAt\"]",
        "never_shown = [\"note\", \"team\"]",
    ] {
        let bench = Bench::with(&format!("[api]\n{behaviour}"));
        let file = bench.file("in.csv", CSV);
        let _ = bench.run(&file, &NONE).expect(1);
        std::fs::remove_file(&file).unwrap();
        let done = verify(&bench, &[]).expect(0);
        assert!(done.stdout.starts_with("3 contacts: 3 as sent\n"), "{behaviour}: {}", done.stdout);
        let (lines, others): (Vec<_>, Vec<_>) =
            findings(&bench).into_iter().partition(|line| line["verdict"] == "as_sent");
        let rows: Vec<_> = lines.iter().map(|line| line["row"].as_str()).collect();
        assert_eq!(rows, ["1", "2", "3"], "{behaviour}");
        // As far as that is shown.
        let fields: Vec<_> =
            others.iter().map(|line| (&*line["row"], &*line["field"], &*line["sent"])).collect();
        // What is shown of nobody is told once.
        let not_shown: &[_] = match behaviour {
            "phone_echo = \"missing\"" => &[("", "identifier", "")],
            "never_shown = [\"note\", \"team\"]" => &[("", "note", "")],
            _ => &[],
        };
        assert_eq!(fields, not_shown, "{behaviour}");
        assert!(others.iter().all(|line| line["verdict"] == "not_shown"), "{behaviour}: {others:?}");
    }
}

#[test]
fn what_the_api_shows_of_no_contact_of_a_source_has_one_line_and_not_one_for_each_contact() {
    let bench = Bench::new();
    let list = "identifier,source,name\n+393331234501,whatsapp,Ada\ntg1,telegram,Bea\ntg2,telegram,Cid\n";
    let _ = bench.run(bench.file("in.csv", list), &["--concurrency", "1"]).expect(0);
    let done = verify(&bench, &[]).expect(0);
    assert!(done.stdout.contains("identifier (2)"), "{}", done.stdout);
    let lines: Vec<String> = findings(&bench)
        .iter()
        .map(|line| ["row", "field", "sent", "verdict"].map(|column| line[column].as_str()).join("|"))
        .collect();
    assert_eq!(lines, ["1|||as_sent", "2|||as_sent", "3|||as_sent", "|identifier||not_shown"]);
}

#[test]
fn what_was_changed_altered_or_deleted_is_found_field_by_field() {
    let bench = Bench::with(
        "[api]\nunknown_tag = \"drop\"\ndefault_user = \"bob@example.com\"\n[account]\ntags = [\"VIP\"]",
    );
    let file = bench.file("in.csv", CSV);
    let _ = bench.run(&file, &["--tag-separator", ";", "--concurrency", "1"]).expect(1);
    let uuid = uuids(&bench);
    bench.sandbox().world().change(&uuid[0], |contact| {
        contact.name = "=Ada".to_owned();
        contact.custom_fields.insert("City".to_owned(), "Turin".into());
        contact.tags.push("seen".to_owned());
    });
    bench.sandbox().world().take_away(&uuid[1]);
    let done = verify(&bench, &[]).expect(1);
    assert!(
        done.stdout.starts_with("3 contacts: 0 as sent, 2 with differences, 1 no longer there\n"),
        "{}",
        done.stdout
    );
    assert!(done.stdout.contains("  name: 1 changed since\n"), "{}", done.stdout);
    assert!(done.stdout.contains("  tags: 1 altered by the API when it was created, 1 changed since\n"));
    assert!(!done.stdout.contains("Ada") && !done.stdout.contains("Turin"), "people stay in the file");
    let lines: Vec<String> = findings(&bench)
        .iter()
        .map(|line| {
            ["row", "field", "sent", "found", "verdict"].map(|column| line[column].as_str()).join("|")
        })
        .collect();
    assert_eq!(
        lines,
        [
            "1|name|Ada|'=Ada|changed",
            "1|tags|[\"VIP\"]|[\"VIP\",\"seen\"]|changed",
            "1|custom_fields.City|Rome|Turin|changed",
            "1|assigned_user||bob@example.com|altered",
            "2||||gone",
            "3|tags|[\"VIP\",\"new\"]|[\"VIP\"]|altered",
            "3|assigned_user||bob@example.com|altered",
        ]
    );
    let json: serde_json::Value =
        serde_json::from_str(&verify(&bench, &["--json"]).expect(1).stdout).unwrap();
    assert_eq!(
        (
            &json["contacts"],
            &json["differing"],
            &json["gone"],
            &json["fields"]["tags"]["altered"],
            &json["exit_code"]
        ),
        (&3.into(), &2.into(), &1.into(), &1.into(), &1.into())
    );
}

#[test]
fn a_sample_is_chosen_by_chance_and_can_be_chosen_again() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(60));
    let _ = bench.run(&file, &NONE).expect(0);
    let reads =
        || bench.sandbox().world().seen().requests.get("GET /contacts/:uuid").copied().unwrap_or_default();
    let done = verify(&bench, &["--sample", "10%"]).expect(0);
    assert!(done.stdout.starts_with("6 of 60 contacts: 6 as sent\n"), "{}", done.stdout);
    assert_eq!(reads(), 6);
    let first: Vec<_> = findings(&bench).iter().map(|line| line["row"].clone()).collect();
    let seed = done.stdout.split("--seed ").nth(1).unwrap().lines().next().unwrap().to_owned();
    let _ = verify(&bench, &["--sample", "10%", "--seed", &seed]).expect(0);
    assert_eq!(findings(&bench).iter().map(|line| line["row"].clone()).collect::<Vec<_>>(), first);
    let _ = verify(&bench, &["--sample", "0"]).expect(2);
}

#[test]
fn reads_are_repeated_through_bad_weather_and_what_cannot_be_read_is_said() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(30));
    let _ = bench.run(&file, &NONE).expect(0);
    let on_read = |kind, share| FaultRule { on: On::Read, ..FaultRule::new(kind, share) };
    bench.sandbox().world().set_faults(vec![
        FaultRule { retry_after: Some(0), ..on_read(FaultKind::Throttle, 0.1) },
        on_read(FaultKind::Error, 0.1),
        on_read(FaultKind::CutBefore, 0.1),
        on_read(FaultKind::Garbage, 0.1),
    ]);
    let done = verify(&bench, &[]).expect(0);
    assert!(done.stdout.starts_with("30 contacts: 30 as sent\n"), "{}", done.stdout);
    bench
        .sandbox()
        .world()
        .set_faults(vec![FaultRule { status: Some(400), ..on_read(FaultKind::Error, 1.0) }]);
    let done = verify(&bench, &[]).expect(8);
    assert!(
        done.stdout.starts_with("30 contacts: 0 as sent, 30 that could not be read\n"),
        "{}",
        done.stdout
    );
    bench.sandbox().world().set_faults(vec![FaultRule { from: 5, ..on_read(FaultKind::Unauthorized, 1.0) }]);
    let done = verify(&bench, &["--concurrency", "1"]).expect(4);
    assert!(done.stdout.contains("4 as sent, 26 not read"), "{}", done.stdout);
}

#[test]
fn other_accounts_rehearsals_and_folders_without_an_import_are_refused() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    let done = verify(&bench, &[]).expect(2);
    assert!(done.stderr.contains("there is no folder out") && !bench.path().join("out").exists());
    let _ = bench.exact(["run", "in.csv", "--sandbox", "--out", "out"]).expect(0);
    let done = verify(&bench, &[]).expect(2);
    assert!(done.stderr.contains("a rehearsal's stand-in for the API is gone"), "{}", done.stderr);
    let _ = bench.run(&file, &NONE).expect(0);
    let elsewhere = Bench::new();
    for command in ["verify", "undo", "run in.csv --out", "check in.csv --out", "plan in.csv --out"] {
        let base_url = elsewhere.sandbox().base_url();
        let words = command.split(' ').chain(["out", "--base-url", &base_url]);
        let done = bench.exact(words).expect(2);
        assert!(done.stderr.contains("this folder holds an import through"), "{command}: {}", done.stderr);
        assert_eq!(elsewhere.sandbox().world().most_in_a_second(), 0, "{command}: the token stays here");
    }
    bench.sandbox().world().set_user("eve@example.com");
    let done = verify(&bench, &[]).expect(2);
    assert!(done.stderr.contains("another account than that of eve@example.com"), "{}", done.stderr);
}

#[test]
fn after_a_kill_what_was_created_until_then_is_verified_and_open_rows_are_told() {
    let bench = Bench::with("[api]\nlatency_ms = 100");
    let file = bench.file("in.csv", canary_numbers(200));
    let mut running = Running::start(&bench, &file, &["--concurrency", "8"]);
    running.until("sending", 40);
    running.kill();
    bench.sandbox().world().set_latency(std::time::Duration::ZERO);
    // What is as it was sent is not all that may be there.
    let done = verify(&bench, &["--json"]).expect(8);
    let json: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert!(json["as_sent"].as_u64().unwrap() >= 24 && json["contacts"] == json["as_sent"], "{json}");
    assert!(json["open"].as_u64().unwrap() >= 1, "{json}");
    let _ = bench.run(&file, &["--settle", "0"]).expect(0);
    let _ = verify(&bench, &[]).expect(0);
}

#[test]
fn without_what_was_sent_nothing_is_claimed() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(5));
    let _ = bench.run(&file, &NONE).expect(0);
    let log = bench.path().join("out/sent.log");
    let text = std::fs::read_to_string(&log).unwrap();
    std::fs::write(&log, text.replacen("Person 1", "Person 9", 1)).unwrap();
    let done = verify(&bench, &[]).expect(8);
    assert!(
        done.stdout.starts_with("5 contacts: 4 as sent, 1 of which it is not known what was sent\n"),
        "{}",
        done.stdout
    );
    let told = done
        .stdout
        .contains("verifying again will not help. Compare the contacts that verify.csv calls `unknown`");
    assert!(told, "{}", done.stdout);
}

#[test]
fn a_folder_from_which_nothing_was_sent_yet_is_not_called_damaged() {
    let bench = Bench::new();
    let page = bench.file("page.csv", "<html><table>");
    let _ = bench.run(page, &NONE).expect(3);
    let undo = bench.exact(["undo", "out", "--dry-run", "--base-url", &bench.sandbox().base_url()]);
    for done in [verify(&bench, &[]), undo] {
        let done = done.expect(2);
        assert!(done.stderr.contains("nothing was sent from out yet"), "{}", done.stderr);
        assert!(!done.stderr.contains("damaged"), "{}", done.stderr);
    }
    // One that was begun and has lost its beginning is.
    let file = bench.file("in.csv", CSV);
    let _ = bench.run(&file, &NONE).expect(1);
    std::fs::write(bench.path().join("out/journal.log"), "").unwrap();
    let done = verify(&bench, &[]).expect(2);
    assert!(done.stderr.contains("damaged at its head"), "{}", done.stderr);
}
