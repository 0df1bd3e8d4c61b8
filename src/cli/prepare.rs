//! What `run` and `check` have in common: everything up to the plan.

use std::io;
use std::path::PathBuf;
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
use crate::model::{Delivery, Outcome, Tally};
use crate::rate::Rate;
use crate::report::{AccountShown, Plan};
use crate::results::{FailuresFormat, OutputDir, OutputError, Problems};
use crate::survey::Survey;

/// A file that is understood.
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
}

/// Reads the mapping before the input, so that a mistake in it is found at once.
pub(super) fn mapping(args: &MappingArgs) -> Result<Mapping, Failure> {
    settings::mapping(args)
}

/// Opens the input. Standard input is kept in `folder` without a name, and goes with the program.
pub(super) fn open(args: &InputArgs, folder: &OutputDir) -> Result<InputFile, Failure> {
    if !settings::is_stdin(&args.file) {
        return Ok(InputFile::open(&args.file, args.delimiter)?);
    }
    if io::IsTerminal::is_terminal(&io::stdin()) {
        return Err(Failure::usage("`-` reads standard input, and that is a terminal")
            .hint("connect it: callbell-import run - < contacts.csv"));
    }
    let path = PathBuf::from("standard input");
    Ok(InputFile::spool(io::stdin().lock(), folder.scratch()?, &path, args.delimiter)?)
}

/// Reads the whole file twice: once for what its columns hold, once for every row. Invalid rows go to `list`.
pub(super) fn prepare(
    args: (&InputArgs, &MappingArgs),
    mapping: &Mapping,
    input: InputFile,
    folder: &OutputDir,
    list: Option<&mut Option<Problems>>,
) -> Result<Prepared, Failure> {
    let (input_args, mapping_args) = args;
    let records = Records::new(&input)?;
    let header = records.header().clone();
    let mut facts = Facts::new(&header.names);
    for row in records {
        facts.note(&row?);
    }
    let resolved = mapping.resolve(&header.names, &facts)?;
    let dialect = input.dialect();
    let format = FailuresFormat::new(header.names, dialect.delimiter, dialect.byte_order_mark);
    let mut list = match list {
        Some(list) => Some(list.insert(Problems::begin(folder, format.clone())?)),
        None => None,
    };
    let mut problems = Tally::default();
    let scratch = {
        let folder = folder.clone();
        move || folder.scratch().map_err(|error| io::Error::other(error.to_string()))
    };
    let fingerprints = Fingerprints::new(*input.fingerprint());
    let survey = Survey::of(&input, &resolved.form, &fingerprints, scratch, |row, rejection| {
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
        match &mut list {
            Some(list) => list.add(&delivery),
            None => Ok::<(), OutputError>(()),
        }
    })?;
    let is_stdin = settings::is_stdin(&input_args.file);
    let shown_input = if is_stdin { "-".to_owned() } else { input_args.file.display().to_string() };
    let mark = if dialect.byte_order_mark { " with byte-order mark" } else { "" };
    let dialect = format!("{}, UTF-8{mark}, header on line {}", dialect.delimiter_name(), header.line);
    Ok(Prepared {
        input: Arc::new(input),
        resolved,
        survey,
        problems,
        format,
        style: settings::style(mapping_args),
        shown_input,
        dialect,
    })
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
            rows: survey.rows,
            to_send: survey.to_send(),
            repeats: survey.repeats,
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
) -> Result<AccountShown, Failure> {
    let mut tries = 0;
    loop {
        let turn = rate.turn().await;
        let exchange = client.identity().await;
        drop(turn);
        let fault = match exchange.result {
            Ok(identity) => {
                return Ok(AccountShown {
                    endpoint: endpoint.shown(),
                    user_name: identity.user_name,
                    user_email: identity.user_email,
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
