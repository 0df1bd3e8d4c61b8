//! What goes wrong on the line, and how often.

use serde::Deserialize;

/// Requests that a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// `POST /contacts`
    #[default]
    Create,
    /// `GET /contacts/phone/:number`
    LookUp,
    /// `GET /contacts`
    List,
    /// `GET /contacts/:uuid`
    Read,
    /// `PATCH /contacts/:uuid`
    Update,
    /// `DELETE /contacts/:uuid`
    Delete,
    /// `GET /auth/me`
    AuthMe,
    /// All of them.
    Any,
}

/// A way to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// 429; nothing is stored.
    Throttle,
    /// `status` (500 unless given) with an error in JSON; nothing is stored.
    Error,
    /// As `error`, but the contact is stored.
    ErrorAfter,
    /// `status` (502 unless given) with an HTML page; nothing is stored.
    Html,
    /// 200 with an HTML page, as from a captive portal; nothing is stored.
    Portal,
    /// A good status, and a body that is not JSON; the contact is stored.
    Garbage,
    /// A good status and no body; the contact is stored.
    Empty,
    /// A good status, and JSON that is no contact; the contact is stored.
    WrongJson,
    /// A good status, and a body that ends in the middle; the contact is stored.
    Truncated,
    /// A good status, and a body without an end; the contact is stored.
    Endless,
    /// A good answer behind headers of a mebibyte; the contact is stored.
    HugeHead,
    /// The connection is closed; nothing is stored.
    CutBefore,
    /// The contact is stored, then the connection is closed.
    CutAfter,
    /// The contact is stored, and no answer ever comes.
    Withheld,
    /// Everything as usual, `delay_ms` later.
    Slow,
    /// 504 at once; the contact is stored `delay_ms` later.
    LateStore,
    /// The connection is closed at once; the contact is stored `delay_ms` later.
    CutThenStore,
    /// `status` (301 unless given) to another place; nothing is stored.
    Redirect,
    /// 401 from here on, as for a token that was withdrawn.
    Unauthorized,
    /// 402: plan or credit; nothing is stored.
    PaymentRequired,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::Throttle,
        Self::Error,
        Self::ErrorAfter,
        Self::Html,
        Self::Portal,
        Self::Garbage,
        Self::Empty,
        Self::WrongJson,
        Self::Truncated,
        Self::Endless,
        Self::HugeHead,
        Self::CutBefore,
        Self::CutAfter,
        Self::Withheld,
        Self::Slow,
        Self::LateStore,
        Self::CutThenStore,
        Self::Redirect,
        Self::Unauthorized,
        Self::PaymentRequired,
    ];

    /// The word in settings and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Throttle => "throttle",
            Self::Error => "error",
            Self::ErrorAfter => "error_after",
            Self::Html => "html",
            Self::Portal => "portal",
            Self::Garbage => "garbage",
            Self::Empty => "empty",
            Self::WrongJson => "wrong_json",
            Self::Truncated => "truncated",
            Self::Endless => "endless",
            Self::HugeHead => "huge_head",
            Self::CutBefore => "cut_before",
            Self::CutAfter => "cut_after",
            Self::Withheld => "withheld",
            Self::Slow => "slow",
            Self::LateStore => "late_store",
            Self::CutThenStore => "cut_then_store",
            Self::Redirect => "redirect",
            Self::Unauthorized => "unauthorized",
            Self::PaymentRequired => "payment_required",
        }
    }
}

/// One line of the list of faults.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// What goes wrong.
    pub kind: FaultKind,
    /// For which requests.
    #[serde(default)]
    pub on: On,
    /// For which share of them, from 0 to 1.
    #[serde(default = "always")]
    pub share: f64,
    /// From the how-manieth of them, counted from 1.
    #[serde(default = "first")]
    pub from: u64,
    /// To the how-manieth of them.
    #[serde(default)]
    pub until: Option<u64>,
    /// Of them, only for those whose path or body has this text, as a wall on the way judges them.
    #[serde(default)]
    pub containing: Option<String>,
    /// Status of `error`, `error_after`, `html`, `redirect`.
    #[serde(default)]
    pub status: Option<u16>,
    /// Delay of `slow`, `late_store`, `cut_then_store`, in milliseconds.
    #[serde(default)]
    pub delay_ms: u64,
    /// `Retry-After` of `throttle`, in seconds.
    #[serde(default)]
    pub retry_after: Option<u64>,
    /// Whether that `Retry-After` is an HTTP date.
    #[serde(default)]
    pub retry_after_date: bool,
}

fn always() -> f64 {
    1.0
}

fn first() -> u64 {
    1
}

impl FaultRule {
    /// A rule for a share of the creates.
    pub fn new(kind: FaultKind, share: f64) -> Self {
        Self {
            kind,
            on: On::Create,
            share,
            from: 1,
            until: None,
            containing: None,
            status: None,
            delay_ms: 0,
            retry_after: None,
            retry_after_date: false,
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if (0.0..=1.0).contains(&self.share) {
            Ok(())
        } else {
            Err(format!("the share of `{}` is {}, not between 0 and 1", self.kind.as_str(), self.share))
        }
    }
}

/// Draws faults by their rules.
#[derive(Debug)]
pub(super) struct Faults {
    rules: Vec<FaultRule>,
    /// Requests so far, by [`On`].
    counts: [u64; On::Any as usize + 1],
    luck: fastrand::Rng,
}

impl Faults {
    pub(super) fn new(rules: Vec<FaultRule>, seed: u64) -> Self {
        Self { rules, counts: [0; On::Any as usize + 1], luck: fastrand::Rng::with_seed(seed) }
    }

    /// The fault of the next request of this kind, if it has one. The first rule that strikes wins.
    pub(super) fn draw(&mut self, on: Option<On>, path: &str, body: &[u8]) -> Option<FaultRule> {
        self.counts[On::Any as usize] += 1;
        if let Some(on) = on {
            self.counts[on as usize] += 1;
        }
        let is_in_body = |text: &str| body.windows(text.len().max(1)).any(|part| part == text.as_bytes());
        let has = |text: &str| path.contains(text) || is_in_body(text);
        let luck = &mut self.luck;
        let counts = &self.counts;
        self.rules
            .iter()
            .find(|rule| {
                let applies = rule.on == On::Any || Some(rule.on) == on;
                let count = counts[rule.on as usize];
                applies
                    && count >= rule.from
                    && rule.until.is_none_or(|until| count <= until)
                    && rule.containing.as_deref().is_none_or(has)
                    && luck.f64() < rule.share
            })
            .cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_strikes_its_share_of_its_requests_within_its_bounds() {
        let rules = vec![
            FaultRule { from: 11, until: Some(20), ..FaultRule::new(FaultKind::Throttle, 1.0) },
            FaultRule { on: On::LookUp, ..FaultRule::new(FaultKind::Error, 0.5) },
        ];
        let mut faults = Faults::new(rules, 3);
        let struck: Vec<usize> =
            (1..=30).filter(|_| faults.draw(Some(On::Create), "", b"").is_some()).collect();
        assert_eq!(struck, (11..=20).collect::<Vec<_>>());
        let errors = (0..1000).filter(|_| faults.draw(Some(On::LookUp), "", b"").is_some()).count();
        assert!((400..600).contains(&errors), "{errors}");
        assert!((0..100).all(|_| faults.draw(None, "", b"").is_none()));
    }

    #[test]
    fn the_same_seed_draws_the_same_faults() {
        let draw = || {
            let mut faults = Faults::new(vec![FaultRule::new(FaultKind::CutAfter, 0.3)], 9);
            (0..200).map(|_| faults.draw(Some(On::Create), "", b"").is_some()).collect::<Vec<_>>()
        };
        assert_eq!(draw(), draw());
    }
}
