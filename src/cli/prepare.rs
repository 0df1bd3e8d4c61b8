//! What `run` and `check` have in common: everything up to the plan.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::SystemTime;

use super::args::{InputArgs, MappingArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::known_people::KnownPeople;
use super::standard_input::Stdin;
use super::{misplaced_header, of_no_file, own_columns, past, settings};
use crate::account::Finding;
use crate::api::WireStyle;
use crate::input::{InputFile, InputFiles, LastEnd, Records, Section, Unreadable};
use crate::journal::Fingerprints;
use crate::mapping::{Country, Facts, Form, Mapping, Names, Resolved, columns_of_numbers, load_ranges};
use crate::model::{Code, Delivery, OnExisting, Outcome, Tally, UpdateRules, Window, printable};
use crate::report::{AccountShown, FirstRequest, Plan};
use crate::results::{FailuresFormat, OutputDir, OutputError};
use crate::survey::{Pass, Scope, Sightings, Survey};
use crate::words::{Message, message};

/// Files whose header is understood, as far as their first rows show.
pub(super) struct Understood {
    mapping: Mapping,
    input: InputFiles,
    header: Vec<String>,
    window: Window,
    resolved: Resolved,
    /// How rows are given back.
    pub(super) format: FailuresFormat,
    style: WireStyle,
    shown_input: String,
    dialect: Message,
}

/// Takes the rows that cannot be a contact.
pub(super) trait Invalid {
    /// They come from the first on; what was given before is void.
    fn begin(&mut self) -> Result<(), OutputError>;
    /// One of them, in order.
    fn add(&mut self, delivery: &Delivery) -> Result<(), OutputError>;
}

/// Nobody takes them: a run settles them later.
pub(super) struct NotNow;

impl Invalid for NotNow {
    fn begin(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn add(&mut self, _: &Delivery) -> Result<(), OutputError> {
        Ok(())
    }
}

/// A file of which every row has been looked at.
pub(super) struct Prepared {
    pub(super) input: Arc<InputFiles>,
    pub(super) resolved: Resolved,
    pub(super) survey: Survey,
    /// The invalid rows.
    pub(super) problems: Tally,
    pub(super) format: FailuresFormat,
    pub(super) style: WireStyle,
    /// The input as it was named.
    pub(super) shown_input: String,
    pub(super) dialect: Message,
    /// What was passed over or mended in reading.
    pub(super) input_notes: Vec<Message>,
    /// Whether the last row of each file has its line end, if that is known.
    pub(super) is_ended: Option<bool>,
    /// The rows that are read.
    pub(super) window: Window,
    /// What an update does with each field.
    pub(super) update: UpdateRules,
    /// What is done about contacts that are there.
    pub(super) policy: OnExisting,
    /// The countries that the rows which are read name for their numbers, as far as anybody asked.
    pub(super) countries: Vec<Country>,
}

/// Looks whether every file is there, before anything is made for it.
pub(super) fn find(args: &InputArgs) -> Result<(), Failure> {
    let files = args.files().filter(|path| !settings::is_stdin(path));
    for path in files {
        InputFile::find(path)?;
    }
    Ok(())
}

/// Opens the input. Standard input is kept in `folder`.
pub(super) fn open(
    args: &InputArgs,
    mapping: &Mapping,
    folder: &OutputDir,
    stdin: Stdin,
) -> Result<InputFiles, Failure> {
    let (options, scratch) = (settings::input_for(args, mapping), past::scratch(folder));
    // Whoever reads the first number builds them, if no thread could be had.
    let _ = thread::Builder::new().name("ranges".to_owned()).spawn(load_ranges);
    if settings::is_stdin(&args.file) && args.more.is_empty() {
        if io::IsTerminal::is_terminal(&io::stdin()) {
            return Err(
                Failure::usage(message!("stdin-is-a-terminal")).hint(message!("stdin-is-a-terminal.fix"))
            );
        }
        let spool = |file, path: &Path| InputFile::spool(io::stdin().lock(), file, path, &options, &scratch);
        return Ok(InputFiles::new(vec![stdin.spool(folder, spool)?])?);
    }
    let paths = || args.files();
    if paths().any(|path| settings::is_stdin(path)) {
        return Err(Failure::usage(message!("stdin-of-several")).hint(message!("stdin-of-several.fix")));
    }
    let open = |path: &PathBuf| InputFile::open(path, &options, &scratch);
    InputFiles::new(paths().map(open).collect::<Result<_, _>>()?).or_else(|error| {
        if !matches!(error, Unreadable::OtherColumns { .. }) {
            return Err(error.into());
        }
        let alone = paths().map(|path| open(path).and_then(|file| InputFiles::new(vec![file])));
        let files: Vec<_> = alone.collect::<Result<_, _>>()?;
        Err(misplaced_header::or_other_columns(mapping, &files, error))
    })
}

/// Rows by which columns are judged before the whole file is read.
const FIRST_ROWS: usize = 1000;

/// Maps the header. Some headers are believed only if all values below them fit: the first rows are looked at here, and
/// whether the others agree is seen when they are read.
pub(super) fn understand(
    input_args: &InputArgs,
    mapping_args: &MappingArgs,
    window: Window,
    mapping: Mapping,
    input: InputFiles,
) -> Result<Understood, Failure> {
    let records = Records::new(&input)?;
    let header = records.header().clone();
    let mut resolved = match mapping.resolve(&header.names, &facts(records, window, FIRST_ROWS)?) {
        Ok(resolved) => resolved,
        // A column that is empty in the first rows may settle it.
        Err(_) => {
            let facts = facts_of(
                Facts::counting(&header.names, mapping.default_country),
                Records::new(&input)?,
                window,
                usize::MAX,
            )?;
            let numbers = || columns_of_numbers(&header.names, &facts);
            mapping
                .resolve(&header.names, &facts)
                .map_err(|error| misplaced_header::or_unmapped(&mapping, &input, &numbers(), error))?
        }
    };
    fit(&input, &header.names, &mut resolved)?;
    let dialect = match input.files() {
        [only] => only.described(&header),
        files => message!("files-count", files = files.len()),
    };
    let given_back = input.given_back();
    let format = FailuresFormat::new(header.names.clone(), given_back.delimiter, given_back.byte_order_mark);
    let shown_input = if settings::is_stdin(&input_args.file) {
        "-".to_owned()
    } else {
        let paths = input_args.files();
        paths.map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
    };
    Ok(Understood {
        mapping,
        input,
        header: header.names,
        window,
        resolved,
        format,
        style: settings::style(mapping_args),
        shown_input,
        dialect,
    })
}

/// Refuses what is understood of the header where the files are not as it takes them to be, and tells it which numbers have a
/// fraction. It is asked of each understanding anew: columns that later rows show to be something else leave it to others.
fn fit(input: &InputFiles, header: &[String], resolved: &mut Resolved) -> Result<(), Failure> {
    own_columns::refuse(header, resolved)?;
    of_no_file::refuse(input, &resolved.form)?;
    resolved.form.know_points(&pointed_columns(input));
    for file in input.files() {
        if let Some((label, column)) = resolved.form.misreads_points(file.pointed_columns()) {
            return Err(Failure::usage(message!("numbers-have-points", column, label))
                .hint(message!("numbers-have-points.fix", label)));
        }
        if let Some((field, column, line)) = resolved.form.writes_out_a_list(file.listed_columns()) {
            let field = field.wire_name();
            return Err(Failure::new(
                Exit::Input,
                message!("json-list-for-a-text", column, field, line, path = settings::shown(file.path())),
            )
            .hint(message!("json-list-for-a-text.fix", field)));
        }
    }
    Ok(())
}

/// Columns that are known to have numbers with a fraction.
fn pointed_columns(input: &InputFiles) -> Vec<String> {
    input.files().iter().flat_map(InputFile::pointed_columns).cloned().collect()
}

/// What was found in each file, in words. Of several, each is told with its rows.
fn input_notes(input: &InputFiles, sections: &[Section]) -> Vec<Message> {
    let mut notes = Vec::new();
    let mut before = 0;
    for section in sections {
        if let [file] = input.files() {
            return file.left_unread().into_iter().chain(section.notes.sentences()).collect();
        }
        let Some(file) = input.files().get(section.file) else { continue };
        let name = printable(&file.path().display().to_string());
        let rows = match section.rows {
            0 => message!("file-rows-none"),
            1 => message!("file-rows-one", row = (before + 1).to_string()),
            rows => message!(
                "file-rows-range",
                first = (before + 1).to_string(),
                last = (before + rows).to_string(),
            ),
        };
        notes.push(message!("file-with-rows", name = &name, rows, what = file.described_alone()));
        let sentences = file.left_unread().into_iter().chain(section.notes.sentences());
        notes.extend(sentences.map(|note| message!("file-with-note", name = &name, note)));
        before += section.rows;
    }
    notes
}

/// Whether the last row of each file has its line end; `None` where that cannot be seen.
fn is_ended(sections: &[Section]) -> Option<bool> {
    let ends = || sections.iter().map(|section| section.notes.last_end);
    if ends().any(|end| matches!(end, LastEnd::Open(_))) {
        return Some(false);
    }
    ends().all(|end| end == LastEnd::Line).then_some(true)
}

/// What the columns hold in the first `most` rows of the window.
fn facts(records: Records<'_>, window: Window, most: usize) -> Result<Facts, Failure> {
    facts_of(Facts::new(&records.header().names), records, window, most)
}

/// The countries that rows in `window` name for their numbers, each once.
fn countries_of_numbers(input: &InputFiles, form: &Form, window: Window) -> Result<Vec<Country>, Failure> {
    let mut countries = Vec::new();
    if form.reads_by_country() {
        for row in Records::new(input)?.inside(window) {
            let country = form.country_of_numbers(&row?);
            countries.extend(country.filter(|country| !countries.contains(country)));
        }
    }
    Ok(countries)
}

fn facts_of(mut facts: Facts, records: Records<'_>, window: Window, most: usize) -> Result<Facts, Failure> {
    for row in records.inside(window).take(most) {
        facts.note(&row?);
    }
    Ok(facts)
}

impl Understood {
    /// How rows become contacts, as far as the first rows show.
    pub(super) fn form(&self) -> &Form {
        &self.resolved.form
    }

    /// Cells may hold names of teams and channels from here on.
    pub(super) fn know(&mut self, names: Names) {
        self.resolved.form.know(names.clone());
        self.mapping.names = Some(names);
    }

    /// Reads every row. If the columns turn out to hold something else than their first rows showed, or if somebody is known by
    /// another number of their row, it does so once more. `contents`: whether what rows say is compared with what other rows
    /// and earlier runs said; `values`: whether what they ask of the account is counted. `known`: whom earlier runs know.
    pub(super) fn survey<F: Fn() -> io::Result<File> + Clone>(
        mut self,
        fingerprints: &Fingerprints,
        mut sightings: Sightings<F>,
        (contents, values): (bool, bool),
        known: Option<&KnownPeople<'_>>,
        invalid: &mut impl Invalid,
    ) -> Result<Prepared, Failure> {
        let scope = Scope { window: self.window, counted: Window::default(), contents, values };
        let (mut problems, mut pass) = loop {
            let (problems, pass) = self.read(fingerprints, scope, &mut sightings, invalid)?;
            let mut resolved = self.mapping.resolve(&self.header, pass.facts())?;
            fit(&self.input, &self.header, &mut resolved)?;
            let is_the_same = resolved.form == self.resolved.form;
            self.resolved = resolved;
            if is_the_same {
                break (problems, pass);
            }
            sightings.forget_rows();
        };
        let mut countries = Vec::new();
        if let Some(known) = known {
            let (list, form) = ((&self.input, self.window), &self.resolved.form);
            // Where nobody remembers in which countries numbers were read, it may have been in any that the list names.
            let window = if known.knows_countries() { self.window } else { Window::default() };
            countries = countries_of_numbers(&self.input, form, window)?;
            let known_by = known.by_other_numbers(list, form, &countries, fingerprints)?;
            if !known_by.is_empty() {
                self.resolved.form.know_people(known_by);
                sightings.forget_rows();
                (problems, pass) = self.read(fingerprints, scope, &mut sightings, invalid)?;
            }
        }
        let input_notes = input_notes(&self.input, pass.sections());
        let is_ended = is_ended(pass.sections());
        let compared = sightings.anew();
        let mut survey = pass.survey::<OutputError>(sightings)?;
        // Whether those who stand in it twice say the same is asked only where there are some.
        if !contents && survey.counts.repeats > 0 {
            survey = self.compared(fingerprints, compared, scope)?;
        }
        Ok(Prepared {
            input: Arc::new(self.input),
            resolved: self.resolved,
            survey,
            problems,
            format: self.format,
            style: self.style,
            shown_input: self.shown_input,
            dialect: self.dialect,
            input_notes,
            is_ended,
            window: self.window,
            update: self.mapping.update,
            policy: OnExisting::default(),
            countries,
        })
    }

    /// Reads every row as it is understood now, and puts its contact into `sightings`.
    fn read<F: Fn() -> io::Result<File> + Clone>(
        &self,
        fingerprints: &Fingerprints,
        scope: Scope,
        sightings: &mut Sightings<F>,
        invalid: &mut impl Invalid,
    ) -> Result<(Tally, Pass), Failure> {
        invalid.begin()?;
        let mut problems = Tally::default();
        let form = &self.resolved.form;
        let pass = Pass::of(&self.input, form, fingerprints, scope, sightings, |row, rejection| {
            let delivery = Delivery {
                row,
                contact: None,
                remarks: Vec::new(),
                outcome: Outcome::Invalid(rejection),
                attempts: 0,
                http_status: None,
                shown: None,
                finished_at: SystemTime::now(),
            };
            problems.note(&delivery);
            invalid.add(&delivery)
        })?;
        Ok((problems, pass))
    }

    /// A survey that compares what rows say, of a list that was read before.
    fn compared<F: Fn() -> io::Result<File> + Clone>(
        &self,
        fingerprints: &Fingerprints,
        mut sightings: Sightings<F>,
        scope: Scope,
    ) -> Result<Survey, Failure> {
        let scope = Scope { contents: true, ..scope };
        let form = &self.resolved.form;
        let told = |_, _| Ok::<_, OutputError>(());
        let pass = Pass::of(&self.input, form, fingerprints, scope, &mut sightings, told)?;
        Ok(pass.survey::<OutputError>(sightings)?)
    }
}

impl Prepared {
    /// Rows that will be sent, or looked up first and then perhaps sent.
    pub(super) fn to_send(&self) -> u64 {
        self.survey.to_send() + self.survey.counts.met_again(self.policy)
    }

    /// Contacts that earlier runs left in doubt and that no row of the list names; `None` where there are rows that were
    /// not read, which may be theirs.
    pub(super) fn left_in_doubt(&self) -> Option<u64> {
        self.window.is_to_the_end().then_some(self.survey.counts.open_and_gone)
    }

    /// Whether any number without `+` or `00` was made international.
    pub(super) fn made_international(&self) -> bool {
        self.survey.remarks.contains_key(&Code::PhoneMadeInternational)
    }

    /// The country by which numbers without `+` or `00` were made international, if any was.
    pub(super) fn country(&self) -> Option<Country> {
        self.resolved.default_country().filter(|_| self.made_international())
    }

    /// What to tell about people who were known by another of their numbers to runs that are `forgotten`, if there are any.
    pub(super) fn told_of_other_numbers(
        &self,
        forgotten: &KnownPeople<'_>,
        fingerprints: &Fingerprints,
    ) -> Result<Vec<Message>, Failure> {
        let (list, form) = ((&*self.input, self.window), &self.resolved.form);
        let known_by = forgotten.by_other_numbers(list, form, &self.countries, fingerprints)?;
        let Some(row) = known_by.first() else { return Ok(Vec::new()) };
        let mut told =
            vec![message!("warn-restart-other-numbers", people = known_by.len(), row = row.to_string())];
        // Part by part they are forgotten, and each leaves to the others whom those know.
        if !self.window.shard.is_everything() {
            told.push(message!("warn-restart-of-a-part"));
        }
        Ok(told)
    }

    /// The plan, its values masked unless they go to the user's own terminal.
    pub(super) fn plan<'p>(
        &'p self,
        folder: &'p str,
        account: Option<&'p AccountShown>,
        rate: Option<u32>,
        mask: bool,
        findings: &'p [Finding],
    ) -> Plan<'p> {
        let survey = &self.survey;
        Plan {
            input: &self.shown_input,
            dialect: self.dialect.clone(),
            input_notes: &self.input_notes,
            folder,
            account,
            resolved: &self.resolved,
            window: self.window,
            rows: survey.rows,
            all_left_out: survey.all_left_out,
            to_send: self.to_send(),
            counts: survey.counts,
            policy: self.policy,
            rules: &self.update,
            input_changed: false,
            other_list: None,
            in_doubt: survey.in_doubt,
            problems: &self.problems,
            remarks: survey.remarks.iter().map(|(code, count)| (*code, *count)).collect(),
            first: survey.first.as_ref().map(|first| FirstRequest {
                place: first.place,
                body: self.style.body(&first.contact),
                is_sent: first.is_sent,
            }),
            mask,
            rate,
            findings,
            existing: None,
        }
    }
}
