//! Settings from files: which goes before which, and what is refused.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Bench, Done, TOKEN, canary_numbers};

const PROJECT: &str = "callbell-import.toml";

/// The bench's user file is `home/callbell-import/config.toml`.
fn with_user_file(bench: &Bench, text: &str) {
    std::fs::create_dir_all(bench.path().join("home/callbell-import")).unwrap();
    bench.file("home/callbell-import/config.toml", text);
}

fn show(bench: &Bench, environment: &[(&str, &str)], flags: &[&str]) -> Done {
    let mut args = vec!["config", "show"];
    args.extend(flags);
    let mut command = bench.command(args);
    command.env_remove("CALLBELL_API_KEY").env("XDG_CONFIG_HOME", bench.path().join("home"));
    command.envs(environment.iter().copied());
    bench.finish(command.output().unwrap())
}

/// The value and the origin that are shown for a setting.
fn shown(done: &Done, name: &str) -> (String, String) {
    let line = done.stdout.lines().find(|line| line.split_whitespace().next() == Some(name));
    let line = line.unwrap_or_else(|| panic!("no {name} in\n{}", done.stdout));
    let rest: Vec<&str> = line[21..].split("  ").map(str::trim).filter(|part| !part.is_empty()).collect();
    (rest[0].to_owned(), rest[1].to_owned())
}

#[test]
fn a_flag_goes_before_the_environment_before_the_project_before_the_user_before_the_default() {
    let bench = Bench::new();
    let rate = |done: Done| shown(&done.expect(0), "rate");
    assert_eq!(rate(show(&bench, &[], &[])), ("150".into(), "default".into()));
    with_user_file(&bench, "rate = 50\nconcurrency = 7\n[preset.night]\nrate = 60\nsettle = 5\n");
    let user = bench.path().join("home/callbell-import/config.toml").display().to_string();
    assert_eq!(rate(show(&bench, &[], &[])), ("50".into(), format!("{user}, line 1")));
    assert_eq!(rate(show(&bench, &[], &["--preset", "night"])), ("60".into(), format!("{user}, line 4")));
    bench.file(PROJECT, "# mine\nrate = 70\nstrict = true\n");
    let done = show(&bench, &[], &["--preset", "night"]).expect(0);
    assert_eq!(shown(&done, "rate"), ("70".into(), format!("{PROJECT}, line 2")));
    assert_eq!(shown(&done, "settle").0, "5", "the user's preset still fills what the project leaves open");
    assert_eq!(shown(&done, "concurrency").0, "7");
    assert_eq!(shown(&done, "strict"), ("true".into(), format!("{PROJECT}, line 3")));
    let environment = [("CALLBELL_IMPORT_RATE", "80"), ("CALLBELL_IMPORT_STRICT", "false")];
    let done = show(&bench, &environment, &[]).expect(0);
    assert_eq!(shown(&done, "rate"), ("80".into(), "environment, CALLBELL_IMPORT_RATE".into()));
    assert_eq!(shown(&done, "strict").0, "false");
    assert_eq!(rate(show(&bench, &environment, &["--rate", "90"])), ("90".into(), "flag".into()));
}

#[test]
fn a_preset_is_a_whole_import_and_a_second_file_can_take_the_place_of_the_first() {
    let bench = Bench::new();
    bench.file("in.csv", canary_numbers(3));
    bench.file(
        PROJECT,
        format!(
            "default-preset = \"shop\"\n[preset.shop]\nbase-url = \"{}\"\nout = \"shop.import\"\nset = [\"tags=nightly\"]\n\
             quiet = true\n[preset.other]\nsandbox-config = \"x.toml\"\n",
            bench.sandbox().base_url()
        ),
    );
    let refused = bench.exact(["run", "in.csv"]).expect(2);
    assert!(refused.stderr.contains("`sandbox-config` is passed with each command"), "{}", refused.stderr);
    let text = std::fs::read_to_string(bench.path().join(PROJECT)).unwrap();
    std::fs::create_dir(bench.path().join("etc")).unwrap();
    bench.file("etc/other.toml", text.split("[preset.other]").next().unwrap());
    std::fs::remove_file(bench.path().join(PROJECT)).unwrap();
    let done = bench.exact(["run", "in.csv", "--config", "etc/other.toml"]).expect(0);
    assert_eq!(done.stdout.clone() + &done.stderr, "", "quiet on success");
    // Paths of a file are counted from the folder of the file.
    assert!(bench.path().join("etc/shop.import/results.csv").exists());
    let world = bench.sandbox().world();
    assert!(world.contacts().iter().all(|(_, contact)| contact.tags == ["nightly"]));
    drop(world);
    let missing = bench.exact(["run", "in.csv", "--config", "etc/none.toml"]).expect(2);
    assert!(missing.stderr.contains("cannot read the settings file etc/none.toml"), "{}", missing.stderr);
}

#[test]
fn mistakes_are_told_with_line_and_column_and_what_was_meant() {
    let bench = Bench::new();
    for (text, message, hint) in [
        (
            "rate = 100\ndefault-contry = \"IT\"",
            ", line 2, column 1: there is no setting `default-contry`",
            "did you mean `default-country`?",
        ),
        (
            "[preset.a]\n  rate = 0",
            ", line 2, column 3: `rate` cannot be used: expected a whole number from 1 to 10000, or none",
            "",
        ),
        ("ragged = \"cut\"", "expected one of refuse, pad, fit", ""),
        ("strict = 1", "`strict` cannot be used: expected true or false", ""),
        ("rate = [1]", "expected one value, not a list", ""),
        ("yes = true", "`yes` is passed with each command", ""),
        ("rate = ", ", line 1, column 8:", ""),
        ("default-preset = \"shpo\"\n[preset.shop]", "there is no preset `shpo`", "did you mean `shop`?"),
        ("token = \"canary-SECRET\"", "`token` would be the API token itself", "api-key-file"),
        (
            "[preset.a]\napi_key = \"canary-SECRET\"",
            "line 2, column 1: `api-key` would be the API token itself",
            "make a new token",
        ),
    ] {
        // The bench looks for the canary's word in every file.
        let file = bench.file(PROJECT, text);
        let output = bench.command(["check", "in.csv", "--offline"]).output().unwrap();
        std::fs::remove_file(file).unwrap();
        let done = bench.finish(output).expect(2);
        assert!(done.stderr.contains(message) && done.stderr.contains(hint), "{text}:\n{}", done.stderr);
    }
}

#[test]
fn help_and_completely_wrong_flags_do_not_ask_the_files() {
    let bench = Bench::new();
    bench.file(PROJECT, "nonsense = 1");
    bench.exact(["run", "--help"]).expect(0);
    let done = bench.exact(["run", "in.csv", "--raet", "3"]).expect(2);
    assert!(done.stderr.contains("--rate"), "{}", done.stderr);
    let done = show(&bench, &[], &["--raet", "3"]).expect(2);
    assert!(!done.stderr.contains("error: error"), "{}", done.stderr);
}

#[test]
fn a_nearer_place_of_the_token_puts_the_others_aside() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(1));
    bench.file("token.txt", TOKEN);
    bench.file(PROJECT, "api-key-file = \"nowhere.txt\"");
    let base = bench.sandbox().base_url();
    let run = |environment: &[(&str, &str)], extra: &[&str], out: &str| {
        let mut args = vec!["run", file.to_str().unwrap(), "--base-url", &base, "--out", out];
        args.extend(extra);
        let mut command = bench.command(args);
        command.env_remove("CALLBELL_API_KEY").env("PATH", "/usr/bin:/bin").envs(environment.iter().copied());
        bench.finish(command.output().unwrap())
    };
    assert!(run(&[], &[], "a").expect(2).stderr.contains("nowhere.txt"));
    run(&[], &["--api-key-command", "cat token.txt"], "b").expect(0);
    run(&[("CALLBELL_API_KEY", TOKEN)], &[], "c").expect(0);
    run(&[("CALLBELL_API_KEY_FILE", "gone.txt")], &["--api-key-command", "cat token.txt"], "d").expect(0);
}

#[test]
fn a_strange_folder_can_neither_draw_the_token_to_itself_nor_run_commands_of_others() {
    let bench = Bench::new();
    bench.file("token.txt", TOKEN);
    let project = bench.file(PROJECT, "base-url = \"https://thief.example/v1\"\n");
    let done = bench.exact(["run", "in.csv"]).expect(2);
    assert!(done.stderr.contains("the token does not come from this file"), "{}", done.stderr);
    let done = bench.exact(["run", "in.csv", "--api-key-file", "token.txt"]).expect(3);
    assert!(done.stderr.contains("in.csv"), "who names the token may send it there: {}", done.stderr);
    bench.file(PROJECT, "base-url = \"https://thief.example/v1\"\napi-key-file = \"token.txt\"\n");
    let mut command = bench.command(["run", "in.csv"]);
    bench.finish(command.env_remove("CALLBELL_API_KEY").output().unwrap()).expect(3);
    bench.file(PROJECT, "api-key-command = \"cat token.txt\"\n");
    std::fs::set_permissions(&project, std::fs::Permissions::from_mode(0o666)).unwrap();
    let done = bench.exact(["run", "in.csv"]).expect(2);
    assert!(done.stderr.contains("other users can write to"), "{}", done.stderr);
}

/// Settings that reach out of the import: what is run, what is written, who is spoken to, what is trusted.
const REACHING: [&str; 10] = [
    "base-url = \"http://127.0.0.1:9/v1\"",
    "base-url = \"https://api.callbell.eu/v1\"",
    "ca-cert = \"ca.pem\"",
    "api-key-file = \"token.txt\"",
    "metrics = \"reached\"",
    "events = \"reached\"",
    "out = \"reached\"",
    "ping = \"https://thief.example/\"",
    "notify = \"https://thief.example/\"",
    "[preset.other]\nnotify-command = \"true\"",
];

#[test]
fn a_file_that_somebody_else_may_have_written_reaches_nobody_and_no_file() {
    let bench = Bench::new();
    bench.file("in.csv", canary_numbers(1));
    let refused = |words: &str, fix: &str| {
        for args in [&["check", "in.csv", "--offline"][..], &["run", "in.csv", "--yes"], &["config", "show"]]
        {
            let done = bench.exact(args).expect(2);
            let text = &done.stderr;
            assert!(text.contains(words) && text.contains(fix), "{text}");
        }
        assert!(!bench.path().join("reached").exists());
    };
    let chown = |path: &std::path::Path| std::os::unix::fs::chown(path, Some(65_534), None);
    for text in REACHING {
        let project = bench.file(PROJECT, text);
        std::fs::set_permissions(&project, std::fs::Permissions::from_mode(0o646)).unwrap();
        refused("other users can write to callbell-import.toml", "chmod go-w callbell-import.toml");
        std::fs::set_permissions(&project, std::fs::Permissions::from_mode(0o600)).unwrap();
        // Only root can give a file away.
        if chown(&project).is_ok() {
            refused(
                "callbell-import.toml belongs to another user (uid 65534)",
                "chown 0 callbell-import.toml",
            );
        }
        std::fs::remove_file(project).unwrap();
    }
    // What stays within the import may be anybody's.
    let project = bench.file(PROJECT, "rate = 70\nset = [\"tags=x\"]\nmapping = \"mapping.toml\"\n");
    std::fs::set_permissions(&project, std::fs::Permissions::from_mode(0o646)).unwrap();
    let _ = chown(&project);
    assert_eq!(shown(&show(&bench, &[], &[]).expect(0), "rate").0, "70");
}

#[test]
fn what_may_hold_a_secret_is_not_shown() {
    let bench = Bench::new();
    let project = bench.file(PROJECT, "api-key-command = \"echo SECRET\"\n");
    let mut command = bench.command(["config", "show"]);
    let output = command.output().unwrap();
    std::fs::remove_file(project).unwrap();
    let done = bench.finish(output).expect(0);
    assert!(done.stdout.contains("Token    from the environment (not shown)"), "{}", done.stdout);
    assert_eq!(shown(&done, "api-key-command").0, "-", "the environment's token puts it aside");
    // A token in the place of its file, and an address that no run would take.
    for (flag, value) in [("api-key-file", "Zq7SECRETq7.x"), ("base-url", "http://u:SECRET@h.example/v1")] {
        let done = show(&bench, &[], &[&format!("--{flag}"), value]).expect(0);
        assert_eq!(shown(&done, flag).0, "(not shown)", "{flag}");
        assert!(!done.stdout.contains("SECRET"), "{}", done.stdout);
    }
    let file = bench.file("token.txt", "t");
    let done = show(&bench, &[], &["--api-key-file", file.to_str().unwrap()]).expect(0);
    assert_eq!(shown(&done, "api-key-file").0, file.to_str().unwrap());
}

#[test]
fn a_variable_that_is_no_setting_is_warned_about_and_a_value_is_said_to_be_of_the_environment() {
    let bench = Bench::new();
    let told = |variables: &[(&str, &str)], flags: &[&str], code| {
        let done = show(&bench, variables, flags).expect(code);
        assert!(!done.stderr.contains("private"), "{}", done.stderr);
        done.stderr
    };
    assert_eq!(told(&[("CALLBELL_IMPORT_RATE", "80"), ("IMPORT_RAT", "80")], &[], 0), "");
    let stderr =
        told(&[("CALLBELL_IMPORT_CONCURENCY", "private"), ("CALLBELL_IMPORT_MAP", "private")], &[], 0);
    assert!(stderr.contains("CALLBELL_IMPORT_CONCURENCY is not a setting and is ignored"), "{stderr}");
    assert!(stderr.contains("did you mean CALLBELL_IMPORT_CONCURRENCY?"), "{stderr}");
    assert!(stderr.contains("CALLBELL_IMPORT_MAP is ignored") && stderr.contains("--map"), "{stderr}");
    let of_the_environment =
        "the value of the environment variable CALLBELL_IMPORT_RATE cannot be used: expected a whole";
    let wrong = [("CALLBELL_IMPORT_RATE", "private")];
    assert!(told(&wrong, &[], 2).contains(of_the_environment));
    let done = bench.finish(bench.command(["run", "in.csv"]).envs(wrong).output().unwrap()).expect(2);
    assert!(done.stderr.contains(of_the_environment), "{}", done.stderr);
    let stderr = told(&wrong, &["--rate", "slow"], 2);
    assert!(stderr.contains("'slow'") && !stderr.contains("environment variable"), "{stderr}");
    // What stands behind `--` is no flag.
    assert!(told(&wrong, &["in.csv", "--", "--rate"], 2).contains(of_the_environment));
    for (variable, expected) in [
        ("CALLBELL_IMPORT_QUIET", "expected one of true, false"),
        ("CALLBELL_IMPORT_ON_EXISTING", "expected one of skip, update, create, fail"),
        ("CALLBELL_IMPORT_CONCURRENCY", "invalid digit found in string"),
        ("CALLBELL_IMPORT_MAX_OUTAGE", "expected number at 0"),
    ] {
        let stderr = told(&[(variable, "private")], &[], 2);
        assert!(
            stderr.contains(&format!("the value of the environment variable {variable} cannot")),
            "{stderr}"
        );
        assert!(stderr.contains(expected), "{stderr}");
    }
}
