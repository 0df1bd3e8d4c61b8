//! What a mapping says besides which column becomes which field.

/// Columns and words that govern rows, numbers and tags. Columns are named as the person named them.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    /// Column with the country of national numbers.
    pub(super) country_column: Option<String>,
    /// Column with the digits that belong before the number.
    pub(super) country_code_column: Option<String>,
    /// What keeps several numbers apart in one cell.
    pub(super) phone_separator: Option<String>,
    /// Column that says what kind of number stands in the column with the same number.
    pub(super) phone_label: Option<String>,
    /// Kinds of numbers that are taken first.
    pub(super) phone_prefer: Vec<String>,
    /// Tags that are never sent.
    pub(super) tags_drop: Vec<String>,
    /// (column, values that say the person does not want messages)
    pub(super) unsubscribed: Vec<(String, Vec<String>)>,
    /// A row in which all of these are empty goes on with the row above it.
    pub(super) continuation: Vec<String>,
}

impl Rules {
    /// What both say is taken from `over`.
    pub(super) fn overlaid(self, over: Self) -> Self {
        let list = |over: Vec<String>, under: Vec<String>| if over.is_empty() { under } else { over };
        Self {
            country_column: over.country_column.or(self.country_column),
            country_code_column: over.country_code_column.or(self.country_code_column),
            phone_separator: over.phone_separator.or(self.phone_separator),
            phone_label: over.phone_label.or(self.phone_label),
            phone_prefer: list(over.phone_prefer, self.phone_prefer),
            tags_drop: list(over.tags_drop, self.tags_drop),
            unsubscribed: if over.unsubscribed.is_empty() { self.unsubscribed } else { over.unsubscribed },
            continuation: list(over.continuation, self.continuation),
        }
    }
}
