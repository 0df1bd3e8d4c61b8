//! Every way in which a request can fail, and what it means for the contact.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::client::Answer;
use crate::model::printable;
use crate::words::{Message, message};

/// Longest message of the server that is kept, in characters.
const LONGEST_SAID: usize = 300;

/// Whether a contact can have come into being although no good answer was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existence {
    /// It cannot.
    No,
    /// Nobody can say without looking.
    Maybe,
}

/// Why a request brought nothing usable. Words in it are safe to show and hold no data of the row, except `said`.
#[derive(Clone, PartialEq, Eq)]
pub enum Fault {
    /// No connection was made: not one byte was sent.
    Unreached {
        /// What happened.
        why: Message,
    },
    /// The server's certificate is not to be trusted: nothing was sent.
    Untrusted {
        /// What is wrong with it.
        why: Message,
    },
    /// 429: refused because of the rate.
    Throttled {
        /// How long the server asks to wait.
        after: Option<Duration>,
    },
    /// 401, 403, 407: the token opens nothing.
    Denied {
        /// The status.
        status: u16,
        /// What the server said.
        said: String,
    },
    /// 402: plan or credit.
    PaymentRequired {
        /// What the server said.
        said: String,
    },
    /// A redirect, or a path the server does not know: this is not the API.
    NotTheApi {
        /// The status.
        status: u16,
        /// What was seen.
        seen: Message,
    },
    /// A 4xx about this contact.
    Refused {
        /// The status.
        status: u16,
        /// The parameter at fault, if one is named.
        field: Option<String>,
        /// What the server said; may hold the row's data.
        said: String,
    },
    /// 421, 425, 431: the server says that it did not begin, for something that the row has no part in.
    NotProcessed {
        /// The status.
        status: u16,
    },
    /// 5xx and 408. A gateway may say so while the server behind it goes on and stores the contact.
    Broken {
        /// The status.
        status: u16,
    },
    /// A 2xx that does not say which contact.
    Unusable {
        /// The status.
        status: u16,
        /// What is missing.
        why: Message,
    },
    /// No complete answer: cut off, timed out, or too large.
    Lost {
        /// What happened.
        why: Message,
    },
}

/// Shows its kind and its status, never what the server said: that may repeat the row.
impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Unreached { .. } => "Unreached",
            Self::Untrusted { .. } => "Untrusted",
            Self::Throttled { .. } => "Throttled",
            Self::Denied { .. } => "Denied",
            Self::PaymentRequired { .. } => "PaymentRequired",
            Self::NotTheApi { .. } => "NotTheApi",
            Self::Refused { .. } => "Refused",
            Self::NotProcessed { .. } => "NotProcessed",
            Self::Broken { .. } => "Broken",
            Self::Unusable { .. } => "Unusable",
            Self::Lost { .. } => "Lost",
        };
        f.debug_struct(kind).field("status", &self.status()).finish_non_exhaustive()
    }
}

impl Fault {
    /// What an answer that is no success means. `known_path`: the API certainly has the path that was asked for.
    pub(super) fn of(answer: &Answer, known_path: bool) -> Self {
        let status = answer.status;
        let (field, said) = envelope(answer);
        match status {
            300..400 => {
                // The host alone: the rest of the address may hold a phone number.
                let seen = match answer.location.as_deref().and_then(host) {
                    Some(host) => message!("seen-redirect-to", status, host),
                    None => message!("seen-redirect", status),
                };
                Self::NotTheApi { status, seen }
            }
            401 | 403 | 407 => Self::Denied { status, said },
            402 => Self::PaymentRequired { said },
            404 | 405 | 410 | 501 if known_path => {
                Self::NotTheApi { status, seen: message!("seen-unknown-path", status) }
            }
            408 => Self::Broken { status },
            421 | 425 | 431 => Self::NotProcessed { status },
            429 => Self::Throttled { after: answer.retry_after },
            400..500 => Self::Refused { status, field, said },
            500.. => Self::Broken { status },
            _ => Self::Unusable { status, why: message!("unusable-status") },
        }
    }

    /// An answer that does not say what it should.
    pub(super) fn unusable(answer: &Answer, why: Message) -> Self {
        Self::Unusable { status: answer.status, why }
    }

    /// Whether the contact of a failed create can exist. Everything that is not a definite no is a maybe.
    pub fn existence(&self) -> Existence {
        match self {
            Self::Unreached { .. }
            | Self::Untrusted { .. }
            | Self::Throttled { .. }
            | Self::Denied { .. }
            | Self::PaymentRequired { .. }
            | Self::Refused { .. }
            | Self::NotProcessed { .. } => Existence::No,
            // A path that is not known stores nothing; what stands behind a redirect is not known.
            Self::NotTheApi { status, .. } if *status >= 400 => Existence::No,
            Self::NotTheApi { .. } | Self::Broken { .. } | Self::Unusable { .. } | Self::Lost { .. } => {
                Existence::Maybe
            }
        }
    }

    /// The same as an answer about the contact alone, where it may be that, although it speaks of the account: a wall on the
    /// way may dislike what one contact says. `None` where it cannot be.
    pub fn as_of_the_contact(&self) -> Option<Self> {
        let (status, said) = match self {
            Self::Denied { status: status @ 403, said } => (*status, said.clone()),
            Self::PaymentRequired { said } => (402, said.clone()),
            Self::NotTheApi { status, seen } if *status >= 400 => (*status, seen.to_string()),
            _ => return None,
        };
        Some(Self::Refused { status, field: None, said })
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Unreached { .. } | Self::Untrusted { .. } | Self::Lost { .. } => None,
            Self::Throttled { .. } => Some(429),
            Self::PaymentRequired { .. } => Some(402),
            Self::Denied { status, .. }
            | Self::NotTheApi { status, .. }
            | Self::Refused { status, .. }
            | Self::NotProcessed { status }
            | Self::Broken { status }
            | Self::Unusable { status, .. } => Some(*status),
        }
    }

    /// In words that hold no data of the row.
    pub fn describe(&self) -> Message {
        match self {
            Self::Unreached { why } => message!("fault-unreached", why),
            Self::Untrusted { why } => message!("fault-untrusted", why),
            Self::Throttled { .. } => message!("fault-throttled"),
            Self::Denied { status, .. } => message!("fault-denied", status = *status),
            Self::PaymentRequired { .. } => message!("fault-payment-required"),
            Self::NotTheApi { seen, .. } => seen.clone(),
            Self::Refused { status, .. } => message!("fault-refused", status = *status),
            Self::NotProcessed { status } => message!("fault-not-processed", status = *status),
            Self::Broken { status } => message!("fault-broken", status = *status),
            Self::Unusable { status, why } => message!("fault-unusable", status = *status, why),
            Self::Lost { why } => why.clone(),
        }
    }
}

/// The `error` of an answer, which is a text or an object of parameters with lists of messages.
fn envelope(answer: &Answer) -> (Option<String>, String) {
    let Some(body) = answer.json() else {
        return (None, "(the answer is not JSON)".to_owned());
    };
    let (field, said) = match body.get("error") {
        Some(Value::String(said)) => (None, said.clone()),
        Some(Value::Object(parameters)) => {
            let fields: Vec<&str> = parameters.keys().map(String::as_str).collect();
            let said: Vec<String> = parameters
                .values()
                .map(|messages| match messages {
                    Value::Array(list) => list
                        .iter()
                        .map(|message| message.as_str().map_or_else(|| message.to_string(), str::to_owned))
                        .collect::<Vec<_>>()
                        .join(", "),
                    Value::String(message) => message.clone(),
                    other => other.to_string(),
                })
                .collect();
            (Some(fields.join(";")), said.join("; "))
        }
        _ => (None, "(the answer names no error)".to_owned()),
    };
    let field = field.map(|field| shortened(&field)).filter(|field| !field.is_empty());
    (field, shortened(&said))
}

fn shortened(text: &str) -> String {
    printable(&text.chars().take(LONGEST_SAID).collect::<String>())
}

fn host(address: &str) -> Option<String> {
    reqwest::Url::parse(address).ok()?.host_str().map(printable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, body: body.as_bytes().to_vec(), ..Answer::default() }
    }

    #[test]
    fn both_error_shapes_are_understood() {
        let fault =
            Fault::of(&answer(422, r#"{"error":{"custom_fields":["is invalid","x"],"name":["y"]}}"#), true);
        let Fault::Refused { status: 422, field, said } = fault else { panic!("{fault:?}") };
        assert_eq!((field.as_deref(), said.as_str()), (Some("custom_fields;name"), "is invalid, x; y"));
        let fault = Fault::of(&answer(400, r#"{"error":"bad \u001b[31m thing"}"#), true);
        let Fault::Refused { field: None, said, .. } = fault else { panic!("{fault:?}") };
        assert_eq!(said, "bad \\u{1b}[31m thing");
    }
}
