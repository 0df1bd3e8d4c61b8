//! A server that asks to wait before anything is sent.

use crate::support::{Bench, Running};

const LIST: &str = "phone,name,team\n+393331234501,Ada,Sales\n";

/// So many seconds in the answer to the question `on`, from the `from`th on.
fn asking(on: &str, from: u64, seconds: u64) -> Bench {
    Bench::with(&format!(
        "[[faults]]\nkind = \"throttle\"\non = \"{on}\"\nfrom = {from}\nretry_after = {seconds}\n\
         [[account.teams]]\nuuid = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\nname = \"Sales\"\n"
    ))
}

#[test]
fn a_wait_of_a_day_before_anything_is_sent_ends_the_command_and_says_so() {
    for (on, from) in [("auth_me", 1), ("any", 2)] {
        let bench = asking(on, from, 86_400);
        let file = bench.file("in.csv", LIST);
        for done in [
            bench.run(&file, &["--yes"]),
            bench.exact(["check", "in.csv", "--base-url", &bench.sandbox().base_url()]),
            bench.exact(["account", "--base-url", &bench.sandbox().base_url()]),
        ] {
            let done = done.expect(5);
            let said = "asks to wait for 1day (429)\n hint: nothing was sent; run the same command again after that time";
            assert!(done.stderr.contains(said), "{on}: {}", done.stderr);
        }
        assert_eq!(bench.identifiers(), [""; 0]);
    }
}

#[test]
fn a_wait_that_is_borne_is_told_and_a_ctrl_c_ends_it() {
    for (on, from) in [("auth_me", 1), ("any", 2)] {
        let bench = asking(on, from, 600);
        let mut running = Running::start(&bench, bench.file("in.csv", LIST), &["--yes"]);
        running
            .until("the server asks to wait for 10m before anything is sent (429); Ctrl-C ends the wait", 1);
        running.signal("INT");
        let done = running.end().expect(130);
        assert!(done.stderr.contains("Stopped before anything was sent."), "{}", done.stderr);
        assert_eq!(bench.identifiers(), [""; 0]);
    }
}
