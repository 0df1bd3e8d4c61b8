//! A server in front of a sandbox that keeps its connections, and ends them when it suits nobody.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Bench;
use super::front::read_request;

/// When a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// Right after the last answer, without a word before: it is idle, or is just being used again.
    Idle,
    /// When the next request begins to arrive, which nobody reads.
    AtReuse,
    /// When the next request was done, instead of its answer.
    AfterReuse,
}

/// The server. It lives as long as the test's process.
pub(crate) struct ReusedFront {
    address: SocketAddr,
    ended: Arc<AtomicUsize>,
}

impl ReusedFront {
    /// In front of the bench's sandbox. Each connection ends so, after this many answers.
    pub(crate) fn of(bench: &Bench, ends: Ends, answers: usize) -> Self {
        let base = bench.sandbox().base_url();
        let behind = base.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let ended = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&ended);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (behind, counter) = (behind.clone(), Arc::clone(&counter));
                std::thread::spawn(move || {
                    // A program that is gone is no matter.
                    if serve(stream.unwrap(), &behind, ends, answers).unwrap_or(false) {
                        counter.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        Self { address, ended }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Connections that the server ended.
    pub(crate) fn ended(&self) -> usize {
        self.ended.load(Ordering::Relaxed)
    }
}

/// Whether it was this server that ended the connection.
fn serve(mut outside: TcpStream, behind: &str, ends: Ends, answers: usize) -> std::io::Result<bool> {
    for _ in 0..answers {
        let request = read_request(&mut outside)?;
        if request.is_empty() {
            return Ok(false);
        }
        outside.write_all(&kept(&ask(&request, behind)?))?;
    }
    match ends {
        Ends::Idle => Ok(true),
        Ends::AtReuse => Ok(outside.peek(&mut [0])? > 0),
        Ends::AfterReuse => {
            let request = read_request(&mut outside)?;
            if request.is_empty() {
                return Ok(false);
            }
            ask(&request, behind).map(|_| true)
        }
    }
}

/// What the sandbox answers, on a connection of its own.
fn ask(request: &[u8], behind: &str) -> std::io::Result<Vec<u8>> {
    let text = String::from_utf8_lossy(request);
    let (line, rest) = text.split_once("\r\n").unwrap_or_default();
    let mut inside = TcpStream::connect(behind)?;
    inside.write_all(format!("{line}\r\nconnection: close\r\n{rest}").as_bytes())?;
    let mut answer = Vec::new();
    inside.read_to_end(&mut answer)?;
    Ok(answer)
}

/// The answer, without the word that nothing follows.
fn kept(answer: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(answer);
    text.replacen("connection: close\r\n", "", 1).into_bytes()
}
