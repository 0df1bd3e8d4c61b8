//! Everyone outside who is told, from the start of a run to its end.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::address::Address;
use super::clerk::Clerk;
use super::command::{Group, command_of_the_user};
use super::hurry::{Hurrier, Hurry};
use super::line::Told;
use super::notice::{Figures, Notice, sentence};
use super::post::post;
use super::start_ping::StartPing;
use crate::model::Watch;
use crate::report::Summary;
use crate::words::{Message, message};

/// How long a command that is given the notice may take.
const COMMAND_PATIENCE: Duration = Duration::from_secs(30);

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

    /// Tells that the run was ended by a signal before it sent anything, from whichever thread that is noticed on: nothing else of the
    /// run may be going on by then.
    pub async fn finish_early(&self, ending: Ending) {
        // The metrics are another run's until this one has the folder.
        let is_locked_out = ending.is_locked_out || !self.has_folder.load(Relaxed);
        let hurrier = Hurrier::calm();
        hurrier.hurry();
        self.finish(Ending { is_locked_out, ..ending }, hurrier.hurry_of()).await;
    }

    /// Tells the end: first to the files on this machine, which are right from then on whatever becomes of the others, then
    /// to all others at once. Whom it cannot tell before `hurry` is over it gives up. Returns what could not be told, in words
    /// for the user.
    pub async fn finish(&self, ending: Ending, hurry: Hurry) -> Vec<Message> {
        let Self { wishes, clerk, figures, .. } = self;
        let figures = figures.lock().unwrap_or_else(PoisonError::into_inner).take();
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
            // The start must not arrive after the end.
            let start = match start {
                Some(start) => in_time(hurry.is_over_for_the_start(), start.arrived()).await,
                None => Ok(()),
            };
            let end = in_time(hurry.is_over(), post(ping, "text/plain", text)).await;
            let start = start.err().map(|why| message!("ping-start-lost", why));
            start.into_iter().chain(end.err().map(|why| message!("ping-end-lost", why))).collect()
        };
        let notify = async {
            let address = wishes.notify.clone()?;
            let told = in_time(hurry.is_over(), post(address, "application/json", notice.clone())).await;
            told.err().map(|why| message!("notice-lost", why))
        };
        let command = async {
            let told = run(wishes.notify_command.as_deref()?, &notice, COMMAND_PATIENCE, &hurry).await;
            told.err().map(|why| message!("notice-command", why))
        };
        let (ping, notify, command) = tokio::join!(ping, notify, command);
        trouble.extend(ping.into_iter().chain(notify).chain(command));
        trouble
    }
}

/// What is told, if it is told before time is over.
async fn in_time(
    over: impl Future<Output = ()>,
    telling: impl Future<Output = Result<(), Message>>,
) -> Result<(), Message> {
    tokio::select! {
        biased;
        told = telling => told,
        () = over => Err(message!("lost-no-answer")),
    }
}

/// Gives `notice` to a command. It gets no token, and what it prints goes where talk goes. It is ended, with all that it
/// started, when its time is over.
async fn run(command: &str, notice: &str, patience: Duration, hurry: &Hurry) -> Result<(), Message> {
    use std::os::fd::AsFd as _;
    let talk = std::io::stderr().as_fd().try_clone_to_owned().map_or_else(|_| Stdio::null(), Stdio::from);
    let mut command = Command::from(command_of_the_user(command));
    command.stdin(Stdio::piped()).stdout(talk);
    let began = Instant::now();
    let mut child = Group::spawn(command).map_err(|error| message!("command-not-run", why = &error))?;
    let told = async {
        if let Some(mut stdin) = child.stdin.take() {
            // A command that does not want to know is no mistake.
            let _ = stdin.write_all(notice.as_bytes()).await;
        }
        child.wait().await
    };
    let ended = tokio::select! {
        biased;
        ended = told => ended,
        () = sleep(patience) => {
            return Err(message!("command-too-long", time = humantime::format_duration(patience).to_string()));
        }
        () = hurry.is_over() => return Err(message!("command-given-up", time = shown(began.elapsed()))),
    };
    match ended {
        Err(error) => Err(message!("command-not-awaited", why = &error)),
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(message!("command-failed", status = status.to_string())),
    }
}

/// In whole seconds, or milliseconds where it was no second.
fn shown(time: Duration) -> String {
    let time = match time.as_secs() {
        0 => Duration::from_millis(u64::from(time.subsec_millis())),
        seconds => Duration::from_secs(seconds),
    };
    humantime::format_duration(time).to_string()
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

    fn ending(exit_code: u8) -> Ending {
        Ending {
            exit_code,
            meaning: message!("exit-early"),
            is_success: false,
            cause: None,
            is_locked_out: false,
        }
    }

    /// Monitors that do not answer.
    fn unanswered(address: &Address) -> Monitors {
        Monitors::start(Wishes {
            ping: Some(address.clone()),
            notify: Some(address.clone()),
            notify_command: Some("exec sleep 600".to_owned()),
            ..Wishes::default()
        })
    }

    const ALL_GIVEN_UP: [&str; 4] = ["ping-start-lost", "ping-end-lost", "notice-lost", "notice-command"];

    fn ids(trouble: &[Message]) -> Vec<&str> {
        trouble.iter().map(Message::id).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_answer_after_a_signal_is_given_up_before_the_program_is_killed() {
        let (_listener, address) = silent().await;
        let (monitors, hurrier, began) = (unanswered(&address), Hurrier::calm(), Instant::now());
        hurrier.hurry();
        let trouble = monitors.finish(ending(143), hurrier.hurry_of()).await;
        assert_eq!(ids(&trouble), ALL_GIVEN_UP);
        assert!(began.elapsed() <= Duration::from_millis(4_100), "{:?}", began.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_signal_during_the_last_words_leaves_them_four_seconds_and_a_second_one_none() {
        let (_listener, address) = silent().await;
        for (second, most_ms) in [(false, 7_100), (true, 5_100)] {
            let (monitors, hurrier, began) = (unanswered(&address), Hurrier::calm(), Instant::now());
            let signals = async {
                sleep(Duration::from_secs(3)).await;
                hurrier.hurry();
                sleep(Duration::from_secs(2)).await;
                if second {
                    hurrier.hurry();
                }
            };
            let (trouble, ()) = tokio::join!(monitors.finish(ending(0), hurrier.hurry_of()), signals);
            assert_eq!(ids(&trouble), ALL_GIVEN_UP);
            let took = began.elapsed();
            assert!(took <= Duration::from_millis(most_ms) && took >= Duration::from_secs(5), "{took:?}");
        }
    }

    #[tokio::test]
    async fn a_command_that_hangs_fails_or_does_not_listen_is_told_and_no_more() {
        let soon = Duration::from_millis(50);
        let hurry = Hurrier::calm().hurry_of();
        let hanging = run("exec sleep 600", "x", soon, &hurry).await.unwrap_err();
        assert!(hanging.to_string().contains("took longer than 50ms"), "{hanging}");
        let failing = run("exit 3", &"x".repeat(1 << 20), COMMAND_PATIENCE, &hurry).await.unwrap_err();
        assert!(failing.to_string().contains("exit status: 3"), "{failing}");
        assert_eq!(run("exec true", &"x".repeat(1 << 20), COMMAND_PATIENCE, &hurry).await, Ok(()));
    }
}
