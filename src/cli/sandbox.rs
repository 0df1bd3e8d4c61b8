//! `sandbox`: the stand-in API until stopped.

use super::args::SandboxArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::{logging, say, settings, signals, tell};
use crate::model::Stop;
use crate::sandbox::Sandbox;

pub(super) async fn sandbox(args: SandboxArgs) -> Result<Exit, Failure> {
    logging::start(args.verbose, None);
    let settings = settings::sandbox_settings(args.config.as_deref())?;
    let token = settings.token.clone();
    let sandbox = Sandbox::start(settings, args.port)
        .map_err(|error| Failure::usage(format!("cannot start on port {}: {error}", args.port)))?;
    // Data: what a script needs to use it.
    tell(&format!("base_url={}\ntoken={token}\n", sandbox.base_url()));
    say(&format!(
        "The sandbox is running; {} shows what it holds. Ctrl-C stops it. To use it:\n  \
         CALLBELL_API_KEY={token} callbell-import run FILE --base-url {}",
        sandbox.page_url(),
        sandbox.base_url()
    ));
    let mut wish = signals::listen(None).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
    let wished = wish.wait_for(Option::is_some).await.ok().and_then(|wish| wish.clone());
    let held = sandbox.world().contacts().len();
    say(&format!("The sandbox held {held} contacts."));
    Ok(match wished.map(|wish| wish.stop) {
        Some(Stop::Terminate) => Exit::Terminated,
        _ => Exit::Interrupted,
    })
}
