//! `problems.csv`: what `check` found, in the columns of the input.

use std::path::PathBuf;

use super::OutputError;
use super::failures::FailuresFormat;
use super::given_back::{GivenBack, PROBLEMS};
use super::private::OutputDir;
use crate::model::Delivery;

/// The list in the making.
pub struct Problems {
    file: GivenBack,
    format: FailuresFormat,
}

impl Problems {
    /// Begins the file in `folder`.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn begin(folder: &OutputDir, format: FailuresFormat) -> Result<Self, OutputError> {
        Ok(Self { file: GivenBack::begin(folder, PROBLEMS, &format)?, format })
    }

    /// Adds a row; rows come in order.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn add(&mut self, delivery: &Delivery) -> Result<(), OutputError> {
        self.file.write(&self.format.line(delivery))
    }

    /// Gives the file its name. Returns where the one that had it is kept, if somebody had edited it.
    ///
    /// # Errors
    ///
    /// If it cannot be completed.
    pub fn finish(self) -> Result<Option<PathBuf>, OutputError> {
        self.file.finish()
    }
}
