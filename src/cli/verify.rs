//! `verify DIR`: reads back what an import created, and compares it with what was sent.

use std::fmt::Write as _;

use tokio::time::Instant;

use super::args::VerifyArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::steps::Steps;
use super::taken::{self, Taken};
use super::talk::Talk;
use super::{logging, say, tell};
use crate::api::WireStyle;
use crate::model::{Stop, printable};
use crate::report;
use crate::results::Table;
use crate::verify::{COLUMNS, Reading, Sample, Totals};
use crate::words::{Message, Value, message};

pub(super) async fn verify(args: VerifyArgs) -> Result<Exit, Failure> {
    let talk = Talk::of(&args.talk);
    logging::start(args.talk.verbose, None);
    let clock = Instant::now();
    let mut taken =
        taken::open(&args.folder, &args.account, &args.asking, WireStyle::default(), talk).await?;
    let seed = args.sample.map(|_| args.seed.unwrap_or_else(|| fastrand::u64(..1_000_000)));
    let sample = args.sample.unwrap_or(Sample::All);
    let certain = taken.ledger.certain();
    let chosen = sample.choose(certain.len(), seed.unwrap_or_default());
    let chosen: Vec<usize> = chosen.into_iter().map(|at| certain[at]).collect();
    let mut table = Table::begin(&taken.folder, "verify.csv", &COLUMNS)?;
    let steps = Steps::start(chosen.len() as u64, &message!("steps-read-back"), talk);
    let reading = Reading {
        ledger: &taken.ledger,
        chosen,
        inquiry: &taken.inquiry,
        concurrency: usize::from(args.asking.concurrency),
    };
    let (totals, stop) = reading.read(&mut table, |totals| steps.at(totals.checked)).await?;
    steps.finish();
    table.finish()?;
    let mut let_go = 0;
    if args.let_go && stop.is_none() {
        let_go = taken.let_go().await?;
    }
    let told = Told {
        let_go,
        taken: &taken,
        totals: &totals,
        stop: stop.as_ref(),
        seed,
        elapsed: clock.elapsed().as_secs_f64(),
        exit: exit_of(&totals, taken.ledger.doubtful(), stop.as_ref()),
    };
    if talk.json {
        tell(&told.json());
    } else if !talk.quiet {
        tell(&told.text());
    } else if told.exit != Exit::Done {
        say(&told.text());
    }
    Ok(told.exit)
}

/// `open`: rows of which nobody knows yet whether they are in the account; if they are, they were not compared.
fn exit_of(totals: &Totals, open: u64, stop: Option<&Stop>) -> Exit {
    match stop {
        Some(stop) => stop.into(),
        // As for a run: that something is not known yet comes before what is known.
        None if totals.unknown + totals.unreadable + open > 0 => Exit::Unconfirmed,
        None if totals.differing + totals.gone > 0 => Exit::SomeFailed,
        None => Exit::Done,
    }
}

/// What is told at the end.
struct Told<'t> {
    taken: &'t Taken,
    totals: &'t Totals,
    stop: Option<&'t Stop>,
    seed: Option<u64>,
    /// Rows that are not open any more because somebody is done with them.
    let_go: u64,
    elapsed: f64,
    exit: Exit,
}

impl Told<'_> {
    fn text(&self) -> String {
        let totals = self.totals;
        let mut text = String::new();
        let mut parts = vec![message!("verify-as-sent", contacts = totals.as_sent)];
        for (count, id) in [
            (totals.differing, "verify-differing"),
            (totals.gone, "verify-gone"),
            (totals.unknown, "verify-unknown"),
            (totals.unreadable, "verify-unreadable"),
            (totals.chosen - totals.checked, "verify-not-read"),
        ] {
            if count > 0 {
                parts.push(Message::new(id).with("contacts", count));
            }
        }
        let parts = Value::list(parts, ", ");
        let sum = if self.seed.is_some() {
            message!("verify-sum-of", contacts = totals.chosen, of = totals.contacts, parts)
        } else {
            message!("verify-sum", contacts = totals.chosen, parts)
        };
        let _ = writeln!(text, "{}", sum.told());
        if let Some(stop) = self.stop {
            let _ = writeln!(text, "\n{}", report::stop_words(stop).told());
        }
        let differing =
            totals.fields.iter().filter(|(_, field)| field.altered + field.changed + field.differs > 0);
        for (name, field) in differing {
            let mut ways = Vec::new();
            for (count, id) in [
                (field.altered, "verify-altered"),
                (field.changed, "verify-changed"),
                (field.differs, "verify-differs"),
            ] {
                if count > 0 {
                    ways.push(Message::new(id).with("contacts", count));
                }
            }
            let told = message!("name-and-list", name = printable(name), list = Value::list(ways, ", "));
            let _ = writeln!(text, "  {}", told.told());
        }
        let not_shown: Vec<String> = totals
            .fields
            .iter()
            .filter(|(_, field)| field.not_shown > 0)
            .map(|(name, field)| format!("{} ({})", printable(name), field.not_shown))
            .collect();
        if !not_shown.is_empty() {
            let told = message!("verify-not-shown", fields = not_shown.join(", "));
            let _ = writeln!(text, "  {}", told.told());
        }
        for (count, id) in
            [(totals.unknown, "verify-unknown.fix"), (totals.unreadable, "verify-unreadable.fix")]
        {
            if count > 0 {
                let _ = writeln!(text, "  {}", Message::new(id).told());
            }
        }
        if self.taken.ledger.doubtful() > 0 {
            let _ =
                writeln!(text, "  {}", message!("verify-open", rows = self.taken.ledger.doubtful()).told());
        }
        if self.let_go > 0 {
            let _ = writeln!(text, "  {}", message!("verify-let-go", rows = self.let_go).told());
        }
        if let Some(seed) = self.seed {
            let _ = writeln!(text, "  {}", message!("verify-seed", seed = seed.to_string()).told());
        }
        let _ = writeln!(
            text,
            "\n{}{}/verify.csv",
            report::label(&message!("verify-findings")),
            self.taken.shown
        );
        text
    }

    fn json(&self) -> String {
        let account = &self.taken.account.shown;
        let mut json = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "account": account,
            "open": self.taken.ledger.doubtful(),
            "let_go": self.let_go,
            "sample_seed": self.seed,
            "requests": self.taken.inquiry.requests() + self.taken.account.requests,
            "throttled": self.taken.inquiry.throttled() + self.taken.account.throttled,
            "elapsed_seconds": (self.elapsed * 1000.0).round() / 1000.0,
            "stopped_by": self.stop.map(Stop::as_str),
            "exit_code": self.exit.code(),
        });
        if let (Some(json), Ok(serde_json::Value::Object(totals))) =
            (json.as_object_mut(), serde_json::to_value(self.totals))
        {
            json.extend(totals);
        }
        format!("{json:#}\n")
    }
}
