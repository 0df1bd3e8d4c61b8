//! The stories of a job's parts, told as one.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::part::Aside;
use crate::cli::exit::Exit;
use crate::cli::learnt::of_manners;
use crate::model::{ApiManners, Stop};
use crate::progress::{Point, Series};
use crate::report::{CauseTold, Story, Summary, stop_words};

/// Most points of the whole.
const MOST_POINTS: usize = 120;
/// Length of a point at least, as in the story of one run.
const LEAST_WIDTH: f64 = 0.25;

/// The whole.
pub(super) struct Joined {
    pub(super) story: Story,
    pub(super) exit: Exit,
}

/// Joins stories in the order of their rows, with how the account answered; `not_begun` rows are in no part. `None` if there
/// is no story.
pub(super) fn join(told: Vec<(Story, Aside)>, not_begun: u64) -> Option<Joined> {
    let (stories, asides): (Vec<Story>, Vec<Aside>) = told.into_iter().unzip();
    let mut manners = ApiManners::default();
    asides.into_iter().for_each(|aside| manners.join(aside.manners));
    let first = stories.first()?;
    let began = stories.iter().filter_map(|story| time(&story.summary.started_at)).min();
    let ended = stories.iter().filter_map(|story| time(&story.summary.finished_at)).max();
    let (began, ended) = (began.unwrap_or(SystemTime::UNIX_EPOCH), ended.unwrap_or(SystemTime::UNIX_EPOCH));
    let elapsed = ended.duration_since(began).unwrap_or_default();
    let series = series(&stories, began, elapsed);
    // A part that ended because another one stopped says no more than that.
    let cancelled = Stop::Cancelled;
    let stopped = stories.iter().filter(|story| story.summary.stopped_by.is_some());
    let stop = stopped.min_by_key(|story| story.summary.stopped_by.as_deref() == Some(cancelled.as_str()));
    let (by, told) = match stop {
        Some(story) => (story.summary.stopped_by.clone(), story.stop.clone()),
        None if not_begun > 0 => (Some(cancelled.as_str().into()), Some(stop_words(&cancelled))),
        None => (None, None),
    };
    let mut summary = Summary {
        started_at: humantime::format_rfc3339_millis(began).to_string(),
        finished_at: humantime::format_rfc3339_millis(ended).to_string(),
        elapsed_seconds: (elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
        ..first.summary.clone()
    };
    for story in &stories[1..] {
        add(&mut summary, &story.summary);
    }
    summary.rows_read += not_begun;
    summary.not_attempted += not_begun;
    summary.stopped_by = by;
    let failures = summary.invalid + summary.rejected + summary.failed;
    let exit = match &summary.stopped_by {
        Some(by) if by == "token_refused" => Exit::Token,
        Some(_) => Exit::Stopped,
        None if summary.unconfirmed > 0 => Exit::Unconfirmed,
        None if failures > 0 => Exit::SomeFailed,
        None => Exit::Done,
    };
    summary.exit_code = exit.code();
    let story = Story {
        by_lookup: stories.iter().map(|story| story.by_lookup).sum(),
        opening: first.opening.clone(),
        learnt: [first.learnt.clone(), of_manners(&manners)].concat(),
        stop: told,
        causes: causes(&stories),
        next: Vec::new(),
        series,
        summary,
    };
    Some(Joined { story, exit })
}

fn time(text: &str) -> Option<SystemTime> {
    humantime::parse_rfc3339(text).ok()
}

fn add(sum: &mut Summary, part: &Summary) {
    for (sum, part) in [
        (&mut sum.rows_read, part.rows_read),
        (&mut sum.created, part.created),
        (&mut sum.existing, part.existing),
        (&mut sum.updated, part.updated),
        (&mut sum.duplicate, part.duplicate),
        (&mut sum.invalid, part.invalid),
        (&mut sum.rejected, part.rejected),
        (&mut sum.failed, part.failed),
        (&mut sum.unconfirmed, part.unconfirmed),
        (&mut sum.not_attempted, part.not_attempted),
        (&mut sum.settled_before, part.settled_before),
        (&mut sum.requests, part.requests),
        (&mut sum.retries, part.retries),
        (&mut sum.throttled, part.throttled),
    ] {
        *sum += part;
    }
}

/// In the order in which one run tells them.
fn causes(stories: &[Story]) -> Vec<CauseTold> {
    let mut causes: BTreeMap<(&str, &str, &str, bool), CauseTold> = BTreeMap::new();
    for cause in stories.iter().flat_map(|story| &story.causes) {
        let key = (cause.status.as_str(), cause.code.as_str(), cause.field.as_str(), cause.at_a_contact);
        causes
            .entry(key)
            .and_modify(|known| {
                known.rows += cause.rows;
                if cause.first < known.first {
                    (known.first, known.first_line) = (cause.first, cause.first_line);
                    known.said.clone_from(&cause.said);
                }
            })
            .or_insert_with(|| cause.clone());
    }
    let mut causes: Vec<CauseTold> = causes.into_values().collect();
    causes.sort_by_key(|cause| (Reverse(cause.rows), cause.first));
    causes
}

/// The parts over the time of the whole. Of points that fall together, the percentiles are those of the busiest.
fn series(stories: &[Story], began: SystemTime, elapsed: Duration) -> Series {
    #[expect(clippy::cast_precision_loss, reason = "a width need not be exact")]
    let least = elapsed.as_secs_f64() / MOST_POINTS as f64;
    let widths = stories.iter().map(|story| story.series.seconds_per_point);
    let width = widths.fold(least.max(LEAST_WIDTH), f64::max);
    let mut points: Vec<(Point, u64)> = Vec::new();
    for story in stories {
        let start = time(&story.summary.started_at).and_then(|time| time.duration_since(began).ok());
        let start = start.unwrap_or_default().as_secs_f64();
        for (number, point) in story.series.points.iter().enumerate() {
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a place in a plot"
            )]
            let at = ((start + number as f64 * story.series.seconds_per_point) / width) as usize;
            while points.len() <= at {
                points.push((Point::default(), 0));
            }
            let (sum, busiest) = &mut points[at];
            sum.settled += point.settled;
            sum.failures += point.failures;
            sum.requests += point.requests;
            sum.throttled += point.throttled;
            if point.requests >= *busiest {
                *busiest = point.requests;
                (sum.latency_p50_ms, sum.latency_p95_ms) = (point.latency_p50_ms, point.latency_p95_ms);
            }
        }
    }
    Series { seconds_per_point: width, points: points.into_iter().map(|(point, _)| point).collect() }
}
