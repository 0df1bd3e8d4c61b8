//! The places of a walk through the contact list.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use super::answer::Place;

/// Most pages of one walk: twenty million contacts.
const MOST_PAGES: usize = 1_000_000;

/// Where a walk has been. A server that sends it in circles, or on and on, is not followed for ever.
#[derive(Debug, Default)]
pub struct Trail {
    been: HashSet<u64>,
    hasher: RandomState,
}

impl Trail {
    /// Notes a place; false if the walk has been there before, or has been at too many.
    pub fn goes_on(&mut self, place: &Place) -> bool {
        let place = match place {
            Place::Number(number) => self.hasher.hash_one((0_u8, number)),
            Place::After(cursor) => self.hasher.hash_one((1_u8, cursor)),
        };
        self.been.len() < MOST_PAGES && self.been.insert(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_ends_where_it_has_been_before_and_after_the_longest_list() {
        let mut trail = Trail::default();
        let after = |cursor: &str| Place::After(cursor.to_owned());
        for place in [Place::Number(1), after("1"), after("a"), after("b"), Place::Number(2)] {
            assert!(trail.goes_on(&place), "{place:?}");
        }
        for place in [Place::Number(1), after("a"), after("1")] {
            assert!(!trail.goes_on(&place), "{place:?}");
        }
        let pages = (3..).map(Place::Number).take_while(|place| trail.goes_on(place)).count();
        assert_eq!(pages, MOST_PAGES - 5);
    }
}
