//! Paths as JSON has them, for `#[serde(with)]`: text, or bytes where they are none.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Saved {
    Text(String),
    Bytes(Vec<u8>),
}

impl From<&Path> for Saved {
    fn from(path: &Path) -> Self {
        path.to_str().map_or_else(
            || Self::Bytes(path.as_os_str().as_bytes().to_vec()),
            |text| Self::Text(text.to_owned()),
        )
    }
}

impl From<Saved> for PathBuf {
    fn from(saved: Saved) -> Self {
        match saved {
            Saved::Text(text) => text.into(),
            Saved::Bytes(bytes) => OsString::from_vec(bytes).into(),
        }
    }
}

pub(crate) mod one {
    use serde::{Deserializer, Serializer};

    use super::{Deserialize, Path, PathBuf, Saved, Serialize};

    pub(crate) fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
        Saved::from(path).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
        Saved::deserialize(from).map(PathBuf::from)
    }
}

pub(crate) mod optional {
    use serde::{Deserializer, Serializer};

    use super::{Deserialize, PathBuf, Saved, Serialize};

    pub(crate) fn serialize<S: Serializer>(path: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
        path.as_deref().map(Saved::from).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
        Ok(Option::<Saved>::deserialize(from)?.map(PathBuf::from))
    }
}

pub(crate) mod list {
    use serde::{Deserializer, Serializer};

    use super::{Deserialize, PathBuf, Saved};

    pub(crate) fn serialize<S: Serializer>(paths: &[PathBuf], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(paths.iter().map(|path| Saved::from(path.as_path())))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<PathBuf>, D::Error> {
        Ok(Vec::<Saved>::deserialize(from)?.into_iter().map(PathBuf::from).collect())
    }
}
