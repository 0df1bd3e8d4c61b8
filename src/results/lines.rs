//! Writes both files.

use csv::{Writer, WriterBuilder};

use super::OutputError;
use super::failures::FailuresFormat;
use super::in_order::InOrder;
use super::private::{OutputDir, PrivateFile};
use super::record::{self, COLUMNS};
use super::sent::SentLog;
use crate::journal::{Settled, TicketNumber};
use crate::model::{Delivery, RowNumber, Status};

/// The lines of one row, as they will stand in the files.
#[derive(Debug)]
struct Lines {
    status: Status,
    result: Vec<u8>,
    failure: Option<Vec<u8>>,
}

/// `results.csv` and `failures.csv` in the making.
pub struct Results {
    results: PrivateFile,
    failures: PrivateFile,
    sent: SentLog,
    format: FailuresFormat,
    order: InOrder<Lines>,
    written: [u64; Status::ALL.len()],
}

impl Results {
    /// Begins both files in `folder`.
    ///
    /// # Errors
    ///
    /// If they cannot be made.
    pub fn begin(folder: &OutputDir, format: FailuresFormat) -> Result<Self, OutputError> {
        Self::begin_at(folder, format, RowNumber::FIRST)
    }

    /// The same, for rows from `first` on.
    ///
    /// # Errors
    ///
    /// If they cannot be made.
    pub fn begin_at(
        folder: &OutputDir,
        format: FailuresFormat,
        first: RowNumber,
    ) -> Result<Self, OutputError> {
        let mut results = folder.create("results.csv")?;
        results.write(&line(b',', |writer| writer.write_record(COLUMNS)))?;
        let failures = begin_failures(folder, "failures.csv", &format)?;
        let sent = SentLog::open(folder)?;
        let (order, written) = (InOrder::new(first), [0; Status::ALL.len()]);
        Ok(Self { results, failures, sent, format, order, written })
    }

    /// Keeps what was sent for rows that have come back, and what came back of it. To be called before the journal
    /// settles them, so that no verdict stands without it.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn keep_sent(&mut self, deliveries: &[(TicketNumber, Delivery)]) -> Result<(), OutputError> {
        self.sent.keep(deliveries)
    }

    /// Takes a settled row. It is written when the rows before it have been.
    ///
    /// # Errors
    ///
    /// If a line cannot be written.
    pub fn push(&mut self, settled: &Settled) -> Result<(), OutputError> {
        let delivery = settled.delivery();
        let status = delivery.outcome.status();
        let failure = status.is_failure().then(|| {
            line(self.format.delimiter(), |writer| writer.write_byte_record(&self.format.record(delivery)))
        });
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

    /// Writes what is left, gives both files their names, and tells how many lines of each status were written.
    ///
    /// # Errors
    ///
    /// If a file cannot be completed.
    pub fn finish(mut self) -> Result<[u64; Status::ALL.len()], OutputError> {
        while let Some(lines) = self.order.take_last() {
            self.write(&lines)?;
        }
        self.sent.finish()?;
        self.results.finish()?;
        self.failures.finish()?;
        Ok(self.written)
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

/// Begins a file of rows that are given back.
pub(super) fn begin_failures(
    folder: &OutputDir,
    name: &'static str,
    format: &FailuresFormat,
) -> Result<PrivateFile, OutputError> {
    let mut file = folder.create(name)?;
    file.write(format.start())?;
    file.write(&line(format.delimiter(), |writer| writer.write_byte_record(&format.header())))?;
    Ok(file)
}

/// One record as CSV.
pub(super) fn line(delimiter: u8, write: impl FnOnce(&mut Writer<Vec<u8>>) -> csv::Result<()>) -> Vec<u8> {
    let mut writer =
        WriterBuilder::new().delimiter(delimiter).flexible(true).buffer_capacity(512).from_writer(Vec::new());
    #[expect(clippy::expect_used, reason = "memory takes every byte")]
    write(&mut writer).expect("memory takes every byte");
    #[expect(clippy::expect_used, reason = "memory takes every byte")]
    writer.into_inner().expect("memory takes every byte")
}
