//! The columns that a list has which this program wrote for people to correct.

use std::sync::LazyLock;

use csv::ByteRecord;
use memchr::memchr2;

use super::{Code, Status};
use crate::words::{Language, Message, message};

/// What stands right of the columns of the input in rows that are given back. A file whose header ends in these is one of
/// this program's own.
pub const EXTRA_COLUMNS: [&str; 5] =
    ["import_row", "import_status", "import_code", "import_field", "import_message"];

/// How many columns a list has left of ours, if its header ends in them. A spreadsheet writes every row as wide as the
/// widest: columns without a name behind ours are none.
pub fn width_of_the_list(header: &[impl AsRef<[u8]>]) -> Option<usize> {
    let last = header.iter().rposition(|name| !name.as_ref().trim_ascii().is_empty())?;
    let width = (last + 1).checked_sub(EXTRA_COLUMNS.len())?;
    header[width..]
        .iter()
        .zip(EXTRA_COLUMNS)
        .all(|(name, ours)| name.as_ref() == ours.as_bytes())
        .then_some(width)
}

/// Whether a header has all of ours, wherever somebody has moved them to.
pub fn has_extra_columns(header: &[String]) -> bool {
    EXTRA_COLUMNS.iter().all(|ours| header.iter().any(|name| name == ours))
}

/// Whether cells that stand together are what a run wrote under our columns: a row that does not fit its header has them
/// anywhere.
pub fn are_extra_cells(cells: &[&[u8]]) -> bool {
    let [row, status, codes, _, _] = cells else { return false };
    let is_code = |code: &str| Code::named(code).is_some() || code.starts_with("http_");
    // Whoever knows that somebody is not there deletes the status.
    let is_status =
        |word: &[u8]| word.is_empty() || Status::ALL.iter().any(|status| status.as_str().as_bytes() == word);
    !row.is_empty()
        && row.iter().all(u8::is_ascii_digit)
        && is_status(status)
        && std::str::from_utf8(codes).is_ok_and(|codes| codes.split(';').all(is_code))
}

/// Put right of a row that the header does not fit, or whose quoting was broken. Given back unmended, such a row would
/// otherwise pass as something the person never wrote; it is refused again until somebody has taken this away. It holds nothing at
/// which a spreadsheet splits cells, whatever the list is split at.
pub fn mend_mark() -> Message {
    message!("mend-mark")
}

/// Whether one of the cells is such a mark.
pub fn has_mend_mark(cells: &ByteRecord) -> bool {
    // Every row of every list is asked. Each mark has one of these letters, and most rows have neither.
    memchr2(b'w', b'z', cells.as_slice()).is_some() && cells.iter().any(is_mend_mark)
}

/// Whether a cell is such a mark, of a run in any language, whatever stands around it, and with a small or a capital letter; or that of
/// an earlier version, also as far as a spreadsheet leaves it in one cell that splits at commas.
pub fn is_mend_mark(cell: &[u8]) -> bool {
    static MARKS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let in_all = |mark: &Message| -> Vec<String> {
            Language::ALL.iter().map(|language| mark.told_in(*language)).collect()
        };
        let before = in_all(&message!("mend-mark.before"));
        let split = before.iter().filter_map(|mark| mark.split(',').next()).map(str::to_owned).collect();
        [in_all(&mend_mark()), before, split].concat()
    });
    let Ok(cell) = std::str::from_utf8(cell) else { return false };
    let cell = cell.trim_matches(|c: char| !c.is_alphanumeric());
    MARKS.iter().any(|mark| mark.eq_ignore_ascii_case(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "import_row,import_status,import_code,import_field,import_message";

    #[test]
    fn a_header_is_cut_behind_our_columns_where_nothing_has_a_name_there() {
        for (header, width) in [
            (OURS.to_owned(), Some(0)),
            (format!("name,phone,{OURS}"), Some(2)),
            (format!("name,,{OURS},, ,"), Some(2)),
            (format!("{OURS},{OURS}"), Some(5)),
            (format!("name,{OURS},comment"), None),
            (format!("name,{OURS},,comment"), None),
            (format!("{OURS},name"), None),
            ("import_message".to_owned(), None),
            ("name,import_row,import_status,import_code,import_message".to_owned(), None),
            (",,,".to_owned(), None),
        ] {
            assert_eq!(width_of_the_list(&header.split(',').collect::<Vec<_>>()), width, "{header}");
        }
        assert_eq!(width_of_the_list(&[""; 0]), None);
    }

    #[test]
    fn a_mark_is_known_of_any_version_and_language_and_has_nothing_that_splits_cells() {
        for mark in Language::ALL.iter().map(|language| mend_mark().told_in(*language)) {
            assert!(
                has_mend_mark(&ByteRecord::from(vec!["a", mark.as_str(), ""]))
                    && !mark.contains([',', ';', '\t', '|', ':', '"']),
                "{mark}"
            );
        }
        for mark in [
            "mend this row, then delete this cell",
            "\u{a0}'Mend this row ;",
            "corrigez cette ligne",
            "Mend this row and then delete this cell;",
        ] {
            assert!(has_mend_mark(&ByteRecord::from(vec!["a", mark, ""])), "{mark}");
        }
        for other in ["", "mend", "mend this row soon", "then delete this cell"] {
            assert!(!has_mend_mark(&ByteRecord::from(vec!["a", other, ""])), "{other}");
        }
    }

    #[test]
    fn what_a_run_wrote_is_known_wherever_it_stands() {
        let are_extra = |line: &str| are_extra_cells(&line.split(',').map(str::as_bytes).collect::<Vec<_>>());
        for ours in [
            "8,invalid,field_count,,the row has 7 cells",
            "12,,missing_name;field_count,name,",
            "1,rejected,http_422,,",
        ] {
            assert!(are_extra(ours), "{ours}");
        }
        for theirs in [
            ",invalid,field_count,,",
            "a,invalid,field_count,,",
            "1,gone,field_count,,",
            "1,invalid,,,",
            "1,invalid,so,,",
        ] {
            assert!(!are_extra(theirs), "{theirs}");
        }
        assert!(!are_extra("1,invalid,field_count,"));
    }
}
