//! The log itself: who was thought dead writes nothing any more.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use callbell_import::fleet::{Connecting, Engine, Founding, Hold, LogHandle, Opened, Seal, StreamLog, Work};
use callbell_import::journal::Storage as _;
use tokio::runtime::Handle;

use super::server::{Line, Server};

struct Logs {
    engine: Engine,
    work: Work,
    key: [u8; 32],
    folder: tempfile::TempDir,
}

impl Logs {
    async fn at(line: &Line) -> Self {
        let connecting = Connecting {
            servers: line.url(),
            credentials: None,
            authority: None,
            certificate: None,
            name: "a test".to_owned(),
        };
        let job = callbell_import::fleet::JobId::of(&[b"a job"]);
        let work = Work { job, chunk: 0, round: 1, skip: 0, rows: 1, input: String::new() };
        let founding = Founding { lease: Some(Duration::from_secs(60)), ..Founding::default() };
        let engine = Engine::found(&connecting, founding).await.unwrap();
        Self { engine, work, key: Seal::new_key().unwrap(), folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn open(&self, worker: &str) -> (StreamLog, LogHandle, Opened, Hold) {
        self.open_beside(worker, &[]).await
    }

    /// The same, where there are copies that earlier workers kept.
    async fn open_beside(&self, worker: &str, mirrors: &[PathBuf]) -> (StreamLog, LogHandle, Opened, Hold) {
        let hold = Hold::begin(self.engine.lease(), Hold::clock());
        let seal = Seal::new(&self.key, &StreamLog::subject(&self.work)).unwrap();
        let (mirror, note) = (self.path(worker), self.path("length"));
        let places: (&Path, &Path) = (&mirror, &note);
        let (work, runtime) = (&self.work, Handle::current());
        let opened = StreamLog::open(&self.engine, work, seal, hold.clone(), places, mirrors, &runtime).await;
        let (log, handle, opened) = opened.unwrap();
        (log, handle, opened, hold)
    }
}

fn text(log: &mut StreamLog) -> String {
    let mut text = String::new();
    log.read().unwrap().read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn a_record_of_a_worker_that_was_taken_for_dead_is_refused_and_so_is_every_later_one() {
    let Some(server) = Server::start() else { return };
    let line = Line::to(&server);
    let logs = Logs::at(&line).await;
    let (mut first, _, opened, hold) = logs.open("first").await;
    assert!(opened.is_clean && !opened.has_begun);
    first.append(b"announced\n").unwrap();
    first.sync().await.unwrap();
    assert!(hold.is_good());

    let (mut second, handle, opened, held) = logs.open("second").await;
    assert!(!opened.is_clean && opened.has_begun, "the first may still be sending");
    assert_eq!(text(&mut second), "announced\n");
    first.append(b"a zombie's\n").unwrap();
    assert_eq!(first.sync().await.unwrap_err().kind(), std::io::ErrorKind::PermissionDenied);
    assert!(hold.is_lost() && !hold.is_good(), "it may not send either");
    first.append(b"another\n").unwrap();
    assert!(first.sync().await.is_err());

    second.append(b"what came of it\n").unwrap();
    second.sync().await.unwrap();
    assert!(held.is_good());
    handle.retire().await.unwrap();
    let (mut third, _, opened, _) = logs.open("third").await;
    assert!(opened.is_clean && opened.has_begun, "the second went in order");
    assert_eq!(text(&mut third), "announced\nwhat came of it\n");
}

#[tokio::test]
async fn a_worker_that_only_reads_and_marks_loses_its_hold_by_the_next_proof() {
    let Some(server) = Server::start() else { return };
    let line = Line::to(&server);
    let logs = Logs::at(&line).await;
    let (_first, handle, _, hold) = logs.open("first").await;
    handle.prove();
    let (_second, _, _, _) = logs.open("second").await;
    assert!(!hold.is_lost());
    hold.marked(Hold::clock());
    handle.prove();
    tokio::time::timeout(Duration::from_secs(30), hold.lost()).await.unwrap();
}

#[tokio::test]
async fn a_log_whose_taking_from_a_mirror_was_not_finished_is_taken_once_more() {
    let Some(server) = Server::start() else { return };
    let line = Line::to(&server);
    let logs = Logs::at(&line).await;
    let subject = StreamLog::subject(&logs.work);
    let context = async_nats::jetstream::new(async_nats::connect(line.url()).await.unwrap());
    let seal = Seal::new(&logs.key, &subject).unwrap();
    let whole = "what the workers kept\nto its end\n";
    std::fs::write(logs.path("whole"), whole).unwrap();
    std::fs::write(logs.path("length"), "00000000000000000033\n").unwrap();
    let mirrors = [logs.path("whole")];
    // As far as a worker comes that is killed: a claim, that it takes it, that it comes from there, some of it.
    let steps = ["C", "T", "Jtaken from a mirror\n", "Jwhat the workers kept\n"];
    for killed_after in 2..=steps.len() {
        for step in &steps[..killed_after] {
            let sealed = seal.seal(step.as_bytes()).unwrap();
            context.publish(subject.clone(), sealed.into()).await.unwrap().await.unwrap();
        }
        let next = format!("next {killed_after}");
        let (mut log, handle, opened, _) = logs.open_beside(&next, &mirrors).await;
        assert!(!opened.is_clean && opened.has_begun);
        assert_eq!(text(&mut log), format!("taken from a mirror\n{whole}"), "{killed_after}");
        handle.retire().await.unwrap();
        // Once it is taken, it is the log, whatever the workers kept.
        let (mut log, _, opened, _) = logs.open(&format!("{next}, after")).await;
        assert!(opened.is_clean && opened.has_begun);
        assert_eq!(text(&mut log), format!("taken from a mirror\n{whole}"), "{killed_after}");
    }
}

#[tokio::test]
async fn a_log_that_lost_its_end_is_taken_from_the_longest_copy_that_goes_on_where_it_breaks_off() {
    let Some(server) = Server::start() else { return };
    let line = Line::to(&server);
    let logs = Logs::at(&line).await;
    let (mut first, handle, _, _) = logs.open("first").await;
    first.append(b"announced\n").unwrap();
    first.sync().await.unwrap();
    handle.retire().await.unwrap();
    // The engine had as much, and what it has now is not more.
    for (name, kept) in [
        ("longer", "announced\nwhat came of it\n"),
        ("shorter", "announced\nwhat\n"),
        ("another's", "announces\nwhat came of it, and more of it\n"),
    ] {
        std::fs::write(logs.path(name), kept).unwrap();
    }
    let mirrors = ["shorter", "longer", "another's"].map(|name| logs.path(name));
    // Nothing shows that it is not whole.
    let (mut second, handle, _, _) = logs.open_beside("second", &mirrors).await;
    assert_eq!(text(&mut second), "announced\n");
    handle.retire().await.unwrap();
    std::fs::write(logs.path("length"), format!("{:020}\n", 40)).unwrap();
    let (mut third, handle, _, _) = logs.open_beside("third", &mirrors[2..]).await;
    assert_eq!(text(&mut third), "announced\n");
    handle.retire().await.unwrap();
    let (mut fourth, handle, opened, _) = logs.open_beside("fourth", &mirrors).await;
    let taken = "taken from a mirror\nannounced\nwhat came of it\n";
    assert_eq!(text(&mut fourth), taken);
    assert!(!opened.is_clean && opened.has_begun, "whoever had it may still be there");
    handle.retire().await.unwrap();
    let (mut fifth, _, _, _) = logs.open_beside("fifth", &mirrors).await;
    assert_eq!(text(&mut fifth), taken);
}

#[tokio::test]
async fn what_the_engine_confirmed_is_noted_before_anybody_goes_by_it_and_never_less() {
    let Some(server) = Server::start() else { return };
    let line = Line::to(&server);
    let logs = Logs::at(&line).await;
    let noted = || std::fs::read_to_string(logs.path("length")).unwrap().trim().parse::<u64>().unwrap();
    let (mut first, _, _, _) = logs.open("first").await;
    first.append(b"announced\n").unwrap();
    first.sync().await.unwrap();
    assert_eq!(noted(), 10);
    // As after the engine has lost the end of it.
    std::fs::write(logs.path("length"), format!("{:020}\n", 100)).unwrap();
    let (mut second, _, _, _) = logs.open("second").await;
    assert_eq!(second.noted_length().unwrap().synced, 100);
    second.append(b"damaged\n").unwrap();
    second.sync().await.unwrap();
    assert_eq!(noted(), 100, "whoever comes next sees no damage");
    second.append(&[b'x'; 99]).unwrap();
    second.sync().await.unwrap();
    assert_eq!(noted(), 10 + 8 + 99);
}
