//! `check FILE`: everything but sending.

use std::path::{Path, PathBuf};

use super::approved::Approved;
use super::args::{CheckArgs, PlanArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::other_list::OtherList;
use super::past::Looked;
use super::past::{refuse_another_account, refuse_another_address};
use super::preflight::{self, Preflight};
use super::prepare::Invalid;
use super::related::RelatedImports;
use super::remembered::{self, Begun, Remembered};
use super::run::told_guesses;
use super::settings::{self, Endpoint};
use super::standard_input::Stdin;
use super::talk::Talk;
use super::{logging, overwriting, past, prepare, say, tell};
use crate::account::{self, Finding};
use crate::api::Client;
use crate::journal::Fingerprints;
use crate::mapping::Names;
use crate::model::{Code, Delivery, Shard};
use crate::rate::{Headroom, PerSecond, Rate};
use crate::report::{self, ExistingPlan};
use crate::results::{FailuresFormat, OutputDir, OutputError, Problems};
use crate::words::message;

/// `plan FILE`: the same, and the plan is written if nothing speaks against it.
pub(super) async fn plan(args: PlanArgs) -> Result<Exit, Failure> {
    if args.check.offline {
        return Err(Failure::usage(message!("plan-offline")));
    }
    let to = args.to.unwrap_or_else(|| {
        let stem = args.check.input.file.file_stem().unwrap_or("contacts".as_ref());
        let mut name = stem.to_owned();
        name.push(".plan.json");
        PathBuf::from(name)
    });
    if to == Path::new("-") {
        return Err(Failure::usage(message!("plan-to-nowhere")));
    }
    let command = args.to_run.next("run", &args.check.input, Some(("--plan", &to)));
    check(args.check, Some(Plan { to: &to, command })).await
}

/// A plan that is written.
pub(super) struct Plan<'p> {
    /// Where.
    to: &'p Path,
    /// The command that does what it says.
    command: String,
}

pub(super) async fn check(args: CheckArgs, plan: Option<Plan<'_>>) -> Result<Exit, Failure> {
    let plan_to = plan.as_ref().map(|plan| plan.to);
    let path = settings::folder(&args.input, settings::window(&args.window).shard);
    overwriting::refuse(&args.input, &overwriting::Folder::OfACheck(&path), plan_to.as_slice())?;
    plan_to.map_or(Ok(()), |to| overwriting::refuse_a_file_of_others(to, Approved::MARK))?;
    let was_there = path.exists();
    let outcome = looked_at(args, plan).await;
    if outcome.is_err() && !was_there {
        // A check that came to nothing leaves nothing; what is not empty stays.
        let _ = std::fs::remove_dir(&path);
    }
    outcome
}

async fn looked_at(args: CheckArgs, plan_to: Option<Plan<'_>>) -> Result<Exit, Failure> {
    logging::start(args.talk.verbose, None);
    let mut mapping = settings::mapping(&args.mapping)?;
    let rules = settings::update_rules(&args.preflight, &mut mapping)?;
    let endpoint = if args.offline { None } else { Some(Endpoint::of(&args.account)?) };
    if let Some(warning) = endpoint.as_ref().and_then(|endpoint| endpoint.warning.as_ref()) {
        say(&warning.told());
    }
    // Where the account is asked, names of teams and channels are understood.
    mapping.names = endpoint.as_ref().map(|_| Names::default());
    let window = settings::window(&args.window);
    let per_second = args.rate.0.map(|rate| settings::part_of(rate, window.shard)).transpose()?;
    let path = settings::folder(&args.input, window.shard);
    OutputDir::refuse_one_of_another(&path, true)?;
    let folder = OutputDir::open(&path)?;
    folder.refuse_files_of_others()?;
    let files: Vec<PathBuf> = args.input.files().cloned().collect();
    let read = remembered::read_from(&files);
    Remembered::map_failures_as_their_list(&mut mapping, &read)?;
    let input = prepare::open(&args.input, &mapping, &folder, Stdin::ForNow)?;
    let mut understood = prepare::understand(&args.input, &args.mapping, window, mapping, input)?;
    if let Some(told) = past::told_of_undo(&folder)? {
        say(&message!("note-undone", told).told());
    }
    let related = RelatedImports::of(&path, &read)?;
    let gone = related.gone()?;
    let Looked { sightings, head, contents, are_results_stale } =
        past::look(&folder, &rules, &gone, past::scratch(&folder))?;
    if let Some(endpoint) = &endpoint {
        past::refuse_rehearsal(&folder, head.as_ref(), endpoint.sandbox.is_some())?;
        refuse_another_address(head.as_ref(), endpoint, message!("hint-another-folder"))?;
    }
    let client = match &endpoint {
        None => None,
        Some(endpoint) => Some(Client::new(endpoint.http(1)?, settings::style(&args.mapping))),
    };
    let limit = args.rate.0.map_or(PerSecond::Unlimited, PerSecond::AtMost);
    let rate = match &endpoint {
        Some(endpoint) => {
            let talk = Talk::of(&args.talk);
            settings::turnstile(limit, Headroom::default(), Shard::default(), 1, endpoint, talk)?
        }
        None => Rate::new(limit),
    };
    let mut preflight = match (&endpoint, &client) {
        (Some(endpoint), Some(client)) => {
            Some(Preflight::new(endpoint, client, &rate, preflight::waits(args.talk.quiet)))
        }
        _ => None,
    };
    if let Some(preflight) = &mut preflight
        && let Some(names) = preflight.names(understood.form()).await?
    {
        understood.know(names);
    }
    let fingerprints = match &head {
        Some(head) => head.fingerprints(),
        None => Fingerprints::new([0; 32]).with_main_channel(
            preflight
                .as_ref()
                .and_then(|preflight| preflight.known.main_channel())
                .map(|main| main.uuid.as_str()),
        ),
    };
    let address = endpoint.as_ref().map(Endpoint::shown).or(head.as_ref().map(|head| head.endpoint.clone()));
    let remembered = Remembered::read(&path);
    let known = address.map(|address| related.known_people(address, &gone, past::scratch(&folder)));
    let mut list = List { folder: &folder, format: understood.format.clone(), problems: None };
    let mut prepared = understood.survey(
        &fingerprints,
        sightings,
        (contents, preflight.is_some()),
        known.as_ref(),
        &mut list,
    )?;
    settings::refuse_rules_of_nothing(&args.preflight, &prepared.resolved)?;
    prepared.policy = args.preflight.on_existing.into();
    if let Some(kept) = list.problems.map_or(Ok(None), Problems::finish)? {
        say(&message!("problems-kept", file = settings::shown(&kept)).told());
    }
    let (mut account, mut findings, mut existing) = (None, Vec::new(), None);
    if let Some(preflight) = &mut preflight {
        findings = preflight.findings(&prepared, true, head.as_ref().map(|_| &fingerprints)).await?;
        let policy = args.preflight.on_existing.into();
        let rate = per_second.map(std::num::NonZeroU32::get);
        existing = Some(ExistingPlan {
            policy,
            way: preflight.way(&prepared, policy, rate),
            without_look_up: prepared.survey.values.without_look_up(),
        });
        let asked = preflight.account().await?;
        refuse_another_account(head.as_ref(), &asked.about(&fingerprints), &asked)?;
        account = Some(asked);
    } else {
        findings.extend(preflight::rounded_identifiers(&prepared));
        findings.extend(preflight::no_bot_status(&prepared));
    }
    let other_list =
        head.as_ref().and_then(|_| OtherList::of(&remembered, &read, &prepared, args.input.out.as_deref()));
    let another_reading = match (&head, &known) {
        (Some(_), Some(known)) => {
            let (list, begun) =
                ((&*read, &*path), Begun { fingerprints: &fingerprints, known, are_results_stale });
            remembered.refuse_another_reading(list, &prepared, &begun, prepared.policy.looks())
        }
        _ => Ok(None),
    };
    let another_reading = match another_reading {
        // Whoever approves the plan knows them.
        Ok(Some(of_known)) if plan_to.is_some() => {
            say(&message!("warn-same-names", what = of_known.words().0).told());
            None
        }
        Ok(of_known) => of_known,
        Err(refusal) => Some(refusal),
    };
    let refusal = preflight::refusal(&findings, args.preflight.deny_warnings)
        .or_else(|| other_list.as_ref()?.refuse(&path).err())
        .or(another_reading);
    let exit = match &refusal {
        Some(refusal) => refusal.exit(),
        None if prepared.survey.invalid > 0 => Exit::SomeFailed,
        None => Exit::Done,
    };
    let shown = settings::shown(&path);
    let mask = !console::user_attended();
    if args.talk.json {
        tell(&summary_json(&prepared, &findings, exit));
    } else if !args.talk.quiet {
        let rate = args.rate.0.map(std::num::NonZeroU32::get);
        let whose = account.as_ref().map(|account| &account.shown);
        let mut plan = prepared.plan(&shown, whose, rate, mask, &findings);
        plan.existing = existing;
        plan.other_list = other_list.as_ref().and_then(OtherList::told);
        let mut text = plan.text();
        if prepared.survey.invalid > 0 {
            let file = format!("{shown}/problems.csv");
            text.push_str(&format!("\n{}\n", message!("check-problems", file).told()));
        }
        tell(&text);
    }
    if refusal.is_none()
        && let (Some(Plan { to, command }), Some(account)) = (plan_to, &account)
    {
        Approved::now(&prepared, account, (&args.input, &args.preflight))?.write(to)?;
        say(&message!("approved-written", plan = settings::shown(to), command).told());
    }
    if !prepared.resolved.guessed_required().is_empty() {
        let (guesses, flags, _) = told_guesses(&prepared);
        say(&message!("note-guessed", guesses, flags).told());
    }
    refusal.map_or(Ok(exit), Err)
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
fn summary_json(prepared: &prepare::Prepared, findings: &[Finding], exit: Exit) -> String {
    let (survey, form) = (&prepared.survey, &prepared.resolved.form);
    let causes: Vec<serde_json::Value> = prepared
        .problems
        .causes()
        .into_iter()
        .map(|cause| {
            serde_json::json!({
                "code": cause.code,
                "field": cause.field,
                "rows": cause.rows,
                "first_row": cause.first.row.get(),
                "first_line": cause.first.line,
                "examples": cause.examples,
                "fix": Code::named(&cause.code).and_then(|code| report::fix_in(form, code)).map(|fix| fix.to_string()),
            })
        })
        .collect();
    let mut text = serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "input": prepared.shown_input,
        "rows_read": survey.rows,
        "to_send": prepared.to_send(),
        "invalid": survey.invalid,
        "duplicate": survey.counts.repeats,
        "duplicate_differing": survey.counts.repeats_differing,
        "met_again": survey.counts.met_again(prepared.policy),
        "settled_before": survey.counts.at_rest(prepared.policy),
        "causes": causes,
        "findings": findings,
        "to_create": account::to_create(findings),
        "exit_code": exit.code(),
    })
    .to_string();
    text.push('\n');
    text
}
