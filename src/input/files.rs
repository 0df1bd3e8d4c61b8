//! The files of one import, as one list.
//!
//! Files whose columns are named in them must have the same names, in any order: a list that lacks a column would else
//! lose it without a word, and one that spells it differently, too. vCards and JSON Lines have the columns that their
//! cards and lines happen to have, so what one of them lacks is empty.

use super::file_records::FileRecords;
use super::{GivenBack, Header, InputFile, Unreadable};

/// One or more files, and the header that they share.
#[derive(Debug)]
pub struct InputFiles {
    files: Vec<InputFile>,
    header: Header,
    /// Where the columns of each file stand in the header; `None`: as in the file.
    places: Vec<Option<Vec<usize>>>,
}

impl InputFiles {
    /// Brings files under one header.
    ///
    /// # Errors
    ///
    /// If a header cannot be read, or has other columns than those before it.
    pub fn new(files: Vec<InputFile>) -> Result<Self, Unreadable> {
        let mut headers = Vec::with_capacity(files.len());
        for file in &files {
            headers.push(FileRecords::new(file)?.header().clone());
        }
        let mut names: Vec<String> = Vec::new();
        let mut written: Option<&[String]> = None;
        for (file, header) in files.iter().zip(&headers) {
            if file.has_written_header() {
                let agreed = *written.get_or_insert(&header.names);
                check_same(file, agreed, &header.names)?;
            }
            if names.is_empty() {
                names.clone_from(&header.names);
            } else if header.names != names {
                let new: Vec<String> =
                    header.names.iter().filter(|name| !names.contains(name)).cloned().collect();
                names.extend(new);
            }
        }
        let places = headers.iter().map(|header| places(&header.names, &names)).collect();
        let line = headers.first().map_or(1, |header| header.line);
        Ok(Self { files, header: Header { names, line }, places })
    }

    /// The files, in their order.
    pub fn files(&self) -> &[InputFile] {
        &self.files
    }

    /// The names of the columns.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The columns that one of the files has.
    pub fn names_of(&self, file: usize) -> Vec<&str> {
        match self.places(file) {
            Some(places) => places.iter().map(|&at| self.header.names[at].as_str()).collect(),
            None => self.header.names.iter().map(String::as_str).collect(),
        }
    }

    pub(super) fn places(&self, file: usize) -> Option<&[usize]> {
        self.places.get(file).and_then(Option::as_deref)
    }

    /// BLAKE3 of all bytes; of the files' fingerprints, if there are several.
    pub fn fingerprint(&self) -> [u8; 32] {
        match &self.files[..] {
            [only] => *only.fingerprint(),
            files => {
                let mut whole = blake3::Hasher::new();
                files.iter().for_each(|file| {
                    whole.update(file.fingerprint());
                });
                *whole.finalize().as_bytes()
            }
        }
    }

    /// How rows are given back: as those of the first file are.
    pub fn given_back(&self) -> GivenBack {
        let mut each = self.files.iter().map(InputFile::given_back);
        let first = each.next().unwrap_or(GivenBack { delimiter: b',', byte_order_mark: true });
        GivenBack { byte_order_mark: first.byte_order_mark || each.any(|one| one.byte_order_mark), ..first }
    }
}

/// Where the columns `of` a file stand in `all`; `None` if they are the same.
fn places(of: &[String], all: &[String]) -> Option<Vec<usize>> {
    if of == all {
        return None;
    }
    Some(of.iter().filter_map(|name| all.iter().position(|known| known == name)).collect())
}

fn check_same(file: &InputFile, agreed: &[String], names: &[String]) -> Result<(), Unreadable> {
    if names == agreed {
        return Ok(());
    }
    let lacking = |of: &[String], among: &[String]| -> Vec<String> {
        of.iter().filter(|name| !among.contains(name)).cloned().collect()
    };
    let (missing, surplus) = (lacking(agreed, names), lacking(names, agreed));
    // Two columns of one name cannot be put in another order.
    let has_twins = names.iter().enumerate().any(|(at, name)| names[..at].contains(name));
    if missing.is_empty() && surplus.is_empty() && names.len() == agreed.len() && !has_twins {
        return Ok(());
    }
    Err(Unreadable::OtherColumns { path: file.path().to_owned(), missing, surplus })
}
