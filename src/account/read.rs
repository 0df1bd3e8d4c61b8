//! Asks for what the account holds. Every request has its turn at the turnstile; nothing is asked without end.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::facts::{AccountFacts, ContactsSeen, Looked, Users};
use super::waits::{TooLong, Waits};
use crate::api::{
    AccountPlan, Channel, Client, Exchange, Fault, Listed, Page, Place, StoredContact, Transport,
};
use crate::model::Source;
use crate::rate::{Asked, Rate};
use crate::words::{Message, message};

/// Tries that a request gets.
const TRIES: u32 = 4;
/// Pages of a numbered list that are read, and requests for members of all teams together.
const MOST_PAGES: u64 = 100;

/// Asks, and counts its requests.
pub struct Reader<'a, T> {
    client: &'a Client<T>,
    rate: &'a Rate,
    waits: &'a mut Waits,
    requests: u64,
}

impl<'a, T: Transport> Reader<'a, T> {
    /// Asks `client`, at `rate`. Once a wait was too long nothing more is asked: every list is closed.
    pub fn new(client: &'a Client<T>, rate: &'a Rate, waits: &'a mut Waits) -> Self {
        Self { client, rate, waits, requests: 0 }
    }

    /// Requests that were made.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    async fn ask<A>(&mut self, call: impl AsyncFn(&Client<T>) -> Exchange<A>) -> Result<A, Fault> {
        if let Some(TooLong(after)) = self.waits.too_long() {
            return Err(Fault::Throttled { after: Some(after) });
        }
        let mut tries = 0;
        loop {
            let turn = self.rate.turn().await;
            self.requests += 1;
            let exchange = call(self.client).await;
            tries += 1;
            let fault = match exchange.result {
                Ok(answer) => {
                    turn.answered(Asked::List);
                    self.rate.accepted();
                    return Ok(answer);
                }
                Err(fault) => {
                    drop(turn);
                    fault
                }
            };
            match &fault {
                Fault::Throttled { after } => {
                    if self.waits.throttled(self.rate, *after).is_err() {
                        return Err(fault);
                    }
                }
                Fault::Unreached { .. }
                | Fault::Lost { .. }
                | Fault::Broken { .. }
                | Fault::NotProcessed { .. } => {}
                _ => return Err(fault),
            }
            if tries == TRIES {
                return Err(fault);
            }
            sleep(Duration::from_millis(100 << tries)).await;
        }
    }

    /// `GET /plan`.
    pub async fn plan(&mut self) -> Looked<AccountPlan> {
        looked(self.ask(async |client| client.plan().await).await)
    }

    /// All channels.
    pub async fn channels(&mut self) -> Looked<Vec<Channel>> {
        looked(self.all(async |client, page| client.channels(page).await).await)
    }

    /// Reads all teams into `known`.
    pub async fn teams(&mut self, known: &mut AccountFacts) {
        if known.teams == Looked::Unasked {
            known.teams = looked(self.all(async |client, page| client.teams(page).await).await);
        }
    }

    /// Reads the members of all teams into `known`, and the plan that tells whether these are all. `own` is the token's
    /// user.
    pub async fn users(&mut self, known: &mut AccountFacts, own: Option<&str>) {
        self.teams(known).await;
        if known.plan == Looked::Unasked {
            known.plan = self.plan().await;
        }
        let teams = match &known.teams {
            Looked::Seen(teams) => teams.clone(),
            Looked::Closed(why) => {
                known.users = Looked::Closed(why.clone());
                return;
            }
            Looked::Unasked => return,
        };
        let mut users = Users { own: own.map(str::to_owned), ..Users::default() };
        let before = self.requests;
        for team in &teams {
            if self.requests - before >= MOST_PAGES {
                break;
            }
            let members = self.all(async |client, page| client.members(&team.uuid, page).await).await;
            match members {
                Ok(members) => users.members.extend(members),
                Err(fault) => {
                    known.users = Looked::Closed(why(&fault));
                    return;
                }
            }
        }
        users.members.sort_by_key(|member| member.email.to_lowercase());
        users.members.dedup_by_key(|member| member.email.to_lowercase());
        let active = known.plan.seen().and_then(|plan| plan.active_users);
        users.complete = active == Some(users.emails().len() as u64);
        known.users = Looked::Seen(users);
    }

    /// Whether there is a contact of this name; the error is what the server said instead.
    ///
    /// # Errors
    ///
    /// If it does not say.
    pub async fn has(&mut self, uuid: &str) -> Result<bool, Fault> {
        Ok(self.ask(async |client| client.contact(uuid).await).await?.is_some())
    }

    /// Reads the contact list as far as `most` pages.
    pub async fn contacts(&mut self, most: u64) -> Looked<ContactsSeen> {
        let mut seen = ContactsSeen::default();
        let mut place = Place::Number(1);
        while seen.pages_read < most {
            let began = Instant::now();
            let page = match self.ask(async |client| client.list_with_types(&place).await).await {
                Ok(page) => page,
                // What was read before is as good.
                Err(_) if seen.pages_read > 0 => break,
                Err(fault) => return Looked::Closed(why(&fault)),
            };
            let took = began.elapsed().as_secs_f64();
            seen.page_seconds = if seen.pages_read == 0 { took } else { seen.page_seconds.min(took) };
            seen.pages_read += 1;
            seen.pages = page.pages.or(seen.pages);
            page.contacts.iter().for_each(|contact| seen.note(contact));
            match page.next {
                None => {
                    // A list that ends before the last page that it counts has not been read to its end.
                    seen.is_all = seen.pages.is_none_or(|pages| pages <= seen.pages_read);
                    break;
                }
                Some(next) if next == place => break,
                Some(next) => place = next,
            }
        }
        Looked::Seen(seen)
    }

    /// One page of the contacts of a source; the error is in words.
    pub(super) async fn page(&mut self, source: Source, place: &Place) -> Result<Page, Message> {
        self.ask(async |client| client.list(source, place).await).await.map_err(|fault| why(&fault))
    }

    /// The WhatsApp contact with this number, in this channel or the main one; the error is in words.
    pub(super) async fn look_up(
        &mut self,
        digits: &str,
        channel: Option<&str>,
    ) -> Result<Option<StoredContact>, Message> {
        self.ask(async |client| client.find(digits, channel).await).await.map_err(|fault| why(&fault))
    }

    async fn all<A>(
        &mut self,
        call: impl AsyncFn(&Client<T>, u64) -> Exchange<Listed<A>>,
    ) -> Result<Vec<A>, Fault> {
        let mut all = Vec::new();
        let mut page = 1;
        loop {
            let listed = self.ask(async |client| call(client, page).await).await?;
            all.extend(listed.items);
            match listed.next {
                Some(next) if next > page && next <= MOST_PAGES => page = next,
                _ => return Ok(all),
            }
        }
    }
}

fn looked<A>(answer: Result<A, Fault>) -> Looked<A> {
    match answer {
        Ok(answer) => Looked::Seen(answer),
        Err(fault) => Looked::Closed(why(&fault)),
    }
}

fn why(fault: &Fault) -> Message {
    match fault {
        Fault::Denied { status, .. } => message!("closed-to-this-token", status = *status),
        fault => fault.describe(),
    }
}
