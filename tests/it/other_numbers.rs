//! People of a list who have another number from one night to the next: who still has the one by which the account knows
//! them is no other person.

use callbell_import::sandbox::{FaultKind, FaultRule, On};

use crate::restart::only_its_first_words_wait;
use crate::support::{Bench, Done};

/// One night: these rows of name, mobile, office and country.
fn night(bench: &Bench, rows: &str, flags: &[&str], code: i32) -> Done {
    bench.file(
        "m.toml",
        "[map]\nidentifier = [\"Mobile\", \"Office\"]\nname = \"Name\"\n[options]\ncountry_column = \"Country\"\n\
         default_country = \"IT\"\n",
    );
    let file = bench.file("in.csv", format!("Name,Mobile,Office,Country\n{rows}"));
    let map = bench.path().join("m.toml");
    bench.run(&file, &[&["--mapping", map.to_str().unwrap()], flags].concat()).expect(code)
}

fn statuses(done: &Done) -> Vec<(String, String)> {
    done.column("status").into_iter().zip(done.column("code")).collect()
}

fn identifiers(bench: &Bench) -> Vec<String> {
    let mut identifiers = bench.identifiers();
    identifiers.sort();
    identifiers
}

const ADA: &str = "+39 06 5551001";
const MOBILE: &str = "+39 333 5551001";

#[test]
fn who_gains_a_number_that_is_taken_first_is_known_by_the_one_of_before_night_after_night() {
    let bench = Bench::new();
    night(&bench, &format!("Ada Uno,,{ADA},\nBob Due,+39 333 5551002,,\n"), &[], 0);
    for _ in 0..2 {
        let done = night(&bench, &format!("UNO Ada,{MOBILE},{ADA},\nBob Due,+39 333 5551002,,\n"), &[], 0);
        // Of Bob there is nothing new.
        assert_eq!(done.column("status"), ["existing", "created"]);
        assert_eq!(done.column("identifier")[0], "39065551001");
        assert!(done.column("code")[0].contains("phone_as_known"), "{:?}", statuses(&done));
        assert_eq!(bench.identifiers().len(), 2);
    }
    let rows = format!("Uno Ada,{MOBILE},{ADA},\nBob Due,+39 333 5551002,,\n");
    let done = night(&bench, &rows, &["--on-existing", "update"], 0);
    assert_eq!(done.column("status"), ["updated", "created"]);
    assert_eq!(identifiers(&bench), ["39065551001", "393335551002"]);
    // Who has not the number of before any more is not known by it.
    let done = night(&bench, &format!("Ada Uno,{MOBILE},,\n"), &[], 0);
    assert_eq!(done.column("status"), ["created"]);
}

#[test]
fn a_number_that_somebody_else_has_says_nothing_of_who_has_it_too() {
    let bench = Bench::new();
    night(&bench, &format!("Ada Uno,,{ADA},\n"), &[], 0);
    // By that number Ada is in the list; of Cy and Di it is the office.
    let rows = format!("Ada Uno,,{ADA},\nCy Uno,+39 333 5551003,{ADA},\n");
    night(&bench, &rows, &[], 0);
    assert_eq!(identifiers(&bench), ["39065551001", "393335551003"]);
    // Ada has left, and they are called otherwise.
    let rows = format!("Cy Uno,+39 333 5551003,{ADA},\nDi Quattro,+39 333 5551004,{ADA},\n");
    night(&bench, &rows, &[], 0);
    assert_eq!(identifiers(&bench), ["39065551001", "393335551003", "393335551004"]);
}

#[test]
fn titles_legal_forms_and_words_that_many_names_have_make_nobody_the_same_person() {
    let hotels: String = (10..15).map(|at| format!("Hotel {at},+39 333 55520{at},,\n")).collect();
    for (before, now) in [
        ("Dr. Ada Uno", "Dr. Bob Due"),
        ("Uno S.r.l.", "Due s.r.l."),
        ("Uno GmbH", "Due GmbH"),
        ("Hotel Roma", "HOTEL Milano"),
    ] {
        let bench = Bench::new();
        night(&bench, &format!("{hotels}{before},,{ADA},\n"), &[], 0);
        // They have left, and somebody new has their office.
        let done = night(&bench, &format!("{hotels}{now},{MOBILE},{ADA},\n"), &[], 0);
        assert_eq!(done.column("status")[5], "created", "{now}: {:?}", statuses(&done));
        assert_eq!(done.column("identifier")[5], "393335551001", "{now}");
        assert_eq!(bench.identifiers().len(), 7);
    }
}

#[test]
fn where_nobody_can_tell_whether_it_is_the_same_person_the_row_is_refused_until_somebody_says_so() {
    for (name, is_forgotten) in [("Ada Uno-Due", false), ("Ada Uno", true)] {
        let bench = Bench::new();
        night(&bench, &format!("Ada Uno,,{ADA},\n"), &[], 0);
        if is_forgotten {
            for file in ["out/results.csv", "out/sent.log"] {
                std::fs::remove_file(bench.path().join(file)).unwrap();
            }
        }
        let done = night(&bench, &format!("{name},{MOBILE},{ADA},\n"), &[], 1);
        assert_eq!(statuses(&done), [("invalid".to_owned(), "phone_known_otherwise".to_owned())]);
        // It is somebody else, who has no part in that number.
        let done = night(&bench, &format!("{name},{MOBILE},,\n"), &[], 0);
        assert_eq!(done.column("status"), ["created"]);
        assert_eq!(identifiers(&bench), ["39065551001", "393335551001"]);
    }
}

#[test]
fn a_night_without_a_row_of_somebody_makes_nobody_forget_what_they_are_called() {
    const BOB: &str = "Bob Due,+39 333 5551002,,\n";
    for (rows, flags, code) in [
        (format!("{BOB}Ada Uno,333 5551001,{ADA},Germani\n"), &[][..], 1),
        (format!("{BOB}Ada Uno-Due,{MOBILE},{ADA},\n"), &[], 1),
        (format!("{BOB}Ada Uno,,{ADA},\n"), &["--limit", "1"], 0),
        (BOB.to_owned(), &[], 0),
    ] {
        let bench = Bench::new();
        night(&bench, &format!("Ada Uno,,{ADA},\n{BOB}"), &[], 0);
        // What was sent tells it, too, but nothing was for those who were in the account before.
        std::fs::remove_file(bench.path().join("out/sent.log")).unwrap();
        for _ in 0..2 {
            night(&bench, &rows, flags, code);
        }
        let done = night(&bench, &format!("{BOB}Ada Uno,{MOBILE},{ADA},\n"), &[], 0);
        assert_eq!(done.column("identifier")[1], "39065551001", "{rows}");
        assert!(done.column("code")[1].contains("phone_as_known"), "{:?}", statuses(&done));
        assert_eq!(bench.identifiers().len(), 2, "{rows}");
    }
    // The first night was killed before it came to its results.
    let bench = Bench::new();
    night(&bench, &format!("Ada Uno,,{ADA},\n"), &[], 0);
    std::fs::remove_file(bench.path().join("out/results.csv")).unwrap();
    night(&bench, &format!("Ada Uno,{MOBILE},{ADA},\n"), &[], 0);
    assert_eq!(identifiers(&bench), ["39065551001"]);
}

#[test]
fn who_is_in_the_account_though_the_row_was_refused_is_known_by_what_they_are_called() {
    let bench = Bench::new();
    let before = bench.file("before.csv", "identifier,source,name\n39065551001,whatsapp,Ada\n");
    bench.exact(["run", before.to_str().unwrap(), "--base-url", &bench.sandbox().base_url()]).expect(0);
    let fail: &[&str] = &["--on-existing", "fail"];
    let done = night(&bench, &format!("Ada Uno,,{ADA},\n"), fail, 1);
    assert_eq!(statuses(&done), [("rejected".to_owned(), "already_there".to_owned())]);
    for (flags, status, code) in [(fail, "rejected", 1), (&[], "existing", 0)] {
        let done = night(&bench, &format!("Ada Uno,{MOBILE},{ADA},\n"), flags, code);
        assert_eq!(done.column("status"), [status], "{:?}", statuses(&done));
        assert_eq!(identifiers(&bench), ["39065551001"]);
    }
}

#[test]
fn what_a_restart_forgets_keeps_nobody_and_refuses_nobody_whether_it_is_killed_or_not() {
    let bob = "+39 06 5551002";
    for (is_emptied, is_killed) in [(true, false), (true, true), (false, false), (false, true)] {
        let bench = Bench::new();
        let before = night(&bench, &format!("Ada Uno,,{ADA},\nBob Due,,{bob},\n"), &[], 0);
        if is_emptied {
            for uuid in before.column("uuid") {
                bench.sandbox().world().take_away(&uuid);
            }
        }
        let rows = format!("Ada Uno,{MOBILE},{ADA},\nBob Due-Tre,+39 333 5551002,{bob},\n");
        if is_killed {
            let closed = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::PaymentRequired, 1.0) };
            bench.sandbox().world().set_faults(vec![closed]);
            night(&bench, &rows, &["--restart", "--yes"], 5);
            bench.sandbox().world().set_faults(Vec::new());
            only_its_first_words_wait(&bench.path().join("out"));
        }
        let done = night(&bench, &rows, &["--restart", "--yes"], 0);
        assert_eq!(done.column("status"), ["created", "created"], "{is_emptied} {is_killed}");
        assert_eq!(done.column("identifier"), ["393335551001", "393335551002"]);
        // Whoever restarts is told, unless the run that was killed has told it.
        let says = "2 people of this list are in the account by another number";
        assert_eq!(
            done.stderr.contains(says) && done.stderr.contains("the first in row 1"),
            !is_killed,
            "{}",
            done.stderr
        );
        let done = night(&bench, &rows, &[], 0);
        assert_eq!(done.column("status"), ["created", "created"]);
        assert_eq!(bench.identifiers().len(), if is_emptied { 2 } else { 4 });
    }
}

#[test]
fn a_restart_keeps_and_refuses_nobody_by_what_the_failures_created_either() {
    let bench = Bench::new();
    let before = night(&bench, &format!("Bob Due,+39 333 5551002,,\n,,{ADA},\n"), &[], 1);
    let failures = bench.path().join("out/failures.csv");
    let text = std::fs::read_to_string(&failures).unwrap();
    std::fs::write(&failures, text.replacen("\n,,", "\nAda Uno,,", 1)).unwrap();
    let base = bench.sandbox().base_url();
    let again =
        ["run", "out/failures.csv", "--out", "mended", "--mapping", "m.toml", "--base-url", &base, "--yes"];
    let mended = bench.exact(again).expect(0);
    let mended = Done { folder: bench.path().join("mended"), ..mended };
    for uuid in before.column("uuid").into_iter().chain(mended.column("uuid")) {
        bench.sandbox().world().take_away(&uuid);
    }
    let rows = format!("Bob Due,+39 333 5551002,,\nAda Uno,{MOBILE},{ADA},\n");
    let done = night(&bench, &rows, &["--restart", "--yes"], 0);
    assert_eq!(done.column("status"), ["created", "created"]);
    assert_eq!(done.column("identifier"), ["393335551002", "393335551001"]);
    assert!(done.stderr.contains("in the account by another number"), "{}", done.stderr);
}

#[test]
fn where_the_column_of_the_country_is_gone_who_is_known_as_they_are_read_now_is_nobody_else() {
    let bench = Bench::new();
    let mapping = |column: &str| {
        let country = if column.is_empty() {
            String::new()
        } else {
            format!("[options]\ncountry_column = \"{column}\"\n")
        };
        bench.file("c.toml", format!("[map]\nidentifier = \"Phone\"\nname = \"Name\"\n{country}"))
    };
    let run = |column: &str, rows: &str, flags: &[&str], code: i32| {
        let end = if column.is_empty() { String::new() } else { format!(",{column}") };
        let file = bench.file("in.csv", format!("Name,Phone{end}\n{rows}"));
        let map = mapping(column);
        bench.run(&file, &[&["--mapping", map.to_str().unwrap(), "--yes"], flags].concat()).expect(code)
    };
    run("Country", "Ada,333 5551001,Italy\nBob,333 5551002,Italy\nCy,0151 23456789,Germany\n", &[], 0);
    let known = ["393335551001", "393335551002", "4915123456789"];
    // It is called otherwise now, and somebody left, and somebody is new.
    run("Land", "Ada,333 5551001,Italy\nCy,0151 23456789,Germany\nDi,333 5551004,Italy\n", &[], 0);
    assert_eq!(identifiers(&bench), ["393335551001", "393335551002", "393335551004", "4915123456789"]);
    // Cy would be somebody in Italy.
    let rows = "Ada,333 5551001\nBob,333 5551002\nDi,333 5551004\nCy,0151 23456789\n";
    let told = run("", rows, &["--default-country", "IT"], 2).stderr;
    assert!(told.contains("The person in row 4 would become somebody else"), "{told}");
    // Without him everybody is who they were, and who is new is nobody whom a country of before could make known.
    let rows = "Ada,333 5551001\nBob,333 5551002\nEd,333 5551005\n";
    run("", rows, &["--default-country", "IT"], 0);
    let now = identifiers(&bench);
    assert_eq!(
        (now.len(), known.iter().all(|known| now.iter().any(|now| now == known))),
        (5, true),
        "{now:?}"
    );
}

#[test]
fn countries_are_those_of_the_rows_that_were_read_and_where_nobody_remembers_them_those_of_the_list() {
    let bench = Bench::new();
    let remembered = || {
        let note = std::fs::read(bench.path().join("out/import.json")).unwrap();
        serde_json::from_slice::<serde_json::Value>(&note).unwrap()
    };
    let rows = "Ada Uno,0151 23456781,,DE\nBob Due,0151 23456782,,DE\nCy Tre,612345678,,ES\n";
    night(&bench, rows, &["--limit", "2"], 0);
    assert_eq!(remembered()["countries"], serde_json::json!(["DE"]));
    night(&bench, rows, &[], 0);
    assert_eq!(remembered()["countries"], serde_json::json!(["DE", "ES"]));
    // The folder of an earlier version.
    let mut note = remembered();
    note.as_object_mut().unwrap().remove("countries").unwrap();
    bench.file("out/import.json", note.to_string());
    let moved = rows.replacen(",DE", ",IT", 1);
    night(&bench, &moved, &["--limit", "1"], 0);
    assert_eq!(remembered()["countries"], serde_json::json!(["DE", "ES", "IT"]));
    night(&bench, &moved, &[], 0);
    assert_eq!(identifiers(&bench), ["34612345678", "4915123456781", "4915123456782"]);
}

#[test]
fn who_moves_to_another_country_is_known_by_the_number_as_it_was_read_before() {
    let bench = Bench::new();
    night(&bench, "Ada Uno,333 1234501,,IT\nBob Due,0151 23456789,,DE\n", &[], 0);
    for country in ["DE", "US", ""] {
        let rows = format!("Ada Uno,333 1234501,,{country}\nBob Due,0151 23456789,,\n");
        night(&bench, &rows, &[], 0);
        assert_eq!(identifiers(&bench), ["393331234501", "4915123456789"], "{country}");
    }
}

/// Rows of so many people, each with the number of an office, and with a mobile one or none.
fn with_offices(people: u32, mobile: bool) -> String {
    let row = |at: u32| {
        let mobile = if mobile { format!("+39 333 55510{at}") } else { String::new() };
        let name = char::from_u32(u32::from(b'A') + at - 10).unwrap();
        format!("{name} Uno,{mobile},+39 06 55510{at},\n")
    };
    (10..10 + people).map(row).collect()
}

#[test]
fn parts_of_a_list_know_who_has_another_number_whichever_part_that_would_be_of() {
    let bench = Bench::new();
    let list = |mobile: bool| with_offices(12, mobile);
    for mobile in [false, true] {
        for part in ["0/3", "1/3", "2/3"] {
            night(&bench, &list(mobile), &["--shard", part], 0);
        }
        assert_eq!(bench.identifiers().len(), 12);
    }
}

#[test]
fn parts_that_are_begun_anew_one_after_the_other_tell_that_all_have_to_run_once_more() {
    let bench = Bench::new();
    let list = |mobile: bool| with_offices(20, mobile);
    let parts = |rows: &str, flags: &[&str]| {
        ["0/2", "1/2"].map(|part| night(&bench, rows, &[&["--shard", part], flags].concat(), 0))
    };
    let _ = parts(&list(false), &[]);
    let uuids: Vec<String> =
        bench.sandbox().world().contacts().iter().map(|(_, contact)| contact.uuid.clone()).collect();
    uuids.iter().for_each(|uuid| bench.sandbox().world().take_away(uuid));
    for done in parts(&list(true), &["--restart", "--yes"]) {
        assert!(done.stderr.contains("Run all parts once more after that"), "{}", done.stderr);
    }
    assert!((1..20).contains(&bench.identifiers().len()), "{:?}", bench.identifiers());
    let _ = parts(&list(true), &[]);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (20, 0));
}

#[test]
fn a_new_person_with_two_numbers_is_nobody_whom_a_list_of_one_number_each_knows() {
    let bench = Bench::new();
    let header = "First Name,Last Name,Labels,Phone 1 - Label,Phone 1 - Value";
    let more = "Phone 2 - Label,Phone 2 - Value";
    let end = "Notes,Photo,Organization Name,E-mail 1 - Label,E-mail 1 - Value";
    let end_of_row = ",,,,";
    let file = bench.file("in.csv", format!("{header},{end}\nAda,Uno,* my,Work,{ADA},{end_of_row}\n"));
    let flags = ["--profile", "google"];
    let _ = bench.run(&file, &flags).expect(0);
    // The program writes as many columns as somebody has numbers.
    let cy = format!("Cy,Tre,* my,Work,+39 06 5551003,Mobile,+39 333 5551003,{end_of_row}\n");
    for (of_ada, people) in [(",", 2), ("Mobile,+39 333 5551001", 2)] {
        let rows = format!("Ada,Uno,* my,Work,{ADA},{of_ada},{end_of_row}\n{cy}");
        bench.file("in.csv", format!("{header},{more},{end}\n{rows}"));
        let _ = bench.run(&file, &flags).expect(0);
        assert_eq!(bench.identifiers().len(), people, "{of_ada}");
    }
    assert_eq!(identifiers(&bench), ["39065551001", "393335551003"]);
}

#[test]
fn a_number_of_somebody_else_that_is_tried_before_hides_nobody() {
    // By the office Bob is in the list, or was and is called otherwise, or somewhat like Ada.
    for (bob, is_gone) in [("Bob Due", false), ("Bob Due", true), ("Bob Uno", true)] {
        let bench = Bench::new();
        let mapping = "[map]\nidentifier = [\"Mobile\", \"Office\", \"Home\"]\nname = \"Name\"\n";
        let map = bench.file("three.toml", mapping);
        let night = |rows: &str| {
            let file = bench.file("in.csv", format!("Name,Mobile,Office,Home\n{rows}"));
            bench.run(&file, &["--mapping", map.to_str().unwrap(), "--max-drift", "none"]).expect(0)
        };
        let of_bob = format!("{bob},,+39 06 5551009,\n");
        night(&format!("Ada Uno,,,{ADA}\n{of_bob}"));
        let rest = if is_gone { "" } else { &of_bob };
        night(&format!("Ada Uno,{MOBILE},+39 06 5551009,{ADA}\n{rest}"));
        assert_eq!(identifiers(&bench), ["39065551001", "39065551009"], "{bob} {is_gone}");
    }
}

#[test]
fn whom_an_undo_of_failures_that_were_given_back_has_taken_back_is_known_by_no_number() {
    let bench = Bench::new();
    let bob = "Bob Due,+39 333 5551002,,\n";
    night(&bench, &format!("Ada Uno,,12,\n{bob}"), &[], 1);
    let failures = bench.path().join("out/failures.csv");
    let text = std::fs::read_to_string(&failures).unwrap();
    std::fs::write(&failures, text.replace(",12,", &format!(",{ADA},"))).unwrap();
    let base = bench.sandbox().base_url();
    let _ = bench
        .exact([
            "run",
            "out/failures.csv",
            "--out",
            "mended",
            "--yes",
            "--base-url",
            &base,
            "--mapping",
            "m.toml",
        ])
        .expect(0);
    let done = night(&bench, &format!("Ada Uno,,{ADA},\n{bob}"), &[], 0);
    assert_eq!(done.column("status"), ["existing", "created"]);
    for how in ["--dry-run", "--yes"] {
        let _ = bench.exact(["undo", "mended", "--base-url", &base, how]).expect(0);
    }
    assert_eq!(identifiers(&bench), ["393335551002"]);
    // The list's own journal says that she is there.
    let done = night(&bench, &format!("Ada Uno,{MOBILE},{ADA},\n{bob}"), &[], 0);
    assert_eq!(done.column("status"), ["created", "created"]);
    assert_eq!(identifiers(&bench), ["393335551001", "393335551002"]);
}

#[test]
fn failures_that_are_given_back_are_read_in_the_countries_of_their_list_and_nobody_is_taken_for_another() {
    let bench = Bench::new();
    night(&bench, "Ada Uno,333 1234501,,Italy\nBob Due,333 1234502,,Italy\n", &["--yes"], 0);
    night(&bench, "Ada Uno,333 1234501,,Germani\nBob Due,333 1234502,,Italy\n", &["--yes"], 1);
    let failures = bench.path().join("out/failures.csv");
    let text = std::fs::read_to_string(&failures).unwrap();
    std::fs::write(&failures, text.replace("Germani", "Germany")).unwrap();
    let (base, map) = (bench.sandbox().base_url(), bench.path().join("m.toml"));
    let args = ["run", "out/failures.csv", "--out", "mended", "--yes", "--base-url", &base, "--mapping"];
    let done = bench.exact(args.iter().copied().chain([map.to_str().unwrap()])).expect(1);
    assert!(done.stdout.contains("phone_known_otherwise"), "{}", done.stdout);
    assert_eq!(identifiers(&bench), ["393331234501", "393331234502"]);
}

#[test]
fn a_row_that_is_given_back_is_nobody_elses_of_the_list_by_a_number_that_both_have() {
    // Father and son, and a colleague, by one office.
    for (name, to_give_back) in [("Mario Rossi", "Mario Rossi"), ("Mario Rossi", "Anna Rossi")] {
        let bench = Bench::new();
        let mapping = "[map]\nidentifier = [\"Mobile\", \"Office\"]\nname = \"Name\"\nnote = \"Note\"\n";
        let map = bench.file("note.toml", mapping);
        let map = map.to_str().unwrap();
        let flags = ["--mapping", map, "--on-existing", "update"];
        let rows = format!("{name},,{ADA},one\n{to_give_back},333 5551001,{ADA},other\n");
        let list = bench.file("in.csv", format!("Name,Mobile,Office,Note\n{rows}"));
        let _ = bench.run(&list, &flags).expect(1);
        let failures = bench.path().join("out/failures.csv");
        let text = std::fs::read_to_string(&failures).unwrap();
        std::fs::write(&failures, text.replace("333 5551001", MOBILE)).unwrap();
        let base = bench.sandbox().base_url();
        let run = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base];
        let done = bench.exact([&run[..], &flags[..]].concat()).expect(1);
        assert!(done.stdout.contains("phone_known_otherwise"), "{}", done.stdout);
        let world = bench.sandbox().world();
        let notes: Vec<_> = world.contacts().iter().map(|(_, contact)| contact.note.clone()).collect();
        assert_eq!(notes, [Some("one".to_owned())]);
        drop(world);
        assert_eq!(identifiers(&bench), ["39065551001"]);
        // The list shows that they are two.
        std::fs::write(&list, format!("Name,Mobile,Office,Note\n{}", rows.replace("333 5551001", MOBILE)))
            .unwrap();
        let _ = bench.run(&list, &flags).expect(0);
        assert_eq!(identifiers(&bench), ["39065551001", "393335551001"]);
    }
}
