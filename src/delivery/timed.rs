//! Tells how long exchanges take.

use std::sync::Arc;

use tokio::time::Instant;

use crate::api::{Answer, Call, Fault, Transport};
use crate::model::{Event, Watch};

/// A transport whose exchanges are told when they end, be it because nobody waits for them any more.
pub struct Timed<T> {
    transport: T,
    watch: Arc<dyn Watch>,
}

impl<T> Timed<T> {
    /// Tells `watch` of the exchanges of `transport`.
    pub fn new(transport: T, watch: Arc<dyn Watch>) -> Self {
        Self { transport, watch }
    }
}

impl<T: Transport> Transport for Timed<T> {
    async fn exchange(&self, call: Call) -> Result<Answer, Fault> {
        let _ending = Ending { left: Instant::now(), watch: self.watch.as_ref() };
        self.transport.exchange(call).await
    }
}

struct Ending<'w> {
    left: Instant,
    watch: &'w dyn Watch,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.watch.see(&Event::Answered(self.left.elapsed()));
    }
}
