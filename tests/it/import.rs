//! The main job: the real program, real sockets, the files it leaves.

use std::io::Write as _;
use std::process::Stdio;

use crate::support::{Bench, canary_numbers, messy_without_channel, sample};

#[test]
fn the_clean_sample_is_created_and_the_results_list_what_the_sandbox_holds_in_input_order() {
    let bench = Bench::new();
    let done = bench.run(sample("contacts.csv"), &[""; 0]).expect(0).conserved();
    assert!(done.stdout.starts_with("20 rows: 20 created, 0 unaccounted for\n"), "{}", done.stdout);
    let results = done.results();
    let world = bench.sandbox().world();
    let names: Vec<_> = csv::Reader::from_path(sample("contacts.csv"))
        .unwrap()
        .records()
        .map(|record| record.unwrap()[0].to_owned())
        .collect();
    for (row, (line, name)) in results.iter().zip(names).enumerate() {
        let contact = world.contacts().with_uuid(&line["uuid"]).expect("the sandbox holds it");
        assert_eq!(
            (line["row"].as_str(), line["line"].as_str()),
            (&*(row + 1).to_string(), &*(row + 2).to_string())
        );
        assert_eq!((&contact.name, &line["name"]), (&name, &name));
        assert_eq!(contact.identifier, line["identifier"]);
        assert_eq!((line["status"].as_str(), line["attempts"].as_str()), ("created", "1"));
    }
    assert_eq!(world.contacts().len(), 20);
}

#[test]
fn national_numbers_and_names_in_two_columns_become_500_contacts_at_300_a_second_without_a_429() {
    let bench = Bench::new();
    let mut file = "first_name,last_name,company,phone1,phone2\n".to_owned();
    for row in 0..500 {
        file.push_str(&format!(
            "First{row},Last{row},\"Firm, {row}\",504-62{}-{:04},504-845-1427\n",
            row % 10,
            1000 + row
        ));
    }
    let file = bench.file("crm.csv", file);
    let name = "--map=name={first_name} {last_name}";
    let done = bench
        .run(file, &["--map", "identifier=phone1", name, "--default-country", "US", "--rate", "300"])
        .expect(0)
        .conserved();
    assert_eq!((done.number("created"), done.number("throttled"), done.number("requests")), (500, 0, 503));
    let uuids = done.column("uuid");
    let world = bench.sandbox().world();
    assert!(uuids.iter().all(|uuid| world.contacts().with_uuid(uuid).is_some()));
    assert_eq!(done.results()[7]["identifier"], "15046271007");
    assert_eq!(done.results()[7]["name"], "First7 Last7");
    assert!(world.most_in_a_second() <= 300, "{}", world.most_in_a_second());
    assert!(done.stderr.contains("company: no field has this name; 500 cells filled"), "{}", done.stderr);
}

#[test]
fn a_mapping_file_maps_sets_and_leaves_the_rest_out() {
    let bench = Bench::new();
    let mapping = sample("mapping.toml");
    let done =
        bench.run(sample("national.csv"), &["--mapping", mapping.to_str().unwrap()]).expect(0).conserved();
    assert_eq!(done.number("created"), 12);
    let world = bench.sandbox().world();
    let (_, first) =
        world.contacts().iter().find(|(_, contact)| contact.identifier == "12126218900").unwrap();
    assert_eq!(first.name, "Alan Turing");
    assert_eq!(first.tags, ["import-2026"]);
    assert_eq!(first.custom_fields["Company"], "Bletchley Works");
    assert_eq!(first.bot_status.as_deref(), Some("bot_end"));
    assert!(done.stderr.contains("email: not in the mapping"), "{}", done.stderr);
}

#[test]
fn custom_fields_and_tags_arrive_exactly() {
    let bench = Bench::new();
    let done = bench.run(sample("custom-fields.csv"), &[""; 0]).expect(0).conserved();
    assert_eq!(done.number("created"), 6);
    let world = bench.sandbox().world();
    let by_name = |name: &str| world.contacts().iter().find(|(_, contact)| contact.name == name).unwrap().1;
    let ada = by_name("Ada Lovelace");
    assert_eq!(ada.tags, ["VIP", "Rome"]);
    assert_eq!(
        serde_json::to_value(&ada.custom_fields).unwrap(),
        serde_json::json!({"City": "Rome", "Customer since": "2019-04-01", "Interests": ["Sea", "Art"], "Orders": "12"})
    );
    assert_eq!(ada.assigned_user.as_deref(), Some("bob@example.com"));
    assert_eq!(by_name("Carla Ricci").note.as_deref(), Some("Two\nlines"));
    assert!(by_name("Bruno Conti").note.is_none() && by_name("Carla Ricci").tags.is_empty());
}

#[test]
fn a_french_export_is_understood_and_its_guesses_are_asked_for() {
    let bench = Bench::new();
    let done = bench.run(sample("contacts-fr.csv"), &["--default-country", "FR"]).expect(2);
    let told =
        "identifier is only guessed to be `Téléphone`, name is only guessed to be `{Prénom} {Nom}`, and";
    assert!(done.stderr.contains(told), "{}", done.stderr);
    let flags = "these flags: --map 'identifier=Téléphone' --map 'name={Prénom} {Nom}'\n";
    assert!(done.stderr.contains(flags), "all guesses are told at once: {}", done.stderr);
    assert!(bench.identifiers().is_empty(), "nothing is sent on a guess");
    let list = sample("contacts-fr.csv");
    let check = ["check", list.to_str().unwrap(), "--offline", "--default-country", "FR"];
    let noted = bench.exact(check).expect(0).stderr;
    assert!(noted.ends_with("or: --map 'identifier=Téléphone' --map 'name={Prénom} {Nom}'\n"), "{noted}");
    let confirmed = ["--map", "identifier=Téléphone", "--map", "name={Prénom} {Nom}", "--out", "confirmed"];
    let confirmed = [&["run", check[1], "--sandbox", "--default-country", "FR"], &confirmed[..]].concat();
    bench.exact(confirmed).expect(0);
    let done =
        bench.run(sample("contacts-fr.csv"), &["--default-country", "FR", "--yes"]).expect(0).conserved();
    assert_eq!(done.results()[0]["name"], "Zoé Bernard");
    assert_eq!(bench.identifiers().len(), 8);
    assert!(bench.identifiers().contains(&"33612345604".to_owned()), "00 is international");
    assert!(done.stderr.contains("semicolon, UTF-8 with byte-order mark"));
    assert!(done.stderr.contains("Origine: could be the source, but not every value"));
    let world = bench.sandbox().world();
    let noel = world.contacts().iter().find(|(_, contact)| contact.name == "Noël Chevalier").unwrap().1;
    assert_eq!(noel.note.as_deref(), Some("Livraison\nau bureau"));
}

#[test]
fn a_failures_file_given_back_as_it_is_brings_the_same_failures_and_mended_rows_are_created() {
    let bench = Bench::with("[api]\nclosed_reads = [\"channels\"]");
    let file = bench.file("messy.csv", messy_without_channel());
    let first = bench.run(file, &["--map", "source=source"]).expect(1).conserved();
    let given_back = bench.path().join("failures.csv");
    std::fs::copy(first.folder.join("failures.csv"), &given_back).unwrap();
    let code = |lines: Vec<crate::support::Line>| {
        lines.into_iter().map(|mut line| line.remove("import_code").unwrap()).collect::<Vec<_>>()
    };
    let bytes = std::fs::read(&given_back).unwrap();
    let sent = bench.identifiers().len();
    std::fs::remove_dir_all(&first.folder).unwrap();
    let again = bench.run(&given_back, &["--map", "source=source"]).expect(1).conserved();
    assert_eq!(bench.identifiers().len(), sent, "nothing that was refused is sent unmended");
    let second = std::fs::read(again.folder.join("failures.csv")).unwrap();
    let shape = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b',').count();
    assert!(shape(&second) >= shape(&bytes), "no cell is lost on the way");
    let codes = code(again.failures());
    assert_eq!(codes.len() as u64, again.number("rows_read"));
    for wanted in ["phone_length", "missing_name", "encoding", "note_length"] {
        assert!(codes.iter().any(|code| code == wanted), "{wanted}");
    }
    // Mend one row in place, as in a spreadsheet.
    let mended = String::from_utf8_lossy(&bytes).replace("+39 12,", "+39 333 7654321,");
    std::fs::write(&given_back, mended).unwrap();
    std::fs::remove_dir_all(&again.folder).unwrap();
    let third = bench.run(&given_back, &["--map", "source=source"]).expect(1).conserved();
    assert_eq!(third.number("created"), 1);
    assert!(bench.identifiers().contains(&"393337654321".to_owned()));
}

#[test]
fn failures_keep_the_columns_the_values_and_the_form_of_the_input() {
    let bench = Bench::new();
    let input = "\u{feff}Téléphone;nom;extra\r\nnobody;\"A; \"\"B\"\"\";=1+1\r\n+39 333 1234567;Ok;x\r\n";
    let done = bench
        .run(bench.file("in.csv", input), &["--map", "identifier=Téléphone"])
        .expect(1)
        .conserved_with(b';');
    let failures = std::fs::read_to_string(done.folder.join("failures.csv")).unwrap();
    assert_eq!(
        failures,
        "\u{feff}Téléphone;nom;extra;import_row;import_status;import_code;import_field;import_message\n\
         nobody;\"A; \"\"B\"\"\";=1+1;1;invalid;phone_characters;identifier;\
         \"the cell has characters that no phone number has; keep digits, spaces and the signs + and -\"\n"
    );
}

#[test]
fn formulas_in_our_own_columns_are_neutralised_and_numbers_stay_numbers() {
    let bench = Bench::new();
    let input = "phone_number,name\n+393331234567,\"=cmd|'/C calc'!A0\"\n+393331234568,@SUM(A1)\n";
    let done = bench.run(bench.file("in.csv", input), &["--phone-format", "plus"]).expect(0).conserved();
    let results = done.results();
    assert_eq!(results[0]["name"], "'=cmd|'/C calc'!A0");
    assert_eq!(results[1]["name"], "'@SUM(A1)");
    assert_eq!(results[0]["identifier"], "393331234567");
    let mut identifiers = bench.identifiers();
    identifiers.sort_unstable();
    assert_eq!(identifiers, ["+393331234567", "+393331234568"]);
}

#[test]
fn identical_rows_are_sent_once_and_said_to_be_identical() {
    let bench = Bench::new();
    let input = "phone_number,name\n+393331234567,A\n+393331234567,A\n+39 333 1234567,B\n";
    let done = bench.run(bench.file("in.csv", input), &[""; 0]).expect(0).conserved();
    assert_eq!(done.column("status"), ["created", "duplicate", "duplicate"]);
    assert_eq!(
        done.column("message"),
        ["", "same contact and same data as row 1", "same contact as row 1, with other data"]
    );
    assert_eq!(bench.identifiers(), ["393331234567"]);
}

#[test]
fn a_brazilian_mobile_number_and_the_landline_that_ends_it_are_two_people() {
    let bench = Bench::new();
    let input =
        "phone_number,name\n+5511941234567,Ana\n+551141234567,Shop\n+5511987654321,Bia\n+551187654321,Bia\n";
    let done = bench.run(bench.file("in.csv", input), &[""; 0]).expect(0).conserved();
    assert_eq!(done.column("status"), ["created", "created", "created", "duplicate"]);
    let again = bench.run(bench.file("in.csv", input), &[""; 0]).expect(0).conserved();
    assert_eq!(again.column("status"), done.column("status"));
    assert_eq!(bench.identifiers().len(), 3);
}

#[test]
fn standard_input_is_read_with_a_dash() {
    let bench = Bench::new();
    let mut child = bench.run_command("-", &[""; 0]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(canary_numbers(30).as_bytes()).unwrap();
    let done = bench.finish(child.wait_with_output().unwrap()).expect(0).conserved();
    assert_eq!((done.number("created"), done.summary()["input"].as_str()), (30, Some("-")));
    let left: Vec<_> =
        std::fs::read_dir(&done.folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name == "stdin.csv"), "the copy of standard input is gone: {left:?}");
}

#[test]
fn blank_lines_in_the_middle_end_nothing_and_line_numbers_stay_true() {
    let bench = Bench::new();
    let input = "\n\nphone_number,name,note\n+393331234561,A,x\n\n\r\n+393331234562,B,\"two\nlines\"\n\n+393331234563,C,\n\n";
    let done = bench.run(bench.file("in.csv", input), &[""; 0]).expect(0).conserved();
    assert_eq!(done.column("line"), ["4", "7", "10"]);
}

#[test]
fn formatted_rows_below_the_table_are_nobody_and_the_others_keep_their_lines() {
    let bench = Bench::new();
    let input = "phone_number;name;note\n+393331234561;A;x\n;;\n+393331234562;B;y\n ; ;\n;;\n;;\n";
    let file = bench.file("in.csv", input);
    let done = bench.run(&file, &[""; 0]).expect(0).conserved_with(b';');
    assert_eq!(
        (done.column("row"), done.column("line")),
        (vec!["1".into(), "2".into()], vec!["2".into(), "4".into()])
    );
    // Rows are counted without them.
    let done = bench.run(&file, &["--skip", "1", "--limit", "1", "--restart", "--yes"]).expect(0);
    assert_eq!(done.column("line"), ["4"]);
}

#[test]
fn ragged_rows_are_refused_one_by_one_and_the_rest_is_created() {
    let bench = Bench::new();
    let input = "phone_number,name\n+393331234561,A\n+393331234562\n+393331234563,C,extra\n+393331234564,D\n";
    let done = bench.run(bench.file("in.csv", input), &[""; 0]).expect(1).conserved();
    assert_eq!(done.column("status"), ["created", "invalid", "invalid", "created"]);
    assert_eq!(done.column("message")[1], "the row has 1 cell, the header has 2");
    assert_eq!(bench.identifiers().len(), 2);
}

#[test]
fn a_header_and_nothing_below_it_is_no_success_message() {
    let bench = Bench::new();
    let done = bench.run(bench.file("in.csv", "phone_number,name\n"), &[""; 0]).expect(0).conserved();
    assert!(done.stdout.contains("nothing was sent") && !done.stdout.contains("created"), "{}", done.stdout);
}

#[test]
fn no_row_that_can_be_sent_is_not_exit_0() {
    let bench = Bench::new();
    let done =
        bench.run(bench.file("in.csv", "phone_number,name\nnobody,A\n"), &[""; 0]).expect(1).conserved();
    assert!(done.stdout.starts_with("1 row: 0 created, 1 invalid, 0 unaccounted for"), "{}", done.stdout);
    assert!(bench.identifiers().is_empty());
}

#[test]
fn json_puts_the_summary_and_nothing_else_on_standard_output() {
    let bench = Bench::new();
    let done = bench.run(sample("contacts.csv"), &["--json"]).expect(0).conserved();
    let printed: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(printed, done.summary());
    let keys: Vec<_> = printed.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [
        "version",
        "input",
        "account",
        "started_at",
        "finished_at",
        "elapsed_seconds",
        "rows_read",
        "created",
        "existing",
        "updated",
        "duplicate",
        "invalid",
        "rejected",
        "failed",
        "unconfirmed",
        "not_attempted",
        "requests",
        "retries",
        "throttled",
        "exit_code",
        "stopped_by",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!(printed["account"]["user_email"], "sandbox@example.com");
}

#[test]
fn quiet_says_nothing_when_all_went_well() {
    let bench = Bench::new();
    let done = bench.run(sample("contacts.csv"), &["--quiet"]).expect(0).conserved();
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("", ""));
    std::fs::remove_dir_all(&done.folder).unwrap();
    let done = bench.run(bench.file("in.csv", "phone_number,name\nnobody,A\n"), &["--quiet"]).expect(1);
    assert!(done.stdout.is_empty() && done.stderr.contains("phone_characters"), "{}", done.stderr);
}

#[test]
fn french_parameter_names_go_out_literally_if_asked_for() {
    let bench = Bench::with("[api]\nparam_names = \"fr\"");
    let done = bench.run(sample("contacts.csv"), &["--param-names", "fr"]).expect(0).conserved();
    assert_eq!(done.number("created"), 20);
    let bench = Bench::with("[api]\nparam_names = \"fr\"");
    let done = bench.run(sample("contacts.csv"), &[""; 0]).expect(1).conserved();
    assert_eq!(done.number("rejected"), 20);
    assert_eq!(done.failures()[0]["import_field"], "identifier;name");
}

#[test]
fn files_are_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    let done = bench.run(sample("contacts.csv"), &[""; 0]).expect(0);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&done.folder), 0o700);
    for entry in std::fs::read_dir(&done.folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn the_folder_is_named_after_the_file_if_it_is_not_given() {
    let bench = Bench::new();
    let file = bench.file("my contacts.csv", "phone_number,name\n+393331234567,A\n");
    let base = bench.sandbox().base_url();
    let done = bench.exact(["run", file.to_str().unwrap(), "--base-url", &base]).expect(0);
    assert!(bench.path().join("my contacts.import/results.csv").exists(), "{}", done.stderr);
}
