//! What `run` and `check` have in common: everything up to the plan.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::args::{InputArgs, MappingArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::settings::{self, Endpoint};
use crate::api::{Client, Fault, Http, WireStyle};
use crate::input::{InputFile, Records};
use crate::journal::Fingerprints;
use crate::mapping::{Facts, Mapping, Resolved};
use crate::model::{Delivery, Outcome, Stands, Tally, Window};
use crate::rate::Rate;
use crate::report::{AccountShown, Plan};
use crate::results::{FailuresFormat, OutputDir, OutputError};
use crate::survey::{Pass, Scope, Sightings, Survey};

/// Standard input is kept under this name until all of it is settled.
const KEPT_STDIN: &str = "stdin.csv";

/// A file whose header is understood, as far as its first rows show.
pub(super) struct Understood<'m> {
    mapping: &'m Mapping,
    input: InputFile,
    header: Vec<String>,
    window: Window,
    resolved: Resolved,
    /// How rows are given back.
    pub(super) format: FailuresFormat,
    style: WireStyle,
    shown_input: String,
    dialect: String,
}

/// Takes the rows that cannot be a contact.
pub(super) trait Invalid {
    /// They come from the first on; what was given before is void.
    fn begin(&mut self) -> Result<(), OutputError>;
    /// One of them, in order.
    fn add(&mut self, delivery: &Delivery) -> Result<(), OutputError>;
}

/// Nobody takes them: a run settles them later.
pub(super) struct NotNow;

impl Invalid for NotNow {
    fn begin(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn add(&mut self, _: &Delivery) -> Result<(), OutputError> {
        Ok(())
    }
}

/// A file of which every row has been looked at.
pub(super) struct Prepared {
    pub(super) input: Arc<InputFile>,
    pub(super) resolved: Resolved,
    pub(super) survey: Survey,
    /// The invalid rows.
    pub(super) problems: Tally,
    pub(super) format: FailuresFormat,
    pub(super) style: WireStyle,
    /// The input as it was named.
    pub(super) shown_input: String,
    pub(super) dialect: String,
    /// The rows that are read.
    pub(super) window: Window,
}

/// Opens the input. Standard input is kept in `folder`, so that it can be read several times, and after a crash.
pub(super) fn open(args: &InputArgs, folder: &OutputDir) -> Result<InputFile, Failure> {
    if !settings::is_stdin(&args.file) {
        return Ok(InputFile::open(&args.file, args.delimiter)?);
    }
    if io::IsTerminal::is_terminal(&io::stdin()) {
        return Err(Failure::usage("`-` reads standard input, and that is a terminal")
            .hint("connect it: callbell-import run - < contacts.csv"));
    }
    let (file, path) = folder.keep(KEPT_STDIN)?;
    Ok(InputFile::spool(io::stdin().lock(), file, &path, args.delimiter)?)
}

/// Standard input is settled and needs not be kept.
pub(super) fn forget_stdin(folder: &OutputDir) {
    // That it stays is no harm: it is as private as the results.
    let _ = std::fs::remove_file(folder.path().join(KEPT_STDIN));
}

/// Rows by which columns are judged before the whole file is read.
const FIRST_ROWS: usize = 1000;

/// Maps the header. Some headers are believed only if all values below them fit: the first rows are looked at here, and
/// whether the others agree is seen when they are read.
pub(super) fn understand<'m>(
    input_args: &InputArgs,
    mapping_args: &MappingArgs,
    window: Window,
    mapping: &'m Mapping,
    input: InputFile,
) -> Result<Understood<'m>, Failure> {
    let records = Records::new(&input)?;
    let header = records.header().clone();
    let resolved = match mapping.resolve(&header.names, &facts(records, window, FIRST_ROWS)?) {
        Ok(resolved) => resolved,
        // A column that is empty in the first rows may settle it.
        Err(_) => mapping.resolve(&header.names, &facts(Records::new(&input)?, window, usize::MAX)?)?,
    };
    let dialect = input.dialect();
    let format = FailuresFormat::new(header.names.clone(), dialect.delimiter, dialect.byte_order_mark);
    let is_stdin = settings::is_stdin(&input_args.file);
    let shown_input = if is_stdin { "-".to_owned() } else { input_args.file.display().to_string() };
    let mark = if dialect.byte_order_mark { " with byte-order mark" } else { "" };
    let dialect = format!("{}, UTF-8{mark}, header on line {}", dialect.delimiter_name(), header.line);
    Ok(Understood {
        mapping,
        input,
        header: header.names,
        window,
        resolved,
        format,
        style: settings::style(mapping_args),
        shown_input,
        dialect,
    })
}

/// What the columns hold in the first `most` rows of the window.
fn facts(records: Records<'_>, window: Window, most: usize) -> Result<Facts, Failure> {
    let mut facts = Facts::new(&records.header().names);
    let mut seen = 0;
    for row in records {
        let row = row?;
        match window.place(row.number) {
            Stands::Before => continue,
            Stands::Inside if seen < most => facts.note(&row),
            Stands::Inside | Stands::Behind => break,
        }
        seen += 1;
    }
    Ok(facts)
}

impl Understood<'_> {
    /// Reads every row. If the columns turn out to hold something else than their first rows showed, it does so once
    /// more. `contents`: whether what rows say is compared with what other rows and earlier runs said.
    pub(super) fn survey<F: Fn() -> io::Result<File> + Clone>(
        mut self,
        fingerprints: &Fingerprints,
        mut sightings: Sightings<F>,
        contents: bool,
        invalid: &mut impl Invalid,
    ) -> Result<Prepared, Failure> {
        let scope = Scope { window: self.window, contents };
        let (problems, pass) = loop {
            invalid.begin()?;
            let mut problems = Tally::default();
            let form = &self.resolved.form;
            let pass = Pass::of(&self.input, form, fingerprints, scope, &mut sightings, |row, rejection| {
                let delivery = Delivery {
                    row,
                    contact: None,
                    remarks: Vec::new(),
                    outcome: Outcome::Invalid(rejection),
                    attempts: 0,
                    http_status: None,
                    finished_at: SystemTime::now(),
                };
                problems.note(&delivery);
                invalid.add(&delivery)
            })?;
            let resolved = self.mapping.resolve(&self.header, pass.facts())?;
            let is_the_same = resolved.form == *form;
            self.resolved = resolved;
            if is_the_same {
                break (problems, pass);
            }
            sightings.forget_rows();
        };
        let survey = pass.survey::<OutputError>(sightings)?;
        Ok(Prepared {
            input: Arc::new(self.input),
            resolved: self.resolved,
            survey,
            problems,
            format: self.format,
            style: self.style,
            shown_input: self.shown_input,
            dialect: self.dialect,
            window: self.window,
        })
    }
}

impl Prepared {
    /// The plan, its values masked unless they go to the user's own terminal.
    pub(super) fn plan<'p>(
        &'p self,
        folder: &'p str,
        account: Option<&'p AccountShown>,
        rate: Option<u32>,
        mask: bool,
    ) -> Plan<'p> {
        let survey = &self.survey;
        Plan {
            input: &self.shown_input,
            dialect: self.dialect.clone(),
            folder,
            account,
            resolved: &self.resolved,
            window: self.window,
            rows: survey.rows,
            to_send: survey.to_send(),
            counts: survey.counts,
            input_changed: false,
            in_doubt: survey.in_doubt,
            problems: &self.problems,
            remarks: survey.remarks.iter().map(|(code, count)| (*code, *count)).collect(),
            without_bot_status: survey.without_bot_status,
            first: survey.first.as_ref().map(|(row, contact)| (row.get(), self.style.body(contact))),
            mask,
            rate,
        }
    }
}

/// Whose account it is.
pub(super) struct Account {
    pub(super) shown: AccountShown,
    /// The server's clock.
    pub(super) server_time: Option<SystemTime>,
    /// Requests that it took to find out.
    pub(super) requests: u64,
}

/// Tries that the first request gets.
const TRIES: u32 = 4;

/// Asks whose token it is. This also shows that the API is there, before anything is sent.
///
/// # Errors
///
/// If the token is refused, or what answers is not the API, or nothing answers.
pub(super) async fn identify(
    endpoint: &Endpoint,
    client: &Client<Http>,
    rate: &Rate,
) -> Result<Account, Failure> {
    let mut tries = 0;
    loop {
        let turn = rate.turn().await;
        let exchange = client.identity().await;
        drop(turn);
        let fault = match exchange.result {
            Ok(identity) => {
                let shown = AccountShown {
                    endpoint: endpoint.shown(),
                    user_name: identity.user_name,
                    user_email: identity.user_email,
                };
                return Ok(Account {
                    shown,
                    server_time: exchange.server_time,
                    requests: u64::from(tries) + 1,
                });
            }
            Err(fault) => fault,
        };
        let base = &endpoint.base;
        let failure = match &fault {
            Fault::Denied { status, .. } => {
                return Err(Failure::new(Exit::Token, format!("{base} refused the API token ({status})"))
                    .hint("tokens are made in the dashboard under settings, API keys; nothing was sent"));
            }
            Fault::NotTheApi { seen, .. } => {
                return Err(Failure::usage(format!("{base} is not the API: {seen}"))
                    .hint("check --base-url; nothing was sent"));
            }
            Fault::Untrusted { .. } => {
                return Err(Failure::usage(format!("{base}: {}", fault.describe())).hint("nothing was sent"));
            }
            Fault::PaymentRequired { .. } | Fault::Refused { .. } => {
                return Err(Failure::new(Exit::Stopped, format!("{base}: {}", fault.describe()))
                    .hint("nothing was sent"));
            }
            Fault::Throttled { after } => {
                rate.throttled(*after);
                Failure::new(Exit::Stopped, format!("{base} asks to slow down (429)"))
                    .hint("nothing was sent; try again later")
            }
            _ => Failure::new(Exit::Stopped, format!("{base} does not answer: {}", fault.describe()))
                .hint("nothing was sent; look at the network and try again"),
        };
        tries += 1;
        if tries == TRIES {
            return Err(failure);
        }
        tokio::time::sleep(Duration::from_millis(250 << tries)).await;
    }
}
