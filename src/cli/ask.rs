//! What a person is asked on a terminal.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use super::say;
use crate::words::{Message, message};

/// Whether there is someone to ask: a terminal to read from and one to write to.
pub(super) fn someone_is_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Whether what is said goes to a terminal.
pub(super) fn someone_looks_on() -> bool {
    std::io::stderr().is_terminal()
}

/// Asks; `default` is what a bare Enter means. No answer is a no.
pub(super) fn yes(question: &Message, default: bool) -> bool {
    let choices = if default { message!("ask-yes") } else { message!("ask-no") };
    prompt(&format!("{} {} ", question.told(), choices.told()));
    let mut answer = String::new();
    match std::io::stdin().lock().read_line(&mut answer) {
        Ok(0) | Err(_) => {
            say("");
            false
        }
        Ok(_) => match answer.trim().to_lowercase().as_str() {
            "" => default,
            "y" | "yes" | "o" | "oui" | "s" | "si" | "sì" | "sí" | "sim" => true,
            _ => false,
        },
    }
}

/// Asks for a line of text, without outer spaces; `None` if nobody answers.
pub(super) fn line(question: &Message) -> Option<String> {
    prompt(&format!("{} ", question.told()));
    let mut answer = String::new();
    match std::io::stdin().lock().read_line(&mut answer) {
        Ok(0) | Err(_) => {
            say("");
            None
        }
        Ok(_) => Some(answer.trim().to_owned()),
    }
}

fn prompt(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}
