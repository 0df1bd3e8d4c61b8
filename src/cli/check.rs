//! `check FILE`: everything but sending.

use super::args::CheckArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::prepare::Invalid;
use super::settings::{self, Endpoint};
use super::{logging, past, prepare, say, tell};
use crate::api::{Client, Http};
use crate::journal::Fingerprints;
use crate::model::{Code, Delivery};
use crate::rate::{PerSecond, Rate};
use crate::report;
use crate::results::{FailuresFormat, OutputDir, OutputError, Problems};

pub(super) async fn check(args: Box<CheckArgs>) -> Result<Exit, Failure> {
    logging::start(args.talk.verbose, None);
    let mapping = settings::mapping(&args.mapping)?;
    let endpoint = if args.offline { None } else { Some(Endpoint::of(&args.account)?) };
    if let Some(warning) = endpoint.as_ref().and_then(|endpoint| endpoint.warning.as_ref()) {
        say(warning);
    }
    let path = settings::folder(&args.input);
    let folder = OutputDir::open(&path)?;
    let input = prepare::open(&args.input, &folder)?;
    let window = settings::window(&args.window);
    let understood = prepare::understand(&args.input, &args.mapping, window, &mapping, input)?;
    if let Some(told) = past::told_of_undo(&folder)? {
        say(&format!("note: {told}; run imports their rows again only with --restart"));
    }
    let (sightings, replayed) = past::look(&folder, past::scratch(&folder))?;
    // Without an earlier run there is nothing to compare contents with that a check would tell.
    let contents = replayed.is_some();
    let salt = replayed.and_then(|replayed| replayed.head).map_or([0; 32], |head| head.salt);
    let mut list = List { folder: &folder, format: understood.format.clone(), problems: None };
    let prepared = understood.survey(&Fingerprints::new(salt), sightings, contents, &mut list)?;
    list.problems.map_or(Ok(()), Problems::finish)?;
    let account = match &endpoint {
        None => None,
        Some(endpoint) => {
            let client = Client::new(Http::new(endpoint.base.clone(), &endpoint.token, 1)?, prepared.style);
            let rate = Rate::new(args.rate.0.map_or(PerSecond::Unlimited, PerSecond::AtMost));
            Some(prepare::identify(endpoint, &client, &rate).await?.shown)
        }
    };
    prepare::forget_stdin(&folder);
    let shown = settings::shown(&path);
    let mask = !console::user_attended();
    if args.talk.json {
        tell(&summary_json(&prepared));
    } else if !args.talk.quiet {
        let rate = args.rate.0.map(std::num::NonZeroU32::get);
        let mut text = prepared.plan(&shown, account.as_ref(), rate, mask).text();
        if prepared.survey.invalid > 0 {
            text.push_str(&format!("\nThe invalid rows with their reasons are in {shown}/problems.csv\n"));
        }
        tell(&text);
    }
    for guess in prepared.resolved.guessed_required() {
        say(&format!(
            "note: {} is guessed; without a terminal, run needs --map {}=… or --yes",
            guess.target, guess.target
        ));
    }
    Ok(if prepared.survey.invalid > 0 { Exit::SomeFailed } else { Exit::Done })
}

/// `problems.csv`.
struct List<'f> {
    folder: &'f OutputDir,
    format: FailuresFormat,
    problems: Option<Problems>,
}

impl Invalid for List<'_> {
    fn begin(&mut self) -> Result<(), OutputError> {
        self.problems = Some(Problems::begin(self.folder, self.format.clone())?);
        Ok(())
    }

    fn add(&mut self, delivery: &Delivery) -> Result<(), OutputError> {
        self.problems.as_mut().map_or(Ok(()), |problems| problems.add(delivery))
    }
}

/// The plan in numbers.
fn summary_json(prepared: &prepare::Prepared) -> String {
    let survey = &prepared.survey;
    let causes: Vec<serde_json::Value> = prepared
        .problems
        .causes()
        .into_iter()
        .map(|cause| {
            serde_json::json!({
                "code": cause.code,
                "field": cause.field,
                "rows": cause.rows,
                "first_row": cause.first.get(),
                "examples": cause.examples,
                "fix": Code::named(&cause.code).and_then(report::fix),
            })
        })
        .collect();
    let mut text = serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "input": prepared.shown_input,
        "rows_read": survey.rows,
        "to_send": survey.to_send(),
        "invalid": survey.invalid,
        "duplicate": survey.counts.repeats,
        "settled_before": survey.counts.settled,
        "causes": causes,
        "exit_code": if survey.invalid > 0 { Exit::SomeFailed.code() } else { Exit::Done.code() },
    })
    .to_string();
    text.push('\n');
    text
}
