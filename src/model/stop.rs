//! Why a run stops before the end of its input.

use super::{Learnt, RowNumber};
use crate::words::{Message, discreet};

/// A reason to take no more rows. A graver reason replaces a lesser one, never the reverse.
#[derive(Clone, PartialEq, Eq)]
pub enum Stop {
    /// `--max-failures` was reached.
    TooManyFailures {
        /// Rows that ended as invalid, rejected, failed or unconfirmed.
        failures: u64,
    },
    /// Somebody cancelled the job that this is a part of, or another part of it was stopped.
    Cancelled,
    /// `--max-duration` is over.
    TimeUp {
        /// How long that was.
        seconds: u64,
    },
    /// What the first rows came back as is not what was sent, or all of them were refused.
    CanaryDiffers {
        /// What they showed.
        learnt: Box<Learnt>,
    },
    /// The server has not answered for too long.
    Outage {
        /// How long.
        seconds: u64,
    },
    /// The server asks to wait longer than is sensible for a batch job.
    HeldTooLong {
        /// What it asked for.
        seconds: u64,
    },
    /// What answers is not the API: a redirect, or an unknown path.
    NotTheApi {
        /// What was seen, in words.
        seen: Message,
        /// The row that was answered so, if it was one.
        row: Option<RowNumber>,
    },
    /// 402: the account's plan or credit does not allow the call.
    PaymentRequired {
        /// The row that was answered so, if it was one.
        row: Option<RowNumber>,
        /// What the API said, without a person; empty if that cannot be told apart.
        said: String,
    },
    /// 401 or 403: the token does not open the account.
    TokenRefused {
        /// 401 or 403.
        http_status: u16,
        /// The row that was answered so, if it was one.
        row: Option<RowNumber>,
        /// What the API said, without a person; empty if that cannot be told apart.
        said: String,
    },
    /// The certificate of the server is not to be trusted.
    Untrusted {
        /// Why.
        why: Message,
    },
    /// Ctrl-C.
    Interrupt,
    /// SIGHUP: whoever it would have spoken to has gone, as where a terminal is closed.
    HangUp,
    /// SIGTERM.
    Terminate,
}

discreet!(Stop as Stop::as_str);

impl Stop {
    /// The word in `summary.json`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::TooManyFailures { .. } => "too_many_failures",
            Self::Cancelled => "cancelled",
            Self::TimeUp { .. } => "time_up",
            Self::CanaryDiffers { .. } => "canary_differs",
            Self::Outage { .. } => "outage",
            Self::HeldTooLong { .. } => "held_too_long",
            Self::NotTheApi { .. } => "not_the_api",
            Self::PaymentRequired { .. } => "payment_required",
            Self::TokenRefused { .. } => "token_refused",
            Self::Untrusted { .. } => "untrusted_server",
            Self::Interrupt => "interrupt",
            Self::HangUp => "hang_up",
            Self::Terminate => "terminate",
        }
    }

    /// Greater is graver.
    pub fn gravity(&self) -> u8 {
        match self {
            Self::TooManyFailures { .. }
            | Self::CanaryDiffers { .. }
            | Self::TimeUp { .. }
            | Self::Cancelled => 0,
            Self::Outage { .. } => 1,
            Self::HeldTooLong { .. } => 2,
            Self::NotTheApi { .. } => 3,
            Self::PaymentRequired { .. } => 4,
            Self::TokenRefused { .. } => 5,
            Self::Untrusted { .. } => 6,
            Self::Interrupt => 7,
            Self::HangUp => 8,
            Self::Terminate => 9,
        }
    }

    /// The same, where the answer to this row brought it about.
    #[must_use]
    pub fn at(mut self, at: RowNumber) -> Self {
        if let Self::NotTheApi { row, .. }
        | Self::PaymentRequired { row, .. }
        | Self::TokenRefused { row, .. } = &mut self
        {
            *row = Some(at);
        }
        self
    }

    /// The row whose answer brought it about, if it may be that row alone that is answered so: a token that is none is not of
    /// any row.
    pub fn at_row(&self) -> Option<RowNumber> {
        match self {
            Self::TokenRefused { http_status: 401 | 407, .. } => None,
            Self::NotTheApi { row, .. }
            | Self::PaymentRequired { row, .. }
            | Self::TokenRefused { row, .. } => *row,
            _ => None,
        }
    }

    /// Whether a signal asked for it.
    pub fn is_by_signal(&self) -> bool {
        matches!(self, Self::Interrupt | Self::HangUp | Self::Terminate)
    }
}
