//! A list with columns that are called as those which stand on the right of `failures.csv`: they would be lost there, and
//! when it is given back, what this program wrote would be read as theirs.

use super::failure::Failure;
use crate::mapping::Resolved;
use crate::model::{EXTRA_COLUMNS, has_extra_columns};
use crate::words::message;

/// Refuses a list that has such a column of its own: one that gives a field, or one that stands there without the others.
pub(super) fn refuse(header: &[String], resolved: &Resolved) -> Result<(), Failure> {
    let is_ours = |name: &String| EXTRA_COLUMNS.contains(&name.as_str());
    for chosen in &resolved.chosen {
        let mut columns = chosen.columns.iter().filter_map(|&at| header.get(at));
        if let Some(column) = columns.find(|name| is_ours(name)) {
            let field = chosen.target.to_string();
            return Err(Failure::usage(message!("own-column-mapped", column, field))
                .hint(message!("own-column-mapped.fix", column)));
        }
    }
    let ours: Vec<&String> = header.iter().filter(|name| is_ours(name)).collect();
    match ours.first() {
        Some(column) if !has_extra_columns(header) || ours.len() > EXTRA_COLUMNS.len() => {
            Err(Failure::usage(message!("own-column-alone", column = *column))
                .hint(message!("own-column-alone.fix", column = *column)))
        }
        _ => Ok(()),
    }
}
