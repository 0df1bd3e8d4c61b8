//! What the process keeps to itself, whatever happens to it.
//!
//! Its memory holds the token and people's data. A core dump would write both into a file, a debugger of another
//! program of this user would read them, and the words of a panic often quote what was being worked on.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};

use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};

use super::say;

/// Shuts the memory to dumps and debuggers, and has panics tell where and not what. To be called before anything is
/// read.
pub fn guard() {
    // Where a system refuses this, the program is as good as any other.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let core = rustix::process::Resource::Core;
    let limit = rustix::process::getrlimit(core);
    // The most stays as it is, so that a command that is started may want dumps of itself.
    let _ = rustix::process::setrlimit(core, rustix::process::Rlimit { current: Some(0), ..limit });
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        let mut text = words(panic.payload(), &place);
        let backtrace = Backtrace::capture();
        if backtrace.status() == BacktraceStatus::Captured {
            text.push_str(&format!("\n{backtrace}"));
        }
        say(&text);
    }));
}

/// Has a file that would become larger than the shell allows (`ulimit -f`) be an error of whoever writes it, as a full disk
/// is, and not the death of the program. To be called before anything is written.
pub(super) fn outlive_large_files() {
    // Once it was asked for, the signal never ends the program again, whether somebody listens or not. Commands that are
    // started die of it as they always did.
    let _ = signal(SignalKind::from_raw(Signal::XFSZ.as_raw()));
}

/// A panic, in words that hold nobody's data: those that stand in the source, and no others.
fn words(payload: &(dyn Any + Send), place: &str) -> String {
    let said = payload.downcast_ref::<&'static str>().copied();
    let said = said.unwrap_or("its words may hold data of the list, and are not shown");
    format!(
        "error: a mistake in the program, at {place}: {said}\n hint: what was sent is in the journal; the same command goes on from there"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_tells_where_and_never_quotes_what_was_worked_on() {
        let cell = "Zoë Zebediah";
        #[expect(clippy::string_slice, reason = "it is to panic")]
        let payloads = [
            std::panic::catch_unwind(|| cell[..3].len()).map(drop).unwrap_err(),
            std::panic::catch_unwind(|| cell.parse::<u64>().map(drop).unwrap()).unwrap_err(),
            std::panic::catch_unwind(|| panic!("row {cell}")).unwrap_err(),
        ];
        for payload in payloads {
            let text = words(&*payload, "src/x.rs:7:1");
            assert!(text.contains("src/x.rs:7:1") && text.contains("not shown"), "{text}");
            assert!(!text.contains("Zo"), "{text}");
        }
        let literal = std::panic::catch_unwind(|| panic!("no such state")).unwrap_err();
        assert!(words(&*literal, "src/x.rs:7:1").contains("at src/x.rs:7:1: no such state"));
    }
}
