//! Whom the program speaks to: only to a server that proves to be the one.

use crate::support::{Authority, Bench, Done, Shows, TlsFront, canary_numbers, sample};

/// A run to a server that shows this, with an authority that it trusts or not.
fn run(shows: Shows, trusts: bool) -> (Bench, TlsFront, Done) {
    let bench = Bench::new();
    let front = front(&bench, shows);
    let file = sample("contacts.csv");
    let base_url = front.base_url();
    let mut args = vec!["run", file.to_str().unwrap(), "--base-url", &base_url, "--out", "out"];
    args.extend(["--max-outage", "1s"]);
    if trusts {
        args.extend(["--ca-cert", "ca.pem"]);
    }
    let done = bench.exact(args);
    (bench, front, done)
}

/// A server in front of the sandbox that shows this; its authority is in `ca.pem`.
fn front(bench: &Bench, shows: Shows) -> TlsFront {
    let authority = Authority::new();
    let base = bench.sandbox().base_url();
    let port = base.rsplit_once(':').unwrap().1.trim_end_matches("/v1").parse().unwrap();
    bench.file("ca.pem", authority.pem());
    TlsFront::start(&authority, shows, port)
}

#[test]
fn connections_that_take_long_to_open_are_no_more_than_requests_at_a_time() {
    let bench = Bench::with("[api]\nlimit_per_second = 0\n");
    let front = front(&bench, Shows::Good);
    let file = bench.file("in.csv", canary_numbers(400));
    let base_url = front.base_url();
    let mut args = vec!["run", file.to_str().unwrap(), "--base-url", &base_url, "--ca-cert", "ca.pem"];
    args.extend(["--out", "out", "--rate", "none", "--concurrency", "8", "--no-canary", "--json"]);
    let done = bench.exact(args).expect(0);
    assert_eq!(done.number("created"), 400);
    // None of them ends before the run does.
    assert!((2..=8).contains(&front.passed()), "{}", front.passed());
}

#[test]
fn a_server_whose_authority_is_trusted_is_sent_to_over_tls() {
    let (bench, front, done) = run(Shows::Good, true);
    done.expect(0);
    assert_eq!(bench.identifiers().len(), 20);
    assert!(front.passed() > 0);
}

#[test]
fn nothing_is_said_to_a_server_that_does_not_prove_to_be_the_one() {
    for (shows, trusts, why) in [
        (Shows::Good, false, "UnknownIssuer"),
        (Shows::Expired, true, "expired"),
        (Shows::OtherName, true, "not valid for name"),
    ] {
        let (bench, front, done) = run(shows, trusts);
        assert_eq!(front.passed(), 0, "{why}: the handshake fails");
        assert!(bench.identifiers().is_empty());
        assert!(done.stderr.contains("certificate is not trusted"), "{why}: {}", done.stderr);
        assert!(done.stderr.contains(why), "{why}: {}", done.stderr);
        done.expect(5);
    }
}

#[test]
fn a_server_that_breaks_off_the_handshake_or_speaks_no_tls_is_an_outage() {
    for shows in [Shows::Nothing, Shows::Plain] {
        let (bench, _front, done) = run(shows, true);
        assert!(bench.identifiers().is_empty());
        done.expect(5);
    }
}

#[test]
fn a_file_that_holds_no_authority_is_refused_before_anything_is_sent() {
    let bench = Bench::new();
    bench.file("key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    bench.file("text.pem", "no certificate");
    bench.file("broken.pem", "-----BEGIN CERTIFICATE-----\n%%\n-----END CERTIFICATE-----\n");
    let file = sample("contacts.csv");
    for name in ["key.pem", "text.pem", "broken.pem", "missing.pem"] {
        let done = bench.run(&file, &["--ca-cert", name]).expect(2);
        assert!(done.stderr.contains(name), "{}", done.stderr);
    }
    assert!(bench.identifiers().is_empty());
}

#[test]
fn a_settings_file_in_the_folder_cannot_vouch_for_a_server_that_gets_the_persons_token() {
    let bench = Bench::new();
    bench.file("ca.pem", Authority::new().pem());
    bench.file("callbell-import.toml", "ca-cert = \"ca.pem\"\n");
    let done = bench.run(sample("contacts.csv"), &[] as &[&str]).expect(2);
    assert!(done.stderr.contains("callbell-import.toml, line 1"), "{}", done.stderr);
    assert!(bench.identifiers().is_empty());
}
