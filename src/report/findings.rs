//! What does not fit the account, in words.

use std::fmt::Write as _;

use console::style;

use super::closing::counted;
use crate::account::{Certainty, Finding, Kind, to_create};
use crate::model::printable;

/// Most findings and values that are shown of each kind.
const MOST_SHOWN: usize = 30;

/// The findings, those that stop first, and the list of what to create.
pub fn findings(findings: &[Finding]) -> String {
    let mut text = String::new();
    for (certainty, title) in
        [(Certainty::Certain, "Does not fit the account"), (Certainty::Uncertain, "May not fit the account")]
    {
        // The bot has its own sentence where the sending is told.
        let of_kind: Vec<&Finding> = findings
            .iter()
            .filter(|finding| finding.certainty == certainty && finding.kind != Kind::NoBotStatus)
            .collect();
        if of_kind.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n{}", style(title).bold());
        for finding in of_kind.iter().take(MOST_SHOWN) {
            words(&mut text, finding);
        }
        if of_kind.len() > MOST_SHOWN {
            let _ = writeln!(text, "  and {} more; check --json has them all", of_kind.len() - MOST_SHOWN);
        }
    }
    let lists = to_create(findings);
    if !lists.is_empty() {
        let _ = writeln!(text, "\n{}", style("To create in the dashboard first, unless it is there").bold());
        for (name, values) in lists {
            let shown: Vec<String> = values.iter().take(MOST_SHOWN).map(|value| printable(value)).collect();
            let more = values.len().saturating_sub(MOST_SHOWN);
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            let _ = writeln!(text, "  {}: {}{more}", printable(name), shown.join(", "));
        }
    }
    text
}

fn words(text: &mut String, finding: &Finding) {
    let nearest = finding
        .nearest
        .as_ref()
        .map_or_else(String::new, |near| format!("; nearest \"{}\"", printable(near)));
    let first = finding.first_row.map_or_else(String::new, |row| format!("; first: row {row}"));
    let _ = writeln!(
        text,
        "  {}: {}{nearest}{first}\n          {}",
        counted(finding.rows, "row", "rows"),
        printable(&finding.what),
        printable(&finding.fix)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_how_many_rows_what_the_nearest_and_the_fix() {
        let finding = Finding {
            certainty: Certainty::Uncertain,
            kind: Kind::UnknownOption,
            field: "custom_fields.City".to_owned(),
            value: Some("Milano".to_owned()),
            rows: 412,
            first_row: Some(7),
            what: "option \"Milano\" of \"City\" is not known".to_owned(),
            nearest: Some("Milan".to_owned()),
            fix: "correct the value".to_owned(),
        };
        let text = console::strip_ansi_codes(&findings(&[finding])).into_owned();
        assert!(
            text.contains(
                "412 rows: option \"Milano\" of \"City\" is not known; nearest \"Milan\"; first: row 7\n"
            ),
            "{text}"
        );
        assert!(text.contains("custom_fields.City: Milano"), "{text}");
    }
}
