//! What was only guessed of a list's columns: told, or refused where nobody is asked.

use super::failure::Failure;
use super::given;
use super::prepare::Prepared;
use crate::mapping::Origin;
use crate::words::{Message, message};

/// All that rests on a guess.
pub(super) struct Guesses {
    /// In words.
    pub(super) told: Message,
    /// The flags that say that it is so, as a shell reads them.
    pub(super) flags: String,
    /// Whether the file is guessed to be an export of a program: to say that it is one says so of all fields that its profile gives.
    is_of_a_profile: bool,
}

impl Guesses {
    /// Those about the fields that every contact needs, if there are any.
    pub(super) fn of(prepared: &Prepared) -> Option<Self> {
        let (of_profile, of_columns): (Vec<_>, Vec<_>) = prepared
            .resolved
            .guessed_required()
            .into_iter()
            .partition(|guess| guess.origin == Origin::Profile);
        let profile = prepared.resolved.profile.as_ref().filter(|_| !of_profile.is_empty());
        let (mut told, mut flags) = (Vec::new(), Vec::new());
        if let Some(profile) = profile {
            let (title, found, of) = (&profile.title, profile.found, profile.of);
            told.push(message!("guessed-profile", title, found, of));
            flags.push(format!("--profile {}", given::quoted(&profile.name)));
        }
        for guess in of_columns {
            let field = guess.target.to_string();
            let map = guess.places.first().map_or_else(|| guess.from.to_string(), Clone::clone);
            flags.push(format!("--map {}", given::quoted(&format!("{field}={map}"))));
            told.push(message!("guessed-column", field, column = &guess.from));
        }
        let is_of_a_profile = profile.is_some();
        (!told.is_empty()).then(|| Self {
            told: Message::list(told, ", "),
            flags: flags.join(" "),
            is_of_a_profile,
        })
    }
}

/// Refuses to send what rests on a guess, unless somebody has said `yes` to all guesses, or `can_ask`: somebody sees the plan and is
/// asked.
pub(super) fn refuse_a_guess(prepared: &Prepared, yes: bool, can_ask: bool) -> Result<(), Failure> {
    let guesses = Guesses::of(prepared).filter(|_| !yes && !can_ask);
    let Some(Guesses { told, flags, is_of_a_profile }) = guesses else { return Ok(()) };
    let hint = if is_of_a_profile {
        message!("guessed-profile.fix", flags)
    } else {
        message!("guessed-column.fix", flags)
    };
    Err(Failure::usage(message!("guessed", guesses = told)).hint(hint))
}
