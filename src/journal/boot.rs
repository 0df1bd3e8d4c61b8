//! Which boot of the machine is running, and which mount: what was written in this one is not lost, even if it was not
//! synced.

use std::path::Path;

/// The name of this boot and of the mount that `folder` is on; `None` where the system has none, and then nothing is
/// concluded from it. A disk that was unplugged, and comes back in the same boot, is another mount.
pub fn boot(folder: &Path) -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let id = id.trim();
    let is_plain =
        !id.is_empty() && id.len() <= 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_plain.then(|| match mount(folder) {
        Some(mount) => format!("{id}.{mount:x}"),
        None => id.to_owned(),
    })
}

/// Since Linux 6.8 the number of a mount is never used again in a boot; since 5.8 there is one at all.
#[cfg(target_os = "linux")]
fn mount(folder: &Path) -> Option<u64> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    /// `STATX_MNT_ID_UNIQUE` of statx(2).
    const UNIQUE: StatxFlags = StatxFlags::from_bits_retain(0x4000);
    [UNIQUE, StatxFlags::MNT_ID].into_iter().find_map(|wanted| {
        let found = statx(CWD, folder, AtFlags::empty(), wanted).ok()?;
        (found.stx_mask & wanted.bits() != 0).then_some(found.stx_mnt_id)
    })
}

#[cfg(not(target_os = "linux"))]
fn mount(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn folders_of_one_mount_share_a_name_and_those_of_another_have_another() {
        let folder = tempfile::tempdir().unwrap();
        let here = boot(folder.path()).unwrap();
        assert_eq!(boot(folder.path().join(".").as_path()).unwrap(), here);
        assert_ne!(boot(Path::new("/proc")).unwrap(), here);
        assert!(here.len() <= 60 && !here.contains(char::is_whitespace), "{here}");
    }
}
