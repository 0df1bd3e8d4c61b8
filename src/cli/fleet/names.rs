//! One account has one name in a fleet: by two names two workers would send to it at the same time, each at the whole rate,
//! and the jobs of one name would not be asked for those of the other. Channels tell which account it is.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use super::order::{JobFolder, failed};
use crate::cli::failure::Failure;
use crate::cli::same_account::Marks;
use crate::cli::settings;
use crate::fleet::Alias;
use crate::words::message;

/// Its name in the shared folder. In it stands the account's name for each channel.
const FOLDER: &str = "accounts";

/// Sees to it that an account has no other name. The first one counts.
///
/// # Errors
///
/// If it has another one.
pub(super) fn agree(shared: &Path, account: &Alias, endpoint: &str, marks: &Marks) -> Result<(), Failure> {
    let folder = JobFolder(shared.join(FOLDER));
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder.0);
    made.map_err(failed(&folder.0))?;
    for channel in marks.channels() {
        let first: Alias = match folder.read(&name(endpoint, channel))? {
            Some(first) => first,
            None => folder.first(&name(endpoint, channel), account)?,
        };
        if first != *account {
            let (one, other, folder) = (first.as_str(), account.as_str(), settings::shown(&folder.0));
            return Err(Failure::usage(message!("fleet-same-account", one, other))
                .hint(message!("hint-two-names", folder)));
        }
    }
    Ok(())
}

/// Tells nothing of the channel to who does not know it.
fn name(endpoint: &str, channel: &str) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("callbell-import 2026 channel at an address");
    hasher.update(endpoint.as_bytes()).update(b"\0").update(channel.as_bytes());
    hasher.finalize().to_hex()[..32].to_owned()
}
