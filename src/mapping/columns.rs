//! Names of columns → numbers of columns.
//!
//! A name may have a `#` for a number (`Phone # - Value`): it stands for all such columns, in the order of the numbers.

use super::aliases::meaning;
use super::error::{MappingError, MissingColumn};
use super::fold::fold;
use super::profile::Locale;
use super::request::nearest;

/// A column, and the number that stood in its name where the wanted name has a `#`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) column: usize,
    pub(super) number: Option<u32>,
}

/// The names of a header, ready to be searched.
pub(super) struct Columns<'h> {
    header: &'h [String],
    /// No two are the same.
    distinct: &'h [String],
    folded: Vec<String>,
}

/// The names of columns as people see them and can ask for them: of several columns of one name, the first is `name (1)`,
/// the next `name (2)`. Where another column is called so itself, both are told apart by where they stand.
pub fn distinct_names(header: &[String]) -> Vec<String> {
    let numbered: Vec<Option<String>> = (0..header.len()).map(|at| numbered_twin(header, at)).collect();
    let is_taken = |name: &String| numbered.iter().flatten().any(|numbered| numbered == name);
    let distinct = |(at, name): (usize, &String)| match &numbered[at] {
        Some(numbered) if !header.contains(numbered) => numbered.clone(),
        None if !is_taken(name) => name.clone(),
        _ => format!("{name} (column {})", at + 1),
    };
    header.iter().enumerate().map(distinct).collect()
}

/// What the column is called in `names` that was called `name`: the same, or the only one that folds alike.
pub(super) fn spelled_now<'n>(names: &'n [String], name: &str) -> Option<&'n String> {
    if let Some(same) = names.iter().find(|known| *known == name) {
        return Some(same);
    }
    let folded = fold(name);
    let mut alike = names.iter().filter(|known| !folded.is_empty() && fold(known) == folded);
    alike.next().filter(|_| alike.next().is_none())
}

/// What one of several columns of one name is called by its place among them.
fn numbered_twin(header: &[String], at: usize) -> Option<String> {
    let name = &header[at];
    let alike = |columns: &[String]| columns.iter().filter(|other| *other == name).count();
    (!name.trim().is_empty() && alike(header) > 1).then(|| format!("{name} ({})", alike(&header[..=at])))
}

/// Whether any of these names is one that columns have. Where none is, they may be a row of the list, and are shown to
/// nobody who did not ask for them.
pub fn has_known_name(names: &[String]) -> bool {
    names.iter().any(|name| meaning(&fold(name)).is_some())
}

impl<'h> Columns<'h> {
    /// `distinct` is what [`distinct_names`] makes of the header.
    pub(super) fn new(header: &'h [String], distinct: &'h [String]) -> Self {
        Self { header, distinct, folded: header.iter().map(|name| fold(name)).collect() }
    }

    /// The columns that are called `name`: exactly, or else folded alike; one, unless the name has a `#`.
    ///
    /// # Errors
    ///
    /// If there is none, or several where one is meant.
    pub(super) fn asked(&self, name: &str) -> Result<Vec<Place>, MappingError> {
        let folded = fold(name);
        let same: [&dyn Fn(usize) -> bool; 4] = [
            // `Phone (1)` may be a column of this name, and the first of several called `Phone`.
            &|at| self.header[at] == name || numbered_twin(self.header, at).is_some_and(|twin| twin == name),
            &|at| self.distinct[at] == name,
            &|at| self.header[at].trim() == name,
            &|at| self.folded[at] == folded && !name.contains('#'),
        ];
        for same in same {
            let found: Vec<usize> = (0..self.header.len()).filter(|&at| same(at)).collect();
            match found[..] {
                [] => {}
                [column] => return Ok(vec![Place { column, number: None }]),
                ref several => {
                    return Err(MappingError::AmbiguousColumn {
                        name: name.to_owned(),
                        columns: several.iter().map(|&at| self.distinct[at].clone()).collect(),
                    });
                }
            }
        }
        let numbered = self.numbered(name);
        if !numbered.is_empty() {
            return Ok(numbered);
        }
        Err(self.without(vec![self.missing(name)], Vec::new()))
    }

    /// That the file does not have these columns. `meant`: the flags that take those that were probably meant.
    pub(super) fn without(&self, missing: Vec<MissingColumn>, meant: Vec<String>) -> MappingError {
        MappingError::NoSuchColumn { missing, meant, columns: self.header.to_vec() }
    }

    /// A name that no column has, with the column that was probably meant.
    pub(super) fn missing(&self, name: &str) -> MissingColumn {
        let nearest = nearest(name, self.header.iter().map(String::as_str));
        MissingColumn { name: name.to_owned(), nearest: nearest.or_else(|| self.of_the_same_meaning(name)) }
    }

    /// The first column whose name means what this one does, in whatever language.
    fn of_the_same_meaning(&self, name: &str) -> Option<String> {
        let (wanted, _) = meaning(&fold(name))?;
        let means_it = |folded: &String| meaning(folded).is_some_and(|(meant, _)| meant == wanted);
        self.folded.iter().position(means_it).map(|at| self.header[at].clone())
    }

    /// The columns that a profile calls `name`, in this locale's words; none if the file does not have them.
    pub(super) fn known(&self, name: &str, locale: Option<&Locale>) -> Vec<Place> {
        let own = [name.to_owned()];
        let names = locale.and_then(|locale| locale.names_of(name)).unwrap_or(&own);
        for name in names {
            let numbered = self.numbered(name);
            if !numbered.is_empty() {
                return numbered;
            }
            let folded = fold(name);
            let is_called_so = |known: &String| *known == folded && !name.contains('#');
            if let Some(column) = self.folded.iter().position(is_called_so) {
                return vec![Place { column, number: None }];
            }
        }
        Vec::new()
    }

    /// The columns that are called so, with some number where `name` has a `#`.
    fn numbered(&self, name: &str) -> Vec<Place> {
        let Some((before, after)) = name.split_once('#') else { return Vec::new() };
        let (before, after) = (fold(before), fold(after));
        let mut places: Vec<Place> = self
            .folded
            .iter()
            .enumerate()
            .filter_map(|(column, folded)| {
                let rest = folded.strip_prefix(&before)?.strip_suffix(&after)?;
                let number = rest.trim_matches('_').parse().ok()?;
                Some(Place { column, number: Some(number) })
            })
            .collect();
        places.sort_by_key(|place| place.number);
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_column_is_found_however_its_name_is_written_now_where_only_one_is_called_so() {
        let now = header(&["phone ", "Mo\u{ad}bile", "Name", "NAME", "?"]);
        let spelled = ["Phone", "Mobile", "name", "Name", "Fax", "!", ""].map(|name| spelled_now(&now, name));
        let spelled = spelled.map(|name| name.map(String::as_str));
        assert_eq!(spelled, [Some("phone "), Some("Mo\u{ad}bile"), None, Some("Name"), None, None, None]);
    }

    #[test]
    fn a_number_sign_stands_for_all_numbers_in_their_order() {
        let header =
            header(&["Phone 2 - Value", "Phone 10 - Value", "Phone 1 - Value", "Phone - Value", "x"]);
        let columns = Columns::new(&header, &header);
        let found: Vec<usize> =
            columns.known("Phone # - Value", None).iter().map(|place| place.column).collect();
        assert_eq!(found, [2, 0, 1]);
        assert_eq!(columns.asked("Phone # - Value").unwrap().len(), 3);
    }

    #[test]
    fn columns_of_one_name_are_asked_for_by_their_number() {
        let header = header(&["Phone", "Name", "Phone", "Phone (1)", "", "", "Tag", "Tag"]);
        let distinct = distinct_names(&header);
        assert_eq!(
            distinct,
            ["Phone (column 1)", "Name", "Phone (2)", "Phone (1) (column 4)", "", "", "Tag (1)", "Tag (2)"]
        );
        let columns = Columns::new(&header, &distinct);
        for (name, column) in
            [("Phone (2)", 2), ("Phone (1) (column 4)", 3), ("Phone (column 1)", 0), ("Tag (1)", 6)]
        {
            assert_eq!(columns.asked(name).unwrap(), [Place { column, number: None }], "{name}");
        }
        // It may be either of them.
        let error = columns.asked("Phone (1)").unwrap_err();
        let hint = error.hint().unwrap().to_string();
        assert_eq!(hint, "say which: `Phone (column 1)` or `Phone (1) (column 4)`");
        let error = columns.asked("Tag").unwrap_err();
        assert!(error.to_string().contains("2 columns called `Tag`"), "{error}");
        assert_eq!(error.hint().unwrap().to_string(), "say which: `Tag (1)` or `Tag (2)`");
    }

    #[test]
    fn a_name_with_a_number_sign_of_its_own_is_itself() {
        let header = header(&["Order #", "Order 7"]);
        let columns = Columns::new(&header, &header);
        assert_eq!(columns.asked("Order #").unwrap(), [Place { column: 0, number: None }]);
    }
}
