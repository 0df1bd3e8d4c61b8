//! What was only guessed of a list's columns: told, or refused where nobody is asked.

use super::failure::Failure;
use super::given;
use super::prepare::Prepared;
use crate::mapping::{Chosen, Origin};
use crate::words::{Message, message};

/// Refuses to send what rests on a guess, unless somebody has said `yes` to all guesses, or `can_ask`: somebody sees the plan and is
/// asked.
pub(super) fn refuse_a_guess(prepared: &Prepared, yes: bool, can_ask: bool) -> Result<(), Failure> {
    let guesses = prepared.resolved.guessed_required();
    if guesses.is_empty() || yes || can_ask {
        return Ok(());
    }
    let (guesses, flags, is_profile) = told_guesses(prepared);
    let hint = if is_profile {
        message!("guessed-profile.fix", flags)
    } else {
        message!("guessed-column.fix", flags)
    };
    Err(Failure::usage(message!("guessed", guesses)).hint(hint))
}

/// All that rests on a guess, the flags that say that it is so, and whether a profile is among them. To say that the profile
/// is the right one says so of all fields that it gives.
pub(super) fn told_guesses(prepared: &Prepared) -> (Message, String, bool) {
    let guesses = prepared.resolved.guessed_required();
    let of_profile = |guess: &&&Chosen| guess.origin == Origin::Profile;
    let profile =
        prepared.resolved.profile.as_ref().filter(|_| guesses.iter().any(|guess| of_profile(&guess)));
    let mut told = Vec::new();
    let mut flags = Vec::new();
    if let Some(profile) = profile {
        let (title, found, of) = (&profile.title, profile.found, profile.of);
        told.push(message!("guessed-profile", title, found, of));
        flags.push(format!("--profile {}", given::quoted(&profile.name)));
    }
    for guess in guesses.iter().filter(|guess| !of_profile(guess)) {
        let field = guess.target.to_string();
        let map = guess.places.first().map_or_else(|| guess.from.to_string(), Clone::clone);
        flags.push(format!("--map {}", given::quoted(&format!("{field}={map}"))));
        told.push(message!("guessed-column", field, column = &guess.from));
    }
    (Message::list(told, ", "), flags.join(" "), profile.is_some())
}
