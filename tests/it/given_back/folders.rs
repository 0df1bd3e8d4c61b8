//! Which imports belong together, wherever their folders went, and what is said where one of them is gone.

use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::{MENDED, REFUSED, given_back, mend, typed};
use crate::support::Bench;

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

/// One bit of the file is another: of the byte that many parts from its beginning, of ten.
fn flipped(path: &Path, tenths: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    let at = bytes.len() * (10 - tenths) / 10;
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
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
