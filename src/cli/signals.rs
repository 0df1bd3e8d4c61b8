//! Ctrl-C and SIGTERM → a wish to stop; a second one → at once.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::model::Stop;
use crate::run::StopWish;

/// When a run has taken long enough.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    pub(super) at: Instant,
    /// What was asked for.
    pub(super) after: Duration,
}

/// Listens from now on. The first signal, or the deadline, wishes to stop; a second signal to stop at once.
pub(super) fn listen(deadline: Option<Deadline>) -> std::io::Result<watch::Receiver<Option<StopWish>>> {
    let (wish, wished) = watch::channel(None);
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut deadline = deadline;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        let mut at_once = false;
        loop {
            let stop = tokio::select! {
                Some(()) = interrupt.recv() => Stop::Interrupt,
                Some(()) = terminate.recv() => Stop::Terminate,
                Some(()) = hang_up.recv() => Stop::Terminate,
                stop = time_up(deadline) => {
                    deadline = None;
                    if wish.send(Some(StopWish { stop, at_once: false })).is_err() {
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
    Ok(wished)
}

/// Never, without a deadline.
async fn time_up(deadline: Option<Deadline>) -> Stop {
    let Some(deadline) = deadline else { return std::future::pending().await };
    tokio::time::sleep_until(deadline.at).await;
    Stop::TimeUp { seconds: deadline.after.as_secs() }
}
