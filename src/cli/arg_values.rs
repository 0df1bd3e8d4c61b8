//! The values that flags take.

use clap::ValueEnum;

use crate::api::{ParamNames, PhoneFormat};
use crate::input::{Encoding, Quote, Ragged};
use crate::model::OnExisting;
use crate::rate::Headroom;

/// `--phone-format`
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum PhoneFormatArg {
    /// 393331234567
    Digits,
    /// +393331234567
    Plus,
}

impl From<PhoneFormatArg> for PhoneFormat {
    fn from(arg: PhoneFormatArg) -> Self {
        match arg {
            PhoneFormatArg::Digits => Self::Digits,
            PhoneFormatArg::Plus => Self::Plus,
        }
    }
}

/// `--param-names`
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ParamNamesArg {
    /// As the live API has them
    En,
    /// As the machine-translated French page had them
    Fr,
}

impl From<ParamNamesArg> for ParamNames {
    fn from(arg: ParamNamesArg) -> Self {
        match arg {
            ParamNamesArg::En => Self::En,
            ParamNamesArg::Fr => Self::Fr,
        }
    }
}

/// `--quote`
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum QuoteArg {
    /// "
    Double,
    /// '
    Single,
    /// Quotes are characters as any other
    None,
}

impl From<QuoteArg> for Quote {
    fn from(arg: QuoteArg) -> Self {
        match arg {
            QuoteArg::Double => Self::Double,
            QuoteArg::Single => Self::Single,
            QuoteArg::None => Self::None,
        }
    }
}

/// `--on-existing`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OnExistingArg {
    /// They are left as they are
    Skip,
    /// They are changed to what the row says
    Update,
    /// Nobody looks before sending
    Create,
    /// The row is rejected
    Fail,
}

impl From<OnExistingArg> for OnExisting {
    fn from(arg: OnExistingArg) -> Self {
        match arg {
            OnExistingArg::Skip => Self::Skip,
            OnExistingArg::Update => Self::Update,
            OnExistingArg::Create => Self::Create,
            OnExistingArg::Fail => Self::Fail,
        }
    }
}

/// `--ragged`
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RaggedArg {
    /// The row is invalid
    Refuse,
    /// Missing cells at the end are empty; too many make the row invalid
    Pad,
    /// Missing cells at the end are empty; those beyond the last column are left out
    Fit,
}

impl From<RaggedArg> for Ragged {
    fn from(arg: RaggedArg) -> Self {
        match arg {
            RaggedArg::Refuse => Self::Refuse,
            RaggedArg::Pad => Self::Pad,
            RaggedArg::Fit => Self::Fit,
        }
    }
}

/// `--rate`: a whole number from 1, or `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RateArg(pub(super) Option<std::num::NonZeroU32>);

impl std::str::FromStr for RateArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self(None));
        }
        text.parse()
            .ok()
            .filter(|rate: &std::num::NonZeroU32| rate.get() <= 10_000)
            .map(|rate| Self(Some(rate)))
            .ok_or_else(|| "expected a whole number from 1 to 10000, or none".to_owned())
    }
}

/// `--headroom`: a share from 0 to below 1, also in per cent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct HeadroomArg(pub(super) Headroom);

impl std::str::FromStr for HeadroomArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let share = match text.strip_suffix('%') {
            Some(percent) => percent.parse().map(|percent: f64| percent / 100.0),
            None => text.parse(),
        };
        share
            .ok()
            .and_then(Headroom::new)
            .map(Self)
            .ok_or_else(|| "expected a share from 0% to below 100%, or from 0 to below 1".to_owned())
    }
}

/// `--settle`: seconds, also with a fraction, up to a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SettleArg(pub(super) std::time::Duration);

impl std::str::FromStr for SettleArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse()
            .ok()
            .filter(|seconds: &f64| (0.0..=86_400.0).contains(seconds))
            .map(|seconds| Self(std::time::Duration::from_secs_f64(seconds)))
            .ok_or_else(|| "expected seconds from 0 to 86400".to_owned())
    }
}

/// `--max-drift`: a share in per cent, or `none`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct MaxDriftArg(pub(super) Option<f64>);

impl std::str::FromStr for MaxDriftArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self(None));
        }
        text.strip_suffix('%')
            .and_then(|share| share.trim().parse().ok())
            .filter(|share: &f64| (0.0..=100_000.0).contains(share))
            .map(|share| Self(Some(share)))
            .ok_or_else(|| "expected a share such as 50%, or none".to_owned())
    }
}

/// `--max-failures`: a count from 1, or a share from above 0 to 100 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum MaxFailuresArg {
    Rows(u64),
    Percent(f64),
}

impl std::str::FromStr for MaxFailuresArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected a whole number from 1, or a share such as 5%".to_owned();
        match text.strip_suffix('%') {
            Some(share) => share
                .trim()
                .parse()
                .ok()
                .filter(|share: &f64| *share > 0.0 && *share <= 100.0)
                .map(Self::Percent)
                .ok_or_else(wrong),
            None => text.parse().ok().filter(|rows| *rows > 0).map(Self::Rows).ok_or_else(wrong),
        }
    }
}

pub(super) fn parse_encoding(text: &str) -> Result<Encoding, String> {
    Encoding::named(text).ok_or_else(|| {
        "expected a name such as utf-8, utf-16le, windows-1252, windows-1250, windows-1251, latin1 or macroman".to_owned()
    })
}

pub(super) fn parse_delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        _ => match text.as_bytes() {
            [byte]
                if byte.is_ascii()
                    && !byte.is_ascii_alphanumeric()
                    && !matches!(byte, b'"' | b'\r' | b'\n') =>
            {
                Ok(*byte)
            }
            _ => Err("expected one character that is no letter, digit or quote, or tab".to_owned()),
        },
    }
}
