//! On a paused clock, against a line to a server that lets only so many through.

use std::collections::VecDeque;
use std::time::UNIX_EPOCH;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::*;
use crate::rate::window::{LONGEST_COUNT, SECOND};

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn at_most(limit: u32) -> Rate {
    Rate::new(PerSecond::AtMost(NonZeroU32::new(limit).unwrap()))
}

fn most_in_a_second(times: &[Duration]) -> usize {
    let mut first = 0;
    let in_a_second = |(last, time): (usize, &Duration)| {
        while *time - times[first] >= SECOND {
            first += 1;
        }
        last - first + 1
    };
    times.iter().enumerate().map(in_a_second).max().unwrap_or(0)
}

async fn leave(rate: &Rate, count: usize) -> Vec<Duration> {
    let start = Instant::now();
    let mut times = Vec::new();
    for _ in 0..count {
        rate.turn().await.answered(Asked::Write);
        times.push(start.elapsed());
    }
    times
}

#[tokio::test(start_paused = true)]
async fn no_rolling_second_has_more_than_the_asked_rate_and_little_is_wasted() {
    for limit in [1, 2, 10, 99, 150, 300, 1000] {
        let times = leave(&at_most(limit), 5 * limit as usize).await;
        assert!(most_in_a_second(&times) <= limit as usize, "{limit}");
        let took = times.last().unwrap().as_secs_f64();
        assert!(took <= 5.0 * 1.03, "{limit}: {took} s");
    }
}

#[tokio::test(start_paused = true)]
async fn what_rests_on_a_look_leaves_before_those_that_wait_for_their_turn() {
    let rate = Arc::new(at_most(1));
    drop(rate.turn().await);
    let start = Instant::now();
    let mut left = JoinSet::new();
    for number in 0..8 {
        let rate = Arc::clone(&rate);
        left.spawn(async move {
            // Those that have looked come last.
            sleep(ms(number)).await;
            let has_looked = number >= 6;
            let turn = if has_looked { rate.turn_after_a_look().await } else { rate.turn().await };
            turn.answered(Asked::Write);
            (start.elapsed(), has_looked)
        });
    }
    let mut order = left.join_all().await;
    order.sort();
    let looked: Vec<bool> = order.iter().map(|(_, has_looked)| *has_looked).collect();
    assert_eq!(looked, [false, true, true, false, false, false, false, false], "one stood there already");
    let times: Vec<Duration> = order.iter().map(|(time, _)| *time).collect();
    assert_eq!(most_in_a_second(&times), 1);
}

#[tokio::test(start_paused = true)]
async fn there_is_no_catching_up_after_a_pause() {
    let rate = at_most(300);
    let mut times = leave(&rate, 600).await;
    let last = *times.last().unwrap();
    sleep(ms(10_000)).await;
    let after = leave(&rate, 900).await;
    assert!(after.iter().filter(|time| **time < ms(3)).count() <= 5);
    times.extend(after.iter().map(|time| last + ms(10_000) + *time));
    assert!(most_in_a_second(&times) <= 300);
}

/// A line to a server that lets only so many through in any second.
#[derive(Clone, Copy)]
struct Server {
    /// One way, and what is added to each by chance.
    latency: Duration,
    jitter: Duration,
    /// Nothing gets through for a while at these times, and then all of it at once.
    stalls: &'static [u64],
    stall: Duration,
    /// Requests per second that it allows, by the second.
    allows: fn(u64) -> usize,
    /// Requests per second of somebody else, by the second; they count, too.
    foreign: fn(u64) -> u32,
    retry_after: Option<Duration>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            latency: ms(20),
            jitter: Duration::ZERO,
            stalls: &[],
            stall: Duration::ZERO,
            allows: |_| usize::MAX,
            foreign: |_| 0,
            retry_after: None,
        }
    }
}

/// What the server saw of ours.
#[derive(Default)]
struct Seen {
    /// Arrivals, in order.
    arrivals: Vec<Duration>,
    let_through: Vec<Duration>,
    refused: Vec<Duration>,
    /// Refused requests of somebody else.
    foreign_refused: usize,
    window: VecDeque<Duration>,
    /// Places when the last one left.
    places: usize,
}

impl Seen {
    fn admit(&mut self, now: Duration, allowed: usize) -> bool {
        while self.window.front().is_some_and(|time| now - *time >= SECOND) {
            self.window.pop_front();
        }
        let admitted = self.window.len() < allowed;
        if admitted {
            self.window.push_back(now);
        }
        admitted
    }

    fn a_second(times: &[Duration], seconds: std::ops::Range<u64>) -> f64 {
        let inside = times.iter().filter(|time| seconds.contains(&time.as_secs())).count();
        inside as f64 / (seconds.end - seconds.start) as f64
    }
}

/// Sends `count` requests, or for so many seconds.
async fn send(rate: Rate, server: Server, count: usize, seconds: u64, seed: u64) -> (Seen, Duration) {
    let (rate, start) = (Arc::new(rate), Instant::now());
    let seen = Arc::new(Mutex::new(Seen::default()));
    let foreign = tokio::spawn({
        let seen = Arc::clone(&seen);
        async move {
            loop {
                let second = start.elapsed().as_secs();
                match (server.foreign)(second) {
                    0 => sleep(ms(10)).await,
                    per_second => {
                        sleep(Duration::from_secs_f64(1.0 / f64::from(per_second))).await;
                        let mut seen = seen.lock().unwrap();
                        let admitted = seen.admit(start.elapsed(), (server.allows)(second));
                        seen.foreign_refused += usize::from(!admitted);
                    }
                }
            }
        }
    });
    let mut luck = fastrand::Rng::with_seed(seed);
    let mut walking = JoinSet::new();
    let (mut sent, mut last_left) = (0, Duration::ZERO);
    while sent < count && start.elapsed() < Duration::from_secs(seconds) {
        let place = rate.places().take().await;
        let turn = rate.turn().await;
        last_left = start.elapsed();
        sent += 1;
        let mut way = || server.latency + server.jitter.mul_f64(luck.f64());
        let (there, back) = (way(), way());
        let (rate, seen) = (Arc::clone(&rate), Arc::clone(&seen));
        walking.spawn(async move {
            sleep(there).await;
            let stalls = server.stalls.iter().map(|at| start + ms(*at));
            if let Some(stall) = stalls
                .into_iter()
                .find(|&stall| Instant::now() >= stall && Instant::now() < stall + server.stall)
            {
                sleep_until(stall + server.stall).await;
            }
            let now = start.elapsed();
            let admitted = {
                let mut seen = seen.lock().unwrap();
                seen.arrivals.push(now);
                let admitted = seen.admit(now, (server.allows)(now.as_secs()));
                if admitted {
                    seen.let_through.push(now)
                } else {
                    seen.refused.push(now)
                }
                admitted
            };
            sleep(back).await;
            if admitted {
                turn.answered(Asked::Write);
                rate.accepted();
            } else {
                drop(turn);
                rate.throttled(server.retry_after);
            }
            drop(place);
        });
        while walking.try_join_next().is_some() {}
    }
    seen.lock().unwrap().places = rate.places().count();
    while walking.join_next().await.is_some() {}
    foreign.abort();
    let mut seen = std::mem::take(&mut *seen.lock().unwrap());
    seen.arrivals.sort_unstable();
    (seen, last_left)
}

#[tokio::test(start_paused = true)]
async fn three_thousand_requests_at_three_hundred_take_ten_seconds_at_any_latency() {
    for (latency, jitter) in [(0, 0), (10, 0), (10, 10), (75, 0), (75, 8)] {
        let server = Server { latency: ms(latency), jitter: ms(jitter), ..Server::default() };
        for seed in 0..3 {
            let (seen, took) = send(at_most(300), server, 3000, 60, seed).await;
            let most = most_in_a_second(&seen.arrivals);
            assert!(most <= 300, "{latency} ms: {most}");
            // The first second, in which places are found, is named apart.
            let running = seen.arrivals.iter().position(|time| *time >= SECOND).unwrap();
            let expected = (3000 - running) as f64 / 300.0;
            let took_running = (*seen.arrivals.last().unwrap() - seen.arrivals[running]).as_secs_f64();
            assert!(took_running <= 1.02 * expected, "{latency} ± {jitter} ms: {took_running} of {expected}");
            assert!(took < ms(10_700), "{latency} ± {jitter} ms: {took:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_that_stalls_and_lets_go_brings_no_more_than_the_limit_in_any_second() {
    let server = Server { jitter: ms(8), stalls: &[3000, 5400, 6900], stall: ms(150), ..Server::default() };
    for seed in 0..5 {
        let (seen, took) = send(at_most(300), server, 3000, 60, seed).await;
        let most = most_in_a_second(&seen.arrivals);
        assert!(most <= 300, "{most}");
        assert!(took < ms(12_000), "{took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn places_are_those_that_the_rate_needs_at_this_latency() {
    for (latency, places) in [(0, 4..9), (20, 12..26), (150, 60..65)] {
        let server = Server { latency: ms(latency / 2), ..Server::default() };
        let (seen, _) = send(at_most(300), server, 1500, 60, 1).await;
        assert!(places.contains(&seen.places), "{latency} ms: {}", seen.places);
    }
}

#[tokio::test(start_paused = true)]
async fn a_429_holds_everybody_for_the_time_the_server_names() {
    let rate = Arc::new(at_most(300));
    drop(rate.turn().await);
    assert_eq!(rate.throttled(Some(ms(7000))), ms(7000));
    let start = Instant::now();
    let mut waiting = JoinSet::new();
    for _ in 0..20 {
        let rate = Arc::clone(&rate);
        waiting.spawn(async move {
            let _turn = rate.turn().await;
            start.elapsed()
        });
    }
    while let Some(waited) = waiting.join_next().await {
        assert!(waited.unwrap() >= ms(7000));
    }
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_429s_without_a_time_is_one_hold_and_the_next_is_longer() {
    let rate = Rate::new(PerSecond::Unlimited);
    assert_eq!(rate.throttled(None), ms(1000));
    assert_eq!(rate.throttled(None), ms(1000), "the same storm");
    drop(rate.turn().await);
    assert_eq!(rate.throttled(None), ms(2000));
    drop(rate.turn().await);
    rate.accepted();
    assert_eq!(rate.throttled(None), ms(1000));
}

#[tokio::test(start_paused = true)]
async fn a_hold_is_over_when_its_time_is_and_the_next_429_begins_another() {
    let rate = Rate::new(PerSecond::Unlimited);
    assert_eq!(rate.throttled(None), ms(1000));
    tokio::time::advance(ms(999)).await;
    assert_eq!(rate.throttled(None), ms(1), "what is left of it");
    tokio::time::advance(ms(1)).await;
    assert_eq!(rate.throttled(None), ms(2000));
}

#[test]
fn what_another_process_sent_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Shared::open(folder.path(), "budget", NonZeroU32::MIN, UNIX_EPOCH).unwrap();
    open().leave().unwrap().unwrap();
    let limit = PerSecond::AtMost(NonZeroU32::MIN);
    let rate = Rate::with(limit, Headroom::default(), Places::at_most(1), Some(open()));
    let next = rate.line.state().try_leave(rate.line.origin);
    assert!(matches!(next, Err(Wait::UntilOrEnd(until)) if until > Instant::now()));
}

#[test]
fn what_cannot_be_shared_once_is_not_shared_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("state");
    let limit = NonZeroU32::new(300).unwrap();
    let open = || Shared::open(&inside, "budget", limit, UNIX_EPOCH).unwrap();
    let (limit, places) = (PerSecond::AtMost(limit), Places::at_most(1));
    let rate = Rate::with(limit, Headroom::default(), places, Some(open()));
    let may_leave = || matches!(rate.line.state().try_leave(rate.line.origin), Ok(None));
    std::fs::remove_dir_all(&inside).unwrap();
    assert!(may_leave(), "alone");
    open();
    assert!(may_leave(), "still alone");
}

#[tokio::test(start_paused = true)]
async fn a_hold_that_grows_while_someone_waits_holds_that_one_too() {
    let rate = Arc::new(at_most(300));
    rate.throttled(Some(ms(1000)));
    let start = Instant::now();
    let waiting = tokio::spawn({
        let rate = Arc::clone(&rate);
        async move {
            let _turn = rate.turn().await;
            start.elapsed()
        }
    });
    tokio::task::yield_now().await;
    rate.throttled(Some(ms(5000)));
    assert!(waiting.await.unwrap() >= ms(5000));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_does_not_use_up_the_rate_for_ever() {
    let rate = at_most(10);
    let mut open = Vec::new();
    for _ in 0..30 {
        open.push(rate.turn().await);
    }
    let start = Instant::now();
    let _turn = rate.turn().await;
    assert!(start.elapsed() <= LONGEST_COUNT);
}

#[tokio::test(start_paused = true)]
async fn where_the_server_allows_less_nearly_all_of_that_is_used_and_nearly_nothing_refused() {
    for latency in [2, 25, 150] {
        for retry_after in [None, Some(ms(1000))] {
            let server = Server { latency: ms(latency), allows: |_| 120, retry_after, ..Server::default() };
            let (seen, _) = send(at_most(300), server, usize::MAX, 105, 1).await;
            let through = Seen::a_second(&seen.let_through, 5..105);
            let refused = Seen::a_second(&seen.refused, 5..105);
            let case = format!("{latency} ms, {retry_after:?}: {through} through, {refused} refused");
            assert!(through >= 0.95 * 120.0, "{case}");
            assert!(refused < 0.01 * through, "{case}");
            // Before that, too, it is not hammered.
            assert!(Seen::a_second(&seen.refused, 0..5) < 25.0, "{case}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn when_the_server_allows_more_again_it_is_used_within_half_a_minute() {
    let server =
        Server { allows: |second| if (20..40).contains(&second) { 120 } else { 300 }, ..Server::default() };
    let (seen, _) = send(at_most(300), server, usize::MAX, 100, 1).await;
    let through = |seconds| Seen::a_second(&seen.let_through, seconds);
    assert!(through(5..20) >= 290.0, "{}", through(5..20));
    assert!(through(25..40) >= 110.0, "{}", through(25..40));
    assert!(through(70..100) >= 290.0, "{}", through(70..100));
    assert!(Seen::a_second(&seen.refused, 20..40) < 3.0);
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_others_use_too_is_shared_and_used() {
    let server = Server {
        allows: |_| 300,
        foreign: |second| if (20..60).contains(&second) { 150 } else { 0 },
        ..Server::default()
    };
    let (seen, _) = send(at_most(300), server, usize::MAX, 110, 1).await;
    let through = |seconds| Seen::a_second(&seen.let_through, seconds);
    assert!(through(30..60) >= 0.9 * 150.0, "{}", through(30..60));
    assert!(through(90..110) >= 0.95 * 300.0, "{}", through(90..110));
}

#[tokio::test(start_paused = true)]
async fn headroom_leaves_room_for_others_and_gives_way_when_they_need_more() {
    let limit = NonZeroU32::new(300).unwrap();
    let server = Server {
        allows: |_| 300,
        foreign: |second| if (20..80).contains(&second) { 150 } else { 50 },
        ..Server::default()
    };
    let refused_with = async |share| {
        let headroom = Headroom::new(share).unwrap();
        let rate = Rate::with(PerSecond::AtMost(headroom.of(limit)), headroom, Places::at_most(64), None);
        let (seen, _) = send(rate, server, usize::MAX, 80, 1).await;
        (seen.foreign_refused, Seen::a_second(&seen.let_through, 30..80))
    };
    let (without, with) = (refused_with(0.0).await, refused_with(0.2).await);
    assert!(with.0 * 4 < without.0, "{with:?}, {without:?}");
    assert!(with.1 > 100.0 && with.1 < 150.0, "{with:?}");
}
