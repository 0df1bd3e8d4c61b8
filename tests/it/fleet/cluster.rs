//! Three servers of which one dies; and a server that asks who comes.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};

use super::calm::list;
use super::crew::Fleet;
use super::server::{Server, until};
use crate::support::Authority;

const RATE: usize = 40;
const FLAGS: [&str; 4] = ["--rate", "40", "--settle", "3"];

/// Ports that nobody has now. Members of a cluster have to know each other's before they are there.
fn free_ports() -> [u16; 3] {
    let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

fn cluster() -> Option<Vec<Server>> {
    let ports = free_ports();
    let routes = ports.map(|port| format!("nats://127.0.0.1:{port}")).join(",");
    let members = ports.iter().zip(["a", "b", "c"]).map(|(port, name)| {
        let cluster = format!("nats://127.0.0.1:{port}");
        let flags =
            ["--server_name", name, "--cluster_name", "three", "--cluster", &cluster, "--routes", &routes];
        let monitor = ["--http_port", "-1"];
        Server::start_with(&flags.iter().chain(&monitor).map(|flag| (*flag).to_owned()).collect::<Vec<_>>())
    });
    members.collect()
}

fn get(address: SocketAddr, path: &str) -> Option<serde_json::Value> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: x\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
}

/// The member that leads the stream of logs, and how many copies there are besides.
fn leader(servers: &[Server]) -> Option<(String, usize)> {
    let seen = get(servers[0].monitor(), "/jsz?accounts=true&streams=true")?;
    let streams = seen["account_details"][0]["stream_detail"].as_array()?;
    let log = streams.iter().find(|stream| stream["name"] == "CALLBELL_LOG")?;
    let copies = log["cluster"]["replicas"].as_array().map_or(0, Vec::len);
    Some((log["cluster"]["leader"].as_str()?.to_owned(), copies))
}

#[test]
fn a_cluster_that_loses_the_leader_of_the_logs_goes_on() {
    let Some(mut servers) = cluster() else { return };
    let url =
        servers.iter().map(|server| format!("nats://{}", server.address())).collect::<Vec<_>>().join(",");
    // The one that the bench would start again is none of them.
    let Some(aside) = Server::start() else { return };
    let fleet = Fleet::at(aside, url, "[api]\nlatency_ms = 30\n");
    let csv = list(160).replace(",telegram,", ",whatsapp,").replace("@handle_", "+39 333 2000");
    fleet.bench.file("in.csv", &csv);
    // A cluster that has only begun has no leader yet that could make streams.
    let flags = [&["--chunk-rows", "80", "--replicas", "3"], &FLAGS[..]].concat();
    until("the cluster makes streams", || {
        fleet.enqueue_command("acme", &flags).output().unwrap().status.success().then_some(())
    });
    let job = fleet.enqueue(&flags);
    let worker = fleet.worker("one", &fleet.url);
    fleet.until_stored(25);
    let (name, copies) = until("a leader", || leader(&servers));
    assert_eq!(copies, 2, "copies besides the leader's");
    let place = ["a", "b", "c"].iter().position(|known| *known == name).unwrap();
    drop(servers.remove(place));
    let (code, said) = worker.end();
    assert_eq!(code, 0, "{said}");
    fleet.told_like_one_run(&job, &csv, &FLAGS, RATE);
}

#[test]
fn a_server_that_asks_for_certificates_and_a_password_is_spoken_to_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let write = |name: &str, content: &str| std::fs::write(folder.path().join(name), content).unwrap();
    write("authority.pem", authority.pem());
    for who in ["server", "member"] {
        let (certificate, key) = authority.pair();
        write(&format!("{who}.pem"), &certificate);
        write(&format!("{who}.key"), &key);
    }
    let tls = format!(
        "tls {{ cert_file: '{}', key_file: '{}', ca_file: '{}', verify: true }}\n",
        path("server.pem"),
        path("server.key"),
        path("authority.pem")
    );
    write("nats.conf", &format!("{tls}authorization {{ user: fleet, password: 'SECRET@of-the-server' }}\n"));
    let Some(server) = Server::start_with(&["--config".to_owned(), path("nats.conf")]) else { return };
    let address = server.address();
    let fleet = Fleet::at(server, format!("tls://{address}"), "");
    fleet.bench.file("in.csv", list(20));
    let with_all = |command: &str| {
        let mut command = fleet.bench.command(["fleet", command, "--authority", &path("authority.pem")]);
        command
            .args(["--certificate", &path("member.pem"), "--certificate-key", &path("member.key")])
            .env("CALLBELL_IMPORT_FLEET_SERVER", format!("tls://fleet:SECRET%40of-the-server@{address}"))
            .env_remove("CALLBELL_API_KEY");
        command
    };
    let mut enqueue = with_all("enqueue");
    enqueue.args(["in.csv", "--account", "acme", "--folder", "shared"]);
    let done = fleet.bench.finish(enqueue.output().unwrap()).expect(0);
    let job = done.stdout.trim().to_owned();
    let mut worker = with_all("worker");
    worker.args(["--folder", "shared", "--config", "fleet.toml", "--drain", "-vv"]);
    let done = fleet.bench.finish(worker.output().unwrap()).expect(0);
    assert!(!done.stderr.contains("SECRET"), "{}", done.stderr);
    let mut collect = with_all("collect");
    collect.args([&job, "--folder", "shared", "--out", "out"]);
    fleet.bench.finish(collect.output().unwrap()).expect(1).conserved();
    // Without its certificate, without the authority, with a password for all to see.
    let told = |leave_out: &str, url: &str, code: i32| {
        let mut command = fleet.bench.command(["fleet", "status"]);
        for (flag, name) in [
            ("--authority", "authority.pem"),
            ("--certificate", "member.pem"),
            ("--certificate-key", "member.key"),
        ] {
            if !flag.starts_with(leave_out) {
                command.args([flag, &path(name)]);
            }
        }
        let done = fleet.bench.finish(command.args(["--server", url]).output().unwrap()).expect(code);
        assert!(!done.stderr.contains("SECRET"), "{}", done.stderr);
        done.stderr
    };
    let plain = format!("tls://{address}");
    for leave_out in ["--certificate", "--authority"] {
        let told = told(leave_out, &plain, 5);
        assert!(told.contains("cannot reach the fleet's server"), "{leave_out}: {told}");
    }
    let secret = told("nothing", &format!("tls://fleet:SECRET%40of-the-server@{address}"), 2);
    assert!(secret.contains("CALLBELL_IMPORT_FLEET_SERVER"), "{secret}");
    assert!(
        told("nothing", &plain, 5).contains("cannot reach the fleet's server"),
        "nobody asked for the password"
    );
}
