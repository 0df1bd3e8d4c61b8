//! The word that a run begins, on its way while the run goes on.

use tokio::runtime::Builder;
use tokio::sync::oneshot::{self, Receiver, Sender};

use super::address::Address;
use super::post::post;
use crate::words::{Message, message};

/// On a thread of its own, because reading a large list leaves no time for anything else.
pub(super) struct StartPing {
    told: Receiver<Result<(), Message>>,
    /// While somebody waits for it.
    _wanted: Sender<()>,
}

impl StartPing {
    /// Sends it. Returns at once.
    pub(super) fn send(address: Address) -> Self {
        let (tell, told) = oneshot::channel();
        let (wanted, unwanted) = oneshot::channel::<()>();
        let work = move || {
            let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
            let posted = runtime.block_on(async {
                tokio::select! {
                    posted = post(address, "text/plain", "started\n".to_owned()) => Some(posted),
                    _ = unwanted => None,
                }
            });
            if let Some(posted) = posted {
                let _ = tell.send(posted);
            }
        };
        // Where no thread is to be had it is not told, which is found out when it is waited for.
        let _ = std::thread::Builder::new().name("start-ping".to_owned()).spawn(work);
        Self { told, _wanted: wanted }
    }

    /// Waits until it has arrived. Whoever stops waiting calls it back.
    ///
    /// # Errors
    ///
    /// If it did not arrive, in words.
    pub(super) async fn arrived(self) -> Result<(), Message> {
        let Self { told, _wanted } = self;
        told.await.unwrap_or_else(|_| Err(message!("post-broke-off")))
    }
}
