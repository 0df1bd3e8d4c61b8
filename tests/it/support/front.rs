//! A server in front of a sandbox that lets some answers through and puts others in their place.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use super::Bench;

/// What is answered. The sandbox has done what it was asked for in any case.
pub(crate) enum Says {
    /// What the sandbox says.
    Itself,
    /// These bytes, and then the connection ends.
    Instead(Vec<u8>),
    /// What the sandbox says, changed so.
    Changed(Box<dyn FnOnce(&mut serde_json::Value)>),
    /// The first bytes, and then the others again and again until nobody takes them.
    OnAndOn(Vec<u8>, Vec<u8>),
}

impl Says {
    /// A good answer with this body.
    pub(crate) fn body(body: impl AsRef<[u8]>) -> Self {
        Self::with("", body)
    }

    /// A good answer with these header lines, each with its end, and this body.
    pub(crate) fn with(headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let head = format!(
            "HTTP/1.1 200 OK\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n",
            body.len()
        );
        Self::Instead([head.as_bytes(), body].concat())
    }
}

/// The server. It lives as long as the test's process.
pub(crate) struct Front {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    most_taken: Arc<AtomicU64>,
}

impl Front {
    /// In front of the bench's sandbox. `says` is given the first line of a request, and how many with this beginning
    /// (method and path without digits) came before it.
    pub(crate) fn of(bench: &Bench, says: impl Fn(&str, usize) -> Says + Send + Sync + 'static) -> Self {
        let base = bench.sandbox().base_url();
        let behind = base.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let most_taken = Arc::new(AtomicU64::new(0));
        let (log, most, says) = (Arc::clone(&asked), Arc::clone(&most_taken), Arc::new(says));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, most, says, behind) =
                    (Arc::clone(&log), Arc::clone(&most), Arc::clone(&says), behind.clone());
                std::thread::spawn(move || {
                    // A program that is gone is no matter.
                    let _ = serve(stream.unwrap(), &behind, &log, &most, &*says);
                });
            }
        });
        Self { address, asked, most_taken }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// First lines of the requests, in the order in which they came.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Most bytes that were taken of an answer without an end, those that wait in the system included.
    pub(crate) fn most_taken(&self) -> u64 {
        self.most_taken.load(Ordering::Relaxed)
    }
}

/// What keeps answers of a [`Front`] back, one at a time.
#[derive(Default)]
pub(crate) struct Keeper {
    next: Arc<Mutex<Option<Awaited>>>,
}

/// The request whose answer is to be kept back.
struct Awaited {
    beginning: &'static str,
    asked: Sender<()>,
    may_answer: Receiver<()>,
}

/// An answer that is kept back once it is asked for. The sandbox has done by then what it was asked for.
pub(crate) struct Kept {
    is_asked: Receiver<()>,
    answer: Sender<()>,
}

impl Keeper {
    /// A front that says what the sandbox says.
    pub(crate) fn of(bench: &Bench) -> (Front, Self) {
        let keeper = Self::default();
        let next = Arc::clone(&keeper.next);
        let front = Front::of(bench, move |line, _| {
            let kept = next.lock().unwrap().take_if(|kept| line.starts_with(kept.beginning));
            if let Some(Awaited { asked, may_answer, .. }) = kept {
                asked.send(()).unwrap();
                let _ = may_answer.recv();
            }
            Says::Itself
        });
        (front, keeper)
    }

    /// Keeps the answer to the next request back whose first line begins like this.
    pub(crate) fn keep_next(&self, beginning: &'static str) -> Kept {
        let ((asked, is_asked), (answer, may_answer)) = (channel(), channel());
        *self.next.lock().unwrap() = Some(Awaited { beginning, asked, may_answer });
        Kept { is_asked, answer }
    }
}

impl Kept {
    /// Waits until it is asked for.
    pub(crate) fn until_asked(&self) {
        self.is_asked.recv().unwrap();
    }

    /// Lets it go.
    pub(crate) fn answer(self) {
        self.answer.send(()).unwrap();
    }
}

fn kind(line: &str) -> String {
    line.split('?').next().unwrap_or_default().chars().filter(|c| !c.is_ascii_digit()).collect()
}

fn serve(
    mut outside: TcpStream,
    behind: &str,
    log: &Mutex<Vec<String>>,
    most: &AtomicU64,
    says: &(dyn Fn(&str, usize) -> Says + Sync),
) -> std::io::Result<()> {
    let request = read_request(&mut outside)?;
    let text = String::from_utf8_lossy(&request).into_owned();
    let Some((line, rest)) = text.split_once("\r\n") else { return Ok(()) };
    let before = {
        let mut log = log.lock().unwrap();
        let before = log.iter().filter(|one| kind(one) == kind(line)).count();
        log.push(line.to_owned());
        before
    };
    let mut inside = TcpStream::connect(behind)?;
    inside.write_all(format!("{line}\r\nconnection: close\r\n{rest}").as_bytes())?;
    let mut answer = Vec::new();
    inside.read_to_end(&mut answer)?;
    match says(line, before) {
        Says::Itself => outside.write_all(&answer),
        Says::Instead(bytes) => outside.write_all(&bytes),
        Says::Changed(change) => {
            let head = answer.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
            let mut body = serde_json::from_slice(&answer[head..]).unwrap();
            change(&mut body);
            let text = String::from_utf8_lossy(&answer[..head]).into_owned();
            let kept =
                text.trim_end().lines().filter(|line| !line.to_lowercase().starts_with("content-length"));
            let body = body.to_string();
            let head: String = kept.map(|line| format!("{line}\r\n")).collect();
            outside.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes())
        }
        Says::OnAndOn(first, again) => {
            let mut taken = first.len() as u64;
            outside.write_all(&first)?;
            while outside.write_all(&again).is_ok() {
                taken += again.len() as u64;
            }
            most.fetch_max(taken, Ordering::Relaxed);
            Ok(())
        }
    }
}

/// A whole request; what there was of it if the connection ended.
pub(crate) fn read_request(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let (mut request, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let head = request.windows(4).position(|end| end == b"\r\n\r\n").map(|at| at + 4);
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
            let body = length.map_or(0, |length| length.trim().parse::<usize>().unwrap());
            if request.len() >= head + body {
                return Ok(request);
            }
        }
        match stream.read(&mut piece)? {
            0 => return Ok(request),
            count => request.extend_from_slice(&piece[..count]),
        }
    }
}
