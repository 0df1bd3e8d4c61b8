//! When may the next request leave, and how many at a time?
//!
//! Every request passes here: creates, repeats, look-ups. The promise is to the server: never more than the asked rate
//! in any rolling second, as the server sees it.
//!
//! - The limiter keeps requests apart, a little slower than asked, and catches up with what a late timer lost but
//!   with no pause. governor is its account.
//! - Pacing alone keeps the promise on this side of the line. Where requests are held up on the way and then arrive
//!   together, the server sees more in a second than were sent in it. So the window counts a request from the
//!   moment it leaves until a second after the latest moment at which it can have arrived, which its answer tells.
//! - Where the server allows less than was asked for, or others use the same account, its 429s tell how much, and the
//!   pace follows. It changes while others wait for it, which governor's cannot, so it has a pacer of its own.
//! - Processes of one machine that use the same token share one window and one pacer in a file.
//! - [Places] bound how many requests are on the wire at a time: as many as the rate needs at the time that answers take.

use std::time::Duration;

mod cells;
mod least;
mod limiter;
mod pace;
mod pacer;
mod places;
mod shared;
mod turnstile;
mod window;

/// The longest wait that a server may ask for. Nobody sits before a batch job for longer, and the same command goes on.
pub const LONGEST_ASKED: Duration = Duration::from_secs(3600);

pub use places::{Place, Places};
pub use shared::{LEDGER, Shared, SharedError};
pub use turnstile::{Headroom, PerSecond, Rate, Turn};
pub use window::Asked;
