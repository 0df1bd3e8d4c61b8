//! `--http2`: what one connection for all requests does to a run when it breaks.

use crate::support::{Authority, Bench, Done, Http2Front, Meets, Shows, TlsFront, canary_numbers};

const ROWS: usize = 60;

/// A run of [`ROWS`] rows, 16 at a time.
fn run(bench: &Bench, authority: &Authority, base_url: &str) -> Done {
    bench.file("ca.pem", authority.pem());
    bench.file("in.csv", canary_numbers(ROWS));
    bench
        .exact([
            "run",
            "in.csv",
            "--base-url",
            base_url,
            "--out",
            "out",
            "--ca-cert",
            "ca.pem",
            "--http2",
            "--rate",
            "none",
            "--concurrency",
            "16",
            "--settle",
            "1",
        ])
        .expect(0)
        .conserved()
}

fn port(bench: &Bench) -> u16 {
    bench.sandbox().base_url().rsplit_once(':').unwrap().1.trim_end_matches("/v1").parse().unwrap()
}

/// The run, and the server that it met.
fn met(meets: Meets) -> (Bench, Http2Front, Done) {
    let (bench, authority) = (Bench::new(), Authority::new());
    let front = Http2Front::start(&authority, meets, port(&bench));
    let done = run(&bench, &authority, &front.base_url());
    assert_eq!((done.number("created"), bench.identifiers().len(), bench.doubles()), (ROWS as u64, ROWS, 0));
    assert!((ROWS..=usize::try_from(done.number("requests")).unwrap()).contains(&front.requests()));
    (bench, front, done)
}

fn confirmed(done: &Done) -> usize {
    done.column("code").iter().filter(|code| *code == "confirmed_by_lookup").count()
}

#[test]
fn all_requests_share_one_connection() {
    let (_bench, front, done) = met(Meets::Nothing);
    assert_eq!((front.connections(), confirmed(&done)), (1, 0));
}

#[test]
fn a_server_that_offers_only_http_1_is_spoken_to_in_that() {
    let (bench, authority) = (Bench::new(), Authority::new());
    let front = TlsFront::start(&authority, Shows::Good, port(&bench));
    let done = run(&bench, &authority, &front.base_url());
    assert_eq!((done.number("created"), bench.doubles()), (ROWS as u64, 0));
    assert!(front.passed() > 1, "each connection carries one request at a time");
}

#[test]
fn a_stream_that_is_reset_after_the_create_is_confirmed_by_look_up() {
    let (_bench, front, done) = met(Meets::ResetAfter(20));
    assert_eq!((front.connections(), confirmed(&done)), (1, 1));
}

#[test]
fn a_stream_that_is_reset_before_the_create_is_looked_up_and_then_sent_again() {
    let (_bench, front, done) = met(Meets::ResetBefore(20));
    assert_eq!((front.connections(), confirmed(&done), done.number("retries")), (1, 0, 1));
}

#[test]
fn a_connection_that_is_shut_down_in_order_is_followed_by_another_and_nobody_is_created_twice() {
    let (_bench, front, _done) = met(Meets::GoAway(20));
    assert!(front.connections() > 1);
}

#[test]
fn a_connection_that_is_cut_puts_all_its_requests_in_doubt_and_each_is_looked_up() {
    let (_bench, front, done) = met(Meets::Cut(21, 28));
    assert!(front.connections() > 1);
    assert!(confirmed(&done) >= 8, "{}", confirmed(&done));
}
