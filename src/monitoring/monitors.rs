//! Everyone outside who is told, from the start of a run to its end.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::{Instant, timeout_at};

use super::address::Address;
use super::clerk::Clerk;
use super::command::command_of_the_user;
use super::line::Told;
use super::notice::{Figures, Notice, sentence};
use super::post::post;
use super::start_ping::StartPing;
use crate::model::Watch;
use crate::report::Summary;
use crate::words::{Message, message};

/// How long a command that is given the notice may take.
const COMMAND_PATIENCE: Duration = Duration::from_secs(30);
/// How long all last words together may take of a run that a signal ended: whoever sent it kills the program soon after
/// (a container's time of grace is ten seconds, and the rows on the wire need some of them).
const HURRY: Duration = Duration::from_secs(4);
/// How long the start may still take then.
const HURRY_OF_THE_START: Duration = Duration::from_secs(1);

/// Who is to be told.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// A file or pipe for the stream of events.
    pub events: Option<PathBuf>,
    /// The file for the textfile collector.
    pub metrics: Option<PathBuf>,
    /// Told at start, success and failure.
    pub ping: Option<Address>,
    /// Given the notice at the end.
    pub notify: Option<Address>,
    /// Given the notice on its standard input.
    pub notify_command: Option<String>,
}

/// How a run ended.
#[derive(Debug, Clone)]
pub struct Ending {
    /// The program's exit code.
    pub exit_code: u8,
    /// What it means.
    pub meaning: Message,
    /// Nothing went wrong that was not told after the last run already.
    pub is_success: bool,
    /// Why nothing came of it, in words that name nobody and no file.
    pub cause: Option<Message>,
    /// Another run has the folder, whose numbers are not written over.
    pub is_locked_out: bool,
    /// A signal ended it: whoever sent it waits a few seconds, and no longer.
    pub is_hurried: bool,
}

/// Tells everyone who is to be told.
pub struct Monitors {
    wishes: Wishes,
    clerk: Option<Clerk>,
    start_ping: Mutex<Option<StartPing>>,
    has_folder: AtomicBool,
    figures: Mutex<Option<Figures>>,
}

impl Monitors {
    /// Tells that a run begins. Returns at once.
    pub fn start(mut wishes: Wishes) -> Self {
        let clerk = (wishes.events.is_some() || wishes.metrics.is_some())
            .then(|| Clerk::start(wishes.events.take(), wishes.metrics.take()))
            .and_then(Result::ok);
        let start_ping = wishes.ping.as_ref().map(|ping| StartPing::send(ping.below("start")));
        Self {
            wishes,
            clerk,
            start_ping: Mutex::new(start_ping),
            has_folder: AtomicBool::new(false),
            figures: Mutex::new(None),
        }
    }

    /// Who watches for it, if somebody does.
    pub fn watch(&self) -> Option<Arc<dyn Watch>> {
        self.clerk.as_ref().map(Clerk::watch)
    }

    /// The run has its folder to itself. Until then another one may work on it, whose metrics these are.
    pub fn begin(&self) {
        self.has_folder.store(true, Relaxed);
        if let Some(clerk) = &self.clerk {
            clerk.begin();
        }
    }

    /// Every row was looked at; sending begins.
    pub fn planned(&self, rows: u64, to_send: u64, invalid: u64) {
        if let Some(clerk) = &self.clerk {
            clerk.tell(Told::Planned { rows, to_send, invalid });
        }
    }

    /// The figures that the end is told with.
    pub fn summed_up(&self, summary: &Summary, failures_known: u64) {
        *self.figures.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Figures::of(summary, failures_known));
    }

    /// Tells that the run was ended before it sent anything, from whichever thread that is noticed on: nothing else of the
    /// run may be going on by then.
    pub async fn finish_early(&self, ending: Ending) {
        // The metrics are another run's until this one has the folder.
        let is_locked_out = ending.is_locked_out || !self.has_folder.load(Relaxed);
        self.finish(Ending { is_locked_out, ..ending }).await;
    }

    /// Tells the end: first to the files on this machine, which are right from then on whatever becomes of the others, then
    /// to all others at once. Returns what could not be told, in words for the user.
    pub async fn finish(&self, ending: Ending) -> Vec<Message> {
        let Self { wishes, clerk, figures, .. } = self;
        let figures = figures.lock().unwrap_or_else(PoisonError::into_inner).take();
        let deadline = ending.is_hurried.then(|| Instant::now() + HURRY);
        let notice = Notice::new(&ending, figures.as_ref()).to_json();
        let text = sentence(&ending, figures.as_ref()) + "\n";
        let is_success = ending.is_success;
        let mut trouble = match clerk {
            Some(clerk) => clerk.finish(ending, figures).await,
            None => Vec::new(),
        };
        let ping = async {
            let Some(ping) = &wishes.ping else { return Vec::new() };
            let ping = if is_success { ping.clone() } else { ping.below("fail") };
            let start = self.start_ping.lock().unwrap_or_else(PoisonError::into_inner).take();
            let start_deadline = deadline.map(|_| Instant::now() + HURRY_OF_THE_START);
            // The start must not arrive after the end.
            let start = match start {
                Some(start) => in_time(start_deadline, start.arrived()).await,
                None => Ok(()),
            };
            let end = in_time(deadline, post(ping, "text/plain", text)).await;
            let start = start.err().map(|why| message!("ping-start-lost", why));
            start.into_iter().chain(end.err().map(|why| message!("ping-end-lost", why))).collect()
        };
        let notify = async {
            let address = wishes.notify.clone()?;
            let told = in_time(deadline, post(address, "application/json", notice.clone())).await;
            told.err().map(|why| message!("notice-lost", why))
        };
        let command = async {
            let patience =
                deadline.map_or(COMMAND_PATIENCE, |at| at.saturating_duration_since(Instant::now()));
            let told = run(wishes.notify_command.as_deref()?, &notice, patience).await;
            told.err().map(|why| message!("notice-command", why))
        };
        let (ping, notify, command) = tokio::join!(ping, notify, command);
        trouble.extend(ping.into_iter().chain(notify).chain(command));
        trouble
    }
}

/// What is told, if it is told until then.
async fn in_time(
    deadline: Option<Instant>,
    telling: impl Future<Output = Result<(), Message>>,
) -> Result<(), Message> {
    match deadline {
        Some(deadline) => {
            timeout_at(deadline, telling).await.unwrap_or_else(|_| Err(message!("lost-no-answer")))
        }
        None => telling.await,
    }
}

/// Gives `notice` to a command. It gets no token, and what it prints goes where talk goes.
async fn run(command: &str, notice: &str, patience: Duration) -> Result<(), Message> {
    use std::os::fd::AsFd as _;
    let talk = std::io::stderr().as_fd().try_clone_to_owned().map_or_else(|_| Stdio::null(), Stdio::from);
    let mut child = Command::from(command_of_the_user(command))
        .stdin(Stdio::piped())
        .stdout(talk)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| message!("command-not-run", why = &error))?;
    let told = async {
        if let Some(mut stdin) = child.stdin.take() {
            // A command that does not want to know is no mistake.
            let _ = stdin.write_all(notice.as_bytes()).await;
        }
        child.wait().await
    };
    match tokio::time::timeout(patience, told).await {
        Err(_) => {
            // What is left of a time that several share is no round number.
            let seconds = Duration::from_secs((patience + Duration::from_millis(500)).as_secs());
            let time = if patience < Duration::from_secs(1) { patience } else { seconds };
            let time = humantime::format_duration(time).to_string();
            Err(message!("command-too-long", time))
        }
        Ok(Err(error)) => Err(message!("command-not-awaited", why = &error)),
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(message!("command-failed", status = status.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accepts connections and says nothing.
    async fn silent() -> (tokio::net::TcpListener, Address) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        (listener, Address::parse(&address).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_answer_after_a_signal_is_given_up_before_the_program_is_killed() {
        let (_listener, address) = silent().await;
        let monitors = Monitors::start(Wishes {
            ping: Some(address.clone()),
            notify: Some(address),
            notify_command: Some("exec sleep 600".to_owned()),
            ..Wishes::default()
        });
        let began = Instant::now();
        let trouble = monitors.finish(Ending {
            exit_code: 143,
            meaning: message!("exit-early"),
            is_success: false,
            cause: None,
            is_locked_out: false,
            is_hurried: true,
        });
        let trouble: Vec<String> = trouble.await.iter().map(|what| what.id().to_owned()).collect();
        assert_eq!(trouble, ["ping-start-lost", "ping-end-lost", "notice-lost", "notice-command"]);
        assert!(began.elapsed() <= HURRY + Duration::from_millis(100), "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn a_command_that_hangs_fails_or_does_not_listen_is_told_and_no_more() {
        let soon = Duration::from_millis(50);
        let hanging = run("exec sleep 600", "x", soon).await.unwrap_err();
        assert!(hanging.to_string().contains("took longer than 50ms"), "{hanging}");
        let failing = run("exit 3", &"x".repeat(1 << 20), COMMAND_PATIENCE).await.unwrap_err();
        assert!(failing.to_string().contains("exit status: 3"), "{failing}");
        assert_eq!(run("exec true", &"x".repeat(1 << 20), COMMAND_PATIENCE).await, Ok(()));
    }
}
