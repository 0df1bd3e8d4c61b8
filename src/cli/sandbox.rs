//! `sandbox`: the stand-in API until stopped.

use super::args::SandboxArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::{logging, say, settings, signals, tell};
use crate::sandbox::Sandbox;
use crate::words::message;

pub(super) async fn sandbox(args: SandboxArgs) -> Result<Exit, Failure> {
    // One `-v` is enough for what an import logs with two: every request.
    logging::start(args.verbose.saturating_add(u8::from(args.verbose > 0)), None);
    let settings = settings::sandbox_settings(args.config.as_deref())?;
    let token = settings.token.clone();
    let sandbox = Sandbox::start(settings, args.port)
        .map_err(|error| Failure::usage(message!("sandbox-port", port = args.port, why = &error)))?;
    // Data: what a script needs to use it.
    tell(&format!("base_url={}\ntoken={token}\n", sandbox.base_url()));
    say(&message!("sandbox-runs", page = sandbox.page_url()).told());
    say(&format!("  CALLBELL_API_KEY={token} callbell-import run FILE --base-url {}", sandbox.base_url()));
    let signals::Heard { mut wish } = signals::listen(None)
        .map_err(|error| Failure::new(Exit::Bug, message!("no-signals", why = &error)))?;
    let wished = wish.wait_for(Option::is_some).await.ok().and_then(|wish| wish.clone());
    let held = sandbox.world().contacts().len();
    say(&message!("sandbox-held", contacts = held).told());
    Ok(match wished.map(|wish| wish.stop) {
        Some(stop) => (&stop).into(),
        None => Exit::Interrupted,
    })
}
