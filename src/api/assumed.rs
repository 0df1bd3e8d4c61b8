//! What is taken for granted of the API and can be neither asked nor seen beforehand; `docs/reliability.md`, "What it rests on", says
//! what comes of it where it is not so.

use std::time::Duration;

/// How long a contact that was stored a moment ago may not be shown.
pub const READ_LAG: Duration = Duration::from_secs(5);

/// How far the clock that stamps a contact and the one that stamps an answer may be apart. Covers stamps of whole seconds.
pub const CLOCK_SLACK: Duration = Duration::from_secs(2);
