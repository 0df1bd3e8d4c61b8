//! The metrics file, for the textfile collector of the Prometheus node exporter.

use std::io::{self, Write as _};
use std::path::Path;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::notice::Figures;
use crate::progress::Counts;

type Number = Gauge<f64, AtomicU64>;

/// Name of the number that outlives a run that failed.
const LAST_SUCCESS: &str = "last_success_timestamp_seconds";

/// How far a run is.
pub(super) enum Stage<'s> {
    Running(&'s Counts),
    Finished { exit_code: u8, is_success: bool, figures: Option<&'s Figures> },
}

/// Puts the file in the place of what was there, at once. Everybody may read it: there is nobody in it.
pub(super) fn write(path: &Path, stage: &Stage<'_>, now: f64) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let before = std::fs::read_to_string(path).ok().and_then(|text| last_success(&text));
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".callbell-import.").tempfile_in(folder)?;
    file.write_all(text(&name, stage, now, before).as_bytes())?;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    file.persist(path)?;
    Ok(())
}

/// `import`: the file's own name, which keeps the numbers of several imports apart.
fn text(import: &str, stage: &Stage<'_>, now: f64, last_success: Option<f64>) -> String {
    let label = ("import".into(), import.to_owned().into());
    let mut registry = Registry::with_prefix_and_labels("callbell_import", [label].into_iter());
    // A batch job is told in gauges: the numbers are those of its last run.
    let add = |registry: &mut Registry, name: &str, help: &str, value: f64| {
        let number = Number::default();
        number.set(value);
        registry.register(name, help, number);
    };
    #[expect(clippy::cast_precision_loss, reason = "metrics are floating-point numbers")]
    let count = |count: u64| count as f64;
    let mut success = last_success;
    match stage {
        Stage::Running(counts) => {
            add(&mut registry, "running", "Whether a run goes on", 1.0);
            add(&mut registry, "rows_settled", "Rows whose story has ended", count(counts.settled()));
            add(
                &mut registry,
                "rows_in_doubt",
                "Rows that may or may not be created",
                count(counts.in_doubt()),
            );
            add(&mut registry, "requests", "Requests that were made", count(counts.requests()));
            add(&mut registry, "throttled", "Answers 429", count(counts.throttled()));
        }
        Stage::Finished { exit_code, is_success, figures } => {
            add(&mut registry, "running", "Whether a run goes on", 0.0);
            add(&mut registry, "exit_code", "How the last run ended", f64::from(*exit_code));
            add(&mut registry, "last_run_timestamp_seconds", "When the last run ended", now);
            if *is_success {
                success = Some(now);
            }
            if let Some(figures) = figures {
                let rows: Family<[(String, String); 1], Number> = Family::default();
                for (status, count) in figures.by_status() {
                    #[expect(clippy::cast_precision_loss, reason = "metrics are floating-point numbers")]
                    rows.get_or_create(&[("status".to_owned(), status.to_string())]).set(count as f64);
                }
                registry.register("rows", "Rows of the last run by what became of them", rows);
                for (name, help, value) in figures.numbers() {
                    add(&mut registry, name, help, value);
                }
            }
        }
    }
    if let Some(time) = success {
        add(&mut registry, LAST_SUCCESS, "When a run last ended well, or failed in no new way", time);
    }
    let mut text = String::new();
    // Writing into memory does not fail.
    let _ = encode(&mut text, &registry);
    text
}

fn last_success(text: &str) -> Option<f64> {
    let line = text.lines().find(|line| !line.starts_with('#') && line.contains(LAST_SUCCESS))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_success_outlives_a_run_that_failed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("contacts.prom");
        write(&path, &Stage::Finished { exit_code: 0, is_success: true, figures: None }, 1_700_000_000.0)
            .unwrap();
        write(&path, &Stage::Running(&Counts::default()), 1_700_000_100.0).unwrap();
        write(&path, &Stage::Finished { exit_code: 4, is_success: false, figures: None }, 1_700_000_200.0)
            .unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let value = |name: &str| {
            let start = format!("callbell_import_{name}{{import=\"contacts\"}} ");
            let line = text.lines().find_map(|line| line.strip_prefix(&start));
            line.unwrap_or_else(|| panic!("no {start} in\n{text}")).parse::<f64>().unwrap()
        };
        assert_eq!(value("last_success_timestamp_seconds"), 1_700_000_000.0);
        assert_eq!(value("last_run_timestamp_seconds"), 1_700_000_200.0);
        assert_eq!(value("exit_code"), 4.0);
        assert_eq!(value("running"), 0.0);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
