//! Tokens and people never reach logs, errors or the screen. (That no byte holds the token is checked in every test.)

use crate::support::{Bench, TOKEN, canary_numbers};

/// Weather in which every message of the program is heard.
const FOUL: &str = "\
[api]\nunknown_tag = \"drop\"\n\
[[faults]]\nkind = \"throttle\"\nfrom = 5\nuntil = 8\n\
[[faults]]\nkind = \"cut_after\"\nshare = 0.1\n\
[[faults]]\nkind = \"garbage\"\nshare = 0.1\n\
[[faults]]\nkind = \"error\"\nstatus = 503\nshare = 0.1\n\
[[faults]]\non = \"look_up\"\nkind = \"redirect\"\nshare = 0.02\n\
[[faults]]\non = \"look_up\"\nkind = \"html\"\nshare = 0.1\n";

#[test]
fn logs_carry_row_numbers_and_no_people_whatever_happens() {
    let bench = Bench::with(FOUL);
    let file = bench.file("in.csv", canary_numbers(60).replace("Person", "Zebediah"));
    let done = bench.run(file, &["-vvv", "--settle", "0"]);
    assert!(done.stderr.contains("row=7"), "{}", done.stderr);
    for text in [&done.stdout, &done.stderr] {
        assert!(!text.contains("Zebediah"), "a name leaked");
        assert!(!text.contains("393330") && !text.contains("333 00"), "a number leaked");
    }
}

#[test]
fn what_the_server_says_about_a_person_stays_off_the_screen_and_in_the_failures() {
    let bench =
        Bench::with("[api]\nduplicate = \"invalid\"\nerror_shape = \"text\"\nunknown_field = \"reject\"");
    let file = bench.file("in.csv", "phone_number,name,cf:ada@example.com 12345\n+393331234567,A,x\n");
    let done = bench.run(file, &[""; 0]).expect(1).conserved();
    assert!(!done.stdout.contains("ada@example.com"), "{}", done.stdout);
    assert!(done.failures()[0]["import_message"].contains("ada@example.com 12345 does not exist"));
}

#[test]
fn the_token_may_come_from_a_file_or_a_command_and_a_file_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(2));
    let token = bench.file("token.txt", format!("Bearer {TOKEN}\n"));
    let base = bench.sandbox().base_url();
    let run = |extra: &[&str], out: &str| {
        let mut args = vec!["run", file.to_str().unwrap(), "--base-url", &base, "--out", out];
        args.extend(extra);
        let mut command = bench.command(args);
        bench.finish(command.env_remove("CALLBELL_API_KEY").env("PATH", "/usr/bin:/bin").output().unwrap())
    };
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o644)).unwrap();
    let done = run(&["--api-key-file", "token.txt"], "a").expect(0);
    assert!(done.stderr.contains("can be read by others"), "{}", done.stderr);
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
    let done = run(&["--api-key-file", "token.txt"], "b").expect(0);
    assert!(!done.stderr.contains("warning"), "{}", done.stderr);
    run(&["--api-key-command", "cat token.txt"], "c").expect(0);
    let done = run(&["--api-key-command", "exit 3"], "d").expect(2);
    assert!(done.stderr.contains("--api-key-command failed"), "{}", done.stderr);
    let folder = bench.path().join("credentials");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(&token, folder.join("callbell-api-key")).unwrap();
    let mut command = bench.command(["run", file.to_str().unwrap(), "--base-url", &base, "--out", "e"]);
    let output =
        command.env_remove("CALLBELL_API_KEY").env("CREDENTIALS_DIRECTORY", &folder).output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    bench.finish(output).expect(0);
}

#[test]
fn help_shows_no_secret_of_the_environment() {
    let bench = Bench::new();
    for args in [&["run", "--help"][..], &["check", "--help"], &["--help"], &["run", "-h"]] {
        let mut command = bench.command(args);
        let output = command.env("CALLBELL_IMPORT_API_KEY_COMMAND", "echo SECRET").output().unwrap();
        bench.finish(output).expect(0);
    }
}

#[test]
fn text_from_cells_and_from_the_server_cannot_steer_the_terminal() {
    let bench = Bench::with("[account]\nuser_name = \"Ev\\u001b]52;c;il\"\nuser_email = \"e@x\"\n");
    let file = bench.file("in.csv", "phone_number,name,\"bad\u{1b}[31mheader\u{202e}\"\n+393331234567,A,x\n");
    let done = bench.run(file, &[""; 0]).expect(0);
    for text in [&done.stdout, &done.stderr] {
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text:?}");
    }
    assert!(done.stderr.contains("bad\\u{1b}[31mheader\\u{202e}"), "{}", done.stderr);
}
