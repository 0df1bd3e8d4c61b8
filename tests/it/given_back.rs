//! Failures that a person corrects and gives back: with the command that the program shows, into a folder of their own, and
//! never written over.

use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use callbell_import::journal::{decode_line, encode_line};
use callbell_import::sandbox::{FaultKind, FaultRule, On};

use crate::support::{Bench, Done, Keeper, read_csv};

/// Needs flags to be read: nothing in its header says what is what.
const LIST: &str = "Mobile No.;First;It's last\n3331234501;Ada;L\n3331234502;Bruno;B\n12;Zed;Z\n";
const FLAGS: [&str; 6] =
    ["--map", "identifier=Mobile No.", "--map", "name={First} {It's last}", "--default-country", "IT"];

/// The command in a line that the program said, run by a shell.
fn typed(bench: &Bench, said: &str) -> Done {
    let at = said.rfind("callbell-import run ").unwrap();
    let command = said[at..].lines().next().unwrap();
    let program = env!("CARGO_BIN_EXE_callbell-import");
    let line = command.replacen("callbell-import", program, 1);
    let typed = bench.command([""; 0]);
    let output = Command::new("sh")
        .arg("-c")
        .arg(&line)
        .current_dir(bench.path())
        .env_clear()
        .envs(typed.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    bench.finish(output)
}

fn mend(bench: &Bench, file: &str, wrong: &str, right: &str) {
    let path = bench.path().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(wrong), "{text}");
    std::fs::write(path, text.replace(wrong, right)).unwrap();
}

fn status(bench: &Bench, args: &[&str]) -> String {
    bench.exact(["status"].iter().chain(args)).expect(0).stdout
}

#[test]
fn the_command_that_is_shown_at_the_end_takes_the_corrected_failures_as_they_are() {
    let bench = Bench::new();
    let file = bench.file("in.csv", LIST);
    let first = bench.run(&file, &FLAGS).expect(1).conserved_with(b';');
    mend(&bench, "out/failures.csv", "\n12;", "\n3331234503;");
    let done = typed(&bench, &first.stdout).expect(0);
    assert!(done.stdout.starts_with("1 row: 1 created, 0 unaccounted for\n"), "{}", done.stdout);
    let mut identifiers = bench.identifiers();
    identifiers.sort();
    assert_eq!(identifiers, ["393331234501", "393331234502", "393331234503"]);
    assert_eq!(bench.doubles(), 0);
    // The first folder knows where its failures went.
    let told = status(&bench, &["out"]);
    assert!(
        told.contains("Failures  given back into out/failures.import: 1 in the file: 1 created\n"),
        "{told}"
    );
    assert!(told.contains("Next      callbell-import verify out/failures.import\n"), "{told}");
    let seen: serde_json::Value = serde_json::from_str(&status(&bench, &["out", "--json"])).unwrap();
    assert_eq!(seen["failures_given_back"]["created"], 1);
    // After another run of the list they are other failures, which nobody has given back.
    let path = bench.path().join("out/given-back.json");
    let line = std::fs::read_to_string(&path).unwrap();
    let mut told: serde_json::Value =
        serde_json::from_str(decode_line(line.trim_end().as_bytes()).unwrap()).unwrap();
    told["at"] = 1.into();
    std::fs::write(&path, encode_line(&told.to_string())).unwrap();
    assert!(!status(&bench, &["out"]).contains("given back into"));
}

#[test]
fn a_column_of_the_list_that_is_called_as_one_of_failures_csv_is_refused_before_anything_is_sent() {
    let bench = Bench::new();
    let all = "import_row,import_status,import_code,import_field,import_message";
    for (header, cells, flags, told) in [
        ("import_message", "hello", &["--map", "note=import_message"][..], "cannot give note"),
        ("import_message", "hello", &[], "has a column `import_message`"),
        (all, "1,2,3,4,hello", &["--map", "note=import_message"], "cannot give note"),
        (all, "1,2,3,4,hello", &["--map", "name={name} {import_row}"], "cannot give name"),
        ("import_row,import_status", "1,2", &[], "has a column `import_row`"),
    ] {
        let list = format!("phone_number,name,{header}\n+393331234501,Ada,{cells}\n");
        let done = bench.run(bench.file("in.csv", list), flags).expect(2);
        assert!(done.stderr.contains(told) && done.stderr.contains("rename column"), "{}", done.stderr);
    }
    assert!(bench.identifiers().is_empty());
    // All of them are those of an earlier run, wherever somebody moved them to; and failures of failures have them once.
    let list = format!("{all},phone_number,name\n1,invalid,a,b,c,12,Ada\n");
    let first = bench.run(bench.file("in.csv", list), &[""; 0]).expect(1);
    let again = typed(&bench, &first.stdout).expect(1);
    mend(&bench, "out/failures.import/failures.csv", "\n12,", "\n+393331234501,");
    let done = typed(&bench, &again.stdout).expect(0);
    assert!(done.stdout.starts_with("1 row: 1 created, 0 unaccounted for\n"), "{}", done.stdout);
}

#[test]
fn status_shows_the_command_also_after_a_run_that_was_quiet_and_from_another_folder() {
    let bench = Bench::new();
    let file = bench.file("in.csv", LIST);
    let _ = bench.run(&file, &[&FLAGS[..], &["--quiet"]].concat()).expect(1);
    mend(&bench, "out/failures.csv", "\n12;", "\n3331234503;");
    let told = status(&bench, &["out"]);
    assert!(told.contains("then: callbell-import run out/failures.csv --out out/failures.import"), "{told}");
    std::fs::create_dir(bench.path().join("elsewhere")).unwrap();
    let mut from_elsewhere = bench.command(["status", "../out"]);
    let output = from_elsewhere.current_dir(bench.path().join("elsewhere")).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let there = bench.path().canonicalize().unwrap();
    assert!(told.contains(&format!("then: cd {} && callbell-import run out/", there.display())), "{told}");
    let _ = typed(&bench, &told).expect(0);
    assert_eq!(bench.identifiers().len(), 3);
}

#[test]
fn what_somebody_corrected_in_failures_csv_is_kept_when_the_whole_list_is_run_again() {
    let bench = Bench::new();
    let file = bench.file("in.csv", LIST);
    let _ = bench.run(&file, &FLAGS).expect(1);
    // Nobody touched it: it is written anew, and nothing is said.
    let again = bench.run(&file, &FLAGS).expect(1);
    assert!(!again.stderr.contains("edited"), "{}", again.stderr);
    mend(&bench, "out/failures.csv", "\n12;", "\n3331234503;");
    let again = bench.run(&file, &[&FLAGS[..], &["--quiet"]].concat()).expect(1);
    assert!(again.stderr.contains("out/failures.csv was edited since it was written"), "{}", again.stderr);
    assert!(
        again.stderr.contains("had been edited and is kept as out/failures.edited.csv"),
        "{}",
        again.stderr
    );
    let kept = std::fs::read_to_string(bench.path().join("out/failures.edited.csv")).unwrap();
    assert!(kept.contains("\n3331234503;Zed;Z;3;invalid"), "{kept}");
    let anew = std::fs::read_to_string(bench.path().join("out/failures.csv")).unwrap();
    assert!(anew.contains("\n12;Zed;Z;3;invalid"), "{anew}");
    let kept = again.stderr.lines().find(|line| line.contains("had been edited and is kept as")).unwrap();
    let _ = typed(&bench, kept).expect(0);
    assert_eq!(bench.identifiers().len(), 3);
}

#[test]
fn what_somebody_corrected_in_problems_csv_is_kept_when_the_list_is_checked_again() {
    let bench = Bench::new();
    let file = bench.file("in.csv", LIST);
    let check = || {
        bench.exact([&["check", file.to_str().unwrap(), "--offline", "--out", "out"], &FLAGS[..]].concat())
    };
    let _ = check().expect(1);
    mend(&bench, "out/problems.csv", "\n12;", "\n3331234503;");
    let again = check().expect(1);
    assert!(
        again.stderr.contains("had been edited and is kept as out/problems.edited.csv"),
        "{}",
        again.stderr
    );
    let kept = std::fs::read_to_string(bench.path().join("out/problems.edited.csv")).unwrap();
    assert!(kept.contains("\n3331234503;"), "{kept}");
}

#[test]
fn failures_of_several_lists_and_those_that_were_kept_beside_are_mapped_as_their_lists() {
    // In the lists the column is none of sources; among the failures it would be one.
    let list = |name: &str, number| {
        format!("identifier,name,source\n{number},Ada,a friend\n{number},Ada,whatsapp\n12,{name},instagram\n")
    };
    let bench = Bench::new();
    let base = bench.sandbox().base_url();
    let run = |files: &[&str], out: &str, code| {
        let args = ["--out", out, "--yes", "--base-url", &base];
        bench.exact(["run"].iter().chain(files).chain(&args)).expect(code)
    };
    for (name, number) in [("one", "393331234501"), ("two", "393331234502")] {
        let (file, out) = (format!("{name}.csv"), format!("{name}.import"));
        bench.file(&file, list(name, number));
        let _ = run(&[&file], &out, 1);
        mend(&bench, &format!("{out}/failures.csv"), "\n12,", &format!("\n{number}9,"));
    }
    let _ = run(&["one.import/failures.csv", "two.import/failures.csv"], "mended", 0);
    // The list is run again, and what was corrected is kept beside.
    mend(&bench, "one.import/failures.csv", ",one,", ",One,");
    let _ = run(&["one.csv"], "one.import", 1);
    assert!(bench.path().join("one.import/failures.edited.csv").exists());
    let _ = run(&["one.import/failures.edited.csv"], "beside", 0);
    let sources: Vec<String> =
        bench.sandbox().world().contacts().iter().map(|(_, contact)| contact.source.clone()).collect();
    assert!(sources.iter().all(|source| source == "whatsapp"), "{sources:?}");
}

#[test]
fn in_a_folder_whose_name_is_no_text_an_import_remembers_all_the_same() {
    let bench = Bench::new();
    let base = bench.sandbox().base_url();
    let folder = Path::new(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    std::fs::create_dir(bench.path().join(folder)).unwrap();
    let run = |file: &str, out: &str, text: Option<&str>, code| {
        let (file, out) = (folder.join(file), folder.join(out));
        if let Some(text) = text {
            std::fs::write(bench.path().join(&file), text).unwrap();
        }
        let mut command = bench.command([std::ffi::OsStr::new("run"), file.as_os_str()]);
        command.arg("--out").arg(out).args(["--source", "telegram", "--yes", "--base-url", &base]);
        bench.finish(command.output().unwrap()).expect(code)
    };
    let _ = run("in.csv", "out", Some(REFUSED), 1);
    let failures = bench.path().join(folder).join("out/failures.csv");
    let text = std::fs::read_to_string(&failures).unwrap();
    std::fs::write(&failures, text.replace("393331234502,", "393331234502,Bea")).unwrap();
    let _ = run("out/failures.csv", "mended", None, 0);
    let done = run("in.csv", "out", Some(MENDED), 0);
    assert!(done.stdout.contains("1 existing"), "{}{}", done.stdout, done.stderr);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0));
}

#[test]
fn failures_of_two_imports_do_not_share_the_default_folder() {
    let bench = Bench::new();
    let url = bench.sandbox().base_url();
    for (name, wrong) in [("one", "12"), ("two", "13")] {
        let list = LIST.replace("\n12;", &format!("\n{wrong};"));
        let file = bench.file(&format!("{name}.csv"), list);
        let _ = bench
            .exact([&["run", file.to_str().unwrap(), "--base-url", &url], &FLAGS[..]].concat())
            .expect(1);
    }
    let give = |folder: &str, more: &[&str]| {
        let file = format!("{folder}.import/failures.csv");
        bench.exact([&["run", &file, "--base-url", &url], &FLAGS[..], more].concat())
    };
    let _ = give("one", &[]).expect(1);
    let before = std::fs::read(bench.path().join("failures.import/results.csv")).unwrap();
    let refused = give("two", &[]).expect(2);
    assert!(
        refused.stderr.contains("failures.import holds the results of other failures: "),
        "{}",
        refused.stderr
    );
    assert_eq!(std::fs::read(bench.path().join("failures.import/results.csv")).unwrap(), before);
    // The same ones go on there, and the others where the hint says.
    let _ = give("one", &[]).expect(1);
    let out = refused.stderr.rsplit("--out ").next().unwrap().trim().to_owned();
    assert!(out.ends_with("two.import/failures.import"), "{out}");
    let _ = give("two", &["--out", &out]).expect(1);
}

#[test]
fn failures_are_mapped_as_their_list_whatever_their_own_few_values_would_give() {
    let bench = Bench::new();
    let list =
        "name,phone,source,owner\nAda,+39 333 1234501,newsletter,Eva\nZed,12,instagram,bob@example.com\n";
    let done = bench.run(bench.file("in.csv", list), &["--yes"]).expect(1);
    mend(&bench, "out/failures.csv", ",12,", ",+39 333 1234502,");
    let check = bench.exact(["check", "out/failures.csv", "--offline", "--out", "looked"]).expect(0);
    for field in ["source: could be the source", "owner: could be the assigned_user"] {
        let told = format!("{field}, but it was not used for this in the list that these rows come from");
        assert!(check.stdout.contains(&told), "{}", check.stdout);
    }
    let done = typed(&bench, &done.stdout).expect(0);
    assert!(!done.stderr.contains("bob@example.com"), "{}", done.stderr);
    let mut identifiers = bench.identifiers();
    identifiers.sort();
    assert_eq!(identifiers, ["393331234501", "393331234502"], "Instagram knows no such number");
    // Whoever says so means it.
    let asked = ["check", "out/failures.csv", "--offline", "--out", "looked", "--map", "source=source"];
    let check = bench.exact(asked).expect(0);
    assert!(check.stdout.contains("source     < source\n"), "{}", check.stdout);
}

/// Three people, of whom the API refuses one until the name is another.
fn refused_once(bench: &Bench, flags: &[&str]) -> Done {
    let file = bench.file("in.csv", "identifier,name\n393331234501,Ada\n393331234502,\n393331234503,Cid\n");
    bench.run(file, flags).expect(1)
}

#[test]
fn who_was_mended_in_the_failures_and_in_the_list_is_one_contact() {
    for (flags, sends) in [
        (&["--source", "telegram"][..], 3),
        (&["--source", "telegram", "--on-existing", "update"], 3),
        (&["--on-existing", "create"], 3),
        (&["--on-existing", "skip"], 3),
        (&["--on-existing", "update"], 3),
    ] {
        let bench = Bench::new();
        let first = refused_once(&bench, flags);
        mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
        let _ = typed(&bench, &first.stdout).expect(0);
        let list =
            "identifier,name\n393331234501,Ada\n393331234502,Bea\n393331234503,Cid\n393331234504,Dan\n";
        let file = bench.file("in.csv", list);
        let done = bench.run(&file, flags).expect(0).conserved();
        let line = &done.results()[1];
        assert_eq!((&*line["status"], &*line["name"]), ("existing", "Bea"), "{flags:?}");
        assert!(!line["uuid"].is_empty(), "{flags:?}");
        let seen = bench.sandbox().world().seen().requests["POST /contacts"];
        assert_eq!((bench.doubles(), bench.identifiers().len(), seen), (0, 4, sends + 1), "{flags:?}");
        // It is settled.
        let again = bench.run(&file, flags).expect(0);
        assert!(again.stdout.contains("Nothing to do"), "{flags:?}: {}", again.stdout);
        // Whoever takes the list back leaves who came by the failures.
        let base = bench.sandbox().base_url();
        let undo = |folder: &str, how: &str| {
            bench.exact(["undo", folder, "--base-url", &base, how]).expect(0).stdout
        };
        let stays =
            "1 contact was created from them and stays; callbell-import undo out/failures.import --dry-run";
        for how in ["--dry-run", "--yes"] {
            let told = undo("out", how);
            assert!(told.contains(stays), "{flags:?}: {told}");
        }
        assert_eq!(bench.identifiers(), ["393331234502"], "{flags:?}");
        undo("out/failures.import", "--dry-run");
        undo("out/failures.import", "--yes");
        assert_eq!(bench.identifiers().len(), 0, "{flags:?}");
        let told = undo("out", "--dry-run");
        assert!(!told.contains("stays"), "{flags:?}: nobody does: {told}");
    }
}

#[test]
fn where_nobody_knows_what_became_of_the_mended_failure_it_is_not_sent_from_the_list() {
    let bench = Bench::with("[api]\nread_lag_ms = 600000");
    let flags = ["--source", "telegram", "--settle", "0"];
    let first = refused_once(&bench, &flags);
    mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let cut = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::CutAfter, 1.0) };
    bench.sandbox().world().set_faults(vec![cut]);
    let _ = typed(&bench, &first.stdout).expect(8);
    bench.sandbox().world().set_faults(Vec::new());
    let file =
        bench.file("in.csv", "identifier,name\n393331234501,Ada\n393331234502,Bea\n393331234503,Cid\n");
    let done = bench.run(file, &flags).expect(8).conserved();
    assert_eq!(done.results()[1]["status"], "unconfirmed");
    assert_eq!((bench.doubles(), bench.identifiers().len()), (0, 3), "{}", done.stdout);
}

/// A list whose second person the API refuses under the name that it has, and the same list with that mended.
const REFUSED: &str = "identifier,name\n393331234501,Ada\n393331234502,\n";
const MENDED: &str = "identifier,name\n393331234501,Ada\n393331234502,Bea\n";

/// The list is run, and its failure mended in `failures.csv` and given back.
fn given_back(bench: &Bench, flags: &[&str]) -> Done {
    let first = bench.run(bench.file("in.csv", REFUSED), flags).expect(1);
    mend(bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let _ = typed(bench, &first.stdout).expect(0);
    first
}

#[test]
fn who_is_given_back_and_was_sent_from_the_list_in_another_night_is_met_and_not_created_again() {
    for flags in [&["--source", "telegram"][..], &["--on-existing", "create"]] {
        let bench = Bench::new();
        let _ = bench.run(bench.file("in.csv", MENDED), flags).expect(0);
        // In the second night the export has lost a name, and another person's number.
        let lost = "identifier,name\n393331234501,Ada\n393331234502,\n,Ada\n";
        let second = bench.run(bench.file("in.csv", lost), flags).expect(1);
        mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
        mend(&bench, "out/failures.csv", "\n,Ada", "\n393331234501,Ada");
        let done = typed(&bench, &second.stdout).expect(0);
        assert!(done.stdout.starts_with("2 rows: 0 created, 2 existing, 0 un"), "{flags:?}: {}", done.stdout);
        assert_eq!((bench.doubles(), bench.identifiers().len()), (0, 2), "{flags:?}");
    }
}

#[test]
fn who_came_by_the_failures_is_not_forbidden_in_the_list_and_the_other_way_round() {
    for source in ["telegram", "whatsapp"] {
        let flags = ["--source", source, "--on-existing", "fail"];
        let bench = Bench::new();
        let _ = given_back(&bench, &flags);
        // As often as the list is run, and whatever it says then.
        for list in [MENDED, MENDED, &MENDED.replace("Bea", "Beatrix")] {
            let done = bench.run(bench.file("in.csv", list), &flags).expect(0).conserved();
            assert_eq!(done.results()[1]["status"], "existing", "{source}: {list}");
        }
        // Whom the list has created, and loses.
        let second = bench.run(bench.file("in.csv", "identifier,name\n393331234501,\n"), &flags).expect(1);
        mend(&bench, "out/failures.csv", "393331234501,", "393331234501,Ada");
        let done = typed(&bench, &second.stdout).expect(0);
        assert!(done.stdout.starts_with("1 row: 0 created, 1 existing, 0 un"), "{source}: {}", done.stdout);
        assert_eq!((bench.doubles(), bench.identifiers().len()), (0, 2), "{source}");
    }
}

#[test]
fn who_was_forbidden_and_made_room_for_one_that_came_by_the_failures_is_not_refused_for_ever() {
    let bench = Bench::new();
    let flags = ["--on-existing", "fail"];
    let list = bench.file("in.csv", "identifier,name\n393331234501,Ada\n");
    let _ = bench.run(&list, &flags).expect(0);
    std::fs::rename(bench.path().join("out"), bench.path().join("before")).unwrap();
    let first = bench.run(&list, &flags).expect(1);
    let before = first.results()[0]["uuid"].clone();
    assert_eq!(first.results()[0]["code"], "already_there");
    bench.sandbox().world().take_away(&before);
    let _ = typed(&bench, &first.stdout).expect(0);
    let done = bench.run(&list, &flags).expect(0).conserved();
    let line = &done.results()[0];
    assert_eq!((&*line["status"], line["uuid"] == before), ("existing", false));
    assert_eq!(bench.identifiers().len(), 1);
}

#[test]
fn who_was_refused_and_was_created_as_it_is_when_it_was_given_back_is_not_told_as_refused_any_more() {
    let bench = Bench::new();
    let list = bench.file("in.csv", "identifier,name,tags\n393331234501,Ada,New\n");
    let refuse = FaultRule { on: On::Create, status: Some(422), ..FaultRule::new(FaultKind::Error, 1.0) };
    bench.sandbox().world().set_faults(vec![refuse]);
    let flags = ["--on-existing", "create"];
    let first = bench.run(&list, &flags).expect(1);
    bench.sandbox().world().set_faults(Vec::new());
    let _ = typed(&bench, &first.stdout).expect(0);
    let again = bench.run(&list, &flags).expect(0).conserved();
    let line = &again.results()[0];
    assert_eq!((&*line["status"], bench.identifiers().len()), ("existing", 1));
}

#[test]
fn failures_are_known_wherever_they_were_given_back_to_and_wherever_the_folders_went() {
    let flags = ["--source", "telegram"];
    let bench = Bench::new();
    let list = "identifier,name\n393331234501,\n393331234502,\n";
    let _ = bench.run(bench.file("in.csv", list), &flags).expect(1);
    let (file, places) = (bench.path().join("out/failures.csv"), ["monday", "tuesday"]);
    for (place, (wrong, right)) in
        places.iter().zip([("393331234501,", "393331234501,Ada"), ("393331234502,", "393331234502,Bea")])
    {
        mend(&bench, "out/failures.csv", wrong, right);
        let base = bench.sandbox().base_url();
        let args = ["run", file.to_str().unwrap(), "--out", place, "--base-url", &base, "--yes"];
        let _ = bench.exact(args.iter().chain(&flags)).expect(i32::from(*place == "monday"));
    }
    std::fs::create_dir(bench.path().join("moved")).unwrap();
    for folder in ["out", "monday", "tuesday"] {
        std::fs::rename(bench.path().join(folder), bench.path().join("moved").join(folder)).unwrap();
    }
    let list = bench.file("in.csv", MENDED);
    let (base, list) = (bench.sandbox().base_url(), list.to_str().unwrap());
    let args = ["run", list, "--out", "moved/out", "--base-url", &base, "--yes"];
    let done = bench.exact(args.iter().chain(&flags)).expect(0);
    assert!(done.stdout.contains("0 created, 2 existing, 0 un"), "{}", done.stdout);
    assert_eq!((bench.doubles(), bench.identifiers().len()), (0, 2));
}

#[test]
fn what_is_missing_of_an_import_of_failures_makes_people_doubtful_and_is_told() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 6] = [
        ("a flipped bit", |out| flipped(&out.join("failures.import/journal.log"), 4)),
        ("a head that is none", |out| flipped(&out.join("failures.import/journal.log"), 9)),
        ("a cut end", |out| {
            let path = out.join("failures.import/journal.log");
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("other line ends", |out| {
            let path = out.join("failures.import/journal.log");
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(path, text.replace('\n', "\r\n")).unwrap();
        }),
        ("no folder", |out| std::fs::remove_dir_all(out.join("failures.import")).unwrap()),
        ("a line that tells of the folder", |out| flipped(&out.join("given-back.json"), 2)),
    ];
    for (what, harm) in harms {
        let bench = Bench::new();
        let flags = ["--source", "telegram", "--settle", "0"];
        let _ = given_back(&bench, &flags);
        harm(&bench.path().join("out"));
        let done = bench.run(bench.file("in.csv", MENDED), &flags);
        assert!(
            done.stderr.contains("so it may no longer know all the people of this list"),
            "{what}: {}",
            done.stderr
        );
        assert_eq!((bench.doubles(), bench.identifiers().len()), (0, 2), "{what}: {}", done.stdout);
        // Whoever can be looked up is.
        let bench = Bench::new();
        let flags = ["--on-existing", "create", "--settle", "0"];
        let _ = given_back(&bench, &flags);
        harm(&bench.path().join("out"));
        let done = bench.run(bench.file("in.csv", MENDED), &flags).expect(0);
        assert_eq!((bench.doubles(), bench.identifiers().len()), (0, 2), "{what}: {}", done.stdout);
    }
}

#[test]
fn who_was_given_up_and_came_in_another_way_is_not_told_as_created_and_stays_after_an_undo() {
    for give_back in [false, true] {
        let bench = Bench::new();
        let list = bench.file("in.csv", "identifier,name\n393331234501,Ada\n");
        let cut = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::CutBefore, 1.0) };
        bench.sandbox().world().set_faults(vec![cut]);
        let flags = ["--settle", "0.2"];
        let first = bench.run(&list, &flags).expect(1);
        assert_eq!(first.results()[0]["status"], "failed");
        bench.sandbox().world().set_faults(Vec::new());
        // Another program, or the person.
        let base = bench.sandbox().base_url();
        let others = ["run", list.to_str().unwrap(), "--out", "others", "--base-url", &base];
        let _ = bench.exact(others).expect(0);
        let (done, folder) = if give_back {
            let back = ["run", "out/failures.csv", "--out", "back", "--base-url", &base, "--settle", "0.2"];
            (bench.exact(back), "back")
        } else {
            (bench.run(&list, &flags), "out")
        };
        let _ = done.expect(0);
        let lines = read_csv(&bench.path().join(folder).join("results.csv"), b',');
        assert_eq!((&*lines[0]["status"], &*lines[0]["code"]), ("existing", "existing_same"), "{give_back}");
        let _ = bench.exact(["undo", folder, "--base-url", &base, "--dry-run"]);
        let _ = bench.exact(["undo", folder, "--base-url", &base, "--yes"]);
        assert_eq!(bench.identifiers().len(), 1, "{give_back}");
    }
}

/// The folder of the failures is begun anew with other people in the place of Bea.
fn begun_anew(bench: &Bench, flags: &[&str], (wrong, right): (&str, &str)) {
    mend(bench, "out/failures.csv", wrong, right);
    let base = bench.sandbox().base_url();
    let run = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base];
    let _ = bench.exact(run.iter().chain(flags).chain(&["--restart", "--yes"])).expect(0);
}

const EVE: (&str, &str) = ("393331234502,Bea", "393331234503,Eve");
const FAY: (&str, &str) = ("393331234503,Eve", "393331234504,Fay");

#[test]
fn who_came_by_the_failures_is_known_to_the_list_also_where_their_folder_was_begun_anew() {
    for flags in [&["--source", "telegram"][..], &["--on-existing", "create"]] {
        let list = |bench: &Bench| {
            let done = bench.run(bench.file("in.csv", MENDED), flags).expect(0).conserved();
            let line = &done.results()[1];
            (line["status"].clone(), bench.doubles(), bench.identifiers().len())
        };
        let bench = Bench::new();
        let _ = given_back(&bench, flags);
        begun_anew(&bench, flags, EVE);
        begun_anew(&bench, flags, FAY);
        assert_eq!(list(&bench), ("existing".to_owned(), 0, 4), "{flags:?}");
        assert_eq!(list(&bench), ("existing".to_owned(), 0, 4), "{flags:?}");
        // As long as she is there: neither whom somebody deleted counts, nor whom an undo did.
        let bench = Bench::new();
        let _ = given_back(&bench, flags);
        begun_anew(&bench, flags, EVE);
        let bea = {
            let world = bench.sandbox().world();
            let bea = world.contacts().iter().find(|(_, contact)| contact.name == "Bea");
            bea.unwrap().1.uuid.clone()
        };
        bench.sandbox().world().take_away(&bea);
        assert_eq!(list(&bench), ("created".to_owned(), 0, 3), "{flags:?}");
        let bench = Bench::new();
        let _ = given_back(&bench, flags);
        let base = bench.sandbox().base_url();
        let _ = bench.exact(["undo", "out/failures.import", "--base-url", &base, "--dry-run"]).expect(0);
        let _ = bench.exact(["undo", "out/failures.import", "--base-url", &base, "--yes"]).expect(0);
        begun_anew(&bench, flags, EVE);
        begun_anew(&bench, flags, FAY);
        assert_eq!(list(&bench), ("created".to_owned(), 0, 4), "{flags:?}");
    }
}

#[test]
fn the_failures_know_whom_the_list_had_before_it_was_begun_anew() {
    let bench = Bench::new();
    let flags = ["--source", "telegram"];
    let _ = bench.run(bench.file("in.csv", MENDED), &flags).expect(0);
    let restart = [&flags[..], &["--restart", "--yes"]].concat();
    let first = bench.run(bench.file("in.csv", "identifier,name\n393331234502,\n"), &restart).expect(1);
    mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let done = typed(&bench, &first.stdout).expect(0);
    assert!(done.stdout.starts_with("1 row: 0 created, 1 existing, 0 un"), "{}", done.stdout);
    assert_eq!((bench.doubles(), bench.identifiers().len()), (0, 2));
}

#[test]
fn who_was_left_in_doubt_by_a_list_that_was_begun_anew_is_not_told_to_be_the_one_of_before() {
    let bench = Bench::new();
    let flags = ["--source", "telegram", "--settle", "0.5", "--concurrency", "1"];
    let list = bench.file("in.csv", "identifier,name\n@ada,Dan\n@bea,Dan\n@eve,Eve\n");
    let _ = bench.run(&list, &flags).expect(0);
    let cut = FaultRule { until: Some(1), ..FaultRule::new(FaultKind::CutAfter, 1.0) };
    bench.sandbox().world().set_faults(vec![cut]);
    let done = bench.run(&list, &[&flags[..], &["--restart", "--yes"]].concat()).expect(8);
    assert_eq!(done.column("status"), ["unconfirmed", "created", "created"]);
    let base = bench.sandbox().base_url();
    let args = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base, "--yes"];
    for _ in 0..2 {
        let back = bench.exact(args.iter().chain(&flags)).expect(8);
        assert!(back.stdout.starts_with("1 row: 0 created, 1 unconfirmed"), "{}", back.stdout);
        assert_eq!(bench.run(&list, &flags).expect(8).column("status")[0], "unconfirmed");
    }
    // Who is not in doubt there is met as before.
    mend(&bench, "out/failures.csv", "@ada", "@eve");
    mend(&bench, "out/failures.csv", ",unconfirmed,", ",invalid,");
    let back = bench.exact(args.iter().chain(&flags)).expect(0);
    assert!(back.stdout.starts_with("1 row: 0 created, 1 existing"), "{}", back.stdout);
    assert_eq!(bench.identifiers().len(), 6);
}

/// One bit of the file is another: of the byte that many parts from its beginning, of ten.
fn flipped(path: &Path, tenths: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    let at = bytes.len() * (10 - tenths) / 10;
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn who_is_in_doubt_is_sent_from_the_failures_once_somebody_who_knows_takes_that_word_back() {
    let bench = Bench::with("[api]\nread_lag_ms = 600000");
    let flags = ["--source", "telegram", "--settle", "0"];
    let cut = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::CutBefore, 1.0) };
    bench.sandbox().world().set_faults(vec![cut]);
    let list = bench.file("in.csv", "identifier,name\n393331234501,Ada\n");
    let _ = bench.run(list, &flags).expect(8);
    bench.sandbox().world().set_faults(Vec::new());
    let base = bench.sandbox().base_url();
    let args = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base, "--yes"];
    let give_back = |code| bench.exact(args.iter().chain(&flags)).expect(code);
    mend(&bench, "out/failures.csv", ",unconfirmed,", ",,");
    let done = give_back(0);
    assert!(done.stdout.starts_with("1 row: 1 created, 0 un"), "{}", done.stdout);
}

#[test]
fn a_word_that_was_given_back_first_can_still_be_taken_back_unless_something_was_sent_since() {
    // Given back with the word as often as this, into another folder in the end or not, and sent there without an answer or
    // not; whether it may be sent then.
    for (times, elsewhere, sent, may_be_sent) in
        [(1, false, false, true), (2, false, false, true), (1, true, false, true), (1, false, true, false)]
    {
        let case = (times, elsewhere, sent);
        let bench = Bench::with("[api]\nread_lag_ms = 600000");
        let flags = ["--source", "telegram", "--settle", "0"];
        let cut = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::CutBefore, 1.0) };
        bench.sandbox().world().set_faults(vec![cut.clone()]);
        let _ = bench.run(bench.file("in.csv", "identifier,name\n393331234501,Ada\n"), &flags).expect(8);
        bench.sandbox().world().set_faults(Vec::new());
        let base = bench.sandbox().base_url();
        let give_back = |folder: &str, code| {
            let args = ["run", "out/failures.csv", "--out", folder, "--base-url", &base, "--yes"];
            bench.exact(args.iter().chain(&flags)).expect(code)
        };
        for _ in 0..times {
            let done = give_back("out/failures.import", 8);
            let decide = "delete the word `unconfirmed` in out/failures.import/failures.csv";
            assert!(done.stdout.contains(decide), "{}", done.stdout);
        }
        mend(&bench, "out/failures.csv", ",unconfirmed,", ",,");
        if sent {
            bench.sandbox().world().set_faults(vec![cut]);
            let _ = give_back("out/failures.import", 8);
            bench.sandbox().world().set_faults(Vec::new());
        }
        let folder = if elsewhere { "corrected" } else { "out/failures.import" };
        let done = give_back(folder, if may_be_sent { 0 } else { 8 });
        let told =
            if may_be_sent { "1 row: 1 created, 0 un" } else { "1 row: 0 created, 1 unconfirmed, 0 un" };
        assert!(done.stdout.starts_with(told), "{case:?}: {}", done.stdout);
        assert_eq!(bench.identifiers().len(), usize::from(may_be_sent), "{case:?}");
    }
}

#[test]
fn who_came_by_the_failures_and_was_taken_back_is_sent_from_the_list() {
    let bench = Bench::new();
    let flags = ["--source", "telegram"];
    let _ = given_back(&bench, &flags);
    let base = bench.sandbox().base_url();
    for how in ["--dry-run", "--yes"] {
        let _ = bench.exact(["undo", "out/failures.import", "--base-url", &base, how]).expect(0);
    }
    assert_eq!(bench.identifiers(), ["393331234501"]);
    let done = bench.run(bench.file("in.csv", MENDED), &flags).expect(0).conserved();
    assert_eq!((bench.identifiers().len(), &*done.results()[1]["status"]), (2, "created"));
}

#[test]
fn who_came_by_the_failures_and_was_taken_back_is_sent_also_where_the_list_was_run_in_between() {
    // After the undo the folder of the failures is told to import them again, or not: nobody is among them by then.
    for (flags, is_restarted) in [
        (&["--source", "telegram"][..], false),
        (&["--source", "telegram"], true),
        (&["--source", "telegram", "--on-existing", "update"], true),
        (&["--on-existing", "create"], false),
        (&["--on-existing", "skip"], true),
    ] {
        let bench = Bench::new();
        let _ = given_back(&bench, flags);
        let list = bench.file("in.csv", MENDED);
        let between = bench.run(&list, flags).expect(0);
        assert_eq!(between.results()[1]["status"], "existing", "{flags:?}");
        let base = bench.sandbox().base_url();
        for how in ["--dry-run", "--yes"] {
            let _ = bench.exact(["undo", "out/failures.import", "--base-url", &base, how]).expect(0);
        }
        assert_eq!(bench.identifiers(), ["393331234501"], "{flags:?}");
        if is_restarted {
            let again = ["run", "out/failures.csv", "--out", "out/failures.import", "--restart", "--yes"];
            let _ = bench.exact(again.iter().chain(&["--base-url", &base]).chain(flags)).expect(0);
        }
        let checked =
            bench.exact(["check", "in.csv", "--offline", "--out", "out"].iter().chain(flags)).expect(0);
        assert!(checked.stdout.contains("1 to send"), "{flags:?}: {}", checked.stdout);
        let done = bench.run(&list, flags).expect(0).conserved();
        assert_eq!((bench.identifiers().len(), &*done.results()[1]["status"]), (2, "created"), "{flags:?}");
        // And it stays so.
        let again = bench.run(&list, flags).expect(0);
        assert!(again.stdout.contains("Nothing to do"), "{flags:?}: {}", again.stdout);
        assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0), "{flags:?}");
    }
}

#[test]
fn while_the_import_of_a_list_or_of_its_failures_is_under_way_the_other_one_waits_or_is_refused() {
    let bench = Bench::new();
    let flags = ["--source", "telegram"];
    let first = given_back(&bench, &flags);
    let base = bench.sandbox().base_url();
    let list = bench.file("in.csv", MENDED);
    for (folder, is_list) in [("out", true), ("out/failures.import", false)] {
        let mut lock = std::fs::File::create(bench.path().join(folder).join("lock")).unwrap();
        lock.lock().unwrap();
        writeln!(lock, "process {}, since 2026", std::process::id()).unwrap();
        let other = if is_list { "out/failures.import" } else { "out" };
        let own_lock = || std::fs::read_to_string(bench.path().join(other).join("lock")).ok();
        let of_before = own_lock();
        let run = if is_list { typed(&bench, &first.stdout) } else { bench.run(&list, &flags) };
        assert_eq!(own_lock(), of_before, "who waits for its turn would refuse others: {other}");
        let refused = [run, bench.exact(["undo", other, "--dry-run", "--base-url", &base])];
        for done in refused {
            let done = done.expect(7);
            assert!(done.stderr.contains(&format!("/{folder}: process")), "{}", done.stderr);
        }
        lock.unlock().unwrap();
        std::fs::remove_file(bench.path().join(folder).join("lock")).unwrap();
    }
    let _ = bench.run(&list, &flags).expect(0);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0));
}

#[test]
fn failures_that_are_about_to_be_given_back_into_a_folder_of_their_own_keep_the_list_waiting() {
    let bench = Bench::new();
    let (front, keeper) = Keeper::of(&bench);
    let base = front.base_url();
    let run = |file: &str, out: &str| {
        let args = ["run", file, "--out", out, "--yes", "--base-url", &base, "--source", "telegram"];
        bench.command(args)
    };
    let list = |text: &str| {
        bench.file("in.csv", text);
        bench.finish(run("in.csv", "out").output().unwrap())
    };
    let _ = list(REFUSED).expect(1);
    mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let kept = keeper.keep_next("");
    let mut failures = run("out/failures.csv", "mended");
    let failures = failures.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    kept.until_asked();
    let refused = list(MENDED).expect(7);
    assert!(refused.stderr.contains("/mended: process"), "{}", refused.stderr);
    kept.answer();
    let _ = bench.finish(failures.wait_with_output().unwrap()).expect(0);
    let _ = list(MENDED).expect(0);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0));
}

#[test]
fn who_is_about_to_begin_is_seen_by_its_lock_before_it_has_written_anything() {
    let bench = Bench::new();
    let flags = ["--source", "telegram"];
    let _ = bench.run(bench.file("in.csv", REFUSED), &flags).expect(1);
    let folder = bench.path().join("out/failures.import");
    std::fs::create_dir(&folder).unwrap();
    let lock = std::fs::File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    // It says nothing of itself, and may run where its number means nothing.
    let refused = bench.run(bench.file("in.csv", MENDED), &flags).expect(7);
    assert!(refused.stderr.contains("out/failures.import"), "{}", refused.stderr);
    lock.unlock().unwrap();
    let _ = bench.run(bench.file("in.csv", MENDED), &flags).expect(0);
}

#[test]
fn where_nothing_came_of_failures_that_were_about_to_be_given_back_nobody_is_in_doubt() {
    let bench = Bench::new();
    let flags = ["--source", "telegram"];
    let _ = bench.run(bench.file("in.csv", REFUSED), &flags).expect(1);
    mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let base = bench.sandbox().base_url();
    let refuse = vec![FaultRule { on: On::Any, ..FaultRule::new(FaultKind::Unauthorized, 1.0) }];
    bench.sandbox().world().set_faults(refuse);
    let args = ["run", "out/failures.csv", "--out", "mended", "--yes", "--base-url", &base];
    let _ = bench.exact(args.iter().chain(&flags)).expect(4);
    bench.sandbox().world().set_faults(Vec::new());
    bench.sandbox().world().restore_token();
    for (is_there, list) in [(true, MENDED), (false, "identifier,name\n393331234503,Eve\n")] {
        if !is_there {
            std::fs::remove_dir_all(bench.path().join("mended")).unwrap();
        }
        let done = bench.run(bench.file("in.csv", list), &flags).expect(0);
        assert!(!done.stderr.contains("mended"), "{is_there}: {}", done.stderr);
    }
    assert_eq!(bench.identifiers().len(), 3);
}

#[test]
fn who_was_refused_and_is_in_doubt_by_the_failures_is_not_told_as_refused_any_more() {
    let bench = Bench::new();
    let list = bench.file("in.csv", "identifier,name,tags\n393331234501,Ada,New\n");
    let on = |kind, on| FaultRule { on, ..FaultRule::new(kind, 1.0) };
    let refuse = FaultRule { status: Some(422), ..on(FaultKind::Error, On::Create) };
    bench.sandbox().world().set_faults(vec![refuse]);
    let flags = ["--on-existing", "create", "--settle", "0"];
    let first = bench.run(&list, &flags).expect(1);
    let lost = vec![on(FaultKind::CutAfter, On::Create), on(FaultKind::PaymentRequired, On::LookUp)];
    bench.sandbox().world().set_faults(lost);
    let _ = typed(&bench, &first.stdout);
    bench.sandbox().world().set_faults(Vec::new());
    let again = bench.run(&list, &flags).expect(0).conserved();
    assert_ne!(again.results()[0]["status"], "rejected");
    assert_eq!(bench.identifiers().len(), 1);
}

#[test]
fn who_is_corrected_to_somebody_whom_the_list_left_in_doubt_is_not_sent() {
    let bench = Bench::with("[api]\nread_lag_ms = 600000");
    let flags = ["--source", "telegram", "--settle", "0"];
    let cut = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::CutAfter, 1.0) };
    bench.sandbox().world().set_faults(vec![cut]);
    let list = bench.file("in.csv", "identifier,name\n,Ann\n393331234502,Bob\n");
    let _ = bench.run(list, &flags).expect(8);
    bench.sandbox().world().set_faults(Vec::new());
    mend(&bench, "out/failures.csv", "\n,Ann", "\n393331234502,Ann");
    let base = bench.sandbox().base_url();
    let args = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base, "--yes"];
    let done = bench.exact(args.iter().chain(&flags)).expect(8);
    assert!(done.stdout.contains("0 created"), "{}", done.stdout);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (1, 0));
}

#[test]
fn failures_of_one_part_of_a_list_know_whom_the_other_parts_have() {
    let bench = Bench::new();
    let people = |number: &dyn Fn(u32) -> String| {
        let rows = (0..8).map(|at| format!("{},Ada {at}\n", number(at)));
        format!("identifier,name\n{}", rows.collect::<String>())
    };
    let mended = |at: u32| (393331234501_u64 + u64::from(at)).to_string();
    let run = |part, code| {
        let file = bench.path().join("in.csv");
        bench.run(file, &["--source", "telegram", "--shard", part]).expect(code)
    };
    bench.file("in.csv", people(&|_| String::new()));
    let _ = run("0/2", 1);
    let second = run("1/2", 1);
    bench.file("in.csv", people(&mended));
    let _ = run("0/2", 0);
    let first_part = bench.identifiers().len();
    assert!(first_part > 0 && first_part < 8, "{first_part}");
    for at in 0..8 {
        let file = bench.path().join("out/shard-1-of-2/failures.csv");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, text.replace(&format!("\n,Ada {at}"), &format!("\n{},Ada {at}", mended(at))))
            .unwrap();
    }
    let done = typed(&bench, &second.stdout).expect(0);
    assert!(!done.stdout.contains(" 0 existing"), "some of them belong to the first part: {}", done.stdout);
    assert_eq!(bench.doubles(), 0, "{}", done.stdout);
}

#[test]
fn where_it_is_not_known_what_an_undo_of_the_failures_deleted_nobody_is_told_to_be_there_unasked() {
    for damage in ["gone", "cut", "flipped"] {
        let bench = Bench::new();
        let flags = ["--source", "telegram"];
        let _ = given_back(&bench, &flags);
        let list = bench.file("in.csv", MENDED);
        let _ = bench.run(&list, &flags).expect(0);
        let base = bench.sandbox().base_url();
        for how in ["--dry-run", "--yes"] {
            let _ = bench.exact(["undo", "out/failures.import", "--base-url", &base, how]).expect(0);
        }
        let log = bench.path().join("out/failures.import/undo.log");
        let text = std::fs::read_to_string(&log).unwrap();
        let outcome = text.find("\"t\":\"O\",").unwrap();
        match damage {
            "gone" => std::fs::remove_file(&log).unwrap(),
            "cut" => std::fs::write(&log, &text[..text[..outcome].rfind('\n').unwrap() + 1]).unwrap(),
            _ => std::fs::write(&log, text.replacen("\"t\":\"O\",", "\"t\":\"P\",", 1)).unwrap(),
        }
        let done = bench.run(&list, &flags);
        assert!(done.stderr.contains("undo.log"), "{damage}: {}", done.stderr);
        assert_ne!(done.results()[1]["status"], "existing", "{damage}: {}", done.stdout);
    }
}

#[test]
fn whom_the_failures_met_and_the_list_took_back_is_sent_by_the_list_once_more() {
    for flags in [&["--source", "telegram"][..], &["--source", "telegram", "--on-existing", "fail"]] {
        let bench = Bench::new();
        let _ = bench.run(bench.file("in.csv", MENDED), flags).expect(0);
        let lost = "identifier,name\n393331234501,\n393331234502,Bea\n";
        let second = bench.run(bench.file("in.csv", lost), flags).expect(1);
        mend(&bench, "out/failures.csv", "393331234501,", "393331234501,Ada");
        let _ = typed(&bench, &second.stdout);
        let base = bench.sandbox().base_url();
        for how in ["--dry-run", "--yes"] {
            let _ = bench.exact(["undo", "out", "--base-url", &base, how]).expect(0);
        }
        let list = bench.file("in.csv", MENDED);
        let done = bench.run(&list, &[flags, &["--restart", "--yes"]].concat()).expect(0).conserved();
        assert!(done.results().iter().all(|row| row["status"] == "created"), "{}", done.stdout);
        assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0));
    }
}

#[test]
fn whom_the_list_created_is_told_as_that_also_while_an_undo_of_the_failures_puts_a_change_back() {
    let bench = Bench::new();
    let list = bench.file("in.csv", "identifier,name\n393331234501,Ada\n,Ada\n");
    let flags = ["--source", "telegram"];
    let _ = bench.run(&list, &flags).expect(1);
    mend(&bench, "out/failures.csv", "\n,Ada", "\n393331234501,Ada L");
    let base = bench.sandbox().base_url();
    let update = ["--on-existing", "update", "--yes", "--base-url", &base];
    let args = ["run", "out/failures.csv", "--out", "out/failures.import"];
    let done = bench.exact(args.iter().chain(&flags).chain(&update)).expect(0);
    assert!(done.stdout.contains("1 updated"), "{}", done.stdout);
    let log = bench.path().join("out/failures.import/undo.log");
    for how in ["--dry-run", "--yes"] {
        let _ = bench.exact(["undo", "out/failures.import", "--base-url", &base, how]).expect(0);
    }
    // It died before it knew what became of the change.
    let text = std::fs::read_to_string(&log).unwrap();
    let outcome = text.rfind("\"t\":\"O\",").unwrap();
    std::fs::write(&log, &text[..text[..outcome].rfind('\n').unwrap() + 1]).unwrap();
    let _ = std::fs::remove_file(log.with_extension("length"));
    let done = bench.run(&list, &flags).expect(1);
    assert_eq!(done.results()[0]["status"], "created", "{}", done.stdout);
}

#[test]
fn who_was_taken_back_by_one_import_is_not_there_for_a_third_that_asks_the_second() {
    let bench = Bench::new();
    let flags = ["--source", "telegram"];
    let base = bench.sandbox().base_url();
    let back = |folder: &str, code| {
        let args = ["run", "out/failures.csv", "--out", folder, "--yes", "--base-url", &base];
        bench.exact(args.iter().chain(&flags)).expect(code)
    };
    let _ = bench.run(bench.file("in.csv", REFUSED), &flags).expect(1);
    mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let _ = back("first", 0);
    // The list meets her, and loses her name again.
    let _ = bench.run(bench.file("in.csv", MENDED), &flags).expect(0);
    let _ = bench.run(bench.file("in.csv", REFUSED), &flags).expect(1);
    for how in ["--dry-run", "--yes"] {
        let _ = bench.exact(["undo", "first", "--base-url", &base, how]).expect(0);
    }
    mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let done = back("second", 0);
    assert!(done.stdout.starts_with("1 row: 1 created, 0 un"), "{}", done.stdout);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (2, 0));
}

#[test]
fn failures_of_failures_know_the_list_wherever_the_folders_were_moved_together() {
    let bench = Bench::new();
    let base = bench.sandbox().base_url();
    let run = |file: &str, out: &str, code| {
        let args = ["run", file, "--out", out, "--source", "telegram", "--yes", "--base-url", &base];
        bench.exact(args).expect(code)
    };
    std::fs::create_dir(bench.path().join("project")).unwrap();
    let list = |text: &str| bench.file("project/in.csv", text);
    list("identifier,name\n393331234501,Ada\n");
    let _ = run("project/in.csv", "project/out", 0);
    // The next night the export has lost her name, and so have the failures when they are given back for the first time.
    list("identifier,name\n393331234501,\n");
    let _ = run("project/in.csv", "project/out", 1);
    let _ = run("project/out/failures.csv", "project/mended", 1);
    std::fs::rename(bench.path().join("project"), bench.path().join("moved")).unwrap();
    mend(&bench, "moved/mended/failures.csv", "393331234501,", "393331234501,Ada");
    let done = run("moved/mended/failures.csv", "moved/again", 0);
    assert!(done.stdout.starts_with("1 row: 0 created, 1 existing, 0 un"), "{}", done.stdout);
    // Where the list is not there any more, nobody knows whom it has.
    std::fs::remove_dir_all(bench.path().join("moved/out")).unwrap();
    std::fs::remove_dir_all(bench.path().join("moved/again")).unwrap();
    let done = run("moved/mended/failures.csv", "moved/again", 8);
    assert!(done.stdout.starts_with("1 row: 0 created, 1 unconfirmed, 0 un"), "{}", done.stdout);
    assert_eq!(bench.identifiers().len(), 1);
}

#[test]
fn the_failures_of_a_folder_that_has_forgotten_its_list_are_looked_up_or_left_open() {
    for damage in ["gone", "torn"] {
        let bench = Bench::new();
        let base = bench.sandbox().base_url();
        let run = |file: &str, out: &str, code| {
            let args = ["run", file, "--out", out, "--source", "telegram", "--yes", "--base-url", &base];
            bench.exact(args).expect(code)
        };
        let _ = bench.file("in.csv", "identifier,name\n393331234501,Ada\n");
        let _ = run("in.csv", "out", 0);
        let _ = bench.file("in.csv", "identifier,name\n393331234501,\n");
        let _ = run("in.csv", "out", 1);
        let _ = run("out/failures.csv", "mended", 1);
        let memory = bench.path().join("mended/import.json");
        match damage {
            "gone" => std::fs::remove_file(&memory).unwrap(),
            _ => std::fs::write(&memory, "{").unwrap(),
        }
        mend(&bench, "mended/failures.csv", "393331234501,", "393331234501,Ada");
        let done = run("mended/failures.csv", "again", 8);
        assert!(done.stderr.contains("import.json"), "{damage}: {}", done.stderr);
        assert_eq!(bench.identifiers().len(), 1, "{damage}");
    }
}

#[test]
fn an_undo_of_failures_knows_the_list_wherever_both_were_moved_to() {
    let bench = Bench::new();
    let base = bench.sandbox().base_url();
    let run = |file: &str, out: &str, code| {
        let args = ["run", file, "--out", out, "--source", "telegram", "--yes", "--base-url", &base];
        bench.exact(args).expect(code)
    };
    std::fs::create_dir(bench.path().join("project")).unwrap();
    let _ = bench.file("project/in.csv", REFUSED);
    let _ = run("project/in.csv", "project/out", 1);
    mend(&bench, "project/out/failures.csv", "393331234502,", "393331234502,Bea");
    let _ = run("project/out/failures.csv", "project/mended", 0);
    std::fs::rename(bench.path().join("project"), bench.path().join("moved")).unwrap();
    let mut lock = std::fs::File::create(bench.path().join("moved/out/lock")).unwrap();
    lock.lock().unwrap();
    writeln!(lock, "process {}, since 2026", std::process::id()).unwrap();
    let undo = || bench.exact(["undo", "moved/mended", "--dry-run", "--base-url", &base]);
    let refused = undo().expect(7);
    assert!(refused.stderr.contains("/moved/out: process"), "{}", refused.stderr);
    lock.unlock().unwrap();
    let _ = undo().expect(0);
}

#[test]
fn failures_of_two_lists_that_are_given_back_as_one_are_known_in_both_and_know_both() {
    let bench = Bench::new();
    let base = bench.sandbox().base_url();
    let run = |files: &[&str], out: &str, code| {
        let args = ["--out", out, "--source", "telegram", "--yes", "--base-url", &base];
        bench.exact(["run"].iter().chain(files).chain(&args)).expect(code)
    };
    let both = ["393331234501", "393331234502"];
    for (name, number) in ["one", "two"].into_iter().zip(both) {
        let (file, out) = (format!("{name}.csv"), format!("{name}.import"));
        bench.file(&file, format!("identifier,name\n{number},Ada\n"));
        let _ = run(&[&file], &out, 0);
        bench.file(&file, format!("identifier,name\n{number},\n39333123459{name},\n"));
        let _ = run(&[&file], &out, 1);
        mend(&bench, &format!("{out}/failures.csv"), &format!("{number},"), &format!("{number},Ada"));
        mend(&bench, &format!("{out}/failures.csv"), &format!("59{name},"), &format!("59{name},Bob"));
    }
    let done = run(&["one.import/failures.csv", "two.import/failures.csv"], "mended", 0);
    assert!(done.stdout.starts_with("4 rows: 2 created, 2 existing, 0 un"), "{}", done.stdout);
    for name in ["one", "two"] {
        bench.file(&format!("{name}.csv"), format!("identifier,name\n39333123459{name},Bob\n"));
        let _ = run(&[&format!("{name}.csv")], &format!("{name}.import"), 0);
    }
    assert_eq!((bench.identifiers().len(), bench.doubles()), (4, 0));
}

#[test]
fn where_the_folder_of_the_failures_is_gone_somebody_who_knows_can_still_say_that_who_is_new_is_not_there() {
    let bench = Bench::new();
    let flags = ["--source", "telegram", "--settle", "0"];
    let _ = given_back(&bench, &flags);
    std::fs::remove_dir_all(bench.path().join("out/failures.import")).unwrap();
    let list = bench.file("in.csv", "identifier,name\n393331234501,Ada\n393331234509,Eve\n");
    let done = bench.run(&list, &flags).expect(8);
    assert_eq!(done.results()[1]["status"], "unconfirmed", "{}", done.stdout);
    mend(&bench, "out/failures.csv", ",unconfirmed,", ",,");
    let base = bench.sandbox().base_url();
    let back = ["run", "out/failures.csv", "--out", "known", "--base-url", &base, "--yes"];
    let back = bench.exact(back.iter().chain(&flags)).expect(0);
    assert!(back.stdout.contains("1 created"), "{}", back.stdout);
    let again = bench.run(&list, &flags).expect(0);
    assert_eq!(again.results()[1]["status"], "existing", "{}", again.stdout);
    assert_eq!((bench.identifiers().len(), bench.doubles()), (3, 0));
}

#[test]
fn who_was_in_the_account_before_is_not_told_as_created_where_the_folder_of_the_failures_is_gone() {
    let old = "[[account.contacts]]\nidentifier = \"393331234509\"\nsource = \"whatsapp\"\nname = \"Old\"\n";
    for (policy, status) in [("skip", "existing"), ("fail", "rejected")] {
        let bench = Bench::with(old);
        let flags = ["--on-existing", policy];
        let _ = given_back(&bench, &flags);
        std::fs::remove_dir_all(bench.path().join("out/failures.import")).unwrap();
        let list = bench.file("in.csv", format!("{MENDED}393331234509,Old\n"));
        let done = bench.run(&list, &flags);
        let lines = done.results();
        assert_eq!(lines[2]["status"], status, "{}", done.stdout);
    }
}

#[test]
fn of_two_people_with_one_name_in_a_list_and_its_failures_neither_is_taken_for_the_other() {
    let flags = ["--source", "telegram", "--settle", "1", "--concurrency", "1"];
    let cut = |kind, from, until| FaultRule { on: On::Create, from, until, ..FaultRule::new(kind, 1.0) };
    let lost = |from| cut(FaultKind::CutBefore, from, None);
    let two = "identifier,name\n393331234501,Ann\n393331234502,Ann\n";
    let no_number = "identifier,name\n393331234502,Ann\n,Ann\n";
    // What the list has, what becomes of its requests, how its failures are mended, what they end with, and who is there.
    for (list, faults, (before, after), ended, there) in [
        // The list created the other one.
        (two, vec![lost(2)], ("", ""), [8, 8], "393331234501"),
        // The failures did.
        (no_number, vec![lost(1)], ("\n,Ann", "\n393331234503,Ann"), [8, 8], "393331234503"),
        // Nobody knows, and the other one is not among the failures any more.
        (
            two,
            vec![cut(FaultKind::CutBefore, 1, Some(1)), cut(FaultKind::CutAfter, 2, None)],
            ("393331234502,Ann,2,unconfirmed", ""),
            [8, 8],
            "393331234502",
        ),
    ] {
        let bench = Bench::new();
        bench.sandbox().world().set_faults(faults);
        let list = bench.file("in.csv", list);
        let _ = bench.run(&list, &flags).expect(8);
        bench.sandbox().world().set_faults(Vec::new());
        if after.is_empty() && !before.is_empty() {
            let file = bench.path().join("out/failures.csv");
            let text = std::fs::read_to_string(&file).unwrap();
            let kept: String = text.split_inclusive('\n').filter(|line| !line.starts_with(before)).collect();
            assert!(kept.len() < text.len(), "{text}");
            std::fs::write(file, kept).unwrap();
        } else if !before.is_empty() {
            mend(&bench, "out/failures.csv", before, after);
        }
        let base = bench.sandbox().base_url();
        let back = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base, "--yes"];
        let back = bench.exact(back.iter().chain(&flags)).expect(ended[0]);
        assert!(back.stdout.contains("1 unconfirmed, 0 unaccounted for"), "{}", back.stdout);
        let again = bench.run(&list, &flags).expect(ended[1]);
        assert!(again.stdout.contains("0 unaccounted for"), "{}", again.stdout);
        let confirmed = again.results().iter().filter(|line| line["code"] == "confirmed_by_lookup").count();
        assert_eq!((confirmed, &bench.identifiers()[..]), (0, &[there.to_owned()][..]), "{}", again.stdout);
    }
}

#[test]
fn who_was_open_and_came_by_the_failures_is_theirs_and_not_the_lists() {
    let bench = Bench::new();
    let flags = ["--on-existing", "create", "--settle", "0"];
    // Neither the send nor a look gets anywhere.
    let cut = |on| FaultRule { on, ..FaultRule::new(FaultKind::CutBefore, 1.0) };
    bench.sandbox().world().set_faults(vec![cut(On::Create), cut(On::LookUp)]);
    let list = bench.file("in.csv", "identifier,name\n393331234501,Ada\n");
    let first = bench.run(&list, &flags);
    assert_eq!(first.results()[0]["status"], "unconfirmed", "{}", first.stdout);
    bench.sandbox().world().set_faults(Vec::new());
    let base = bench.sandbox().base_url();
    let args = ["run", "out/failures.csv", "--out", "out/failures.import", "--base-url", &base, "--yes"];
    let _ = bench.exact(args.iter().chain(&flags)).expect(0);
    let done = bench.run(&list, &flags).expect(0).conserved();
    assert_eq!((&*done.results()[0]["status"], bench.identifiers().len()), ("existing", 1));
}

/// A list of which nobody is known to be created: sends are cut off like this, and look-ups are not answered, if it is not the
/// number of attempts that ends it.
fn in_doubt(kind: FaultKind, status: &str) -> Bench {
    let bench = Bench::new();
    let on = |kind, on| FaultRule { on, ..FaultRule::new(kind, 1.0) };
    let mut faults = vec![on(kind, On::Create)];
    if status == "unconfirmed" {
        faults.push(on(FaultKind::PaymentRequired, On::LookUp));
    }
    bench.sandbox().world().set_faults(faults);
    let list = bench.file("in.csv", "identifier,name,tags\n393331234501,Ada,VIP\n");
    assert_eq!(bench.run(&list, &["--settle", "0"]).results()[0]["status"], status);
    bench.sandbox().world().set_faults(Vec::new());
    bench
}

#[test]
fn who_was_given_up_or_left_in_doubt_and_came_by_the_failures_can_be_taken_back_there() {
    // Of a copy nobody knows when its list was sent; but the answer to its own request names whom it created.
    for (kind, status, file) in [
        (FaultKind::CutBefore, "failed", "out/failures.csv"),
        (FaultKind::CutBefore, "unconfirmed", "copy.csv"),
        (FaultKind::CutAfter, "unconfirmed", "out/failures.csv"),
    ] {
        let bench = in_doubt(kind, status);
        if file == "copy.csv" {
            std::fs::rename(bench.path().join("out/failures.csv"), bench.path().join(file)).unwrap();
        }
        let base = bench.sandbox().base_url();
        let run = ["run", file, "--out", "back", "--base-url", &base, "--yes", "--settle", "0"];
        let done = bench.exact(run).expect(0);
        assert!(done.stdout.starts_with("1 row: 1 created"), "{kind:?}, {file}: {}", done.stdout);
        let undo = |how| bench.exact(["undo", "back", "--base-url", &base, how]).expect(0);
        let dry = undo("--dry-run").stdout;
        assert!(dry.starts_with("1 contact: 1 can be deleted, 0 kept\n"), "{kind:?}, {file}: {dry}");
        let _ = undo("--yes");
        assert_eq!(bench.identifiers().len(), 0, "{kind:?}, {file}");
    }
}

#[test]
fn of_a_copy_of_failures_nobody_knows_where_they_came_from_and_that_is_said_where_nobody_looks() {
    for (flags, is_said) in [(&["--source", "telegram"][..], true), (&["--on-existing", "skip"], false)] {
        let bench = Bench::new();
        let _ = bench.run(bench.file("in.csv", REFUSED), flags).expect(1);
        mend(&bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
        let failures = std::fs::read(bench.path().join("out/failures.csv")).unwrap();
        let copy = bench.file("copy.csv", failures);
        let base = bench.sandbox().base_url();
        let run = |file: &str, folder: &str| {
            let args = ["run", file, "--out", folder, "--base-url", &base, "--yes"];
            bench.exact(args.iter().chain(flags)).expect(0)
        };
        let done = run(copy.to_str().unwrap(), "copied");
        assert_eq!(done.stderr.contains("a copy does not say which import"), is_said, "{}", done.stderr);
        // In the folder where they belong they are known, whatever the file is called.
        let done = run(copy.to_str().unwrap(), "out/failures.import");
        assert!(!done.stderr.contains("a copy does not say which import"), "{}", done.stderr);
    }
}
