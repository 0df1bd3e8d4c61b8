//! People of a list who have another number from one night to the next: who still has the one by which the account knows
//! them is no other person.

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
fn where_nobody_can_tell_whether_it_is_the_same_person_the_row_is_refused_until_somebody_says_so() {
    for (name, is_forgotten) in [("Ada Uno-Due", false), ("Ada Uno", true)] {
        let bench = Bench::new();
        night(&bench, &format!("Ada Uno,,{ADA},\n"), &[], 0);
        if is_forgotten {
            std::fs::remove_file(bench.path().join("out/results.csv")).unwrap();
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
fn who_moves_to_another_country_is_known_by_the_number_as_it_was_read_before() {
    let bench = Bench::new();
    night(&bench, "Ada Uno,333 1234501,,IT\nBob Due,0151 23456789,,DE\n", &[], 0);
    for country in ["DE", "US", ""] {
        let rows = format!("Ada Uno,333 1234501,,{country}\nBob Due,0151 23456789,,\n");
        night(&bench, &rows, &[], 0);
        assert_eq!(identifiers(&bench), ["393331234501", "4915123456789"], "{country}");
    }
}

#[test]
fn parts_of_a_list_know_who_has_another_number_whichever_part_that_would_be_of() {
    let bench = Bench::new();
    let list = |mobile: bool| -> String {
        let row = |at: u32| {
            let mobile = if mobile { format!("+39 333 55510{at}") } else { String::new() };
            let name = char::from_u32(u32::from(b'A') + at - 10).unwrap();
            format!("{name} Uno,{mobile},+39 06 55510{at},\n")
        };
        (10..22).map(row).collect()
    };
    for mobile in [false, true] {
        for part in ["0/3", "1/3", "2/3"] {
            night(&bench, &list(mobile), &["--shard", part], 0);
        }
        assert_eq!(bench.identifiers().len(), 12);
    }
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
