//! The reading itself.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;

use super::standings::{Sightings, StandingCounts, Standings};
use crate::input::{InputFiles, Records, Unreadable};
use crate::journal::Fingerprints;
use crate::mapping::Form;
use crate::model::{Code, NewContact, Rejection, Row, RowNumber, Source};

/// How often something was remarked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemarkCount {
    /// Rows it was remarked of.
    pub rows: u64,
    /// The first of them.
    pub first: RowNumber,
}

/// What a file holds, row by row and as a whole.
pub struct Survey {
    /// Data rows.
    pub rows: u64,
    /// Rows that cannot be a contact.
    pub invalid: u64,
    /// How the rows that can be a contact stand.
    pub counts: StandingCounts,
    /// Rows that an earlier run left unconfirmed, as its `failures.csv` says.
    pub in_doubt: u64,
    /// Warnings and repairs.
    pub remarks: BTreeMap<Code, RemarkCount>,
    /// Contacts without a `bot_status`.
    pub without_bot_status: u64,
    /// The first row that can be sent.
    pub first: Option<(RowNumber, NewContact)>,
    /// What is known of each row.
    pub standings: Standings,
}

/// Why a survey ended early.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError<E> {
    /// The input.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// What does not fit into memory could not be put aside.
    #[error("cannot put aside what does not fit into memory: {0}")]
    Scratch(io::Error),
    /// Whoever takes the rejections.
    #[error(transparent)]
    Rejected(E),
}

impl Survey {
    /// Reads `input` once. `sightings` has what the journal remembers; `rejected` is given every row that cannot be a
    /// contact, in order.
    ///
    /// # Errors
    ///
    /// If the input cannot be read or has changed, or the disk is full.
    pub fn of<E>(
        input: &InputFiles,
        form: &Form,
        fingerprints: &Fingerprints,
        mut sightings: Sightings<impl Fn() -> io::Result<File> + Clone>,
        mut rejected: impl FnMut(Row, Rejection) -> Result<(), E>,
    ) -> Result<Self, SurveyError<E>> {
        let (mut rows, mut invalid, mut in_doubt, mut without_bot_status) = (0, 0, 0, 0);
        let mut remarks: BTreeMap<Code, RemarkCount> = BTreeMap::new();
        let mut first: Option<(RowNumber, NewContact)> = None;
        for row in Records::new(input)? {
            let row = row?;
            rows += 1;
            match form.fill(&row) {
                Ok((contact, of_row)) => {
                    for remark in of_row {
                        remarks
                            .entry(remark.code)
                            .or_insert(RemarkCount { rows: 0, first: row.number })
                            .rows += 1;
                    }
                    in_doubt += u64::from(form.is_in_doubt(&row));
                    without_bot_status += u64::from(contact.bot_status.is_none());
                    if contact.source != Source::Whatsapp {
                        let name = fingerprints.name(&contact);
                        sightings.name(name, row.number).map_err(SurveyError::Scratch)?;
                    }
                    let content = fingerprints.content(&contact);
                    sightings
                        .row(fingerprints.key(&contact), row.number, content)
                        .map_err(SurveyError::Scratch)?;
                    first.get_or_insert((row.number, contact));
                }
                Err(rejection) => {
                    invalid += 1;
                    rejected(row, rejection).map_err(SurveyError::Rejected)?;
                }
            }
        }
        let (standings, counts) = sightings.standings().map_err(SurveyError::Scratch)?;
        Ok(Self { rows, invalid, counts, in_doubt, remarks, without_bot_status, first, standings })
    }

    /// Rows that will be sent, or looked up first and then perhaps sent.
    pub fn to_send(&self) -> u64 {
        self.rows - self.invalid - self.counts.repeats - self.counts.settled
    }
}
