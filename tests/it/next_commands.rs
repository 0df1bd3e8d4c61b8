//! Commands that are shown as the next ones: they are pasted as they stand, and do what was meant.

use callbell_import::sandbox::{FaultKind, FaultRule};

use crate::support::{Bench, Done, canary_numbers};

/// Runs the first command in `text`, which ends where its line does.
fn pasted(bench: &Bench, text: &str) -> Done {
    let begin = text.find("callbell-import ").unwrap_or_else(|| panic!("there is no command in {text}"));
    let command = text[begin..].lines().next().unwrap();
    let words = shlex::split(command).unwrap();
    let there = text[..begin].strip_suffix(" && ").and_then(|before| before.rsplit_once("cd "));
    let there = there.map_or(bench.path().to_owned(), |(_, there)| there.into());
    bench.finish(bench.command(&words[1..]).current_dir(there).output().unwrap())
}

#[test]
fn what_map_shows_reads_the_list_as_map_did() {
    let bench = Bench::new();
    let mut list = "Name;Telephone\n".to_owned().into_bytes();
    list.extend(b"Zo\xeb \x97 Due;+39 333 1234501\nAda;+39 333 1234502\n");
    bench.file("my list.csv", list);
    let said = ["--encoding", "windows-1252", "--delimiter", ";", "--to", "m.toml", "--yes"];
    let mapped = bench.exact([&["map", "my list.csv"], &said[..]].concat()).expect(0);
    let next = mapped.stdout.split_once("Next: ").unwrap().1;
    assert!(next.contains("--encoding windows-1252"), "{next}");
    let checked = pasted(&bench, &next.replacen('\n', " --offline\n", 1)).expect(0);
    assert!(checked.stdout.contains("windows-1252 (as you said)"), "{}", checked.stdout);
}

#[test]
fn a_column_with_braces_in_its_name_is_shown_and_taken_as_it_is() {
    let bench = Bench::new();
    bench.file("in.csv", "Phone {home},First {x} {y},home\n+393331234501,Ada,x\n+393331234502,Bo,y\n");
    let refused = bench.exact(["check", "in.csv", "--offline"]).expect(2);
    let flag = "--map identifier='Phone {home}'";
    assert!(refused.stderr.contains(flag), "{}", refused.stderr);
    let args = ["--map", "identifier=Phone {home}", "--map", "name=First {x} {y}"];
    let checked = bench.exact([&["check", "in.csv", "--offline"], &args[..]].concat()).expect(0);
    assert!(checked.stdout.contains("identifier < Phone {home}\n"), "{}", checked.stdout);
    assert!(checked.stdout.contains("2 to send"), "{}", checked.stdout);
    let _ = bench.exact([&["map", "in.csv", "--to", "m.toml", "--yes"], &args[..]].concat()).expect(0);
    let checked = bench.exact(["check", "in.csv", "--offline", "--mapping", "m.toml"]).expect(0);
    assert!(checked.stdout.contains("2 to send"), "{}", checked.stdout);
    // A template is one still.
    let args = ["--map", "identifier=Phone {home}", "--map", "name=Mr {home}"];
    let checked = bench.exact([&["check", "in.csv", "--offline"], &args[..]].concat()).expect(0);
    assert!(checked.stdout.contains("name       < Mr {home}\n"), "{}", checked.stdout);
}

#[test]
fn what_plan_shows_does_what_was_planned() {
    let bench = Bench::new();
    bench.file("in.csv", canary_numbers(4));
    let base = bench.sandbox().base_url();
    let said = ["--out", "there", "--on-existing", "update", "--limit", "3", "--base-url", &base, "--quiet"];
    let planned = bench.exact([&["plan", "in.csv"], &said[..]].concat()).expect(0);
    let _ = pasted(&bench, &planned.stderr).expect(0);
    assert_eq!(bench.identifiers().len(), 3);
    assert!(bench.path().join("there/results.csv").exists());
}

#[test]
fn what_status_shows_goes_on_with_the_run_from_wherever_it_is_typed() {
    let bench = Bench::new();
    bench.file("in.csv", canary_numbers(6));
    let base = bench.sandbox().base_url();
    let closed = FaultRule { from: 3, ..FaultRule::new(FaultKind::PaymentRequired, 1.0) };
    bench.sandbox().world().set_faults(vec![closed]);
    let said = ["--source", "telegram", "--concurrency", "1", "--base-url", &base, "--yes", "--restart"];
    let _ = bench
        .exact([&["run", "in.csv", "--ping", "http://127.0.0.1:9/secret"], &said[..]].concat())
        .expect(5);
    bench.sandbox().world().set_faults(Vec::new());
    let shown = bench.exact(["status", "in.import"]).expect(0).stdout;
    assert!(shown.contains("this goes on: callbell-import run in.csv"), "{shown}");
    assert!(!shown.contains("secret") && !shown.contains("--restart"), "{shown}");
    let output =
        bench.command(["status", "../in.import"]).current_dir(bench.path().join("in.import")).output();
    let from_elsewhere = bench.finish(output.unwrap()).expect(0).stdout;
    assert!(from_elsewhere.contains("this goes on: cd /"), "{from_elsewhere}");
    let _ = pasted(&bench, &shown).expect(0);
    assert_eq!(bench.identifiers().len(), 6);
}

#[test]
fn what_is_next_for_an_import_that_was_moved_is_done_where_it_is_now() {
    for (copied, list_is_kept) in [(false, true), (false, false), (true, true)] {
        let bench = Bench::new();
        let base = bench.sandbox().base_url();
        let (old, new) = (bench.path().join("old"), bench.path().join("new"));
        std::fs::create_dir(&old).unwrap();
        bench.file("old/in.csv", "phone,nom\n3331234501,Ada\nnone,Bo\n");
        bench
            .file("old/map.toml", "[map]\nidentifier='phone'\nname='nom'\n[options]\ndefault_country='IT'\n");
        let mut first =
            bench.command(["run", "in.csv", "--mapping", "map.toml", "--yes", "--base-url", &base]);
        let _ = bench.finish(first.current_dir(&old).output().unwrap()).expect(1);
        if copied {
            let mut copy = std::process::Command::new("cp");
            assert!(copy.arg("-a").args([&old, &new]).status().unwrap().success());
        } else {
            std::fs::rename(&old, &new).unwrap();
        }
        if !list_is_kept {
            std::fs::remove_file(new.join("in.csv")).unwrap();
        }
        let failures = new.join("in.import/failures.csv");
        let mended = std::fs::read_to_string(&failures).unwrap().replace("none", "3331234502");
        std::fs::write(failures, mended).unwrap();
        let shown = bench.exact(["status", "new/in.import"]).expect(0).stdout;
        let cd = format!("then: cd {} && callbell-import run in.import/failures.csv", new.display());
        assert!(shown.contains(&cd), "{copied} {list_is_kept} {shown}");
        let _ = pasted(&bench, &shown).expect(0);
        assert_eq!(bench.identifiers().len(), 2, "{copied} {list_is_kept}");
    }
}

#[test]
fn of_an_import_that_was_taken_out_of_its_folder_the_command_is_typed_where_its_list_is() {
    let bench = Bench::new();
    let base = bench.sandbox().base_url();
    std::fs::create_dir(bench.path().join("work")).unwrap();
    std::fs::create_dir(bench.path().join("kept")).unwrap();
    bench.file("work/in.csv", canary_numbers(2));
    bench.sandbox().world().set_faults(vec![FaultRule::new(FaultKind::PaymentRequired, 1.0)]);
    let mut first = bench.command(["run", "in.csv", "--yes", "--base-url", &base]);
    let _ = bench.finish(first.current_dir(bench.path().join("work")).output().unwrap()).expect(5);
    std::fs::rename(bench.path().join("work/in.import"), bench.path().join("kept/in.import")).unwrap();
    let shown = || bench.exact(["status", "kept/in.import"]).expect(0).stdout;
    let cd =
        format!("this goes on: cd {} && callbell-import run in.csv", bench.path().join("work").display());
    assert!(shown().contains(&cd), "{}", shown());
    // Where both are gone, nobody knows where it would have to be typed.
    std::fs::remove_dir_all(bench.path().join("work")).unwrap();
    std::fs::rename(bench.path().join("kept/in.import"), bench.path().join("in.import")).unwrap();
    let shown = bench.exact(["status", "in.import"]).expect(0).stdout;
    assert!(!shown.contains("/work"), "{shown}");
}

#[test]
fn a_list_from_a_pipe_is_gone_on_with_by_whoever_made_it() {
    let bench = Bench::new();
    let closed = FaultRule::new(FaultKind::PaymentRequired, 1.0);
    bench.sandbox().world().set_faults(vec![closed]);
    let mut command = bench.run_command("-", &["--yes"]);
    let list = std::fs::File::open(bench.file("in.csv", canary_numbers(2))).unwrap();
    let _ = bench.finish(command.stdin(list).output().unwrap()).expect(5);
    let shown = bench.exact(["status", "out"]).expect(0).stdout;
    assert!(shown.contains("Next      the same run command again goes on\n"), "{shown}");
}
