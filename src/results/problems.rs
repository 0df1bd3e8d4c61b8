//! `problems.csv`: what `check` found, in the columns of the input.

use super::OutputError;
use super::failures::FailuresFormat;
use super::lines::{begin_failures, line};
use super::private::{OutputDir, PrivateFile};
use crate::model::Delivery;

/// The list in the making.
pub struct Problems {
    file: PrivateFile,
    format: FailuresFormat,
}

impl Problems {
    /// Begins the file in `folder`.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn begin(folder: &OutputDir, format: FailuresFormat) -> Result<Self, OutputError> {
        Ok(Self { file: begin_failures(folder, "problems.csv", &format)?, format })
    }

    /// Adds a row; rows come in order.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn add(&mut self, delivery: &Delivery) -> Result<(), OutputError> {
        self.file.write(&line(self.format.delimiter(), |writer| {
            writer.write_byte_record(&self.format.record(delivery))
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
