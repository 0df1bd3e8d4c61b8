//! `check FILE`: everything but sending.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use super::approved::Approved;
use super::args::{CheckArgs, PlanArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::guesses::Guesses;
use super::identity::Account;
use super::other_list::{Objections, OtherList};
use super::past::Looked;
use super::past::{refuse_another_account, refuse_another_address};
use super::preflight::{self, Preflight};
use super::prepare::{Invalid, Prepared};
use super::related::RelatedImports;
use super::remembered::{self, Begun, Remembered};
use super::settings::{self, Endpoint};
use super::standard_input::Stdin;
use super::talk::Talk;
use super::{logging, overwriting, past, prepare, say, tell};
use crate::account::{self, Finding};
use crate::api::{Client, Http};
use crate::journal::{Fingerprints, Head};
use crate::mapping::Names;
use crate::model::{Code, Delivery, Shard};
use crate::rate::{Headroom, PerSecond, Rate};
use crate::report::{self, ExistingPlan};
use crate::results::{FailuresFormat, OutputDir, OutputError, Problems};
use crate::words::{Message, message};

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
    let outcome = Found::of(&args).await.and_then(|found| found.tell(&args, plan));
    if outcome.is_err() && !was_there {
        // A check that came to nothing leaves nothing; what is not empty stays.
        let _ = std::fs::remove_dir(&path);
    }
    outcome
}

/// What a check has found.
struct Found {
    /// The folder.
    path: PathBuf,
    prepared: Prepared,
    fit: Fit,
    /// What speaks against a run that goes on in the folder.
    objections: Objections,
}

impl Found {
    /// Looks at every row, and asks the account if it is to be asked.
    async fn of(args: &CheckArgs) -> Result<Self, Failure> {
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
        let (client, rate) = line(args, endpoint.as_ref())?;
        let waits = preflight::waits(args.talk.quiet);
        let mut preflight = endpoint
            .as_ref()
            .zip(client.as_ref())
            .map(|(endpoint, client)| Preflight::new(endpoint, client, &rate, waits));
        if let Some(preflight) = &mut preflight
            && let Some(names) = preflight.names(understood.form()).await?
        {
            understood.know(names);
        }
        let fingerprints = match &head {
            Some(head) => head.fingerprints(),
            None => Fingerprints::new([0; 32])
                .with_main_channel(preflight.as_ref().and_then(Preflight::main_channel)),
        };
        let address =
            endpoint.as_ref().map(Endpoint::shown).or(head.as_ref().map(|head| head.endpoint.clone()));
        let known = address.map(|address| related.known_people(address, &gone, past::scratch(&folder)));
        let mut invalid = ProblemsFile { folder: &folder, format: understood.format.clone(), problems: None };
        let wanted = (contents, preflight.is_some());
        let mut prepared =
            understood.survey(&fingerprints, sightings, wanted, known.as_ref(), &mut invalid)?;
        settings::refuse_rules_of_nothing(&args.preflight, &prepared.resolved)?;
        prepared.policy = args.preflight.on_existing.into();
        if let Some(kept) = invalid.problems.map_or(Ok(None), Problems::finish)? {
            say(&message!("problems-kept", file = settings::shown(&kept)).told());
        }
        let fit = match &mut preflight {
            Some(preflight) => {
                Fit::of(&prepared, preflight, (head.as_ref(), &fingerprints), per_second).await?
            }
            None => Fit::unasked(&prepared),
        };
        let objections = head.as_ref().zip(known.as_ref()).map(|(_, known)| {
            let begun = Begun { fingerprints: &fingerprints, known, are_results_stale };
            let place = (&*read, &*path, args.input.out.as_deref());
            Objections::to(&prepared, place, &Remembered::read(&path), &begun)
        });
        Ok(Self { path, prepared, fit, objections: objections.unwrap_or_default() })
    }

    /// Tells it. The plan is written if nothing speaks against it.
    fn tell(self, args: &CheckArgs, plan: Option<Plan<'_>>) -> Result<Exit, Failure> {
        let Self { path, prepared, fit, mut objections } = self;
        // Whoever approves the plan knows them.
        if let Some(doubt) = objections.doubt.take_if(|_| plan.is_some()) {
            say(&message!("warn-same-names", what = doubt.words().0).told());
        }
        // As a run has them, which asks nothing of the account where it has nothing to send.
        let misfits = preflight::refusal(&fit.findings, args.preflight.deny_warnings);
        let refusal = objections.refusal.or(objections.doubt).or(misfits.filter(|_| prepared.to_send() > 0));
        let exit = match &refusal {
            Some(refusal) => refusal.exit(),
            None if prepared.survey.invalid > 0 => Exit::SomeFailed,
            None => Exit::Done,
        };
        if args.talk.json {
            tell(&summary_json(&prepared, &fit.findings, exit));
        } else if !args.talk.quiet {
            let other_list = objections.other_list.as_ref().and_then(OtherList::told);
            tell(&plan_text(&prepared, &fit, (&path, other_list), args.rate.0));
        }
        if refusal.is_none()
            && let (Some(Plan { to, command }), Some(account)) = (plan, &fit.account)
        {
            Approved::now(&prepared, account, (&args.input, &args.preflight))?.write(to)?;
            say(&message!("approved-written", plan = settings::shown(to), command).told());
        }
        if let Some(Guesses { told, flags, .. }) = Guesses::of(&prepared) {
            say(&message!("note-guessed", guesses = told, flags).told());
        }
        refusal.map_or(Ok(exit), Err)
    }
}

/// The turnstile, and the line behind it where the account is asked.
fn line(args: &CheckArgs, endpoint: Option<&Endpoint>) -> Result<(Option<Client<Http>>, Rate), Failure> {
    let limit = args.rate.0.map_or(PerSecond::Unlimited, PerSecond::AtMost);
    let Some(endpoint) = endpoint else { return Ok((None, Rate::new(limit))) };
    let client = Client::new(endpoint.http(1)?, settings::style(&args.mapping));
    let talk = Talk::of(&args.talk);
    let rate = settings::turnstile(limit, Headroom::default(), Shard::default(), 1, endpoint, talk)?;
    Ok((Some(client), rate))
}

/// Whether the list fits the account.
struct Fit {
    /// `None`: it is not asked.
    account: Option<Account>,
    findings: Vec<Finding>,
    /// How it would be found out who is there already, where the account is asked.
    existing: Option<ExistingPlan>,
}

impl Fit {
    /// What the account says. `head`: that of the folder's journal, if runs before have begun there. Refuses another account than
    /// theirs.
    async fn of(
        prepared: &Prepared,
        preflight: &mut Preflight<'_>,
        (head, fingerprints): (Option<&Head>, &Fingerprints),
        per_second: Option<NonZeroU32>,
    ) -> Result<Self, Failure> {
        let findings = preflight.findings(prepared, true, head.map(|_| fingerprints)).await?;
        let policy = prepared.policy;
        let way = preflight.way(prepared, policy, per_second.map(NonZeroU32::get));
        let without_look_up = prepared.survey.values.without_look_up();
        let existing = Some(ExistingPlan { policy, way, without_look_up });
        let account = preflight.account().await?;
        refuse_another_account(head, &account.about(fingerprints), &account)?;
        Ok(Self { account: Some(account), findings, existing })
    }

    /// What is seen without the account.
    fn unasked(prepared: &Prepared) -> Self {
        let rounded = preflight::rounded_identifiers(prepared);
        let findings = rounded.into_iter().chain(preflight::no_bot_status(prepared)).collect();
        Self { account: None, findings, existing: None }
    }
}

/// The plan for a person. `other_list`: what is to be said if the folder may be of another list.
fn plan_text(
    prepared: &Prepared,
    fit: &Fit,
    (folder, other_list): (&Path, Option<Message>),
    rate: Option<NonZeroU32>,
) -> String {
    let shown = settings::shown(folder);
    let account = fit.account.as_ref().map(|account| &account.shown);
    let mask = !console::user_attended();
    let mut plan = prepared.plan(&shown, account, rate.map(NonZeroU32::get), mask, &fit.findings);
    plan.existing = fit.existing;
    plan.other_list = other_list;
    let mut text = plan.text();
    if prepared.survey.invalid > 0 {
        let file = format!("{shown}/problems.csv");
        text.push_str(&format!("\n{}\n", message!("check-problems", file).told()));
    }
    text
}

/// `problems.csv`, which is begun with the first row that is read.
struct ProblemsFile<'f> {
    folder: &'f OutputDir,
    format: FailuresFormat,
    problems: Option<Problems>,
}

impl Invalid for ProblemsFile<'_> {
    fn begin(&mut self) -> Result<(), OutputError> {
        self.problems = Some(Problems::begin(self.folder, self.format.clone())?);
        Ok(())
    }

    fn add(&mut self, delivery: &Delivery) -> Result<(), OutputError> {
        self.problems.as_mut().map_or(Ok(()), |problems| problems.add(delivery))
    }
}

/// The plan in numbers.
fn summary_json(prepared: &Prepared, findings: &[Finding], exit: Exit) -> String {
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
