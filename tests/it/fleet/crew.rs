//! A fleet for one account: a server, the sandbox, a shared folder, workers that are processes of the program.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use super::calm::{same, single};
use super::server::{Line, PATIENCE, Server, until};
use crate::support::{Bench, Done, TOKEN};

/// Seconds of a lease, as short as it can be.
pub(super) const LEASE: &str = "4";

pub(super) struct Fleet {
    pub(super) bench: Bench,
    pub(super) server: Server,
    pub(super) line: Option<Line>,
    /// How its members find it.
    pub(super) url: String,
    /// Seconds.
    pub(super) lease: &'static str,
}

impl Fleet {
    /// `None` where there is no server. `toml` sets the sandbox up.
    pub(super) fn with(toml: &str) -> Option<Self> {
        let server = Server::start()?;
        let line = Line::to(&server);
        let url = line.url();
        Some(Self { line: Some(line), ..Self::at(server, url, toml) })
    }

    /// Of a server that is found at `url`.
    pub(super) fn at(server: Server, url: String, toml: &str) -> Self {
        let bench = Bench::with(toml);
        bench.file("token.txt", TOKEN);
        std::fs::create_dir(bench.path().join("shared")).unwrap();
        let fleet = Self { bench, server, line: None, url, lease: LEASE };
        fleet.settings(&BTreeMap::from([("acme".to_owned(), fleet.bench.sandbox().base_url())]));
        fleet
    }

    /// The line leads to where the server is now.
    pub(super) fn lead_to_the_server(&self) {
        self.line.as_ref().unwrap().lead_to(&self.server);
    }

    /// Workers' settings: accounts and where they are.
    pub(super) fn settings(&self, accounts: &BTreeMap<String, String>) {
        let presets = accounts.iter().map(|(alias, base)| {
            format!("[preset.{alias}]\napi-key-file = \"token.txt\"\nbase-url = \"{base}\"\n")
        });
        self.bench.file("fleet.toml", presets.collect::<String>());
        let token = self.bench.path().join("token.txt");
        Command::new("chmod").arg("600").arg(token).status().unwrap();
    }

    /// A command of the fleet whose server is at `url`.
    pub(super) fn command(&self, command: &str, url: &str) -> Command {
        let mut of_fleet = self.bench.command(["fleet", command, "--server", url]);
        of_fleet.env_remove("CALLBELL_API_KEY");
        of_fleet
    }

    pub(super) fn enqueue_command(&self, account: &str, flags: &[&str]) -> Command {
        let mut command = self.command("enqueue", &self.url);
        command
            .args(["in.csv", "--account", account, "--folder", "shared", "--lease", self.lease])
            .args(flags);
        command
    }

    /// Enqueues `in.csv`; the job's name.
    pub(super) fn enqueue(&self, flags: &[&str]) -> String {
        let done = self.bench.finish(self.enqueue_command("acme", flags).output().unwrap()).expect(0);
        done.stdout.trim().to_owned()
    }

    /// Starts a worker that goes home when nothing is left to do, on a machine of its own as far as it can tell.
    pub(super) fn worker(&self, name: &str, url: &str) -> Worker {
        let mut command = self.worker_command(name, url);
        command.arg("--drain");
        Worker::start(command)
    }

    /// The same, but it waits for more until it is told to end.
    pub(super) fn lasting_worker(&self, name: &str) -> Worker {
        Worker::start(self.worker_command(name, &self.url))
    }

    fn worker_command(&self, name: &str, url: &str) -> Command {
        let mut command = self.command("worker", url);
        command.args(["--folder", "shared", "--config", "fleet.toml", "-vv"]);
        command.env("XDG_STATE_HOME", self.bench.path().join(format!("state-{name}")));
        command
    }

    /// Gathers the job into `out`.
    pub(super) fn collect(&self, job: &str) -> Done {
        let mut command = self.command("collect", &self.url);
        command.args([job, "--folder", "shared", "--out", "out"]);
        self.bench.finish(command.output().unwrap())
    }

    pub(super) fn status(&self) -> serde_json::Value {
        let done = self.bench.finish(self.command("status", &self.url).arg("--json").output().unwrap());
        serde_json::from_str(&done.expect(0).stdout).unwrap()
    }

    /// How every story ends: nobody twice, no row lost, never more than the rate, and the parts are the single run.
    #[track_caller]
    pub(super) fn told_like_one_run(&self, job: &str, csv: &str, flags: &[&str], rate: usize) {
        let whole = self.collect(job).expect(1).conserved();
        assert_eq!(self.bench.doubles(), 0, "somebody is there twice");
        assert_eq!(whole.number("created"), self.stored() as u64, "somebody is lost");
        assert_eq!(whole.number("not_attempted") + whole.number("unconfirmed"), 0);
        let most = self.bench.sandbox().world().most_in_a_second();
        assert!(most <= rate, "{most} requests in a second, {rate} are allowed");
        let (_bench, alone) = single("", csv, flags);
        same(&whole, &alone.expect(1).conserved(), false);
    }

    pub(super) fn stored(&self) -> usize {
        self.bench.sandbox().world().contacts().len()
    }

    /// Waits until the sandbox has so many contacts.
    pub(super) fn until_stored(&self, count: usize) {
        until(&format!("{count} contacts"), || (self.stored() >= count).then_some(()));
    }

    pub(super) fn part(&self, job: &str, chunk: usize) -> PathBuf {
        self.bench.path().join("shared").join(job).join("parts").join(format!("{chunk:05}.1"))
    }
}

/// A worker process, and what it says.
pub(super) struct Worker {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Worker {
    pub(super) fn start(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let (lines, told) = (BufReader::new(child.stderr.take().unwrap()).lines(), Arc::clone(&said));
        std::thread::spawn(move || {
            for line in lines {
                let Ok(line) = line else { return };
                let mut told = told.lock().unwrap();
                told.push_str(&line);
                told.push('\n');
            }
        });
        Self { child, said }
    }

    pub(super) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Waits until it has said this.
    pub(super) fn until_said(&self, words: &str) {
        until(&format!("a worker says `{words}`"), || self.said().contains(words).then_some(()));
    }

    pub(super) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    pub(super) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it ends: its exit code, and what it said.
    #[expect(clippy::disallowed_methods, reason = "processes run by the clock of the machine")]
    pub(super) fn end(mut self) -> (i32, String) {
        let said = Arc::clone(&self.said);
        let begin = std::time::Instant::now();
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.code().unwrap_or(-1);
            }
            assert!(begin.elapsed() < PATIENCE, "the worker does not end:\n{}", self.said());
            std::thread::park_timeout(std::time::Duration::from_millis(5));
        };
        let said = said.lock().unwrap().clone();
        assert!(!said.contains("SECRET"), "the token leaked");
        (code, said)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
