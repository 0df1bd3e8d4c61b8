//! What a spreadsheet shows of a number whose format writes digits of its own: `"+39 "0` shows 333 as `+39 333`, and
//! `0000` shows it as `0333`. What people see is what they have.
//!
//! Formats are those of ECMA-376, part 1, 18.8.31.

/// A format that may show other digits than the value has.
pub(super) struct NumberFormat {
    sections: Vec<Section>,
}

/// What is shown of the values that the section is for.
#[derive(Default)]
struct Section {
    condition: Option<(Comparison, f64)>,
    parts: Vec<Part>,
    /// It has something in it that is not read here, such as a date.
    is_other: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Letter(char),
    /// A digit, and what stands there if the number has none for it.
    Digit(Option<char>),
    /// The whole value.
    Value,
}

#[derive(Clone, Copy)]
enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    Unequal,
}

impl NumberFormat {
    /// `None` for formats that show the digits that the value has.
    pub(super) fn of(code: &str) -> Option<Self> {
        let sections: Vec<Section> = sections(code).iter().map(|section| Section::of(section)).collect();
        sections.iter().any(Section::adds_digits).then_some(Self { sections })
    }

    /// What is shown of a whole number that is not negative, if that is other digits than its own.
    pub(super) fn shown(&self, value: f64) -> Option<String> {
        if value < 0.0 || value.fract() != 0.0 {
            return None;
        }
        let digits = value.to_string();
        let conditional = self.sections.iter().any(|section| section.condition.is_some());
        let section = if conditional {
            self.sections.iter().find(|section| section.is_for(value))
        } else if value == 0.0 && self.sections.len() > 2 {
            self.sections.get(2)
        } else {
            self.sections.first()
        };
        section?.filled(&digits).filter(|shown| marks(shown).ne(marks(&digits)))
    }

    /// What is shown of a text, if that is other digits than its own.
    pub(super) fn shown_text(&self, text: &str) -> Option<String> {
        let section = self.sections.iter().find(|section| section.parts.contains(&Part::Value))?;
        let has_digits = section.parts.iter().any(|part| matches!(part, Part::Digit(_)));
        if has_digits || text.is_empty() {
            return None;
        }
        section.filled(text).filter(|shown| marks(shown).ne(marks(text)))
    }
}

/// What makes a number another one.
fn marks(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_ascii_digit() || *c == '+')
}

/// The sections of a format, which a `;` keeps apart.
fn sections(code: &str) -> Vec<String> {
    let (mut sections, mut chars) = (vec![String::new()], code.chars());
    let mut is_quoted = false;
    while let Some(c) = chars.next() {
        if c == ';' && !is_quoted {
            sections.push(String::new());
            continue;
        }
        let Some(section) = sections.last_mut() else { break };
        section.push(c);
        match c {
            '"' => is_quoted = !is_quoted,
            '\\' | '_' | '*' if !is_quoted => section.extend(chars.next()),
            _ => {}
        }
    }
    sections
}

impl Section {
    fn of(code: &str) -> Self {
        let mut section = Self::default();
        let mut is_behind_the_point = false;
        let mut rest = code;
        while let Some(c) = rest.chars().next() {
            let after = &rest[c.len_utf8()..];
            rest = after;
            match c {
                '"' => {
                    let (text, after) = after.split_once('"').unwrap_or((after, ""));
                    section.parts.extend(text.chars().map(Part::Letter));
                    rest = after;
                }
                '\\' | '_' | '*' => {
                    let letter = after.chars().next();
                    rest = &after[letter.map_or(0, char::len_utf8)..];
                    match (c, letter) {
                        ('\\', Some(letter)) => section.parts.push(Part::Letter(letter)),
                        ('_', _) => section.parts.push(Part::Letter(' ')),
                        _ => {}
                    }
                }
                '[' => {
                    let (inside, after) = after.split_once(']').unwrap_or((after, ""));
                    rest = after;
                    if let Some(written) = inside.strip_prefix('$') {
                        let text = written.rsplit_once('-').map_or(written, |(text, _)| text);
                        section.parts.extend(text.chars().map(Part::Letter));
                    } else if inside.starts_with(['<', '>', '=']) {
                        section.condition = condition(inside);
                        section.is_other |= section.condition.is_none();
                    }
                }
                // A whole number has nothing there.
                '0' | '#' | '?' if is_behind_the_point => {}
                '0' => section.parts.push(Part::Digit(Some('0'))),
                '#' => section.parts.push(Part::Digit(None)),
                '?' => section.parts.push(Part::Digit(Some(' '))),
                '@' => section.parts.push(Part::Value),
                '.' => is_behind_the_point = true,
                ',' if after.starts_with(['0', '#', '?']) => {}
                'G' if after.starts_with("eneral") => {
                    section.parts.push(Part::Value);
                    rest = &after["eneral".len()..];
                }
                ',' | '%' | '/' | ':' => section.is_other = true,
                c if c.is_ascii_alphabetic() => section.is_other = true,
                c => section.parts.push(Part::Letter(c)),
            }
        }
        section
    }

    fn adds_digits(&self) -> bool {
        let is_mark = |part: &Part| matches!(part, Part::Letter(c) if c.is_ascii_digit() || *c == '+');
        let places = self.parts.iter().filter(|part| matches!(part, Part::Digit(_)));
        let least = places.skip_while(|part| **part != Part::Digit(Some('0'))).count();
        !self.is_other && (self.parts.iter().any(is_mark) || least > 1)
    }

    fn is_for(&self, value: f64) -> bool {
        let Some((comparison, other)) = self.condition else { return true };
        match comparison {
            Comparison::Less => value < other,
            Comparison::LessOrEqual => value <= other,
            Comparison::Greater => value > other,
            Comparison::GreaterOrEqual => value >= other,
            Comparison::Equal => value == other,
            Comparison::Unequal => value != other,
        }
    }

    /// The section with `value` in it; `None` if it shows nothing of it, or is not read here.
    fn filled(&self, value: &str) -> Option<String> {
        let places = self.parts.iter().filter(|part| matches!(part, Part::Digit(_))).count();
        if self.is_other || places == 0 && !self.parts.contains(&Part::Value) {
            return None;
        }
        let mut shown = String::new();
        // Places are filled from the right, and the first takes what is left.
        let mut left = places;
        let mut digits = value;
        for part in &self.parts {
            match part {
                Part::Letter(letter) => shown.push(*letter),
                Part::Value => shown.push_str(value),
                Part::Digit(otherwise) => {
                    left -= 1;
                    let (here, later) = digits.split_at_checked(digits.len().saturating_sub(left))?;
                    digits = later;
                    if here.is_empty() { shown.extend(*otherwise) } else { shown.push_str(here) }
                }
            }
        }
        Some(shown.trim().to_owned())
    }
}

fn condition(text: &str) -> Option<(Comparison, f64)> {
    let comparisons = [
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<>", Comparison::Unequal),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
        ("=", Comparison::Equal),
    ];
    comparisons.into_iter().find_map(|(sign, comparison)| {
        text.strip_prefix(sign)?.trim().parse().ok().map(|value| (comparison, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, value: f64) -> Option<String> {
        NumberFormat::of(code)?.shown(value)
    }

    #[test]
    fn what_a_format_writes_beside_a_number_is_part_of_what_is_seen() {
        for (code, value, seen) in [
            ("\"+39 \"0", 612_345_678.0, "+39 612345678"),
            ("\\+\\3\\9 0", 612_345_678.0, "+39 612345678"),
            ("\"+39 \"#,##0", 612_345_678.0, "+39 612345678"),
            ("\"+39 \"0.00", 612_345_678.0, "+39 612345678"),
            ("[$+39-410] 000\\ 000\\ 000", 612_345_678.0, "+39 612 345 678"),
            ("+0", 39_612_345_678.0, "+39612345678"),
            ("+0;-0;0", 5.0, "+5"),
            ("\"+39 \"General", 612_345_678.0, "+39 612345678"),
            ("\"+39 \"@", 612_345_678.0, "+39 612345678"),
            ("[>9999999999]\"+\"0;\"+39 \"0", 612_345_678.0, "+39 612345678"),
            ("[>9999999999]\"+\"0;\"+39 \"0", 39_612_345_678.0, "+39612345678"),
            ("0#\" \"##\" \"##\" \"##\" \"##", 612_345_678.0, "06 12 34 56 78"),
            ("0000000000", 612_345_678.0, "0612345678"),
            ("00000", 501.0, "00501"),
            ("\"+39 \"0_)", 6.0, "+39 6"),
        ] {
            assert_eq!(shown(code, value).as_deref(), Some(seen), "{code}");
        }
    }

    #[test]
    fn a_number_whose_digits_are_all_that_is_seen_stays_as_it_is() {
        for (code, value) in [
            ("General", 612_345_678.0),
            ("0", 612_345_678.0),
            ("#,##0.00", 612_345_678.0),
            ("0.00%", 1.0),
            ("+0.0%;-0.0%", 1.0),
            ("[<=9999999]###-####;(###) ###-####", 5_046_218_927.0),
            ("_-* #,##0.00\\ \"€\"_-", 12.0),
            ("dd/mm/yyyy", 45_000.0),
            ("\"n. 1\"", 5.0),
            ("0,,\"+\"", 5_000_000.0),
            ("\"+39 \"0", -612_345_679.0),
            ("\"+39 \"0", 612_345_678.4),
            ("0.00E+00", 12.0),
        ] {
            assert_eq!(shown(code, value), None, "{code}");
        }
        let text = |code: &str, text: &str| NumberFormat::of(code).and_then(|format| format.shown_text(text));
        assert_eq!(text("\"+39 \"@", "612345678").as_deref(), Some("+39 612345678"));
        assert_eq!(text("0;-0;0;\"+39 \"@", "612345678").as_deref(), Some("+39 612345678"));
        assert_eq!(text("\"+39 \"0", "612345678"), None);
        assert_eq!(text("@", "612345678"), None);
    }
}
