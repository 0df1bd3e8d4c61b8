//! A real nats-server for each test, and a line to it that can be cut.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Set where these tests have to run: then a missing server is a failure.
const REQUIRED: &str = "CALLBELL_IMPORT_TEST_NATS";
/// How long anything may take before the test fails.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// The server, with a store of its own.
pub(super) struct Server {
    child: Child,
    folder: TempDir,
    /// How it is started, apart from where its store is.
    command: Vec<String>,
}

impl Server {
    /// `None`, and a word about it, where there is none on this machine.
    pub(super) fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The same, told more.
    pub(super) fn start_with(flags: &[String]) -> Option<Self> {
        let all = ["nats-server", "--addr", "127.0.0.1", "--port", "-1"].map(str::to_owned);
        Self::start_as([&all[..], flags].concat())
    }

    /// The same, with all that is to be said.
    pub(super) fn start_as(command: Vec<String>) -> Option<Self> {
        if Command::new("nats-server").arg("--version").stdout(Stdio::null()).status().is_err() {
            assert!(
                std::env::var_os(REQUIRED).is_none(),
                "there is no nats-server, and {REQUIRED} asks for it"
            );
            println!("skipped: there is no nats-server on this machine (apt-get install nats-server)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let child = begin(&command, folder.path());
        Some(Self { child, folder, command })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens now.
    pub(super) fn address(&self) -> SocketAddr {
        self.port_of("nats")
    }

    /// Where it shows how it is; only if it was told to.
    pub(super) fn monitor(&self) -> SocketAddr {
        self.port_of("monitoring")
    }

    fn port_of(&self, what: &str) -> SocketAddr {
        let path = self.folder.path().join(format!("nats-server_{}.ports", self.child.id()));
        until("the server tells its port", || {
            let ports: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).ok()?).ok()?;
            ports[what][0].as_str()?.split_once("://")?.1.parse().ok()
        })
    }

    /// Kills it without a warning, and starts it again on the same store.
    pub(super) fn kill_and_start_again(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = begin(&self.command, self.folder.path());
    }

    /// Kills it without a warning, and starts another one in its place that has nothing.
    pub(super) fn kill_and_start_without_its_store(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.folder = tempfile::tempdir().unwrap();
        self.child = begin(&self.command, self.folder.path());
    }

    /// Asks it to end, copies its store, and starts it again.
    pub(super) fn copy_of_the_store(&mut self) -> TempDir {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap();
        let copy = tempfile::tempdir().unwrap();
        let from = self.folder.path().join("jetstream");
        assert!(Command::new("cp").arg("-r").args([&from, copy.path()]).status().unwrap().success());
        self.child = begin(&self.command, self.folder.path());
        copy
    }

    /// Kills it without a warning, and starts it again on another store.
    pub(super) fn kill_and_start_on(&mut self, store: TempDir) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.folder = store;
        self.child = begin(&self.command, self.folder.path());
    }

    /// Everything it has on disk.
    pub(super) fn store(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn begin(command: &[String], folder: &Path) -> Child {
    Command::new(&command[0])
        .args(&command[1..])
        .args(["--jetstream", "--store_dir"])
        .arg(folder)
        .arg("--ports_file_dir")
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits for something.
#[track_caller]
pub(super) fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(PATIENCE, what, look)
}

#[track_caller]
#[expect(clippy::disallowed_methods, reason = "processes run by the clock of the machine")]
fn within<T>(patience: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begin.elapsed() < patience, "{what}: not within {patience:?}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// A line to the server: connections pass through it, and nothing does while it is cut.
pub(super) struct Line {
    address: SocketAddr,
    state: Arc<(Mutex<State>, Condvar)>,
}

struct State {
    to: SocketAddr,
    is_cut: bool,
    is_over: bool,
    open: Vec<TcpStream>,
}

impl Line {
    pub(super) fn to(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let to = server.address();
        let state = State { to, is_cut: false, is_over: false, open: Vec::new() };
        let state = Arc::new((Mutex::new(state), Condvar::new()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for near in listener.incoming() {
                let Ok(near) = near else { return };
                let to = {
                    let mut state = shared.0.lock().unwrap();
                    if state.is_over {
                        return;
                    }
                    state.open.push(near.try_clone().unwrap());
                    state.to
                };
                // Whoever comes while the server is down is sent away.
                let Ok(far) = TcpStream::connect(to) else { continue };
                shared.0.lock().unwrap().open.push(far.try_clone().unwrap());
                for (from, into) in [(&near, &far), (&far, &near)] {
                    let (from, into) = (from.try_clone().unwrap(), into.try_clone().unwrap());
                    let shared = Arc::clone(&shared);
                    std::thread::spawn(move || pass(from, into, &shared));
                }
            }
        });
        Self { address, state }
    }

    pub(super) fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    /// Nothing gets through any more, and nobody is told: as when a cable is cut.
    pub(super) fn cut(&self) {
        self.state.0.lock().unwrap().is_cut = true;
    }

    pub(super) fn mend(&self) {
        self.state.0.lock().unwrap().is_cut = false;
        self.state.1.notify_all();
    }

    /// The server is elsewhere now; connections to where it was are over.
    pub(super) fn lead_to(&self, server: &Server) {
        let to = server.address();
        let mut state = self.state.0.lock().unwrap();
        state.to = to;
        for open in state.open.drain(..) {
            let _ = open.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.mend();
        {
            let mut state = self.state.0.lock().unwrap();
            state.is_over = true;
            for open in state.open.drain(..) {
                let _ = open.shutdown(Shutdown::Both);
            }
        }
        // The one that wakes the listener.
        let _ = TcpStream::connect(self.address);
    }
}

fn pass(mut from: TcpStream, mut into: TcpStream, shared: &(Mutex<State>, Condvar)) {
    let mut piece = [0; 16 << 10];
    loop {
        let count = from.read(&mut piece).unwrap_or(0);
        let state = shared.0.lock().unwrap();
        let state = shared.1.wait_while(state, |state| state.is_cut && !state.is_over).unwrap();
        drop(state);
        if count == 0 || into.write_all(&piece[..count]).is_err() {
            let _ = into.shutdown(Shutdown::Both);
            return;
        }
    }
}
