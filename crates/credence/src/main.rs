//! The program: a city's public credit information platform on the command line.

mod arguments;
mod commands;
mod demo;
mod edge;
mod exit;
mod output;
mod progress;
mod settings;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use arguments::{Arguments, Command};
use exit::{Exit, Failure};
use output::Output;

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
        Command::CheckId(asked) => commands::check_id::run(output, asked),
        Command::Workdays(asked) => commands::workdays::run(output, asked),
        Command::Law(asked) => commands::law::run(output, asked),
        Command::Config(asked) => commands::config::run(output, asked, arguments.shared.config.as_deref()),
        Command::Completions(asked) => commands::completions::run(asked),
        _ => Err(Failure::failed("this command is being built")),
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
        let _ = Output { json: true, language: None }.object(&serde_json::json!({"error": first, "grounds": []}));
    }
    Exit::Usage.into()
}
