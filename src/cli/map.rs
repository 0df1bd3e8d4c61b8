//! `map FILE`: what each column would become, corrected by the person, written as a mapping file.

use std::path::Path;

use console::style;

use super::args::MapArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::standard_input::Stdin;
use super::whole_file::{self, Place};
use super::{ask, logging, misplaced_header, overwriting, prepare, settings, tell};
use crate::input::Records;
use crate::mapping::{
    Becomes, MappingError, MappingFile, Proposal, ProposedColumn, Seen, Target, distinct_names,
};
use crate::model::{Field, printable};
use crate::results::OutputDir;
use crate::words::{Message, message};

/// Widest a cell of the table may be, in characters.
const WIDEST: usize = 32;

pub(super) fn map(args: &MapArgs) -> Result<Exit, Failure> {
    logging::start(args.verbose, None);
    if args.test {
        return try_cases(&args.input.file);
    }
    let mapping = settings::mapping(&args.mapping)?;
    let scratch = tempfile::tempdir()
        .map_err(|error| Failure::new(Exit::Output, message!("no-temporary-folder", why = &error)))?;
    let input = prepare::open(&args.input, &mapping, &OutputDir::open(scratch.path())?, Stdin::ForNow)?;
    let records = Records::new(&input)?;
    let header = records.header().names.clone();
    let mut seen = Seen::new(&header, mapping.default_country);
    for row in records {
        seen.note(&row?);
    }
    let mut proposal = Proposal::new(&mapping, &header, &seen)
        .map_err(|error| misplaced_header::or_unmapped(&mapping, &input, &[], error))?;
    // Of a title nothing can be proposed.
    if !proposal.open().is_empty()
        && let Some(failure) = misplaced_header::find(&mapping, &input)
    {
        return Err(failure);
    }
    // Of a note on the first sheet neither.
    let is_elsewhere = || {
        misplaced_header::below_a_title(&input).is_some()
            || misplaced_header::on_another_sheet(&mapping, &input).is_some()
    };
    if proposal.open().contains(&Field::Identifier) && proposal.numbers().is_empty() && is_elsewhere() {
        let error = MappingError::Missing { field: "identifier", columns: header };
        return Err(misplaced_header::or_unmapped(&mapping, &input, &[], error));
    }
    let shown_input = args.input.file.display().to_string();
    tell(&table(&proposal, &header, &seen));
    if !args.yes && !ask::someone_is_there() {
        return Err(Failure::usage(message!("map-unasked")).hint(message!("map-unasked.fix")));
    }
    if !args.yes {
        let names = distinct_names(&header);
        while let Some(change) = ask_for_a_change(&names, &args.to) {
            match proposal.changed(&change.column, change.target, &header, &seen) {
                Ok(changed) => {
                    proposal = changed;
                    tell(&table(&proposal, &header, &seen));
                }
                Err(error) => tell(&format!("{}\n", error.message().told())),
            }
        }
    }
    write(&args.to, &proposal.text(&shown_input, &seen), args.yes)?;
    let command = args.to_check.next("check", &args.input, Some(("--mapping", &args.to)));
    let to = settings::shown(&args.to);
    if proposal.open().is_empty() {
        tell(&format!("{}\n", message!("map-wrote", file = to, command).told()));
        return Ok(Exit::Done);
    }
    tell(&format!("{}\n", message!("map-wrote-open", file = &to).told()));
    Err(Failure::usage(Message::list(open(&proposal), "; ")).hint(message!("map-open.fix", file = to)))
}

/// That nothing gives the fields that are required, each by itself.
fn open(proposal: &Proposal) -> impl Iterator<Item = Message> {
    proposal.open().iter().map(|field| {
        let columns: Vec<String> = proposal.numbers().iter().map(|column| printable(column)).collect();
        match field {
            Field::Identifier if !columns.is_empty() => message!(
                "mapping-several-claim",
                count = columns.len(),
                field = field.wire_name(),
                columns = columns.join(", "),
            ),
            _ => message!("map-open", fields = field.wire_name()),
        }
    })
}

/// `map --test FILE`: the examples in a mapping file.
fn try_cases(path: &Path) -> Result<Exit, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| MappingError::File { path: path.to_owned(), source })?;
    let file = MappingFile::parse(&text, path)?;
    let failed = file.mapping.try_cases(&file.cases)?;
    let mut words = String::new();
    for case in &failed {
        words.push_str(&format!(
            "{} {}\n",
            style(message!("map-failed").told()).red().bold(),
            printable(&case.name)
        ));
        for difference in &case.differences {
            words.push_str(&format!("  {}\n", printable(difference)));
        }
    }
    let count = file.cases.len();
    let sum = message!("map-tests", tests = count, passed = count - failed.len(), failed = failed.len());
    words.push_str(&format!("{}\n", sum.told()));
    tell(&words);
    Ok(if failed.is_empty() { Exit::Done } else { Exit::SomeFailed })
}

/// Every column with its number, its share of filled cells, shapes of its values, and its field.
fn table(proposal: &Proposal, header: &[String], seen: &Seen) -> String {
    let mut text = String::new();
    if let Some(profile) = proposal.profile() {
        let what = message!(
            "map-profile",
            title = printable(&profile.title),
            name = printable(&profile.name),
            found = profile.found,
            of = profile.of,
        );
        let word = style(message!("plan-profile").told()).bold();
        text.push_str(&format!("{word} {}\n", what.told()));
    }
    let columns = proposal.columns(header, seen);
    let width = |length: &dyn Fn(&ProposedColumn) -> usize| {
        columns.iter().map(length).max().unwrap_or_default().clamp(6, WIDEST)
    };
    let names = width(&|column| column.name.chars().count());
    let values = width(&|column| column.samples.join(" ").chars().count());
    text.push_str(&format!(
        "{}\n",
        style(format!(
            "{:>4}  {:names$}  {:>6}  {:values$}  {}",
            "",
            message!("map-column").told(),
            message!("map-filled").told(),
            message!("map-values").told(),
            message!("map-becomes").told(),
        ))
        .bold()
    ));
    for (at, column) in columns.iter().enumerate() {
        let becomes = match &column.reason {
            Some(reason) => format!("- ({})", reason.told()),
            None if column.becomes.is_empty() => "-".to_owned(),
            None => {
                style(column.becomes.iter().map(field).collect::<Vec<_>>().join(", ")).green().to_string()
            }
        };
        text.push_str(&format!(
            "{:>4}  {:names$}  {:>4} %  {:values$}  {becomes}\n",
            at + 1,
            cut(&printable(&column.name), names),
            column.filled,
            cut(&column.samples.join(" "), values),
        ));
    }
    for what in open(proposal) {
        let open = style(message!("map-open-word").told()).yellow().bold();
        text.push_str(&format!("{open} {}\n", what.told()));
    }
    let guessed = proposal.guessed();
    if !guessed.is_empty() {
        let what = message!("map-guessed", fields = printable(&guessed.join(", ")));
        text.push_str(&format!("{}\n", what.told()));
    }
    text
}

/// A field that takes from a column, and whether that is a guess.
fn field(becomes: &Becomes) -> String {
    let field = printable(&becomes.field);
    if becomes.is_guessed { format!("{field} ({})", message!("plan-guessed").told()) } else { field }
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// A column that the person gives to another field, or to none.
struct Change {
    column: String,
    target: Option<Target>,
}

/// Asks until there is an answer that can be used; `None`: nothing is to be changed.
fn ask_for_a_change(header: &[String], to: &Path) -> Option<Change> {
    loop {
        let question = message!("ask-column", file = settings::shown(to));
        let answer = ask::line(&question).filter(|answer| !answer.is_empty())?;
        let column = answer.parse::<usize>().ok().and_then(|number| header.get(number.checked_sub(1)?));
        let Some(column) = column else {
            tell(&format!("{}\n", message!("map-numbers", last = header.len()).told()));
            continue;
        };
        let fields: Vec<&str> = Field::ALL.iter().map(|field| field.wire_name()).collect();
        let question = message!("ask-field", column = printable(column), fields = fields.join(", "));
        let answer = ask::line(&question)?;
        if answer == "-" {
            return Some(Change { column: column.clone(), target: None });
        }
        match Target::parse(&answer) {
            Ok(target) => return Some(Change { column: column.clone(), target: Some(target) }),
            Err(error) => {
                let told: Vec<String> =
                    std::iter::once(error.message()).chain(error.hint()).map(|said| said.told()).collect();
                tell(&format!("{}\n", told.join("; ")));
            }
        }
    }
}

/// Writes the mapping file; one that is there is kept, unless the person says otherwise.
fn write(path: &Path, text: &str, yes: bool) -> Result<(), Failure> {
    let failed =
        |error: std::io::Error| Failure::new(Exit::Output, message!("output-write", path, why = &error));
    let shown = settings::shown(path);
    let is_there = path.exists();
    if is_there {
        if yes || !ask::yes(&message!("ask-overwrite", file = &shown), false) {
            return Err(Failure::usage(message!("map-kept", file = shown)).hint(message!("map-kept.fix")));
        }
        overwriting::refuse_what_is_no_file(path)?;
    }
    let place = if is_there { Place::Inherited } else { Place::Free };
    whole_file::write(path, text, 0o666, place).map_err(failed)
}
