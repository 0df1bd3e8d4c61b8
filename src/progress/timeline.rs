//! How a run went over time, in a bounded number of points, however long it takes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::model::{Event, Watch};

/// Most points. When there are more, each two become one.
const MOST_POINTS: usize = 120;
/// Length of a point at first.
const FIRST_WIDTH: Duration = Duration::from_millis(250);
/// Longest answer that is told apart from longer ones, in milliseconds.
const LONGEST_MS: u64 = 120_000;

/// A run over time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Length of a point.
    pub seconds_per_point: f64,
    /// From the start of sending on.
    pub points: Vec<Point>,
}

/// What happened in one stretch of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Rows whose story ended.
    pub settled: u64,
    /// Those of them that failed.
    pub failures: u64,
    /// Requests that left.
    pub requests: u64,
    /// 429 answers.
    pub throttled: u64,
    /// Half of the answers came within so many milliseconds; `None` without an answer.
    pub latency_p50_ms: Option<u64>,
    /// 95 % of the answers did.
    pub latency_p95_ms: Option<u64>,
}

/// Takes down how a run goes over time.
#[derive(Debug)]
pub struct Timeline(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    origin: Instant,
    width: Duration,
    bins: Vec<Bin>,
}

#[derive(Debug, Default)]
struct Bin {
    point: Point,
    latency: Option<Histogram<u32>>,
}

impl Bin {
    fn swallow(&mut self, other: &Self) {
        let (mine, more) = (&mut self.point, other.point);
        mine.settled += more.settled;
        mine.failures += more.failures;
        mine.requests += more.requests;
        mine.throttled += more.throttled;
        match (&mut self.latency, &other.latency) {
            // Both have the same bounds, so that all values of one fit into the other.
            (Some(mine), Some(more)) => drop(mine.add(more)),
            (mine @ None, Some(more)) => *mine = Some(more.clone()),
            (_, None) => {}
        }
    }

    fn point(&self) -> Point {
        let quantile = |q: f64| self.latency.as_ref().map(|latency| latency.value_at_quantile(q));
        Point { latency_p50_ms: quantile(0.5), latency_p95_ms: quantile(0.95), ..self.point }
    }
}

impl Default for Timeline {
    fn default() -> Self {
        Self(Mutex::new(Inner { origin: Instant::now(), width: FIRST_WIDTH, bins: Vec::new() }))
    }
}

impl Timeline {
    /// Begins now.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was taken down so far.
    pub fn series(&self) -> Series {
        let inner = self.inner();
        Series {
            seconds_per_point: inner.width.as_secs_f64(),
            points: inner.bins.iter().map(Bin::point).collect(),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn now(&mut self) -> Option<&mut Bin> {
        let mut index = self.index();
        while index >= MOST_POINTS {
            let bins = std::mem::take(&mut self.bins);
            let mut bins = bins.into_iter();
            while let Some(mut bin) = bins.next() {
                if let Some(other) = bins.next() {
                    bin.swallow(&other);
                }
                self.bins.push(bin);
            }
            self.width *= 2;
            index = self.index();
        }
        while self.bins.len() <= index {
            self.bins.push(Bin::default());
        }
        self.bins.get_mut(index)
    }

    fn index(&self) -> usize {
        let index = self.origin.elapsed().as_nanos() / self.width.as_nanos().max(1);
        usize::try_from(index).unwrap_or(usize::MAX)
    }
}

impl Watch for Timeline {
    fn see(&self, event: &Event) {
        let mut inner = self.inner();
        let Some(bin) = inner.now() else { return };
        match event {
            Event::Settled(_, status) => {
                bin.point.settled += 1;
                bin.point.failures += u64::from(status.is_failure());
            }
            Event::Requested => bin.point.requests += 1,
            Event::Throttled(_) => bin.point.throttled += 1,
            Event::Answered(took) => {
                if bin.latency.is_none() {
                    bin.latency = Histogram::new_with_bounds(1, LONGEST_MS, 1).ok();
                }
                if let Some(latency) = &mut bin.latency {
                    let took = u64::try_from(took.as_millis()).unwrap_or(LONGEST_MS);
                    latency.saturating_record(took.clamp(1, LONGEST_MS));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RowNumber, Status};

    #[tokio::test(start_paused = true)]
    async fn a_long_run_has_few_points_and_nothing_is_lost_in_them() {
        let timeline = Timeline::new();
        for second in 0..5000_u64 {
            timeline.see(&Event::Requested);
            timeline.see(&Event::Answered(Duration::from_millis(if second % 10 == 0 { 900 } else { 40 })));
            let status = if second % 4 == 0 { Status::Invalid } else { Status::Created };
            timeline.see(&Event::Settled(RowNumber::new(second + 1), status));
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        let series = timeline.series();
        assert!((60..=120).contains(&series.points.len()), "{}", series.points.len());
        assert_eq!(series.points.iter().map(|point| point.settled).sum::<u64>(), 5000);
        assert_eq!(series.points.iter().map(|point| point.failures).sum::<u64>(), 1250);
        let covered = series.seconds_per_point * series.points.len() as f64;
        assert!((4999.0..5200.0).contains(&covered), "{covered}");
        let middle = series.points[30];
        assert!((38..=42).contains(&middle.latency_p50_ms.unwrap()), "{middle:?}");
        assert!(middle.latency_p95_ms.unwrap() >= 850, "{middle:?}");
    }
}
