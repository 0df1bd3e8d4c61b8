//! The command that the program shows, and what somebody corrected, which is kept.

use callbell_import::journal::{decode_line, encode_line};

use super::{mend, typed};
use crate::support::Bench;

/// Needs flags to be read: nothing in its header says what is what.
const LIST: &str = "Mobile No.;First;It's last\n3331234501;Ada;L\n3331234502;Bruno;B\n12;Zed;Z\n";
const FLAGS: [&str; 6] =
    ["--map", "identifier=Mobile No.", "--map", "name={First} {It's last}", "--default-country", "IT"];

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
