//! `check`, and what is found before anything is sent.

use std::collections::HashSet;

use callbell_import::model::{Code, Severity};

use crate::support::{Bench, canary_numbers, messy_without_channel, sample};

fn offline(bench: &Bench, file: &str, args: &[&str]) -> crate::support::Done {
    let mut all = vec!["check", file, "--offline", "--out", "out"];
    all.extend(args);
    bench.exact(all)
}

#[test]
fn every_problem_warning_and_repair_has_a_row_in_a_messy_sample_and_is_told() {
    let bench = Bench::new();
    let file = sample("messy.csv");
    let file = file.to_str().unwrap();
    let without = offline(&bench, file, &["--map", "source=source"]).expect(1);
    let with = offline(&bench, file, &["--map", "source=source", "--default-country", "FR"]).expect(1);
    let export = sample("messy-export.csv");
    let mapping = sample("messy-export.toml");
    let mapped =
        offline(&bench, export.to_str().unwrap(), &["--mapping", mapping.to_str().unwrap()]).expect(1);
    let mut told = format!("{}{}{}", without.stdout, with.stdout, mapped.stdout);
    for name in ["messy.jsonl", "messy.vcf", "messy-total.csv"] {
        told += &offline(&bench, sample(name).to_str().unwrap(), &[]).expect(1).stdout;
    }
    // A megabyte is no sample.
    let long = format!("phone_number,name\n+393331230001,{}\n+393331230002,Bo\n", "x".repeat(1 << 20));
    let long = bench.file("long.csv", long);
    told += &offline(&bench, long.to_str().unwrap(), &[]).expect(1).stdout;
    let told: HashSet<&str> = told.split_whitespace().map(|word| word.trim_end_matches(':')).collect();
    for code in Code::ALL {
        let is_of_a_file = match code {
            // What comes back from the server cannot stand in a file.
            Code::EchoDiffers | Code::UpdateLeftOut | Code::MayBeOwn => false,
            // Nor what an earlier run knows.
            Code::PhoneAsKnown | Code::PhoneKnownOtherwise => false,
            _ => matches!(code.severity(), Severity::Problem | Severity::Warning | Severity::Repair),
        };
        if is_of_a_file {
            assert!(told.contains(code.as_str()), "{code} is in no row of samples/messy.*");
        }
    }
}

#[test]
fn letters_that_are_written_as_in_the_source_of_a_page_are_told() {
    let bench = Bench::new();
    for (file, list) in [
        ("shop.csv", "name,phone\nM&uuml;ller,+393331234501\nAT&amp;T,+393331234502\n"),
        ("shop-de.csv", "name;phone\n\"M&uuml;ller\";+393331234501\n\"AT&amp;T\";+393331234502\n"),
        (
            "shop.jsonl",
            "{\"name\":\"M&uuml;ller\",\"phone\":\"+393331234501\"}\n{\"name\":\"AT&amp;T\",\"phone\":\"+393331234502\"}\n",
        ),
    ] {
        bench.file(file, list);
        let told = offline(&bench, file, &[]).expect(0).stdout;
        assert!(told.contains("such as &amp; for &: 2; they are sent as they are"), "{file}: {told}");
    }
}

#[test]
fn check_writes_every_invalid_row_with_its_reasons_and_sends_nothing() {
    let bench = Bench::with("[api]\nclosed_reads = [\"channels\"]");
    let file = bench.file("messy.csv", messy_without_channel());
    let base = bench.sandbox().base_url();
    let done = bench.exact(["check", file.to_str().unwrap(), "--base-url", &base, "--out", "out"]).expect(1);
    let world = bench.sandbox().world();
    assert!(world.seen().requests.keys().all(|request| request.starts_with("GET ")));
    drop(world);
    assert!(done.stdout.contains("Sandbox <sandbox@example.com>"), "{}", done.stdout);
    let problems = std::fs::read(done.folder.join("problems.csv")).unwrap();
    let text = String::from_utf8_lossy(&problems);
    assert!(text.contains("phone_characters;missing_name;bot_status,identifier;name;bot_status"), "{text}");
    assert!(done.stdout.contains("out/problems.csv"));
}

#[test]
fn check_offline_makes_no_request_and_needs_no_token() {
    let bench = Bench::new();
    let file = sample("contacts.csv");
    let mut command = bench.command(["check", file.to_str().unwrap(), "--offline", "--out", "out"]);
    let done = bench.finish(command.env_remove("CALLBELL_API_KEY").output().unwrap()).expect(0);
    assert!(bench.sandbox().world().seen().requests.is_empty());
    assert!(done.stdout.contains("20 in the file: 20 to send, 0 invalid"), "{}", done.stdout);
    assert!(done.stdout.contains("20 requests, at most 150 per second: about 0.1 s"), "{}", done.stdout);
}

#[test]
fn check_finds_who_stands_in_the_file_twice_in_whichever_form_and_source() {
    let bench = Bench::new();
    let channel = "414a6d692bd645ed803f2e7ce360d4c8";
    let mut csv = "identifier,source,name,channel_uuid\n".to_owned();
    for line in [
        "+393331234501,,A,",
        "0039 333 1234501,whatsapp,A,",
        "+5511987650321,,B,",
        "+551187650321,,B,",
        "user.one,instagram,C,",
        "user.one,instagram,C,",
        "user.one,telegram,C,",
    ] {
        csv.push_str(&format!("{line}\n"));
    }
    csv.push_str(&format!("+393331234501,,A,{channel}\n+393331234501,,A,{channel}\n"));
    let file = bench.file("in.csv", csv);
    let done = offline(&bench, file.to_str().unwrap(), &[]).expect(0);
    assert!(
        done.stdout.contains("9 in the file: 5 to send, 0 invalid, 4 the same contact as an earlier row"),
        "{}",
        done.stdout
    );
}

/// A header that is believed by its values, and values that change their mind far down.
#[test]
fn a_file_whose_later_rows_say_otherwise_is_read_once_more() {
    let bench = Bench::new();
    let file = |last: &str| {
        let mut csv = "phone_number,name,source\n".to_owned();
        for row in 0..3000 {
            csv.push_str(&format!("+39333{row:07},Row {row},whatsapp\n"));
        }
        csv.push_str(&format!("nobody,Last,{last}\n"));
        bench.file("in.csv", csv)
    };
    let told = |path: &std::path::Path| offline(&bench, path.to_str().unwrap(), &[]).stdout;
    let all_fit = told(&file("instagram"));
    assert!(all_fit.contains("source     < source"), "{all_fit}");
    let one_does_not = told(&file("Trade fair"));
    assert!(one_does_not.contains("source     < \"whatsapp\"  (no column gives it)"), "{one_does_not}");
    assert!(one_does_not.contains("3001 in the file: 3000 to send, 1 invalid"), "{one_does_not}");
    let problems = std::fs::read_to_string(bench.path().join("out/problems.csv")).unwrap();
    assert_eq!(problems.lines().count(), 2, "each invalid row stands there once: {problems}");
}

#[test]
fn the_plan_shows_shapes_and_not_people_where_there_is_no_terminal() {
    let bench = Bench::new();
    let file = sample("contacts.csv");
    let done = offline(&bench, file.to_str().unwrap(), &[]).expect(0);
    assert!(done.stdout.contains(r#""identifier":"999999999999","name":"xxx xxxxxxxx""#), "{}", done.stdout);
    assert!(!done.stdout.contains("Lovelace") && !done.stdout.contains("3331234567"));
}

#[test]
fn causes_are_told_with_shapes_of_what_stood_there_and_never_with_the_data() {
    let bench = Bench::new();
    let csv = "phone_number,name\nask Ada,A\nask Bob,B\n+39 12,C\n3.93331E+11,D\n";
    let file = bench.file("in.csv", csv);
    let plan = offline(&bench, file.to_str().unwrap(), &[]).expect(1).stdout;
    let words = "2  phone_characters (identifier): the number has characters that no phone number has; first: row 1 (line 2), such as xxx xxx\n";
    assert!(plan.contains(words), "{plan}");
    assert!(plan.contains("such as +99 99\n") && plan.contains("such as 9.99999x+99\n"), "{plan}");
    assert!(!plan.contains("Ada"), "{plan}");
    let json = offline(&bench, file.to_str().unwrap(), &["--json"]).expect(1).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&json["causes"][0]["rows"], &json["causes"][0]["examples"][0]),
        (&2.into(), &"xxx xxx".into())
    );
}

#[test]
fn check_tells_the_numbers_as_json() {
    let bench = Bench::new();
    let file = sample("messy.csv");
    let done = offline(&bench, file.to_str().unwrap(), &["--json"]).expect(1);
    let numbers: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(
        numbers["rows_read"].as_u64().unwrap(),
        ["to_send", "invalid", "duplicate"].map(|key| numbers[key].as_u64().unwrap()).iter().sum::<u64>()
    );
}

/// Wrong file, wrong mapping, wrong setting: (arguments, exit code, what is said). Nothing may be sent.
#[test]
fn mistakes_are_told_with_a_way_out_before_anything_is_sent() {
    let bench = Bench::new();
    bench.file("good.csv", "phone_number,name\n+393331234567,A\n");
    bench.file("empty.csv", "");
    bench.file("other.csv", "a,b\n1,2\n");
    bench.file("two.csv", "phone,mobile,name\n+393331234567,+393331234568,A\n");
    bench.file("gzip.csv", b"\x1f\x8b\x08\0\0");
    bench.file("page.csv", "<html><table>");
    bench.file("french.csv", b"pr\xe8nom,phone\nA,1\n");
    bench.file("numbers.csv", "Ada,+393331234567\n");
    bench.file("tie.csv", "a;b,c\n");
    bench.file("bad.toml", "[map]\nname = \"name\"\n[options]\ndefault_contry = \"IT\"\n");
    bench.file("bad-sandbox.toml", "[api]\ncreated_statsu = 200\n");
    std::fs::create_dir(bench.path().join("folder.csv")).unwrap();
    let base = bench.sandbox().base_url();
    let base = ["--base-url", base.as_str()];
    let cases: &[(&[&str], i32, &str)] = &[
        (&["run", "missing.csv"], 3, "No such file"),
        (&["run", "folder.csv"], 3, "is a directory"),
        (&["run", "empty.csv"], 3, "does not even have a header"),
        (&["run", "gzip.csv"], 3, "cannot be unpacked: gzip"),
        (&["run", "page.csv"], 3, "an HTML page"),
        (&["run", "french.csv"], 3, "byte e8 (line 1): è in windows-1252"),
        (&["run", "french.csv"], 3, "--encoding windows-1252"),
        (&["run", "french.csv", "--encoding", "klingon"], 2, "expected a name such as utf-8"),
        (&["run", "numbers.csv"], 2, "--no-header"),
        (&["run", "tie.csv"], 2, "by comma or by semicolon"),
        (&["run", "good.csv", "--sheet", "One"], 2, "--sheet cannot be used with it"),
        (&["run", "good.csv", "--member", "one.csv"], 2, "--member cannot be used with it"),
        (&["run", "good.csv", "--ragged", "mend"], 2, "refuse, pad, fit"),
        (&["run", "other.csv"], 2, "no column gives the identifier"),
        (&["run", "two.csv"], 2, "2 columns could be the identifier: phone, mobile"),
        (&["run", "good.csv", "--map", "identifer=phone_number"], 2, "did you mean `identifier`?"),
        (&["run", "good.csv", "--map", "identifier=phone_numbr"], 2, "did you mean `phone_number`?"),
        (&["run", "good.csv", "--map", "name"], 2, "is not FIELD=VALUE"),
        (&["run", "good.csv", "--map", "name={name"], 2, "a { is not closed"),
        (&["run", "good.csv", "--set", "bot_status=off"], 2, "expected bot_start or bot_end"),
        (&["run", "good.csv", "--source", "sms"], 2, "expected whatsapp, facebook, instagram or telegram"),
        (&["run", "good.csv", "--default-country", "Italy"], 2, "is not a two-letter country code"),
        (&["run", "good.csv", "--mapping", "bad.toml"], 2, "did you mean `default_country`?"),
        (&["run", "good.csv", "--mapping", "no.toml"], 2, "cannot read the mapping file"),
        (&["run", "good.csv", "--rate", "0"], 2, "from 1 to 10000"),
        (&["run", "good.csv", "--concurrency", "0"], 2, "1..=1024"),
        (&["run", "good.csv", "--delimiter", "ab"], 2, "expected one character"),
        (&["run", "good.csv", "--max-failures", "0%"], 2, "expected a whole number"),
        (
            &["run", "good.csv", "--api-key", "x"],
            2,
            "--api-key is refused: a token is never passed as an argument",
        ),
        (&["run", "-"], 3, "is empty"),
        (&["run"], 2, "required"),
        (&["rum", "good.csv"], 2, "similar"),
    ];
    for (arguments, code, said) in cases {
        let takes_base = arguments.len() > 1;
        let all: Vec<&str> =
            arguments.iter().copied().chain(if takes_base { base.to_vec() } else { Vec::new() }).collect();
        let done = bench.exact(&all);
        let shown = format!("{arguments:?}: {} {}", done.code, done.stderr);
        assert_eq!(done.code, *code, "{shown}");
        assert!(done.stderr.contains(said), "{shown}");
    }
    let done = bench.exact(["run", "good.csv", "--sandbox-config", "bad-sandbox.toml"]).expect(2);
    assert!(done.stderr.contains("unknown field `created_statsu`"), "{}", done.stderr);
    let world = bench.sandbox().world();
    let seen = &world.seen().requests;
    assert!(!seen.contains_key("POST /contacts"), "{seen:?}");
}

#[test]
fn addresses_and_tokens_that_cannot_be_used_are_refused_before_anything_is_sent() {
    let bench = Bench::new();
    bench.file("good.csv", "phone_number,name\n+393331234567,A\n");
    for (url, said) in [
        ("http://api.callbell.eu/v1", "http:// is accepted only for this machine"),
        ("https://user:hunter2@example.com/v1", "user name or password"),
        ("ftp://example.com", "must begin with https://"),
        ("nonsense", "is not an address"),
    ] {
        let done = bench.exact(["run", "good.csv", "--base-url", url]).expect(2);
        assert!(done.stderr.contains(said) && !done.stderr.contains("hunter2"), "{url}: {}", done.stderr);
    }
    let base = bench.sandbox().base_url();
    for (token, said) in [("", "it is empty"), ("two words", "characters that no token has")] {
        let mut command = bench.command(["run", "good.csv", "--base-url", &base]);
        let done = bench.finish(command.env("CALLBELL_API_KEY", token).output().unwrap()).expect(2);
        assert!(done.stderr.contains(said) && !done.stderr.contains("two words"), "{}", done.stderr);
    }
    let mut command = bench.command(["run", "good.csv", "--base-url", &base]);
    let done = bench.finish(command.env_remove("CALLBELL_API_KEY").output().unwrap()).expect(2);
    assert!(done.stderr.contains("--api-key-file"), "{}", done.stderr);
    let mut command = bench.command(["run", "good.csv", "--base-url", &base]);
    let done = bench.finish(command.env("CALLBELL_API_KEY", "another").output().unwrap()).expect(4);
    assert!(done.stderr.contains("refused the API token (401)"), "{}", done.stderr);
    let done = bench.exact([
        "run",
        "good.csv",
        "--base-url",
        &base,
        "--rate",
        "none",
        "--base-url",
        "https://x.invalid",
    ]);
    assert_eq!(done.code, 2, "{}", done.stderr);
    assert!(!bench.sandbox().world().seen().requests.contains_key("POST /contacts"));
}

#[test]
fn a_folder_that_cannot_be_written_is_exit_6_before_anything_is_sent() {
    let bench = Bench::new();
    let file = bench.file("good.csv", "phone_number,name\n+393331234567,A\n");
    let taken = bench.file("taken", "a file");
    let base = bench.sandbox().base_url();
    let args = ["run", file.to_str().unwrap(), "--base-url", &base, "--out", taken.to_str().unwrap()];
    let done = bench.exact(args).expect(6);
    assert!(done.stderr.contains("cannot use the output folder"), "{}", done.stderr);
    assert!(done.stderr.contains("something that is not a folder has this name"), "{}", done.stderr);
    std::fs::remove_file(&taken).unwrap();
    std::os::unix::fs::symlink("gone", &taken).unwrap();
    let done = bench.exact(args).expect(6);
    assert!(done.stderr.contains("something that is not a folder has this name"), "{}", done.stderr);
    assert!(bench.identifiers().is_empty());
}

/// Somebody stands in it twice, once with other data and once more with the same.
const REPEATING: &str = "phone_number,name,bot_status\n+393331234501,Ada,\n+393331234502,Bruno,bot_end\n+393331234501,Ada Rossi,\n+39 333 1234501,Ada,\n+393331234503,Carla,\n";

#[test]
fn a_row_that_repeats_a_contact_with_other_data_is_counted_before_and_after() {
    let bench = Bench::new();
    let file = bench.file("in.csv", REPEATING);
    let told = "1 row repeats a contact with other data: only the first row of a contact is sent";
    let (path, url) = (file.to_str().unwrap(), bench.sandbox().base_url());
    for flags in [&["--offline"][..], &["--base-url", &url]] {
        let check = |more: &[&str]| bench.exact([&["check", path, "--out", "out"], flags, more].concat());
        let done = check(&[]).expect(0);
        assert!(done.stdout.contains(told), "{}", done.stdout);
        let json: serde_json::Value = serde_json::from_str(&check(&["--json"]).expect(0).stdout).unwrap();
        assert_eq!((&json["duplicate"], &json["duplicate_differing"]), (&2.into(), &1.into()));
    }
    let done = bench.run(&file, &[""; 0]).expect(0).conserved();
    assert!(done.stderr.contains(told), "{}", done.stderr);
    assert!(
        done.stdout.starts_with("5 rows: 3 created, 2 duplicate (1 with other data), "),
        "{}",
        done.stdout
    );
}

#[test]
fn contacts_without_a_bot_status_are_counted_among_those_that_are_sent() {
    let bench = Bench::new();
    let file = bench.file("in.csv", REPEATING);
    let url = bench.sandbox().base_url();
    let offline = bench.exact(["check", file.to_str().unwrap(), "--out", "out", "--offline"]).expect(0);
    let online = bench.exact(["check", file.to_str().unwrap(), "--out", "out", "--base-url", &url]).expect(0);
    let run = bench.run(&file, &[""; 0]).expect(0);
    for plan in [&offline.stdout, &online.stdout, &run.stderr] {
        assert!(plan.contains("\n  2 contacts have no bot_status"), "{plan}");
    }
    // Those that an earlier run settled are not sent.
    let file = bench.file("in.csv", REPEATING.to_owned() + "+393331234504,Dora,\n");
    let run = bench.run(&file, &[""; 0]).expect(0);
    assert!(run.stderr.contains("\n  1 contact has no bot_status"), "{}", run.stderr);
}

#[test]
fn a_row_is_told_with_the_line_on_which_a_person_finds_it() {
    let bench = Bench::new();
    // A note of three lines, and an empty line.
    let file = bench.file(
        "in.csv",
        "phone_number,name,note\n+393331234501,Ada,\"one\ntwo\nthree\"\n\nnobody,Zed,\n+39 333 1234502,Bruno,\n",
    );
    let done = bench.run(&file, &[""; 0]).expect(1);
    assert_eq!(done.failures()[0]["import_row"], "2");
    assert!(done.stdout.contains("first: row 2 (line 6)\n"), "{}", done.stdout);
    assert!(done.stderr.contains("first: row 2 (line 6), such as"), "{}", done.stderr);
    assert!(done.stderr.contains("first: row 3 (line 7)\n"), "{}", done.stderr);
    assert!(done.stderr.contains("First request (row 1, line 2, values masked)"), "{}", done.stderr);
    let check =
        bench.exact(["check", file.to_str().unwrap(), "--out", "out", "--offline", "--json"]).expect(1);
    let json: serde_json::Value = serde_json::from_str(&check.stdout).unwrap();
    let cause = &json["causes"][0];
    assert_eq!((&cause["first_row"], &cause["first_line"]), (&2.into(), &6.into()));
}

#[test]
fn a_run_of_a_file_that_is_not_there_leaves_no_folder() {
    let bench = Bench::new();
    let base = bench.sandbox().base_url();
    bench.file("good.csv", canary_numbers(1));
    for files in [&["nosuch.csv"][..], &["nosuch.csv", "--sandbox"], &["good.csv", "nosuch.csv"]] {
        let done = bench.exact([&["run"], files, &["--base-url", &base]].concat()).expect(3);
        assert!(done.stderr.contains("cannot read nosuch.csv: No such file"), "{}", done.stderr);
        for folder in ["nosuch.import", "good.import"] {
            assert!(!bench.path().join(folder).exists(), "{files:?} left {folder}");
        }
    }
    // An import that is there remembers it.
    let file = bench.file("in.csv", canary_numbers(1));
    let folder = bench.run(&file, &[""; 0]).expect(0).folder;
    std::fs::remove_file(&file).unwrap();
    bench.run(&file, &[""; 0]).expect(3);
    let status = bench.exact(["status", folder.to_str().unwrap()]).expect(0).stdout;
    assert!(status.contains("No such file"), "{status}");
}

#[test]
fn a_check_that_comes_to_nothing_leaves_no_folder() {
    let bench = Bench::new();
    let check = |file: &str| bench.exact(["check", file, "--offline", "--out", "made"]);
    let _ = check("nowhere.csv").expect(3);
    assert!(!bench.path().join("made").exists());
    // A folder that was there stays.
    std::fs::create_dir(bench.path().join("made")).unwrap();
    let _ = check("nowhere.csv").expect(3);
    assert!(bench.path().join("made").exists());
}

#[test]
fn filled_columns_that_are_not_sent_are_named_before_the_empty_ones() {
    let bench = Bench::new();
    let empty: Vec<String> = (1..=60).map(|at| format!("Unused {at}")).collect();
    let list = format!(
        "name,phone,{},Web page\nAda,+393331234501,{}http://example.com\n",
        empty.join(","),
        ",".repeat(60)
    );
    let file = bench.file("in.csv", list);
    let done = offline(&bench, file.to_str().unwrap(), &[]).expect(0);
    let told = "  Web page: no field has this name; 1 cell filled\n  60 empty: Unused 1, Unused 2, Unused 3, Unused 4, Unused 5 and 55 more\n";
    assert!(done.stdout.contains(told), "{}", done.stdout);
}

#[test]
fn where_a_column_says_the_country_the_hint_does_not_lead_to_one_country_for_all() {
    let bench = Bench::new();
    let file = bench.file("in.csv", "Name,Phone,Paese\nAda,612345678,Spagna\nBo,3331230001,\n");
    let done = offline(&bench, file.to_str().unwrap(), &[]).expect(1);
    assert!(done.stdout.contains("column \"Paese\" looks like the country of each row"), "{}", done.stdout);
    assert!(done.stdout.contains("country_column") && !done.stdout.contains("pass --default-country"));
    let problems = std::fs::read_to_string(done.folder.join("problems.csv")).unwrap();
    assert!(problems.contains("its row names ES") && problems.contains("country_column"), "{problems}");
    let done = offline(&bench, file.to_str().unwrap(), &["--json"]).expect(1);
    let told: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert!(told["causes"][0]["fix"].as_str().unwrap().contains("\"Paese\""), "{told}");
    // Without such a column, where it may be the stage of a sale, or once it is said, the country is what is missing.
    for plain in ["Name,Phone\nAda,612345678\n", "Name,Phone,Stato\nAda,612345678,Nuovo\n"] {
        let plain = bench.file("plain.csv", plain);
        let done = offline(&bench, plain.to_str().unwrap(), &[]).expect(1);
        assert!(done.stdout.contains("pass --default-country"), "{}", done.stdout);
    }
    bench.file("m.toml", "[options]\ncountry_column = \"Paese\"\nautomatic = true\n");
    let done = offline(&bench, file.to_str().unwrap(), &["--mapping", "m.toml"]).expect(1);
    assert!(!done.stdout.contains("\"Paese\" looks like"), "{}", done.stdout);
}

#[test]
fn people_who_may_have_said_no_are_told_of_and_left_out_only_if_that_is_said() {
    let bench = Bench::new();
    let file = bench.file(
        "in.csv",
        "Name,Phone,Unsubscribed,Opt-in\nAda,+393331230001,Yes,no\nBo,+393331230002,no,yes\nCy,+393331230003,YES,\n",
    );
    let file = file.to_str().unwrap();
    let done = offline(&bench, file, &[]).expect(0);
    assert!(done.stdout.contains("3 to send"), "{}", done.stdout);
    for told in [
        "\"Unsubscribed\" looks as if",
        "2 rows seem to say no",
        "\"Unsubscribed\" = [\"yes\"]",
        "\"Opt-in\" = [\"no\"]",
    ] {
        assert!(done.stdout.contains(told), "{told}: {}", done.stdout);
    }
    bench.file(
        "m.toml",
        "[options]\nautomatic = true\n[unsubscribed]\n\"Unsubscribed\" = [\"yes\"]\n\"Opt-in\" = [\"no\"]\n",
    );
    let done = offline(&bench, file, &["--mapping", "m.toml"]).expect(1);
    assert!(
        done.stdout.contains("1 to send, 2 invalid") && !done.stdout.contains("looks as if"),
        "{}",
        done.stdout
    );
    let done = offline(&bench, file, &["--include-unsubscribed"]).expect(0);
    assert!(!done.stdout.contains("looks as if"), "{}", done.stdout);
}
