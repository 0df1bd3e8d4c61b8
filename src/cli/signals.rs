//! Ctrl-C, SIGTERM and SIGHUP → a wish to stop; a second one → at once. Once it is decided how a run ends, they hurry its
//! last words and change nothing.

use std::collections::BTreeSet;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command};
use std::sync::mpsc::channel;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use futures::future::LocalBoxFuture;
use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::Instant;

use super::exit::Exit;
use crate::model::Stop;
use crate::monitoring::{Hurrier, Hurry, end_group};
use crate::run::StopWish;

/// How long the program may take to end by itself after all last words are over. Whoever keeps it then, as a terminal that
/// takes no words, keeps it no longer.
const TO_END_BY_ITSELF: Duration = Duration::from_secs(3);

/// When a run has taken long enough.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    pub(super) at: Instant,
    /// What was asked for.
    pub(super) after: Duration,
}

/// The signals that ask a program to end.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// `None`: whoever started the program wants it to outlive the terminal (`nohup`).
    hang_up: Option<Signal>,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            hang_up: (!is_hang_up_ignored()).then(|| signal(SignalKind::hangup())).transpose()?,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// `None`: there will be none any more.
    async fn next(&mut self) -> Option<Stop> {
        let hang_up = async {
            match &mut self.hang_up {
                Some(hang_up) => hang_up.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(()) = self.interrupt.recv() => Some(Stop::Interrupt),
            Some(()) = self.terminate.recv() => Some(Stop::Terminate),
            Some(()) = hang_up => Some(Stop::HangUp),
            else => None,
        }
    }
}

/// Whether SIGHUP is ignored, as far as that can be known: elsewhere than on Linux it is heard.
fn is_hang_up_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // Signal 1 is the lowest bit.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

/// What is done before a signal ends the program.
type LastWords = Box<dyn FnOnce(Exit) -> LocalBoxFuture<'static, ()> + Send>;

/// Who has to do with a signal.
enum Hearer {
    /// It ends the program.
    Nobody,
    /// It ends the program after these words.
    Beginning(LastWords),
    /// Somebody [listens](listen), and ends what is under way in order.
    Listener {
        /// There was one.
        heard: bool,
    },
    /// It hurries the last words of what ends [with this](decide), whatever comes.
    LastWords { exit: Exit, hurrier: Hurrier },
}

/// Who has to do with a signal now. It stays locked while a signal ends the program, so that nothing begins meanwhile.
static HEARER: Mutex<Hearer> = Mutex::new(Hearer::Nobody);

fn hearer() -> MutexGuard<'static, Hearer> {
    HEARER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Groups of commands that are waited for. It stays locked while a signal ends the program: nobody goes on with what such a
/// command has left.
static WAITED_FOR: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

fn waited_for() -> MutexGuard<'static, BTreeSet<u32>> {
    WAITED_FOR.lock().unwrap_or_else(PoisonError::into_inner)
}

/// As long as it is there, a signal that ends the program ends this group before.
pub(super) struct WaitedFor(u32);

impl Drop for WaitedFor {
    fn drop(&mut self) {
        waited_for().remove(&self.0);
    }
}

/// Begins a command in a group of its own, of which no signal of the terminal reaches it.
///
/// # Errors
///
/// If it cannot be begun.
pub(super) fn begin_in_a_group(command: &mut Command) -> std::io::Result<(Child, WaitedFor)> {
    end_by_signal();
    let mut all = waited_for();
    let child = command.process_group(0).spawn()?;
    all.insert(child.id());
    drop(all);
    let waited_for = WaitedFor(child.id());
    Ok((child, waited_for))
}

/// The first process of a container has no signals but those that it asks for: what ends any other program would do
/// nothing, and the container would be killed after its time of grace. It ends as the others do, unless somebody
/// [listens](listen).
pub(super) fn end_as_others_do() {
    if std::process::id() == 1 {
        end_by_signal();
    }
}

/// A signal ends the program after these words, until somebody [listens](listen) or [the end is decided](decide).
pub(super) fn say_before_the_end(words: LastWords) {
    *hearer() = Hearer::Beginning(words);
    end_by_signal();
}

/// The program ends with `exit`, which is about to be told outside: from now on a signal hurries the last words, and the
/// exit code stays what it was said to be. If one ends the program already, this does not return.
pub(super) fn decide(exit: Exit) -> Hurry {
    let mut hearer = hearer();
    if let Hearer::LastWords { hurrier, .. } = &*hearer {
        return hurrier.hurry_of();
    }
    let hurrier = Hurrier::calm();
    let is_by_signal = matches!(exit, Exit::Interrupted | Exit::Terminated);
    if is_by_signal || matches!(*hearer, Hearer::Listener { heard: true }) {
        hurrier.hurry();
    }
    let hurry = hurrier.hurry_of();
    *hearer = Hearer::LastWords { exit, hurrier };
    hurry
}

/// While a person is asked `question`, a signal ends the program, whoever listens otherwise.
pub(super) fn ending_while_asked<T>(question: impl FnOnce() -> T) -> T {
    let heard = std::mem::replace(&mut *hearer(), Hearer::Nobody);
    end_by_signal();
    let answer = question();
    *hearer() = heard;
    answer
}

/// On a thread of its own, because the program may be busy. It listens when this returns.
#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "the signal's default would not return to `main` either, whatever that is busy with"
)]
fn end_by_signal() {
    static ONCE: Once = Once::new();
    // Without it everything is as it was.
    ONCE.call_once(|| {
        let (tell, told) = channel();
        let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
            let Ok(mut signals) = runtime.block_on(async { Signals::listen() }) else { return };
            let _ = tell.send(());
            // When the program has to have ended by itself, and with what.
            let mut last = None;
            loop {
                let next = runtime.block_on(async {
                    tokio::select! {
                        stop = signals.next() => stop.ok_or(None),
                        exit = held_beyond(last) => Err(Some(exit)),
                    }
                });
                let exit = match next {
                    Ok(stop) => Exit::from(&stop),
                    Err(Some(exit)) => std::process::exit(exit.code().into()),
                    Err(None) => return,
                };
                let mut hearer = hearer();
                let words = match &mut *hearer {
                    Hearer::Listener { heard } => {
                        *heard = true;
                        continue;
                    }
                    Hearer::LastWords { exit, hurrier } => {
                        last = Some((hurrier.hurry() + TO_END_BY_ITSELF, *exit));
                        continue;
                    }
                    before => match std::mem::replace(before, Hearer::Nobody) {
                        Hearer::Beginning(words) => Some(words(exit)),
                        _ => None,
                    },
                };
                let groups = waited_for();
                groups.iter().for_each(|group| end_group(*group));
                runtime.block_on(async {
                    tokio::select! {
                        () = async { if let Some(words) = words { words.await } } => {}
                        _ = signals.next() => {}
                    }
                });
                std::process::exit(exit.code().into());
            }
        });
        // Nobody tells it where there is no thread, or no signal to be had.
        let _ = told.recv();
    });
}

/// Until the program should have ended; for ever, while nobody hurried it.
async fn held_beyond(last: Option<(Instant, Exit)>) -> Exit {
    let Some((at, exit)) = last else { return std::future::pending().await };
    tokio::time::sleep_until(at).await;
    exit
}

/// That signals are [listened](listen) to: no signal ends the program in the middle of what needs this, and none has
/// begun to.
pub(super) struct Heard {
    /// What is wished.
    pub(super) wish: watch::Receiver<Option<StopWish>>,
}

/// Listens from now on, unless a signal ends the program already: then this does not return. The first signal, or the
/// deadline, wishes to stop; a second signal to stop at once.
pub(super) fn listen(deadline: Option<Deadline>) -> std::io::Result<Heard> {
    let (wish, wished) = watch::channel(None);
    let mut signals = Signals::listen()?;
    *hearer() = Hearer::Listener { heard: false };
    let mut deadline = deadline;
    tokio::spawn(async move {
        let mut at_once = false;
        loop {
            let stop = tokio::select! {
                Some(stop) = signals.next() => stop,
                stop = time_up(deadline) => {
                    deadline = None;
                    if wish.send(Some(StopWish::in_order(stop))).is_err() {
                        return;
                    }
                    continue;
                }
                else => return,
            };
            if wish.send(Some(StopWish { stop, at_once })).is_err() {
                return;
            }
            at_once = true;
        }
    });
    Ok(Heard { wish: wished })
}

/// Never, without a deadline.
async fn time_up(deadline: Option<Deadline>) -> Stop {
    let Some(deadline) = deadline else { return std::future::pending().await };
    tokio::time::sleep_until(deadline.at).await;
    Stop::TimeUp { seconds: deadline.after.as_secs() }
}
