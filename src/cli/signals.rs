//! Ctrl-C and SIGTERM → a wish to stop; a second one → at once.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::model::Stop;
use crate::run::StopWish;

/// Listens from now on. The first signal wishes to stop, the second to stop at once.
pub(super) fn listen() -> std::io::Result<watch::Receiver<Option<StopWish>>> {
    let (wish, wished) = watch::channel(None);
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        let mut at_once = false;
        loop {
            let stop = tokio::select! {
                Some(()) = interrupt.recv() => Stop::Interrupt,
                Some(()) = terminate.recv() => Stop::Terminate,
                Some(()) = hang_up.recv() => Stop::Terminate,
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
