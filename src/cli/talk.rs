//! Who is told what while a run goes on.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::time::Duration;

use super::args::TalkArgs;
use super::{logging, say};
use crate::model::{Watch, Watchers};
use crate::progress::{Bar, Counts, Lines, Series, Timeline};
use crate::words::Message;

/// How often a line tells how far it is, where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(30);

/// What was asked for, and what there is to talk to.
#[derive(Clone, Copy)]
pub(super) struct Talk {
    pub(super) quiet: bool,
    pub(super) json: bool,
    /// There is a terminal to draw on.
    pub(super) bar: bool,
}

impl Talk {
    pub(super) fn of(args: &TalkArgs) -> Self {
        Self { quiet: args.quiet, json: args.json, bar: io::stderr().is_terminal() && !args.quiet }
    }

    /// Says a message, if there is one.
    pub(super) fn tell(self, message: Option<&Message>) {
        if let Some(message) = message {
            self.say(&message.told());
        }
    }

    /// Says a warning, if there is one, also with `--quiet`: of what lasts until somebody does something about it, and of which no
    /// exit code tells.
    pub(super) fn warn(self, warning: Option<&Message>) {
        if let Some(warning) = warning {
            say(&warning.told());
        }
    }

    pub(super) fn say(self, text: &str) {
        if !self.quiet && !text.is_empty() {
            say(text);
        }
    }
}

/// Shows how far a run is, and takes it down.
pub(super) struct Progress {
    shown: Shown,
    timeline: Arc<Timeline>,
    outside: Option<Arc<dyn Watch>>,
}

enum Shown {
    Bar(Arc<Bar>),
    Lines(Arc<Lines>),
}

impl Progress {
    /// For a run over `rows` rows, at most `rate` requests a second; `outside` is told as well.
    pub(super) fn start(
        rows: u64,
        rate: Option<u32>,
        talk: Talk,
        verbose: u8,
        outside: Option<Arc<dyn Watch>>,
    ) -> Self {
        let shown = Shown::start(rows, rate, talk, verbose);
        Self { shown, timeline: Arc::new(Timeline::new()), outside }
    }

    pub(super) fn watch(&self) -> Arc<dyn Watch> {
        let timeline = Arc::clone(&self.timeline) as Arc<dyn Watch>;
        let mut watchers = vec![self.shown.watch(), timeline];
        watchers.extend(self.outside.clone());
        Arc::new(Watchers(watchers))
    }

    /// The run over time.
    pub(super) fn series(&self) -> Series {
        self.timeline.series()
    }

    pub(super) fn counts(&self) -> &Counts {
        match &self.shown {
            Shown::Bar(bar) => bar.counts(),
            Shown::Lines(lines) => lines.counts(),
        }
    }

    pub(super) fn finish(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish();
        }
    }
}

impl Shown {
    fn start(rows: u64, rate: Option<u32>, talk: Talk, verbose: u8) -> Self {
        if talk.bar {
            let bar = Arc::new(Bar::new(rows, rate));
            logging::start(verbose, Some(bar.screen()));
            return Self::Bar(bar);
        }
        let lines = Arc::new(Lines::new(rows, talk.quiet));
        let telling = Arc::downgrade(&lines);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(LINE_EVERY).await;
                match telling.upgrade() {
                    Some(lines) => lines.tell(),
                    None => return,
                }
            }
        });
        Self::Lines(lines)
    }

    fn watch(&self) -> Arc<dyn Watch> {
        match self {
            Self::Bar(bar) => Arc::clone(bar) as Arc<dyn Watch>,
            Self::Lines(lines) => Arc::clone(lines) as Arc<dyn Watch>,
        }
    }
}
