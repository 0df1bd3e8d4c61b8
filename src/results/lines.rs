//! Writes both files.

use std::path::PathBuf;

use csv::{QuoteStyle, Writer, WriterBuilder};

use super::OutputError;
use super::failures::FailuresFormat;
use super::given_back::{FAILURES, GivenBack};
use super::in_order::InOrder;
use super::known_failures::{FailuresKnown, KnownFailures};
use super::people::People;
use super::place::is_there;
use super::private::{OutputDir, PrivateFile};
use super::record::{self, COLUMNS};
use super::sent::SentLog;
use crate::journal::{Settled, TicketNumber};
use crate::model::{Delivery, Outcome, RowNumber, Source, Status};
use crate::words::discreet;

/// What became of each row, in the folder of an import.
pub const RESULTS: &str = "results.csv";

/// The lines of one row, as they will stand in the files.
struct Lines {
    status: Status,
    result: Vec<u8>,
    failure: Option<Vec<u8>>,
}

discreet!(Lines { status });

/// Both files, finished.
#[derive(Debug, Default)]
pub struct Written {
    /// Lines of each status in the results.
    pub lines: [u64; Status::ALL.len()],
    /// Where a `failures.csv` is kept that somebody had edited.
    pub edited: Option<PathBuf>,
}

/// `results.csv` and `failures.csv` in the making.
pub struct Results {
    folder: OutputDir,
    results: PrivateFile,
    failures: GivenBack,
    known: KnownFailures,
    /// Who has a row, if those of before who have none are to be carried over.
    people: Option<People>,
    /// An earlier run has left results.
    there_are_earlier: bool,
    sent: SentLog,
    format: FailuresFormat,
    order: InOrder<Lines>,
    written: [u64; Status::ALL.len()],
}

impl Results {
    /// Begins both files in `folder`, for rows from `first` on. `goes_on`: an earlier run of the same import left results.
    ///
    /// # Errors
    ///
    /// If they cannot be made.
    pub fn begin_at(
        folder: &OutputDir,
        format: FailuresFormat,
        first: RowNumber,
        goes_on: bool,
    ) -> Result<Self, OutputError> {
        let there_are_earlier = folder.path().join(RESULTS).exists();
        let mut results = folder.create(RESULTS)?;
        results.write(&line(b',', |writer| writer.write_record(COLUMNS)))?;
        let failures = GivenBack::begin(folder, FAILURES, &format)?;
        let sent = SentLog::open(folder)?;
        let (order, written) = (InOrder::new(first), [0; Status::ALL.len()]);
        let known = if goes_on { KnownFailures::read(folder) } else { KnownFailures::default() };
        let people = goes_on.then(|| People::of(folder));
        let folder = folder.clone();
        Ok(Self { folder, results, failures, known, people, there_are_earlier, sent, format, order, written })
    }

    /// Carries over nobody of the results before: what they tell was to be forgotten.
    pub fn forget_people(&mut self) {
        self.people = None;
    }

    /// Keeps what was sent for rows that have come back, and what came back of it. To be called before the journal
    /// settles them. Gives back those that it may settle, and whether all was written: where it was not, contacts that a
    /// look-up finds again stay open, so that the next run makes up for what is missing; a verdict on the others is all
    /// there will ever be to know of them.
    pub fn keep_sent(
        &mut self,
        mut deliveries: Vec<(TicketNumber, Delivery)>,
    ) -> (Vec<(TicketNumber, Delivery)>, Result<(), OutputError>) {
        let kept = self.sent.keep(&deliveries);
        if kept.is_err() {
            deliveries.retain(|(_, delivery)| !is_found_again(delivery));
        }
        (deliveries, kept)
    }

    /// Takes a settled row. It is written when the rows before it have been.
    ///
    /// # Errors
    ///
    /// If a line cannot be written.
    pub fn push(&mut self, settled: &Settled) -> Result<(), OutputError> {
        let delivery = settled.delivery();
        let status = delivery.outcome.status();
        if status.is_failure() {
            self.known.note(delivery);
        }
        if let (Some(people), Some(contact)) = (&mut self.people, &delivery.contact)
            && is_there(&delivery.outcome)
        {
            people.note(contact)?;
        }
        let failure = status.is_failure().then(|| self.format.line(delivery));
        let result = line(b',', |writer| {
            writer.write_record(record::cells(delivery).iter().map(|cell| cell.as_bytes()))
        });
        self.order.put(delivery.row.number, Lines { status, result, failure });
        while let Some(lines) = self.order.take() {
            self.write(&lines)?;
        }
        Ok(())
    }

    /// There will be no line for this row.
    ///
    /// # Errors
    ///
    /// If a line that waited for it cannot be written.
    pub fn skip(&mut self, row: RowNumber) -> Result<(), OutputError> {
        self.order.skip(row);
        while let Some(lines) = self.order.take() {
            self.write(&lines)?;
        }
        Ok(())
    }

    /// Whether an earlier run has left results, which these replace when they are finished.
    pub fn there_are_earlier(&self) -> bool {
        self.there_are_earlier
    }

    /// There will be no line for so many rows right before `row`: they have no part in this import.
    ///
    /// # Errors
    ///
    /// If a line that waited for them cannot be written.
    pub fn pass_over(&mut self, row: RowNumber, count: u64) -> Result<(), OutputError> {
        for passed in row.get() - count..row.get() {
            self.order.pass_over(RowNumber::new(passed));
            while let Some(lines) = self.order.take() {
                self.write(&lines)?;
            }
        }
        Ok(())
    }

    /// Rows before the first of which nothing is known yet.
    pub fn passed(&self) -> u64 {
        self.order.passed()
    }

    /// How many rows failed until here, and how many of them did so in the last run.
    pub fn failures_known(&self) -> FailuresKnown {
        self.known.counts
    }

    /// Writes what is left, and gives both files their names. `is_whole`: no row was left out, so that these failures are
    /// those that the next run knows.
    ///
    /// # Errors
    ///
    /// If a file cannot be completed.
    pub fn finish(mut self, is_whole: bool) -> Result<Written, OutputError> {
        while let Some(lines) = self.order.take_last() {
            self.write(&lines)?;
        }
        self.sent.finish()?;
        self.people.map_or(Ok(()), People::carry_over)?;
        self.results.finish()?;
        let edited = self.failures.finish()?;
        if is_whole {
            self.known.keep(&self.folder)?;
        }
        Ok(Written { lines: self.written, edited })
    }

    /// Leaves both files as an earlier run left them. What was sent is kept all the same.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn leave_those_of_earlier_runs(self) -> Result<(), OutputError> {
        self.sent.finish()
    }

    fn write(&mut self, lines: &Lines) -> Result<(), OutputError> {
        self.results.write(&lines.result)?;
        if let Some(failure) = &lines.failure {
            self.failures.write(failure)?;
        }
        self.written[lines.status as usize] += 1;
        Ok(())
    }
}

/// Whether the next run finds out by itself that this row was created. What was changed is told by the journal alone.
fn is_found_again(delivery: &Delivery) -> bool {
    let has_look_up = delivery.contact.as_ref().is_some_and(|contact| contact.source == Source::Whatsapp);
    has_look_up && matches!(delivery.outcome, Outcome::Created { .. })
}

/// One record as CSV.
pub(super) fn line(delimiter: u8, write: impl FnOnce(&mut Writer<Vec<u8>>) -> csv::Result<()>) -> Vec<u8> {
    line_in(delimiter, QuoteStyle::Necessary, write)
}

/// One record as CSV, with quotes where they are asked for.
pub(super) fn line_in(
    delimiter: u8,
    quoting: QuoteStyle,
    write: impl FnOnce(&mut Writer<Vec<u8>>) -> csv::Result<()>,
) -> Vec<u8> {
    let mut writer = WriterBuilder::new()
        .delimiter(delimiter)
        .quote_style(quoting)
        .flexible(true)
        .buffer_capacity(512)
        .from_writer(Vec::with_capacity(256));
    #[expect(clippy::expect_used, reason = "memory takes every byte")]
    write(&mut writer).expect("memory takes every byte");
    #[expect(clippy::expect_used, reason = "memory takes every byte")]
    writer.into_inner().expect("memory takes every byte")
}
