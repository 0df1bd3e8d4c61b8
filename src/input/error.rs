//! Why an input cannot be read. These end the run before anything is sent; a row's own trouble does not come here.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use super::{Differing, Encoding};

/// What is wrong with the file as a whole, and where.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The operating system refused.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// A directory, device or socket.
    #[error("{} is {what}, not a file", path.display())]
    NotAFile {
        /// What was named.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Zero bytes, or nothing but blank lines.
    #[error("{} is empty: it has not even a header line", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// None of the formats that are read.
    #[error("{} is {what}, not a contact list", path.display())]
    NotAList {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        what: &'static str,
        /// What to do about it.
        hint: &'static str,
    },
    /// Letters that several encodings read differently.
    #[error("{} is not UTF-8, and some of its letters can be read in more than one way{}", path.display(), readings(differing))]
    WhichEncoding {
        /// The file.
        path: PathBuf,
        /// The bytes that decide.
        differing: Vec<Differing>,
    },
    /// Part UTF-8, part something else.
    #[error("{} mixes encodings: {letters} of its letters are UTF-8 and {broken} are not", path.display())]
    MixedEncodings {
        /// The file.
        path: PathBuf,
        /// Letters beyond ASCII that are UTF-8.
        letters: u64,
        /// Byte sequences that are not.
        broken: u64,
    },
    /// An encoding was named that the file contradicts.
    #[error("{} is {found}; read as {named}, its letters would be damaged", path.display())]
    WrongEncoding {
        /// The file.
        path: PathBuf,
        /// What was named.
        named: Encoding,
        /// What the file is.
        found: &'static str,
    },
    /// The header cannot be decoded.
    #[error("the header of {} (line {line}) is not valid text in {encoding}", path.display())]
    HeaderNotText {
        /// The file.
        path: PathBuf,
        /// Physical line, from 1.
        line: u64,
        /// As it was read.
        encoding: Encoding,
    },
    /// The first row holds data.
    #[error("{}, line {line}: the first row looks like data and not like a header (column {column} of it)", path.display())]
    NoHeader {
        /// The file.
        path: PathBuf,
        /// Physical line, from 1.
        line: u64,
        /// The column that gives it away, from 1.
        column: usize,
    },
    /// Two delimiters fit equally well.
    #[error("the cells of {} may be kept apart by {one} or by {other}: both fit", path.display())]
    WhichDelimiter {
        /// The file.
        path: PathBuf,
        /// The one.
        one: String,
        /// The other.
        other: String,
    },
    /// More columns than any contact list has.
    #[error("{} has more columns than the most that are read, {most}", path.display())]
    TooManyColumns {
        /// The file.
        path: PathBuf,
        /// The limit.
        most: usize,
    },
    /// One record goes on and on.
    #[error("{}, line {line}: one record is longer than {most} bytes", path.display())]
    RecordTooLong {
        /// The file.
        path: PathBuf,
        /// Physical line on which the record starts.
        line: u64,
        /// The limit.
        most: usize,
    },
    /// An open quote swallowed so much that nothing after it can be trusted.
    #[error("{}, line {line}: a quote is opened and never closed; it swallows the {lines} lines to the end of the file", path.display())]
    QuoteToTheEnd {
        /// The file.
        path: PathBuf,
        /// Physical line on which the record starts.
        line: u64,
        /// Lines from there to the end.
        lines: u64,
    },
    /// It unpacks to more than is reasonable.
    #[error("{} unpacks to more than {ratio} times its size, or to more than {most} bytes", path.display())]
    Bomb {
        /// The file.
        path: PathBuf,
        /// The most that it may grow.
        ratio: u64,
        /// The limit in bytes.
        most: u64,
    },
    /// A workbook that is larger than can be held.
    #[error("{} is a workbook whose parts are larger than {most} bytes", path.display())]
    WorkbookTooLarge {
        /// The file.
        path: PathBuf,
        /// The limit.
        most: u64,
    },
    /// A workbook with more cells than can be held.
    #[error("{} is a workbook of more than {most} cells, those that repeat included", path.display())]
    TooManyCells {
        /// The file.
        path: PathBuf,
        /// The limit.
        most: u64,
    },
    /// An archive or a workbook that is broken or locked.
    #[error("{} cannot be unpacked: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// An archive of several files, of which none was named, or one that is not there.
    #[error("{} {}", path.display(), which_member(wanted.as_deref(), members, *more))]
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
    #[error("{} is an archive of {members} files; the most is {most}", path.display())]
    TooManyMembers {
        /// The file.
        path: PathBuf,
        /// What was found.
        members: usize,
        /// The limit.
        most: usize,
    },
    /// A workbook without the sheet that was asked for.
    #[error("{} has no sheet `{wanted}`", path.display())]
    NoSuchSheet {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        wanted: String,
        /// What it has.
        sheets: Vec<String>,
    },
    /// A file with other columns than those before it.
    #[error("{} has other columns than the files before it{}", path.display(), other_columns(missing, surplus))]
    OtherColumns {
        /// The file.
        path: PathBuf,
        /// Columns that it lacks.
        missing: Vec<String>,
        /// Columns that only it has.
        surplus: Vec<String>,
    },
    /// An option that says nothing about such a file.
    #[error("{} is {what}: {option} cannot be used with it", path.display())]
    OptionUnfit {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
        /// The option.
        option: &'static str,
    },
    /// The file is no longer what it was when it was first read.
    #[error("{} was changed while it was being read (after byte {byte})", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// Offset up to which it is known to be unchanged.
        byte: u64,
    },
    /// Standard input could not be kept for the later readings.
    #[error("cannot keep standard input in {}: {source}", path.display())]
    Spool {
        /// Where it was to be kept.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// Rows that were read out of another format could not be kept for the later readings.
    #[error("cannot put the rows aside: {source}")]
    Aside {
        /// The operating system's reason.
        source: io::Error,
    },
}

impl Unreadable {
    /// What the person can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("check the path; `-` reads standard input".to_owned())
            }
            Self::NotAList { hint, .. } => Some((*hint).to_owned()),
            Self::WhichEncoding { differing, .. } => {
                let names: Vec<&str> =
                    differing.first().iter().flat_map(|one| &one.readings).map(|(encoding, _)| encoding.name()).collect();
                let first = names.first().copied().unwrap_or("windows-1252");
                Some(format!(
                    "pass the one whose letters are right, such as --encoding {first}; any other of the WHATWG's names \
                     works, too; or save the file as \"CSV UTF-8\""
                ))
            }
            Self::MixedEncodings { .. } => Some(
                "it was probably joined from several files: save each as \"CSV UTF-8\"; with --encoding utf-8 the rows \
                 that are not UTF-8 are invalid and the others are imported"
                    .to_owned(),
            ),
            Self::WrongEncoding { .. } => Some("leave --encoding out".to_owned()),
            Self::HeaderNotText { .. } => {
                Some("save the file as \"CSV UTF-8\", or pass another --encoding".to_owned())
            }
            Self::NoHeader { .. } => Some(
                "if the file has no header, pass --no-header and name columns by position, such as --map \
                 identifier=column_1; if it is one, pass --header"
                    .to_owned(),
            ),
            Self::WhichDelimiter { .. } => Some("say which: --delimiter ','".to_owned()),
            Self::RecordTooLong { .. } => {
                Some("look for a missing closing quote or line end there, or for something that is no contact".to_owned())
            }
            Self::QuoteToTheEnd { .. } => Some("look for a missing closing quote on that line".to_owned()),
            Self::TooManyColumns { .. } => Some("check the delimiter; `--delimiter` sets it".to_owned()),
            Self::Bomb { .. } => Some("if it is a list all the same, unpack it and pass what comes out".to_owned()),
            Self::WorkbookTooLarge { .. } | Self::TooManyCells { .. } => Some("save the sheet as \"CSV UTF-8\" and pass that file".to_owned()),
            Self::Damaged { what, .. } if what.contains("password") => Some("save it without a password".to_owned()),
            Self::Damaged { .. } => Some("export it again, or unpack it with the program it comes from".to_owned()),
            Self::WhichMember { members, .. } if !members.is_empty() => Some("say which: --member NAME".to_owned()),
            Self::OtherColumns { .. } => Some("name the columns alike, or import the files one by one".to_owned()),
            Self::NoSuchSheet { sheets, .. } => Some(format!("its sheets are: {}", sheets.join(", "))),
            Self::Changed { .. } => {
                Some("wait until nothing writes to it any more, then run the same command".to_owned())
            }
            _ => None,
        }
    }

    /// Whether the person has to say more, and the file is not to blame.
    pub fn is_question(&self) -> bool {
        matches!(
            self,
            Self::NoHeader { .. }
                | Self::WhichDelimiter { .. }
                | Self::WhichMember { .. }
                | Self::NoSuchSheet { .. }
                | Self::OtherColumns { .. }
                | Self::OptionUnfit { .. }
        )
    }
}

fn readings(differing: &[Differing]) -> String {
    let mut text = String::new();
    for one in differing {
        let _ = write!(text, "\n  byte {:02x} (line {}): ", one.byte, one.line);
        let mut said: Vec<String> = Vec::new();
        let mut letters: Vec<Option<char>> = Vec::new();
        for (_, letter) in &one.readings {
            if letters.contains(letter) {
                continue;
            }
            letters.push(*letter);
            let names: Vec<&str> = one
                .readings
                .iter()
                .filter(|(_, other)| other == letter)
                .map(|(encoding, _)| encoding.name())
                .collect();
            let letter = letter.map_or_else(|| "nothing".to_owned(), |letter| letter.to_string());
            said.push(format!("{letter} in {}", names.join(", ")));
        }
        text.push_str(&said.join("; "));
    }
    text
}

fn other_columns(missing: &[String], surplus: &[String]) -> String {
    let mut text = String::new();
    for (what, names) in [("it lacks", missing), ("only it has", surplus)] {
        if !names.is_empty() {
            let _ = write!(text, "\n  {what}: {}", names.join(", "));
        }
    }
    if text.is_empty() { ": two of them share a name, and stand elsewhere".to_owned() } else { text }
}

fn which_member(wanted: Option<&str>, members: &[String], more: usize) -> String {
    let mut text = match wanted {
        _ if members.is_empty() => return "is an archive with no file in it".to_owned(),
        Some(wanted) => format!("has no file `{wanted}` in it, or several; it has"),
        None => "has several files in it".to_owned(),
    };
    for member in members {
        let _ = write!(text, "\n  {member}");
    }
    if more > 0 {
        let _ = write!(text, "\n  and {more} more");
    }
    text
}
