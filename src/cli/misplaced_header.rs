//! A header that does not stand where it was read, because a report's title stands above it.

use super::failure::Failure;
use super::given::{argument, quoted};
use crate::input::{Header, InputFile, InputFiles, Records, Unreadable};
use crate::mapping::{Mapping, MappingError, has_known_name};
use crate::model::printable;
use crate::words::{Message, Value, message};

/// What may stand between the columns of a line that is one cell.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];
/// Rows by which it is seen that each line is one.
const ROWS_LOOKED_AT: usize = 100;
/// Most names of columns that are shown.
const MOST_SHOWN: usize = 6;

/// Why the header gives no contacts: because another line is the header, if one is; else as the mapping says, with what may
/// be done about it in this file. `numbers`: the columns that hold telephone numbers, as far as their values show.
pub(super) fn or_unmapped(
    mapping: &Mapping,
    input: &InputFiles,
    numbers: &[String],
    error: MappingError,
) -> Failure {
    let may_be_title = matches!(error, MappingError::Missing { .. } | MappingError::NoSuchColumn { .. });
    if !may_be_title {
        return error.into();
    }
    if let Some(failure) = find(mapping, input) {
        return failure;
    }
    if let Some(failure) = lines_in_quotes(input) {
        return failure;
    }
    let file = input.files().first().map(|file| argument(file.path()));
    let file = Message::verbatim(file.unwrap_or_default());
    let mut hints: Vec<Message> = on_another_sheet(mapping, input).into_iter().collect();
    if let Some(line) = below_a_title(input) {
        hints.push(message!("header-perhaps-below", line = line.to_string()));
    }
    if matches!(error, MappingError::Missing { field: "identifier", .. }) {
        hints.extend(with_numbers(numbers));
    }
    hints.extend(error.hint_for(&file));
    Failure::from(error).hint(Message::list(hints, "\n      "))
}

/// That each line is one cell, which has the columns in it: so a spreadsheet saves a list that it opened with another delimiter.
fn lines_in_quotes(input: &InputFiles) -> Option<Failure> {
    let ([file], [name]) = (input.files(), &input.header().names[..]) else { return None };
    if !file.has_found_dialect() {
        return None;
    }
    let delimiters = |delimiter: char, cell: &str| cell.matches(delimiter).count();
    let delimiter = DELIMITERS.into_iter().max_by_key(|delimiter| delimiters(*delimiter, name))?;
    let columns = delimiters(delimiter, name) + 1;
    let rows = Records::new(input).ok()?.take(ROWS_LOOKED_AT).map_while(Result::ok);
    let (mut alike, mut all) = (0, 0);
    for row in rows {
        let cell = row.cells.get(0).map(String::from_utf8_lossy).unwrap_or_default();
        alike += usize::from(row.cells.len() == 1 && delimiters(delimiter, &cell) + 1 >= columns);
        all += 1;
    }
    if columns < 2 || all == 0 || alike * 10 < all * 9 {
        return None;
    }
    let path = printable(&file.path().display().to_string());
    let word = argument(file.path());
    let what = message!("lines-in-quotes", path, columns);
    Some(Failure::usage(what).hint(message!("lines-in-quotes.fix", file = word)))
}

/// That the list may stand on another sheet of the workbook: on the one whose columns are known, if there is one.
pub(super) fn on_another_sheet(mapping: &Mapping, input: &InputFiles) -> Option<Message> {
    let [file] = input.files() else { return None };
    let sheets: Vec<(&str, &[String])> = file.other_sheets().collect();
    let known = sheets.iter().find(|(_, header)| mapping.is_header(header));
    if let Some((name, _)) = known {
        let word = quoted(name);
        return Some(message!("header-on-sheet", sheet = printable(name), word));
    }
    let shown: Vec<String> = sheets.iter().map(|(name, _)| format!("`{}`", printable(name))).collect();
    (!shown.is_empty()).then(|| message!("header-perhaps-on-sheet", sheets = shown.join(", ")))
}

/// Which columns hold telephone numbers, and how the one is taken; of several the person takes one.
fn with_numbers(columns: &[String]) -> Option<Message> {
    match columns {
        [] => None,
        [column] => {
            let word = quoted(column);
            Some(message!("mapping-column-of-numbers", column = printable(column), word))
        }
        several => {
            let shown: Vec<String> =
                several.iter().map(|column| format!("`{}`", printable(column))).collect();
            Some(message!("mapping-columns-of-numbers", columns = shown.join(", ")))
        }
    }
}

/// The line that may be the header, where the one that was read as it has one filled cell, as a title does, and a line
/// below it several.
pub(super) fn below_a_title(input: &InputFiles) -> Option<u64> {
    let (_, header, candidates) = input.header_candidates()?;
    let filled = |names: &[String]| names.iter().filter(|name| !name.trim().is_empty()).count();
    let below = candidates.into_iter().find(|candidate| filled(&candidate.names) > 1)?;
    (filled(&header.names) == 1).then_some(below.line)
}

/// That a line further down is the header, if one is and the first one is not.
pub(super) fn find(mapping: &Mapping, input: &InputFiles) -> Option<Failure> {
    let (file, header, found) = header_in(mapping, input)?;
    let found = found?;
    let path = printable(&file.path().display().to_string());
    let named = found.names.iter().filter(|name| !name.trim().is_empty());
    let columns: Vec<String> = named.take(MOST_SHOWN).map(|name| printable(name.trim())).collect();
    let (line, below) = (header.line.to_string(), found.line.to_string());
    let what = message!("header-below", path, line, below = &below, columns = columns.join(", "));
    Some(Failure::usage(what).hint(message!("header-below.fix", below)))
}

/// Why files have no columns in common: because of titles above their headers, if each has one; else as `error` says.
/// `files`: each of them alone.
pub(super) fn or_other_columns(mapping: &Mapping, files: &[InputFiles], error: Unreadable) -> Failure {
    let headers: Option<Vec<_>> = files.iter().map(|file| header_in(mapping, file)).collect();
    let Some(headers) = headers else { return other_columns(files, error) };
    let lines: Vec<u64> = headers
        .iter()
        .map(|(_, header, found)| found.as_ref().map_or(header.line, |found| found.line))
        .collect();
    if headers.iter().all(|(_, _, found)| found.is_none()) {
        return other_columns(files, error);
    }
    // The flag says the same of all files.
    if lines.windows(2).all(|pair| pair[0] == pair[1]) {
        return files
            .iter()
            .find_map(|file| find(mapping, file))
            .unwrap_or_else(|| other_columns(files, error));
    }
    let told = headers.iter().zip(&lines).map(|((file, ..), line)| {
        message!(
            "header-of-file",
            path = printable(&file.path().display().to_string()),
            line = line.to_string()
        )
    });
    Failure::usage(message!("headers-on-other-lines", files = Value::list(told, "")))
        .hint(message!("headers-on-other-lines.fix"))
}

/// That files have no columns in common, without the names on a line of which none is known: it may be a person's row.
fn other_columns(files: &[InputFiles], error: Unreadable) -> Failure {
    let unknown = files.iter().find(|file| !has_known_name(&file.header().names));
    let Some((header, file)) = unknown.and_then(|all| Some((all.header(), all.files().first()?))) else {
        return error.into();
    };
    let unknown = printable(&file.path().display().to_string());
    let hint = if header.line > 1 {
        message!("other-columns-unknown.fix")
    } else {
        message!("other-columns-unknown.fix-first")
    };
    let Unreadable::OtherColumns { path, .. } = error else { return error.into() };
    let (path, line) = (&path, header.line.to_string());
    Failure::usage(message!("other-columns-unknown", path, unknown, line)).hint(hint)
}

/// The first file, the header that it was read with, and the one further down, where the first is none; nothing if
/// neither is one.
fn header_in<'i>(
    mapping: &Mapping,
    input: &'i InputFiles,
) -> Option<(&'i InputFile, &'i Header, Option<Header>)> {
    let (file, header, candidates) = input.header_candidates()?;
    if mapping.is_header(&header.names) {
        return Some((file, header, None));
    }
    let found = candidates.into_iter().find(|candidate| mapping.is_header(&candidate.names))?;
    Some((file, header, Some(found)))
}
