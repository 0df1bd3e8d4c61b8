//! The columns that a list has which this program wrote for people to correct.

/// What stands right of the columns of the input in rows that are given back. A file whose header ends in these is one of
/// this program's own.
pub const EXTRA_COLUMNS: [&str; 5] =
    ["import_row", "import_status", "import_code", "import_field", "import_message"];
