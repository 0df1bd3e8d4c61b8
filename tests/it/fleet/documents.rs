//! The page on fleets: its commands are executed.

use std::process::{Command, Stdio};

use super::crew::Fleet;

const PAGE: &str = include_str!("../../../docs/fleet.md");

#[test]
fn every_command_of_the_page_on_fleets_does_what_it_says() {
    let Some(fleet) = Fleet::with("") else { return };
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/samples");
    std::os::unix::fs::symlink(samples, fleet.bench.path().join("samples")).unwrap();
    let settings = PAGE.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let base = fleet.bench.sandbox().base_url();
    fleet.bench.file("fleet.toml", settings.replace("https://api.callbell.eu/v1", &base));
    let block = PAGE.split("```console\n").nth(1).unwrap().split("```").next().unwrap();
    let commands: Vec<&str> = block.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
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

#[test]
fn the_page_names_streams_and_bucket_as_they_are() {
    let Some(fleet) = Fleet::with("") else { return };
    fleet.status();
    let streams = fleet.server.store().join("jetstream/$G/streams");
    let mut names: Vec<String> = std::fs::read_dir(streams)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().replacen("KV_", "", 1))
        .collect();
    names.sort();
    assert_eq!(names, ["CALLBELL_LOG", "CALLBELL_WORK", "callbell_jobs"]);
    assert!(names.iter().all(|name| PAGE.contains(&format!("`{name}`"))));
}
