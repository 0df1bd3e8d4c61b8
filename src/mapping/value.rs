//! Where a value comes from, once the header is known.

use std::borrow::Cow;

use serde::Serialize;

use super::cells::trim;
use super::template::Template;
use super::texts::Texts;
use crate::words::discreet;

/// A place in a row, or a constant.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub(super) enum Value {
    Column(usize),
    Template(Template<usize>),
    Constant(String),
    /// The first that has a text.
    First(Vec<Self>),
}

discreet!(Value as |value| match value {
    Value::Column(_) => "Column",
    Value::Template(_) => "Template",
    Value::Constant(_) => "Constant",
    Value::First(_) => "First",
});

impl Value {
    /// The first of these; `None` if there are none.
    pub(super) fn first_of(mut values: Vec<Self>) -> Option<Self> {
        if values.len() > 1 { Some(Self::First(values)) } else { values.pop() }
    }

    /// The text without outer spaces; empty if there is none.
    pub(super) fn text<'c>(&'c self, cells: Texts<'c>) -> Cow<'c, str> {
        match self {
            Self::Column(column) => trim(cells.at(*column)).into(),
            Self::Template(template) => template.fill(|column| trim(cells.at(column))).into(),
            Self::Constant(text) => text.as_str().into(),
            Self::First(values) => values
                .iter()
                .map(|value| value.text(cells))
                .find(|text| !text.is_empty())
                .unwrap_or(Cow::Borrowed("")),
        }
    }

    /// Whether the first place is empty and a later one gives the text.
    pub(super) fn falls_back(&self, cells: Texts<'_>) -> bool {
        match self {
            Self::First(values) => values.first().is_some_and(|value| value.text(cells).is_empty()),
            _ => false,
        }
    }

    /// Whether outer spaces are taken off.
    pub(super) fn is_trimmed(&self, cells: Texts<'_>) -> bool {
        match self {
            Self::Column(column) => {
                let cell = cells.at(*column);
                trim(cell).len() != cell.len()
            }
            Self::First(values) => values
                .iter()
                .find(|value| !value.text(cells).is_empty())
                .is_some_and(|value| value.is_trimmed(cells)),
            Self::Template(_) | Self::Constant(_) => false,
        }
    }

    /// The columns it takes from.
    pub(super) fn columns(&self) -> Vec<usize> {
        match self {
            Self::Column(column) => vec![*column],
            Self::Template(template) => template.columns().collect(),
            Self::Constant(_) => Vec::new(),
            Self::First(values) => values.iter().flat_map(Self::columns).collect(),
        }
    }
}
