//! `callbell-import`: see the library's documentation for the way of a row through the program.

use std::process::ExitCode;

/// One thread carries the whole street; reading and the sandbox have their own.
fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "error: cannot start: {error}");
            return ExitCode::from(callbell_import::cli::Exit::Bug.code());
        }
    };
    let exit = runtime.block_on(callbell_import::cli::main(std::env::args_os()));
    ExitCode::from(exit.code())
}
