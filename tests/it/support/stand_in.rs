//! What can be set of the stand-in.

/// The switches of the stand-in, from its source.
pub(crate) fn switches() -> Vec<String> {
    let source = include_str!("../../../src/sandbox/settings.rs");
    let fields = source.split("pub struct Behaviour {").nth(1).unwrap().split("\n}").next().unwrap();
    let field = |line: &str| Some(line.trim().strip_prefix("pub ")?.split(':').next()?.to_owned());
    fields.lines().filter_map(field).collect()
}
