//! The program: a city's public credit information platform on the command line.

mod arguments;
mod bench;
mod commands;
mod context;
mod demo;
mod edge;
mod exit;
mod figures;
#[cfg(test)]
mod hostile_settings;
mod machine;
mod output;
mod progress;
mod settings;
mod simulate;
mod soak;
mod telemetry;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use arguments::{Arguments, Command};
use context::Context;
use exit::{Exit, Failure};
use output::Output;

/// An answer is built from many small texts by several threads; see `docs/decisions/0019-allocator.md` for the figures.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misunderstood(&error),
    };
    let output = Output { json: arguments.shared.json, language: arguments.shared.language };
    match run(&arguments, &output) {
        Ok(exit) => exit.into(),
        Err(failure) => output.failure(&failure).into(),
    }
}

fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    match &arguments.command {
        // What needs no store works with a broken configuration too.
        Command::CheckId(asked) => return commands::check_id::run(output, asked),
        Command::Workdays(asked) => return commands::workdays::run(output, asked),
        Command::Law(asked) => return commands::law::run(output, asked),
        Command::Config(asked) => {
            return commands::config::run(output, asked, &arguments.shared);
        }
        Command::Completions(asked) => return commands::completions::run(asked),
        _ => {}
    }
    let context = Context::new(&arguments.shared, *output)?;
    match &arguments.command {
        Command::Serve(asked) => commands::serve::run(&context, asked),
        Command::Demo(asked) => commands::demo::run(&context, asked),
        Command::Init(asked) => commands::init::run(&context, asked),
        Command::Import(asked) => commands::import::run(&context, asked),
        Command::Inquire(asked) => commands::inquire::run(&context, asked),
        Command::Record(asked) => commands::acts::record(&context, asked),
        Command::Erase(asked) => commands::acts::erase(&context, asked),
        Command::Consent(asked) => commands::acts::consent(&context, asked),
        Command::Verify(asked) => commands::verify::run(&context, asked),
        Command::Rebuild(asked) => commands::rebuild::run(&context, asked),
        Command::Backup(asked) => commands::backup::run(&context, asked),
        Command::Restore(asked) => commands::restore::restore(&context, asked),
        Command::AcceptCheckpoint(asked) => commands::restore::accept(&context, asked),
        Command::Mirror(asked) => commands::mirror::run(&context, asked),
        Command::Soak(asked) => commands::soak::run(&context, asked),
        Command::Simulate(asked) => commands::simulate::run(&context, asked),
        Command::Key(asked) => commands::key::run(&context, asked),
        Command::Keys(asked) => commands::keys::run(&context, asked),
        Command::Proposal(asked) => commands::proposal::run(&context, asked),
        Command::Incident(asked) => commands::incident::run(&context, asked),
        Command::Catalogue(asked) => commands::catalogue::run(&context, asked),
        Command::Bench(asked) => commands::bench::run(&context, asked),
        Command::CheckId(_)
        | Command::Workdays(_)
        | Command::Law(_)
        | Command::Config(_)
        | Command::Completions(_) => Ok(Exit::Done),
    }
}

/// Help and version are answers; anything else is told on standard error, and as an object where scripts read.
fn misunderstood(error: &clap::Error) -> ExitCode {
    let answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let _ = error.print();
    if answer {
        return Exit::Done.into();
    }
    if std::env::args_os().any(|argument| argument == "--json") {
        let text = error.render().to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let _ =
            Output { json: true, language: None }.object(&serde_json::json!({"error": first, "grounds": []}));
    }
    Exit::Usage.into()
}
