//! Whose token it is: the first thing that the API is asked, and what is done where it does not say.

use std::time::SystemTime;

use tokio::time::Instant;

use super::exit::Exit;
use super::failure::Failure;
use super::settings::Endpoint;
use crate::account::{TooLong, Waits};
use crate::api::{BaseUrl, Client, Fault, Http};
use crate::journal::{About, Fingerprints};
use crate::rate::Rate;
use crate::report::AccountShown;
use crate::words::{Message, lasting, message};

/// Good answers that are no identity, after which it is not the API. Before, a gateway may have given them that is just being
/// restarted, and a job that nobody watches should not end by one of them.
const MOST_OF_ANOTHER: u32 = 3;

/// Whose account it is.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) shown: AccountShown,
    /// What tells the token from all others.
    pub(super) token: String,
    /// The server's clock.
    pub(super) server_time: Option<SystemTime>,
    /// Requests that it took to find out.
    pub(super) requests: u64,
    /// 429 answers to them.
    pub(super) throttled: u64,
}

impl Account {
    /// What a journal with these fingerprints holds of it.
    pub(super) fn about(&self, fingerprints: &Fingerprints) -> About {
        let AccountShown { endpoint, user_email, .. } = &self.shown;
        let account = fingerprints.account(endpoint, user_email.as_deref(), &self.token);
        About { endpoint: endpoint.clone(), account }
    }
}

/// What an address answered.
fn at(base: &BaseUrl, fault: &Fault) -> Message {
    message!("name-and-list", name = base.to_string(), list = fault.describe())
}

/// Nobody sits before a batch job for as long as the server asks.
pub(super) fn held_too_long(base: &BaseUrl, TooLong(asked): TooLong) -> Failure {
    let duration = lasting(asked.as_secs());
    Failure::new(Exit::Stopped, message!("asks-to-wait-too-long", base = base.to_string(), duration))
        .hint(message!("asks-to-wait-too-long.fix"))
}

/// Asks whose token it is. This also shows that the API is there, before anything is sent. A server that does not answer is
/// waited for as long as `waits` has patience.
///
/// # Errors
///
/// If the token is refused, or what answers is not the API, or nothing answers, or the server asks to wait for too long.
pub(super) async fn identify(
    endpoint: &Endpoint,
    client: &Client<Http>,
    rate: &Rate,
    waits: &mut Waits,
) -> Result<Account, Failure> {
    let (mut tries, mut of_another, began) = (0, 0, Instant::now());
    let throttled_before = waits.answers();
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
                    token: endpoint.token.fingerprint(&shown.endpoint),
                    shown,
                    server_time: exchange.server_time,
                    requests: u64::from(tries) + 1,
                    throttled: waits.answers() - throttled_before,
                });
            }
            Err(fault) => fault,
        };
        let base = &endpoint.base;
        let failure = match &fault {
            Fault::Denied { status, .. } => {
                return Err(Failure::new(
                    Exit::Token,
                    message!("token-refused", base = base.to_string(), status = *status),
                )
                .hint(message!("token-refused.fix")));
            }
            Fault::NotTheApi { status, seen } => {
                let failure = Failure::usage(message!("not-the-api", base = base.to_string(), seen))
                    .hint(message!("not-the-api.fix"));
                of_another += 1;
                if *status >= 300 || of_another >= MOST_OF_ANOTHER {
                    return Err(failure);
                }
                failure
            }
            Fault::Untrusted { .. } | Fault::PaymentRequired { .. } | Fault::Refused { .. } => {
                return Err(
                    Failure::new(Exit::Stopped, at(base, &fault)).hint(message!("hint-nothing-was-sent"))
                );
            }
            Fault::Throttled { after } => {
                waits.throttled(rate, *after).map_err(|too_long| held_too_long(base, too_long))?;
                Failure::new(Exit::Stopped, message!("asks-to-slow-down", base = base.to_string()))
                    .hint(message!("asks-to-slow-down.fix"))
            }
            _ => Failure::new(
                Exit::Stopped,
                message!("does-not-answer", base = base.to_string(), why = fault.describe()),
            )
            .hint(message!("does-not-answer.fix")),
        };
        tries += 1;
        match waits.after_silence(tries, began.elapsed(), || at(base, &fault)) {
            Some(wait) => tokio::time::sleep(wait).await,
            None => return Err(failure),
        }
    }
}
