//! Headers as people write them, made comparable.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Folds a header: compatibility forms, accents and what cannot be seen away, lower case, every run of other characters one
/// `_`, and a `_` where a lower-case letter meets an upper-case one.
///
/// `N° WhatsApp` → `n_whats_app`, `phoneNumber` → `phone_number`, `IDENTIFIER` → `identifier`, `Prénom` → `prenom`.
pub(super) fn fold(header: &str) -> String {
    let mut folded = String::with_capacity(header.len());
    let mut after_lower = false;
    for c in header.nfkd().filter(|&c| !is_combining_mark(c) && !is_unseen(c)) {
        if c.is_alphanumeric() {
            if c.is_uppercase() && after_lower {
                folded.push('_');
            }
            folded.extend(c.to_lowercase());
            after_lower = c.is_lowercase();
        } else {
            if !folded.is_empty() && !folded.ends_with('_') {
                folded.push('_');
            }
            after_lower = false;
        }
    }
    if folded.ends_with('_') {
        folded.pop();
    }
    folded
}

/// A soft hyphen, a space without width and the like. What parts words in Persian is none of them.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200d}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn headers_fold_to_their_bare_words() {
        for (header, folded) in [
            ("phoneNumber", "phone_number"),
            ("IDENTIFIER", "identifier"),
            ("  Numéro de téléphone ", "numero_de_telephone"),
            ("Champs personnalisés", "champs_personnalises"),
            ("first-name", "first_name"),
            ("Ｎａｍｅ", "name"),
            ("Tag(s)", "tag_s"),
            ("n° tel", "n_tel"),
            ("Nome\u{a0}completo", "nome_completo"),
            ("Ph\u{ad}one", "phone"),
            ("\u{feff}Phone\u{200b}\u{2060} ", "phone"),
            ("نام\u{200c}خانوادگی", "نام_خانوادگی"),
            ("__x__", "x"),
            ("", ""),
        ] {
            assert_eq!(fold(header), folded, "{header:?}");
        }
    }

    proptest! {
        #[test]
        fn a_folded_header_folds_to_itself(header in "[ -~]*") {
            prop_assert_eq!(fold(&fold(&header)), fold(&header));
        }
    }
}
