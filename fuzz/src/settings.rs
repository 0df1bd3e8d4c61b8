//! A settings file of somebody else's folder: no panic, and what is wrong with it is told without its values.

use callbell_import::cli::fault_in_settings;

/// Stands for a value that is a secret in the wrong place.
const SECRET: &str = "Zx81SECRETe90b";

/// Fails if what is said above does not hold of these bytes.
pub fn try_it(data: &[u8]) {
    let text = super::text(data);
    let Some(fault) = fault_in_settings(text) else { return };
    assert!(!fault.contains('\u{1b}'), "{fault:?}");
    // Keys are told, values never.
    let mut places = text.match_indices(SECRET).map(|(at, _)| &text[..at]);
    let is_value = places.all(|before| before.ends_with("= \"") || before.ends_with("= '"));
    assert!(!is_value || !fault.contains(SECRET) || fault.contains(&format!("= \"{SECRET}")), "{fault}");
}
