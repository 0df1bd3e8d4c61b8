//! `callbell-import`: see the library's documentation for the way of a row through the program.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use callbell_import::cli::{self, Exit};

/// A row on its way is a hundred small allocations.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One thread carries the whole street; reading, syncing and the sandbox have their own.
fn main() -> ExitCode {
    cli::guard();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "error: cannot start: {error}");
            return ExitCode::from(Exit::Bug.code());
        }
    };
    // A panic has told about itself; what was sent until then is in the journal.
    let exit = catch_unwind(AssertUnwindSafe(|| runtime.block_on(cli::main(std::env::args_os()))));
    // Whoever waits for the name of a server to be looked up waits no more, and nor does the program.
    runtime.shutdown_background();
    ExitCode::from(exit.unwrap_or(Exit::Bug).code())
}
