//! Which boot of the machine is running: what was written in this one is not lost, even if it was not synced.

/// The boot's name; `None` where the system has none, and then nothing is concluded from it.
pub fn boot() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let id = id.trim();
    (!id.is_empty() && id.len() <= 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'))
        .then(|| id.to_owned())
}
