//! From when on texts are looked for in a set: few are found sooner by comparing each with each, many would take as long as their
//! square.

/// Most that are few.
const FEW: usize = 32;

/// Whether so many are kept in a set.
pub(super) fn are_many(texts: usize) -> bool {
    texts > FEW
}
