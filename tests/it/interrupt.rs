//! Ctrl-C and SIGTERM, sent to the real program while contacts are on the wire.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStderr, Command};

use crate::support::{Bench, Done, canary_numbers};

/// A program that runs, and what it says.
struct Running<'b> {
    bench: &'b Bench,
    child: Child,
    lines: Lines<BufReader<ChildStderr>>,
    seen: String,
}

impl<'b> Running<'b> {
    fn start(bench: &'b Bench, rows: usize) -> Self {
        let file = bench.file("in.csv", canary_numbers(rows));
        let mut child = bench.run_command(file, &["-vv", "--concurrency", "8"]).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { bench, child, lines, seen: String::new() }
    }

    /// Waits until it has said this so many times.
    fn until(&mut self, said: &str, times: usize) {
        let mut count = 0;
        while count < times {
            let line = self.lines.next().expect("the program ended early").unwrap();
            count += usize::from(line.contains(said));
            self.seen.push_str(&line);
            self.seen.push('\n');
        }
    }

    fn signal(&self, name: &str) {
        let sent =
            Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn end(mut self) -> Done {
        for line in self.lines.by_ref() {
            self.seen.push_str(&line.unwrap());
            self.seen.push('\n');
        }
        let mut done = self.bench.finish(self.child.wait_with_output().unwrap());
        done.stderr = self.seen;
        done
    }
}

#[test]
fn after_a_ctrl_c_the_rows_on_the_wire_finish_and_the_results_are_complete() {
    let bench = Bench::with("[api]\nlatency_ms = 150");
    let mut running = Running::start(&bench, 500);
    running.until("sending", 20);
    running.signal("INT");
    let done = running.end().expect(130).conserved();
    let created = done.number("created");
    assert!((12..100).contains(&created), "{created}");
    assert_eq!(bench.identifiers().len() as u64, created, "results say what the sandbox holds");
    assert_eq!(done.number("not_attempted"), 500 - created);
    assert_eq!(done.summary()["stopped_by"], "interrupt");
    assert!(done.stderr.contains("stopping: no more rows are sent"), "{}", done.stderr);
}

#[test]
fn sigterm_is_exit_143() {
    let bench = Bench::with("[api]\nlatency_ms = 150");
    let mut running = Running::start(&bench, 500);
    running.until("sending", 20);
    running.signal("TERM");
    let done = running.end().expect(143).conserved();
    assert_eq!(done.summary()["stopped_by"], "terminate");
    assert_eq!(bench.identifiers().len() as u64, done.number("created"));
}

#[test]
fn a_second_ctrl_c_ends_it_at_once_and_the_rows_on_the_wire_are_unconfirmed() {
    let bench = Bench::with("[[faults]]\nkind = \"slow\"\ndelay_ms = 20000\n");
    let mut running = Running::start(&bench, 500);
    running.until("sending", 8);
    running.signal("INT");
    running.until("stopping:", 1);
    running.signal("INT");
    let done = running.end().expect(130).conserved();
    assert_eq!(
        (done.number("created"), done.number("unconfirmed"), done.number("not_attempted")),
        (0, 8, 492)
    );
    assert_eq!(done.failures()[0]["import_code"], "stopped_in_doubt");
}
