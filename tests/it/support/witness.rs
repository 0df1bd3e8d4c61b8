//! Watches a simulated run.

use std::sync::Mutex;

use callbell_import::model::{Event, Watch};

/// Remembers every event.
#[derive(Default)]
pub(crate) struct Witness {
    events: Mutex<Vec<Event>>,
}

impl Watch for Witness {
    fn see(&self, event: &Event) {
        self.events.lock().unwrap().push(event.clone());
    }
}

impl Witness {
    /// Every event so far.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    /// How many events are like this.
    pub(crate) fn count(&self, like: impl Fn(&Event) -> bool) -> usize {
        self.events.lock().unwrap().iter().filter(|event| like(event)).count()
    }
}
