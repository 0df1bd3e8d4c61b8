//! A file, and what it was found to be.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use super::archive::{self, Archive, Workbook};
use super::aside::{Aside, AsideWriter};
use super::decoding::Decoding;
use super::dialect::{Tie, delimiter_name};
use super::kind::{self, Kind};
use super::legacy::{Evidence, Judgement};
use super::limits::{MOST_OLD_WORKBOOK_BYTES, MOST_STDIN_BYTES, MOST_WORKBOOK_BYTES};
use super::lines::beginning_of;
use super::packing::Packing;
use super::sealed::{Sealed, read_full};
use super::utf8::{Utf8Scan, Utf8ness};
use super::workbook::OtherSheet;
use super::{
    Dialect, Encoding, Header, InputOptions, Notes, Quote, Unreadable, json_lines, own_list, vcard, workbook,
};
use crate::words::{Message, message};

/// Bytes at the beginning that are looked at for what the file is.
pub(super) const START: usize = 64 * 1024;
/// The byte-order mark of UTF-8.
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Makes a file for what memory does not hold.
pub type Scratch<'s> = &'s dyn Fn() -> io::Result<File>;

/// A contact list that can be read several times, and is the same each time.
#[derive(Debug)]
pub struct InputFile {
    sealed: Sealed,
    options: InputOptions,
    packing: Packing,
    content: Content,
    notes: Notes,
    /// Of a workbook: what is not read of it, though nobody said so.
    other_sheets: Vec<OtherSheet>,
}

/// What the file holds.
#[derive(Debug)]
pub(super) enum Content {
    /// CSV.
    Text { text: Text, dialect: Dialect },
    /// Another format, read into a table.
    Aside { table: Aside, format: Message, is_workbook: bool },
}

/// How letters are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) encoding: Encoding,
    /// Length of the byte-order mark.
    mark: usize,
    /// The person named it.
    named: bool,
    /// Sequences that are not valid in it.
    broken: u64,
}

/// How rows are given back, so that they are read as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenBack {
    /// The byte between two cells.
    pub delimiter: u8,
    /// Whether the file begins with a byte-order mark, by which a spreadsheet knows UTF-8.
    pub byte_order_mark: bool,
}

impl InputFile {
    /// Reads the file once from end to end and finds out what it is. Rows of formats other than CSV are put aside in a
    /// file that `scratch` makes.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is empty, or is no contact list; or if it can be read in more than one way.
    pub fn open(path: &Path, options: &InputOptions, scratch: Scratch<'_>) -> Result<Self, Unreadable> {
        Self::look(path, Self::find(path)?, options, scratch)
    }

    /// A file that is there and may be read.
    ///
    /// # Errors
    ///
    /// If there is none, or what is there is no file.
    pub fn find(path: &Path) -> Result<File, Unreadable> {
        let io = |source| Unreadable::Io { path: path.to_owned(), source };
        let kind = std::fs::metadata(path).map_err(io)?.file_type();
        if !kind.is_file() {
            let what = if kind.is_dir() {
                message!("file-directory")
            } else if kind.is_fifo() {
                message!("file-pipe")
            } else {
                message!("file-device")
            };
            return Err(Unreadable::NotAFile { path: path.to_owned(), what });
        }
        File::open(path).map_err(io)
    }

    /// Keeps all of `stdin` in `spool`, a new file only the user can read, and opens that.
    ///
    /// # Errors
    ///
    /// As [`Self::open`], and if it cannot be kept, or is more than is kept.
    pub fn spool(
        stdin: impl Read,
        mut spool: File,
        path: &Path,
        options: &InputOptions,
        scratch: Scratch<'_>,
    ) -> Result<Self, Unreadable> {
        keep(stdin, &mut spool, path, MOST_STDIN_BYTES)?;
        Self::look(path, spool, options, scratch)
    }

    fn look(
        path: &Path,
        handle: File,
        options: &InputOptions,
        scratch: Scratch<'_>,
    ) -> Result<Self, Unreadable> {
        let (mut start, mut scan) = (Vec::new(), Utf8Scan::default());
        let mut packing = Packing::None;
        let mut is_text = true;
        let sealed = Sealed::of(path, handle, |block| {
            if start.is_empty() {
                start.extend_from_slice(&block[..block.len().min(START)]);
                packing = Packing::of(&start);
                is_text =
                    packing == Packing::None && workbook_in(&start).is_none() && !start.starts_with(b"PK");
            }
            // What is packed is scanned when it is unpacked.
            if is_text {
                scan.feed(block);
            }
        })?;
        let mut found = workbook_in(&start);
        if is_archive(&start) {
            match archive::look(&sealed, options.member.as_deref())? {
                Archive::Workbook(workbook) => found = Some(workbook),
                Archive::Files(member) => packing = Packing::Zip(member),
            }
        }
        let unfit = |what, option| Unreadable::OptionUnfit { path: path.to_owned(), what, option };
        if options.member.is_some() && !matches!(packing, Packing::Zip(_)) {
            return Err(unfit(message!("unfit-no-archive"), "--member"));
        }
        let mut unpacked = None;
        if packing != Packing::None {
            start = Self::scan_unpacked(&sealed, &packing, &mut scan)?;
            unpacked = Self::workbook_unpacked(&sealed, &packing, &start, scratch)?;
        }
        let whole = found.map(|workbook| (&sealed, workbook));
        if let Some((file, workbook)) = whole.or(unpacked.as_ref().map(|(file, workbook)| (file, *workbook)))
        {
            let read = workbook::put_aside(file, packing.length(&sealed), workbook, options, scratch)?;
            let format = message!("format-workbook", kind = workbook.name(), sheet = read.name);
            let content = Content::Aside { table: read.table, format, is_workbook: true };
            let notes = Notes {
                hidden: read.hidden,
                uncalculated: read.uncalculated,
                merged: read.merged,
                ..Notes::default()
            };
            let own = read.is_ours.then(|| options.of_own_list(None));
            let new = Self::new(sealed, own.as_ref().unwrap_or(options), packing, content, notes);
            return Ok(Self { other_sheets: read.others, ..new });
        }
        if options.sheet.is_some() {
            return Err(unfit(message!("unfit-no-workbook"), "--sheet"));
        }
        Self::look_at_text(sealed, packing, &start, &scan, options, scratch)
    }

    fn new(sealed: Sealed, options: &InputOptions, packing: Packing, content: Content, notes: Notes) -> Self {
        let spoilt = match &content {
            Content::Text { .. } => notes.spoilt,
            // Its text may hold letters in other spellings than its cells do.
            Content::Aside { table, .. } => table.spoilt,
        };
        let notes = Notes { spoilt, ..notes };
        Self { sealed, options: options.clone(), packing, content, notes, other_sheets: Vec::new() }
    }

    /// Reads all that is packed once: its beginning. What may be a workbook is not read further.
    fn scan_unpacked(sealed: &Sealed, packing: &Packing, scan: &mut Utf8Scan) -> Result<Vec<u8>, Unreadable> {
        let mut unpacked = packing.unpacked(sealed)?;
        let (mut start, mut block) = (Vec::new(), vec![0; START]);
        loop {
            let count = read_full(&mut unpacked, &mut block)
                .map_err(|error| Unreadable::from_reading(&sealed.path, error))?;
            if count == 0 {
                return Ok(start);
            }
            if start.is_empty() {
                start.extend_from_slice(&block[..count]);
                if is_archive(&start) || workbook_in(&start).is_some() {
                    return Ok(start);
                }
            }
            scan.feed(&block[..count]);
        }
    }

    /// A workbook that is packed, in a file that `scratch` makes: its reader goes back and forth in it.
    fn workbook_unpacked(
        sealed: &Sealed,
        packing: &Packing,
        start: &[u8],
        scratch: Scratch<'_>,
    ) -> Result<Option<(Sealed, Workbook)>, Unreadable> {
        let old = workbook_in(start);
        if old.is_none() && !is_archive(start) {
            return Ok(None);
        }
        let most = if old.is_some() { MOST_OLD_WORKBOOK_BYTES } else { MOST_WORKBOOK_BYTES };
        let mut file = scratch().map_err(|source| Unreadable::Aside { source })?;
        let (mut unpacked, mut block, mut left) = (packing.unpacked(sealed)?, vec![0; START], most);
        loop {
            let count = read_full(&mut unpacked, &mut block)
                .map_err(|error| Unreadable::from_reading(&sealed.path, error))?;
            if count == 0 {
                break;
            }
            let too_large = || Unreadable::WorkbookTooLarge { path: sealed.path.clone(), most };
            left = left.checked_sub(count as u64).ok_or_else(too_large)?;
            file.write_all(&block[..count]).map_err(|source| Unreadable::Aside { source })?;
        }
        let file = Sealed::of(&sealed.path, file, |_| {})?;
        let workbook = match old {
            Some(workbook) => workbook,
            None => match archive::look(&file, None) {
                Ok(Archive::Workbook(workbook)) => workbook,
                Ok(Archive::Files(_)) | Err(Unreadable::WhichMember { .. }) => {
                    return Err(Unreadable::NotAList {
                        path: sealed.path.clone(),
                        what: "kind-packed-twice",
                    });
                }
                Err(error) => return Err(error),
            },
        };
        Ok(Some((file, workbook)))
    }

    fn look_at_text(
        sealed: Sealed,
        packing: Packing,
        start: &[u8],
        scan: &Utf8Scan,
        options: &InputOptions,
        scratch: Scratch<'_>,
    ) -> Result<Self, Unreadable> {
        let path = sealed.path.clone();
        if packing != Packing::None && Packing::of(start) != Packing::None {
            return Err(Unreadable::NotAList { path, what: "kind-packed-twice" });
        }
        // A list of our own with a mark is as we wrote it, whatever is said of the letters of the one that it comes from.
        let as_written = start.strip_prefix(UTF8_MARK).and_then(own_list::delimiter);
        let in_utf8 = as_written.map(|_| InputOptions { encoding: None, ..options.clone() });
        let options = in_utf8.as_ref().unwrap_or(options);
        let text = Self::encoding_of(&sealed, &packing, start, scan, options)?;
        let unpacked = || -> Result<Box<dyn Read + Send>, Unreadable> { reading(&sealed, &packing, text) };
        let mut decoded = vec![0; START];
        let count = read_full(&mut unpacked()?, &mut decoded)
            .map_err(|error| Unreadable::from_reading(&sealed.path, error))?;
        decoded.truncate(count);
        if decoded.iter().all(u8::is_ascii_whitespace) {
            return Err(Unreadable::Empty { path });
        }
        let mut spoilt = scan.spoilt();
        if text.encoding != Encoding::Utf8 {
            spoilt.doubled = 0;
        }
        let mut notes = Notes { spoilt, ..Notes::default() };
        let aside = |table| Content::Aside { table, format: Message::verbatim(""), is_workbook: false };
        let own = own_list::delimiter(&decoded).map(|delimiter| options.of_own_list(Some(delimiter)));
        let options = own.as_ref().unwrap_or(options);
        let found = if own.is_some() { Kind::Csv } else { kind::of_text(&decoded, count == START) };
        if options.header_line.is_some() && matches!(found, Kind::Vcard | Kind::JsonLines) {
            let what = message!("unfit-no-header-line");
            return Err(Unreadable::OptionUnfit { path, what, option: "--header-line" });
        }
        let is_of_cards = found == Kind::Vcard;
        let mut content = match found {
            Kind::Other(what) => return Err(Unreadable::NotAList { path, what }),
            Kind::Json(filter) => {
                return Err(Unreadable::Json { path, filter, is_packed: packing != Packing::None });
            }
            Kind::Vcard => {
                let writer = AsideWriter::new(scratch().map_err(|source| Unreadable::Aside { source })?);
                let (table, found) =
                    vcard::put_aside(unpacked()?, writer).map_err(|failed| failed.of(&path))?;
                (notes.binary, notes.stray) = (found.binary, found.stray);
                (notes.agents, notes.groups) = (found.agents, found.groups);
                aside(table)
            }
            Kind::JsonLines => {
                let writer = AsideWriter::new(scratch().map_err(|source| Unreadable::Aside { source })?);
                aside(
                    json_lines::put_aside(unpacked()?, &options.separators, writer)
                        .map_err(|failed| failed.of(&path))?,
                )
            }
            Kind::Csv => {
                let above = match options.header_line {
                    None => 0,
                    Some(line) => beginning_of(&decoded, line)
                        .ok_or_else(|| Unreadable::NoSuchHeaderLine { path: path.clone(), line })?,
                };
                let dialect = Dialect::detect(&decoded, options.delimiter, options.quote, above);
                let dialect = dialect.map_err(|Tie(one, other)| Unreadable::WhichDelimiter {
                    path,
                    one: delimiter_name(one),
                    other: delimiter_name(other),
                })?;
                Content::Text { text, dialect }
            }
        };
        if let Content::Aside { format, .. } = &mut content {
            let name = if is_of_cards { "vCards" } else { "JSON Lines" };
            *format = Message::list([Message::verbatim(name), text.described()], ", ");
        }
        Ok(Self::new(sealed, options, packing, content, notes))
    }

    /// How the letters are written down: as the person says, or else as it cannot be otherwise.
    fn encoding_of(
        sealed: &Sealed,
        packing: &Packing,
        start: &[u8],
        scan: &Utf8Scan,
        options: &InputOptions,
    ) -> Result<Text, Unreadable> {
        let path = || sealed.path.clone();
        let (marked, mark) = match start {
            start if start.starts_with(UTF8_MARK) => (Some(Encoding::Utf8), UTF8_MARK.len()),
            [0xff, 0xfe, 0, 0, ..] => (None, 0),
            [0xff, 0xfe, ..] => (Some(Encoding::Utf16Le), 2),
            [0xfe, 0xff, ..] => (Some(Encoding::Utf16Be), 2),
            _ => (kind::utf16_without_mark(start), 0),
        };
        let broken = match scan.verdict() {
            Utf8ness::Damaged { broken } | Utf8ness::Mixed { broken, .. } => broken,
            Utf8ness::Sound | Utf8ness::Foreign => 0,
        };
        let text = |encoding| Text {
            encoding,
            mark,
            named: false,
            broken: if encoding == Encoding::Utf8 { broken } else { 0 },
        };
        if let Some(named) = options.encoding {
            // Letters of the other order, or of none, are words of nobody, and the whole list is one line of them.
            let marked = marked.or_else(|| named.is_utf16().then(|| kind::order_of_utf16(start)).flatten());
            let found = match marked {
                Some(Encoding::Utf8) => Some(message!("found-utf-8-mark")),
                Some(_) if mark > 0 => Some(message!("found-utf-16-mark")),
                Some(order) => Some(message!("found-utf-16-zeros", order = order.name())),
                None if scan.is_sound_beyond_ascii() => Some(message!("found-utf-8")),
                None if named.is_utf16() => Some(message!("found-no-utf-16")),
                None => None,
            };
            let fits = |read: Encoding| read == named || named == Encoding::Utf16 && read.is_utf16();
            return match found {
                Some(found) if !fits(marked.unwrap_or(Encoding::Utf8)) => {
                    Err(Unreadable::WrongEncoding { path: path(), named, found })
                }
                _ => Ok(Text { named: true, ..text(marked.unwrap_or(named)) }),
            };
        }
        if let Some(marked) = marked {
            return Ok(text(marked));
        }
        if let Some(Kind::Other(what)) = kind::binary(start) {
            return Err(Unreadable::NotAList { path: path(), what });
        }
        let judge = || {
            let mut evidence = Evidence::new();
            let mut unpacked = packing.unpacked(sealed)?;
            let mut block = vec![0; START];
            loop {
                let count = read_full(&mut unpacked, &mut block)
                    .map_err(|error| Unreadable::from_reading(&sealed.path, error))?;
                if count == 0 {
                    return Ok::<_, Unreadable>(evidence.judge());
                }
                evidence.feed(&block[..count]);
            }
        };
        match scan.verdict() {
            Utf8ness::Sound | Utf8ness::Damaged { .. } => Ok(text(Encoding::Utf8)),
            Utf8ness::Mixed { letters, broken } => {
                // Two letters of another encoding may look like one of UTF-8.
                let possible = match judge()? {
                    Judgement::Sure(encoding) => Judgement::Open(vec![encoding], Vec::new()),
                    judgement => judgement,
                };
                Err(match possible {
                    Judgement::Open(possible, differing) => {
                        Unreadable::WhichEncoding { path: path(), possible, differing }
                    }
                    _ => Unreadable::MixedEncodings { path: path(), letters, broken },
                })
            }
            Utf8ness::Foreign => match judge()? {
                Judgement::Sure(encoding) => Ok(text(encoding)),
                Judgement::Open(possible, differing) => {
                    Err(Unreadable::WhichEncoding { path: path(), possible, differing })
                }
                Judgement::Unknown(line) => Err(Unreadable::UnknownEncoding { path: path(), line }),
            },
        }
    }

    /// The path as it was given, or the place where standard input is kept.
    pub fn path(&self) -> &Path {
        &self.sealed.path
    }

    /// Size in bytes.
    pub fn length(&self) -> u64 {
        self.sealed.length
    }

    /// BLAKE3 of all bytes.
    pub fn fingerprint(&self) -> &[u8; 32] {
        &self.sealed.fingerprint
    }

    /// How rows of this file are given back: as CSV in UTF-8. If the file was in another encoding or format, or had
    /// letters that are not valid, they get a byte-order mark, so that nobody takes them for anything else.
    pub fn given_back(&self) -> GivenBack {
        match &self.content {
            Content::Text { text, dialect } => {
                let byte_order_mark = text.encoding != Encoding::Utf8 || text.mark > 0 || text.broken > 0;
                GivenBack { delimiter: dialect.delimiter, byte_order_mark }
            }
            Content::Aside { .. } => GivenBack { delimiter: b',', byte_order_mark: true },
        }
    }

    /// Columns with numbers whose fraction stands behind a point because the format says so, whatever a person says of
    /// numbers.
    pub fn pointed_columns(&self) -> &[String] {
        match &self.content {
            Content::Text { .. } => &[],
            Content::Aside { table, .. } => &table.pointed,
        }
    }

    /// Columns of which a cell is a JSON list because the format has lists, and the first line that has one.
    pub fn listed_columns(&self) -> &[(String, u64)] {
        match &self.content {
            Content::Text { .. } => &[],
            Content::Aside { table, .. } => &table.listed,
        }
    }

    /// What the file was found to be, such as `gzip, semicolon, windows-1252, header on line 1`.
    pub fn described(&self, header: &Header) -> Message {
        let mut parts = self.parts();
        if self.options.header == Some(false) {
            parts.push(message!("format-no-header", line = header.line.to_string()));
        } else if self.has_written_header() {
            parts.push(message!("format-header", line = header.line.to_string()));
        }
        Message::list(parts, ", ")
    }

    /// What the file was found to be, without its header.
    pub fn described_alone(&self) -> Message {
        Message::list(self.parts(), ", ")
    }

    fn parts(&self) -> Vec<Message> {
        let mut parts = Vec::new();
        match &self.packing {
            Packing::Zip(member) => parts.push(Message::verbatim(format!("zip, {}", member.name))),
            packing => parts.extend(packing.name().map(Message::verbatim)),
        }
        match &self.content {
            Content::Text { text, dialect } => {
                parts.push(dialect.delimiter_name());
                match dialect.quote {
                    Quote::Double => {}
                    Quote::Single => parts.push(message!("format-single-quotes")),
                    Quote::None => parts.push(message!("format-no-quotes")),
                }
                parts.push(text.described());
                parts.extend(dialect.line_ends.map(Message::new));
            }
            Content::Aside { format, .. } => parts.push(format.clone()),
        }
        parts
    }

    pub(super) fn options(&self) -> &InputOptions {
        &self.options
    }

    pub(super) fn content(&self) -> &Content {
        &self.content
    }

    /// Whether it is CSV, and nobody said what stands between its cells or around them: that was seen in it.
    pub fn has_found_dialect(&self) -> bool {
        let is_said = self.options.delimiter.is_some() || self.options.quote.is_some();
        matches!(self.content, Content::Text { .. }) && !is_said
    }

    /// Whether the names of the columns stand in the file, and not in its format.
    pub(super) fn has_written_header(&self) -> bool {
        match &self.content {
            Content::Text { .. } => true,
            Content::Aside { is_workbook, .. } => *is_workbook,
        }
    }

    /// The sheets of a workbook that hold something and are not read, though nobody said so: what they are called, and the
    /// texts in the first row of each.
    pub fn other_sheets(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.other_sheets.iter().map(|sheet| (sheet.name(), sheet.header()))
    }

    /// What is not read of it, though nobody said so.
    pub fn left_unread(&self) -> Option<Message> {
        let sheets = Message::list(self.other_sheets.iter().map(OtherSheet::told), ", ");
        (!self.other_sheets.is_empty()).then(|| message!("notes-other-sheets", sheets))
    }

    pub(super) fn first_notes(&self) -> Notes {
        self.notes
    }

    /// How the letters are written down.
    pub(super) fn encoding(&self) -> Encoding {
        match &self.content {
            Content::Text { text, .. } => text.encoding,
            Content::Aside { .. } => Encoding::Utf8,
        }
    }

    /// A new reading of the text in UTF-8, from the first byte after the byte-order mark.
    pub(super) fn text(&self) -> Result<Box<dyn Read + Send>, Unreadable> {
        let utf8 = Text { encoding: Encoding::Utf8, mark: 0, named: false, broken: 0 };
        let text = if let Content::Text { text, .. } = &self.content { *text } else { utf8 };
        reading(&self.sealed, &self.packing, text)
    }
}

impl Text {
    fn described(self) -> Message {
        let mut described = Message::verbatim(self.encoding.name());
        if self.mark > 0 {
            described = message!("format-with-mark", encoding = described);
        }
        if self.named {
            described = message!("format-as-named", encoding = described);
        }
        if self.broken > 0 {
            described = message!("format-with-broken", encoding = described, letters = self.broken);
        }
        described
    }
}

fn reading(sealed: &Sealed, packing: &Packing, text: Text) -> Result<Box<dyn Read + Send>, Unreadable> {
    let mut bytes = packing.unpacked(sealed)?;
    let mut mark = vec![0; text.mark];
    bytes.read_exact(&mut mark).map_err(|error| Unreadable::from_reading(&sealed.path, error))?;
    Ok(if text.encoding == Encoding::Utf8 { bytes } else { Box::new(Decoding::new(bytes, text.encoding)) })
}

/// Keeps all of `stdin`, if it is no more than `most` bytes.
fn keep(stdin: impl Read, spool: &mut File, path: &Path, most: u64) -> Result<(), Unreadable> {
    let failed = |source| Unreadable::Spool { path: path.to_owned(), source };
    let kept = io::copy(&mut stdin.take(most.saturating_add(1)), spool).map_err(failed)?;
    if kept > most {
        // It is of no use, and takes room.
        spool.set_len(0).map_err(failed)?;
        return Err(Unreadable::StdinTooLong { most });
    }
    spool.flush().map_err(failed)
}

/// Whether it is a zip archive, be it one without a file.
fn is_archive(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06")
}

/// Whether the file is a workbook in the old container; those in a zip archive are told by what is in it.
fn workbook_in(start: &[u8]) -> Option<Workbook> {
    start.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").then_some(Workbook::Xls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_input_beyond_the_limit_is_refused_and_takes_no_room() {
        let path = Path::new("stdin.csv");
        let mut spool = tempfile::tempfile().unwrap();
        keep(&b"name\n"[..], &mut spool, path, 5).unwrap();
        assert_eq!(spool.metadata().unwrap().len(), 5);
        let mut spool = tempfile::tempfile().unwrap();
        let refused = keep(&b"name\nA"[..], &mut spool, path, 5);
        assert!(matches!(refused, Err(Unreadable::StdinTooLong { most: 5 })));
        assert_eq!(spool.metadata().unwrap().len(), 0);
    }
}
