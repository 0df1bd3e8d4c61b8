//! `account`: what the token reaches.

use super::args::AccountCommandArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::settings::{self, Endpoint};
use super::talk::Talk;
use super::{identity, logging, preflight, say, tell};
use crate::account::{self, AccountFacts, Reader};
use crate::api::{Client, Identity, WireStyle};
use crate::model::Shard;
use crate::rate::Headroom;

pub(super) async fn account(args: AccountCommandArgs) -> Result<Exit, Failure> {
    logging::start(args.verbose, None);
    let endpoint = Endpoint::of(&args.account)?;
    if let Some(warning) = &endpoint.warning {
        say(&warning.told());
    }
    let limit = settings::rate(args.rate, &endpoint.base)?;
    let talk = Talk { quiet: false, json: args.json, bar: false };
    let rate = settings::turnstile(limit, Headroom::default(), Shard::default(), 1, &endpoint, talk)?;
    let client = Client::new(endpoint.http(1)?, WireStyle::default());
    let mut waits = preflight::waits(false);
    let whose = identity::identify(&endpoint, &client, &rate, &mut waits).await?.shown;
    let mut reader = Reader::new(&client, &rate, &mut waits);
    let mut known = AccountFacts { channels: reader.channels().await, ..AccountFacts::default() };
    reader.users(&mut known, whose.user_email.as_deref()).await;
    if args.pages > 0 {
        known.contacts = reader.contacts(args.pages).await;
    }
    preflight::refuse_too_long(&endpoint, &waits)?;
    let identity = Identity { user_email: whose.user_email, user_name: whose.user_name };
    if args.json {
        tell(&format!("{:#}\n", account::json(&whose.endpoint, &identity, &known)));
    } else {
        tell(&account::text(&whose.endpoint, &identity, &known));
    }
    Ok(Exit::Done)
}
