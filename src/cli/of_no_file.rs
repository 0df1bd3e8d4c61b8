//! Files of one import of which one has none of the columns that a field is taken from: none of its people could be
//! contacts. Among CSV files that cannot be, but cards and lines of JSON have columns of their own.

use super::failure::Failure;
use super::settings;
use crate::input::InputFiles;
use crate::mapping::Form;
use crate::model::Field;
use crate::words::message;

/// Most names of columns that are shown.
const MOST_SHOWN: usize = 6;

/// Refuses files of which one gives no identifiers, or no names.
pub(super) fn refuse(input: &InputFiles, form: &Form) -> Result<(), Failure> {
    for (at, file) in input.files().iter().enumerate() {
        let its = input.names_of(at);
        for (field, columns) in [(Field::Identifier, form.identified_by()), (Field::Name, form.named_by())] {
            if its.is_empty() || columns.is_empty() || columns.iter().any(|column| its.contains(column)) {
                continue;
            }
            let (field, columns) = (field.wire_name(), quoted(&columns));
            let path = settings::shown(file.path());
            let shown = &its[..its.len().min(MOST_SHOWN)];
            return Err(Failure::usage(message!("file-gives-none", path = &path, field, columns = &columns))
                .hint(message!("file-gives-none.fix", path, field, columns, its = shown.join(", "))));
        }
    }
    Ok(())
}

fn quoted(columns: &[&str]) -> String {
    columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ")
}
