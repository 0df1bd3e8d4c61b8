//! Did you mean?

/// The candidate that is most like `text`, if one is like it at all.
pub(super) fn nearest<'c>(text: &str, candidates: impl Iterator<Item = &'c str>) -> Option<String> {
    let text = text.trim().to_lowercase();
    candidates
        .map(|candidate| (strsim::jaro_winkler(&text, &candidate.trim().to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate.to_owned())
}
