//! A table that is read by people and scripts: a header, and lines whose cells no spreadsheet runs.

use super::OutputError;
use super::formula::harmless;
use super::lines::line;
use super::private::{OutputDir, PrivateFile};

/// The table in the making.
pub struct Table {
    file: PrivateFile,
}

impl Table {
    /// Begins the file `name` in `folder` with these columns.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn begin(folder: &OutputDir, name: &'static str, columns: &[&str]) -> Result<Self, OutputError> {
        let mut file = folder.create(name)?;
        file.write(&line(b',', |writer| writer.write_record(columns)))?;
        Ok(Self { file })
    }

    /// Adds a line.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn add(&mut self, cells: &[&str]) -> Result<(), OutputError> {
        self.file.write(&line(b',', |writer| {
            writer.write_record(cells.iter().map(|cell| harmless(cell).into_owned()))
        }))
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// If it cannot be completed.
    pub fn finish(self) -> Result<(), OutputError> {
        self.file.finish()
    }
}
