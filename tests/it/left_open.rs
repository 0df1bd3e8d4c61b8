//! Contacts that a run leaves in doubt, and whose rows are not in the list any more when it runs again.

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use crate::support::{Bench, Done};

const HEADER: &str = "phone_number,name\n";
const ADA: &str = "+393331234501,Ada\n";
const BOB: &str = "+393331234502,Bob\n";
const EVE: &str = "+393331234503,Eve\n";

/// No flags.
const NONE: [&str; 0] = [];

fn list(bench: &Bench, rows: &[&str]) -> std::path::PathBuf {
    bench.file("in.csv", format!("{HEADER}{}", rows.concat()))
}

fn on_the_folder(bench: &Bench, command: &str, args: &[&str]) -> Done {
    let base = bench.sandbox().base_url();
    bench.exact([command, "out", "--base-url", &base].iter().chain(args))
}

/// Bob is in the account, and the run that made him does not know it: his answer was cut off, and no look-up was answered.
fn bob_is_in_doubt() -> Bench {
    let bench = Bench::new();
    let on = |on, kind| FaultRule { on, ..FaultRule::new(kind, 1.0) };
    let cut = FaultRule { from: 2, until: Some(2), ..on(On::Create, FaultKind::CutAfter) };
    bench.sandbox().world().set_faults(vec![cut, on(On::LookUp, FaultKind::Error)]);
    let file = list(&bench, &[ADA, BOB, EVE]);
    let args = ["--settle", "0", "--concurrency", "1", "--no-canary"];
    let done = bench.run(&file, &args).expect(8).conserved();
    assert_eq!(done.column("status"), ["created", "unconfirmed", "created"]);
    bench.sandbox().world().set_faults(Vec::new());
    bench
}

#[test]
fn somebody_in_doubt_whose_row_was_taken_out_is_told_by_every_word_on_the_import() {
    let bench = bob_is_in_doubt();
    let file = list(&bench, &[ADA, EVE]);
    let words = "1 contact of an earlier run is in doubt, and is no longer in this list";
    let done = bench.run(&file, &NONE).expect(0).conserved();
    assert!(done.stdout.contains(words), "{}", done.stdout);
    assert!(done.stdout.contains("callbell-import verify out --let-go"), "{}", done.stdout);
    assert_eq!(done.number("left_in_doubt"), 1);
    let done = bench.run(&file, &["--quiet"]).expect(0);
    assert!(done.stdout.is_empty() && done.stderr.contains(words), "{}", done.stderr);
    let done = bench.exact(["status", "out"]).expect(0);
    assert!(done.stdout.contains("In doubt  1 contact of an earlier run"), "{}", done.stdout);
    let done = bench.exact(["status", "out", "--json"]).expect(0);
    assert!(done.stdout.contains("\"left_in_doubt\": 1"), "{}", done.stdout);
    // Somebody new comes: the plan says it before anything is sent.
    let file = list(&bench, &[ADA, EVE, "+393331234504,Dan\n"]);
    let done = bench.run(&file, &NONE).expect(0).conserved();
    assert!(done.stderr.contains("1 contact was left open by an earlier run"), "{}", done.stderr);
    let done = on_the_folder(&bench, "verify", &[]).expect(8);
    assert!(done.stdout.contains("1 row is open") && done.stdout.contains("--let-go"), "{}", done.stdout);
    let done = on_the_folder(&bench, "undo", &["--dry-run"]).expect(8);
    assert!(done.stdout.contains("1 row is open") && done.stdout.contains("--let-go"), "{}", done.stdout);
}

#[test]
fn nobody_is_told_to_be_missing_from_a_list_of_which_only_a_part_was_read() {
    let bench = bob_is_in_doubt();
    let file = list(&bench, &[ADA, BOB, EVE]);
    for part in [["--limit", "1"], ["--skip", "2"]] {
        let done = bench.run(&file, &part).expect(0).conserved();
        assert!(done.summary().get("left_in_doubt").is_none(), "{part:?}: {}", done.stdout);
        let told = format!("{}{}", done.stdout, done.stderr);
        assert!(!told.contains("in doubt") && !told.contains("left open"), "{part:?}: {told}");
    }
    // A part that has its own folder knows its own people, all of them.
    for shard in ["0/2", "1/2"] {
        let done = bench.run(&file, &["--shard", shard]).expect(0);
        assert!(!done.stdout.contains("in doubt"), "{}", done.stdout);
        let summary = bench.path().join(format!("out/shard-{}/summary.json", shard.replace('/', "-of-")));
        let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(summary).unwrap()).unwrap();
        assert!(summary.get("left_in_doubt").is_none(), "{summary}");
    }
}

#[test]
fn a_row_that_is_put_back_is_looked_up_and_settled() {
    let bench = bob_is_in_doubt();
    let _ = bench.run(list(&bench, &[ADA, EVE]), &NONE).expect(0);
    let done = bench.run(list(&bench, &[ADA, BOB, EVE]), &NONE).expect(0).conserved();
    assert_eq!(done.column("code")[1], "confirmed_by_lookup");
    assert!(done.summary().get("left_in_doubt").is_none());
    assert_eq!((bench.identifiers().len(), bench.doubles()), (3, 0));
    let done = bench.run(list(&bench, &[ADA, EVE]), &NONE).expect(0);
    assert!(!done.stdout.contains("in doubt"), "settled is settled: {}", done.stdout);
    let _ = on_the_folder(&bench, "verify", &[]).expect(0);
}

#[test]
fn a_doubt_that_is_let_go_is_over_and_does_nobody_twice_who_comes_back() {
    let bench = bob_is_in_doubt();
    let file = list(&bench, &[ADA, EVE]);
    let _ = bench.run(&file, &NONE).expect(0);
    let done = on_the_folder(&bench, "verify", &["--let-go"]).expect(0);
    assert!(done.stdout.contains("1 row that was open is let go"), "{}", done.stdout);
    let done = on_the_folder(&bench, "verify", &["--let-go", "--json"]).expect(0);
    assert!(done.stdout.contains("\"let_go\": 0") && done.stdout.contains("\"open\": 0"), "{}", done.stdout);
    let done = bench.exact(["status", "out"]).expect(0);
    assert!(!done.stdout.contains("In doubt"), "{}", done.stdout);
    let done = bench.run(&file, &NONE).expect(0).conserved();
    assert!(done.summary().get("left_in_doubt").is_none());
    assert!(!done.stdout.contains("in doubt"), "{}", done.stdout);
    // He is in the account, whatever anybody said.
    let back = list(&bench, &[ADA, BOB, EVE]);
    for _ in 0..2 {
        let done = bench.run(&back, &["--settle", "0"]).expect(0).conserved();
        assert!(["created", "existing"].contains(&done.column("status")[1].as_str()), "{:?}", done.results());
        assert_eq!((bench.identifiers().len(), bench.doubles()), (3, 0));
    }
}

#[test]
fn a_doubt_that_is_let_go_and_came_to_nothing_is_sent_when_its_row_comes_back() {
    let bench = bob_is_in_doubt();
    let mut world = bench.sandbox().world();
    let bob = world.contacts().iter().find(|(_, contact)| contact.name == "Bob").unwrap().1.uuid.clone();
    world.take_away(&bob);
    drop(world);
    let _ = on_the_folder(&bench, "verify", &["--let-go"]).expect(0);
    let done = bench.run(list(&bench, &[ADA, BOB, EVE]), &["--settle", "0"]).expect(0).conserved();
    assert_eq!((done.number("created"), bench.identifiers().len(), bench.doubles()), (3, 3, 0));
}

#[test]
fn a_change_that_is_let_go_is_put_back_by_undo_all_the_same() {
    let bench = Bench::with(
        "[[account.contacts]]\nidentifier = \"393331234502\"\nsource = \"whatsapp\"\nname = \"Old Bob\"\n",
    );
    let name = || {
        let world = bench.sandbox().world();
        world.contacts().iter().next().unwrap().1.name.clone()
    };
    let on = |on, kind| FaultRule { on, ..FaultRule::new(kind, 1.0) };
    let unread = FaultRule { from: 2, ..on(On::Read, FaultKind::Error) };
    bench.sandbox().world().set_faults(vec![on(On::Update, FaultKind::CutAfter), unread]);
    let file = list(&bench, &[BOB]);
    let done = bench.run(&file, &["--on-existing", "update", "--no-canary"]).expect(8).conserved();
    assert_eq!((done.column("code")[0].as_str(), name().as_str()), ("update_open", "Bob"));
    bench.sandbox().world().set_faults(Vec::new());
    let done = bench.run(list(&bench, &[ADA]), &["--on-existing", "update"]).expect(0);
    assert_eq!(done.number("left_in_doubt"), 1);
    let _ = on_the_folder(&bench, "verify", &["--let-go"]).expect(0);
    for step in ["--dry-run", "--yes"] {
        let _ = on_the_folder(&bench, "undo", &[step]).expect(0);
    }
    assert_eq!((name().as_str(), bench.identifiers().len()), ("Old Bob", 1));
}

#[test]
fn verify_tells_that_rows_are_open_before_it_tells_of_differences() {
    let bench = bob_is_in_doubt();
    let world = bench.sandbox().world();
    let ada = world.contacts().iter().find(|(_, contact)| contact.name == "Ada").unwrap().1.uuid.clone();
    drop(world);
    bench.sandbox().world().change(&ada, |contact| contact.name = "Eva".to_owned());
    let done = on_the_folder(&bench, "verify", &["--json"]).expect(8);
    let json: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!((&json["differing"], &json["open"], &json["exit_code"]), (&1.into(), &1.into(), &8.into()));
    let _ = bench.run(list(&bench, &[ADA, BOB, EVE]), &NONE).expect(0);
    let _ = on_the_folder(&bench, "verify", &[]).expect(1);
}

#[test]
fn an_undo_that_leaves_somebody_in_doubt_in_the_account_says_so_with_quiet_too_until_it_is_let_go() {
    let bench = bob_is_in_doubt();
    for args in [["--dry-run", "--quiet"], ["--yes", "--quiet"], ["--yes", "--quiet"]] {
        let done = on_the_folder(&bench, "undo", &args).expect(8);
        assert!(done.stdout.is_empty() && done.stderr.contains("1 row is open"), "{args:?}: {}", done.stderr);
    }
    assert_eq!(bench.identifiers(), ["393331234502"], "Bob stays");
    let table = std::fs::read_to_string(bench.path().join("out/undo.csv")).unwrap();
    assert_eq!((table.lines().count(), table.matches(",deleted,").count()), (3, 2), "{table}");
    let done = on_the_folder(&bench, "undo", &["--yes", "--json"]).expect(8);
    let json: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!((&json["open"], &json["exit_code"]), (&1.into(), &8.into()));
    let _ = on_the_folder(&bench, "verify", &["--let-go", "--quiet"]);
    let done = on_the_folder(&bench, "undo", &["--yes", "--quiet"]).expect(0);
    assert_eq!((done.stdout, done.stderr), (String::new(), String::new()));
}

#[test]
fn nobody_in_doubt_is_said_to_be_not_created() {
    let bench = bob_is_in_doubt();
    bench
        .sandbox()
        .world()
        .set_faults(vec![FaultRule { on: On::LookUp, ..FaultRule::new(FaultKind::Error, 1.0) }]);
    let file = list(&bench, &[ADA, BOB, EVE, "nobody,Dan\n"]);
    for (lang, not_created, not_certain, counted) in [
        (
            "en",
            "Not created",
            "Not certain yet",
            "4 rows: 2 created, 1 invalid, 1 unconfirmed, 0 unaccounted for",
        ),
        (
            "fr",
            "Non créées",
            "Pas encore certaines",
            "2 créées, 1 non valable, 1 non confirmée, 0 inexpliquée",
        ),
    ] {
        let done = bench.run(&file, &["--settle", "0", "--no-canary", "--lang", lang]).expect(8).conserved();
        let (invalid, in_doubt) = done.stdout.split_once(&format!("\n{not_certain}\n")).unwrap();
        let (_, invalid) = invalid.split_once(&format!("\n{not_created}\n")).unwrap();
        assert!(invalid.contains("phone_") && !invalid.contains("lookup_failed"), "{}", done.stdout);
        assert!(in_doubt.contains("lookup_failed"), "{}", done.stdout);
        assert!(done.stdout.contains(counted), "{}", done.stdout);
        let page = std::fs::read_to_string(bench.path().join("out/report.html")).unwrap();
        assert!(page.contains(&format!("{counted}.")), "{page}");
        let (invalid, in_doubt) = page.split_once(&format!("<h2>{not_certain}")).unwrap();
        let (_, invalid) = invalid.split_once(&format!("<h2>{not_created}")).unwrap();
        assert!(invalid.contains("<code>phone_") && !invalid.contains("lookup_failed"), "{page}");
        assert!(in_doubt.contains("<code>lookup_failed"), "{page}");
    }
}
