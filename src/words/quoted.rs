//! What a parser says is wrong, without the value that it quotes: the file may be another one than was meant, and hold a
//! secret.

/// Between what a parser found and what it expected.
const EXPECTED: &str = ", expected ";
/// What parsers call the kinds of values that they quote.
const KINDS: [&str; 7] =
    ["string", "integer", "floating point", "boolean", "character", "byte array", "unknown variant"];

/// What serde says of a file's content, without the value that stands there.
pub fn without_value(said: &str) -> String {
    // The last one: a value may hold such words itself.
    let Some((found, expected)) = said.rsplit_once(EXPECTED) else { return said.to_owned() };
    let (what, value) = match found.split_once(": ") {
        Some((what @ ("invalid type" | "invalid value"), value)) => (format!("{what}: "), value),
        _ => (String::new(), found),
    };
    match KINDS.iter().find(|kind| value.strip_prefix(**kind).is_some_and(|rest| rest.starts_with(' '))) {
        Some(kind) => format!("{what}{kind}{EXPECTED}{expected}"),
        None => said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_expected_is_told_and_not_what_stood_there() {
        for (said, told) in [
            (
                "invalid type: string \"s3cret\", expected a boolean",
                "invalid type: string, expected a boolean",
            ),
            (
                "invalid type: string \"s3, expected cret\", expected u16",
                "invalid type: string, expected u16",
            ),
            ("invalid value: integer `70000`, expected u16", "invalid value: integer, expected u16"),
            (
                "invalid type: floating point `1.5`, expected a string",
                "invalid type: floating point, expected a string",
            ),
            (
                "unknown variant `s3cret`, expected `text` or `date`",
                "unknown variant, expected `text` or `date`",
            ),
            ("invalid type: sequence, expected a string", "invalid type: sequence, expected a string"),
            (
                "unknown field `mapp`, expected one of `map`, `set`",
                "unknown field `mapp`, expected one of `map`, `set`",
            ),
            ("key with no value, expected `=`", "key with no value, expected `=`"),
            ("missing field `type`", "missing field `type`"),
        ] {
            assert_eq!(without_value(said), told);
        }
    }
}
