//! A header that does not stand where it was read, because a report's title stands above it.

use super::failure::Failure;
use crate::input::InputFiles;
use crate::mapping::{Mapping, MappingError};
use crate::model::printable;
use crate::words::message;

/// Most names of columns that are shown.
const MOST_SHOWN: usize = 6;

/// Why the header gives no contacts: because another line is the header, if one is; else as the mapping says.
pub(super) fn or_unmapped(mapping: &Mapping, input: &InputFiles, error: MappingError) -> Failure {
    let may_be_title = matches!(error, MappingError::Missing { .. } | MappingError::NoSuchColumn { .. });
    may_be_title.then(|| find(mapping, input)).flatten().unwrap_or_else(|| error.into())
}

/// That a line further down is the header, if one is and the first one is not.
pub(super) fn find(mapping: &Mapping, input: &InputFiles) -> Option<Failure> {
    let (file, header, candidates) = input.header_candidates()?;
    if mapping.is_header(&header.names) {
        return None;
    }
    let found = candidates.into_iter().find(|candidate| mapping.is_header(&candidate.names))?;
    let path = printable(&file.path().display().to_string());
    let named = found.names.iter().filter(|name| !name.trim().is_empty());
    let columns: Vec<String> = named.take(MOST_SHOWN).map(|name| printable(name.trim())).collect();
    let (line, below) = (header.line.to_string(), found.line.to_string());
    let what = message!("header-below", path, line, below = &below, columns = columns.join(", "));
    Some(Failure::usage(what).hint(message!("header-below.fix", below)))
}
