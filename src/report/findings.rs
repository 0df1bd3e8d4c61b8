//! What does not fit the account, in words.

use std::fmt::Write as _;

use console::style;

use crate::account::{Certainty, Finding, Kind, to_create};
use crate::model::printable;
use crate::words::{Message, message};

/// Most findings and values that are shown of each kind.
const MOST_SHOWN: usize = 30;

/// The findings, those that stop first, and the list of what to create.
pub fn findings(findings: &[Finding]) -> String {
    let mut text = String::new();
    for (certainty, title) in [
        (Certainty::Certain, message!("findings-certain")),
        (Certainty::Uncertain, message!("findings-uncertain")),
    ] {
        // The bot has its own sentence where the sending is told.
        let of_kind: Vec<&Finding> = findings
            .iter()
            .filter(|finding| finding.certainty == certainty && finding.kind != Kind::NoBotStatus)
            .collect();
        if of_kind.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n{}", style(title.told()).bold());
        for finding in of_kind.iter().take(MOST_SHOWN) {
            words(&mut text, finding);
        }
        if of_kind.len() > MOST_SHOWN {
            let more = message!("findings-more", findings = of_kind.len() - MOST_SHOWN);
            let _ = writeln!(text, "  {}", more.told());
        }
    }
    let lists = to_create(findings);
    if !lists.is_empty() {
        let _ = writeln!(text, "\n{}", style(message!("findings-to-create").told()).bold());
        for (name, values) in lists {
            let shown: Vec<String> = values.iter().take(MOST_SHOWN).map(|value| printable(value)).collect();
            let shown = shown.join(", ");
            let more = values.len().saturating_sub(MOST_SHOWN);
            let list = if more > 0 {
                message!("list-and-more", list = shown, more)
            } else {
                Message::verbatim(shown)
            };
            let list = message!("name-and-list", name = printable(name), list);
            let _ = writeln!(text, "  {}", list.told());
        }
    }
    text
}

fn words(text: &mut String, finding: &Finding) {
    let mut what = message!("finding", rows = finding.rows, what = &finding.what);
    if let Some(near) = &finding.nearest {
        what = message!("finding-nearest", what, nearest = printable(near));
    }
    if let (Some(row), Some(line)) = (finding.first_row, finding.first_line) {
        let place = message!("row-place", row = row.to_string(), line = line.to_string());
        what = message!("first-row", what, place);
    }
    let _ = writeln!(text, "  {}\n          {}", what.told(), finding.fix.told());
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
            first_line: Some(8),
            what: Message::verbatim("option \"Milano\" of \"City\" is not known"),
            nearest: Some("Milan".to_owned()),
            fix: Message::verbatim("correct the value"),
        };
        let text = console::strip_ansi_codes(&findings(&[finding])).into_owned();
        assert!(
            text.contains(
                "412 rows: option \"Milano\" of \"City\" is not known; nearest \"Milan\"; first: row 7 (line 8)\n"
            ),
            "{text}"
        );
        assert!(text.contains("custom_fields.City: Milano"), "{text}");
    }
}
