//! The real program while it runs: what it says, signals, death.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use super::{Bench, Done};

/// A program that runs, and what it says.
pub(crate) struct Running<'b> {
    bench: &'b Bench,
    child: Child,
    lines: Lines<BufReader<ChildStderr>>,
    seen: String,
}

impl<'b> Running<'b> {
    /// Runs `run` on `file` with these flags and its log.
    pub(crate) fn start<A: AsRef<str>>(bench: &'b Bench, file: impl AsRef<Path>, args: &[A]) -> Self {
        let mut child = at_a_terminal(&bench.run_command(file, args)).arg("-vv").spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { bench, child, lines, seen: String::new() }
    }

    /// Waits until it has said this so many times.
    pub(crate) fn until(&mut self, said: &str, times: usize) {
        let mut count = 0;
        while count < times {
            let line = self.lines.next().expect("the program ended early").unwrap();
            count += usize::from(line.contains(said));
            self.seen.push_str(&line);
            self.seen.push('\n');
        }
    }

    /// Waits until it has said `lines` lines: false if it ends before that.
    pub(crate) fn said(&mut self, lines: usize) -> bool {
        (0..lines).all(|_| match self.lines.next() {
            Some(line) => {
                self.seen.push_str(&line.unwrap());
                self.seen.push('\n');
                true
            }
            None => false,
        })
    }

    /// Ends it without a warning, as SIGKILL does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent =
            Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) fn end(mut self) -> Done {
        for line in self.lines.by_ref() {
            self.seen.push_str(&line.unwrap());
            self.seen.push('\n');
        }
        let mut done = self.bench.finish(self.child.wait_with_output().unwrap());
        done.stderr = self.seen;
        done
    }
}

/// The same program, in which Ctrl-C and SIGHUP mean what they mean at a terminal: whoever runs the tests in the background
/// may have them ignored, and programs that are started inherit that.
pub(crate) fn at_a_terminal(command: &Command) -> Command {
    let mut heard = Command::new("/usr/bin/env");
    heard.arg("--default-signal=INT,HUP").arg(command.get_program()).args(command.get_args());
    heard.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    heard.current_dir(command.get_current_dir().unwrap());
    heard.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    heard
}
