//! Why an input cannot be read. These end the run before anything is sent; a row's own trouble does not come here.

use std::io;
use std::path::PathBuf;

use super::{Differing, Encoding};
use crate::words::{Message, Value, message, worded};

/// What is wrong with the file as a whole, and where.
#[derive(Debug)]
pub enum Unreadable {
    /// The operating system refused.
    Io {
        /// The file.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// A directory, device or socket.
    NotAFile {
        /// What was named.
        path: PathBuf,
        /// What it is.
        what: Message,
    },
    /// Zero bytes, or nothing but blank lines.
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// None of the formats that are read.
    NotAList {
        /// The file.
        path: PathBuf,
        /// The name of the message that says what it looks like; its `fix` says what to do about it.
        what: &'static str,
    },
    /// JSON that is not one object a line.
    Json {
        /// The file.
        path: PathBuf,
        /// What `jq -c` makes lines of it with.
        filter: String,
        /// Whether it has to be unpacked first.
        is_packed: bool,
    },
    /// Letters that several encodings read differently, or that one reads which is never taken unasked.
    WhichEncoding {
        /// The file.
        path: PathBuf,
        /// Those in which the letters make words.
        possible: Vec<Encoding>,
        /// The bytes that decide.
        differing: Vec<Differing>,
    },
    /// Letters that make no words in any encoding that is tried.
    UnknownEncoding {
        /// The file.
        path: PathBuf,
        /// The line on which the first stands.
        line: u64,
    },
    /// Part UTF-8, part something else.
    MixedEncodings {
        /// The file.
        path: PathBuf,
        /// Letters beyond ASCII that are UTF-8.
        letters: u64,
        /// Byte sequences that are not.
        broken: u64,
    },
    /// An encoding was named that the file contradicts.
    WrongEncoding {
        /// The file.
        path: PathBuf,
        /// What was named.
        named: Encoding,
        /// What the file is.
        found: Message,
    },
    /// The header cannot be decoded.
    HeaderNotText {
        /// The file.
        path: PathBuf,
        /// Physical line, from 1.
        line: u64,
        /// As it was read.
        encoding: Encoding,
    },
    /// The first row, or the line that was named as the header's, holds data.
    NoHeader {
        /// The file.
        path: PathBuf,
        /// Physical line, from 1.
        line: u64,
        /// The column that gives it away, from 1.
        column: usize,
        /// The first column, from 1, that has a phone number there, or the first.
        numbers: usize,
        /// The person named the line.
        named: bool,
    },
    /// The line that was named as the header's is empty, or is not there.
    NoSuchHeaderLine {
        /// The file.
        path: PathBuf,
        /// Physical line, from 1.
        line: u64,
    },
    /// Two delimiters fit equally well.
    WhichDelimiter {
        /// The file.
        path: PathBuf,
        /// The one.
        one: Message,
        /// The other.
        other: Message,
    },
    /// More columns than any contact list has.
    TooManyColumns {
        /// The file.
        path: PathBuf,
        /// The limit.
        most: usize,
    },
    /// One record goes on and on.
    RecordTooLong {
        /// The file.
        path: PathBuf,
        /// Physical line on which the record starts.
        line: u64,
        /// The limit.
        most: usize,
    },
    /// The cells of the header stand in quotes, behind spaces.
    QuoteAfterSpace {
        /// The file.
        path: PathBuf,
        /// Physical line of the header.
        line: u64,
    },
    /// An open quote swallowed so much that nothing after it can be trusted.
    QuoteToTheEnd {
        /// The file.
        path: PathBuf,
        /// Physical line on which the record starts.
        line: u64,
        /// Lines from there to the end.
        lines: u64,
    },
    /// It unpacks to more than is reasonable.
    Bomb {
        /// The file.
        path: PathBuf,
        /// The most that it may grow.
        ratio: u64,
        /// The limit in bytes.
        most: u64,
    },
    /// A workbook that is larger than can be held.
    WorkbookTooLarge {
        /// The file.
        path: PathBuf,
        /// The limit.
        most: u64,
    },
    /// A workbook with a cell, or anything else, that is longer than can be held.
    ElementTooLong {
        /// The file.
        path: PathBuf,
        /// The limit.
        most: u64,
    },
    /// A workbook with more cells than can be held.
    TooManyCells {
        /// The file.
        path: PathBuf,
        /// The limit.
        most: u64,
    },
    /// An archive or a workbook that is broken or locked.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: Message,
    },
    /// A file in an archive that only a password opens.
    Locked {
        /// The archive.
        path: PathBuf,
        /// The file in it.
        name: String,
    },
    /// An archive of several files, of which none was named, or one that is not there.
    WhichMember {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        wanted: Option<String>,
        /// What is in it.
        members: Vec<String>,
        /// How many are in it besides.
        more: usize,
    },
    /// An archive of more files than anybody packs lists with.
    TooManyMembers {
        /// The file.
        path: PathBuf,
        /// What was found.
        members: usize,
        /// The limit.
        most: usize,
    },
    /// A workbook with several lists of the same columns.
    WhichSheet {
        /// The file.
        path: PathBuf,
        /// Two of them.
        sheets: Vec<String>,
    },
    /// A workbook of which only hidden sheets hold anything.
    AllHidden {
        /// The file.
        path: PathBuf,
        /// These.
        sheets: Vec<String>,
    },
    /// A workbook without the sheet that was asked for.
    NoSuchSheet {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        wanted: String,
        /// What it has.
        sheets: Vec<String>,
    },
    /// A file with other columns than those before it.
    OtherColumns {
        /// The file.
        path: PathBuf,
        /// Columns that it lacks.
        missing: Vec<String>,
        /// Columns that only it has.
        surplus: Vec<String>,
    },
    /// An option that says nothing about such a file.
    OptionUnfit {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: Message,
        /// The option.
        option: &'static str,
    },
    /// The file is no longer what it was when it was first read.
    Changed {
        /// The file.
        path: PathBuf,
        /// Offset up to which it is known to be unchanged.
        byte: u64,
    },
    /// More came in than is kept.
    StdinTooLong {
        /// The limit.
        most: u64,
    },
    /// Standard input could not be kept for the later readings.
    Spool {
        /// Where it was to be kept.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// Rows that were read out of another format could not be kept for the later readings.
    Aside {
        /// The operating system's reason.
        source: io::Error,
    },
}

worded!(Unreadable);

impl Unreadable {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Io { path, source } => message!("input-io", path, why = source),
            Self::NotAFile { path, what } => message!("input-not-a-file", path, what),
            Self::Empty { path } => message!("input-empty", path),
            Self::NotAList { path, what } => message!("input-not-a-list", path, what = Message::new(*what)),
            Self::Json { path, filter, .. } => {
                let what = if filter == ".[]" { "kind-json-list" } else { "kind-json-object" };
                message!("input-not-a-list", path, what = Message::new(what))
            }
            Self::WhichEncoding { path, possible, differing } => {
                let readings = readings(differing);
                match possible[..] {
                    [only] => message!("input-perhaps-encoding", path, encoding = only.name(), readings),
                    _ => message!("input-which-encoding", path, readings),
                }
            }
            Self::UnknownEncoding { path, line } => {
                message!("input-unknown-encoding", path, line = line.to_string())
            }
            Self::MixedEncodings { path, letters, broken } => {
                message!("input-mixed-encodings", path, letters = *letters, broken = *broken)
            }
            Self::WrongEncoding { path, named, found } => {
                message!("input-wrong-encoding", path, named = named.name(), found)
            }
            Self::HeaderNotText { path, line, encoding } => {
                message!("input-header-not-text", path, line = line.to_string(), encoding = encoding.name())
            }
            Self::NoHeader { path, line, column, named, .. } => {
                let what = if *named { "input-no-header-there" } else { "input-no-header" };
                Message::new(what)
                    .with("path", path)
                    .with("line", line.to_string())
                    .with("column", column.to_string())
            }
            Self::NoSuchHeaderLine { path, line } => {
                message!("input-no-such-header-line", path, line = line.to_string())
            }
            Self::WhichDelimiter { path, one, other } => message!("input-which-delimiter", path, one, other),
            Self::TooManyColumns { path, most } => message!("input-too-many-columns", path, most = *most),
            Self::RecordTooLong { path, line, most } => {
                message!("input-record-too-long", path, line = line.to_string(), most = *most)
            }
            Self::QuoteAfterSpace { path, line } => {
                message!("input-quote-after-space", path, line = line.to_string())
            }
            Self::QuoteToTheEnd { path, line, lines } => {
                message!("input-quote-to-the-end", path, line = line.to_string(), lines = *lines)
            }
            Self::Bomb { path, ratio, most } => {
                message!("input-bomb", path, ratio = *ratio, most = *most)
            }
            Self::WorkbookTooLarge { path, most } => message!("input-workbook-too-large", path, most = *most),
            Self::ElementTooLong { path, most } => message!("input-element-too-long", path, most = *most),
            Self::TooManyCells { path, most } => message!("input-too-many-cells", path, most = *most),
            Self::Damaged { path, what } => message!("input-damaged", path, what),
            Self::Locked { path, name } => message!("input-locked", path, name),
            Self::WhichMember { path, wanted, members, more } => {
                which_member(path, wanted.as_deref(), members, *more)
            }
            Self::TooManyMembers { path, members, most } => {
                message!("input-too-many-members", path, members = *members, most = *most)
            }
            Self::WhichSheet { path, sheets } => {
                message!("input-several-sheets", path, sheets = sheets.join(", "))
            }
            Self::AllHidden { path, sheets } => {
                message!("input-all-hidden", path, sheets = sheets.join(", "))
            }
            Self::NoSuchSheet { path, wanted, .. } => message!("input-no-such-sheet", path, wanted),
            Self::OtherColumns { path, missing, surplus } => {
                message!("input-other-columns", path, columns = other_columns(missing, surplus))
            }
            Self::OptionUnfit { path, what, option } => {
                message!("input-option-unfit", path, what, option = *option)
            }
            Self::Changed { path, byte } => message!("input-changed", path, byte = *byte),
            Self::StdinTooLong { most } => message!("input-stdin-too-long", most = *most),
            Self::Spool { path, source } => message!("input-spool", path, why = source),
            Self::Aside { source } => message!("input-aside", why = source),
        }
    }

    /// What the person can do about it.
    pub fn hint(&self) -> Option<Message> {
        Some(match self {
            Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => message!("input-io.fix"),
            Self::NotAList { what, .. } => Message::new(format!("{what}.fix")),
            Self::Json { path, filter, is_packed } => {
                let quoted = |word: &str| shlex::try_quote(word).unwrap_or_default().into_owned();
                let command = format!("jq -c {}", quoted(filter));
                if *is_packed {
                    message!("input-json-lines-unpacked", command)
                } else {
                    let file = path.to_string_lossy();
                    let file = if file.starts_with('-') { format!("./{file}") } else { file.into_owned() };
                    message!("input-json-lines", command = format!("{command} {}", quoted(&file)))
                }
            }
            Self::WhichEncoding { possible, .. } => match possible[..] {
                [only] => message!("input-perhaps-encoding.fix", encoding = only.name()),
                _ => message!("input-which-encoding.fix", encodings = names(possible)),
            },
            Self::UnknownEncoding { .. } => message!("input-unknown-encoding.fix"),
            Self::MixedEncodings { .. } => message!("input-mixed-encodings.fix"),
            Self::WrongEncoding { .. } => message!("input-wrong-encoding.fix"),
            Self::HeaderNotText { .. } => message!("input-header-not-text.fix"),
            Self::NoHeader { named: true, .. } => message!("input-no-header-there.fix"),
            Self::NoHeader { numbers, .. } => {
                message!("input-no-header.fix", column = super::header::positional(numbers - 1))
            }
            Self::NoSuchHeaderLine { .. } => message!("input-no-such-header-line.fix"),
            Self::WhichDelimiter { .. } => message!("input-which-delimiter.fix"),
            Self::RecordTooLong { .. } => message!("input-record-too-long.fix"),
            Self::QuoteToTheEnd { .. } => message!("input-quote-to-the-end.fix"),
            Self::QuoteAfterSpace { .. } => message!("input-quote-after-space.fix"),
            Self::TooManyColumns { .. } => message!("input-too-many-columns.fix"),
            Self::StdinTooLong { .. } => message!("input-stdin-too-long.fix"),
            Self::Bomb { .. } => message!("input-bomb.fix"),
            Self::WorkbookTooLarge { .. } | Self::ElementTooLong { .. } | Self::TooManyCells { .. } => {
                message!("input-save-the-sheet")
            }
            Self::Locked { .. } => message!("input-locked.fix"),
            // Some readers know locked files by their words only.
            Self::Damaged { what, .. } if what.id() == "damaged-locked" => {
                message!("input-locked.fix")
            }
            Self::Damaged { .. } => message!("input-damaged.fix"),
            Self::WhichMember { members, .. } if !members.is_empty() => message!("input-say-which-member"),
            Self::OtherColumns { .. } => message!("input-other-columns.fix"),
            Self::WhichSheet { .. } => message!("input-several-sheets.fix"),
            Self::AllHidden { .. } => message!("input-all-hidden.fix"),
            Self::NoSuchSheet { sheets, .. } => message!("input-its-sheets", sheets = sheets.join(", ")),
            Self::Changed { .. } => message!("input-changed.fix"),
            _ => return None,
        })
    }

    /// Whether the person has to say more, and the file is not to blame.
    pub fn is_question(&self) -> bool {
        matches!(
            self,
            Self::NoHeader { .. }
                | Self::NoSuchHeaderLine { .. }
                | Self::WhichDelimiter { .. }
                | Self::WhichMember { .. }
                | Self::WhichSheet { .. }
                | Self::AllHidden { .. }
                | Self::NoSuchSheet { .. }
                | Self::OtherColumns { .. }
                | Self::OptionUnfit { .. }
        )
    }
}

fn names<'e>(encodings: impl IntoIterator<Item = &'e Encoding>) -> String {
    encodings.into_iter().map(|encoding| encoding.name()).collect::<Vec<_>>().join(", ")
}

fn readings(differing: &[Differing]) -> Value {
    let of_bytes = |one: &Differing| {
        let mut said: Vec<Message> = Vec::new();
        let mut letters: Vec<&Option<String>> = Vec::new();
        for (_, letter) in &one.readings {
            if letters.contains(&letter) {
                continue;
            }
            letters.push(letter);
            let alike = one.readings.iter().filter(|(_, other)| other == letter);
            let encodings = names(alike.map(|(encoding, _)| encoding));
            let letter = letter.clone().map_or_else(|| message!("input-no-letter"), Message::verbatim);
            said.push(message!("input-letter-in", letter, encodings));
        }
        let bytes: Vec<String> = one.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        message!(
            "input-byte",
            count = bytes.len(),
            bytes = bytes.join(" "),
            line = one.line.to_string(),
            readings = Value::list(said, "; ")
        )
    };
    Value::list(differing.iter().map(of_bytes), "")
}

fn other_columns(missing: &[String], surplus: &[String]) -> Message {
    let lacks = (!missing.is_empty()).then(|| message!("input-lacks", columns = missing.join(", ")));
    let has = (!surplus.is_empty()).then(|| message!("input-only-it-has", columns = surplus.join(", ")));
    match (lacks, has) {
        (None, None) => message!("input-two-share-a-name"),
        (lacks, has) => Message::list(lacks.into_iter().chain(has), ""),
    }
}

fn which_member(path: &PathBuf, wanted: Option<&str>, members: &[String], more: usize) -> Message {
    if members.is_empty() {
        return message!("input-empty-archive", path);
    }
    let mut list: Vec<Message> =
        members.iter().map(|member| Message::verbatim(format!("\n  {member}"))).collect();
    if more > 0 {
        list.push(message!("input-and-more", more));
    }
    let members = Value::list(list, "");
    match wanted {
        Some(wanted) => message!("input-no-such-member", path, wanted, members),
        None => message!("input-several-members", path, members),
    }
}
