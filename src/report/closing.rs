//! The closing words of a run.

use std::fmt::Write as _;

use console::style;

use super::advice;
use super::summary::Summary;
use crate::model::{Cause, Code, Severity, Status, Stop, Tally, masked, printable};

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
    /// The folder with the files, as it was given.
    pub folder: &'c str,
    /// Every row was settled by earlier runs.
    pub nothing_to_do: bool,
    /// What to do next, if there is something to do.
    pub next: Vec<String>,
}

impl Closing<'_> {
    /// The words.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if self.nothing_to_do {
            text.push_str("Nothing to do: every row was settled by an earlier run.\n");
        }
        let _ = writeln!(text, "{}", self.sentence());
        let s = self.summary;
        let _ = writeln!(
            text,
            "{} in {}, {} sent again, {} throttled",
            counted(s.requests, "request", "requests"),
            duration(s.elapsed_seconds),
            s.retries,
            s.throttled
        );
        if let Some(stop) = self.stop {
            let _ = writeln!(text, "\n{}", style(stop_words(stop)).yellow().bold());
        }
        let causes = self.tally.causes();
        let (failures, warnings): (Vec<&Cause>, Vec<&Cause>) =
            causes.into_iter().partition(|cause| is_failure(cause));
        for (title, causes) in [("Not created", failures), ("Created, with a warning", warnings)] {
            if causes.is_empty() {
                continue;
            }
            let _ = writeln!(text, "\n{}", style(title).bold());
            for cause in causes.iter().take(MOST_SHOWN) {
                text.push_str(&cause_words(cause));
            }
            if causes.len() > MOST_SHOWN {
                let _ = writeln!(
                    text,
                    "  and {} causes more; failures.csv has them all",
                    causes.len() - MOST_SHOWN
                );
            }
        }
        let folder = printable(self.folder);
        let _ = writeln!(text, "\nResults   {folder}/results.csv");
        if self.tally.failures() > 0 {
            let _ = writeln!(text, "Failures  {folder}/failures.csv");
        }
        for next in &self.next {
            let _ = writeln!(text, "Next      {next}");
        }
        text
    }

    /// `1000 rows: 990 created (20 confirmed by look-up), 10 rejected, 0 unaccounted for`
    fn sentence(&self) -> String {
        let s = self.summary;
        if s.rows_read == 0 {
            return style("0 rows: the file has a header and nothing below it; nothing was sent")
                .yellow()
                .to_string();
        }
        let mut parts = Vec::new();
        for status in Status::ALL {
            let count = self.tally.count(status);
            if count == 0 && status != Status::Created {
                continue;
            }
            let part = format!("{count} {status}");
            parts.push(match status {
                Status::Created if self.tally.confirmed_by_lookup() > 0 => {
                    format!(
                        "{} ({} confirmed by look-up)",
                        style(part).green(),
                        self.tally.confirmed_by_lookup()
                    )
                }
                Status::Created if count > 0 => style(part).green().to_string(),
                _ if status.is_failure() => style(part).red().to_string(),
                _ => part,
            });
        }
        if s.not_attempted > 0 {
            parts.push(style(format!("{} not attempted", s.not_attempted)).yellow().to_string());
        }
        let unaccounted = s.rows_read - s.settled() - s.not_attempted;
        parts.push(format!("{unaccounted} unaccounted for"));
        format!("{}: {}", style(counted(s.rows_read, "row", "rows")).bold(), parts.join(", "))
    }
}

pub(super) fn is_failure(cause: &Cause) -> bool {
    cause.status.is_failure()
        && Code::named(&cause.code).is_none_or(|code| code.severity() != Severity::Warning)
}

fn cause_words(cause: &Cause) -> String {
    let code = Code::named(&cause.code);
    let field =
        if cause.field.is_empty() { String::new() } else { format!(" ({})", printable(&cause.field)) };
    let mut words = format!("  {:>6}  {} {}{field}", cause.rows, cause.status, cause.code);
    match (code, &cause.said) {
        (Some(code), _) => {
            let _ = write!(words, ": {}", advice::meaning(code));
        }
        // What the server says may hold the row's data, so a screen shows its shape only; the files have the words.
        (None, Some(said)) => {
            let _ = write!(words, ": the API said \"{}\"", without_data(said));
        }
        (None, None) => {}
    }
    let _ = writeln!(words, "; first: row {}", cause.first);
    if let Some(fix) = advice::fix(code.unwrap_or(Code::Refused)) {
        let _ = writeln!(words, "          {fix}");
    }
    words
}

/// A server's message with everything masked that may be a person's: words with digits or an at sign.
fn without_data(said: &str) -> String {
    let words: Vec<String> = said
        .split(' ')
        .take(40)
        .map(|word| {
            let is_data = word.chars().filter(char::is_ascii_digit).count() >= 4 || word.contains('@');
            if is_data { masked(word) } else { printable(word) }
        })
        .collect();
    words.join(" ")
}

/// Why a run stopped, and what to do about it.
pub fn stop_words(stop: &Stop) -> String {
    match stop {
        Stop::TooManyFailures { failures } => {
            format!(
                "Stopped after {failures} failures. Mend the causes below or raise --max-failures, then go on."
            )
        }
        Stop::Cancelled => "Stopped: the job was cancelled. The same command goes on.".to_owned(),
        Stop::TimeUp { seconds } => {
            let lasted = duration(*seconds as f64);
            format!("Stopped: the {lasted} of --max-duration are over. The same command goes on.")
        }
        Stop::CanaryDiffers { learnt } => format!(
            "Stopped before the other rows: {}. Look at these contacts in the dashboard; create what is missing there or \
             correct the mapping, then go on, or go on as it is with --no-canary.",
            printable(&learnt.words())
        ),
        Stop::Outage { seconds } => {
            let lasted = duration(*seconds as f64);
            format!("Stopped: the server has not answered for {lasted}. Go on when it does.")
        }
        Stop::HeldTooLong { seconds } => {
            let wait = duration(*seconds as f64);
            format!("Stopped: the server asks to wait for {wait}. Go on after that.")
        }
        Stop::NotTheApi { seen } => {
            format!("Stopped: {}. Check --base-url.", printable(seen))
        }
        Stop::PaymentRequired { said } => {
            format!("Stopped: the account's plan or credit does not allow it (402: {}).", without_data(said))
        }
        Stop::TokenRefused { http_status, said } => {
            format!(
                "Stopped: the token was refused ({http_status}: {}). Give a valid one, then go on.",
                without_data(said)
            )
        }
        Stop::Untrusted { why } => {
            format!("Stopped: the server's certificate is not trusted: {}.", printable(why))
        }
        Stop::Interrupt => "Interrupted.".to_owned(),
        Stop::Terminate => "Terminated.".to_owned(),
    }
}

/// `1 row`, `2 rows`
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Seconds in words, as precise as anyone needs.
pub(super) fn duration(seconds: f64) -> String {
    if seconds < 10.0 {
        return format!("{seconds:.1} s");
    }
    let whole = std::time::Duration::from_secs(seconds.min(1e12).round() as u64);
    humantime::format_duration(whole).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_says_is_shown_without_the_persons_data() {
        assert_eq!(
            without_data("Phone +393331234567 of ada@example.com is taken"),
            "Phone +99999999999… of xxx@xxxxxxx.… is taken"
        );
    }

    #[test]
    fn durations_are_short() {
        assert_eq!(duration(0.25), "0.2 s");
        assert_eq!(duration(333.4), "5m 33s");
    }
}
