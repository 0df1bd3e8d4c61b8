//! The closing words of a run.

use console::style;

use super::advice;
use super::summary::Summary;
use crate::model::{Cause, Code, Severity, Status, Stop, Tally, printable, unnamed};
use crate::words::{Message, decimal, lasting, message};

/// Most causes that are shown.
const MOST_SHOWN: usize = 20;

/// What a person is told at the end.
pub struct Closing<'c> {
    /// The numbers.
    pub summary: &'c Summary,
    /// The counts with their causes.
    pub tally: &'c Tally,
    /// Why it stopped early.
    pub stop: Option<&'c Stop>,
    /// What the account did with contacts that were there already and were sent all the same.
    pub duplicates: Option<Message>,
    /// The folder with the files, as it was given.
    pub folder: &'c str,
    /// No row was read, and the file has rows that the window leaves out.
    pub all_left_out: bool,
    /// Every row was settled by earlier runs.
    pub nothing_to_do: bool,
    /// Rows that failed, and had failed in the last run in the same way.
    pub failed_as_before: u64,
    /// What to do next, if there is something to do.
    pub next: Vec<Message>,
}

impl Closing<'_> {
    /// The words.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if self.nothing_to_do {
            // A row that cannot be a contact is settled by nothing.
            let told = match self.tally.count(Status::Invalid) {
                0 => message!("closing-nothing-to-do"),
                _ => message!("closing-nothing-to-send"),
            };
            text.push_str(&told.told());
            text.push('\n');
        }
        text.push_str(&self.sentence());
        text.push('\n');
        let s = self.summary;
        if s.settled_before > 0 && !self.nothing_to_do {
            text.push_str(&message!("closing-settled-before", rows = s.settled_before).told());
            text.push('\n');
        }
        let traffic = message!(
            "closing-traffic",
            requests = s.requests,
            duration = duration(s.elapsed_seconds),
            retries = s.retries,
            throttled = s.throttled,
        );
        text.push_str(&format!("{}\n", traffic.told()));
        if let Some(stop) = self.stop {
            text.push_str(&format!("\n{}\n", style(stop_words(stop).told()).yellow().bold()));
        }
        let causes = self.tally.causes();
        let (failures, warnings): (Vec<&Cause>, Vec<&Cause>) =
            causes.into_iter().partition(|cause| is_failure(cause));
        let (not_certain, failures): (Vec<&Cause>, Vec<&Cause>) =
            failures.into_iter().partition(|cause| cause.status == Status::Unconfirmed);
        let (there_already, not_created): (Vec<&Cause>, Vec<&Cause>) =
            failures.into_iter().partition(|cause| cause.at_a_contact);
        for (title, causes) in [
            (message!("closing-not-created"), not_created),
            (message!("closing-not-certain"), not_certain),
            (message!("closing-there-already"), there_already),
            (message!("closing-with-a-warning"), warnings),
        ] {
            if causes.is_empty() {
                continue;
            }
            text.push_str(&format!("\n{}\n", style(title.told()).bold()));
            for cause in causes.iter().take(MOST_SHOWN) {
                text.push_str(&cause_words(cause));
            }
            if causes.len() > MOST_SHOWN {
                let more = message!("closing-more-causes", causes = causes.len() - MOST_SHOWN);
                text.push_str(&format!("  {}\n", more.told()));
            }
        }
        if self.tally.existing_differing() > 0 {
            let told = message!("closing-not-changed", rows = self.tally.existing_differing());
            text.push_str(&format!("\n{}\n", told.told()));
        }
        if self.tally.rows_changed() > 0 {
            let told = message!("closing-rows-changed", rows = self.tally.rows_changed());
            text.push_str(&format!("\n{}\n", told.told()));
        }
        if self.failed_as_before > 0 {
            let told = message!("closing-failed-as-before", rows = self.failed_as_before);
            text.push_str(&format!("\n{}\n", told.told()));
        }
        if let Some(contacts @ 1..) = s.left_in_doubt {
            let told = words_on_doubts(contacts, self.folder);
            text.push_str(&format!("\n{}\n", style(told.told()).yellow()));
        }
        if let Some(duplicates) = &self.duplicates {
            let told = message!("closing-duplicates", answers = duplicates);
            text.push_str(&format!("\n{}\n", told.told()));
        }
        let folder = printable(self.folder);
        text.push_str(&format!("\n{}{folder}/results.csv\n", label(&message!("closing-results"))));
        if self.tally.failures() > 0 {
            text.push_str(&format!("{}{folder}/failures.csv\n", label(&message!("closing-failures"))));
        }
        for next in &self.next {
            text.push_str(&format!("{}{}\n", label(&message!("closing-next")), next.told()));
        }
        text
    }

    /// `1000 rows: 990 created (20 confirmed by look-up), 10 rejected, 0 unaccounted for`
    fn sentence(&self) -> String {
        let s = self.summary;
        if s.rows_read == 0 {
            let told = match self.all_left_out {
                true => message!("closing-all-left-out"),
                false => message!("closing-no-rows"),
            };
            return style(told.told()).yellow().to_string();
        }
        let mut parts = Vec::new();
        for status in Status::ALL {
            let count = self.tally.count(status);
            if count == 0 && status != Status::Created {
                continue;
            }
            let part = counted_status(status, count).told();
            parts.push(match status {
                Status::Created if self.tally.confirmed_by_lookup() > 0 => {
                    let confirmed =
                        message!("closing-confirmed", rows = self.tally.confirmed_by_lookup()).told();
                    format!("{} ({confirmed})", style(part).green())
                }
                Status::Duplicate if self.tally.repeats_differing() > 0 => {
                    let differing = message!("closing-differing", rows = self.tally.repeats_differing());
                    format!("{part} ({})", differing.told())
                }
                Status::Existing if self.tally.existing_differing() + self.tally.rows_changed() > 0 => {
                    let counted = [
                        ("closing-differing", self.tally.existing_differing()),
                        ("closing-changed-since", self.tally.rows_changed()),
                    ];
                    let counted = counted.into_iter().filter(|(_, rows)| *rows > 0);
                    let told = counted.map(|(id, rows)| Message::new(id).with("rows", rows).told());
                    format!("{part} ({})", told.collect::<Vec<_>>().join(", "))
                }
                Status::Created if count > 0 => style(part).green().to_string(),
                _ if status.is_failure() => style(part).red().to_string(),
                _ => part,
            });
        }
        if s.not_attempted > 0 {
            let part = message!("counted-not-attempted", rows = s.not_attempted);
            parts.push(style(part.told()).yellow().to_string());
        }
        let unaccounted = s.rows_read - s.settled() - s.not_attempted;
        parts.push(message!("counted-unaccounted", rows = unaccounted).told());
        let rows = style(message!("counted-rows", rows = s.rows_read).told()).bold().to_string();
        // The colours are ours, and a value may have none; so the parts are put together here.
        let between = message!("closing-colon").told();
        format!("{rows}{between} {}", parts.join(", "))
    }
}

/// Contacts of earlier runs that nobody asks after any more, and what can be done about them. `folder`: as it was given.
pub fn words_on_doubts(contacts: u64, folder: &str) -> Message {
    message!("closing-left-in-doubt", contacts, folder = printable(folder))
}

/// `3 rejected`
pub(super) fn counted_status(status: Status, rows: u64) -> Message {
    Message::new(format!("counted-{status}")).with("rows", rows)
}

/// A word before a line's matter, as wide as the others.
pub fn label(word: &Message) -> String {
    let word = word.told();
    let space = 10_usize.saturating_sub(word.chars().count()).max(1);
    format!("{word}{}", " ".repeat(space))
}

pub(super) fn is_failure(cause: &Cause) -> bool {
    cause.status.is_failure()
        && Code::named(&cause.code).is_none_or(|code| code.severity() != Severity::Warning)
}

fn cause_words(cause: &Cause) -> String {
    let code = Code::named(&cause.code);
    let field =
        if cause.field.is_empty() { String::new() } else { format!(" ({})", printable(&cause.field)) };
    let what = format!("{} {}{field}", Message::new(format!("status-{}", cause.status)).told(), cause.code);
    let words = match (code, &cause.said) {
        (None, Some(said)) if cause.at_a_contact => {
            message!("closing-cause-not-changed", what, said, place = cause.first.message())
        }
        (Some(code), _) => {
            message!("closing-cause", what, meaning = advice::meaning(code), place = cause.first.message(),)
        }
        (None, Some(said)) => {
            message!("closing-cause-said", what, said, place = cause.first.message())
        }
        (None, None) => message!("closing-cause-bare", what, place = cause.first.message()),
    };
    let mut words = format!("  {:>6}  {}\n", cause.rows, words.told());
    if let Some(fix) = advice::fix(code.unwrap_or(Code::Refused)) {
        words.push_str(&format!("          {}\n", fix.told()));
    }
    words
}

/// Why a run stopped, and what to do about it.
pub fn stop_words(stop: &Stop) -> Message {
    #[expect(clippy::cast_precision_loss, reason = "for showing")]
    let lasted = |seconds: &u64| duration(*seconds as f64);
    let shown = |said: &str| match said {
        "" => message!("stop-said-nothing"),
        said => Message::verbatim(unnamed(said)),
    };
    let told = match stop {
        Stop::TooManyFailures { failures } => message!("stop-too-many-failures", failures = *failures),
        Stop::Cancelled => message!("stop-cancelled"),
        Stop::TimeUp { seconds } => message!("stop-time-up", duration = lasted(seconds)),
        Stop::CanaryDiffers { learnt } => message!("stop-canary-differs", learnt = learnt.words()),
        Stop::Outage { seconds } => message!("stop-outage", duration = lasted(seconds)),
        Stop::HeldTooLong { seconds } => message!("stop-held-too-long", duration = lasted(seconds)),
        Stop::NotTheApi { seen, .. } => message!("stop-not-the-api", seen),
        Stop::PaymentRequired { said, .. } => message!("stop-payment-required", said = shown(said)),
        Stop::TokenRefused { http_status, said, .. } => {
            message!("stop-token-refused", status = *http_status, said = shown(said))
        }
        Stop::Untrusted { why } => message!("stop-untrusted", why),
        Stop::Interrupt => message!("stop-interrupt"),
        Stop::HangUp => message!("stop-hang-up"),
        Stop::Terminate => message!("stop-terminate"),
    };
    match stop.at_row() {
        Some(row) => Message::list([told, message!("stop-at-row", row = row.get().to_string())], " "),
        None => told,
    }
}

/// Seconds in words, as precise as anyone needs.
pub(super) fn duration(seconds: f64) -> Message {
    if seconds < 10.0 {
        return message!("duration-short", seconds = decimal(seconds));
    }
    lasting(seconds.min(1e12).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn durations_are_short() {
        assert_eq!(duration(0.25).to_string(), "0.2 s");
        assert_eq!(duration(333.4).to_string(), "5m 33s");
        assert_eq!(duration(7200.0).to_string(), "2h");
        assert_eq!(duration(90_061.0).to_string(), "1day 1h 1m 1s");
        assert_eq!(duration(0.25).told_in(Language::French), "0,2\u{a0}s");
        assert_eq!(duration(333.4).told_in(Language::French), "5\u{a0}min 33\u{a0}s");
    }
}
