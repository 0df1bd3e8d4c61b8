//! `{First name} {Last name}`: one value from several columns.

use serde::{Deserialize, Serialize};

use super::MappingError;
use crate::words::message;

/// A piece of a template. `C` is how a column is named: by its header in a request, by its number in a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Piece<C> {
    Literal(String),
    Column(C),
}

impl<C> Piece<C> {
    fn written<'p>(&'p self, name: impl Fn(&'p C) -> &'p str) -> String {
        match self {
            Self::Literal(text) => text.replace('{', "{{").replace('}', "}}"),
            Self::Column(column) => format!("{{{}}}", name(column)),
        }
    }
}

/// Text with columns in it. `{{` and `}}` stand for braces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Template<C = String> {
    pieces: Vec<Piece<C>>,
}

impl Template {
    /// Whether `text` is meant as a template: it holds a brace.
    pub(super) fn is_template(text: &str) -> bool {
        text.contains(['{', '}'])
    }

    pub(super) fn parse(text: &str) -> Result<Self, MappingError> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let brace = &rest[at..=at];
            literal.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                literal.push_str(brace);
                rest = after;
            } else if brace == "{" {
                let end = rest.find('}').ok_or_else(|| MappingError::Template {
                    template: text.to_owned(),
                    what: message!("template-not-closed"),
                })?;
                if !literal.is_empty() {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                }
                pieces.push(Piece::Column(rest[..end].trim().to_owned()));
                rest = &rest[end + 1..];
            } else {
                return Err(MappingError::Template {
                    template: text.to_owned(),
                    what: message!("template-not-opened"),
                });
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        if !pieces.iter().any(|piece| matches!(piece, Piece::Column(_))) {
            return Err(MappingError::Template {
                template: text.to_owned(),
                what: message!("template-no-column"),
            });
        }
        Ok(Self { pieces })
    }

    /// Replaces names by what `find` makes of them.
    pub(super) fn resolve<C, E>(&self, mut find: impl FnMut(&str) -> Result<C, E>) -> Result<Template<C>, E> {
        let pieces: Result<Vec<Piece<C>>, E> = self
            .pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => Ok(Piece::Literal(text.clone())),
                Piece::Column(name) => find(name).map(Piece::Column),
            })
            .collect();
        Ok(Template { pieces: pieces? })
    }

    /// Replaces names by what `find` makes of them, and leaves out the columns that it does not find, with the white
    /// space after them. `None` if no column is left.
    pub(super) fn resolve_known<C>(&self, find: impl Fn(&str) -> Option<C>) -> Option<Template<C>> {
        let mut pieces = Vec::new();
        let mut any = false;
        let mut after_missing = false;
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) if after_missing && text.trim().is_empty() => {}
                Piece::Literal(text) => pieces.push(Piece::Literal(text.clone())),
                Piece::Column(name) => match find(name) {
                    Some(column) => {
                        any = true;
                        pieces.push(Piece::Column(column));
                    }
                    None => {
                        after_missing = true;
                        continue;
                    }
                },
            }
            after_missing = false;
        }
        any.then_some(Template { pieces })
    }

    /// What stands in the column of this name, and nothing else.
    pub(super) fn column(name: String) -> Self {
        Self { pieces: vec![Piece::Column(name)] }
    }

    /// As a person would write it where a column may be named, too.
    pub(super) fn written(&self) -> String {
        match &self.pieces[..] {
            [Piece::Column(name)] => name.clone(),
            pieces => pieces.iter().map(|piece| piece.written(String::as_str)).collect(),
        }
    }

    /// The columns it names, to be called otherwise.
    pub(super) fn names_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.pieces.iter_mut().filter_map(|piece| match piece {
            Piece::Column(name) => Some(name),
            Piece::Literal(_) => None,
        })
    }

    /// The columns it names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Column(name) => Some(name.as_str()),
            Piece::Literal(_) => None,
        })
    }
}

impl Template<usize> {
    /// `{0} {1}`, the usual join of the parts of a name.
    pub(super) fn joined(columns: &[usize]) -> Self {
        let mut pieces = Vec::with_capacity(2 * columns.len());
        for &column in columns {
            if !pieces.is_empty() {
                pieces.push(Piece::Literal(" ".to_owned()));
            }
            pieces.push(Piece::Column(column));
        }
        Self { pieces }
    }

    /// The columns it takes from.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Column(column) => Some(*column),
            Piece::Literal(_) => None,
        })
    }

    /// The value for one row; `cell` gives the text of a column without outer spaces. White space next to an empty
    /// cell goes with it, so that a missing family name leaves no trailing space. All cells empty: empty.
    pub(super) fn fill<'c>(&self, cell: impl Fn(usize) -> &'c str) -> String {
        let mut text = String::new();
        let mut any = false;
        let mut after_empty = false;
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) if after_empty || text.is_empty() => {
                    text.push_str(literal.trim_start())
                }
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Column(column) => {
                    let value = cell(*column);
                    any |= !value.is_empty();
                    text.push_str(value);
                    after_empty = value.is_empty();
                    continue;
                }
            }
            after_empty = false;
        }
        if !any {
            return String::new();
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// As the person would write it.
    pub(super) fn shown(&self, names: &[String]) -> String {
        self.pieces.iter().map(|piece| piece.written(|column| &names[*column])).collect()
    }

    /// The same with the names of the columns.
    pub(super) fn named(&self, names: &[String]) -> Template {
        let named = |piece: &Piece<usize>| match piece {
            Piece::Literal(text) => Piece::Literal(text.clone()),
            Piece::Column(column) => Piece::Column(names[*column].clone()),
        };
        Template { pieces: self.pieces.iter().map(named).collect() }
    }

    /// The column, if nothing else stands in it.
    pub(super) fn only_column(&self) -> Option<usize> {
        match self.pieces[..] {
            [Piece::Column(column)] => Some(column),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(template: &str, cells: &[&str]) -> String {
        let columns = ["a", "b", "c"];
        Template::parse(template)
            .unwrap()
            .resolve(|name| columns.iter().position(|column| *column == name).ok_or(()))
            .unwrap()
            .fill(|column| cells[column])
    }

    #[test]
    fn columns_are_put_into_the_text() {
        assert_eq!(fill("{a} {b}", &["Ada", "Lovelace", ""]), "Ada Lovelace");
        assert_eq!(fill("{b}, {a} ({c})", &["Ada", "Lovelace", "UK"]), "Lovelace, Ada (UK)");
        assert_eq!(fill("{{{a}}}", &["x", "", ""]), "{x}");
        assert_eq!(fill("{ a }", &["x", "", ""]), "x");
    }

    #[test]
    fn the_space_beside_an_empty_cell_goes_with_it() {
        assert_eq!(fill("{a} {b}", &["Ada", "", ""]), "Ada");
        assert_eq!(fill("{a} {b}", &["", "Lovelace", ""]), "Lovelace");
        assert_eq!(fill("{a} {b} {c}", &["Ada", "", "Byron"]), "Ada Byron");
        assert_eq!(fill("{a} {b}", &["", "", ""]), "");
        assert_eq!(fill("Dr. {a}", &["", "", ""]), "", "a template without one value is empty");
    }

    #[test]
    fn a_broken_template_says_what_is_wrong() {
        for (template, what) in [("{a", "not closed"), ("a}", "no {"), ("{{a}}", "no column")] {
            let error = Template::parse(template).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
    }
}
