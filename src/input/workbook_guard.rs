//! Refuses a workbook that is more than can be held, before anything of it is held.

use std::borrow::Cow;
use std::io::{self, BufReader, Read as _};

use zip::ZipArchive;

use super::archive::Workbook;
use super::limits::{
    FREE_UNPACKED_BYTES, MOST_CELLS_IN_MEMORY, MOST_OLD_WORKBOOK_BYTES, MOST_UNPACKED_RATIO,
    MOST_WORKBOOK_BYTES, MOST_WORKBOOK_TEXT_BYTES,
};
use super::sealed::Sealed;
use super::trouble::Trouble;
use super::{Unreadable, ods_size, xls_size};

/// Looks through the parts of a workbook without keeping any.
pub(super) fn check(file: &Sealed, workbook: Workbook) -> Result<(), Unreadable> {
    let damaged =
        |error: io::Error| Unreadable::from_reading(&file.path, 1, Trouble::damage("workbook", error));
    let too_large = |most| Unreadable::WorkbookTooLarge { path: file.path.clone(), most };
    let cells = match workbook {
        Workbook::Xls if file.length > MOST_OLD_WORKBOOK_BYTES => {
            return Err(too_large(MOST_OLD_WORKBOOK_BYTES));
        }
        Workbook::Xls => xls_size::cells(file.bytes()?).map_err(damaged)?,
        Workbook::Xlsx | Workbook::Xlsb | Workbook::Ods => {
            let by_ratio = file.length.saturating_mul(MOST_UNPACKED_RATIO).max(FREE_UNPACKED_BYTES);
            let mut left = by_ratio.min(MOST_WORKBOOK_BYTES);
            let mut archive = ZipArchive::new(BufReader::new(file.bytes()?))
                .map_err(|error| damaged(io::Error::other(error)))?;
            for at in 0..archive.len() {
                let part = archive.by_index(at).map_err(|error| damaged(io::Error::other(error)))?;
                let name = part.name().map(Cow::into_owned).unwrap_or_default();
                if is_picture(&name) {
                    continue;
                }
                let most = if is_held(&name) { left.min(MOST_WORKBOOK_TEXT_BYTES) } else { left };
                let unpacked = io::copy(&mut part.take(most + 1), &mut io::sink()).map_err(damaged)?;
                left -= unpacked.min(left);
                if unpacked > most {
                    return Err(too_large(most));
                }
            }
            if workbook == Workbook::Ods {
                let content =
                    archive.by_name("content.xml").map_err(|error| damaged(io::Error::other(error)))?;
                ods_size::cells(content).map_err(damaged)?
            } else {
                0
            }
        }
    };
    if cells > MOST_CELLS_IN_MEMORY {
        return Err(Unreadable::TooManyCells { path: file.path.clone(), most: MOST_CELLS_IN_MEMORY });
    }
    Ok(())
}

/// Parts that are never unpacked.
fn is_picture(name: &str) -> bool {
    name.contains("media/") || name.starts_with("Pictures/") || name.starts_with("Thumbnails/")
}

/// Parts that are held in memory as a whole.
fn is_held(name: &str) -> bool {
    name.ends_with("sharedStrings.xml") || name.ends_with("sharedStrings.bin") || name == "content.xml"
}
