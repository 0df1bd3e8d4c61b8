//! Jobs that nobody watches.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use callbell_import::sandbox::{FaultKind, FaultRule, On};

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
    assert!(done.stderr.contains("from a row that is already settled (row 1, line 2,"), "{}", done.stderr);
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
    lock.unlock().unwrap();
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
    // It broke off within the last number, which is one all the same.
    let turned = |line: &str| line.split_once(',').map(|(phone, name)| format!("{name},{phone}\n"));
    let list: String = canary_numbers(60).lines().filter_map(turned).collect();
    bench.file("in.csv", list + "Zoe,+39 02 1234567");
    let done = bench.run(&whole, &[""; 0]).expect(5);
    let told = "the last row has no line end, although it had one in the last 3 runs";
    assert!(done.stderr.contains(told), "{}", done.stderr);
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
    for (other, told) in [
        (
            &["--default-country", "FR", "--yes"][..],
            "read numbers without + or 00 as numbers of ES; this run",
        ),
        (&["--yes"], "earlier runs read the numbers without + or 00 of this list as numbers of ES"),
    ] {
        let done = bench.run(&file, other).expect(2);
        assert!(done.stderr.contains(told), "{}", done.stderr);
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

/// A bench with a list of two people, who are told apart by the digits that stand for `#`.
fn of_two(header: &str, row: &str) -> (Bench, std::path::PathBuf) {
    let bench = Bench::new();
    let rows = [1, 2].map(|at| row.replace('#', &at.to_string()));
    let file = bench.file("in.csv", format!("{header}\n{}\n", rows.join("\n")));
    (bench, file)
}

/// Identifiers in the sandbox, by the alphabet.
fn sorted(bench: &Bench) -> Vec<String> {
    let mut identifiers = bench.identifiers();
    identifiers.sort_unstable();
    identifiers
}

#[test]
fn the_same_list_whose_country_comes_from_elsewhere_makes_no_second_people_of_its_numbers() {
    let column = "[options]\nautomatic = true\ndefault_country = \"FR\"\ncountry_column = \"Where\"\n";
    let column_alone = "[options]\nautomatic = true\ncountry_column = \"Where\"\n";
    let code = "[options]\nautomatic = true\ndefault_country = \"FR\"\ncountry_code_column = \"Code\"\n";
    let by_column: &[&str] = &["--mapping", "column.toml"];
    let by_column_alone: &[&str] = &["--mapping", "alone.toml"];
    let by_code: &[&str] = &["--mapping", "code.toml"];
    let french: &[&str] = &["--default-country", "FR"];
    let (of_spain, of_france): (&[&str], &[&str]) =
        (&["--map", "identifier=+34{phone_number}"], &["--map", "identifier=+33{phone_number}"]);
    let whole = "phone_number,name,Where,Code\n612345671,P,Spain,34\n612345672,Q,Spain,34\n";
    let polish = whole.replace("Spain", "Poland");
    let emptied = whole.replace("Spain", "");
    let gone = whole.replace(",Where,Code", "").replace(",Spain,34", "");
    for (first, then, later, said) in [
        (by_column, french, whole, "country_column = \"Where\""),
        (french, by_column, whole, "default_country = \"FR\""),
        (by_code, french, whole, "country_code_column = \"Code\""),
        (by_code, by_column, &polish, "country_code_column = \"Code\""),
        (by_column_alone, french, &emptied, "country_column = \"Where\""),
        (by_column_alone, french, &gone, "country_column = \"Where\""),
        (of_spain, of_france, whole, "identifier = \"+34{phone_number}\""),
    ] {
        let bench = Bench::new();
        for (name, text) in [("column.toml", column), ("alone.toml", column_alone), ("code.toml", code)] {
            bench.file(name, text);
        }
        let file = bench.file("in.csv", whole);
        let _ = bench.run(&file, first).expect(0);
        let people = bench.identifiers();
        std::fs::write(&file, later).unwrap();
        let told = bench.run(&file, then).expect(2).stderr;
        assert!(told.contains("the runs into this folder read identifiers by"), "{told}");
        assert!(told.contains(said) && told.contains("nothing was sent"), "{told}");
        assert_eq!(bench.identifiers(), people, "{first:?} then {then:?}");
    }
}

#[test]
fn which_of_several_numbers_is_taken_is_remembered_with_the_labels_that_say_so() {
    let header = "First Name,Last Name,Labels,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Notes,\
                  Photo,Organization Name,E-mail 1 - Label,E-mail 1 - Value";
    let row = "P#,Q,* myContacts,Work,+39 06 1234561#,Mobile,+39 333 123450#,,,,,";
    let office: &[&str] = &["--profile", "google", "--map", "identifier=Phone 1 - Value"];
    let profile: &[&str] = &["--profile", "google"];
    for (first, then) in [(profile, office), (office, profile)] {
        let (bench, file) = of_two(header, row);
        let _ = bench.run(&file, first).expect(0);
        let people = bench.identifiers();
        let told = bench.run(&file, then).expect(2).stderr;
        assert!(
            told.contains("phone_prefer = ") && told.contains("row 1 would become somebody else"),
            "{told}"
        );
        assert_eq!(bench.identifiers(), people);
    }
}

#[test]
fn another_way_to_read_numbers_is_no_other_one_where_it_makes_the_same_of_them() {
    let (bench, file) = of_two("phone_number,name,Country", "61234567#,P#,Spain");
    // What was refused may be mended by a country, and by the column that names it.
    let _ = bench.run(&file, &["--yes"]).expect(1);
    let _ = bench.run(&file, &["--default-country", "FR", "--yes"]).expect(1);
    let options = "[options]\nautomatic = true\ndefault_country = \"FR\"\ncountry_column = \"Country\"\n";
    bench.file("m.toml", options);
    let _ = bench.run(&file, &["--mapping", "m.toml"]).expect(0);
    assert_eq!(sorted(&bench), ["34612345671", "34612345672"]);
    // The text around the column says the same as the country.
    let _ = bench.run(&file, &["--map", "identifier=+34{phone_number}", "--default-country", "FR"]).expect(0);
    let _ =
        bench.run(&file, &["--map", "identifier=0034 {phone_number}", "--default-country", "FR"]).expect(0);
    // The folder of an earlier version remembers nothing of it.
    let note = bench.path().join("out/import.json");
    let mut remembered: serde_json::Value = serde_json::from_slice(&std::fs::read(&note).unwrap()).unwrap();
    // The first run, in which nobody had a number, says nothing.
    assert_eq!(remembered["manners"].as_array().unwrap().len(), 4);
    for key in ["manners", "bare"] {
        remembered.as_object_mut().unwrap().remove(key).unwrap();
    }
    std::fs::write(&note, remembered.to_string()).unwrap();
    let _ = bench.run(&file, &["--mapping", "m.toml"]).expect(0);
    assert_eq!(bench.identifiers().len(), 2);
}

#[test]
fn where_an_earlier_version_may_have_sent_what_a_spreadsheet_added_it_is_not_taken_off_unasked() {
    let bench = Bench::new();
    let telegram = ["--source", "telegram"];
    let file = bench.file("in.csv", "identifier,name\ntg1,Ada\n");
    let _ = bench.run(&file, &telegram).expect(0);
    let note = bench.path().join("out/import.json");
    let now = std::fs::read_to_string(&note).unwrap();
    std::fs::write(&file, "identifier,name\ntg1,Ada\n'tg2,Bo\ntg3\u{200b},Cy\n").unwrap();
    std::fs::write(&note, now.replace("\"bare\":true", "\"bare\":false")).unwrap();
    let told = bench.run(&file, &telegram).expect(2).stderr;
    assert!(told.contains("2 identifiers of this list have characters around them"), "{told}");
    assert_eq!(bench.identifiers(), ["tg1"]);
    std::fs::write(&note, now).unwrap();
    let _ = bench.run(&file, &telegram).expect(0);
    assert_eq!(sorted(&bench), ["tg1", "tg2", "tg3"]);
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
            says(&format!("out/{name} belongs to another user (uid 0)"));
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
            says(&format!("out belongs to another user (uid {owner})"));
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

#[test]
fn an_export_without_a_column_that_said_who_people_are_creates_nobody_a_second_time() {
    for (file, column) in [
        ("outlook-365.csv", "Mobile Phone"),
        ("hubspot.csv", "Mobile Phone Number"),
        ("zoho.csv", "Mobile"),
        ("salesforce-data-loader.csv", "MOBILEPHONE"),
        ("pipedrive.csv", "Person - Phone - Mobile"),
        ("vcard.csv", "phone_number"),
        ("google.csv", "Phone 2 - Label"),
        ("google.csv", "Phone 2 - Value"),
        ("google-old.csv", "Phone 2 - Type"),
    ] {
        let bench = Bench::new();
        let sample = format!("{}/samples/exports/{file}", env!("CARGO_MANIFEST_DIR"));
        let first = std::fs::read_to_string(sample).unwrap();
        let list = bench.file("in.csv", &first);
        let flags = ["--default-country", "IT", "--yes", "--on-existing", "create"];
        let _ = bench.run(&list, &flags);
        let people = bench.identifiers();
        assert!(people.len() > 1, "{file}");
        // The program that writes it calls it otherwise now.
        let (header, rows) = first.split_once('\n').unwrap();
        let renamed = [format!(",{column},"), format!(",\"{column}\",")]
            .iter()
            .fold(header.to_owned(), |header, column| header.replacen(column, ",Something new,", 1));
        assert_ne!(renamed, header, "{file} {column}");
        std::fs::write(&list, format!("{renamed}\n{rows}")).unwrap();
        let told = bench.run(&list, &flags).expect(2).stderr;
        assert!(told.contains("nothing was sent"), "{file} {column}: {told}");
        assert_eq!(bench.identifiers(), people, "{file} {column}");
    }
}

#[test]
fn a_column_that_is_called_otherwise_is_taken_where_everybody_comes_back_or_somebody_says_so() {
    let list = |header: &str, people: std::ops::Range<u8>| {
        let row = |at: u8| format!("+39 333 12345{at:02},Ada {}\n", char::from(b'A' + at));
        format!("{header},name\n{}", people.map(row).collect::<String>())
    };
    for asked in [false, true] {
        let bench = Bench::new();
        let file = bench.file("in.csv", list("phone_number", 0..9));
        let _ = bench.run(&file, &["--yes"]).expect(0);
        if asked {
            std::fs::write(&file, list("mobile", 1..10)).unwrap();
            let told = bench.run(&file, &["--yes"]).expect(2).stderr;
            assert!(told.contains("This list has no phone_number, so this run would use mobile"), "{told}");
            assert!(told.contains("--map 'identifier=mobile'") || told.contains("--map identifier=mobile"));
            let _ = bench.run(&file, &["--yes", "--map", "identifier=mobile"]).expect(0);
        } else {
            std::fs::write(&file, list("mobile", 0..10)).unwrap();
            let _ = bench.run(&file, &["--yes"]).expect(0);
        }
        // From then on it is called so, whoever comes and goes.
        std::fs::write(&file, list("mobile", 5..12)).unwrap();
        let _ = bench.run(&file, &["--yes"]).expect(0);
        assert_eq!(bench.identifiers().len(), 12, "{asked}");
    }
}

#[test]
fn a_list_of_the_same_names_with_other_identifiers_is_not_sent_and_one_of_new_people_is() {
    // The identifiers begin with these digits.
    let list = |digits: &str, name: &str, people: std::ops::Range<u8>| {
        let row = |at: u8| format!("+39 {digits} 12345{at:02},{name} {}\n", char::from(b'A' + at));
        format!("phone_number,name\n{}", people.map(row).collect::<String>())
    };
    let bench = Bench::new();
    let file = bench.file("in.csv", list("333", "Ada", 0..10));
    let _ = bench.run(&file, &["--yes"]).expect(0);
    // The column has other numbers now.
    for people in [0..10, 3..12] {
        std::fs::write(&file, list("345", "Ada", people)).unwrap();
        let told = bench.run(&file, &["--yes"]).expect(2).stderr;
        assert!(told.contains("have the name of somebody in its results"), "{told}");
        assert!(told.contains("the first in row 1") && told.contains("nothing was sent"), "{told}");
    }
    assert_eq!(bench.identifiers().len(), 10);
    // A few who share a name, those whom a number tells apart, and those who moved among all others are no such list.
    for (name, list, people) in [
        ("a few", list("345", "Ada", 6..20), 24),
        ("numbered", list("346", "Guest 1", 0..10), 34),
        ("numbered again", list("347", "Guest 1", 0..10), 44),
        ("new", list("348", "Bob", 0..10), 54),
    ] {
        std::fs::write(&file, list).unwrap();
        let _ = bench.run(&file, &["--yes"]).expect(0);
        assert_eq!(bench.identifiers().len(), people, "{name}");
    }
    // Whoever approves the plan knows that they are others.
    std::fs::write(&file, list("349", "Bob", 0..10)).unwrap();
    let _ = bench.run(&file, &["--yes"]).expect(2);
    let (base, plan) = (bench.sandbox().base_url(), bench.path().join("p.json"));
    let (list, plan) = (file.to_str().unwrap(), plan.to_str().unwrap());
    let _ = bench.exact(["plan", list, "--to", plan, "--out", "out", "--base-url", &base]).expect(0);
    let _ = bench.run(&file, &["--plan", plan]).expect(0);
    assert_eq!(bench.identifiers().len(), 64);
}

/// A first and a last name as a program writes them.
type Written = fn(&str, &str) -> String;

#[test]
fn a_list_whose_names_are_written_otherwise_than_before_hides_no_identifiers_that_are_read_otherwise() {
    let bench = Bench::new();
    let list = |sign: &str, written: Written| {
        let row = |at: u8| {
            format!("{sign}person_{at},{}\n", written("Inés", &format!("Due{}", char::from(b'a' + at))))
        };
        format!("identifier,name\n{}", (0..10).map(row).collect::<String>())
    };
    let file = bench.file("in.csv", list("", |first, last| format!("{first} {last}")));
    let flags = ["--source", "telegram", "--yes"];
    let _ = bench.run(&file, &flags).expect(0);
    let otherwise: [Written; 7] = [
        |first, last| format!("{first} {last}").to_uppercase(),
        |first, last| format!("{last} {first}"),
        |first, last| format!("{first}  {last}"),
        |first, last| format!("{first}\u{a0}{last}"),
        |first, last| format!("{} {last}", first.replace('é', "e\u{301}")),
        |first, last| format!("{} {last}", first.replace('é', "e")),
        |first, last| format!("Dr. {first} {last}"),
    ];
    for written in otherwise {
        std::fs::write(&file, list("@", written)).unwrap();
        let told = bench.run(&file, &flags).expect(2).stderr;
        assert!(told.contains("Of the others, 10 have the name of somebody in its results"), "{told}");
    }
    assert_eq!(bench.identifiers().len(), 10);
    // Signs alone are a name each.
    let signs = |sign: &str, marks: [&str; 6]| {
        let row = |(at, mark)| format!("{sign}sign_{at},{mark}\n");
        format!("identifier,name\n{}", marks.into_iter().enumerate().map(row).collect::<String>())
    };
    for (list, contacts) in [
        (signs("", ["*", "**", "-", "--", "+", "++"]), 16),
        (signs("@", ["?", "??", "!", "!!", "~", "~~"]), 22),
    ] {
        std::fs::write(&file, list).unwrap();
        let _ = bench.run(&file, &flags).expect(0);
        assert_eq!(bench.identifiers().len(), contacts);
    }
}

#[test]
fn a_night_of_which_the_results_tell_nothing_hides_no_list_that_is_read_otherwise() {
    let list = |digits: &str, people: u8| {
        let row = |at: u8| format!("+39 {digits} 12345{at:02},Ada {}\n", char::from(b'A' + at));
        format!("phone_number,name\n{}", (0..people).map(row).collect::<String>())
    };
    for (people, flags, deleted) in [
        // Of who was in the account before nothing was sent, and only what was carried over tells.
        (0, &["--yes"][..], "sent.log"),
        (3, &["--yes"], "sent.log"),
        (16, &["--yes", "--limit", "3"], "sent.log"),
        (16, &["--yes"], "results.csv"),
        (4, &["--yes"], "people.known"),
        // Cut off, but not so far that the results tell of nobody.
        (6, &["--yes"], "sent.log"),
        (6, &["--yes"], "people.known"),
    ] {
        let bench = Bench::new();
        let file = bench.file("in.csv", list("333", 16));
        let _ = bench.run(&file, &["--yes"]).expect(0);
        std::fs::write(&file, list("333", people)).unwrap();
        let _ = bench.run(&file, flags).expect(0);
        std::fs::remove_file(bench.path().join("out").join(deleted)).unwrap();
        std::fs::write(&file, list("345", 16)).unwrap();
        let told = bench.run(&file, &["--yes"]).expect(2).stderr;
        assert!(told.contains("Of the others, 16 have the name of somebody in its results"), "{told}");
        assert_eq!(bench.identifiers().len(), 16, "{people} {flags:?}");
    }
}

#[test]
fn a_restart_that_did_not_come_through_hides_no_list_that_is_read_otherwise_in_later_nights() {
    let bench = Bench::new();
    let list = |sign: &str| {
        let row = |at: u8| format!("{sign}person_{at},Ada {}\n", char::from(b'A' + at));
        format!("identifier,name\n{}", (0..12).map(row).collect::<String>())
    };
    let file = bench.file("in.csv", list(""));
    let flags = ["--source", "telegram", "--settle", "0.5", "--yes"];
    let _ = bench.run(&file, &flags).expect(0);
    let closed = FaultRule { on: On::Create, from: 8, ..FaultRule::new(FaultKind::PaymentRequired, 1.0) };
    bench.sandbox().world().set_faults(vec![closed]);
    let restart = [&flags[..], &["--restart", "--concurrency", "1"]].concat();
    let _ = bench.run(&file, &restart).expect(5);
    bench.sandbox().world().set_faults(Vec::new());
    let there = bench.identifiers().len();
    std::fs::write(&file, list("@")).unwrap();
    let told = bench.run(&file, &flags).expect(2).stderr;
    assert!(told.contains("have the name of somebody in its results"), "{told}");
    assert_eq!(bench.identifiers().len(), there);
}

/// People of Telegram, one in a line, with a sign before their identifiers.
fn handles(sign: &str, people: std::ops::Range<u8>) -> String {
    let row = |at: u8| {
        let (first, last) = (char::from(b'A' + at / 26), char::from(b'A' + at % 26));
        format!("{sign}person_{at},Ada {first}{last}\n")
    };
    format!("identifier,name\n{}", people.map(row).collect::<String>())
}

#[test]
fn who_sat_out_the_last_night_is_no_new_person_where_the_list_is_read_otherwise() {
    let flags = ["--source", "telegram", "--yes"];
    for (nights, read_otherwise) in
        [(&[0..40, 0..20][..], 0..40), (&[0..40, 0..24], 0..50), (&[0..30, 30..60, 30..42], 30..58)]
    {
        let bench = Bench::new();
        let file = bench.file("in.csv", "");
        for night in nights {
            std::fs::write(&file, handles("", night.clone())).unwrap();
            let _ = bench.run(&file, &flags).expect(0);
        }
        let there = bench.identifiers().len();
        std::fs::write(&file, handles("@", read_otherwise.clone())).unwrap();
        let told = bench.run(&file, &flags).expect(2).stderr;
        assert!(told.contains("have the name of somebody in its results"), "{told}");
        assert_eq!(bench.identifiers().len(), there, "{nights:?}");
        // Whoever comes back as before is no sign of it, and other people are none either.
        for list in [handles("", read_otherwise), handles("@", 100..130)] {
            std::fs::write(&file, list).unwrap();
            let _ = bench.run(&file, &flags).expect(0);
        }
    }
}

#[test]
fn who_sat_out_the_last_night_and_comes_back_as_before_is_no_new_person_either() {
    let flags = ["--source", "telegram", "--yes"];
    for (last_night, read_otherwise) in [(0..36, 0..20), (0..45, 0..14)] {
        let bench = Bench::new();
        let file = bench.file("in.csv", handles("", 0..60));
        let _ = bench.run(&file, &flags).expect(0);
        std::fs::write(&file, handles("", last_night)).unwrap();
        let _ = bench.run(&file, &flags).expect(0);
        // A part of the identifiers is written otherwise.
        let others = handles("", read_otherwise.end..60);
        let others = others.split_once('\n').unwrap().1;
        std::fs::write(&file, handles("@", read_otherwise) + others).unwrap();
        let told = bench.run(&file, &flags).expect(2).stderr;
        assert!(told.contains("have the name of somebody in its results"), "{told}");
        assert_eq!(bench.identifiers().len(), 60);
    }
}

#[test]
fn a_restart_that_was_killed_hides_no_list_that_is_read_otherwise() {
    let bench = Bench::with("[api]\nlatency_ms = 50");
    let file = bench.file("in.csv", handles("", 0..40));
    let flags = ["--source", "telegram", "--yes", "--rate", "none"];
    let _ = bench.run(&file, &flags).expect(0);
    let restart = [&flags[..], &["--restart", "--concurrency", "4"]].concat();
    let mut killed = bench.run_command(&file, &restart).spawn().unwrap();
    while bench.identifiers().len() < 52 {
        std::thread::yield_now();
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let there = bench.identifiers().len();
    std::fs::write(&file, handles("@", 0..40)).unwrap();
    let told = bench.run(&file, &flags).expect(2).stderr;
    assert!(told.contains("have the name of somebody in its results"), "{told}");
    assert_eq!(bench.identifiers().len(), there);
}

#[test]
fn who_has_a_sign_before_the_identifier_is_known_by_it_in_the_results() {
    let bench = Bench::new();
    let list = |people: std::ops::Range<u8>| {
        let row = |at: u8| format!("@person_{at},Ada {}\n", char::from(b'A' + at));
        format!("identifier,name\n{}", people.map(row).collect::<String>())
    };
    let file = bench.file("in.csv", list(0..8));
    let flags = ["--source", "telegram", "--yes"];
    let _ = bench.run(&file, &flags).expect(0);
    std::fs::write(&file, list(1..9)).unwrap();
    let _ = bench.run(&file, &flags).expect(0);
    assert_eq!(bench.identifiers().len(), 9);
}

#[test]
fn an_export_without_the_column_by_which_people_said_no_is_not_sent() {
    let head = "Name,CountryCode,Phone";
    let rows = ["Ada,39,3331234501,FALSE", "Bob,39,3331234502,TRUE", "Cleo,39,3331234503,TRUE"];
    let list = |column: &str| format!("{head},{column},AllowSMS\n{},TRUE\n", rows.join(",TRUE\n"));
    let bench = Bench::new();
    let file = bench.file("in.csv", list("AllowBroadcast"));
    let _ = bench.run(&file, &["--yes"]).expect(1);
    assert_eq!(bench.identifiers().len(), 2);
    std::fs::write(&file, list("Broadcasts")).unwrap();
    let told = bench.run(&file, &["--yes"]).expect(2).stderr;
    assert!(told.contains("left out people who said no, by AllowBroadcast"), "{told}");
    assert_eq!(bench.identifiers().len(), 2);
    // It is called so now; from then on that is known.
    let says = "[options]\nautomatic = true\n[unsubscribed]\nBroadcasts = [\"false\"]\n";
    let mapping = bench.file("m.toml", says);
    let by_mapping = ["--yes", "--mapping", mapping.to_str().unwrap()];
    let _ = bench.run(&file, &by_mapping).expect(1);
    let told = bench.run(&file, &["--yes"]).expect(2).stderr;
    assert!(told.contains("left out people who said no, by Broadcasts"), "{told}");
    assert_eq!(bench.identifiers().len(), 2);
    let _ = bench.run(&file, &["--yes", "--include-unsubscribed"]).expect(0);
    assert_eq!(bench.identifiers().len(), 3);
}

#[test]
fn where_the_people_of_one_source_alone_are_read_otherwise_the_list_is_not_sent_and_a_check_says_so() {
    let list = |at: &str| {
        let row = |person: u8| {
            let name = char::from(b'A' + person);
            format!("+39 333 12345{person:02},W{name},whatsapp\n{at}person_{name},T{name},telegram\n")
        };
        format!("identifier,name,source\n{}", (0..8).map(row).collect::<String>())
    };
    let bench = Bench::new();
    let file = bench.file("in.csv", list("@"));
    let flags = ["--map", "source=source", "--yes"];
    let _ = bench.run(&file, &flags).expect(0);
    std::fs::write(&file, list("")).unwrap();
    let (base, plan) = (bench.sandbox().base_url(), bench.path().join("p.json"));
    let (list, plan) = (file.to_str().unwrap(), plan.to_str().unwrap());
    let says = "knows 8 of the 16 contacts in this list. Of the others, 8 have the name of somebody";
    let looks = ["--map", "source=source", "--out", "out", "--base-url", &base];
    for told in [
        bench.run(&file, &flags).expect(2).stderr,
        bench.exact([&["check", list], &looks[..]].concat()).expect(2).stderr,
        bench.exact([&["plan", list, "--to", plan], &looks[..]].concat()).expect(0).stderr,
    ] {
        assert!(told.contains(says), "{told}");
    }
    assert_eq!(bench.identifiers().len(), 16);
}

#[test]
fn people_with_the_names_of_the_last_results_are_told_from_new_ones_by_how_many_they_are() {
    let list = |digits: &str, name: &str, people: std::ops::Range<u8>| -> String {
        people.map(|at| format!("+39 {digits} 12345{at:02},{name} {}\n", char::from(b'A' + at))).collect()
    };
    let bench = Bench::new();
    let file = bench.file("in.csv", format!("phone_number,name\n{}", list("333", "Ada", 0..24)));
    let _ = bench.run(&file, &["--yes"]).expect(0);
    let base = bench.sandbox().base_url();
    for (known, namesakes, new, is_refused) in [
        // Nobody in the list is known, and most are called as somebody of before.
        (0, 5, 4, true),
        (0, 5, 5, false),
        (0, 4, 3, false),
        // Some are, and of the others a quarter of those of before.
        (3, 6, 5, true),
        (3, 6, 6, false),
        (3, 5, 4, false),
    ] {
        let (known, others) = (list("333", "Ada", 0..known), list("345", "Ada", 10..10 + namesakes));
        std::fs::write(&file, format!("phone_number,name\n{known}{others}{}", list("346", "Bob", 0..new)))
            .unwrap();
        let looked =
            bench.exact(["check", file.to_str().unwrap(), "--out", "out", "--base-url", &base]).stderr;
        let says = format!("Of the others, {namesakes} have the name of somebody in its results");
        assert_eq!(looked.contains(&says), is_refused, "{namesakes} {new}: {looked}");
    }
}

#[test]
fn a_name_that_several_people_have_tells_nothing_of_who_somebody_was_before() {
    let list = |name: &str, digits: &[&str]| -> String {
        let rows = digits.iter().flat_map(|digits| {
            (0..5).map(move |at| format!("+39 {digits} 12345{at:02},{name} {}\n", char::from(b'A' + at)))
        });
        format!("phone_number,name\n{}", rows.collect::<String>())
    };
    for (before, now) in [(&["333", "334"][..], &["345"][..]), (&["333"], &["345", "346"])] {
        let bench = Bench::new();
        let file = bench.file("in.csv", list("Ada", before));
        let _ = bench.run(&file, &["--yes"]).expect(0);
        std::fs::write(&file, list("Ada", now)).unwrap();
        let _ = bench.run(&file, &["--yes"]).expect(0);
        assert_eq!(bench.identifiers().len(), 15);
    }
}

#[test]
fn who_is_called_by_the_other_form_of_their_number_is_nobody_else_of_the_same_name() {
    let list = |digits: &str, name: &str, people: u8| -> String {
        (0..people).map(|at| format!("{digits}{at:02},{name} {}\n", char::from(b'A' + at))).collect()
    };
    let bench = Bench::new();
    let file = bench.file("in.csv", format!("phone_number,name\n{}", list("+54 9 11 234567", "Ada", 7)));
    let _ = bench.run(&file, &["--yes"]).expect(0);
    let (known, new) = (list("+54 11 234567", "Ada", 6), list("+39 333 12345", "Bob", 1));
    std::fs::write(&file, format!("phone_number,name\n{known}{new}")).unwrap();
    let _ = bench.run(&file, &["--yes"]).expect(0);
    assert_eq!(bench.identifiers().len(), 8);
}

#[test]
fn a_number_that_is_read_otherwise_is_a_new_persons_as_long_as_the_journal_lacks_nothing() {
    let bench = Bench::new();
    let file = bench.file("in.csv", "phone_number,name\n612345678,Ada\n");
    let _ = bench.run(&file, &["--map", "identifier=+34{phone_number}"]).expect(0);
    let otherwise = ["--map", "identifier=+33{phone_number}", "--yes"];
    std::fs::write(&file, "phone_number,name\n612345679,Bo\n").unwrap();
    let _ = bench.run(&file, &otherwise).expect(0);
    assert_eq!(sorted(&bench), ["33612345679", "34612345678"]);
    // Somebody whom it does not know may be among those it has lost.
    let journal = bench.path().join("out/journal.log");
    let whole = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(&journal, whole.replacen("\"t\":\"S\"", "\"t\":\"s\"", 1)).unwrap();
    std::fs::write(&file, "phone_number,name\n612345670,Cy\n").unwrap();
    let told = bench.run(&file, &otherwise).expect(2).stderr;
    assert!(told.contains("The person in row 1 would become somebody else"), "{told}");
    assert_eq!(bench.identifiers().len(), 2);
}

#[test]
fn a_check_refuses_what_a_run_refuses() {
    let bench = Bench::new();
    let file = bench.file("in.csv", "Mobile,Phone,name\n+39 333 1234501,+39 06 5551001,Ada\n");
    let _ = bench.run(&file, &["--map", "identifier=Mobile"]).expect(0);
    let (base, list) = (bench.sandbox().base_url(), file.to_str().unwrap());
    for command in [&["run"][..], &["check"], &["plan", "--to", "p.json"]] {
        let flags = ["--map", "identifier=Phone", "--out", "out", "--base-url", &base];
        let told = bench.exact([command, &[list], &flags].concat()).expect(2).stderr;
        assert!(told.contains("identified people by Mobile; this run would use Phone"), "{told}");
    }
    assert!(!bench.path().join("p.json").exists());
}

#[test]
fn a_column_that_somebody_asked_for_stays_also_where_the_one_before_it_is_there_again() {
    let list = |header: &str, more: &str, people: std::ops::Range<u8>| {
        let row = |at: u8| format!("Ada {},+39 333 12345{at:02}{more}\n", char::from(b'A' + at));
        format!("name,{header}\n{}", people.map(row).collect::<String>())
    };
    let bench = Bench::new();
    let file = bench.file("in.csv", list("phone", "", 0..9));
    let _ = bench.run(&file, &["--yes"]).expect(0);
    std::fs::write(&file, list("Telefono", "", 1..10)).unwrap();
    let asked = ["--yes", "--map", "identifier=Telefono"];
    let _ = bench.run(&file, &asked).expect(0);
    std::fs::write(&file, list("Telefono,phone", ",", 1..11)).unwrap();
    let _ = bench.run(&file, &asked).expect(0);
    assert_eq!(bench.identifiers().len(), 11);
    let told = bench.run(&file, &["--yes", "--map", "identifier=phone"]).expect(2).stderr;
    assert!(told.contains("identified people by Telefono"), "{told}");
}

#[test]
fn a_column_whose_name_is_written_otherwise_is_the_same_column() {
    let list = |header: &str, people: std::ops::Range<u8>| {
        let row = |at: u8| {
            let name = char::from(b'A' + at);
            format!("Ada {name},333 12345{at:02},06 55510{at:02},Italy,yes\n")
        };
        format!("{header}\n{}", people.map(row).collect::<String>())
    };
    let bench = Bench::new();
    bench.file(
        "m.toml",
        "[map]\nidentifier = [\"Phone\", \"Office\"]\nname = \"name\"\n[options]\n\
         country_column = \"Country\"\n[unsubscribed]\nWanted = [\"no\"]\n",
    );
    let file = bench.file("in.csv", list("name,Phone,Office,Country,Wanted", 0..9));
    let night = |header: &str, people: std::ops::Range<u8>| {
        std::fs::write(&file, list(header, people)).unwrap();
        bench.run(&file, &["--mapping", "m.toml", "--yes", "--max-drift", "none"]).expect(0)
    };
    let _ = night("name,Phone,Office,Country,Wanted", 0..9);
    // Each night one is away and one is new.
    let _ = night("Name,phone,OFFICE ,country,wanted ", 1..10);
    let _ = night("Name,Phone\u{200b},Of\u{ad}fice,\u{2060}Country,WANTED", 2..11);
    let done = night("name,Phone,Office,Country,Wanted", 3..12);
    assert_eq!(done.column("identifier")[0], "393331234503");
    assert_eq!((bench.identifiers().len(), bench.doubles()), (12, 0));
    // A list that no mapping file reads.
    let bench = Bench::new();
    let plain = |header: &str, people: std::ops::Range<u8>| {
        let row = |at: u8| format!("Ada {},+39 333 12345{at:02}\n", char::from(b'A' + at));
        format!("name,{header}\n{}", people.map(row).collect::<String>())
    };
    for (night, header) in (0..).zip(["Phone", "phone", "Phone ", "Ph\u{ad}one", "\u{feff}Phone\u{200b}"]) {
        let file = bench.file("in.csv", plain(header, night..night + 9));
        let _ = bench.run(&file, &["--yes"]).expect(0);
    }
    assert_eq!(bench.identifiers().len(), 13);
}

#[test]
fn an_export_in_another_language_of_its_program_is_read_as_before() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/mapping/profiles/outlook.toml");
    let profile: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
    let columns = ["First Name", "Last Name", "Company", "Job Title", "Mobile Phone", "Business Phone"];
    let columns = [&columns[..], &["Middle Name", "Home Phone", "E-mail Address", "Categories"]].concat();
    let header = |language: &str| {
        let Some(names) = profile["locale"].get(language) else { return columns.join(",") };
        let called = |column: &&str| match &names[*column] {
            toml::Value::Array(names) => names[0].as_str().unwrap().to_owned(),
            name => name.as_str().unwrap().to_owned(),
        };
        columns.iter().map(called).collect::<Vec<_>>().join(",")
    };
    let list = |language: &str, people: std::ops::Range<u8>| {
        let row = |at: u8| {
            let mobile = if at.is_multiple_of(2) { format!("+39 333 12345{at:02}") } else { String::new() };
            format!("Ada,{},,,{mobile},+39 06 55510{at:02},,,,\n", char::from(b'A' + at))
        };
        format!("{}\n{}", header(language), people.map(row).collect::<String>())
    };
    let bench = Bench::new();
    for (night, language) in (0..).zip(["en", "it", "fr", "es", "pt", "en"]) {
        let file = bench.file("in.csv", list(language, night..night + 9));
        let _ = bench.run(&file, &["--yes"]).expect(0);
    }
    assert_eq!((bench.identifiers().len(), bench.doubles()), (14, 0));
}

#[test]
fn the_way_on_after_a_column_was_renamed_leaves_nobody_out() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/exports/hubspot.csv");
    let header = std::fs::read_to_string(sample).unwrap().lines().next().unwrap().replace('"', "");
    assert!(header.contains("Mobile Phone Number"), "{header}");
    let row = |at: u8| {
        let cell = |column: &str| match column {
            "First Name" => format!("Ada{}", char::from(b'A' + at)),
            "Last Name" => format!("Uno{}", char::from(b'A' + at)),
            "Mobile Phone Number" if !at.is_multiple_of(4) => format!("+39 333 12345{at:02}"),
            "Phone Number" if at.is_multiple_of(2) => format!("+39 06 55510{at:02}"),
            _ => String::new(),
        };
        header.trim_start_matches('\u{feff}').split(',').map(cell).collect::<Vec<_>>().join(",") + "\n"
    };
    let list = |header: &str, people: std::ops::Range<u8>| {
        format!("{header}\n{}", people.map(row).collect::<String>())
    };
    let bench = Bench::new();
    let file = bench.file("in.csv", list(&header, 0..13));
    let flags = ["--yes", "--max-drift", "none"];
    let _ = bench.run(&file, &flags).expect(0);
    let renamed = header.replace("Mobile Phone Number", "Cellulare");
    std::fs::write(&file, list(&renamed, 1..14)).unwrap();
    let told = bench.run(&file, &flags).expect(2).stderr;
    let key = "identifier = [\"Cellulare\", \"Phone Number\"]";
    assert!(told.contains(key), "{told}");
    let _ = bench.exact(["map", "in.csv", "--to", "both.toml", "--yes"]).expect(0);
    let mapping = std::fs::read_to_string(bench.path().join("both.toml")).unwrap();
    let identifier = mapping.lines().find(|line| line.starts_with("identifier = ")).unwrap();
    bench.file("both.toml", mapping.replace(identifier, key));
    let with_both = [&flags[..], &["--mapping", "both.toml"]].concat();
    for (header, people) in [(&renamed, 1..14), (&renamed, 2..15), (&header, 2..15)] {
        std::fs::write(&file, list(header, people)).unwrap();
        let flags = if *header == renamed { &with_both[..] } else { &flags };
        let _ = bench.run(&file, flags).expect(0);
    }
    assert_eq!((bench.identifiers().len(), bench.doubles()), (15, 0));
}

#[test]
fn where_a_column_is_gone_for_good_one_person_with_another_number_is_no_other_reading() {
    let list = |header: &str, more: &str, number: &str| {
        let row = |at: u8| format!("Ada {},+39 333 12345{at:02}{more}\n", char::from(b'A' + at));
        let last = format!("Ada Z,{number}{more}\n");
        format!("name,{header}\n{}{last}", (0..9).map(row).collect::<String>())
    };
    let bench = Bench::new();
    bench.file("m.toml", "[map]\nidentifier = [\"Mobile\", \"Phone\"]\nname = \"name\"\n");
    bench.file("one.toml", "[map]\nidentifier = [\"Mobile\"]\nname = \"name\"\n");
    let file = bench.file("in.csv", list("Mobile,Phone", ",", "+39 333 1234599"));
    let _ = bench.run(&file, &["--mapping", "m.toml"]).expect(0);
    std::fs::write(&file, list("Mobile", "", "+39 333 1234599")).unwrap();
    let _ = bench.run(&file, &["--mapping", "one.toml"]).expect(0);
    std::fs::write(&file, list("Mobile", "", "+39 333 1234598")).unwrap();
    let _ = bench.run(&file, &["--mapping", "one.toml"]).expect(0);
    assert_eq!(bench.identifiers().len(), 11);
}

#[test]
fn the_way_on_names_the_column_in_which_people_are_known_and_one_in_which_nobody_stands_answers_for_nothing()
{
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/exports/outlook-365.csv");
    let header = std::fs::read_to_string(sample).unwrap().lines().next().unwrap().to_owned();
    let columns: Vec<&str> = header.split(',').collect();
    let row = |at: u8| {
        let cell = |column: &&str| match *column {
            "First Name" | "\u{feff}First Name" => format!("Ada {}", char::from(b'A' + at)),
            "Mobile Phone" => format!("+39 333 12345{at:02}"),
            "Business Phone" => format!("+39 06 55510{at:02}"),
            _ => String::new(),
        };
        columns.iter().map(cell).collect::<Vec<_>>().join(",") + "\n"
    };
    let list = |header: &str, people: std::ops::Range<u8>| {
        format!("{header}\n{}", people.map(row).collect::<String>())
    };
    let bench = Bench::new();
    let file = bench.file("in.csv", list(&header, 0..9));
    let flags = ["--yes", "--max-drift", "none"];
    let _ = bench.run(&file, &flags).expect(0);
    let people = bench.identifiers();
    std::fs::write(&file, list(&header.replace("Mobile Phone", "Cellulare"), 1..10)).unwrap();
    let refused = || {
        let told = bench.run(&file, &flags).expect(2).stderr;
        assert!(told.contains("This list has no Mobile Phone"), "{told}");
        assert!(
            told.contains("identifier = [\"Cellulare\", \"Primary Phone\", \"Business Phone\""),
            "{told}"
        );
    };
    refused();
    // Nobody stands in this one.
    let _ =
        bench.run(&file, &["--map", "identifier=Primary Phone", "--yes", "--max-drift", "none"]).expect(1);
    refused();
    assert_eq!(bench.identifiers(), people);
}
