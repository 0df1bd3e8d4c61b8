//! Files that are packed: gzip, zstd, xz, and one member of a zip archive.

use std::io::{self, BufReader, Read};

use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;

use super::Unreadable;
use super::archive::Member;
use super::contained::contained;
use super::limits::{FREE_UNPACKED_BYTES, MOST_UNPACKED_BYTES, MOST_UNPACKED_RATIO, MOST_UNPACKING_MEMORY};
use super::sealed::Sealed;
use super::trouble::Trouble;
use super::zstd::ZstdReader;

/// How a file is packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Gzip,
    Zstd,
    Xz,
    Zip(Member),
}

impl Packing {
    /// What its first bytes say. Archives are looked into by [`archive`](super::archive).
    pub(super) fn of(start: &[u8]) -> Self {
        match start {
            [0x1f, 0x8b, ..] => Self::Gzip,
            // A frame, or one that is to be skipped.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            _ => Self::None,
        }
    }

    /// The name, as it is shown.
    pub(super) fn name(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
            Self::Xz => Some("xz"),
            Self::Zip(_) => Some("zip"),
        }
    }

    /// Bytes of `file` that hold what is read of it.
    pub(super) fn length(&self, file: &Sealed) -> u64 {
        if let Self::Zip(member) = self { member.packed } else { file.length }
    }

    /// A new reading of what is packed in `file`.
    pub(super) fn unpacked(&self, file: &Sealed) -> Result<Box<dyn Read + Send>, Unreadable> {
        let bytes = file.bytes()?;
        let length = self.length(file);
        let most_kilobytes = u32::try_from(MOST_UNPACKING_MEMORY / 1024).unwrap_or(u32::MAX);
        Ok(match self {
            Self::None => Box::new(bytes),
            Self::Gzip => bounded("gzip", MultiGzDecoder::new(bytes), length),
            Self::Zstd => bounded("zstd", ZstdReader::new(bytes), length),
            Self::Xz => {
                let reader = XzReader::new_mem_limit(BufReader::new(bytes), true, most_kilobytes);
                bounded("xz", reader, length)
            }
            Self::Zip(member) => {
                let reader =
                    member.open(bytes).map_err(|error| Unreadable::from_reading(&file.path, error))?;
                bounded("zip", reader, length)
            }
        })
    }
}

fn bounded<R: Read + Send + 'static>(what: &'static str, inner: R, packed: u64) -> Box<dyn Read + Send> {
    let by_ratio = packed.saturating_mul(MOST_UNPACKED_RATIO).max(FREE_UNPACKED_BYTES);
    Box::new(Bounded { inner, what, left: by_ratio.min(MOST_UNPACKED_BYTES) })
}

/// Unpacks no more than is reasonable.
struct Bounded<R> {
    inner: R,
    what: &'static str,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = contained(|| self.inner.read(buffer)).and_then(|read| read);
        let count = read.map_err(|error| Trouble::damage(self.what, error))?;
        self.left = self.left.checked_sub(count as u64).ok_or(Trouble::Bomb)?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const GZIP: &[u8] = include_bytes!("../../samples/exports/contacts.csv.gz");
    const ZSTD: &[u8] = include_bytes!("../../samples/exports/contacts.csv.zst");
    const XZ: &[u8] = include_bytes!("../../samples/exports/contacts.csv.xz");
    const ZIP: &[u8] = include_bytes!("../../samples/exports/one-list.zip");
    const TEXT: &str =
        "name,phone_number,note\nAda Lovelace,+39 333 765 5101,Zoë's friend\nBruno Conti,+39 333 765 5102,\n";

    fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let sealed = Sealed::of(file.path(), file.reopen().unwrap(), |_| {}).unwrap();
        let packing = if bytes.starts_with(b"PK") {
            match super::super::archive::look(&sealed, None)? {
                super::super::archive::Archive::Files(member) => Packing::Zip(member),
                super::super::archive::Archive::Workbook(_) => panic!("a workbook"),
            }
        } else {
            Packing::of(bytes)
        };
        let mut text = Vec::new();
        let read = packing.unpacked(&sealed)?.read_to_end(&mut text);
        read.map(|_| text).map_err(|error| Unreadable::from_reading(&sealed.path, error))
    }

    #[test]
    fn what_is_packed_in_parts_is_read_to_its_end() {
        // `zstd` skips frames of other programs.
        let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"xyz"].concat();
        for parts in [&[GZIP, GZIP][..], &[ZSTD, ZSTD], &[&skipped, ZSTD, &skipped, ZSTD], &[XZ, XZ]] {
            assert_eq!(unpack(&parts.concat()).unwrap(), TEXT.repeat(2).as_bytes());
        }
        assert_eq!(unpack(ZIP).unwrap(), TEXT.as_bytes());
    }

    #[test]
    fn a_bit_that_fell_over_or_an_end_that_is_missing_is_damage_and_never_other_text() {
        for packed in [GZIP, ZSTD, XZ, ZIP] {
            for at in 0..packed.len() {
                let mut bytes = packed.to_vec();
                bytes[at] ^= 0x10;
                // What begins otherwise is something else; times, names and other remarks may change unnoticed.
                if at >= 10
                    && let Ok(text) = unpack(&bytes)
                {
                    assert!(text.is_empty() || text == TEXT.as_bytes(), "byte {at} of {packed:02x?}");
                }
            }
            for end in packed.len() / 2..packed.len() {
                assert!(
                    matches!(unpack(&packed[..end]), Err(Unreadable::Damaged { .. })),
                    "{end} of {packed:02x?}"
                );
            }
        }
    }

    #[test]
    fn memory_is_asked_for_within_the_limit() {
        // A frame whose window is 3.75 TiB (RFC 8878, 3.1.1.1.2).
        let greedy = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff, 0x01, 0x00, 0x00];
        assert!(matches!(unpack(&greedy), Err(Unreadable::Damaged { .. })));
    }
}
