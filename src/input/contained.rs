//! Runs the readers of other people's formats so that a broken file cannot take the program down.
//!
//! They are kept well, and still some of them panic on a file that ends in the wrong place. That is damage of the file,
//! to be told like any other. What they say on the way is not shown: it may quote what is in the file.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use super::trouble::Trouble;
use crate::words::message;

thread_local! {
    /// Whether a panic of this thread is caught and told as damage.
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// What `read` returns, or damage if it panics. It is not to be used again after that.
pub(super) fn contained<T>(read: impl FnOnce() -> T) -> io::Result<T> {
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !CONTAINED.get() {
                before(panic);
            }
        }));
    });
    let outer = CONTAINED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    CONTAINED.set(outer);
    result.map_err(|_| Trouble::Damaged { what: message!("damaged-parts") }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_panics_is_damage() {
        assert_eq!(contained(|| 5).unwrap(), 5);
        let error = contained(|| -> u8 { panic!("not shown") }).unwrap_err();
        assert!(matches!(Trouble::of(&error), Some(Trouble::Damaged { .. })));
        assert!(!CONTAINED.get());
    }
}
