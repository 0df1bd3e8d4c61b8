//! A plan that somebody approved: exactly that is done, or nothing.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::args::{InputArgs, PreflightArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::identity::Account;
use super::prepare::Prepared;
use super::whole_file::{self, Place};
use super::{overwriting, settings};
use crate::model::OnExisting;
use crate::words::{Message, Value, discreet, message};

/// What a plan is about. Compared member by member.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Approved {
    /// Version of the program: another may read the same file in another way.
    version: String,
    /// As it was named; for people.
    input: String,
    /// BLAKE3 of the input.
    input_fingerprint: String,
    /// BLAKE3 of what columns become, with the account's names, and of how it is sent.
    mapping_fingerprint: String,
    /// BLAKE3 of how the file is read.
    #[serde(default)]
    reading_fingerprint: String,
    endpoint: String,
    user_email: Option<String>,
    /// What tells the token from all others, where the API names no user.
    #[serde(default)]
    token: Option<String>,
    on_existing: String,
    /// What an update does with which field.
    update_rules: Vec<(String, String)>,
    rows: u64,
    invalid: u64,
    duplicate: u64,
    /// Rows that were to be sent when the plan was made. An import that goes on has fewer.
    to_send: u64,
}

discreet!(Approved { version, rows });

impl Approved {
    /// What the file of a plan has in it.
    pub(super) const MARK: &str = "\"input_fingerprint\"";

    /// What would be done now.
    ///
    /// # Errors
    ///
    /// If the mapping cannot be written down: a bug.
    pub(super) fn now(
        prepared: &Prepared,
        account: &Account,
        (input, preflight): (&InputArgs, &PreflightArgs),
    ) -> Result<Self, Failure> {
        let survey = &prepared.survey;
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        // What is shown to programmers leaves out what may name people; what is approved must not.
        let form = serde_json::to_string(&prepared.resolved.form)
            .map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        let mapping = format!("{form} {:?} {:?}", prepared.style, prepared.window);
        let reading = format!("{:?}", settings::input(input));
        let rules = &prepared.update.0;
        Ok(Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            input: prepared.shown_input.clone(),
            input_fingerprint: hex(&prepared.input.fingerprint()),
            mapping_fingerprint: blake3::hash(mapping.as_bytes()).to_hex().to_string(),
            reading_fingerprint: blake3::hash(reading.as_bytes()).to_hex().to_string(),
            endpoint: account.shown.endpoint.clone(),
            user_email: account.shown.user_email.clone(),
            token: account.shown.user_email.is_none().then(|| account.token.clone()),
            on_existing: OnExisting::from(preflight.on_existing).as_str().to_owned(),
            update_rules: rules.iter().map(|(field, rule)| (field.clone(), format!("{rule:?}"))).collect(),
            rows: survey.rows,
            invalid: survey.invalid,
            duplicate: survey.counts.repeats,
            to_send: prepared.to_send(),
        })
    }

    /// Reads a plan.
    ///
    /// # Errors
    ///
    /// If it cannot be read or is none.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(message!("approved-read", path, why = &error)))?;
        serde_json::from_str(&text).map_err(|_| {
            Failure::usage(message!("approved-no-plan", path)).hint(message!("approved-no-plan.fix"))
        })
    }

    /// Writes a plan that only its owner can read.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        overwriting::refuse_what_is_no_file(path)?;
        let failed = |why: Value| Failure::new(Exit::Output, message!("approved-write", path, why));
        let mut text =
            serde_json::to_string_pretty(self).map_err(|error| failed(error.to_string().into()))?;
        text.push('\n');
        whole_file::write(path, &text, 0o600, Place::Taken).map_err(|error| failed((&error).into()))
    }

    /// Refuses to do anything but what was approved.
    ///
    /// # Errors
    ///
    /// If something has changed since.
    pub(super) fn refuse_anything_else(&self, now: &Self) -> Result<(), Failure> {
        let mut changed = Vec::new();
        let mut compare = |what: Message, same: bool| {
            if !same {
                changed.push(what);
            }
        };
        compare(message!("approved-version"), self.version == now.version);
        compare(message!("approved-input"), self.input_fingerprint == now.input_fingerprint);
        compare(message!("approved-mapping"), self.mapping_fingerprint == now.mapping_fingerprint);
        compare(message!("approved-reading"), self.reading_fingerprint == now.reading_fingerprint);
        compare(message!("approved-endpoint"), self.endpoint == now.endpoint);
        compare(
            message!("approved-account"),
            (&self.user_email, &self.token) == (&now.user_email, &now.token),
        );
        compare("--on-existing".into(), self.on_existing == now.on_existing);
        compare(message!("approved-update"), self.update_rules == now.update_rules);
        compare(
            message!("approved-rows"),
            (self.rows, self.invalid, self.duplicate) == (now.rows, now.invalid, now.duplicate),
        );
        // Rows that an interrupted run has settled since need not be sent again; more than planned never are.
        compare(message!("approved-to-send"), now.to_send <= self.to_send);
        if changed.is_empty() {
            return Ok(());
        }
        Err(Failure::usage(message!("approved-otherwise", changed = Value::list(changed, ", ")))
            .hint(message!("approved-otherwise.fix")))
    }
}
