//! When may the next request leave, and how many at a time?
//!
//! Every request passes here: creates, repeats, look-ups. The promise is to the server: never more than the asked rate
//! in any rolling second. A limiter with a burst of `b` at a pace of `r` lets at most `r + b` through in a second, so
//! the pace is set a little below the asked rate and the burst takes what is left; the burst is there because timers
//! wake up to a millisecond late, which at a burst of 1 would cost a sixth of the pace at 300 per second.
//!
//! Pacing alone keeps the promise on this side of the line. Where requests are held up on the way and then arrive
//! together, the server sees more in a second than were sent in it. So a request counts from the moment it leaves until
//! a second after the latest moment at which it can have arrived, which its answer tells.
//!
//! Where the server allows less than was asked for, its 429s tell how much, and the pace follows.
//!
//! governor keeps the account, on tokio's clock: its own waiting runs on another one, and its usual quota
//! (`per_second(300)`) would let 599 requests through in the first second.

mod clock;
mod least;
mod pace;
mod places;
mod turnstile;
mod window;

pub use places::{Place, Places};
pub use turnstile::{PerSecond, Rate};
pub use window::Turn;
