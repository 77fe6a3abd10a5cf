//! `credence completions`: what the shell completes.

use std::io::Write;

use clap::CommandFactory;

use crate::arguments::{Arguments, CompletionsArguments};
use crate::exit::{Exit, Failure};

/// Prints the script of a shell.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "credence", &mut script);
    std::io::stdout()
        .lock()
        .write_all(&script)
        .map_err(|error| Failure::failed(format!("standard output cannot be written: {error}")))?;
    Ok(Exit::Done)
}
