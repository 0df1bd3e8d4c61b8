//! What a shell is told: completions, the manual, help.

use std::process::Command;

use crate::support::{Bench, Done, TOKEN, sample};

/// What bash offers when Tab is pressed at the end of these words; `words` is how bash takes them apart.
fn offered(bench: &Bench, words: &[&str]) -> Vec<String> {
    let script = bench.exact(["completions", "bash"]).expect(0).stdout;
    bench.file("completions.bash", script);
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let ask = format!(
        "source completions.bash; COMP_WORDS=({}); COMP_CWORD={}; COMP_TYPE=9; _clap_complete_callbell_import callbell-import '{}' x; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        quoted.join(" "),
        words.len() - 1,
        words[words.len() - 1]
    );
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_callbell-import")).parent().unwrap();
    let output = Command::new("bash")
        .args(["-c", &ask])
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
        .current_dir(bench.path())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn bash_is_offered_commands_flags_fields_and_the_columns_of_the_very_file() {
    let bench = Bench::new();
    bench.file("my list.csv", "Mobile phone,Mobile 2,Prénom,Town\n");
    bench.file("list.csv", "Mobile phone,Mobile 2,Prénom,Town\n");
    let program = "callbell-import";
    assert!(offered(&bench, &[program, "r"]).contains(&"run".to_owned()));
    assert!(offered(&bench, &[program, "run", "list.csv", "--max-d"]).contains(&"--max-duration".to_owned()));
    assert_eq!(offered(&bench, &[program, "run", "list.csv", "--ragged", "p"]), ["pad"]);
    assert!(
        offered(&bench, &[program, "run", "list.csv", "--map", "iden"]).contains(&"identifier=".to_owned())
    );
    // Bash takes the word apart at the equals sign, and wants what follows it.
    let columns = offered(&bench, &[program, "run", "list.csv", "--map", "identifier", "=", "Mob"]);
    assert_eq!(columns, ["Mobile\\ phone", "Mobile\\ 2"]);
    assert_eq!(offered(&bench, &[program, "check", "my list.csv", "--map", "name", "=", "Pr"]), ["Prénom"]);
    // The columns are those of the line that is the header, in the letters that are said.
    bench.file("below.csv", b"Export\n\nPhone;Pr\xe9nom;Town\n");
    let said = [program, "run", "below.csv", "--header-line", "3", "--encoding", "latin1"];
    assert!(
        offered(&bench, &[program, "run", "below.csv", "--header-l"]).contains(&"--header-line".to_owned())
    );
    assert_eq!(offered(&bench, &[&said[..], &["--map", "name", "=", "Pr"]].concat()), ["Prénom"]);
    let more = ["--map", "identifier", "=", "Phone", "--map", "name", "=", "To"];
    assert_eq!(offered(&bench, &[&said[..], &more].concat()), ["Town"]);
    assert!(
        offered(&bench, &[program, "run", "missing.csv", "--map", "name", "=", "Pr"])
            .iter()
            .all(String::is_empty)
    );
}

#[test]
fn what_has_names_of_its_own_is_offered_by_them_and_a_folder_by_folders_only() {
    let bench = Bench::new();
    let program = "callbell-import";
    bench.file("callbell-import.toml", "[preset.shop]\nrate = 9\n[preset.night]\nrate = 9\n");
    bench.file("other.toml", "[preset.fair]\nrate = 9\n");
    bench.file("list.csv", "Phone,Name\n");
    std::fs::create_dir(bench.path().join("list.import")).unwrap();
    let all = |words: &[&str]| {
        let mut names = offered(&bench, &[&[program], words].concat());
        names.retain(|name| !name.starts_with('-'));
        names
    };
    assert_eq!(all(&["completions", ""]), ["bash", "elvish", "fish", "powershell", "zsh"]);
    assert_eq!(all(&["man", "ver"]), ["verify"]);
    assert_eq!(all(&["run", "list.csv", "--lang", ""]), ["en", "fr"]);
    assert!(all(&["run", "list.csv", "--profile", "google"]).iter().all(|name| name.starts_with("google")));
    assert!(all(&["run", "list.csv", "--profile", ""]).contains(&"none".to_owned()));
    assert_eq!(all(&["run", "list.csv", "--preset", ""]), ["night", "shop"]);
    assert_eq!(all(&["run", "list.csv", "--config", "other.toml", "--preset", ""]), ["fair"]);
    for command in ["status", "verify", "undo", "report"] {
        assert_eq!(all(&[command, "list"]), ["list.import/"], "{command}");
    }
    bench.file("callbell-import.toml", "[preset.shop\n");
    assert_eq!(all(&["run", "list.csv", "--preset", ""]), [""], "a file that cannot be read offers nothing");
}

/// What another shell offers when it is asked by `ask`, with the script it got as `completions`; `None` where there is no
/// such shell on this machine.
fn offered_by(bench: &Bench, shell: &str, flags: &[&str], ask: &str) -> Option<Vec<String>> {
    bench.file("completions", bench.exact(["completions", shell]).expect(0).stdout);
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_callbell-import")).parent().unwrap();
    let output = Command::new(shell)
        .args(flags)
        .args(["-c", ask])
        .env_clear()
        .env("HOME", bench.path())
        .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
        .current_dir(bench.path())
        .output();
    let Ok(output) = output else {
        println!("skipped: there is no {shell} on this machine");
        return None;
    };
    assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

/// Words typed into fish and zsh, and what they have to offer: whatever stands before a description.
const TYPED: [(&[&str], &[&str]); 4] = [
    (&["r"], &["run", "report"]),
    (&["run", "list.csv", "--max-d"], &["--max-duration", "--max-drift"]),
    (&["run", "list.csv", "--map", "iden"], &["identifier="]),
    (&["run", "list.csv", "--map", "identifier=Mob"], &["identifier=Mobile phone", "identifier=Mobile 2"]),
];

#[test]
fn fish_is_offered_commands_flags_fields_and_the_columns_of_the_very_file() {
    let bench = Bench::new();
    bench.file("list.csv", "Mobile phone,Mobile 2,Prénom,Town\n");
    for (words, expected) in TYPED {
        let ask = format!("source completions; complete -C 'callbell-import {}'", words.join(" "));
        let Some(lines) = offered_by(&bench, "fish", &["--no-config"], &ask) else { return };
        let offered: Vec<&str> = lines.iter().map(|line| line.split('\t').next().unwrap()).collect();
        assert_eq!(offered, expected, "{words:?}");
    }
}

#[test]
fn zsh_is_offered_commands_flags_fields_and_the_columns_of_the_very_file() {
    let bench = Bench::new();
    bench.file("list.csv", "Mobile phone,Mobile 2,Prénom,Town\n");
    for (words, expected) in TYPED {
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        // The completion system's own functions tell what they are given; a terminal is not needed for that.
        let ask = format!(
            "compdef() {{ }}; _describe() {{ print -rl -- \"${{(@P)argv[-1]}}\"; }}; source ./completions; \
             words=(callbell-import {}); CURRENT=${{#words}}; _clap_dynamic_completer_callbell_import",
            quoted.join(" ")
        );
        let Some(lines) = offered_by(&bench, "zsh", &["-f"], &ask) else { return };
        let offered: Vec<&str> = lines.iter().map(|line| line.split(':').next().unwrap()).collect();
        assert_eq!(offered, expected, "{words:?}");
    }
}

#[test]
fn every_shell_gets_a_script_and_an_unknown_one_a_list() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = bench.exact(["completions", shell]).expect(0).stdout;
        assert!(script.contains("callbell-import") && script.contains("COMPLETE"), "{script}");
    }
    let done = bench.exact(["completions", "tcsh"]).expect(2);
    assert!(done.stderr.contains("bash") && done.stderr.contains("zsh"), "{}", done.stderr);
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let bench = Bench::new();
    let page = bench.exact(["man"]).expect(0).stdout;
    assert!(page.contains(".TH callbell-import 1") && !page.contains("EXTRA"), "{page}");
    let (_, examples) = page.split_once(".SH EXAMPLES\n.nf\n").expect("they are not filled into paragraphs");
    assert!(
        examples.contains("\n    callbell\\-import run samples/contacts.csv \\-\\-sandbox\n"),
        "{examples}"
    );
    let run = bench.exact(["man", "run"]).expect(0).stdout;
    assert!(run.contains("max\\-duration") && !run.contains("SECRET"), "{run}");
    let done = bench.exact(["man", "chek"]).expect(2);
    assert!(done.stderr.contains("did you mean `check`?"), "{}", done.stderr);
    bench.exact(["man", "--to", "pages"]).expect(0);
    assert!(bench.path().join("pages/callbell-import-run.1").exists());
    assert_eq!(std::fs::read_to_string(bench.path().join("pages/callbell-import.1")).unwrap(), page);
}

fn help(bench: &Bench, args: &[&str]) -> Done {
    let mut command = bench.command(args);
    bench.finish(command.env("COLUMNS", "100").output().unwrap()).expect(0)
}

#[test]
fn every_example_of_the_help_is_executed() {
    let bench = Bench::new();
    std::os::unix::fs::symlink(concat!(env!("CARGO_MANIFEST_DIR"), "/samples"), bench.path().join("samples"))
        .unwrap();
    bench.file("token.txt", TOKEN);
    std::fs::copy(sample("contacts.csv"), bench.path().join("contacts.csv")).unwrap();
    let help = help(&bench, &["--help"]).stdout;
    let examples = help.split("Examples:").nth(1).unwrap().replace("\\\n", "");
    let examples: Vec<&str> =
        examples.lines().map(str::trim).filter(|line| line.contains("callbell-import ")).collect();
    assert!(examples.len() >= 4, "{help}");
    for example in examples {
        let command = example.replacen("callbell-import", env!("CARGO_BIN_EXE_callbell-import"), 1);
        let output = Command::new("bash")
            .args(["-c", &command])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("CALLBELL_API_KEY_FILE", "token.txt")
            .env("CALLBELL_IMPORT_BASE_URL", bench.sandbox().base_url())
            .current_dir(bench.path())
            .output()
            .unwrap();
        let done = bench.finish(output);
        assert!(done.code == 0, "{example}\n{}{}", done.stdout, done.stderr);
    }
}

#[test]
fn the_command_that_is_shown_can_be_typed_whatever_the_list_is_called() {
    let bench = Bench::new();
    let name = "a'\nb\u{1b}[31m\u{202e}.csv";
    bench.file(name, "identifier,name\n+393331230001,Ada\nnone,Bo\n");
    let done = bench.exact(["run", name, "--sandbox", "--yes"]).expect(1);
    assert!(!done.stdout.contains(['\u{1b}', '\u{202e}']), "{}", done.stdout);
    let begins = done.stdout.find("callbell-import run").unwrap();
    let command = done.stdout[begins..].trim_end();
    let program = env!("CARGO_BIN_EXE_callbell-import");
    let script = command.replacen("callbell-import", program, 1);
    let again =
        Command::new("bash").args(["-c", &script]).env_clear().current_dir(bench.path()).output().unwrap();
    // The row is as wrong as it was, and the file was found.
    assert_eq!(again.status.code(), Some(1), "{command}: {}", String::from_utf8_lossy(&again.stderr));
}

#[test]
fn a_folder_that_cannot_be_called_after_its_list_is_asked_for() {
    let bench = Bench::new();
    let name = format!("{}.csv", "x".repeat(251));
    bench.file(&name, "identifier,name\n+393331230001,Ada\n");
    let done = bench.exact(["run", &name, "--sandbox", "--yes"]).expect(6);
    assert!(done.stderr.contains("--out DIR"), "{}", done.stderr);
    bench.exact(["run", &name, "--sandbox", "--yes", "--out", "o"]).expect(0);
}

#[test]
fn a_mapping_that_cannot_be_written_leaves_no_file() {
    let bench = Bench::new();
    let file = bench.file("in.csv", "identifier,name\n+393331230001,Ada\n");
    let program = env!("CARGO_BIN_EXE_callbell-import");
    let full = format!("trap '' XFSZ; ulimit -f 0; exec {program} map {} --to m.toml --yes", file.display());
    let done =
        Command::new("bash").args(["-c", &full]).env_clear().current_dir(bench.path()).output().unwrap();
    assert_eq!(done.status.code(), Some(6), "{}", String::from_utf8_lossy(&done.stderr));
    let left: Vec<_> =
        std::fs::read_dir(bench.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("m.toml")), "{left:?}");
    bench.exact(["map", "in.csv", "--to", "m.toml", "--yes"]).expect(0);
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(bench.path().join("m.toml")).unwrap());
    assert_ne!(mode & 0o044, 0, "it is nobody's secret: {mode:o}");
}
