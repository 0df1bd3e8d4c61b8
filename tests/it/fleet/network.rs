//! A network that is cut, and not a connection: the server is on a machine of its own, as far as networks go, and reached
//! over a cable for each worker. All of it is in namespaces that nobody else sees. Where those are not permitted, the test
//! says so and does nothing.

use std::process::{Command, Stdio};

use super::calm::list;
use super::crew::Fleet;
use super::server::{Server, until};

/// Set in the process that has a network to itself.
const INSIDE: &str = "CALLBELL_IMPORT_TEST_INSIDE";
const NAME: &str = "fleet::network::a_worker_whose_cable_is_cut_stops_by_itself_and_another_one_goes_on";
/// In the namespace there is nobody else who could have it.
const PORT: &str = "4222";
const RATE: usize = 40;
const FLAGS: [&str; 4] = ["--rate", "40", "--settle", "3"];

fn ip(words: &str) -> bool {
    let status = Command::new("ip").args(words.split(' ')).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Whether a process may have a network to itself, with a cable in it.
fn is_permitted() -> bool {
    let try_it = "ip link set lo up && ip link add one type veth peer name other";
    let status = Command::new("unshare").args(["-rn", "sh", "-c", try_it]).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[test]
fn a_worker_whose_cable_is_cut_stops_by_itself_and_another_one_goes_on() {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    if !is_permitted() {
        println!("skipped: networks of one's own are not permitted here, or there is no `ip`");
        return;
    }
    let this = std::env::current_exe().unwrap();
    let mut command = Command::new("unshare");
    command.arg("-rn").arg(this).args(["--exact", NAME, "--nocapture"]).env(INSIDE, "1");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}\n{why}");
}

fn inside() {
    assert!(ip("link set lo up"));
    let command = ["unshare", "-n", "nats-server", "--addr", "0.0.0.0", "--port", PORT].map(str::to_owned);
    let Some(server) = Server::start_as(command.into()) else { return };
    let there = server.id();
    let network = |id: &str| std::fs::read_link(format!("/proc/{id}/ns/net")).ok();
    until("the server has a network of its own", || {
        (network(&there.to_string())? != network("self")?).then_some(())
    });
    // The end of each cable that is here, and the one that is there.
    for cable in [1, 2] {
        assert!(ip(&format!("link add here{cable} type veth peer name there{cable} netns {there}")));
        assert!(ip(&format!("addr add 10.0.{cable}.1/24 dev here{cable}")));
        assert!(ip(&format!("link set here{cable} up")));
        for words in
            [format!("addr add 10.0.{cable}.2/24 dev there{cable}"), format!("link set there{cable} up")]
        {
            assert!(over_there(there, &words));
        }
    }
    let url = |cable: u32| format!("nats://10.0.{cable}.2:{PORT}");
    let fleet = Fleet::at(server, url(2), "[api]\nlatency_ms = 30\n");
    let csv = list(160).replace(",telegram,", ",whatsapp,").replace("@handle_", "+39 333 2000");
    fleet.bench.file("in.csv", &csv);
    until("the server answers", || {
        fleet.command("status", &url(2)).output().unwrap().status.success().then_some(())
    });
    let job = fleet.enqueue(&[&["--chunk-rows", "80"], &FLAGS[..]].concat());
    let lonely = fleet.worker("one", &url(1));
    fleet.until_stored(25);
    // Its packets leave and arrive nowhere; nobody tells it.
    assert!(over_there(there, "link set there1 down"));
    let successor = fleet.worker("two", &url(2));
    lonely.until_said("another worker has it now");
    successor.until_said("sending row");
    assert!(over_there(there, "link set there1 up"));
    for worker in [successor, lonely] {
        let (code, said) = worker.end();
        assert_eq!(code, 0, "{said}");
    }
    fleet.told_like_one_run(&job, &csv, &FLAGS, RATE);
}

/// On the server's machine.
fn over_there(there: u32, words: &str) -> bool {
    let mut command = Command::new("nsenter");
    command.args(["-t", &there.to_string(), "-n", "ip"]).args(words.split(' '));
    command.status().is_ok_and(|status| status.success())
}
