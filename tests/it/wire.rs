//! What happens to connections between the answers, and before the first of them.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::support::{Bench, Ends, ReusedFront, canary_numbers, sample};

#[test]
fn a_connection_that_ends_while_it_is_idle_or_when_it_is_used_again_costs_nobody_and_doubles_nobody() {
    for (ends, answers) in [(Ends::Idle, 1), (Ends::AtReuse, 5), (Ends::AfterReuse, 5)] {
        let bench = Bench::new();
        let front = ReusedFront::of(&bench, ends, answers);
        let file = bench.file("in.csv", canary_numbers(40));
        let base_url = front.base_url();
        let run = ["run", file.to_str().unwrap(), "--base-url", &base_url, "--out", "out"];
        let flags = ["--settle", "0.3", "--rate", "none", "--concurrency", "4", "--max-outage", "1m"];
        let mut done = bench.exact(run.iter().chain(&flags)).conserved();
        // A row may use up its attempts.
        for _ in 0..5 {
            if done.code != 0 {
                assert!(matches!(done.code, 1 | 5 | 8), "{ends:?}: {}", done.stderr);
                done = bench.exact(run.iter().chain(&flags)).conserved();
            }
        }
        let done = done.expect(0);
        let name = format!("{ends:?} after {answers}");
        assert_eq!((done.number("created"), bench.doubles()), (40, 0), "{name}");
        assert_eq!(bench.identifiers().len(), 40, "{name}");
        assert!(front.ended() > 2, "{name}: {} connections were ended", front.ended());
        let world = bench.sandbox().world();
        for line in done.results() {
            let stored = world.contacts().with_uuid(&line["uuid"]).map(|contact| &contact.identifier);
            assert_eq!(stored, Some(&line["identifier"]), "{name}");
        }
    }
}

#[test]
fn a_name_that_nobody_knows_is_said_so_and_nothing_is_sent() {
    let bench = Bench::new();
    // No resolver is asked for a label that is longer than labels can be.
    let base_url = format!("https://{}.example/v1", "a".repeat(64));
    let file = sample("contacts.csv");
    let run = ["run", file.to_str().unwrap(), "--base-url", &base_url, "--out", "out", "--max-outage", "1s"];
    let done = bench.exact(run).expect(5);
    assert!(done.stderr.contains("does not answer"), "{}", done.stderr);
    assert!(done.stderr.contains("nothing was sent"), "{}", done.stderr);
}

/// A proxy that grants no tunnel, and all that it is told. It lives as long as the test's process.
fn refusing_proxy(answer: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    std::thread::spawn(move || {
        for stream in proxy.incoming() {
            let stream = stream.unwrap();
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            heard.lock().unwrap().extend(lines.take_while(|line| !line.is_empty()));
            // The program may be gone already.
            let _ = (&stream).write_all(answer.as_bytes());
        }
    });
    (address, told)
}

#[test]
fn a_proxy_that_grants_no_tunnel_is_told_of_and_the_server_hears_nothing() {
    for (answer, why) in [
        ("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n", "tunnel error: unsuccessful"),
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
            "tunnel error: proxy authorization required",
        ),
        ("", "tunnel error"),
    ] {
        let bench = Bench::new();
        let (proxy, told) = refusing_proxy(answer);
        let file = sample("contacts.csv");
        let done = bench
            .command(["run", file.to_str().unwrap(), "--out", "out", "--max-outage", "1s"])
            .args(["--base-url", "https://callbell.example/v1"])
            .env("HTTPS_PROXY", &proxy)
            .output()
            .unwrap();
        let done = bench.finish(done).expect(5);
        assert!(done.stderr.contains(why), "{why}: {}", done.stderr);
        assert!(done.stderr.contains("nothing was sent"), "{}", done.stderr);
        let told = told.lock().unwrap();
        assert_eq!(told[0], "CONNECT callbell.example:443 HTTP/1.1");
        assert!(!told.iter().any(|line| line.to_lowercase().contains("authorization")), "{told:?}");
    }
}

#[test]
fn why_an_address_cannot_be_reached_is_told_in_words_and_not_in_those_of_a_library() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(1));
    let unencrypted = bench.sandbox().base_url().replacen("http://", "https://", 1);
    // A port that is free: whoever had it is gone.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = format!("http://127.0.0.1:{port}/v1");
    for (address, told) in [
        (&unencrypted, "no connection: the server does not speak https"),
        (&nobody, "no connection: nothing listens there"),
    ] {
        let run =
            ["run", file.to_str().unwrap(), "--base-url", address, "--out", "out", "--max-outage", "0s"];
        let done = bench.exact(run).expect(5);
        assert!(done.stderr.contains(told), "{}", done.stderr);
    }
}
