//! The plan: what will happen, told before it happens.

use std::fmt::Write as _;

use console::style;
use serde_json::Value;

use super::advice;
use super::closing::{counted, duration};
use super::existing::ExistingPlan;
use super::summary::AccountShown;
use crate::account::Finding;
use crate::mapping::{Origin, Recognised, Resolved};
use crate::model::{Cause, Code, OnExisting, Severity, Tally, Window, masked, printable};
use crate::survey::{RemarkCount, StandingCounts};

/// Most columns that are named as not sent.
const MOST_COLUMNS: usize = 40;

/// Everything that a plan shows.
pub struct Plan<'p> {
    /// The input as it was named.
    pub input: &'p str,
    /// Its form, such as `comma, UTF-8`.
    pub dialect: String,
    /// What was passed over or mended in reading, one sentence each.
    pub input_notes: &'p [String],
    /// Where the files will be.
    pub folder: &'p str,
    /// Whose account; `None` if nobody was asked.
    pub account: Option<&'p AccountShown>,
    /// The map.
    pub resolved: &'p Resolved,
    /// The rows that are read.
    pub window: Window,
    /// Data rows in it.
    pub rows: u64,
    /// Rows that will be sent.
    pub to_send: u64,
    /// How the rows that can be a contact stand.
    pub counts: StandingCounts,
    /// The file is another one than that of the last run.
    pub input_changed: bool,
    /// Rows that an earlier run left open.
    pub in_doubt: u64,
    /// Invalid rows with their causes.
    pub problems: &'p Tally,
    /// Warnings and repairs.
    pub remarks: Vec<(Code, RemarkCount)>,
    /// Contacts without a `bot_status`.
    pub without_bot_status: u64,
    /// The first contact that will be sent: its row, and its body.
    pub first: Option<(u64, String)>,
    /// Whether its values are masked: they are shown to the user's own terminal only.
    pub mask: bool,
    /// Requests per second; `None`: no limit.
    pub rate: Option<u32>,
    /// What does not fit the account.
    pub findings: &'p [Finding],
    /// What is done about contacts that are there; `None` if nobody asks the account.
    pub existing: Option<ExistingPlan>,
}

impl Plan<'_> {
    /// The words.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.head(&mut text);
        self.fields(&mut text);
        self.rows(&mut text);
        text.push_str(&super::findings(self.findings));
        self.sending(&mut text);
        text
    }

    fn head(&self, text: &mut String) {
        let dialect = printable(&self.dialect);
        let _ = writeln!(text, "{}     {} ({dialect})", style("Input").bold(), printable(self.input));
        for note in self.input_notes {
            let _ = writeln!(text, "          {note}");
        }
        if let Some(account) = self.account {
            let name = account.user_name.as_deref().map(printable).unwrap_or_default();
            let email = account.user_email.as_deref().map(printable).unwrap_or_default();
            let _ = writeln!(
                text,
                "{}   {name} <{email}> at {}",
                style("Account").bold(),
                printable(&account.endpoint)
            );
        }
        if let Some(profile) = &self.resolved.profile {
            let _ = writeln!(text, "{}   {}", style("Profile").bold(), printable(&profile_words(profile)));
        }
        let _ = writeln!(text, "{}    {}", style("Output").bold(), printable(self.folder));
    }

    fn fields(&self, text: &mut String) {
        let _ = writeln!(text, "\n{}", style("Fields").bold());
        let width = self.resolved.chosen.iter().map(|chosen| chosen.target.to_string().chars().count()).max();
        let width = width.unwrap_or_default().min(40);
        for chosen in &self.resolved.chosen {
            let mut notes: Vec<String> = chosen.detail.iter().cloned().collect();
            match chosen.origin {
                Origin::Asked | Origin::Header => {}
                Origin::Profile => notes.push("profile".to_owned()),
                Origin::Guessed => notes.push("guessed".to_owned()),
                Origin::Default => notes.push("no column gives it".to_owned()),
            }
            let notes = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join("; ")) };
            let target = printable(&chosen.target.to_string());
            let _ = writeln!(text, "  {target:width$} < {}{notes}", printable(&chosen.from));
        }
        let unmapped = &self.resolved.unmapped;
        if unmapped.is_empty() {
            return;
        }
        let _ = writeln!(text, "{}", style("Columns that are not sent").bold());
        for column in unmapped.iter().take(MOST_COLUMNS) {
            let name = if column.column.trim().is_empty() {
                "(no name)".to_owned()
            } else {
                printable(&column.column)
            };
            let _ = writeln!(
                text,
                "  {name}: {}; {} filled",
                column.reason,
                counted(column.filled, "cell", "cells")
            );
        }
        if unmapped.len() > MOST_COLUMNS {
            let _ = writeln!(text, "  and {} more", unmapped.len() - MOST_COLUMNS);
        }
    }

    fn rows(&self, text: &mut String) {
        let _ = writeln!(text, "\n{}", style("Rows").bold());
        let _ = writeln!(
            text,
            "  {} in the file: {} to send, {} invalid, {} the same contact as an earlier row",
            self.rows,
            self.to_send,
            self.problems.settled(),
            self.counts.repeats
        );
        if self.window.skip > 0 || self.window.limit.is_some() {
            let _ = writeln!(
                text,
                "  only rows from {} on were read{}; the others have no part in this import and stand in no sum",
                self.window.first(),
                self.window.limit.map_or_else(String::new, |limit| format!(", {limit} at most"))
            );
        }
        if !self.window.shard.is_everything() {
            let _ = writeln!(
                text,
                "  these are part {} of the file; the other parts are imported by other runs",
                self.window.shard
            );
        }
        self.past(text);
        if self.in_doubt > 0 {
            let _ = writeln!(
                text,
                "  {} left unconfirmed by an earlier run: looked up before anything is sent",
                counted(self.in_doubt, "row was", "rows were")
            );
        }
        for cause in self.problems.causes() {
            let _ = writeln!(text, "{}", problem_words(cause));
        }
        for (severity, title) in
            [(Severity::Warning, "Sent with a warning"), (Severity::Repair, "Changed on the way")]
        {
            let of_kind: Vec<_> =
                self.remarks.iter().filter(|(code, _)| code.severity() == severity).collect();
            if of_kind.is_empty() {
                continue;
            }
            let _ = writeln!(text, "{}", style(title).bold());
            for (code, count) in of_kind {
                let _ = writeln!(
                    text,
                    "  {:>6}  {code}: {}; first: row {}",
                    count.rows,
                    advice::meaning(*code),
                    count.first
                );
            }
        }
    }

    /// What earlier runs did.
    fn past(&self, text: &mut String) {
        let counts = &self.counts;
        if self.input_changed {
            let fresh = self.to_send - counts.open;
            let _ = writeln!(
                text,
                "  the file has changed since the last run: {} new or changed",
                counted(fresh, "row is", "rows are")
            );
        }
        if counts.settled > 0 {
            let _ = writeln!(
                text,
                "  {} settled by an earlier run, and reported as {} then",
                counted(counts.settled, "row was", "rows were"),
                if counts.settled == 1 { "it was" } else { "they were" }
            );
        }
        let changes_again = self.existing.is_some_and(|existing| existing.policy == OnExisting::Update);
        if counts.changed > 0 {
            let _ = writeln!(
                text,
                "  of these, {} something else now; the contacts are {}",
                counted(counts.changed, "says", "say"),
                if changes_again { "changed again" } else { "not changed" }
            );
        }
        if counts.open > 0 {
            let _ = writeln!(
                text,
                "  {} left open by an earlier run: looked up before anything is sent",
                counted(counts.open, "row was", "rows were")
            );
        }
        if counts.open_and_gone > 0 && self.window.is_everything() {
            let _ = writeln!(
                text,
                "  {} left open by an earlier run and {} in the file any more: nobody looks for {}",
                counted(counts.open_and_gone, "contact was", "contacts were"),
                if counts.open_and_gone == 1 { "is not" } else { "are not" },
                if counts.open_and_gone == 1 { "it" } else { "them" }
            );
        }
    }

    fn sending(&self, text: &mut String) {
        if let Some((row, body)) = &self.first {
            let body = if self.mask { masked_json(body) } else { printable_json(body) };
            let _ = writeln!(
                text,
                "\n{} (row {row}{})",
                style("First request").bold(),
                if self.mask { ", values masked" } else { "" }
            );
            let _ = writeln!(text, "  POST /contacts {body}");
        }
        let _ = writeln!(text, "\n{}", style("Sending").bold());
        let all = self.to_send + self.existing.map_or(0, |existing| existing.requests());
        let requests = counted(all, "request", "requests");
        match self.rate {
            #[expect(clippy::cast_precision_loss, reason = "for showing")]
            Some(rate) => {
                let _ = writeln!(
                    text,
                    "  {requests}, at most {rate} a second: about {}",
                    duration(all as f64 / f64::from(rate))
                );
            }
            None => {
                let _ = writeln!(text, "  {requests}, as fast as it goes");
            }
        }
        if self.without_bot_status > 0 {
            let _ = writeln!(
                text,
                "  {} no bot_status: where the account has a bot, it answers them as soon as they write\n  \
                 (--set bot_status=bot_end keeps it silent)",
                counted(self.without_bot_status, "contact has", "contacts have")
            );
        }
        if self.to_send > 0 {
            let _ = writeln!(
                text,
                "  {} may come into being: each fires the account's webhook and its Zapier triggers, if it has any",
                counted(self.to_send, "contact", "contacts")
            );
        }
        if let Some(existing) = &self.existing {
            for sentence in existing.sentences(self.rate) {
                let _ = writeln!(text, "  {sentence}");
            }
        }
    }
}

/// `Shopify (shopify), 12 of its 12 columns are there`
fn profile_words(profile: &Recognised) -> String {
    let language = profile.language.as_deref().map_or_else(String::new, |language| format!(", {language}"));
    let why = if profile.asked { "as asked; " } else { "" };
    let doubt = if profile.is_certain() { "" } else { "; this is a guess" };
    format!(
        "{} ({}{language}): {why}{} of the {} columns it is known by are there, {} %{doubt}",
        profile.title,
        profile.name,
        profile.found,
        profile.of,
        profile.found * 100 / profile.of.max(1)
    )
}

fn problem_words(cause: &Cause) -> String {
    let code = Code::named(&cause.code);
    let field =
        if cause.field.is_empty() { String::new() } else { format!(" ({})", printable(&cause.field)) };
    let meaning = code.map(advice::meaning).unwrap_or_default();
    let mut words =
        format!("  {:>6}  {}{field}: {meaning}; first: row {}", cause.rows, cause.code, cause.first);
    if !cause.examples.is_empty() {
        let _ = write!(words, ", such as {}", cause.examples.join("  "));
    }
    if let Some(fix) = code.and_then(advice::fix) {
        let _ = write!(words, "\n          {fix}");
    }
    words
}

/// A body with the shape of each value instead of the value.
fn masked_json(body: &str) -> String {
    fn mask(value: &mut Value, key: &str) {
        match value {
            // These are the API's words, not the person's.
            Value::String(_) if matches!(key, "source" | "bot_status") => {}
            Value::String(text) => *text = masked(text),
            Value::Array(list) => list.iter_mut().for_each(|value| mask(value, key)),
            Value::Object(fields) => fields.iter_mut().for_each(|(key, value)| mask(value, key)),
            _ => {}
        }
    }
    serde_json::from_str::<Value>(body).map_or_else(
        |_| String::new(),
        |mut value| {
            mask(&mut value, "");
            value.to_string()
        },
    )
}

/// A body as it is, except for what would steer the terminal; JSON escapes control characters already.
fn printable_json(body: &str) -> String {
    body.chars().map(|c| if crate::model::steers(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_body_shows_fields_and_shapes_only() {
        let masked = masked_json(
            r#"{"identifier":"393331234567","source":"whatsapp","name":"Ada","custom_fields":{"City":"Rome"},"tags":["VIP"]}"#,
        );
        assert_eq!(
            masked,
            r#"{"custom_fields":{"City":"xxxx"},"identifier":"999999999999","name":"xxx","source":"whatsapp","tags":["xxx"]}"#
        );
    }
}
