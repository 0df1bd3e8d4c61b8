//! Logs for `-v`: to standard error, row numbers and no people.

use std::io;

use indicatif::MultiProgress;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Where log lines go: above the bar, if there is one.
#[derive(Clone)]
struct Screen(Option<MultiProgress>);

impl<'a> MakeWriter<'a> for Screen {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { screen: self.0.clone(), text: Vec::new() }
    }
}

/// One log line in the making.
struct Line {
    screen: Option<MultiProgress>,
    text: Vec<u8>,
}

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let write = || {
            let _ = io::Write::write_all(&mut io::stderr().lock(), &self.text);
        };
        match &self.screen {
            Some(screen) => screen.suspend(write),
            None => write(),
        }
    }
}

/// Turns logging on: 1 for what is unusual, 2 for every request. Of this program only; libraries would log addresses.
pub(super) fn start(verbose: u8, screen: Option<MultiProgress>) {
    let level = match verbose {
        0 => return,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(Screen(screen))
        .with_ansi(console::colors_enabled_stderr())
        .with_target(false);
    let filter = Targets::new().with_target("callbell_import", level);
    // Fails only if a subscriber is there already, as in tests.
    let _ = tracing_subscriber::registry().with(filter).with(layer).try_init();
}
