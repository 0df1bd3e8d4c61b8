//! The way in which it is found out who is there already, decided purely.

use super::walk::{self, Length};

/// How it is found out who is there already.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Way {
    /// One look-up for each row.
    LookUps {
        /// Requests.
        requests: u64,
        /// What a walk would cost, if the length of the list is known: requests, reads at most, seconds.
        walk: Option<(u64, u64, f64)>,
    },
    /// The list is walked, and there is one read for each row that is there.
    Walk {
        /// Requests of the walk.
        requests: u64,
        /// Reads at most.
        reads: u64,
        /// How long the walk takes, in seconds: one request after the other.
        seconds: f64,
        /// Requests that look-ups row by row would cost.
        look_ups: u64,
    },
    /// Nobody looks.
    None,
}

/// Chooses the way that takes less time. `rows` are those that can be looked up; each page of the `list` takes
/// `page_seconds`; `rate` is in requests per second. Pure.
#[expect(clippy::cast_precision_loss, reason = "a forecast need not be exact")]
pub fn choose(rows: u64, list: Option<Length>, page_seconds: f64, rate: Option<u32>) -> Way {
    let Some(list) = list.filter(|list| list.pages <= walk::MOST_PAGES) else {
        return Way::LookUps { requests: rows, walk: None };
    };
    let per_request = rate.map_or(0.0, |rate| 1.0 / f64::from(rate));
    let reads = rows.min(list.contacts.unwrap_or(list.pages * 20));
    let requests = walk::requests(list);
    let walk_seconds = requests as f64 * page_seconds.max(per_request);
    let by_walk = walk_seconds + reads as f64 * per_request;
    let by_look_ups = rows as f64 * per_request;
    let fewer = requests + reads < rows;
    let is_quicker = rate.is_none() || by_walk <= by_look_ups;
    // Few of the rows are there as a rule, and few more requests are no harm.
    if fewer && is_quicker || list.pages <= 1 && rows > requests {
        Way::Walk { requests, reads, seconds: walk_seconds, look_ups: rows }
    } else {
        Way::LookUps { requests: rows, walk: Some((requests, reads, by_walk)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_list_that_was_seen_to_its_end_there_is_no_more_to_ask_than_it_has() {
        for (contacts, rows, expected) in [(0, 1, Some((0, 0))), (1, 3, Some((2, 1))), (1, 2, None)] {
            let list = Length { pages: 1, contacts: Some(contacts) };
            let walked = match choose(rows, Some(list), 0.2, Some(150)) {
                Way::Walk { requests, reads, .. } => Some((requests, reads)),
                _ => None,
            };
            assert_eq!(walked, expected, "{contacts} contacts, {rows} rows");
        }
    }

    #[test]
    fn a_small_account_is_walked_and_a_big_one_is_asked_row_by_row() {
        for (rows, pages, page_seconds, walks) in [
            (100_000, Some(100), 0.2, true),
            (1000, Some(5000), 0.2, false),
            (10, Some(1), 0.2, true),
            (5, Some(1), 0.2, true),
            (4, Some(1), 0.2, false),    // a page and three look-ups
            (100, Some(10), 0.2, false), // every row may be there
            (1000, Some(10), 0.2, true),
            (1000, Some(40), 5.0, false), // a list that answers slowly
            (1000, None, 0.2, false),
        ] {
            let list = pages.map(|pages| Length { pages, contacts: None });
            let way = choose(rows, list, page_seconds, Some(150));
            assert_eq!(matches!(way, Way::Walk { .. }), walks, "{rows} {pages:?} {page_seconds}: {way:?}");
        }
    }
}
