//! The reading itself.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;

use super::crew::{Contact, Crew, Findings, Found, PlainNumber, Sums, Task};
use super::sightings::Sightings;
use super::standing::StandingCounts;
use super::standings::Standings;
use super::values::Values;
use crate::input::{InputFiles, Section, Stretches, Unreadable};
use crate::journal::Fingerprints;
use crate::mapping::{Facts, Form};
use crate::model::{Code, NewContact, Rejection, Row, RowPlace, Stands, Window};
use crate::words::{discreet, message};

/// How often something was remarked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemarkCount {
    /// Rows it was remarked of.
    pub rows: u64,
    /// The first of them.
    pub first: RowPlace,
}

/// What a file holds, row by row and as a whole.
pub struct Survey {
    /// Data rows.
    pub rows: u64,
    /// There are none, and the file has rows that the window leaves out.
    pub all_left_out: bool,
    /// Rows that cannot be a contact.
    pub invalid: u64,
    /// How the rows that can be a contact stand.
    pub counts: StandingCounts,
    /// Rows that an earlier run left unconfirmed, as its `failures.csv` says.
    pub in_doubt: u64,
    /// Warnings and repairs.
    pub remarks: BTreeMap<Code, RemarkCount>,
    /// The first row that can be a contact.
    pub first: Option<FirstContact>,
    /// What the rows ask of the account.
    pub values: Values,
    /// What is known of each row.
    pub standings: Standings,
}

/// The first row of a file that can be a contact.
pub struct FirstContact {
    /// Where it stands.
    pub place: RowPlace,
    /// What it says.
    pub contact: NewContact,
    /// Whether it is one of those that are sent; otherwise it is an example of them.
    pub is_sent: bool,
}

discreet!(FirstContact { place, is_sent });

/// Why a survey ended early.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError<E> {
    /// The input.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// What does not fit into memory could not be put aside.
    #[error("{}", message!("survey-scratch", why = .0))]
    Scratch(io::Error),
    /// Whoever takes the rejections.
    #[error(transparent)]
    Rejected(E),
}

/// What one reading is to find out.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// Rows that are read.
    pub window: Window,
    /// Of those, the rows that are counted. The others only show who stands in the file twice.
    pub counted: Window,
    /// Whether what rows say is compared with what other rows and earlier runs said. Without it only who stands in the
    /// file twice is found out: good where no journal remembers anything.
    pub contents: bool,
    /// Whether what rows ask of the account is counted.
    pub values: bool,
}

impl Default for Scope {
    fn default() -> Self {
        Self { window: Window::default(), counted: Window::default(), contents: true, values: true }
    }
}

/// One reading of a file with one form: everything but how its rows stand.
pub struct Pass {
    rows: u64,
    all_left_out: bool,
    invalid: u64,
    sums: Sums,
    /// What was found in each file.
    sections: Vec<Section>,
    counted: Window,
}

impl Pass {
    /// Reads `input` once and puts every contact into `sightings`; `rejected` is given every row that cannot be one, in
    /// order.
    ///
    /// # Errors
    ///
    /// If the input cannot be read or has changed, or the disk is full.
    pub fn of<E>(
        input: &InputFiles,
        form: &Form,
        fingerprints: &Fingerprints,
        scope: Scope,
        sightings: &mut Sightings<impl Fn() -> io::Result<File> + Clone>,
        mut rejected: impl FnMut(Row, Rejection) -> Result<(), E>,
    ) -> Result<Self, SurveyError<E>> {
        let task = Task {
            input,
            window: scope.window,
            counted: scope.counted,
            form,
            fingerprints,
            contents: scope.contents,
            values: scope.values,
        };
        let (mut rows, mut invalid, mut there_are_rows) = (0, 0, false);
        let mut settle = |found: Findings| -> Result<(), SurveyError<E>> {
            rows += found.rows;
            for Contact { row, key, content, told, name } in found.contacts {
                if let Some(name) = name {
                    sightings.name(name, row).map_err(SurveyError::Scratch)?;
                }
                sightings.row(key, row, content, told).map_err(SurveyError::Scratch)?;
            }
            for (name, row) in found.elsewhere {
                sightings.name(name, row).map_err(SurveyError::Scratch)?;
            }
            for PlainNumber { number, row, without_bot_status } in found.numbers {
                sightings.plain_row(number, row, without_bot_status).map_err(SurveyError::Scratch)?;
            }
            for (row, rejection) in found.rejected {
                invalid += 1;
                rejected(row, rejection).map_err(SurveyError::Rejected)?;
            }
            Ok(())
        };
        let mut stretches = Stretches::new(input)?;
        let sums = std::thread::scope(|threads| {
            let mut crew = Crew::new(threads, task);
            while let Some(stretch) = stretches.next() {
                let stretch = stretch?;
                there_are_rows = true;
                if scope.window.place(stretch.first()) == Stands::Behind {
                    break;
                }
                crew.push(stretch);
                while let Some(Found { findings, done }) = crew.ready() {
                    stretches.took(done);
                    settle(findings)?;
                }
            }
            while let Some(Found { findings, done }) = crew.rest() {
                stretches.took(done);
                settle(findings)?;
            }
            Ok(crew.finish())
        });
        let sections = stretches.sections();
        let all_left_out = rows == 0 && there_are_rows;
        sums.map(|sums| Self { rows, all_left_out, invalid, sums, sections, counted: scope.counted })
    }

    /// What was found in each file that was read.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// What the columns hold.
    pub fn facts(&self) -> &Facts {
        &self.sums.facts
    }

    /// How the rows stand to each other and to earlier runs. `sightings` has those that the reading put there.
    ///
    /// # Errors
    ///
    /// If what was put aside on disk cannot be read back.
    pub fn survey<E>(
        self,
        sightings: Sightings<impl Fn() -> io::Result<File> + Clone>,
    ) -> Result<Survey, SurveyError<E>> {
        let (standings, counts) = sightings.standings(self.counted).map_err(SurveyError::Scratch)?;
        let Self { rows, all_left_out, invalid, sums, sections: _, counted: _ } = self;
        let Sums { remarks, in_doubt, first, facts: _, values } = sums;
        let first = first.map(|(place, contact)| {
            let is_sent = standings.is_first_sent(place.row);
            FirstContact { place, contact, is_sent }
        });
        Ok(Survey { rows, all_left_out, invalid, counts, in_doubt, remarks, first, values, standings })
    }
}

impl Survey {
    /// Reads all of `input` once. `sightings` has what the journal remembers; `rejected` is given every row that cannot
    /// be a contact, in order.
    ///
    /// # Errors
    ///
    /// If the input cannot be read or has changed, or the disk is full.
    pub fn of<E>(
        input: &InputFiles,
        form: &Form,
        fingerprints: &Fingerprints,
        mut sightings: Sightings<impl Fn() -> io::Result<File> + Clone>,
        rejected: impl FnMut(Row, Rejection) -> Result<(), E>,
    ) -> Result<Self, SurveyError<E>> {
        Pass::of(input, form, fingerprints, Scope::default(), &mut sightings, rejected)?.survey(sightings)
    }

    /// Rows that will be sent, or looked up first and then perhaps sent.
    pub fn to_send(&self) -> u64 {
        self.rows - self.invalid - self.counts.repeats - self.counts.settled
    }
}
