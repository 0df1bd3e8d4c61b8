//! The account is asked before anything is sent: whose it is, and whether the file fits it.

use std::time::Duration;

use super::exit::Exit;
use super::failure::Failure;
use super::identity::{self, Account};
use super::prepare::Prepared;
use super::settings::Endpoint;
use super::{ask, say};
use crate::account::{
    self, AccountFacts, Certainty, Finding, Index, Kind, Length, Looked, Reader, Waits, Way, findings,
};
use crate::api::{Client, Http};
use crate::delivery::Existing;
use crate::journal::Fingerprints;
use crate::mapping::{Form, Names};
use crate::model::{Field, OnExisting, Source, UpdateRules};
use crate::rate::Rate;
use crate::words::{Message, message};

/// Pages of existing contacts that are read for tags and custom fields.
const PAGES: u64 = 5;

/// Asks what is needed, once each.
pub(super) struct Preflight<'a> {
    endpoint: &'a Endpoint,
    client: &'a Client<Http>,
    rate: &'a Rate,
    waits: Waits,
    whose: Option<Account>,
    /// What is known so far.
    pub(super) known: AccountFacts,
    requests: u64,
}

impl<'a> Preflight<'a> {
    pub(super) fn new(
        endpoint: &'a Endpoint,
        client: &'a Client<Http>,
        rate: &'a Rate,
        waits: Waits,
    ) -> Self {
        Self { endpoint, client, rate, waits, whose: None, known: AccountFacts::default(), requests: 0 }
    }

    /// The account's names of teams and channels, if the file may need them: they have to be known before rows are read.
    pub(super) async fn names(&mut self, form: &Form) -> Result<Option<Names>, Failure> {
        let (teams, channels) = (form.gives(Field::TeamUuid), form.gives(Field::ChannelUuid));
        if !teams && !channels {
            return Ok(None);
        }
        self.identify().await?;
        self.channels().await?;
        if teams {
            let mut reader = Reader::new(self.client, self.rate, &mut self.waits);
            reader.teams(&mut self.known).await;
            self.requests += reader.requests();
        }
        refuse_too_long(self.endpoint, &self.waits)?;
        Ok(Some(self.known.names()))
    }

    /// The channel of contacts for whom none is named, if it is known by now.
    pub(super) fn main_channel(&self) -> Option<&str> {
        self.known.main_channel().map(|channel| channel.uuid.as_str())
    }

    /// Whose account it is.
    ///
    /// # Errors
    ///
    /// If nobody answers, or not the API, or the token is refused, or the server asks to wait for too long.
    pub(super) async fn identify(&mut self) -> Result<(), Failure> {
        if self.whose.is_none() {
            let whose = identity::identify(self.endpoint, self.client, self.rate, &mut self.waits).await?;
            self.whose = Some(whose);
        }
        Ok(())
    }

    /// Asks for the account's channels, once.
    ///
    /// # Errors
    ///
    /// If the server asks to wait for too long.
    pub(super) async fn channels(&mut self) -> Result<(), Failure> {
        if self.known.channels == Looked::Unasked {
            let mut reader = Reader::new(self.client, self.rate, &mut self.waits);
            self.known.channels = reader.channels().await;
            self.requests += reader.requests();
        }
        refuse_too_long(self.endpoint, &self.waits)
    }

    /// Whose account it is, with the requests that it took to find out.
    pub(super) async fn account(&mut self) -> Result<Account, Failure> {
        self.identify().await?;
        let account = self.whose.take();
        let account = account.ok_or_else(|| Failure::usage(message!("account-of-nobody")))?;
        Ok(account)
    }

    /// Whether the account has a contact of this name.
    ///
    /// # Errors
    ///
    /// If the server does not say.
    pub(super) async fn has(&mut self, uuid: &str) -> Result<bool, Failure> {
        let mut reader = Reader::new(self.client, self.rate, &mut self.waits);
        let has = reader.has(uuid).await;
        self.requests += reader.requests();
        refuse_too_long(self.endpoint, &self.waits)?;
        has.map_err(|fault| {
            let base = self.endpoint.base.to_string();
            Failure::new(Exit::Stopped, message!("does-not-answer", base, why = fault.describe()))
                .hint(message!("does-not-answer.fix"))
        })
    }

    /// What does not fit. `looks_for_contacts`: the size of the account is of interest. `begun`: how
    /// the folder tells contacts apart, where an import has begun in it.
    pub(super) async fn findings(
        &mut self,
        prepared: &Prepared,
        looks_for_contacts: bool,
        begun: Option<&Fingerprints>,
    ) -> Result<Vec<Finding>, Failure> {
        self.identify().await?;
        self.channels().await?;
        let (form, values) = (&prepared.resolved.form, &prepared.survey.values);
        let mut reader = Reader::new(self.client, self.rate, &mut self.waits);
        if !values.users.is_empty() {
            let own = self.whose.as_ref().and_then(|whose| whose.shown.user_email.as_deref());
            reader.users(&mut self.known, own).await;
        }
        let asks_tags = !values.tags.is_empty() && form.known_tags().is_none();
        if asks_tags || !values.fields.is_empty() {
            self.known.contacts = reader.contacts(PAGES).await;
        } else if looks_for_contacts {
            self.known.contacts = reader.contacts(1).await;
        }
        self.requests += reader.requests();
        refuse_too_long(self.endpoint, &self.waits)?;
        // The stand-in without settings of its own is nobody's account, and says nothing of what fits.
        let fits_anything = self.endpoint.is_nobodys();
        let mut findings = if fits_anything { Vec::new() } else { findings(&self.known, values, form) };
        let is_main_known =
            begun.map_or(self.known.main_channel().is_some(), |begun| begun.main_channel().is_some());
        if !fits_anything && !is_main_known {
            findings.splice(0..0, main_channel_unknown(prepared));
        }
        findings.extend(rounded_identifiers(prepared));
        findings.extend(no_bot_status(prepared));
        Ok(findings)
    }
}

impl Preflight<'_> {
    /// How it is found out who is there already.
    pub(super) fn way(&self, prepared: &Prepared, policy: OnExisting, rate: Option<u32>) -> Way {
        let survey = &prepared.survey;
        let rows = prepared.to_send().min(survey.values.of_source(Source::Whatsapp));
        if !policy.looks() || rows == 0 {
            return Way::None;
        }
        match self.known.contacts.seen() {
            Some(seen) => {
                let contacts = seen.is_all.then_some(seen.contacts);
                let pages = seen.pages.or(seen.is_all.then_some(1));
                let list = pages.map(|pages| Length { pages, contacts });
                account::choose(rows, list, seen.page_seconds, rate)
            }
            None => Way::LookUps { requests: rows, walk: None },
        }
    }

    /// Walks the list if that is the way. The second value is something to tell.
    pub(super) async fn existing(
        &mut self,
        way: Way,
        policy: OnExisting,
        rules: UpdateRules,
    ) -> (Existing, Option<Message>) {
        let mut existing = Existing { rules, ..Existing::of(policy) };
        let Way::Walk { .. } = way else { return (existing, None) };
        let is_empty = self.known.contacts.seen().is_some_and(|seen| seen.is_all && seen.contacts == 0);
        let mut reader = Reader::new(self.client, self.rate, &mut self.waits);
        let walked =
            if is_empty { Ok(Index::default()) } else { account::walk(&mut reader, &self.known).await };
        self.requests += reader.requests();
        match walked {
            Ok(index) => {
                let main = self.known.main_channel().map(|channel| channel.uuid.clone());
                existing.walked = Some(Box::new(move |contact| index.find(contact, main.as_deref())));
                (existing, None)
            }
            Err(why) => {
                let told = message!("walk-no-use", why = why.message());
                (existing, Some(told))
            }
        }
    }

    /// 429 answers to all that was asked, also to the first.
    pub(super) fn throttled(&self) -> u64 {
        self.waits.answers()
    }

    /// Requests that were made beside the first.
    pub(super) fn requests(&self) -> u64 {
        self.requests
    }
}

/// The same of a command that waits at most `longest_outage` for a server that does not answer. Whoever sits at the terminal sees
/// at once that the address is wrong, or can try again.
pub(super) fn patient_waits(quiet: bool, longest_outage: Duration) -> Waits {
    waits(quiet).patient(if ask::someone_looks_on() { Duration::ZERO } else { longest_outage })
}

/// Waits that are said, unless they are not to be.
pub(super) fn waits(quiet: bool) -> Waits {
    Waits::new(move |message| {
        if !quiet {
            say(&message.told());
        }
    })
}

/// # Errors
///
/// If the server asked for a wait that was too long.
pub(super) fn refuse_too_long(endpoint: &Endpoint, waits: &Waits) -> Result<(), Failure> {
    waits.too_long().map_or(Ok(()), |too_long| Err(identity::held_too_long(&endpoint.base, too_long)))
}

/// Rows that name a WhatsApp channel beside rows that name none: where nobody knows which channel the latter belong to, a
/// number that stands in both may be one contact or two.
fn main_channel_unknown(prepared: &Prepared) -> Option<Finding> {
    let values = &prepared.survey.values;
    let others = values.in_main_channel;
    let named = values.channels.iter().filter(|((_, source), _)| *source == Source::Whatsapp);
    let first = named.clone().map(|(_, count)| count.first).min()?;
    (others > 0).then(|| Finding {
        certainty: Certainty::Certain,
        kind: Kind::MainChannelUnknown,
        field: Field::ChannelUuid.wire_name().to_owned(),
        value: None,
        rows: named.map(|(_, count)| count.rows).sum(),
        first_row: Some(first.row.get()),
        first_line: Some(first.line),
        what: message!("main-channel-unknown", others),
        nearest: None,
        fix: message!("main-channel-unknown.fix"),
    })
}

/// Contacts that a bot may answer because nobody said otherwise. That is seen without the account.
pub(super) fn no_bot_status(prepared: &Prepared) -> Option<Finding> {
    let rows = prepared.survey.counts.without_bot_status;
    (rows > 0 && prepared.to_send() > 0).then(|| Finding {
        certainty: Certainty::Uncertain,
        kind: Kind::NoBotStatus,
        field: Field::BotStatus.wire_name().to_owned(),
        value: None,
        rows,
        first_row: None,
        first_line: None,
        what: message!("no-bot-status"),
        nearest: None,
        fix: message!("no-bot-status.fix"),
    })
}

/// Identifiers of which a spreadsheet seems to have lost the last digits. That is seen without the account.
pub(super) fn rounded_identifiers(prepared: &Prepared) -> Option<Finding> {
    let (rows, first) = prepared.survey.values.long.rounded()?;
    Some(Finding {
        certainty: Certainty::Uncertain,
        kind: Kind::RoundedIdentifiers,
        field: Field::Identifier.wire_name().to_owned(),
        value: None,
        rows,
        first_row: Some(first.row.get()),
        first_line: Some(first.line),
        what: message!("rounded-identifiers"),
        nearest: None,
        fix: message!("rounded-identifiers.fix"),
    })
}

/// Why nothing may be sent, if so.
pub(super) fn refusal(findings: &[Finding], deny_warnings: bool) -> Option<Failure> {
    let stopping: Vec<&Finding> = findings.iter().filter(|finding| finding.stops(deny_warnings)).collect();
    if stopping.is_empty() {
        return None;
    }
    let certain = stopping.iter().filter(|finding| finding.certainty == Certainty::Certain).count();
    let warnings = stopping.len() - certain;
    let misfits = message!("refusal-misfits", things = certain);
    let denied = message!("refusal-warnings", warnings);
    let what = match (certain, warnings) {
        (_, 0) => misfits,
        (0, _) => denied,
        _ => message!("refusal-both", misfits, denied),
    };
    // Only the field: a value may be somebody's address.
    let first = stopping.first().map(|finding| finding.field.clone()).unwrap_or_default();
    Some(Failure::usage(message!("refusal", what, first)).hint(message!("refusal.fix")))
}
