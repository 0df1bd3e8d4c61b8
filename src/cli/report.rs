//! `report DIR`, and the report that each run writes.

use std::path::Path;

use super::args::ReportArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::{overwriting, settings, tell};
use crate::report::{PAGE, STORY, Sample, Story, Summary, html};
use crate::results::{OutputDir, RESULTS};
use crate::words::{message, spoken};

/// Writes the page of a run that has ended, and what it is made of.
pub(super) fn write(folder: &OutputDir, story: &Story) -> Result<(), Failure> {
    let json = serde_json::to_string(story)
        .map_err(|error| Failure::new(Exit::Bug, message!("report-unwritten", why = error.to_string())))?;
    let mut file = folder.create(STORY)?;
    file.write(json.as_bytes())?;
    file.finish()?;
    let page = page(folder.path(), story)?;
    let mut file = folder.create(PAGE)?;
    file.write(page.as_bytes())?;
    file.finish()?;
    Ok(())
}

/// What the page in `folder` is made of, if it is about the same rows with the same ends as this summary. A run that had
/// nothing to do leaves such a page alone: it shows the run that did it.
pub(super) fn that_tells_the_same(folder: &OutputDir, summary: &Summary) -> Option<Story> {
    let text = std::fs::read_to_string(folder.path().join(STORY)).ok()?;
    let story = serde_json::from_str::<Story>(&text).ok()?;
    let is_shown = folder.path().join(PAGE).is_file();
    let ends = |summary: &Summary| {
        let Summary { rows_read, created, existing, updated, duplicate, invalid, .. } = *summary;
        let Summary { rejected, failed, unconfirmed, not_attempted, .. } = *summary;
        let known = [rows_read, created, existing, updated, duplicate, invalid];
        (known, [rejected, failed, unconfirmed, not_attempted], summary.left_in_doubt.unwrap_or_default())
    };
    (is_shown && ends(&story.summary) == ends(summary)).then_some(story)
}

/// Makes the page in `folder` again, of what it is made of, if it is in another language than the other files are now.
pub(super) fn in_the_language(folder: &OutputDir, story: &Story) -> Result<(), Failure> {
    let is_spoken = format!("<html lang=\"{}\"", spoken().tag());
    if std::fs::read_to_string(folder.path().join(PAGE)).is_ok_and(|page| page.contains(&is_spoken)) {
        return Ok(());
    }
    let page = page(folder.path(), story)?;
    let mut file = folder.create(PAGE)?;
    file.write(page.as_bytes())?;
    file.finish()?;
    Ok(())
}

/// `report DIR`: makes the page again, from what the last run left.
pub(super) fn report(args: &ReportArgs) -> Result<Exit, Failure> {
    let shown = settings::shown(&args.folder);
    let path = args.folder.join(STORY);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        let message = message!("cannot-read", path = settings::shown(&path), why = &error);
        Failure::usage(message).hint(message!("report-not-there"))
    })?;
    let story: Story = serde_json::from_str(&text).map_err(|_| {
        Failure::usage(message!("report-foreign", path = settings::shown(&path)))
            .hint(message!("report-foreign.fix"))
    })?;
    let page = page(&args.folder, &story)?;
    if args.to.as_deref() == Some(Path::new("-")) {
        tell(&page);
        return Ok(Exit::Done);
    }
    let (folder, name) = match &args.to {
        None => (OutputDir::open(&args.folder)?, PAGE.to_owned()),
        Some(to) => {
            let folder =
                to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let name =
                to.file_name().ok_or_else(|| Failure::usage(message!("no-file-name", path = &shown)))?;
            overwriting::refuse_what_is_no_file(to)?;
            overwriting::refuse_a_file_of_others(to, overwriting::OF_A_PAGE)?;
            (OutputDir::open(folder)?, name.to_string_lossy().into_owned())
        }
    };
    let mut file = folder.create_named(&name)?;
    file.write(page.as_bytes())?;
    file.finish()?;
    tell(&format!("{}\n", settings::shown(&folder.path().join(name))));
    Ok(Exit::Done)
}

fn page(folder: &Path, story: &Story) -> Result<String, Failure> {
    let sample = sample(&folder.join(RESULTS), story)?;
    html(story, &sample).map_err(|error| Failure::new(Exit::Bug, message!("report-unmade", why = error)))
}

/// A few rows of each kind that the story has; of a long file, as much is read as that takes.
fn sample(results: &Path, story: &Story) -> Result<Sample, Failure> {
    let failed = |error: csv::Error| {
        let why = error.to_string();
        Failure::new(Exit::Output, message!("cannot-read", path = settings::shown(results), why))
    };
    let mut sample = Sample::default();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(results).map_err(failed)?;
    let header = reader.headers().map_err(failed)?.clone();
    let place = |name: &str| header.iter().position(|column| column == name);
    let mut record = csv::StringRecord::new();
    let is_full =
        |sample: &Sample, line| line % 64 == 0 && sample.is_full(&story.causes, story.summary.created);
    while !is_full(&sample, reader.position().line()) && reader.read_record(&mut record).map_err(failed)? {
        sample.note(|name| place(name).and_then(|place| record.get(place)).unwrap_or_default());
    }
    Ok(sample)
}
