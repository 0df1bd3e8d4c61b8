//! The command that prints the token: what it prints, within a time and a size.

use std::fs::File;
use std::io::{self, Read as _};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use secrecy::zeroize::Zeroizing;

use super::signals;
use crate::monitoring::end_group;

/// Most bytes that are read where a token should be.
pub(super) const MOST_BYTES: u64 = 64 * 1024;
/// Longest time that it takes where nobody can be asked for anything.
pub(super) const LONGEST: Duration = Duration::from_secs(60);

/// What came of it.
pub(super) enum Printed {
    /// It ended so, and printed this.
    All(ExitStatus, Zeroizing<Vec<u8>>),
    /// It printed more than [`MOST_BYTES`].
    TooMuch,
    /// It had not ended in time, and was ended with all that it had started.
    TooSlow,
}

/// As long as it may take: without end where there is a terminal, on which it may ask somebody who can end it.
pub(super) fn longest() -> Option<Duration> {
    File::open("/dev/tty").is_err().then_some(LONGEST)
}

/// Runs it. With a bound it has a group of its own, and so none of the terminal.
pub(super) fn printed(mut command: Command, longest: Option<Duration>) -> io::Result<Printed> {
    command.stdout(Stdio::piped());
    let (mut child, _waited_for) = match longest {
        Some(_) => signals::begin_in_a_group(&mut command).map(|(child, group)| (child, Some(group)))?,
        None => (command.spawn()?, None),
    };
    let id = child.id();
    let (tell, told) = channel();
    thread::Builder::new().name("token".to_owned()).spawn(move || {
        // With room for all of it, so that no part is left where it was copied from.
        let mut text = Zeroizing::new(Vec::with_capacity(MOST_BYTES as usize + 1));
        let read = match child.stdout.take() {
            Some(output) => output.take(MOST_BYTES + 1).read_to_end(&mut text),
            None => Ok(0),
        };
        // Whoever has stopped waiting needs no answer.
        let _ = tell.send(read.and_then(|_| child.wait()).map(|status| (status, text)));
    })?;
    let ended = match longest {
        Some(longest) => told.recv_timeout(longest),
        None => told.recv().map_err(RecvTimeoutError::from),
    };
    match ended {
        Ok(ended) => {
            let (status, text) = ended?;
            Ok(if text.len() as u64 > MOST_BYTES { Printed::TooMuch } else { Printed::All(status, text) })
        }
        Err(_) => {
            end_group(id);
            Ok(Printed::TooSlow)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitoring::command_of_the_user;

    #[test]
    fn a_command_that_does_not_end_is_ended_with_all_that_it_started() {
        for endless in ["sleep 600 & sleep 600", "exec >&-; sleep 600", "sleep 600 & echo token"] {
            let (mut held, hold) = io::pipe().unwrap();
            let mut command = command_of_the_user(endless);
            command.stdin(Stdio::null()).stderr(hold);
            let printed = printed(command, Some(Duration::from_millis(50))).unwrap();
            assert!(matches!(printed, Printed::TooSlow), "{endless}");
            // Whoever lives holds it open.
            assert_eq!(held.read(&mut [0]).unwrap(), 0, "{endless}");
        }
    }

    #[test]
    fn of_a_command_that_prints_without_end_no_more_is_read_than_a_token_may_have() {
        for longest in [Some(LONGEST), None] {
            let printed = printed(command_of_the_user("yes"), longest).unwrap();
            assert!(matches!(printed, Printed::TooMuch));
        }
    }

    #[test]
    fn what_a_command_prints_is_read_to_its_end() {
        for longest in [Some(LONGEST), None] {
            let Printed::All(status, text) =
                printed(command_of_the_user("echo a; echo b; exit 3"), longest).unwrap()
            else {
                panic!("it has ended")
            };
            assert_eq!((status.code(), text.as_slice()), (Some(3), &b"a\nb\n"[..]));
        }
    }
}
