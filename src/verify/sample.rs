//! How many contacts are read back, and which.

/// A part of them, or all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sample {
    /// All.
    All,
    /// So many.
    Contacts(usize),
    /// Such a share, in per cent, rounded up.
    Percent(f64),
}

/// Not a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a whole number from 1, or a share such as 5%")]
pub struct SampleError;

impl std::str::FromStr for Sample {
    type Err = SampleError;

    fn from_str(text: &str) -> Result<Self, SampleError> {
        match text.strip_suffix('%') {
            Some(share) => {
                let share: f64 = share.trim().parse().map_err(|_| SampleError)?;
                if share > 0.0 && share <= 100.0 { Ok(Self::Percent(share)) } else { Err(SampleError) }
            }
            None => text.parse().ok().filter(|count| *count > 0).map(Self::Contacts).ok_or(SampleError),
        }
    }
}

impl Sample {
    /// Which of `count` contacts, in order. The same seed chooses the same.
    pub fn choose(self, count: usize, seed: u64) -> Vec<usize> {
        let wanted = match self {
            Self::All => count,
            Self::Contacts(wanted) => wanted.min(count),
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a share of a count is one"
            )]
            Self::Percent(share) => ((count as f64 * share / 100.0).ceil() as usize).min(count),
        };
        // Each is chosen as likely as any other: of those left, as many as are still wanted.
        let mut luck = fastrand::Rng::with_seed(seed);
        let mut chosen = Vec::with_capacity(wanted);
        for at in 0..count {
            if luck.usize(..count - at) < wanted - chosen.len() {
                chosen.push(at);
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_and_shares_are_read_within_their_bounds() {
        assert_eq!("7".parse(), Ok(Sample::Contacts(7)));
        assert_eq!("2.5%".parse(), Ok(Sample::Percent(2.5)));
        for text in ["0", "0%", "101%", "-1", "x", "", "%", "NaN%"] {
            assert_eq!(text.parse::<Sample>(), Err(SampleError), "{text}");
        }
    }

    #[test]
    fn every_contact_is_chosen_sometimes() {
        let mut seen = [0; 10];
        for seed in 0..1000 {
            Sample::Contacts(3).choose(10, seed).into_iter().for_each(|at| seen[at] += 1);
        }
        assert!(seen.iter().all(|times| (200..400).contains(times)), "{seen:?}");
    }

    proptest! {
        #[test]
        fn a_sample_has_its_size_is_in_order_and_is_repeatable(count in 0_usize..200, wanted in 1_usize..250, seed: u64) {
            let chosen = Sample::Contacts(wanted).choose(count, seed);
            prop_assert_eq!(chosen.len(), wanted.min(count));
            prop_assert!(chosen.is_sorted_by(|one, next| one < next));
            prop_assert!(chosen.iter().all(|at| *at < count));
            prop_assert_eq!(&chosen, &Sample::Contacts(wanted).choose(count, seed));
            prop_assert_eq!(Sample::All.choose(count, seed).len(), count);
            prop_assert_eq!(Sample::Percent(0.01).choose(count, seed).len(), count.min(1));
        }
    }
}
