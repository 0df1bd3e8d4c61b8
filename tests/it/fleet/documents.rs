//! The page on fleets: its commands are executed.

use std::path::Path;
use std::process::{Command, Stdio};

use super::crew::Fleet;
use super::server::Server;

const PAGE: &str = include_str!("../../../docs/fleet.md");

/// The first block of the page in this language.
fn block(language: &str) -> &'static str {
    let begin = format!("```{language}\n");
    PAGE.split(&begin).nth(1).unwrap().split("```").next().unwrap()
}

/// A server that is set up as the page says, and how it is found.
fn server_of_the_page(folder: &Path) -> Option<(Server, String)> {
    // One is too new for the server that this is proved with, as the page says; the store is this test's own.
    let is_of_the_test = |line: &&str| !line.contains("sync_interval: always") && !line.contains("store_dir");
    let lines: Vec<&str> = block("text").lines().filter(is_of_the_test).collect();
    assert_eq!(lines.len() + 2, block("text").lines().count());
    let path = folder.join("nats.conf");
    std::fs::write(&path, lines.join("\n")).unwrap();
    let config = path.to_str().unwrap();
    // So are the ports.
    let command = ["env", "NATS_PASSWORD=x@y", "nats-server", "--config", config, "--addr", "127.0.0.1"];
    let ports = ["--port", "-1", "--http_port", "-1"];
    let server = Server::start_as(command.iter().chain(&ports).map(|word| (*word).to_owned()).collect())?;
    let url = format!("nats://fleet:x%40y@{}", server.address());
    Some((server, url))
}

#[test]
fn every_command_of_the_page_on_fleets_does_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let Some((server, url)) = server_of_the_page(folder.path()) else { return };
    let fleet = Fleet::at(server, url, "");
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/samples");
    std::os::unix::fs::symlink(samples, fleet.bench.path().join("samples")).unwrap();
    let base = fleet.bench.sandbox().base_url();
    fleet.bench.file("fleet.toml", block("toml").replace("https://api.callbell.eu/v1", &base));
    let commands: Vec<&str> = block("console").lines().filter_map(|line| line.strip_prefix("$ ")).collect();
    assert_eq!(commands.len(), 4);
    for command in commands {
        let program = env!("CARGO_BIN_EXE_callbell-import");
        let output = Command::new("bash")
            .args(["-c", &command.replacen("callbell-import", program, 1)])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("CALLBELL_IMPORT_FLEET_SERVER", &fleet.url)
            .env("CALLBELL_IMPORT_FLEET_FOLDER", "shared")
            .current_dir(fleet.bench.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        fleet.bench.finish(output).expect(0);
    }
    assert_eq!(fleet.stored(), 20);
    assert!(fleet.bench.path().join("contacts.import/report.html").exists());
}

/// What `nats stream purge CALLBELL_LOG --subject … --keep 1` asks of the server.
async fn purge(url: &str, subject: String) {
    let client = async_nats::connect(url).await.unwrap();
    let stream = async_nats::jetstream::new(client).get_stream("CALLBELL_LOG").await.unwrap();
    let purged = stream.purge().filter(subject).keep(1).await.unwrap();
    assert!(purged.success && purged.purged > 0, "{purged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_logs_were_purged_as_the_page_says_sends_nobody_twice() {
    assert!(PAGE.contains("--subject callbell.log.JOB.CHUNK --keep 1`"));
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", super::calm::list(30));
    let job = fleet.enqueue(&["--chunk-rows", "15"]);
    fleet.worker("one", &fleet.url).end();
    fleet.collect(&job).expect(1).conserved();
    let stored = fleet.stored();
    for chunk in 0..2 {
        purge(&fleet.url, format!("callbell.log.{job}.{chunk}")).await;
    }
    fleet.enqueue(&["--chunk-rows", "15"]);
    let (_, said) = fleet.worker("two", &fleet.url).end();
    assert!(!said.contains("cannot be imported"), "{said}");
    assert_eq!((fleet.stored(), fleet.bench.doubles()), (stored, 0));
    let again = fleet.collect(&job).expect(1).conserved();
    assert_eq!(again.number("created"), stored as u64);
    // Where the folder is gone, too, nobody knows what was sent.
    std::fs::remove_dir_all(fleet.part(&job, 1)).unwrap();
    std::fs::remove_dir_all(fleet.part(&job, 1).with_extension("2")).unwrap();
    purge(&fleet.url, format!("callbell.log.{job}.1")).await;
    fleet.enqueue(&["--chunk-rows", "15"]);
    let (_, said) = fleet.worker("three", &fleet.url).end();
    assert!(said.contains("cannot be imported"), "{said}");
    assert_eq!((fleet.stored(), fleet.bench.doubles()), (stored, 0));
}

#[test]
fn the_page_names_streams_and_bucket_as_they_are() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.bench.file("in.csv", super::calm::list(30));
    fleet.enqueue(&[]);
    let streams = fleet.server.store().join("jetstream/$G/streams");
    let mut names: Vec<String> = std::fs::read_dir(streams)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().replacen("KV_", "", 1))
        .collect();
    names.sort();
    assert_eq!(names, ["CALLBELL_LOG", "CALLBELL_WORK", "callbell_jobs"]);
    assert!(names.iter().all(|name| PAGE.contains(&format!("`{name}`"))));
}
