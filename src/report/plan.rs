//! The plan: what will happen, told before it happens.

use std::fmt::Write as _;

use console::style;
use serde_json::Value;

use super::advice;
use super::closing::{duration, label};
use super::existing::ExistingPlan;
use super::summary::AccountShown;
use crate::account::{Finding, whose_account};
use crate::mapping::{Form, Origin, Recognised, Resolved, Unheeded, Unmapped};
use crate::model::{
    Cause, Code, OnExisting, RowPlace, Severity, Tally, UpdateRule, UpdateRules, Window, masked, printable,
};
use crate::survey::{RemarkCount, StandingCounts};
use crate::words::{Message, discreet, message};

/// Most filled columns that are named as not sent.
const MOST_COLUMNS: usize = 100;
/// Most empty columns that are named.
const MOST_EMPTY_COLUMNS: usize = 5;

/// What is sent of the first row that can be a contact.
pub struct FirstRequest {
    /// Where it stands.
    pub place: RowPlace,
    /// The body of the request.
    pub body: String,
    /// Whether it is one of those that are sent; otherwise it is an example of them.
    pub is_sent: bool,
}

discreet!(FirstRequest { place, is_sent });

/// Everything that a plan shows.
pub struct Plan<'p> {
    /// The input as it was named.
    pub input: &'p str,
    /// Its form, such as `comma, UTF-8`.
    pub dialect: Message,
    /// What was passed over or mended in reading, one sentence each.
    pub input_notes: &'p [Message],
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
    /// There are none in it, and the file has rows.
    pub all_left_out: bool,
    /// Rows that will be sent.
    pub to_send: u64,
    /// How the rows that can be a contact stand.
    pub counts: StandingCounts,
    /// What is done about contacts that are there.
    pub policy: OnExisting,
    /// What an update does with each field.
    pub rules: &'p UpdateRules,
    /// The file is another one than that of the last run.
    pub input_changed: bool,
    /// What is to be said if the file may be another list than that of the last run.
    pub other_list: Option<Message>,
    /// Rows that an earlier run left open.
    pub in_doubt: u64,
    /// Invalid rows with their causes.
    pub problems: &'p Tally,
    /// Warnings and repairs.
    pub remarks: Vec<(Code, RemarkCount)>,
    /// The first row that can be a contact.
    pub first: Option<FirstRequest>,
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
        let told = |text: &mut String, name: &Message, what: String| {
            let _ = writeln!(text, "{}{what}", style(label(name)).bold());
        };
        let file = format!("{} ({})", printable(self.input), self.dialect.told());
        told(text, &message!("plan-input"), file);
        for note in self.input_notes {
            let _ = writeln!(text, "          {}", note.told());
        }
        if let Some(account) = self.account {
            let (name, email) = (account.user_name.as_deref(), account.user_email.as_deref());
            let whose = whose_account(&account.endpoint, name, email);
            told(text, &message!("plan-account"), whose.told());
        }
        if let Some(profile) = &self.resolved.profile {
            told(text, &message!("plan-profile"), profile_words(profile).told());
        }
        told(text, &message!("plan-output"), printable(self.folder));
    }

    fn fields(&self, text: &mut String) {
        let _ = writeln!(text, "\n{}", style(message!("plan-fields").told()).bold());
        let width = self.resolved.chosen.iter().map(|chosen| chosen.target.to_string().chars().count()).max();
        let width = width.unwrap_or_default().min(40);
        for chosen in &self.resolved.chosen {
            let mut notes: Vec<Message> = chosen.detail.iter().cloned().collect();
            match chosen.origin {
                Origin::Asked | Origin::Header => {}
                Origin::Profile => notes.push(message!("plan-by-profile")),
                Origin::Guessed => notes.push(message!("plan-guessed")),
                Origin::Default => notes.push(message!("plan-no-column")),
            }
            let notes = if notes.is_empty() {
                String::new()
            } else {
                format!("  ({})", Message::list(notes, "; ").told())
            };
            let target = printable(&chosen.target.to_string());
            let _ = writeln!(text, "  {target:width$} < {}{notes}", printable(&chosen.from.told()));
        }
        if let Some(country) = self.resolved.default_country() {
            let told = message!("plan-country", country = country.to_string());
            let _ = writeln!(text, "  {}", told.told());
        }
        let unmapped = &self.resolved.unmapped;
        if unmapped.is_empty() {
            return;
        }
        let _ = writeln!(text, "{}", style(message!("plan-not-sent").told()).bold());
        let name = |column: &Unmapped| {
            let is_named = !column.column.trim().is_empty();
            if is_named { Message::verbatim(printable(&column.column)) } else { message!("no-name") }
        };
        // Exports have dozens of columns that nobody filled: what is left out of the people stands before them.
        let (empty, filled): (Vec<_>, Vec<_>) = unmapped.iter().partition(|column| column.filled == 0);
        for column in filled.iter().take(MOST_COLUMNS) {
            let name = name(column);
            let what = message!("plan-unmapped", name, reason = &column.reason, filled = column.filled);
            let _ = writeln!(text, "  {}", what.told());
        }
        if filled.len() > MOST_COLUMNS {
            let more = message!("plan-more-columns", columns = filled.len() - MOST_COLUMNS);
            let _ = writeln!(text, "  {}", more.told());
        }
        if !empty.is_empty() {
            let names = Message::list(empty.iter().take(MOST_EMPTY_COLUMNS).map(|column| name(column)), ", ");
            let more = empty.len().saturating_sub(MOST_EMPTY_COLUMNS);
            let what = message!("plan-empty-columns", columns = empty.len(), names, more);
            let _ = writeln!(text, "  {}", what.told());
        }
    }

    fn rows(&self, text: &mut String) {
        let _ = writeln!(text, "\n{}", style(message!("plan-rows-title").told()).bold());
        let mut tell = |what: Message| {
            let _ = writeln!(text, "  {}", what.told());
        };
        let of_what = if self.window.is_everything() { "plan-rows" } else { "plan-rows-of-part" };
        tell(
            Message::new(of_what)
                .with("rows", self.rows)
                .with("send", self.to_send)
                .with("invalid", self.problems.settled())
                .with("repeats", self.counts.repeats),
        );
        if self.counts.repeats_differing > 0 {
            tell(message!("plan-repeats-differing", rows = self.counts.repeats_differing));
        }
        if self.window.skip > 0 || self.window.limit.is_some() {
            let first = self.window.first().to_string();
            tell(match self.window.limit {
                None => message!("plan-window", first),
                Some(limit) => message!("plan-window-limit", first, limit),
            });
        }
        if !self.window.shard.is_everything() {
            tell(message!("plan-shard", part = self.window.shard.to_string()));
        }
        if self.all_left_out {
            tell(message!("plan-all-left-out"));
        }
        for unheeded in &self.resolved.unheeded {
            tell(said_no(unheeded));
        }
        self.past(&mut tell);
        if self.in_doubt > 0 {
            tell(message!("plan-in-doubt", rows = self.in_doubt));
        }
        for cause in self.problems.causes() {
            let _ = writeln!(text, "{}", problem_words(cause, &self.resolved.form));
        }
        for (severity, title) in [
            (Severity::Warning, message!("plan-with-a-warning")),
            (Severity::Repair, message!("plan-changed-on-the-way")),
        ] {
            let of_kind: Vec<_> =
                self.remarks.iter().filter(|(code, _)| code.severity() == severity).collect();
            if of_kind.is_empty() {
                continue;
            }
            let _ = writeln!(text, "{}", style(title.told()).bold());
            for (code, count) in of_kind {
                let what = message!(
                    "plan-remark",
                    code = code.as_str(),
                    meaning = advice::meaning(*code),
                    place = count.first.message(),
                );
                let _ = writeln!(text, "  {:>6}  {}", count.rows, what.told());
            }
        }
    }

    /// What earlier runs did.
    fn past(&self, tell: &mut impl FnMut(Message)) {
        let counts = &self.counts;
        if let Some(other_list) = &self.other_list {
            tell(other_list.clone());
        }
        if self.input_changed {
            let by_other_rules = counts.by_other_rules(self.policy);
            let rows = self.to_send - counts.open - by_other_rules;
            tell(match counts.met_again(self.policy) - by_other_rules {
                0 => message!("plan-file-grown", rows),
                _ => message!("plan-file-changed", rows),
            });
        }
        let at_rest = counts.at_rest(self.policy);
        if at_rest > 0 {
            tell(message!("plan-settled", rows = at_rest));
        }
        let changed_and_left = counts.changed_and_left(self.policy);
        if changed_and_left > 0 {
            tell(message!("plan-not-changed", rows = changed_and_left));
        }
        let met_again = counts.met_again(self.policy);
        if met_again > 0 {
            tell(message!("plan-met-again", rows = met_again));
        }
        let by_other_rules = counts.by_other_rules(self.policy);
        if by_other_rules > 0 {
            tell(message!("plan-other-rules", rows = by_other_rules));
        }
        if counts.open > 0 {
            tell(message!("plan-open", rows = counts.open));
        }
        if counts.open_and_gone > 0 && self.window.is_to_the_end() {
            tell(message!("plan-open-and-gone", contacts = counts.open_and_gone));
        }
    }

    fn sending(&self, text: &mut String) {
        if let Some(FirstRequest { place, body, is_sent }) = self.first.as_ref().filter(|_| self.to_send > 0)
        {
            let body = if self.mask { masked_json(body) } else { printable_json(body) };
            let (row, line) = (place.row.to_string(), place.line.to_string());
            let which = if self.mask {
                message!("plan-first-masked", row, line)
            } else {
                message!("plan-first", row, line)
            };
            let title =
                if *is_sent { message!("plan-first-request") } else { message!("plan-example-request") };
            let title = style(title.told()).bold();
            let _ = writeln!(text, "\n{title} ({})", which.told());
            let _ = writeln!(text, "  POST /contacts {body}");
        }
        let _ = writeln!(text, "\n{}", style(message!("plan-sending").told()).bold());
        let mut tell = |what: Message| {
            let _ = writeln!(text, "  {}", what.told());
        };
        let requests = self.to_send + self.existing.map_or(0, |existing| existing.requests());
        #[expect(clippy::cast_precision_loss, reason = "for showing")]
        tell(match self.rate {
            Some(rate) => message!(
                "plan-at-a-rate",
                requests,
                rate,
                duration = duration(requests as f64 / f64::from(rate)),
            ),
            None => message!("plan-without-a-rate", requests),
        });
        if self.counts.without_bot_status > 0 {
            tell(message!("plan-no-bot-status", contacts = self.counts.without_bot_status));
            tell(message!("plan-no-bot-status.fix"));
        }
        if self.to_send > 0 {
            tell(message!("plan-webhooks", contacts = self.to_send));
        }
        if self.policy == OnExisting::Update {
            let of = |rule: UpdateRule| {
                let fields = self.rules.0.iter().filter(|(_, of)| **of == rule);
                let fields: Vec<String> = fields.map(|(field, _)| printable(field)).collect();
                (!fields.is_empty()).then(|| fields.join(", "))
            };
            if let Some(fields) = of(UpdateRule::Keep) {
                tell(message!("plan-kept", fields));
            }
            if let Some(fields) = of(UpdateRule::Fill) {
                tell(message!("plan-filled", fields));
            }
        }
        for sentence in self.existing.iter().flat_map(|existing| existing.sentences(self.rate)) {
            tell(sentence);
        }
    }
}

/// That a column seems to say who wants no messages, and what may be done about it.
fn said_no(unheeded: &Unheeded) -> Message {
    let Unheeded { column, rows, words } = unheeded;
    let column = printable(column);
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let values = if words.is_empty() { "…".to_owned() } else { words.join(", ") };
    message!("plan-said-no", column, rows = *rows, values)
}

/// `Shopify (shopify), 12 of its 12 columns are there`
fn profile_words(profile: &Recognised) -> Message {
    let name = match &profile.language {
        Some(language) => format!("{}, {language}", profile.name),
        None => profile.name.clone(),
    };
    let of = message!(
        "profile-columns",
        found = profile.found,
        of = profile.of,
        percent = profile.found * 100 / profile.of.max(1),
    );
    let (title, name) = (printable(&profile.title), printable(&name));
    match (profile.asked, profile.is_certain()) {
        (true, true) => message!("profile-asked", title, name, of),
        (true, false) => message!("profile-asked-doubtful", title, name, of),
        (false, true) => message!("profile-recognised", title, name, of),
        (false, false) => message!("profile-guessed", title, name, of),
    }
}

fn problem_words(cause: &Cause, form: &Form) -> String {
    let code = Code::named(&cause.code);
    let field =
        if cause.field.is_empty() { String::new() } else { format!(" ({})", printable(&cause.field)) };
    let what = format!("{}{field}", cause.code);
    let mut words = message!(
        "closing-cause",
        what,
        meaning = code.map_or_else(|| Message::verbatim(""), advice::meaning),
        place = cause.first.message(),
    );
    if !cause.examples.is_empty() {
        words = message!("plan-such-as", what = words, examples = cause.examples.join("  "));
    }
    let mut words = format!("  {:>6}  {}", cause.rows, words.told());
    if let Some(fix) = code.and_then(|code| advice::fix_in(form, code)) {
        let _ = write!(words, "\n          {}", fix.told());
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
