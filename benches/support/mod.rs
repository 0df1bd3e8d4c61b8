//! What the benches stand on: a list, servers in processes of their own, and the cost of a process.

pub(crate) mod street;
#[cfg(feature = "http2")]
pub(crate) mod tls;

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_callbell-import");
/// The token of every bench.
pub(crate) const TOKEN: &str = "bench";

/// Numbers among the arguments, in order. `cargo bench` adds arguments of its own.
pub(crate) fn numbers() -> Vec<usize> {
    std::env::args().filter_map(|arg| arg.parse().ok()).collect()
}

/// A list with everything that an importer has to read.
pub(crate) fn contacts(rows: usize) -> String {
    let mut text = "identifier,name,tags,custom_fields.City,note\n".to_owned();
    for row in 0..rows {
        writeln!(text, "+3933{row:08},Person Number {row},\"VIP,Rome\",Rome,note {row}").unwrap();
    }
    text
}

/// A server in a process of its own, which ends with this.
pub(crate) struct Server {
    child: Child,
    /// Its address, for `--base-url`.
    pub(crate) base: String,
}

impl Server {
    /// A sandbox without a limit. `folder` takes its settings.
    pub(crate) fn sandbox(folder: &Path) -> Self {
        let settings = folder.join("fast.toml");
        std::fs::write(&settings, format!("token = \"{TOKEN}\"\n[api]\nlimit_per_second = 0\n")).unwrap();
        let mut command = Command::new(PROGRAM);
        command.args(["sandbox", "--config"]).arg(&settings);
        Self::start(command)
    }

    /// Whatever says `base_url=` on its first line.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.trim().strip_prefix("base_url=").unwrap().to_owned();
        Self { child, base }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// `run` on `file` into `out`, without a rate limit, 64 at a time, as JSON.
pub(crate) fn import(file: &Path, out: &Path, base: &str) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args([
        "run",
        "--rate",
        "none",
        "--concurrency",
        "64",
        "--quiet",
        "--json",
        "--yes",
        "--no-canary",
    ]);
    // The bare server knows nobody, and what is measured is the sending.
    command.args(["--on-existing", "create"]);
    command.args(["--base-url", base, "--out"]).arg(out).arg(file).env("CALLBELL_API_KEY", TOKEN);
    command
}

/// What a process took.
pub(crate) struct Cost {
    /// From its start to its end.
    pub(crate) seconds: f64,
    /// Processor time, the kernel's for it included; counted in hundredths of a second.
    pub(crate) cpu_seconds: f64,
    /// The most memory it had at a time, in kilobytes, as Linux counts it.
    pub(crate) peak: u64,
    /// What it printed.
    pub(crate) stdout: Vec<u8>,
}

/// Runs a process to its end. It must succeed, and print less than a pipe holds.
#[expect(clippy::disallowed_methods, reason = "outside the street, where there is no tokio")]
pub(crate) fn cost(mut command: Command) -> Cost {
    let before = children_cpu();
    let began = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(peak).max(peak);
        std::thread::sleep(Duration::from_millis(10));
    }
    let seconds = began.elapsed().as_secs_f64();
    let cpu_seconds = children_cpu() - before;
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command:?}");
    Cost { seconds, cpu_seconds, peak, stdout: output.stdout }
}

/// Processor time of this process, in seconds; Linux counts it in hundredths.
pub(crate) fn cpu() -> f64 {
    ticks(11)
}

/// Processor time of all processes that this one has waited for.
fn children_cpu() -> f64 {
    ticks(13)
}

/// Two neighbouring fields of `/proc/self/stat`, counted after the name.
fn ticks(first: usize) -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[first..first + 2].iter().map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
}

/// The middle one.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
