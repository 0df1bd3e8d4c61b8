//! Zip archives: which member is the list.

use std::io::{self, BufReader, Read, Seek as _, SeekFrom};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::Unreadable;
use super::contained::contained;
use super::limits::MOST_MEMBERS;
use super::sealed::{Sealed, Unchanged};
use super::trouble::Trouble;
use crate::words::{Message, message};

/// Members that are named when the person is asked.
const MOST_NAMED: usize = 20;

/// What an archive is.
pub(super) enum Archive {
    /// A workbook: the parts of `.xlsx`, `.xlsb` or `.ods`.
    Workbook(Workbook),
    /// Files that were packed together; this one is to be read.
    Files(Member),
}

/// The formats of workbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Workbook {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

impl Workbook {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx workbook",
            Self::Xlsb => "xlsb workbook",
            Self::Xls => "xls workbook",
            Self::Ods => "ods workbook",
        }
    }
}

/// One file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    begin: u64,
    pub(super) packed: u64,
    checksum: u32,
    deflated: bool,
}

/// Looks into an archive. `wanted` names a member.
pub(super) fn look(file: &Sealed, wanted: Option<&str>) -> Result<Archive, Unreadable> {
    contained(|| read(file, wanted)).unwrap_or_else(|error| Err(Unreadable::from_reading(&file.path, error)))
}

fn read(file: &Sealed, wanted: Option<&str>) -> Result<Archive, Unreadable> {
    let damaged = |error: zip::result::ZipError| {
        Unreadable::from_reading(&file.path, Trouble::damage("zip", io::Error::other(error)))
    };
    let mut archive = ZipArchive::new(BufReader::new(file.bytes()?)).map_err(damaged)?;
    if archive.len() > MOST_MEMBERS {
        return Err(Unreadable::TooManyMembers {
            path: file.path.clone(),
            members: archive.len(),
            most: MOST_MEMBERS,
        });
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.xml") {
        return Ok(Archive::Workbook(Workbook::Xlsx));
    } else if has("xl/workbook.bin") {
        return Ok(Archive::Workbook(Workbook::Xlsb));
    } else if has("content.xml") && has("META-INF/manifest.xml") {
        return Ok(Archive::Workbook(Workbook::Ods));
    }
    let is_pages =
        |ending: &str| archive.file_names().any(|name| name.is_ok_and(|name| name.ends_with(ending)));
    let document = match () {
        () if has("word/document.xml") => Some("kind-word"),
        () if is_pages("Index/Document.iwa") || has("Index.zip") => Some("kind-numbers"),
        () => None,
    };
    if let (Some(what), None) = (document, wanted) {
        return Err(Unreadable::NotAList { path: file.path.clone(), what });
    }
    // The index has the last one of them alone.
    if archive.has_duplicate_names() {
        let what = message!("archive-same-name");
        return Err(Unreadable::Damaged { path: file.path.clone(), what });
    }
    let mut names = Vec::new();
    for at in 0..archive.len() {
        let member = archive.by_index_raw(at).map_err(damaged)?;
        let name = member.name().map(|name| name.into_owned()).unwrap_or_default();
        if !member.is_dir() && !is_of_the_system(&name) {
            names.push((at, name));
        }
    }
    let chosen: Vec<&(usize, String)> = match wanted {
        None => names.iter().collect(),
        Some(wanted) => {
            let exact: Vec<_> = names.iter().filter(|(_, name)| name == wanted).collect();
            let bare = |name: &str| name.rsplit('/').next() == Some(wanted);
            if exact.is_empty() { names.iter().filter(|(_, name)| bare(name)).collect() } else { exact }
        }
    };
    let [(at, name)] = chosen[..] else {
        let more = names.len().saturating_sub(MOST_NAMED);
        let members = names.into_iter().map(|(_, name)| name).take(MOST_NAMED).collect();
        return Err(Unreadable::WhichMember {
            path: file.path.clone(),
            wanted: wanted.map(str::to_owned),
            members,
            more,
        });
    };
    let member = archive.by_index_raw(*at).map_err(damaged)?;
    let cannot = |what: Message| Unreadable::Damaged {
        path: file.path.clone(),
        what: message!("archive-member", name, what),
    };
    if member.encrypted() {
        return Err(Unreadable::Locked { path: file.path.clone(), name: name.clone() });
    }
    let deflated = match member.compression() {
        CompressionMethod::Stored => false,
        CompressionMethod::Deflated => true,
        other => return Err(cannot(message!("archive-newer", method = other.to_string()))),
    };
    let begin = member.data_start().ok_or_else(|| cannot(message!("archive-no-beginning")))?;
    Ok(Archive::Files(Member {
        name: name.clone(),
        begin,
        packed: member.compressed_size(),
        checksum: member.crc32(),
        deflated,
    }))
}

/// What a Mac, or a file manager, adds.
fn is_of_the_system(name: &str) -> bool {
    let bare = name.rsplit('/').next().unwrap_or_default();
    name.starts_with("__MACOSX/") || bare.starts_with('.') || bare == "Thumbs.db" || bare == "desktop.ini"
}

impl Member {
    /// A new reading of what is in it.
    pub(super) fn open(&self, mut bytes: Unchanged) -> io::Result<Box<dyn Read + Send>> {
        bytes.seek(SeekFrom::Start(self.begin))?;
        let packed = bytes.take(self.packed);
        let inner: Box<dyn Read + Send> =
            if self.deflated { Box::new(DeflateDecoder::new(packed)) } else { Box::new(packed) };
        Ok(Box::new(Checked { inner, seen: Crc::new(), expected: self.checksum }))
    }
}

/// Compares the checksum at the end.
struct Checked {
    inner: Box<dyn Read + Send>,
    seen: Crc,
    expected: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.seen.update(&buffer[..count]);
        if count == 0 && !buffer.is_empty() && self.seen.sum() != self.expected {
            return Err(io::Error::other("the checksum does not fit"));
        }
        Ok(count)
    }
}
