//! The page itself. Everything that comes from outside goes through the template's escaping.

use askama::Template;

use super::plot::{Plot, plots};
use super::sample::{Sample, SampleRow};
use super::story::{CauseTold, Story};
use crate::model::{Code, Status, escaped, steers};
use crate::report::advice;
use crate::report::closing::duration;
use crate::report::summary::Summary;
use crate::words::{Message, Value, decimal, message, spoken};

/// A run, for people, in the folder of an import.
pub const PAGE: &str = "report.html";

/// Causes that are told in full; the others have a line each.
const MOST_IN_FULL: usize = 25;
/// Columns that are named as not sent.
const MOST_COLUMNS: usize = 100;

/// A status, and the rows that have it.
struct Part {
    word: String,
    class: &'static str,
    rows: String,
    share: String,
    meaning: String,
    /// Its place in the bar, in thousandths.
    from: f64,
    width: f64,
}

/// A cause with what is to be said about it.
struct CauseShown<'s> {
    cause: &'s CauseTold,
    /// Where the first of its rows stands.
    first: String,
    meaning: String,
    fix: Option<String>,
    rows: &'s [SampleRow],
}

/// Causes that have something in common, the greatest first.
struct Section<'s> {
    title: String,
    in_full: Vec<CauseShown<'s>>,
    /// With a line each.
    more: Vec<CauseShown<'s>>,
    more_causes: String,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'s> {
    story: &'s Story,
    /// What styles are known by.
    nonce: String,
    is_good: bool,
    /// The language of the page.
    lang: &'static str,
    headline: String,
    sentence: String,
    took: String,
    /// When it ended, to the minute.
    ended: String,
    per_second: String,
    parts: Vec<Part>,
    plots: Vec<Plot>,
    /// Why rows failed, or are not certain.
    failures: Vec<Section<'s>>,
    warnings: Vec<CauseShown<'s>>,
    more_columns: Option<String>,
    unmapped: String,
    first_created: String,
    made: String,
    created: &'s [SampleRow],
}

/// The page, as HTML.
///
/// # Errors
///
/// If the template cannot be filled, which does not happen to texts.
pub fn html(story: &Story, sample: &Sample) -> Result<String, String> {
    let shown = |cause| CauseShown::of(cause, sample);
    let (failures, warnings): (Vec<_>, Vec<_>) = story.causes.iter().partition(|cause| cause.is_failure);
    let (not_certain, failures): (Vec<_>, Vec<_>) =
        failures.into_iter().partition(|cause| cause.status == Status::Unconfirmed.as_str());
    let failures_title = if failures.iter().any(|cause| cause.at_a_contact) {
        message!("report-not-as-wished")
    } else {
        message!("report-not-created")
    };
    let sections = [(failures_title, failures), (message!("report-not-certain"), not_certain)];
    let section =
        |(title, causes): (Message, Vec<_>)| Section::of(&title, causes.into_iter().map(shown).collect());
    let failures = sections.into_iter().filter(|(_, causes)| !causes.is_empty()).map(section).collect();
    let summary = &story.summary;
    let settled = summary.settled();
    #[expect(clippy::cast_precision_loss, reason = "for showing")]
    let per_second = summary.requests as f64 / summary.elapsed_seconds.max(0.001);
    let page = Page {
        story,
        nonce: format!("{:032x}", fastrand::u128(..)),
        is_good: summary.exit_code == 0,
        lang: spoken().tag(),
        headline: headline(story).told(),
        sentence: in_one_sentence(story).told(),
        ended: summary.finished_at.get(..16).unwrap_or_default().replace('T', " ") + " UTC",
        took: duration(summary.elapsed_seconds).told(),
        per_second: format!("{per_second:.0}"),
        parts: parts(story, settled),
        plots: plots(&story.series, story.opening.rate),
        failures,
        warnings: warnings.into_iter().take(MOST_IN_FULL).map(shown).collect(),
        more_columns: story
            .opening
            .unmapped
            .len()
            .checked_sub(MOST_COLUMNS)
            .filter(|more| *more > 0)
            .map(|columns| message!("plan-more-columns", columns).told()),
        unmapped: message!("report-unmapped", columns = story.opening.unmapped.len()).told(),
        first_created: message!("report-first-created", contacts = sample.created().len()).told(),
        made: message!(
            "report-made",
            started = summary.started_at.as_str(),
            ended = summary.finished_at.as_str(),
            exit = u16::from(summary.exit_code),
            version = summary.version.as_ref(),
        )
        .told(),
        created: sample.created(),
    };
    let page = page.render().map_err(|error| error.to_string())?;
    // The template escapes what a browser would run, and not what changes how the letters around it are shown.
    Ok(escaped(&page, |c| c != '\n' && steers(c)).into_owned())
}

impl Page<'_> {
    /// A message of the catalogue without values.
    fn say(&self, id: &str) -> String {
        Message::new(id.to_owned()).told()
    }

    /// `12 rejected: <code>`
    fn status(&self, cause: &CauseTold) -> String {
        Message::new(format!("status-{}", cause.status)).told()
    }

    fn number(&self, count: &u64) -> String {
        number(*count)
    }

    fn columns(&self) -> &[super::story::UnmappedTold] {
        self.story.opening.unmapped.get(..MOST_COLUMNS).unwrap_or(&self.story.opening.unmapped)
    }
}

impl<'s> Section<'s> {
    fn of(title: &Message, mut in_full: Vec<CauseShown<'s>>) -> Self {
        let more = in_full.split_off(in_full.len().min(MOST_IN_FULL));
        let more_causes = message!("report-more-causes", causes = more.len()).told();
        Self { title: title.told(), in_full, more, more_causes }
    }
}

impl<'s> CauseShown<'s> {
    fn of(cause: &'s CauseTold, sample: &'s Sample) -> Self {
        let code = Code::named(&cause.code);
        let meaning = match (code, &cause.said) {
            (Some(code), _) => advice::meaning(code),
            (None, Some(said)) if cause.at_a_contact => {
                message!("report-the-api-said-of-a-change", said = crate::model::printable(said))
            }
            (None, Some(said)) => message!("report-the-api-said", said = crate::model::printable(said)),
            (None, None) => advice::meaning(Code::Refused),
        };
        let fix = advice::fix(code.unwrap_or(Code::Refused)).map(|fix| fix.told());
        let (row, line) = (cause.first.to_string(), cause.first_line.to_string());
        let first = if cause.first_line > 0 { message!("row-and-line", row, line).told() } else { row };
        Self { cause, first, meaning: meaning.told(), fix, rows: sample.of_cause(&cause.status, &cause.code) }
    }
}

/// What a person wants to know first.
fn headline(story: &Story) -> Message {
    let summary = &story.summary;
    let failed = summary.invalid + summary.rejected + summary.failed;
    match summary.exit_code {
        0 if story.opening.all_left_out => message!("headline-all-left-out"),
        0 if summary.rows_read == 0 => message!("headline-no-rows"),
        0 => message!("headline-good"),
        1 => message!("headline-failures", rows = failed),
        4 => message!("headline-token"),
        8 => message!("headline-unconfirmed", rows = summary.unconfirmed),
        130 | 143 => message!("headline-by-hand"),
        _ => message!("headline-stopped"),
    }
}

/// `1000 rows: 990 created (20 confirmed by look-up), 10 unconfirmed, 0 unaccounted for.`
fn in_one_sentence(story: &Story) -> Message {
    let rows = message!("counted-rows", rows = story.summary.rows_read);
    let part = |(class, rows): (&str, u64)| {
        let part = Message::new(format!("counted-{class}")).with("rows", rows);
        if class == "created" && story.by_lookup > 0 {
            let confirmed = message!("closing-confirmed", rows = story.by_lookup);
            return message!("report-created-confirmed", created = part, confirmed);
        }
        part
    };
    let unaccounted = message!("counted-unaccounted", rows = 0_u64);
    let parts = counts(&story.summary).map(part).chain([unaccounted]);
    message!("report-sentence", rows, parts = Value::list(parts, ", "))
}

/// How many rows have which status, if any have it; how many were created is told in any case.
fn counts(summary: &Summary) -> impl Iterator<Item = (&'static str, u64)> {
    let counts = [
        ("created", summary.created),
        ("existing", summary.existing),
        ("updated", summary.updated),
        ("duplicate", summary.duplicate),
        ("invalid", summary.invalid),
        ("rejected", summary.rejected),
        ("failed", summary.failed),
        ("unconfirmed", summary.unconfirmed),
        ("not-attempted", summary.not_attempted),
    ];
    counts.into_iter().filter(|(class, rows)| *rows > 0 || *class == "created")
}

fn parts(story: &Story, settled: u64) -> Vec<Part> {
    let all = (settled + story.summary.not_attempted).max(1);
    let mut from = 0.0;
    counts(&story.summary)
        .map(|(class, rows)| {
            #[expect(clippy::cast_precision_loss, reason = "for showing")]
            let share = rows as f64 / all as f64;
            let part = Part {
                class,
                word: Message::new(format!("status-{class}")).told(),
                rows: number(rows),
                share: percent(share).told(),
                meaning: Message::new(format!("status-{class}.meaning")).told(),
                from,
                width: share * 1000.0,
            };
            from += part.width;
            part
        })
        .collect()
}

/// A count as the language writes it.
fn number(number: u64) -> String {
    Message::verbatim(number).told()
}

/// A share that is never rounded to nothing or to everything.
fn percent(share: f64) -> Message {
    match share * 100.0 {
        0.0 => message!("percent", share = 0_u64),
        share if share < 0.1 => message!("percent-less", share = decimal(0.1)),
        share if share > 99.9 && share < 100.0 => message!("percent-more", share = decimal(99.9)),
        share if share.fract() == 0.0 => message!("percent", share = share as u64),
        share => message!("percent", share = decimal(share)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(share: f64) -> String {
        percent(share).to_string()
    }

    #[test]
    fn no_share_is_rounded_away() {
        assert_eq!(told(0.0), "0 %");
        assert_eq!(told(1e-6), "< 0.1 %");
        assert_eq!(told(0.999_999), "> 99.9 %");
        assert_eq!(told(1.0), "100 %");
        assert_eq!(told(0.125), "12.5 %");
    }
}
