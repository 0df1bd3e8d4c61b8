//! One window and one pacer for several processes, decided purely; [`super::shared`] keeps it in a file.
//!
//! Each request that counts has a cell: until when, and under which limit it left. Times are those of a clock that all
//! processes of a machine share. A cell whose time is long past or impossibly far away is free: so a process that dies
//! leaves nothing to be tidied up, and neither does a machine that was started anew.

use std::time::Duration;

use super::pacer::{Pacer, Steps};
use super::window::LONGEST_COUNT;

/// One request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Cell {
    /// It counts until then.
    pub(super) until: Duration,
    /// Requests per second that its process may send.
    pub(super) limit: u32,
}

impl Cell {
    /// A request that leaves now; how long it counts is told by its answer.
    fn taken(now: Duration, limit: u32) -> Self {
        Self { until: now + LONGEST_COUNT, limit }
    }

    fn counts(&self, now: Duration) -> bool {
        now < self.until && self.until <= now + LONGEST_COUNT * 2
    }
}

/// Where a request has its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Granted {
    /// Number of the cell; it may be the one behind the last.
    pub(super) index: usize,
    /// What stands in it now.
    pub(super) cell: Cell,
}

/// May a request of a process with this limit leave now? All processes together send at most what the one with the
/// highest limit may.
///
/// # Errors
///
/// How long to wait before it is worth asking again.
pub(super) fn grant(
    pacer: &mut Pacer,
    cells: &[Cell],
    limit: u32,
    now: Duration,
) -> Result<Granted, Duration> {
    let counting = || cells.iter().filter(|cell| cell.counts(now));
    let highest = counting().map(|cell| cell.limit).fold(limit, u32::max);
    let steps = Steps::within(f64::from(highest));
    // A pacer that is further ahead than any step is from another time.
    if pacer.due > now + steps.interval + steps.slack {
        pacer.due = now;
    }
    if counting().count() >= highest as usize {
        let first = counting().map(|cell| cell.until).min().unwrap_or(now);
        return Err(first.saturating_sub(now));
    }
    if let Some(wait) = pacer.wait(now, steps) {
        return Err(wait);
    }
    pacer.leave(now, steps);
    let index = cells.iter().position(|cell| !cell.counts(now)).unwrap_or(cells.len());
    Ok(Granted { index, cell: Cell::taken(now, limit) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1000);

    /// Processes with these limits that send as much as they may and are answered at once; how many each sent.
    fn send(limits: &[u32], seconds: u64) -> (Vec<usize>, Vec<Duration>) {
        let (mut pacer, mut cells, mut now) = (Pacer::default(), Vec::new(), START);
        let (mut sent, mut times) = (vec![0; limits.len()], Vec::new());
        let mut luck = fastrand::Rng::with_seed(1);
        while now < START + Duration::from_secs(seconds) {
            now += Duration::from_micros(luck.u64(..600));
            let who = luck.usize(..limits.len());
            // Its own limit is each process's own affair.
            if sent[who] as f64 > f64::from(limits[who]) * (now - START).as_secs_f64() {
                continue;
            }
            if let Ok(granted) = grant(&mut pacer, &cells, limits[who], now) {
                if granted.index == cells.len() {
                    cells.push(granted.cell);
                }
                cells[granted.index] = Cell { until: now + Duration::from_secs(1), ..granted.cell };
                sent[who] += 1;
                times.push(now);
            }
        }
        (sent, times)
    }

    fn most_in_a_second(times: &[Duration]) -> usize {
        let in_a_second = |first: usize| {
            times[first..].iter().take_while(|time| **time - times[first] < Duration::from_secs(1)).count()
        };
        (0..times.len()).map(in_a_second).max().unwrap_or(0)
    }

    #[test]
    fn processes_together_stay_within_the_limit_and_share_it_fairly() {
        let (sent, times) = send(&[300, 300, 300], 10);
        assert!(most_in_a_second(&times) <= 300, "{}", most_in_a_second(&times));
        assert!(times.len() > 2900, "{}", times.len());
        assert!(sent.iter().all(|sent| *sent > 800), "{sent:?}");
    }

    #[test]
    fn the_highest_limit_holds_for_all_together_and_the_lower_one_is_not_starved() {
        let (sent, times) = send(&[300, 50], 10);
        assert!(most_in_a_second(&times) <= 300);
        assert!(sent[1] > 400, "{sent:?}");
    }

    #[test]
    fn when_all_cells_count_the_wait_is_until_the_first_does_not() {
        let cells = [Cell { until: START + Duration::from_millis(300), limit: 2 }; 2];
        assert_eq!(grant(&mut Pacer::default(), &cells, 2, START), Err(Duration::from_millis(300)));
    }

    #[test]
    fn what_another_time_has_left_behind_does_not_count() {
        let strange = [Cell { until: START * 50, limit: 7 }, Cell { until: Duration::MAX, limit: u32::MAX }];
        let mut pacer = Pacer { due: START * 9 };
        let granted = grant(&mut pacer, &strange, 1, START).unwrap();
        assert_eq!((granted.index, granted.cell.limit), (0, 1));
        assert!(pacer.due < START + Duration::from_secs(2));
    }
}
