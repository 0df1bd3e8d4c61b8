//! The page itself. Everything that comes from outside goes through the template's escaping.

use askama::Template;

use super::plot::{Plot, plots};
use super::sample::{Sample, SampleRow};
use super::story::{CauseTold, Story};
use crate::model::{Code, Status};
use crate::report::advice;
use crate::report::closing::duration;

/// Causes that are told in full; the others have a line each.
const MOST_IN_FULL: usize = 25;
/// Columns that are named as not sent.
const MOST_COLUMNS: usize = 100;

/// A status, and the rows that have it.
struct Part {
    word: String,
    class: String,
    rows: u64,
    share: String,
    meaning: &'static str,
    /// Its place in the bar, in thousandths.
    from: f64,
    width: f64,
}

/// A cause with what is to be said about it.
struct CauseShown<'s> {
    cause: &'s CauseTold,
    meaning: String,
    fix: Option<&'static str>,
    rows: &'s [SampleRow],
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'s> {
    story: &'s Story,
    /// What styles are known by.
    nonce: String,
    is_good: bool,
    headline: String,
    took: String,
    /// When it ended, to the minute.
    ended: String,
    per_second: String,
    parts: Vec<Part>,
    plots: Vec<Plot>,
    failures: Vec<CauseShown<'s>>,
    more_failures: Vec<CauseShown<'s>>,
    warnings: Vec<CauseShown<'s>>,
    more_columns: usize,
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
    let mut failures: Vec<_> = failures.into_iter().map(shown).collect();
    let more_failures = failures.split_off(failures.len().min(MOST_IN_FULL));
    let summary = &story.summary;
    let settled = summary.settled();
    #[expect(clippy::cast_precision_loss, reason = "for showing")]
    let per_second = summary.requests as f64 / summary.elapsed_seconds.max(0.001);
    let page = Page {
        story,
        nonce: format!("{:032x}", fastrand::u128(..)),
        is_good: summary.exit_code == 0,
        headline: headline(story),
        ended: summary.finished_at.get(..16).unwrap_or_default().replace('T', " ") + " UTC",
        took: duration(summary.elapsed_seconds),
        per_second: format!("{per_second:.0}"),
        parts: parts(story, settled),
        plots: plots(&story.series, story.opening.rate),
        failures,
        more_failures,
        warnings: warnings.into_iter().take(MOST_IN_FULL).map(shown).collect(),
        more_columns: story.opening.unmapped.len().saturating_sub(MOST_COLUMNS),
        created: sample.created(),
    };
    page.render().map_err(|error| error.to_string())
}

impl Page<'_> {
    fn columns(&self) -> &[super::story::UnmappedTold] {
        self.story.opening.unmapped.get(..MOST_COLUMNS).unwrap_or(&self.story.opening.unmapped)
    }
}

impl<'s> CauseShown<'s> {
    fn of(cause: &'s CauseTold, sample: &'s Sample) -> Self {
        let code = Code::named(&cause.code);
        let meaning = match (code, &cause.said) {
            (Some(code), _) => advice::meaning(code).to_owned(),
            (None, Some(said)) => format!("the API said \u{201c}{}\u{201d}", crate::model::printable(said)),
            (None, None) => "the API refused the contact".to_owned(),
        };
        let fix = advice::fix(code.unwrap_or(Code::Refused));
        Self { cause, meaning, fix, rows: sample.of_cause(&cause.status, &cause.code) }
    }
}

/// What a person wants to know first.
fn headline(story: &Story) -> String {
    let summary = &story.summary;
    let failed = summary.invalid + summary.rejected + summary.failed;
    match summary.exit_code {
        0 if summary.rows_read == 0 => "The file has no rows".to_owned(),
        0 => "Every row ended as wanted".to_owned(),
        1 if failed == 1 => "Finished; 1 row needs a look".to_owned(),
        1 => format!("Finished; {failed} rows need a look"),
        4 => "The API token was refused".to_owned(),
        8 => format!("Finished; {} rows are not certain yet", summary.unconfirmed),
        130 | 143 => "Stopped by hand; the same command goes on".to_owned(),
        _ => "Stopped early; the same command goes on".to_owned(),
    }
}

fn parts(story: &Story, settled: u64) -> Vec<Part> {
    let summary = &story.summary;
    let counts = [
        (Status::Created, summary.created, "in the account now, by this import"),
        (Status::Existing, summary.existing, "there before; nothing was written"),
        (Status::Updated, summary.updated, "there before, and changed as asked"),
        (Status::Duplicate, summary.duplicate, "the same contact as an earlier row"),
        (Status::Invalid, summary.invalid, "not sent: the row cannot be a contact"),
        (Status::Rejected, summary.rejected, "sent, and the API said no"),
        (Status::Failed, summary.failed, "not created; it can be sent again"),
        (Status::Unconfirmed, summary.unconfirmed, "nobody can say yet; the same command finds out"),
    ];
    let rows = counts.into_iter().map(|(status, rows, meaning)| (status.to_string(), rows, meaning));
    let left = ("not attempted".to_owned(), summary.not_attempted, "the run stopped before");
    let all = (settled + summary.not_attempted).max(1);
    let mut from = 0.0;
    rows.chain([left])
        .filter(|(word, rows, _)| *rows > 0 || word == "created")
        .map(|(word, rows, meaning)| {
            #[expect(clippy::cast_precision_loss, reason = "for showing")]
            let share = rows as f64 / all as f64;
            let part = Part {
                class: word.replace(' ', "-"),
                word,
                rows,
                share: percent(share),
                meaning,
                from,
                width: share * 1000.0,
            };
            from += part.width;
            part
        })
        .collect()
}

/// A share that is never rounded to nothing or to everything.
fn percent(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".to_owned(),
        share if share < 0.1 => "< 0.1 %".to_owned(),
        share if share > 99.9 && share < 100.0 => "> 99.9 %".to_owned(),
        share if share.fract() == 0.0 => format!("{share:.0} %"),
        share => format!("{share:.1} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_share_is_rounded_away() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(1e-6), "< 0.1 %");
        assert_eq!(percent(0.999_999), "> 99.9 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(0.125), "12.5 %");
    }
}
