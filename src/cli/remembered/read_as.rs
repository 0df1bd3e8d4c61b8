//! How an import's lists were read: what said who somebody is, of which country, source and channel.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::cli::prepare::Prepared;
use crate::mapping::{Country, Manner, Resolved};
use crate::model::Source;
use crate::survey::Values;

/// How the runs into a folder read people.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::cli) struct ReadAs {
    /// The country of numbers without `+` or `00`, if it made any number international.
    pub(super) country: Option<String>,
    /// The countries that rows named for their numbers, in any run; `None` if earlier versions did.
    countries: Option<BTreeSet<String>>,
    /// The columns that said who somebody is, in the order in which they were tried.
    pub(super) identified_by: Vec<String>,
    /// The same of earlier runs, where they were others.
    pub(super) identified_before: Vec<Vec<String>>,
    /// How identifiers were read in the runs; none if earlier versions did.
    pub(super) manners: Vec<KnownManner>,
    /// Whether no run was of a version that sent what a spreadsheet had added to identifiers that are no numbers.
    bare: bool,
    /// The columns by which people were left out who said no.
    pub(super) said_no: Vec<String>,
    /// The source of all rows, if they had the same whatever their cells held.
    pub(super) source: Option<String>,
    /// The columns that said of which source somebody is.
    pub(super) sources_from: Vec<String>,
    /// Whether WhatsApp rows named a channel, in any run.
    pub(super) named_channels: bool,
    /// Whether WhatsApp rows named none, in any run.
    pub(super) named_no_channel: bool,
    /// The fields that columns gave because all their values fitted.
    pub(super) judged: Option<Vec<String>>,
}

/// Most manners that are remembered, the last ones.
const MOST_MANNERS: usize = 8;

/// How identifiers were read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct KnownManner {
    pub(super) manner: Manner,
    /// Whether a country made any number international.
    pub(super) made: bool,
}

impl ReadAs {
    /// No run has read anybody.
    pub(super) fn nobody() -> Self {
        Self { bare: true, ..Self::default() }
    }

    /// With how a run that begins now reads people.
    pub(super) fn and_of(self, prepared: &Prepared) -> Self {
        let (form, values) = (&prepared.resolved.form, &prepared.survey.values);
        let before = self.spelled_as(&prepared.resolved);
        let owned = |columns: Vec<&str>| -> Vec<String> { columns.into_iter().map(str::to_owned).collect() };
        let identified_by = owned(form.identified_by());
        let country = prepared.country().map(|country| country.to_string());
        let bare = before.is_bare();
        let mut identified_before = before.identified_before;
        let says_no = owned(form.says_no_in());
        // Columns in which nobody stands have not said who anybody is.
        let says_who = prepared.survey.rows > prepared.survey.invalid || before.identified_by.is_empty();
        let identified_by = if says_who { identified_by } else { before.identified_by.clone() };
        // With one column less they have to be known still: another one may come in its place.
        let goes_further = identified_by.starts_with(&before.identified_by);
        if !goes_further {
            identified_before.push(before.identified_by);
        }
        identified_before.retain(|known| *known != identified_by);
        let named = prepared.countries.iter().map(Country::to_string);
        let countries = before.countries.into_iter().flatten().chain(named).collect();
        let manner = form.manner().filter(|_| says_who);
        let manners = with_manner(before.manners, manner, prepared.made_international());
        Self {
            country: country.or(before.country),
            countries: Some(countries),
            named_channels: before.named_channels || names_channels(values),
            named_no_channel: before.named_no_channel || values.in_main_channel > 0,
            identified_by,
            identified_before,
            manners,
            bare,
            // Who is imported all the same tonight may be left out the next night.
            said_no: if says_no.is_empty() { before.said_no } else { says_no },
            source: form.constant_source().map(str::to_owned),
            judged: Some(owned(form.judged_fields())),
            sources_from: owned(form.sources_from()),
        }
    }

    /// The countries of numbers in the runs before, if they are remembered: those that rows named, and the one of those that named
    /// none.
    pub(super) fn countries_of_numbers(&self) -> Option<Vec<Country>> {
        let countries = self.countries.as_ref()?.iter().chain(&self.country);
        Some(countries.filter_map(|country| Country::parse(country).ok()).collect())
    }

    /// The same by the names that columns [have now](Resolved::called_now).
    pub(super) fn spelled_as(mut self, now: &Resolved) -> Self {
        let identify = self.identified_by.iter_mut().chain(self.identified_before.iter_mut().flatten());
        let others = self.said_no.iter_mut().chain(&mut self.sources_from);
        let in_manners = self.manners.iter_mut().flat_map(|known| known.manner.columns_mut());
        for name in identify.chain(others).chain(in_manners) {
            if let Some(now) = now.called_now(name) {
                *name = now;
            }
        }
        self
    }

    /// Whether nothing that a spreadsheet adds was sent with an identifier.
    pub(super) fn is_bare(&self) -> bool {
        self.bare || self.source.as_deref() == Some(Source::Whatsapp.as_str())
    }
}

/// The manners with that of this run.
fn with_manner(mut manners: Vec<KnownManner>, now: Option<Manner>, made: bool) -> Vec<KnownManner> {
    let Some(manner) = now else { return manners };
    let before = manners.iter().position(|known| known.manner == manner).map(|at| manners.remove(at));
    manners.push(KnownManner { manner, made: made || before.is_some_and(|before| before.made) });
    manners.split_off(manners.len().saturating_sub(MOST_MANNERS))
}

/// Whether a WhatsApp row names a channel.
pub(super) fn names_channels(values: &Values) -> bool {
    values.channels.keys().any(|(_, source)| *source == Source::Whatsapp)
}
